"""Appraisals that the tests of statements read: the worked examples, and a run from records."""

import json
import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.language import Language
from kaohe.periods.runs import Appraised, Request, run

CASES = Path(__file__).parents[1] / "conformance"
PRESALE = ("presale-1", "presale-2", "presale-3")
LANGUAGES = tuple(Language)


@cache
def presale(name: str, as_of: str = "") -> Appraisal:
    """Return a worked example's appraisal, as of its own day or another."""
    folder = CASES / name
    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    request = Request(
        records=folder / "records",
        policy=case["policy"],
        period=case["period"],
        as_of=date.fromisoformat(as_of or case["as_of"]),
        parameters=folder / "parameters.yaml",
        history=(folder / "history.csv",),
        measures=folder / "measures.csv",
    )
    return run(request).appraisal


@cache
def from_records() -> Appraised:
    """Return a run that computed its measures from chats and orders, so that it has evidence."""
    folder = Path(tempfile.mkdtemp(prefix="kaohe-statements-"))
    shutil.copytree(CASES / "small-1" / "records", folder / "records")
    parameters = folder / "parameters.yaml"
    parameters.write_text(
        "desk_department: desk\ndesk_roles: [agent]\nrules.timezone: Asia/Kolkata\n"
        "rules.ad: {phrase: 'no ads, please', times: 2}\n",
        encoding="utf-8",
    )
    request = Request(folder / "records", "presale-desk", "2026-05", date(2026, 5, 9), parameters)
    appraised = run(request)
    shutil.rmtree(folder)
    return appraised
