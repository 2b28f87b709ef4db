"""A desk whose people and notes are called what nobody should be called, in the middle of its month."""

import csv
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

from kaohe.appraisal.appraise import Appraisal
from kaohe.periods.runs import Request, run
from statements.appraised import CASES

Row = dict[str, str]
NAMES = {
    "Ann Lee": '=HYPERLINK("https://example.invalid","click")',
    "王芳": "</script><script>document.title='taken'</script>",
    "阿強": "李小龍",
    "p-8": "李小龍",
    "p-2": "[a]:*?/\\ a name that is far longer than any sheet's name may be",
    "p-11": 'O\'Neil & "Söhne"\n<img src=x onerror="document.title=1">',
    "小李": "13800001234567890123",
}
NOTE = "=1+1 /*data*/ {{ 7 * 7 }} </script>"


@cache
def strange() -> Appraisal:
    """Return presale-2 as of the 20th, its people renamed and their entries annotated."""
    folder = Path(tempfile.mkdtemp(prefix="kaohe-strange-"))
    case = CASES / "presale-2"
    shutil.copytree(case / "records", folder / "records")
    _rewrite(folder / "records" / "people.csv", lambda row: row | {"name": NAMES[row["person"]]})
    _rewrite(folder / "records" / "entries.csv", lambda row: row | {"note": NOTE})
    parameters, measures = case / "parameters.yaml", case / "measures.csv"
    early = folder / "measures.csv"
    lines = measures.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    early.write_text(
        lines[0] + "".join(one for one in lines[1:] if one.split(",")[3] <= "2027-03-20"), "utf-8"
    )
    request = Request(
        folder / "records",
        "presale-desk",
        "2027-03",
        date(2027, 3, 20),
        parameters,
        (case / "history.csv",),
        early,
    )
    appraisal = run(request).appraisal
    shutil.rmtree(folder)
    return appraisal


@cache
def contest() -> Appraisal:
    """Return an appraisal by a policy of places alone: no points that add up, no department, no pay."""
    case = CASES / "presale-2"
    policy = str(Path(__file__).with_name("contest.yaml"))
    request = Request(case / "records", policy, "2027-03", date(2027, 4, 5), measures=case / "measures.csv")
    return run(request).appraisal


def _rewrite(file: Path, change: Callable[[Row], Row]) -> None:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = [change(row) for row in csv.DictReader(opened)]
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
