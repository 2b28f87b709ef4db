"""``figures.csv`` and ``figures.json``, checked by a walker that knows nothing of the engine."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from operator import gt, lt
from pathlib import Path
from typing import Any

import pytest

from kaohe.core.figure import FigureKey, Level
from kaohe.statements.figures_file import HEADER, write_figures
from statements.appraised import CASES, PRESALE, presale
from statements.arithmetic import applied, evaluated, read

Key = tuple[str, str, str, str]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@dataclass
class Walker:
    """Recomputes figures from a figures.json, the measures and the history beside it."""

    case: Path
    written: Mapping[str, Any]
    figures: dict[Key, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.written["figures"]:
            self.figures[one["figure"], one["level"], one["subject"], one["span"]] = one

    @cached_property
    def history(self) -> Mapping[Key, Fraction | None]:
        return {
            (one["figure"], one["level"], one["subject"], one["span"]): Fraction(one["value"])
            if one["value"]
            else None
            for one in rows(self.case / "history.csv")
        }

    @cached_property
    def measures(self) -> Mapping[tuple[str, str, str], list[tuple[date, Fraction]]]:
        found: dict[tuple[str, str, str], list[tuple[date, Fraction]]] = {}
        for one in rows(self.case / "measures.csv"):
            held = (date.fromisoformat(one["day"]), Fraction(one["value"]))
            found.setdefault((one["level"], one["subject"], one["measure"]), []).append(held)
        return found

    @cached_property
    def desk(self) -> frozenset[str]:
        parameters = json.loads((self.case / "parameters.yaml").read_text(encoding="utf-8"))
        return frozenset(
            one["person"]
            for one in rows(self.case / "records" / "people.csv")
            if one["department"] == parameters["desk_department"] and one["role"] in parameters["desk_roles"]
        )

    def value(self, one: Mapping[str, Any]) -> Fraction | None:
        """Return a figure's exact value as the file has it."""
        text = one.get("exact", one["value"])
        return None if text is None else Fraction(text)

    def leaf(self, own: Mapping[str, Any], tree: Mapping[str, Any]) -> Any:
        """Return what a leaf reads: looked up where it can be, and equal to what stands in the tree."""
        ref, held = tree.get("ref", {}), read(tree["value"])
        if "figure" in ref:
            key = (
                ref["figure"],
                ref.get("level", own["level"]),
                ref.get("subject", own["subject"]),
                ref.get("span", own["span"]),
            )
            looked_up = self.value(self.figures[key]) if key in self.figures else self.history.get(key)
            if key in self.figures or key in self.history:
                assert looked_up == held, (own["figure"], key)
            return held
        if "measure" in ref:
            assert self.summed(ref, own) == held, (own["figure"], ref)
        return held

    def summed(self, ref: Mapping[str, Any], own: Mapping[str, Any]) -> Fraction:
        """Return a sum of a measure, added up from measures.csv."""
        level = ref.get("level", own["level"])
        first, last = date.fromisoformat(ref["from"]), date.fromisoformat(ref["to"])
        without = {date.fromisoformat(day) for day in ref.get("without", ())}
        total = Fraction(0)
        for (stands, subject, measure), days in self.measures.items():
            whose = {
                "person": stands == "person" and subject == ref.get("subject", own["subject"]),
                "department": stands == "person" and subject in self.desk,
                "shop": stands == "shop",
            }[level]
            if whose and measure == ref["measure"]:
                total += sum(
                    (value for day, value in days if first <= day <= last and day not in without), Fraction(0)
                )
        return total

    def recomputed(self, one: Mapping[str, Any]) -> Fraction | None:
        """Return a figure's value, computed anew from its inputs."""
        tree, rules = one["reason"]["tree"], one["reason"].get("rules", [])
        if tree["op"] == "place":
            return self.place(one, rules[0])
        if tree["op"] == "share":
            return self.share(one, rules[0])
        fired = [give for rule in rules for give in self.fires(one, rule)]
        if tree["op"] in ("sum", "first") and rules:
            if tree["op"] == "first":
                return fired[0] if fired else None
            return sum((give for give in fired if give is not None), Fraction(0))
        result = evaluated(tree, lambda leaf: self.leaf(one, leaf))
        assert result is None or isinstance(result, Fraction)
        return result

    def fires(self, one: Mapping[str, Any], rule: Mapping[str, Any]) -> Iterator[Fraction | None]:
        """Yield what a rule gives, if it fires; hold it against what the file says of it."""
        looked = evaluated(rule["looked_at"], lambda leaf: self.leaf(one, leaf))
        unless = evaluated(rule["unless"], lambda leaf: self.leaf(one, leaf)) if "unless" in rule else False
        # Written down where it stopped the rule; what does not stand there is large enough.
        base = (
            evaluated(rule["minimum_base"], lambda leaf: self.leaf(one, leaf))
            if "minimum_base" in rule
            else True
        )
        gives = self.gives(one, rule, looked) if unless is not True and base is True else None
        if rule["kind"] not in ("case", "otherwise") and rule["fired"] is not (gives is not None):
            raise AssertionError((one["figure"], rule))
        if rule["fired"]:
            assert gives == read(rule["gave"]), (one["figure"], rule)
            yield gives

    def gives(self, one: Mapping[str, Any], rule: Mapping[str, Any], looked: Any) -> Fraction | None:
        if rule["kind"] == "places":
            places = {
                subject: place for subject, _, place in self.written["standings"][rule["standing"]]["rows"]
            }
            award = rule["awards"].get(str(places.get(one["subject"])))
            return None if award is None else Fraction(award)
        if rule["kind"] == "bands":
            for low, high, give in rule["bands"]:
                above = low is None or (looked is not None and looked >= Fraction(low))
                if looked is not None and above and (high is None or looked < Fraction(high)):
                    return Fraction(give)
            return None
        if rule["kind"] == "per" and not looked:
            return None
        if rule["kind"] in ("when", "review", "case") and looked is not True:
            return None
        if rule["kind"] == "review" and not evaluated(
            rule["confirmed_by"], lambda leaf: self.leaf(one, leaf)
        ):
            return None
        # What an unfired rule would have given is not written down: it had to be refused above.
        return evaluated(rule["give"], lambda leaf: self.leaf(one, leaf)) if "give" in rule else None

    def place(self, one: Mapping[str, Any], rule: Mapping[str, Any]) -> Fraction | None:
        """Return 1 + the number of those who are strictly better."""
        standing = self.written["standings"][rule["standing"]]
        table = [(subject, Fraction(value)) for subject, value, _ in standing["rows"]]
        own = next((value for subject, value in table if subject == one["subject"]), None)
        if own is None:
            return None
        assert own == evaluated(rule["looked_at"], lambda leaf: self.leaf(one, leaf))
        better = lt if standing["better"] == "lower" else gt
        return Fraction(1 + sum(1 for _, value in table if better(value, own)))

    def share(self, one: Mapping[str, Any], rule: Mapping[str, Any]) -> Fraction | None:
        """Return the share by largest remainder, equal remainders by the person's id."""
        sharing = self.written["sharings"][rule["sharing"]]
        pool_text, step_text, table = sharing["pool"], sharing["step"], sharing["rows"]
        step, weights = Fraction(step_text), {subject: Fraction(weight) for subject, weight, _ in table}
        assert Fraction(pool_text) == evaluated(rule["looked_at"], lambda leaf: self.leaf(one, leaf))
        total = sum(weights.values(), Fraction(0))
        if not total:
            return Fraction(0)
        steps = Fraction(pool_text) // step
        exact = {subject: steps * weight / total for subject, weight in weights.items()}
        given = {subject: int(part) for subject, part in exact.items()}
        left = int(steps) - sum(given.values())
        for subject in sorted(weights, key=lambda name: (given[name] - exact[name], name))[:left]:
            given[subject] += 1
        return given[one["subject"]] * step


@pytest.fixture(scope="module", params=PRESALE)
def walker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Walker:
    out = tmp_path_factory.mktemp(request.param)
    write_figures(presale(request.param), out)
    return Walker(CASES / request.param, json.loads((out / "figures.json").read_text(encoding="utf-8")))


def test_every_figure_follows_from_its_own_inputs(walker: Walker) -> None:
    assert len(walker.figures) > 300
    for one in walker.written["figures"]:
        assert walker.recomputed(one) == walker.value(one), one


def test_the_lines_of_a_payslip_add_up_to_its_total(walker: Walker) -> None:
    totals = [one for one in walker.written["figures"] if one["figure"] == "pay.total"]
    assert totals
    for total in totals:
        lines = [
            walker.value(one) or Fraction(0)
            for one in walker.written["figures"]
            if one["figure"].startswith("pay.") and one["subject"] == total["subject"] and one is not total
        ]
        assert sum(lines, Fraction(0)) == walker.value(total)


def test_shares_add_up_to_their_pool(walker: Walker) -> None:
    for sharing in walker.written["sharings"].values():
        pool, table = sharing["pool"], sharing["rows"]
        weights = sum(Fraction(weight) for _, weight, _ in table)
        assert sum(Fraction(given) for _, _, given in table) == (Fraction(pool) if weights else 0)


def test_every_formula_names_its_line_in_the_policy(walker: Walker) -> None:
    policy = presale("presale-1").policy
    for one in walker.written["figures"]:
        file, _, line = one["reason"]["place"].partition(":")
        assert file == policy.file
        assert int(line) > 1


def test_the_csv_holds_the_same_figures_in_the_same_order(tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    write_figures(appraisal, tmp_path)
    written = rows(tmp_path / "figures.csv")
    loaded = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["figures"]
    assert tuple(written[0]) == HEADER
    assert [row["figure"] for row in written] == [key.figure for key in appraisal.figures]
    for row, one in zip(written, loaded, strict=True):
        assert row == {
            **{name: one[name] for name in HEADER},
            "value": one["value"] or "",
            "final": str(one["final"]).lower(),
        }


def test_a_value_without_an_end_has_twelve_places_and_its_exact_form(tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    write_figures(appraisal, tmp_path)
    loaded = {
        (one["figure"], one["level"], one["subject"], one["span"]): one
        for one in json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["figures"]
    }
    endless = loaded["order_rate", "person", "Ann Lee", "2027-03-W1"]
    assert (endless["value"], endless["exact"]) == ("0.369565217391", "17/46")
    ended = loaded["inquiry_ratio", "person", "王芳", "2027-03-W1"]
    assert (ended["value"], "exact" in ended) == ("0.904", False)


def test_no_value_is_a_blank_cell(tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    key = FigureKey("inquiry_ratio", Level.PERSON, "p-11", "2027-03-W1")
    assert appraisal.figures[key].value is None
    write_figures(appraisal, tmp_path)
    row = next(
        one
        for one in rows(tmp_path / "figures.csv")
        if (one["figure"], one["subject"], one["span"]) == (key.figure, key.subject, key.span)
    )
    assert row["value"] == ""


def test_equal_appraisals_give_equal_bytes_and_leave_nothing_else_behind(tmp_path: Path) -> None:
    for folder in ("one", "other"):
        write_figures(presale("presale-3"), tmp_path / folder)
    for name in ("figures.csv", "figures.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["figures.csv", "figures.json"]


def test_a_file_that_could_not_be_finished_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    appraisal = presale("presale-1")
    write_figures(appraisal, tmp_path)
    before = (tmp_path / "figures.json").read_bytes()

    def broken(_: FigureKey) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(appraisal, "reason", broken)
    with pytest.raises(OSError, match="no space"):
        write_figures(appraisal, tmp_path)
    assert (tmp_path / "figures.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures.csv", "figures.json"]


def test_the_header_says_what_the_figures_were_made_by(walker: Walker) -> None:
    header = walker.written["header"]
    case = json.loads((walker.case / "case.json").read_text(encoding="utf-8"))
    assert (header["policy"], header["period"], header["as_of"]) == (
        case["policy"],
        case["period"],
        case["as_of"],
    )
    assert len(header["policy_digest"]) == 64
    assert header["engine"]


def test_the_walker_would_notice_a_wrong_value(walker: Walker) -> None:
    one = next(figure for figure in walker.written["figures"] if figure["figure"] == "order_rate")
    wrong = json.loads(json.dumps(one))
    wrong["reason"]["tree"]["args"][0]["value"] = "1000"
    with pytest.raises(AssertionError):
        walker.recomputed(wrong)


def test_the_second_evaluator_keeps_no_value_apart_from_zero() -> None:
    assert applied("/", [Fraction(1), Fraction(0)]) is None
    assert applied("sum", [None, Fraction(2)]) == 2
    assert applied("and", [None, False]) is False
    assert applied("<", [None, Fraction(1)]) is None
