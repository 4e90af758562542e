"""What the assistant says: a right answer, and what it said instead where it went wrong."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from assay.sources.demo.grammar import has_essential, render, slots_of
from assay.sources.demo.situation import Money, Rate, Situation, Words, house_words, said
from assay.sources.demo.texts import LANGUAGES, Scenario, Tongue, tongue, world

_LINE_END = re.compile(r" +(?=\n|$)")
_ELISION = re.compile(r"\bde (?=(?:août|avril|octobre)\b)")


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of an answer only because it was made up: is it good, and if not, how does it fail?

    ``wrong`` and ``right`` are the figures as written; ``claim`` is the rule nobody made; ``other`` is what an
    answer to another question was about; ``subtle`` failures are easily overlooked.
    """

    failure: str | None = None
    form: str = ""
    wrong: str = ""
    right: str = ""
    claim: str = ""
    other: str = ""
    answered: str = ""
    topic: str = ""
    missing: str = ""
    article: str = ""
    subtle: bool = False

    @property
    def good(self) -> bool:
        """Whether the answer is a good one."""
        return self.failure is None


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be answered: the scenario, the follow-up (None: the first question), in which style."""

    scenario: Scenario
    follow_up: int | None
    language: str
    situation: Situation
    prompt: str
    draft: bool
    turn: int
    again: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer, the right one it should have been, what is known of it, and which article misled it."""

    text: str
    right: str
    truth: Truth
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around an answer."""

    before: str
    after: str


def mended(text: str, language: str) -> str:
    """The text without blanks at the ends of lines, and with French elision before months that begin with a vowel."""
    text = _LINE_END.sub("", text)
    return _ELISION.sub("d'", text) if language == "fr" else text


def possible(task: Task) -> list[str]:
    """The failures that an answer to this task can have."""
    first = task.follow_up is None
    templates = _templates(task)
    found = {
        "wrong_price": bool(_usable(templates, task.scenario.prices)),
        "invented_policy": first and bool(tongue(task.language).scripts[task.scenario.name].invented),
        "incomplete": first and any(has_essential(template) for template in templates),
        "off_question": True,
        "refusal": True,
        "wrong_tone": True,
        "wrong_language": first and bool(_other_languages(task)),
    }
    return [name for name, can in found.items() if can and name not in task.scenario.never]


def answer(rng: Random, task: Task, failure: str | None) -> Spoken:
    """An answer to the task that is good (``failure`` None) or fails in the named way, which must be possible."""
    makers: dict[str | None, Callable[[Random, Task], Spoken]] = {
        None: _good,
        "wrong_price": _wrong_price,
        "invented_policy": _invented,
        "incomplete": _incomplete,
        "off_question": _off_question,
        "refusal": _refusal,
        "wrong_tone": _wrong_tone,
        "wrong_language": _wrong_language,
    }
    return makers[failure](rng, task)


def _templates(task: Task) -> tuple[str, ...]:
    return tongue(task.language).scripts[task.scenario.name].exchange(task.follow_up).answers


def _usable(templates: tuple[str, ...], slots: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(template, slot) for template in templates for slot in slots if slot in slots_of(template)]


def _other_languages(task: Task) -> list[str]:
    others = [
        code for code in LANGUAGES if code != task.language and task.scenario.name in tongue(code).scripts
    ]
    return others[:1] if task.language != "en" else others


def _truth(rng: Random, task: Task, failure: str, **known: str) -> Truth:
    title = tongue(task.language).articles[task.scenario.article].title
    scenario = task.scenario
    return Truth(
        failure,
        topic=scenario.topic,
        missing=scenario.missing,
        article=title,
        subtle=rng.random() < 0.1,
        **known,
    )


def _frame(rng: Random, task: Task, words: Words, *, warm: bool = True) -> _Frame:
    """Greeting and farewell, by prompt version: v12 was warm, v13 and v14 come to the point."""
    phrases = tongue(task.language).phrases
    if task.draft:
        before = render(rng.choice(phrases["draft_open"]), words, rng) + "\n\n"
        return _Frame(before, render(rng.choice(phrases["draft_close"]), words, rng))
    warmth = {"v12": 0.8, "v13": 0.45, "v14": 0.35}[task.prompt]
    opener = _opener(rng, task, phrases, warmth) if warm else ""
    closer = rng.choice(phrases["close_warm"]) if warm and rng.random() < warmth - 0.12 else ""
    return _Frame(render(opener, words, rng), render(closer, words, rng))


def _opener(rng: Random, task: Task, phrases: Mapping[str, tuple[str, ...]], warmth: float) -> str:
    if task.again:
        return rng.choice(phrases["sorry_open"])
    if rng.random() > warmth:
        return ""
    if task.turn > 0:
        return rng.choice(phrases["open_short"]) if task.follow_up is None and rng.random() < 0.5 else ""
    # Without a look at the account the assistant does not know who is asking.
    known = bool(task.scenario.tools)
    return rng.choice([text for text in phrases["open_warm"] if known or "{first}" not in text])


def _framed(task: Task, frame: _Frame, body: str) -> str:
    return mended(_led(frame.before, body) + frame.after, task.language)


def _led(before: str, body: str) -> str:
    """An opener and what it leads to; a salutation, and whatever stands before a table, gets a line of its own."""
    apart = before.endswith(", ") or (before and body.startswith("|"))
    return before.rstrip() + "\n\n" + body if apart else before + body


def _body(rng: Random, template: str, words: Words, *, complete: bool = True) -> str:
    return render(template, words, Random(rng.getrandbits(64)), complete=complete)  # noqa: S311 - repeatable


def _good(rng: Random, task: Task) -> Spoken:
    words = Words(task.situation, task.language)
    frame = _frame(rng, task, words)
    text = _framed(task, frame, _body(rng, rng.choice(_templates(task)), words))
    return Spoken(text, text, Truth())


def _twins(
    rng: Random, task: Task, template: str, changed: Mapping[str, str], *, complete: bool = True
) -> tuple[str, str, _Frame]:
    """The same answer twice: with the changed words (or what is essential left out), and as it should be."""
    words = Words(task.situation, task.language)
    frame = _frame(rng, task, words)
    dice = rng.getrandbits(64)
    flawed = render(template, words.but(changed), Random(dice), complete=complete)  # noqa: S311 - repeatable
    right = render(template, words, Random(dice))  # noqa: S311 - repeatable on purpose
    return flawed, right, frame


def _wrong_price(rng: Random, task: Task) -> Spoken:
    template, slot = rng.choice(_usable(_templates(task), task.scenario.prices))
    words = Words(task.situation, task.language)
    wrong = _misquote(rng, task, slot)
    flawed, right, frame = _twins(rng, task, template, {slot: wrong})
    truth = _truth(rng, task, "wrong_price", form="wrong_price", wrong=wrong, right=words[slot])
    return Spoken(_framed(task, frame, flawed), _framed(task, frame, right), truth)


def _misquote(rng: Random, task: Task, slot: str) -> str:
    """A price that is nowhere on the list: mostly the former one, always so under the prompt with the old sheet."""
    value = task.situation.facts.get(slot)
    here = world()
    if value is None:
        now, old = {**here.money, **here.rates}[slot]
    elif isinstance(value, Rate):
        # Every price on the list is a different one, so the price itself finds its row.
        now, old = next(pair for pair in here.rates.values() if pair[0] == value.cents)
    else:
        now, old = next(
            pair for pair in here.money.values() if isinstance(value, Money) and pair[0] == value.euros
        )
    current = {pair[0] for pair in (*here.money.values(), *here.rates.values())}
    others = [
        round(price, 2) for price in (now + 5, now * 0.8, now + 1, now - 2) if round(price, 2) not in current
    ]
    wrong = old if task.prompt == "v14" or rng.random() < 0.6 else rng.choice(others)
    is_rate = isinstance(value, Rate) or slot in here.rates
    return said(Rate(wrong) if is_rate else Money(wrong), task.language)


def _invented(rng: Random, task: Task) -> Spoken:
    terms = _usable(_templates(task), task.scenario.terms)
    if terms and rng.random() < 0.45:
        return _wrong_term(rng, task, *rng.choice(terms))
    invented, claim = rng.choice(tongue(task.language).scripts[task.scenario.name].invented)
    words = Words(task.situation, task.language)
    _, right, frame = _twins(rng, task, rng.choice(_templates(task)), {})
    addition = render(invented, words, rng)
    truth = _truth(rng, task, "invented_policy", form="invented_policy", claim=claim, wrong=addition)
    return Spoken(_framed(task, frame, _joined(rng, right, addition)), _framed(task, frame, right), truth)


def _joined(rng: Random, body: str, sentence: str) -> str:
    """The sentence after the body, in a paragraph of its own after lists and tables."""
    listed = body.rsplit("\n", 1)[-1].startswith(("-", "|", "1", "2", "3", "4"))
    apart = listed or ("\n" not in body[-160:] and rng.random() < 0.4)
    return body + ("\n\n" if apart else " ") + sentence


def _wrong_term(rng: Random, task: Task, template: str, slot: str) -> Spoken:
    right_value, *wrong_values = world().terms[slot]
    wrong = str(rng.choice(wrong_values))
    flawed, right, frame = _twins(rng, task, template, {slot: wrong})
    known = {"wrong": _with_unit(slot, wrong), "right": _with_unit(slot, str(right_value))}
    truth = _truth(
        rng, task, "invented_policy", form="wrong_term", claim="a different period or number", **known
    )
    return Spoken(_framed(task, frame, flawed), _framed(task, frame, right), truth)


def _with_unit(slot: str, number: str) -> str:
    units = {
        "outage_hours": "hours",
        "ticket_hours": "hours",
        "move_weeks": "weeks",
        "instalments": "instalments",
    }
    return f"{number} {units.get(slot, 'months' if slot in ('min_term', 'fixed_months') else 'days')}"


def _incomplete(rng: Random, task: Task) -> Spoken:
    template = rng.choice([template for template in _templates(task) if has_essential(template)])
    flawed, right, frame = _twins(rng, task, template, {}, complete=False)
    truth = _truth(rng, task, "incomplete", form="incomplete")
    return Spoken(_framed(task, frame, flawed), _framed(task, frame, right), truth)


def _off_question(rng: Random, task: Task) -> Spoken:
    speech = tongue(task.language)
    options = [name for name in speech.scripts if _confusable(world().scenarios[name], task.scenario)]
    other = world().scenarios[rng.choice(options)]
    words = Words(task.situation, task.language)
    frame = _frame(rng, task, words)
    body = _body(rng, rng.choice(speech.scripts[other.name].first.answers), words)
    right = _body(rng, rng.choice(_templates(task)), words)
    truth = _truth(rng, task, "off_question", form="off_question", other=other.topic)
    instead = other.name if rng.random() < 0.6 else None
    return Spoken(_framed(task, frame, body), _framed(task, frame, right), truth, instead)


def _confusable(other: Scenario, asked: Scenario) -> bool:
    near = other.article in asked.near or other.task == asked.task
    return near and other.name != asked.name and other.article != asked.article


def _refusal(rng: Random, task: Task) -> Spoken:
    speech = tongue(task.language)
    words = Words(task.situation, task.language)
    topic = speech.scripts[task.scenario.name].topic
    _, right, frame = _twins(rng, task, rng.choice(_templates(task)), {})
    named = words.but({"topic": topic, "topic_start": topic[:1].upper() + topic[1:]})
    body = render(rng.choice(speech.phrases["refusals"]), named, rng)
    plain = frame if task.draft else _Frame("", "")
    return Spoken(
        _framed(task, plain, body), _framed(task, frame, right), _truth(rng, task, "refusal", form="refusal")
    )


def _wrong_tone(rng: Random, task: Task) -> Spoken:
    speech: Tongue = tongue(task.language)
    words = Words(task.situation, task.language)
    _, right, frame = _twins(rng, task, rng.choice(_templates(task)), {})
    before = render(rng.choice(speech.phrases["tone_open"]), words, rng)
    after = render(rng.choice(speech.phrases["tone_close"]), words, rng)
    listed = right.rsplit("\n", 1)[-1].startswith(("-", "|", "1", "2", "3", "4"))
    body = _led(before, right) + ("\n\n" + after.strip() if listed and after else after)
    around = frame if task.draft else _Frame("", "")
    truth = _truth(rng, task, "wrong_tone", form="wrong_tone", wrong=before.strip())
    return Spoken(_framed(task, around, body), _framed(task, frame, right), truth)


def _wrong_language(rng: Random, task: Task) -> Spoken:
    code = rng.choice(_other_languages(task))
    words = Words(task.situation, task.language)
    frame = _frame(rng, task, words)
    right = _body(rng, rng.choice(_templates(task)), words)
    foreign = tongue(code).scripts[task.scenario.name].first.answers
    body = _body(rng, rng.choice(foreign), Words(task.situation, code))
    truth = _truth(rng, task, "wrong_language", form="wrong_language", answered=code)
    around = frame if task.draft and rng.random() < 0.5 else _Frame("", "")
    return Spoken(_framed(task, around, mended(body, code)), _framed(task, frame, right), truth)


def prompt_text(version: str) -> str:
    """The instructions of that prompt version."""
    return world().prompts[version].format_map(house_words("en"))
