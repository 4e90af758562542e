"""Which rows of an export are traces, observations and scores, and to which trace each belongs."""

from collections.abc import Iterable, Iterator

from assay.base.translation import tr
from assay.sources.fields.gathered import Filing, Row, members_of, native_id
from assay.sources.fields.loose import Loose
from assay.sources.fields.objects import Json, Malformed, Object

MANIFEST = frozenset({"version", "exportSource", "window", "files"})
OBSERVATION = frozenset(
    {"providedModelName", "usageDetails", "costDetails", "parentObservationId", "completionStartTime"}
    | {"provided_model_name", "usage_details", "cost_details", "parent_observation_id"}
    | {"completion_start_time", "isRootObservation"}
)
TRACE_IDS = ("traceId", "trace_id")
DATA_TYPES = frozenset({"dataType", "data_type"})

_INSIDE = ("observations", "scores")
_UPDATED = ("updatedAt", "updated_at", "event_ts")


def is_row(value: Object) -> bool:
    """Whether the object has the keys that tell a Langfuse row from anybody else's."""
    keys = value.keys()
    if keys >= {"id", "timestamp", "bookmarked", "public"}:
        return True
    if not DATA_TYPES.isdisjoint(keys) and keys >= {"id", "name", "source"}:
        return True
    return "id" in keys and not keys.isdisjoint(TRACE_IDS) and not OBSERVATION.isdisjoint(keys)


def _members(value: Json) -> Iterable[Json]:
    """The rows in a download of one trace or in an answer of the API; a manifest holds none."""
    if not isinstance(value, dict):
        return [value]
    if value.keys() >= MANIFEST:
        return []
    if "id" not in value and isinstance(value.get("data"), list):
        return members_of(value, "data")
    trace = value.get("trace")
    if isinstance(trace, dict) and trace.get("id") and DATA_TYPES.isdisjoint(value):
        return _download({**{key: value[key] for key in value if key != "trace"}, **trace})
    if "timestamp" in value and any(isinstance(value.get(key), list) for key in _INSIDE):
        return _download(value)
    return [value]


def _download(value: Object) -> Iterator[Json]:
    """A trace, and the observations and scores inside it as if each stood by itself."""
    inside = [key for key in _INSIDE if isinstance(value.get(key), list)]
    yield {key: member for key, member in value.items() if key not in inside}
    for member in (one for key in inside for one in value[key]):
        if isinstance(member, dict):
            yield {
                **({} if any(member.get(key) for key in TRACE_IDS) else {"traceId": value.get("id")}),
                **{k: v for k, v in member.items() if v is not None},
            }
        elif not isinstance(member, str):  # the API may list ids alone
            yield member


def _rows(value: Object) -> Iterable[Row]:
    if not DATA_TYPES.isdisjoint(value) and "name" in value and ("source" in value or "value" in value):
        return [_score(value)]
    fields = Loose(value)
    trace = fields.text(*TRACE_IDS)
    if trace is None:
        return [_trace(value)]
    span = native_id(fields.text("id", "spanId", "span_id"), "id")
    return [Row("span", span, value, native_id(trace, "traceId"), version=_version(fields))]


def _trace(value: Object) -> Row:
    fields = Loose(value)
    own = native_id(fields.text("id"), "id")
    if fields.rest.keys().isdisjoint(("timestamp", "input", "output")):
        raise Malformed(tr("The record is no trace, no observation and no score."))
    return Row("trace", own, value, own, version=_version(fields))


def _score(value: Object) -> Row:
    """A score; those of sessions and of runs over a data set have no trace and cannot be taken."""
    fields = Loose(value)
    subject = fields.part("subject")
    trace, kind, about = fields.text(*TRACE_IDS), subject.text("kind", "type"), subject.text("id")
    trace = trace or subject.text(*TRACE_IDS) or (about if kind == "trace" else None)
    if trace is None and not (kind == "observation" and about):
        raise Malformed(tr("The score belongs to no trace (it was given to a session or to a run)."))
    trace = native_id(trace, "traceId") if trace else None
    version = _version(fields) or fields.text("timestamp") or ""
    return Row("score", fields.text("id") or "", value, trace, about, version)


def _version(fields: Loose) -> str:
    return fields.text(*_UPDATED) or ""


FILING = Filing(_members, _rows)
