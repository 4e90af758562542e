"""One writer at a time, whichever program or thread it is. Readers need no lock."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from assay.base.errors import Unavailable
from assay.base.translation import tr
from assay.traces.layout import LOCK

if sys.platform == "win32":
    import msvcrt

    def _seize(handle: IO[bytes]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _seize(handle: IO[bytes]) -> None:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Holds the store's lock. Raises Unavailable at once if somebody else holds it; a crash gives it back."""
    with _opened(folder) as handle:
        try:
            _seize(handle)
        except OSError as error:
            raise Unavailable(
                tr("Another window or command is writing traces into this workspace."),
                tr("Wait until it is done, then try again."),
            ) from error
        yield


def _opened(folder: Path) -> IO[bytes]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / LOCK).open("a+b")
    except OSError as error:
        raise Unavailable(
            tr("“{folder}” cannot be written to: {fault}.").format(
                folder=folder, fault=error.strerror or error
            ),
            tr("Check the folder's permissions and the disk."),
        ) from error
