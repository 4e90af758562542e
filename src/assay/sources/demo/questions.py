"""What customers write: in the chat with greetings and slips, in e-mails with all that stands around a question."""

import re
from random import Random

from assay.sources.demo.answers import Task, mended
from assay.sources.demo.grammar import render
from assay.sources.demo.people import Customer
from assay.sources.demo.situation import Words
from assay.sources.demo.texts import tongue

_NAMES = (
    "Fibre",
    "Green",
    "Night",
    "Mesh",
    "Fixed",
    "TV",
    "Call",
    "Backup",
    "Harbour",
    "Tarnwick",
    "Netflix",
    "Zoom",
)
_KEPT = ("I", "I'm", "I'd", "Teams", "Internet")
# German nouns keep their capital, so only words that open a sentence lose it.
_GERMAN_OPENERS = re.compile(
    r"(?:Warum|Was|Wie|Ich|Kann|Auf|Die|Bitte|Welche|In|Wir|Habe|Bin|Beim|Ihre|Meine|Ist|Überlege|Könnten|Bevor|Ziehe"
    r"|Geht|Und|Steigt|Muss|Stimmt|Davor|Hab|Das|Der)"
)
_BLANKS = re.compile(r" {2,}")
_SENTENCE_START = re.compile(r"(?<=[.!?] )[a-zäöüéàê]")
_LOYAL_TASKS = ("refund", "billing_question", "technical_fault")


def question(rng: Random, task: Task, customer: Customer, prefix: str) -> tuple[str, str]:
    """What the customer writes, led in by ``prefix``, and the bare question in it."""
    words = Words(task.situation, task.language)
    options = tongue(task.language).scripts[task.scenario.name].exchange(task.follow_up).questions
    asked = _BLANKS.sub(" ", mended(render(rng.choice(options), words, rng), task.language)).strip()
    if task.draft:
        return _mail(rng, task, asked), asked
    text = _greeted(rng, task, asked, prefix)
    if task.turn == 0 and rng.random() < 0.24:
        text = _thanking(rng, task, text)
    return _worn(rng, text.strip(), customer.manner), asked


def _greeted(rng: Random, task: Task, asked: str, prefix: str) -> str:
    if prefix:
        run_on = prefix.rstrip().endswith((":", ",", " and"))
        return prefix + (_small(asked, task.language) if run_on else asked)
    if task.turn > 0 or rng.random() > 0.4:
        return asked
    greeting = rng.choice(tongue(task.language).phrases["greet_user"])
    return greeting + (_small(asked, task.language) if greeting.endswith(", ") else asked)


def _thanking(rng: Random, task: Task, text: str) -> str:
    thanks = render(
        rng.choice(tongue(task.language).phrases["thank_user"]), Words(task.situation, task.language), rng
    )
    runs_on = thanks[1:2].islower() or thanks[1:2] == "("
    return text + ("" if runs_on or text.endswith((".", "?", "!")) else ".") + thanks


def _small(text: str, language: str) -> str:
    """With a small first letter, except for names and, in German, nouns."""
    word = text.split(" ", 1)[0].rstrip(",.:!?")
    if language == "de" and not _GERMAN_OPENERS.fullmatch(word):
        return text
    if word in _KEPT or word.startswith(_NAMES) or word[1:] != word[1:].lower():
        return text
    return text[:1].lower() + text[1:]


def _mail(rng: Random, task: Task, asked: str) -> str:
    phrases = tongue(task.language).phrases
    words = Words(task.situation, task.language)
    loyal = task.scenario.task in _LOYAL_TASKS and task.scenario.name != "withdrawal"
    details = [text for text in phrases["mail_detail"] if loyal or "{since_year}" not in text]
    body = asked[:1].upper() + asked[1:]
    body += "" if body.endswith((".", "?", "!")) else "?" if task.scenario.task == "pricing_question" else "."
    body = _SENTENCE_START.sub(lambda match: match[0].upper(), body)
    chosen = " ".join(rng.sample(details, rng.choice((1, 1, 2, 3))))
    picked = render(chosen, words, rng)
    order = f"{body}\n\n{picked}" if rng.random() < 0.7 else f"{body} {picked}"
    said = [slot for slot in ("{number}", "{street}") if slot in chosen]
    closings = [text for text in phrases["mail_close"] if not any(slot in text for slot in said)]
    closing = render(rng.choice(closings), words, rng)
    return f"{rng.choice(phrases['mail_open'])}\n\n{order}\n\n{closing}"


def _worn(rng: Random, text: str, manner: str) -> str:
    """The text as this customer types: tidy, without care for capitals and full stops, or with slips."""
    if manner == "tidy":
        return text
    if rng.random() < 0.6:
        text = text[:1].lower() + text[1:]
    if rng.random() < 0.5 and text.endswith((".", "?")) and text.count("?") + text.count(".") == 1:
        text = text[:-1].rstrip()
    if manner == "sloppy":
        text = _slip(rng, text.replace("'", "") if rng.random() < 0.3 else text)
    return text


def _slip(rng: Random, text: str) -> str:
    """One typing slip in a longer word: two letters swapped or one lost."""
    words = text.split(" ")
    long = [index for index, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not long:
        return text
    index = rng.choice(long)
    word = words[index]
    at = rng.randrange(1, len(word) - 2)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    words[index] = swapped if rng.random() < 0.6 else word[:at] + word[at + 1 :]
    return " ".join(words)
