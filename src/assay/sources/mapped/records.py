"""The records of a file: its lines, the members of the one list it is, or what a path finds in the one document."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import IO, cast

from assay.base.progress import Progress
from assay.base.translation import tr
from assay.sources.fields.glimpse import GZIP_MARK
from assay.sources.fields.objects import Json, Malformed
from assay.sources.fields.opened import read_value
from assay.sources.fields.records import LONGEST_LINE, UTF8_MARK, UTF16_MARKS, parsed, records_in
from assay.sources.mapped.paths import Path

_LINES = (".jsonl", ".ndjson")
_REPORT_EVERY = 1 << 20
_WHOLE, _MEMBERS = Path("$", "$", ()), Path("$[*]", "$", (None,))


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece of a file that holds no record, and why."""

    reason: str
    excerpt: bytes | Json


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a file falls into: a line of that number, a member of the list it is, or the whole document."""

    content: bytes | Json
    line: int | None = None
    is_member: bool = False


def records_of(file: FilePath, each: Path | None, progress: Progress) -> Iterator[tuple[int, Json | Unread]]:
    """The records with their line, or their number from 1 where the file is not lines.

    ``each`` leads from a line or document to its records; without it a list is its members, anything else itself.
    Progress is in bytes of the file. Raises OSError when it cannot be read.
    """
    number, reported = 0, 0
    with ExitStack() as open_files:
        raw: IO[bytes] = open_files.enter_context(file.open("rb"))
        size = file.stat().st_size
        stream, suffix = _unpacked(raw, file, open_files)
        try:
            for piece in _pieces(stream, suffix, each):
                for record in _records(piece, each):
                    number += 1
                    progress.check()
                    if raw.tell() - reported >= _REPORT_EVERY:
                        reported = raw.tell()
                        progress.report(reported, size, tr("bytes"))
                    yield piece.line or number, record
        except (gzip.BadGzipFile, EOFError, zlib.error):
            yield number + 1, Unread(tr("The compressed file is cut off or damaged from here on."), b"")
        progress.report(size, size, tr("bytes"))


def _unpacked(raw: IO[bytes], file: FilePath, open_files: ExitStack) -> tuple[IO[bytes], str]:
    """What is in the file, be it compressed or not, and the ending that its name would have without compression."""
    packed = raw.read(2) == GZIP_MARK
    raw.seek(0)
    if not packed:
        return raw, file.suffix
    suffix = FilePath(file.stem).suffix if file.suffix.lower() == ".gz" else file.suffix
    return cast(IO[bytes], open_files.enter_context(gzip.GzipFile(fileobj=raw))), suffix


def _pieces(raw: IO[bytes], suffix: str, each: Path | None) -> Iterator[_Piece]:
    """The file in pieces, as few at a time as its layout allows."""
    first, second = _first_lines(raw)
    lines = suffix.lower() in _LINES or (bool(second) and _is_json(first))
    if not lines and first.startswith(b"[") and (each is None or each.segments[:1] == (None,)):
        for number, content in records_in(raw):
            is_line = isinstance(content, bytes)  # a list that breaks off goes on as bytes as well
            yield _Piece(content, number if is_line else None, is_member=not is_line)
        return
    if not lines:
        data = _utf8(raw.read(LONGEST_LINE + 1))
        raw.seek(0)
        if _is_json(data) or not _is_json(second):
            yield _Piece(data)
            return
    for number, content in records_in(raw):  # lines, be it that the first of them is damaged
        yield _Piece(content, number)


def _first_lines(raw: IO[bytes]) -> tuple[bytes, bytes]:
    """The first two lines that are not blank, without a mark; nothing for what is missing or too long for a line."""
    found: list[bytes] = []
    while len(found) < 2 and (line := raw.readline(LONGEST_LINE + 1)):
        if line.strip():
            found.append(line.removeprefix(UTF8_MARK).lstrip() if len(line) <= LONGEST_LINE else b"")
    raw.seek(0)
    return (*found, b"", b"")[0], (*found, b"", b"")[1]


def _utf8(data: bytes) -> bytes:
    if data.startswith(UTF16_MARKS):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(UTF8_MARK)


def _is_json(text: bytes) -> bool:
    if text.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        parsed(text)
    except Malformed:
        return False
    return True


def _records(piece: _Piece, each: Path | None) -> Iterator[Json | Unread]:
    try:
        value = read_value(piece.content)
        way = _WHOLE if piece.is_member or not isinstance(value, list) else _MEMBERS
        if each is not None:  # from a member of the list that the file is, the way begins behind its [*]
            way = Path(each.written, "$", each.segments[1:]) if piece.is_member else each
        yield from _along(value, way)
    except Malformed as malformed:
        yield Unread(str(malformed), piece.content)


def _along(value: Json, way: Path) -> Iterator[Json]:
    nothing = True
    for member in way.members(value):
        nothing = False
        yield member.value
    if nothing and (way.keys is None or _is_nowhere(value, way.keys)):
        raise Malformed(tr("“{path}” leads nowhere.").format(path=way.written))


def _is_nowhere(value: Json, keys: tuple[str, ...]) -> bool:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value is None
