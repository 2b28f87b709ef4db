"""Problems and texts as rows of the database keep them: said in all languages."""

from collections.abc import Iterable, Mapping
from typing import Any

from kaohe.core.problem import Problem
from kaohe.web.speaking import in_all


def problem(one: Problem) -> Mapping[str, Any]:
    """Return a problem as plain data."""
    return {
        "code": one.code,
        "severity": one.severity.value,
        "file": one.place.file,
        "line": one.place.line,
        "column": one.place.column,
        "found": one.found,
        "message": in_all(one.message),
        "expected": in_all(one.expected) if one.expected else None,
        "cure": in_all(one.cure) if one.cure else None,
    }


def problems(found: Iterable[Problem]) -> list[Mapping[str, Any]]:
    """Return problems as plain data."""
    return [problem(one) for one in found]
