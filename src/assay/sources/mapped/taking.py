"""Taking values out of a record by a mapping's expressions, each as the sort of thing it has to be."""

from collections.abc import Iterator
from datetime import datetime

from assay.base.translation import tr
from assay.sources.fields.loose import merged
from assay.sources.fields.objects import Fields, Json, Malformed, Object, as_number, as_text
from assay.sources.mapped.expressions import Expression, Found, Moment, Scope
from assay.sources.mapped.mapping import Taken, rest_of
from assay.sources.mapped.paths import Path

_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


class Taker:
    """What a record, or a member of a list in it, gives. Values of the wrong sort refuse it, naming their path.

    ``odd`` is what could not be used and must not be lost: numbers that are none (NaN, infinity), and fractions
    where whole numbers belong, by their path.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.odd: Object = {}

    def members(self, each: Path | None) -> Iterator["Taker"]:
        """One for each member that the path leads to; without a path this one, once."""
        if each is None:
            yield self
            return
        for scope in self.scope.members(each):
            yield Taker(scope)

    def rest(self, part: Taken) -> Object:
        """What is left of the member once ``part`` is taken, and what was odd in it; nothing is overwritten."""
        left = rest_of(self.scope.item, part)
        if not isinstance(left, dict):
            left = {"value": left} if left is not None else {}
        return merged({}, left, self.odd)

    def found(self, wanted: Expression | None) -> Found:
        """The value as it is, None where there is none."""
        return wanted.found(self.scope) if wanted else Found(None, "")

    def value(self, wanted: Expression | None) -> Json:
        """The value as it is, None where there is none."""
        return self.found(wanted).value

    def text(self, wanted: Expression | None) -> str | None:
        """Text; a number or a truth becomes its text."""
        found = self.found(wanted)
        return Fields({found.where: found.value}).text(found.where)

    def words(self, wanted: Expression | None) -> str | None:
        """Text without the blanks around it, None where nothing is left."""
        return (self.text(wanted) or "").strip() or None

    def any_text(self, wanted: Expression | None) -> str | None:
        """Text as it is, anything else as JSON."""
        value = self.value(wanted)
        return None if value is None else as_text(value)

    def texts(self, wanted: Expression | None) -> tuple[str, ...]:
        """A list of texts; a single one is a list of one."""
        found = self.found(wanted)
        values = found.value if isinstance(found.value, list) else [found.value]
        texts = (Fields({found.where: value}).text(found.where) for value in values)
        return tuple(text for text in texts if text is not None)

    def number(self, wanted: Expression | None) -> float | None:
        """A finite number; text that spells one is taken as one."""
        found = self.found(wanted)
        fields = Fields({found.where: found.value})
        number = fields.number(found.where)
        self.odd |= fields.rest
        return number

    def whole(self, wanted: Expression | None) -> int | None:
        """A whole number."""
        found = self.found(wanted)
        fields = Fields({found.where: found.value})
        number = fields.whole(found.where)
        self.odd |= fields.rest
        return number

    def flag(self, wanted: Expression | None) -> bool | None:
        """True or false, also as text or as 1 and 0."""
        found = self.found(wanted)
        if found.value is None:
            return None
        said = as_text(found.value).strip().lower()
        if said not in _YES | _NO:
            reason = tr("“{where}” is {said} where true or false was expected.")
            raise Malformed(reason.format(where=found.where, said=said[:60]))
        return said in _YES

    def time(self, wanted: Moment | None) -> datetime | None:
        """An instant in UTC, written in the unit that the mapping says; ISO 8601 without a zone is UTC."""
        if wanted is None:
            return None
        found = self.found(wanted.at)
        value = found.value
        if value in (None, ""):
            return None
        number = as_number(value)
        if wanted.unit == "iso" and not isinstance(value, str):
            raise _no_time(found, tr("ISO 8601 text"))
        if wanted.unit in ("unix", "unix_ms"):
            if number is None:
                raise _no_time(
                    found, tr("Unix seconds") if wanted.unit == "unix" else tr("Unix milliseconds")
                )
            value = number / (1000 if wanted.unit == "unix_ms" else 1)
        return Fields({found.where: value}).time(found.where)


def _no_time(found: Found, expected: str) -> Malformed:
    reason = tr("“{where}” is not a time: {expected} was expected.")
    return Malformed(reason.format(where=found.where, expected=expected))
