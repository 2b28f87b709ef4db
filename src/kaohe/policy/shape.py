"""The shape of a policy file: which keys may stand where, and what kind of thing each holds.

Editors read the same shape as JSON Schema (``policy.schema.json``). What the keys
mean, and whether names, units and bands fit together, is the compiler's and the
checker's business.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from kaohe.core.figure import Unit

YES_NO = {"yes": True, "no": False}


def _flag(value: object) -> object:
    return YES_NO.get(value, value) if isinstance(value, str) else value


Flag = Annotated[bool, BeforeValidator(_flag)]
"""``yes`` or ``no`` (``true`` and ``false`` too)."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
Formula = str | int
"""A formula as in a spreadsheet: ``sales_amount / targets.amount``, ``8‰``."""
Number = str | int
"""A number, a percentage (``80%``) or a rate per mille (``8‰``)."""


class Shape(BaseModel):
    """A mapping with known keys only."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WordsShape(Shape):
    """One thing said in three languages."""

    zh_hant: str | None = Field(None, alias="zh-Hant")
    zh_hans: str | None = Field(None, alias="zh-Hans")
    en: str | None = None


class Told(Shape):
    """Anything that may have a title and a reading."""

    title: WordsShape | None = None
    reading: WordsShape | None = Field(None, description="how an open text was read here")


class DatedValue(Shape):
    """A parameter's value from a day on."""

    from_: str = Field(alias="from", description="the first day, YYYY-MM-DD")
    value: str | int | bool | list[str | int] | None


class ParameterShape(Told):
    """A number, text or list that a manager may change."""

    type: Literal["number", "text", "texts", "days", "month", "flag"]
    unit: Unit | None = None
    value: str | int | bool | list[str | int] | None = None
    values: list[DatedValue] | None = Field(None, description="values with the day from which each holds")
    at_least: Number | None = None
    at_most: Number | None = None
    one_of: list[str] | None = None


class GroupShape(Told):
    """Some of the people, by a condition on each."""

    if_: Formula = Field(alias="if")


class DepartmentShape(Shape):
    """The department whose result is computed."""

    subject: Formula
    members: Name
    shops: Name | None = Field(None, description="a parameter with the shops summed; without a value, all")


class ReferenceShape(Told):
    """Other periods that a formula may look at."""

    months: list[int] = Field(min_length=1)
    instead: Name | None = Field(None, description="a parameter that names the one month to take instead")


class LedgerItem(Told):
    """An item that may be entered in the ledger."""

    at_most: int | None = Field(None, description="the largest quantity of one entry")


class Band(Shape):
    """From a border (included) to a border (not included)."""

    from_: Number | None = Field(None, alias="from")
    to: Number | None = None
    give: Formula


class ReviewShape(Shape):
    """A finding that counts only once a supervisor has confirmed it."""

    opens_when: Formula
    confirmed_by: Name
    lists: list[Name] = Field(default_factory=list)


class RuleShape(Told):
    """One way to earn or lose: exactly one of places, when, per, bands, review, otherwise."""

    places: dict[str, Number] | None = None
    only_if: Formula | None = None
    when: Formula | None = None
    per: Formula | None = None
    bands: list[Band] | None = None
    of: Formula | None = None
    review: ReviewShape | None = None
    otherwise: Formula | None = None
    give: Formula | None = None
    unless: Formula | None = None
    at_most: Formula | None = None


class BandsShape(Shape):
    """A value by the band in which another value lies."""

    of: Formula
    rows: list[Band] = Field(min_length=1)


class ShareShape(Shape):
    """A pool handed out by weight to the last unit, by largest remainder."""

    pool: Formula
    by: Formula
    to: Number


class FigureShape(Told):
    """One figure: exactly one of is, cases, adds, bands, share; and what it earns."""

    unit: Unit
    better: Literal["higher", "lower"] | None = None
    is_: Formula | None = Field(None, alias="is")
    cases: list[RuleShape] | None = None
    adds: list[RuleShape] | None = None
    bands: BandsShape | None = None
    share: ShareShape | None = None
    shop_is: Formula | None = None
    shop_beside: Flag | None = None
    shop_each_period: Flag = False
    without: Name | None = Field(None, description="a parameter of days that are left out")
    minimum_base: Formula | None = None
    round: Number | None = None
    points: list[RuleShape] | None = None


class SectionShape(Told):
    """Figures of the same people and span; a table in the statement."""

    for_: Literal["person", "department"] = Field(alias="for")
    who: str = "everyone"
    points_for: str | None = None
    each: Literal["week", "period"]
    shop_beside: Flag = False
    minimum_base: Formula | None = None
    total: Name | None = None
    figures: dict[Name, FigureShape] = Field(min_length=1)


class CheckShape(Told):
    """Something that must be said when it is so; it may block closing."""

    for_: str = Field(alias="for", description="a group of people, or department")
    each: Literal["week", "period"]
    of: list[Name] | None = None
    when: Formula
    says: WordsShape
    blocks: Literal["closing"] | None = None


class PolicyShape(Shape):
    """A whole policy file."""

    policy: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: int = Field(ge=1)
    valid_from: str | None = None
    title: WordsShape
    about: WordsShape | None = None
    period: Literal["month"] = "month"
    starts_on: int = Field(1, ge=1, le=28)
    weeks: Literal["quarters"] = "quarters"
    rules: dict[str, object] = Field(default_factory=dict)
    parameters: dict[Name, ParameterShape] = Field(default_factory=dict)
    groups: dict[Name, GroupShape] = Field(default_factory=dict)
    department: DepartmentShape | None = None
    reference_periods: dict[Name, ReferenceShape] = Field(default_factory=dict)
    ledger: dict[Name, LedgerItem] = Field(default_factory=dict)
    sections: dict[Name, SectionShape] = Field(min_length=1)
    checks: dict[Name, CheckShape] = Field(default_factory=dict)
