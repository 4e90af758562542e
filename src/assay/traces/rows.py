"""What a trace looks like in the index: one flat row, small enough that a whole day is scanned in a blink."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
from pydantic import JsonValue

from assay.model.trace import Trace

INDEX_COLUMNS = {
    "uid": "VARCHAR",
    "source": "VARCHAR",
    "native_id": "VARCHAR",
    "day": "DATE",
    "started_at": "TIMESTAMP",
    "ended_at": "TIMESTAMP",
    "name": "VARCHAR",
    "task_type": "VARCHAR",
    "language": "VARCHAR",
    "environment": "VARCHAR",
    "release": "VARCHAR",
    "model": "VARCHAR",
    "prompt_name": "VARCHAR",
    "prompt_version": "VARCHAR",
    "dataset_name": "VARCHAR",
    "dataset_version": "VARCHAR",
    "session_id": "VARCHAR",
    "user_id": "VARCHAR",
    "latency_ms": "DOUBLE",
    "ttft_ms": "DOUBLE",
    "tokens_in": "BIGINT",
    "tokens_out": "BIGINT",
    "cost_usd": "DOUBLE",
    "error": "VARCHAR",
    "tags": "VARCHAR[]",
    "metrics": (
        "STRUCT(name VARCHAR, value DOUBLE, label VARCHAR, source VARCHAR, evaluator VARCHAR,"
        " evaluator_version VARCHAR)[]"
    ),
    "behaviour": 'STRUCT(kind VARCHAR, "at" TIMESTAMP, value DOUBLE)[]',
    "metadata": "VARCHAR",
    "question": "VARCHAR",
    "content_sha256": "VARCHAR",
    "seq": "BIGINT",
}
"""Name and SQL type of every column of the index, in order. Times are UTC without a zone."""

PAYLOAD_COLUMNS = {"uid": "VARCHAR", "trace": "VARCHAR"}

LONGEST_METADATA_VALUE = 1000
"""Longer metadata values stay in the payload only: nobody stratifies by them, and the index must stay small."""

LONGEST_QUESTION = 160
"""Characters of a question that the index keeps, so that a list can be read without opening a payload."""

_BIGINT = 2**63


def utc(moment: datetime) -> datetime:
    """The instant in UTC; a time without a zone is taken to be UTC already."""
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # within hours of year 1 or 9999: nothing there is worth an error
        return moment


def trace_day(trace: Trace) -> date | None:
    """The UTC day a trace began on; None when it has no time."""
    return utc(trace.started_at).date() if trace.started_at else None


def _stamp(moment: datetime | None) -> str | None:
    return utc(moment).replace(tzinfo=None).isoformat(sep=" ") if moment else None


def _count(number: int | None) -> int | None:
    return number if number is not None and -_BIGINT <= number < _BIGINT else None


def _short_metadata(metadata: dict[str, JsonValue]) -> str | None:
    short = {}
    for key, value in metadata.items():
        is_long = len(value) > LONGEST_METADATA_VALUE if isinstance(value, str) else False
        if not is_long and len(msgspec.json.encode(value)) <= 4 * LONGEST_METADATA_VALUE:
            short[key] = value
    return msgspec.json.encode(short).decode() if short else None


def question_words(trace: Trace) -> str | None:
    """The beginning of what was last asked, on one line: of the user's last message, else of the last that has text."""
    asked = [message for message in trace.input if message.text.strip()]
    last = next(
        (message for message in reversed(asked) if message.role == "user"), asked[-1] if asked else None
    )
    if last is None:
        return None
    # Twice the length is enough to fill it, whatever the blanks; a text of a megabyte is not split for that.
    line = " ".join(last.text.strip()[: 2 * LONGEST_QUESTION].split())
    return line if len(line) <= LONGEST_QUESTION else f"{line[: LONGEST_QUESTION - 1]}…"


def index_row(trace: Trace, content_sha256: str, seq: int) -> dict[str, Any]:
    """The trace's row of the index, as JSON-able values under the names of `INDEX_COLUMNS`."""
    tokens, prompt, dataset = trace.tokens, trace.prompt, trace.dataset
    day = trace_day(trace)
    return {
        "uid": trace.uid,
        "source": trace.source,
        "native_id": trace.native_id,
        "day": day.isoformat() if day else None,
        "started_at": _stamp(trace.started_at),
        "ended_at": _stamp(trace.ended_at),
        "name": trace.name,
        "task_type": trace.task_type,
        "language": trace.language,
        "environment": trace.environment,
        "release": trace.release,
        "model": trace.model,
        "prompt_name": prompt.name if prompt else None,
        "prompt_version": prompt.version if prompt else None,
        "dataset_name": dataset.name if dataset else None,
        "dataset_version": dataset.version if dataset else None,
        "session_id": trace.session_id,
        "user_id": trace.user_id,
        "latency_ms": trace.latency_ms,
        "ttft_ms": trace.ttft_ms,
        "tokens_in": _count(tokens.input) if tokens else None,
        "tokens_out": _count(tokens.output) if tokens else None,
        "cost_usd": trace.cost_usd,
        "error": trace.error,
        "tags": list(trace.tags),
        "metrics": [
            {
                "name": metric.name,
                "value": metric.value,
                "label": metric.label,
                "source": metric.source,
                "evaluator": metric.evaluator,
                "evaluator_version": metric.evaluator_version,
            }
            for metric in trace.metrics
        ],
        "behaviour": [
            {"kind": event.kind, "at": _stamp(event.at), "value": event.value} for event in trace.behaviour
        ],
        "metadata": _short_metadata(trace.metadata),
        "question": question_words(trace),
        "content_sha256": content_sha256,
        "seq": seq,
    }
