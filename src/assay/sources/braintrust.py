"""Braintrust: events of project logs and experiments, in JSON or JSON Lines, as the API hands them out.

The spans of a trace are brought together by ``root_span_id``. Later pages may hold older versions of a row, so of
each row the greatest ``_xact_id`` counts, and rows that were deleted do not. Scores lie between 0 and 1 and stay
there; who gave one is not in the rows, so each is a metric of unknown source.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

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
from assay.sources.fields.scored import Judged, done, from_users, metric
from assay.sources.fields.spoken import documents_in
from assay.sources.fields.telling import telling

_KINDS: dict[str, StepKind] = {
    "llm": "llm", "tool": "tool", "function": "chain", "task": "chain", "eval": "chain", "score": "evaluator",
    "automation": "other", "facet": "evaluator", "preprocessor": "chain", "review": "evaluator",
}  # fmt: skip
_TELLING = ("span_attributes", "_xact_id", "span_parents", "is_root", "log_id", "_pagination_key")


def _recognises(path: Path, head: bytes) -> bool:
    return any(
        isinstance(one, dict)
        and {"span_id", "root_span_id"} <= one.keys()
        and not one.keys().isdisjoint(_TELLING)
        for value in glimpses(head)
        for one in members_of(value, "events")[:3]
    )


def _members(value: Json) -> Iterable[Json]:
    return [value] if isinstance(value, dict) and "span_id" in value else members_of(value, "events")


def _rows(value: Object) -> Iterator[Row]:
    """The event, and its scores as rows of their own."""
    fields = Loose(value)
    span = native_id(fields.text("span_id", "id"), "span_id")
    trace = native_id(fields.text("root_span_id"), "root_span_id")
    version = (fields.text("_xact_id") or "").zfill(32)
    scores = fields.bag("scores")
    plain = {key: member for key, member in value.items() if key != "scores" or not scores}
    yield Row("span", span, plain, trace, version=version)
    kind = fields.part("span_attributes")
    evaluator = kind.text("name") if kind.text("type") == "score" else None
    for name, score in scores.items():
        said_of = {"name": name, "score": score, "span_id": span, "evaluator": evaluator}
        said_of["created"] = fields.rest.get("created")
        yield Row("score", f"{span}/{name}", said_of, trace, version=version)


def _build(gathered: Gathered, source: str, judged: list[Judged]) -> IncomingTrace:
    spans = [row for row in gathered.of("span") if not row.value.get("_object_delete")]
    if not spans:
        raise Malformed(tr("Every row of the trace was deleted."))
    steps = [_step(row) for row in spans]
    marked = [row.id for row in spans if row.value.get("is_root") is True]
    root = next((one for one in steps if one.id in marked), None) or root_of(steps)
    if root is None:
        raise Malformed(tr("The spans of the trace lie in a circle; none of them is the first."))
    check_time(root, "start", "created")
    fields = Loose(root.attributes)
    name, version = _prompt(fields)
    wait = fields.number("time_to_first_token")
    known = {
        "session_id": fields.text("session_id", "sessionId", "thread_id", "conversation_id"),
        "user_id": fields.text("user_id", "userId"),
        "environment": fields.text("environment"),
        "release": fields.text("release"),
        "tags": fields.words("tags"),
        "ttft_ms": None if wait is None else wait * 1000,
        "prompt": Versioned(name=name, version=version) if name or version else None,
    }
    expected = said(reference=fields.take("expected"))
    whole = Told(
        source, gathered.native_id or "", known, judged=judged, metadata=merged(expected, fields.rest)
    )
    place = next(row.place for row in spans if row.id == root.id)
    inner = [step for step in steps if step is not root]
    return IncomingTrace(assembled(whole, inner, root.model_copy(update={"attributes": {}})), place)


def _prompt(fields: Loose) -> tuple[str | None, str | None]:
    """The stored prompt a call was made with, which stands in its metadata."""
    prompt = fields.rest.get("prompt")
    if not isinstance(prompt, dict):
        return None, None
    inner = Loose(prompt)
    return inner.text("key", "name", "id"), inner.text("version")


def _step(row: Row) -> Step:
    fields = Loose(row.value)
    for key in ("span_id", "root_span_id", "is_root"):
        fields.take(key)
    parents, counts = fields.words("span_parents"), fields.part("metrics")
    shown, free = fields.part("span_attributes"), fields.bag("metadata")
    kind, name, error = shown.text("type") or "", shown.text("name"), fields.take("error")
    output = fields.take("output")
    documents = documents_in(output)
    known = {
        "parent_id": parents[0] if parents else None,
        "name": name,
        "started_at": counts.time("start") or fields.time("created"),
        "ended_at": counts.time("end"),
        "input": fields.take("input"),
        "model": Loose(free).text("model"),
        "tokens": counted(
            counts,
            input=("prompt_tokens",),
            output=("completion_tokens",),
            total=("tokens", "total_tokens"),
            cached=("prompt_cached_tokens",),
            reasoning=("completion_reasoning_tokens",),
        ),
        "cost_usd": counts.number("estimated_cost"),
    }
    return Step(
        **known,
        id=row.id,
        kind=_KINDS.get(kind.lower(), "other"),
        output=None if documents else output,
        documents=documents,
        error=None if error is None else as_text(error),
        attributes=merged(dict(fields.rest), counts.rest, free, shown.rest, said(type=kind)),
    )


def _judge(row: Row, source: str | None) -> list[IncomingReview | Judged]:
    fields = Loose(row.value)
    name, at, score = fields.text("name") or "", fields.time("created"), fields.take("score")
    did = done(name, score, at)
    if did:
        return [did]
    given = metric(
        name,
        score,
        source="user_feedback" if from_users(name) else "unknown",
        evaluator=fields.text("evaluator"),
        step_id=fields.text("span_id"),
        created_at=at,
    )
    return [given]


FILING = Filing(_members, _rows)


def _read_together(paths: Sequence[Path], source: str, progress: Progress) -> Iterator[Incoming]:
    yield from read_gathered(paths, source, progress, FILING, telling(_build, _judge))


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    yield from _read_together([path], source, progress)


KIND = FileSource(
    name="braintrust", title="Braintrust", recognises=_recognises, read=_read, read_together=_read_together
)
