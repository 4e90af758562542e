"""The limits a lead has set: for a metric's value, or for the share that reviewers pass."""

import json

from assay.base.errors import Refused
from assay.model.estimate import Threshold
from assay.operations.changes import Changes
from assay.operations.office import Office
from assay.stats.estimate import bands

_METRIC, _SHARE = "threshold:metric:", "threshold:share:"
GOOD_SIDES = ("above", "below")


def threshold_of(office: Office, metric: str) -> Threshold | None:
    """The limit of a metric, with its bands; None where none was set."""
    return _read(office.workspace.remembered.get(_METRIC + metric), best=_best_of(office, metric))


def share_threshold_of(office: Office, criterion: str) -> Threshold | None:
    """The limit of the share that reviewers pass on a criterion (0 to 1, good above)."""
    return _read(office.workspace.remembered.get(_SHARE + criterion), best=(0.0, 1.0))


def limited_metrics(office: Office) -> tuple[str, ...]:
    """The metrics that have a limit, by name."""
    return tuple(sorted(name.removeprefix(_METRIC) for name in office.workspace.remembered.all(_METRIC)))


def set_threshold(office: Office, metric: str, value: float, direction: str) -> Changes:
    """Set the critical limit of a metric; ``direction`` is the good side."""
    return _write(office, _METRIC + metric, value, direction)


def set_share_threshold(office: Office, criterion: str, value: float, direction: str = "above") -> Changes:
    """Set the critical limit of the share that reviewers pass (a fraction between 0 and 1)."""
    if not 0 <= value <= 1:
        raise Refused(f"{value} is no share.", "Give a fraction between 0 and 1, such as 0.8.")
    return _write(office, _SHARE + criterion, value, direction)


def _write(office: Office, name: str, value: float, direction: str) -> Changes:
    if direction not in GOOD_SIDES:
        raise Refused(f"“{direction}” is no side.", "The good side is above or below the limit.")
    office.workspace.remembered.set(name, json.dumps({"value": value, "direction": direction}))
    return Changes.SETTINGS


def _read(kept: str | None, best: tuple[float, float]) -> Threshold | None:
    if kept is None:
        return None
    values = json.loads(kept)
    limit, side = float(values["value"]), str(values["direction"])
    ideal = best[1] if side == "above" else best[0]
    return Threshold(limit, side, bands(ideal, limit))


def _best_of(office: Office, metric: str) -> tuple[float, float]:
    """The best values of a metric on either side: 0 and 1 for one that stays between them, else as observed."""
    values = [
        value for value in office.traces.metric_values(metric, None).values() if isinstance(value, float)
    ]
    return min([0.0, *values]), max([1.0, *values])
