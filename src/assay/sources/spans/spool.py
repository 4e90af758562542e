"""The pieces of each trace laid together, however far apart they stood in however many files.

Pieces go to a temporary file that stays in memory while it is small and moves to the disk when it grows; only where
each trace's pieces lie is held, some bytes a piece. Traces come out in the order in which they were first seen.
"""

import tempfile
from array import array
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

import msgspec

from assay.base.errors import Unavailable
from assay.base.translation import tr
from assay.model.incoming import Place
from assay.sources.spans.pieces import Piece, Score

IN_MEMORY = 64 * 1024 * 1024
"""Bytes of pieces that are held in memory."""

_SPAN = "\x00"  # no id begins like this: before the id of a span whose trace is not known yet


class Spool:
    """A place for pieces; used as a context, and gone with it."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=in_memory)  # noqa: SIM115 - closed in __exit__
        self._places: dict[str, array[int]] = {}
        self._paths: dict[str, int] = {}
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(tuple[int, int, Piece]).decode
        self._end = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, place: Place, piece: Piece) -> None:
        """Lay a piece with the others of its trace, or of its span where it names no trace. Raises Unavailable."""
        path = self._paths.setdefault(place.path, len(self._paths))
        record = self._encode((path, place.line, piece))
        is_loose = isinstance(piece, Score) and not piece.trace_id
        key = f"{_SPAN}{piece.span_id}" if is_loose and isinstance(piece, Score) else piece.trace_id
        try:
            self._file.seek(self._end)
            self._file.write(record)
        except OSError as error:
            raise Unavailable(
                tr("There is no room to lay the traces together: {fault}.").format(
                    fault=error.strerror or error
                ),
                tr("Make room on the disk for temporary files."),
            ) from error
        self._places.setdefault(key, array("q")).extend((self._end, len(record)))
        self._end += len(record)

    def traces(self) -> list[str]:
        """The ids of all traces, in the order in which they were first seen."""
        return [key for key in self._places if not key.startswith(_SPAN)]

    def of_trace(self, trace_id: str) -> list[tuple[Place, Piece]]:
        """The pieces of a trace, in the order in which they came."""
        return self._pieces(trace_id)

    def take_of_spans(self, span_ids: Sequence[str]) -> Iterator[tuple[Place, Piece]]:
        """The pieces that name only one of these spans; they are the spool's no more."""
        for span_id in span_ids:
            key = f"{_SPAN}{span_id}"
            if key in self._places:
                yield from self._pieces(key)
                del self._places[key]

    def left_over(self) -> Iterator[tuple[Place, Piece]]:
        """The pieces whose spans did not come."""
        for key in [key for key in self._places if key.startswith(_SPAN)]:
            yield from self._pieces(key)

    def _pieces(self, key: str) -> list[tuple[Place, Piece]]:
        paths = list(self._paths)
        found = []
        where = self._places.get(key, array("q"))
        for at, length in zip(where[::2], where[1::2], strict=True):
            self._file.seek(at)
            path, line, piece = self._decode(self._file.read(length))
            found.append((Place(paths[path], line), piece))
        return found
