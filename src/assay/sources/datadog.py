"""Datadog LLM Observability: spans as its export API hands them out, or flat, in JSON or JSON Lines.

The spans of a trace are brought together by ``trace_id``; a parent called ``undefined`` is none. Beginnings and
lengths are in nanoseconds. What is said of a span may stand in ``meta`` or beside it; both are read.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingReview, IncomingTrace
from assay.model.kinds import FileSource
from assay.model.trace import Step, StepKind, Versioned
from assay.sources.fields.assembled import Told, assembled, check_time, counted, root_of
from assay.sources.fields.gathered import Filing, Gathered, Row, members_of, native_id, read_gathered
from assay.sources.fields.glimpse import glimpses
from assay.sources.fields.loose import Loose, merged, said
from assay.sources.fields.objects import Json, Malformed, Object, as_text
from assay.sources.fields.scored import Judged, metric
from assay.sources.fields.spoken import documents_in
from assay.sources.fields.telling import telling

_KINDS: dict[str, StepKind] = {
    "llm": "llm", "workflow": "chain", "task": "chain", "agent": "agent", "tool": "tool",
    "embedding": "embedding", "retrieval": "retriever", "experiment": "chain",
}  # fmt: skip
_NO_PARENT = ("undefined", "0")
_TELLING = ("ml_app", "start_ns", "span_kind", "meta")
_EVALUATIONS = ("evaluations", "evaluation", "evaluation_metrics")


def _recognises(path: Path, head: bytes) -> bool:
    return any(_is_span(one) for value in glimpses(head) for one in _spans(value)[:3])


def _is_span(value: Json) -> bool:
    return (
        isinstance(value, dict)
        and {"span_id", "trace_id"} <= value.keys()
        and sum(key in value for key in _TELLING) >= 2
        and "root_span_id" not in value
    )


def _members(value: Json) -> Iterable[Json]:
    return _spans(value)


def _spans(value: Json) -> list[Json]:
    """The spans of an answer, of a request to take them in, or the one span itself, each by itself."""
    if not isinstance(value, dict) or "span_id" in value:
        return [value]
    data = value.get("data")
    if isinstance(data, list):
        return [span for member in data for span in _spans(member)]
    attributes = data.get("attributes") if isinstance(data, dict) else value.get("attributes")
    if not isinstance(attributes, dict):
        return members_of(value, "spans")
    inside = attributes.get("spans")
    if isinstance(inside, list):
        shared = {key: member for key, member in attributes.items() if key != "spans"}
        return [{**shared, **one} if isinstance(one, dict) else one for one in inside]
    return [attributes]


def _rows(value: Object) -> Iterator[Row]:
    fields = Loose(value)
    span, trace = native_id(fields.text("span_id"), "span_id"), native_id(fields.text("trace_id"), "trace_id")
    evaluations = [(key, fields.bag(key)) for key in _EVALUATIONS]
    yield Row("span", span, fields.rest, trace)
    for _, found in evaluations:
        for name, given in found.items():
            yield Row("score", f"{span}/{name}", {"name": name, "given": given, "span_id": span}, trace)


def _build(gathered: Gathered, source: str, judged: list[Judged]) -> IncomingTrace:
    spans = gathered.of("span")
    steps = [_step(row) for row in spans]
    root = root_of(steps)
    if root is None:
        raise Malformed(tr("The spans of the trace lie in a circle; none of them is the first."))
    check_time(root, "start_ns", "start")
    fields = Loose(root.attributes)
    tags = fields.words("tags")
    known = _known(fields, tags)
    whole = Told(source, gathered.native_id or "", known, judged=judged, metadata=fields.rest)
    place = next(row.place for row in spans if row.id == root.id)
    inner = [step for step in steps if step is not root]
    return IncomingTrace(assembled(whole, inner, root.model_copy(update={"attributes": {}})), place)


def _known(fields: Loose, tags: tuple[str, ...]) -> dict[str, Any]:
    pairs = dict(tag.split(":", 1) for tag in reversed(tags) if ":" in tag)
    wait = fields.number("time_to_first_token")
    prompt = fields.part("prompt")
    name, version = prompt.text("name", "id"), prompt.text("version")
    fields.rest = merged(fields.rest, said(prompt=prompt.rest))
    return {
        "session_id": fields.text("session_id") or pairs.get("session_id"),
        "user_id": pairs.get("user_id") or pairs.get("usr.id") or pairs.get("user_handle"),
        "environment": fields.text("env") or pairs.get("env"),
        "release": fields.text("version") or pairs.get("version"),
        "tags": tags,
        "ttft_ms": None if wait is None else wait * 1000,
        "prompt": Versioned(name=name, version=version) if name or version else None,
    }


def _step(row: Row) -> Step:
    fields = Loose(row.value)
    for key in ("span_id", "trace_id"):
        fields.take(key)
    meta, counts = fields.part("meta"), fields.part("metrics")
    kind = meta.text("kind", "span.kind") or fields.text("span_kind", "kind") or ""
    parent, begun = fields.text("parent_id"), fields.time("start_ns", "start")
    answered = _said(meta.take("output") or fields.take("output"))
    documents = documents_in(answered) if kind == "retrieval" else ()
    error = _error(meta.take("error") or fields.take("error"), fields.text("status"))
    known = {
        "parent_id": None if parent in _NO_PARENT else parent,
        "name": fields.text("name"),
        "started_at": begun,
        "ended_at": _end(begun, fields.number("duration")),
        "input": _said(meta.take("input") or fields.take("input")),
        "model": meta.text("model_name") or fields.text("model_name"),
        "tokens": counted(
            counts,
            input=("input_tokens", "prompt_tokens"),
            output=("output_tokens", "completion_tokens"),
            total=("total_tokens",),
            cached=("cache_read_input_tokens", "cached_input_tokens"),
            reasoning=("reasoning_output_tokens",),
        ),
    }
    free = merged(meta.bag("metadata"), fields.bag("metadata"))
    known_kind = _KINDS.get(kind.lower())
    unknown = {} if known_kind else said(kind=kind)
    return Step(
        **known,
        id=row.id,
        kind=known_kind or "other",
        output=None if documents else answered,
        documents=documents,
        error=error,
        attributes=merged(dict(fields.rest), counts.rest, meta.rest, free, unknown),
    )


def _end(begun: datetime | None, length: float | None) -> datetime | None:
    if begun is None or length is None or not 0 <= length < 1e18:
        return None
    return begun + timedelta(microseconds=length / 1000)


def _said(value: Json) -> Json:
    """What a span was given or gave: its one value, its messages or its documents, else all of it."""
    if isinstance(value, dict) and len(value) == 1:
        ((key, only),) = value.items()
        if key in ("value", "documents"):
            return only
    return value


def _error(value: Json, status: str | None) -> str | None:
    if isinstance(value, dict):
        inner = Loose(value)
        message, sort = inner.text("message"), inner.text("type")
        return ": ".join(part for part in (sort, message) if part) or as_text(value)
    if isinstance(value, str):
        return value
    return "error" if status == "error" or value in (1, True) else None


def _judge(row: Row, source: str | None) -> list[IncomingReview | Judged]:
    fields = Loose(row.value)
    name, span, given = fields.text("name") or "", fields.text("span_id"), fields.take("given")
    inner = Loose(given if isinstance(given, dict) else {"value": given})
    value = inner.take("value", "score_value", "boolean_value", "categorical_value", "text_value")
    at = inner.time("timestamp_ms", "timestamp")
    given_metric = metric(
        name,
        value,
        label=inner.text("assessment") if not isinstance(value, str | bool) else None,
        explanation=inner.text("reasoning"),
        source="unknown",
        evaluator=inner.text("evaluator", "eval_name", "source"),
        evaluator_version=inner.text("evaluator_version", "version"),
        step_id=span,
        created_at=at,
        metadata=inner.rest,
    )
    return [given_metric]


FILING = Filing(_members, _rows)


def _read_together(paths: Sequence[Path], source: str, progress: Progress) -> Iterator[Incoming]:
    yield from read_gathered(paths, source, progress, FILING, telling(_build, _judge))


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    yield from _read_together([path], source, progress)


KIND = FileSource(
    name="datadog",
    title="Datadog LLM Observability",
    recognises=_recognises,
    read=_read,
    read_together=_read_together,
)
