"""What the Today screen knows: what is left, how long it will take, what was done, what needs a second look."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from assay.base.errors import Refused
from assay.base.translation import tr, trn
from assay.model.review import Act
from assay.model.wording import count
from assay.operations.describe import TraceWords, describe
from assay.operations.draw import draw_today, plan_named
from assay.operations.office import DEFAULT_PLAN, Office
from assay.operations.plan import questions_of, use_questions, use_size
from assay.operations.queue import Queue, queue
from assay.viewmodels.lanes import Lanes
from assay.viewmodels.latest import Fault, Latest
from assay.viewmodels.watched import Watched

_SECOND_LOOK = 5


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What was done today: judged, put off, not possible to judge, flagged."""

    judged: int
    put_off: int
    not_judged: int
    flagged: int


@dataclass(frozen=True, slots=True)
class _Day:
    """What is read for the screen in one go."""

    queue: Queue
    flagged: tuple[TraceWords, ...]
    passed: int
    judged: int
    questions: tuple[tuple[str, str], ...]
    size: int


class Today(Watched):
    """The state of the Today screen for one reviewer. Opening it draws the day's sample, once."""

    def __init__(self, office: Office, lanes: Lanes, rater: str, plan: str = DEFAULT_PLAN) -> None:
        super().__init__()
        self._office, self._plan, self.rater = office, plan, rater
        safe = tr("Everything saved before is safe.")
        self._day: Latest[_Day] = Latest(lanes, self.changed, safe)

    @property
    def queue(self) -> Queue | None:
        """The day's list, once it is there."""
        return self._day.answer.queue if self._day.answer else None

    @property
    def fault(self) -> Fault | None:
        """Why there is no list."""
        return self._day.fault

    def refresh(self) -> None:
        """Read how the day stands, drawing its sample first if nobody has."""
        self._day.ask(partial(_read_day, self._office, self.rater, self._plan), writes=True)

    def review_as(self, name: str) -> None:
        """Another person sits down. Raises Refused for an empty name."""
        if not name.strip():
            raise Refused(tr("No reviewer was named."), tr("Say who is judging."))
        self.rater = name.strip()
        self._day.forget()
        self.refresh()

    @property
    def questions(self) -> tuple[tuple[str, str], ...]:
        """The rubrics that can be asked: (name, title)."""
        return self._day.answer.questions if self._day.answer else ()

    @property
    def size(self) -> int:
        """How many traces the plan draws a day."""
        return self._day.answer.size if self._day.answer else 0

    def ask(self, rubric: str) -> None:
        """Ask other questions from now on."""
        self._change(partial(use_questions, self._office, self._plan, rubric))

    def draw_daily(self, size: int) -> None:
        """Draw so many traces a day from now on."""
        self._change(partial(use_size, self._office, self._plan, size))

    def _change(self, change: Callable[[], object]) -> None:
        self._day.ask(partial(_changed_day, change, self._office, self.rater, self._plan), writes=True)

    @property
    def headline(self) -> str:
        """The day in one sentence."""
        found = self.queue
        if found is None:
            return ""
        if not found.items:
            return tr("Nothing was drawn for today.")
        if not found.left:
            return tr("That is all for today.")
        return trn("{n} to review.", "{n} to review.", found.left).format(n=found.left)

    @property
    def about(self) -> str:
        """How long it will take, or what to do when there is nothing."""
        found = self.queue
        if found is None:
            return ""
        if not found.items:
            return tr("There are no traces left to draw from. Bring in new ones to go on.")
        if not found.left:
            return self._what_the_day_said(found)
        minutes = found.minutes_left
        return trn("About {n} minute.", "About {n} minutes.", minutes).format(n=minutes)

    @property
    def flagged(self) -> tuple[TraceWords, ...]:
        """The traces of today that carry a flag, in words."""
        return self._day.answer.flagged if self._day.answer else ()

    def _what_the_day_said(self, found: Queue) -> str:
        looked = trn("{n} trace looked at.", "{n} traces looked at.", found.done).format(n=found.done)
        day = self._day.answer
        if day is None or not day.judged:
            return looked
        question = found.rubric.criteria[0].question
        said = tr("{passed} of {judged} passed on “{question}”").format(
            passed=day.passed, judged=day.judged, question=question
        )
        return f"{looked} {said}"

    @property
    def drawn(self) -> str:
        """How today's sample was drawn, so that anyone can see it was left to chance."""
        found = self.queue
        if found is None or found.population is None:
            return ""
        return tr("Drawn at random from {n} traces by the plan “{plan}”.").format(
            n=count(found.population), plan=self._plan
        )

    @property
    def counts(self) -> DayCounts:
        """What was done today."""
        items = self.queue.items if self.queue else ()
        by = {
            act: sum(one.act is act for one in items) for act in (Act.SUBMIT, Act.NOT_TODAY, Act.CANNOT_JUDGE)
        }
        return DayCounts(
            by[Act.SUBMIT], by[Act.NOT_TODAY], by[Act.CANNOT_JUDGE], sum(one.flagged for one in items)
        )

    @property
    def tail(self) -> int:
        """How many traces of earlier days are unfinished."""
        return len(self.queue.tail) if self.queue else 0


def _changed_day(change: Callable[[], object], office: Office, rater: str, plan: str) -> _Day:
    change()
    return _read_day(office, rater, plan)


def _read_day(office: Office, rater: str, plan: str) -> _Day:
    draw_today(office, plan)
    found = queue(office, rater, None, plan)
    flagged = describe(office, [one.trace_uid for one in found.items if one.flagged][:_SECOND_LOOK])
    question, rubric = found.rubric.criteria[0].name, found.rubric.name
    mine = {one.trace_uid for one in found.items}
    said = [
        one.passed
        for one in office.workspace.standing.judgements(question, rubric)
        if one.rater == rater and one.trace_uid in mine and one.passed is not None
    ]
    size = plan_named(office, plan).size
    return _Day(found, tuple(flagged), sum(said), len(said), tuple(questions_of(office)), size)
