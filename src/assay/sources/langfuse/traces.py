"""The trace that the rows of traces and observations tell of."""

from collections.abc import Sequence
from typing import Any

from assay.base.translation import tr
from assay.model.incoming import IncomingTrace
from assay.model.trace import Metric, Step, StepKind, Tokens, Versioned
from assay.sources.fields.assembled import Told, assembled, check_time, counted, in_order, lasted_ms, root_of
from assay.sources.fields.gathered import Gathered, Row
from assay.sources.fields.loose import Loose, embedded, merged, said, time_in
from assay.sources.fields.objects import Json, Malformed, Object
from assay.sources.fields.scored import Judged, metric
from assay.sources.fields.spoken import documents_in
from assay.sources.langfuse.filing import TRACE_IDS

_KINDS: dict[str, StepKind] = {
    "GENERATION": "llm", "SPAN": "chain", "CHAIN": "chain", "AGENT": "agent", "TOOL": "tool", "EVENT": "other",
    "RETRIEVER": "retriever", "EMBEDDING": "embedding", "EVALUATOR": "evaluator", "GUARDRAIL": "guardrail",
}  # fmt: skip
_OF_THE_TRACE = {
    "userId": "user_id", "sessionId": "session_id", "environment": "environment", "release": "release",
    "user_id": "user_id", "session_id": "session_id", "version": "release", "tags": "tags",
}  # fmt: skip
_USAGE = {
    "input": ("input", "promptTokens", "prompt_tokens", "input_tokens"),
    "output": ("output", "completionTokens", "completion_tokens", "output_tokens"),
    "total": ("total", "totalTokens", "total_tokens"),
    "cached": ("input_cached_tokens", "cache_read_input_tokens", "input_cache_read"),
    "reasoning": ("output_reasoning_tokens", "output_reasoning"),
}
_LISTS = frozenset(
    {"tags", "comments", "traceTags", "toolDefinitions", "toolCalls", "toolCallNames", "metadataNames"}
    | {"metadataValues", "observations", "scores"}
)


def build(gathered: Gathered, source: str, judged: list[Judged]) -> IncomingTrace:
    """The trace. Raises Malformed when its time cannot be read."""
    traces, spans, steps = gathered.of("trace"), gathered.of("span"), []
    for row in spans:
        step, columns = _step(row)
        steps.append(step)
        judged += columns
    native = gathered.native_id or ""
    if traces:
        whole = _told_by_row(native, source, traces[0], steps, judged)
        return IncomingTrace(assembled(whole, _without_repeats(steps, whole)), traces[0].place)
    root = root_of([step for step in steps if step.attributes.get("isRootObservation")]) or root_of(steps)
    if root is None:
        raise Malformed(tr("The observations of the trace lie in a circle; none of them is the first."))
    whole = _told_by_root(native, source, root, steps, judged)
    place = next(row.place for row in spans if row.id == root.id)
    inner = _without_repeats([step for step in steps if step is not root], whole)
    return IncomingTrace(assembled(whole, inner, root.model_copy(update={"attributes": {}})), place)


def _told_by_root(native: str, source: str, root: Step, steps: Sequence[Step], judged: list[Judged]) -> Told:
    check_time(root, "startTime", "start_time")
    fields = Loose(root.attributes)
    fields.take("isRootObservation")
    known = _known(fields) | {"name": fields.text("traceName", "trace_name")}
    waited = said(ttft_ms=fields.number("timeToFirstTokenMs", "time_to_first_token_ms"))
    derived = _of_steps(steps, root.started_at)
    return Told(source, native, derived | known | waited, judged=judged, metadata=fields.rest)


def _told_by_row(native: str, source: str, row: Row, steps: Sequence[Step], judged: list[Judged]) -> Told:
    fields = Loose(row.value)
    fields.take("id")
    begun = fields.time("timestamp")
    if begun is None and "timestamp" in fields.rest:
        raise Malformed(tr("“timestamp” is no time that can be read."))
    seconds = fields.number("latency")
    known = _known(fields) | {
        "name": fields.text("name"),
        "started_at": begun,
        "latency_ms": None if seconds is None else seconds * 1000,
        "tokens": _tokens(fields),
        "cost_usd": _cost(fields),
    }
    heard, answered = fields.take("input"), fields.take("output")
    judged += _columns(fields, row.value, None)
    free = fields.bag("metadata")
    derived = _of_steps(steps, begun)
    return Told(source, native, derived | known, heard, answered, judged, merged(free, fields.rest))


def _known(fields: Loose) -> dict[str, Any]:
    release, version = fields.text("release"), fields.text("version")
    if release and version:
        fields.rest["version"] = version
    return {
        "user_id": fields.text("userId", "user_id"),
        "session_id": fields.text("sessionId", "session_id"),
        "environment": fields.text("environment"),
        "release": release or version,
        "tags": fields.words("tags"),
    }


def _step(row: Row) -> tuple[Step, list[Metric]]:
    fields = Loose(row.value)
    fields.take("id", "spanId", "span_id")
    fields.take(*TRACE_IDS)
    kind = fields.text("type") or ""
    judged = _columns(fields, row.value, row.id)
    output = fields.take("output")
    documents = documents_in(output) if kind.upper() == "RETRIEVER" else ()
    error = fields.text("statusMessage", "status_message") if fields.rest.get("level") == "ERROR" else None
    known = {
        "parent_id": fields.text("parentObservationId", "parent_observation_id", "parent_span_id"),
        "name": fields.text("name"),
        "started_at": fields.time("startTime", "start_time"),
        "ended_at": fields.time("endTime", "end_time"),
        "input": fields.take("input"),
        "model": fields.text("providedModelName", "provided_model_name", "model"),
        "tokens": _tokens(fields),
        "cost_usd": _cost(fields),
        "error": error or ("ERROR" if fields.rest.get("level") == "ERROR" else None),
    }
    known_kind = _KINDS.get(kind.upper())
    free = fields.bag("metadata")
    attributes = merged(dict(fields.rest), {} if known_kind else said(type=kind), free)
    step = Step(
        **known,
        id=row.id,
        kind=known_kind or "other",
        output=None if documents else output,
        documents=documents,
        attributes=attributes,
    )
    return step, judged


def _tokens(fields: Loose) -> Tokens | None:
    """The counts of a row; nought of everything is what traces without any generation stand with, and no count."""
    found = [counted(fields, input=("inputTokens",), output=("outputTokens",), total=("totalTokens",))]
    for key in ("usage", "usage_details", "usageDetails"):
        usage = fields.part(key)
        found.append(counted(usage, **_USAGE))
        if usage.rest:
            fields.rest[key] = usage.rest
    return next((one for one in reversed(found) if one and (one.total or one.input or one.output)), None)


def _cost(fields: Loose) -> float | None:
    whole = fields.number("totalCost", "total_cost", "calculatedTotalCost", "calculated_total_cost")
    for key in ("costDetails", "cost_details"):
        costs = fields.part(key)
        inner = costs.number("total")
        whole = inner if whole is None else whole
        if costs.rest:
            fields.rest[key] = costs.rest
    return whole


def _columns(fields: Loose, value: Object, step: str | None) -> list[Metric]:
    """The scores of a row on a screen: one column a name with all its values, by whom is not said."""
    if "project_id" in value:
        return []  # a row from blob storage, which has no such columns
    found = []
    for key in [key for key in fields.rest if key.strip() and key not in _LISTS]:
        members = fields.rest[key]
        members = embedded(members) if isinstance(members, str) else members
        if isinstance(members, list) and members and all(_is_score(member) for member in members):
            del fields.rest[key]
            found += [metric(key, member, step_id=step) for member in members]
    return found


def _is_score(value: Json) -> bool:
    return isinstance(value, int | float | str)


def _of_steps(steps: Sequence[Step], begun: Any) -> dict[str, Any]:
    """The prompt of the last model call that names one, and the wait until the first word of the last."""
    prompt, ttft = None, None
    for step in in_order(steps):
        fields = Loose(step.attributes)
        name = fields.text("promptName", "prompt_name")
        if name:
            prompt = Versioned(name=name, version=fields.text("promptVersion", "prompt_version"))
        first = time_in(fields.take("completionStartTime", "completion_start_time"))
        ttft = lasted_ms(begun, first) if first else ttft
    return {"prompt": prompt, "ttft_ms": ttft}


def _without_repeats(steps: Sequence[Step], whole: Told) -> list[Step]:
    """The steps without what every observation repeats of its trace."""

    def repeats(key: str, value: Json) -> bool:
        known = whole.known.get(_OF_THE_TRACE.get(key, ""))
        return known is not None and known in (value, tuple(value) if isinstance(value, list) else value)

    return [
        step.model_copy(
            update={"attributes": {k: v for k, v in step.attributes.items() if not repeats(k, v)}}
        )
        for step in steps
    ]
