"""Rows of Phoenix, as its server answers and as its client writes them to tables: spans, traces, annotations.

An annotation's ``identifier`` ``assay:NAME`` names the reviewer. A row named ``note`` is words alone. What people in
front of the application answered (``user_feedback``, without account and reviewer) is a metric, not a review.
"""

import re
from collections.abc import Iterator

import msgspec

from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingCriterion
from assay.sources.fields.objects import Json, Malformed, Object, as_text
from assay.sources.spans.otlp import events_of, span_of
from assay.sources.spans.pieces import Piece, Score, Span, Told
from assay.sources.spans.records import Found
from assay.sources.spans.scores import BY, NOTE, evaluator, reviewer
from assay.sources.spans.values import id_of, instant_of, number_of, opened, text_of, without_empty

_USER_FEEDBACK = "user_feedback"
_SPAN_KEYS = (
    "id", "name", "context", "span_kind", "parent_id", "start_time", "end_time", "status_code", "status_message",
    "attributes", "events",
)  # fmt: skip
_TRACE_KEYS = (
    "id", "trace_id", "start_time", "end_time", "token_count_prompt", "token_count_completion", "token_count_total",
    "spans",
)  # fmt: skip
_ANNOTATION_KEYS = (
    "id", "created_at", "updated_at", "user_id", "name", "annotator_kind", "result", "metadata", "identifier",
    "span_id", "trace_id",
)  # fmt: skip
_WHOLE = re.compile(r"-?\d{1,9}")


def pieces_of(found: Found) -> Iterator[Piece | Incoming]:
    """The pieces of a row of any of Phoenix's answers. Raises Malformed."""
    row = found.value
    if not isinstance(row, dict):
        raise Malformed(tr("The record is not an object."))
    if "annotator_kind" in row:
        yield annotation(row)
    elif isinstance(row.get("context"), dict):
        yield _span(row)
    elif "start_time_unix_nano" in row or "startTimeUnixNano" in row:
        yield span_of(row, rank=2)
    elif "trace_id" in row and ("spans" in row or "start_time" in row):
        yield from _trace(row)
    elif row.get("type") in ("CATEGORICAL", "CONTINUOUS", "FREEFORM") and text_of(row.get("name")):
        yield _criterion(row)
    elif row:
        raise Malformed(tr("The record is no span, no trace and no annotation of Phoenix."))


def _span(row: Object) -> Span:
    context = row["context"]
    trace, span = id_of(context.get("trace_id")), id_of(context.get("span_id"))
    if trace is None or span is None:
        raise Malformed(tr("The span has no id, or names no trace."))
    attributes = row.get("attributes")
    odd = {} if isinstance(attributes, dict) else {"attributes": attributes}
    return Span(
        trace_id=trace,
        span_id=span,
        parent_id=id_of(row.get("parent_id")),
        name=text_of(row.get("name")),
        kind=text_of(row.get("span_kind")),
        started_at=instant_of(row.get("start_time")),
        ended_at=instant_of(row.get("end_time")),
        failed=row.get("status_code") == "ERROR",
        status=text_of(row.get("status_message")),
        attributes=attributes if isinstance(attributes, dict) else {},
        events=events_of(row.get("events")),
        rest=without_empty({key: value for key, value in row.items() if key not in _SPAN_KEYS} | odd),
        rank=3,
    )


def _trace(row: Object) -> Iterator[Piece]:
    """A trace of the list of traces, which knows times, sums of tokens and the heads of its spans."""
    trace = id_of(row["trace_id"])
    if trace is None:
        raise Malformed(tr("The trace has no id."))
    counts = {"input": "prompt", "output": "completion", "total": "total"}
    yield Told(
        trace,
        facts=without_empty(
            {f"tokens_{ours}": row.get(f"token_count_{theirs}") for ours, theirs in counts.items()}
        ),
        started_at=instant_of(row.get("start_time")),
        ended_at=instant_of(row.get("end_time")),
        metadata=without_empty({key: value for key, value in row.items() if key not in _TRACE_KEYS}),
    )
    for head in row["spans"] if isinstance(row.get("spans"), list) else ():
        if isinstance(head, dict):
            context = {"trace_id": trace, "span_id": head.get("span_id")}
            span = _span(
                {**{key: head[key] for key in head if key not in ("id", "span_id")}, "context": context}
            )
            yield msgspec.structs.replace(span, rank=0)


def annotation(row: Object) -> Score:
    """What was judged, by a person or a machine. Raises Malformed when it names nothing that was judged."""
    trace, span = id_of(row.get("trace_id")), id_of(row.get("span_id"))
    name = text_of(row.get("name"))
    if name is None or not name.strip():
        raise Malformed(tr("The annotation has no name."))
    if trace is None and span is None:
        raise Malformed(tr("The annotation speaks of no span and no trace."))
    result = row.get("result")
    said: Object = result if isinstance(result, dict) else {"score": result}
    metadata = _object(row.get("metadata"))
    identifier, account = text_of(row.get("identifier")), text_of(row.get("user_id"))
    by = BY.get(str(row.get("annotator_kind")).upper(), "unknown")
    who = reviewer(identifier, account, metadata) if by == "human" else evaluator(identifier, metadata)
    if by == "human" and who is None and name == _USER_FEEDBACK:
        by = "user_feedback"
    more = {key: value for key, value in row.items() if key not in _ANNOTATION_KEYS}
    more |= {key: value for key, value in said.items() if key not in ("score", "label", "explanation")}
    return Score(
        name=name,
        by=by,
        trace_id=trace or "",
        span_id=span,
        value=said.get("score"),
        label=as_text(said["label"]) if said.get("label") not in (None, "") else None,
        explanation=text_of(said.get("explanation")),
        who=who,
        version=text_of(metadata.pop("evaluator_version", None)) if by != "human" else None,
        kind="text" if name == NOTE else None,
        at=instant_of(row.get("updated_at")) or instant_of(row.get("created_at")),
        native_id=text_of(row.get("id")),
        metadata=metadata | without_empty({**more, "identifier": identifier, "user_id": account}),
    )


def _object(value: Json) -> Object:
    said = opened(value)
    return dict(said) if isinstance(said, dict) else without_empty({"metadata": said})


def _criterion(row: Object) -> IncomingCriterion:
    """The question as Phoenix's annotation config words it."""
    name = str(text_of(row["name"]))
    question = text_of(row.get("description")) or name
    options = []
    for value in row["values"] if isinstance(row.get("values"), list) else ():
        label = text_of(value.get("label")) if isinstance(value, dict) else None
        score = number_of(value.get("score")) if isinstance(value, dict) else None
        said = label if score is None else str(int(score)) if score.is_integer() else str(score)
        if said is not None:
            options.append((said, label or said))
    if options:
        whole = all(_WHOLE.fullmatch(said) for said, _ in options)
        kind = "binary" if len(options) == 2 else "scale" if whole else "choice"
        ordered = sorted(options, key=lambda option: int(option[0])) if whole else options
        return IncomingCriterion(name, kind, question, tuple(ordered))
    bounds = number_of(row.get("lower_bound")), number_of(row.get("upper_bound"))
    kind = "number" if row["type"] == "CONTINUOUS" else "text"
    return IncomingCriterion(name, kind, question, minimum=bounds[0], maximum=bounds[1])


# The client's tables


def row_of(row: Object) -> Object:
    """A row of a table that Phoenix's client wrote, in the shape of the server's answers."""
    index = row.get("__index_level_0__")
    if "annotator_kind" in row:
        result = {key: row.get(f"result.{key}") for key in ("score", "label", "explanation")}
        score = number_of(result["score"])  # text, where the table is CSV
        result["score"] = result["score"] or None if score is None else score
        known = {key: value for key, value in row.items() if not key.startswith(("result.", "__index"))}
        name = known.pop("annotation_name", None) or known.get("name")
        span = known.get("span_id") or known.pop("context.span_id", None)
        return known | {
            "name": name,
            "result": result,
            "span_id": None if row.get("trace_id") else span or index,
        }
    attributes = {key.removeprefix("attributes."): row[key] for key in row if key.startswith("attributes.")}
    context = {"trace_id": row.get("context.trace_id"), "span_id": row.get("context.span_id") or index}
    left = {key: row[key] for key in row if not key.startswith(("attributes.", "context.", "__index"))}
    if "attributes" in left:
        attributes = _object(left["attributes"]) | attributes
    return left | {"context": context, "attributes": attributes, "events": opened(row.get("events"))}
