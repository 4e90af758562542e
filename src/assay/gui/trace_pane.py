"""One document on show: it is read, selected from and scrolled, and nothing in it can be opened, dropped or run."""

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QMenu, QTextEdit, QWidget

from assay.base.translation import tr
from assay.gui.trace_document import FoldPlace, TraceDocument, TraceDocumentBuilder
from assay.gui.trace_paint import paint_behind
from assay.gui.trace_style import GUTTER, TraceStyle
from assay.viewmodels.reading_parts import Reading

_AIR = 20
"""Pixels left free above the question and below the answer."""

_HIGHEST = 0.25
"""Where a tall answer begins, as a share of the view's height."""


class TracePane(QTextEdit):
    """Shows one reading and builds it itself, so that its text is laid out where it stands, shown or not."""

    painted = Signal()

    def __init__(self, style: TraceStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moved = False
        self._paint_awaited = False
        self._hovered = 0
        self._anchor: tuple[QTextCursor, float] | None = None
        self._make_quiet()
        self.builder = TraceDocumentBuilder(style, self)
        self.builder.slice_begins.connect(self._remember_place)
        self.builder.slice_ended.connect(self._restore_place)
        self.verticalScrollBar().actionTriggered.connect(self._mark_moved)
        self._take(style)

    @property
    def trace(self) -> TraceDocument:
        """The document on show."""
        return self.builder.document

    @property
    def reading(self) -> Reading | None:
        """What is on show, or being built to be."""
        return self.trace.reading

    def read(self, reading: Reading, style: TraceStyle) -> None:
        """Let go of what is shown and begin to build the reading, in idle time."""
        self._moved = False
        self._hovered = 0
        self._take(style)
        self.builder.build(reading)

    def forget(self, style: TraceStyle) -> None:
        """Let go of what is shown; show nothing."""
        self._take(style)

    def present(self) -> None:
        """Have the answer in view, build at once what is still missing for that, and tell when it has been painted."""
        self._moved = False
        self.builder.hurry()
        self.place()
        self._paint_awaited = True
        self.viewport().update()

    def fit(self, size: QSize) -> None:
        """Be of that size, and as wide in its text as there is room for."""
        self.resize(size)
        self.builder.expect_height(size.height())
        width = min(self.trace.style.column, size.width() - self.verticalScrollBar().sizeHint().width())
        if width != self.lineWrapColumnOrWidth() and width > 0:
            self.setLineWrapColumnOrWidth(width)
            self._keep_placed()

    def place(self) -> None:
        """Scroll so that the answer is in view, the question above it; a tall one begins at a quarter of the view."""
        trace, height = self.trace, self.viewport().height()
        top = trace.top_of(trace.reading.answer) if trace.reading else None
        if top is None:
            return
        bottom, asked = (
            trace.bottom_of_answer() + _AIR,
            trace.top_of(trace.reading.question if trace.reading else None),
        )
        is_tall = not self.builder.is_finished or bottom - top > height * (1 - _HIGHEST)
        least = top - height * _HIGHEST if is_tall else bottom - height
        wanted = least if asked is None else max(asked - _AIR, least)
        self.verticalScrollBar().setValue(round(wanted))

    def toggle(self, place: FoldPlace) -> None:
        """Open or close a fold; what stands above it stays where it is."""
        self._moved = True
        self.builder.toggle(place)
        self.viewport().update()

    def scroll_by(self, views: float) -> None:
        """Scroll down by so many heights of the view."""
        self._moved = True
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(views * self.viewport().height()))

    def selected_text(self) -> str:
        """What is selected, as plain text; empty for nothing."""
        return self.textCursor().selection().toPlainText()

    # What follows is Qt's, overridden.

    def loadResource(self, type: int, name: QUrl | str) -> object:  # noqa: A002 - Qt's name
        return self.trace.loadResource(type, name)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return False

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Nothing is ever put into a trace."""

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self.selected_text())
        return data

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        copy = menu.addAction(tr("Copy"), QKeySequence.StandardKey.Copy, self.copy)
        copy.setEnabled(self.textCursor().hasSelection())
        menu.addAction(tr("Select all"), QKeySequence.StandardKey.SelectAll, self.selectAll)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # The trace has the keyboard most of the time: a ring around half the window says something only after Tab.
        by_tab = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        self.setProperty("focusRing", by_tab)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        elif not self._scrolls(event):
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.textCursor().hasSelection():
            # Else Qt would begin to drag the selection.
            self.setTextCursor(self.cursorForPosition(event.position().toPoint()))
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = self._fold_under(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place and not self.textCursor().hasSelection():
            self.toggle(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = self._fold_under(event.position().toPoint())
        hovered = place.number if place else 0
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if place else Qt.CursorShape.IBeamCursor
            )
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setClipRegion(event.region())
        painter.fillRect(event.rect(), QColor(self.trace.style.colours.surface))
        offset = self.verticalScrollBar().value()
        paint_behind(painter, self.trace, offset, self.viewport().height(), self._hovered)
        painter.end()
        super().paintEvent(event)
        if self._paint_awaited:
            self._paint_awaited = False
            QTimer.singleShot(0, self, self.painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - self.verticalScrollBar().sizeHint().width()
        left = max(0, (room - self.trace.style.text_width) // 2 - GUTTER)
        self.setViewportMargins(left, 0, max(0, room - left - self.lineWrapColumnOrWidth()), 0)
        self._keep_placed()

    def _make_quiet(self) -> None:
        self.setProperty("role", "reading")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setAccessibleName(tr("Trace"))
        self.setAccessibleDescription(tr("The dialogue, what was retrieved, and the answer under review"))
        self.viewport().setMouseTracking(True)
        self.ensurePolished()

    def _take(self, style: TraceStyle) -> None:
        """Show an empty document; it is laid out from then on as it grows, and never a second time."""
        palette = self.palette()
        colours = style.colours
        palette.setColor(QPalette.ColorRole.Base, QColor(colours.surface))
        palette.setColor(QPalette.ColorRole.Text, QColor(colours.text))
        palette.setColor(QPalette.ColorRole.Highlight, QColor(colours.accent))
        palette.setColor(QPalette.ColorRole.HighlightedText, QColor(colours.surface))
        self.setPalette(palette)
        self.setFont(style.font(style.fonts.size))
        self.setDocument(self.builder.start_anew(style))
        if self.lineWrapColumnOrWidth() <= 0:
            self.setLineWrapColumnOrWidth(style.column)

    def _scrolls(self, event: QKeyEvent) -> bool:
        backwards = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        match event.key():
            case Qt.Key.Key_PageDown:
                self.scroll_by(0.9)
            case Qt.Key.Key_PageUp:
                self.scroll_by(-0.9)
            case Qt.Key.Key_Space:
                self.scroll_by(-0.9 if backwards else 0.9)
            case Qt.Key.Key_Home:
                self.scroll_by(-1e6)
            case Qt.Key.Key_End:
                self.scroll_by(1e6)
            case _:
                return False
        return True

    def _fold_under(self, point: QPoint) -> FoldPlace | None:
        cursor = self.cursorForPosition(point)
        place = self.trace.fold_at(cursor.block())
        if place is None:
            return None
        rect = self.trace.rect_of(cursor.block()).translated(0, -self.verticalScrollBar().value())
        return place if rect.top() <= point.y() <= rect.bottom() else None

    def _mark_moved(self) -> None:
        self._moved = True

    def _keep_placed(self) -> None:
        if not self._moved:
            self.place()

    def _remember_place(self) -> None:
        """Before the text changes: which block is at the top, and where."""
        if not self._moved or not self.isVisible():
            self._anchor = None
            return
        cursor = self.cursorForPosition(QPoint(0, 0))
        self._anchor = cursor, self.trace.rect_of(cursor.block()).top() - self.verticalScrollBar().value()

    def _restore_place(self) -> None:
        """After the text changed: what was at the top is there again; nobody has moved yet: the answer is in view."""
        if self._anchor is not None:
            cursor, above = self._anchor
            self.verticalScrollBar().setValue(round(self.trace.rect_of(cursor.block()).top() - above))
        elif self.isVisible():
            self._keep_placed()
