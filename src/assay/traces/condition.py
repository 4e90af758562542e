"""A `TraceQuery` as conditions and orders over the index. Values are always bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assay.traces import layout
from assay.traces.fields import expression
from assay.traces.metrics import label_of, number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from assay.model.browsing import FieldIs, TraceQuery
    from assay.traces.ask import Values

    Find = Callable[[tuple[str, ...]], Sequence[int]]

_SIGNS = ("<", "<=", ">", ">=")
_COLUMNS = ("started_at", "native_id", "model", "task_type", "prompt_version", "language", "latency_ms")
_AMONG = "seq IN (SELECT unnest(CAST({name} AS BIGINT[])))"


@dataclass(slots=True)
class Bound:
    """Pieces of SQL and the values they bind. ``metric`` is its number, ``label`` its label; NULL without a metric."""

    values: Values = field(default_factory=dict)
    where: str = "TRUE"
    metric: str = "CAST(NULL AS DOUBLE)"
    label: str = "CAST(NULL AS VARCHAR)"


def days_of(query: TraceQuery, stored: Iterable[str]) -> list[str]:
    """Those of the stored days (as text) that the query's stretch of days touches."""
    if query.since is None and query.until is None:
        return list(stored)
    low = query.since.isoformat() if query.since else ""
    high = query.until.isoformat() if query.until else layout.UNDATED
    return [day for day in stored if day != layout.UNDATED and low <= day <= high]


def conditions(query: TraceQuery, find: Find) -> Bound:
    """What a row of the index must be like. ``find`` gives the ``seq`` of uids: numbers are compared in no time."""
    bound = Bound()
    parts = [_field(bound, asked, place) for place, asked in enumerate(query.fields)]
    if query.limit is not None:
        if query.limit.sign not in _SIGNS:
            raise ValueError(query.limit.sign)
        bound.values |= {"limited": query.limit.name, "limit": query.limit.value}
        number = _unless_blind(bound, query, number_of("$limited"), find)
        parts.append(f"{number} {query.limit.sign} $limit")
    if query.among is not None:
        bound.values["among"] = list(find(query.among))
        parts.append(_AMONG.format(name="$among"))
    if query.without:
        bound.values["without"] = list(find(query.without))
        parts.append(f"NOT {_AMONG.format(name='$without')}")
    bound.where = " AND ".join(f"({part})" for part in parts) or "TRUE"
    return bound


def shown(query: TraceQuery, find: Find) -> Bound:
    """The metric that is shown and sorted by, blank where it must not be told."""
    bound = Bound()
    if query.metric is not None:
        bound.values["shown"] = query.metric
        bound.metric = _unless_blind(bound, query, number_of("$shown"), find)
        bound.label = _unless_blind(bound, query, label_of("$shown"), find)
    return bound


def order(query: TraceQuery, metric: Bound) -> str:
    """The whole order of the rows: no two are equal, so that pages never overlap."""
    way = "DESC" if query.descending else "ASC"
    if query.sort == "metric":
        first = f"{metric.metric} {way} NULLS LAST, {metric.label} {way} NULLS LAST"
    elif query.sort in _COLUMNS:
        first = f"{query.sort} {way} NULLS LAST"
    else:
        raise ValueError(query.sort)
    if query.sort == "started_at":
        return f"{first}, seq {way}"
    return f"{first}, started_at DESC NULLS LAST, seq DESC"


def _field(bound: Bound, asked: FieldIs, place: int) -> str:
    text, values = expression(asked.field)
    for name, value in values.items():
        text = text.replace(f"${name}", f"${name}{place}")
        bound.values[f"{name}{place}"] = value
    bound.values[f"field{place}"] = [value for value in asked.values if value is not None]
    among = f"({text}) IN (SELECT unnest(CAST($field{place} AS VARCHAR[])))"
    return f"{among} OR ({text}) IS NULL" if None in asked.values else f"coalesce({among}, FALSE)"


def _unless_blind(bound: Bound, query: TraceQuery, number: str, find: Find) -> str:
    if not query.blind:
        return number
    bound.values["blind"] = list(find(query.blind))
    return f"CASE WHEN {_AMONG.format(name='$blind')} THEN NULL ELSE {number} END"
