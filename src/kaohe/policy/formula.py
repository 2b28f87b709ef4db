"""Formulas read: text → Expression, by Python's own parser and a short list of what may stand in it."""

import ast
import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kaohe.core.figure import Level
from kaohe.core.measure import MEASURES
from kaohe.core.period import PeriodKind, Weeks
from kaohe.core.problem import Kind, Place, Problem
from kaohe.policy import people_problems, problems
from kaohe.policy.asking import USAGES as ASKING
from kaohe.policy.asking import Wrong, read_asking
from kaohe.policy.dotted import dotted
from kaohe.policy.expression import (
    CALLS,
    CUTS,
    GATHERINGS,
    Apply,
    Entries,
    Expression,
    FactName,
    FigureName,
    Gather,
    GroupName,
    Literal,
    MeasureName,
    Offered,
    Operating,
    Over,
    ParameterName,
    Previous,
    Row,
    SpanDays,
)
from kaohe.policy.scanner import Scanned, scan
from kaohe.policy.vocabulary import (
    ANY,
    BY_MONTH,
    CONSTANTS,
    DAYS,
    EACH,
    EMPLOYED_DAYS,
    FACTS,
    LEVELS,
    ROWS,
    SYNONYMS,
    USAGES,
    Scope,
)

BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARE = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}
LONGEST = 4000
MOST_SHOWN = 120
"""How much of a formula a problem shows."""
DEEPEST = 150
STAND_IN = Literal(None, "")
"""What a formula that cannot be read gives, so that the rest can be checked."""


@dataclass(slots=True)
class FormulaReader:
    """Reads one formula; gathers every problem in it.

    Attributes:
        scope: From where the formula looks.
        place: Where it stands, for the problems.
        found: The problems so far.
    """

    scope: Scope
    place: Place
    found: list[Problem] = field(default_factory=list)
    text: str = ""
    scanned: Scanned = field(default_factory=lambda: scan(""))

    def read(self, formula: str | int) -> Expression:
        """Return the expression; where it cannot be read, a stand-in with no value."""
        self.text = str(formula)
        if len(self.text) > LONGEST:
            return self._wrong(problems.TOO_LONG, most=LONGEST, deepest=DEEPEST)
        self.scanned = scan(self.text)
        if self.scanned.wrong:
            return self._wrong(problems.NOT_ALLOWED, part=self.scanned.wrong)
        if not self.text.strip():
            return self._wrong(problems.NOT_A_FORMULA)
        try:
            tree = ast.parse(f"({self.scanned.text})", mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return self._wrong(problems.NOT_A_FORMULA)
        if _depth(tree) > DEEPEST:
            return self._wrong(problems.TOO_LONG, most=LONGEST, deepest=DEEPEST)
        return self._expression(tree)

    def _wrong(self, kind: Kind, near: Iterable[str] = (), name: str = "", **gaps: object) -> Expression:
        shown = " ".join(self.text.split())
        found = shown if len(shown) <= MOST_SHOWN else f"{shown[: MOST_SHOWN - 1]}…"
        problem = kind.at(self.place, found, name=name, **gaps)
        close = [SYNONYMS[name]] if name in SYNONYMS else []
        close = close or difflib.get_close_matches(name, list(near), n=1, cutoff=0.65)
        if close:
            problem = replace(problem, cure=problems.DID_YOU_MEAN.filled(nearest=close[0]))
        self.found.append(problem)
        return STAND_IN

    def _not_allowed(self, node: ast.expr) -> Expression:
        return self._wrong(problems.NOT_ALLOWED, part=self.scanned.restored(ast.unparse(node)))

    def _expression(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant(value=bool() as value):
                return Literal(value, "yes" if value else "no")
            case ast.Name(id=name):
                return self.scanned.literal(name) or self._name(name)
            case ast.Attribute():
                return self._dotted(node)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
                return Apply(BINARY[type(op)], (self._expression(left), self._expression(right)))
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BoolOp(op=op, values=values):
                parts = tuple(self._expression(value) for value in values)
                return Apply("and" if isinstance(op, ast.And) else "or", parts)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return Apply("if", (self._expression(test), self._expression(body), self._expression(orelse)))
            case ast.Compare(left=left, ops=ops, comparators=others) if all(
                type(op) in COMPARE for op in ops
            ):
                return self._comparison([left, *others], [COMPARE[type(op)] for op in ops])
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, node)
        return self._not_allowed(node)

    def _unary(self, node: ast.UnaryOp) -> Expression:
        inner = self._expression(node.operand)
        match node.op:
            case ast.UAdd():
                return inner
            case ast.Not():
                return Apply("not", (inner,))
            case ast.USub() if isinstance(inner, Literal) and isinstance(inner.value, Fraction):
                text = inner.text[1:] if inner.text.startswith("-") else f"-{inner.text}"
                return Literal(-inner.value, text, inner.ratio)
            case ast.USub():
                return Apply("neg", (inner,))
        return self._not_allowed(node)

    def _comparison(self, sides: list[ast.expr], ops: list[str]) -> Expression:
        parts = [self._expression(side) for side in sides]
        pairs = tuple(_compared(op, parts[i], parts[i + 1]) for i, op in enumerate(ops))
        return pairs[0] if len(pairs) == 1 else Apply("and", pairs)

    # Names

    def _name(self, name: str) -> Expression:
        scope = self.scope
        if name in CONSTANTS:
            return Literal(CONSTANTS[name], "yes" if CONSTANTS[name] else "no")
        if name in ("value", "shop", "place"):
            return self._about(name)
        if scope.each == "row" and name not in scope.names.parameters:
            return self._wrong(problems.ONLY_ROWS, part=name)
        if name != scope.own and (name, scope.level) in scope.names.figures:
            return self._figure(name, scope.level)
        if name in MEASURES:
            return MeasureName(name)
        if name in scope.names.parameters:
            return ParameterName(name)
        if name in (DAYS, EMPLOYED_DAYS):
            return self._span_days(name)
        if name in scope.names.groups and scope.level is Level.PERSON:
            return GroupName(name)
        return self._wrong(problems.UNKNOWN_NAME, self._near(), name)

    def _span_days(self, name: str) -> Expression:
        employed = name == EMPLOYED_DAYS
        if employed and self.scope.level is not Level.PERSON:
            return self._wrong(problems.FACT_OF_PEOPLE, (), name)
        return SpanDays(employed)

    def _about(self, name: str) -> Expression:
        """Return what ``value``, ``shop`` or ``place`` means in the rule of a figure."""
        scope, figure = self.scope, self.scope.value
        if figure is None:
            return self._wrong(problems.NO_VALUE_HERE, name=name)
        if name == "value":
            return self._figure(figure, scope.level)
        if name == "shop":
            if (figure, Level.SHOP) not in scope.names.figures:
                return self._wrong(problems.NO_SHOP, name=figure)
            return self._figure(figure, Level.SHOP)
        if (f"{figure}.place", scope.level) not in scope.names.figures:
            return self._wrong(problems.NO_PLACES, name=figure)
        return self._figure(f"{figure}.place", scope.level)

    def _near(self) -> list[str]:
        names = self.scope.names
        here = [name for name, level in names.figures if level is self.scope.level]
        return [*here, *MEASURES, *names.parameters, *names.groups, DAYS, EMPLOYED_DAYS]

    def _figure(self, name: str, level: Level) -> Expression:
        spans = self.scope.names.figures.get((name, level))
        if spans is None:
            near = [one for one, at in self.scope.names.figures if at is level]
            return self._wrong(problems.UNKNOWN_FIGURE, near, name, level=LEVELS[level])
        if level is Level.DEPARTMENT and self.scope.level is Level.SHOP and self.scope.names.several:
            return self._wrong(people_problems.WHICH_DEPARTMENT, name=name)
        if self.scope.each in (*spans, ANY) or "period" in spans:
            return self._of_whole_span(name, level, spans)
        return self._finer(name, next(iter(spans)))

    def _of_whole_span(self, name: str, level: Level, spans: frozenset[str]) -> Expression:
        """Return the figure, unless it is one of days that lie beyond the period's border."""
        straddles = self.scope.names.calendar.weeks is Weeks.ISO and self.scope.around == "week"
        if straddles and self.scope.each in spans:
            return self._wrong(problems.DAYS_BEYOND, name=name)
        in_week = self.scope.earlier and self.scope.each == "week" and "week" in spans
        if in_week and self.scope.names.calendar.weeks is Weeks.ISO_CUT:
            return self._wrong(problems.CUT_WEEK_BEFORE, name=name)
        return FigureName(name, level)

    def _finer(self, name: str, each: str) -> Expression:
        """Return the problem of a figure that has several values here, or none of this span."""
        calendar, here = self.scope.names.calendar, self.scope.each
        over = next(plural for plural, one in CUTS.items() if one == each)
        if self._to_run_over().get(over) != over:
            return self._wrong(problems.NOT_OF_SPAN, name=name, each=EACH[each], span=EACH.get(here, here))
        if (each, here) == ("week", "period") and calendar.weeks is Weeks.QUARTERS:
            return self._wrong(problems.WEEKLY_IN_PERIOD, name=name)
        return self._wrong(problems.FINER_IN_SPAN, name=name, each=EACH[each], over=over)

    def _dotted(self, node: ast.Attribute) -> Expression:
        name = dotted(node)
        if name is None:
            return self._not_allowed(node)
        scope = self.scope
        head, _, tail = name.partition(".")
        if scope.each == "row" and name not in scope.names.parameters:
            return self._wrong(problems.ONLY_ROWS, part=name)
        if (name, scope.level) in scope.names.figures:
            return self._figure(name, scope.level)
        if name in scope.names.parameters:
            return ParameterName(name)
        if head in ("department", "shop"):
            return self._figure(tail, Level(head))
        if head == "operating":
            return self._operating(name, tail)
        if head in FACTS:
            if tail in FACTS[head] and scope.level is Level.PERSON:
                if head in BY_MONTH and scope.names.calendar.kind is PeriodKind.WEEK:
                    return self._wrong(problems.MONTHLY_TABLE, (), name, table=head)
                return FactName(head, tail)
            if tail in FACTS[head]:
                beside = scope.level is Level.SHOP
                return self._wrong(problems.FACT_BESIDE_SHOP if beside else problems.FACT_OF_PEOPLE, (), name)
            return self._wrong(problems.UNKNOWN_FACT, FACTS[head], tail, table=head)
        if name in scope.names.groups and scope.level is Level.PERSON:
            return GroupName(name)
        tables = [f"{table}.{column}" for table, columns in FACTS.items() for column in columns]
        return self._wrong(problems.UNKNOWN_NAME, [*self._near(), *tables], name)

    def _operating(self, name: str, indicator: str) -> Expression:
        if self.scope.level is Level.SHOP:
            return self._wrong(problems.FACT_BESIDE_SHOP, (), name)
        known = self.scope.names.operating
        if known and indicator not in known:
            return self._wrong(problems.UNKNOWN_INDICATOR, known, indicator)
        return Operating(indicator)

    # Functions

    def _call(self, name: str, node: ast.Call) -> Expression:
        if name in GATHERINGS:
            return self._gathering(name, node)
        special = {"previous": self._previous, "entries": self._entries, "offered": self._offered}
        if name not in USAGES:
            known = ", ".join(USAGES)
            return self._wrong(problems.UNKNOWN_FUNCTION, USAGES, name, known=known)
        if name in ASKING:
            return self._asking(name, node)
        if node.keywords:
            return self._misused(name)
        if name in special:
            return special[name](node.args)
        if name in ("first", "last"):
            return self._row(name, node.args)
        least, most = CALLS[name]
        if not least <= len(node.args) <= most:
            return self._misused(name)
        return Apply(name, tuple(self._expression(arg) for arg in node.args))

    def _asking(self, name: str, node: ast.Call) -> Expression:
        if self.scope.each == "row":
            return self._wrong(problems.ONLY_ROWS, part=name)
        names = self.scope.names
        found = read_asking(name, node, names.forms, names.samples, self.scope.level)
        if isinstance(found, Wrong):
            return self._wrong(found.kind, found.near, found.name, **found.gaps)
        return found

    def _misused(self, name: str) -> Expression:
        return self._wrong(problems.WRONG_ARGUMENTS, name=name, usage=USAGES[name])

    def _previous(self, args: list[ast.expr]) -> Expression:
        # What is looked up is the period's figure, also where the asking rule is a week's.
        outside = self.scope
        before = len(self.found)
        self.scope = replace(outside, own="", each="row" if outside.each == "row" else ANY, around="")
        inner = self._expression(args[0]) if len(args) == 1 else None
        self.scope = outside
        if not isinstance(inner, FigureName):
            return STAND_IN if len(self.found) > before else self._misused("previous")
        if "period" not in outside.names.figures[inner.name, inner.level]:
            each = EACH[next(iter(outside.names.figures[inner.name, inner.level]))]
            period = EACH[outside.names.calendar.kind]
            return self._wrong(problems.PREVIOUS_WEEKLY, name=inner.name, each=each, period=period)
        return Previous(inner)

    def _entries(self, args: list[ast.expr]) -> Expression:
        item = dotted(args[0]) if len(args) == 1 else None
        if item is None or self.scope.level is not Level.PERSON or self.scope.each == "row":
            return self._misused("entries")
        if item not in self.scope.names.ledger:
            return self._wrong(problems.UNKNOWN_ITEM, self.scope.names.ledger, item)
        return Entries(item)

    def _offered(self, args: list[ast.expr]) -> Expression:
        names = [name for arg in args if (name := dotted(arg)) is not None]
        if not args or len(names) != len(args):
            return self._misused("offered")
        for name in names:
            if (f"{name}.place", Level.PERSON) not in self.scope.names.figures:
                return self._wrong(problems.NO_PLACES, name=name)
        return Offered(tuple(names))

    def _row(self, which: str, args: list[ast.expr]) -> Expression:
        name = dotted(args[0]) if len(args) == 1 else None
        table, _, column = (name or "").partition(".")
        if self.scope.each != "row" or column not in ROWS.get(table, ()):
            return self._misused(which)
        return Row(which, table, column)

    # Gatherings

    def _gathering(self, op: str, node: ast.Call) -> Expression:
        keywords = {word.arg: word.value for word in node.keywords}
        name = dotted(keywords["over"]) if "over" in keywords else None
        if name is None or set(keywords) - {"over", "where"}:
            return self._wrong(problems.NEEDS_OVER, name=op)
        if len(node.args) != (0 if op == "count" else 1):
            return self._misused(op)
        over = self._over(name)
        if over is None:
            return STAND_IN
        outside = self.scope
        self.scope = _inside(over, outside)
        body = self._expression(node.args[0]) if node.args else None
        where = self._expression(keywords["where"]) if "where" in keywords else None
        self.scope = outside
        return Gather(op, body, over, where)

    def _over(self, name: str) -> Over | None:
        known = self._to_run_over()
        if name in known:
            return Over(known[name], name)
        self._wrong(problems.UNKNOWN_OVER, known, name, known=", ".join(known))
        return None

    def _to_run_over(self) -> dict[str, str]:
        """Return what a gathering may run over here, with the kind of each."""
        scope = self.scope
        if scope.each == "row":
            return {}
        known = dict.fromkeys(sorted(scope.names.groups - {"employed"}), "group")
        calendar = scope.names.calendar
        if scope.each in ("period", "month", "week"):
            known["days"] = "days"
        if scope.each == "period":
            known |= {"weeks": "weeks"} if calendar.has_weeks else {}
            known |= {"months": "months"} if calendar.has_months else {}
            known |= dict.fromkeys(sorted(scope.names.references), "periods")
        if scope.level is not Level.PERSON:
            known["shops"] = "shops"
        if scope.names.several and scope.level is not Level.SHOP:
            known["departments"] = "departments"
        return known


def _inside(over: Over, scope: Scope) -> Scope:
    """Return from where the body of a gathering looks."""
    match over.kind:
        case "days" | "weeks" | "months":
            return replace(scope, each=CUTS[over.kind], own="", around=scope.each)
        case "shops":
            return replace(scope, each="row", own="", value=None)
        case "periods":
            return replace(scope, own="", around="", earlier=True)
        case "departments":
            return replace(scope, level=Level.DEPARTMENT, own="", value=None)
    return replace(scope, level=Level.PERSON, own="", value=None)


def _compared(op: str, left: Expression, right: Expression) -> Expression:
    if op == "not in":
        return Apply("not", (Apply("in", (left, right)),))
    return Apply(op, (left, right))


def _depth(node: ast.AST) -> int:
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in ast.iter_child_nodes(one)]
    return deepest
