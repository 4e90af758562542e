"""The rows of an export, brought together by trace, however they are spread over its files.

Rows wait on disk, not in memory; what stays in memory is where each begins.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, Place, Rejected
from assay.sources.fields.objects import Json, Malformed, Object
from assay.sources.fields.opened import excerpt, opened

LONGEST_ID = 1024

_IN_MEMORY = 32 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """A record that belongs to a trace: ``sort`` says as what (trace, span, score).

    ``trace`` None: the row only says which other row it is ``about``, and goes where that one goes. Of rows of
    one sort and id the greatest ``version`` counts, and where none is given, the one in the later file.
    """

    sort: str
    id: str
    value: Object
    trace: str | None = None
    about: str | None = None
    version: str = ""
    place: Place = field(default_factory=lambda: Place("", 0))


@dataclass(frozen=True, slots=True)
class Gathered:
    """All the rows of one trace. ``native_id`` None: rows about something that is not in the files."""

    native_id: str | None
    rows: tuple[Row, ...]

    def of(self, sort: str) -> list[Row]:
        """The rows of that sort, in the order they stood."""
        return [row for row in self.rows if row.sort == sort]


Told = Callable[[Gathered, str], Iterator[Incoming]]


@dataclass(frozen=True, slots=True)
class Filing:
    """How a store's records are filed: ``members`` of a record (itself, where it holds no others), ``rows`` of each.

    Both may raise Malformed: then the record, or the member, is refused with that reason.
    """

    members: Callable[[Json], Iterable[Json]]
    rows: Callable[[Object], Iterable[Row]]

    def filed(self, value: Json, place: Place) -> Iterator[Row | Rejected]:
        """The rows of a record. A member is placed by its number where the file is one document."""
        try:
            members = list(self.members(value))
        except Malformed as malformed:
            yield Rejected(place, str(malformed), excerpt(value))
            return
        for number, member in enumerate(members, start=1):
            where = Place(place.path, number) if len(members) > 1 and place.line == 1 else place
            try:
                yield from [replace(row, place=where) for row in self.rows(_object(member))]
            except Malformed as malformed:
                yield Rejected(where, str(malformed), excerpt(member))


def read_gathered(
    paths: Sequence[Path], source: str, progress: Progress, filing: Filing, told: Told
) -> Iterator[Incoming]:
    """What the files hold, trace by trace. ``told(gathered, source)`` says what a trace's rows tell."""
    yield from tell(_rows(paths, progress, filing), source, progress, told)


def tell(rows: Iterable[Row | Rejected], source: str, progress: Progress, told: Told) -> Iterator[Incoming]:
    """What the rows tell, trace by trace in the order of their first rows."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        spool = _Spool(file)
        for row in rows:
            if isinstance(row, Rejected):
                yield row
            else:
                spool.add(row)
        for gathered in spool.gathered():
            progress.check()
            yield from _settled(gathered, source, told)


def native_id(value: str | None, what: str) -> str:
    """The id, if it can name something. Raises Malformed when it cannot; ``what`` names the field."""
    if value is None or not value.strip() or value in ("NaN", "Infinity", "-Infinity"):
        raise Malformed(tr("The record has no “{what}”.").format(what=what))
    if len(value) > LONGEST_ID:
        reason = tr("“{what}” is longer than {limit} characters.")
        raise Malformed(reason.format(what=what, limit=LONGEST_ID))
    if "\ufffd" in value:
        raise Malformed(tr("“{what}” holds characters that are not text.").format(what=what))
    return value


def members_of(value: Json, *keys: str) -> list[Json]:
    """The members of an answer of an API, which are a list under one of the keys; else the record itself."""
    if isinstance(value, dict):
        for key in keys:
            if isinstance(value.get(key), list):
                return list(value[key])
    return [value]


def _object(value: Json) -> Object:
    if not isinstance(value, dict):
        raise Malformed(tr("The record is not an object."))
    return value


def _rows(paths: Sequence[Path], progress: Progress, filing: Filing) -> Iterator[Row | Rejected]:
    for record in opened(paths, progress):
        if isinstance(record, Rejected):
            yield record
        else:
            yield from filing.filed(record.value, record.place)


def _settled(gathered: Gathered, source: str, told: Told) -> Iterator[Incoming]:
    """What the trace tells, of each row the newest; refused rows beside it."""
    rows, refused = _newest(gathered.rows)
    yield from refused
    yield from told(Gathered(gathered.native_id, rows), source)


def _newest(rows: Sequence[Row]) -> tuple[tuple[Row, ...], list[Rejected]]:
    kept: dict[tuple[str, str], Row] = {}
    refused = []
    for row in rows:
        old = kept.setdefault((row.sort, row.id), row)
        if old is row or old.value == row.value:
            continue
        if old.version == row.version and old.place.path == row.place.path:
            reason = tr("“{id}” stands twice with different contents; the first one was kept.")
            refused.append(Rejected(row.place, reason.format(id=row.id), excerpt(row.value)))
        elif row.version >= old.version:
            kept[row.sort, row.id] = row
    return tuple(kept.values()), refused


@dataclass(slots=True)
class _Spool:
    """Rows in a file, and where those of each trace begin."""

    file: IO[bytes]
    traces: dict[str, list[int]] = field(default_factory=dict)
    waiting: list[tuple[str, int]] = field(default_factory=list)
    homes: dict[str, str] = field(default_factory=dict)
    unnamed: int = 0

    def add(self, row: Row) -> None:
        begins = self.file.tell()
        place = (row.place.path, row.place.line)
        key = row.id or f"\x00{self.unnamed}"
        self.unnamed += not row.id
        packed = json.dumps((row.sort, key, row.value, row.trace, row.about, row.version, place))
        self.file.write(packed.encode() + b"\n")
        if row.trace is None:
            self.waiting.append((row.about or "", begins))
            return
        self.traces.setdefault(row.trace, []).append(begins)
        if row.sort != "score":
            self.homes.setdefault(row.id, row.trace)

    def gathered(self) -> Iterator[Gathered]:
        lost: list[int] = []
        for about, begins in self.waiting:
            home = self.homes.get(about)
            (lost if home is None else self.traces[home]).append(begins)
        for native, places in self.traces.items():
            yield Gathered(native, tuple(replace(self._row(begins), trace=native) for begins in places))
        for begins in lost:
            yield Gathered(None, (self._row(begins),))

    def _row(self, begins: int) -> Row:
        self.file.seek(begins)
        sort, key, value, trace, about, version, place = json.loads(self.file.readline())
        return Row(sort, key, value, trace, about, version, Place(*place))
