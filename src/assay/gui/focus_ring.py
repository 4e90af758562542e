"""The ring around whatever has the keyboard: two pixels of accent, two pixels away from the control.

A style sheet cannot draw outside a widget, so the ring is a widget of its own that lies over the window, lets every
click through, and covers no more than the ring itself. A widget with the property ``focusRing`` set to False shows
its focus in its own way and gets none; ``focusRadius`` is the radius of its corners, where that is not the usual one.
"""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from shiboken6 import isValid

from assay.gui.theme import tokens_now
from assay.gui.tokens import FOCUS_GAP, FOCUS_WIDTH, RADIUS

_REACH = FOCUS_GAP + FOCUS_WIDTH
_MOVES = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide})


class FocusRing(QWidget):
    """Follows the keyboard's focus within one window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._watched: list[QWidget] = []
        self._radius: int = RADIUS
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens_now().accent), FOCUS_WIDTH))
        inset = FOCUS_WIDTH / 2
        around = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        radius = self._radius + FOCUS_GAP
        painter.drawRoundedRect(around, radius, radius)
        painter.end()

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        for widget in filter(isValid, self._watched):
            widget.removeEventFilter(self)
        ours = now is not None and now.window() is self._window and now.property("focusRing") is not False
        self._watched = _line_up(now) if ours and now is not None else []
        for widget in self._watched:
            widget.installEventFilter(self)
        self._place()

    def _place(self) -> None:
        # A widget can be gone on Qt's side before Python hears of it.
        seen = _seen_part(self._watched[0]) if self._watched and all(map(isValid, self._watched)) else QRect()
        if seen.isEmpty():
            self.hide()
            return
        around = seen.adjusted(-_REACH, -_REACH, _REACH, _REACH).intersected(self._window.rect())
        self._radius = self._watched[0].property("focusRadius") or RADIUS
        self.setGeometry(around)
        inner = self.rect().adjusted(_REACH, _REACH, -_REACH, -_REACH)
        self.setMask(QRegion(self.rect()).subtracted(QRegion(inner)))
        self.raise_()
        self.show()


def _line_up(widget: QWidget) -> list[QWidget]:
    """The widget and everything it lies in, short of the window: what can move it."""
    found = [widget]
    while (above := found[-1].parentWidget()) is not None and not above.isWindow():
        found.append(above)
    return found


def _seen_part(widget: QWidget) -> QRect:
    """What can be seen of a widget, in coordinates of its window: scrolled away means out of sight."""
    if not widget.isVisible():
        return QRect()
    window = widget.window()
    seen = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    for above in _line_up(widget)[1:]:
        area = above.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is above:
            seen = seen.intersected(QRect(above.mapTo(window, QPoint(0, 0)), above.size()))
    return seen
