"""What an appraisal costs, by people: ``python benchmarks/people.py [PEOPLE ...]``.

For each number of people a month of records is made, imported and measured; then, in a
process of its own, the month is appraised by ``presale-desk`` from the kept measures, and
the reason of every figure is walked once, kept nowhere. Seconds are CPU seconds, user
and system, so that a busy machine does not change them much. Results go to
``results/people.json``.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from run import exponent

from kaohe.demo.bulk import write_records
from kaohe.measures.compute import compute
from kaohe.periods.runs import CACHE, Request, run
from kaohe.policy.loader import load
from kaohe.records.importing import import_files
from kaohe.records.memory import choose_memory
from kaohe.records.opening import open_records

PEOPLE = (1_000, 2_500, 5_000, 7_000, 10_000)
LINES_EACH = 250
"""Chat lines a person and month: few, since what an appraisal reads are sums by day."""
MONTH, FIRST, LAST, AS_OF = "2026-10", date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 10)
ZONE = ZoneInfo("Asia/Shanghai")
RESULTS = Path(__file__).parent / "results" / "people.json"
MOST_SECONDS, MOST_EXPONENT, MOST_MB = 20.0, 1.05, 1500.0
PUBLISHED_PAYSLIPS, PUBLISHED_SECONDS = 7_000, 646.0
"""A widely used open HR system's own report of a payroll run, on a machine that is not this one."""

Told = dict[str, float]


def prepare(folder: Path, people: int) -> None:
    """Make, import and measure a month, keeping the measures."""
    write_records(folder / "records", lines=people * LINES_EACH, seed=20261001, agents=people)
    (folder / "parameters.yaml").write_text("desk_roles: [售前, agent]\n", "utf-8")
    for file in sorted((folder / "records").iterdir()):
        import_files(folder / "store", "table", [file], timezone=ZONE)
    rules = load("presale-desk", folder / "parameters.yaml").rules
    records = open_records(folder / "store", timezone=ZONE)
    compute(records, rules, FIRST, LAST, AS_OF, cache=folder / "store" / CACHE)


def appraise(folder: Path) -> Told:
    """Appraise the month, walk every reason once, then one person's alone in a fresh tracer."""
    request = Request(folder / "store", "presale-desk", MONTH, AS_OF, folder / "parameters.yaml")
    begun = time.process_time()
    appraisal = run(request, certain=False).appraisal
    appraised = time.process_time()
    for key in appraisal.figures:
        appraisal.reason(key)
    walked = time.process_time()
    del appraisal.tracer
    one = next(key.subject for key in appraisal.figures if key.figure == "pay.total")
    own = [key for key in appraisal.figures if key.subject == one]
    asked = time.process_time()
    for key in own:
        appraisal.reason(key)
    told = time.process_time()
    return {
        "figures": len(appraisal.figures),
        "figures_seconds": appraised - begun,
        "reasons_seconds": walked - appraised,
        "seconds": walked - begun,
        "one_person_ms": (told - asked) * 1000,
        "one_person_figures": len(own),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measure(people: int) -> Told:
    """Return what so many people cost."""
    with tempfile.TemporaryDirectory(prefix="kaohe-people-") as name:
        # Each in a process of its own: a child's peak memory begins at its parent's.
        for step in ("--prepare", "--appraise"):
            command = [sys.executable, __file__, step, name, str(people)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        told: Told = json.loads(done.stdout.splitlines()[-1])
    return told


def report(results: dict[int, Told], console: Console) -> bool:
    """Print what was measured; return whether the bars hold."""
    table = Table("people", title="one month, policy presale-desk, from kept measures", title_justify="left")
    for column in ("figures", "CPU s", "of it reasons", "one person's reasons, ms", "peak MB"):
        table.add_column(column, justify="right")
    for people, told in results.items():
        numbers = (told["seconds"], told["reasons_seconds"], told["one_person_ms"])
        shown = [f"{number:.2f}" for number in numbers]
        table.add_row(f"{people:,}", f"{told['figures']:,.0f}", *shown, f"{told['peak_mb']:,.0f}")
    console.print(table)
    most = max(results)
    payroll(results, console)
    held = all(told["peak_mb"] <= MOST_MB for told in results.values())
    if most >= PEOPLE[-1]:
        held = held and results[most]["seconds"] <= MOST_SECONDS
        console.print(f"{most:,} people: {results[most]['seconds']:.1f} s (bar: ≤ {MOST_SECONDS:g})")
    if len(results) > 1:
        grows = exponent({people: told["seconds"] for people, told in results.items()})
        console.print(f"cost against people: to the power of {grows:.3f} (bar: ≤ {MOST_EXPONENT})")
        held = held and grows <= MOST_EXPONENT
    return held


def payroll(results: dict[int, Told], console: Console) -> None:
    """Print what a widely used HR system reports of a payroll run beside what as many people take here."""
    nearest = min(results, key=lambda people: abs(people - PUBLISHED_PAYSLIPS))
    here = results[nearest]["seconds"] / nearest * PUBLISHED_PAYSLIPS
    how = "" if nearest == PUBLISHED_PAYSLIPS else f", by the {nearest:,} measured"
    console.print(
        f"{PUBLISHED_PAYSLIPS:,} people: {here:.1f} s here{how}, the reason of each figure included; "
        f"{PUBLISHED_SECONDS:.0f} s for as many payslips, "
        "as a well-known open HR system reports of itself, on another machine"
    )


def main() -> None:
    """Measure the numbers of people asked for; end with status 1 if a bar is missed."""
    choose_memory()
    match sys.argv[1:]:
        case ["--prepare", folder, people]:
            prepare(Path(folder), int(people))
        case ["--appraise", folder, _]:
            sys.stdout.write(json.dumps(appraise(Path(folder))) + "\n")
        case numbers:
            console = Console(width=None if sys.stdout.isatty() else 110)
            results = {people: measure(people) for people in map(int, numbers or PEOPLE)}
            RESULTS.parent.mkdir(exist_ok=True)
            kept = {"machine": "two cores, 24 GB", "people": {str(n): told for n, told in results.items()}}
            RESULTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
            sys.exit(0 if report(results, console) else 1)


if __name__ == "__main__":
    main()
