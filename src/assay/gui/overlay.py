"""What lies over the window for a moment: a dialog without a frame, the window behind it dimmed. Esc closes it."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from assay.gui.focus_ring import FocusRing
from assay.gui.theme import tokens_now

_DIMMING = 0.32
_DIMMING_DARK = 0.55


class Overlay(QDialog):
    """A modal sheet over its parent's window: centred, or with its top an eighth down where ``high``."""

    def __init__(self, parent: QWidget, *, high: bool = False) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self._high = high
        self._below = parent.window()
        self._scrim = _Scrim(self._below)
        self.setModal(True)
        self.setProperty("role", "overlay")
        self._ring = FocusRing(self)

    def showEvent(self, event: QShowEvent) -> None:
        window = self._below
        self._scrim.setGeometry(window.rect())
        self._scrim.raise_()
        self._scrim.show()
        self.adjustSize()
        free = window.rect().size() - self.size()
        top = window.height() // 8 if self._high else max(0, free.height() // 2)
        self.move(window.mapToGlobal(QPoint(max(0, free.width() // 2), top)))
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._scrim.hide()
        super().hideEvent(event)


class _Scrim(QWidget):
    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        color = QColor(0, 0, 0)
        color.setAlphaF(_DIMMING_DARK if tokens_now().dark else _DIMMING)
        painter = QPainter(self)
        painter.fillRect(self.rect(), color)
        painter.end()
