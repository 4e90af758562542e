"""Traces on their way into the store, laid aside by day as lines of JSON, so that memory stays flat."""

from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from assay.base.errors import Refused
from assay.base.ids import sha256
from assay.base.translation import tr
from assay.model.trace import Trace
from assay.traces.layout import day_text
from assay.traces.rows import index_row, trace_day
from assay.traces.seen import Seen, Sighting

KEY_COLUMNS = {"uid": "VARCHAR", "sha": "VARCHAR", "day": "VARCHAR"}

_OPEN_FILES = 48


@dataclass(slots=True)
class SpooledDay:
    """The two files of a day and the length in bytes of the longest line in either."""

    index: Path
    payload: Path
    longest: int = 0


class Spool:
    """A folder of line files, two a day, and one of keys. Close it before reading the files.

    ``count`` traces were laid aside (their ``seq`` counts from 0); ``repeated`` came again word for word.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.keys_file = folder / "keys.ndjson"
        self.days: dict[str, SpooledDay] = {}
        self.count = 0
        self.repeated = 0
        self._files: dict[Path, IO[bytes]] = {}
        self._keys = self.keys_file.open("wb")
        self._seen = Seen()

    def add(self, trace: Trace) -> Sighting:
        """Lays the trace aside unless one of its name came before in this write; says which."""
        payload = _canonical(trace)
        uid, content = trace.uid, sha256(payload)
        sighting = self._seen.note(uid, content)
        if sighting is Sighting.REPEATED:
            self.repeated += 1
        if sighting is Sighting.FIRST:
            self._lay_aside(trace, uid, content, payload)
        return sighting

    def close(self) -> None:
        """Brings everything that was added into the files."""
        self._close_files()
        self._keys.close()

    def _lay_aside(self, trace: Trace, uid: str, content: str, payload: str) -> None:
        day = day_text(trace_day(trace))
        spooled = self.days.get(day)
        if spooled is None:
            spooled = SpooledDay(self.folder / f"{day}.index.ndjson", self.folder / f"{day}.payload.ndjson")
            self.days[day] = spooled
        self._append(spooled, spooled.index, index_row(trace, content, self.count))
        self._append(spooled, spooled.payload, {"uid": uid, "trace": payload})
        self._keys.write(msgspec.json.encode({"uid": uid, "sha": content, "day": day}) + b"\n")
        self.count += 1

    def _append(self, day: SpooledDay, path: Path, row: dict[str, object]) -> None:
        line = msgspec.json.encode(row) + b"\n"
        day.longest = max(day.longest, len(line))
        handle = self._files.get(path)
        if handle is None:
            if len(self._files) >= _OPEN_FILES:
                self._close_files()
            handle = self._files[path] = path.open("ab")
        handle.write(line)

    def _close_files(self) -> None:
        for handle in self._files.values():
            handle.close()
        self._files.clear()


def _canonical(trace: Trace) -> str:
    """The trace as canonical JSON. Raises Refused when its text cannot be written down as Unicode."""
    try:
        return trace.canonical_json()
    except ValueError as error:
        raise Refused(
            tr("The trace {id} holds text that is not Unicode.").format(id=ascii(trace.native_id)),
            tr("Repair its source, then import it again."),
        ) from error
