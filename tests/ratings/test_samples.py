"""Sampled quality: drawn into the store, out to reviewers, reviews back, agreement."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from rich.console import Console

from kaohe.appraisal.appraise import appraise
from kaohe.core.figure import FigureKey, Level
from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound
from kaohe.ratings.blinding import aliases, blinded
from kaohe.ratings.desk import open_desk
from kaohe.ratings.reviewbooks import Written, shared_out, write_reviews
from kaohe.ratings.sampling import Sampling, sampling_of
from kaohe.ratings.takein import REVIEWS
from kaohe.ratings.terminal import agreement_table, review_status, tendency_table
from kaohe.records.store import open_store
from ratings import world
from ratings.world import NAMES, codes, fill, opened, score_cells, take

REVIEWERS = ("p8", "p1", "p2")


def sampling(records: Path, as_of: date = world.AS_OF) -> Sampling:
    return sampling_of(world.desk(records, as_of))


def drawn_into(store: Path, seed: str = "7", as_of: date = world.AS_OF) -> Sampling:
    found = sampling(store, as_of)
    found.keep(found.draw(seed), seed, store, Language.EN)
    return sampling(store, as_of)


def written(store: Path, out: Path, language: Language = Language.EN) -> Written:
    return write_reviews(drawn_into(store), REVIEWERS, out, language)


def refused(problems: ProblemsFound) -> list[str]:
    return [problem.code for problem in problems.problems]


def test_a_draw_is_kept_in_the_store_with_its_seed(store: Path) -> None:
    drawn_into(store)
    rows = open_store(store, zone=world.ZONE).table("draws").to_pylist()
    assert len(rows) == 8 * 3
    assert {row["seed"] for row in rows} == {"7"}
    assert {row["round"] for row in rows} == {"2026-10/quality"}
    assert {row["account"] for row in rows if row["person"] == "p2"} == {world.account("p2")}
    assert sum(row["second"] for row in rows) == 6  # a quarter


def test_drawn_again_with_the_same_seed_nothing_changes(store: Path) -> None:
    before = drawn_into(store).drawn
    assert drawn_into(store).drawn == before
    assert [one for one in sampling(store).draw("7") if one not in before] == []


def test_another_seed_is_refused_and_the_first_is_named(store: Path) -> None:
    drawn_into(store)
    with pytest.raises(ProblemsFound) as found:
        sampling(store).draw("8")
    assert refused(found.value) == ["F125"]
    assert "seed 7" in str(found.value)


def test_a_draw_in_the_middle_of_the_period_is_added_to_later(store: Path) -> None:
    early = drawn_into(store, as_of=date(2026, 10, 15))
    assert {problem.code for problem in early.warnings(early.drawn)} == {"F127"}
    assert {one.talk.day <= date(2026, 10, 14) for one in early.drawn} == {True}
    later = drawn_into(store)
    assert {one.case for one in early.drawn} < {one.case for one in later.drawn}
    assert len(later.drawn) == 24


def test_people_with_too_few_conversations_are_named(tmp_path: Path) -> None:
    held = dict(world.tables())
    few = [
        row
        for row in held["messages"]
        if not str(row["customer"]).startswith("tbp3") or str(row["customer"]) < "tbp3005"
    ]
    held["messages"] = few
    records = world.write_tables(tmp_path / "records", held)
    found = sampling(records)
    assert [str(one.message) for one in found.warnings(found.draw("1"))] == [
        "小蘭 is 3 conversations short of what is to be drawn."
    ]
    with pytest.raises(ProblemsFound) as refusal:
        found.keep(found.draw("1"), "1", records, Language.EN)
    assert refused(refusal.value) == ["F128"]


def test_before_a_draw_there_is_nothing_to_review(store: Path, tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound) as found:
        write_reviews(sampling(store), REVIEWERS, tmp_path, Language.EN)
    assert refused(found.value) == ["F129"]
    with pytest.raises(ProblemsFound) as nobody:
        shared_out(drawn_into(store), ())
    assert refused(nobody.value) == ["F130"]


def test_a_reviewer_reads_the_chat_with_times_and_waits_and_not_whose_it_is(
    store: Path, tmp_path: Path
) -> None:
    files = written(store, tmp_path).files
    assert set(files) == set(REVIEWERS)
    book = opened(files["p8"])
    cells = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    texts = " ".join(str(cell) for row in cells for cell in row if cell is not None)
    assert "您好，the agent為您服務" in texts
    assert not [name for name in NAMES.values() if name in texts]
    head = next(
        number for number, row in enumerate(cells) if row[:5] == ["No.", "Round", "Time", "Speaker", "Text"]
    )
    chat = cells[head + 1 :]
    assert [row[0] for row in chat] == ["1", "2", "3", "4", "5", "6"]
    assert [row[1] for row in chat] == ["1", "1", "2", "2", "", "3"]
    assert [row[5] for row in chat] == ["", "12", "", "90", "", ""]
    assert chat[3][6] == "later than 60 s"
    assert chat[5][6] == "without an answer"
    assert "an answer later than 60 s, after 90 s; line 4" in texts
    assert "promises" not in texts, "the answer came within the five minutes of 稍等"


def test_the_hidden_sheet_does_not_tell_either(store: Path, tmp_path: Path) -> None:
    for file in written(store, tmp_path).files.values():
        hidden = json.dumps([[cell.value for cell in row] for row in opened(file)["kaohe"].iter_rows()])
        assert not [person for person in world.AGENTS if f'"{person}"' in hidden.replace('"rater", "p2"', "")]


def test_nobody_gets_their_own_and_every_second_has_two(store: Path, tmp_path: Path) -> None:
    found = drawn_into(store)
    shared = shared_out(found, REVIEWERS)
    assert all(one.talk.person != reviewer for reviewer, cases in shared.cases.items() for one in cases)
    assert sum(len(cases) for cases in shared.cases.values()) == 24 + 6
    problems = write_reviews(found, (*REVIEWERS, "px"), tmp_path, Language.EN).problems
    assert [problem.code for problem in problems] == ["F132"]


def test_reviews_come_back_with_the_person_from_the_draw(store: Path, tmp_path: Path) -> None:
    files = written(store, tmp_path).files
    for reviewer, file in files.items():
        fill(file, 1, note=f"seen by {reviewer}")
    taken = take(list(files.values()), store, REVIEWS)
    assert taken.problems == ()
    rows = open_store(store, zone=world.ZONE).table("reviews").to_pylist()
    assert len(rows) == (24 + 6) * 2
    people = {one.case: one.talk.person for one in sampling(store).drawn}
    assert all(row["person"] == people[row["case"]] != row["reviewer"] for row in rows)
    assert {row["note"] for row in rows if row["reviewer"] == "p8"} == {"seen by p8"}
    again = take(list(files.values()), store, REVIEWS, on="2026-11-04")
    assert (again.report, again.known) == (None, 60)


def test_reviews_on_paper_become_the_persons_figure(store: Path, tmp_path: Path) -> None:
    files = written(store, tmp_path).files
    take([fill(file, 1) for file in files.values()], store, REVIEWS)
    after = world.desk(store)
    figures = appraise(after.policy, after.evaluator.facts, after.period).figures
    values = {
        person: figures[FigureKey("quality_score", Level.PERSON, person, "2026-10")].value
        for person in world.AGENTS
    }
    # Courtesy, of double weight, got 1 of 2; knowledge 1 of 1.
    assert values == dict.fromkeys(world.AGENTS, Fraction(2 * 1 + 1 * 2, 3 * 2))


def test_the_last_review_of_a_reviewer_counts(store: Path, tmp_path: Path) -> None:
    file = written(store, tmp_path).files["p8"]
    take([fill(file, 0)], store, REVIEWS, on="2026-11-02")
    take([fill(file, 1, note="looked again")], store, REVIEWS, on="2026-11-04")
    assert {one.score for one in sampling(store, date(2026, 11, 3)).reviewed.values()} == {0}
    assert {(f"{one.score}", one.note) for one in sampling(store).reviewed.values()} == {
        ("1", "looked again")
    }


def test_a_case_of_another_store_is_refused(store: Path, pristine: Path, tmp_path: Path) -> None:
    file = fill(written(store, tmp_path).files["p8"], 1)
    taken = take([file], pristine, REVIEWS)
    assert set(codes(taken)) == {"F219"}


def test_reviews_are_no_forms(store: Path, tmp_path: Path) -> None:
    file = fill(written(store, tmp_path).files["p8"], 1)
    taken = take([file], store)
    assert codes(taken) == ["F204"]
    assert "a workbook for reviews of conversations" in str(taken.problems[0].message)


def test_a_checklist_that_was_changed_is_refused_and_the_chat_may_be_annotated(
    store: Path, tmp_path: Path
) -> None:
    file = fill(written(store, tmp_path).files["p8"], 1)
    book = opened(file)
    sheet = book.worksheets[1]
    sheet["I20"].value = "I would have asked back here"
    book.save(file)
    assert codes(take([file], store, REVIEWS)) == []
    row = score_cells(sheet)[0].row
    sheet.cell(row, 1).value = "Charm"
    book.save(file)
    taken = take([file], store, REVIEWS)
    assert [(one.code, one.place.column) for one in taken.problems] == [("F207", f"{sheet.title}!A{row}")]


def test_a_lone_reviewer_leaves_second_reviews_open_and_says_which(store: Path, tmp_path: Path) -> None:
    found = write_reviews(drawn_into(store), ["p8"], tmp_path, Language.EN)
    assert {problem.code for problem in found.problems} == {"F131"}
    assert len(found.problems) == 1
    assert "left to review 6 cases" in str(found.problems[0].message)


def shown(renderable: object) -> str:
    console = Console(width=140, record=True, file=None, quiet=True)
    with console.capture() as captured:
        console.quiet = False
        console.print(renderable)
    return captured.get()


def test_status_and_agreement_say_how_far_reviews_are(store: Path, tmp_path: Path) -> None:
    files = written(store, tmp_path).files
    for number, file in enumerate(files.values()):
        book = opened(file)
        for place, sheet in enumerate(book.worksheets[1:-1]):
            for cell in score_cells(sheet):
                cell.value = (place + number) % 2
        book.save(file)
    take(list(files.values()), store, REVIEWS)
    found = sampling(store)
    status = shown(review_status(found, shared_out(found, REVIEWERS), Language.EN))
    row = next(row for row in status.splitlines() if "阿梅" in row)
    assert row.split()[1:3] == ["8", "8"]
    marks = found.marks()
    told = shown(agreement_table(marks, found.sample.items, 1, Language.EN))
    assert "Krippendorff" in told
    assert "with the seed 1" in " ".join(told.split())
    whole = next(row for row in told.splitlines() if "All items" in row).split()
    assert whole[2:4] == ["12", "12"]
    assert "小竹" in shown(tendency_table(marks, found.desk.name, Language.EN))


def test_without_a_second_reviewer_agreement_says_why_there_is_none(store: Path) -> None:
    found = drawn_into(store)
    assert "nothing was scored by two people" in shown(
        agreement_table([], found.sample.items, 1, Language.EN)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("您好，小竹為您服務", "您好，X為您服務"),
        ("我是示範旗艦店:小竹", "我是X"),
        ("ask bo about it", "ask X about it"),
        ("Bo here", "X here"),
        ("both of them", "both of them"),
        ("小竹子", "X子"),
    ],
)
def test_names_and_accounts_are_taken_out_of_the_text(text: str, said: str) -> None:
    hidden = aliases("bo", "小竹", ["示範旗艦店:小竹"])
    assert blinded(text, hidden, "X") == said


def test_a_name_of_one_character_is_replaced_only_where_it_stands_alone() -> None:
    assert blinded("梅", ["梅"], "X") == "X"
    assert blinded("梅子酒", ["梅"], "X") == "梅子酒"


def test_the_policy_names_who_reviews(store: Path, tmp_path: Path) -> None:
    policy = tmp_path / "desk.yaml"
    text = world.POLICY.read_text("utf-8").replace(
        "    size: sample_size\n", "    size: sample_size\n    reviewers: leads\n"
    )
    policy.write_text(text, "utf-8")
    drawn_into(store)
    found = sampling_of(open_desk(store, str(policy), "2026-10", world.AS_OF))
    assert found.reviewers == ["p1"]
    assert list(write_reviews(found, (), tmp_path / "all", Language.EN).files) == ["p1"]
    other = write_reviews(found, ("p8",), tmp_path / "other", Language.EN)
    assert "F135" in [problem.code for problem in other.problems]


def test_who_chatted_with_nobody_is_told_apart_from_who_chatted_little(tmp_path: Path) -> None:
    held = dict(world.tables())
    held["messages"] = [row for row in held["messages"] if NAMES["p2"] not in str(row["account"])]
    found = sampling_of(world.desk(world.write_tables(tmp_path / "records", held)))
    told = {problem.code: str(problem.message) for problem in found.warnings(found.draw("7"))}
    assert "F134" in told
    assert "阿梅" in told["F134"]
