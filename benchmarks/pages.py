"""Pages of a place with 1,000 agents and 24 months, asked for by 50 people at once.

On SQLite and on PostgreSQL: median and 95th percentile of each page, as ratios to an empty
page (the frame alone) of the same run. Editions are made of the demo's own sheets, its
people multiplied: they have the size and the form of real ones.

    python benchmarks/pages.py [--write]
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from time import sleep
from urllib.request import urlopen

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from kaohe.web.serving import Serving, manage, started  # noqa: E402 - after the tests' folder is known
from web.postgres import free_port, running  # noqa: E402

AGENTS, MONTHS, USERS, SECONDS = 1_000, 24, 50, 10
DOCS = HERE.parent / "docs" / "web.md"
BEGIN, END = "<!-- pages: written by benchmarks/pages.py --write -->", "<!-- end of pages -->"
RESULTS = HERE / "results" / "pages.json"
EMPTY = "empty page"
PAGES = {
    EMPTY: "/",
    "overview": "/desk/demo-shop/2026-10/overview/",
    "ranking": "/desk/demo-shop/2026-10/ranking/",
    "an agent's month": "/desk/demo-shop/2026-10/month/d01/",
    "worth a look": "/desk/demo-shop/2026-10/signals/",
    "period": "/desk/demo-shop/2026-10/life/",
    "accounts": "/desk/demo-shop/administration/",
}
PERCENTILES = """
done = function(summary, latency, requests)
  io.write(string.format("p50=%d p95=%d\\n", latency:percentile(50.0), latency:percentile(95.0)))
end
"""
FILLING = HERE / "pagerows.py"


def main() -> None:
    """Measure both databases and print the table; with ``--write`` keep the results."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="kaohe-bench-web-") as folder:
        demo = Path(folder) / "demo"
        made = ["kaohe", "demo", "--into", str(demo), "--scale", "0.05", "--language", "en"]
        subprocess.run(
            [str(Path(sys.executable).with_name(made[0])), *made[1:]],
            check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        for name in ("SQLite", "PostgreSQL"):
            with ExitStack() as stack:
                environment = dict(os.environ)
                if name == "PostgreSQL":
                    environment["KAOHE_DATABASE"] = stack.enter_context(running())
                found[name] = dict(_measured(demo / "web", environment, name))
    for name, pages in found.items():
        _print(name, pages)
    if "--write" in sys.argv:
        setting = {"agents": AGENTS, "months": MONTHS, "users": USERS, "cores": os.cpu_count()}
        RESULTS.write_text(json.dumps({**setting, "pages": found}, indent=1) + "\n", encoding="utf-8")
        _document(found)


def _measured(
    data: Path, environment: Mapping[str, str], name: str
) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield each page with its percentiles, in seconds."""
    serving = Serving(data, port=free_port(), environment={**environment, "KAOHE_WORKERS": "1"})
    manage(serving, "migrate", "--verbosity", "0")
    own = serving.surroundings()
    filled = subprocess.run(
        [sys.executable, str(FILLING), str(AGENTS), str(MONTHS)],
        env=own,
        check=True,
        capture_output=True,
        text=True,
    )
    cookies = json.loads(filled.stdout.splitlines()[-1])
    print(f"{name}: {filled.stderr.strip().splitlines()[-1]}", flush=True)
    with started(serving), tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(PERCENTILES)
        script.flush()
        _wait(f"{serving.address}health")
        for page, address in PAGES.items():
            cookie = cookies["nobody" if page == EMPTY else "admin" if page == "accounts" else "head"]
            line = [
                "wrk", "-t", "1", "-c", str(USERS), "-d", f"{SECONDS}s", "--timeout", "60s",
                "-s", script.name,
                "-H", f"Cookie: sessionid={cookie}; kaohe-language=zh-Hant",
                serving.address.rstrip("/") + address,
            ]  # fmt: skip
            told = subprocess.run(line, check=True, capture_output=True, text=True).stdout
            # What still waits is answered first, so that the next page does not pay for this one.
            _wait(f"{serving.address}health")
            if "Non-2xx" in told:
                sys.exit(f"{page}: not every answer was 200\n{told}")
            answered = re.search(r"(\d+) requests in", told)
            if not answered or int(answered[1]) < USERS:
                sys.exit(f"{page}: not everybody was answered once in {SECONDS} s\n{told}")
            times = re.search(r"p50=(\d+) p95=(\d+)", told)
            assert times, told
            print(f"{name}, {page}: {int(times[1]) / 1e6:.3f} s, {int(times[2]) / 1e6:.3f} s", flush=True)
            yield page, {"median": int(times[1]) / 1e6, "p95": int(times[2]) / 1e6}


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            sleep(0.2)
    sys.exit(f"{address} does not answer")


def _print(name: str, pages: Mapping[str, Mapping[str, float]]) -> None:
    empty = pages[EMPTY]
    print(f"\n{name}: {AGENTS:,} agents, {MONTHS} months, {USERS} at once")
    print(f"{'page':20} {'median':>9} {'ratio':>7} {'p95':>9} {'ratio':>7}")
    for page, times in pages.items():
        ratios = {key: times[key] / empty[key] for key in ("median", "p95")}
        shown = (f"{times[key]:8.3f}s {ratios[key]:6.1f}x" for key in ("median", "p95"))
        print(f"{page:20}", *shown)


def _document(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    """Write the table into the documents."""
    rows = [
        "| page | " + " | ".join(f"{name}: median | 95th percentile" for name in found) + " |",
        "|---|" + "---|" * 2 * len(found),
    ]
    for page in PAGES:
        cells = [
            f"{pages[page][key] / pages[EMPTY][key]:.1f}× ({pages[page][key]:.2f} s)"
            for pages in found.values()
            for key in ("median", "p95")
        ]
        rows.append(f"| {page} | {' | '.join(cells)} |")
    before, _, rest = DOCS.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCS.write_text(f"{before}{BEGIN}\n{chr(10).join(rows)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
