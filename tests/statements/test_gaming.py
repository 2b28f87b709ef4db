"""Signals of gaming as people read them: sentence, shares, conversations; nothing where there are none."""

import json
import re
import warnings
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from kaohe.core.language import Language
from kaohe.measures.gaming import EVIDENCE, Ruse, Signal
from kaohe.periods.results import evidence_of
from kaohe.statements.report import page
from kaohe.statements.report.evidence import CarriedRows
from kaohe.statements.report.said import Telling, Texts
from kaohe.statements.terminal.gaming import worth_a_look
from kaohe.statements.words.gaming import HEADING, MOST_ZEROS, NUMBERS, signal_told
from kaohe.statements.workbook import write_workbook
from statements.appraised import LANGUAGES, from_records, presale
from statements.test_terminal import printed, squeezed

EN = Language.EN


def signal(ruse: Ruse, count: int = 3) -> Signal:
    person = presale("presale-2").people("appraised")[0]
    detail = {Ruse.FILTERED: "one_line", Ruse.PASSED_ON: person}.get(ruse, "o7")
    row = {"shop": "店", "person": person, "customer": "<白葉>", "day": date(2026, 10, 3), "detail": detail}
    rows = pa.Table.from_pylist([row | {"number": 5}] * count, EVIDENCE)
    return Signal(ruse, person, date(2026, 10, 1), date(2026, 10, 31), 71, 552, 154, 3418, 1.7e-12, rows)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ruse", list(Ruse))
def test_a_signal_says_both_shares_what_is_usual_and_what_it_moves(ruse: Ruse, language: Language) -> None:
    appraisal = presale("presale-2")
    told = signal_told(appraisal, signal(ruse), language, limit=2)
    for part in ("71", "552", "12.9%", "154", "3,418", "4.5%", "24.9", NUMBERS[MOST_ZEROS].to(language)):
        assert part in told.said, part
    assert appraisal.name(signal(ruse).person) in told.said
    assert len(told.rows) == 2
    assert told.more == 1
    assert all(len(row) == len(told.columns) for row in told.rows)
    assert told.rows[0][1:3] == ("<白葉>", "5")


def test_a_terminal_lists_signals_and_says_where_there_are_none() -> None:
    appraisal = presale("presale-2")
    shown = printed(worth_a_look(appraisal, [signal(Ruse.FILTERED, 12)], EN))
    assert "never counts by itself" in shown
    assert shown.count("<白葉>") == 8
    assert "and 4 more" in shown
    assert squeezed("No signal: nobody") in squeezed(printed(worth_a_look(appraisal, [], EN)))


def test_the_page_has_signals_only_where_there_are_some() -> None:
    appraisal = presale("presale-2")
    text = page(appraisal, EN, signals=[signal(Ruse.CLAIMED)])
    assert HEADING.to(EN) in text
    assert "&lt;白葉&gt;" in text
    assert "<白葉>" not in text
    assert HEADING.to(EN) not in page(appraisal, EN)


def test_rows_behind_a_signal_open_the_conversation_that_the_page_carries() -> None:
    appraised = from_records()
    source = evidence_of(appraised)
    assert source is not None
    chat = next(iter(CarriedRows(Telling(appraised.appraisal, Texts(EN)), source).chats))
    row = {"shop": chat.shop, "person": chat.person, "customer": chat.customer, "day": chat.day}
    beside = row | {"customer": "nobody has written so"}
    rows = pa.Table.from_pylist(
        [one | {"detail": "one_line", "number": 5} for one in (row, beside)], EVIDENCE
    )
    found = Signal(Ruse.FILTERED, chat.person, chat.day, chat.day, 2, 4, 3, 300, 1e-6, rows)
    text = page(appraised.appraisal, EN, evidence=source, signals=[found])
    held = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert held
    carried = json.loads(held[1])["chats"]
    opened = [int(one) for one in re.findall(r'<button[^>]*data-chat="(\d+)"', text)]
    assert carried[opened[0]]["customer"] == chat.customer
    assert carried[opened[0]]["lines"]
    assert not carried[opened[1]]["lines"]


def test_the_workbook_has_a_sheet_of_them_only_where_there_are_some(tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    names = []
    for found in ([signal(Ruse.GREETED)], []):
        write_workbook(appraisal, tmp_path / "statement.xlsx", EN, signals=found)
        with warnings.catch_warnings():
            # Sparklines are beyond openpyxl, and nothing here asks for them.
            warnings.filterwarnings("ignore", "Sparkline Group extension")
            book = openpyxl.load_workbook(BytesIO((tmp_path / "statement.xlsx").read_bytes()))
        names.append(book.sheetnames)
        if found:
            cells = [cell for row in book["Worth a look"].iter_rows(values_only=True) for cell in row]
            assert cells.count("<白葉>") == 3
    assert set(names[0]) - set(names[1]) == {"Worth a look"}
