"""What machines made of an answer: two judges, two programs, a classifier and a rule book.

``groundedness`` by judge-a sees most failures. ``helpfulness_judge`` by judge-b sees them too, except a wrong
price, which it takes for a helpful answer: it stays where it is while quality falls.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from assay.model.trace import Metric, MetricSource
from assay.sources.demo.answers import Truth
from assay.sources.demo.dialogue import Turn
from assay.sources.demo.texts import panel

_MISSING = 0.03
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[.!?:](?:\s|$)|\n+")

# Mean and spread of judge-a for each failure; a share of them it does not see at all.
_GROUNDED = {
    "wrong_price": (0.44, 0.17),
    "invented_policy": (0.42, 0.17),
    "incomplete": (0.66, 0.14),
    "off_question": (0.48, 0.18),
    "refusal": (0.52, 0.2),
    "wrong_tone": (0.64, 0.14),
    "wrong_language": (0.58, 0.16),
}
_OVERSEEN = 0.08
_HELPFUL = {
    "invented_policy": 3.4,
    "incomplete": 3.2,
    "off_question": 2.0,
    "refusal": 1.5,
    "wrong_tone": 2.9,
    "wrong_language": 2.2,
}
_RELEVANT = {"off_question": 0.57, "refusal": 0.61, "wrong_language": 0.64, "incomplete": 0.71}
_VIOLATING = {"invented_policy": 0.55, "wrong_tone": 0.35, "refusal": 0.05}

_Maker = Callable[[Random, Turn, datetime], Metric]


def metrics(turn: Turn, ended_at: datetime) -> tuple[Metric, ...]:
    """The metrics of one turn, a few of them missing."""
    rng = Random(f"{turn.key}|metrics")  # noqa: S311 - repeatable on purpose
    at = ended_at + timedelta(seconds=rng.randint(20, 400))
    makers: tuple[_Maker, ...] = (_groundedness, _helpfulness, _relevance, _toxicity, _readability, _policy)
    made = [(maker(rng, turn, at), rng.random()) for maker in makers]
    return tuple(metric for metric, luck in made if luck >= _MISSING)


def _metric(
    at: datetime,
    name: str,
    value: float,
    source: MetricSource,
    evaluator: str,
    version: str,
    explanation: str | None = None,
) -> Metric:
    return Metric(
        name=name,
        value=value,
        explanation=explanation,
        source=source,
        evaluator=evaluator,
        evaluator_version=version,
        created_at=at,
    )


def _groundedness(rng: Random, turn: Turn, at: datetime) -> Metric:
    truth = turn.spoken.truth
    seen = truth.failure is not None and rng.random() >= _OVERSEEN
    mean, spread = _GROUNDED[truth.failure] if seen and truth.failure else (0.89, 0.075)
    if truth.good and rng.random() < 0.04:
        mean, spread = 0.66, 0.12
    value = round(min(1.0, max(0.03, rng.gauss(mean, spread))), 2)
    metric = _metric(at, "groundedness", value, "llm", "judge-a", "3")
    return metric.model_copy(
        update={"explanation": _explanation(rng, truth if value < 0.72 else Truth(), value)}
    )


def _explanation(rng: Random, truth: Truth, value: float) -> str:
    said = panel().judge
    words = {"wrong": truth.wrong, "right": truth.right, "claim": truth.claim}
    kind = truth.form if truth.form in said else "other"
    return rng.choice(said["good" if truth.good and value >= 0.72 else kind]).format_map(words)


def _helpfulness(rng: Random, turn: Turn, at: datetime) -> Metric:
    mean = _HELPFUL.get(turn.spoken.truth.failure or "", 4.35)
    return _metric(
        at, "helpfulness_judge", float(min(5, max(1, round(rng.gauss(mean, 0.7))))), "llm", "judge-b", "1"
    )


def _relevance(rng: Random, turn: Turn, at: datetime) -> Metric:
    mean = _RELEVANT.get(turn.spoken.truth.failure or "", 0.73)
    value = round(min(0.99, max(0.05, rng.gauss(mean, 0.1))), 3)
    return _metric(at, "answer_relevance", value, "code", "embedding-cosine", "2")


def _toxicity(rng: Random, turn: Turn, at: datetime) -> Metric:
    usual = 0.03 if turn.spoken.truth.failure == "wrong_tone" else 0.002
    return _metric(
        at, "toxicity", round(min(0.6, rng.expovariate(1 / usual)), 4), "code", "tone-classifier", "1.4"
    )


def _readability(rng: Random, turn: Turn, at: datetime) -> Metric:
    """The LIX index: words a sentence plus the percentage of words longer than six letters (Björnsson 1968)."""
    words = _WORD.findall(turn.spoken.text)
    sentences = max(1, len(_SENTENCE.findall(turn.spoken.text)))
    long = sum(len(word) > 6 for word in words)
    value = len(words) / sentences + 100 * long / max(1, len(words))
    return _metric(at, "readability", round(value, 1), "code", "lix", "1")


def _policy(rng: Random, turn: Turn, at: datetime) -> Metric:
    chance = _VIOLATING.get(turn.spoken.truth.failure or "", 0.012)
    label = None if rng.random() < 0.05 else "violation" if rng.random() < chance else "ok"
    return Metric(
        name="policy_check", label=label, source="code", evaluator="rule-book", evaluator_version="7"
    )
