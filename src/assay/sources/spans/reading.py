"""A span read by the conventions: OTel GenAI, OpenInference, MLflow, and what older emitters wrote.

What becomes of it: a step, what was given and said as messages, and facts that may hold for the whole trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from assay.base.translation import tr
from assay.model.trace import Document, Step, StepKind, Tokens
from assay.sources.fields.objects import Json, Object
from assay.sources.spans.attributes import Attributes
from assay.sources.spans.given import Given, given_out, is_said, taken_in
from assay.sources.spans.passages import passages_of
from assay.sources.spans.pieces import Event, Score, Span
from assay.sources.spans.scores import scores_of
from assay.sources.spans.values import number_of, opened, text_of, whole_of, without_empty

FIRST_TOKEN = "First Token Stream Event"  # noqa: S105 - the name of an event

_KINDS: dict[str, StepKind] = {
    "llm": "llm", "chat_model": "llm", "chat": "llm", "text_completion": "llm", "generate_content": "llm",
    "completion": "llm", "chain": "chain", "workflow": "chain", "task": "chain", "invoke_workflow": "chain",
    "plan": "chain", "agent": "agent", "invoke_agent": "agent", "create_agent": "agent", "tool": "tool",
    "execute_tool": "tool", "retriever": "retriever", "retrieval": "retriever", "reranker": "reranker",
    "rerank": "reranker", "embedding": "embedding", "embeddings": "embedding", "guardrail": "guardrail",
    "evaluator": "evaluator", "prompt": "prompt",
}  # fmt: skip
_KIND_KEYS = (
    "span_kind",
    "openinference.span.kind", "mlflow.spanType", "gen_ai.operation.name", "traceloop.span.kind", "llm.request.type",
)  # fmt: skip
_MODEL_KEYS = (
    "gen_ai.response.model", "llm.model_name", "mlflow.llm.model", "gen_ai.request.model", "embedding.model_name",
    "reranker.model_name",
)  # fmt: skip
FACTS: dict[str, tuple[str, ...]] = {
    "session_id": ("session.id", "gen_ai.conversation.id", "mlflow.trace.session"),
    "user_id": ("user.id", "enduser.id", "mlflow.trace.user"),
    "environment": ("deployment.environment.name", "deployment.environment"),
    "release": ("app.release",),
    "dataset_version": ("app.dataset_version",),
    "prompt_name": ("prompt.id", "gen_ai.prompt.name", "prompt.name"),
    "prompt_version": ("llm.prompt_template.version", "gen_ai.prompt.version", "prompt.version"),
}
"""Facts of a trace and the attributes that say them, in order of weight."""
TOLD_IN_METADATA = {
    "environment": "environment", "release": "release", "language": "language", "task_type": "task_type",
    "dataset_name": "dataset_name", "dataset_version": "dataset_version",
}  # fmt: skip
"""Facts of a trace under their names in free metadata."""
_TOKENS: dict[str, tuple[str, ...]] = {
    "input": ("gen_ai.usage.input_tokens", "llm.token_count.prompt", "gen_ai.usage.prompt_tokens"),
    "output": ("gen_ai.usage.output_tokens", "llm.token_count.completion", "gen_ai.usage.completion_tokens"),
    "total": ("llm.token_count.total", "gen_ai.usage.total_tokens", "llm.usage.total_tokens"),
    "cached": ("llm.token_count.prompt_details.cache_read", "gen_ai.usage.cache_read.input_tokens"),
    "reasoning": ("llm.token_count.completion_details.reasoning", "gen_ai.usage.reasoning.output_tokens"),
}
_USAGE = {
    "input": "input_tokens", "output": "output_tokens", "total": "total_tokens",
    "cached": "cache_read_input_tokens",
}  # fmt: skip
_LONGEST_WAIT = 86_400 * 365
_SECONDS_TO_FIRST = ("gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token", "ttft_s")


@dataclass(slots=True)
class Reading:
    """What a span says.

    ``facts`` of the trace by name, each with the key it stood under; ``metadata`` what the span says freely of its
    run; ``left`` the attributes that nobody took.
    """

    span: Span
    kind: StepKind
    given: Given
    returned: Given
    passages: tuple[Document, ...]
    model: str | None
    tokens: Tokens | None
    cost_usd: float | None
    ttft_ms: float | None
    error: str | None
    facts: dict[str, tuple[str, Json]]
    tags: tuple[str, ...]
    metadata: Object
    scores: list[Score]
    left: Object

    @property
    def name(self) -> str | None:
        """What the run is called where the span names it, else the span's name."""
        named = self.left.get("gen_ai.workflow.name") or self.left.get("gen_ai.agent.name")
        return text_of(named) or self.span.name

    def step(self, parent_id: str | None, attributes: Object) -> Step:
        """The step that the span is, with these attributes."""
        return Step(
            id=self.span.span_id,
            parent_id=parent_id,
            kind=self.kind,
            name=self.span.name,
            started_at=self.span.started_at,
            ended_at=self.span.ended_at,
            input=self.given.value,
            output=self.returned.value,
            model=self.model,
            tokens=self.tokens,
            cost_usd=self.cost_usd,
            documents=self.passages,
            error=self.error,
            attributes=attributes,
        )


def read_span(span: Span) -> Reading:
    """The span, read. Nothing is refused; what is not understood is ``left``."""
    attributes = Attributes(span.attributes)
    kind = _kind(span, attributes)
    scores, events = scores_of(span, attributes)
    tags, metadata = _tags(attributes), _metadata(attributes)
    facts = _facts(attributes)
    passages = passages_of(attributes, kind)
    given, returned = taken_in(attributes, events), given_out(attributes, events)
    ttft_ms = _first_token(span, attributes)
    reading = Reading(
        span=span,
        kind=kind,
        given=given,
        returned=returned,
        passages=passages,
        model=attributes.text(*_MODEL_KEYS),
        tokens=_tokens(attributes),
        cost_usd=_cost(attributes),
        ttft_ms=ttft_ms,
        error=_error(span, attributes),
        facts=facts,
        tags=tags,
        metadata=metadata,
        scores=scores,
        left=attributes.rest,
    )
    _keep_rest(reading, events)
    return reading


def _keep_rest(reading: Reading, events: Sequence[Event]) -> None:
    """What the span says beside its attributes, kept among those that nobody took."""
    kept = [event for event in events if event.name != FIRST_TOKEN and not is_said(event)]
    more: Object = {key: value for key, value in reading.span.rest.items() if key not in reading.left}
    if kept:
        more["events"] = [_plain(event) for event in kept]
    if reading.ttft_ms is not None:
        more["ttft_ms"] = reading.ttft_ms
    if reading.span.status and reading.span.status != reading.error:
        more["status"] = reading.span.status
    reading.left.update(more)


def _plain(event: Event) -> Object:
    at = event.at.isoformat() if event.at else None
    return without_empty({"name": event.name, "at": at, "attributes": event.attributes})


def _kind(span: Span, attributes: Attributes) -> StepKind:
    """The sort of step. A word that says more than it is left among the attributes."""
    if span.kind:
        attributes.rest.setdefault("span_kind", span.kind)
    said = {key: str(attributes.rest.get(key)).lower() for key in _KIND_KEYS}
    kind = next((_KINDS[word] for word in said.values() if word in _KINDS), None)
    for key in _KIND_KEYS:
        if said[key] in (kind, "unknown"):
            attributes.rest.pop(key, None)
    speaks = any(attributes.rest.get(key) is not None for key in ("gen_ai.request.model", "llm.model_name"))
    return kind or ("llm" if speaks else "other")


def _facts(attributes: Attributes) -> dict[str, tuple[str, Json]]:
    found: dict[str, tuple[str, Json]] = {}
    for name, keys in FACTS.items():
        key = next((key for key in keys if text_of(attributes.rest.get(key)) is not None), None)
        if key is not None:
            found[name] = key, attributes.text(*keys)
    return found


def _tags(attributes: Attributes) -> tuple[str, ...]:
    said = attributes.tree("tag.tags")
    tags = tuple(tag for tag in map(text_of, said if isinstance(said, list) else [said]) if tag is not None)
    return tuple(dict.fromkeys(tags))


def _metadata(attributes: Attributes) -> Object:
    said = attributes.tree("metadata")
    if isinstance(said, dict):
        return said
    return {} if said is None else {"metadata": said}


def _tokens(attributes: Attributes) -> Tokens | None:
    counts = {name: attributes.whole(*keys) for name, keys in _TOKENS.items()}
    usage = opened(attributes.rest.get("mlflow.chat.tokenUsage"))
    if isinstance(usage, dict):
        said = {name: whole_of(usage.get(key)) for name, key in _USAGE.items()}
        counts = {name: said.get(name) if count is None else count for name, count in counts.items()}
        left = {key: value for key, value in usage.items() if key not in _USAGE.values()}
        attributes.rest = without_empty(attributes.rest | {"mlflow.chat.tokenUsage": left})
    return Tokens(**counts) if any(count is not None for count in counts.values()) else None


def _cost(attributes: Attributes) -> float | None:
    """What the call cost in US dollars; the parts of a sum stay among the attributes."""
    told = opened(attributes.rest.get("mlflow.llm.cost"))
    whole = attributes.number("llm.cost.total", "gen_ai.usage.cost")
    if whole is None and isinstance(told, dict):
        whole = number_of(told.get("total_cost"))
    parts = [number_of(attributes.rest.get(f"llm.cost.{side}")) for side in ("prompt", "completion")]
    return sum(part or 0.0 for part in parts) if whole is None and any(parts) else whole


def _first_token(span: Span, attributes: Attributes) -> float | None:
    """Milliseconds from the span's beginning to its first token."""
    first = next((event.at for event in span.events if event.name == FIRST_TOKEN and event.at), None)
    if first and span.started_at and first >= span.started_at:
        return round((first - span.started_at) / timedelta(milliseconds=1), 3)
    seconds = attributes.number(*_SECONDS_TO_FIRST)
    if seconds is not None:
        return round(seconds * 1000, 3) if 0 <= seconds < _LONGEST_WAIT else None
    return attributes.number("ttft_ms")


def _error(span: Span, attributes: Attributes) -> str | None:
    """What went wrong, for a span that failed."""
    if not span.failed:
        return None
    raised = next((event.attributes for event in span.events if event.name == "exception"), {})
    sort = text_of(raised.get("exception.type")) or text_of(attributes.rest.get("error.type"))
    words = span.status or text_of(raised.get("exception.message"))
    if not words:
        return sort or tr("failed")
    return words if not sort or words.startswith(sort) else f"{sort}: {words}"
