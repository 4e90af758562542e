"""A chart on a page: drawn by its kind, read with the mouse or the keyboard, opened with a click or Enter.

matplotlib is half a second of start-up and is brought in with the first chart, by `_bring_in`, the only late import
here (docs/architecture.md). It draws off screen; the window is handed a finished image and paints nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from assay.base.registry import kinds
from assay.gui.chart_style import chart_style
from assay.gui.chart_words import ChartWords
from assay.gui.theme import current_theme, scaled, tokens_now
from assay.model.kinds import ChartKind, ChartStyle, Spot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DPI = 96.0
_REACH = 22.0
_SETTLE_MS = 30
_TOLD = 40


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A finished picture: the image, and each spot with its place in device-independent pixels, in reading order."""

    image: QImage
    spots: tuple[Spot, ...]
    places: tuple[QPointF, ...]


class ChartCanvas(QWidget):
    """Shows one chart. ``spot_chosen`` gives the uids of the traces behind the spot that was opened."""

    spot_chosen = Signal(tuple)

    def __init__(self, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._high = height
        self._kind = ""
        self._data: object = None
        self._words = ""
        self._drawing: _Drawing | None = None
        self._at: int | None = None
        self._opened: int | None = None
        self._bubble = ChartWords(self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._draw)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_chart(self, kind: str, data: object, words: str) -> None:
        """Draw ``data`` as that kind of chart; ``words`` say what it shows to those who do not see it."""
        self._kind, self._data, self._words = kind, data, words
        self._at = self._opened = None
        self._bubble.hide()
        if self.isVisible():
            self._draw()

    def set_height(self, height: int) -> None:
        """Be so many pixels high (before the text's scale)."""
        if height != self._high:
            self._high = height
            self.updateGeometry()

    @property
    def data(self) -> object:
        """What is drawn; None before anything is."""
        return self._data

    @property
    def spots(self) -> tuple[Spot, ...]:
        """What can be opened, in reading order."""
        return self._drawing.spots if self._drawing else ()

    @property
    def chosen(self) -> Spot | None:
        """The spot under the mouse or reached with the keys."""
        return self._drawing.spots[self._at] if self._drawing and self._at is not None else None

    def save_picture(self, path: Path) -> None:
        """Write the chart as PNG, SVG or PDF, by the path's suffix. Raises OSError."""
        figure, draw = _bring_in(self._kind, self.width(), self.height(), _DPI)
        draw(figure, self._data, self._style())
        figure.savefig(path, dpi=2 * _DPI, facecolor=figure.get_facecolor())

    def let_go(self) -> None:
        """No longer mark the spot that was opened."""
        self._opened = None
        self.update()

    def place_of(self, index: int) -> QPointF:
        """Where a spot lies on the widget."""
        return self._drawing.places[index] if self._drawing else QPointF()

    def sizeHint(self) -> QSize:
        return QSize(480, scaled(self._high))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, scaled(self._high))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._data is not None and self._drawing is None:
            self._settle.start(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle.start(_SETTLE_MS)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        looks = {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}
        if event.type() in looks and self._data is not None:
            self.updateGeometry()
            self._settle.start(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drawing is None:
            return
        painter = QPainter(self)
        painter.drawImage(QRectF(self.rect()), self._drawing.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, color, width in (
            (self._opened, tokens_now().accent, 2.5),
            (self._at, tokens_now().text, 1.6),
        ):
            if at is not None:
                painter.setPen(QPen(QColor(color), width))
                painter.drawEllipse(self._drawing.places[at], 7.5, 7.5)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(self._nearest(event.position()))
        hand = self.chosen is not None and bool(self.chosen.trace_uids)
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._go(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._go(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(self._nearest(event.position()))
            self._open()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self.spots) - 1
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_PageDown: 7, Qt.Key.Key_PageUp: -7}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        if last >= 0 and key in steps:
            at = self._at if self._at is not None else (-1 if steps[Qt.Key(key)] > 0 else last + 1)
            self._walk(min(max(at + steps[Qt.Key(key)], 0), last))
        elif last >= 0 and key in ends:
            self._walk(ends[Qt.Key(key)])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self.chosen is not None:
            self._open()
        elif key == Qt.Key.Key_Escape and self._at is not None:
            self._go(None)
        else:
            super().keyPressEvent(event)

    def _walk(self, at: int) -> None:
        self._go(at)
        if self.chosen is not None:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.chosen.words))

    def _go(self, at: int | None) -> None:
        if at == self._at:
            return
        self._at = at
        if at is None or self._drawing is None:
            self._bubble.hide()
        else:
            spot = self._drawing.spots[at]
            self._bubble.tell(spot.words, len(spot.trace_uids), self._drawing.places[at])
        self.update()

    def _open(self) -> None:
        if self.chosen is not None and self.chosen.trace_uids:
            self._opened = self._at
            self.update()
            self.spot_chosen.emit(self.chosen.trace_uids)

    def _nearest(self, at: QPointF) -> int | None:
        """The spot nearest to a point; across counts more than up and down, for charts read in columns."""
        best, reach = None, _REACH**2
        for index, place in enumerate(self._drawing.places if self._drawing else ()):
            far = (place.x() - at.x()) ** 2 + (0.5 * (place.y() - at.y())) ** 2
            if far < reach:
                best, reach = index, far
        return best

    def _style(self) -> ChartStyle:
        theme = current_theme()
        return chart_style(tokens_now(), theme.text_scale if theme else 1.0)

    def _draw(self) -> None:
        self._settle.stop()
        if self._data is None or self.width() < 40 or self.height() < 40:
            return
        at, self._at = self._at, None
        self._drawing = _drawing(self._kind, self._data, self._style(), self.size(), self.devicePixelRatioF())
        self._bubble.hide()
        self._opened = _within(self._opened, self._drawing)
        self._go(_within(at, self._drawing))
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleName(self._words)
        told = "; ".join(spot.words for spot in self.spots[-_TOLD:])
        self.setAccessibleDescription(told)


def _within(at: int | None, drawing: _Drawing) -> int | None:
    """A spot's number, if the drawing has as many: another size or look leaves the numbers as they were."""
    return at if at is not None and at < len(drawing.spots) else None


def _drawing(kind: str, data: object, style: ChartStyle, size: QSize, ratio: float) -> _Drawing:
    """Draw off screen at the screen's density and find each spot's place."""
    figure, draw = _bring_in(kind, size.width(), size.height(), _DPI * ratio)
    spots = sorted(draw(figure, data, style), key=lambda spot: (spot.axes, spot.x, spot.y))
    image = _image(figure, ratio)
    places = tuple(_place(figure, spot, size, ratio) for spot in spots)
    return _Drawing(image, tuple(spots), places)


def _image(figure: "Figure", ratio: float) -> QImage:
    canvas: Any = figure.canvas
    canvas.draw()
    width, height = canvas.get_width_height(physical=True)
    # A copy, since the canvas owns the memory and goes with the figure.
    image = QImage(canvas.buffer_rgba(), width, height, QImage.Format.Format_RGBA8888).copy()
    image.setDevicePixelRatio(ratio)
    return image


def _place(figure: "Figure", spot: Spot, size: QSize, ratio: float) -> QPointF:
    x, y = figure.axes[spot.axes].transData.transform((spot.x, spot.y))
    return QPointF(x / ratio, size.height() - y / ratio)


def _bring_in(kind: str, width: int, height: int, dpi: float) -> "tuple[Figure, Any]":
    """An empty figure of that size (in device-independent pixels) with its canvas, and the kind's way of drawing."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=dpi)
    FigureCanvasAgg(figure)
    return figure, kinds("charts", ChartKind)[kind].draw


def summary_of(sentences: Sequence[str]) -> str:
    """What a chart shows, for those who do not see it, from the sentences of its page."""
    return " ".join(sentence for sentence in sentences if sentence)
