"""The records of the files of an export, one by one, with their places: lines, arrays, whole documents, gzip."""

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from assay.base.errors import Unavailable
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Place, Rejected
from assay.sources.fields.glimpse import GZIP_MARK
from assay.sources.fields.loose import settled
from assay.sources.fields.objects import Json, Malformed
from assay.sources.fields.records import LONGEST_LINE, UTF8_MARK, clean, parsed, records_in

LONGEST_RECORD_KEPT = 10_000

_REPORT_EVERY = 1 << 20
_ENDLESS = re.compile(rb"NaN|Infinity|[eE]\+?\d{3}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A record of a file. ``line`` is its line, or its number in an array or a document."""

    place: Place
    value: Json


def opened(paths: Sequence[Path], progress: Progress) -> Iterator[Opened | Rejected]:
    """Every record of the files in order, cleaned of what no store can keep; bad ones as `Rejected`.

    Progress is in bytes of all files. Raises Unavailable when a file cannot be read, Cancelled when stopped.
    """
    sizes = [_size(path) for path in paths]
    for index, path in enumerate(paths):
        try:
            yield from _file(path, progress, sum(sizes[:index]), sum(sizes))
        except OSError as error:
            raise _unavailable(path, error) from error
    progress.report(sum(sizes), sum(sizes), tr("bytes"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unavailable(path, error) from error


def _unavailable(path: Path, error: OSError) -> Unavailable:
    return Unavailable(
        tr("“{file}” could not be read: {fault}.").format(file=path, fault=error.strerror or error),
        tr("Check that it is there and may be read."),
    )


def _file(path: Path, progress: Progress, before: int, total: int) -> Iterator[Opened | Rejected]:
    number, reported = 0, 0
    with ExitStack() as open_files:
        raw: IO[bytes] = open_files.enter_context(path.open("rb"))
        packed = raw.read(2) == GZIP_MARK
        raw.seek(0)
        stream = cast(IO[bytes], open_files.enter_context(gzip.GzipFile(fileobj=raw))) if packed else raw
        try:
            for number, record in _records(stream):
                progress.check()
                if raw.tell() - reported >= _REPORT_EVERY:
                    reported = raw.tell()
                    progress.report(before + reported, total, tr("bytes"))
                yield from _members(record, Place(str(path), number))
        except (gzip.BadGzipFile, EOFError, zlib.error):
            reason = tr("The compressed file is cut off or damaged from here on.")
            yield Rejected(Place(str(path), number + 1), reason, "")


def _members(record: bytes | Json, place: Place) -> Iterator[Opened | Rejected]:
    """The record, or its members where it is an array by itself."""
    try:
        value = read_value(record)
    except Malformed as malformed:
        yield Rejected(place, str(malformed), excerpt(record))
        return
    for member in value if isinstance(value, list) else [value]:
        yield Opened(place, member)


def read_value(record: bytes | Json) -> Json:
    """What a record says, cleaned. Raises Malformed when it says nothing."""
    if not isinstance(record, bytes):
        return settled(clean(record))
    value = clean(parsed(record), record)
    return settled(value) if _ENDLESS.search(record) else value


def excerpt(record: bytes | Json) -> str:
    """A record as it is written out when it is refused, cut to a sane length."""
    if isinstance(record, bytes):
        return record[: LONGEST_RECORD_KEPT * 4].decode("utf-8", "replace").strip()[:LONGEST_RECORD_KEPT]
    return json.dumps(record, ensure_ascii=False, default=str)[:LONGEST_RECORD_KEPT]


def _records(stream: IO[bytes]) -> Iterator[tuple[int, bytes | Json]]:
    """Lines, members of one array, or the one object that is laid out over many lines."""
    first, second = stream.readline(LONGEST_LINE + 1), stream.readline(1 << 16)
    stream.seek(0, io.SEEK_SET)
    begins = first.removeprefix(UTF8_MARK).strip()
    laid_out = begins.startswith(b"{") and not begins.endswith(b"}") and second[:1] in b' \t"}\r\n'
    if second and (laid_out or begins == b"{"):
        yield 1, stream.read(LONGEST_LINE + 1).removeprefix(UTF8_MARK)
    else:
        yield from records_in(stream)
