"""Reads some traces one after another: those behind a point of a chart, or one for a second look."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.buttons import icon_button, text_button
from assay.gui.details import Details
from assay.gui.fault_box import FaultBox
from assay.gui.plain import hairline, plain_label
from assay.gui.theme import scaled
from assay.gui.tokens import SPACE
from assay.gui.trace_style import TraceStyle
from assay.gui.trace_view import TraceView
from assay.model.trace import Trace
from assay.viewmodels.desk_words import short_id
from assay.viewmodels.lanes import Lanes
from assay.viewmodels.latest import Latest
from assay.viewmodels.reading import read_trace

_SIDE = 320


class ReaderPage(QWidget):
    """Shows traces with where they come from; nothing can be judged here. ``closed`` goes back.

    ``shown(uid)`` says that all of a trace was seen, so that a later judgement of it is not called blind.
    """

    closed = Signal()
    shown = Signal(str)

    def __init__(self, fetch: Callable[[str], Trace], lanes: Lanes, style: TraceStyle) -> None:
        super().__init__()
        self._fetch = fetch
        self._uids: tuple[str, ...] = ()
        self._place = 0
        self._latest: Latest[Trace] = Latest(lanes, self._show, tr("Nothing was changed."))
        self.setAccessibleName(tr("Traces"))
        self._title = plain_label("", "muted", wrap=False)
        self._fault = FaultBox()
        self.view = TraceView(style)
        self.details = Details()
        self._lay_out()

    def _lay_out(self) -> None:
        back, before = (
            text_button(tr("Back"), "back", "muted"),
            icon_button("chevron-left", tr("Previous trace")),
        )
        after = icon_button("chevron-right", tr("Next trace"))
        back.clicked.connect(self.closed)
        before.clicked.connect(partial(self._go, -1))
        after.clicked.connect(partial(self._go, 1))
        head = QHBoxLayout()
        head.setContentsMargins(SPACE.s, SPACE.xs, SPACE.m, SPACE.xs)
        head.setSpacing(SPACE.m)
        for widget in (back, self._title):
            head.addWidget(widget)
        head.addStretch(1)
        for widget in (before, after):
            head.addWidget(widget)
        self.details.setFixedWidth(scaled(_SIDE))
        self.details.setProperty("ground", "surface")
        beside = QWidget()
        beside.setProperty("ground", "surface")
        beside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side = QVBoxLayout(beside)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self.details)
        side.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.view, 1)
        row.addWidget(hairline(vertical=True))
        row.addWidget(beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(hairline())
        column.addWidget(self._fault)
        column.addLayout(row, 1)

    def read(self, uids: Sequence[str]) -> None:
        """Read these traces, beginning with the first."""
        self._uids, self._place = tuple(uids), 0
        self._ask()

    def set_style(self, style: TraceStyle) -> None:
        """Set the trace in other colours or sizes."""
        self.view.set_style(style)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.closed.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._go(-1 if key == Qt.Key.Key_Left else 1)
        else:
            super().keyPressEvent(event)

    def _go(self, steps: int, *_checked: bool) -> None:
        if 0 <= self._place + steps < len(self._uids):
            self._place += steps
            self._ask()

    def _ask(self) -> None:
        if self._uids:
            self._latest.ask(partial(self._fetch, self._uids[self._place]))

    def _show(self) -> None:
        self._fault.tell(self._latest.fault)
        trace = self._latest.answer
        if trace is None or trace.uid != self._uids[self._place]:
            return
        far = tr("{place} of {total}").format(place=self._place + 1, total=len(self._uids))
        self._title.setText(f"{far} · {short_id(trace.native_id)}")
        self.view.show_reading(read_trace(trace, blind=False))
        self.details.show_trace(trace)
        self.shown.emit(trace.uid)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
