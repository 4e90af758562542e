"""Langfuse in tables: CSV from its screens, CSV and Parquet from exports to blob storage.

The rows are those of ``langfuse``, whose rules hold here too; a cell that is an object or a list in Langfuse may be
one, or JSON in a text. All tables of one import are read together, in the order of their names.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, Place, Rejected
from assay.model.kinds import TableSource
from assay.sources.fields.csv_table import BEYOND
from assay.sources.fields.gathered import Row, tell
from assay.sources.fields.objects import Malformed
from assay.sources.fields.opened import excerpt, read_value
from assay.sources.fields.telling import telling
from assay.sources.langfuse.filing import FILING, is_row
from assay.sources.langfuse.scores import judge
from assay.sources.langfuse.traces import build

Table = tuple[Path, Iterator[Mapping[str, Any]]]


def _recognises(columns: Sequence[str]) -> bool:
    return is_row(dict.fromkeys(columns))


def _read(tables: Sequence[Table], source: str, progress: Progress) -> Iterator[Incoming]:
    yield from tell(_rows(tables, progress), source, progress, telling(build, judge))


def _rows(tables: Sequence[Table], progress: Progress) -> Iterator[Row | Rejected]:
    read = 0
    for path, rows in sorted(tables, key=lambda table: table[0]):
        number = 0
        try:
            for number, row in enumerate(rows, start=1):
                read += 1
                progress.report(read, None, tr("rows"))
                yield from _filed(dict(row), Place(str(path), number))
        except Refused as refused:
            yield Rejected(Place(str(path), number + 1), str(refused), "")


def _filed(row: dict[str, Any], place: Place) -> Iterator[Row | Rejected]:
    try:
        if BEYOND in row:
            raise Malformed(tr("The row has more cells than the header; it may be damaged."))
        value = read_value(row)
    except Malformed as malformed:
        yield Rejected(place, str(malformed), excerpt(row))
        return
    yield from FILING.filed(value, place)


KIND = TableSource(name="langfuse-table", title=tr("Langfuse table"), recognises=_recognises, read=_read)
