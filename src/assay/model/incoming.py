"""What a source hands over, one item at a time, while a file is being read."""

from dataclasses import dataclass, field
from datetime import datetime

from assay.model.trace import Trace


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stood: ``line`` counts from 1 (records, where a format has no lines)."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class IncomingTrace:
    """A good trace and where it came from."""

    trace: Trace
    place: Place


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was refused, why, and the record itself (cut to a sane length, never lost)."""

    place: Place
    reason: str
    record: str


@dataclass(frozen=True, slots=True)
class IncomingReview:
    """One reviewer's answer to one criterion, made elsewhere: a row of the long layout.

    ``source`` None means: wherever that native id is unique in the workspace.
    """

    place: Place
    native_trace_id: str
    criterion: str
    value: str
    source: str | None = None
    rater: str | None = None
    rater_kind: str = "human"
    kind: str | None = None
    passed: bool | None = None
    note: str | None = None
    reason: str | None = None
    correction: str | None = None
    spans: list[dict[str, object]] | None = None
    codes: list[str] | None = None
    rubric: str | None = None
    rubric_version: int | None = None
    created_at: datetime | None = None
    seconds: float | None = None
    blind: bool = True
    revealed_at: datetime | None = None
    extra: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IncomingCriterion:
    """What a file itself says of a criterion: the wording, the values in order and their words."""

    name: str
    kind: str
    question: str
    options: tuple[tuple[str, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None


Incoming = IncomingTrace | IncomingReview | IncomingCriterion | Rejected
