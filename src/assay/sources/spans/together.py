"""Files and tables of one store, read together: records in, traces with all that belongs to them out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from pydantic import ValidationError

from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingTrace, Place, Rejected
from assay.sources.fields.objects import Malformed
from assay.sources.spans.files import read_records
from assay.sources.spans.pieces import Piece, Score, Span, Told
from assay.sources.spans.reading import Reading, read_span
from assay.sources.spans.records import Found, Layout
from assay.sources.spans.scores import answered, metric_of, review_of
from assay.sources.spans.spool import Spool
from assay.sources.spans.traces import trace_of
from assay.sources.spans.tree import Tree, tree_of
from assay.sources.spans.values import DEEPEST_RECORD, DEEPEST_VALUE, excerpt, is_within, settled

Pieces = Callable[[Found], Iterable[Piece | Incoming]]
"""Takes a record apart into pieces. What is ready (a criterion, a refused part) is handed on as it is."""

Placed = tuple[Place, Piece]


def read_files(
    paths: Sequence[Path], source: str, progress: Progress, layout: Layout, pieces: Pieces
) -> Iterator[Incoming]:
    """Everything the files of one store hold. Memory is bounded by the largest trace and the longest record."""
    yield from _read(read_records(paths, layout, progress), source, progress, pieces)


def read_tables(
    tables: Sequence[tuple[Path, Iterator[Mapping[str, Any]]]],
    source: str,
    progress: Progress,
    pieces: Pieces,
) -> Iterator[Incoming]:
    """Everything the tables of one store hold. Progress is in rows."""
    yield from _read(_rows(tables, progress), source, progress, pieces)


def read_found(
    records: Iterator[Found | Rejected], source: str, progress: Progress, pieces: Pieces
) -> Iterator[Incoming]:
    """Everything that records tell, wherever they come from; nothing is handed on before the last of them came."""
    yield from _read(records, source, progress, pieces)


def _rows(
    tables: Sequence[tuple[Path, Iterator[Mapping[str, Any]]]], progress: Progress
) -> Iterator[Found | Rejected]:
    done = 0
    for path, rows in tables:
        for number, row in enumerate(rows, start=1):
            done += 1
            progress.report(done, None, tr("rows"))
            place = Place(str(path), number)
            try:
                said = settled(dict(row), DEEPEST_RECORD)
            except Malformed as malformed:
                yield Rejected(place, str(malformed), excerpt(dict(row)))
            else:
                yield Found(place, "", {key: value for key, value in said.items() if value is not None})


def _read(
    records: Iterator[Found | Rejected], source: str, progress: Progress, pieces: Pieces
) -> Iterator[Incoming]:
    with Spool() as spool:
        valued: set[str] = set()
        for found in records:
            if isinstance(found, Rejected):
                yield found
            else:
                yield from _laid(found, pieces, spool, valued)
        for trace_id in spool.traces():
            progress.check()
            yield from _items(spool, trace_id, source, valued)
        for place, piece in spool.left_over():
            span = piece.span_id if isinstance(piece, Score) else ""
            reason = tr("The span “{span}” it speaks of is not among these files.").format(span=span)
            yield Rejected(place, reason, _record(piece))


def _laid(found: Found, pieces: Pieces, spool: Spool, valued: set[str]) -> Iterator[Incoming]:
    try:
        for piece in pieces(found):
            if isinstance(piece, Span | Score | Told):
                if not is_within(piece, DEEPEST_VALUE + 5):
                    yield Rejected(found.place, tr("The record is nested too deep."), _record(piece))
                    continue
                valued.update(answered([piece] if isinstance(piece, Score) else []))
                spool.add(found.place, piece)
            else:
                yield piece
    except Malformed as malformed:
        yield Rejected(found.place, str(malformed), excerpt(found.value))


def _items(spool: Spool, trace_id: str, source: str, valued: set[str]) -> Iterator[Incoming]:
    """The trace of that id, then the reviews on it."""
    laid = spool.of_trace(trace_id)
    spans = [piece for _, piece in laid if isinstance(piece, Span)]
    tolds = [piece for _, piece in laid if isinstance(piece, Told)]
    tree = tree_of(spans) if spans else None
    readings = {span.span_id: read_span(span) for span in (tree.spans if tree else ())}
    scores = _scores([*laid, *spool.take_of_spans([*readings])], readings)
    machine = [(place, score) for place, score in scores if score.by != "human"]
    if tree or tolds:
        try:
            metrics = [metric_of(score, _step(score, tree)) for _, score in machine]
            trace = trace_of(source, trace_id, tree, readings, _told(trace_id, tolds), metrics)
            yield IncomingTrace(trace, laid[0][0])
        except (ValidationError, Malformed) as error:
            yield Rejected(
                laid[0][0], _amiss(error), excerpt("\n".join(_record(piece) for _, piece in laid[:50]))
            )
    else:
        reason = tr("The trace “{trace}” it speaks of is not among these files.").format(trace=trace_id)
        yield from (Rejected(place, reason, _record(score)) for place, score in machine)
    for place, score in scores:
        if score.by == "human":
            yield review_of(score, place, source, trace_id, _step(score, tree), score.name in valued)


def _scores(laid: Sequence[Placed], readings: Mapping[str, Reading]) -> list[tuple[Place, Score]]:
    """What was judged on the trace; of one row that came several times, the newest."""
    where = {piece.span_id: place for place, piece in reversed(laid) if isinstance(piece, Span)}
    found = [(place, piece) for place, piece in laid if isinstance(piece, Score)]
    for span_id, reading in readings.items():
        found += [(where[span_id], _on_span(score, span_id)) for score in reading.scores]
    kept: dict[str, tuple[Place, Score]] = {}
    for number, (place, score) in enumerate(found):
        key = score.native_id or f"\x00{number}"
        if key not in kept or _stamp(score) > _stamp(kept[key][1]):
            kept[key] = place, score
    return list(kept.values())


def _stamp(score: Score) -> float:
    return score.at.timestamp() if score.at else 0.0


def _on_span(score: Score, span_id: str) -> Score:
    return score if score.metadata.get("about") else msgspec.structs.replace(score, span_id=span_id)


def _step(score: Score, tree: Tree | None) -> str | None:
    """The step a row speaks of; None for the root, which stands for the trace."""
    return None if tree and score.span_id == tree.root.span_id else score.span_id


def _told(trace_id: str, tolds: Sequence[Told]) -> Told:
    """What is told of the trace, once; what came later wins."""
    if len(tolds) == 1:
        return tolds[0]
    told = Told(trace_id)
    for one in tolds:
        told = Told(
            trace_id,
            facts=told.facts | one.facts,
            asked=told.asked if one.asked is None else one.asked,
            said=told.said if one.said is None else one.said,
            started_at=one.started_at or told.started_at,
            ended_at=one.ended_at or told.ended_at,
            failed=told.failed or one.failed,
            metadata=told.metadata | one.metadata,
        )
    return told


def _amiss(error: ValidationError | Malformed) -> str:
    if isinstance(error, Malformed):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return tr("“{where}” is not as it should be: {what}.").format(where=where, what=first["msg"])


def _record(piece: Piece) -> str:
    return excerpt(msgspec.json.encode(piece))
