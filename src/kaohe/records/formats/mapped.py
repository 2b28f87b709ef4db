"""Putting a mapping file to work: from its rules to recipes for the columns of one file."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fnmatch import translate
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.language import Text
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.records import fileproblems, problems
from kaohe.records.clock import to_local
from kaohe.records.formats import cleaning
from kaohe.records.formats.files import Shape, open_rows
from kaohe.records.formats.grouping import Group
from kaohe.records.formats.mapping import ColumnRule, MappingFile, read_mapping
from kaohe.records.formats.reading import Options, unused
from kaohe.records.formats.recipes import Leave, MadeReading, Make, Recipe, constant, other_shops
from kaohe.records.header import nearest, suggesting
from kaohe.records.likeness import TABLE, closest, not_but
from kaohe.records.schema import Cell, Table

FACTOR = pa.decimal128(18, 6)
WIDE = pa.decimal128(38, 12)
NUMBER = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"
BY_MAPPING_FILE = Text("what the mapping file {file} describes")
UNIX_TIME = r"^[0-9]{1,13}$"
NUMBERS = (Cell.MONEY, Cell.NUMBER, Cell.QUANTITY, Cell.STARS, Cell.COUNT)


def open_mapped(path: Path, mapping: MappingFile, options: Options) -> MadeReading:
    """Open a file by its mapping."""
    wanted = {name for rule in mapping.rules for name in rule.columns} | set(mapping.skip)
    shape = Shape(
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        header=mapping.header,
        sheet=mapping.sheet,
        known=sorted(wanted),
    )
    rows = open_rows(path, shape, options)
    header = [name.strip() for name in rows.header]
    _check(header, mapping, path)
    if options.table and options.table != mapping.table.name:
        place = Place(str(mapping.path))
        clash = fileproblems.OTHER_TABLE.at(place, mapped=mapping.table.name, table=options.table)
        raise ProblemsFound([clash])
    if options.shop and "shop" not in mapping.table.names:
        raise ProblemsFound([unused("--shop", TABLE.filled(table=mapping.table.name))])
    rules = [rule for rule in mapping.rules if not (rule.name == "shop" and options.shop)]
    recipes = [_recipe(rule, header, mapping.table, options.timezone) for rule in rules]
    if options.shop:
        recipes.append(Recipe("shop", "--shop", (), constant(options.shop)))
    positions = {name: header.index(name) for name in mapping.skip}
    leave = (_leave(mapping.skip, positions), tuple(positions.values())) if mapping.skip else None
    group = Group(mapping.group_by, mapping.group_add, mapping.group_first) if mapping.group_by else None
    reading = MadeReading(mapping.table, rows, recipes, options, leave=leave, group=group, sums=True)
    if options.shop:
        _watch_shops(reading, mapping, header)
    return reading


def _watch_shops(reading: MadeReading, mapping: MappingFile, header: Sequence[str]) -> None:
    """Have the shops noted that the mapping names, where ``--shop`` names another."""
    shop = reading.options.shop
    for rule in mapping.rules:
        if rule.name == "shop" and rule.constant is not None:
            place = Place(str(mapping.path), rule.line)
            reading.notes.extend(other_shops(shop, place)([rule.constant]))
        elif rule.name == "shop" and rule.column and not (rule.values or rule.take):
            place = Place(str(reading.rows.path), column=rule.column)
            reading.watches = {header.index(rule.column): other_shops(shop, place)}


def open_by_mapping(path: Path, options: Options) -> MadeReading:
    """Open a file by the mapping file that the options name."""
    assert options.mapping is not None
    return open_mapped(path, read_mapping(options.mapping), options)


def _check(header: Sequence[str], mapping: MappingFile, path: Path) -> None:
    """Refuse a file that lacks columns which the mapping names, or has one of them twice."""
    found: list[Problem] = []
    lines = {name: rule.line for rule in mapping.rules for name in rule.columns} | dict(mapping.skip_lines)
    for name, line in lines.items():
        place = Place(str(mapping.path), line)
        if name not in header:
            close = nearest(name, [one for one in header if one])
            missing = problems.NOT_IN_FILE.at(
                place, name, column=name, file=str(path), columns=", ".join(header)
            )
            found.append(suggesting(missing, close))
        elif header.count(name) > 1:
            found.append(
                fileproblems.DOUBLE_COLUMN.at(
                    Place(str(path), 1), name, column=name, count=header.count(name)
                )
            )
    if len(found) == len(lines) and (likely := closest(header)):
        claimed = BY_MAPPING_FILE.filled(file=mapping.path)
        raise ProblemsFound([not_but(claimed, likely, Place(str(path), 1))])
    if found:
        raise ProblemsFound(found)


def _recipe(rule: ColumnRule, header: Sequence[str], table: Table, zone: ZoneInfo) -> Recipe:
    cell = table[rule.name].cell
    positions = tuple(header.index(name) for name in rule.columns)
    label = rule.columns[0] if len(rule.columns) == 1 else rule.name
    return Recipe(rule.name, label, positions, _make(rule, cell, zone))


def _make(rule: ColumnRule, cell: Cell, zone: ZoneInfo) -> Make:
    if rule.constant is not None:
        return constant(rule.constant)

    def make(arrays: Sequence[pa.Array]) -> pa.Array:
        cleaned = [_number(one, rule) for one in arrays] if rule.product or cell in NUMBERS else list(arrays)
        texts = _product(cleaned) if rule.product else _single(cleaned[0], rule, cell, zone)
        return _multiplied(texts, rule.times) if rule.times else texts

    return make


def _number(texts: pa.Array, rule: ColumnRule) -> pa.Array:
    return cleaning.money(cleaning.unwrapped(texts), rule.thousands)


def _single(texts: pa.Array, rule: ColumnRule, cell: Cell, zone: ZoneInfo) -> pa.Array:
    if rule.take:
        texts = _taken(texts, rule.take)
    if rule.values or rule.otherwise is not None:
        texts = _translated(texts, rule)
    if rule.default:
        texts = pc.if_else(pc.equal(texts, ""), rule.default, texts)
    if rule.unix:
        return _from_unix(texts, 1000 if rule.unix == "unix_ms" else 1, zone, cell)
    if cell is Cell.TIME:
        return cleaning.time(texts, rule.formats or cleaning.USUAL_TIMES)
    if cell is Cell.DAY:
        return cleaning.day(texts, rule.formats or cleaning.USUAL_DAYS)
    if cell is Cell.MONTH:
        return cleaning.month(texts, rule.formats or cleaning.USUAL_MONTHS)
    return texts


def _taken(texts: pa.Array, expression: str) -> pa.Array:
    """Return what the expression takes from each text; blank where it matches nothing."""
    compiled = re.compile(expression)

    def take(text: str) -> str:
        match = compiled.search(text)
        if not match:
            return ""
        return match[1] or "" if compiled.groups else match[0]

    folded = texts.dictionary_encode()
    taken = pa.array([take(text) for text in folded.dictionary.to_pylist()], pa.string())
    return taken.take(folded.indices)


def _translated(texts: pa.Array, rule: ColumnRule) -> pa.Array:
    words = cleaning.trimmed(texts)
    index = pc.index_in(words, value_set=pa.array(list(rule.values), pa.string()))
    meant = pa.array(list(rule.values.values()), pa.string()).take(index)
    rest = words if rule.otherwise is None else pa.scalar(rule.otherwise)
    blank = pc.and_(pc.equal(words, ""), pc.is_null(index))
    return pc.if_else(blank, "", pc.coalesce(meant, rest))


def _from_unix(texts: pa.Array, per_second: int, zone: ZoneInfo, cell: Cell) -> pa.Array:
    texts = cleaning.unwrapped(texts)
    good = pc.match_substring_regex(texts, UNIX_TIME)
    seconds = pc.if_else(good, texts, "0").cast(pa.int64()).to_numpy() // per_second
    local = pa.array(to_local(seconds, zone).view("datetime64[s]"))
    width = {Cell.TIME: 19, Cell.DAY: 10, Cell.MONTH: 7}[cell]
    return pc.if_else(good, pc.utf8_slice_codeunits(local.cast(pa.string()), 0, width), texts)


def _product(factors: Sequence[pa.Array]) -> pa.Array:
    """Return the products as text; where a factor is no number, what stands there."""
    good = pc.match_substring_regex(factors[0], NUMBER)
    shown = factors[0]
    for factor in factors[1:]:
        good = pc.and_(good, pc.match_substring_regex(factor, NUMBER))
        shown = pc.binary_join_element_wise(shown, factor, " × ")
    product = pc.if_else(good, factors[0], "1").cast(FACTOR)
    for factor in factors[1:]:
        product = pc.multiply(product, pc.if_else(good, factor, "1").cast(FACTOR)).cast(WIDE)
    return pc.if_else(good, _plain(product), shown)


def _multiplied(texts: pa.Array, factor: str) -> pa.Array:
    good = pc.match_substring_regex(texts, NUMBER)
    values = pc.if_else(good, texts, "1").cast(FACTOR)
    product = pc.multiply(values, pa.scalar(Decimal(factor), FACTOR)).cast(WIDE)
    return pc.if_else(good, _plain(product), texts)


def _plain(values: pa.Array) -> pa.Array:
    """Return decimals as text without zeros at the end."""
    return pc.replace_substring_regex(values.cast(pa.string()), r"(\.[0-9]*[1-9])0+$|\.0+$", r"\1")


def _leave(skip: Mapping[str, Sequence[str]], positions: Mapping[str, int]) -> Leave:
    """Return what finds the rows to leave out: those with one of a column's words."""
    expressions = {
        positions[name]: "|".join(translate(word) for word in words) for name, words in skip.items()
    }

    def leave(cells: Mapping[int, pa.Array]) -> npt.NDArray[np.bool_]:
        out = np.zeros(len(cells[0]), dtype=np.bool_)
        for position, expression in expressions.items():
            folded = cleaning.trimmed(cells[position]).dictionary_encode()
            hit = [bool(re.match(expression, word)) for word in folded.dictionary.to_pylist()]
            out |= np.array(hit, dtype=np.bool_)[folded.indices.to_numpy()]
        return out

    return leave
