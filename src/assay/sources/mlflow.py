"""MLflow: traces as its server answers (search pages, one trace, many) and as its client writes them (``to_json``).

Files are read together, so that a search page and the full traces of the same ids make one trace each.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from assay.base.progress import Progress
from assay.model.incoming import Incoming
from assay.model.kinds import FileSource
from assay.sources.spans.heads import first_at, members_at, words_of
from assay.sources.spans.mlflow_traces import pieces_of
from assay.sources.spans.records import Layout
from assay.sources.spans.together import read_files

_LAYOUT = Layout(lists=frozenset({"traces"}), mends=frozenset({"traces"}))
_INFOS = ({"trace_id", "trace_location"}, {"request_id", "timestamp_ms"}, {"request_id", "experiment_id"})


def _recognises(path: Path, head: bytes) -> bool:
    text = words_of(head)
    members = members_at(text, first_at(text))
    for key in ("traces", "trace"):
        if key in members:
            members = members_at(text, first_at(text, members[key]))
    if "trace_info" in members:
        return True
    if "info" in members:
        members = members_at(text, members["info"])
    return any(telling.issubset(members) for telling in _INFOS)


def _read_together(paths: Sequence[Path], source: str, progress: Progress) -> Iterator[Incoming]:
    return read_files(paths, source, progress, _LAYOUT, pieces_of)


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    return _read_together([path], source, progress)


KIND = FileSource(
    name="mlflow", title="MLflow", recognises=_recognises, read=_read, read_together=_read_together
)
