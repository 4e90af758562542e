"""The commands of the program tied to a window: keys, buttons, menus and tooltips, all from one declaration."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from assay.gui.plain import plain_tooltip
from assay.viewmodels.commands import OPTION_PREFIX, Command, KeyMap, Scope
from assay.viewmodels.keys import key_pieces, key_words, works_in_text

Handler = Callable[[], object]
Predicate = Callable[[], bool]


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Bound:
    handler: Handler
    enabled: Predicate


class CommandHub(QObject):
    """Runs commands for one window.

    A command acts when its handler is bound, its scope is the page in view (or it is global), and its ``enabled``
    predicate says so at that very moment. Bare keys are silent while a text is being typed, and a held key repeats
    only what is declared to repeat.
    """

    ran = Signal(str)
    keys_changed = Signal()

    def __init__(self, window: QWidget, keymap: KeyMap | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._keymap = keymap or KeyMap()
        self._scope: Scope = "global"
        self._typing = False
        self._bound: dict[str, _Bound] = {}
        self._shortcuts: list[tuple[str, str, QShortcut]] = []
        self._actions: dict[str, QAction] = {}
        self._buttons: list[tuple[str, QAbstractButton]] = []
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    @property
    def keymap(self) -> KeyMap:
        """The keys in force."""
        return self._keymap

    def use_keymap(self, keymap: KeyMap) -> None:
        """Let these keys be in force; tooltips and menus follow."""
        self._keymap = keymap
        for _id, _key, shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = []
        for command_id in self._bound:
            self._make_shortcuts(command_id)
        self.refresh()
        for command_id, button in self._buttons:
            plain_tooltip(button, self.tooltip_for(command_id))
        self.keys_changed.emit()

    def bind(self, command_id: str, handler: Handler, enabled: Predicate = _always) -> None:
        """Let the command do this. Binding again replaces what was bound; KeyError for a command not declared."""
        self._keymap.command(command_id)
        is_new = command_id not in self._bound
        self._bound[command_id] = _Bound(handler, enabled)
        if is_new:
            self._make_shortcuts(command_id)

    def set_scope(self, scope: Scope) -> None:
        """Say which page's keys act from now on, beside the global ones."""
        self._scope = scope
        self._listen()
        self.refresh()

    def can_run(self, command_id: str) -> bool:
        """Whether the command would do something now."""
        bound = self._bound.get(command_id)
        return bound is not None and self._in_scope(self._keymap.command(command_id)) and bound.enabled()

    def run(self, command_id: str) -> bool:
        """Do it, where it can be done now; whether it was."""
        if not self.can_run(command_id):
            return False
        self._bound[command_id].handler()
        self.ran.emit(command_id)
        self.refresh()
        return True

    def available(self) -> tuple[Command, ...]:
        """The commands that would do something now, in the order of their declaration."""
        return tuple(command for command in self._keymap.commands if self.can_run(command.id))

    def keys_for(self, command_id: str) -> tuple[str, ...]:
        """What stands on the keys of a command's first chord, for a keycap: ``("Ctrl", "K")``; empty without one."""
        keys = self._keymap.keys_of(command_id)
        return key_pieces(keys[0]) if keys else ()

    def tooltip_for(self, command_id: str) -> str:
        """The command with its key: “Undo (U)”."""
        title = self._keymap.command(command_id).title
        keys = self._keymap.keys_of(command_id)
        return f"{title} ({key_words(keys[0])})" if keys else title

    def attach(self, button: QAbstractButton, command_id: str) -> None:
        """Let a button run the command, be able when it is, and say its name and key in the tooltip."""
        self._buttons.append((command_id, button))
        button.clicked.connect(partial(self._clicked, command_id))
        if not button.text():
            button.setAccessibleName(self._keymap.command(command_id).title)
        plain_tooltip(button, self.tooltip_for(command_id))
        button.setEnabled(self.can_run(command_id))

    def action(self, command_id: str) -> QAction:
        """The command for a menu. The key is shown there and handled here, so no two things listen for it."""
        if command_id not in self._actions:
            action = QAction(self)
            action.triggered.connect(partial(self._clicked, command_id))
            self._actions[command_id] = action
            self._refresh_action(command_id, action)
        return self._actions[command_id]

    def menu(self, parent: QWidget) -> QMenu:
        """All commands that have something bound, parted by group; options are chosen where they stand."""
        menu = QMenu(parent)
        group = ""
        for command in self._keymap.commands:
            if command.id not in self._bound or command.id.startswith(OPTION_PREFIX):
                continue
            if group and command.group != group:
                menu.addSeparator()
            group = command.group
            menu.addAction(self.action(command.id))
        menu.aboutToShow.connect(self.refresh)
        return menu

    def refresh(self) -> None:
        """Let buttons and menus show what can be done now. Called after each command; call it when state changes."""
        self._buttons = [(command_id, button) for command_id, button in self._buttons if isValid(button)]
        for command_id, button in self._buttons:
            button.setEnabled(self.can_run(command_id))
        for command_id, action in self._actions.items():
            self._refresh_action(command_id, action)

    def _refresh_action(self, command_id: str, action: QAction) -> None:
        keys = self._keymap.keys_of(command_id)
        title = self._keymap.command(command_id).title.replace("&", "&&")
        action.setText(f"{title}\t{key_words(keys[0])}" if keys else title)
        action.setEnabled(self.can_run(command_id))

    def _make_shortcuts(self, command_id: str) -> None:
        command = self._keymap.command(command_id)
        for key in self._keymap.keys_of(command_id):
            sequence = QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText)
            shortcut = QShortcut(sequence, self._window)
            shortcut.setAutoRepeat(command.repeats)
            shortcut.activated.connect(partial(self._pressed, command_id, key))
            self._shortcuts.append((command_id, key, shortcut))
        self._listen()

    def _listen(self) -> None:
        """A shortcut that is off lets its key through to whatever has the focus."""
        for command_id, key, shortcut in self._shortcuts:
            in_scope = self._in_scope(self._keymap.command(command_id))
            shortcut.setEnabled(in_scope and (not self._typing or works_in_text(key)))

    def _in_scope(self, command: Command) -> bool:
        return command.scope in {"global", self._scope}

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        self._typing = is_typed_in(now)
        self._listen()

    def _pressed(self, command_id: str, key: str) -> None:
        # A field can turn writable without the focus moving, so this is asked again at the press.
        if works_in_text(key) or not is_typed_in(QApplication.focusWidget()):
            self.run(command_id)

    def _clicked(self, command_id: str, *_checked: bool) -> None:
        self.run(command_id)


def is_typed_in(widget: QWidget | None) -> bool:
    """Whether a widget takes typed text at the moment."""
    if isinstance(widget, (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)):
        return not widget.isReadOnly()
    return isinstance(widget, QComboBox) and widget.isEditable()
