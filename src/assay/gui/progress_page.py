"""A long job in the window: what it is doing, how far it is, and a way to stop it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar

from assay.base.progress import Progress
from assay.base.translation import tr
from assay.gui.buttons import quiet_button
from assay.gui.page import Page
from assay.gui.plain import plain_label
from assay.gui.tokens import SPACE
from assay.model.wording import count
from assay.viewmodels.arrivals import Arrival
from assay.viewmodels.lanes import Lanes
from assay.viewmodels.latest import fault_of

_WIDTH = 560


class ProgressPage(Page):
    """Runs ``work`` on the writing lane. ``arrived(folder, words)`` when it is done, ``stopped(words)`` when not."""

    arrived = Signal(object, str)
    stopped = Signal(str)
    _far = Signal(int, int, str)

    def __init__(self, title: str, work: Callable[[Progress], Arrival], lanes: Lanes) -> None:
        super().__init__(width=_WIDTH, centred=True)
        self._work, self._lanes = work, lanes
        self._progress = Progress(self._heard)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMaximum(0)
        self._bar.setAccessibleName(title)
        self._words = plain_label(tr("One moment…"), "muted")
        self._stop = quiet_button(tr("Stop"))
        self.setAccessibleName(title)
        self.column.addStretch(1)
        for widget in (plain_label(title, "title"), self._bar, self._words):
            self.column.addWidget(widget)
        self.column.addSpacing(SPACE.s)
        self.column.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignLeading)
        self.column.addStretch(2)
        self._stop.clicked.connect(self._cancel)
        self._far.connect(self._show)

    def begin(self) -> None:
        """Start the job."""
        self._lanes.write(partial(self._work, self._progress), self._done, self._failed)

    def _heard(self, done: int, total: int | None, what: str) -> None:
        # Called on the worker; the signal carries it to this thread. Qt's int is 32 bits wide, so shares are sent.
        self._far.emit(round(1000 * done / total) if total else -1, min(done, 2**31 - 1), what)

    def _show(self, thousandths: int, done: int, what: str) -> None:
        self._bar.setMaximum(1000 if thousandths >= 0 else 0)
        self._bar.setValue(max(0, thousandths))
        self._words.setText(
            f"{what}: {thousandths / 10:.0f} %" if thousandths >= 0 else f"{count(done)} {what}"
        )

    def _cancel(self) -> None:
        self._stop.setEnabled(False)
        self._words.setText(tr("Stopping…"))
        self._progress.cancel()

    def _done(self, arrival: Arrival) -> None:
        self.arrived.emit(arrival.folder, arrival.words)

    def _failed(self, error: Exception) -> None:
        fault = fault_of(error, tr("Nothing half-done was left behind."))
        self.stopped.emit(" ".join(part for part in (fault.what, fault.safe, fault.what_to_do) if part))
