"""What people said of a record, by a mapping."""

import json
import math
from collections.abc import Iterator
from typing import get_args

from assay.base.translation import tr
from assay.model.criterion import CriterionKind
from assay.model.incoming import IncomingReview, Place, Rejected
from assay.model.trace import Trace
from assay.sources.fields.objects import Json, Malformed
from assay.sources.mapped.mapping import Mapping, ReviewTable
from assay.sources.mapped.taking import Taker

RATER_KINDS = ("human", "adjudicated")

_KINDS: tuple[str, ...] = get_args(CriterionKind)
_EXACT = 1e15


def reviews_of(
    mapping: Mapping, taker: Taker, trace: Trace, record: str
) -> Iterator[IncomingReview | Rejected]:
    """The judgements of a record, of which ``trace`` was made; those that are amiss are refused one by one.

    A table whose value (or step) the record does not have gives none: nobody judged.
    """
    for table in mapping.reviews:
        try:
            members = list(taker.members(table.each))
        except Malformed as malformed:
            yield Rejected(taker.scope.place, str(malformed), record)
            continue
        for member in members:
            try:
                review = _review(table, member, trace)
            except Malformed as malformed:
                yield Rejected(taker.scope.place, str(malformed), record)
            else:
                yield from (review,) if review else ()


def _review(table: ReviewTable, member: Taker, trace: Trace) -> IncomingReview | None:
    step = _marked_step(table, member, trace)
    value = _answer(member.value(table.value)) if table.value else None
    if value is None and step is not None:
        value = str(step)
    if value is None:
        return None
    criterion = member.words(table.criterion)
    if criterion is None:
        reason = tr("A judgement names no question: “{where}” leads nowhere.")
        raise Malformed(reason.format(where=table.criterion.written))
    note = member.text(table.note)
    return IncomingReview(
        place=Place(member.scope.place.path, member.scope.place.line),
        source=trace.source,
        native_trace_id=trace.native_id,
        criterion=criterion,
        value=value,
        rater=member.words(table.rater),
        rater_kind=_one_of(member, table, "rater_kind", RATER_KINDS) or "human",
        kind=_one_of(member, table, "kind", _KINDS) or (None if step is None else "steps"),
        passed=member.flag(table.passed),
        note=note,
        reason=member.text(table.reason),
        correction=member.any_text(table.correction),
        spans=None if step is None else [_span(step, member.text(table.code), note)],
        codes=list(member.texts(table.codes)) or None,
        rubric=member.words(table.rubric),
        created_at=member.time(table.created_at),
        seconds=_seconds(table, member),
        extra=member.rest(table.of_member) if table.each else {},
    )


def _marked_step(table: ReviewTable, member: Taker, trace: Trace) -> int | None:
    """The place of the step that is marked, counted from 0; None where none is."""
    found = member.found(table.step)
    number = member.whole(table.step)
    if found.value in (None, ""):
        return None
    steps = len(trace.steps)
    if number is None or not 0 <= number - table.first_step < steps:
        reason = tr("“{where}” is {said}, which is none of the {count} steps.")
        raise Malformed(reason.format(where=found.where, said=str(found.value)[:60], count=steps))
    return number - table.first_step


def _span(step: int, code: str | None, note: str | None) -> dict[str, object]:
    marked: dict[str, object] = {"step": step, "code": code, "note": note}
    return {key: value for key, value in marked.items() if value is not None}


def _answer(value: Json) -> str | None:
    """The answer as text: numbers in their shortest form, several as a JSON list; None for none."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, str):
        return value.strip() or None
    return None if value in (None, [], {}) else json.dumps(value, ensure_ascii=False)


def _one_of(member: Taker, table: ReviewTable, key: str, words: tuple[str, ...]) -> str | None:
    wanted = getattr(table, key)
    word = member.words(wanted)
    if word is not None and word not in words:
        reason = tr("“{where}” is {said}; it has to be one of {words}.")
        raise Malformed(reason.format(where=wanted.written, said=word[:60], words=", ".join(words)))
    return word


def _seconds(table: ReviewTable, member: Taker) -> float | None:
    seconds = member.number(table.seconds)
    return seconds if seconds is not None and seconds >= 0 else None
