"""Questions to the store. Values are always bound, never put into the SQL."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from assay.base.errors import Unavailable
from assay.traces import layout
from assay.traces.duck import connect, engine_faults
from assay.traces.lock import only_writer
from assay.traces.partition import roll_forward
from assay.traces.rows import INDEX_COLUMNS, PAYLOAD_COLUMNS, utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from assay.model.population import Window

_PATIENCE = 60
_PLACED = PAYLOAD_COLUMNS | {"file_row_number": "BIGINT"}

T = TypeVar("T")
Row = tuple[Any, ...]
Values = dict[str, Any]

AMONG_UIDS = "uid IN (SELECT unnest(CAST($uids AS VARCHAR[])))"
"""The condition that a row is one of ``$uids``."""


class Asker:
    """One connection to the engine for one store, opened at the first question; safe from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._connection: DuckDBPyConnection | None = None

    def close(self) -> None:
        """Lets the engine go; the next question opens it again."""
        with self._guard:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def consistently(self, question: Callable[[], T]) -> T:
        """The answer to a question during which nobody put new files in place; it is asked again until that is so.

        The engine opens a file more than once, so an answer (or a fault) from a time of change is worth nothing.
        If the store changes on and on, the last answer stands.
        """
        for _ in range(_PATIENCE):
            before = self._settled_state()
            try:
                answer = question()
            except Unavailable:
                if layout.state(self._folder) == before:
                    raise
            else:
                if layout.state(self._folder) == before:
                    return answer
        return question()

    def index(self, sql: str, values: Values | None = None, window: Window | None = None) -> list[Row]:
        """The answer to ``sql``, in which ``idx`` is the index of the days that the window touches."""
        return self.consistently(lambda: self._index(sql, values or {}, window))

    def index_of(self, days: Iterable[str], sql: str, values: Values) -> list[Row]:
        """The answer to ``sql``, in which ``idx`` is the index of those of the days (as text) that are stored.

        Ask it `consistently`, together with the question that found the days.
        """
        return self._ask("idx", self._files(days, layout.INDEX), INDEX_COLUMNS, sql, values)

    def numbers_of(self, days: Iterable[str], sql: str, values: Values) -> NDArray[np.int64]:
        """As `index_of`, for one column of whole numbers: a few bytes each, however many there are."""
        files = self._files(days, layout.INDEX)
        with engine_faults(), self._cursor() as cursor:
            answer = self._answer(cursor, "idx", files, INDEX_COLUMNS, sql, values).fetchnumpy()
            return np.asarray(next(iter(answer.values())), dtype=np.int64)

    def payload(self, sql: str, values: Values, days: Iterable[str]) -> list[Row]:
        """The answer to ``sql``, in which ``pay`` is the payload of those of the days (as text) that are stored.

        ``file_row_number`` is the place of a row in its file. Ask it `consistently`, together with the question
        that found the days.
        """
        return self._ask("pay", self._files(days, layout.PAYLOAD), _PLACED, sql, values)

    def _files(self, days: Iterable[str], name: str) -> list[str]:
        stored = layout.stored_days(self._folder)
        return [str(stored[day].absolute() / name) for day in days if day in stored]

    def _settled_state(self) -> layout.State:
        """The state of the store once no write is being put in place; a write that a crash cut short is finished."""
        for _ in range(_PATIENCE):
            state = layout.state(self._folder)
            if not state.is_changing:
                break
            try:
                with only_writer(self._folder):
                    roll_forward(self._folder)
            except (Unavailable, OSError):
                layout.pause()
        return state

    def _index(self, sql: str, values: Values, window: Window | None) -> list[Row]:
        files = [
            str(path.absolute() / layout.INDEX)
            for day, path in layout.stored_days(self._folder).items()
            if _touches(day, window)
        ]
        return self._ask("idx", files, INDEX_COLUMNS, sql, values)

    def _ask(
        self, table: str, files: list[str], columns: dict[str, str], sql: str, values: Values
    ) -> list[Row]:
        with engine_faults(), self._cursor() as cursor:
            return self._answer(cursor, table, files, columns, sql, values).fetchall()

    def _answer(
        self,
        cursor: DuckDBPyConnection,
        table: str,
        files: list[str],
        columns: dict[str, str],
        sql: str,
        values: Values,
    ) -> DuckDBPyConnection:
        place = ", file_row_number" if columns is _PLACED else ""
        relation = f"SELECT *{place} FROM read_parquet($files, hive_partitioning = false)"
        bound = {"files": files}
        if not files:
            nothing = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())
            relation, bound = f"SELECT {nothing} WHERE FALSE", {}
        return cursor.execute(f"WITH {table} AS NOT MATERIALIZED ({relation}) {sql}", values | bound)

    def _cursor(self) -> DuckDBPyConnection:
        with self._guard:
            if self._connection is None:
                self._connection = connect(self._folder)
            return self._connection.cursor()


def within(window: Window) -> tuple[str, Values]:
    """The condition that a row of ``idx`` lies in the window, and its values. Undated traces lie in no bounded one."""
    conditions = ["TRUE"]
    values: Values = {}
    if window.start is not None:
        conditions.append("started_at >= $start")
        values["start"] = _naive(window.start)
    if window.end is not None:
        conditions.append("started_at < $end")
        values["end"] = _naive(window.end)
    if window.excluded:
        conditions.append("uid NOT IN (SELECT unnest(CAST($excluded AS VARCHAR[])))")
        values["excluded"] = list(window.excluded)
    return " AND ".join(conditions), values


def aware(moment: datetime | None) -> datetime | None:
    """A time of the index (UTC without a zone) as an instant."""
    return moment.replace(tzinfo=UTC) if moment else None


def _naive(moment: datetime) -> datetime:
    return utc(moment).replace(tzinfo=None)


def _touches(day: str, window: Window | None) -> bool:
    if window is None or (window.start is None and window.end is None):
        return True
    if day == layout.UNDATED:
        return False
    on = date.fromisoformat(day)
    after_start = window.start is None or on >= _naive(window.start).date()
    return after_start and (window.end is None or on <= _naive(window.end).date())
