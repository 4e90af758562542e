"""How well a metric separates what reviewers pass from what they fail, and where to cut it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.stats.quantile import two_sided_z

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Area:
    """The area under the ROC curve and its variance (None with fewer than two of a class)."""

    value: float
    variance: float | None


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut of a metric. ``gain`` is TPR + TNR - 1 on the data it was chosen on, ``unseen_gain`` on others."""

    value: float
    gain: float
    band: tuple[float, float] | None = None
    unseen_gain: float | None = None


def area(metric: Floats, passes: Flags) -> Area | None:
    """The probability that a passed trace has the higher metric than a failed one; a tie counts half.

    With DeLong's variance (1988). None where a class is empty.
    """
    good, bad = np.sort(metric[passes]), np.sort(metric[~passes])
    if not good.size or not bad.size:
        return None
    beaten = _below(bad, good)
    beating = 1 - _below(good, bad)
    variance = None
    if good.size > 1 and bad.size > 1:
        variance = float(beaten.var(ddof=1)) / good.size + float(beating.var(ddof=1)) / bad.size
    return Area(float(beaten.mean()), variance)


def _below(ordered: Floats, values: Floats) -> Floats:
    """For each value the share of ``ordered`` below it, ties half."""
    left, right = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.asarray((left + right) / (2 * ordered.size))


def area_interval(found: Area, level: float = 0.95) -> tuple[float, float] | None:
    """DeLong's interval on the logit, which stays inside (0, 1); None for an area of 0 or 1 and without variance.

    The plain interval covers too little near 1 in small samples.
    """
    if found.variance is None or not 1e-12 < found.value < 1 - 1e-12:
        return None
    logit = math.log(found.value / (1 - found.value))
    half = two_sided_z(level) * math.sqrt(found.variance) / (found.value * (1 - found.value))
    return _expit(logit - half), _expit(logit + half)


def _expit(x: float) -> float:
    return 0.5 * (1 + math.tanh(x / 2))


def predicted(metric: Floats, cut: float, direction: str) -> Flags:
    """Which traces the metric passes: at or above the cut, or at or below it for the direction ``below``."""
    return np.asarray(metric <= cut if direction == "below" else metric >= cut)


def youden(
    metric: Floats, passes: Flags, direction: str, resamples: int = 200, seed: int = 1, level: float = 0.95
) -> Cut | None:
    """The cut with the largest TPR + TNR - 1 (Youden 1950); of equal ones the strictest. None with a class empty.

    The cut is one of the metric's values. Its band is the middle ``level`` of the cuts chosen on bootstrap
    resamples of the traces; ``unseen_gain`` is their mean gain on the traces left out of each, which is not
    flattered by the choosing as ``gain`` is.
    """
    sign = -1.0 if direction == "below" else 1.0
    values, place = np.unique(sign * metric, return_inverse=True)
    gains = _gains(place, passes, len(values))
    if gains is None:
        return None
    best = _strictest(gains)
    cuts, unseen = _rechosen(place, passes, len(values), resamples, seed)
    band = None
    if cuts:
        tails = [(1 - level) / 2, (1 + level) / 2]
        low, high = sorted(sign * np.quantile(values[cuts], tails, method="inverted_cdf"))
        band = (float(low), float(high))
    return Cut(
        sign * float(values[best]),
        float(gains[best]),
        band,
        math.fsum(unseen) / len(unseen) if unseen else None,
    )


def _gains(place: Integers, passes: Flags, width: int) -> Floats | None:
    """TPR + TNR - 1 of a cut at each value (values,), traces at ``place`` (traces,); None with a class empty."""
    good = np.bincount(place[passes], minlength=width)[::-1].cumsum()[::-1]
    bad = np.bincount(place[~passes], minlength=width)[::-1].cumsum()[::-1]
    if not good[0] or not bad[0]:
        return None
    # The difference is taken in whole numbers, so that equal gains are equal.
    return np.asarray((good * bad[0] - bad * good[0]) / (good[0] * bad[0]))


def _strictest(gains: Floats) -> int:
    return len(gains) - 1 - int(np.argmax(gains[::-1]))


def _rechosen(
    place: Integers, passes: Flags, width: int, resamples: int, seed: int
) -> tuple[list[int], list[float]]:
    """The cuts chosen on resamples, and the gain of each on the traces it has not seen."""
    random = np.random.default_rng(seed)
    cuts, unseen = [], []
    for _ in range(resamples):
        drawn = random.integers(0, len(place), len(place))
        gains = _gains(place[drawn], passes[drawn], width)
        if gains is None:
            continue
        cuts.append(_strictest(gains))
        left = np.ones(len(place), dtype=bool)
        left[drawn] = False
        others = _gains(place[left], passes[left], width)
        if others is not None:
            unseen.append(float(others[cuts[-1]]))
    return cuts, unseen
