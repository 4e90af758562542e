"""Where the days lie in a store's folder, and how a file is put in its place so that it survives a power cut.

FOLDER/day=2026-11-20/index.parquet      one row a trace
FOLDER/day=2026-11-20/payload.parquet    uid and the canonical trace
FOLDER/day=undated/…                     traces whose source gives no time
FOLDER/writing.tmp/…                     what is being written; nobody reads it
FOLDER/lock                              held by the one who writes
"""

import os
import shutil
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

INDEX = "index.parquet"
PAYLOAD = "payload.parquet"
UNDATED = "undated"
WORK = "writing.tmp"
COMMIT = "commit.json"
LOCK = "lock"

_PREFIX = "day="
_REPLACE_ATTEMPTS = 80
_MOMENT = 0.05


def day_text(day: date | None) -> str:
    """The day as it stands in a folder's name."""
    return day.isoformat() if day else UNDATED


def day_folder(folder: Path, day: str) -> Path:
    """The folder of a day (as text)."""
    return folder / f"{_PREFIX}{day}"


def day_folders(folder: Path) -> dict[str, Path]:
    """All day folders by day (as text), in order."""
    if not folder.is_dir():
        return {}
    found = {path.name.removeprefix(_PREFIX): path for path in folder.glob(f"{_PREFIX}*") if path.is_dir()}
    return dict(sorted(found.items()))


def stored_days(folder: Path) -> dict[str, Path]:
    """The folders of the days that are in the store: those with an index."""
    return {day: path for day, path in day_folders(folder).items() if (path / INDEX).is_file()}


@dataclass(frozen=True, slots=True)
class State:
    """Which files the store is made of at a moment: two equal states, and nothing was put in place in between."""

    is_changing: bool
    indexes: dict[str, tuple[int, int, int]]


def state(folder: Path) -> State:
    """The store's state. ``is_changing``: a write is being put in place, or was cut short by a crash."""
    is_changing = (folder / WORK / COMMIT).exists()
    indexes = {}
    for day, path in day_folders(folder).items():
        with suppress(OSError):
            seen = (path / INDEX).stat()
            indexes[day] = (seen.st_ino, seen.st_mtime_ns, seen.st_size)
    return State(is_changing, indexes)


def pause() -> None:
    """Gives somebody who writes a moment."""
    time.sleep(_MOMENT)


def settle(path: Path) -> None:
    """Returns once the file's bytes are on the disk."""
    with path.open("r+b") as handle:
        os.fsync(handle.fileno())


def settle_folder(folder: Path) -> None:
    """Returns once the folder's names are on the disk; Windows does that by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(staged: Path, target: Path) -> None:
    """Replaces ``target`` by ``staged`` in one step.

    Windows refuses while somebody reads the old file, so it is tried again for about four seconds.
    """
    for attempt in range(_REPLACE_ATTEMPTS):
        try:
            staged.replace(target)
        except PermissionError:
            if attempt == _REPLACE_ATTEMPTS - 1:
                raise
            pause()
        else:
            return


def remove_day(folder: Path) -> None:
    """Takes a day out of the store: its index first, since that is what makes it seen."""
    for name in (INDEX, PAYLOAD):
        (folder / name).unlink(missing_ok=True)
    clear(folder)


def sweep_days(folder: Path) -> None:
    """Removes stale ``.tmp`` files, and days that were begun and never got an index."""
    for path in day_folders(folder).values():
        for stale in path.glob("*.tmp"):
            stale.unlink(missing_ok=True)
        if not (path / INDEX).is_file():
            clear(path)


def clear(folder: Path) -> None:
    """Removes a folder and all that is in it, as far as it can be removed."""
    shutil.rmtree(folder, ignore_errors=True)
