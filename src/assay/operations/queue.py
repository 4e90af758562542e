"""What is left for a reviewer on a day: a finite list, in the order of the draw."""

from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from assay.base.errors import Refused
from assay.model.review import Act
from assay.model.rubric import Rubric
from assay.model.sample import Draw, SampleItem
from assay.operations.draw import plan_named
from assay.operations.naming import Named
from assay.operations.office import DEFAULT_PLAN, Office
from assay.operations.rubrics import rubric_named
from assay.workspace.standing import Stand

_GUESS_SECONDS = 75.0
"""Seconds a trace is thought to take until the reviewer's own pace is known."""
_IDLE_CAP = 600.0
_PACE_OVER = 50


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One trace of the day's list and where it stands for this reviewer (None: not looked at yet)."""

    trace_uid: str
    source: str
    native_trace_id: str
    draw_id: int | None
    drawn_for: date | None
    act: Act | None
    flagged: bool

    @property
    def left(self) -> bool:
        """Whether the reviewer still has to look at it today."""
        return self.act is None


@dataclass(frozen=True, slots=True)
class Queue:
    """The reviewer's day. ``items`` is today's list; ``tail`` what is unfinished from days before.

    ``population`` is how many traces today's sample was drawn from; None where nothing was drawn for the day.
    """

    rater: str
    review_date: date
    rubric: Rubric
    items: tuple[QueueItem, ...]
    tail: tuple[QueueItem, ...]
    seconds_each: float
    population: int | None = None

    @property
    def left(self) -> int:
        """How many of today's traces are still to be looked at."""
        return sum(item.left for item in self.items)

    @property
    def done(self) -> int:
        """How many of today's traces have been decided on, put off or found impossible to judge."""
        return len(self.items) - self.left

    @property
    def minutes_left(self) -> int:
        """About how many minutes the rest takes at this reviewer's pace, at least 1 while anything is left."""
        return max(1, round(self.left * self.seconds_each / 60)) if self.left else 0

    def as_json(self) -> dict[str, Any]:
        """The queue in the shape that scripts rely on."""
        return {
            "rater": self.rater,
            "date": self.review_date.isoformat(),
            "rubric": self.rubric.name,
            "left": self.left,
            "done": self.done,
            "minutes_left": self.minutes_left,
            "items": [_item_json(item) for item in self.items],
            "tail": [_item_json(item) for item in self.tail],
        }


def _item_json(item: QueueItem) -> dict[str, Any]:
    return {
        "native_trace_id": item.native_trace_id,
        "source": item.source,
        "state": item.act.value if item.act else "left",
        "drawn_for": item.drawn_for.isoformat() if item.drawn_for else None,
        "flagged": item.flagged,
    }


def elsewhere(trace: Named) -> QueueItem:
    """An item that is on no list of today: one that an undo brought back from another day."""
    return QueueItem(trace.uid, trace.source, trace.native_id, None, None, None, flagged=False)


def queue(office: Office, rater: str, review_date: date | None = None, plan: str = DEFAULT_PLAN) -> Queue:
    """The list of ``rater`` on that day (None: today), as it stands now."""
    rater = rater.strip()
    if not rater:
        raise Refused("No reviewer was named.", "Say whose list it is.")
    chosen = plan_named(office, plan)
    day = review_date or office.clock.today(chosen.time_zone)
    rubric = rubric_named(office, chosen.rubric)
    stands = office.workspace.standing.of_rater(rater, rubric.name)
    flagged = office.workspace.standing.flagged(rater)
    today, tail, seen, population = [], [], set(), None
    for drawn, item in office.workspace.samples.items_until(day):
        if item.trace_uid in seen or drawn.plan != plan:
            continue
        seen.add(item.trace_uid)
        entry = _entry(drawn, item, stands.get(item.trace_uid), day, item.trace_uid in flagged)
        if drawn.review_date == day:
            population = drawn.population
        if drawn.review_date == day or _put_off_until(stands.get(item.trace_uid), day):
            today.append(entry)
        elif entry.left:
            tail.append(entry)
    return Queue(rater, day, rubric, tuple(today), tuple(tail), _pace(list(stands.values())), population)


def _entry(drawn: Draw, item: SampleItem, stand: Stand | None, day: date, flagged: bool) -> QueueItem:
    act = None if stand is None or _put_off_until(stand, day) else stand.act
    return QueueItem(
        trace_uid=item.trace_uid,
        source=item.source,
        native_trace_id=item.native_trace_id,
        draw_id=item.draw_id,
        drawn_for=drawn.review_date,
        act=act,
        flagged=flagged,
    )


def _put_off_until(stand: Stand | None, day: date) -> bool:
    """Whether the trace was put off on an earlier day and is back now."""
    if stand is None or stand.act is not Act.NOT_TODAY:
        return False
    return stand.review_date is not None and stand.review_date < day


def _pace(stands: list[Stand]) -> float:
    """The reviewer's median seconds a trace over the last judgements, idle time capped."""
    newest = sorted(stands, key=lambda stand: stand.review_id)[-_PACE_OVER:]
    taken = [min(stand.seconds, _IDLE_CAP) for stand in newest if stand.seconds and stand.act is Act.SUBMIT]
    return median(taken) if len(taken) >= 5 else _GUESS_SECONDS
