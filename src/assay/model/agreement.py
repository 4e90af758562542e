"""How far reviewers agree with each other on one criterion."""

from dataclasses import dataclass, field

from assay.model.criterion import Level


@dataclass(frozen=True, slots=True)
class PairKappa:
    """Cohen's kappa of two named raters over the items both rated; None where it is not defined."""

    raters: tuple[str, str]
    kappa: float | None
    items: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """All coefficients of one criterion. Shares are fractions; an undefined coefficient is None and ``note`` says why.

    ``distribution`` counts ratings by value, in order of value. ``intervals`` maps a coefficient's name to its
    95 % interval. ``gwet`` is AC1 for nominal and AC2 (quadratic weights) otherwise; AC1 is always given too.
    """

    criterion: str
    level: Level
    items: int
    raters: int
    ratings: int
    pairable_items: int
    distribution: dict[str, int] = field(default_factory=dict)
    percent_agreement: float | None = None
    cohen_kappa: tuple[PairKappa, ...] = ()
    fleiss_kappa: float | None = None
    gwet_ac1: float | None = None
    gwet_ac2: float | None = None
    alpha_nominal: float | None = None
    alpha_ordinal: float | None = None
    alpha_interval: float | None = None
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    note: str | None = None
