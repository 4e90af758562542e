"""Which questions are asked: the rubrics of a workspace, and the kinds their questions are of."""

from functools import cache

from assay.base.errors import Refused
from assay.base.registry import kinds
from assay.model.criterion import Criterion, Level
from assay.model.kinds import QuestionKind
from assay.model.plan import SamplingPlan
from assay.model.rubric import Rubric
from assay.operations.changes import Changes
from assay.operations.office import Office


@cache
def question_kinds() -> dict[str, QuestionKind]:
    """Every kind of question this program knows, by name."""
    return kinds("criteria", QuestionKind)


def rubric_named(office: Office, name: str) -> Rubric:
    """The newest version of that rubric. Raises Refused when there is none."""
    rubric = office.workspace.rubrics.latest(name)
    if rubric is None:
        known = ", ".join(sorted({one.name for one in office.workspace.rubrics.all()}))
        raise Refused(f"There is no rubric “{name}” in this workspace.", f"Rubrics here: {known}.")
    return rubric


def level_of(kind: str) -> Level:
    """The level of measurement of a kind of question; nominal for one this program does not know."""
    known = question_kinds().get(kind)
    return known.level if known else "nominal"


def check_answer(criterion: Criterion, value: str) -> None:
    """Raise Refused with a sentence when ``value`` is no answer to the question."""
    kind = question_kinds().get(criterion.kind)
    if kind is None:
        raise Refused(f"This program does not know questions of the kind “{criterion.kind}”.")
    wrong = kind.check(criterion, value)
    if wrong:
        raise Refused(wrong)


def spelled(criterion: Criterion, value: str) -> str:
    """The value as the question spells it: an option may be named by its value or its label, in any case."""
    if criterion.option(value) is not None:
        return value
    wanted = value.casefold()
    by_name = {option.label.casefold(): option.value for option in reversed(criterion.options)}
    by_name |= {option.value.casefold(): option.value for option in reversed(criterion.options)}
    return by_name.get(wanted, value)


def read_answer(criterion: Criterion, value: str) -> tuple[float | None, bool | None]:
    """The answer as a number, and whether it counts as good quality (None: it says nothing of it)."""
    kind = question_kinds().get(criterion.kind)
    if kind is None:
        return None, None
    return kind.number(criterion, value), kind.passed(criterion, value)


def use_rubric(office: Office, plan: SamplingPlan, rubric: str) -> Changes:
    """From now on ask ``rubric`` in that plan, as a new version of the plan; the old one stays as it was."""
    rubric_named(office, rubric)
    if plan.rubric == rubric:
        return Changes.NOTHING
    values = plan.model_dump(exclude={"id", "version", "created_at", "rubric"})
    office.workspace.plans.add(SamplingPlan(**values, rubric=rubric, created_at=office.clock.now()))
    return Changes.PLANS
