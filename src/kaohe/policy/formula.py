"""Formulas read: text → Expression, by Python's own parser and a short list of what may stand in it."""

import ast
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kaohe.core.figure import Level
from kaohe.core.measure import MEASURES
from kaohe.core.number import exact
from kaohe.core.problem import Kind, Place, Problem
from kaohe.policy import problems
from kaohe.policy.expression import (
    CALLS,
    GATHERINGS,
    RATIO_MARKS,
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
    Over,
    ParameterName,
    Previous,
    Row,
)

MARKED = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*([%‰])")
BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARE = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
}
CONSTANTS = {"yes": True, "no": False, "True": True, "False": False}
FACTS: Mapping[str, tuple[str, ...]] = {
    "people": ("name", "department", "role", "regular", "hired_on", "left_on", "base_pay"),
    "targets": ("amount",),
    "attendance": ("full", "overtime_hours", "overtime_pay"),
}
"""Tables with one row a person, or a person and month; their columns may stand in formulas."""
ROWS: Mapping[str, tuple[str, ...]] = {"dsr": ("attitude", "industry")}
"""Tables of dated rows a shop, for ``first`` and ``last``."""
LONGEST = 4000
DEEPEST = 60


def number(text: str) -> tuple[Fraction, bool]:
    """Return the number that ``80%``, ``8‰`` or ``0.5`` writes, and whether it bears a mark.

    Raises:
        ValueError: It is none of these.
    """
    text = text.strip()
    if text[-1:] in RATIO_MARKS:
        return exact(text[:-1]) / RATIO_MARKS[text[-1]], True
    return exact(text), False


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that a formula of this policy may use.

    Attributes:
        figures: The spans (``week``, ``period``) at which each figure stands, by name and level.
        parameters: Their names.
        groups: Their names, ``everyone`` and ``employed`` included.
        references: The names of sets of other periods.
        ledger: The items of the ledger.
    """

    figures: Mapping[tuple[str, Level], frozenset[str]]
    parameters: frozenset[str]
    groups: frozenset[str]
    references: frozenset[str]
    ledger: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """From where a formula looks.

    Attributes:
        names: The policy's names.
        level: Whose figure is being defined.
        each: ``week``, ``period``, or ``row`` inside a gathering over shops.
        own: The name of the figure being defined: in its own formula it means the measure.
        value: The figure that ``value`` stands for in a rule, or None.
    """

    names: Names
    level: Level
    each: str
    own: str = ""
    value: str | None = None


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

    def read(self, formula: str | int) -> Expression:
        """Return the expression; where it cannot be read, a stand-in with no value."""
        self.text = str(formula)
        marked = MARKED.sub(lambda match: f"_mark('{match[1]}', '{match[2]}')", self.text)
        if len(self.text) > LONGEST:
            return self._wrong(problems.TOO_LONG, most=LONGEST)
        try:
            tree = ast.parse(f"({marked})", mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return self._wrong(problems.NOT_A_FORMULA)
        if _depth(tree) > DEEPEST:
            return self._wrong(problems.TOO_LONG, most=LONGEST)
        return self._expression(tree)

    def _wrong(self, kind: Kind, near: Iterable[str] = (), name: str = "", **gaps: object) -> Expression:
        problem = kind.at(self.place, self.text, name=name, **gaps)
        close = difflib.get_close_matches(name, list(near), n=1, cutoff=0.5) if name else []
        if close:
            problem = replace(problem, cure=problems.DID_YOU_MEAN.filled(nearest=close[0]))
        self.found.append(problem)
        return Literal(None, "")

    def _expression(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant(value=bool() | int() | float() | str()):
                return self._constant(node)
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute():
                return self._dotted(node)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
                return Apply(BINARY[type(op)], (self._expression(left), self._expression(right)))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._negative(operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Apply("not", (self._expression(operand),))
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
        return self._wrong(problems.NOT_ALLOWED, part=ast.unparse(node))

    def _constant(self, node: ast.Constant) -> Expression:
        if isinstance(node.value, str):
            return Literal(node.value, repr(node.value))
        source = ast.unparse(node) if isinstance(node.value, bool) else self._source(node)
        if isinstance(node.value, bool):
            return Literal(node.value, source)
        try:
            return Literal(exact(source), source)
        except ValueError:
            return self._wrong(problems.NOT_ALLOWED, part=source)

    def _source(self, node: ast.Constant) -> str:
        # The literal's own text, so that 0.1 stays a tenth; marks were replaced, hence by position.
        marked = MARKED.sub(lambda match: f"_mark('{match[1]}', '{match[2]}')", self.text)
        return ast.get_source_segment(f"({marked})", node) or str(node.value)

    def _negative(self, operand: ast.expr) -> Expression:
        inner = self._expression(operand)
        if isinstance(inner, Literal) and isinstance(inner.value, Fraction):
            return Literal(-inner.value, f"-{inner.text}", inner.ratio)
        return Apply("neg", (inner,))

    def _comparison(self, sides: list[ast.expr], ops: list[str]) -> Expression:
        parts = [self._expression(side) for side in sides]
        pairs = tuple(Apply(op, (parts[i], parts[i + 1])) for i, op in enumerate(ops))
        return pairs[0] if len(pairs) == 1 else Apply("and", pairs)

    def _name(self, name: str) -> Expression:
        scope = self.scope
        if name in CONSTANTS:
            return Literal(CONSTANTS[name], name)
        if name == "value" and scope.value:
            return self._figure(scope.value, scope.level)
        if name == "shop" and scope.value:
            return self._figure(scope.value, Level.SHOP)
        if name == "place" and scope.value:
            return self._figure(f"{scope.value}.place", scope.level)
        if name != scope.own and (name, scope.level) in scope.names.figures:
            return self._figure(name, scope.level)
        if name in MEASURES:
            return MeasureName(name)
        if name in scope.names.parameters:
            return ParameterName(name)
        if name in scope.names.groups and scope.level is Level.PERSON:
            return GroupName(name)
        return self._wrong(problems.UNKNOWN_NAME, self._near(), name)

    def _near(self) -> list[str]:
        names = self.scope.names
        here = [name for name, level in names.figures if level is self.scope.level]
        return [*here, *MEASURES, *names.parameters, *names.groups]

    def _figure(self, name: str, level: Level) -> Expression:
        spans = self.scope.names.figures.get((name, level))
        if spans is None:
            near = [one for one, at in self.scope.names.figures if at is level]
            return self._wrong(problems.UNKNOWN_FIGURE, near, name, level=level.value)
        if self.scope.each == "period" and "period" not in spans:
            return self._wrong(problems.WEEKLY_IN_PERIOD, name=name)
        return FigureName(name, level)

    def _dotted(self, node: ast.Attribute) -> Expression:
        name = _joined(node)
        if name is None:
            return self._wrong(problems.NOT_ALLOWED, part=ast.unparse(node))
        head, _, tail = name.partition(".")
        if head in ("department", "shop") and (name, self.scope.level) not in self.scope.names.figures:
            return self._figure(tail, Level(head))
        if head in FACTS:
            if tail in FACTS[head] and self.scope.level is Level.PERSON:
                return FactName(head, tail)
            return self._wrong(problems.UNKNOWN_FACT, FACTS[head], tail, table=head)
        if (name, self.scope.level) in self.scope.names.figures:
            return self._figure(name, self.scope.level)
        return self._wrong(problems.UNKNOWN_NAME, [*self._near(), *FACTS], name)

    def _call(self, name: str, node: ast.Call) -> Expression:
        if name == "_mark":
            mantissa, mark = (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))
            return Literal(exact(mantissa) / RATIO_MARKS[mark], mantissa + mark, ratio=True)
        if name in GATHERINGS:
            return self._gathering(name, node)
        special = {"previous": self._previous, "entries": self._entries, "offered": self._offered}
        if name in special and not node.keywords:
            return special[name](node.args)
        if name in ("first", "last") and not node.keywords:
            return self._row(name, node.args)
        if name not in CALLS:
            known = [*CALLS, *GATHERINGS, *special, "first", "last"]
            return self._wrong(problems.UNKNOWN_FUNCTION, known, name, known=", ".join(known))
        least, most = CALLS[name]
        if node.keywords or not least <= len(node.args) <= most:
            return self._wrong(problems.WRONG_ARGUMENTS, name=name)
        return Apply(name, tuple(self._expression(arg) for arg in node.args))

    def _previous(self, args: list[ast.expr]) -> Expression:
        # What is looked up is the period's figure, also where the asking rule is a week's.
        scope = self.scope
        self.scope = replace(scope, each="period", own="")
        inner = self._expression(args[0]) if len(args) == 1 else None
        self.scope = scope
        if isinstance(inner, FigureName):
            return Previous(inner)
        return (
            Literal(None, "")
            if inner == Literal(None, "")
            else self._wrong(problems.WRONG_ARGUMENTS, name="previous")
        )

    def _entries(self, args: list[ast.expr]) -> Expression:
        if len(args) == 1 and isinstance(args[0], ast.Name) and self.scope.level is Level.PERSON:
            item = args[0].id
            if item in self.scope.names.ledger:
                return Entries(item)
            return self._wrong(problems.UNKNOWN_ITEM, self.scope.names.ledger, item)
        return self._wrong(problems.WRONG_ARGUMENTS, name="entries")

    def _offered(self, args: list[ast.expr]) -> Expression:
        names = [arg.id for arg in args if isinstance(arg, ast.Name)]
        if not args or len(names) != len(args):
            return self._wrong(problems.WRONG_ARGUMENTS, name="offered")
        missing = [name for name in names if (f"{name}.place", Level.PERSON) not in self.scope.names.figures]
        if missing:
            return self._wrong(problems.NO_PLACES, name=missing[0])
        return Offered(tuple(names))

    def _row(self, which: str, args: list[ast.expr]) -> Expression:
        name = _joined(args[0]) if len(args) == 1 else None
        table, _, column = (name or "").partition(".")
        if self.scope.each != "row" or column not in ROWS.get(table, ()):
            return self._wrong(problems.WRONG_ARGUMENTS, name=which)
        return Row(which, table, column)

    def _gathering(self, op: str, node: ast.Call) -> Expression:
        keywords = {word.arg: word.value for word in node.keywords}
        over_node = keywords.get("over")
        if not isinstance(over_node, ast.Name) or set(keywords) - {"over", "where"}:
            return self._wrong(problems.NEEDS_OVER, name=op)
        if len(node.args) != (0 if op == "count" else 1):
            return self._wrong(problems.WRONG_ARGUMENTS, name=op)
        over, inside = self._over(over_node.id)
        if over is None:
            return Literal(None, "")
        outside, self.scope = self.scope, inside
        body = self._expression(node.args[0]) if node.args else None
        where = self._expression(keywords["where"]) if "where" in keywords else None
        self.scope = outside
        return Gather(op, body, over, where)

    def _over(self, name: str) -> tuple[Over | None, Scope]:
        scope, names = self.scope, self.scope.names
        if name == "weeks" and scope.each == "period":
            return Over("weeks", name), replace(scope, each="week", own="")
        if name == "shops" and scope.level is not Level.PERSON:
            return Over("shops", name), replace(scope, each="row", own="")
        if name in names.references and scope.each == "period":
            return Over("periods", name), replace(scope, own="")
        if name in names.groups and name != "employed":
            return Over("group", name), replace(scope, level=Level.PERSON, own="", value=None)
        known = ["weeks", "shops", *names.references, *names.groups]
        self._wrong(problems.UNKNOWN_OVER, known, name, known=", ".join(known))
        return None, scope


def _joined(node: ast.expr) -> str | None:
    """Return ``a.b.c`` for a chain of attributes of a name, else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = _joined(node.value)
        return f"{head}.{node.attr}" if head else None
    return None


def _depth(node: ast.AST) -> int:
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in ast.iter_child_nodes(one)]
    return deepest
