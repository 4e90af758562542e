"""Counts of right and wrong passes, and the shares made of them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assay.model.calibration import Confusion
from assay.stats.proportion import wilson

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shares:
    """``tpr``, ``tnr``, ``precision``, ``accuracy``; None where the divisor is 0. ``intervals`` by the same names."""

    tpr: float | None = None
    tnr: float | None = None
    precision: float | None = None
    accuracy: float | None = None
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)


def confusion(passes: Flags, predicted: Flags) -> Confusion:
    """The four counts; positive is what reviewers passed."""
    return Confusion(
        true_positive=int(np.count_nonzero(passes & predicted)),
        false_positive=int(np.count_nonzero(~passes & predicted)),
        true_negative=int(np.count_nonzero(~passes & ~predicted)),
        false_negative=int(np.count_nonzero(passes & ~predicted)),
    )


def shares(counts: Confusion, level: float = 0.95) -> Shares:
    """TPR, TNR, precision and accuracy with Wilson's intervals."""
    right = counts.true_positive + counts.true_negative
    wrong = counts.false_positive + counts.false_negative
    parts = {
        "tpr": (counts.true_positive, counts.true_positive + counts.false_negative),
        "tnr": (counts.true_negative, counts.true_negative + counts.false_positive),
        "precision": (counts.true_positive, counts.true_positive + counts.false_positive),
        "accuracy": (right, right + wrong),
    }
    defined = {name: (part, whole) for name, (part, whole) in parts.items() if whole}
    return Shares(
        **{name: part / whole for name, (part, whole) in defined.items()},
        intervals={name: wilson(part, whole, level) for name, (part, whole) in defined.items()},
    )
