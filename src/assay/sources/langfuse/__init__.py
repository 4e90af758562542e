"""Langfuse: what its screens export (JSON, JSON Lines), one trace as it is downloaded, and exports to blob storage.

Traces, observations and scores may stand in one file or in many, in any order: they are brought together by trace.
The windows of an export to blob storage overlap by their last instant, so a row that stands in two files counts
once, in the form of the later file. Its manifests say nothing of any trace and are read without result. Without a
row for the trace itself the root observation is the trace. CSV and Parquet come through ``langfuse_table``.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from assay.base.progress import Progress
from assay.model.incoming import Incoming
from assay.model.kinds import FileSource
from assay.sources.fields.gathered import read_gathered
from assay.sources.fields.glimpse import glimpses
from assay.sources.fields.objects import Json, Object
from assay.sources.fields.telling import telling
from assay.sources.langfuse.filing import FILING, MANIFEST, is_row
from assay.sources.langfuse.scores import judge
from assay.sources.langfuse.traces import build


def _recognises(path: Path, head: bytes) -> bool:
    return any(_is_ours(value) for value in glimpses(head))


def _is_ours(value: Object) -> bool:
    if value.keys() >= MANIFEST or is_row(value):
        return True
    inner = [value.get("trace"), *_heads(value.get("observations")), *_heads(value.get("data"))]
    return any(isinstance(one, dict) and is_row(one) for one in inner)


def _heads(value: Json) -> Iterable[Json]:
    return value[:3] if isinstance(value, list) else ()


def _read_together(paths: Sequence[Path], source: str, progress: Progress) -> Iterator[Incoming]:
    # The files of an export are named by their time: the later row is in the file that comes later.
    yield from read_gathered(sorted(paths), source, progress, FILING, telling(build, judge))


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    yield from _read_together([path], source, progress)


KIND = FileSource(
    name="langfuse", title="Langfuse", recognises=_recognises, read=_read, read_together=_read_together
)
