"""Asks why a trace cannot be judged, in a line over the rubric; Enter takes it, Esc goes back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.buttons import primary_button, text_button
from assay.gui.plain import plain_label
from assay.gui.tokens import SPACE


class ReasonLine(QWidget):
    """Emits ``given(uid, reason)`` for the item it was opened on, so that it cannot land on another."""

    given = Signal(str, str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._uid = ""
        self.setProperty("ground", "warning_wash")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._field = QLineEdit()
        self._field.setAccessibleName(tr("Reason"))
        self._field.setPlaceholderText(tr("For example: the document is missing"))
        self._take = primary_button(tr("Cannot judge"))
        self._back = text_button(tr("Back"))
        self._take.clicked.connect(self._give)
        self._back.clicked.connect(self.put_away)
        self._field.returnPressed.connect(self._give)
        self._field.textChanged.connect(self._able)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.xl, SPACE.m, SPACE.xl, SPACE.m)
        column.setSpacing(SPACE.s)
        column.addWidget(plain_label(tr("Why can this not be judged?"), "strong"))
        column.addWidget(plain_label(tr("It counts as missing, never as fail."), "muted"))
        column.addWidget(self._field)
        row = QHBoxLayout()
        row.setSpacing(SPACE.s)
        row.addWidget(self._take)
        row.addWidget(self._back)
        row.addStretch(1)
        column.addLayout(row)
        self.hide()

    def ask(self, uid: str) -> None:
        """Ask about that trace."""
        self._uid = uid
        self._field.clear()
        self._able()
        self.show()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_away(self) -> None:
        """Go back without an answer."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
            return
        super().keyPressEvent(event)

    def _able(self, *_text: str) -> None:
        self._take.setEnabled(bool(self._field.text().strip()))

    def _give(self) -> None:
        reason = self._field.text().strip()
        if reason:
            self.hide()
            self.closed.emit()
            self.given.emit(self._uid, reason)
