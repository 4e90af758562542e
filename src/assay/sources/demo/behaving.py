"""What people did with an answer: customers in the chat, and colleagues who got it as a draft for an e-mail."""

from datetime import datetime, timedelta
from random import Random
from typing import cast

from assay.model.trace import BehaviourEvent, BehaviourKind
from assay.sources.demo.dialogue import Turn
from assay.sources.demo.texts import tongue

_GOOD = {"completed": 0.80, "ignored": 0.06, "abandoned": 0.06, "went_manual": 0.05, "closed_at_once": 0.03}
_BAD = {"completed": 0.14, "ignored": 0.12, "abandoned": 0.22, "went_manual": 0.35, "closed_at_once": 0.17}
_HALF = {"completed": 0.40, "ignored": 0.10, "abandoned": 0.20, "went_manual": 0.23, "closed_at_once": 0.07}
_HALF_BAD = ("incomplete", "wrong_tone")
_COLLEAGUES = ("Sofia Lind", "Marek Nowak", "Orla Finn", "Dilan Aydin", "Paul Mercier")
_EASE = {"technical_fault": 0.86, "moving_house": 0.92, "pricing_question": 1.06, "billing_question": 0.97}


def behaviour(turn: Turn, ended_at: datetime) -> tuple[BehaviourEvent, ...]:
    """What happened after the answer, in order of time."""
    rng = Random(f"{turn.key}|behaviour")  # noqa: S311 - repeatable on purpose
    events = _on_draft(rng, turn, ended_at) if turn.draft else _in_chat(rng, turn, ended_at)
    return tuple(sorted(events, key=lambda event: event.at or ended_at))


def _event(kind: str, at: datetime, final_text: str | None = None) -> BehaviourEvent:
    return BehaviourEvent(kind=cast(BehaviourKind, kind), at=at, final_text=final_text)


def _after(rng: Random, ended_at: datetime, median_seconds: float) -> datetime:
    seconds = median_seconds * rng.lognormvariate(0, 0.7)
    return ended_at + timedelta(milliseconds=round(1000 * seconds))


def _in_chat(rng: Random, turn: Turn, ended_at: datetime) -> list[BehaviourEvent]:
    truth = turn.spoken.truth
    events: list[BehaviourEvent] = []
    if rng.random() < (0.03 if truth.good else 0.2):
        events.append(_event("regenerated", _after(rng, ended_at, 9)))
    if rng.random() < (0.11 if truth.good else 0.04):
        events.append(_event("copied", _after(rng, ended_at, 14)))
    if turn.is_last:
        kind = _outcome(rng, turn)
        median = 4.0 if kind == "closed_at_once" else 45.0
        events.append(_event(kind, _after(rng, ended_at, median)))
    elif rng.random() < (0.86 if truth.good else 0.12):
        events.append(_event("completed", _after(rng, ended_at, 25)))
    return events


def _outcome(rng: Random, turn: Turn) -> str:
    truth = turn.spoken.truth
    shares = dict(_GOOD if truth.good else _HALF if truth.failure in _HALF_BAD else _BAD)
    shares["completed"] *= _EASE.get(turn.scenario.task, 1.0)
    return rng.choices(list(shares), list(shares.values()))[0]


def _on_draft(rng: Random, turn: Turn, ended_at: datetime) -> list[BehaviourEvent]:
    """A colleague sends the draft, mends it first, writes another one, or leaves it."""
    good = turn.spoken.truth.good
    at = _after(rng, ended_at, 110)
    fate = rng.choices(
        ("sent", "edited", "overridden", "ignored"), (72, 18, 4, 6) if good else (11, 40, 33, 16)
    )[0]
    if fate == "overridden":
        return [_event("overridden", at)]
    if fate == "ignored":
        return [_event("ignored", at)]
    events = [_event("completed", at + timedelta(seconds=rng.randint(2, 40)))]
    if fate == "edited":
        events.append(_event("edited", at, _mended(rng, turn)))
    elif rng.random() < 0.3:
        events.append(_event("copied", at))
    return events


def _mended(rng: Random, turn: Turn) -> str:
    """What was sent instead: the right answer, often with a sentence of the colleague's own, signed by name."""
    paragraphs = turn.spoken.right.split("\n\n")
    if rng.random() < 0.6:
        paragraphs.insert(-1, rng.choice(tongue(turn.task.language).phrases["touches"]))
    if rng.random() < 0.5:
        paragraphs[-1] = paragraphs[-1].replace("\n", f"\n{rng.choice(_COLLEAGUES)}\n", 1)
    return "\n\n".join(paragraphs)
