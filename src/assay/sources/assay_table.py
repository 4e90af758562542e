"""Assay trace table: CSV or Parquet whose columns are the keys of the Assay trace JSON, one trace a row.

Nested values (messages, steps, metrics, tokens) are JSON text in their cells, or lists and objects where the file
keeps such. ``prompt.name``, ``tokens.input`` and other columns with a point fill the object before it, so
``metadata.region`` and ``metrics.groundedness`` are columns of their own. Empty cells count as missing; columns of
another name go to the metadata.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingTrace, Place, Rejected
from assay.model.kinds import TableSource
from assay.sources.assay_jsonl.traces import trace_of
from assay.sources.fields.objects import Json, Malformed, Object
from assay.sources.fields.opened import excerpt, read_value
from assay.sources.fields.reasons import reason_of

Row = Mapping[str, Any]

_NESTED = ("steps", "metrics", "behaviour", "tags", "prompt", "dataset", "tokens", "metadata", "error")
_SAID = ("input", "output")
_OBJECTS = ("prompt", "dataset", "tokens", "metadata", "metrics")
_REVIEW_COLUMNS = frozenset({"rater", "criterion", "value"})
_REPORT_EVERY = 256


def _recognises(columns: Sequence[str]) -> bool:
    names = {_name(column) for column in columns}
    return "id" in names and not names.isdisjoint({*_SAID, "steps"}) and not names >= _REVIEW_COLUMNS


def _read(
    tables: Sequence[tuple[Path, Iterator[Row]]], source: str, progress: Progress
) -> Iterator[Incoming]:
    for path, rows in tables:
        number = 0
        try:
            for number, row in enumerate(rows, start=1):
                progress.check()
                if number % _REPORT_EVERY == 0:
                    progress.report(number, None, tr("rows"))
                yield _incoming(row, source, Place(str(path), number))
        except Refused as refused:  # the rest of the table cannot be read
            yield Rejected(Place(str(path), number + 1), str(refused), "")


def _incoming(row: Row, source: str, place: Place) -> Incoming:
    given = {str(key): value for key, value in row.items() if value is not None and value != ""}
    try:
        return IncomingTrace(trace_of(read_value(_record(given)), source), place)
    except (Malformed, ValidationError) as refused:
        return Rejected(place, reason_of(refused), excerpt(given))


def _record(given: Object) -> Object:
    """The row as a record of Assay trace JSON."""
    record: Object = {}
    parts: dict[str, Object] = {}
    for column, value in given.items():
        name = _name(column)
        head, point, inner = name.partition(".")
        if point and inner and head in _OBJECTS:
            parts.setdefault(head, {})[inner] = value
        elif name in _NESTED:
            record[name] = _opened(name, value)
        else:
            record[name] = _messages(value) if name in _SAID else value
    for head, part in parts.items():
        record[head] = _with_part(head, record.get(head), part)
    return record


def _name(column: str) -> str:
    """The column's name; a key of the layout may be written in any case and with blanks around."""
    name = column.strip()
    return name.lower() if name.lower() in ("id", *_SAID, *_NESTED) else name


def _opened(name: str, value: Json) -> Json:
    """What JSON in a cell says. A cell that begins as JSON and is none refuses the record."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return read_value(value.encode("utf-8", "replace"))
    except Malformed as malformed:
        raise Malformed(tr("“{column}”: {reason}").format(column=name, reason=malformed)) from malformed


def _messages(value: Json) -> Json:
    """The messages in a cell; a text that only looks like some, such as an answer in JSON, stays as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith("["):
        return value
    try:
        said = read_value(value.encode("utf-8", "replace"))
    except Malformed:
        return value
    turns = isinstance(said, list) and said and all(isinstance(one, dict) and "role" in one for one in said)
    return said if turns else value


def _with_part(head: str, whole: Json, part: Object) -> Json:
    """An object from a cell of its own, with the columns that say more of it."""
    if whole is None:
        return part
    if isinstance(whole, dict):
        return {**whole, **part}
    if head == "metrics" and isinstance(whole, list):
        return [*whole, *({"name": name, "value": value} for name, value in part.items())]
    reason = tr("“{column}” is no object, so “{more}” cannot be part of it.")
    raise Malformed(reason.format(column=head, more=f"{head}.{next(iter(part))}"))


KIND = TableSource(name="assay-table", title="Assay trace table", recognises=_recognises, read=_read)
