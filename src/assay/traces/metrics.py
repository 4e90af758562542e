"""What the metrics of all traces say, read from the index alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.model.estimate import MetricPoint
from assay.traces.ask import AMONG_UIDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assay.traces.ask import Asker


def number_of(name: str) -> str:
    """The mean of a trace's numbers of the metric that is bound to ``name`` ("$name"), as SQL."""
    return f"list_avg([m.value FOR m IN metrics IF m.name = {name}])"


def label_of(name: str) -> str:
    """The first label of the metric that is bound to ``name``, as SQL."""
    return f"([m.label FOR m IN metrics IF m.name = {name} AND m.label IS NOT NULL])[1]"


_HAS = "list_contains([m.name FOR m IN metrics], $name)"
_NUMBER = number_of("$name")
_LABEL = label_of("$name")


def names(asker: Asker) -> list[str]:
    """The names of all metrics any trace has, in order."""
    rows = asker.index(
        "SELECT DISTINCT m.name AS name FROM (SELECT unnest(metrics) AS m FROM idx) ORDER BY name"
    )
    return [name for (name,) in rows]


def values(asker: Asker, name: str, uids: Sequence[str] | None) -> dict[str, float | str | None]:
    """The metric of each trace that has it: the mean of its numbers, else the first label, else None."""
    among = "" if uids is None else f"AND {AMONG_UIDS}"
    rows = asker.index(
        f"SELECT uid, {_NUMBER}, {_LABEL} FROM idx WHERE {_HAS} {among}",
        {"name": name} if uids is None else {"name": name, "uids": list(uids)},
    )
    return {uid: label if number is None else number for uid, number, label in rows}


def by_day(asker: Asker, name: str) -> list[MetricPoint]:
    """The mean over the traces of each day that have a number."""
    rows = asker.index(
        f"""SELECT day, avg(number), count(number)
            FROM (SELECT day, {_NUMBER} AS number FROM idx WHERE {_HAS})
            WHERE day IS NOT NULL AND number IS NOT NULL GROUP BY day ORDER BY day""",
        {"name": name},
    )
    return [MetricPoint(day, mean, n) for day, mean, n in rows]
