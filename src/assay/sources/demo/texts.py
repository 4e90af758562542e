"""What the demo knows by heart: its price list, rules, situations and the words for them in three languages."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from assay.base.resources import resource

LANGUAGES = ("en", "de", "fr")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A situation a customer can be in, whichever language is spoken."""

    name: str
    task: str
    article: str
    near: tuple[str, ...]
    tools: tuple[str, ...]
    prices: tuple[str, ...]
    terms: tuple[str, ...]
    never: tuple[str, ...]
    topic: str
    missing: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """Ways to ask one thing and ways to answer it."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A scenario in one language: the first exchange, those that may follow, and rules nobody made."""

    topic: str
    first: Exchange
    more: tuple[Exchange, ...]
    invented: tuple[tuple[str, str], ...]

    def exchange(self, follow_up: int | None) -> Exchange:
        """The first exchange, or the follow-up of that index."""
        return self.first if follow_up is None else self.more[follow_up]


@dataclass(frozen=True, slots=True)
class Article:
    """A page of the help centre, still with its slots."""

    title: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Tongue:
    """Everything in one language. ``phrases`` are the lists of openers, closers, names and the like."""

    code: str
    phrases: Mapping[str, tuple[str, ...]]
    retry: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Mapping[str, str]]
    articles: Mapping[str, Article]
    scripts: Mapping[str, Script]


@dataclass(frozen=True, slots=True)
class World:
    """What is true whichever language is spoken. Money is ``(price, former price)`` in euros."""

    site: str
    money: Mapping[str, tuple[float, float]]
    rates: Mapping[str, tuple[float, float]]
    terms: Mapping[str, tuple[int, ...]]
    plans: tuple[Mapping[str, Any], ...]
    tariffs: tuple[Mapping[str, str], ...]
    addons: tuple[Mapping[str, str], ...]
    prompts: Mapping[str, str]
    tasks: Mapping[str, float]
    scenarios: Mapping[str, Scenario]
    tools: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Rater:
    """A reviewer: how sharp, how strict, how talkative, how fast."""

    name: str
    detect: float
    alarm: float
    lean: float
    notes: float
    pace: float
    share: float


@dataclass(frozen=True, slots=True)
class Panel:
    """The reviewers, what they write about each failure, and what the automated judge writes."""

    raters: tuple[Rater, ...]
    notes: Mapping[str, tuple[str, ...]]
    judge: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, str]


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(resource("demo", f"{name}.toml").read_text(encoding="utf-8"))


def _lists(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(value) for key, value in table.items() if isinstance(value, list)}


def _scenario(name: str, row: Mapping[str, Any]) -> Scenario:
    lists: dict[str, Any] = {
        key: tuple(row.get(key, ())) for key in ("near", "tools", "prices", "terms", "never")
    }
    words: dict[str, Any] = {key: row[key] for key in ("task", "article", "topic", "missing")}
    return Scenario(name=name, **words, **lists)


@cache
def world() -> World:
    """The firm, its prices and the situations of its customers."""
    data = _toml("world")
    return World(
        site=data["site"],
        money={key: (pair[0], pair[1]) for key, pair in data["money"].items()},
        rates={key: (pair[0], pair[1]) for key, pair in data["rates"].items()},
        terms={key: tuple(values) for key, values in data["terms"].items()},
        plans=tuple(data["plans"]),
        tariffs=tuple(data["tariffs"]),
        addons=tuple(data["addons"]),
        prompts=data["prompts"],
        tasks=data["tasks"],
        scenarios={name: _scenario(name, row) for name, row in data["scenarios"].items()},
        tools=data["tools"],
    )


def _exchange(row: Mapping[str, Any]) -> Exchange:
    return Exchange(tuple(row["q"]), tuple(row["a"]))


def _script(row: Mapping[str, Any]) -> Script:
    return Script(
        topic=row["topic"],
        first=_exchange(row),
        more=tuple(_exchange(item) for item in row.get("more", ())),
        invented=tuple((text, claim) for text, claim in row.get("invented", ())),
    )


@cache
def scenarios(language: str, task: str) -> tuple[Scenario, ...]:
    """The scenarios of a task that can be told in that language."""
    scripts = tongue(language).scripts
    return tuple(item for item in world().scenarios.values() if item.task == task and item.name in scripts)


@cache
def tongue(code: str) -> Tongue:
    """The words of one language; ``code`` is one of `LANGUAGES`."""
    data = _toml(code)
    tables = {name: data[name] for name in ("fee_name", "fee_free", "tariff_note")}
    tables["fee_name_plain"] = data.get("fee_name_plain", data["fee_name"])
    return Tongue(
        code=code,
        phrases=_lists(data),
        retry=_lists(data["retry"]),
        tables=tables,
        articles={key: Article(**row) for key, row in data["articles"].items()},
        scripts={key: _script(row) for key, row in data["scenarios"].items()},
    )


@cache
def panel() -> Panel:
    """The reviewers and their way of writing."""
    data = _toml("reviewers")
    raters = tuple(Rater(**row) for row in data["raters"])
    return Panel(raters, _lists(data["notes"]), _lists(data["judge"]), data["languages"])
