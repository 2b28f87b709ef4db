"""The JSON Schema of policy files, by which editors complete keys and mark mistakes as one types.

The same text is shipped as ``policy.schema.json`` beside this file; a test keeps the
two equal.
"""

import json
from functools import cache
from importlib import resources
from typing import Any

from kaohe.policy.shape import PolicyShape

FILE = "policy.schema.json"
Schema = dict[str, Any]


@cache
def schema() -> Schema:
    """Return the schema of a policy file."""
    made = PolicyShape.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "A kaohe policy"}


def schema_text() -> str:
    """Return the schema as the text of ``policy.schema.json``."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def shipped_schema_text() -> str:
    """Return the text of the shipped file."""
    return resources.files("kaohe.policy").joinpath(FILE).read_text("utf-8")


def keys_beside(path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that may stand beside the last step of a path through a policy file."""
    node = schema()
    for step in path[:-1]:
        node = _step(_mapping(node), step)
    return sorted(_mapping(node).get("properties", {}))


def _mapping(node: Schema) -> Schema:
    """Follow references and choices to the one that holds keys or items."""
    while "$ref" in node or "anyOf" in node:
        if "$ref" in node:
            node = schema()["$defs"][str(node["$ref"]).rsplit("/", 1)[-1]]
        else:
            node = next((one for one in node["anyOf"] if one.get("type") != "null"), {})
    return node


def _step(node: Schema, step: str | int) -> Schema:
    if isinstance(step, int):
        return dict(node.get("items", {}))
    patterns = node.get("patternProperties", {})
    inner = node.get("properties", {}).get(step) or next(iter(patterns.values()), None)
    return dict(inner or node.get("additionalProperties") or {})
