"""How long somebody really looked at an item: time without any sign of life is not counted."""

import time
from collections.abc import Callable

IDLE_AFTER = 60.0


class Stopwatch:
    """Counts seconds from `start`; a pause longer than ``IDLE_AFTER`` seconds counts as that many."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._counted = 0.0
        self._last: float | None = None

    def start(self, already: float = 0.0) -> None:
        """Begin anew, with the seconds an earlier look took."""
        self._counted = already
        self._last = self._now()

    def stir(self) -> None:
        """Somebody pressed a key or moved the mouse."""
        if self._last is not None:
            now = self._now()
            self._counted += min(now - self._last, IDLE_AFTER)
            self._last = now

    def seconds(self) -> float:
        """The seconds counted until now."""
        self.stir()
        return round(self._counted, 1)
