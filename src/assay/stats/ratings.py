"""Ratings as numbers: who gave what to which item, coded into arrays and counted into a table."""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Value = str | float
Rating = tuple[Hashable, str | None, Value]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CodedRatings:
    """Ratings as codes, one entry a rating.

    ``items``, ``raters``, ``values``: int64 (ratings,), codes from 0; rater -1 is a rater without a name.
    ``labels``: the values as text, in order; ``positions`` (values,): the numbers themselves where ``numeric``,
    else each value's place in the order.
    """

    items: Integers
    raters: Integers
    values: Integers
    item_count: int
    rater_names: tuple[str, ...]
    labels: tuple[str, ...]
    positions: Floats
    numeric: bool

    def counts(self) -> Integers:
        """How often each item got each value: int64 (items, values)."""
        width = len(self.labels)
        cells = np.bincount(self.items * width + self.values, minlength=self.item_count * width)
        return cells.reshape(self.item_count, width)

    def rater_count(self) -> int:
        """The named raters, and as many without a name as one item at most has."""
        nameless = np.bincount(self.items[self.raters < 0], minlength=1)
        return len(self.rater_names) + int(nameless.max())


def code_ratings(ratings: Iterable[Rating], order: Sequence[str] | None = None) -> CodedRatings:
    """Code (item, rater, value) triples; of two ratings of one named rater on one item the later counts.

    Raters of None are exchangeable and each of their ratings counts. A value that is NaN is no rating. Values
    are put in order of number where all read as numbers (then 4, 4.0 and "4" are one value), else in the given
    order with unknown ones after it, else by letters.
    """
    named: dict[tuple[Hashable, str], Value] = {}
    triples: list[Rating] = []
    for item, rater, value in ratings:
        if value != value:  # noqa: PLR0124 - NaN
            continue
        if rater is None:
            triples.append((item, None, value))
        else:
            named[item, rater] = value
    triples.extend((item, rater, value) for (item, rater), value in named.items())
    names = tuple(sorted({rater for _, rater in named}))
    codes, labels, positions, numeric = _code_values({value for _, _, value in triples}, order)
    items = {item: code for code, item in enumerate(dict.fromkeys(item for item, _, _ in triples))}
    raters: dict[str | None, int] = {name: code for code, name in enumerate(names)}
    raters[None] = -1
    return CodedRatings(
        items=_codes(items[item] for item, _, _ in triples),
        raters=_codes(raters[rater] for _, rater, _ in triples),
        values=_codes(codes[value] for _, _, value in triples),
        item_count=len(items),
        rater_names=names,
        labels=labels,
        positions=positions,
        numeric=numeric,
    )


def _codes(codes: Iterable[int]) -> Integers:
    return np.fromiter(codes, dtype=np.int64)


def _code_values(
    values: set[Value], order: Sequence[str] | None
) -> tuple[dict[Value, int], tuple[str, ...], Floats, bool]:
    """The code of each value, the labels and positions in order of code, and whether the values are numbers."""
    numbers = {value: number for value in values if (number := as_number(value)) is not None}
    numeric = bool(values) and len(numbers) == len(values)
    place: dict[str, float]
    if numeric:
        place = {as_text(value): number for value, number in numbers.items()}
    else:
        known = list(dict.fromkeys(order or ()))
        unknown = sorted({as_text(value) for value in values}.difference(known))
        place = {label: float(index) for index, label in enumerate([*known, *unknown])}
    labels = tuple(sorted({as_text(value) for value in values}, key=place.__getitem__))
    code = {label: index for index, label in enumerate(labels)}
    positions = np.array([place[label] for label in labels], dtype=float)
    return {value: code[as_text(value)] for value in values}, labels, positions, numeric


def as_number(value: Value | None) -> float | None:
    """The finite number that a value is or reads as; None where it is none."""
    if value is None:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def as_text(value: Value) -> str:
    """A value as text, the same for 4, 4.0, "4" and "4.0"."""
    number = as_number(value)
    if number is None:
        return str(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
