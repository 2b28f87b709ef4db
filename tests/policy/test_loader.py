"""Policies found and named: files, shipped names, and digests that change when the content does."""

from pathlib import Path

import pytest

from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound
from kaohe.policy.loader import lint, lint_text, load, shipped
from kaohe.policy.sentences import sentences
from policy.conftest import codes

SCHEMES = Path(__file__).parent / "schemes"
SMALLEST = (SCHEMES / "smallest.yaml").read_text("utf-8")


def digest(text: str) -> str:
    policy = lint_text(text, "policy.yaml").policy
    assert policy is not None
    return policy.digest


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_policy_has_nothing_to_mend(name: str) -> None:
    assert lint(name).problems == ()


@pytest.mark.parametrize("file", sorted(SCHEMES.glob("*.yaml")), ids=lambda file: str(file.stem))
def test_policies_of_other_shapes_can_be_written(file: Path) -> None:
    assert lint(str(file)).problems == ()
    policy = load(str(file))
    for language in Language:
        assert all(passage.lines for passage in sentences(policy, language))


def test_a_policy_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(ProblemsFound) as found:
        load("presale-dask")
    (problem,) = found.value.problems
    assert problem.code == "P100"
    assert str(problem.cure) == "Did you mean “presale-desk”?"


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert codes(lint(str(tmp_path / "mine.yaml")).problems) == ["C101"]


def test_findings_about_yaml_do_not_hide_the_others() -> None:
    text = SMALLEST.replace("version: 1", "version: 1\nversion: 2").replace("receptions}", "recptions}")
    assert codes(lint_text(text, "policy.yaml").problems) == ["C106", "P113"]


def test_a_broken_parameters_file_is_told_beside_the_policy(tmp_path: Path) -> None:
    file = tmp_path / "parameters.yaml"
    file.write_text("a: [1\n", "utf-8")
    assert codes(lint("presale-desk", file).problems) == ["C103"]


def test_comments_layout_and_defaults_written_out_keep_the_digest() -> None:
    same = SMALLEST.replace(
        "policy: smallest", "# A comment\npolicy:   'smallest'\nperiod: month\nweeks: quarters"
    )
    same = same.replace("each: week", "each: week\n    shop_beside: no")
    same = same.replace(
        "{unit: ratio, is: replied_receptions / receptions}",
        "\n        is: replied_receptions / receptions\n        unit: ratio",
    )
    assert digest(same) == digest(SMALLEST)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "version: 2"),
        ("title: Replies", "title: Answers"),
        ("each: week", "each: period"),
        ("replied_receptions / receptions", "receptions / replied_receptions"),
        ("unit: ratio", "unit: ratio, better: higher"),
        ("title: Replies", "title: Replies\nvalid_from: 2026-01-01"),
        ("title: Replies", "title: Replies\nrules: {quick_seconds: 20}"),
    ],
)
def test_any_change_of_content_changes_the_digest(old: str, new: str) -> None:
    assert old in SMALLEST
    assert digest(SMALLEST.replace(old, new)) != digest(SMALLEST)


def test_the_order_of_figures_is_content() -> None:
    more = SMALLEST + "      orders: {unit: count, is: orders}\n"
    rows = more.splitlines()
    turned = "\n".join([*rows[:-2], rows[-1], rows[-2]])
    assert digest(turned) != digest(more)


def test_an_override_changes_the_digest_only_where_it_changes_something(tmp_path: Path) -> None:
    def overridden(text: str) -> str:
        file = tmp_path / "parameters.yaml"
        file.write_text(text, "utf-8")
        return load("presale-desk", file).digest

    plain = load("presale-desk").digest
    assert overridden("within_share: 0.8\nrules.quick_seconds: 30\n") == plain
    changed = [
        overridden("within_share: 70%\n"),
        overridden("beyond_share: 70%\n"),
        overridden("rules.quick_seconds: 20\n"),
        overridden("refunds: deducted\n"),
        overridden("campaign_days: [2026-11-11]\n"),
    ]
    assert len({plain, *changed}) == 6


def test_a_policy_knows_from_when_it_holds() -> None:
    assert str(load("presale-desk").valid_from) == "2026-01-01"
    assert load(str(SCHEMES / "smallest.yaml")).valid_from is None
