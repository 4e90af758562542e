"""What a chart is handed: numbers already computed, words already chosen."""

from dataclasses import dataclass

from assay.model.agreement import Agreement
from assay.model.calibration import Calibration
from assay.model.estimate import DayPoint, Estimate, MetricPoint, Threshold


@dataclass(frozen=True, slots=True)
class QualitySeries:
    """Reviewer-judged quality by day, one metric beside it, and the threshold of the judged share."""

    criterion: str
    title: str
    overall: Estimate
    days: tuple[DayPoint, ...] = ()
    metric_name: str | None = None
    metric: tuple[MetricPoint, ...] = ()
    metric_threshold: Threshold | None = None
    threshold: Threshold | None = None
    day_basis: str = "trace"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreementSeries:
    """Agreement on each criterion, in the rubric's order."""

    agreements: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class MetricAgainstReviewers:
    """Points (metric's value, reviewers' value) with the calibration made of them."""

    calibration: Calibration
    metric_values: tuple[float, ...] = ()
    human_values: tuple[float, ...] = ()
    trace_uids: tuple[str, ...] = ()
    human_title: str = ""
