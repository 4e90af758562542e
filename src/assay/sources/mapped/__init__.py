"""Any other file by a mapping: JSON, JSON lines, CSV and Parquet, each record a trace.

A mapping (see `mapping`) says where in a record each thing of a trace stands; ``operations.mapping`` reads one from
a TOML file. Values are taken as they are and never rescaled; what the mapping does not name is kept in the metadata,
except for the judgements it does name, which go to the reviews alone. A record that does not fit is refused with the
path that failed, and costs only itself.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Row
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingTrace, Place, Rejected
from assay.model.kinds import FileSource, TableSource
from assay.sources.fields.objects import Json, Malformed, Object
from assay.sources.fields.opened import excerpt, read_value
from assay.sources.fields.reasons import reason_of
from assay.sources.mapped.expressions import Scope
from assay.sources.mapped.judgements import reviews_of
from assay.sources.mapped.mapping import Mapping
from assay.sources.mapped.records import Unread, records_of
from assay.sources.mapped.taking import Taker
from assay.sources.mapped.traces import trace_of

_REPORT_EVERY = 256

Table = tuple[Path, Iterator[Row[str, Any]]]


def mapped_source(mapping: Mapping) -> FileSource:
    """The format that the mapping makes of JSON files. It takes every file, since somebody chose it."""
    return FileSource(
        name=mapping.name,
        title=tr("Files by a mapping"),
        recognises=_takes_file,
        read=partial(_read_file, mapping),
    )


def mapped_table(mapping: Mapping) -> TableSource:
    """The format that the mapping makes of tables, each row a record; empty cells count as missing."""
    return TableSource(
        name=mapping.name,
        title=tr("Tables by a mapping"),
        recognises=_takes_table,
        read=partial(_read_tables, mapping),
    )


def incoming(mapping: Mapping, record: Json, source: str, place: Place) -> Iterator[Incoming]:
    """What a record gives: its trace and the judgements in it, or why it was refused."""
    try:
        scope = Scope(_opened(mapping, record), place)
        trace = trace_of(mapping, scope, source)
    except (Malformed, ValidationError) as refused:
        yield Rejected(place, reason_of(refused), excerpt(record))
    else:
        yield IncomingTrace(trace, place)
        if mapping.reviews:
            yield from reviews_of(mapping, Taker(scope), trace, excerpt(record))


def _takes_file(path: Path, head: bytes) -> bool:
    return True


def _takes_table(columns: Sequence[str]) -> bool:
    return True


def _read_file(mapping: Mapping, path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    try:
        for number, record in records_of(path, mapping.records.each, progress):
            place = Place(str(path), number)
            if isinstance(record, Unread):
                yield Rejected(place, record.reason, excerpt(record.excerpt))
            else:
                yield from incoming(mapping, record, source, place)
    except OSError as error:
        raise Unavailable(
            tr("“{file}” could not be read: {fault}.").format(file=path, fault=error.strerror or error),
            tr("Check that it is there and may be read."),
        ) from error


def _read_tables(
    mapping: Mapping, tables: Sequence[Table], source: str, progress: Progress
) -> Iterator[Incoming]:
    for path, rows in tables:
        number = 0
        try:
            for number, row in enumerate(rows, start=1):
                progress.check()
                if number % _REPORT_EVERY == 0:
                    progress.report(number, None, tr("rows"))
                yield from _row(mapping, row, source, Place(str(path), number))
        except Refused as refused:  # the rest of the table cannot be read
            yield Rejected(Place(str(path), number + 1), str(refused), "")


def _row(mapping: Mapping, row: Row[str, Any], source: str, place: Place) -> Iterator[Incoming]:
    given = {key: value for key, value in row.items() if value not in (None, "")}
    try:
        record = read_value(given)
    except Malformed as malformed:
        yield Rejected(place, str(malformed), excerpt(given))
        return
    yield from incoming(mapping, record, source, place)


def _opened(mapping: Mapping, record: Json) -> Json:
    """The record with the JSON texts in it opened that the mapping names. Raises Malformed where one is none."""
    if not mapping.records.json_text or not isinstance(record, dict):
        return record
    opened: Object = dict(record)
    for key in mapping.records.json_text:
        text = opened.get(key)
        if not isinstance(text, str):
            continue
        try:
            opened[key] = read_value(text.encode("utf-8")) if text.strip() else None
        except Malformed as malformed:
            raise Malformed(tr("“{key}”: {reason}").format(key=key, reason=malformed)) from malformed
    return opened
