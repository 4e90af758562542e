"""The two lanes driven by threads: one worker writes, a small pool reads; results come home on this thread."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

T = TypeVar("T")
_READERS = 2


class ThreadLanes(QObject):
    """Work handed in here runs elsewhere; ``done`` or ``failed`` is called on the thread this object lives on."""

    _home = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writer = ThreadPoolExecutor(1, "writing")
        self._readers = ThreadPoolExecutor(_READERS, "reading")
        self._closed = False
        self._home.connect(self._come_home, Qt.ConnectionType.QueuedConnection)

    def read(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run ``work`` in the pool, in no particular order."""
        self._hand_in(self._readers, work, done, failed)

    def write(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run ``work`` on the one worker that writes, after everything handed in before it."""
        self._hand_in(self._writer, work, done, failed)

    def close(self) -> None:
        """Finish what is being written, drop what is waiting to be read, and take nothing more."""
        self._closed = True
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)

    def _hand_in(
        self,
        pool: ThreadPoolExecutor,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        if not self._closed:
            pool.submit(work).add_done_callback(partial(self._bring_home, done, failed))

    def _bring_home(
        self, done: Callable[[Any], None], failed: Callable[[Exception], None], future: "Future[Any]"
    ) -> None:
        if self._closed or future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._home.emit(partial(done, future.result()))
        elif isinstance(error, Exception):
            self._home.emit(partial(failed, error))

    @Slot(object)
    def _come_home(self, result: Callable[[], None]) -> None:
        result()
