"""LangSmith: runs as its API and its clients give them, in JSON or JSON Lines, with their feedback where it is there.

The runs of a trace are brought together by ``trace_id`` (or by the first part of ``dotted_order``); a run may also
hold its ``child_runs``. ``session_id`` of a run is the project it was sent to; the session of the person at the
application is in its metadata. Feedback stands in a run's ``feedback`` or in rows of its own, also in other files.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingReview, IncomingTrace
from assay.model.kinds import FileSource
from assay.model.trace import Step, StepKind, Versioned
from assay.sources.fields.assembled import Told, assembled, check_time, counted, lasted_ms, root_of
from assay.sources.fields.gathered import Filing, Gathered, Row, members_of, native_id, read_gathered
from assay.sources.fields.glimpse import glimpses
from assay.sources.fields.loose import Loose, merged, objects_in, said
from assay.sources.fields.objects import Json, Malformed, Object, as_text
from assay.sources.fields.scored import Judged, done, from_users, metric, review
from assay.sources.fields.spoken import documents_in
from assay.sources.fields.telling import telling

_KINDS: dict[str, StepKind] = {
    "llm": "llm", "chat": "llm", "chain": "chain", "tool": "tool", "retriever": "retriever",
    "embedding": "embedding", "prompt": "prompt", "agent": "agent", "parser": "other",
}  # fmt: skip
_MODELS = {"model": "llm", "auto_eval": "llm"}
_DEEPEST = 40


def _recognises(path: Path, head: bytes) -> bool:
    return any(
        isinstance(one, dict) and _is_ours(one)
        for value in glimpses(head)
        for one in members_of(value, "runs", "feedback")[:3]
    )


def _is_ours(value: Object) -> bool:
    keys = value.keys()
    run = "run_type" in keys and not keys.isdisjoint(
        ("trace_id", "dotted_order", "parent_run_id", "child_runs")
    )
    return run or _is_feedback(value)


def _is_feedback(value: Object) -> bool:
    return value.keys() >= {"run_id", "key"} and not value.keys().isdisjoint(
        ("feedback_source", "score", "value")
    )


# Filing


def _members(value: Json) -> Iterable[Json]:
    if isinstance(value, dict) and "run_type" not in value:
        return members_of(value, "runs", "feedback")
    return [value]


def _rows(value: Object) -> Iterable[Row]:
    if "run_type" not in value and _is_feedback(value):
        return [_feedback(value, None)]
    return list(_runs(value, None, None, _DEEPEST))


def _runs(value: Object, trace: str | None, parent: str | None, levels: int) -> Iterator[Row]:
    """The run, those inside it, and its feedback."""
    fields = Loose(value)
    order = _order(fields.rest.get("dotted_order"))
    own = native_id(fields.text("id", "run_id") or (order[-1] if order else None), "id")
    above = fields.text("parent_run_id") or (order[-2] if len(order) > 1 else parent)
    first = trace or fields.text("trace_id") or (order[0] if order else above or own)
    within, given = objects_in(value.get("child_runs")), objects_in(value.get("feedback"))
    plain = {key: member for key, member in value.items() if key not in ("child_runs", "feedback")}
    plain = {**plain, **said(parent_run_id=above)}
    yield Row("span", own, plain, native_id(first, "trace_id"), version=fields.text("end_time") or "")
    for one in given:
        yield _feedback({"run_id": own, **one}, first)
    for one in within if levels else ():
        yield from _runs(one, first, own, levels - 1)


def _feedback(value: Object, trace: str | None) -> Row:
    fields = Loose(value)
    about = native_id(fields.text("run_id") or fields.text("trace_id"), "run_id")
    trace = trace or fields.text("trace_id")
    return Row("score", fields.text("id") or "", value, trace, about, fields.text("modified_at") or "")


def _order(value: Json) -> list[str]:
    """The ids in a dotted order: each part is the beginning of a run up to its Z, then its id."""
    parts = value.split(".") if isinstance(value, str) else []
    ids: list[str] = []
    for part in parts:
        _, mark, own = part.partition("Z")
        if mark and own:
            ids.append(own)
    return ids


# The trace


def _build(gathered: Gathered, source: str, judged: list[Judged]) -> IncomingTrace:
    spans = gathered.of("span")
    steps = [_step(row) for row in spans]
    root = next((one for one in steps if one.id == gathered.native_id), None) or root_of(steps)
    if root is None:
        raise Malformed(tr("The runs of the trace lie in a circle; none of them is the first."))
    check_time(root, "start_time")
    fields = Loose(root.attributes)
    known = _known(fields, root)
    judged += _summaries(fields, {str(row.value.get("key")) for row in gathered.of("score")})
    whole = Told(source, gathered.native_id or "", known, judged=judged, metadata=fields.rest)
    inner = [step for step in steps if step is not root]
    place = next(row.place for row in spans if row.id == root.id)
    return IncomingTrace(assembled(whole, inner, root.model_copy(update={"attributes": {}})), place)


def _known(fields: Loose, root: Step) -> dict[str, Any]:
    name, version = fields.text("lc_hub_repo"), fields.text("lc_hub_commit_hash")
    return {
        "session_id": fields.text("session_id", "thread_id", "conversation_id"),
        "user_id": fields.text("user_id"),
        "release": fields.text("revision_id"),
        "environment": fields.text("environment", "ls_environment"),
        "tags": fields.words("tags"),
        "ttft_ms": lasted_ms(root.started_at, fields.time("first_token_time")),
        "prompt": Versioned(name=name, version=version) if name or version else None,
    }


def _step(row: Row) -> Step:
    fields = Loose(row.value)
    for key in ("id", "trace_id", "parent_run_ids", "dotted_order"):
        fields.take(key)
    kind = fields.text("run_type") or ""
    output = fields.take("outputs")
    documents = documents_in(output) if kind == "retriever" else ()
    extra = fields.part("extra")
    free, settings = extra.bag("metadata"), extra.part("invocation_params")
    model = Loose(free).text("ls_model_name") or settings.text("model", "model_name")
    error = fields.take("error")
    known = _KINDS.get(kind.lower())
    step = {
        "parent_id": fields.text("parent_run_id"),
        "name": fields.text("name"),
        "started_at": fields.time("start_time"),
        "ended_at": fields.time("end_time"),
        "input": fields.take("inputs"),
        "model": model,
        "tokens": counted(
            fields, input=("prompt_tokens",), output=("completion_tokens",), total=("total_tokens",)
        ),
        "cost_usd": fields.number("total_cost"),
    }
    project = said(project_id=fields.take("session_id"), project=fields.take("session_name"))
    more = said(invocation_params=settings.rest, extra=extra.rest)
    return Step(
        **step,
        id=row.id,
        kind=known or "other",
        output=None if documents else output,
        documents=documents,
        error=None if error is None else as_text(error),
        attributes=merged(dict(free), project, more, fields.rest, {} if known else said(run_type=kind)),
    )


# What was judged


def _judge(row: Row, source: str | None) -> list[IncomingReview | Judged]:
    fields = Loose(row.value)
    for key in ("id", "trace_id"):
        fields.take(key)
    name, run = fields.text("key") or "", fields.text("run_id")
    by = fields.part("feedback_source")
    sort, free = (by.text("type") or "").lower(), by.part("metadata")
    score, value = fields.take("score"), fields.take("value")
    comment, at = fields.text("comment"), fields.time("created_at", "modified_at")
    correction = fields.take("correction")
    rater = by.text("user_name", "ls_user_name", "user_id", "ls_user_id") or free.text("user_name", "user_id")
    more = merged(said(correction=correction), said(feedback_source=by.rest, metadata=free.rest), fields.rest)
    if sort == "app":
        known = {
            "source": source,
            "rater": rater,
            "kind": "text" if score is None and value is None else None,
            "note": comment,
            "correction": None if correction is None else as_text(correction),
            "created_at": at,
        }
        given = value if isinstance(value, str) else score if score is not None else value
        given = comment if given is None else given
        extra = merged(said(step_id=None if run == row.trace else run, feedback_id=row.id), more)
        return [review(row.trace or "", name, given, row.place, known, extra)]
    whole = score if score is not None else value
    did = done(name, whole, at) if sort in ("api", "") and run in (None, row.trace) else None
    if did:
        return [did]
    label = value if isinstance(value, str) and score is not None else None
    other = said(value=value) if score is not None and not isinstance(value, str) else {}
    user = from_users(name) and sort not in _MODELS
    given_metric = metric(
        name,
        whole,
        merged(more, other, said(user=rater)),
        label=label,
        source="user_feedback" if user else _MODELS.get(sort, "unknown"),
        explanation=comment,
        evaluator=free.text("evaluator", "evaluator_name", "rule_name", "model", "model_name"),
        evaluator_version=free.text("evaluator_version", "version"),
        step_id=run,
        created_at=at,
    )
    return [given_metric]


def _summaries(fields: Loose, known: set[str]) -> Iterator[Judged]:
    """What the run's own statistics tell of feedback that is not in the files: means, without by whom."""
    stats = fields.part("feedback_stats")
    for name in list(stats.rest):
        one = stats.part(name)
        if name not in known and one.rest:
            yield metric(name, one.take("avg"), merged({"aggregate": True}, one.rest))


FILING = Filing(_members, _rows)


def _read_together(paths: Sequence[Path], source: str, progress: Progress) -> Iterator[Incoming]:
    yield from read_gathered(paths, source, progress, FILING, telling(_build, _judge))


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    yield from _read_together([path], source, progress)


KIND = FileSource(
    name="langsmith", title="LangSmith", recognises=_recognises, read=_read, read_together=_read_together
)
