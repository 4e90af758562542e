"""What the trace store is asked when somebody browses, and what it answers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Sign = Literal["<", "<=", ">", ">="]
Sort = Literal[
    "started_at", "native_id", "model", "task_type", "prompt_version", "language", "latency_ms", "metric"
]


@dataclass(frozen=True, slots=True)
class FieldIs:
    """A trace's ``field`` has one of these values; None among them stands for having none."""

    field: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class MetricIs:
    """The mean of a trace's numbers of that metric compares so with ``value``; one without a number never does."""

    name: str
    sign: Sign
    value: float


@dataclass(frozen=True, slots=True)
class TraceQuery:
    """Which traces are wanted, in which order. All conditions must hold.

    ``since`` and ``until`` are UTC days, both counted; traces without a time lie in no bounded stretch. ``among``
    are the only uids that count (None: all), ``without`` those that do not. ``metric`` is the one that is shown and
    sorted by; it is told of no trace in ``blind``, neither by its value nor by a filter nor by its place.

    Traces without a value in ``sort`` come last either way; ties go newest first.
    """

    fields: tuple[FieldIs, ...] = ()
    limit: MetricIs | None = None
    since: date | None = None
    until: date | None = None
    among: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    metric: str | None = None
    blind: tuple[str, ...] = ()
    sort: Sort = "started_at"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class BrowseRow:
    """A trace in a list: the beginning of its question, and the value of the metric that was asked for."""

    trace_uid: str
    native_id: str
    day: date | None
    started_at: datetime | None
    question: str | None
    model: str | None
    task_type: str | None
    prompt_version: str | None
    language: str | None
    latency_ms: float | None
    metric: float | str | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a day's traces that is read in one go, ``size`` of them from place ``first`` of its file."""

    day: str
    first: int
    size: int
