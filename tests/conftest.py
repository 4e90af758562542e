"""What every test stands on: no screen, a home of its own, silence in the log, and the real data where it is."""

import gc
import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

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
    return _move_home(tmp_path_factory, monkeypatch)


def _move_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
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


@dataclass(frozen=True)
class Said:
    """What a command answered: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output, of a command that was done."""
        assert self.code == 0, self.err
        found: dict[str, Any] = json.loads(self.out)
        assert self.out.count("\n") == 1
        return found


Assay = Callable[..., Said]


@pytest.fixture(scope="session")
def assay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assay]:
    """The command line, in this process: ``assay("draw", "-w", folder, "--json")``. Session fixtures may use it."""
    from assay.cli import run

    def said(*words: object) -> Said:
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = run([str(word) for word in words])
            except SystemExit as left:
                code = int(left.code or 0)
        assert "Traceback" not in out.getvalue() + err.getvalue()
        return Said(code, out.getvalue(), err.getvalue())

    with pytest.MonkeyPatch.context() as patch:
        _move_home(tmp_path_factory, patch)
        yield said


@pytest.fixture(scope="session")
def blank(assay: Assay, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workspace, made once. Nobody writes into it: `workspace` is a copy."""
    folder = tmp_path_factory.mktemp("blank") / "w"
    assert assay("init", "-w", folder).code == 0
    return folder


@pytest.fixture
def workspace(blank: Path, tmp_path: Path) -> Path:
    """An empty workspace of the test's own."""
    return Path(shutil.copytree(blank, tmp_path / "w"))


@pytest.fixture(scope="session")
def lines() -> Callable[[Path, Sequence[object]], Path]:
    """Writes records as JSON Lines: ``lines(folder / "t.jsonl", [...])``; a record that is text goes in as it is."""

    def write(path: Path, records: Sequence[object]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in records]
        path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        return path

    return write


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


@pytest.fixture(scope="module")
def settled_memory() -> Iterator[None]:
    """For tests that watch the time: what earlier tests left behind is not looked through while they run."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


_verdict = pytest.StashKey[int]()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_verdict] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave without taking apart what Qt still holds: hundreds of windows of tests die in no order that Qt knows."""
    sys.stdout.flush()
    sys.stderr.flush()
    if _verdict in config.stash:
        os._exit(config.stash[_verdict])
