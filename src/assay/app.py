"""The window's front door: paints the frame first, then puts the program together."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assay.base.translation import tr
from assay.operations.preferences import read_preferences, workspace_to_use

if TYPE_CHECKING:
    from types import TracebackType

    from PySide6.QtWidgets import QApplication

    from assay.gui.shell import Shell


def has_display() -> bool:
    """Whether there is a screen to open a window on."""
    if os.environ.get("QT_QPA_PLATFORM"):
        return True
    if not sys.platform.startswith(("linux", "freebsd")):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _workspace_named(words: list[str]) -> Path | None:
    """The folder after ``-w`` or ``--workspace``; None where no words were said."""
    if not words:
        return None
    from argparse import ArgumentParser

    reader = ArgumentParser(prog="assay")
    reader.add_argument("-w", "--workspace", type=Path)
    named: Path | None = reader.parse_args(words).workspace
    return named


def open_window(words: list[str]) -> int:
    """Open the window on the workspace asked for, or on the last one; the exit code."""
    folder = workspace_to_use(_workspace_named(words))
    if not has_display():
        sys.stderr.write(
            "assay: There is no display to open a window on. “assay --help” lists the commands.\n"
        )
        return 1
    preferences = read_preferences()
    # Qt comes last: once it is there every import is slower, and without a display it is not needed.
    from assay.gui.start import start

    def bring_in_the_rest(app: "QApplication", shell: "Shell") -> object:
        # Loading these before the first paint would cost several empty windows; this is the one place.
        from assay.base.clock import SystemClock
        from assay.gui.program import Program
        from assay.operations.fault_report import report_fault

        def tell(_kind: type[BaseException], error: BaseException, _trace: "TracebackType | None") -> None:
            # The border of the event loop: a fault of ours leaves a report, and the window stays.
            told = tr("A fault of Assay’s own. What was saved is safe. Please send the report {file}.")
            shell.set_notice(told.format(file=report_fault(error)), "error")

        sys.excepthook = tell
        return Program(app, shell, preferences, folder, SystemClock())

    return start(preferences.appearance, preferences.text_scale, preferences.language, bring_in_the_rest)
