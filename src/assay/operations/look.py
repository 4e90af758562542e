"""Take a look at a drawn trace: its content as it was copied, and what this reviewer has said or begun on it."""

from dataclasses import dataclass
from datetime import date, datetime

from assay.base.errors import Unavailable
from assay.model.review import Act
from assay.model.trace import Trace
from assay.operations.naming import Named
from assay.operations.office import Office


@dataclass(frozen=True, slots=True)
class Look:
    """A trace with the reviewer's own answers and note: submitted ones, or the draft, or those of an undone act.

    ``revealed_at`` is when this reviewer first saw what is hidden while judging; None while still blind.
    """

    trace: Trace
    named: Named
    sha256: str
    answers: dict[str, str]
    note: str
    seconds: float
    review_date: date
    revealed_at: datetime | None


def look_at(office: Office, uid: str, rater: str, rubric: str) -> Look:
    """Read a trace for a reviewer. Raises Unavailable when the trace is nowhere to be found any more."""
    copy = office.workspace.samples.trace(uid)
    if copy is None:
        fetched = office.traces.fetch([uid])
        if not fetched:
            raise Unavailable("This trace is no longer in the workspace.", "Go on with the next one.")
        copy = fetched[0], fetched[0].content_sha256()
    trace, sha = copy
    answers, note, seconds = _said(office, uid, rater, rubric)
    revealed = office.workspace.remembered.get(_revealed(rater, uid))
    return Look(
        trace=trace,
        named=Named(uid, trace.source, trace.native_id),
        sha256=sha,
        answers=answers,
        note=note,
        seconds=seconds,
        review_date=office.clock.today(),
        revealed_at=datetime.fromisoformat(revealed) if revealed else None,
    )


def reveal(office: Office, uid: str, rater: str) -> None:
    """Note that this reviewer has now seen what is hidden while judging; the first time counts."""
    if office.workspace.remembered.get(_revealed(rater, uid)) is None:
        office.workspace.remembered.set(_revealed(rater, uid), office.clock.now().isoformat())


def _revealed(rater: str, uid: str) -> str:
    return f"revealed:{rater}:{uid}"


def _said(office: Office, uid: str, rater: str, rubric: str) -> tuple[dict[str, str], str, float]:
    """A draft comes first, since it is newer than what was submitted; else the newest judgement, undone or not."""
    draft = office.workspace.drafts.get(uid, rater, rubric)
    if draft is not None:
        return dict(draft.answers), draft.note, draft.seconds
    newest = office.workspace.reviews.newest(uid, rater, rubric, (Act.SUBMIT, Act.CANNOT_JUDGE))
    if newest is None:
        return {}, "", 0.0
    review, answers = newest
    return {one.criterion: one.value for one in answers}, review.note or "", 0.0
