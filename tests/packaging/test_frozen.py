"""The frozen program, built and started as somebody without Python would."""

import os
import subprocess
from pathlib import Path

import pytest

from assay.base.registry import REGISTRIES, module_names

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def folder() -> Path:
    """The folder that `make package` builds."""
    subprocess.run(["make", "package"], cwd=ROOT, check=True)
    return ROOT / "dist" / "assay"


def surroundings() -> dict[str, str]:
    """Nothing of this checkout or its Python."""
    kept = ("HOME", "XDG_", "QT_", "LANG", "DISPLAY")
    return {name: value for name, value in os.environ.items() if name.startswith(kept)} | {
        "PATH": "/usr/bin:/bin"
    }


def started(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The program, run to its end."""
    return subprocess.run(
        [folder / "assay", *words],
        env=surroundings(),
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_it_says_its_version(folder: Path):
    run = started(folder, "--version")
    assert run.returncode == 0, run.stderr
    assert "0." in run.stdout


def test_it_has_a_whole_day_without_a_window(folder: Path, tmp_path: Path):
    run = started(folder, "demo", "--no-window", "-w", str(tmp_path / "day"))
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert (tmp_path / "day" / "workspace.sqlite3").exists()


def test_its_window_opens_and_stays_open(folder: Path):
    with subprocess.Popen(
        [folder / "assay"], env=surroundings(), cwd=folder.parent, stderr=subprocess.PIPE
    ) as window:
        try:
            window.wait(timeout=15)
        except subprocess.TimeoutExpired:
            window.terminate()
            return
        pytest.fail(
            f"the window closed by itself: {window.communicate()[1].decode(errors='replace')[-2000:]}"
        )


def test_it_holds_every_kind(folder: Path):
    viewer = ROOT / "build" / "packaging" / "bin" / "pyi-archive_viewer"
    listed = subprocess.run(
        [viewer, "--recursive", "--brief", folder / "assay"], capture_output=True, text=True, check=True
    ).stdout
    kinds = [name for room in REGISTRIES for name in module_names(room)]
    assert kinds
    assert [name for name in kinds if name not in listed.split()] == []


def test_it_carries_no_tool_of_ours(folder: Path):
    inside = {path.name for path in (folder / "_internal").iterdir()}
    assert inside.isdisjoint({"pytest", "hypothesis", "mypy", "_tkinter", "IPython"})
    assert not list(folder.rglob("*translations/qt*"))


def test_it_stays_within_its_size(folder: Path):
    """It was 337 MB on Linux when it was first built."""
    megabytes = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    assert megabytes < 350
