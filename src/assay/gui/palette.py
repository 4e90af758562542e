"""The command palette: type a few letters of what you want, press Enter."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from assay.base.translation import tr
from assay.gui.commands import CommandHub
from assay.gui.keycap import keycaps_size, paint_keycaps
from assay.gui.overlay import Overlay
from assay.gui.plain import hairline, plain_label
from assay.gui.theme import scaled, tokens_now
from assay.gui.tokens import CONTROL_HEIGHT, RADIUS, SPACE
from assay.viewmodels.commands import OPTION_PREFIX, Command

_WIDTH = 560
_LINES = 9
_ROLE = Qt.ItemDataRole.UserRole


def matching(commands: tuple[Command, ...], typed: str) -> list[Command]:
    """The commands in which every typed word begins some word of title, group or hint; titles come first."""
    words = typed.casefold().split()

    def begins(text: str, word: str) -> bool:
        return any(part.startswith(word) for part in text.casefold().replace("-", " ").split())

    in_title = [command for command in commands if all(begins(command.title, word) for word in words)]
    anywhere = [
        command
        for command in commands
        if command not in in_title
        and all(begins(f"{command.title} {command.group} {command.hint}", word) for word in words)
    ]
    return in_title + anywhere


class CommandPalette(Overlay):
    """Filters the commands that can be run now, as one types; Enter runs the chosen one."""

    def __init__(self, hub: CommandHub, parent: QWidget) -> None:
        super().__init__(parent, high=True)
        self._hub = hub
        self._widest = parent.window().width() - 2 * SPACE.xl
        self._commands = tuple(filter(_means_something, hub.available()))
        self.setAccessibleName(tr("Find a command"))
        self.setWindowTitle(tr("Find a command"))
        self._search = _search_field()
        self._list = _list()
        self._nothing = plain_label(tr("No command of that name can be used here."), "muted")
        self._search.textChanged.connect(self._filter)
        self._search.installEventFilter(self)
        self._list.itemClicked.connect(self._take)
        self._list.setItemDelegate(_Line(hub, self._list))
        self._lay_out()
        self._filter("")
        self._search.setFocus()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        edge = tokens_now().line
        column.setContentsMargins(edge, SPACE.s, edge, SPACE.s)
        column.setSpacing(SPACE.s)
        self._nothing.setContentsMargins(SPACE.l, SPACE.s, SPACE.l, SPACE.s)
        for widget in (self._search, hairline(), self._list, self._nothing):
            column.addWidget(widget)
        self.setFixedWidth(min(scaled(_WIDTH), self._widest))

    def shown(self) -> list[str]:
        """The titles in the list, from the top."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._steer(event)
        return False

    def _steer(self, event: QKeyEvent) -> bool:
        """The arrows and Enter belong to the list while the letters go to the field."""
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -_LINES,
            Qt.Key.Key_PageDown: _LINES,
        }
        key = Qt.Key(event.key())
        if key in steps:
            row = self._list.currentRow() + steps[key]
            self._list.setCurrentRow(max(0, min(row, self._list.count() - 1)))
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take(self._list.currentItem())
            return True
        return False

    def _filter(self, typed: str) -> None:
        self._list.clear()
        for command in matching(self._commands, typed):
            item = QListWidgetItem(command.title)
            item.setData(_ROLE, command)
            self._list.addItem(item)
        found = self._list.count()
        self._list.setCurrentRow(0)
        self._list.setVisible(found > 0)
        self._nothing.setVisible(found == 0)
        self._list.setFixedHeight(min(found, _LINES) * scaled(CONTROL_HEIGHT) + 2)
        self.adjustSize()

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        command: Command = item.data(_ROLE)
        self.accept()
        # The window has the keyboard again only once this dialog is gone.
        QTimer.singleShot(0, self._hub, lambda: self._hub.run(command.id))


def _means_something(command: Command) -> bool:
    """An option's number says nothing away from its question, and the palette is open already."""
    return command.id != "program.palette" and not command.id.startswith(OPTION_PREFIX)


def _search_field() -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText(tr("What do you want to do?"))
    field.setAccessibleName(tr("Find a command"))
    field.setProperty("role", "bare")
    field.setProperty("focusRing", False)
    return field


def _list() -> QListWidget:
    found = QListWidget()
    found.setUniformItemSizes(True)
    found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    found.setMouseTracking(True)
    found.setAccessibleName(tr("Commands"))
    return found


class _Line(QStyledItemDelegate):
    """A command's title, its group in muted type, and its keys at the end of the line."""

    def __init__(self, hub: CommandHub, parent: QWidget) -> None:
        super().__init__(parent)
        self._hub = hub

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, scaled(CONTROL_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = tokens_now()
        command: Command = index.data(_ROLE)
        whole: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_wash))
            painter.drawRoundedRect(whole.adjusted(SPACE.s, 0, -SPACE.s, 0), RADIUS, RADIUS)
        line = whole.adjusted(SPACE.l, 0, -SPACE.l, 0)
        self._paint_words(painter, line, command)
        self._paint_keys(painter, line, command)
        painter.restore()

    def _paint_words(self, painter: QPainter, line: QRect, command: Command) -> None:
        tokens = tokens_now()
        is_mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignLeading
        painter.setPen(QColor(tokens.text))
        painter.drawText(line, side | Qt.AlignmentFlag.AlignVCenter, command.title)
        width = painter.fontMetrics().horizontalAdvance(command.title) + SPACE.m
        rest = line.adjusted(0, 0, -width, 0) if is_mirrored else line.adjusted(width, 0, 0, 0)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(rest, side | Qt.AlignmentFlag.AlignVCenter, command.group)

    def _paint_keys(self, painter: QPainter, line: QRect, command: Command) -> None:
        pieces = self._hub.keys_for(command.id)
        size = keycaps_size(pieces)
        box = QStyle.alignedRect(
            painter.layoutDirection(),
            Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter,
            size,
            line,
        )
        if pieces:
            paint_keycaps(painter, QPointF(box.topLeft()), pieces, tokens_now())
