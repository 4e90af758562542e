"""An icon as a widget. It takes its colour from the tokens each time it is painted."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from assay.gui.icons import icon
from assay.gui.theme import scaled, tokens_now
from assay.gui.tokens import ICON

DIRECTIONAL = frozenset({"back", "chevron-left", "chevron-right", "skip", "undo", "redo", "review", "traces"})
"""Icons that point along the line of reading, and so are turned for right-to-left."""


class Glyph(QWidget):
    """The icon ``name`` in the colour of the token ``tone`` (such as ``muted``, ``accent``, ``passed``)."""

    def __init__(
        self, name: str, tone: str = "muted", size: int = ICON, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._tone = tone
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_icon(self, name: str, tone: str) -> None:
        """Show another icon, or the same in another tone."""
        self._name = name
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(scaled(self._size), scaled(self._size))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft and self._name in DIRECTIONAL
        color = getattr(tokens_now(), self._tone)
        drawn = icon(self._name, color, scaled(self._size), self.devicePixelRatioF(), mirrored=mirrored)
        painter = QPainter(self)
        painter.drawPixmap(QPointF(0, 0), drawn)
        painter.end()
