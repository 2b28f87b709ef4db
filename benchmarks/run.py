"""``make bench``: what a month costs, as ratios to a bare scan of the same store in the same run.

Every step is a process of its own, so that its peak memory is its own. The steps of one
size run one after the other, the bare scan and the cold month several times among the
rest; the smallest of each counts, for both the same way. Seconds of the processor stand
beside those of the clock: on a machine that does other things too, they are the steadier.

A large size may be measured in parts, in hours that are free: ``python run.py --lines 50000000
--folder DIR`` keeps the data in a folder and every step's result in ``results/bench.json``, and
goes on where it was stopped; ``--steps cold,newest_day`` limits it. ``--cpu`` judges by seconds
of the processor, where the clock's cannot be trusted; ``--report`` prints what is there.

The bars were stated against a month of 2.0 GB of text in 50.5 million lines, 40 bytes a
line, and 1.1 GB of Parquet, 22 bytes a line. The made-up lines are as long, and the
store's files as large.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kaohe.demo.bulk import write_messages_csv, write_records

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "bench.json"
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
SURROUNDINGS = {"cold_in_two_gigabytes": {"ARROW_DEFAULT_MEMORY_POOL": "system"}}
"""What is set for a step: a limit on a process counts addresses, and other pools keep freed ones."""
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
class Asked:
    """What is asked for.

    Attributes:
        sizes: The numbers of lines.
        folder: Where data stay, and results with them; None: nothing stays.
        steps: The steps; empty: all.
        cpu: Whether seconds of the processor are judged.
        report: Whether nothing is run, and what is there is printed.
    """

    sizes: tuple[int, ...]
    folder: Path | None
    steps: tuple[str, ...]
    cpu: bool
    report: bool

    @classmethod
    def of(cls, arguments: list[str]) -> "Asked":
        """Read the command line."""
        parser = argparse.ArgumentParser(description="What a month costs.")
        parser.add_argument("size", nargs="?", default="small", choices=SIZES)
        parser.add_argument("--lines", type=int, action="append", help="this size, instead of a named one")
        parser.add_argument("--folder", type=Path, help="where data stay; a later call goes on")
        parser.add_argument("--steps", default="", help="these steps, separated by commas")
        parser.add_argument("--cpu", action="store_true", help="judge seconds of the processor")
        parser.add_argument("--report", action="store_true", help="print what earlier parts have left")
        told = parser.parse_args(arguments)
        sizes = told.lines or [int(millions * MILLION) for millions in SIZES[told.size]]
        steps = tuple(one for one in told.steps.split(",") if one)
        return cls(tuple(sizes), told.folder, steps, told.cpu, told.report)


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


def told(step: str, what: str) -> Callable[[Results], float | None]:
    """Return what tells a number of a step."""
    return lambda results: getattr(results[step], what) if step in results else None


def highest_peak(results: Results) -> float | None:
    """Return the highest peak memory of measures and appraisal."""
    steps = [one for one in ("cold", "newest_day", "appraise", "evidence_of_a_week") if one in results]
    return max((results[one].peak_mb for one in steps), default=None)


BARS = (
    Bar("cold month against the bare scan with text", ratio("cold", "bare_scan"), most=2),
    Bar("one-statement DuckDB against the cold month", ratio("one_statement", "cold"), least=5),
    Bar("pandas script against the cold month", ratio("pandas", "cold"), least=12),
    Bar("Polars, streamed, against the cold month", ratio("polars", "cold")),
    Bar("cold month in 2 GB against without limit", ratio("cold_in_two_gigabytes", "cold"), most=1.3),
    Bar("peak memory of measures and appraisal, MB", highest_peak, most=1000),
    Bar("newest day against the cold month", ratio("newest_day", "cold"), most=1 / 25, at=LARGEST),
    Bar("evidence of a week, seconds", told("evidence_of_a_week", "seconds"), most=0.3),
    Bar("import of GB18030 against DuckDB reading UTF-8", ratio("import_csv", "duckdb_utf8"), most=2),
    Bar("peak memory of the import, MB", told("import_csv", "peak_mb"), most=1000),
)
MOST_EXPONENT = 1.05
GROWING = ("cold", "import_csv")
"""The steps whose seconds must be in proportion to the lines."""


def step(name: str, folder: Path) -> Result:
    """Run one step in a process of its own and return what it printed."""
    command = [sys.executable, str(HERE / "steps.py"), name, str(folder)]
    done = subprocess.run(
        command,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **SURROUNDINGS.get(name, {})},
    )
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


def measure(lines: int, asked: Asked, console: Console) -> dict[str, Result]:
    """Run the steps that are asked for at one size; a folder's data and earlier results are taken up."""
    kept = read_results() if asked.folder else {}
    results = kept.setdefault(lines, {})
    with ExitStack() as opened:
        if asked.folder is None:
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="kaohe-bench-")))
        else:
            folder = asked.folder / str(lines)
            folder.mkdir(parents=True, exist_ok=True)
        # The last file that is written: without it the others may not be whole.
        if not (folder / "parameters.yaml").exists():
            with console.status(f"{lines:,} lines: preparing"):
                # In a process of its own: a child's peak memory begins at its parent's.
                subprocess.run([sys.executable, __file__, "--prepare", str(folder), str(lines)], check=True)
        done = {*results}
        if not (folder / "store").exists():
            done -= {"import_csv", "import_rest"}
        for one in STEPS:
            if one in done or lines > UP_TO.get(one, lines) or (asked.steps and one not in asked.steps):
                continue
            with console.status(f"{lines:,} lines: {one}"):
                result = step(one, folder)
            results[one] = results[one].least(result) if one in results else result
            if asked.folder:
                write_results(kept)
    return results


def read_results() -> dict[int, dict[str, Result]]:
    """Return the results that parts of earlier runs have left, by lines and step."""
    if not RESULTS.exists():
        return {}
    kept = json.loads(RESULTS.read_text("utf-8"))["lines"]
    return {int(lines): {name: Result(**one) for name, one in steps.items()} for lines, steps in kept.items()}


def write_results(kept: Mapping[int, Results]) -> None:
    """Leave results for later parts."""
    RESULTS.parent.mkdir(exist_ok=True)
    lines = {
        str(size): {name: asdict(one) for name, one in steps.items()} for size, steps in sorted(kept.items())
    }
    told = {"machine": "two cores, 24 GB; busy with other work: trust CPU seconds", "lines": lines}
    RESULTS.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def by_cpu(results: Results) -> Results:
    """Return results whose seconds are those of the processor, but for those that a step tells itself."""
    return {
        name: one if name in TOLD_BY_THE_STEP else replace(one, seconds=one.cpu)
        for name, one in results.items()
    }


def report(lines: int, results: Results, console: Console) -> bool:
    """Print one size's tables; return whether the bars hold."""
    scan = results.get("bare_scan", Result(math.nan, math.nan, 0, ""))
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
    same = len({one.result for one in forms}) <= 1
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
    asked = Asked.of(sys.argv[1:])
    console = Console(width=None if sys.stdout.isatty() else 110)
    if asked.report:
        sizes: Mapping[int, Results] = read_results()
    else:
        sizes = {lines: measure(lines, asked, console) for lines in asked.sizes}
    held = True
    grown: dict[str, dict[int, float]] = {one: {} for one in GROWING}
    for lines, found in sizes.items():
        results = by_cpu(found) if asked.cpu else found
        for one, took in grown.items():
            if one in results:
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
