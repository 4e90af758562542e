"""Which traces have already come in this write, in a few dozen bytes each, so that long files fit the memory."""

from array import array
from enum import Enum


class Sighting(Enum):
    """What a trace is to those that came before it in the same write."""

    FIRST = "first"
    REPEATED = "repeated"
    DIFFERENT = "different"


class Seen:
    """An open table of (128 bits of the uid, 64 bits of the fingerprint), at most half full; all zero is empty."""

    def __init__(self) -> None:
        self._places = 1024
        self._table = array("Q", bytes(24 * self._places))
        self._taken = 0

    def note(self, uid: str, content_sha256: str) -> Sighting:
        """Remembers the trace, unless one of its uid came before; says which. Both are hex."""
        entry = array("Q", (int(uid[:16], 16), int(uid[16:32], 16), int(content_sha256[:16], 16)))
        at = self._place(entry)
        if self._table[at : at + 2] == entry[:2]:
            return Sighting.REPEATED if self._table[at + 2] == entry[2] else Sighting.DIFFERENT
        self._table[at : at + 3] = entry
        self._taken += 1
        if self._taken * 2 > self._places:
            self._grow()
        return Sighting.FIRST

    def _place(self, entry: "array[int]") -> int:
        """Where the entry of that uid stands, or the empty place where it would."""
        high, low, _ = entry
        place = low % self._places
        while (taken := self._table[3 * place : 3 * place + 2]) != _EMPTY and (taken[0], taken[1]) != (
            high,
            low,
        ):
            place = (place + 1) % self._places
        return 3 * place

    def _grow(self) -> None:
        smaller = self._table
        self._places *= 2
        self._table = array("Q", bytes(24 * self._places))
        for at in range(0, len(smaller), 3):
            entry = smaller[at : at + 3]
            if entry[:2] != _EMPTY:
                at = self._place(entry)  # noqa: PLW2901 - its place in the larger table
                self._table[at : at + 3] = entry


_EMPTY = array("Q", (0, 0))
