"""How far an automated metric says what reviewers say."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts at a threshold. Positive means: reviewers passed the trace; predicted: the metric passes it."""

    true_positive: int
    false_positive: int
    true_negative: int
    false_negative: int


@dataclass(frozen=True, slots=True)
class LabelConfusion:
    """Counts by (reviewers' label, metric's label) for metrics that give labels."""

    counts: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class CalibrationThreshold:
    """A cut of the metric: ``direction`` is the side that predicts a pass; ``band`` is where the cut could lie."""

    value: float
    direction: str
    band: tuple[float, float] | None
    chosen_by: str = "youden"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Reviewers against one metric. Undefined figures are None and ``conventions`` say why."""

    criterion: str
    metric: str
    items: int
    missing_metric: int
    pearson: float | None = None
    spearman: float | None = None
    kendall_tau_b: float | None = None
    given: str | None = None
    partial_pearson: float | None = None
    partial_spearman: float | None = None
    threshold: CalibrationThreshold | None = None
    confusion: Confusion | LabelConfusion | None = None
    tpr: float | None = None
    tnr: float | None = None
    precision: float | None = None
    accuracy: float | None = None
    macro_precision: float | None = None
    macro_recall: float | None = None
    macro_f1: float | None = None
    auc: float | None = None
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    conventions: tuple[str, ...] = ()
