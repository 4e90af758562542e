"""The demo's weeks: how busy each day is, which prompt and release were live, how often answers went wrong."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from assay.sources.demo.texts import Scenario

FALL_DAYS = 9
"""How many days before the end the last prompt, and with it the fall, comes in."""

FAILURES = {
    "incomplete": 0.25,
    "invented_policy": 0.24,
    "off_question": 0.16,
    "refusal": 0.13,
    "wrong_tone": 0.09,
    "wrong_price": 0.08,
    "wrong_language": 0.05,
}
"""The ways an answer can be bad, with their weights in quiet times."""

_FAILING = 0.14
_MISQUOTING = 0.46
_MISQUOTED_TASKS = ("contract_change", "pricing_question")
_TASK_FACTOR = {"technical_fault": 1.2, "moving_house": 1.15, "billing_question": 1.0, "refund": 0.95}
_MODEL_FACTOR = {"relay-2-mini": 1.1, "relay-2-large": 0.78}
_LANGUAGE_FACTOR = {"en": 0.95, "de": 1.0, "fr": 1.12}
_WEEKDAYS = (1.25, 1.12, 1.06, 1.02, 0.96, 0.55, 0.48)
_ROLLOUT = (0.1, 0.35, 0.7)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the demo: how many traces, and the shares of the prompt versions that answered them."""

    date: date
    traces: int
    prompts: tuple[tuple[str, float], ...]

    @property
    def release(self) -> str:
        """The application's release, a new one every nine days."""
        start = self.date - timedelta(days=self.date.toordinal() % 9)
        return f"{start.year}.{start.month}.{start.day}"

    @property
    def articles(self) -> str:
        """The version of the help articles, a new one every week."""
        year, week, _ = self.date.isocalendar()
        return f"{year}-W{week:02d}"


def fall_days(days: int) -> int:
    """How many of the last days the fall lasts: `FALL_DAYS`, or a third of a short period."""
    return max(1, min(FALL_DAYS, days // 3))


def period(seed: str, days: int, last_day: date, traces: int) -> list[Day]:
    """The days up to and with ``last_day``; their traces sum to ``traces``. Weekends are quiet."""
    rng = Random(f"{seed}|period")  # noqa: S311 - repeatable on purpose
    dates = [last_day - timedelta(days=days - 1 - index) for index in range(days)]
    weights = [_WEEKDAYS[day.weekday()] * rng.uniform(0.92, 1.08) for day in dates]
    counts = _share_out(traces, weights)
    rows = zip(dates, counts, strict=True)
    return [Day(day, count, _prompts(index, days)) for index, (day, count) in enumerate(rows)]


def _share_out(total: int, weights: list[float]) -> list[int]:
    """Whole numbers in proportion to the weights, summing to the total (largest remainders)."""
    exact = [total * weight / sum(weights) for weight in weights]
    counts = [int(value) for value in exact]
    by_rest = sorted(range(len(exact)), key=lambda index: (counts[index] - exact[index], index))
    for index in by_rest[: total - sum(counts)]:
        counts[index] += 1
    return counts


def _prompts(index: int, days: int) -> tuple[tuple[str, float], ...]:
    if index >= days - fall_days(days):
        return (("v14", 1.0),)
    since = index - int(days * 0.36)
    if since < 0:
        return (("v12", 1.0),)
    share = _ROLLOUT[since] if since < len(_ROLLOUT) else 1.0
    return (("v12", 1 - share), ("v13", share)) if share < 1 else (("v13", 1.0),)


def misquotes(rng: Random, scenario: Scenario, prompt: str) -> bool:
    """Whether this answer falls for the outdated price sheet in the last prompt."""
    chance = _MISQUOTING if prompt == "v14" and scenario.task in _MISQUOTED_TASKS and scenario.prices else 0.0
    return rng.random() < chance


def fails(rng: Random, scenario: Scenario, model: str, language: str) -> bool:
    """Whether this answer is bad for any of the everyday reasons."""
    factor = _TASK_FACTOR.get(scenario.task, 0.9) * _MODEL_FACTOR[model] * _LANGUAGE_FACTOR[language]
    return rng.random() < _FAILING * factor
