"""Refused records are written out whole, with the reason, so that nobody has to guess what did not come in."""

import json
from pathlib import Path
from types import TracebackType
from typing import TextIO

from assay.base.ids import new_id
from assay.model.incoming import Rejected


class RejectsFile:
    """A JSON Lines file that appears with the first refused record and not before."""

    def __init__(self, folder: Path, stem: str) -> None:
        self._folder = folder
        self._name = f"{stem}-{new_id()[:8]}.jsonl"
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
        """Write one refused record."""
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = (self._folder / self._name).open("w", encoding="utf-8", errors="backslashreplace")
        line = {
            "file": rejected.place.path,
            "line": rejected.place.line,
            "reason": rejected.reason,
            "record": rejected.record,
        }
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._lines += 1

    def __enter__(self) -> "RejectsFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
