"""How a turn ran: what was retrieved, which tools were called, which model answered, how long it took and cost."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import TypedDict

from pydantic import JsonValue

from assay.model.trace import Document, Step, Tokens
from assay.sources.demo.answers import prompt_text
from assay.sources.demo.dialogue import Turn
from assay.sources.demo.period import Day
from assay.sources.demo.situation import Facts, as_json, house_words
from assay.sources.demo.texts import Scenario, tongue, world

_SLOT = re.compile(r"\{([a-z0-9_]+)\}")
_PRICES = {
    "relay-2-mini": (0.2, 0.8),
    "relay-2-large": (2.4, 9.6),
}  # US dollars for a million tokens, in and out
_FIRST_TOKEN_MS = {"relay-2-mini": 540.0, "relay-2-large": 880.0}
_TOKENS_A_SECOND = {"relay-2-mini": 64.0, "relay-2-large": 41.0}


@dataclass(frozen=True, slots=True)
class Run:
    """The steps of a turn and their sums. Times in milliseconds."""

    steps: tuple[Step, ...]
    documents: tuple[Document, ...]
    tokens: Tokens
    cost_usd: float
    latency_ms: float
    ttft_ms: float


class _Span(TypedDict):
    id: str
    parent_id: str
    started_at: datetime
    ended_at: datetime


class _Track:
    """Steps laid one after the other on the clock."""

    def __init__(self, at: datetime) -> None:
        self.begin = at
        self.at = at
        self.steps: list[Step] = []

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the turn began."""
        return (self.at - self.begin) / timedelta(milliseconds=1)

    def span(self, took_ms: float) -> _Span:
        """The place of the next step, which takes that long; the clock moves on."""
        start, self.at = self.at, self.at + timedelta(milliseconds=round(took_ms))
        return _Span(id=f"{len(self.steps) + 1}", parent_id="0", started_at=start, ended_at=self.at)


def run(turn: Turn, day: Day) -> Run:
    """The run of one turn."""
    rng = Random(f"{turn.key}|run")  # noqa: S311 - repeatable on purpose
    track = _Track(turn.started_at)
    condensed = _condense(rng, track, turn)
    documents = _retrieve(rng, track, turn, day)
    _call_tools(rng, track, turn)
    tokens, ttft = _generate(rng, track, turn, documents)
    _guard(rng, track, turn)
    spent = _cost(turn.model, tokens) + (_cost("relay-2-mini", condensed) if condensed else 0.0)
    total = _summed(tokens, condensed)
    root = Step(
        id="0",
        kind="chain",
        name="draft_reply" if turn.draft else "answer",
        started_at=track.begin,
        ended_at=track.at,
    )
    return Run((root, *track.steps), documents, total, round(spent, 6), track.elapsed_ms, ttft)


def _summed(tokens: Tokens, more: Tokens | None) -> Tokens:
    given = (tokens.input or 0) + (more.input or 0 if more else 0)
    made = (tokens.output or 0) + (more.output or 0 if more else 0)
    return Tokens(input=given, output=made, total=given + made)


def _cost(model: str, tokens: Tokens) -> float:
    given, made = _PRICES[model]
    return ((tokens.input or 0) * given + (tokens.output or 0) * made) / 1e6


def _length(text: str) -> int:
    """Tokens in a text, at about four characters each."""
    return max(1, round(len(text) / 3.9))


def _condense(rng: Random, track: _Track, turn: Turn) -> Tokens | None:
    """From the second turn on, the question is first made to stand alone."""
    if not turn.history:
        return None
    said = sum(_length(text) for _, text in turn.history)
    made = _length(turn.asked) + rng.randint(4, 14)
    tokens = Tokens(input=said + made + 90, output=made, total=said + 2 * made + 90)
    step = Step(
        **track.span(rng.lognormvariate(6.1, 0.3)),
        kind="llm",
        name="condense_question",
        model="relay-2-mini",
        input=[{"role": role, "content": text} for role, text in turn.history],
        output=turn.asked,
        tokens=tokens,
        cost_usd=round(_cost("relay-2-mini", tokens), 6),
    )
    track.steps.append(step)
    return tokens


def _retrieve(rng: Random, track: _Track, turn: Turn, day: Day) -> tuple[Document, ...]:
    found = world().scenarios[turn.spoken.instead] if turn.spoken.instead else turn.scenario
    documents = _documents(
        rng, turn.task.language, found, day.articles, missed=turn.spoken.instead is not None
    )
    span = track.span(rng.lognormvariate(5.1, 0.4))
    track.steps.append(
        Step(**span, kind="retriever", name="help_articles", input=turn.asked, documents=documents)
    )
    if turn.model == "relay-2-large":
        order: list[JsonValue] = [document.id for document in documents]
        span = track.span(rng.lognormvariate(4.4, 0.3))
        track.steps.append(Step(**span, kind="reranker", name="rerank", input=order, output=order))
    return documents


def _documents(
    rng: Random, language: str, scenario: Scenario, version: str, *, missed: bool
) -> tuple[Document, ...]:
    """The article that answers and some that lie near it, best first; a miss scores lower."""
    articles = tongue(language).articles
    near = [name for name in scenario.near if name in articles]
    names = [scenario.article, *rng.sample(near, min(len(near), rng.choice((1, 2, 2, 3))))]
    score = rng.uniform(0.58, 0.74) if missed else rng.uniform(0.74, 0.94)
    documents: list[Document] = []
    for name in names:
        documents.append(_document(language, name, version, round(score, 3)))
        score -= rng.uniform(0.05, 0.16)
    return tuple(documents)


def _document(language: str, name: str, version: str, score: float) -> Document:
    title, text, number, section = _page(language, name)
    return Document(
        id=f"KB-{number}-{language}",
        title=title,
        content=text,
        score=score,
        metadata={"section": section, "version": version},
    )


@cache
def _page(language: str, name: str) -> tuple[str, str, int, str]:
    article = tongue(language).articles[name]
    number = 1010 + 7 * list(tongue("en").articles).index(name)
    return article.title, article.text.format_map(house_words(language)), number, article.section


def _call_tools(rng: Random, track: _Track, turn: Turn) -> None:
    tools = turn.scenario.tools if turn.task.follow_up is None else ()
    for name in tools:
        given = _filled(world().tools[name]["args"], turn.task.situation.facts)
        if rng.random() < 0.02:
            span, error = track.span(2000 + rng.random() * 40), "upstream timed out after 2000 ms"
            track.steps.append(Step(**span, kind="tool", name=name, input=given, error=error))
        result = _filled(world().tools[name]["result"], turn.task.situation.facts)
        span = track.span(rng.lognormvariate(5.6, 0.5))
        track.steps.append(Step(**span, kind="tool", name=name, input=given, output=result))


def _filled(shape: JsonValue, facts: Facts) -> JsonValue:
    """The shape with its slots filled; a slot that stands alone keeps the type of its value."""
    if isinstance(shape, dict):
        return {key: _filled(value, facts) for key, value in shape.items()}
    if isinstance(shape, list):
        return [_filled(value, facts) for value in shape]
    if isinstance(shape, str) and (match := _SLOT.fullmatch(shape)):
        return as_json(facts[match[1]])
    return shape


def _generate(
    rng: Random, track: _Track, turn: Turn, documents: tuple[Document, ...]
) -> tuple[Tokens, float]:
    """The model call that makes the answer; returns its tokens and the time to the first one, from the start."""
    system = prompt_text(turn.task.prompt)
    messages = [*turn.history, ("user", turn.question)]
    context = sum(_length(document.content) for document in documents)
    given = _length(system) + context + sum(_length(text) for _, text in messages) + 180
    made = _length(turn.spoken.text)
    tokens = Tokens(input=given, output=made, total=given + made)
    slow = rng.uniform(2.5, 6.0) if rng.random() < 0.025 else 1.0
    first = _FIRST_TOKEN_MS[turn.model] * rng.lognormvariate(0, 0.35) * slow
    rest = made / _TOKENS_A_SECOND[turn.model] * 1000 * rng.lognormvariate(0, 0.2) * slow
    ttft = track.elapsed_ms + first
    shown: list[JsonValue] = [{"role": "system", "content": system}]
    shown += [{"role": role, "content": text} for role, text in messages]
    step = Step(
        **track.span(first + rest),
        kind="llm",
        name="generate",
        model=turn.model,
        input={"messages": shown, "passages": [document.id for document in documents]},
        output=turn.spoken.text,
        tokens=tokens,
        cost_usd=round(_cost(turn.model, tokens), 6),
        attributes={"temperature": 0.2, "prompt_version": turn.task.prompt},
    )
    track.steps.append(step)
    return tokens, round(ttft)


def _guard(rng: Random, track: _Track, turn: Turn) -> None:
    if turn.draft:
        return
    span = track.span(rng.lognormvariate(3.2, 0.4))
    track.steps.append(Step(**span, kind="guardrail", name="policy_filter", output={"blocked": False}))
