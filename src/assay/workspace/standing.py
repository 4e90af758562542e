"""Where things stand: the last effective act of each reviewer on each trace, and what undo would undo.

An act is effective when as many redo rows as undo rows point at it. Among the effective judging acts (submit,
not today, cannot judge) of one reviewer (and slot) on one trace with one rubric, the newest stands. Order is
that of the rows, not of the clock, which may go backwards. Judgements made elsewhere may come in a question at a
time, so an imported row takes the place only of the answers it gives itself.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, text

from assay.model.judgement import Judgement
from assay.model.review import JUDGING, Act
from assay.workspace.engine import Store

_ACTS = ", ".join(f"'{act.value}'" for act in JUDGING)
_EFFECTIVE = """
    NOT EXISTS (SELECT 1 FROM review t WHERE t.target_id = r.id GROUP BY t.target_id
                HAVING SUM(CASE t.act WHEN 'undo' THEN 1 ELSE -1 END) > 0)
"""
_STANDING = f"""
    SELECT r.* FROM review r WHERE r.act IN ({_ACTS}) AND {_EFFECTIVE} AND NOT EXISTS (
        SELECT 1 FROM review n WHERE n.trace_uid = r.trace_uid AND n.rater IS r.rater AND n.slot = r.slot
          AND n.rubric = r.rubric AND n.id > r.id AND n.act IN ({_ACTS})
          AND {_EFFECTIVE.replace("r.id", "n.id")})
"""
_STANDING_ANSWERS = f"""
    review r JOIN answer a ON a.review_id = r.id
    WHERE r.act = 'submit' AND {_EFFECTIVE} AND NOT EXISTS (
        SELECT 1 FROM review n WHERE n.trace_uid = r.trace_uid AND n.rater IS r.rater AND n.slot = r.slot
          AND n.rubric = r.rubric AND n.id > r.id AND n.act IN ({_ACTS})
          AND {_EFFECTIVE.replace("r.id", "n.id")}
          AND (n.import_key IS NULL
               OR EXISTS (SELECT 1 FROM answer b WHERE b.review_id = n.id AND b.criterion = a.criterion)))
"""
_JUDGEMENTS = f"""
    SELECT r.id AS review_id, r.trace_uid, r.source, r.native_trace_id, r.rater, r.slot, r.rater_kind,
           r.rubric, r.rubric_version, a.criterion, a.kind, a.value, a.number, a.passed,
           COALESCE(a.note, r.note) AS note, a.reason, a.correction, a.spans, a.codes, r.created_at,
           r.seconds, r.blind, r.revealed_at, r.repeat_of, r.draw_id,
           r.review_date, r.trace_sha256, r.app_version
    FROM {_STANDING_ANSWERS} AND (:rubric IS NULL OR r.rubric = :rubric)
      AND (:criterion IS NULL OR a.criterion = :criterion)
    ORDER BY r.source, r.native_trace_id, a.criterion, r.id
"""
_OF_RATER = f"""
    SELECT s.id, s.act, s.trace_uid, s.rubric_version, s.review_date, s.note, s.reason, s.seconds
    FROM ({_STANDING}) s WHERE s.rater = :rater AND s.rubric = :rubric
"""
_NOT_JUDGED = f"""
    SELECT s.id AS review_id, s.trace_uid, s.source, s.native_trace_id, s.rater, s.slot, s.rater_kind,
           s.rubric, s.rubric_version, '' AS criterion, '' AS kind, '' AS value, NULL AS number, NULL AS passed,
           s.note, s.reason, NULL AS correction, NULL AS spans, NULL AS codes, s.created_at, s.seconds, s.blind,
           s.revealed_at, s.repeat_of, s.draw_id, s.review_date, s.trace_sha256, s.app_version
    FROM ({_STANDING}) s WHERE s.act = 'cannot_judge' ORDER BY s.source, s.native_trace_id, s.id
"""
_UNDO = f"""
    SELECT r.id FROM review r WHERE r.rater = :rater AND r.import_key IS NULL
      AND r.act NOT IN ('undo', 'redo') AND {_EFFECTIVE} ORDER BY r.id DESC LIMIT 1
"""
_REDO = f"""
    SELECT u.target_id FROM review u JOIN review r ON r.id = u.target_id
    WHERE u.rater = :rater AND u.act = 'undo' AND NOT ({_EFFECTIVE})
      AND u.id > COALESCE((SELECT MAX(id) FROM review
                           WHERE rater = :rater AND act NOT IN ('undo', 'redo')), 0)
    ORDER BY u.id DESC LIMIT 1
"""
_FLAGS = f"""
    SELECT r.trace_uid, r.act FROM review r
    WHERE r.rater = :rater AND r.act IN ('flag', 'unflag') AND {_EFFECTIVE} ORDER BY r.id
"""
_CRITERIA = f"""
    SELECT r.rubric, a.criterion, a.kind, COUNT(*) AS answers, COUNT(DISTINCT r.trace_uid) AS traces
    FROM {_STANDING_ANSWERS}
    GROUP BY r.rubric, a.criterion, a.kind ORDER BY MIN(a.id)
"""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one trace stands for a reviewer."""

    review_id: int
    act: Act
    trace_uid: str
    rubric_version: int
    review_date: date | None
    note: str | None
    reason: str | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class JudgedCriterion:
    """A criterion that has answers: in which rubric, of what kind, how many on how many traces."""

    rubric: str
    criterion: str
    kind: str
    answers: int
    traces: int


class Standing:
    """Reads the log as it stands now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def judgements(self, criterion: str | None = None, rubric: str | None = None) -> list[Judgement]:
        """Every standing answer, in order of trace, criterion and row."""
        rows = self._rows(_JUDGEMENTS, criterion=criterion, rubric=rubric)
        return [_judgement(row) for row in rows]

    def not_judged(self) -> list[Judgement]:
        """The traces reviewers found impossible to judge, with their reason; these have no criterion or value."""
        return [_judgement(row) for row in self._rows(_NOT_JUDGED)]

    def of_rater(self, rater: str, rubric: str) -> dict[str, Stand]:
        """Where each trace stands for that reviewer under that rubric, by trace key."""
        return {row.trace_uid: _stand(row) for row in self._rows(_OF_RATER, rater=rater, rubric=rubric)}

    def flagged(self, rater: str) -> set[str]:
        """The traces that carry this reviewer's flag."""
        last = {row.trace_uid: row.act for row in self._rows(_FLAGS, rater=rater)}
        return {uid for uid, act in last.items() if act == Act.FLAG}

    def criteria(self) -> list[JudgedCriterion]:
        """The criteria that have standing answers, in the order they were first answered."""
        return [
            JudgedCriterion(row.rubric, row.criterion, row.kind, row.answers, row.traces)
            for row in self._rows(_CRITERIA)
        ]

    def undo_target(self, rater: str) -> int | None:
        """The row that undo would undo: this reviewer's newest effective act made here."""
        return next((int(row.id) for row in self._rows(_UNDO, rater=rater)), None)

    def redo_target(self, rater: str) -> int | None:
        """The row that redo would bring back; None once something new was done after the undo."""
        return next((int(row.target_id) for row in self._rows(_REDO, rater=rater)), None)

    def _rows(self, query: str, **values: object) -> Sequence[Row[Any]]:
        with self._store.reading() as session:
            return session.connection().execute(text(query), values).all()


def _stand(row: Row[Any]) -> Stand:
    day = date.fromisoformat(row.review_date) if row.review_date else None
    return Stand(
        row.id, Act(row.act), row.trace_uid, row.rubric_version, day, row.note, row.reason, row.seconds
    )


def _judgement(row: Row[Any]) -> Judgement:
    values = dict(row._mapping)
    values["created_at"] = _instant(row.created_at)
    values["revealed_at"] = _instant(row.revealed_at) if row.revealed_at else None
    values["review_date"] = date.fromisoformat(row.review_date) if row.review_date else None
    values["passed"] = None if row.passed is None else bool(row.passed)
    values["blind"] = bool(row.blind)
    values["spans"] = _from_json(row.spans)
    values["codes"] = _from_json(row.codes)
    return Judgement(**values)


def _instant(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def _from_json(stored: str | None) -> Any:
    return None if stored in (None, "null") else json.loads(stored)
