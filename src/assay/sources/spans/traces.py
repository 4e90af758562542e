"""The trace made of its spans and of what its store tells of the whole."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from assay.base.translation import tr
from assay.model.trace import Message, Metric, StepKind, Tokens, Trace, Versioned
from assay.sources.fields.objects import Json
from assay.sources.spans.pieces import Told
from assay.sources.spans.reading import Reading
from assay.sources.spans.shared_facts import SharedFacts
from assay.sources.spans.speech import messages_of
from assay.sources.spans.tree import Tree
from assay.sources.spans.values import in_order, number_of, opened, text_of, whole_of

_WORKING: tuple[StepKind, ...] = ("tool", "retriever", "reranker", "embedding", "guardrail", "evaluator")
_COUNTS = ("input", "output", "total", "cached", "reasoning")


def trace_of(
    source: str,
    native_id: str,
    tree: Tree | None,
    readings: Mapping[str, Reading],
    told: Told,
    metrics: Iterable[Metric],
) -> Trace:
    """The trace. Without spans it is what the store tells alone."""
    root = readings[tree.root.span_id] if tree else None
    models = _model_calls(tree, readings) if tree else []
    weighed = [*([root] if root else []), *models[:1], *readings.values()]
    shared = SharedFacts(weighed, told)
    name = root.name if root else None
    if root:
        shared.lift(root)
    if tree and tree.doubles:
        shared.metadata["duplicate_spans"] = tree.doubles
    started, ended = _times(tree, told)
    facts = shared.facts
    return Trace(
        source=source,
        native_id=native_id,
        session_id=facts.get("session_id"),
        user_id=facts.get("user_id"),
        started_at=started,
        ended_at=ended,
        name=text_of(told.facts.get("name")) or name,
        task_type=facts.get("task_type"),
        language=facts.get("language"),
        environment=facts.get("environment"),
        release=facts.get("release"),
        input=_asked(root, models, told),
        output=_said(root, models, told),
        steps=tuple(
            readings[span.span_id].step(
                tree.parent[span.span_id], _attributes(shared, readings[span.span_id], tree)
            )
            for span in (tree.spans if tree else ())
        )
        if tree
        else (),
        model=text_of(told.facts.get("model"))
        or next((one.model for one in (*models, *weighed) if one.model), None),
        prompt=_versioned(facts.get("prompt_name"), facts.get("prompt_version")),
        dataset=_versioned(facts.get("dataset_name"), facts.get("dataset_version")),
        tags=shared.tags,
        tokens=_tokens(tree, readings, told),
        cost_usd=_cost(tree, readings, told),
        latency_ms=_latency(started, ended, told),
        ttft_ms=next((one.ttft_ms for one in (*models, *weighed) if one.ttft_ms is not None), None),
        error=_error(root, readings, told),
        metrics=tuple(sorted(metrics, key=_place_of)),
        metadata=in_order(shared.metadata),
    )


def _place_of(metric: Metric) -> tuple[str, str, str]:
    """The place of a metric among others, whatever order a store gives them in."""
    at = metric.created_at.isoformat() if metric.created_at else ""
    return metric.name, at, metric.model_dump_json()


def _model_calls(tree: Tree, readings: Mapping[str, Reading]) -> list[Reading]:
    """The model calls, the deepest first, of several the last; those that a tool or a judge makes come behind."""
    inside: dict[str, bool] = {}
    for span in reversed(tree.upwards()):
        above = tree.parent[span.span_id]
        inside[span.span_id] = above is not None and (inside[above] or readings[above].kind in _WORKING)
    order = {span.span_id: place for place, span in enumerate(tree.spans)}
    calls = [span for span in tree.spans if readings[span.span_id].kind == "llm"]
    calls.sort(key=lambda one: (inside[one.span_id], -tree.depth[one.span_id], -order[one.span_id]))
    return [readings[span.span_id] for span in calls]


def _asked(root: Reading | None, models: Sequence[Reading], told: Told) -> tuple[Message, ...]:
    found = (one.given.messages for one in ([root] if root else []) + list(models) if one.given.messages)
    return next(found, ()) or messages_of(opened(told.asked), "user")


def _said(root: Reading | None, models: Sequence[Reading], told: Told) -> tuple[Message, ...]:
    found = (
        one.returned.messages for one in ([root] if root else []) + list(models) if one.returned.messages
    )
    return next(found, ()) or messages_of(opened(told.said), "assistant")


def _attributes(shared: SharedFacts, reading: Reading, tree: Tree) -> dict[str, Json]:
    span_id, left = reading.span.span_id, shared.left_of(reading)
    if span_id in tree.orphans:
        left["missing_parent_id"] = tree.orphans[span_id]
    if span_id in tree.circles:
        left["circular_parent_id"] = tree.circles[span_id]
    return in_order(left)


def _times(tree: Tree | None, told: Told) -> tuple[datetime | None, datetime | None]:
    """The root's times; those of all spans together where the root itself did not come."""
    if tree is None:
        return told.started_at, told.ended_at
    is_whole = tree.root.parent_id is None
    spans = [tree.root] if is_whole else tree.spans
    started = min((span.started_at for span in spans if span.started_at), default=told.started_at)
    ended = max((span.ended_at for span in spans if span.ended_at), default=told.ended_at)
    return started, ended


def _latency(started: datetime | None, ended: datetime | None, told: Told) -> float | None:
    if started and ended and ended >= started:
        return (ended - started) / timedelta(milliseconds=1)
    return number_of(told.facts.get("latency_ms"))


def _versioned(name: str | None, version: str | None) -> Versioned | None:
    return Versioned(name=name, version=version) if name or version else None


def _lowest(tree: Tree, saying: Iterable[str]) -> list[str]:
    """Of the spans that say a sum, those with none of them below: what is above says it again."""
    said, repeated = set(saying), set()
    for span in tree.upwards():
        above = tree.parent[span.span_id]
        if above is not None and (span.span_id in said or span.span_id in repeated):
            repeated.add(above)
    return [span.span_id for span in tree.spans if span.span_id in said and span.span_id not in repeated]


def _tokens(tree: Tree | None, readings: Mapping[str, Reading], told: Told) -> Tokens | None:
    counts = {name: whole_of(told.facts.get(f"tokens_{name}")) for name in _COUNTS}
    if tree and all(count is None for count in counts.values()):
        lowest = _lowest(tree, (key for key, one in readings.items() if one.tokens))
        for name in _COUNTS:
            said = [getattr(readings[key].tokens, name) for key in lowest]
            known = [count for count in said if count is not None]
            counts[name] = sum(known) if known else None
    return Tokens(**counts) if any(count is not None for count in counts.values()) else None


def _cost(tree: Tree | None, readings: Mapping[str, Reading], told: Told) -> float | None:
    cost = number_of(told.facts.get("cost_usd"))
    if cost is not None or tree is None:
        return cost
    lowest = _lowest(tree, (key for key, one in readings.items() if one.cost_usd is not None))
    return sum(readings[key].cost_usd or 0.0 for key in lowest) if lowest else None


def _error(root: Reading | None, readings: Mapping[str, Reading], told: Told) -> str | None:
    if root and root.error:
        return root.error
    if not told.failed:
        return None
    return next((one.error for one in readings.values() if one.error), tr("failed"))
