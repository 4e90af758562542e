"""Rows of a store's answers as records, each with the place it came from."""

from collections.abc import Iterable, Iterator
from itertools import count

from assay.model.incoming import Place, Rejected
from assay.sources.fields.objects import Json
from assay.sources.spans.records import Found, settled_record


class Numbering:
    """Numbers the rows of one pull, in the order in which they came."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._numbers = count(1)

    def place(self) -> Place:
        """The place of the next row."""
        return Place(self._address, next(self._numbers))

    def found(self, key: str, rows: Iterable[Json]) -> Iterator[Found | Rejected]:
        """The rows as records of the list ``key``, or refused."""
        for row in rows:
            yield from settled_record(self.place(), key, row)
