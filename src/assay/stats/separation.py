"""How a metric of numbers separates what reviewers pass from what they fail: AUC, a cut, and the figures at it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assay.base.translation import tr, trn
from assay.model.calibration import CalibrationThreshold, Confusion
from assay.stats import roc
from assay.stats.confusion import Shares, confusion, shares

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Interval = tuple[float, float]

RAREST_FOR_AUC = 10
"""With fewer traces in the rarer class an AUC says too little to be shown."""


@dataclass(frozen=True, slots=True)
class Separation:
    """What could be said; ``notes`` say what could not. ``auc_interval`` is apart from the shares' intervals."""

    auc: float | None = None
    auc_interval: Interval | None = None
    threshold: CalibrationThreshold | None = None
    confusion: Confusion | None = None
    shares: Shares = field(default_factory=Shares)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """How the cut is chosen: given, or by Youden's rule with a bootstrap of ``resamples`` seeded by ``seed``."""

    threshold: float | None = None
    direction: str | None = None
    resamples: int = 200
    seed: int = 1
    level: float = 0.95


def separate(metric: Floats, passes: Sequence[bool | None] | None, choice: Choice) -> Separation:
    """``metric`` (traces,) against whether reviewers pass each trace (None: evenly split; such traces are left out).

    Without a direction, the side of the cut that predicts a pass is the one on which passes lie: above it where
    AUC is at least one half.
    """
    values, flags, notes = _settled(metric, passes)
    if not flags.size:
        cut = _given(choice, choice.direction or "above")
        return Separation(
            threshold=cut, notes=() if cut else (tr("No threshold: no trace is passed or failed."),)
        )
    found = roc.area(values, flags)
    direction = choice.direction or ("below" if found is not None and found.value < 0.5 else "above")
    shown, on_auc = _shown(found, flags)
    cut, on_cut = _cut(values, flags, direction, choice)
    counts = confusion(flags, roc.predicted(values, cut.value, direction)) if cut else None
    return Separation(
        auc=shown.value if shown else None,
        auc_interval=roc.area_interval(shown, choice.level) if shown else None,
        threshold=cut,
        confusion=counts,
        shares=shares(counts, choice.level) if counts else Shares(),
        notes=(*notes, on_auc, *on_cut),
    )


def _settled(metric: Floats, passes: Sequence[bool | None] | None) -> tuple[Floats, Flags, list[str]]:
    """The traces that reviewers clearly pass or fail, and a sentence on the rest."""
    if passes is None:
        return metric[:0], np.zeros(0, dtype=bool), []
    clear = np.array([passed is not None for passed in passes], dtype=bool)
    flags = np.array([passed is True for passed in passes], dtype=bool)
    split = int(np.count_nonzero(~clear))
    one = "One trace on which reviewers are evenly split is left out of the pass and fail figures."
    many = "{count} traces on which reviewers are evenly split are left out of the pass and fail figures."
    notes = [trn(one, many, split).format(count=split)] if split else []
    return metric[clear], flags[clear], notes


def _shown(found: roc.Area | None, flags: Flags) -> tuple[roc.Area | None, str]:
    """The area if it may be shown, and the sentence on it."""
    rarer = min(int(np.count_nonzero(flags)), int(np.count_nonzero(~flags)))
    if found is None or rarer < RAREST_FOR_AUC:
        text = tr("No AUC: the rarer of passed and failed has {count} traces, fewer than {least}.")
        return None, text.format(count=rarer, least=RAREST_FOR_AUC)
    return found, tr(
        "AUC is the chance that a passed trace has the higher value of the metric than a failed one."
    )


def _given(choice: Choice, direction: str) -> CalibrationThreshold | None:
    return (
        None if choice.threshold is None else CalibrationThreshold(choice.threshold, direction, None, "given")
    )


def _cut(
    values: Floats, flags: Flags, direction: str, choice: Choice
) -> tuple[CalibrationThreshold | None, list[str]]:
    """The cut that was given, or the one suggested, with sentences on it."""
    if given := _given(choice, direction):
        return given, []
    cut = roc.youden(values, flags, direction, choice.resamples, choice.seed, choice.level)
    if cut is None:
        return None, [tr("No threshold: reviewers passed all of these traces, or none.")]
    notes = [
        tr(
            "The suggested threshold has the largest TPR + TNR - 1 on these traces, which flatters its figures."
        )
    ]
    if cut.unseen_gain is not None:
        text = tr("TPR + TNR - 1 is {here:.2f} here and {unseen:.2f} on traces left out of resamples.")
        notes.append(text.format(here=cut.gain, unseen=cut.unseen_gain))
    return CalibrationThreshold(cut.value, direction, cut.band), notes
