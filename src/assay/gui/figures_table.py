"""A table of figures: hairlines, no zebra, numbers right and of one width, as high as its rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QGuiApplication, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSizePolicy, QTableView

from assay.gui.table import quieten
from assay.gui.theme import scaled, tokens_now
from assay.gui.tokens import CONTROL_HEIGHT

_PADDING = 32
_MOST_LINES = 3
_LEAST = 110
_HOVERS = frozenset({QEvent.Type.HoverEnter, QEvent.Type.HoverMove, QEvent.Type.HoverLeave})
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head with the unit in it, whether it holds numbers, whether it stands back, whether it grows."""

    title: str
    number: bool = False
    muted: bool = False
    grows: bool = False


class _Figures(QAbstractTableModel):
    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.rows: tuple[tuple[str, ...], ...] = ()

    def put(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        self.beginResetModel()
        self.columns = tuple(columns)
        self.rows = tuple(tuple(row) for row in rows)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            words = self.rows[index.row()][index.column()]
            return _left_to_right(words) if column.number and QGuiApplication.isRightToLeft() else words
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole and column.muted:
            return QColor(tokens_now().muted)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return _alignment(self.columns[section]) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _left_to_right(figure: str) -> str:
    """A figure set apart, so that ".58 to .66" is not turned around within a right-to-left page."""
    return f"\u2066{figure}\u2069"


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignTrailing if column.number else Qt.AlignmentFlag.AlignLeading
    return side | Qt.AlignmentFlag.AlignVCenter


class FiguresTable(QTableView):
    """Rows of words and figures. ``row_chosen(int)`` speaks when rows can be chosen and a person chose one."""

    row_chosen = Signal(int)

    def __init__(
        self, name: str, columns: Sequence[Column], *, choosing: bool = False, most_rows: int = 12
    ) -> None:
        super().__init__()
        self._figures = _Figures(columns)
        self._most_rows = most_rows
        self._quiet = self._tight = False
        self.setModel(self._figures)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        quieten(self)
        if not choosing:
            self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if choosing else Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.horizontalHeader().setStretchLastSection(False)
        self.horizontalHeader().setSectionsClickable(False)
        if choosing:
            self.selectionModel().selectionChanged.connect(self._speak)
        # Columns that grow get their width after the table; only then is known where words wrap.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._fit_rows)
        self.horizontalHeader().sectionResized.connect(lambda *_sizes: self._later.start(0))
        self._fit()

    def show_rows(self, rows: Sequence[Sequence[str]], columns: Sequence[Column] | None = None) -> None:
        """Show these rows, under other columns where those are given."""
        same = columns is None or tuple(columns) == self._figures.columns
        if same and tuple(map(tuple, rows)) == self._figures.rows:
            return
        self._quiet = True
        self._figures.put(columns if columns is not None else self._figures.columns, rows)
        self._quiet = False
        self._fit()

    def choose_row(self, row: int) -> None:
        """Show a row as chosen, without speaking."""
        self._quiet = True
        # selectRow finds nothing on a right-to-left page that the table does not fill, so the row is chosen by index.
        flags = QItemSelectionModel.SelectionFlag
        index = self._figures.index(row, 0)
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self._quiet = False

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """What is shown."""
        return self._figures.rows

    def sizeHint(self) -> QSize:
        shown = sum(self.rowHeight(row) for row in range(min(len(self._figures.rows), self._most_rows)))
        bar = self.horizontalScrollBar().sizeHint().height() if self._wide() or self._tight else 0
        high = self.horizontalHeader().sizeHint().height() + shown + bar + 2
        return QSize(320, high)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page, unless the table itself has more than it shows."""
        if len(self._figures.rows) > self._most_rows or event.angleDelta().x():
            super().wheelEvent(event)
        else:
            event.ignore()

    def viewportEvent(self, event: QEvent) -> bool:
        """A single cell never lights up under the mouse: it is the row that can be chosen, or nothing."""
        return event.type() in _HOVERS or super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange} and hasattr(self, "_figures"):
            self._fit()

    def _wide(self) -> bool:
        return not any(column.grows for column in self._figures.columns)

    def _row_height(self) -> int:
        return scaled(CONTROL_HEIGHT)

    def _fit(self) -> None:
        head, fixed = self.horizontalHeader(), QHeaderView.ResizeMode
        self.verticalHeader().setDefaultSectionSize(self._row_height())
        head.setMaximumSectionSize(scaled(280) if self._wide() else 16_000)
        for at, column in enumerate(self._figures.columns):
            head.setSectionResizeMode(at, fixed.Stretch if column.grows else fixed.ResizeToContents)
        self._fit_columns()
        self._fit_rows()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Columns that grow share what the others leave; where that is too little they keep a least width."""
        growing = [at for at, column in enumerate(self._figures.columns) if column.grows]
        others = sum(self.columnWidth(at) for at in range(len(self._figures.columns)) if at not in growing)
        tight = bool(growing) and (self.viewport().width() - others) / len(growing) < scaled(_LEAST)
        modes = QHeaderView.ResizeMode
        for at in growing:
            self.horizontalHeader().setSectionResizeMode(at, modes.Fixed if tight else modes.Stretch)
            if tight:
                self.setColumnWidth(at, scaled(_LEAST))
        self._tight = tight

    def _fit_rows(self) -> None:
        """Where a column grows with the table its words wrap, to three lines at most."""
        self.setWordWrap(not self._wide())
        metrics = self.fontMetrics()
        growing = [at for at, column in enumerate(self._figures.columns) if column.grows]
        for row, cells in enumerate(self._figures.rows):
            lines = max((self._lines(cells[at], at) for at in growing), default=1)
            self.setRowHeight(row, self._row_height() + (lines - 1) * metrics.lineSpacing())
        self.updateGeometry()

    def _lines(self, words: str, column: int) -> int:
        """How many lines the words take in a column, within reason."""
        room = QRect(0, 0, max(self.columnWidth(column) - _PADDING, 1), 10_000)
        metrics = self.fontMetrics()
        high = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, words).height()
        return min(max(round(high / metrics.lineSpacing()), 1), _MOST_LINES)

    def _speak(self) -> None:
        chosen = self.selectionModel().selectedRows()
        if chosen and not self._quiet:
            self.row_chosen.emit(chosen[0].row())
