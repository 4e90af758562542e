"""The window's tests: the application as the program makes it, and a seat before the real window."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtWidgets import QApplication

from assay.gui.theme import STYLE


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The words the program gives to Qt."""
    return ["assay", *STYLE]


@pytest.fixture(scope="session")
def window_driver() -> ModuleType:
    """The module of that name beside this one."""
    spec = importlib.util.spec_from_file_location(
        "window_driver", Path(__file__).with_name("window_driver.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def sit_down(qapp: QApplication, window_driver: ModuleType) -> Iterator[Callable[..., object]]:
    """Makes seats: ``sit_down(folder)``."""
    seats = []

    def down(folder: Path, **options: object) -> object:
        seats.append(window_driver.Seat(qapp, folder, **options))
        return seats[-1]

    yield down
    for seat in seats:
        seat.leave()
