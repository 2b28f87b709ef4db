"""``make bench``: what a month costs, as ratios to a bare scan of the same store in the same run.

Every step is a process of its own, so that its peak memory is its own. The steps of one
size run one after the other, the bare scan before and after the rest; the smaller of
the two counts, which makes every ratio the less flattering.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kaohe.demo.bulk import write_messages_csv, write_records

HERE = Path(__file__).parent
MILLION = 1_000_000
SEED = 20261001
SIZES: Mapping[str, tuple[float, ...]] = {"tiny": (0.1,), "small": (1, 5), "full": (1, 5, 25, 50)}
COLUMNS = ("shop", "account", "customer", "sent_at", "sender", "text")
MAPPING = "table: messages\nencoding: gb18030\ncolumns:\n" + "".join(f"  {one}: {one}\n" for one in COLUMNS)
COLD_AGAINST_ONE_STATEMENT = 1.0
PEAK_MB = 1500.0

Result = dict[str, object]


def step(name: str, folder: Path) -> Result:
    """Run one step in a process of its own and return what it printed."""
    command = [sys.executable, str(HERE / "steps.py"), name, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: Result = json.loads(done.stdout.splitlines()[-1])
    return result


def prepare(folder: Path, lines: int) -> None:
    """Write a month of made-up records, and its chat lines as a CSV file in two encodings."""
    write_records(folder / "records", lines=lines, seed=SEED, agents=max(8, lines // 25_000))
    write_messages_csv(folder / "records", folder / "messages.csv", encoding="gb18030")
    write_messages_csv(folder / "records", folder / "utf8.csv", encoding="utf-8")
    (folder / "messages.yaml").write_text(MAPPING, "utf-8")
    (folder / "parameters.yaml").write_text("desk_roles: [售前, agent]\n", "utf-8")


def measure(lines: int, console: Console) -> dict[str, Result]:
    """Run all steps at one size."""
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory(prefix="kaohe-bench-") as name:
        folder = Path(name)
        with console.status(f"{lines:,} lines: preparing"):
            # In a process of its own: a child's peak memory begins at its parent's.
            subprocess.run([sys.executable, __file__, "--prepare", name, str(lines)], check=True)
        for one in (
            "duckdb_utf8",
            "import_csv",
            "import_rest",
            "bare_scan",
            "one_statement",
            "cold",
            "all_but_newest_day",
            "newest_day",
            "appraise",
        ):
            with console.status(f"{lines:,} lines: {one}"):
                results[one] = step(one, folder)
        again = step("bare_scan", folder)
        results["bare_scan"] = min(results["bare_scan"], again, key=seconds)
    results["appraise"]["seconds"] = float(str(results["appraise"]["result"]))
    return results


def seconds(result: Result) -> float:
    """Return a result's seconds."""
    return float(str(result["seconds"]))


def report(lines: int, results: Mapping[str, Result], console: Console) -> bool:
    """Print one size's table; return whether the bars hold."""
    scan = seconds(results["bare_scan"])
    table = Table(title=f"{lines:,} chat lines", title_justify="left")
    for column in ("step", "seconds", "× bare scan", "peak MB"):
        table.add_column(column, justify="left" if column == "step" else "right")
    for name, result in results.items():
        peak = float(str(result["peak_mb"]))
        table.add_row(name, f"{seconds(result):.2f}", f"{seconds(result) / scan:.2f}", f"{peak:,.0f}")
    console.print(table)
    against = seconds(results["cold"]) / seconds(results["one_statement"])
    same = results["cold"]["result"] == results["one_statement"]["result"]
    peaks = max(
        float(str(results[one]["peak_mb"])) for one in ("import_csv", "cold", "newest_day", "appraise")
    )
    imported = seconds(results["import_csv"]) / seconds(results["duckdb_utf8"])
    newest = seconds(results["newest_day"]) / seconds(results["cold"])
    console.print(
        "cold measures against the one-statement DuckDB form: "
        f"{against:.2f} × (bar: ≤ {COLD_AGAINST_ONE_STATEMENT})"
    )
    console.print(f"the same cells as the one-statement form: {'yes' if same else 'NO'}")
    console.print(f"import of GB18030 against DuckDB reading UTF-8: {imported:.2f} ×")
    console.print(f"newest day against the cold month: {newest:.3f} ×")
    console.print(
        f"highest peak memory of import, measures and appraisal: {peaks:,.0f} MB (bar: < {PEAK_MB:,.0f})"
    )
    return same and against <= COLD_AGAINST_ONE_STATEMENT and peaks < PEAK_MB


def main() -> None:
    """Run the sizes asked for; end with status 1 if a bar is missed."""
    if sys.argv[1:2] == ["--prepare"]:
        prepare(Path(sys.argv[2]), int(sys.argv[3]))
        return
    size = sys.argv[1] if len(sys.argv) > 1 else "small"
    console = Console()
    held = True
    for millions in SIZES[size]:
        lines = int(millions * MILLION)
        held = report(lines, measure(lines, console), console) and held
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
