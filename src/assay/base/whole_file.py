"""Files that are there whole or not at all: written beside their target, then put in its place."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assay.base.errors import Unavailable


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A path beside ``target`` to write to; it takes the target's place once the block ends well, and is gone if not.

    Raises Unavailable, with what to do, where the disk does not take the file.
    """
    part = target.with_name(f".{target.name}.{os.urandom(4).hex()}.tmp")
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise Unavailable(
            f"“{target}” could not be written: {error.strerror or error}.",
            "Check that the folder exists and the disk has room.",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()
