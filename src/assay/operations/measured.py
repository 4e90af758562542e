"""The standing answers to one criterion, trace by trace, as the numbers read them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from assay.base.errors import Refused
from assay.model.criterion import Criterion, Level
from assay.model.judgement import Judgement
from assay.operations.office import DEFAULT_PLAN, Office
from assay.operations.rubrics import level_of
from assay.workspace.standing import JudgedCriterion

ADJUDICATED = "adjudicated"
_SHORT = 36


@dataclass(frozen=True, slots=True)
class JudgedTrace:
    """All standing answers to one criterion on one trace. An adjudicated answer settles the others."""

    uid: str
    source: str
    native_id: str
    judgements: tuple[Judgement, ...]

    @property
    def counted(self) -> tuple[Judgement, ...]:
        """The answers that count: the adjudicated ones where there are any, else all."""
        settled = tuple(one for one in self.judgements if one.rater_kind == ADJUDICATED)
        return settled or self.judgements

    @property
    def score(self) -> float | None:
        """The share (0 to 1) of the counted answers that pass; None when none says anything of it."""
        said = [one.passed for one in self.counted if one.passed is not None]
        return sum(said) / len(said) if said else None

    @property
    def number(self) -> float | None:
        """The mean of the counted answers as numbers."""
        numbers = [one.number for one in self.counted if one.number is not None]
        return sum(numbers) / len(numbers) if numbers else None

    @property
    def label(self) -> str | None:
        """The majority of the counted answers; None for a tie."""
        ranked = Counter(one.value for one in self.counted).most_common(2)
        if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
            return None
        return ranked[0][0]

    @property
    def review_day(self) -> date:
        """The day of the newest judgement: the review date it was made for, else its UTC date."""
        newest = max(self.judgements, key=lambda one: one.review_id)
        return newest.review_date or newest.created_at.date()


def traces_of(judgements: Iterable[Judgement]) -> list[JudgedTrace]:
    """The judgements gathered by trace, in order of trace."""
    found: dict[str, list[Judgement]] = defaultdict(list)
    for one in judgements:
        found[one.trace_uid].append(one)
    return [
        JudgedTrace(uid, many[0].source, many[0].native_trace_id, tuple(many)) for uid, many in found.items()
    ]


def judged_criterion(office: Office, name: str | None, rubric: str | None = None) -> JudgedCriterion:
    """The criterion of that name that has answers; without a name the one to show first.

    First is the first question of the plan's rubric that has answers, else the first of those with the most answers.
    Raises Refused with the names there are when nothing fits.
    """
    found = [one for one in office.workspace.standing.criteria() if rubric in (None, one.rubric)]
    if not found:
        raise Refused("There are no judgements yet.", "Review some traces, or bring reviews in.")
    if name is not None:
        named = [one for one in found if one.criterion == name]
        if not named:
            known = ", ".join(dict.fromkeys(one.criterion for one in found))
            raise Refused(f"There are no judgements of “{name}”.", f"Judged here: {known}.")
        return max(named, key=lambda one: one.answers)
    return _first(office, found)


def _first(office: Office, found: list[JudgedCriterion]) -> JudgedCriterion:
    plan = office.workspace.plans.latest(DEFAULT_PLAN)
    asked = office.workspace.rubrics.latest(plan.rubric) if plan else None
    names = [item.name for item in asked.criteria] if asked else []
    planned = [one for one in found if asked and one.rubric == asked.name and one.criterion in names]
    if planned:
        return min(planned, key=lambda one: names.index(one.criterion))
    graded = [one for one in found if one.kind not in ("number", "text")] or found
    most = max(one.answers for one in graded)
    return next(one for one in graded if one.answers >= 0.9 * most)


def question_of(office: Office, judged: JudgedCriterion) -> Criterion:
    """The question as the newest version of its rubric asks it."""
    rubric = office.workspace.rubrics.latest(judged.rubric)
    found = rubric.criterion(judged.criterion) if rubric else None
    return found or Criterion(name=judged.criterion, kind="text", question=judged.criterion)


def title_of(question: Criterion) -> str:
    """What a criterion is called where room is short: its wording if that is short, else its name."""
    return question.question if len(question.question) <= _SHORT else question.name


def titles_of(office: Office) -> dict[str, str]:
    """What every judged criterion is called, by name."""
    return {one.criterion: title_of(question_of(office, one)) for one in office.workspace.standing.criteria()}


def measured_level(criterion: Criterion) -> Level:
    """The level of measurement its answers have."""
    return level_of(criterion.kind)


def field_of(office: Office, field: str, traces: Iterable[JudgedTrace]) -> Mapping[str, str | None]:
    """The value of a field of each trace; ``rater`` is refused here, since it is no field of a trace."""
    return office.traces.field_values(field, [one.uid for one in traces])
