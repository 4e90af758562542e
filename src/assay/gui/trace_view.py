"""Where a trace is read. The next one is built beforehand in a hidden pane, and shown by a change of panes."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from assay.base.translation import tr
from assay.gui.trace_pane import TracePane
from assay.gui.trace_style import TraceStyle
from assay.viewmodels.reading_parts import Reading

PANES = 3
"""The trace on show, the next one, and the one before: what is built is kept as long as its pane is not needed."""

_DEBOUNCE_MS = 80


class TraceView(QWidget):
    """Shows readings, one at a time. ``painted`` comes after the first paint of what `show_reading` was given."""

    painted = Signal()
    built = Signal()

    def __init__(self, style: TraceStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._panes = [self._pane() for _ in range(PANES)]
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_DEBOUNCE_MS)
        self._later.timeout.connect(self._fit_all)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Trace"))
        self._bring_forward(self._panes[0])

    @property
    def pane(self) -> TracePane:
        """The pane on show."""
        return self._panes[0]

    @property
    def reading(self) -> Reading | None:
        """What is on show."""
        return self.pane.reading

    @property
    def is_built(self) -> bool:
        """Whether all of what is on show stands."""
        return self.pane.builder.is_finished

    def show_reading(self, reading: Reading) -> None:
        """Show a reading with the answer in view: at once where it was prepared, else as soon as a screenful stands."""
        pane = self._holding(reading)
        if pane is None:
            pane = self._panes[-1]
            pane.read(reading, self._style)
        self._bring_forward(pane)
        pane.present()

    def prepare(self, reading: Reading) -> None:
        """Build a reading out of sight, in idle time, so that `show_reading` has it at once."""
        if self._holding(reading) is None:
            self._panes[-1].read(reading, self._style)
            self._panes.insert(1, self._panes.pop())

    def set_style(self, style: TraceStyle) -> None:
        """Set everything anew in other colours or sizes."""
        self._style = style
        shown = self.reading
        self.update()
        for pane in self._panes:
            pane.forget(style)
        self._fit_all()
        if shown is not None:
            self.show_reading(shown)

    def clear(self) -> None:
        """Show nothing and keep nothing."""
        for pane in self._panes:
            pane.forget(self._style)

    @property
    def fold_count(self) -> int:
        """How many folds are on show."""
        return len(self.pane.trace.folds)

    def toggle_fold(self, index: int) -> None:
        """Open or close the fold of that place, counted from the top; nothing happens where there is none."""
        places = self.pane.trace.folds_in_order()
        if 0 <= index < len(places):
            self.pane.toggle(places[index])

    def toggle_all_folds(self) -> None:
        """Close every fold, or open all where none is open. What is folded for its length stays folded."""
        places = self.pane.trace.folds_in_order()
        are_open = [place for place in places if place.is_open]
        for place in are_open or [place for place in places if not place.is_long]:
            if place.number in self.pane.trace.folds:
                self.pane.toggle(place)

    def scroll_by(self, views: float) -> None:
        """Scroll down by so many heights of the view."""
        self.pane.scroll_by(views)

    def show_answer(self) -> None:
        """Have the answer under review in view again."""
        self.pane.place()

    def selected_text(self) -> str:
        """What is selected, as plain text; empty for nothing."""
        return self.pane.selected_text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.pane.resize(self.size())
        if self.isVisible():
            # A narrower column is laid out anew, which takes its time: not at every step of a drag.
            self._later.start()
        else:
            self._fit_all()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._style.colours.surface))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel beside the column scrolls it too."""
        QApplication.sendEvent(self.pane.verticalScrollBar(), event)

    def _pane(self) -> TracePane:
        pane = TracePane(self._style, self)
        pane.hide()
        pane.painted.connect(partial(self._tell_painted, pane))
        pane.builder.finished.connect(partial(self._tell_built, pane))
        return pane

    def _holding(self, reading: Reading) -> TracePane | None:
        return next((pane for pane in self._panes if pane.reading == reading), None)

    def _bring_forward(self, pane: TracePane) -> None:
        before = self._panes[0]
        had_focus = before.hasFocus()
        self._panes.remove(pane)
        self._panes.insert(0, pane)
        self.setFocusProxy(pane)
        pane.fit(self.size())
        pane.show()
        pane.raise_()
        if had_focus:
            pane.setFocus()
        if before is not pane:
            before.hide()

    def _fit_all(self) -> None:
        for pane in self._panes:
            pane.fit(self.size())

    def _tell_painted(self, pane: TracePane) -> None:
        if pane is self.pane:
            self.painted.emit()

    def _tell_built(self, pane: TracePane) -> None:
        if pane is self.pane:
            self.built.emit()
