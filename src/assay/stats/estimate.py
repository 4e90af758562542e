"""Quality figures with their intervals: by day, pooled over a week, over strata."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from assay.base.errors import Bug
from assay.base.translation import tr
from assay.model.estimate import Estimate
from assay.stats.proportion import wilson
from assay.stats.quantile import two_sided_t

Floats = NDArray[np.float64]


def share(scores: Sequence[float], population: int | None = None, level: float = 0.95) -> Estimate:
    """The mean of ``scores`` (each in [0, 1], one per trace) with Wilson's interval.

    For scores between 0 and 1 the interval is on the safe side: no spread is larger than that of zeros and
    ones. Without scores the value is None and the note says so.
    """
    return _share_of(math.fsum(scores), len(scores), population, level)


def _share_of(total: float, n: int, population: int | None, level: float) -> Estimate:
    if not n:
        note = tr("No trace has been judged.")
        return Estimate(None, None, None, 0, population, level, note=note)
    low, high = wilson(min(total, n), n, level)
    return Estimate(min(total / n, 1.0), low, high, n, population, level)


def stratified_share(strata: Mapping[str, tuple[Sequence[float], int]], level: float = 0.95) -> Estimate:
    """The share in the population from samples of its strata: name -> (scores of the sample, population).

    The weighted mean, with Wilson's interval at the effective sample size: the n at which a simple random
    sample would have the variance of this design. For the variance, half a success and half a failure are added
    in every stratum (with small strata the raw variance covers too little), and the finite population
    correction of each stratum is taken. One stratum is the plain share. Where a stratum with traces has fewer
    than two scores, all scores are counted alike and the note says so.
    """
    filled = [(scores, max(size, len(scores))) for scores, size in strata.values() if size or len(scores)]
    population = sum(size for _, size in filled)
    if len(filled) < 2 or not any(len(scores) for scores, _ in filled):
        return share([score for scores, _ in filled for score in scores], population or None, level)
    if min(len(scores) for scores, _ in filled) < 2:
        return _alike(filled, population, level)
    sizes = np.array([len(scores) for scores, _ in filled], dtype=float)
    totals = np.array([math.fsum(scores) for scores, _ in filled])
    populations = np.array([size for _, size in filled], dtype=float)
    weights = populations / population
    value = min(float(weights @ (totals / sizes)), 1.0)
    low, high = _effective_interval(value, weights, (totals + 0.5) / (sizes + 1), sizes, populations, level)
    return Estimate(value, low, high, int(sizes.sum()), population, level, "stratified wilson")


def _alike(filled: Iterable[tuple[Sequence[float], int]], population: int, level: float) -> Estimate:
    plain = share([score for scores, _ in filled for score in scores], population, level)
    note = tr("A stratum has fewer than two judged traces; all judged traces were counted alike.")
    return Estimate(plain.value, plain.low, plain.high, plain.n, population, level, plain.method, note)


def _effective_interval(
    value: float, weights: Floats, smoothed: Floats, sizes: Floats, populations: Floats, level: float
) -> tuple[float, float]:
    middle = float(weights @ smoothed)
    variance = stratified_variance(weights, smoothed, sizes, populations)
    if variance <= 0:  # every trace of every stratum was judged
        return value, value
    effective = middle * (1 - middle) / variance
    return wilson(value * effective, effective, level)


def stratified_variance(weights: Floats, shares: Floats, sizes: Floats, populations: Floats) -> float:
    """The variance of a stratified share: sum of W² (1 - n/N) p(1 - p) / (n - 1); all arrays (strata,).

    Cochran, Sampling Techniques (1977), section 5.9.
    """
    within = shares * (1 - shares) / (sizes - 1)
    return float(np.sum(weights**2 * (1 - sizes / populations) * within))


def mean_interval(values: Sequence[float], level: float = 0.95) -> Estimate:
    """The mean of finite numbers of any scale with Student's t interval.

    A single number has no interval, none no value; the note says which.
    """
    n = len(values)
    if not n:
        return Estimate(None, None, None, 0, level=level, method="t", note=tr("There are no values."))
    # By a power of two, which is exact, so that no sum or square can overflow.
    scale = 2.0 ** (math.frexp(max(abs(value) for value in values))[1] - 1)
    scaled = [value / scale for value in values]
    mean = math.fsum(scaled) / n
    if n == 1:
        return Estimate(
            mean * scale, None, None, 1, level=level, method="t", note=tr("One value has no interval.")
        )
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in scaled) / (n - 1))
    half = two_sided_t(level, n - 1) * spread / math.sqrt(n)
    low, high = (mean - half) * scale, (mean + half) * scale
    return Estimate(mean * scale, low, high, n, level=level, method="t")


def rolling_share(
    days: Iterable[tuple[date, Sequence[float]]], width: int = 7, level: float = 0.95
) -> list[tuple[date, Estimate]]:
    """The share over ``width`` calendar days ending on each day, its scores pooled (not a mean of daily means).

    Given (day, its scores) in any order. There is a figure for every calendar day from the first to the last,
    with scores or not, whose window holds at least one score.
    """
    if width < 1:
        raise Bug(f"A window of {width} days was asked for.")
    totals: dict[int, tuple[float, int]] = {}
    for day, scores in days:
        total, n = totals.get(day.toordinal(), (0.0, 0))
        totals[day.toordinal()] = (total + math.fsum(scores), n + len(scores))
    judged = [day for day, (_, n) in totals.items() if n]
    last = max(totals, default=0)
    ends = sorted({end for day in judged for end in range(day, min(day + width, last + 1))})
    return [(date.fromordinal(end), _window(totals, end, width, level)) for end in ends]


def _window(totals: Mapping[int, tuple[float, int]], end: int, width: int, level: float) -> Estimate:
    inside = [totals[day] for day in range(end - width + 1, end + 1) if day in totals]
    return _share_of(math.fsum(total for total, _ in inside), sum(n for _, n in inside), None, level)


def bands(best: float, critical: float) -> tuple[float, float, float]:
    """The values at 70, 90 and 100 % of the way from the best value to the critical limit."""
    way = critical - best
    return best + 0.7 * way, best + 0.9 * way, critical
