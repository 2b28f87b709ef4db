"""presale-desk against a second, plain computation of its page, on random months dense in corners."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from appraisal.presale_reference import Reference
from appraisal.presale_terms import Key, Value, unit
from appraisal.presale_worlds import World
from kaohe.appraisal.appraise import Appraisal
from kaohe.core.number import plain
from kaohe.periods.runs import Request, run

WORKED = Path(__file__).parents[1] / "conformance"
SEEDS = 60


def appraised(folder: Path) -> Appraisal:
    case = json.loads((folder / "case.json").read_text("utf-8"))
    request = Request(
        records=folder / "records",
        policy=case["policy"],
        period=case["period"],
        as_of=date.fromisoformat(case["as_of"]),
        parameters=folder / "parameters.yaml",
        history=(folder / "history.csv",),
        measures=folder / "measures.csv",
    )
    return run(request).appraisal


def differences(folder: Path) -> Iterator[str]:
    """Yield every figure on which the two computations disagree: in value, unit or finality."""
    reference = Reference(folder)
    wanted = reference.compute()
    got = {
        (key.figure, key.level.value, key.subject, key.span): figure
        for key, figure in appraised(folder).figures.items()
    }
    for key, value in wanted.items():
        figure = got.get(key)
        if not same(key, value, figure.value if figure else None):
            yield f"{key}: {shown(value)} expected, {shown(figure.value) if figure else 'no figure'} given"
        if figure is None:
            continue
        if figure.unit.value != unit(key[0]):
            yield f"{key}: {unit(key[0])} expected, {figure.unit.value} given"
        if reference.final(key) not in {None, figure.final}:
            yield f"{key}: {'final' if not figure.final else 'provisional'} expected"
    names = {key[0] for key in wanted}
    for key, figure in got.items():
        if key[0] in names and key not in wanted and figure.value:
            yield f"{key}: no figure expected, {shown(figure.value)} given"


def same(key: Key, one: Value, other: Value) -> bool:
    if key[0].endswith((".points", ".place")):
        return (one or 0) == (other or 0)
    return one == other


def shown(value: Value) -> str:
    return "blank" if value is None else plain(value)


@pytest.mark.parametrize("name", ["presale-1", "presale-2", "presale-3"])
def test_the_worked_examples_come_out_alike(name: str) -> None:
    assert list(differences(WORKED / name)) == []


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_random_month_comes_out_alike(seed: int, tmp_path: Path) -> None:
    World(seed).write(tmp_path / "case")
    assert list(differences(tmp_path / "case")) == []
