"""Parquet in and out, row by row, for reviews made elsewhere and for labelled data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from assay.base.errors import Refused, Unavailable
from assay.base.ids import new_id
from assay.base.translation import tr
from assay.traces import layout
from assay.traces.duck import connect, engine_faults, identifier, json_lines, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_BATCH = 1000
_BIGINT = 2**63
_TYPES = {
    frozenset({"truth"}): "BOOLEAN",
    frozenset({"whole"}): "BIGINT",
    frozenset({"fraction"}): "DOUBLE",
    frozenset({"whole", "fraction"}): "DOUBLE",
}


def read_parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file as JSON knows them: text, numbers, true, false, None, lists and objects.

    Times come as ISO text, those with a zone in UTC; NaN comes as None. Raises Refused when it cannot be read.
    """
    path = path.absolute()
    unreadable = Refused(
        tr("“{file}” could not be read as Parquet.").format(file=path.name),
        tr("Check that it is whole and in that format."),
    )
    with engine_faults(unreadable), connect(path.parent, keep_order=True) as connection:
        row_name = identifier(new_id())  # a name that no column has, since a column's would win
        answer = connection.execute(
            f"SELECT to_json({row_name}) FROM read_parquet($files, hive_partitioning = false) AS {row_name}",
            {"files": [str(path)]},
        )
        while batch := answer.fetchmany(_BATCH):
            for (row,) in batch:
                yield json.loads(row, parse_constant=lambda _: None)


def parquet_columns(path: Path) -> tuple[str, ...]:
    """The names of the columns of a Parquet file, in their order. Raises Refused when it cannot be read."""
    path = path.absolute()
    unreadable = Refused(
        tr("“{file}” could not be read as Parquet.").format(file=path.name),
        tr("Check that it is whole and in that format."),
    )
    with engine_faults(unreadable), connect(path.parent, keep_order=True) as connection:
        answer = connection.execute(
            "SELECT * FROM read_parquet($files, hive_partitioning = false) LIMIT 0", {"files": [str(path)]}
        )
        return tuple(str(column[0]) for column in answer.description or ())


def write_parquet_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], target: Path) -> int:
    """Write rows to ``target`` with these columns in this order; returns how many.

    A column whose values are all numbers, or all true and false, is of that type; every other one is text, with
    lists and objects as JSON text. The file takes its place in one step; what the rows raise passes through.
    Raises Unavailable when it cannot be written.
    """
    target = target.absolute()
    mark = new_id()[:8]
    lines, fresh = (target.with_name(f".{target.name}.{mark}.{end}") for end in ("ndjson.tmp", "parquet.tmp"))
    spooled = _Spooled([set() for _ in columns])
    try:
        with lines.open("wb") as handle:
            for row in rows:
                handle.write(spooled.line([row.get(column) for column in columns]))
        with engine_faults(), connect(target.parent, keep_order=True) as connection:
            connection.execute(_copy(lines, columns, spooled, fresh))
        layout.settle(fresh)
        layout.put_in_place(fresh, target)
    except OSError as error:
        raise Unavailable(
            tr("“{file}” could not be written: {fault}.").format(file=target, fault=error.strerror or error),
            tr("Check that the folder exists and the disk has room."),
        ) from error
    finally:
        for path in (lines, fresh):
            path.unlink(missing_ok=True)
    return spooled.count


@dataclass(slots=True)
class _Spooled:
    """What the rows laid aside so far were like: the sorts of values of each column, their number, the longest."""

    sorts: list[set[str]]
    count: int = 0
    longest: int = 0

    def line(self, values: list[Any]) -> bytes:
        """The row as a line of JSON, with the columns by place (two names may differ in case only)."""
        for sorts, value in zip(self.sorts, values, strict=True):
            if value is not None:
                sorts.add(_sort(value))
        line = _encoded({f"c{place}": value for place, value in enumerate(values)}) + b"\n"
        self.count += 1
        self.longest = max(self.longest, len(line))
        return line


def _sort(value: object) -> str:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int):
        return "whole" if -_BIGINT <= value < _BIGINT else "text"
    return "fraction" if isinstance(value, float) else "text"


def _encoded(row: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(row)
    except UnicodeEncodeError:  # half a surrogate pair, which UTF-8 has no bytes for
        return json.dumps(msgspec.to_builtins(row), ensure_ascii=False).encode("utf-8", "replace")


def _copy(lines: Path, columns: Sequence[str], spooled: _Spooled, target: Path) -> str:
    types = {
        f"c{place}": _TYPES.get(frozenset(sorts), "VARCHAR") for place, sorts in enumerate(spooled.sorts)
    }
    names = ", ".join(f"c{place} AS {identifier(column)}" for place, column in enumerate(columns))
    return (
        f"COPY (SELECT {names} FROM {json_lines(lines, types, spooled.longest)})"
        f" TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    )
