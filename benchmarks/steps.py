"""The steps of the benchmark, each run as a process of its own: ``python steps.py STEP FOLDER``.

A step prints one JSON line: its seconds by the clock and of the processor, its peak
memory, and a digest of its result, so that the runner can tell whether two ways gave
the same.
"""

import hashlib
import json
import resource
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas_script
import polars_form
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable
from kernel_forms import FORMS, encoded

from kaohe.core.figure import Level
from kaohe.core.rules import Rules
from kaohe.measures.compute import Measured, compute
from kaohe.measures.conversation import Chat, conversations
from kaohe.measures.evidence import evidence
from kaohe.periods.runs import Request, run
from kaohe.records.importing import import_files
from kaohe.records.memory import choose_memory
from kaohe.records.opening import open_records

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
AS_OF = date(2026, 11, 10)
RULES = Rules(ad_phrase="非誠勿擾")
COMPARED = (
    "receptions",
    "inquiries",
    "customer_messages",
    "agent_messages",
    "response_rounds",
    "response_seconds",
    "orders",
    "ordered_amount",
    "sales_amount",
)
"""Measures that the one-statement form computes too."""
ZONE = ZoneInfo("Asia/Shanghai")
PAGE = 50
"""Conversations that are shown at a time."""
MEMORY_LIMIT = 2 << 30


def files(folder: Path, table: str) -> list[str]:
    """Return the live files of a table of the store."""
    return DeltaTable(str(folder / "store" / table)).file_uris()


def parquet(folder: Path, table: str) -> str:
    """Return how DuckDB reads a table of the store."""
    listed = ", ".join("'" + uri.replace("'", "''") + "'" for uri in files(folder, table))
    return f"read_parquet([{listed}], hive_partitioning=true)"


def bare_scan(folder: Path) -> str:
    """Read every column of every chat line, text included, and do nothing with it."""
    with duckdb.connect() as connection:
        row = connection.execute(
            "SELECT count(*), count(shop), max(account), max(customer), max(sent_at), max(sender), "
            f"sum(strlen(text)) FROM {parquet(folder, 'messages')}"
        ).fetchone()
    return str(row)


def import_csv(folder: Path) -> str:
    """Import the month's chat lines from a CSV file in GB18030 into an empty store."""
    shutil.rmtree(folder / "store", ignore_errors=True)
    files = [folder / "messages.csv"]
    import_files(folder / "store", "table", files, mapping=folder / "messages.yaml", timezone=ZONE)
    return ""


def import_rest(folder: Path) -> str:
    """Import the other tables."""
    for file in sorted((folder / "records").iterdir()):
        if file.stem != "messages":
            import_files(folder / "store", "table", [file], timezone=ZONE)
    return ""


def duckdb_utf8(folder: Path) -> str:
    """DuckDB reads the same lines as UTF-8 and sorts nothing."""
    target = folder / "plain.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{folder / 'utf8.csv'}', all_varchar=true, header=true)) "
            f"TO '{target}' (FORMAT parquet)"
        )
    return ""


def cold(folder: Path) -> str:
    """Compute the month's measures with nothing kept from before."""
    shutil.rmtree(folder / "kept", ignore_errors=True)
    return digest(measured(folder, LAST).daily)


def all_but_newest_day(folder: Path) -> str:
    """Compute the month without its newest day, and keep it."""
    shutil.rmtree(folder / "kept", ignore_errors=True)
    measured(folder, LAST - timedelta(days=1), as_of=LAST - timedelta(days=1))
    return ""


def newest_day(folder: Path) -> str:
    """Bring the measures up to date with the newest day, the others being kept."""
    measured(folder, LAST, as_of=LAST)
    return ""


def measured(folder: Path, last: date, as_of: date = AS_OF) -> Measured:
    """Compute measures from the store, keeping what is computed."""
    records = open_records(folder / "store", timezone=ZONE)
    return compute(records, RULES, FIRST, last, as_of, cache=folder / "kept")


def one_statement(folder: Path) -> str:
    """Compute receptions, rounds and sales as one SQL statement over the same store."""
    sql = (Path(__file__).parent / "one_statement.sql").read_text("utf-8")
    with duckdb.connect() as connection:
        for table in ("messages", "orders", "accounts"):
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM {parquet(folder, table)}")
        parameters = {"phrase": RULES.ad_phrase, "first": FIRST, "last": LAST}
        table = connection.sql(sql, params=parameters).to_arrow_table()
    return cells((row["person"], row["measure"], row["value"]) for row in table.to_pylist())


def pandas(folder: Path) -> str:
    """Compute the same as a pandas script does, all in memory."""
    sums = pandas_script.measures(*peers(folder))
    return cells(zip(sums["person"], sums["measure"], sums["value"] / 100, strict=True))


def polars(folder: Path) -> str:
    """Compute the same in Polars, streamed."""
    sums = polars_form.measures(*peers(folder))
    return cells((person, measure, value / 100) for person, measure, value in sums.iter_rows())


def peers(folder: Path) -> tuple[list[str], list[str], list[str], str, date, date]:
    """Return what the other forms are told."""
    assert RULES.ad_phrase is not None
    messages, orders, accounts = (files(folder, table) for table in ("messages", "orders", "accounts"))
    return messages, orders, accounts, RULES.ad_phrase, FIRST, LAST


def evidence_of_a_week(folder: Path) -> str:
    """Open one person's inquiries of a week: all rows, and the chats of the first page."""
    records = open_records(folder / "store", timezone=ZONE)
    month = compute(records, RULES, FIRST, LAST, AS_OF, cache=folder / "kept")
    days = [FIRST + timedelta(days=number) for number in range(7, 14)]
    started = time.perf_counter()
    rows = evidence("inquiries", month, records, level=Level.PERSON, subjects=["p00001"], shops=(), days=days)
    page = rows.counted.slice(0, PAGE).select(["shop", "person", "customer", "day"]).to_pylist()
    chats = conversations(month, records, [Chat(**row) for row in page])
    took = time.perf_counter() - started
    assert len(chats) == len(page)
    return f"{took:.3f}"


def cold_in_two_gigabytes(folder: Path) -> str:
    """Compute the month's measures with a limit on memory."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))
    return cold(folder)


def kernels(folder: Path) -> str:
    """Compare the forms of the kernel: seconds a form, over all days, one after the other."""
    records = open_records(folder / "store", timezone=ZONE)
    accounts = records.table("accounts")
    persons = {name: number + 1 for number, name in enumerate(accounts["account"].to_pylist())}
    spent = dict.fromkeys(FORMS, 0.0)
    for shop, day in sorted(records.partitions()):
        lines = encoded(records.messages(shop, day, text=False), persons)
        given = set()
        for name, form in FORMS.items():
            started = time.process_time()
            given.add(form(lines))
            spent[name] += time.process_time() - started
        assert len(given) == 1, given
    return json.dumps(spent)


def digest(daily: pa.Table) -> str:
    """Return a digest of the persons' sums of the measures that both forms compute."""
    wanted = daily.filter(
        pc.and_(pc.equal(daily["level"], "person"), pc.is_in(daily["measure"], pa.array(COMPARED)))
    )
    sums = wanted.group_by(["subject", "measure"]).aggregate([("value", "sum")])
    return cells((row["subject"], row["measure"], row["value_sum"]) for row in sums.to_pylist())


def cells(rows: object) -> str:
    """Return a digest of (subject, measure, value) rows, zeros left out."""
    lines = sorted(f"{subject},{measure},{value:.2f}" for subject, measure, value in rows if value)  # type: ignore[attr-defined]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def appraise(folder: Path) -> str:
    """Appraise the month by presale-desk from the kept measures, with the reason of every payslip."""
    measured(folder, LAST)
    started = time.perf_counter()
    request = Request(folder / "store", "presale-desk", "2026-10", AS_OF, folder / "parameters.yaml")
    appraisal = run(request).appraisal
    for key in appraisal.figures:
        if key.figure == "pay.total":
            appraisal.reason(key)
    return f"{time.perf_counter() - started:.3f}"


STEPS: Mapping[str, Callable[[Path], str]] = {
    step.__name__: step
    for step in (
        bare_scan,
        import_csv,
        import_rest,
        duckdb_utf8,
        cold,
        all_but_newest_day,
        newest_day,
        one_statement,
        pandas,
        polars,
        evidence_of_a_week,
        cold_in_two_gigabytes,
        kernels,
        appraise,
    )
}


def main() -> None:
    """Run one step and print what it took."""
    step, folder = STEPS[sys.argv[1]], Path(sys.argv[2])
    choose_memory()
    started, used = time.perf_counter(), time.process_time()
    result = step(folder)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak, "result": result}) + "\n")


if __name__ == "__main__":
    main()
