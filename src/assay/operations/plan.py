"""Change a sampling plan: a new version of it, since samples drawn under the old one stay as they were."""

from assay.model.plan import SamplingPlan
from assay.operations.changes import Changes
from assay.operations.draw import DrawOptions, draw, plan_named
from assay.operations.office import Office
from assay.operations.rubrics import rubric_named, use_rubric


def use_size(office: Office, plan: str, size: int) -> Changes:
    """Draw so many traces a day from now on. Today's sample grows at once where it is smaller, and never shrinks."""
    old = plan_named(office, plan)
    if old.size == size:
        return Changes.NOTHING
    values = old.model_dump(exclude={"id", "version", "created_at", "size"})
    office.workspace.plans.add(SamplingPlan(**values, size=size, created_at=office.clock.now()))
    today = office.clock.today(old.time_zone)
    if office.workspace.samples.draws(plan, today):
        draw(office, DrawOptions(plan=plan, review_date=today))
    return Changes.PLANS | Changes.SAMPLE


def use_questions(office: Office, plan: str, rubric: str) -> Changes:
    """Ask that rubric from now on; judgements under another one stay as they are."""
    return use_rubric(office, plan_named(office, plan), rubric)


def questions_of(office: Office) -> list[tuple[str, str]]:
    """The rubrics that can be asked: (name, title), by name."""
    names = sorted({one.name for one in office.workspace.rubrics.all()})
    return [(name, rubric_named(office, name).title or name) for name in names]
