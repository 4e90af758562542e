"""The records of a file, one by one, and what JSON says in each; memory is flat however long the file is."""

import codecs
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import IO

import msgspec

from assay.base.translation import tr
from assay.sources.fields.objects import Json, Malformed

LONGEST_LINE = 64 * 1024 * 1024
DEEPEST = 90
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UTF8_MARK = b"\xef\xbb\xbf"

_CHUNK = 1 << 20
_BETWEEN_MEMBERS = re.compile(r"[\s,]*")
_ESCAPED_NOT_TEXT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def records_in(raw: IO[bytes]) -> Iterator[tuple[int, bytes | Json]]:
    """Each record with its number: the bytes of a line, or a member of the one array the file is."""
    head = raw.read(64)
    raw.seek(0)
    if head.startswith(UTF16_MARKS):
        recoded = io.TextIOWrapper(raw, "utf-16", errors="replace", newline="\n")
        try:
            yield from _lines(lambda limit: recoded.readline(limit).encode("utf-8", "replace"))
        finally:
            recoded.detach()  # the file is closed by the one who opened it
    elif _is_array(raw):
        yield from enumerate(_members(raw), start=1)
    else:
        yield from _lines(raw.readline)


def _is_array(raw: IO[bytes]) -> bool:
    """Whether the file is one JSON array of objects, and not lines of which the first happens to be an array."""
    first = raw.readline(LONGEST_LINE + 1)
    more = raw.readline(1)
    while more and not more.strip():
        more = raw.readline(1 << 16)
    begins = (first + more).removeprefix(UTF8_MARK).lstrip()
    raw.seek(0)
    if not begins.startswith(b"[") or begins[1:].lstrip()[:1] not in (b"{", b""):
        return False
    return not more or not _is_json(first)


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text.removeprefix(UTF8_MARK))
    except (ValueError, RecursionError):
        return False
    return True


def _lines(readline: Callable[[int], bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers; never more than two longest lines are held."""
    number = 0
    while line := readline(LONGEST_LINE + 1):
        number += 1
        end = line
        while len(end) > LONGEST_LINE and not end.endswith(b"\n"):
            end = readline(LONGEST_LINE + 1)
        if number == 1:
            line = line.removeprefix(UTF8_MARK)
        if line.strip():
            yield number, line


def _members(raw: IO[bytes]) -> Iterator[bytes | Json]:
    """The members of a JSON array, one by one; where it is broken, the rest of it as bytes, and no more."""
    decode = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape").decode
    scan = json.JSONDecoder().raw_decode
    buffer, chunk = decode(raw.read(_CHUNK)), _CHUNK
    at = buffer.index("[") + 1
    while True:
        at = _BETWEEN_MEMBERS.match(buffer, at).end()  # type: ignore[union-attr]  # it matches nothing as well
        if buffer.startswith("]", at):
            return
        try:
            value, at = scan(buffer, at)
        except (ValueError, RecursionError):
            more = decode(raw.read(chunk))
            buffer, at, chunk = buffer[at:] + more, 0, min(chunk * 2, LONGEST_LINE)
            if not more or len(buffer) > LONGEST_LINE:
                yield buffer[: LONGEST_LINE + 1].encode("utf-8", "replace")
                return
        else:
            chunk = _CHUNK
            yield value


def parsed(line: bytes) -> Json:
    """What the JSON says; NaN and infinity are let through. Raises Malformed with the reason when it says nothing."""
    if len(line) > LONGEST_LINE:
        raise Malformed(tr("The record is longer than {limit} MB.").format(limit=LONGEST_LINE >> 20))
    if b"\x00" in line:
        raise Malformed(tr("The record holds NUL bytes; the file is damaged or not UTF-8 text."))
    try:
        return msgspec.json.decode(line)
    except (ValueError, RecursionError):
        return _parsed_slowly(line)  # which also knows NaN, and says where it stumbles


def _parsed_slowly(line: bytes) -> Json:
    try:
        text = line.decode("utf-8").strip()
        return json.loads(text)
    except UnicodeDecodeError as error:
        byte = line[error.start]
        reason = tr("The record is not UTF-8 text (byte 0x{byte:02X} at position {at}).")
        raise Malformed(reason.format(byte=byte, at=error.start + 1)) from error
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or error.msg.startswith("Unterminated"):
            raise Malformed(tr("The record is cut off: it ends in the middle.")) from error
        raise Malformed(
            tr("The record is not JSON (from character {at}).").format(at=error.pos + 1)
        ) from error
    except ValueError as error:
        raise Malformed(tr("The record holds a number of more than 4,300 digits.")) from error
    except RecursionError as error:
        raise _too_deep() from error


def _too_deep() -> Malformed:
    return Malformed(tr("The record is nested more than {limit} levels deep.").format(limit=DEEPEST))


def clean(value: Json, line: bytes = b"") -> Json:
    """The value with what no store can keep replaced. Refuses what is nested too deep or has such an id.

    ``line``: what the value was read from, if it was a line; most show at a glance that there is nothing to clean.
    """
    if line and line.count(b"[") + line.count(b"{") <= DEEPEST and not _ESCAPED_NOT_TEXT.search(line):
        return value
    if isinstance(value, dict) and isinstance(value.get("id"), str) and _NOT_TEXT.search(value["id"]):
        raise Malformed(tr("The id holds characters that are not text."))
    return _cleaned(value, DEEPEST)


def _cleaned(value: Json, levels: int) -> Json:
    if isinstance(value, str):
        return _NOT_TEXT.sub("\ufffd", value)
    if not isinstance(value, dict | list):
        return value
    if levels == 0:
        raise _too_deep()
    if isinstance(value, list):
        return [_cleaned(member, levels - 1) for member in value]
    return {_cleaned(key, 0): _cleaned(member, levels - 1) for key, member in value.items()}
