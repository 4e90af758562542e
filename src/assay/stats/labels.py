"""A metric that gives labels, set against the labels of reviewers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assay.base.translation import tr, trn
from assay.model.calibration import LabelConfusion
from assay.stats.confusion import Shares, confusion, shares
from assay.stats.proportion import wilson


@dataclass(frozen=True, slots=True)
class Macro:
    """Precision, recall and F1, each the plain mean over all classes."""

    precision: float | None = None
    recall: float | None = None
    f1: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Labels side by side. ``shares`` are of pass and fail, but for ``accuracy``, which is of equal labels."""

    confusion: LabelConfusion
    macro: Macro
    shares: Shares
    notes: tuple[str, ...] = field(default=())


def compare(
    human: Sequence[str], machine: Sequence[str], passes: Sequence[bool | None] | None, level: float = 0.95
) -> Comparison:
    """Label by label; TPR, TNR and precision too, where each label of the reviewers always passes or always fails."""
    counts = label_confusion(human, machine)
    means = macro(counts)
    told, notes = _as_passes(human, machine, passes, level)
    equal = sum(one == other for one, other in zip(human, machine, strict=True))
    accuracy = equal / len(human) if human else None
    intervals = {name: found for name, found in told.intervals.items() if name != "accuracy"}
    if human:
        intervals["accuracy"] = wilson(equal, len(human), level)
    figures = Shares(told.tpr, told.tnr, told.precision, accuracy, intervals)
    return Comparison(counts, means, figures, (*_on_labels(human, machine), *notes))


def label_confusion(human: Sequence[str], machine: Sequence[str]) -> LabelConfusion:
    """How often each label of reviewers met each label of the metric, over every label either of them gave."""
    labels = sorted({*human, *machine})
    met = Counter(zip(human, machine, strict=True))
    return LabelConfusion({one: {other: met[one, other] for other in labels} for one in labels})


def macro(counts: LabelConfusion) -> Macro:
    """The plain means over all classes; a class that one side never gives counts 0 there."""
    labels = list(counts.counts)
    if not labels:
        return Macro()
    table = np.array([[counts.counts[one][other] for other in labels] for one in labels], dtype=float)
    hits, given, meant = np.diag(table), table.sum(axis=0), table.sum(axis=1)
    precision = np.divide(hits, given, out=np.zeros_like(hits), where=given > 0)
    recall = np.divide(hits, meant, out=np.zeros_like(hits), where=meant > 0)
    f1 = 2 * hits / (given + meant)
    return Macro(float(precision.mean()), float(recall.mean()), float(f1.mean()))


def _on_labels(human: Sequence[str], machine: Sequence[str]) -> list[str]:
    if not human:
        return []
    notes = [
        tr(
            "Reviewers' label is that of their majority. Macro figures are plain means over all classes; "
            "a class that one side never gives counts 0."
        )
    ]
    if not set(human) & set(machine):
        notes.append(tr("The reviewers and the metric have no label in common."))
    return notes


def _as_passes(
    human: Sequence[str], machine: Sequence[str], passes: Sequence[bool | None] | None, level: float
) -> tuple[Shares, list[str]]:
    """The shares of pass and fail, the metric's label standing for what the same label of reviewers stands for."""
    told = [(label, passed) for label, passed in zip(human, passes or (), strict=False) if passed is not None]
    meaning = dict(told)
    if not meaning or any(meaning[label] is not passed for label, passed in told):
        return Shares(), []
    known = [at for at, label in enumerate(machine) if label in meaning and human[at] in meaning]
    notes = [
        tr("TPR, TNR and precision read a label of the metric as reviewers' same label: passed or failed.")
    ]
    if unread := len(machine) - len(known):
        one = "One trace with a label that says neither is left out of them."
        many = "{count} traces with a label that says neither are left out of them."
        notes.append(trn(one, many, unread).format(count=unread))
    passed = np.array([meaning[human[at]] for at in known], dtype=bool)
    predicted = np.array([meaning[machine[at]] for at in known], dtype=bool)
    return shares(confusion(passed, predicted), level), notes
