"""Coefficients of agreement from counts, for many weightings of the items at once.

Every function takes ``counts`` (patterns, values), the distinct rows of a table of items by values, and
``times`` (weightings, patterns), how often each pattern occurs; it gives an array (weightings,), NaN where the
coefficient is not defined. One weighting is the data themselves; a bootstrap is a thousand of them.

The formulas for unequal numbers of raters are Gwet's (Handbook of Inter-Rater Reliability, 4th edition, 2014):
agreement is taken over items with at least two ratings, the shares of the values over all items that were rated.
Krippendorff's alpha is over items with at least two ratings (Computing Krippendorff's Alpha-Reliability, 2011).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def percent_agreement(counts: Floats, times: Floats) -> Floats:
    """The mean over items of the share of pairs of raters that agree."""
    raters = counts.sum(axis=1)
    return _mean_over_pairable(_over_pairs((counts * (counts - 1)).sum(axis=1), raters), raters, times)


def fleiss_kappa(counts: Floats, times: Floats) -> Floats:
    """Fleiss' kappa (1971), generalised to unequal numbers of raters."""
    shares = _shares(counts, times)
    return _corrected(percent_agreement(counts, times), (shares**2).sum(axis=1))


def gwet_ac1(counts: Floats, times: Floats) -> Floats:
    """Gwet's AC1; the values are those that occur in ``counts``."""
    return _corrected(percent_agreement(counts, times), _gwet_chance(counts, times))


def gwet_ac2(counts: Floats, times: Floats, positions: Floats) -> Floats:
    """Gwet's AC2 with quadratic weights, values at ``positions`` (values,)."""
    places = _unit(positions)
    raters = counts.sum(axis=1)
    agreeing = _over_pairs(raters * (raters - 1) - _square_gaps(counts, places), raters)
    width = len(places)
    total_weight = width**2 - float(_square_gaps(np.ones((1, width)), places)[0])
    chance = _gwet_chance(counts, times) * total_weight / width
    return _corrected(_mean_over_pairable(agreeing, raters, times), chance)


def alpha_nominal(counts: Floats, times: Floats) -> Floats:
    """Krippendorff's alpha: values are the same or not."""
    counts, times = _pairable(counts, times)
    raters = counts.sum(axis=1)
    observed = times @ ((raters**2 - (counts**2).sum(axis=1)) / (raters - 1))
    totals = times @ counts
    return _alpha(observed, totals.sum(axis=1) ** 2 - (totals**2).sum(axis=1), totals)


def alpha_interval(counts: Floats, times: Floats, positions: Floats) -> Floats:
    """Krippendorff's alpha: disagreement grows with the square of the distance of the numbers."""
    counts, times = _pairable(counts, times)
    places = _unit(positions)
    observed = times @ (_square_gaps(counts, places) / (counts.sum(axis=1) - 1))
    totals = times @ counts
    return _alpha(observed, _square_gaps(totals, places), totals)


def alpha_ordinal(counts: Floats, times: Floats) -> Floats:
    """Krippendorff's alpha for ranks.

    His ordinal distance, the ratings from one value to the other with half of the two ends, is the distance of
    the values' middle ranks; so it is the interval alpha on middle ranks, which each weighting has its own.
    """
    counts, times = _pairable(counts, times)
    raters = counts.sum(axis=1)
    totals = times @ counts
    all_ratings = totals.sum(axis=1, keepdims=True)
    ranks = (np.cumsum(totals, axis=1) - totals / 2) / np.maximum(all_ratings, 1) - 0.5
    sums, squares = counts @ ranks.T, counts @ (ranks**2).T
    gaps = 2 * (raters[:, None] * squares - sums**2) / (raters[:, None] - 1)
    observed = np.einsum("bp,pb->b", times, gaps)
    whole = totals.sum(axis=1)
    expected = 2 * (whole * (totals * ranks**2).sum(axis=1) - (totals * ranks).sum(axis=1) ** 2)
    return _alpha(observed, expected, totals)


def _square_gaps(counts: Floats, places: Floats) -> Floats:
    """The sum over ordered pairs of a row's ratings of the squared distance of their places: (rows,)."""
    return np.asarray(2 * (counts.sum(axis=1) * (counts @ places**2) - (counts @ places) ** 2))


def _unit(positions: Floats) -> Floats:
    """The positions moved and scaled to [0, 1], which changes no coefficient and cannot overflow."""
    scaled = positions / max(float(np.abs(positions).max(initial=0.0)), 1e-300)
    moved = scaled - scaled.min(initial=np.inf)
    widest = float(moved.max(initial=0.0))
    return np.asarray(moved / widest if widest > 0 else moved)


def _over_pairs(figures: Floats, raters: Floats) -> Floats:
    """Figures (patterns,) by ordered pairs of raters; 0 where there is no pair."""
    pairs = raters * (raters - 1)
    return np.divide(figures, pairs, out=np.zeros_like(pairs), where=pairs > 0)


def _mean_over_pairable(figures: Floats, raters: Floats, times: Floats) -> Floats:
    return _ratio(times @ figures, times @ (raters > 1).astype(float))


def _pairable(counts: Floats, times: Floats) -> tuple[Floats, Floats]:
    kept = counts.sum(axis=1) > 1
    return counts[kept], times[:, kept]


def _shares(counts: Floats, times: Floats) -> Floats:
    """Each value's mean share of an item's ratings: (weightings, values)."""
    by_item = counts / counts.sum(axis=1, keepdims=True)
    return np.asarray((times @ by_item) / times.sum(axis=1, keepdims=True))


def _gwet_chance(counts: Floats, times: Floats) -> Floats:
    shares = _shares(counts, times)
    return np.asarray((shares * (1 - shares)).sum(axis=1) / max(counts.shape[1] - 1, 1))


def _corrected(agreement: Floats, chance: Floats) -> Floats:
    return _ratio(agreement - chance, 1 - chance)


def _alpha(observed: Floats, expected: Floats, totals: Floats) -> Floats:
    """1 - observed / expected disagreement; ``expected`` still lacks its division by (ratings - 1)."""
    return 1 - _ratio(observed * (totals.sum(axis=1) - 1), expected)


def _ratio(above: Floats, below: Floats) -> Floats:
    """Element by element; NaN where the divisor is 0 up to rounding."""
    return np.divide(above, below, out=np.full_like(below, np.nan), where=below > 1e-12)
