"""Taking an object of a file apart, key by key, in words a person can act on when something is not as it should be."""

import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from assay.base.translation import tr

Json = Any
Object = dict[str, Json]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIX_SECONDS = re.compile(r"\d{9,11}(\.\d+)?")


class Malformed(Exception):  # noqa: N818 - a reason, caught where the file is read
    """Why a record is refused, in plain words."""


class Fields:
    """An object whose keys are taken one by one. Values of the wrong sort refuse the record, naming the place.

    ``rest`` is what nobody took, with the numbers that are none (NaN, infinity) as the text they were.
    """

    def __init__(self, value: Json, where: str = "") -> None:
        if not isinstance(value, dict):
            expected = tr("“{where}” is {sort} where an object was expected.")
            raise Malformed(expected.format(where=where or tr("the record"), sort=_sort(value)))
        self.rest: Object = dict(value)
        self._where = f"{where}." if where else ""

    def take(self, key: str) -> Json:
        """The value as it is, None where there is none."""
        return self.rest.pop(key, None)

    def text(self, key: str) -> str | None:
        """Text; a number or a truth becomes its text."""
        value = self.rest.pop(key, None)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, dict | list):
            raise self._unexpected(key, value, tr("text"))
        return as_text(value)

    def number(self, key: str) -> float | None:
        """A finite number; text that spells one is taken as one."""
        value = self.rest.pop(key, None)
        if value is None or value == "":
            return None
        number = as_number(value)
        if number is None:
            raise self._unexpected(key, value, tr("a number"))
        if not math.isfinite(number):
            self.rest[key] = as_text(value)
            return None
        return number

    def whole(self, key: str) -> int | None:
        """A whole number; a fraction is left over."""
        value = self.rest.get(key)
        number = self.number(key)
        if number is not None and not number.is_integer():
            self.rest[key] = value
            return None
        exact = value if isinstance(value, int) else number
        return None if number is None or exact is None else int(exact)

    def time(self, key: str) -> datetime | None:
        """An instant in UTC, from ISO 8601 (without a zone: UTC) or Unix seconds."""
        value = self.take(key)
        if value is None or value == "":
            return None
        try:
            return _instant(value)
        except (ValueError, OverflowError, TypeError) as error:
            raise self._unexpected(key, value, tr("an ISO 8601 time or Unix seconds")) from error

    def many(self, key: str) -> list[tuple[Json, str]]:
        """The members of a list, each with its place."""
        value = self.take(key)
        if value is not None and not isinstance(value, list):
            raise self._unexpected(key, value, tr("a list"))
        return [(member, f"{self._where}{key}[{n}]") for n, member in enumerate(value or ())]

    def part(self, key: str) -> "Fields":
        """The object of that key, to be taken apart; text alone is its name."""
        value = self.take(key)
        if isinstance(value, str | int | float):
            value = {"name": value}
        return Fields({} if value is None else value, f"{self._where}{key}")

    def bag(self, key: str) -> Object:
        """A free object; anything else is kept under its own name."""
        value = self.take(key)
        return {} if value is None else dict(value) if isinstance(value, dict) else {key: value}

    def _unexpected(self, key: str, value: Json, expected: str) -> Malformed:
        shown = as_text(value) if not isinstance(value, dict | list) else ""
        what = f"{_sort(value)} ({shown[:60]})" if shown else _sort(value)
        reason = tr("“{where}” is {what} where {expected} was expected.")
        return Malformed(reason.format(where=f"{self._where}{key}", what=what, expected=expected))


def _sort(value: Json) -> str:
    sorts = {dict: tr("an object"), list: tr("a list"), str: tr("text"), bool: tr("true or false")}
    return tr("nothing") if value is None else sorts.get(type(value), tr("a number"))


def as_text(value: Json) -> str:
    """Text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def as_number(value: Json) -> float | None:
    """The number, or the one the text spells, NaN and infinity included; None where there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except ValueError:
        return None


def _instant(value: Json) -> datetime:
    if isinstance(value, str) and _UNIX_SECONDS.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    if isinstance(value, str):
        moment = datetime.fromisoformat(value.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _EPOCH + timedelta(seconds=value)
