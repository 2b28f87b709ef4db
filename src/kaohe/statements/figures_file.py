"""``figures.csv`` and ``figures.json``: every figure for programs, the second with its reason.

Both are written figure by figure, so their size in memory does not grow with the people;
equal appraisals give equal bytes.

The JSON holds ``header``; ``figures``, each with the cells of the CSV, ``exact`` where the value
has no finite decimal, ``final_on``, ``reason``, and where conversations are known ``interval`` beside a
value and ``certainty`` beside a place, which are statistics in floats; and the tables that places and
shares are read from: ``standings`` (``better``, and rows of subject, value, place) and ``sharings``
(``pool``, ``step``, and rows of subject, weight, share). What a reason holds, ``computations`` describes.
"""

import csv
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.certainty import Certainty
from kaohe.appraisal.ranking import Sharing, Standing
from kaohe.core.figure import Figure, FigureKey, Reason
from kaohe.core.number import plain
from kaohe.core.writing import written_aside
from kaohe.statements.computations import Json, computation, is_finite, number, table_name

CSV_NAME, JSON_NAME = "figures.csv", "figures.json"
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
DIGITS = 9
"""Decimal places of an interval's ends: more is noise of the floats."""
HEADER = ("figure", "level", "subject", "span", "value", "unit", "final")


def write_figures(appraisal: Appraisal, out: Path) -> None:
    """Write ``figures.csv`` and ``figures.json`` into a folder.

    Each is written aside and takes its name when it is complete: a reader never finds half a file.

    Args:
        appraisal: The appraisal.
        out: The folder, made if it is not there.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name, write in ((CSV_NAME, _write_csv), (JSON_NAME, _write_json)):
        with written_aside(out / name) as part, part.open("w", encoding="utf-8", newline="") as file:
            write(appraisal, file)


def cells(figure: Figure) -> dict[str, str]:
    """Return a figure's row of ``figures.csv``; a blank value is no value."""
    key = figure.key
    return {
        "figure": key.figure,
        "level": key.level.value,
        "subject": key.subject,
        "span": key.span,
        "value": "" if figure.value is None else plain(figure.value),
        "unit": figure.unit.value,
        "final": "true" if figure.final else "false",
    }


def _write_csv(appraisal: Appraisal, file: TextIO) -> None:
    writer = csv.DictWriter(file, HEADER, lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells(figure) for figure in appraisal.figures.values())


def _write_json(appraisal: Appraisal, file: TextIO) -> None:
    """Write the header, the figures one by one, then the tables that they have named."""
    standings: dict[str, Standing] = {}
    sharings: dict[str, Sharing] = {}
    head = _dumped(header(appraisal))
    file.write(f'{{"header":{head},\n"figures":[')
    for number_, figure in enumerate(appraisal.figures.values()):
        reason = appraisal.reason(figure.key)
        _gather(reason, standings, sharings)
        told = entry(figure, reason) | surety(appraisal.certainty, figure.key)
        file.write((",\n" if number_ else "\n") + _dumped(told))
    file.write("\n],\n")
    _write_tables(file, "standings", ((name, _places(one)) for name, one in standings.items()))
    file.write(",\n")
    _write_tables(file, "sharings", ((name, _shares(one)) for name, one in sharings.items()))
    file.write("}\n")


def surety(known: Certainty, key: FigureKey) -> dict[str, Json]:
    """Return how sure a figure is: ``interval`` beside a value, ``certainty`` beside a place."""
    found: dict[str, Json] = {}
    if interval := known.intervals.get(key):
        found["interval"] = {
            "low": round(interval.low, DIGITS),
            "high": round(interval.high, DIGITS),
            "conversations": interval.conversations,
        }
    if one := known.places.get(key):
        exposure = known.exposures[key.subject, key.span]
        found["certainty"] = {
            "same": one.same,
            "earning": one.earning,
            "next": one.next,
            "beats_next": one.beats,
            "noise": one.noise,
            "days": exposure.days,
            "employed": exposure.employed,
            "present": exposure.present,
        }
    return found


def header(appraisal: Appraisal) -> dict[str, Json]:
    """Return what an appraisal was made by: policy, period, day, engine, and how it was drawn anew."""
    policy, period, how = appraisal.policy, appraisal.period, appraisal.certainty.resampling
    drawn: dict[str, Json] = {}
    if how is not None:
        drawn["resampling"] = {"level": how.level, "replicates": how.replicates, "seed": how.seed}
    return drawn | {
        "policy": policy.name,
        "policy_version": policy.version,
        "policy_digest": policy.digest,
        "period": period.label,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "as_of": appraisal.as_of.isoformat(),
        "engine": version("kaohe"),
    }


def entry(figure: Figure, reason: Reason) -> dict[str, Json]:
    """Return a figure with its reason as ``figures.json`` holds it."""
    plainly: dict[str, Json] = {**cells(figure), "final": figure.final}
    plainly["value"] = None if figure.value is None else plain(figure.value)
    if figure.value is not None and not is_finite(figure.value):
        plainly["exact"] = number(figure.value)
    plainly["final_on"] = figure.final_on.isoformat()
    plainly["reason"] = computation(reason)
    return plainly


def _gather(reason: Reason, standings: dict[str, Standing], sharings: dict[str, Sharing]) -> None:
    for outcome in reason.outcomes:
        standing, sharing = outcome.detail.get("standing"), outcome.detail.get("sharing")
        if isinstance(standing, Standing):
            standings[table_name(reason)] = standing
        if isinstance(sharing, Sharing):
            sharings[table_name(reason)] = sharing


def _places(standing: Standing) -> Iterator[str]:
    """Yield a ranking piece by piece: which is better, then the rows, best first."""
    yield f'{{"better":{_dumped(standing.better)},"rows":['
    for index, (subject, value, place) in enumerate(standing.rows):
        yield ("," if index else "") + _dumped([subject, number(value), place])
    yield "]}"


def _shares(sharing: Sharing) -> Iterator[str]:
    """Yield a pool piece by piece: what is handed out, in which steps, then the rows."""
    yield f'{{"pool":{_dumped(number(sharing.pool))},"step":{_dumped(number(sharing.step))},"rows":['
    for index, (subject, weight, given) in enumerate(sharing.rows):
        yield ("," if index else "") + _dumped([subject, number(weight), number(given)])
    yield "]}"


def _write_tables(file: TextIO, name: str, tables: Iterator[tuple[str, Iterator[str]]]) -> None:
    file.write(f'"{name}":{{')
    for index, (table, pieces) in enumerate(tables):
        file.write((",\n" if index else "\n") + _dumped(table) + ":")
        file.writelines(pieces)
    file.write("}")


def _dumped(data: Json) -> str:
    return ENCODER.encode(data)
