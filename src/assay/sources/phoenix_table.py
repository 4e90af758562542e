"""Phoenix: tables that its Python client's data frames were written to, spans and annotations."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assay.base.progress import Progress
from assay.model.incoming import Incoming
from assay.model.kinds import TableSource
from assay.sources.spans.phoenix_rows import pieces_of, row_of
from assay.sources.spans.pieces import Piece
from assay.sources.spans.records import Found
from assay.sources.spans.together import read_tables

_SPANS = {"context.trace_id", "span_kind", "start_time"}
_ANNOTATIONS = {"annotator_kind", "result.score", "result.label"}


def _recognises(columns: Sequence[str]) -> bool:
    return _SPANS.issubset(columns) or _ANNOTATIONS.issubset(columns)


def _pieces(found: Found) -> Iterator[Piece | Incoming]:
    return pieces_of(Found(found.place, found.key, row_of(found.value)))


def _read(
    tables: Sequence[tuple[Path, Iterator[Mapping[str, Any]]]], source: str, progress: Progress
) -> Iterator[Incoming]:
    return read_tables(tables, source, progress, _pieces)


KIND = TableSource(
    name="phoenix-table", title="Phoenix, tables of its client", recognises=_recognises, read=_read
)
