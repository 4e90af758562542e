"""Cohen's kappa of two raters."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from assay.model.agreement import PairKappa
from assay.stats.ratings import CodedRatings, Integers


def cohen_kappa(table: NDArray[np.int64]) -> float | None:
    """Cohen's kappa (1960) of a square table of counts, first rater by second.

    None where it is not defined: no items, or both raters gave one and the same value throughout.
    """
    items = int(table.sum())
    agreed = int(np.trace(table)) * items
    chance = int(table.sum(axis=1) @ table.sum(axis=0))
    return (agreed - chance) / (items**2 - chance) if items**2 > chance else None


def pair_kappas(ratings: CodedRatings) -> tuple[PairKappa, ...]:
    """The kappa of each pair of named raters with items in common, in order of name."""
    width = len(ratings.labels)
    rated = [_answers(ratings, rater) for rater in range(len(ratings.rater_names))]
    found = []
    for one, other in combinations(range(len(rated)), 2):
        (items, values), (other_items, other_values) = rated[one], rated[other]
        _, here, there = np.intersect1d(items, other_items, assume_unique=True, return_indices=True)
        if here.size:
            cells = np.bincount(values[here] * width + other_values[there], minlength=width * width)
            names = (ratings.rater_names[one], ratings.rater_names[other])
            found.append(PairKappa(names, cohen_kappa(cells.reshape(width, width)), int(here.size)))
    return tuple(found)


def _answers(ratings: CodedRatings, rater: int) -> tuple[Integers, Integers]:
    mine = ratings.raters == rater
    return ratings.items[mine], ratings.values[mine]
