"""What a record of a store gives: a span, something judged, or something told of a whole trace.

Every piece names its trace. A piece whose store names only the span has an empty ``trace_id``.
"""

from datetime import datetime

import msgspec

from assay.model.trace import MetricSource
from assay.sources.fields.objects import Json, Object


class Event(msgspec.Struct, frozen=True):
    """Something that happened within a span."""

    name: str
    at: datetime | None = None
    attributes: Object = {}


class Span(msgspec.Struct, frozen=True, tag="span"):
    """A span, whichever store it came from. ``kind`` is what the store calls it, beside its attributes.

    ``rest`` is what the record says besides. ``rank`` tells how much a form of the record says: of two records of
    one span the one of higher rank is taken.
    """

    trace_id: str
    span_id: str
    parent_id: str | None = None
    name: str | None = None
    kind: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    failed: bool = False
    status: str | None = None
    attributes: Object = {}
    events: list[Event] = []
    resource: Object = {}
    rest: Object = {}
    rank: int = 1


class Score(msgspec.Struct, frozen=True, tag="score"):
    """Something judged, by a person or a machine, as its store gives it. ``value`` is of any shape.

    ``who`` is the reviewer's name or the evaluator's; ``kind`` the question's kind where the store knows it.
    """

    name: str
    by: MetricSource
    trace_id: str = ""
    span_id: str | None = None
    value: Json = None
    label: str | None = None
    explanation: str | None = None
    who: str | None = None
    version: str | None = None
    kind: str | None = None
    at: datetime | None = None
    native_id: str | None = None
    metadata: Object = {}


class Told(msgspec.Struct, frozen=True, tag="told"):
    """What a store tells of a trace as a whole.

    ``facts``: values under the names of `Trace` (and of its prompt, data set and tokens), which win over what spans
    say; ``asked`` and ``said``: input and output where no span has them; ``metadata``: everything else.
    """

    trace_id: str
    facts: Object = {}
    asked: Json = None
    said: Json = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    failed: bool = False
    metadata: Object = {}


Piece = Span | Score | Told
