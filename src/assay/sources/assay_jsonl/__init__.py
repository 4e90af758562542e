"""Assay trace JSONL: one trace a line, the generic way in. A JSON array of the same objects is read as well.

What is not as it should be costs its own record at most:

- Times without a zone are taken to be UTC. Text fields take numbers as their text; never lists or objects.
- Unknown keys go to ``metadata`` (of a step: to its attributes; of a metric or a document: to its metadata), and so
  do behaviour events of an unknown kind, and numbers that are NaN or infinite, as the text they were.
- NUL characters and halves of surrogate pairs in texts become U+FFFD, since no database and no file keeps them; in
  an id they are refused, since two ids might become one.
- UTF-8 with or without a mark and UTF-16 with its mark are read; any other encoding refuses the lines it spoils.
"""

import io
import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from assay.base.errors import Unavailable
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingTrace, Place, Rejected
from assay.model.kinds import FileSource
from assay.sources.assay_jsonl.traces import trace_of
from assay.sources.fields.objects import Json, Malformed
from assay.sources.fields.records import UTF16_MARKS, clean, parsed, records_in

LONGEST_RECORD_KEPT = 10_000

_REPORT_EVERY = 1 << 20
_TELLING_KEYS = frozenset({"id", "input", "output", "steps"})
_REVIEW_KEYS = frozenset({"rater", "criterion", "value"})
_BETWEEN_VALUES = frozenset(" \t\r\n,:")


def _recognises(path: Path, head: bytes) -> bool:
    text = head.decode("utf-16" if head.startswith(UTF16_MARKS) else "utf-8-sig", "replace").lstrip()
    if text.startswith("["):
        return _is_a_trace(text[1:].lstrip())
    return any(_is_a_trace(line) for line in text.split("\n"))


def _is_a_trace(text: str) -> bool:
    """Whether an object begins here that has a trace's keys and not a review row's."""
    keys = _first_keys(text) if text.startswith("{") else frozenset()
    return not _TELLING_KEYS.isdisjoint(keys) and not keys >= _REVIEW_KEYS


def _first_keys(text: str) -> frozenset[str]:
    """The keys of the object that begins here, as far as the text reaches and is whole."""
    scan, keys, at = json.JSONDecoder().raw_decode, [], 1
    try:
        while True:
            key, at = scan(text, _next_value(text, at))
            keys.append(str(key))
            _, at = scan(text, _next_value(text, at))
    except (ValueError, RecursionError):
        return frozenset(keys)


def _next_value(text: str, at: int) -> int:
    while text[at : at + 1] in _BETWEEN_VALUES:
        at += 1
    return at


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    try:
        with path.open("rb") as raw:
            size, reported = raw.seek(0, io.SEEK_END), 0
            raw.seek(0)
            for number, record in records_in(raw):
                progress.check()
                if raw.tell() - reported >= _REPORT_EVERY:
                    reported = raw.tell()
                    progress.report(reported, size, tr("bytes"))
                yield _incoming(record, source, Place(str(path), number))
            progress.report(size, size, tr("bytes"))
    except OSError as error:
        raise Unavailable(
            tr("“{file}” could not be read: {fault}.").format(file=path, fault=error.strerror or error),
            tr("Check that it is there and may be read."),
        ) from error


def _incoming(record: bytes | Json, source: str, place: Place) -> Incoming:
    try:
        value = clean(parsed(record), record) if isinstance(record, bytes) else clean(record)
        return IncomingTrace(trace_of(value, source), place)
    except Malformed as malformed:
        reason = str(malformed)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = tr("“{where}” is not as it should be: {what}.").format(where=where, what=first["msg"])
    return Rejected(place, reason, _excerpt(record))


def _excerpt(record: bytes | Json) -> str:
    if isinstance(record, bytes):
        return record[: LONGEST_RECORD_KEPT * 4].decode("utf-8", "replace").strip()[:LONGEST_RECORD_KEPT]
    return json.dumps(record)[:LONGEST_RECORD_KEPT]


KIND = FileSource(name="assay-jsonl", title="Assay trace JSONL", recognises=_recognises, read=_read)
