"""Phoenix: pages of its server's answers (spans, OTLP-like spans, traces, annotations, annotation configs).

Pages are read together in any order: an annotation finds the trace of its span in whichever page it stands. Rows
without the page around them, an object a line or in an array, are read as well.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from assay.base.progress import Progress
from assay.model.incoming import Incoming
from assay.model.kinds import FileSource
from assay.sources.spans.heads import first_at, members_at, words_of
from assay.sources.spans.phoenix_rows import pieces_of
from assay.sources.spans.records import Layout
from assay.sources.spans.together import read_files

_LAYOUT = Layout(lists=frozenset({"data"}), mends=frozenset({"data"}))
_EMPTY = re.compile(r'\{\s*"data"\s*:\s*\[\s*\]\s*,\s*"next_cursor"\s*:\s*null\s*\}\s*')
_LIKE_OTLP = re.compile(r'\{\s*"attributes"\s*:\s*\[\s*\{\s*"key"\s*:')
_TELLING = (
    {"context", "span_kind"},
    {"annotator_kind", "result", "name"},
    {"trace_id", "project_id", "token_count_total"},
    {"trace_id", "project_id", "spans"},
    {"optimization_direction", "type", "name"},
)
_TELLING_IN_PAGE = {"span_id", "trace_id", "start_time_unix_nano"}


def _recognises(path: Path, head: bytes) -> bool:
    text = words_of(head)
    page = members_at(text).get("data")
    at = first_at(text, page or 0)
    keys = members_at(text, at).keys()
    if any(telling.issubset(keys) for telling in _TELLING):
        return True
    if page is None:
        return False
    return _TELLING_IN_PAGE.issubset(keys) or bool(_LIKE_OTLP.match(text, at) or _EMPTY.fullmatch(text))


def _read_together(paths: Sequence[Path], source: str, progress: Progress) -> Iterator[Incoming]:
    return read_files(paths, source, progress, _LAYOUT, pieces_of)


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    return _read_together([path], source, progress)


KIND = FileSource(
    name="phoenix", title="Phoenix", recognises=_recognises, read=_read, read_together=_read_together
)
