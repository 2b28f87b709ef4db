"""Formulas printed: Expression → text that reads as the same expression again."""

from kaohe.core.figure import Level
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
    ParameterName,
    Previous,
    RatersMissing,
    Reviewed,
    Reviews,
    Row,
    Score,
    SpanDays,
)

BINDING = (
    {"if": 1, "or": 2, "and": 3, "not": 4}
    | dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "in"), 5)
    | {"+": 6, "-": 6, "*": 7, "/": 7, "neg": 8}
)
ATOM = 9


def printed(expression: Expression, level: Level) -> str:
    """Return the formula of a figure of this level as an author would write it.

    Args:
        expression: The formula.
        level: Whose figure it is: figures of another level are named with it.
    """
    return _printed(expression, level, 0)


def _printed(expression: Expression, level: Level, binding: int) -> str:
    text = _said(expression, level)
    return f"({text})" if _binding(expression) < binding else text


def _binding(expression: Expression) -> int:
    if isinstance(expression, Apply):
        return BINDING.get(expression.op, ATOM)
    if isinstance(expression, Literal) and expression.text.startswith("-"):
        return BINDING["neg"]
    return ATOM


def _said(expression: Expression, level: Level) -> str:
    match expression:
        case Apply():
            return _apply(expression, level)
        case Gather():
            return _gather(expression, level)
        case Literal(text=text):
            return text
        case FigureName(name, at):
            return name if at is level else f"{at.value}.{name}"
        case FactName(table, column):
            return f"{table}.{column}"
        case SpanDays(employed):
            return "employed_days" if employed else "days"
        case Row(which, table, column):
            return f"{which}({table}.{column})"
        case Previous(figure):
            return f"previous({_said(figure, level)})"
        case Offered(figures):
            return f"offered({', '.join(figures)})"
        case MeasureName(name) | ParameterName(name) | GroupName(name):
            return name
        case _:
            return _asked(expression)


def _asked(expression: Entries | Score | RatersMissing | Reviewed | Reviews | Operating) -> str:
    match expression:
        case Entries(item):
            return f"entries({item})"
        case Score(form, item, role):
            asked = (form, *([f"item={item}"] if item else []), *([f"raters={role}"] if role else []))
            return f"score({', '.join(asked)})"
        case Reviewed(sample, item):
            return f"reviewed({sample}, item={item})" if item else f"reviewed({sample})"
        case RatersMissing(form):
            return f"raters_missing({form})"
        case Reviews(sample):
            return f"reviews({sample})"
        case Operating(indicator):
            return f"operating.{indicator}"


def _apply(apply: Apply, level: Level) -> str:
    op, args = apply.op, apply.args
    if op not in BINDING:
        return f"{op}({', '.join(_printed(arg, level, 0) for arg in args)})"
    strength = BINDING[op]
    match op:
        case "if":
            test, then, other = args
            head = f"{_printed(then, level, 2)} if {_printed(test, level, 2)}"
            return f"{head} else {_printed(other, level, strength)}"
        case "not":
            return f"not {_printed(args[0], level, strength)}"
        case "neg":
            return f"-{_printed(args[0], level, ATOM)}"
        case "and" | "or":
            return f" {op} ".join(_printed(arg, level, strength + 1) for arg in args)
        case "+" | "-" | "*" | "/":
            left, right = args
            return f"{_printed(left, level, strength)} {op} {_printed(right, level, strength + 1)}"
    left, right = args
    return f"{_printed(left, level, strength + 1)} {op} {_printed(right, level, strength + 1)}"


def _gather(gather: Gather, level: Level) -> str:
    inside = {"group": Level.PERSON, "departments": Level.DEPARTMENT}.get(gather.over.kind, level)
    parts = [] if gather.body is None else [_printed(gather.body, inside, 0)]
    parts.append(f"over={gather.over.name}")
    if gather.where is not None:
        parts.append(f"where={_printed(gather.where, inside, 0)}")
    return f"{gather.op}({', '.join(parts)})"
