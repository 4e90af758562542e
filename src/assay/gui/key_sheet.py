"""All keys on one sheet, by group. Opened with ``?``, closed with Esc or with ``?`` again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.buttons import icon_button
from assay.gui.keycap import KeyCaps
from assay.gui.overlay import Overlay
from assay.gui.plain import plain_label
from assay.gui.theme import scaled
from assay.gui.tokens import SPACE
from assay.viewmodels.commands import OPTION_PREFIX, Command, KeyMap
from assay.viewmodels.keys import key_pieces

_WIDTH = 840


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One line of the sheet: what is done, and the chords that do it."""

    title: str
    chords: tuple[tuple[str, ...], ...]
    is_range: bool = False


def key_rows(commands: Iterable[Command], keymap: KeyMap) -> Iterator[KeyRow]:
    """The lines of one group. The options of a question, one key each, share one line: 1 … 9, 0."""
    options = [
        command for command in commands if command.id.startswith(OPTION_PREFIX) and keymap.keys_of(command.id)
    ]
    if options:
        ends = dict.fromkeys((options[0], *options[-2:]))
        yield KeyRow(
            tr("Choose an option"), tuple(_chords(keymap, command)[0] for command in ends), is_range=True
        )
    for command in commands:
        if command not in options and keymap.keys_of(command.id):
            yield KeyRow(command.title, _chords(keymap, command))


def _chords(keymap: KeyMap, command: Command) -> tuple[tuple[str, ...], ...]:
    """What stands on the keys; the two Enter keys of a keyboard read alike and are named once."""
    return tuple(dict.fromkeys(key_pieces(key) for key in keymap.keys_of(command.id)))


class KeySheet(Overlay):
    """Every command with its keys, in two columns."""

    def __init__(self, keymap: KeyMap, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("All keys"))
        self.setWindowTitle(tr("All keys"))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.xxl, SPACE.xl, SPACE.xxl, SPACE.xxl)
        column.setSpacing(SPACE.l)
        column.addLayout(self._head())
        column.addWidget(_scrolled(_columns(keymap)), 1)
        window = parent.window()
        self.setFixedWidth(min(scaled(_WIDTH), window.width() - 2 * SPACE.xl))
        self.setMaximumHeight(window.height() - 2 * SPACE.xl)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "?":
            self.reject()
            return
        super().keyPressEvent(event)

    def _head(self) -> QHBoxLayout:
        close = icon_button("cross", tr("Close (Esc)"))
        close.clicked.connect(self.reject)
        head = QHBoxLayout()
        head.addWidget(plain_label(tr("All keys"), "heading"), 1)
        head.addWidget(close)
        return head


def _columns(keymap: KeyMap) -> QWidget:
    body = QWidget()
    row = QHBoxLayout(body)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE.xxxl)
    for side in _halves(
        [list(commands) for _group, commands in groupby(keymap.commands, lambda c: c.group)], keymap
    ):
        column = QVBoxLayout()
        column.setSpacing(SPACE.xl)
        for commands in side:
            column.addWidget(_group(commands, keymap))
        column.addStretch(1)
        row.addLayout(column, 1)
    return body


def _halves(groups: list[list[Command]], keymap: KeyMap) -> tuple[list[list[Command]], list[list[Command]]]:
    """Split the groups where the two columns come nearest to the same length."""
    lengths = [len(list(key_rows(group, keymap))) + 2 for group in groups]
    cuts = range(1, len(groups))
    best = min(cuts, key=lambda cut: abs(sum(lengths[:cut]) - sum(lengths[cut:])), default=len(groups))
    return groups[:best], groups[best:]


def _group(commands: list[Command], keymap: KeyMap) -> QWidget:
    block = QWidget()
    grid = QGridLayout(block)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE.l)
    grid.setVerticalSpacing(SPACE.s)
    grid.setColumnStretch(0, 1)
    grid.addWidget(plain_label(commands[0].group, "label", wrap=False), 0, 0, 1, 2)
    for line, row in enumerate(key_rows(commands, keymap), 1):
        grid.addWidget(plain_label(row.title, "body", wrap=False), line, 0)
        grid.addWidget(_caps(row), line, 1, Qt.AlignmentFlag.AlignTrailing)
    return block


def _caps(row: KeyRow) -> QWidget:
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(SPACE.s)
    for place, chord in enumerate(row.chords):
        if place:
            line.addWidget(_between(row, place))
        line.addWidget(KeyCaps(chord))
    return holder


def _between(row: KeyRow, place: int) -> QLabel:
    words = ("…" if place == 1 else ",") if row.is_range else tr("or")
    return plain_label(words, "small", wrap=False)


def _scrolled(body: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    body.setProperty("ground", "none")
    area.setWidget(body)
    area.setMinimumHeight(min(body.sizeHint().height(), scaled(560)))
    return area
