"""The two lanes on which a screen's work is done away from the window.

Reading, network and numbers go through a pool; writing to the workspace goes through one worker, one job at a
time. ``done`` and ``failed`` come home on the main thread.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Lanes(Protocol):
    """Runs work elsewhere and brings its result home."""

    def read(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run ``work`` in the pool, in no particular order."""
        ...

    def write(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run ``work`` on the one worker that writes, after everything handed in before it."""
        ...


class InlineLanes:
    """Lanes that run at once on the thread they are called from: for tests and for the command line."""

    def read(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run ``work`` now."""
        _run(work, done, failed)

    def write(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run ``work`` now."""
        _run(work, done, failed)


def _run(work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
    try:
        result = work()
    except Exception as error:  # noqa: BLE001 - a lane is a border: every fault of its work is handed back
        failed(error)
    else:
        done(result)
