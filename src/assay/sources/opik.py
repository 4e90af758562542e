"""Opik: traces and spans as its API, its clients and its command line hand them out, in JSON or JSON Lines.

Spans are brought to their trace by ``trace_id``, also from other files. A score says whether it came from a screen
(``ui``: then each author's is a review), from a client (``sdk``) or from an online rule (``online_scoring``).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingReview, IncomingTrace
from assay.model.kinds import FileSource
from assay.model.trace import Step, StepKind, Tokens
from assay.sources.fields.assembled import Told, assembled, check_time, counted, lasted_ms, root_of
from assay.sources.fields.gathered import Filing, Gathered, Row, members_of, native_id, read_gathered
from assay.sources.fields.glimpse import glimpses
from assay.sources.fields.loose import Loose, merged, objects_in, said
from assay.sources.fields.objects import Json, Malformed, Object, as_text
from assay.sources.fields.scored import Judged, done, from_users, metric, review
from assay.sources.fields.spoken import documents_in
from assay.sources.fields.telling import telling

_KINDS: dict[str, StepKind] = {"general": "chain", "tool": "tool", "llm": "llm", "guardrail": "guardrail"}
_MACHINES = {"online_scoring": "llm"}
_TELLING = frozenset(
    {
        "feedback_scores",
        "span_feedback_scores",
        "total_estimated_cost",
        "error_info",
        "guardrails_validations",
    }
    | {"visibility_mode", "last_updated_by", "span_count", "llm_span_count", "total_estimated_cost_version"}
)
_FOREIGN = frozenset({"run_type", "op_name", "root_span_id", "ml_app", "projectId"})


def _recognises(path: Path, head: bytes) -> bool:
    return any(
        isinstance(one, dict) and _is_ours(one) for value in glimpses(head) for one in _members(value)[:3]
    )


def _is_ours(value: Object) -> bool:
    keys = value.keys()
    owned = not keys.isdisjoint(("project_id", "project_name", "thread_id", "trace_id"))
    known = len(_TELLING & keys) >= (1 if "project_id" in keys else 2)
    return {"id", "start_time"} <= keys and owned and known and _FOREIGN.isdisjoint(keys)


def _members(value: Json) -> list[Json]:
    """The traces and spans of an answer or of a trace's own file; else the record itself."""
    if not isinstance(value, dict) or "id" in value:
        return [value]
    trace, spans = value.get("trace"), value.get("spans")
    if isinstance(trace, dict):
        own = said(project_name=value.get("project_name"))
        inside: list[Json] = [{"trace_id": trace.get("id"), **one} for one in objects_in(spans)]
        return [{**own, **trace}, *inside]
    return members_of(value, "content", "traces", "spans")


def _rows(value: Object) -> Iterator[Row]:
    fields = Loose(value)
    own = native_id(fields.text("id"), "id")
    trace = fields.text("trace_id")
    if fields.rest.keys().isdisjoint(("start_time", "input", "output")):
        raise Malformed(tr("The record is no trace and no span."))
    scores = fields.many("feedback_scores")
    version = fields.text("last_updated_at") or ""
    home = native_id(trace, "trace_id") if trace is not None else own
    yield Row("span" if trace is not None else "trace", own, fields.rest, home, version=version)
    for number, score in enumerate(scores):
        name = score.get("name") if isinstance(score, dict) else number
        yield Row("score", f"{own}/{name}", {"score": score, "of": own}, home, version=version)


def _build(gathered: Gathered, source: str, judged: list[Judged]) -> IncomingTrace:
    spans, native = gathered.of("span"), gathered.native_id or ""
    steps = [_step(row) for row in spans]
    for row in gathered.of("trace"):
        return IncomingTrace(assembled(_told(row, native, source, judged), steps), row.place)
    root = root_of(steps)
    if root is None:
        raise Malformed(tr("The spans of the trace lie in a circle; none of them is the first."))
    check_time(root, "start_time")
    told = Told(source, native, judged=judged)
    place = next(row.place for row in spans if row.id == root.id)
    return IncomingTrace(assembled(told, [step for step in steps if step is not root], root), place)


def _told(row: Row, native: str, source: str, judged: list[Judged]) -> Told:
    fields = Loose(row.value)
    fields.take("id")
    begun, ended = fields.time("start_time"), fields.time("end_time")
    if begun is None and "start_time" in fields.rest:
        raise Malformed(tr("“start_time” is no time that can be read."))
    asked, answered, free = fields.take("input"), fields.take("output"), fields.part("metadata")
    known: dict[str, Any] = {
        "started_at": begun,
        "ended_at": ended,
        "latency_ms": fields.number("duration") or lasted_ms(begun, ended),
        "ttft_ms": fields.number("ttft"),
        "name": fields.text("name"),
        "session_id": fields.text("thread_id"),
        "user_id": free.text("user_id"),
        "environment": fields.text("environment") or free.text("environment"),
        "tags": fields.words("tags"),
        "tokens": _tokens(fields),
        "cost_usd": fields.number("total_estimated_cost"),
        "error": _error(fields),
    }
    return Told(source, native, known, asked, answered, judged, merged(free.rest, fields.rest))


def _step(row: Row) -> Step:
    fields = Loose(row.value)
    for key in ("id", "trace_id"):
        fields.take(key)
    kind, output = fields.text("type") or "", fields.take("output")
    documents = documents_in(output)
    known = {
        "parent_id": fields.text("parent_span_id"),
        "name": fields.text("name"),
        "started_at": fields.time("start_time"),
        "ended_at": fields.time("end_time"),
        "input": fields.take("input"),
        "model": fields.text("model"),
        "tokens": _tokens(fields),
        "cost_usd": fields.number("total_estimated_cost"),
        "error": _error(fields),
    }
    known_kind = _KINDS.get(kind)
    return Step(
        **known,
        id=row.id,
        kind=known_kind or "other",
        output=None if documents else output,
        documents=documents,
        attributes=merged(dict(fields.rest), {} if known_kind else said(type=kind), fields.bag("metadata")),
    )


def _tokens(fields: Loose) -> Tokens | None:
    usage = fields.part("usage")
    found = counted(
        usage,
        input=("prompt_tokens", "input_tokens"),
        output=("completion_tokens", "output_tokens"),
        total=("total_tokens",),
        cached=("cached_tokens", "original_usage.prompt_tokens_details.cached_tokens"),
        reasoning=("reasoning_tokens", "original_usage.completion_tokens_details.reasoning_tokens"),
    )
    fields.rest = merged(fields.rest, said(usage=usage.rest))
    return found


def _error(fields: Loose) -> str | None:
    """What went wrong in one line; the way it was reached stays in the metadata."""
    info = fields.take("error_info")
    if not isinstance(info, dict):
        return None if info is None else as_text(info)
    inner = Loose(info)
    words = [inner.text("exception_type"), inner.text("message")]
    fields.rest = merged(fields.rest, said(error_info=inner.rest))
    return ": ".join(word for word in words if word) or as_text(info)


def _judge(row: Row, source: str | None) -> list[IncomingReview | Judged]:
    """What a score says: of each author by itself where it names them, else once."""
    value = row.value.get("score")
    if not isinstance(value, dict):
        raise Malformed(tr("The score is not an object."))
    fields = Loose(value)
    name = native_id(fields.text("name"), "name")
    authors = fields.bag("value_by_author")
    shared = {
        key: member for key, member in fields.rest.items() if key in ("source", "reason", "category_name")
    }
    found: list[IncomingReview | Judged] = []
    for author, given in authors.items():
        entry = {**shared, **given} if isinstance(given, dict) else {**shared, "value": given}
        found.append(_given(row, name, Loose(entry), author, source))
    if not authors:
        found.append(_given(row, name, fields, fields.text("last_updated_by", "created_by"), source))
    return found


def _given(
    row: Row, name: str, fields: Loose, author: str | None, source: str | None
) -> IncomingReview | Judged:
    by, number, word = fields.text("source"), fields.take("value"), fields.text("category_name")
    reason, at = fields.text("reason"), fields.time("last_updated_at", "created_at")
    of = row.value.get("of")
    if by == "ui":
        known: Object = {"source": source, "rater": author, "note": reason, "created_at": at}
        known["kind"] = "choice" if word else None
        extra = said(step_id=None if of == row.trace else of, number=number if word else None) | fields.rest
        return review(row.trace or "", name, word or number, row.place, known, extra)
    did = done(name, number, at) if by == "sdk" and of == row.trace else None
    return did or metric(
        name,
        number,
        merged(fields.rest, said(author=author)),
        label=word,
        source="user_feedback" if from_users(name) else _MACHINES.get(by or "", "unknown"),
        explanation=reason,
        step_id=None if of == row.trace else of,
        created_at=at,
    )


FILING = Filing(_members, _rows)


def _read_together(paths: Sequence[Path], source: str, progress: Progress) -> Iterator[Incoming]:
    yield from read_gathered(paths, source, progress, FILING, telling(_build, _judge))


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    yield from _read_together([path], source, progress)


KIND = FileSource(name="opik", title="Opik", recognises=_recognises, read=_read, read_together=_read_together)
