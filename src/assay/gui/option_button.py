"""One possible answer to a question: its key, its mark where it passes or fails, its words."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from assay.gui.fonts import program_font
from assay.gui.icons import icon
from assay.gui.keycap import keycaps_size, paint_keycaps
from assay.gui.theme import scaled, tokens_now
from assay.gui.tokens import CONTROL_HEIGHT, RADIUS, SPACE, TYPE, Tokens
from assay.model.criterion import Option


class OptionButton(QAbstractButton):
    """An answer that can be chosen. ``pieces`` are what stands on its key; empty hides the key.

    ``narrow`` centres the words and leaves out the key: for the steps of a scale, which stand side by side.
    """

    def __init__(self, option: Option, pieces: tuple[str, ...], *, narrow: bool = False) -> None:
        super().__init__()
        self.option, self._pieces, self._narrow = option, pieces, narrow
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setText(option.value if narrow else option.label)
        self.setAccessibleName(option.label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_keys(self, pieces: tuple[str, ...]) -> None:
        """Show other keys, or none."""
        if pieces != self._pieces:
            self._pieces = pieces
            self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self._font(bold=True)).horizontalAdvance(self.text())
        room = scaled(SPACE.l) if self._narrow else scaled(72)
        return QSize(round(width) + room, scaled(CONTROL_HEIGHT + 4))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(44), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge, ground, ink = self._colours(tokens)
        chosen = self.isChecked()
        inset = tokens.line if chosen else tokens.line / 2
        painter.setPen(QPen(QColor(edge), tokens.line * (2 if chosen else 1)))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)
        self._paint_words(painter, tokens, ink)
        painter.end()

    def _colours(self, tokens: Tokens) -> tuple[str, str, str]:
        """Edge, ground and ink. Colour says pass or fail only once chosen, and never alone: the mark says it too."""
        if not self.isChecked():
            return tokens.edge, tokens.hover if self.underMouse() else tokens.surface, tokens.text
        if self.option.passes is None:
            return tokens.accent, tokens.accent_wash, tokens.accent
        if self.option.passes:
            return tokens.passed, tokens.passed_wash, tokens.passed
        return tokens.failed, tokens.failed_wash, tokens.failed

    def _paint_words(self, painter: QPainter, tokens: Tokens, ink: str) -> None:
        painter.setFont(self._font(bold=self.isChecked()))
        painter.setPen(QColor(ink))
        if self._narrow:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
            return
        forward = not self.isRightToLeft()
        left, right = float(scaled(10)), float(self.width() - scaled(10))
        if self._pieces:
            caps = keycaps_size(self._pieces)
            x = left if forward else right - caps.width()
            paint_keycaps(painter, self._at(x, caps.height()), self._pieces, tokens)
            left, right = (
                (left + caps.width() + SPACE.s, right) if forward else (left, right - caps.width() - SPACE.s)
            )
        painter.setFont(self._font(bold=self.isChecked()))
        painter.setPen(QColor(ink))
        if self.option.passes is not None:
            size = scaled(16)
            mark = icon("check" if self.option.passes else "cross", ink, size, self.devicePixelRatioF())
            x = left if forward else right - size
            painter.drawPixmap(self._at(x, size).toPoint(), mark)
            left, right = (left + size + 6, right) if forward else (left, right - size - 6)
        side = Qt.AlignmentFlag.AlignLeft if forward else Qt.AlignmentFlag.AlignRight
        words = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, round(right - left)
        )
        painter.drawText(
            QRectF(left, 0, right - left, self.height()), side | Qt.AlignmentFlag.AlignVCenter, words
        )

    def _at(self, x: float, height: float) -> QPointF:
        return QPointF(x, (self.height() - height) / 2)

    def _font(self, *, bold: bool) -> QFont:
        return program_font(scaled(TYPE.body), 600 if bold else 500)
