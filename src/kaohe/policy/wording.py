"""Formulas said in words: the titles of figures, measures and parameters in place of their names.

Nothing here knows a scheme: what a thing is called stands in the policy or in the
catalogue of measures.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import TypeGuard

from kaohe.core.figure import Level, Unit
from kaohe.core.language import Language, Text, Words, say
from kaohe.core.measure import MEASURES
from kaohe.policy.askedwords import asked_words
from kaohe.policy.expression import (
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
from kaohe.policy.policy import EMPLOYED, EVERYONE, Policy
from kaohe.policy.spanwords import BEFORE, GATHERED, OFFERED, OWN_BEFORE, SHOP_BEFORE, gathered
from kaohe.policy.titles import (
    FACT_TITLES,
    MINUS,
    ROW_TITLES,
    choice,
    indicator,
    joined,
    number_said,
    spaced,
    title,
)
from kaohe.policy.told import Told
from kaohe.policy.units import Outside

POINTS = ".points"
INFIX = {"+": " + ", "-": f" {MINUS} ", "*": " × ", "/": " ÷ "}
COMPARED: Mapping[str, Text] = {
    "<": Text("{left} is below {right}"),
    "<=": Text("{left} is at most {right}"),
    ">": Text("{left} is above {right}"),
    ">=": Text("{left} is at least {right}"),
    "==": Text("{left} is {right}"),
    "!=": Text("{left} is other than {right}"),
    "in": Text("{left} is among {right}"),
}
BRIEFLY: Mapping[str, Text] = {
    "<": Text("below {right}"),
    "<=": Text("at most {right}"),
    ">": Text("above {right}"),
    ">=": Text("at least {right}"),
    "==": Text("equal to {right}"),
    "!=": Text("other than {right}"),
}
"""Comparisons of the thing that the sentence is about: it need not be named again."""
OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
FLAG_FACTS = {("people", "regular"), ("attendance", "full")}
BINDING = {"if": 1, "or": 2, "and": 3, "not": 4, "+": 6, "-": 6, "*": 7, "/": 7, "neg": 8} | dict.fromkeys(
    COMPARED, 5
)
ATOM = 9


def words(expression: Expression, policy: Policy, language: Language, *, about: str = "") -> str:
    """Return a formula or condition in words, as one would say it.

    Args:
        expression: The formula.
        policy: Whose names it uses.
        language: In which language.
        about: The figure that the sentence is about, so that "the shop's average" need
            not repeat whose; blank: none.
    """
    return spaced(Speaker(policy, language, about).say(expression), language)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says formulas of one policy in one language; ``about`` is the figure spoken of, or blank."""

    policy: Policy
    language: Language
    about: str = ""

    def say(self, expression: Expression, binding: int = 0) -> str:
        """Return the expression in words, in brackets where it binds less than what is around it."""
        said = self._said(expression)
        if _binding(expression) < binding:
            return self._text(Text("({formula})"), formula=said)
        return said

    def spaced(self, text: Text, /, **gaps: object) -> str:
        """Return a text of the catalogue, filled and spaced as a sentence is."""
        return spaced(self._text(text, **gaps), self.language)

    def titled(self, told: Told, name: str) -> str:
        """Return the title of something that the policy tells of, else its name."""
        return self._titled(told.title, name)

    def _text(self, text: Text, /, **gaps: object) -> str:
        return text.filled(**gaps).to(self.language)

    def _titled(self, told: Words, name: str) -> str:
        return say(told, self.language) or name

    def _said(self, expression: Expression) -> str:
        match expression:
            case Apply():
                return self._apply(expression)
            case Gather():
                return self._gather(expression)
            case Literal():
                return self._literal(expression)
            case FigureName(name, level) if name == self.about and level is Level.SHOP:
                return self._text(Text("the shop's average"))
            case FigureName(name, level):
                return title(name, level, self.policy, self.language)
            case Previous(figure):
                return self._previous(figure)
            case _:
                return self._outside(expression)

    def _outside(self, expression: Outside | ParameterName) -> str:
        """Return what something is called that no figure of the policy is."""
        match expression:
            case MeasureName(name):
                return self._titled(MEASURES[name].title, name)
            case ParameterName(name):
                return self._titled(self.policy.parameters[name].told.title, name)
            case FactName(table, column):
                return self._text(FACT_TITLES[table, column])
            case GroupName(name):
                return self._membership(name, belongs=True)
            case Entries(item):
                return self._text(Text("entries of “{item}”"), item=self._item(item))
            case SpanDays(employed):
                return self._text(FACT_TITLES["span", "employed_days" if employed else "days"])
            case Row(which, table, column):
                return self._text(ROW_TITLES[which, table, column])
            case Operating(name):
                return indicator(name, self.policy, self.language)
            case Offered(figures):
                return self._offered(figures)
        return asked_words(expression, self.policy, self.language)

    def _literal(self, literal: Literal) -> str:
        value = literal.value
        if isinstance(value, bool):
            return self._text(Text("yes") if value else Text("no"))
        if isinstance(value, str):
            return self._text(Text("“{text}”"), text=value)
        if isinstance(value, Fraction):
            return number_said(value, literal.text[-1:] if literal.ratio else "")
        return self._text(Text("no value"))

    def _item(self, item: str) -> str:
        return self._titled(self.policy.ledger[item].told.title, item)

    def group(self, name: str) -> str:
        """Return what a group is called."""
        if name == EVERYONE:
            return self._text(Text("everyone"))
        return self._titled(self.policy.groups[name].told.title, name)

    def _membership(self, name: str, *, belongs: bool) -> str:
        if name == EMPLOYED:
            text = Text("employed in the period") if belongs else Text("not employed in the period")
            return self._text(text)
        text = Text("belonging to {group}") if belongs else Text("not belonging to {group}")
        return self._text(text, group=self.group(name))

    def _previous(self, figure: FigureName) -> str:
        if figure.name == self.about:
            own = SHOP_BEFORE if figure.level is Level.SHOP else OWN_BEFORE
            return self._text(own[self.policy.calendar.kind])
        named = title(figure.name, figure.level, self.policy, self.language)
        return self._text(BEFORE[self.policy.calendar.kind], figure=named)

    def _offered(self, figures: tuple[str, ...]) -> str:
        names = [title(name, Level.PERSON, self.policy, self.language) for name in figures]
        listed = joined(names, self.language, word=Text("{first} and {last}"))
        each = {self.policy.definitions[f"{name}.place", Level.PERSON].each for name in figures}
        return self._text(OFFERED[each.pop() if len(each) == 1 else "period"], figures=listed)

    # Gatherings

    def _gather(self, gather: Gather) -> str:
        body = "" if gather.body is None else self.say(gather.body, 0 if gather.op in ("any", "all") else 8)
        text = gathered(gather.op, gather.over.kind, self.policy.calendar)
        said = self._text(text, body=body, over=self._over(gather.over))
        if gather.where is None:
            return said
        return self._text(
            Text("{sum} (only where {condition})"), sum=said, condition=self.condition(gather.where)
        )

    def _over(self, over: Over) -> str:
        if over.kind == "group":
            return self.group(over.name)
        if over.kind == "periods":
            return self._titled(self.policy.references[over.name].told.title, over.name)
        return ""

    # Operations

    def _apply(self, apply: Apply) -> str:
        if apply.op in INFIX:
            return self._infix(apply)
        if apply.op in COMPARED:
            return self._compared(apply.op, *apply.args)
        if apply.op in ("and", "or"):
            text = Text("{one} and {other}") if apply.op == "and" else Text("{one} or {other}")
            strength = BINDING[apply.op] + 1
            said = [self.condition(arg, strength) for arg in apply.args]
            return reduce(lambda one, other: self._text(text, one=one, other=other), said)
        return self._called(apply)

    def _infix(self, apply: Apply) -> str:
        left, right = apply.args
        if apply.op == "*" and isinstance(left, Literal) and left.ratio:
            of = self.say(right, BINDING["*"])
            return self._text(Text("{percent} of {whole}"), percent=self.say(left), whole=of)
        if apply.op == "+":
            return " + ".join(self._term(term) for term in _terms(apply))
        strength = BINDING[apply.op]
        # a − (b − c) and a ÷ (b × c) need their brackets; a + (b + c) does not.
        after = strength + (apply.op in ("-", "/"))
        return self.say(left, strength) + INFIX[apply.op] + self.say(right, after)

    def _term(self, term: "Expression | list[Gather]") -> str:
        """Return one term of a sum; sums of several figures over the same are said as one."""
        if not isinstance(term, list):
            return self.say(term, BINDING["+"])
        figures = [one.body for one in term if isinstance(one.body, FigureName)]
        all_points = all(figure.name.endswith(POINTS) for figure in figures)
        names = [figure.name.removesuffix(POINTS) if all_points else figure.name for figure in figures]
        titles = [
            title(name, figure.level, self.policy, self.language)
            for name, figure in zip(names, figures, strict=True)
        ]
        body = joined(titles, self.language, word=Text("{first} and {last}"))
        if all_points:
            body = self._text(Text("points of {figure}"), figure=body)
        over = self._over(term[0].over)
        return self._text(GATHERED["sum", term[0].over.kind], body=body, over=over)

    def _compared(self, op: str, left: Expression, right: Expression) -> str:
        if isinstance(left, Entries) and right == Literal(Fraction(0), "0") and op in (">", "==", "!="):
            text = (
                Text("there is no entry of “{item}”") if op == "==" else Text("there is an entry of “{item}”")
            )
            return self._text(text, item=self._item(left.item))
        strength = BINDING[op] + 1
        right = self._in_unit(left, right)
        if op in ("==", "!=") and (self._is_text(left) or self._is_text(right)):
            text = Text("{left} is {right}") if op == "==" else Text("{left} is not {right}")
            said = {"left": self.say(left, strength), "right": self.say(right, strength)}
            if isinstance(left, ParameterName) and isinstance(right, Literal):
                said["right"] = self._choice(left, right)
            return self._text(text, **said)
        if isinstance(left, FigureName) and left.level is not Level.SHOP and op in BRIEFLY:
            # "below the shop's average" instead of naming the same figure twice.
            beside = Speaker(self.policy, self.language, left.name).say(right, strength)
            if self._is_meant(left):
                return self._text(BRIEFLY[op], right=beside)
            return self._text(COMPARED[op], left=self.say(left, strength), right=beside)
        return self._text(COMPARED[op], left=self.say(left, strength), right=self.say(right, strength))

    def _in_unit(self, left: Expression, right: Expression) -> Expression:
        """Return what a ratio is held against as a percentage, even where the author wrote ``1``."""
        if not isinstance(left, FigureName) or not isinstance(right, Literal) or right.ratio:
            return right
        definition = self.policy.definitions.get((left.name, left.level))
        is_ratio = definition is not None and definition.unit is Unit.RATIO
        return (
            replace(right, text="%", ratio=True) if is_ratio and isinstance(right.value, Fraction) else right
        )

    def _choice(self, name: ParameterName, literal: Literal) -> str:
        """Return one of the texts that a parameter may be, by what people call it."""
        called = choice(self.policy.parameters[name.name], str(literal.value), self.language)
        return self._text(Text("“{text}”"), text=called)

    def _is_meant(self, expression: Expression) -> bool:
        """Return whether an expression is the very figure that the sentence is about."""
        return (
            isinstance(expression, FigureName)
            and expression.name == self.about
            and expression.level is not Level.SHOP
        )

    def _is_text(self, expression: Expression) -> bool:
        if isinstance(expression, Literal):
            return isinstance(expression.value, str)
        return (
            isinstance(expression, ParameterName) and self.policy.parameters[expression.name].type == "text"
        )

    def _called(self, apply: Apply) -> str:
        args = apply.args
        match apply.op:
            case "neg":
                return MINUS + self.say(args[0], BINDING["neg"])
            case "not":
                return self._negated(args[0])
            case "if":
                then, other = self.say(args[1], 2), self.say(args[2], 1)
                test = self.condition(args[0])
                return self._text(Text("{then} if {test}, else {other}"), then=then, test=test, other=other)
            case "known":
                if self._is_meant(args[0]):
                    return self._text(Text("with a value"))
                return self._text(Text("{thing} is known"), thing=self.say(args[0], 5))
            case "months_since":
                return self._text(Text("whole months since {day}"), day=self.say(args[0], 5))
            case "abs":
                return self._text(Text("{number} without its sign"), number=self.say(args[0], 8))
            case "default":
                return self._default(args)
            case "min" | "max":
                return self._extreme(apply.op, args)
        raise TypeError(apply.op)  # pragma: no cover - every operation of the language is above

    def condition(self, expression: Expression, binding: int = 0) -> str:
        """Return a condition in words; a bare yes/no says what is yes."""
        if isinstance(expression, ParameterName) and self.policy.parameters[expression.name].type == "flag":
            return self._text(Text("“{title}” is yes"), title=self.say(expression))
        return self.say(expression, binding)

    def _negated(self, inner: Expression) -> str:
        match inner:
            case GroupName(name):
                return self._membership(name, belongs=False)
            case Apply(op="known", args=(thing,)) if self._is_meant(thing):
                return self._text(Text("without a value"))
            case Apply(op="known", args=(thing,)):
                return self._text(Text("{thing} is not known"), thing=self.say(thing, 5))
            case Apply(op=op, args=(left, right)) if op in OPPOSITE:
                return self._compared(OPPOSITE[op], left, right)
            case Apply(op="in", args=(left, right)):
                text = Text("{left} is not among {right}")
                return self._text(text, left=self.say(left, BINDING["in"]), right=self.say(right))
            case ParameterName():
                return self._text(Text("“{title}” is no"), title=self.say(inner))
            case FactName(table, column) if (table, column) in FLAG_FACTS:
                return self._text(Text("not {fact}"), fact=self.say(inner))
        return self._text(Text("it is not so that {condition}"), condition=self.say(inner, 5))

    def _default(self, args: tuple[Expression, ...]) -> str:
        *tried, last = args
        if len(tried) > 1 and not isinstance(last, Literal):
            said = [self.say(one, 5) for one in args]
            listed = joined(said, self.language, word=Text("{first} and {last}"))
            return self._text(Text("the first of {things} that has a value"), things=listed)
        thing = self.say(tried[0])
        for other in tried[1:]:
            thing = self._text(
                Text("{thing} (or {other} where it has no value)"), thing=thing, other=self.say(other, 5)
            )
        if isinstance(last, Literal):
            return self._text(
                Text("{thing} ({other} where it has no value)"), thing=thing, other=self.say(last)
            )
        return self._text(
            Text("{thing} (or {other} where it has no value)"), thing=thing, other=self.say(last, 5)
        )

    def _extreme(self, op: str, args: tuple[Expression, ...]) -> str:
        if len(args) == 2 and isinstance(args[1], Literal):
            text = Text("{thing} (at least {border})") if op == "max" else Text("{thing} (at most {border})")
            return self._text(text, thing=self.say(args[0], ATOM), border=self.say(args[1]))
        said = [self.say(arg, BINDING["neg"]) for arg in args]
        listed = joined(said, self.language, word=Text("{first} and {last}"))
        if len(args) == 2:
            text = Text("the larger of {things}") if op == "max" else Text("the smaller of {things}")
        else:
            text = Text("the largest of {things}") if op == "max" else Text("the smallest of {things}")
        return self._text(text, things=listed)


def _terms(expression: Expression) -> "list[Expression | list[Gather]]":
    """Return the terms of a chain of sums, neighbours that add up figures over the same taken together."""
    terms: list[Expression | list[Gather]] = []
    for term in _chain(expression):
        if _adds_figures(term):
            before = terms[-1] if terms else None
            if isinstance(before, list) and before[0].over == term.over:
                before.append(term)
            else:
                terms.append([term])
        else:
            terms.append(term)
    return terms


def _chain(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, Apply) and expression.op == "+":
        for arg in expression.args:
            yield from _chain(arg)
    else:
        yield expression


def _adds_figures(term: Expression) -> TypeGuard[Gather]:
    return (
        isinstance(term, Gather)
        and term.op == "sum"
        and term.where is None
        and isinstance(term.body, FigureName)
    )


def _binding(expression: Expression) -> int:
    """Return how tightly the words of an expression hold together; what reads as a noun is an atom."""
    if isinstance(expression, Apply):
        if expression.op == "default":
            return ATOM if _binding(expression.args[0]) == ATOM else 1
        if expression.op in ("min", "max"):
            # "x (at least 0)" holds together by itself; "the smaller of x and y" has an open end.
            bounded = len(expression.args) == 2 and isinstance(expression.args[1], Literal)
            return ATOM if bounded else BINDING["<"]
        return BINDING.get(expression.op, ATOM)
    if isinstance(expression, Gather) and expression.op in ("any", "all"):
        return 1
    if isinstance(expression, Literal) and isinstance(expression.value, Fraction) and expression.value < 0:
        return BINDING["neg"]
    return ATOM
