"""What every test stands on: no screen, a home of its own, silence in the log, and the real data where it is."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The list of fonts that matplotlib makes on its first use is kept from run to run.
os.environ.setdefault("MPLCONFIGDIR", str(ROOT / "build" / "matplotlib"))

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "here"))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, so that no test reads or writes anybody's settings."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    for name in ("CONFIG", "DATA", "STATE", "CACHE", "RUNTIME"):
        inside = folder / name.lower()
        inside.mkdir(mode=0o700)
        monkeypatch.setenv(f"XDG_{name}_{'DIR' if name == 'RUNTIME' else 'HOME'}", str(inside))
    for name in [name for name in os.environ if name.startswith("ASSAY_")]:
        monkeypatch.delenv(name)
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real traces beside the checkout."""
    if not SHARED.exists():
        pytest.skip(f"needs the real data, which is not here: there is no {SHARED.name}/ beside the checkout")
    return SHARED / "data"


@pytest.fixture(scope="session")
def mtrag_file(shared_data: Path) -> Path:
    """Real answers to real questions, each judged by people."""
    return shared_data / "mtrag-human" / "reference_subset_with_human_evaluations.json"


@pytest.fixture
def allowed(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """For a test that provokes a warning: the log, to be looked at. Without it a warning fails the test."""
    return caplog


class _Ear(logging.Handler):
    """Hears every record of WARNING and above, from any thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "matplotlib.font_manager" and "font cache" in record.getMessage():
            return  # says how busy the machine is, and nothing about the program
        self.heard.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@contextmanager
def _silence(item: pytest.Item) -> Iterator[None]:
    ear = _Ear()
    logging.getLogger().addHandler(ear)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(ear)
    if ear.heard and "allowed" not in getattr(item, "fixturenames", ()):
        pytest.fail("the program warned in its log:\n  " + "\n  ".join(ear.heard), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with _silence(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _silence(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    with _silence(item):
        return (yield)
