"""The reviews of the past weeks: who judged which answers, what they saw, what they wrote, how long it took."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from assay.sources.demo.answers import Truth
from assay.sources.demo.grammar import render
from assay.sources.demo.texts import Rater, panel

RUBRIC = "three-questions"
"""The name of the rubric the reviews answer."""

_A_DAY = 20
_TWICE = 0.25
_SUBTLETY = 0.5
_NOTED_GOOD = 0.04

# Chance that a failure, once seen, makes each question fail; and where the five-point answer then lies.
_SEEN = {
    "wrong_price": (0.97, 0.98, 0.98, 2.0),
    "invented_policy": (0.95, 0.96, 0.93, 2.0),
    "incomplete": (0.88, 0.94, 0.04, 2.7),
    "off_question": (0.99, 0.99, 0.07, 1.5),
    "refusal": (0.98, 0.98, 0.05, 1.5),
    "wrong_tone": (0.66, 0.95, 0.02, 2.6),
    "wrong_language": (0.94, 0.98, 0.02, 1.8),
}
_VISIBLE = {"incomplete": 0.86, "invented_policy": 0.95}
_OBVIOUS = ("off_question", "refusal", "wrong_language")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a reviewer needs to know of a trace."""

    native_id: str
    truth: Truth
    language: str
    length: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """One reviewer's answers to all questions on one trace, in the order of the rubric."""

    native_id: str
    rater: str
    answers: tuple[tuple[str, str, str, bool | None], ...]
    note: str | None
    created_at: datetime
    seconds: float


def sample(seed: str, review_day: date, traces: Sequence[Reviewed]) -> list[Reviewed]:
    """The day's uniform sample: the smallest md5 of ``<seed>-plan|<review day>|<native id>``, as any draw here."""

    def rank(item: Reviewed) -> tuple[str, str]:
        text = f"{seed}-plan|{review_day.isoformat()}|{item.native_id}"
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), item.native_id

    return sorted(traces, key=rank)[:_A_DAY]


def opinions(seed: str, trace_day: date, traces: Sequence[Reviewed]) -> Iterator[Opinion]:
    """The reviews made on the day after ``trace_day``; about a quarter of the sample is judged by two."""
    review_day = trace_day + timedelta(days=1)
    rng = Random(f"{seed}|reviews|{review_day.isoformat()}")  # noqa: S311 - repeatable on purpose
    raters = _on_duty(rng, review_day)
    clocks = {rater.name: _start(rng, review_day) for rater in raters}
    for item in sample(seed, review_day, traces):
        count = 2 if rng.random() < _TWICE else 1
        used: set[str] = set()
        for rater in _pick(rng, raters, count):
            seconds = _seconds(rng, rater, item.length)
            clocks[rater.name] += timedelta(seconds=round(seconds) + rng.randint(1, 20))
            yield _opinion(rng, rater, item, clocks[rater.name], seconds, used)


def _on_duty(rng: Random, day: date) -> tuple[Rater, ...]:
    raters = panel().raters
    return raters if day.weekday() < 5 else tuple(rng.sample(raters, 2))


def _start(rng: Random, day: date) -> datetime:
    hour = rng.choice((8, 8, 9, 9, 10, 13, 14))
    return datetime.combine(day, time(hour, rng.randint(0, 59), rng.randint(0, 59)), UTC)


def _pick(rng: Random, raters: Sequence[Rater], count: int) -> list[Rater]:
    first = rng.choices(raters, [rater.share for rater in raters])[0]
    rest = [rater for rater in raters if rater is not first]
    return [first, *rng.sample(rest, count - 1)]


def _seconds(rng: Random, rater: Rater, length: int) -> float:
    """Log-normal about the reviewer's pace, longer for long answers."""
    reading = 0.75 + min(length, 1600) / 2000
    return round(min(420.0, max(5.0, rater.pace * reading * rng.lognormvariate(0, 0.45))), 1)


def _opinion(
    rng: Random, rater: Rater, item: Reviewed, at: datetime, seconds: float, used: set[str]
) -> Opinion:
    truth = item.truth
    seen = not truth.good and rng.random() < _sharpness(rater, truth)
    alarmed = not seen and rng.random() < rater.alarm
    helps, would_use, wrong, level = _verdict(rng, truth, seen=seen, alarmed=alarmed)
    stars = _stars(rng, level + rater.lean, helps)
    answers = (
        ("helps", "binary", "pass" if helps else "fail", helps),
        ("would_use", "binary", "pass" if would_use else "fail", would_use),
        ("factually_wrong", "binary", "yes" if wrong else "no", not wrong),
        ("overall", "scale", str(stars), stars >= 4),
    )
    note = _note(rng, rater, item, used, seen=seen, alarmed=alarmed)
    return Opinion(item.native_id, rater.name, answers, note, at, seconds)


def _sharpness(rater: Rater, truth: Truth) -> float:
    if truth.failure in _OBVIOUS:
        return max(rater.detect, 0.95)
    return rater.detect * _VISIBLE.get(truth.failure or "", 1.0) * (_SUBTLETY if truth.subtle else 1.0)


def _verdict(rng: Random, truth: Truth, *, seen: bool, alarmed: bool) -> tuple[bool, bool, bool, float]:
    """Whether it helps, whether one would use it, whether something is wrong, and the level out of five."""
    if seen and truth.failure:
        not_helping, not_using, wrong, level = _SEEN[truth.failure]
        helps = rng.random() >= not_helping
        return helps, helps and rng.random() >= not_using, rng.random() < wrong, level
    if alarmed:
        return rng.random() < 0.4, False, rng.random() < 0.08, 2.9
    return True, rng.random() >= 0.02, rng.random() < 0.006, 4.5


def _stars(rng: Random, level: float, helps: bool) -> int:
    stars = min(5, max(1, round(rng.gauss(level, 0.55))))
    return max(3, stars) if helps else min(3, stars)


def _note(
    rng: Random, rater: Rater, item: Reviewed, used: set[str], *, seen: bool, alarmed: bool
) -> str | None:
    """What the reviewer writes, if anything; no two on one trace use the same words, so ``used`` is added to."""
    if not seen and not alarmed:
        noted = item.truth.good and rng.random() < _NOTED_GOOD
        return rng.choice(panel().notes["praise"]) if noted else None
    if rng.random() >= rater.notes:
        return None
    kind = item.truth.form if seen else "alarm"
    options = sorted((text for text in panel().notes[kind] if text not in used), key=len)
    half = len(options) // 2
    brief = rng.random() < (0.75 if rater.pace < 35 or rater.lean < 0 else 0.35)
    template = rng.choice(options[:half] if brief else options[half:])
    used.add(template)
    return _worded(rng, template, item)


def _worded(rng: Random, template: str, item: Reviewed) -> str:
    truth, languages = item.truth, panel().languages
    claim = truth.claim
    words = {
        "wrong": truth.wrong,
        "right": truth.right,
        "claim": claim,
        "claim_start": claim[:1].upper() + claim[1:],
        "missing": truth.missing,
        "topic": truth.topic,
        "other": truth.other,
        "article": truth.article,
        "language": languages[item.language],
        "answered": languages.get(truth.answered, ""),
    }
    return render(template, words, rng)
