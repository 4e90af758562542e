"""A quality figure that never stands alone: its interval, its n, and how it was made."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share (0 to 1) with its interval. ``value`` is None when there is nothing to estimate from; ``note`` says why.

    ``n`` is the number of traces judged, ``population`` the number they speak for (None: not known).
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    population: int | None = None
    level: float = 0.95
    method: str = "wilson"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DayPoint:
    """One day of a series. ``average`` is the 7-day average ending on it, with its own n."""

    day: date
    estimate: Estimate
    average: Estimate | None = None
    trace_uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """A metric's daily mean over all traces of that day."""

    day: date
    mean: float
    n: int


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit of a metric or criterion. ``direction`` is the side that is good: above or below.

    ``bands`` are the values at 70, 90 and 100 % of the way from the best value to the critical limit.
    """

    value: float
    direction: str = "above"
    bands: tuple[float, float, float] = field(default=(0.0, 0.0, 0.0))
