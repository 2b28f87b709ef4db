"""Mapping files: what the columns of a shop's own file mean, in YAML that the user keeps.

``docs/formats.md`` shows every key. A mapping's own mistakes are all reported at
once, each with its line.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kaohe.core.document import Document, read_document
from kaohe.core.problem import Kind, Problem, ProblemsFound
from kaohe.records import problems
from kaohe.records.encodings import codec
from kaohe.records.formats.cleaning import TimeFormat, time_format
from kaohe.records.header import nearest, suggesting
from kaohe.records.schema import TABLES, Cell, Table

KEYS = ("table", "encoding", "delimiter", "sheet", "header", "columns", "skip", "group")
COLUMN_KEYS = (
    "column",
    "constant",
    "default",
    "time",
    "values",
    "otherwise",
    "take",
    "thousands",
    "times",
    "product",
)
GROUP_KEYS = ("by", "add", "first")
SOURCES = ("column", "constant", "product")
UNIX = ("unix", "unix_ms")
DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
TIMELY = (Cell.TIME, Cell.DAY, Cell.MONTH)


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """How one column of the table is made.

    Attributes:
        name: The table's column.
        line: Where the mapping file says so.
        column: The file's column.
        constant: A value that stands in every row instead.
        product: Two or more columns of the file that are multiplied instead.
        default: What a blank cell means.
        formats: How its times are written; the usual ways if there are none.
        unix: ``unix`` or ``unix_ms`` for seconds or milliseconds since 1970 (UTC).
        values: What the file's words mean.
        otherwise: What all other words mean; None leaves them as they are.
        take: A regular expression; its first group, or all that it matches, is taken.
        thousands: What separates thousands.
        times: A factor, such as 0.01 for amounts in fen.
    """

    name: str
    line: int
    column: str = ""
    constant: str | None = None
    product: tuple[str, ...] = ()
    default: str = ""
    formats: tuple[TimeFormat, ...] = ()
    unix: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    take: str = ""
    thousands: str = ""
    times: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The file's columns that it needs."""
        return self.product or ((self.column,) if self.column else ())


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping file, read.

    Attributes:
        path: The file.
        table: The table that it fills.
        rules: The table's columns.
        skip: The file's columns, and the words (``*`` stands for anything) whose rows are left out.
        skip_lines: Where the mapping file names each of those columns.
        encoding: The file's codec; blank if nothing says it.
        delimiter: What separates its cells; blank if nothing says it.
    """

    path: Path
    table: Table
    rules: tuple[ColumnRule, ...]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = 0
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    skip_lines: Mapping[str, int] = field(default_factory=dict)
    group_by: tuple[str, ...] = ()
    group_add: tuple[str, ...] = ()
    group_first: tuple[str, ...] = ()


def read_mapping(path: Path) -> MappingFile:
    """Read a mapping file.

    Raises:
        ProblemsFound: With everything that is wrong with it.
    """
    document = read_document(path, str(path))
    if document.problems:
        raise ProblemsFound(document.problems)
    reader = _Reader(document)
    mapping = reader.mapping(path)
    if reader.problems or mapping is None:
        raise ProblemsFound(sorted(reader.problems, key=lambda problem: problem.place.line))
    return mapping


@dataclass
class _Reader:
    """The reading of one mapping file; mistakes are gathered."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def mapping(self, path: Path) -> MappingFile | None:
        data = self.document.data
        self._check_keys(data, KEYS, ())
        table = TABLES.get(self._text("table", must=True))
        if table is None:
            self._wrong(problems.UNKNOWN_TABLE, ("table",), tables=", ".join(TABLES))
            return None
        rules = self._rules(table)
        group = self._part("group")
        self._check_keys(group, GROUP_KEYS, ("group",))
        skip = self._part("skip")
        return MappingFile(
            path=path,
            table=table,
            rules=rules,
            encoding=self._encoding(),
            delimiter=self._delimiter(),
            sheet=self._text("sheet"),
            header=self._header(),
            skip={name: self._texts(("skip", name), words) for name, words in skip.items()},
            skip_lines={name: self.document.place(("skip", name)).line for name in skip},
            group_by=self._grouped(group, "by", table),
            group_add=self._grouped(group, "add", table),
            group_first=self._grouped(group, "first", table),
        )

    def _rules(self, table: Table) -> tuple[ColumnRule, ...]:
        columns = self._part("columns")
        rules = []
        for name, said in columns.items():
            if name not in table.names:
                close = nearest(name, table.names)
                self._wrong(
                    problems.NO_SUCH_COLUMN, ("columns", name), column=name, table=table.name, close=close
                )
                continue
            rules.append(self._rule(name, said, table[name].cell))
        for column in table.columns:
            if not column.optional and column.name not in columns:
                self._wrong(problems.COLUMN_NOT_MAPPED, ("columns",), column=column.name, table=table.name)
        return tuple(rules)

    def _rule(self, name: str, said: object, cell: Cell) -> ColumnRule:
        path = ("columns", name)
        line = self.document.place(path).line
        if not isinstance(said, Mapping):
            return ColumnRule(name, line, column=_word(said))
        self._check_keys(said, COLUMN_KEYS, path)
        if sum(key in said for key in SOURCES) != 1:
            self._wrong(problems.ONE_SOURCE, path, sources=", ".join(SOURCES))
        formats, unix = self._formats((*path, "time"), said.get("time"), cell)
        return ColumnRule(
            name,
            line,
            column=_word(said.get("column")),
            constant=_word(said["constant"]) if "constant" in said else None,
            product=self._texts((*path, "product"), said.get("product", [])),
            default=_word(said.get("default")),
            formats=formats,
            unix=unix,
            values=self._words((*path, "values"), said.get("values")),
            otherwise=_word(said["otherwise"]) if "otherwise" in said else None,
            take=self._expression((*path, "take"), _word(said.get("take"))),
            thousands=_word(said.get("thousands")),
            times=self._factor((*path, "times"), _word(said.get("times"))),
        )

    def _formats(self, path: tuple[str, ...], said: object, cell: Cell) -> tuple[tuple[TimeFormat, ...], str]:
        if said is None:
            return (), ""
        if cell not in TIMELY:
            self._wrong(problems.NO_TIME_HERE, path)
            return (), ""
        if said in UNIX:
            return (), str(said)
        formats = []
        for written in self._texts(path, said):
            one = time_format(written, "Ym" if cell is Cell.MONTH else "Ymd")
            if one is None:
                self._wrong(problems.NOT_A_TIME_FORMAT, path, written)
            else:
                formats.append(one)
        return tuple(formats), ""

    def _words(self, path: tuple[str, ...], said: object) -> Mapping[str, str]:
        if said is None:
            return {}
        if not isinstance(said, Mapping):
            self._wrong(problems.NOT_A_MAPPING, path)
            return {}
        return {str(theirs): _word(ours) for theirs, ours in said.items()}

    def _expression(self, path: tuple[str, ...], written: str) -> str:
        try:
            re.compile(written)
        except re.error as error:
            self._wrong(problems.NOT_AN_EXPRESSION, path, written, reason=str(error))
        return written

    def _factor(self, path: tuple[str, ...], written: str) -> str:
        if written and not DECIMAL.fullmatch(written):
            self._wrong(problems.NOT_A_FACTOR, path, written)
        return written

    def _grouped(self, group: Mapping[str, object], key: str, table: Table) -> tuple[str, ...]:
        names = self._texts(("group", key), group.get(key, []))
        for name in names:
            if name not in table.names:
                close = nearest(name, table.names)
                self._wrong(
                    problems.NO_SUCH_COLUMN, ("group", key), column=name, table=table.name, close=close
                )
        return names

    def _encoding(self) -> str:
        written = self._text("encoding")
        found = codec(written) if written else ""
        if written and not found:
            self._wrong(problems.NO_SUCH_ENCODING, ("encoding",), written)
        return found

    def _delimiter(self) -> str:
        written = self._text("delimiter")
        if len(written) > 1:
            self._wrong(problems.NOT_A_DELIMITER, ("delimiter",), written)
            return ""
        return written

    def _header(self) -> int:
        row = self.document.data.get("header", 0)
        if not isinstance(row, int) or isinstance(row, bool) or row < 0:
            self._wrong(problems.NOT_A_ROW, ("header",), str(row))
            return 0
        return row

    def _part(self, key: str) -> Mapping[str, object]:
        said = self.document.data.get(key)
        if said is None:
            return {}
        if not isinstance(said, Mapping):
            self._wrong(problems.NOT_A_MAPPING, (key,))
            return {}
        return said

    def _text(self, key: str, *, must: bool = False) -> str:
        said = self.document.data.get(key)
        if isinstance(said, Mapping | list):
            self._wrong(problems.NOT_A_WORD, (key,))
            return ""
        if said is None and must:
            return ""
        return _word(said)

    def _texts(self, path: tuple[str, ...], said: object) -> tuple[str, ...]:
        if isinstance(said, Mapping):
            self._wrong(problems.NOT_A_WORD, path)
            return ()
        items: Sequence[object] = said if isinstance(said, list) else [said]
        return tuple(map(_word, items))

    def _check_keys(self, said: Mapping[str, object], known: Sequence[str], path: tuple[str, ...]) -> None:
        for key in said:
            if key not in known:
                close = nearest(key, known)
                self._wrong(problems.UNKNOWN_KEY, (*path, key), key=key, keys=", ".join(known), close=close)

    def _wrong(
        self, kind: Kind, path: tuple[str, ...], found: str = "", close: str = "", **gaps: object
    ) -> None:
        problem = kind.at(self.document.place(path), found, **gaps)
        self.problems.append(suggesting(problem, close))


def _word(said: object) -> str:
    """Return a scalar of the YAML file as the text that a cell could hold."""
    if said is None:
        return ""
    if isinstance(said, bool):
        return "yes" if said else "no"
    return str(said)
