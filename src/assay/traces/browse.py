"""Browsing the index: how many traces a query finds, and any page of them in order.

A page is found in two steps. First the order: only the ``seq`` of the rows, sorted by the engine, a few bytes a trace
and kept for the next page. By time the days are in order already, so that only the days of the page are sorted. Then
the rows themselves, fetched by their ``seq`` from the days that hold them: the words of a million rows are never
sorted or carried along.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from assay.model.browsing import BrowseRow, TraceQuery
from assay.traces import condition, layout, search
from assay.traces.ask import AMONG_UIDS, aware

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from assay.model.browsing import Stretch
    from assay.traces.ask import Asker, Row, Values

    Places = NDArray[np.int64]

T = TypeVar("T")

_KEPT_PLACES = 8_000_000
_KEPT_ANSWERS = 256
_NEAR = 1000  # so far down, the first rows are found faster than the whole order is made
_COLUMNS = "uid, native_id, day, started_at, question, model, task_type, prompt_version, language, latency_ms"
_FIELDS = ("started_at", "question", "model", "task_type", "prompt_version", "language", "latency_ms")


class Browser:
    """Answers the questions of those who browse one store, from any thread.

    What it found out is kept until the store changes. Raises Unavailable when the disk or the engine fail, and
    Refused for a field that does not exist.
    """

    def __init__(self, asker: Asker, folder: Path) -> None:
        self._asker, self._folder = asker, folder
        self._guard = threading.Lock()
        self._state: layout.State | None = None
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def count(self, query: TraceQuery) -> int:
        """How many traces the query finds."""
        return sum(self._asker.consistently(lambda: self._counts(query)).values())

    def page(self, query: TraceQuery, offset: int, limit: int) -> list[BrowseRow]:
        """The rows from place ``offset`` (from 0) of the query's order on, ``limit`` at most."""
        if offset < 0 or limit <= 0:
            return []
        return self._asker.consistently(lambda: self._page(query, offset, limit))

    def filled(self) -> frozenset[str]:
        """Those of the columns of `BrowseRow` that any trace has a value in."""
        counted = ", ".join(f"count({name})" for name in _FIELDS)
        found = self._asker.index(f"SELECT {counted} FROM idx")[0]
        return frozenset(name for name, values in zip(_FIELDS, found, strict=True) if values)

    def stretches(self, query: TraceQuery) -> list[Stretch]:
        """The parts in which a search for words reads the days the query finds anything in, newest day first."""
        found = self._asker.consistently(lambda: self._counts(query))
        whole = self._asker.consistently(lambda: self._counts(TraceQuery()))
        return search.stretches(
            {day: whole[day] for day in _in_order(found, newest_first=True) if day in whole}
        )

    def hits(self, text: str, query: TraceQuery, stretch: Stretch) -> list[BrowseRow]:
        """The traces of that part in whose input or output ``text`` stands as it is, whatever its case; newest first.

        An id that is ``text`` counts as well. An empty text stands nowhere.
        """
        return self._asker.consistently(lambda: self._hits(text, query, stretch))

    def _hits(self, text: str, query: TraceQuery, stretch: Stretch) -> list[BrowseRow]:
        uids = search.uids(self._asker, text, stretch)
        if not uids:
            return []
        bound = condition.conditions(query, self._find)
        newest = condition.order(TraceQuery(), bound)
        places = self._asker.numbers_of(
            [stretch.day],
            f"SELECT seq FROM idx WHERE {AMONG_UIDS} AND {bound.where} ORDER BY {newest}",
            bound.values | {"uids": uids},
        )
        return self._rows(query, [stretch.day], places)

    def _page(self, query: TraceQuery, offset: int, limit: int) -> list[BrowseRow]:
        counts = self._counts(query)
        if query.sort != "started_at":
            places = self._places(query, list(counts), offset + limit)
            return self._rows(query, list(counts), places[offset : offset + limit])
        rows: list[BrowseRow] = []
        for day in _in_order(counts, newest_first=query.descending):
            if offset < counts[day] and limit > len(rows):
                places = self._places(query, [day])
                rows += self._rows(query, [day], places[offset : offset + limit - len(rows)])
            offset = max(offset - counts[day], 0)
        return rows

    def _counts(self, query: TraceQuery) -> dict[str, int]:
        """How many traces of each day (as text) the query finds; days without any are left out."""

        def ask() -> dict[str, int]:
            bound = condition.conditions(query, self._find)
            days = condition.days_of(query, layout.stored_days(self._folder))
            sql = f"""SELECT coalesce(CAST(day AS VARCHAR), '{layout.UNDATED}') AS d, count(*) FROM idx
                      WHERE {bound.where} GROUP BY d"""
            return dict(self._asker.index_of(days, sql, bound.values))

        asked = replace(query, sort="started_at", descending=True, metric=None)
        return self._keep(("counts", asked), ask)

    def _places(self, query: TraceQuery, days: list[str], enough: int | None = None) -> Places:
        """The ``seq`` of the rows of these days in order; only the first ``enough`` where that is quicker."""
        ordered = ("order", query, tuple(days))
        if enough is None or enough > _NEAR or self._has(ordered):
            return self._keep(ordered, lambda: self._sorted(query, days, None))
        return self._keep(("near", query), lambda: self._sorted(query, days, _NEAR))

    def _sorted(self, query: TraceQuery, days: list[str], limit: int | None) -> Places:
        bound, metric = condition.conditions(query, self._find), condition.shown(query, self._find)
        values = bound.values | (metric.values if query.sort == "metric" else {})
        sql = f"SELECT seq FROM idx WHERE {bound.where} ORDER BY {condition.order(query, metric)}"
        if limit is not None:
            sql, values = f"{sql} LIMIT $most", values | {"most": limit}
        return self._asker.numbers_of(days, sql, values)

    def _rows(self, query: TraceQuery, days: list[str], places: Places) -> list[BrowseRow]:
        if not len(places):
            return []
        metric = condition.shown(query, self._find)
        found = self._asker.index_of(
            days,
            f"""SELECT seq, {_COLUMNS}, {metric.metric}, {metric.label} FROM idx
                WHERE seq IN (SELECT unnest(CAST($places AS BIGINT[])))""",
            metric.values | {"places": places.tolist()},
        )
        rows = {row[0]: row for row in found}
        return [_browse_row(rows[seq]) for seq in places.tolist() if seq in rows]

    def _find(self, uids: tuple[str, ...]) -> Sequence[int]:
        """The ``seq`` of those of the uids that the store has."""
        if not uids:
            return ()
        days = list(layout.stored_days(self._folder))
        values: Values = {"uids": list(uids)}
        sql = f"SELECT seq FROM idx WHERE {AMONG_UIDS}"
        return self._keep(("uids", uids), lambda: [seq for (seq,) in self._asker.index_of(days, sql, values)])

    def _has(self, key: Hashable) -> bool:
        with self._guard:
            return self._state == layout.state(self._folder) and key in self._kept

    def _keep(self, key: Hashable, ask: Callable[[], T]) -> T:
        """The answer that is kept under the key, else a new one; nothing outlives a change of the store."""
        now = layout.state(self._folder)
        with self._guard:
            if self._state != now:
                self._kept.clear()
                self._state = now
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: T = self._kept[key]
                return kept
        answer = ask()
        with self._guard:
            if self._state == now:
                self._kept[key] = answer
                self._make_room()
        return answer

    def _make_room(self) -> None:
        """Forgets what was longest not asked for, until what is kept is small; the newest answer stays."""
        held = sum(len(one) for one in self._kept.values())
        while len(self._kept) > 1 and (held > _KEPT_PLACES or len(self._kept) > _KEPT_ANSWERS):
            _key, oldest = self._kept.popitem(last=False)
            held -= len(oldest)


def _in_order(days: dict[str, int], *, newest_first: bool) -> list[str]:
    """The days in order of time; the traces without a time come last either way."""
    dated = sorted((day for day in days if day != layout.UNDATED), reverse=newest_first)
    return dated + [day for day in days if day == layout.UNDATED]


def _browse_row(row: Row) -> BrowseRow:
    uid, native_id, day, started_at, *rest = row[1:-2]
    number, label = row[-2:]
    question, model, task_type, prompt_version, language, latency_ms = rest
    return BrowseRow(
        trace_uid=uid,
        native_id=native_id,
        day=day,
        started_at=aware(started_at),
        question=question,
        model=model,
        task_type=task_type,
        prompt_version=prompt_version,
        language=language,
        latency_ms=latency_ms,
        metric=label if number is None else number,
    )
