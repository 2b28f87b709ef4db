"""The shape of a policy file: which keys may stand where, and what kind of thing each holds.

Editors read the same shape as JSON Schema (``policy.schema.json``, made by
``kaohe.policy.schema``). What the keys mean, and whether names, units and bands fit
together, is the compiler's and the checker's business.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from kaohe.core.figure import Unit
from kaohe.core.number import Direction
from kaohe.core.period import PeriodKind, Weeks

YES_NO = {"yes": True, "no": False}
NAME = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"


def _flag(value: object) -> object:
    return YES_NO.get(value, value) if isinstance(value, str) else value


Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"enum": ["yes", "no", True, False]})]
"""``yes`` or ``no`` (``true`` and ``false`` too)."""
Name = Annotated[str, Field(pattern=NAME)]
Formula = Annotated[str | int | bool, WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""A formula as in a spreadsheet: ``sales_amount / targets.amount``, ``8‰``."""
Number = Annotated[str | int, WithJsonSchema({"type": ["string", "number"]})]
"""A number, a percentage (``80%``) or a rate per mille (``8‰``)."""
Day = Annotated[str | int, WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"})]
"""A day, YYYY-MM-DD; whether the calendar has it is the compiler's business."""
Each = Literal["day", "week", "period"]
Distance = Annotated[int, Field(ge=-120, le=-1)]
Item = Annotated[str | int, WithJsonSchema({"type": ["string", "number"]})]


class Shape(BaseModel):
    """A mapping with known keys only."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WordsShape(Shape):
    """One thing said in up to three languages."""

    zh_hant: str | None = Field(None, alias="zh-Hant", description="in Traditional Chinese")
    zh_hans: str | None = Field(None, alias="zh-Hans", description="in Simplified Chinese")
    en: str | None = Field(None, description="in English")


WordsOrText = WordsShape | str
"""A plain text holds for every language."""


class Told(Shape):
    """Anything that may have a title and a reading."""

    title: WordsOrText | None = Field(None, description="what people call it")
    reading: WordsOrText | None = Field(
        None, description="how an open text was read here; statements can show it"
    )


class DatedValue(Shape):
    """A parameter's value from a day on."""

    from_: Day = Field(alias="from", description="the first day on which it holds, YYYY-MM-DD")
    value: Item | bool | list[Item] | None = Field(description="the value from that day on")


class ParameterShape(Told):
    """A number, text or list that a manager may change."""

    type: Literal["number", "text", "texts", "days", "month", "flag"] = Field(
        description="what kind of thing it is"
    )
    unit: Unit | None = Field(None, description="what a number is counted in")
    value: Item | bool | list[Item] | None = Field(None, description="its value; left out or null: not set")
    values: list[DatedValue] | None = Field(
        None, min_length=1, description="instead of value: values, each with the day from which it holds"
    )
    at_least: Number | None = Field(None, description="the least that a number may be")
    at_most: Number | None = Field(None, description="the most that a number may be")
    one_of: list[Item] | dict[str, WordsOrText] | None = Field(
        None,
        min_length=1,
        description="the texts that it may be: a list, or each with what people call it",
    )


class GroupShape(Told):
    """Some of the people, by a condition on each."""

    if_: Formula = Field(alias="if", description="who belongs to it, such as people.regular and employed")


class DepartmentShape(Shape):
    """The department whose result is computed, or every department: exactly one of subject, each."""

    subject: Formula | None = Field(None, description="its name: a parameter, or a text in quotes")
    each: Literal["people.department"] | None = Field(
        None, description="people.department: every department of the people table"
    )
    only: Name | None = Field(None, description="with each: a parameter with the departments meant")
    members: Name = Field(description="the group whose measures add up to the department's")
    shops: Name | None = Field(
        None, description="a parameter with the shops that are summed; without a value: all"
    )


class ReferenceShape(Told):
    """Other periods that a formula may look at: exactly one of months, periods, since."""

    months: list[Distance] | None = Field(
        None,
        min_length=1,
        description="where the period is a month: how many months away; -1 is the month before",
    )
    periods: list[Distance] | None = Field(
        None, min_length=1, description="how many periods away: -1 is the period before"
    )
    since: Literal["quarter", "half_year", "year"] | None = Field(
        None,
        description="from the beginning of the running quarter, half-year or year up to the period before",
    )
    instead: Name | None = Field(None, description="a parameter that names one month to take instead")


class DeadlineShape(Told):
    """A day by which something is due."""

    days: int = Field(ge=0, le=366, description="how many days after the period's last day")


class LedgerItem(Told):
    """An item that may be entered in the ledger."""

    at_most: int | None = Field(None, ge=1, description="the largest quantity of one entry")
    at_most_period: int | None = Field(
        None, ge=1, description="the most that counts of one person in a period"
    )
    needs_approval: Flag = Field(
        default=False, description="whether an entry counts only once somebody has approved it"
    )


class Band(Shape):
    """From a border (included) to a border (not included)."""

    from_: Number | None = Field(None, alias="from", description="the lower border, which belongs to it")
    to: Number | None = Field(None, description="the upper border, which belongs to the next band")
    give: Formula = Field(description="what it gives")
    title: WordsOrText | None = Field(None, description="what its value is called, such as a grade")


class Slab(Shape):
    """The part of a value that lies between two borders, and its rate."""

    from_: Number | None = Field(None, alias="from", description="the lower border")
    to: Number | None = Field(None, description="the upper border")
    rate: Formula = Field(description="what each one of the part gives")
    title: WordsOrText | None = Field(None, description="what the part is called")


class RoundingShape(Shape):
    """To what a value is rounded, and which way."""

    to: Number = Field(description="the step, such as 0.01")
    direction: Direction = Field(
        Direction.HALF_UP,
        description="half_up, half_even or half_down: the nearest, and which way a half goes; "
        "up: away from zero; down: towards zero",
    )


class ReviewShape(Shape):
    """A finding that counts only once a supervisor has confirmed it."""

    opens_when: Formula = Field(description="the condition that opens the review")
    confirmed_by: Name = Field(description="the ledger item by which a supervisor confirms it")
    lists: list[Name] = Field(
        default_factory=list, description="measures whose evidence the reviewer looks at"
    )


class RuleShape(Told):
    """One way to earn or lose: exactly one of places, when, per, bands, review, otherwise."""

    places: dict[str, Number] | None = Field(
        None, min_length=1, description="place → points, such as {1: 3, 2: 2, 3: 1}"
    )
    only_if: Formula | None = Field(None, description="with places: who takes a place at all")
    when: Formula | None = Field(None, description="the condition under which it gives")
    per: Formula | None = Field(None, description="what is counted: it gives once for each")
    bands: list[Band] | None = Field(None, min_length=1, description="what it gives, by the band of a value")
    of: Formula | None = Field(None, description="with bands: the value; left out: the figure's own")
    review: ReviewShape | None = Field(None, description="a finding that a supervisor must confirm")
    otherwise: Formula | None = Field(None, description="in cases, last: what it is when no case applies")
    give: Formula | None = Field(None, description="what it gives")
    unless: Formula | None = Field(None, description="the condition that stops it")
    at_most: Formula | None = Field(None, description="with per: the most that it may give in all")
    at_least: Formula | None = Field(
        None, description="with per: the least that it may give in all, such as the most that can be lost"
    )


class BandsShape(Shape):
    """A value by the band in which another value lies."""

    of: Formula = Field(description="the value that is placed in the bands")
    rows: list[Band] = Field(min_length=1, description="the bands, lowest first")


class SlabsShape(Shape):
    """A value by slabs: each part of another value at a rate of its own."""

    of: Formula = Field(description="the value that is cut into slabs")
    rows: list[Slab] = Field(min_length=1, description="the slabs, lowest first")


class ShareShape(Shape):
    """A pool handed out by weight to the last unit, by largest remainder."""

    pool: Formula = Field(description="what is handed out")
    by: Formula = Field(description="each one's weight; below zero counts as zero")
    to: Number | RoundingShape = Field(
        description="the smallest unit, such as 0.01; with a direction: how the pool is rounded to it first"
    )


class QuotaRowShape(Told):
    """A grade and its seats: exactly one of best, rest."""

    best: Formula | None = Field(None, description="the share of the best who get it or a better one")
    rest: Flag | None = Field(None, description="yes, in the last row: all others")
    give: Formula = Field(description="what it gives")


class TiesShape(Shape):
    """Ties broken by other figures."""

    then: list[Name] = Field(min_length=1, description="figures that decide between the tied, in this order")


class QuotaShape(Shape):
    """People ranked, and grades dealt out by shares of the heads."""

    by: Formula = Field(description="what they are ranked by")
    better: Literal["higher", "lower"] = Field(description="which way is better")
    within: str | None = Field(None, description="department, or a group; left out: all who have the figure")
    ties: Literal["up", "down"] | TiesShape = Field(
        "up", description="whether the tied all get the better grade, all the worse, or what decides"
    )
    seats_round: Literal["down", "half_up"] = Field(
        "down", description="how a share of the heads becomes whole seats"
    )
    rows: list[QuotaRowShape] = Field(min_length=2, description="the grades, best first")


class FigureShape(Told):
    """One figure: exactly one of is, cases, adds, bands, slabs, share, quota; and what it earns."""

    unit: Unit = Field(description="what it is counted in")
    better: Literal["higher", "lower"] | None = Field(None, description="which way is better")
    is_: Formula | None = Field(None, alias="is", description="its formula")
    cases: list[RuleShape] | None = Field(
        None, min_length=1, description="the first case that applies gives the value"
    )
    adds: list[RuleShape] | None = Field(
        None, min_length=1, description="every rule that applies is added up"
    )
    bands: BandsShape | None = Field(None, description="its value by the band of another")
    slabs: SlabsShape | None = Field(None, description="each part of another value at a rate of its own")
    share: ShareShape | None = Field(None, description="its part of a pool")
    quota: QuotaShape | None = Field(None, description="a grade by rank, of which there are so many seats")
    shop_is: Formula | None = Field(None, description="the shop's formula, where it is another one")
    shop_beside: Flag | None = Field(
        None, description="whether the shop's value stands beside it; left out: as the section says"
    )
    shop_each_period: Flag = Field(
        default=False, description="whether the shop's value is computed for the whole period too"
    )
    without: Name | None = Field(None, description="a parameter with days that are left out")
    minimum_base: Formula | None = Field(
        None, description="what its divisor must reach for a place and points"
    )
    round: Number | RoundingShape | None = Field(
        None, description="the step to which it is rounded, half up if nothing else is said, such as 0.01"
    )
    ranked: Flag = Field(
        default=False, description="whether people take places in it for information, without earning by them"
    )
    points: list[RuleShape] | None = Field(
        None, min_length=1, description="what it earns and costs; all that apply are added up"
    )


class SectionShape(Told):
    """Figures of the same people and span; a table in the statement."""

    for_: Literal["person", "department"] = Field(alias="for", description="whose figures they are")
    who: str = Field("everyone", description="the group of people who have them")
    points_for: str | None = Field(None, description="the group that gets points; left out: who")
    each: Each = Field(description="once a day, once a week, or once a period")
    shop_beside: Flag = Field(default=False, description="whether the shop's value stands beside each")
    minimum_base: Formula | None = Field(
        None, description="what the divisor of each must reach for a place and points"
    )
    total: Name | None = Field(None, description="the figure that adds up the lines of a payslip")
    figures: dict[Name, FigureShape] = Field(min_length=1, description="the figures, by name")


class CheckShape(Told):
    """Something that must be said when it is so; it may block closing."""

    for_: str = Field(alias="for", description="a group of people, or department")
    each: Each = Field(description="asked once a day, once a week, or once a period")
    of: list[Name] | None = Field(
        None, min_length=1, description="figures: asked of each, as value, with shop beside it"
    )
    when: Formula = Field(description="the condition")
    says: WordsOrText = Field(description="what is said when it is so")
    blocks: Literal["closing"] | None = Field(
        None, description="closing: the period cannot be closed while it is so"
    )


class ScoredItem(Told):
    """An item of a form or a review, with its scale."""

    weight: Number = Field(1, description="its weight beside the other items")
    from_: Number = Field(0, alias="from", description="the lower end of its scale")
    to: Number = Field(100, description="the upper end of its scale: full marks")
    anchors: dict[str, WordsOrText] = Field(default_factory=dict, description="what some scores mean")


class RaterShape(Told):
    """Some of those who fill in a form: exactly one of superior, named, group, peers, self."""

    superior: Flag | None = Field(None, description="yes: the direct superior; of a department, its head")
    named: Name | None = Field(None, description="a parameter of type texts with their ids")
    group: Name | None = Field(None, description="a group of people")
    peers: Flag | None = Field(
        None, description="yes: the others whom the form is about, of the same department"
    )
    self_: Flag | None = Field(None, alias="self", description="yes: those whom it is about, of themselves")
    weight: Number = Field(1, description="the weight of each of them beside other raters")


class TrimmedShape(Shape):
    """A mean without the extremes."""

    trimmed: int = Field(ge=1, le=99, description="how many of the highest and of the lowest are left out")


class FormShape(Told):
    """A form: who scores whom, on which items, by when."""

    for_: Literal["person", "department"] = Field(alias="for", description="whom it is about")
    who: str = Field("everyone", description="the group of people whom it is about")
    order: Literal["by_item", "by_subject"] = Field(
        "by_item", description="all subjects item by item, or subject by subject"
    )
    opens: int = Field(1, ge=0, le=366, description="how many days after the period's last day it goes out")
    due: int = Field(
        ge=0, le=366, description="by how many days after the period's last day it is to be back"
    )
    missing: Literal["blocks", "left_out"] = Field(
        "blocks", description="whether a rater who has not scored keeps the period open"
    )
    mean: Literal["mean"] | TrimmedShape = Field(
        "mean", description="how the raters' scores become one; {trimmed: 1} leaves out the extremes"
    )
    items: dict[Name, ScoredItem] = Field(min_length=1, description="what is scored, by name")
    raters: dict[Name, RaterShape] = Field(min_length=1, description="who scores, by role")


class SampleShape(Told):
    """Conversations drawn at random, and what a reviewer looks at in each."""

    who: str = Field("everyone", description="the group whose conversations are drawn")
    size: Name = Field(description="a number parameter: how many are drawn of each person in a period")
    reviewers: Name | None = Field(None, description="a group of people: who reviews, nobody themself")
    second_share: Number = Field(0, description="which share of them a second reviewer sees as well")
    blind: Flag = Field(default=False, description="whether reviewers are not told whose conversation it is")
    strata: list[Literal["person", "week", "filter"]] = Field(
        ["person"], description="within what is drawn evenly"
    )
    items: dict[Name, ScoredItem] = Field(min_length=1, description="what is scored, by name")


class PolicyShape(Shape):
    """A whole policy file."""

    policy: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", description="its name")]
    version: int = Field(ge=1, description="1, 2, 3 …: raised whenever the scheme changes")
    valid_from: Day | None = Field(None, description="the first day on which it holds, YYYY-MM-DD")
    title: WordsOrText = Field(description="what people call it")
    about: WordsOrText | None = Field(None, description="how it works, in a sentence")
    period: PeriodKind = Field(PeriodKind.MONTH, description="what is appraised at a time")
    starts_on: int = Field(1, ge=1, le=28, description="the day of the month on which a month begins")
    starts_in: int = Field(
        1, ge=1, le=12, description="the month in which the first quarter, half-year or year begins"
    )
    weeks: Weeks = Field(
        Weeks.QUARTERS,
        description="quarters: days 1–7, 8–14, 15–21, 22 to the end of a month; iso: from Monday to Sunday; "
        "iso_cut: the same, cut at the period's borders; none. Left out: quarters of a month, else iso",
    )
    deadlines: dict[Name, DeadlineShape] = Field(
        default_factory=dict, description="what is due when, after the period's last day"
    )
    rules: dict[str, object] = Field(
        default_factory=dict, description="how the measures are taken; see docs/measures.md"
    )
    parameters: dict[Name, ParameterShape] = Field(
        default_factory=dict, description="what a manager may change"
    )
    groups: dict[Name, GroupShape] = Field(default_factory=dict, description="groups of people")
    department: DepartmentShape | None = Field(None, description="the department and who is in it")
    reference_periods: dict[Name, ReferenceShape] = Field(
        default_factory=dict, description="sets of other months that formulas look at"
    )
    ledger: dict[Name, LedgerItem] = Field(
        default_factory=dict, description="the items that may be entered in the merit ledger"
    )
    operating: dict[Name, Told] = Field(
        default_factory=dict,
        description="the indicators of the table operating that formulas read; left out: any",
    )
    forms: dict[Name, FormShape] = Field(
        default_factory=dict, description="what people say of each other, or of departments, in scores"
    )
    samples: dict[Name, SampleShape] = Field(
        default_factory=dict, description="conversations that are drawn at random and reviewed"
    )
    sections: dict[Name, SectionShape] = Field(min_length=1, description="the figures, table by table")
    checks: dict[Name, CheckShape] = Field(
        default_factory=dict, description="what is pointed out, and what blocks closing"
    )
