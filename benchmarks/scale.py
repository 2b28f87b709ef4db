"""What size costs: ``python benchmarks/scale.py SIZE ... --check SIZE``, then ``--write``.

A size is ``1000000`` lines, or ``1000000x20`` over so many shops. Each is made, imported from
a CSV file in GB18030 and measured from nothing, each step in a process of its own; CPU
seconds, bytes, files and peak memory go to ``results/scale.json``. ``--write`` fits ``fixed +
lines + shop days`` to them, holds it against the size that it was not fitted on, and writes
the numbers and the chart of ``docs/scale.md``.
"""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from chart import log_chart
from people import AS_OF, FIRST, LAST
from people import RESULTS as PEOPLE_RESULTS
from run import MAPPING, MILLION, SEED, exponent, read_results

from kaohe.core.rules import Rules
from kaohe.demo.bulk import write_messages_csv, write_records
from kaohe.measures.compute import compute
from kaohe.records.importing import import_files
from kaohe.records.memory import choose_memory
from kaohe.records.opening import open_records

ZONE = ZoneInfo("Asia/Shanghai")
HERE = Path(__file__).parent
RESULTS = HERE / "results" / "scale.json"
PAGE = HERE.parent / "docs" / "scale.md"
CHART = HERE.parent / "docs" / "images" / "scale.svg"
PEOPLE_CHART = HERE.parent / "docs" / "images" / "people.svg"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
STEPS = ("import", "measure")
FITTED = {
    "import_seconds": "import, CPU s",
    "measure_seconds": "cold month, CPU s",
    "store_mb": "store, MB",
    "kept_mb": "kept measures, MB",
    "files": "files",
    "log_mb": "Delta log, MB",
}
DAYS = 31
FORECAST_LINES, FORECAST_SHOPS = 10_000 * MILLION, 20_000
USD_A_CORE_HOUR, USD_A_GB_MONTH = 0.05, 0.023
"""Round list prices of rented machines and object storage; change them and write again."""

Told = dict[str, float]


def prepare(folder: Path, lines: int, shops: int) -> None:
    """Write a month of records, its chat lines as CSV in GB18030."""
    agents = max(8 * shops, lines // 25_000)
    write_records(folder / "records", lines=lines, shops=shops, seed=SEED, agents=agents)
    write_messages_csv(folder / "records", folder / "messages.csv", encoding="gb18030")
    (folder / "messages.yaml").write_text(MAPPING, "utf-8")


def import_all(folder: Path) -> None:
    """Import everything into an empty store."""
    store, mapping = folder / "store", folder / "messages.yaml"
    import_files(store, "table", [folder / "messages.csv"], mapping=mapping, timezone=ZONE)
    for file in sorted((folder / "records").iterdir()):
        if file.stem != "messages":
            import_files(store, "table", [file], timezone=ZONE)


def measure(folder: Path) -> None:
    """Compute the month's measures with nothing kept from before."""
    records = open_records(folder / "store", timezone=ZONE)
    compute(records, Rules(ad_phrase="非誠勿擾"), FIRST, LAST, AS_OF, cache=folder / "kept")


def sized(lines: int, shops: int) -> Told:
    """Return what one size costs."""
    told: Told = {"lines": lines, "shops": shops, "shop_days": shops * DAYS}
    with tempfile.TemporaryDirectory(prefix="kaohe-scale-") as name:
        folder = Path(name)
        subprocess.run([sys.executable, __file__, "--prepare", name, str(lines), str(shops)], check=True)
        for step in STEPS:
            command = [sys.executable, __file__, f"--{step}", name]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            for key, value in json.loads(done.stdout.splitlines()[-1]).items():
                told[f"{step}_{key}"] = value
        store = [file for file in (folder / "store").rglob("*") if file.is_file()]
        told["csv_mb"] = (folder / "messages.csv").stat().st_size / MILLION
        told["store_mb"] = megabytes(store)
        told["kept_mb"] = megabytes([file for file in (folder / "kept").rglob("*") if file.is_file()])
        told["log_mb"] = megabytes([file for file in store if "_delta_log" in file.parts])
        told["files"] = sum(file.suffix == ".parquet" for file in store)
    return told


def megabytes(files: Sequence[Path]) -> float:
    """Return the size of files together."""
    return sum(file.stat().st_size for file in files) / MILLION


def used() -> Told:
    """Return the CPU seconds, user and system, and the peak memory of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {"seconds": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}


# The model


def features(told: Mapping[str, float]) -> list[float]:
    """Return what costs are taken to grow with: nothing, million lines, thousand shop days."""
    return [1.0, told["lines"] / MILLION, told["shop_days"] / 1000]


def fit(measured: Sequence[Told], name: str) -> list[float]:
    """Return the parts of a cost by least squares of relative errors, so that small sizes count as much."""
    weights = np.array([1 / max(told[name], 1e-9) for told in measured])
    rows = np.array([features(told) for told in measured]) * weights[:, None]
    parts, *_ = np.linalg.lstsq(rows, np.ones(len(measured)), rcond=None)
    return [float(part) for part in parts]


def predicted(parts: Sequence[float], told: Mapping[str, float]) -> float:
    """Return what a model says of a size."""
    return sum(part * feature for part, feature in zip(parts, features(told), strict=True))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    lines = [f"| {' | '.join(head)} |", "|---|" + "--:|" * (len(head) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def measured_part(kept: Mapping[str, list[Told]]) -> str:
    """Return the part of the page that the results give."""
    sizes, checks = kept["fitted"], kept["checked"]
    models = {name: fit(sizes, name) for name in FITTED}
    by_size = [
        [
            f"{one['lines'] / MILLION:g} × {one['shops']:.0f}",
            *(f"{one[name]:,.1f}" for name in FITTED),
            f"{max(one['import_peak_mb'], one['measure_peak_mb']):,.0f}",
        ]
        for one in (*sizes, *checks)
    ]
    of_model = [[title, *(f"{part:,.3g}" for part in models[name])] for name, title in FITTED.items()]
    held = [
        [
            title,
            f"{one[name]:,.1f}",
            f"{(said := predicted(models[name], one)):,.1f}",
            f"{said / one[name]:.2f}",
        ]
        for one in checks
        for name, title in FITTED.items()
    ]
    large = {"lines": FORECAST_LINES, "shop_days": FORECAST_SHOPS * DAYS}
    far = {name: predicted(parts, large) for name, parts in models.items()}
    hours = (far["import_seconds"] + far["measure_seconds"]) / 3600
    stored = (far["store_mb"] + far["kept_mb"]) / 1000
    forecast = [[title, f"{far[name]:,.0f}"] for name, title in FITTED.items()]
    forecast += [
        ["core hours", f"{hours:,.0f}"],
        [f"machines' rent at {USD_A_CORE_HOUR} USD a core hour, USD", f"{hours * USD_A_CORE_HOUR:,.0f}"],
        [f"storage at {USD_A_GB_MONTH} USD a GB and month, USD", f"{stored * USD_A_GB_MONTH:,.0f}"],
    ]
    return "\n\n".join(
        (
            "Measured on two cores, 24 GB. A size is million lines × shops; the last is the one checked.",
            table(["size", *FITTED.values(), "peak MB"], by_size),
            "The model: a fixed part, a part for each million lines, a part for each thousand shop days.",
            table(["cost", "fixed", "million lines", "thousand shop days"], of_model),
            "Held against the size that it was not fitted on:",
            table(["cost", "measured", "model", "model ÷ measured"], held),
            f"The forecast for {FORECAST_LINES:,} lines a month over {FORECAST_SHOPS:,} shops, far off:",
            table(["cost", "forecast"], forecast),
            bench_part(models),
            people_part(),
        )
    )


def bench_part(models: Mapping[str, Sequence[float]]) -> str:
    """Return the tables of one shop's month by size, and the largest held against the models."""
    kept = {lines: steps for lines, steps in read_results().items() if {"bare_scan", "cold"} <= {*steps}}
    rows = []
    for lines, steps in sorted(kept.items()):
        scan, cold = steps["bare_scan"].cpu, steps["cold"].cpu
        newest, duckdb = steps.get("newest_day"), steps.get("duckdb_utf8")
        imported = steps["import_csv"]
        rows.append(
            [
                f"{lines / MILLION:g}",
                *(f"{number:,.2f}" for number in (scan, cold, cold / scan)),
                f"{newest.cpu / cold:.3f}" if newest else "",
                f"{steps['one_statement'].cpu / cold:.1f}" if "one_statement" in steps else "",
                f"{steps['pandas'].cpu / cold:.1f}" if "pandas" in steps else "",
                f"{imported.cpu:,.1f}",
                f"{imported.cpu / duckdb.cpu:.2f}" if duckdb else "",
                f"{max(steps[one].peak_mb for one in ('cold', 'newest_day') if one in steps):,.0f}",
                f"{imported.peak_mb:,.0f}",
            ]
        )
    head = ["million lines", "bare scan", "cold month", "× scan", "newest day ÷ cold", "one statement ÷ cold"]
    head += ["pandas ÷ cold", "import", "import ÷ DuckDB", "peak MB", "peak of import, MB"]
    grows = {
        one: exponent({lines: steps[one].cpu for lines, steps in kept.items()})
        for one in ("cold", "import_csv")
    }
    largest = max(kept)
    size = {"lines": float(largest), "shop_days": float(DAYS)}
    against = [
        [title, f"{kept[largest][step].cpu:,.1f}", f"{predicted(models[name], size):,.1f}"]
        for title, step, name in (
            ("import", "import_csv", "import_seconds"),
            ("cold month", "cold", "measure_seconds"),
        )
    ]
    return "\n\n".join(
        (
            "One shop's month by size (`benchmarks/run.py`); CPU seconds without the start of Python:",
            table(head, rows),
            (
                "Against size, CPU seconds grow with the lines to the power of "
                f"{grows['cold']:.2f} (cold month) and {grows['import_csv']:.2f} (import)."
            ),
            (
                f"The model against {largest / MILLION:g} million lines, many times what it was "
                "fitted on; it counts the start of Python and all tables:"
            ),
            table(["CPU s", "measured", "model"], against),
        )
    )


def people_part() -> str:
    """Return the table of the cost by people."""
    kept = json.loads(PEOPLE_RESULTS.read_text("utf-8"))["people"]
    rows = [
        [f"{int(people):,}", f"{told['figures']:,.0f}"]
        + [
            f"{told[name]:,.1f}"
            for name in ("figures_seconds", "reasons_seconds", "one_person_ms", "peak_mb")
        ]
        for people, told in kept.items()
    ]
    head = [
        "people",
        "figures",
        "figures, CPU s",
        "every reason, CPU s",
        "one person's reasons, ms",
        "peak MB",
    ]
    return "An appraisal of one month by presale-desk, from kept measures:\n\n" + table(head, rows)


def write() -> None:
    """Write the numbers and the chart of the page."""
    kept = json.loads(RESULTS.read_text("utf-8"))
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{measured_part(kept)}\n{END}{after}", "utf-8")
    results = sorted(read_results().items())
    series = {
        title: [(lines / MILLION, steps[name].cpu) for lines, steps in results if name in steps]
        for name, title in (("import_csv", "import"), ("cold", "cold month"), ("bare_scan", "bare scan"))
    }
    CHART.write_text(log_chart(series, across="million chat lines", up="CPU seconds"), "utf-8")
    people = {int(one): told for one, told in json.loads(PEOPLE_RESULTS.read_text("utf-8"))["people"].items()}
    series = {
        title: [(float(one), told[name]) for one, told in sorted(people.items())]
        for name, title in (("seconds", "with every reason"), ("figures_seconds", "figures alone"))
    }
    PEOPLE_CHART.write_text(log_chart(series, across="people", up="CPU seconds"), "utf-8")


def parsed(size: str) -> tuple[int, int]:
    """Return lines and shops of a size as written."""
    lines, _, shops = size.partition("x")
    return int(lines), int(shops or 1)


def main() -> None:
    """Measure the sizes asked for, run one step, or write the page."""
    choose_memory()
    match sys.argv[1:]:
        case ["--prepare", folder, lines, shops]:
            prepare(Path(folder), int(lines), int(shops))
        case ["--import", folder]:
            import_all(Path(folder))
            sys.stdout.write(json.dumps(used()) + "\n")
        case ["--measure", folder]:
            measure(Path(folder))
            sys.stdout.write(json.dumps(used()) + "\n")
        case ["--write"]:
            write()
        case [*sizes, "--check", check]:
            kept = {"fitted": [sized(*parsed(one)) for one in sizes], "checked": [sized(*parsed(check))]}
            RESULTS.parent.mkdir(exist_ok=True)
            RESULTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
