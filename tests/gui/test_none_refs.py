"""Some releases of PySide6 lose a reference to None on every call that returns nothing, and abort after thousands."""

import os
import subprocess
import sys

_CALLS = 200_000
_PROGRAM = f"""
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel()
for number in range({_CALLS}):
    label.setText("")
"""


def test_two_hundred_thousand_calls_that_return_nothing_are_survived():
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
