"""OTLP in JSON: what OpenTelemetry's file exporters write, a line an export, and bodies of export requests.

The spans of a trace may stand in any lines and any files, in any order; all files of an import are read together.
Evaluation events and OpenInference annotations become metrics; annotations made by people become reviews.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from assay.base.progress import Progress
from assay.model.incoming import Incoming, Rejected
from assay.model.kinds import FileSource
from assay.sources.spans.heads import words_of
from assay.sources.spans.otlp import spans_in
from assay.sources.spans.pieces import Piece, Span
from assay.sources.spans.records import Found, Layout
from assay.sources.spans.together import read_files
from assay.sources.spans.values import excerpt

_LAYOUT = Layout(
    lists=frozenset({"resourceSpans", "resource_spans"}),
    mends=frozenset({"spans", "resourceSpans", "resource_spans"}),
)
_MARK = re.compile(r'[{,\[]\s*"resource_?[sS]pans"\s*:\s*\[')


def _recognises(path: Path, head: bytes) -> bool:
    text = words_of(head)
    return text[:1] in ("{", "[") and _MARK.search(text) is not None


def _pieces(found: Found) -> Iterator[Piece | Incoming]:
    for span in spans_in(found.value):
        if isinstance(span, Span):
            yield span
        else:
            record, reason = span
            yield Rejected(found.place, reason, excerpt(record))


def _read_together(paths: Sequence[Path], source: str, progress: Progress) -> Iterator[Incoming]:
    return read_files(paths, source, progress, _LAYOUT, _pieces)


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    return _read_together([path], source, progress)


KIND = FileSource(
    name="otlp",
    title="OpenTelemetry (OTLP JSON)",
    recognises=_recognises,
    read=_read,
    read_together=_read_together,
)
