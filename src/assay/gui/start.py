"""The first thing that happens on the screen: the window's frame is painted, then the rest is brought in.

Only Qt and looks are known here, so that a window is there in a blink; ``bring_in`` loads what is heavy.
"""

import gc
import signal
import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from assay.base.translation import use_language
from assay.gui.fonts import load_fonts
from assay.gui.shell import Shell
from assay.gui.theme import STYLE, Theme

Bring = Callable[[QApplication, Shell], object]


class _AfterFirstPaint(QObject):
    """Calls ``then`` once the window has been painted for the first time."""

    def __init__(self, shell: Shell, then: Callable[[], None]) -> None:
        super().__init__(shell)
        self._then = then
        shell.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._then)
        return False


def start(appearance: str, text_scale: float, language: str, bring_in: Bring) -> int:
    """Show the window, bring in the rest after its first paint, and run until it is closed; the exit code."""
    use_language(language)
    app = QApplication([*sys.argv[:1], *STYLE])
    app.setApplicationName("assay")
    app.setApplicationDisplayName("Assay")
    app.setDesktopFileName("assay")
    load_fonts()
    Theme(app, appearance, text_scale)
    shell = Shell()
    # Python sees Ctrl+C only while it runs; Qt's loop alone would never let it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    kept: list[object] = []

    def bring() -> None:
        kept.append(bring_in(app, shell))
        # What was loaded up to here is there to stay: garbage is looked for in what comes after.
        gc.freeze()
        gc.enable()

    _AfterFirstPaint(shell, bring)
    shell.show()
    return app.exec()
