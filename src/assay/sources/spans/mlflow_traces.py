"""Traces of MLflow, as its server answers and as its client writes them: infos with assessments, spans.

An assessment of a person is a review, one of a judge or of code a metric, an expectation a fact of the trace. What
was overridden (``valid: false``) counts as neither; it stands in the trace's metadata under ``overridden``.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from assay.base.translation import tr
from assay.model.incoming import Incoming, Place, Rejected
from assay.model.trace import MetricSource
from assay.sources.fields.objects import Json, Malformed, Object
from assay.sources.spans.otlp import either, span_of
from assay.sources.spans.pieces import Piece, Score, Span, Told
from assay.sources.spans.records import Found
from assay.sources.spans.values import (
    excerpt,
    id_of,
    instant_of,
    instant_of_nanos,
    number_of,
    opened,
    settled,
    text_of,
    whole_of,
    without_empty,
)

_BY: dict[str, MetricSource] = {"HUMAN": "human", "LLM_JUDGE": "llm", "AI_JUDGE": "llm", "CODE": "code"}
_FACTS_IN_METADATA = {
    "session_id": "mlflow.trace.session", "user_id": "mlflow.trace.user", "prompt_name": "prompt.name",
    "prompt_version": "prompt.version",
}  # fmt: skip
_FACTS_IN_TAGS: dict[str, tuple[str, ...]] = {
    "name": ("mlflow.traceName",),
    "environment": ("environment",),
    "release": ("release",),
    "language": ("language",),
    "task_type": ("task_type",),
    "dataset_name": ("dataset_name",),
    "dataset_version": ("dataset_version",),
}
_TOKENS = {
    "tokens_input": "input_tokens", "tokens_output": "output_tokens", "tokens_total": "total_tokens",
    "tokens_cached": "cache_read_input_tokens",
}  # fmt: skip
_INFO_KEYS = (
    "trace_id", "request_id", "trace_location", "request_time", "timestamp_ms", "execution_duration",
    "execution_duration_ms", "execution_time_ms", "state", "status", "trace_metadata", "request_metadata", "tags",
    "request_preview", "response_preview", "assessments",
)  # fmt: skip
_ASSESSMENT_KEYS = (
    "assessment_id", "assessment_name", "name", "trace_id", "span_id", "source", "create_time", "last_update_time",
    "feedback", "expectation", "rationale", "metadata", "valid",
)  # fmt: skip
_REPEATED = ("mlflow.traceRequestId", "mlflow.spanStartTimeNs")
_PREVIEWS = ("mlflow.traceInputs", "mlflow.traceOutputs")
_REFERENCES = ("expected_response", "expected_answer", "expected_output", "ground_truth", "reference")
_LONGEST_RUN = 1e13
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")


def pieces_of(found: Found) -> Iterator[Piece | Incoming]:
    """The pieces of a trace, of any of MLflow's answers and of its client's JSON. Raises Malformed."""
    value = found.value
    if isinstance(value, dict) and isinstance(value.get("trace"), dict):
        value = value["trace"]
    if not isinstance(value, dict):
        raise Malformed(tr("The record is not an object."))
    if not value or (set(value) == {"next_page_token"}):
        return
    info = either(value, "trace_info", "info") or value
    data = value.get("data")
    data = data if isinstance(data, dict) else {}
    if not isinstance(info, dict):
        raise Malformed(tr("The trace has no info."))
    native = text_of(either(info, "trace_id", "request_id"))
    native_id = id_of(native) if native else None
    if native_id is None:
        raise Malformed(tr("The trace has no id."))
    yield _told(native_id, info, data)
    for assessment in info["assessments"] if isinstance(info.get("assessments"), list) else ():
        yield from _judged(native_id, assessment, found.place)
    spans = value.get("spans") if isinstance(value.get("spans"), list) else data.get("spans")
    for record in spans if isinstance(spans, list) else ():
        try:
            yield _span(native_id, record)
        except Malformed as malformed:
            yield Rejected(found.place, str(malformed), excerpt(record))


def _told(native_id: str, info: Object, data: Object) -> Told:
    said = _pairs(either(info, "trace_metadata", "request_metadata"))
    tags = _pairs(info.get("tags"))
    facts = _facts(said, tags)
    started = instant_of(info.get("request_time")) or instant_of_nanos(
        either(info, "timestamp_ms", "request_time"), per_second=1000
    )
    latency = _milliseconds(info)
    if latency is not None:
        facts["latency_ms"] = latency
    asked = either(data, "request") or info.get("request_preview") or said.get(_PREVIEWS[0])
    answered = either(data, "response") or info.get("response_preview") or said.get(_PREVIEWS[1])
    metadata = {key: value for key, value in said.items() if key not in _PREVIEWS}
    metadata |= {f"tag.{key}" if key in metadata else key: value for key, value in tags.items()}
    metadata |= _place(info) | {key: value for key, value in info.items() if key not in _INFO_KEYS}
    return Told(
        native_id,
        facts=without_empty(facts),
        asked=asked,
        said=answered,
        started_at=started,
        ended_at=started + timedelta(milliseconds=latency) if started and latency is not None else None,
        failed=either(info, "state", "status") == "ERROR",
        metadata=without_empty(metadata | _set_aside(info)),
    )


def _facts(said: Object, tags: Object) -> Object:
    """The facts of the trace; they are taken from its metadata and its tags."""
    facts = {name: said.pop(key, None) for name, key in _FACTS_IN_METADATA.items()}
    for name, keys in _FACTS_IN_TAGS.items():
        facts[name] = next((tags.pop(key) for key in keys if tags.get(key)), None)
    usage, cost = opened(said.get("mlflow.trace.tokenUsage")), opened(said.get("mlflow.trace.cost"))
    if isinstance(usage, dict):
        facts |= {name: whole_of(usage.get(key)) for name, key in _TOKENS.items()}
        del said["mlflow.trace.tokenUsage"]
    if isinstance(cost, dict):
        facts["cost_usd"] = number_of(cost.get("total_cost"))
    linked = opened(tags.get("mlflow.linkedPrompts"))
    first = linked[0] if isinstance(linked, list) and linked else None
    if isinstance(first, dict) and not facts.get("prompt_name"):
        facts |= {"prompt_name": first.get("name"), "prompt_version": first.get("version")}
    return facts


def _pairs(value: Json) -> Object:
    """Keys and values, which older versions write as a list."""
    if isinstance(value, dict):
        return dict(value)
    members = value if isinstance(value, list) else []
    return {str(one.get("key")): one.get("value") for one in members if isinstance(one, dict)}


def _milliseconds(info: Object) -> float | None:
    told = info.get("execution_duration")
    seconds = _SECONDS.fullmatch(told) if isinstance(told, str) else None
    if seconds:
        return round(float(seconds[1]) * 1000, 6)
    number = number_of(either(info, "execution_duration_ms", "execution_time_ms", "execution_duration"))
    return number if number is not None and 0 <= number < _LONGEST_RUN else None


def _place(info: Object) -> Object:
    """Where the trace lies: the number of its experiment, or the place as it is given."""
    place = info.get("trace_location")
    experiment = place.get("mlflow_experiment") if isinstance(place, dict) else None
    number = experiment.get("experiment_id") if isinstance(experiment, dict) else None
    return {"experiment_id": number} if number is not None else without_empty({"trace_location": place})


def _set_aside(info: Object) -> Object:
    """Of the assessments what is neither review nor metric: expectations, and what was overridden."""
    found: Object = {}
    overridden = []
    for one in info["assessments"] if isinstance(info.get("assessments"), list) else ():
        if not isinstance(one, dict):
            continue
        if one.get("valid") is False:
            overridden.append(one)
        elif isinstance(one.get("expectation"), dict):
            name = text_of(either(one, "assessment_name", "name")) or "expectation"
            expected = one["expectation"].get("value", one["expectation"])
            found.setdefault("expectations", []).append(one)
            found[f"expectation.{name}"] = expected
            if name in _REFERENCES:
                found.setdefault("reference", expected)
    return found | without_empty({"overridden": overridden})


def _judged(native_id: str, one: Json, place: Place) -> Iterator[Score | Rejected]:
    """What a person, a judge or code has said of the trace or of a span."""
    name = text_of(either(one, "assessment_name", "name")) if isinstance(one, dict) else None
    if name is None or not name.strip():
        yield Rejected(place, tr("The assessment has no name."), excerpt(one))
        return
    if one.get("valid") is False or isinstance(one.get("expectation"), dict):
        return
    said, source = one.get("feedback"), one.get("source")
    feedback = said if isinstance(said, dict) else {"value": said}
    by = _BY.get(str(source.get("source_type")) if isinstance(source, dict) else "", "unknown")
    who = text_of(source.get("source_id")) if isinstance(source, dict) else None
    told = opened(one.get("metadata"))
    metadata: Object = dict(told) if isinstance(told, dict) else without_empty({"metadata": told})
    more = {key: value for key, value in one.items() if key not in _ASSESSMENT_KEYS}
    more |= {key: value for key, value in feedback.items() if key != "value"}
    yield Score(
        name=name,
        by=by,
        trace_id=native_id,
        span_id=_span_named(one.get("span_id")),
        value=feedback.get("value"),
        explanation=text_of(one.get("rationale")),
        who=(who or "").strip() or None,
        version=text_of(metadata.pop("evaluator_version", None)) if by != "human" else None,
        at=instant_of(one.get("last_update_time")) or instant_of(one.get("create_time")),
        native_id=text_of(one.get("assessment_id")),
        metadata=metadata | without_empty(more),
    )


def _span_named(value: Json) -> str | None:
    try:
        return id_of(value)
    except Malformed:
        return None


def _span(native_id: str, record: Json) -> Span:
    """A span as the server writes it, or the client (whose attributes are JSON texts)."""
    if not isinstance(record, dict):
        raise Malformed(tr("The span is not an object."))
    said = record.get("attributes")
    if isinstance(said, dict):
        record = record | {"attributes": {key: _told_as_json(value) for key, value in said.items()}}
    if isinstance(record.get("context"), dict):
        record = _older(record)
    span = span_of(record, trace_id=native_id)
    kept = {key: value for key, value in span.attributes.items() if key not in _REPEATED}
    return msgspec.structs.replace(span, attributes=kept)


def _told_as_json(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    try:
        return settled(json.loads(value))
    except (ValueError, RecursionError, Malformed):
        return value


def _older(record: Object) -> Object:
    """A span as clients before version 3 wrote it, under the names of today."""
    context = record["context"]
    renamed = {
        "span_id": context.get("span_id"),
        "parent_span_id": record.get("parent_id"),
        "start_time_unix_nano": record.get("start_time"),
        "end_time_unix_nano": record.get("end_time"),
        "status": {"code": record.get("status_code"), "message": record.get("status_message")},
    }
    old = ("context", "parent_id", "start_time", "end_time", "status_code", "status_message")
    return {key: value for key, value in record.items() if key not in old} | renamed


def row_of(row: Object) -> Object:
    """A row of the client's table in the shape of its JSON."""
    whole = opened(row.get("trace"))
    if isinstance(whole, dict) and either(whole, "info", "trace_info"):
        return whole
    info = {
        key: opened(value)
        for key, value in row.items()
        if key not in ("trace", "spans", "request", "response")
    }
    spans = opened(row.get("spans"))
    return {
        "info": info,
        "data": {"spans": spans, "request": row.get("request"), "response": row.get("response")},
    }
