"""What the beginning of a file shows, also where it is cut off in the middle of a record or compressed."""

import json
import zlib
from collections.abc import Iterator
from contextlib import suppress

from assay.sources.fields.objects import Json, Object
from assay.sources.fields.records import UTF16_MARKS

GZIP_MARK = b"\x1f\x8b"

_MOST_SHOWN, _MOST_UNPACKED, _DEEPEST = 20, 1 << 18, 6
_BETWEEN = frozenset(" \t\r\n,:")
_scan = json.JSONDecoder().raw_decode


def glimpses(head: bytes) -> list[Object]:
    """The first objects of the file, each as far as it is there: lines, members of an array, or the whole."""
    text = _text(head)
    at = _beyond(text, 0)
    if text.startswith("[", at):
        return list(_objects(text, at + 1))
    lines = (line.lstrip() for line in text[at:].split("\n"))
    shown = [next(_objects(line, 0), {}) for line in lines if line.startswith("{")][:_MOST_SHOWN]
    if not text.startswith("{", at):
        return shown
    # The first line of a document that is laid out over many holds nothing, or next to nothing.
    return [next(_objects(text, at), {}), *shown[1:]]


def unpacked(head: bytes) -> bytes:
    """The beginning of a file as it was before it was compressed; nothing where it is damaged."""
    if not head.startswith(GZIP_MARK):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, _MOST_UNPACKED)
    except zlib.error:
        return b""


def _text(head: bytes) -> str:
    head = unpacked(head)
    return head.decode("utf-16" if head.startswith(UTF16_MARKS) else "utf-8-sig", "replace")


def _objects(text: str, at: int) -> Iterator[Object]:
    while text.startswith("{", at := _beyond(text, at)):
        value, end = _seen(text, at, _DEEPEST)
        yield value
        if end is None:
            return
        at = end


def _seen(text: str, at: int, levels: int) -> tuple[Json, int | None]:
    """The value that begins here, and where it ends; None for the end where the text is cut or broken before."""
    with suppress(ValueError, RecursionError):
        return _scan(text, at)
    opening = text[at : at + 1]
    if levels == 0 or opening not in ("{", "["):
        return None, None
    return (_cut_object if opening == "{" else _cut_list)(text, at + 1, levels), None


def _cut_object(text: str, at: int, levels: int) -> Object:
    found: Object = {}
    while text.startswith('"', at := _beyond(text, at)):
        key, end = _seen(text, at, 0)
        if end is None:
            break
        found[key], end = _seen(text, _beyond(text, end), levels - 1)
        if end is None:
            break
        at = end
    return found


def _cut_list(text: str, at: int, levels: int) -> list[Json]:
    found: list[Json] = []
    while (at := _beyond(text, at)) < len(text):
        member, end = _seen(text, at, levels - 1)
        found.append(member)
        if end is None:
            break
        at = end
    return found


def _beyond(text: str, at: int) -> int:
    while text[at : at + 1] in _BETWEEN:
        at += 1
    return at
