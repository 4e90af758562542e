"""Refused records are written out whole, with the reason, so that nobody has to guess what did not come in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TextIO

from assay.base.errors import Unavailable
from assay.base.ids import new_id
from assay.model.incoming import Rejected

_LONGEST_STEM = 40


class RejectsFile:
    """A JSON Lines file that appears with the first refused record and not before."""

    def __init__(self, folder: Path, stem: str) -> None:
        self._folder = folder
        self._name = f"{stem[:_LONGEST_STEM]}-{new_id()[:8]}.jsonl"
        self._lines = 0
        self._file: TextIO | None = None

    @property
    def count(self) -> int:
        """How many records were refused."""
        return self._lines

    @property
    def path(self) -> Path | None:
        """Where they stand; None when there are none."""
        return self._folder / self._name if self._lines else None

    def add(self, rejected: Rejected) -> None:
        """Write one refused record. Raises Unavailable where the disk does not take it."""
        line = {
            "file": rejected.place.path,
            "line": rejected.place.line,
            "reason": rejected.reason,
            "record": rejected.record,
        }
        with self._disk_faults():
            if self._file is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file = (self._folder / self._name).open(
                    "w", encoding="utf-8", errors="backslashreplace"
                )
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._lines += 1

    @contextmanager
    def _disk_faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(
                f"The refused records could not be written to {self._folder}: {error.strerror or error}.",
                "Check the folder and the disk's free space, then try again.",
            ) from error

    def __enter__(self) -> "RejectsFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            with suppress(OSError) if error is not None else self._disk_faults():
                self._file.close()
