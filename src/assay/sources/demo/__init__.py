"""Synthetic traces, metrics, behaviour and past reviews of an invented help desk, to try the program with.

The demo reads no file, so it declares no kind of source. Everything it gives out says that it is synthetic, and
equal arguments give equal items. A true fall of quality lies in its last days: a new prompt misquotes prices, the
reviewers and one automated judge notice, the other judge does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count

from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingCriterion, IncomingReview, IncomingTrace, Place
from assay.model.trace import Trace, Versioned, text_message
from assay.sources.demo.answers import Truth
from assay.sources.demo.behaving import behaviour
from assay.sources.demo.dialogue import Turn, day_of_turns
from assay.sources.demo.people import customers
from assay.sources.demo.period import Day, period
from assay.sources.demo.reviewing import RUBRIC, Opinion, Reviewed, opinions
from assay.sources.demo.running import run
from assay.sources.demo.scoring import metrics

DEMO_SOURCE = "demo"
"""The source every trace of the demo names."""


@dataclass(frozen=True, slots=True)
class Made:
    """A trace of the demo and what is true of it."""

    trace: Trace
    truth: Truth


def generate(
    *, seed: int | str = "demo", days: int = 45, last_day: date, traces: int = 3000
) -> Iterator[Incoming]:
    """The demo, day by day: the criteria first, then each day's traces and the reviews of that day's sample.

    ``last_day`` is the UTC day of the newest traces; they are not reviewed yet. Reviews are made on the day after
    the trace, so none is newer than ``last_day``.
    """
    places = (Place(DEMO_SOURCE, number) for number in count(1))
    yield from _criteria()
    for day, made in _days(str(seed), days, last_day, traces):
        for item in made:
            yield IncomingTrace(item.trace, next(places))
        if day.date < last_day:
            known = [_reviewed(item) for item in made]
            for opinion in opinions(str(seed), day.date, known):
                yield from _rows(opinion, places)


def truths(
    *, seed: int | str = "demo", days: int = 45, last_day: date, traces: int = 3000
) -> dict[str, Truth]:
    """What is true of each trace that `generate` gives for the same arguments, by native id."""
    made = (item for _, items in _days(str(seed), days, last_day, traces) for item in items)
    return {item.trace.native_id: item.truth for item in made}


def _days(seed: str, days: int, last_day: date, traces: int) -> Iterator[tuple[Day, list[Made]]]:
    calendar = period(seed, days, last_day, traces)
    people = customers(seed, max(40, traces * 2 // 5), calendar[0].date)
    for day in calendar:
        turns = day_of_turns(seed, day, people)
        yield day, [_made(turn, day, number) for number, turn in enumerate(turns, start=1)]


def _made(turn: Turn, day: Day, number: int) -> Made:
    ran = run(turn, day)
    ended_at = ran.steps[0].ended_at or turn.started_at
    trace = Trace(
        source=DEMO_SOURCE,
        native_id=f"{DEMO_SOURCE}-{day.date.isoformat()}-{number:04d}",
        session_id=turn.session,
        user_id=turn.customer.id,
        started_at=turn.started_at,
        ended_at=ended_at,
        name="draft_reply" if turn.draft else "answer",
        task_type=turn.scenario.task,
        language=turn.task.language,
        environment="production",
        release=day.release,
        input=(
            *(text_message(role, text) for role, text in turn.history),
            text_message("user", turn.question),
        ),
        output=(text_message("assistant", turn.spoken.text),),
        steps=ran.steps,
        model=turn.model,
        prompt=Versioned(name="support-answer", version=turn.task.prompt),
        dataset=Versioned(name="help-articles", version=day.articles),
        tags=("synthetic", "email" if turn.draft else "chat"),
        tokens=ran.tokens,
        cost_usd=ran.cost_usd,
        latency_ms=ran.latency_ms,
        ttft_ms=ran.ttft_ms,
        metrics=metrics(turn, ended_at),
        behaviour=behaviour(turn, ended_at),
        metadata={"synthetic": True, "channel": "email" if turn.draft else "chat"},
    )
    return Made(trace, turn.spoken.truth)


def _reviewed(made: Made) -> Reviewed:
    trace = made.trace
    return Reviewed(trace.native_id, made.truth, trace.language or "en", len(trace.output[0].text))


def _criteria() -> tuple[IncomingCriterion, ...]:
    yes, no = tr("Yes"), tr("No")
    return (
        IncomingCriterion(
            "helps", "binary", tr("Does this response actually help?"), (("pass", yes), ("fail", no))
        ),
        IncomingCriterion(
            "would_use", "binary", tr("Would you use this yourself?"), (("pass", yes), ("fail", no))
        ),
        IncomingCriterion(
            "factually_wrong", "binary", tr("Is anything factually wrong?"), (("no", no), ("yes", yes))
        ),
        IncomingCriterion("overall", "scale", tr("Overall, how good is it?"), minimum=1, maximum=5),
    )


def _rows(opinion: Opinion, places: Iterator[Place]) -> Iterator[IncomingReview]:
    """One row a criterion, as in the long layout."""
    for criterion, kind, value, passed in opinion.answers:
        yield IncomingReview(
            place=next(places),
            native_trace_id=opinion.native_id,
            criterion=criterion,
            value=value,
            source=DEMO_SOURCE,
            rater=opinion.rater,
            kind=kind,
            passed=passed,
            note=opinion.note,
            rubric=RUBRIC,
            rubric_version=1,
            created_at=opinion.created_at,
            seconds=opinion.seconds,
        )
