"""The window is there before anything heavy is loaded."""

import os
import subprocess
import sys

import pytest

FORBIDDEN = (
    "sqlmodel",
    "sqlalchemy",
    "pydantic",
    "numpy",
    "matplotlib",
    "duckdb",
    "markdown_it",
    "alembic",
    "assay.model",
    "assay.viewmodels",
    "assay.operations",
    "assay.workspace",
    "assay.traces",
)

_PROGRAM = """
import sys
from PySide6.QtWidgets import QApplication
from assay.gui.fonts import load_fonts
from assay.gui.shell import Shell
from assay.gui.theme import Theme
app = QApplication([])
load_fonts()
Theme(app)
shell = Shell()
shell.set_workspace_name("Claims")
shell.show()
assert not shell.grab().isNull()
print("\\n".join(sys.modules))
"""


@pytest.fixture(scope="module")
def loaded():
    """The names of all modules that are loaded once the shell is painted, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_shell_itself_is_loaded(loaded):
    assert {"assay.gui.shell", "assay.gui.rail", "PySide6.QtWidgets"} <= loaded


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_shell_is_painted_without(loaded, name):
    assert not {module for module in loaded if module == name or module.startswith(f"{name}.")}
