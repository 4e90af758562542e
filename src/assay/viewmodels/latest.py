"""The newest answer to what a screen asks: late answers to older questions are dropped."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from assay.base.errors import AssayError, Bug, Cancelled
from assay.base.translation import tr
from assay.viewmodels.lanes import Lanes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong, told in three parts: what happened, what is safe, what to do."""

    what: str
    safe: str
    what_to_do: str


def fault_of(error: Exception, safe: str) -> Fault:
    """The words for an error. Faults of our own are never shown by their text alone."""
    if isinstance(error, Cancelled):
        return Fault(tr("Stopped."), safe, "")
    if isinstance(error, AssayError) and not isinstance(error, Bug):
        return Fault(error.what, safe, error.what_to_do)
    what = tr("This could not be worked out: a fault of Assay’s own ({kind}).")
    return Fault(
        what.format(kind=type(error).__name__), safe, tr("Try again. If it stays, send the report file.")
    )


class Latest(Generic[T]):
    """One question of a screen. Only the answer to the newest asking counts; older ones are dropped.

    ``answer`` stays while the next one is awaited, so that a screen need not go blank; a fault clears it.
    """

    def __init__(self, lanes: Lanes, changed: Callable[[], None], safe: str) -> None:
        self.answer: T | None = None
        self.fault: Fault | None = None
        self.error: Exception | None = None
        self._lanes = lanes
        self._changed = changed
        self._safe = safe
        self._asked = 0
        self._heard = 0

    @property
    def waiting(self) -> bool:
        """Whether the newest question is still unanswered."""
        return self._heard < self._asked

    def ask(self, work: Callable[[], T], writes: bool = False) -> None:
        """Ask anew. ``writes`` sends the work down the writing lane."""
        self._asked += 1
        lane = self._lanes.write if writes else self._lanes.read
        done: Callable[[T], None] = partial(self._done, self._asked)
        lane(work, done, partial(self._failed, self._asked))
        if self.waiting:
            self._changed()

    def forget(self) -> None:
        """Drop the answer, and any that is still to come."""
        self._asked += 1
        self._heard = self._asked
        self.answer, self.fault, self.error = None, None, None
        self._changed()

    def _done(self, number: int, answer: T) -> None:
        if number == self._asked:
            self._heard = number
            self.answer, self.fault, self.error = answer, None, None
            self._changed()

    def _failed(self, number: int, error: Exception) -> None:
        if number == self._asked:
            self._heard = number
            self.answer, self.fault, self.error = None, fault_of(error, self._safe), error
            self._changed()
