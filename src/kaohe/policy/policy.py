"""A policy: a department's scheme, read, checked and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from kaohe.core.figure import Level, Unit, Value
from kaohe.core.language import Words
from kaohe.core.number import Direction
from kaohe.core.period import Calendar, PeriodKind, Span
from kaohe.core.problem import Place
from kaohe.core.rules import Rules
from kaohe.policy.expression import Expression
from kaohe.policy.quota import Quota
from kaohe.policy.told import Told

EVERYONE = "everyone"
"""The built-in group: everybody but ``(unassigned)``."""
SUPERIOR_ROLES = "superior_roles"
"""The parameter with the roles that are superiors of their department, where ``people`` does not say."""
EMPLOYED = "employed"
"""The built-in condition: employed on at least one day of the period."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a manager may change.

    Attributes:
        name: Its name in formulas.
        type: ``number``, ``text``, ``texts``, ``days``, ``month`` or ``flag``.
        unit: The unit of a number.
        values: Each value with the day from which it holds, oldest first.
        at_least: The least value of a number, or None.
        at_most: The largest value of a number, or None.
        one_of: The texts allowed; empty: any.
        told: Title, reading, place.
        called: What people call the texts allowed, where the author says so.
    """

    name: str
    type: str
    unit: Unit | None
    values: tuple[tuple[date, Value], ...]
    at_least: Fraction | None
    at_most: Fraction | None
    one_of: tuple[str, ...]
    told: Told
    called: Mapping[str, Words] = field(default_factory=dict)

    def on(self, day: date) -> Value:
        """Return the value that holds on a day; before the first one, the first."""
        held = [value for since, value in self.values if since <= day]
        return held[-1] if held else self.values[0][1]


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the people: those for whom the condition is true."""

    name: str
    condition: Expression
    told: Told


@dataclass(frozen=True, slots=True)
class Reference:
    """A named set of other periods.

    Attributes:
        name: Its name.
        back: How many periods away each is: -1 is the one before.
        instead: The parameter with the month that takes their place; None: none does.
        told: Title, reading, place.
        since: Instead of distances: from the beginning of the running quarter, half-year
            or year up to the period before; None: by distances.
    """

    name: str
    back: tuple[int, ...]
    instead: str | None
    told: Told
    since: PeriodKind | None = None

    def periods(self, calendar: Calendar, period: Span, instead: Value = None) -> list[Span]:
        """Return the periods as they are seen from a period.

        Args:
            calendar: The policy's calendar.
            period: From where they are seen.
            instead: The value of the parameter whose month takes their place.
        """
        if isinstance(instead, str):
            return [calendar.period(instead)]
        if self.since is not None:
            return list(calendar.since(self.since, period))
        return [calendar.shifted(period, count) for count in self.back]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which something is due, counted from the period's last day."""

    name: str
    days: int
    told: Told

    def day(self, period: Span) -> date:
        """Return the day in which the deadline of a period lies."""
        return period.last + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Band:
    """A half-open range and what it gives: a border value belongs to the upper band.

    Attributes:
        low: The lower border, which belongs to the band; None: no border.
        high: The upper border, which belongs to the next band; None: no border.
        give: What it gives; of a slab, its rate.
        place: Where it stands.
        written: Both borders as the author wrote them; blank where there is none.
        title: What a value in it is called, such as a grade.
    """

    low: Fraction | None
    high: Fraction | None
    give: Expression
    place: Place
    written: tuple[str, str] = ("", "")
    title: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to earn, lose or choose a value.

    Attributes:
        kind: ``places``, ``when``, ``per``, ``bands``, ``slabs``, ``review``, ``case`` or ``otherwise``.
        when: The condition (of a review: what opens it).
        give: What it gives; for ``per``, for each one counted.
        unless: A condition that stops it.
        per: What is counted.
        at_most: The most that ``per`` may give in all.
        at_least: The least that ``per`` may give in all.
        awards: Place → points.
        bands: The bands, or slabs, lowest first.
        of: The value that is placed in the bands, or cut into slabs.
        confirmed_by: The ledger item that confirms a review.
        lists: The measures whose evidence a review lists.
        told: Title, reading, place.
    """

    kind: str
    told: Told
    when: Expression | None = None
    give: Expression | None = None
    unless: Expression | None = None
    per: Expression | None = None
    at_most: Expression | None = None
    at_least: Expression | None = None
    awards: Mapping[int, Fraction] = field(default_factory=dict)
    bands: tuple[Band, ...] = ()
    of: Expression | None = None
    confirmed_by: str = ""
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """How one figure is made. Places and points of a figure have definitions of their own.

    Attributes:
        name: The figure's name, such as ``order_rate`` or ``order_rate.points``.
        level: Whose figure it is.
        each: ``day``, ``week`` or ``period``.
        who: The group that has it, at level person.
        unit: What it is counted in.
        kind: ``formula``, ``cases``, ``adds``, ``bands``, ``slabs``, ``share``, ``quota``
            or ``place``.
        section: The section it stands in.
        told: Title, reading, place.
        formula: The formula as written; blank for other kinds.
        body: The formula, or what is placed, ranked or weighed.
        better: ``higher``, ``lower`` or blank.
        rules: Of ``cases`` and ``adds``; of ``bands`` and ``slabs`` the one rule.
        of: The figure that a place or points belong to; blank otherwise.
        only_if: Who takes a place at all, beside having a value.
        minimum_base: What the formula's divisor must reach for a place and points.
        pool: Of ``share``: what is handed out.
        quota: Of ``quota``: the grades and their seats; what people are ranked by is the body.
        without: The parameter with the days left out of measures; blank: none.
        round: The multiple that the value (of ``share``: each part) is rounded to; None: exact.
        direction: Which way it is rounded; of ``share``, which way the pool is.
        also_period: A figure of each day or week that is computed for the whole period too.
    """

    name: str
    level: Level
    each: str
    who: str
    unit: Unit
    kind: str
    section: str
    told: Told
    formula: str = ""
    body: Expression | None = None
    better: str = ""
    rules: tuple[Rule, ...] = ()
    of: str = ""
    only_if: Expression | None = None
    minimum_base: Expression | None = None
    pool: Expression | None = None
    quota: Quota | None = None
    without: str = ""
    round: Fraction | None = None
    direction: Direction = Direction.HALF_UP
    also_period: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Figures of the same people and span, in the author's order; a table in the statement."""

    name: str
    level: Level
    each: str
    who: str
    points_for: str
    figures: tuple[str, ...]
    total: str
    told: Told


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must be said when it is so.

    Attributes:
        name: Its name.
        level: Person or department.
        who: The group asked, at level person.
        each: ``day``, ``week`` or ``period``.
        conditions: The condition, once for each figure it runs over (blank: no figure).
        says: The sentence.
        blocks_closing: Whether the period cannot be closed while it is so.
        told: Title, reading, place.
    """

    name: str
    level: Level
    who: str
    each: str
    conditions: tuple[tuple[str, Expression], ...]
    says: Words
    blocks_closing: bool
    told: Told


@dataclass(frozen=True, slots=True)
class LedgerItem:
    """An item that may be entered.

    Attributes:
        name: Its code.
        at_most: The largest quantity of one entry; None: any.
        told: Title, reading, place.
        at_most_period: The most that counts of one person in a period; None: any.
        needs_approval: Whether an entry counts only once somebody has approved it.
    """

    name: str
    at_most: int | None
    told: Told
    at_most_period: int | None = None
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class FormItem:
    """An item of a form or of a review: what is scored, on which scale.

    Attributes:
        name: Its name.
        weight: Its weight beside the other items.
        low: The lower end of its scale.
        high: The upper end: full marks.
        anchors: What some scores mean.
        told: Title, reading, place.
    """

    name: str
    weight: Fraction
    low: Fraction
    high: Fraction
    anchors: Mapping[Fraction, Words]
    told: Told


@dataclass(frozen=True, slots=True)
class RaterRole:
    """Some of those who fill in a form.

    Attributes:
        name: The role's name.
        kind: ``named``, ``group``, ``superior``, ``peers`` or ``self``.
        by: Of ``named`` the parameter with the people, of ``group`` the group; else blank.
        weight: The weight of each of its raters beside those of other roles.
        told: Title, reading, place.
    """

    name: str
    kind: str
    by: str
    weight: Fraction
    told: Told


@dataclass(frozen=True, slots=True)
class Form:
    """What some people say of others, or of departments, in scores.

    Attributes:
        name: Its name.
        level: Person or department: whom it is about.
        who: The group it is about, at level person; blank at level department.
        items: What is scored, by name, in the author's order.
        raters: Who scores, by role.
        mean: ``mean`` or ``trimmed``.
        trim: Of ``trimmed``: how many of the highest and of the lowest are left out; else 0.
        order: ``by_item`` (all subjects item by item) or ``by_subject``.
        missing: ``blocks`` (a rater who has not scored keeps the period open) or ``left_out``.
        opens: How many days after the period's last day it goes out.
        due: By how many days after the period's last day it is to be back.
        told: Title, reading, place.
    """

    name: str
    level: Level
    who: str
    items: Mapping[str, FormItem]
    raters: Mapping[str, RaterRole]
    mean: str
    trim: int
    order: str
    missing: str
    opens: int
    due: int
    told: Told


@dataclass(frozen=True, slots=True)
class Sample:
    """Conversations drawn at random and reviewed.

    Attributes:
        name: Its name.
        who: The group whose conversations are drawn.
        size: The parameter with how many are drawn of each person in a period.
        items: What a reviewer scores, by name.
        reviewers: The group of those who review; blank: whoever is named when workbooks are written.
        second_share: Which share of them a second reviewer sees as well.
        blind: Whether reviewers are not told whose conversation it is.
        strata: Within what is drawn evenly: ``person`` always, ``week`` and ``filter`` where asked for.
        told: Title, reading, place.
    """

    name: str
    who: str
    size: str
    items: Mapping[str, FormItem]
    reviewers: str
    second_share: Fraction
    blind: bool
    strata: tuple[str, ...]
    told: Told


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole scheme.

    Attributes:
        name: Its name, such as ``presale-desk``.
        version: Its version.
        file: The file it was read from, as problems and reasons call it.
        digest: A name for exactly this content, overrides included; comments and layout do not count.
        title: What people call it.
        about: One sentence on how it works.
        calendar: Its periods.
        rules: The rules of the measures.
        parameters: By name.
        groups: By name.
        references: Named sets of other periods, by name.
        ledger: Items of the ledger, by name.
        definitions: By name and level, in the policy's order.
        sections: In the policy's order.
        checks: In the policy's order.
        department: The parameter or text that names the department (also the subject at level shop).
        several: Whether every department of the people table has figures, each of its own members.
        only: Of several departments: the parameter with those that are meant; blank: all.
        members: The group whose measures make the department's.
        shops: The parameter with the shops that the policy is about; blank, or without a value: all.
        valid_from: The first day on which it holds; None: not said.
        subject_place: Where the department is named; None: nowhere.
        deadlines: What is due when, by name.
        forms: What people say of each other or of departments, by name.
        samples: Conversations to be drawn and reviewed, by name.
        operating: What is said of the indicators that formulas read, by name.
    """

    name: str
    version: int
    file: str
    digest: str
    title: Words
    about: Words
    calendar: Calendar
    rules: Rules
    parameters: Mapping[str, Parameter]
    groups: Mapping[str, Group]
    references: Mapping[str, Reference]
    ledger: Mapping[str, LedgerItem]
    definitions: Mapping[tuple[str, Level], Definition]
    sections: tuple[Section, ...]
    checks: tuple[Check, ...]
    department: Expression
    members: str
    shops: str = ""
    valid_from: date | None = None
    subject_place: Place | None = None
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    several: bool = False
    only: str = ""
    forms: Mapping[str, Form] = field(default_factory=dict)
    samples: Mapping[str, Sample] = field(default_factory=dict)
    operating: Mapping[str, Told] = field(default_factory=dict)
