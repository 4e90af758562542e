"""What holds for every file of the project: its words and its locks."""

import re
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]

FORBIDDEN_TEXT = {
    "the address of a package registry": r"pypi\.org|pythonhosted\.org|npmjs\.org|deb\.debian\.org|crates\.io",
    "a path of one machine": r"(?<![\w.:/}])/(?:work|root|home|Users)/|[A-Z]:\\Users\\",
    "a promise instead of work": r"\bTO[D]O\b|\bFIX[M]E\b",
}


# What a checkout may hold that is not part of the project, for a copy that git knows nothing of.
STRAY = {".venv", "build", "dist", "__pycache__", "demo-workspace"}


def listed() -> list[Path]:
    """Every file that is, or is about to be, part of the project."""
    if shutil.which("git") and (ROOT / ".git").exists():
        names = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        return [ROOT / name for name in names.split("\0") if name]
    top = [path for path in ROOT.iterdir() if path.name not in STRAY and not path.name.endswith("_cache")]
    inside = [file for path in top for file in (path.rglob("*") if path.is_dir() else [path])]
    return [file for file in inside if not STRAY & set(file.relative_to(ROOT).parts)]


@cache
def committed() -> tuple[Path, ...]:
    """The text files among them."""
    return tuple(file for file in listed() if file.is_file() and b"\0" not in file.read_bytes())


@pytest.mark.parametrize("what", FORBIDDEN_TEXT)
def test_no_file_holds(what: str):
    pattern = re.compile(FORBIDDEN_TEXT[what])
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for file in committed()
        for number, line in enumerate(
            file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if pattern.search(line)
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


OFFENCES = (f"pip install -i https://{'pypi'}.org", f"see {'/'}work/x", f"# {'TO'}DO later")


@pytest.mark.parametrize(("what", "offence"), list(zip(FORBIDDEN_TEXT, OFFENCES, strict=True)))
def test_forbidden_text_is_seen(what: str, offence: str):
    assert re.search(FORBIDDEN_TEXT[what], offence)


def test_no_test_mocks_our_own_code():
    pattern = re.compile(
        r"^\s*(?:from|import) (?:unittest\.mock|unittest import mock)|\bmocker\b", re.MULTILINE
    )
    tests = [file for file in (ROOT / "tests").rglob("*.py") if file != Path(__file__)]
    assert [file.name for file in tests if pattern.search(file.read_text(encoding="utf-8"))] == []


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / "packaging" / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)
    }


@pytest.mark.parametrize("lock", ["app", "dev", "packaging"])
def test_a_lock_fits_what_the_project_asks_for(lock: str):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"].get(lock, [])
    pinned = pins(lock)
    for line in wanted:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pinned.get(canonicalize_name(requirement.name), "0"), True), (
            line
        )


@pytest.mark.parametrize("lock", ["dev", "packaging"])
def test_what_is_tested_and_frozen_is_what_runs(lock: str):
    assert pins("app").items() <= pins(lock).items()
