"""How far reviewers agree on one criterion: all coefficients, with intervals."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from assay.base.translation import tr
from assay.model.agreement import Agreement
from assay.model.criterion import Level
from assay.stats import coefficients
from assay.stats.kappa import pair_kappas
from assay.stats.ratings import CodedRatings, Integers, Rating, code_ratings

Floats = NDArray[np.float64]
Coefficient = Callable[[Floats, Floats], Floats]

_CELLS_AT_ONCE = 2_000_000
_WORK_AT_MOST = 2_000_000_000
_RESAMPLES_AT_LEAST = 100


def agreement(
    criterion: str,
    level: Level,
    ratings: Iterable[Rating],
    order: Sequence[str] | None = None,
    *,
    bootstrap: int = 1000,
    seed: int = 1,
    confidence: float = 0.95,
) -> Agreement:
    """Agreement of raters on one criterion.

    ``ratings``: (item, rater, value). Raters of None are exchangeable; of two ratings of one named rater on an
    item the later counts. ``order``: the values from low to high, for values that are not numbers.

    Percent agreement, Fleiss' kappa, AC1 and AC2 are Gwet's for unequal numbers of raters, alpha is
    Krippendorff's, kappa Cohen's for each pair of named raters. AC2 is given for ordinal and interval levels,
    alpha for ranks where the values have an order, for intervals where they are numbers. Intervals are
    percentiles of ``bootstrap`` resamples of the items (0: none), the same for the same ``seed``; resamples in
    which a coefficient is not defined are left out. Thousands of different numbers get fewer resamples (at
    least 100), so that an answer comes in seconds.
    """
    coded = code_ratings(ratings, order)
    counts = coded.counts()
    pairable = counts[counts.sum(axis=1) > 1]
    usable, notes = _judge(level, coded, pairable)
    figures = _figures(counts, usable)
    intervals = _intervals(counts, usable, bootstrap, seed, confidence)
    return Agreement(
        criterion=criterion,
        level=level,
        items=coded.item_count,
        raters=coded.rater_count(),
        ratings=len(coded.values),
        pairable_items=len(pairable),
        distribution=dict(zip(coded.labels, counts.sum(axis=0).tolist(), strict=True)),
        percent_agreement=figures.get("percent_agreement"),
        cohen_kappa=pair_kappas(coded),
        fleiss_kappa=figures.get("fleiss_kappa"),
        gwet_ac1=figures.get("gwet_ac1"),
        gwet_ac2=figures.get("gwet_ac2"),
        alpha_nominal=figures.get("alpha_nominal"),
        alpha_ordinal=figures.get("alpha_ordinal"),
        alpha_interval=figures.get("alpha_interval"),
        intervals=intervals,
        note=" ".join(notes) or None,
    )


def _judge(level: Level, coded: CodedRatings, pairable: Integers) -> tuple[dict[str, Coefficient], list[str]]:
    """The coefficients that are defined for these ratings, and sentences on those that are not."""
    if not len(pairable):
        return {}, [tr("No item has two ratings, so there is nothing to compare.")]
    percent: dict[str, Coefficient] = {"percent_agreement": coefficients.percent_agreement}
    if len(pairable) < 2:
        return percent, [tr("Only one item has two ratings; the coefficients need at least two such items.")]
    if len(coded.labels) < 2:
        return percent, [tr("The coefficients are not defined: every rating is the same.")]
    if np.count_nonzero(pairable.sum(axis=0)) < 2:
        note = tr("The coefficients are not defined: every rating is the same on items with two or more.")
        return percent, [note]
    return percent | _coefficients(level, coded), _missing_orders(level, coded)


def _has_order(level: Level, coded: CodedRatings) -> bool:
    """Two values need no order: every order of them gives the same ordinal alpha."""
    return coded.numeric or level != "nominal" or len(coded.labels) == 2


def _coefficients(level: Level, coded: CodedRatings) -> dict[str, Coefficient]:
    positions = coded.positions
    found: dict[str, Coefficient] = {
        "fleiss_kappa": coefficients.fleiss_kappa,
        "gwet_ac1": coefficients.gwet_ac1,
        "alpha_nominal": coefficients.alpha_nominal,
    }
    if level != "nominal":
        found["gwet_ac2"] = lambda counts, times: coefficients.gwet_ac2(counts, times, positions)
    if _has_order(level, coded):
        found["alpha_ordinal"] = coefficients.alpha_ordinal
    if coded.numeric:
        found["alpha_interval"] = lambda counts, times: coefficients.alpha_interval(counts, times, positions)
    return found


def _missing_orders(level: Level, coded: CodedRatings) -> list[str]:
    if not _has_order(level, coded):
        return [tr("Alpha for ranks and for intervals is not defined: the values have no order.")]
    if not coded.numeric:
        return [tr("Alpha for intervals is not defined: the values are not numbers.")]
    return []


def _figures(counts: Integers, usable: dict[str, Coefficient]) -> dict[str, float]:
    """Each coefficient of the data themselves."""
    table = counts.astype(float)
    once = np.ones((1, len(table)))
    values = {name: float(coefficient(table, once)[0]) for name, coefficient in usable.items()}
    return {name: value for name, value in values.items() if not np.isnan(value)}


def _intervals(
    counts: Integers, usable: dict[str, Coefficient], bootstrap: int, seed: int, confidence: float
) -> dict[str, tuple[float, float]]:
    """Percentile bootstrap over items, by how often each distinct pattern of counts is drawn.

    A coefficient that comes out the same in every resample gets no interval: it is not known that exactly.
    """
    if bootstrap < 1 or not usable:
        return {}
    patterns, times = np.unique(counts, axis=0, return_counts=True)
    table = patterns.astype(float)
    drawn: dict[str, list[Floats]] = {name: [] for name in usable}
    affordable = max(_WORK_AT_MOST // table.size, _RESAMPLES_AT_LEAST)
    for resamples in _resamples(times, min(bootstrap, affordable), seed):
        for name, coefficient in usable.items():
            drawn[name].append(coefficient(table, resamples))
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    found = {}
    for name, parts in drawn.items():
        values = np.concatenate(parts)
        defined = values[~np.isnan(values)]
        if defined.size and np.ptp(defined) > 1e-12:
            low, high = np.quantile(defined, tails)
            found[name] = (float(low), float(high))
    return found


def _resamples(times: Integers, bootstrap: int, seed: int) -> Iterator[Floats]:
    """Draws of as many items with replacement as there are, as (resamples, patterns), in parts of a sane size."""
    random = np.random.default_rng(seed)
    items = int(times.sum())
    at_once = max(_CELLS_AT_ONCE // len(times), 1)
    for start in range(0, bootstrap, at_once):
        size = min(at_once, bootstrap - start)
        yield random.multinomial(items, times / items, size=size).astype(float)
