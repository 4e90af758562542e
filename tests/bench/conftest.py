"""Measures are taken as ratios within one run, and every figure is printed beside the goal it has."""

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from assay.gui.theme import STYLE

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The words the program gives to Qt."""
    return ["assay", *STYLE]


@pytest.fixture(scope="session")
def window_driver() -> ModuleType:
    """The module that sits before the real window, from the window's tests."""
    path = TESTS / "gui" / "window_driver.py"
    spec = importlib.util.spec_from_file_location("window_driver", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Prints a line of figures, whether or not the output is captured: ``show("median", "9 ms", "goal 50 ms")``."""

    def line(*words: object) -> None:
        with capsys.disabled():
            print("\n   ", *words, end="", sep="  ")

    return line


@pytest.fixture(scope="session")
def percentile() -> Callable[[Sequence[float], float], float]:
    """``percentile(values, 0.95)``: the value that so large a share does not exceed."""

    def at(values: Sequence[float], share: float) -> float:
        ordered = sorted(values)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return at
