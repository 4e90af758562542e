"""Reviewers against one automated metric: does the metric say what people say?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assay.base.errors import Refused
from assay.model.calibration import Calibration, Confusion, LabelConfusion
from assay.model.criterion import Criterion
from assay.model.series import MetricAgainstReviewers
from assay.operations.measured import JudgedTrace, field_of, judged_criterion, question_of, traces_of
from assay.operations.office import Office
from assay.operations.thresholds import threshold_of
from assay.stats.calibration import calibrate as calibration_of


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """The figures, and the points they were made of."""

    calibration: Calibration
    series: MetricAgainstReviewers

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that scripts rely on."""
        one = self.calibration
        cut = one.threshold
        return {
            "criterion": one.criterion,
            "metric": one.metric,
            "items": one.items,
            "missing_metric": one.missing_metric,
            "pearson": one.pearson,
            "spearman": one.spearman,
            "kendall_tau_b": one.kendall_tau_b,
            "partial": {"given": one.given, "pearson": one.partial_pearson, "spearman": one.partial_spearman},
            "threshold": {
                "value": cut.value if cut else None,
                "direction": cut.direction if cut else None,
                "band": list(cut.band) if cut and cut.band else None,
                "chosen_by": cut.chosen_by if cut else None,
            },
            "confusion": _confusion_json(one.confusion),
            "tpr": one.tpr,
            "tnr": one.tnr,
            "precision": one.precision,
            "accuracy": one.accuracy,
            "macro": {"precision": one.macro_precision, "recall": one.macro_recall, "f1": one.macro_f1},
            "auc": one.auc,
            "intervals": {name: list(interval) for name, interval in one.intervals.items()},
            "conventions": list(one.conventions),
        }


def _confusion_json(confusion: Confusion | LabelConfusion | None) -> dict[str, Any]:
    if isinstance(confusion, LabelConfusion):
        return {"labels": confusion.counts}
    if confusion is None:
        return {}
    return {
        "true_positive": confusion.true_positive,
        "false_positive": confusion.false_positive,
        "true_negative": confusion.true_negative,
        "false_negative": confusion.false_negative,
    }


def calibrate(
    office: Office,
    criterion: str | None,
    metric: str,
    given: str | None = None,
    threshold: float | None = None,
    direction: str | None = None,
) -> CalibrationReport:
    """Set the reviewers' answers to ``criterion`` against ``metric``; ``given`` names a field to control for."""
    known = office.traces.metric_names()
    if metric not in known:
        raise Refused(f"No trace has a metric “{metric}”.", f"Metrics here: {', '.join(known) or 'none'}.")
    judged = judged_criterion(office, criterion)
    question = question_of(office, judged)
    traces = traces_of(office.workspace.standing.judgements(judged.criterion, judged.rubric))
    values = office.traces.metric_values(metric, [one.uid for one in traces])
    machine = [values.get(one.uid) for one in traces]
    human = _human(traces, machine)
    if threshold is None and (limit := threshold_of(office, metric)) is not None:
        threshold, direction = limit.value, direction or limit.direction
    fields = field_of(office, given, traces) if given else {}
    calibration = calibration_of(
        judged.criterion,
        metric,
        human,
        machine,
        given=[fields.get(one.uid) for one in traces] if given else None,
        given_name=given,
        passes=[_passes(question, one) for one in traces],
        threshold=threshold,
        direction=direction,
    )
    return CalibrationReport(calibration, _series(question, calibration, human, traces, values))


def _human(traces: Sequence[JudgedTrace], machine: Sequence[float | str | None]) -> list[float | str | None]:
    """What reviewers say of each trace: labels where the metric gives labels, else numbers; None for a tie."""
    labels = any(isinstance(value, str) for value in machine)
    return [one.label if labels else _number(one) for one in traces]


def _number(one: JudgedTrace) -> float | None:
    return one.number if one.number is not None else one.score


def _passes(question: Criterion, one: JudgedTrace) -> bool | None:
    """Whether reviewers pass the trace: their mean reaches the pass mark, or most of them pass it; None for a tie."""
    if question.pass_mark is not None and one.number is not None:
        return one.number >= question.pass_mark
    if one.score is None or one.score == 0.5:
        return None
    return one.score > 0.5


def _series(
    question: Criterion,
    calibration: Calibration,
    human: Sequence[float | str | None],
    traces: Sequence[JudgedTrace],
    values: dict[str, float | str | None],
) -> MetricAgainstReviewers:
    points = [
        (metric, said, one.uid)
        for said, one in zip(human, traces, strict=True)
        if isinstance(metric := values.get(one.uid), float) and isinstance(said, float)
    ]
    return MetricAgainstReviewers(
        calibration=calibration,
        metric_values=tuple(metric for metric, _, _ in points),
        human_values=tuple(said for _, said, _ in points),
        trace_uids=tuple(uid for _, _, uid in points),
        human_title=question.question,
    )
