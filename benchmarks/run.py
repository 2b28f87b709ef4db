"""``make bench``: what a month costs, as ratios to a bare scan of the same store in the same run.

Every step is a process of its own, so that its peak memory is its own. The steps of one
size run one after the other, the bare scan and the cold month several times among the
rest; the smallest of each counts, for both the same way. Seconds of the processor stand
beside those of the clock: on a machine that does other things too, they are the steadier.

The bars were stated against a month of 2.0 GB of text in 50.5 million lines, 40 bytes a
line, and 1.1 GB of Parquet, 22 bytes a line. The made-up lines are as long, and the
store's files as large.
"""

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
STEPS = (
    "duckdb_utf8",
    "import_csv",
    "duckdb_utf8",
    "import_csv",
    "import_rest",
    "bare_scan",
    "cold",
    "one_statement",
    "bare_scan",
    "cold",
    "pandas",
    "polars",
    "kernels",
    "bare_scan",
    "cold_in_two_gigabytes",
    "cold",
    "evidence_of_a_week",
    "all_but_newest_day",
    "newest_day",
    "appraise",
)
UP_TO = {"pandas": 5 * MILLION, "polars": 5 * MILLION, "kernels": 5 * MILLION, "one_statement": 25 * MILLION}
"""Steps that larger sizes leave out: they would take all memory, or say nothing new."""
TOLD_BY_THE_STEP = ("appraise", "evidence_of_a_week")
"""Steps that tell their seconds themselves: what they measure needs a preparation."""
LARGEST = 50 * MILLION


@dataclass(frozen=True, slots=True)
class Result:
    """What one step took and gave; the least of several runs, and their highest peak.

    Attributes:
        seconds: Its seconds by the clock.
        cpu: Its seconds of all processors.
        peak_mb: Its peak memory.
        result: A digest of its result, or what it tells.
    """

    seconds: float
    cpu: float
    peak_mb: float
    result: str

    def least(self, other: "Result") -> "Result":
        """Return what two runs come to."""
        return Result(
            min(self.seconds, other.seconds),
            min(self.cpu, other.cpu),
            max(self.peak_mb, other.peak_mb),
            self.result,
        )


Results = Mapping[str, Result]


@dataclass(frozen=True, slots=True)
class Bar:
    """What a run must hold.

    Attributes:
        title: What is measured.
        value: Computes it; None where a step was left out.
        most: The most that it may be.
        least: The least that it must be.
        at: From how many lines on it binds; below it is told only.
    """

    title: str
    value: Callable[[Results], float | None]
    most: float = math.inf
    least: float = 0.0
    at: int = 0

    def holds(self, value: float) -> bool:
        """Tell whether a value is within the bar."""
        return self.least <= value <= self.most

    def said(self) -> str:
        """Return the bar in words."""
        bar = f"≤ {self.most:g}" if self.most < math.inf else f"≥ {self.least:g}"
        return f"{bar} at {self.at // MILLION} million" if self.at else bar


def ratio(step: str, to: str) -> Callable[[Results], float | None]:
    """Return what computes how many times as long as another step one takes."""
    return lambda results: results[step].seconds / results[to].seconds if {step, to} <= {*results} else None


def seconds(step: str) -> Callable[[Results], float | None]:
    """Return what tells a step's seconds."""
    return lambda results: results[step].seconds


def highest_peak(results: Results) -> float:
    """Return the highest peak memory of measures and appraisal."""
    return max(results[step].peak_mb for step in ("cold", "newest_day", "appraise", "evidence_of_a_week"))


BARS = (
    Bar("cold month against the bare scan with text", ratio("cold", "bare_scan"), most=2),
    Bar("one-statement DuckDB against the cold month", ratio("one_statement", "cold"), least=5),
    Bar("pandas script against the cold month", ratio("pandas", "cold"), least=12),
    Bar("Polars, streamed, against the cold month", ratio("polars", "cold")),
    Bar("cold month in 2 GB against without limit", ratio("cold_in_two_gigabytes", "cold"), most=1.3),
    Bar("peak memory of measures and appraisal, MB", highest_peak, most=1000),
    Bar("newest day against the cold month", ratio("newest_day", "cold"), most=1 / 25, at=LARGEST),
    Bar("evidence of a week, seconds", seconds("evidence_of_a_week"), most=0.3),
    Bar("import of GB18030 against DuckDB reading UTF-8", ratio("import_csv", "duckdb_utf8"), most=2),
    Bar("peak memory of the import, MB", lambda results: results["import_csv"].peak_mb, most=1000),
)
MOST_EXPONENT = 1.05
GROWING = ("cold", "import_csv")
"""The steps whose seconds must be in proportion to the lines."""


def step(name: str, folder: Path) -> Result:
    """Run one step in a process of its own and return what it printed."""
    command = [sys.executable, str(HERE / "steps.py"), name, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    took = float(told["result"]) if name in TOLD_BY_THE_STEP else told["seconds"]
    return Result(took, told["cpu"], told["peak_mb"], str(told["result"]))


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
        for one in STEPS:
            if lines > UP_TO.get(one, lines):
                continue
            with console.status(f"{lines:,} lines: {one}"):
                result = step(one, folder)
            results[one] = results[one].least(result) if one in results else result
    return results


def report(lines: int, results: Results, console: Console) -> bool:
    """Print one size's tables; return whether the bars hold."""
    scan = results["bare_scan"]
    table = Table("step", title=f"{lines:,} chat lines", title_justify="left")
    for column in ("seconds", "× bare scan", "CPU seconds", "× bare scan", "peak MB"):
        table.add_column(column, justify="right")
    for name, result in results.items():
        table.add_row(
            name,
            f"{result.seconds:.2f}",
            f"{result.seconds / scan.seconds:.2f}",
            f"{result.cpu:.2f}",
            f"{result.cpu / scan.cpu:.2f}",
            f"{result.peak_mb:,.0f}",
        )
    console.print(table)
    forms = [results[one] for one in ("cold", "one_statement", "pandas", "polars") if one in results]
    same = len({one.result for one in forms}) == 1
    console.print(f"all forms give the same cells: {'yes' if same else 'NO'}")
    if "kernels" in results:
        console.print(f"the kernel's forms, CPU seconds: {results['kernels'].result}")
    return bars(lines, results, console) and same


def bars(lines: int, results: Results, console: Console) -> bool:
    """Print what the bars say of one size; return whether those that bind hold."""
    table = Table("bar", title_justify="left")
    for column in ("is", "must be", ""):
        table.add_column(column, justify="right")
    held = True
    for bar in BARS:
        value = bar.value(results)
        if value is None:
            continue
        holds = bar.holds(value)
        binds = lines >= bar.at and (bar.most < math.inf or bar.least > 0)
        table.add_row(bar.title, f"{value:.3g}", bar.said() if binds or bar.at else "", _mark(holds, binds))
        held = held and (holds or not binds)
    console.print(table)
    return held


def _mark(holds: bool, binds: bool) -> str:
    if not binds:
        return ""
    return "holds" if holds else "MISSED"


def exponent(seconds: Mapping[int, float]) -> float:
    """Return how a step's seconds grow with the lines: 1 is in proportion.

    The slope of a straight line through the logarithms of both, by least squares.
    """
    points = [(math.log(lines), math.log(took)) for lines, took in seconds.items()]
    mean = [sum(column) / len(points) for column in zip(*points, strict=True)]
    across = sum((x - mean[0]) * (y - mean[1]) for x, y in points)
    return float(across / sum((x - mean[0]) ** 2 for x, _ in points))


def main() -> None:
    """Run the sizes asked for; end with status 1 if a bar is missed."""
    if sys.argv[1:2] == ["--prepare"]:
        prepare(Path(sys.argv[2]), int(sys.argv[3]))
        return
    size = sys.argv[1] if len(sys.argv) > 1 else "small"
    console = Console(width=None if sys.stdout.isatty() else 110)
    held = True
    grown: dict[str, dict[int, float]] = {one: {} for one in GROWING}
    for millions in SIZES[size]:
        lines = int(millions * MILLION)
        results = measure(lines, console)
        for one, took in grown.items():
            took[lines] = results[one].seconds
        held = report(lines, results, console) and held
    for one, took in grown.items():
        if len(took) > 1:
            grows = exponent(took)
            console.print(f"{one} against size: lines to the power of {grows:.3f} (bar: ≤ {MOST_EXPONENT})")
            held = held and grows <= MOST_EXPONENT
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
