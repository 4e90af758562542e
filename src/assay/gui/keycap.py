"""A key of the keyboard, drawn small beside what it does."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from assay.gui.fonts import program_font
from assay.gui.theme import scaled, tokens_now
from assay.gui.tokens import TYPE, Tokens

_HEIGHT = 20
_PADDING = 5
_GAP = 3
_RADIUS = 4


def keycap_font() -> QFont:
    """The type on a key."""
    return program_font(scaled(TYPE.small), 500)


def keycaps_size(pieces: Sequence[str]) -> QSize:
    """The room that a chord of keys takes, in device-independent pixels."""
    widths = _widths(pieces)
    return QSize(round(sum(widths) + scaled(_GAP) * max(0, len(widths) - 1)), scaled(_HEIGHT))


def paint_keycaps(painter: QPainter, at: QPointF, pieces: Sequence[str], tokens: Tokens) -> None:
    """Draw a chord of keys with its top left corner ``at`` that point."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(keycap_font())
    x = at.x()
    for piece, width in zip(pieces, _widths(pieces), strict=True):
        _paint_cap(painter, QRectF(x, at.y(), width, scaled(_HEIGHT)), piece, tokens)
        x += width + scaled(_GAP)
    painter.restore()


def _paint_cap(painter: QPainter, cap: QRectF, piece: str, tokens: Tokens) -> None:
    """A key: a plain outline whose foot is one pixel heavier, as a key's is."""
    inset = tokens.line / 2
    outline = cap.adjusted(inset, inset, -inset, -inset)
    painter.setPen(QPen(QColor(tokens.edge), tokens.line))
    painter.setBrush(QColor(tokens.surface))
    painter.drawRoundedRect(outline, _RADIUS, _RADIUS)
    foot = outline.bottom() - 1
    painter.drawLine(
        QPointF(outline.left() + _RADIUS - 1, foot), QPointF(outline.right() - _RADIUS + 1, foot)
    )
    painter.setPen(QColor(tokens.muted))
    painter.drawText(cap.adjusted(0, 0, 0, -1), Qt.AlignmentFlag.AlignCenter, piece)


def _widths(pieces: Sequence[str]) -> list[float]:
    metrics = QFontMetricsF(keycap_font())
    room = 2 * scaled(_PADDING)
    return [max(float(scaled(_HEIGHT)), round(metrics.horizontalAdvance(piece) + room)) for piece in pieces]


class KeyCaps(QWidget):
    """One key, or the keys of a chord, as in ``KeyCaps(("Ctrl", "K"))``."""

    def __init__(self, pieces: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_pieces(pieces)

    @property
    def pieces(self) -> tuple[str, ...]:
        """What stands on the keys."""
        return self._pieces

    def set_pieces(self, pieces: Sequence[str]) -> None:
        """Show these keys from now on."""
        self._pieces = tuple(pieces)
        self.setAccessibleName("+".join(self._pieces))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return keycaps_size(self._pieces)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_keycaps(painter, QPointF(0, 0), self._pieces, tokens_now())
        painter.end()
