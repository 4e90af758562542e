"""The finite list of a review day, in the order of the draw."""

from collections.abc import Callable
from dataclasses import replace

from assay.model.review import Act
from assay.operations.queue import QueueItem


class DayList:
    """The items of the day and where each stands. Nothing here is written down; the acts do that."""

    def __init__(self, items: list[QueueItem] | None = None) -> None:
        self.items: list[QueueItem] = items or []

    def __len__(self) -> int:
        return len(self.items)

    @property
    def left(self) -> int:
        """How many items are still to be looked at."""
        return sum(one.left for one in self.items)

    @property
    def done(self) -> int:
        """How many have been decided on, put off or found impossible to judge."""
        return len(self.items) - self.left

    def place(self, uid: str) -> int:
        """The place of a trace in the list, -1 where it is not in it."""
        return next((place for place, one in enumerate(self.items) if one.trace_uid == uid), -1)

    def next_left(self, after: str = "") -> QueueItem | None:
        """The next item that is left behind a trace, then from the beginning of the list; None when all are done."""
        here = self.place(after)
        ahead = [*self.items[here + 1 :], *self.items[: max(0, here)]]
        return next((one for one in ahead if one.left), None)

    def beside(self, uid: str, steps: int) -> QueueItem | None:
        """The item so many steps on (or back); None past either end."""
        place = self.place(uid) + steps
        return self.items[place] if 0 <= place < len(self.items) else None

    def mark(self, uid: str, act: Act | None) -> None:
        """The item stands there now."""
        self._put(uid, lambda one: replace(one, act=act))

    def mark_flag(self, uid: str, raised: bool) -> None:
        """The item carries a flag, or none."""
        self._put(uid, lambda one: replace(one, flagged=raised))

    def renew(self, known: dict[str, QueueItem]) -> None:
        """Take over how items stand by a newer reading; the order stays."""
        self.items = [known.get(one.trace_uid, one) for one in self.items]

    def _put(self, uid: str, change: Callable[[QueueItem], QueueItem]) -> None:
        self.items = [change(one) if one.trace_uid == uid else one for one in self.items]
