"""The table of all traces: rows come page by page as they are looked at, and the database sorts."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView

from assay.base.translation import tr
from assay.gui.table import quieten
from assay.gui.theme import scaled, tokens_now
from assay.gui.tokens import CONTROL_HEIGHT
from assay.viewmodels.traces import TracesScreen
from assay.viewmodels.traces_words import TraceColumn, cell, columns

_Index = QModelIndex | QPersistentModelIndex
_PLACEHOLDER = "…"
_PADDING = 28
_NARROWEST, _WIDEST, _LEAST_WORDS = 56, 190, 380
_STEP_BACK = ("language", "prompt_version", "task_type", "model", "latency_ms")
_SEEN = 40


class _Rows(QAbstractTableModel):
    """Passes on the rows of a `TracesScreen`; one that is still being fetched shows a placeholder."""

    def __init__(self, screen: TracesScreen) -> None:
        super().__init__()
        self._screen = screen
        self.columns: Sequence[TraceColumn] = columns(screen)
        self._count, self._generation = screen.count, screen.generation

    def catch_up(self) -> bool:
        """Follow the screen; whether other rows stand in the places of the old ones now."""
        screen, now = self._screen, columns(self._screen)
        if screen.generation != self._generation or screen.count < self._count or now != self.columns:
            replaced = screen.generation != self._generation
            self.beginResetModel()
            self.columns = now
            self._count, self._generation = screen.count, screen.generation
            self.endResetModel()
            return replaced
        if screen.count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, screen.count - 1)
            self._count = screen.count
            self.endInsertRows()
        elif self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, len(self.columns) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        return False

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._count

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            row = self._screen.row(index.row())
            if row is None:
                return _PLACEHOLDER if column.key == "question" else ""
            return _set_apart(cell(row, column.key, self._screen.today()))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole and column.key not in ("question", "metric"):
            return QColor(tokens_now().muted)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column, choice = self.columns[section], self._screen.choice
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = "↓" if choice.descending else "↑"
            return f"{column.title} {arrow}" if column.sort == choice.sort else column.title
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _set_apart(words: str) -> str:
    """Words of any language keep their own direction within a right-to-left page."""
    return f"\u2068{words}\u2069" if QGuiApplication.isRightToLeft() else words


def _alignment(column: TraceColumn) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignTrailing if column.number else Qt.AlignmentFlag.AlignLeading
    return side | Qt.AlignmentFlag.AlignVCenter


class BrowseTable(QTableView):
    """The list. ``opened(int)`` says which row was asked for, by Enter or by a double click."""

    opened = Signal(int)

    def __init__(self, screen: TracesScreen) -> None:
        super().__init__()
        self._screen = screen
        self._rows = _Rows(screen)
        self.setModel(self._rows)
        self.setAccessibleName(tr("Traces"))
        quieten(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setStretchLastSection(False)
        head.setSectionsClickable(True)
        head.sectionClicked.connect(self._sort)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    @property
    def columns(self) -> Sequence[TraceColumn]:
        """The columns in view."""
        return self._rows.columns

    def catch_up(self) -> None:
        """Follow the screen; another list begins at its top, with its first row chosen."""
        replaced = self._rows.catch_up()
        self._fit()
        if replaced:
            self.scrollToTop()
        if not self.currentIndex().isValid() and self._rows.rowCount():
            self.setCurrentIndex(self._rows.index(0, 0))

    def keyboardSearch(self, search: str) -> None:
        """Typing finds nothing here: Qt would go through every row of the store for it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "/":
            event.ignore()  # the page knows what to do with it
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _sort(self, section: int) -> None:
        sort = self._rows.columns[section].sort
        if sort is not None:
            self._screen.sort_by(sort)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange} and hasattr(self, "_rows"):
            self.verticalHeader().setDefaultSectionSize(scaled(CONTROL_HEIGHT))
            self._fit()

    def _fit(self) -> None:
        """Short columns as wide as what stands in the first rows; the question, which is read first, takes the rest.

        Where that would leave it too little, what it can do without steps back; the order and the metric stay.
        """
        wide = self._widths()
        room, least = self.viewport().width(), scaled(_LEAST_WORDS)
        hidden: set[int] = set()
        for key in _STEP_BACK:
            at = next((at for at in wide if self.columns[at].key == key), None)
            short = room - sum(width for one, width in wide.items() if one not in hidden) < least
            if at is not None and short and self.columns[at].sort != self._screen.choice.sort:
                hidden.add(at)
        for at, width in wide.items():
            self.setColumnHidden(at, at in hidden)
            self.setColumnWidth(at, width)
        taken = sum(width for at, width in wide.items() if at not in hidden)
        self.setColumnWidth(0, max(room - taken, least))

    def _widths(self) -> dict[int, int]:
        """How wide each column but the question's has to be."""
        metrics, head = self.fontMetrics(), self.horizontalHeader().fontMetrics()
        first = max(self.rowAt(0), 0)
        rows = range(first, min(self._rows.rowCount(), first + _SEEN))
        seen = [row for at in rows if (row := self._screen.row(at))]
        today, wide = self._screen.today(), {}
        for at, column in enumerate(self.columns[1:], start=1):
            words = [cell(row, column.key, today) for row in seen]
            longest = max((metrics.horizontalAdvance(one) for one in words), default=0)
            longest = max(longest, head.horizontalAdvance(f"{column.title} ↓"))
            wide[at] = max(scaled(_NARROWEST), min(longest + scaled(_PADDING), scaled(_WIDEST)))
        return wide
