"""The JSON Schema that editors read is the shape that the loader reads."""

import json
from importlib import resources
from pathlib import Path

import pytest

from kaohe.policy.loader import shipped
from kaohe.policy.schema import FILE, keys_beside, schema, schema_text, shipped_schema_text

SHELF = resources.files("kaohe.policy").joinpath("shipped")


def test_the_shipped_schema_is_made_from_the_shape() -> None:
    assert shipped_schema_text() == schema_text(), "write kaohe.policy.schema.schema_text() into the file"


def test_every_key_is_described() -> None:
    bare = [
        f"{name}.{key}"
        for name, part in (*schema()["$defs"].items(), ("PolicyShape", schema()))
        for key, inner in part.get("properties", {}).items()
        if "description" not in inner
    ]
    assert bare == []


def test_a_number_with_a_point_is_no_mistake_in_an_editor() -> None:
    give = schema()["$defs"]["Band"]["properties"]["give"]
    assert "number" in give["type"]


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_policy_names_its_schema_beside_it(name: str) -> None:
    first = SHELF.joinpath(f"{name}.yaml").read_text("utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=../{FILE}"
    assert json.loads(Path(str(SHELF)).parent.joinpath(FILE).read_text("utf-8"))


def test_the_keys_beside_a_mistake_are_those_of_the_thing_it_stands_in() -> None:
    assert keys_beside(("sections", "weekly", "figures", "rate", "points", 0, "gives")) == [
        "at_least", "at_most", "bands", "give", "of", "only_if", "otherwise", "per", "places", "reading",
        "review", "title", "unless", "when",
    ]  # fmt: skip
    assert keys_beside(("title", "fr")) == ["en", "zh-Hans", "zh-Hant"]
    assert keys_beside(("nowhere", "at", "all")) == []
