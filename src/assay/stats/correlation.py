"""Correlations of two columns of numbers, and their intervals."""

import math
from bisect import bisect_right, insort
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from assay.stats.quantile import two_sided_z

Floats = NDArray[np.float64]


def is_constant(values: Floats) -> bool:
    """Whether all values are the same; fewer than two always are."""
    return len(values) < 2 or bool(values.min() == values.max())


def average_ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of their ranks."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    return np.asarray((last - (times - 1) / 2)[place], dtype=float)


def pearson(x: Floats, y: Floats) -> float | None:
    """Pearson's correlation; None for fewer than two pairs or where a side is constant."""
    if is_constant(x) or is_constant(y):
        return None
    x, y = _centred(x), _centred(y)
    r = float(x @ y) / math.sqrt(float(x @ x) * float(y @ y))
    return max(-1.0, min(1.0, r))


def _centred(values: Floats) -> Floats:
    """Scaled to [-1, 1] before centring, so that no square can overflow."""
    scaled = values / np.abs(values).max()
    return np.asarray(scaled - scaled.mean())


def spearman(x: Floats, y: Floats) -> float | None:
    """Spearman's rank correlation with average ranks for ties; None as with `pearson`."""
    return pearson(average_ranks(x), average_ranks(y))


def kendall_tau_b(x: Floats, y: Floats) -> float | None:
    """Kendall's tau-b, corrected for ties; None as with `pearson`."""
    if is_constant(x) or is_constant(y):
        return None
    pairs = len(x) * (len(x) - 1) // 2
    same_x, same_y = _tied_pairs(x), _tied_pairs(y)
    same_both = _tied_pairs(np.column_stack((x, y)))
    untied = pairs - same_x - same_y + same_both
    discordant = _discordant_pairs(x, y)
    return (untied - 2 * discordant) / math.sqrt((pairs - same_x) * (pairs - same_y))


def _tied_pairs(values: Floats) -> int:
    _, times = np.unique(values, axis=0, return_counts=True)
    return int((times * (times - 1) // 2).sum())


def _discordant_pairs(x: Floats, y: Floats) -> int:
    """Pairs in which x rises and y falls: in order of x, the larger y that came before."""
    # Within one x the y are in order, so that pairs tied in x are never counted.
    order = np.lexsort((y, x))
    before: list[float] = []
    found = 0
    for value in y[order].tolist():
        found += len(before) - bisect_right(before, value)
        insort(before, value)
    return found


def pearson_interval(r: float, n: int, level: float = 0.95) -> tuple[float, float] | None:
    """Fisher's z interval, standard error 1/√(n - 3); None for n < 4 or r of ±1, which have none."""
    return _z_interval(r, n, 1.0, level)


def spearman_interval(r: float, n: int, level: float = 0.95) -> tuple[float, float] | None:
    """Bonett and Wright's (2000): on Fisher's z with standard error √((1 + r²/2)/(n - 3)); None as above."""
    return _z_interval(r, n, 1 + r * r / 2, level)


def _z_interval(r: float, n: int, spread: float, level: float) -> tuple[float, float] | None:
    if n < 4 or abs(r) >= 1 - 1e-12:
        return None
    half = two_sided_z(level) * math.sqrt(spread / (n - 3))
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def without_group_means(values: Floats, groups: Sequence[str | None]) -> Floats:
    """Each value less the mean of its group; None is a group like any other.

    Differences below a trillionth of the largest value are rounding and become equal, so that what is tied in
    exact arithmetic is tied here.
    """
    codes: dict[str | None, int] = {}
    place = np.array([codes.setdefault(group, len(codes)) for group in groups], dtype=np.int64)
    scale = float(np.abs(values).max(initial=0.0)) or 1.0
    scaled = values / scale
    means = np.bincount(place, weights=scaled) / np.bincount(place)
    return np.asarray(np.round(scaled - means[place], 12) * scale)


def partial(
    correlation: Callable[[Floats, Floats], float | None], x: Floats, y: Floats, groups: Sequence[str | None]
) -> float | None:
    """The correlation of what is left of both sides once the mean of its group is taken from each value."""
    return correlation(without_group_means(x, groups), without_group_means(y, groups))
