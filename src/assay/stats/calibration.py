"""How far a metric says what reviewers say: correlation, separation of pass from fail, or labels side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assay.base.translation import tr, trn
from assay.model.calibration import Calibration
from assay.stats.correlation import (
    is_constant,
    kendall_tau_b,
    partial,
    pearson,
    pearson_interval,
    spearman,
    spearman_interval,
)
from assay.stats.labels import compare
from assay.stats.ratings import as_number, as_text
from assay.stats.separation import Choice, separate

Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The traces that have both sides, column by column, and what was left out."""

    human: list[float | str]
    machine: list[float | str]
    given: list[str | None] | None
    passes: list[bool | None] | None
    missing: int
    notes: list[str]


@dataclass(frozen=True, slots=True)
class _Correlations:
    pearson: float | None = None
    spearman: float | None = None
    kendall_tau_b: float | None = None
    partial_pearson: float | None = None
    partial_spearman: float | None = None
    intervals: dict[str, Interval] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def calibrate(
    criterion: str,
    metric: str,
    human: Sequence[float | str | None],
    machine: Sequence[float | str | None],
    given: Sequence[str | None] | None = None,
    given_name: str | None = None,
    passes: Sequence[bool | None] | None = None,
    threshold: float | None = None,
    direction: str | None = None,
    *,
    resamples: int = 200,
    seed: int = 1,
    level: float = 0.95,
) -> Calibration:
    """Reviewers against a metric; every sequence has one entry a trace.

    ``human``: the mean over reviewers of their numbers, or their majority label (None: they have none).
    ``machine``: the metric's numbers or, as str, its labels; None and NaN are counted as missing. One str makes
    it a metric of labels. ``passes``: whether reviewers pass the trace (None: evenly split). ``given``: the
    group of each trace, for the partial correlations. Without ``threshold`` the cut is Youden's; ``direction``
    (``above`` or ``below``) is the side of it that predicts a pass, by default the one on which passes lie.

    What has no value is None and ``conventions`` say why, as they say every choice that was made.
    """
    pairs = _pairs(human, machine, given, passes)
    if any(isinstance(value, str) for value in pairs.machine):
        return _of_labels(criterion, metric, pairs, level)
    choice = Choice(threshold, direction, resamples, seed, level)
    return _of_numbers(criterion, metric, pairs, given_name, choice)


def _pairs(
    human: Sequence[float | str | None],
    machine: Sequence[float | str | None],
    given: Sequence[str | None] | None,
    passes: Sequence[bool | None] | None,
) -> _Pairs:
    has_metric = [_is_there(value) for value in machine]
    kept = [
        at for at, (one, there) in enumerate(zip(human, has_metric, strict=True)) if there and _is_there(one)
    ]
    missing = has_metric.count(False)
    return _Pairs(
        human=[value for at in kept if (value := human[at]) is not None],
        machine=[value for at in kept if (value := machine[at]) is not None],
        given=None if given is None else [given[at] for at in kept],
        passes=None if passes is None else [passes[at] for at in kept],
        missing=missing,
        notes=_on_left_out(missing, has_metric.count(True) - len(kept), len(kept)),
    )


def _is_there(value: float | str | None) -> bool:
    """Whether it is a text other than the empty one, or a finite number."""
    return value != "" if isinstance(value, str) else as_number(value) is not None


def _on_left_out(missing: int, undecided: int, kept: int) -> list[str]:
    notes = []
    if missing:
        one = "One trace has no value of this metric and is left out."
        many = "{count} traces have no value of this metric and are left out."
        notes.append(trn(one, many, missing).format(count=missing))
    if undecided:
        one = "One trace on which reviewers have no common answer is left out."
        many = "{count} traces on which reviewers have no common answer are left out."
        notes.append(trn(one, many, undecided).format(count=undecided))
    if not kept:
        notes.append(tr("No trace has both a review and a value of this metric."))
    return notes


def _of_numbers(
    criterion: str, metric: str, pairs: _Pairs, given_name: str | None, choice: Choice
) -> Calibration:
    values = np.array([float(value) for value in pairs.machine], dtype=float)
    found = _correlations(pairs, values, given_name, choice.level)
    apart = separate(values, pairs.passes, choice)
    intervals = found.intervals | apart.shares.intervals
    if apart.auc_interval is not None:
        intervals["auc"] = apart.auc_interval
    return Calibration(
        criterion=criterion,
        metric=metric,
        items=len(values),
        missing_metric=pairs.missing,
        pearson=found.pearson,
        spearman=found.spearman,
        kendall_tau_b=found.kendall_tau_b,
        given=given_name,
        partial_pearson=found.partial_pearson,
        partial_spearman=found.partial_spearman,
        threshold=apart.threshold,
        confusion=apart.confusion,
        tpr=apart.shares.tpr,
        tnr=apart.shares.tnr,
        precision=apart.shares.precision,
        accuracy=apart.shares.accuracy,
        auc=apart.auc,
        intervals=intervals,
        conventions=(*pairs.notes, *found.notes, *apart.notes),
    )


def _of_labels(criterion: str, metric: str, pairs: _Pairs, level: float) -> Calibration:
    human, machine = [as_text(value) for value in pairs.human], [as_text(value) for value in pairs.machine]
    found = compare(human, machine, pairs.passes, level)
    return Calibration(
        criterion=criterion,
        metric=metric,
        items=len(human),
        missing_metric=pairs.missing,
        confusion=found.confusion,
        tpr=found.shares.tpr,
        tnr=found.shares.tnr,
        precision=found.shares.precision,
        accuracy=found.shares.accuracy,
        macro_precision=found.macro.precision,
        macro_recall=found.macro.recall,
        macro_f1=found.macro.f1,
        intervals=found.shares.intervals,
        conventions=(*pairs.notes, *found.notes),
    )


def _correlations(pairs: _Pairs, machine: Floats, given_name: str | None, level: float) -> _Correlations:
    numbers = [number for value in pairs.human if (number := as_number(value)) is not None]
    if not numbers or len(numbers) < len(pairs.human):
        text = tr("No correlations: the reviewers' answers are not numbers.")
        return _Correlations(notes=(text,) if pairs.human else ())
    human = np.array(numbers, dtype=float)
    r, rho = pearson(human, machine), spearman(human, machine)
    intervals = {
        "pearson": pearson_interval(r, len(human), level) if r is not None else None,
        "spearman": spearman_interval(rho, len(human), level) if rho is not None else None,
    }
    given = pairs.given
    left: tuple[float | None, float | None] = (None, None)
    if given is not None:
        left = partial(pearson, human, machine, given), partial(spearman, human, machine, given)
    notes = _on_sides(human, machine)
    if given is not None and r is not None:
        notes.extend(_on_groups(given, given_name, defined=left[0] is not None))
    return _Correlations(
        pearson=r,
        spearman=rho,
        kendall_tau_b=kendall_tau_b(human, machine),
        partial_pearson=left[0],
        partial_spearman=left[1],
        intervals={name: found for name, found in intervals.items() if found is not None},
        notes=tuple(notes),
    )


def _on_sides(human: Floats, machine: Floats) -> list[str]:
    if len(human) < 2:
        return [tr("The correlations are not defined for a single trace.")]
    if is_constant(human):
        return [tr("The correlations are not defined: the reviewers' value is the same on every trace.")]
    if is_constant(machine):
        return [tr("The correlations are not defined: the metric's value is the same on every trace.")]
    return [
        tr(
            "Reviewers' numbers are the mean over the reviewers of a trace; equal values share their mean rank."
        )
    ]


def _on_groups(given: list[str | None], given_name: str | None, *, defined: bool) -> list[str]:
    text = tr("Partial correlations given {field}: each side less the mean of its group, over all traces.")
    notes = [text.format(field=given_name or tr("the group"))]
    if nowhere := given.count(None):
        one, many = (
            "One trace without it is a group of its own.",
            "The {count} traces without it form one group.",
        )
        notes.append(trn(one, many, nowhere).format(count=nowhere))
    if not defined:
        notes.append(tr("They are not defined: within its groups a side does not vary."))
    return notes
