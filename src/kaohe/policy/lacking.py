"""What may come out without a value, by the formulas alone: a zero base, nothing known."""

from dataclasses import dataclass, field
from fractions import Fraction

from kaohe.policy.expression import (
    Apply,
    Expression,
    FactName,
    FigureName,
    Gather,
    Literal,
    Offered,
    Operating,
    ParameterName,
    Previous,
    Reviewed,
    Row,
    Score,
    SpanDays,
)
from kaohe.policy.graph import Key
from kaohe.policy.policy import Definition, Policy
from kaohe.policy.rulecheck import constant


@dataclass(slots=True)
class Lacking:
    """Knows which figures of a policy may lack a value.

    A sum of rules never does; cases do where none may apply; a share does where its
    pool does.
    """

    policy: Policy
    _known: dict[Key, bool] = field(default_factory=dict)

    def figure(self, key: Key) -> bool:
        """Return whether a figure may come out without a value."""
        if key not in self._known:
            # A figure that leads back to itself is reported as a circle; here it ends.
            self._known[key] = False
            definition = self.policy.definitions.get(key)
            self._known[key] = definition is not None and self._definition(definition)
        return self._known[key]

    def _definition(self, definition: Definition) -> bool:
        match definition.kind:
            case "adds":
                return False
            case "place" | "quota":
                return True
            case "share":
                return self.expression(definition.pool)
            case "cases":
                has_last = any(rule.kind == "otherwise" for rule in definition.rules)
                return not has_last or any(self.expression(rule.give) for rule in definition.rules)
            case "bands" | "slabs":
                gives = [band.give for rule in definition.rules for band in rule.bands]
                return any(self.expression(part) for part in (definition.body, *gives))
        return self.expression(definition.body)

    def expression(self, expression: Expression | None) -> bool:
        """Return whether a formula may have no value."""
        match expression:
            case FigureName(name, level):
                return self.figure((name, level))
            case ParameterName(name):
                return any(value is None for _, value in self.policy.parameters[name].values)
            case FactName() | Previous() | Row() | Score() | Reviewed() | Operating():
                return True
            case Gather(op="mean"):
                return True
            case Gather(op="any" | "all", body=body):
                return self.expression(body)
            case Apply():
                return self._operation(expression)
        return False

    def _operation(self, apply: Apply) -> bool:
        args = apply.args
        match apply.op:
            case "default":
                return all(self.expression(arg) for arg in args)
            case "known":
                return False
            case "/" if not self._never_zero(args[1], frozenset()):
                return True
        return any(self.expression(arg) for arg in args)

    def _never_zero(self, divisor: Expression, above: frozenset[Key]) -> bool:
        """Return whether a divisor is never zero by its formula alone."""
        match divisor:
            case Literal():
                return constant(divisor) not in (None, 0)
            case Offered():
                return True
            case SpanDays(employed=employed):
                return not employed
            case ParameterName(name):
                parameter = self.policy.parameters[name]
                known = all(isinstance(value, Fraction) and value != 0 for _, value in parameter.values)
                return known and parameter.at_least is not None and parameter.at_least > 0
            case FigureName(name, level) if (name, level) not in above:
                definition = self.policy.definitions.get((name, level))
                body = definition.body if definition and definition.kind == "formula" else None
                return body is not None and self._never_zero(body, above | {(name, level)})
            case Apply(op="max", args=args):
                return any((constant(arg) or 0) > 0 for arg in args)
        return False
