"""Somebody at the real window: opens it on a workspace, sees what can be seen, presses keys, closes it.

Keys go to whatever has the focus, by way of the map of shortcuts, as real ones do. Waiting runs Qt's own loop, which
lets go of Python meanwhile, so that saving and reading go on beside it as they do in the program.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from assay.base.clock import Clock, SystemClock
from assay.gui.fonts import load_fonts
from assay.gui.places import Places
from assay.gui.program import Program
from assay.gui.shell import Shell
from assay.gui.theme import Theme
from assay.operations.preferences import read_preferences

LIMIT_MS = 20_000
BARE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def pause(milliseconds: int) -> None:
    """Let the program run for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(
    condition: Callable[[], object], what: str = "", limit_ms: int = LIMIT_MS, look_ms: int = 1
) -> None:
    """Let the program run until the condition holds; AssertionError with ``what`` when it does not in time."""
    if condition():
        return
    loop, look, end = QEventLoop(), QTimer(), QTimer()
    look.timeout.connect(lambda: loop.quit() if condition() else None)
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    look.start(look_ms)
    end.start(limit_ms)
    loop.exec()
    look.stop()
    if not condition():
        raise AssertionError(f"waited in vain: {what or condition}")


def said_by(widget: QWidget) -> Iterator[str]:
    """What one widget says, to the eye and to a screen reader."""
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
    if widget.isWindow():
        yield widget.windowTitle()
    if isinstance(widget, (QLabel, QAbstractButton)):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield from (widget.text(), widget.placeholderText())
    if isinstance(widget, (QPlainTextEdit, QTextEdit)):
        yield from (widget.toPlainText(), widget.placeholderText())
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(at) for at in range(widget.count()))


def texts_of(root: QWidget) -> list[str]:
    """Every text that can be seen in a widget, or is read out for it."""
    seen = [root, *(one for one in root.findChildren(QWidget) if one.isVisible())]
    return [text.replace("\u00a0", " ") for widget in seen for text in said_by(widget) if text]


class _Strays(QObject):
    """Hears of every widget that is shown as a window of its own and is neither the program's window nor a dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and _is_stray(watched):
            self.seen.append(repr(watched))
        return False


def _is_stray(widget: QWidget) -> bool:
    ours = isinstance(widget, (Shell, QDialog, QMenu))
    return widget.isWindow() and widget.windowType() == Qt.WindowType.Window and not ours


class Seat:
    """A reviewer's seat before the program: sits down once, opens and closes the window as often as wanted."""

    def __init__(self, app: QApplication, folder: Path, clock: Clock | None = None) -> None:
        load_fonts()
        self.app, self.folder, self.clock = app, folder, clock or SystemClock()
        self.theme = Theme(app, "light")
        self.strays = _Strays()
        app.installEventFilter(self.strays)
        self.shell: Shell
        self.program: Program

    def open(self) -> None:
        """Open the window on the workspace and wait for Today."""
        self.shell = Shell()
        self.shell.show()
        self.shell.activateWindow()
        wait_for(self.shell.isActiveWindow, "the window to be active")
        self.program = Program(self.app, self.shell, read_preferences(), self.folder, self.clock)
        wait_for(lambda: self.program.places and self.places.today_state.queue, "Today to be there")

    @property
    def places(self) -> Places:
        """The pages of the open workspace."""
        assert self.program.places is not None
        return self.program.places

    @property
    def desk(self):
        """What lies on the desk."""
        return self.places.desk

    @property
    def page(self) -> QWidget:
        """The page in view."""
        page = self.shell.page(self.shell.place)
        assert page is not None
        return page

    def press(self, key: str | Qt.Key, held: Qt.KeyboardModifier = BARE) -> None:
        """Press a key and let go of it; nothing is waited for."""
        QTest.keyClick(self.app.focusWidget() or self.shell, key, held)

    def repeat(self, key: Qt.Key, text: str) -> None:
        """What the system sends while a key is held down."""
        QTest.simulateEvent(self.app.focusWidget() or self.shell, True, key, BARE, text, True)

    def write(self, text: str) -> None:
        """Type into whatever has the focus."""
        QTest.keyClicks(self.app.focusWidget() or self.shell, text)

    def wait_to_read(self) -> None:
        """Wait until the trace on the desk has been painted, so that keys count."""
        wait_for(lambda: self.desk.ready, "the next trace to be painted")

    def begin(self) -> None:
        """Start reviewing from Today."""
        self.press(Qt.Key.Key_Return)
        self.wait_to_read()

    def act(self, key: str | Qt.Key, held: Qt.KeyboardModifier = BARE) -> str:
        """Press a key that does something to the trace on the desk, and wait until it is saved; what the page says."""
        before = self.desk.acts
        self.press(key, held)
        wait_for(lambda: self.desk.acts > before, f"{key} to be saved")
        wait_for(lambda: self.desk.ready or self.desk.stage == "finished", "the next trace to be painted")
        return str(self.desk.message)

    def go(self, number: int, place: str) -> None:
        """Go to a place by its key."""
        self.press(str(number), CTRL)
        wait_for(lambda: self.shell.place == place, f"{place} to be there")

    def dialog(self, kind: type[QWidget]) -> QWidget:
        """Wait for a dialog of that kind to have the keyboard."""
        wait_for(lambda: isinstance(self.app.activeModalWidget(), kind), f"a {kind.__name__}")
        found = self.app.activeModalWidget()
        found.activateWindow()
        wait_for(found.isActiveWindow, f"the {kind.__name__} to be active")
        return found

    def back_at_the_window(self) -> None:
        """Wait until no dialog lies over the window any more."""
        wait_for(lambda: self.app.activeModalWidget() is None, "the dialog to close")
        self.shell.activateWindow()
        wait_for(self.shell.isActiveWindow, "the window to be active")

    def sees(self, *words: str) -> None:
        """Wait until all the words stand on the page in view."""
        try:
            wait_for(lambda: self.reads(*words), look_ms=50)
        except AssertionError:
            raise AssertionError(f"{words} not among {texts_of(self.page)}") from None

    def reads(self, *words: str) -> bool:
        """Whether all the words stand on the page in view."""
        texts = texts_of(self.page)
        return all(any(word in text for text in texts) for word in words)

    def close(self) -> None:
        """Close the window as a person does; the program ends as it does then."""
        ended: list[bool] = []
        QTimer.singleShot(0, self.shell.close)
        guard = QTimer()
        guard.setSingleShot(True)
        guard.timeout.connect(lambda: (ended.append(False), self.app.quit()))
        guard.start(LIMIT_MS)
        self.app.exec()
        assert not ended, "the program did not end with its window"
        assert not self.strays.seen, f"flashed as windows of their own: {self.strays.seen}"
        self.shell.deleteLater()
        QCoreApplication.sendPostedEvents(self.shell, QEvent.Type.DeferredDelete)

    def leave(self) -> None:
        """Get up: what the seat changed about the application is put back."""
        self.app.removeEventFilter(self.strays)
        self.theme.setParent(None)
        self.app.setStyleSheet("")
