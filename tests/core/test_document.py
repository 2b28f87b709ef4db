"""YAML files: lines, numbers as written, and what is said of a file that cannot be read."""

from pathlib import Path

import pytest

from kaohe.core.document import LONGEST_WHOLE, MOST_DEPTH, parse_document, read_document


def said(text: str) -> list[str]:
    document = parse_document(text, "file.yaml")
    return [f"{problem.place} {problem.code} {problem.message}" for problem in document.problems]


def test_a_number_with_a_point_stays_as_it_was_written() -> None:
    data = parse_document("rate: 0.10\ncount: 12\nsigned: +3\nclock: 08:00\nlong: 007\n", "f").data
    assert data == {"rate": "0.10", "count": 12, "signed": 3, "clock": "08:00", "long": "007"}


def test_yes_is_a_text_and_true_is_not() -> None:
    data = parse_document("a: yes\nb: true\nc: 'true'\nd: null\ne:\nf: ~\n", "f").data
    assert data == {"a": "yes", "b": True, "c": "true", "d": None, "e": None, "f": None}


def test_a_whole_number_nobody_counts_to_stays_text() -> None:
    digits = "9" * (LONGEST_WHOLE + 1)
    assert parse_document(f"a: {digits}\nb: {'9' * 5000}", "f").data["a"] == digits


def test_every_key_knows_its_line() -> None:
    document = parse_document("a:\n  b: 1\n  c:\n    - x\n    - d: 2\n", "f.yaml")
    assert [str(document.place(path)) for path in ((), ("a",), ("a", "b"), ("a", "c", 1, "d"))] == [
        "f.yaml:1",
        "f.yaml:1",
        "f.yaml:2",
        "f.yaml:5",
    ]


def test_a_key_that_is_not_there_stands_where_the_nearest_one_around_it_stands() -> None:
    document = parse_document("a: 1\nb:\n  c: 2\n", "f.yaml")
    assert document.place(("b", "missing", "deeper")).line == 2
    assert document.at(("b", "c")) == 2
    assert document.at(("b", "missing", "deeper")) is None


def test_an_alias_means_the_last_anchor_above_it() -> None:
    assert parse_document("a: &x 1\nb: &x 2\nc: *x\n", "f").data == {"a": 1, "b": 2, "c": 2}


def test_a_key_given_twice_keeps_its_first_value() -> None:
    document = parse_document("a: 1\nb: 2\na: 3\n", "file.yaml")
    assert document.data == {"a": 1, "b": 2}
    assert said("a: 1\nb: 2\na: 3\n") == [
        "file.yaml:3 C106 The key “a” stands here again; it was first given on line 1."
    ]


@pytest.mark.parametrize(
    ("text", "line", "meaning"),
    [
        ("a: b: c", 1, "a colon stands where no key can be; a text with a colon needs quotes"),
        ("a: 1\nb: [1, 2\nc: 3", 2, "a bracket that was opened is never closed, or a comma is missing"),
        ("a: 1\nb: 'open\nc: 1", 2, "a quote that was opened is never closed"),
        ("a:\n  b: 1\n c: 2", 3, "the indentation does not fit the lines above"),
        ("a: @b", 1, "a text that begins with a sign such as @, %, ` needs quotes"),
        ("a: *b", 1, "an alias (“*”) stands before its anchor (“&”), or the anchor is missing"),
        ("a: 1\n---\nb: 2", 2, "the file holds several documents; remove the line “---”"),
        ('a: "\\ud800"', 1, "an escape names half a character"),
    ],
)
def test_what_is_no_yaml_is_explained(text: str, line: int, meaning: str) -> None:
    assert said(text) == [f"file.yaml:{line} C103 This is not YAML: {meaning}."]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", "file.yaml:1 C104 The file must hold keys with values."),
        ("- a\n- b", "file.yaml:1 C104 The file must hold keys with values."),
        ("a:\n\tb: 1", "file.yaml:2 C108 The line is indented with a tab."),
        ("a: 1\n? [b]\n: 2", "file.yaml:2 C107 A key must be a name, not a list or a mapping."),
        ("a: &a [*a]", "file.yaml:1 C105 Keys are nested too deeply here."),
        ("a: &a [*a, *a]", "file.yaml:1 C109 The file holds more than 100000 values."),
        ("a: " + "[" * 3000, "file.yaml:1 C105 Keys are nested too deeply here."),
    ],
)
def test_what_is_no_document_is_said_once(text: str, finding: str) -> None:
    assert said(text) == [finding]


def test_a_file_is_refused_with_the_line_that_is_not_utf8(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes("a: 1\nb: 售前\n".encode("gb18030"))
    (problem,) = read_document(file).problems
    assert (problem.code, str(problem.place)) == ("C102", "policy.yaml:2")


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (problem,) = read_document(tmp_path / "nowhere.yaml", "mine.yaml").problems
    assert (problem.code, str(problem.place)) == ("C101", "mine.yaml")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (problem,) = read_document(tmp_path, "mine").problems
    assert (problem.code, str(problem.place)) == ("C110", "mine")


def test_a_bracket_left_open_on_the_last_line_is_explained() -> None:
    (told,) = said("a: 1\nb: [\n")
    assert told.endswith("something is missing here; a bracket may never have been closed.")


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("\ufeffa: 1\n", "utf-8")
    assert read_document(file).data == {"a": 1}


def test_keys_may_nest_as_deep_as_any_policy_needs() -> None:
    text = "".join(f"{' ' * depth}k{depth}:\n" for depth in range(MOST_DEPTH - 1))
    assert said(text) == []
