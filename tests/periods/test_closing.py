"""A period is closed once, whole, by one person, and only with a reason for what blocks it."""

import json
import shlex
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from kaohe.core.figure import FigureKey, Level
from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound
from kaohe.periods.books.blockers import State
from kaohe.periods.books.cells import figures_bytes, read_figures
from kaohe.periods.books.closing import Act, close, status
from kaohe.periods.books.kept import Kept, opened
from kaohe.periods.books.manifest import digest
from kaohe.periods.runs import Request, run
from periods.desks import AT, Desk, as_of, commanded
from records.shops import written


def codes(found: pytest.ExceptionInfo[ProblemsFound]) -> list[str]:
    return [one.code for one in found.value.problems]


def value(kept: Kept, figure: str, person: str) -> Fraction | None:
    return kept.figures[FigureKey(figure, Level.PERSON, person, kept.manifest.period)].value


def test_closing_keeps_who_when_from_what_and_a_digest_of_every_file(desk: Desk) -> None:
    kept = desk.close("2026-07")
    manifest = kept.manifest
    assert (manifest.by, manifest.at, manifest.version, manifest.as_of) == ("Lin", AT, 1, date(2026, 8, 5))
    assert manifest.store == {"accounts": 1, "messages": 1, "orders": 1, "people": 1}
    folder = desk.shelf.folder("2026-07", 1)
    there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    assert there == {*manifest.files, "manifest.json"}
    assert all(digest((folder / name).read_bytes()) == one for name, one in manifest.files.items())
    assert kept.text("policy.yaml") == desk.scheme.read_text("utf-8")


def test_closed_figures_are_exactly_those_of_the_run(desk: Desk) -> None:
    appraised = run(Request(desk.store, str(desk.scheme), "2026-07", as_of("2026-07")))
    kept = desk.close("2026-07")
    assert kept.figures == dict(appraised.appraisal.figures)
    third = value(kept, "third", "ann")
    assert third is not None
    assert third.denominator % 3 == 0


def test_figures_read_back_are_exact(desk: Desk) -> None:
    figures = desk.close("2026-07").figures
    assert read_figures(figures_bytes(figures.values())) == figures


def test_a_closed_period_is_never_closed_again(desk: Desk) -> None:
    first = desk.close("2026-07")
    with pytest.raises(ProblemsFound) as found:
        desk.close("2026-07")
    assert codes(found) == ["D210"]
    text = "\n".join(found.value.problems[0].lines(Language.EN))
    assert "closed by Lin at 2026-11-06 10:00 Asia/Shanghai" in text
    again = shlex.split(text.partition("by a correction: ")[2])
    named = dict(zip(again[3::2], again[4::2], strict=True))
    assert again[:3] == ["kaohe", "period", "correct"]
    assert named == {
        "--books": str(desk.books),
        "--records": str(desk.store),
        "--period": "2026-07",
        "--by": "Lin",
        "--because": "REASON",
    }
    assert opened(desk.shelf, "2026-07").seal == first.seal


def test_the_next_month_reads_the_closed_figures_of_the_last_exactly(desk: Desk) -> None:
    july, august = desk.close("2026-07"), desk.close("2026-08")
    before, after = (value(kept, "third", "bob") for kept in (july, august))
    points = value(august, "points", "bob")
    assert before is not None
    assert points is not None
    assert after == before / 3 + points / 7
    assert [(one.period, one.version, one.seal) for one in august.manifest.seen] == [
        ("2026-07", 1, july.seal)
    ]


def test_the_books_go_before_what_is_handed_in_and_say_so(desk: Desk, tmp_path: Path) -> None:
    july = desk.close("2026-07")
    handed = tmp_path / "handed.csv"
    handed.write_text(
        "figure,level,subject,span,value\n"
        "third,person,ann,2026-07,5\n"
        "third,person,nobody,2026-07,7\n"
        "third,person,ann,2026-06,9\n",
        "utf-8",
    )
    request = Request(
        desk.store, str(desk.scheme), "2026-08", as_of("2026-08"), history=(handed,), books=desk.books
    )
    appraised = run(request)
    history = appraised.appraisal.evaluator.facts.history
    assert history[FigureKey("third", Level.PERSON, "ann", "2026-07")] == value(july, "third", "ann")
    assert history[FigureKey("third", Level.PERSON, "nobody", "2026-07")] == 7
    assert history[FigureKey("third", Level.PERSON, "ann", "2026-06")] == 9
    assert [one.code for one in appraised.problems] == ["D209"]


def test_what_blocks_is_named_with_a_sentence_in_each_language(desk: Desk) -> None:
    request = Request(desk.store, str(desk.scheme), "2026-10", date(2026, 10, 1), books=desk.books)
    found = status(request)
    assert found.state is State.OPEN
    assert {one.name for one in found.blockers} == {
        "provisional",
        *(f"sells_nothing/{person}" for person in ("ann", "bob", "cai")),
    }
    assert all(set(one.says) == set(Language) for one in found.blockers)


def test_closing_despite_a_blocker_takes_a_reason_for_each_and_keeps_it(desk: Desk) -> None:
    request = Request(desk.store, str(desk.scheme), "2026-10", date(2026, 10, 28), books=desk.books)
    with pytest.raises(ProblemsFound) as found:
        close(request, Act("Lin", AT))
    assert codes(found) == ["D211"]
    with pytest.raises(ProblemsFound) as found:
        close(request, Act("Lin", AT, waivers={"provisional": "REASON", "nothing/*": "x"}))
    assert sorted(codes(found)) == ["D208", "D211", "D212"]
    kept = close(request, Act("Lin", AT, waivers={"provis*": "the shop moves house"}))
    assert [(one.name, one.reason) for one in kept.manifest.waived] == [
        ("provisional", "the shop moves house")
    ]


def test_a_policy_that_holds_only_later_blocks(desk: Desk) -> None:
    desk.scheme.write_text(desk.scheme.read_text("utf-8").replace("2026-01-01", "2026-08-01"), "utf-8")
    names = [one.name for one in status(desk.request("2026-07")).blockers]
    assert names == ["policy-not-yet-valid"]


def test_a_month_before_a_closed_one_is_closed_with_a_reason_only(desk: Desk) -> None:
    desk.close("2026-08")
    assert [one.name for one in status(desk.request("2026-07")).blockers] == ["later/2026-08"]


def test_a_plain_folder_handed_in_measures_and_nobodys_name_are_refused(desk: Desk, tmp_path: Path) -> None:
    plain = written(tmp_path / "plain")
    request = Request(plain, str(desk.scheme), "2026-07", as_of("2026-07"), books=tmp_path / "other")
    with pytest.raises(ProblemsFound) as found:
        close(request, Act("Lin", AT, because="x"))
    assert codes(found) == ["D203"]
    measures = Request(
        desk.store, str(desk.scheme), "2026-07", as_of("2026-07"), measures=plain, books=tmp_path / "other"
    )
    with pytest.raises(ProblemsFound) as found:
        close(measures, Act(" ", AT))
    assert codes(found) == ["D207", "D204"]


def test_books_are_not_made_in_a_folder_that_holds_something_else(desk: Desk) -> None:
    with pytest.raises(ProblemsFound) as found:
        close(desk.request("2026-07", books=desk.store), Act("Lin", AT))
    assert codes(found) == ["D202"]


@pytest.mark.parametrize("attempt", [1])
def test_of_two_who_close_at_once_one_wins_and_the_other_is_told(desk: Desk, attempt: int) -> None:
    names = (f"Lin {attempt}", f"Wu {attempt}")
    begun = [commanded(*desk.closing("2026-07", name)) for name in names]
    done = {name: (*one.communicate(), one.returncode) for name, one in zip(names, begun, strict=True)}
    winner = opened(desk.shelf, "2026-07").manifest.by
    (loser,) = set(names) - {winner}
    said, _, status_ = done[winner]
    assert (status_, "2026-07 is closed" in said) == (0, True)
    _, told, status_ = done[loser]
    assert status_ == 1
    assert f"closed by {winner}" in told or "Somebody else wrote into the books" in told
    assert desk.shelf.versions("2026-07") == [1]


def test_a_manifest_is_readable_by_anybody(desk: Desk) -> None:
    desk.close("2026-07")
    plain = json.loads((desk.shelf.folder("2026-07", 1) / "manifest.json").read_text("utf-8"))
    assert plain["policy"] == "small-desk"
    assert plain["totals"] == ["pay.total"]
    assert plain["before"] == ""
