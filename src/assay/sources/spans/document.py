"""One JSON object of a file, read member by member of the lists it holds.

Memory is bounded by the longest member; what stands before a cut or a damage arrives.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO

from assay.base.translation import tr
from assay.model.incoming import Place, Rejected
from assay.sources.fields.objects import Json, Object
from assay.sources.fields.records import LONGEST_LINE
from assay.sources.spans.records import Found, Layout, mended, settled_record
from assay.sources.spans.values import excerpt

_CHUNK = 1 << 20
_BETWEEN = re.compile(r"[\s,:\ufeff]*")
_SPOILED = re.compile("[\udc80-\udcff]")


class _Damaged(Exception):  # noqa: N818 - a reason, caught in this module
    """The document breaks off or is no JSON from here on."""


class Document:
    """The one JSON object that a file is."""

    def __init__(self, raw: IO[bytes], encoding: str, path: str, layout: Layout) -> None:
        self._raw, self._path, self._layout = raw, path, layout
        errors = "replace" if encoding == "utf-16" else "surrogateescape"
        self._decode = codecs.getincrementaldecoder(encoding)(errors).decode
        self._scan = json.JSONDecoder().raw_decode
        self._buffer, self._start, self._at = "", 0, 0
        self._number, self._key, self._ended = 0, "", False

    def records(self) -> Iterator[Found | Rejected]:
        """The members of the lists, numbered from 1; the object itself where it has none of them."""
        rest: Object = {}
        has_lists = False
        try:
            self._expect("{")
            while self._peek() != "}":
                self._key = str(self._value())
                if self._key in self._layout.lists and self._peek() == "[":
                    has_lists = True
                    yield from self._members()
                else:
                    rest[self._key] = self._value()
            self._expect("}")
            if rest and not has_lists:
                yield from settled_record(Place(self._path, 1), "", rest)
            if self._peek():
                raise _Damaged(tr("The file is not JSON from here on."))
        except _Damaged as damaged:
            place, left = Place(self._path, self._number + 1), self._buffer[self._at :]
            if has_lists and (value := mended(left, self._layout)) is not None:
                yield from settled_record(place, self._key, value)
            yield Rejected(place, str(damaged), excerpt(left.encode("utf-8", "replace")))

    def _members(self) -> Iterator[Found | Rejected]:
        self._expect("[")
        while self._peek() != "]":
            value = self._value()
            self._number += 1
            place = Place(self._path, self._number)
            if _SPOILED.search(self._buffer, self._start, self._at):
                spoiled = self._buffer[self._start : self._at].encode("utf-8", "surrogateescape")
                yield Rejected(place, tr("The record is not UTF-8 text."), excerpt(spoiled))
            else:
                yield from settled_record(place, self._key, value)
        self._expect("]")

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise self._damage()
        self._at += 1

    def _peek(self) -> str:
        """The next character that says something; empty at the end of the file."""
        while True:
            between = _BETWEEN.match(self._buffer, self._at)
            self._at = between.end() if between else self._at
            if self._at < len(self._buffer) or not self._more(_CHUNK):
                return self._buffer[self._at : self._at + 1]

    def _value(self) -> Json:
        """The next value. It stands in the buffer from ``_start`` to ``_at``."""
        self._peek()
        chunk = _CHUNK
        while True:
            try:
                value, end = self._scan(self._buffer, self._at)
            except RecursionError as error:
                raise _Damaged(tr("The record is nested too deep.")) from error
            except ValueError as error:
                if self._is_hopeless(error) or not self._more(chunk):
                    raise self._damage() from error
                chunk = min(chunk * 2, LONGEST_LINE)
            else:
                length = end - self._at
                if end < len(self._buffer) or not self._more(chunk):  # a number might go on
                    self._start, self._at = self._at, self._at + length
                    return value

    def _is_hopeless(self, error: ValueError) -> bool:
        """Whether reading on cannot help."""
        if len(self._buffer) - self._at > LONGEST_LINE or not isinstance(error, json.JSONDecodeError):
            return True
        return error.pos < len(self._buffer) - 64 and not error.msg.startswith("Unterminated")

    def _more(self, size: int) -> bool:
        data = self._raw.read(size)
        self._buffer = self._buffer[self._at :] + self._decode(data, not data)
        self._at, self._ended = 0, not data
        return bool(data)

    def _damage(self) -> _Damaged:
        broken = tr("The file breaks off in the middle.")
        return _Damaged(broken if self._ended else tr("The file is not JSON from here on."))
