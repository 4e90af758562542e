"""The traces behind a point of a chart, in a column beside it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from assay.base.translation import tr, trn
from assay.gui.badge import verdict_icon, verdict_of
from assay.gui.buttons import icon_button, quiet_button
from assay.gui.fault_box import FaultBox
from assay.gui.icon_sets import button_icon
from assay.gui.plain import plain_label
from assay.gui.theme import scaled, tokens_now
from assay.gui.tokens import SPACE
from assay.viewmodels.latest import Fault
from assay.viewmodels.quality import TraceLine

_WIDTH = 300


class TraceList(QWidget):
    """Lists traces; ``open_traces(uids)`` asks to open one or all, ``put_away`` to close the list."""

    open_traces = Signal(tuple)
    put_away = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(scaled(_WIDTH))
        self._title = plain_label("", "strong")
        self._state = plain_label("", "muted")
        self._fault = FaultBox()
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Answers behind the point"))
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setUniformItemSizes(True)
        self._list.itemActivated.connect(self._open_one)
        self._all = quiet_button("")
        self._all.clicked.connect(self._open_all)
        self._lines: Sequence[TraceLine] = ()
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        close = icon_button("cross", tr("Close the list"))
        close.clicked.connect(self.put_away)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.m, SPACE.m, SPACE.m)
        column.setSpacing(SPACE.s)
        column.addLayout(head)
        column.addWidget(self._state)
        column.addWidget(self._fault)
        column.addWidget(self._list, 1)
        column.addWidget(self._all)

    def tell(self, point: str, lines: Sequence[TraceLine] | None, fault: Fault | None) -> None:
        """Show the traces of a point; no point, no list."""
        self.setVisible(bool(point))
        self._title.setText(point)
        self._fault.tell(fault)
        self._state.setText("" if fault else tr("Looking up the answers…"))
        self._state.setVisible(lines is None and fault is None)
        self._list.setVisible(bool(lines))
        self._all.setVisible(bool(lines))
        if lines is not None and lines != self._lines:
            self._fill(lines)

    @property
    def list(self) -> QListWidget:
        """The list itself, for focus and tests."""
        return self._list

    def _fill(self, lines: Sequence[TraceLine]) -> None:
        self._lines = lines
        self._list.clear()
        for line in lines:
            item = QListWidgetItem(" ".join(line.words.split()))
            name, tone = verdict_icon(verdict_of(line.passed))
            item.setIcon(button_icon(name, getattr(tokens_now(), tone), scaled(16)))
            self._list.addItem(item)
        self._all.setText(trn("Open the answer", "Open all {n} answers", len(lines)).format(n=len(lines)))

    def _open_one(self, item: QListWidgetItem) -> None:
        self.open_traces.emit((self._lines[self._list.row(item)].uid,))

    def _open_all(self) -> None:
        self.open_traces.emit(tuple(line.uid for line in self._lines))
