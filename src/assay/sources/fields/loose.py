"""Taking an object of an export apart, key by key, without ever refusing it: what does not fit is left over.

Stores write the same field under several names and in several shapes, so every taker is given all the names and
takes the first value that fits. What nobody took is the ``rest``, and ends up in the metadata.
"""

import json
import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from assay.sources.fields.objects import Json, Malformed, Object, as_number, as_text
from assay.sources.fields.records import clean

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WIDEST = 2**63
_PER_SECOND = ((1e11, 1), (1e14, 1_000), (1e17, 1_000_000), (math.inf, 1_000_000_000))


class Loose:
    """An object whose keys are taken one by one. Nulls and empty texts say nothing and are dropped."""

    def __init__(self, value: Json) -> None:
        members = value.items() if isinstance(value, dict) else ()
        self.rest: Object = {key: member for key, member in members if member is not None and member != ""}

    def take(self, *keys: str) -> Json:
        """The value as it is, of the first key that has one."""
        return self._first(keys, lambda value: value)

    def text(self, *keys: str) -> str | None:
        """Text; a number becomes its text."""
        return self._first(keys, text_in)

    def number(self, *keys: str) -> float | None:
        """A finite number, or the one that a text spells."""
        return self._first(keys, _finite)

    def whole(self, *keys: str) -> int | None:
        """A whole number."""
        return self._first(keys, _whole)

    def time(self, *keys: str) -> datetime | None:
        """An instant in UTC: ISO 8601, or Unix time in seconds, milli-, micro- or nanoseconds."""
        return self._first(keys, time_in)

    def bag(self, *keys: str) -> Object:
        """A free object, also one that is written as JSON in a text; empty where there is none."""
        return self._first(keys, _object) or {}

    def many(self, *keys: str) -> list[Json]:
        """The members of a list, also of one that is written as JSON in a text."""
        return self._first(keys, _list) or []

    def part(self, *keys: str) -> "Loose":
        """The object of that key, to be taken apart itself."""
        return Loose(self.bag(*keys))

    def words(self, *keys: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one."""
        return self._first(keys, _words) or ()

    def _first(self, keys: Iterable[str], read: Callable[[Json], T | None]) -> T | None:
        for key in keys:
            if key in self.rest and (found := read(self.rest[key])) is not None:
                del self.rest[key]
                return found
        return None


def merged(own: Object, *others: Object) -> Object:
    """All the free values together; a key that is taken gets a star, so that nothing is overwritten or lost."""
    for other in others:
        for key, value in other.items():
            while key in own and own[key] != value:
                key += "*"  # noqa: PLW2901 - until it is free
            own[key] = value
    return own


def said(**values: Json) -> Object:
    """The values that say something, by name."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def objects_in(value: Json) -> list[Object]:
    """The members of a list that are objects; none where it is no list."""
    return [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []


def text_in(value: Json) -> str | None:
    """Text, or the text of a number; None for anything else."""
    if isinstance(value, str):
        return value
    return None if isinstance(value, bool) or not isinstance(value, int | float) else as_text(value)


def embedded(text: Json) -> Json:
    """What JSON in a text says; None where the value is no text or the text no JSON that can be kept."""
    if not isinstance(text, str) or text.lstrip()[:1] not in ("{", "[", '"'):
        return None
    try:
        return settled(clean(json.loads(text)))
    except (ValueError, RecursionError, Malformed):
        return None


def settled(value: Json) -> Json:
    """The value with NaN and infinity as the text they were: no file and no database keeps them as numbers."""
    if isinstance(value, float) and not math.isfinite(value):
        return as_text(value)
    if isinstance(value, list):
        return [settled(member) for member in value]
    return {key: settled(member) for key, member in value.items()} if isinstance(value, dict) else value


def time_in(value: Json) -> datetime | None:
    """The instant in UTC that a text or a number tells (see `Loose.time`); None where it tells none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    number = as_number(value)
    try:
        if number is None:
            moment = datetime.fromisoformat(str(value).strip())
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        exact = int(value) if isinstance(value, int) or str(value).strip().isdigit() else number
        per_second = next(per for limit, per in _PER_SECOND if abs(number) < limit)
        return _EPOCH + timedelta(microseconds=exact * 1_000_000 // per_second)
    except (ValueError, OverflowError, StopIteration):
        return None


def _finite(value: Json) -> float | None:
    number = as_number(value)
    return number if number is not None and math.isfinite(number) else None


def _whole(value: Json) -> int | None:
    number = _finite(value)
    if number is None or not number.is_integer() or abs(number) >= _WIDEST:
        return None
    return value if isinstance(value, int) else int(number)


def _object(value: Json) -> Object | None:
    value = embedded(value) if isinstance(value, str) else value
    return value if isinstance(value, dict) else None


def _list(value: Json) -> list[Json] | None:
    value = embedded(value) if isinstance(value, str) else value
    return value if isinstance(value, list) else None


def _words(value: Json) -> tuple[str, ...] | None:
    members = _list(value)
    if members is None:
        return (value,) if isinstance(value, str) else None
    texts = tuple(text_in(member) for member in members)
    return None if None in texts else tuple(text for text in texts if text)
