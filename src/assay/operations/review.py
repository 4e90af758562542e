"""The reviewer's acts: judge, put off, cannot judge, flag, and the undo and redo of any of them.

Each act is one new row, on the disk when the call returns. An act names the trace it is done to, so that nothing
can land on a trace that has just been left.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assay import __version__
from assay.base.errors import Refused
from assay.model.review import Act, Answer, Draft, Review
from assay.model.rubric import Rubric
from assay.operations.changes import Changes
from assay.operations.naming import Named
from assay.operations.office import Office
from assay.operations.rubrics import check_answer, read_answer


@dataclass(frozen=True, slots=True)
class OnTrace:
    """The trace an act is done to, by whom, under which rubric, and as part of which sample."""

    trace: Named
    rater: str
    rubric: Rubric
    draw_id: int | None = None
    review_date: date | None = None
    trace_sha256: str | None = None
    revealed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """An act that is on the disk. Of an undo or redo, ``target`` is the act it is about and ``said`` its answer."""

    review_id: int
    act: Act
    trace: Named
    target: Act | None = None
    said: str = ""
    changes: Changes = Changes.REVIEWS


def submit(
    office: Office, on: OnTrace, answers: Mapping[str, str], note: str = "", seconds: float | None = None
) -> Done:
    """Judge the trace. All required questions must be answered, and each answer must be one.

    Raises Refused with a sentence when an answer is missing or wrong; nothing is written then.
    """
    kept = _answers(on.rubric, answers)
    row = _row(office, on, Act.SUBMIT)
    row.note = note.strip() or None
    row.seconds = seconds
    return _append(office, row, kept, on.trace)


def put_off(office: Office, on: OnTrace, seconds: float | None = None) -> Done:
    """Not today: the trace comes back on a later day."""
    row = _row(office, on, Act.NOT_TODAY)
    row.seconds = seconds
    return _append(office, row, [], on.trace)


def cannot_judge(
    office: Office, on: OnTrace, reason: str, note: str = "", seconds: float | None = None
) -> Done:
    """The reviewer cannot judge this trace; it counts as missing, never as fail. A reason is needed."""
    if not reason.strip():
        raise Refused("No reason was given.", "Say in a few words why the trace cannot be judged.")
    row = _row(office, on, Act.CANNOT_JUDGE)
    row.reason, row.note, row.seconds = reason.strip(), note.strip() or None, seconds
    return _append(office, row, [], on.trace)


def flag(office: Office, on: OnTrace, *, raised: bool) -> Done:
    """Put a flag on the trace for a second look, or take it down."""
    row = _row(office, on, Act.FLAG if raised else Act.UNFLAG)
    return _append(office, row, [], on.trace, drop_draft=False)


def undo(office: Office, rater: str) -> Done | None:
    """Undo this reviewer's newest act that still counts, on whichever trace it was; None when there is none."""
    return _turn(office, office.workspace.standing.undo_target(rater), Act.UNDO)


def redo(office: Office, rater: str) -> Done | None:
    """Bring back the act that was undone last; None when there is none or something new was done since."""
    return _turn(office, office.workspace.standing.redo_target(rater), Act.REDO)


def keep_draft(
    office: Office, on: OnTrace, answers: Mapping[str, str], note: str, seconds: float = 0.0
) -> None:
    """Keep what was begun on a trace, so that leaving it or closing the window loses nothing."""
    office.workspace.drafts.put(
        Draft(
            trace_uid=on.trace.uid,
            rater=on.rater,
            rubric=on.rubric.name,
            answers=dict(answers),
            note=note,
            seconds=seconds,
            updated_at=office.clock.now(),
        )
    )


def _answers(rubric: Rubric, given: Mapping[str, str]) -> list[Answer]:
    unknown = set(given) - {criterion.name for criterion in rubric.criteria}
    if unknown:
        names = ", ".join(criterion.name for criterion in rubric.criteria)
        raise Refused(f"The rubric has no question “{min(unknown)}”.", f"Its questions: {names}.")
    kept = []
    for criterion in rubric.criteria:
        value = given.get(criterion.name, "")
        if not value:
            if criterion.required:
                raise Refused(f"“{criterion.question}” is not answered.", "Answer it, then submit.")
            continue
        check_answer(criterion, value)
        number, passed = read_answer(criterion, value)
        kept.append(
            Answer(
                review_id=0,
                criterion=criterion.name,
                kind=criterion.kind,
                value=value,
                number=number,
                passed=passed,
            )
        )
    return kept


def _row(office: Office, on: OnTrace, act: Act) -> Review:
    rater = on.rater.strip()
    if not rater:
        raise Refused("No reviewer was named.", "Say who is judging.")
    return Review(
        act=act.value,
        trace_uid=on.trace.uid,
        source=on.trace.source,
        native_trace_id=on.trace.native_id,
        rater=rater,
        rubric=on.rubric.name,
        rubric_version=on.rubric.version,
        draw_id=on.draw_id,
        review_date=on.review_date,
        created_at=office.clock.now(),
        blind=on.revealed_at is None,
        revealed_at=on.revealed_at,
        trace_sha256=on.trace_sha256,
        app_version=__version__,
    )


def _append(
    office: Office, row: Review, answers: list[Answer], trace: Named, *, drop_draft: bool = True
) -> Done:
    kept = office.workspace.reviews.append(row, answers, drop_draft=drop_draft)
    return Done(review_id=kept.id or 0, act=Act(row.act), trace=trace)


def _turn(office: Office, target_id: int | None, act: Act) -> Done | None:
    found = office.workspace.reviews.get(target_id) if target_id is not None else None
    if found is None:
        return None
    target, answers = found
    row = Review(
        **target.model_dump(include={"trace_uid", "source", "native_trace_id", "rater", "slot", "rubric"}),
        rubric_version=target.rubric_version,
        draw_id=target.draw_id,
        review_date=target.review_date,
        act=act.value,
        target_id=target.id,
        created_at=office.clock.now(),
        app_version=__version__,
    )
    kept = office.workspace.reviews.append(row)
    trace = Named(target.trace_uid, target.source, target.native_trace_id)
    said = answers[0].value if len(answers) == 1 else ""
    return Done(review_id=kept.id or 0, act=act, trace=trace, target=Act(target.act), said=said)
