"""Makes the pictures of the README and the manual: the demo's workspace in a real window, the places that tell most.

Run it as ``python tests/screenshots.py docs/pictures``; it needs no display.
"""

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_SCALE_FACTOR", "1.5")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from assay.base.clock import FixedClock
from assay.base.progress import Progress
from assay.gui.fonts import load_fonts
from assay.gui.program import Program
from assay.gui.shell import Shell
from assay.gui.theme import STYLE, Theme
from assay.operations.demo import demo
from assay.operations.preferences import Preferences

DAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SIZE = (1280, 800)
PICTURES = {"light": ("today", "review", "quality", "agreement"), "dark": ("review", "quality")}


def main() -> None:
    """Draw the pictures into the folder named."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("folder", type=Path)
    folder = reader.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ[name] = home
        workspace = Path(home) / "help-desk"
        clock = FixedClock(DAY)
        demo(workspace, clock, Progress())
        app = QApplication([sys.argv[0], *STYLE])
        load_fonts()
        theme = Theme(app, "light")
        shell = Shell()
        shell.resize(*SIZE)
        shell.show()
        program = Program(app, shell, Preferences(rater="Maria Kern"), workspace, clock)
        wait_for(lambda: program.places is not None and program.places.today_state.queue is not None)
        for look, wanted in PICTURES.items():
            theme.choose(look)
            for place in wanted:
                show(program, place)
                shell.grab().save(str(folder / f"{place}-{look}.png"))
        program.close()


def show(program: Program, place: str) -> None:
    """Go to a place and wait until it stands; on Review answer two questions."""
    program.go(place)
    places = program.places
    if place == "review":
        wait_for(lambda: places.desk.ready)
        for key in "1", "1":
            QTest.keyClicks(places.review.view.pane, key)
    pause(1500)


def wait_for(condition, limit_ms: int = 20_000) -> None:
    """Let the program run until the condition holds."""
    waited = 0
    while not condition() and waited < limit_ms:
        pause(50)
        waited += 50
    if not condition():
        raise SystemExit("The window did not come to rest.")


def pause(milliseconds: int) -> None:
    """Let the program run for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
