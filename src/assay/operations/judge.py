"""A judgement from a script: the trace and the questions by their names, through the reviewer's own act."""

from collections.abc import Mapping

from assay.base.errors import Refused
from assay.model.rubric import Rubric
from assay.operations.naming import Named, find_trace
from assay.operations.office import DEFAULT_PLAN, Office
from assay.operations.review import Done, OnTrace, submit
from assay.operations.rubrics import spelled


def judge(
    office: Office,
    rater: str,
    trace: str,
    answers: Mapping[str, str],
    note: str = "",
    rubric: str | None = None,
) -> Done:
    """Submit the answers on the trace. Without a rubric's name, the one that asks these questions is taken.

    Raises Refused when the trace or a question is not known, or an answer is missing or wrong.
    """
    named = find_trace(office, trace)
    asked = _rubric(office, answers, rubric)
    on = on_trace(office, named, rater, asked)
    said = {name: _spelled(asked, name, value) for name, value in answers.items()}
    return submit(office, on, said, note)


def on_trace(office: Office, named: Named, rater: str, rubric: Rubric, draw_id: int | None = None) -> OnTrace:
    """The trace as an act is done to it: with the draw it belongs to and the fingerprint of what was judged."""
    found = office.workspace.samples.items_of([named.uid]).get(named.uid, [])
    drawn = [pair for pair in found if draw_id in (None, pair[0].id)]
    copy = office.workspace.samples.trace(named.uid)
    sha = copy[1] if copy else next((row.content_sha256 for row in office.traces.index([named.uid])), None)
    return OnTrace(
        trace=named,
        rater=rater,
        rubric=rubric,
        draw_id=drawn[-1][0].id if drawn else None,
        review_date=office.clock.today() if drawn else None,
        trace_sha256=sha,
    )


def _rubric(office: Office, answers: Mapping[str, str], name: str | None) -> Rubric:
    latest = {one.name: one for one in office.workspace.rubrics.all()}
    if name is not None:
        if name not in latest:
            raise Refused(f"There is no rubric “{name}”.", f"Rubrics here: {', '.join(latest)}.")
        return latest[name]
    plan = office.workspace.plans.latest(DEFAULT_PLAN)
    planned = [latest[plan.rubric]] if plan and plan.rubric in latest else []
    for rubric in [*planned, *latest.values()]:
        if set(answers) <= {criterion.name for criterion in rubric.criteria}:
            return rubric
    known = ", ".join(sorted({item.name for one in latest.values() for item in one.criteria}))
    raise Refused(f"No rubric asks {' and '.join(sorted(answers))}.", f"Questions here: {known}.")


def _spelled(rubric: Rubric, name: str, value: str) -> str:
    criterion = rubric.criterion(name)
    return spelled(criterion, value.strip()) if criterion else value.strip()
