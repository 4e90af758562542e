"""How a long job says how far it is and learns that it should stop."""

import threading
from collections.abc import Callable

from assay.base.errors import Cancelled

Listener = Callable[[int, int | None, str], None]


class Progress:
    """Handed to every long job. Silent unless a listener is given; safe to cancel from any thread."""

    def __init__(self, listener: Listener | None = None) -> None:
        self._listener = listener
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next report."""
        self._stop.set()

    def check(self) -> None:
        """Raise `Cancelled` if somebody asked the job to stop."""
        if self._stop.is_set():
            raise Cancelled

    def report(self, done: int, total: int | None, what: str) -> None:
        """Say that ``done`` of ``total`` (None: not known) units of ``what`` are behind us."""
        self.check()
        if self._listener is not None:
            self._listener(done, total, what)
