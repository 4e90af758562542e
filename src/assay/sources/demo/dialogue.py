"""Sessions: who writes, how often, what is asked, and what the assistant says to it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random

from assay.sources.demo.answers import Spoken, Task, answer, possible
from assay.sources.demo.people import Customer
from assay.sources.demo.period import FAILURES, Day, fails, misquotes
from assay.sources.demo.questions import question
from assay.sources.demo.situation import draw_situation, in_scenario
from assay.sources.demo.texts import Scenario, scenarios, tongue, world

_TURNS = (0.60, 0.23, 0.11, 0.06)
_HOURS = tuple(range(6, 22))
_BUSY = (2, 4, 7, 9, 9, 8, 7, 6, 7, 7, 7, 8, 9, 9, 6, 3)
_LAST_START = 21 * 3600 + 1800
_ASKED_AGAIN = ("off_question", "refusal", "wrong_language")


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer, with all that was said before in the session.

    ``asked`` is the bare question, also where the customer only wrote “is that all?”.
    """

    session: str
    customer: Customer
    scenario: Scenario
    task: Task
    model: str
    question: str
    asked: str
    history: tuple[tuple[str, str], ...]
    spoken: Spoken
    started_at: datetime
    is_last: bool
    key: str

    @property
    def draft(self) -> bool:
        """Whether this is a draft for an e-mail and not a chat with the customer."""
        return self.task.draft


@dataclass(frozen=True, slots=True)
class _Return:
    """How a customer comes back: to which task, with which words first; ``doubting`` alone, without a question."""

    task: Task
    prefix: str = ""
    doubting: bool = False


def day_of_turns(seed: str, day: Day, people: list[Customer]) -> list[Turn]:
    """All turns of a day, in order of time."""
    turns: list[Turn] = []
    number = 0
    while len(turns) < day.traces:
        key = f"{seed}|{day.date.isoformat()}|{number}"
        turns.extend(_session(key, day, people, day.traces - len(turns)))
        number += 1
    return sorted(turns, key=lambda turn: (turn.started_at, turn.key))


def _session(key: str, day: Day, people: list[Customer], room: int) -> Iterator[Turn]:
    rng = Random(key)  # noqa: S311 - repeatable on purpose
    customer = people[rng.randrange(len(people))]
    draft = rng.random() < 0.2
    count = 1 if draft else min(room, 1 + rng.choices(range(len(_TURNS)), _TURNS)[0])
    prompt = rng.choices([name for name, _ in day.prompts], [share for _, share in day.prompts])[0]
    model = "relay-2-large" if rng.random() < (0.6 if draft else 0.27) else "relay-2-mini"
    situation = draw_situation(rng, customer, day.date)
    scenario = _pick(rng, customer.language)
    task = Task(scenario, None, customer.language, situation, prompt, draft, 0, again=False)
    yield from _turns(rng, key, day, customer, model, task, count)


def _turns(
    rng: Random, key: str, day: Day, customer: Customer, model: str, task: Task, count: int
) -> Iterator[Turn]:
    session, at = f"s-{rng.getrandbits(40):010x}", _start(rng, day)
    history: list[tuple[str, str]] = []
    drawn, asked, back = task.situation, "", _Return(task)
    for index in range(count):
        task = replace(back.task, turn=index, situation=in_scenario(drawn, back.task.scenario, day.date))
        text, new = question(rng, task, customer, back.prefix)
        text, asked = (back.prefix.strip(), asked) if back.doubting else (text, new)
        spoken = answer(rng, task, _failure(rng, task, model))
        yield Turn(
            session=session,
            customer=customer,
            scenario=task.scenario,
            task=task,
            model=model,
            question=text,
            asked=asked,
            history=tuple(history),
            spoken=spoken,
            started_at=at,
            is_last=index == count - 1,
            key=f"{key}|{index}",
        )
        history += [("user", text), ("assistant", spoken.text)]
        at += timedelta(milliseconds=round(1000 * min(900.0, 25 + rng.lognormvariate(4.3, 0.6))))
        back = _come_back(rng, task, spoken)


def _start(rng: Random, day: Day) -> datetime:
    hour = rng.choices(_HOURS, _BUSY)[0]
    second = min(hour * 3600 + rng.random() * 3600, _LAST_START)
    midnight = datetime.combine(day.date, time(), UTC)
    return midnight + timedelta(milliseconds=round(second * 1000))


def _pick(rng: Random, language: str, task: str | None = None) -> Scenario:
    """A scenario that exists in the language, of the given task or of one drawn by its share."""
    tasks = world().tasks
    return rng.choice(scenarios(language, task or rng.choices(list(tasks), list(tasks.values()))[0]))


def _failure(rng: Random, task: Task, model: str) -> str | None:
    can = possible(task)
    if "wrong_price" in can and misquotes(rng, task.scenario, task.prompt):
        return "wrong_price"
    if not fails(rng, task.scenario, model, task.language):
        return None
    return rng.choices(can, [FAILURES[name] for name in can])[0]


def _come_back(rng: Random, task: Task, spoken: Spoken) -> _Return:
    """To the same question again, to one that follows from it, or to another matter."""
    speech = tongue(task.language)
    failure = spoken.truth.failure
    if failure is not None and rng.random() < (0.45 if failure == "wrong_price" else 0.75):
        words = rng.choice(speech.retry[failure])
        return _Return(replace(task, again=True), words, doubting=failure not in _ASKED_AGAIN)
    follow_ups = speech.scripts[task.scenario.name].more
    if follow_ups and task.follow_up is None and rng.random() < 0.72:
        return _Return(replace(task, follow_up=rng.randrange(len(follow_ups)), again=False))
    same = task.scenario.task if rng.random() < 0.35 else None
    other = _pick(rng, task.language, same)
    if other.name == task.scenario.name:
        other = _pick(rng, task.language)
    return _Return(
        replace(task, scenario=other, follow_up=None, again=False), rng.choice(speech.phrases["and_user"])
    )
