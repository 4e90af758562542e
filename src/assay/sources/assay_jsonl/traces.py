"""A record of the file as a trace."""

import math
from typing import get_args

from assay.base.translation import tr
from assay.model.trace import (
    BehaviourEvent,
    BehaviourKind,
    Document,
    Metric,
    MetricSource,
    Step,
    StepKind,
    Tokens,
    Trace,
    Versioned,
)
from assay.sources.fields.objects import Fields, Json, Malformed, Object, as_number, as_text
from assay.sources.fields.said import messages

LONGEST_ID = 1024

_METRIC_SOURCES = frozenset(get_args(MetricSource))
_BEHAVIOUR_KINDS = frozenset(get_args(BehaviourKind))
_STEP_KINDS = frozenset(get_args(StepKind))


def trace_of(value: Json, source: str) -> Trace:
    """The trace a record tells of. Raises Malformed (or pydantic's ValidationError) when it tells of none."""
    fields = Fields(value)
    native_id = _native_id(fields)
    if all(fields.rest.get(key) in (None, [], {}) for key in ("input", "output", "steps")):
        raise Malformed(tr("The record has none of “input”, “output” and “steps”."))
    prompt, dataset, tokens = fields.part("prompt"), fields.part("dataset"), fields.part("tokens")
    behaviour, odd_behaviour = _behaviour(fields)
    error = fields.take("error")
    known = {
        **{key: fields.text(key) for key in ("session_id", "user_id", "name", "task_type", "language")},
        **{key: fields.text(key) for key in ("environment", "release", "model")},
        **{key: fields.time(key) for key in ("started_at", "ended_at")},
        **{key: fields.number(key) for key in ("cost_usd", "latency_ms", "ttft_ms")},
    }
    return Trace(
        **known,
        source=source,
        native_id=native_id,
        input=messages(fields.take("input"), "user"),
        output=messages(fields.take("output"), "assistant"),
        steps=tuple(_step(member, where, n) for n, (member, where) in enumerate(fields.many("steps"), 1)),
        prompt=_versioned(prompt),
        dataset=_versioned(dataset),
        tags=_tags(fields),
        tokens=_tokens(tokens),
        error=None if error is None else as_text(error),
        metrics=_metrics(fields),
        behaviour=behaviour,
        metadata=_with_rest(
            fields.bag("metadata"),
            fields.rest,
            prompt=prompt.rest,
            dataset=dataset.rest,
            tokens=tokens.rest,
            behaviour=odd_behaviour,
        ),
    )


def _with_rest(own: Object, rest: Object, **leftovers: Json) -> Object:
    """The object's own free values, the keys nobody took, and what was left of its parts; nothing is overwritten."""
    for key, value in (rest | {key: value for key, value in leftovers.items() if value}).items():
        while key in own:
            key += "*"  # noqa: PLW2901 - until it is free
        own[key] = value
    return own


def _native_id(fields: Fields) -> str:
    value = fields.rest.get("id")
    native_id = fields.text("id") if not isinstance(value, bool) else ""
    if not native_id or not native_id.strip() or native_id in ("NaN", "Infinity", "-Infinity"):
        raise Malformed(tr("The record has no “id”."))
    if len(native_id) > LONGEST_ID:
        raise Malformed(tr("The id is longer than {limit} characters.").format(limit=LONGEST_ID))
    return native_id


def _versioned(fields: Fields) -> Versioned | None:
    name, version = fields.text("name"), fields.text("version")
    return Versioned(name=name, version=version) if name or version else None


def _tokens(fields: Fields) -> Tokens | None:
    if not fields.rest:
        return None
    counts = {key: fields.whole(key) for key in ("input", "output", "total", "cached", "reasoning")}
    return Tokens(**counts) if any(count is not None for count in counts.values()) else None


def _tags(fields: Fields) -> tuple[str, ...]:
    if isinstance(fields.rest.get("tags"), str):
        fields.rest["tags"] = [fields.rest["tags"]]
    tags = (Fields({where: tag}).text(where) for tag, where in fields.many("tags"))
    return tuple(tag for tag in tags if tag is not None)


def _metrics(fields: Fields) -> tuple[Metric, ...]:
    if isinstance(fields.rest.get("metrics"), dict):
        named = fields.rest["metrics"].items()
        fields.rest["metrics"] = [
            {"name": name, **(value if isinstance(value, dict) else {"value": value})}
            for name, value in named
        ]
    return tuple(_metric(Fields(member, where), where) for member, where in fields.many("metrics"))


def _metric(fields: Fields, where: str) -> Metric:
    name = fields.text("name")
    if not name or not name.strip():
        raise Malformed(tr("“{where}” has no “name”.").format(where=where))
    native, label, source = fields.rest.get("value"), fields.text("label"), fields.text("source")
    number = as_number(float(native) if isinstance(native, bool) else native)
    odd: Object = {}
    if isinstance(native, dict | list):
        fields.number("value")  # refuses the record
    if number is not None and not math.isfinite(number):
        number, odd["native"] = None, as_text(native)
    elif number is None or isinstance(native, bool):
        said = None if native is None else as_text(native)
        if label is not None and said is not None and said != label:
            odd["native"] = said
        label = said if label is None else label
    fields.take("value")
    if source is not None and source not in _METRIC_SOURCES:
        odd["source"], source = source, "unknown"
    return Metric(
        name=name,
        value=number,
        label=label,
        source=source or "unknown",
        explanation=fields.text("explanation"),
        evaluator=fields.text("evaluator"),
        evaluator_version=fields.text("evaluator_version"),
        step_id=fields.text("step_id"),
        created_at=fields.time("created_at"),
        metadata=_with_rest(fields.bag("metadata"), fields.rest | odd),
    )


def _behaviour(fields: Fields) -> tuple[tuple[BehaviourEvent, ...], list[Json]]:
    """The events, and those as they were that have a kind or a key we do not know."""
    events, odd = [], []
    for member, where in fields.many("behaviour"):
        event = Fields({"kind": member} if isinstance(member, str) else member, where)
        kind, at, final_text = event.text("kind"), event.time("at"), event.text("final_text")
        if isinstance(event.rest.get("value"), bool):
            event.rest["value"] = int(event.rest["value"])
        value = event.number("value")
        if kind in _BEHAVIOUR_KINDS:
            events.append(BehaviourEvent(kind=kind, at=at, value=value, final_text=final_text))
        if kind not in _BEHAVIOUR_KINDS or event.rest:
            odd.append(member)
    return tuple(events), odd


def _step(value: Json, where: str, place: int) -> Step:
    fields = Fields(value, where)
    tokens, error, kind = fields.part("tokens"), fields.take("error"), fields.text("kind")
    known = kind.lower() if kind and kind.lower() in _STEP_KINDS else None
    return Step(
        id=fields.text("id") or f"step-{place}",
        parent_id=fields.text("parent_id"),
        kind=known or "other",
        name=fields.text("name"),
        started_at=fields.time("started_at"),
        ended_at=fields.time("ended_at"),
        input=fields.take("input"),
        output=fields.take("output"),
        model=fields.text("model"),
        tokens=_tokens(tokens),
        cost_usd=fields.number("cost_usd"),
        documents=tuple(_document(member, spot) for member, spot in fields.many("documents")),
        error=None if error is None else as_text(error),
        attributes=_with_rest(
            fields.bag("attributes"), fields.rest, tokens=tokens.rest, kind=None if known else kind
        ),
    )


def _document(value: Json, where: str) -> Document:
    fields = Fields({"content": value} if isinstance(value, str) else value, where)
    content = fields.take("content")
    return Document(
        id=fields.text("id"),
        title=fields.text("title"),
        content="" if content is None else as_text(content),
        score=fields.number("score"),
        metadata=_with_rest(fields.bag("metadata"), fields.rest),
    )
