"""Spans as OTLP writes them in JSON, in either casing (``startTimeUnixNano``, ``start_time_unix_nano``).

Attributes may be the list of keys and typed values of OTLP, or an object of plain values. Nothing of a span is
dropped: what has no place of its own stands in ``rest``.
"""

from collections.abc import Iterator

from assay.base.translation import tr
from assay.sources.fields.objects import Json, Malformed, Object
from assay.sources.spans.pieces import Event, Span
from assay.sources.spans.values import (
    id_of,
    instant_of,
    instant_of_nanos,
    settled,
    text_of,
    whole_of,
    without_empty,
)

_ERROR_CODES = ("2", "STATUS_CODE_ERROR", "ERROR")
_SINGLE = {
    "stringValue", "string_value", "boolValue", "bool_value", "doubleValue", "double_value", "bytesValue",
    "bytes_value",
}  # fmt: skip
_WHOLE = {"intValue", "int_value"}
_LISTS = {"arrayValue", "array_value"}
_OBJECTS = {"kvlistValue", "kvlist_value"}
_TYPED = _SINGLE | _WHOLE | _LISTS | _OBJECTS
_SPAN_KEYS = (
    "traceId", "trace_id", "spanId", "span_id", "parentSpanId", "parent_span_id", "name", "startTimeUnixNano",
    "start_time_unix_nano", "endTimeUnixNano", "end_time_unix_nano", "attributes", "events", "status",
)  # fmt: skip


def spans_in(resource_spans: Json) -> Iterator[Span | tuple[Json, str]]:
    """The spans of a ``ResourceSpans``; a record that is no span comes with the reason."""
    if not isinstance(resource_spans, dict):
        yield resource_spans, tr("“resourceSpans” holds something that is no object.")
        return
    resource = attributes_of(_part(resource_spans, "resource").get("attributes"))
    groups = either(resource_spans, "scopeSpans", "scope_spans", "instrumentationLibrarySpans")
    for group in groups if isinstance(groups, list) else ():
        scope = _part(group, "scope") or _part(group, "instrumentationLibrary")
        named = without_empty({f"otel.scope.{key}": scope.get(key) for key in ("name", "version")})
        spans = group.get("spans") if isinstance(group, dict) else None
        for record in spans if isinstance(spans, list) else ():
            try:
                yield span_of(record, resource=resource, more=named)
            except Malformed as malformed:
                yield record, str(malformed)


def span_of(
    record: Json,
    trace_id: str | None = None,
    resource: Object | None = None,
    more: Object | None = None,
    rank: int = 1,
) -> Span:
    """The span of a record. ``trace_id`` overrides the record's; ``more`` is kept beside its attributes.

    Raises Malformed when it has no id.
    """
    if not isinstance(record, dict):
        raise Malformed(tr("The span is not an object."))
    trace = trace_id or id_of(either(record, "traceId", "trace_id"))
    span = id_of(either(record, "spanId", "span_id"))
    if trace is None or span is None:
        raise Malformed(tr("The span has no id, or names no trace."))
    started = instant_of_nanos(either(record, "startTimeUnixNano", "start_time_unix_nano"))
    ended = instant_of_nanos(either(record, "endTimeUnixNano", "end_time_unix_nano"))
    status = _part(record, "status")
    said = record.get("attributes")
    odd = {"attributes": said} if isinstance(said, str | int | float) else {}
    return Span(
        trace_id=trace,
        span_id=span,
        parent_id=id_of(either(record, "parentSpanId", "parent_span_id")),
        name=text_of(record.get("name")),
        started_at=started,
        ended_at=ended,
        failed=str(status.get("code")) in _ERROR_CODES,
        status=text_of(status.get("message")),
        attributes=attributes_of(said),
        events=events_of(record.get("events")),
        resource=resource or {},
        rest=without_empty(
            {key: record[key] for key in record if key not in _SPAN_KEYS} | (more or {}) | odd
        ),
        rank=rank,
    )


def attributes_of(value: Json) -> Object:
    """Attributes by key; of a key that stands there twice, the last."""
    if isinstance(value, dict):
        return value
    found: Object = {}
    for member in value if isinstance(value, list) else ():
        if isinstance(member, dict) and isinstance(member.get("key"), str):
            found[member["key"]] = settled(any_value(member.get("value")))
    return {key: member for key, member in found.items() if member is not None}


def any_value(value: Json) -> Json:
    """What a typed value says; what is not typed is taken as it is."""
    if not isinstance(value, dict) or not _TYPED.issuperset(value):
        return value
    for kind, said in value.items():
        if said is None:
            continue
        if kind in _SINGLE:
            return said
        if kind in _WHOLE:
            number = whole_of(said)
            return said if number is None else number
        return _members(said, kind in _OBJECTS)
    return None


def _members(said: Json, are_named: bool) -> Json:
    values = said.get("values") if isinstance(said, dict) else said
    if not isinstance(values, list):
        return {} if are_named else []
    if not are_named:
        return [any_value(member) for member in values]
    return {
        str(member.get("key")): any_value(member.get("value"))
        for member in values
        if isinstance(member, dict)
    }


def events_of(value: Json) -> list[Event]:
    """The events of a span, whichever store writes them; what is no event is kept under its text."""
    found = []
    for member in value if isinstance(value, list) else ():
        if not isinstance(member, dict):
            found.append(Event("", attributes={"event": member}))
            continue
        nanos = either(member, "timeUnixNano", "time_unix_nano")
        stamp = member.get("timestamp")
        at = instant_of_nanos(nanos) or instant_of(stamp) or instant_of_nanos(stamp)
        found.append(Event(text_of(member.get("name")) or "", at, attributes_of(member.get("attributes"))))
    return found


def either(record: Object, *keys: str) -> Json:
    """The value under the first of the keys that has one."""
    return next((record[key] for key in keys if record.get(key) is not None), None)


def _part(record: Json, key: str) -> Object:
    value = record.get(key) if isinstance(record, dict) else None
    return value if isinstance(value, dict) else {}
