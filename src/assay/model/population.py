"""What the trace store is asked and answers when a sample is drawn."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Window:
    """A closed-open stretch of time, ``[start, end)`` in UTC; None on a side means without end there.

    The traces of ``excluded`` uids are left out (what was drawn before, for a plan that draws from the rest).
    """

    start: datetime | None = None
    end: datetime | None = None
    excluded: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether every trace of the store is meant."""
        return self.start is None and self.end is None and not self.excluded


@dataclass(frozen=True, slots=True)
class Ranked:
    """A trace in its place of a draw."""

    trace_uid: str
    source: str
    native_id: str
    rank_hash: str
    stratum: str


@dataclass(frozen=True, slots=True)
class IndexRow:
    """What the index knows of a trace without opening its payload."""

    trace_uid: str
    source: str
    native_id: str
    started_at: datetime | None
    name: str | None
    task_type: str | None
    language: str | None
    model: str | None
    prompt_name: str | None
    prompt_version: str | None
    dataset_name: str | None
    dataset_version: str | None
    session_id: str | None
    content_sha256: str


@dataclass(frozen=True, slots=True)
class WriteCounts:
    """What became of the traces handed to the store."""

    new: int = 0
    unchanged: int = 0
    updated: int = 0
