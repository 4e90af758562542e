"""Files of JSON taken apart into records: lines, the members of an array, or of the lists of one document."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from assay.base.errors import Unavailable
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Place, Rejected
from assay.sources.fields.objects import Malformed
from assay.sources.fields.records import UTF16_MARKS, parsed, records_in
from assay.sources.spans.document import Document
from assay.sources.spans.records import Found, Layout, mended, parted, settled_record
from assay.sources.spans.values import excerpt

_LINE_PIECE = 1 << 20
_REPORT_EVERY = 1 << 20


def read_records(paths: Sequence[Path], layout: Layout, progress: Progress) -> Iterator[Found | Rejected]:
    """The records of the files, in order. Progress is in bytes of all files. Raises Unavailable."""
    at = paths[0] if paths else Path()
    try:
        sizes = [path.stat().st_size for path in paths]
        for number, at in enumerate(paths):
            with at.open("rb") as raw:
                before, reported = sum(sizes[:number]), 0
                for found in _records(raw, str(at), layout):
                    progress.check()
                    if raw.tell() - reported >= _REPORT_EVERY:
                        reported = raw.tell()
                        progress.report(before + reported, sum(sizes), tr("bytes"))
                    yield found
        progress.report(sum(sizes), sum(sizes), tr("bytes"))
    except OSError as error:
        raise Unavailable(
            tr("“{file}” could not be read: {fault}.").format(file=at, fault=error.strerror or error),
            tr("Check that it is there and may be read."),
        ) from error


def _records(raw: IO[bytes], path: str, layout: Layout) -> Iterator[Found | Rejected]:
    encoding = "utf-16" if raw.read(2).startswith(UTF16_MARKS) else "utf-8-sig"
    raw.seek(0)
    if _is_document(raw, encoding):
        yield from Document(raw, encoding, path, layout).records()
        return
    for line, record in records_in(raw):
        place = Place(path, line)
        if isinstance(record, bytes):
            yield from _of_line(record, place, layout)
        else:
            yield from settled_record(place, "", record)


def _of_line(record: bytes, place: Place, layout: Layout) -> Iterator[Found | Rejected]:
    try:
        whole, damage = parsed(record), None
    except Malformed as malformed:
        whole = mended(record.decode("utf-8", "replace"), layout)
        damage = Rejected(place, str(malformed), excerpt(record))
    if damage is None or whole is not None:
        for key, value in parted(whole, layout):
            yield from settled_record(place, key, value)
    if damage:
        yield damage


def _is_document(raw: IO[bytes], encoding: str) -> bool:
    """Whether the file is one JSON object, over however many lines, and not an object a line."""
    text = io.TextIOWrapper(raw, encoding, errors="replace")
    try:
        first, second = _beginning(text), _beginning(text)
    finally:
        text.detach()  # the file is closed by the one who opened it
        raw.seek(0)
    return first == "{" and second in ("", '"', "}", "[")


def _beginning(text: io.TextIOWrapper) -> str:
    """The first character of the next line that is not blank; the line is passed over."""
    found = ""
    while piece := text.readline(_LINE_PIECE):
        found = found or piece.strip()[:1]
        if found and piece.endswith("\n"):
            break
    return found
