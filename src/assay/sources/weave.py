"""Weave: calls as its trace server streams them, in JSON or JSON Lines, and feedback.

The calls of a trace are brought together by ``trace_id``; the call without a parent is the trace. Feedback stands
in a call's summary, or in rows of its own that name the call they are about, also in other files. An annotation is
a person's review, what a scorer gave is a metric with the scorer's version, a reaction is what a user said, and a
note is kept in the metadata.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingReview, IncomingTrace
from assay.model.kinds import FileSource
from assay.model.trace import Metric, Step, StepKind, Tokens
from assay.sources.fields.assembled import Told, assembled, check_time, counted, root_of
from assay.sources.fields.gathered import Filing, Gathered, Row, members_of, native_id, read_gathered
from assay.sources.fields.glimpse import glimpses
from assay.sources.fields.loose import Loose, merged, objects_in, said
from assay.sources.fields.objects import Json, Malformed, Object, as_text
from assay.sources.fields.scored import Judged, done, metric, review
from assay.sources.fields.spoken import documents_in
from assay.sources.fields.telling import telling

_KINDS: dict[str, StepKind] = {
    "llm": "llm", "tool": "tool", "agent": "agent", "scorer": "evaluator", "search": "retriever",
    "retriever": "retriever", "embedding": "embedding", "guardrail": "guardrail", "chain": "chain",
}  # fmt: skip
_ANNOTATION, _RUNNABLE = "wandb.annotation.", "wandb.runnable."
_NOTE, _REACTION = "wandb.note.", "wandb.reaction."


def _recognises(path: Path, head: bytes) -> bool:
    return any(
        isinstance(one, dict) and (_is_call(one) or _is_feedback(one))
        for value in glimpses(head)
        for one in members_of(value, "calls", "result")[:3]
    )


def _is_call(value: Object) -> bool:
    return {"id", "op_name", "trace_id"} <= value.keys()


def _is_feedback(value: Object) -> bool:
    return {"feedback_type", "weave_ref"} <= value.keys()


def _members(value: Json) -> Iterable[Json]:
    alone = isinstance(value, dict) and ("op_name" in value or "feedback_type" in value)
    return [value] if alone else members_of(value, "calls", "result")


def _rows(value: Object) -> Iterator[Row]:
    if _is_feedback(value):
        yield _feedback(value, None)
        return
    fields = Loose(value)
    own, trace = native_id(fields.text("id"), "id"), native_id(fields.text("trace_id"), "trace_id")
    summary = fields.part("summary")
    weave = summary.part("weave")
    given = weave.many("feedback")
    kept = said(summary={**summary.rest, **said(weave=weave.rest)})
    yield Row("span", own, {**fields.rest, **kept, "id": own}, trace, version=fields.text("ended_at") or "")
    for one in objects_in(given):
        yield _feedback({"call_id": own, **one}, trace)


def _feedback(value: Object, trace: str | None) -> Row:
    fields = Loose(value)
    ref = fields.text("weave_ref") or ""
    about = fields.text("call_id") or (ref.partition("/call/")[2].partition("/")[0] or None)
    return Row("score", fields.text("id") or "", value, trace, native_id(about, "weave_ref"))


def _build(gathered: Gathered, source: str, judged: list[Judged]) -> IncomingTrace:
    spans = gathered.of("span")
    steps = [_step(row) for row in spans]
    root = root_of(steps)
    if root is None:
        raise Malformed(tr("The calls of the trace lie in a circle; none of them is the first."))
    check_time(root, "started_at")
    fields = Loose(root.attributes)
    known: dict[str, Any] = {
        "session_id": fields.text("thread_id"),
        "user_id": fields.text("user_id"),
        "environment": fields.text("environment", "env"),
        "release": fields.text("release"),
        "tags": fields.words("tags"),
    }
    notes = [row.value.get("payload") for row in gathered.of("score") if _sort(row).startswith(_NOTE)]
    free = merged(fields.rest, said(notes=notes))
    whole = Told(source, gathered.native_id or "", known, judged=judged, metadata=free)
    place = next(row.place for row in spans if row.id == root.id)
    inner = [step for step in steps if step is not root]
    return IncomingTrace(assembled(whole, inner, root.model_copy(update={"attributes": {}})), place)


def _step(row: Row) -> Step:
    fields = Loose(row.value)
    for key in ("id", "trace_id"):
        fields.take(key)
    op, shown = fields.rest.get("op_name"), fields.text("display_name")
    attributes, summary = fields.part("attributes"), fields.part("summary")
    weave = summary.part("weave")
    models, tokens = _usage(summary)
    asked, answered, error = fields.take("inputs"), fields.take("output"), fields.take("exception")
    declared = attributes.part("weave")
    kind = _KINDS.get((declared.text("kind") or "").lower())
    if kind is None:
        kind = "llm" if isinstance(asked, dict) and {"model", "messages"} <= asked.keys() else "other"
    documents = documents_in(answered)
    known = {
        "parent_id": fields.text("parent_id"),
        "name": shown or _named(op),
        "started_at": fields.time("started_at"),
        "ended_at": fields.time("ended_at"),
        "input": asked,
        "model": models[0] if len(models) == 1 else None,
        "tokens": tokens,
        "cost_usd": _cost(weave),
        "error": None if error is None else as_text(error),
    }
    more = said(summary={**summary.rest, **said(weave=weave.rest)}, weave=declared.rest)
    return Step(
        **known,
        id=row.id,
        kind=kind,
        output=None if documents else answered,
        documents=documents,
        attributes=merged(dict(fields.rest), attributes.rest, more),
    )


def _named(ref: Json) -> str | None:
    """The short name in a reference to an operation: what stands after its last slash, without the version."""
    return ref.rpartition("/")[2].partition(":")[0] or None if isinstance(ref, str) else None


def _version(ref: Json) -> str | None:
    return ref.rpartition("/")[2].partition(":")[2] or None if isinstance(ref, str) else None


def _usage(summary: Loose) -> tuple[list[str], Tokens | None]:
    """The models that a call used, and their tokens together."""
    usage = summary.bag("usage")
    sums: dict[str, int] = {}
    for one in usage.values():
        found = counted(
            Loose(one),
            input=("prompt_tokens", "input_tokens"),
            output=("completion_tokens", "output_tokens"),
            total=("total_tokens",),
        )
        for key, count in (found.model_dump() if found else {}).items():
            if count is not None:
                sums[key] = sums.get(key, 0) + count
    return list(usage), Tokens(**sums) if sums else None


def _cost(weave: Loose) -> float | None:
    sums = [
        found
        for one in weave.bag("costs").values()
        for key in ("prompt_tokens_total_cost", "completion_tokens_total_cost")
        if (found := Loose(one).number(key)) is not None
    ]
    return sum(sums) if sums else None


# Feedback


def _sort(row: Row) -> str:
    return str(row.value.get("feedback_type"))


def _judge(row: Row, source: str | None) -> list[IncomingReview | Judged]:
    fields = Loose(row.value)
    sort, payload = fields.text("feedback_type") or "", fields.take("payload")
    at, creator = fields.time("created_at"), fields.text("creator")
    step = row.about
    if sort.startswith(_ANNOTATION):
        value = payload.get("value") if isinstance(payload, dict) else payload
        who = creator or fields.text("wb_user_id")
        known = {"source": source, "rater": who, "created_at": at}
        known["kind"] = None if isinstance(value, str | bool | int | float) else "text"
        extra = said(call_id=step, feedback_id=row.id) | fields.rest
        return [review(row.trace or "", sort.removeprefix(_ANNOTATION), value, row.place, known, extra)]
    if row.trace is None:
        raise Malformed(tr("The call that this feedback is about is not in the files; import them together."))
    if sort.startswith(_NOTE):
        return []
    if sort.startswith(_RUNNABLE):
        return list(_scored(sort.removeprefix(_RUNNABLE), payload, fields, step, at))
    more = merged(fields.rest, said(creator=creator))
    if sort.startswith(_REACTION):
        value = Loose(payload).text("emoji", "alias") if isinstance(payload, dict) else payload
        given = metric("reaction", value, more, source="user_feedback", step_id=step, created_at=at)
        return [given]
    value = (
        payload["value"]
        if isinstance(payload, dict) and len(payload) == 1 and "value" in payload
        else payload
    )
    did = done(sort, value, at)
    return [did or metric(sort, value, more, source="unknown", step_id=step, created_at=at)]


def _scored(name: str, payload: Json, fields: Loose, step: str | None, at: Any) -> Iterator[Metric]:
    """What a scorer gave: one metric, or one for each value where it gave several by name."""
    value = payload.get("output") if isinstance(payload, dict) else payload
    ref = fields.text("runnable_ref")
    known = {
        "source": "unknown",
        "evaluator": _named(ref) or name,
        "evaluator_version": _version(ref),
        "step_id": step,
        "created_at": at,
    }
    more = merged(fields.rest, said(runnable_ref=ref))
    if not isinstance(value, dict) or not value:
        yield metric(name, value, more, **known)
        return
    reason = value.get("reason") or value.get("explanation")
    known["explanation"] = reason if isinstance(reason, str) else None
    for key, member in value.items():
        if not (isinstance(member, str) and member == known["explanation"]):
            yield metric(f"{name}.{key}", member, more, **known)


FILING = Filing(_members, _rows)


def _read_together(paths: Sequence[Path], source: str, progress: Progress) -> Iterator[Incoming]:
    yield from read_gathered(paths, source, progress, FILING, telling(_build, _judge))


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    yield from _read_together([path], source, progress)


KIND = FileSource(
    name="weave", title="W&B Weave", recognises=_recognises, read=_read, read_together=_read_together
)
