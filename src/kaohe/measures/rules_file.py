"""The file of rules that ``--rules`` names."""

from pathlib import Path

from kaohe.core.document import read_document
from kaohe.core.problem import raise_errors
from kaohe.core.rules import Rules


def load_rules(path: Path) -> Rules:
    """Read rules from a YAML file.

    Raises:
        ProblemsFound: With every problem of the file, each with its line.
    """
    document = read_document(path, str(path))
    rules, found = Rules.read(document.data, document.place)
    raise_errors(sorted([*document.problems, *found], key=lambda problem: problem.place))
    return rules
