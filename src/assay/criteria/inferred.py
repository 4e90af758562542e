"""What a question must be whose answers came from elsewhere and that no rubric knows yet."""

import json
import re
from collections.abc import Iterable
from math import floor
from typing import get_args

from assay.model.criterion import Criterion, CriterionKind, Option

MOST_STEPS = 11
"""Whole numbers that span fewer steps than this or as many are a scale; 0 to 10 is the widest in use."""

_PASSES = {"pass": True, "yes": True, "true": True, "1": True, "good": True, "correct": True}
_FAILS = {"fail": False, "no": False, "false": False, "0": False, "bad": False, "incorrect": False}
_VERDICT = _PASSES | _FAILS
_OTHER = dict(zip(_PASSES, _FAILS, strict=True)) | dict(zip(_FAILS, _PASSES, strict=True))
# A single answer of "good" may well be one of three; these words come in pairs.
_ALONE = {"pass", "fail", "yes", "no", "true", "false", "0", "1"}

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,15})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def infer_criterion(name: str, values: Iterable[str], kind: str | None = None) -> Criterion:
    """The question called ``name`` whose answers were ``values``.

    ``kind`` is taken when the values can be answers of that kind; else, and without it, the values decide:
    two are binary; whole numbers in a small range are a scale, which passes above its middle; other numbers are a
    number; everything else is a choice. Options stand in the order of their keys.
    """
    answers = list(dict.fromkeys(values))
    chosen = _declared(answers, kind) or _from_values(answers)
    criterion = Criterion(name=name, kind=chosen, question=_question(name))
    if chosen == "binary":
        return criterion.model_copy(update={"options": _pair(answers)})
    if chosen == "scale":
        return criterion.model_copy(update=_steps(answers))
    if chosen in ("choice", "choices"):
        return criterion.model_copy(update={"options": _options(answers, several=chosen == "choices")})
    return criterion


def _declared(answers: list[str], kind: str | None) -> CriterionKind | None:
    """The kind the file gives, unless the answers cannot be of it."""
    known = next((one for one in get_args(CriterionKind) if one == kind), None)
    fits = {
        "binary": len(answers) <= 2,
        "scale": _is_scale(answers),
        "number": all(_NUMBER.fullmatch(answer) for answer in answers),
    }
    return known if fits.get(known or "", True) else None


def _from_values(answers: list[str]) -> CriterionKind:
    if len(answers) == 2 or (len(answers) == 1 and answers[0].casefold() in _ALONE):
        return "binary"
    if answers and _is_scale(answers):
        return "scale"
    if answers and all(_NUMBER.fullmatch(answer) for answer in answers):
        return "number"
    return "choice"


def _is_scale(answers: list[str]) -> bool:
    if not all(_WHOLE.fullmatch(answer) for answer in answers):
        return False
    steps = [int(answer) for answer in answers]
    return not steps or max(steps) - min(steps) < MOST_STEPS


def _pair(answers: list[str]) -> tuple[Option, ...]:
    """Both options, the one that passes first; a known word that stands alone gets its counterpart."""
    if not answers:
        return ()
    if len(answers) == 1:
        answers = [*answers, _counterpart(answers[0])] if answers[0].casefold() in _OTHER else answers
    verdicts = [_VERDICT.get(answer.casefold()) for answer in answers]
    if set(verdicts) != {True, False}:
        return tuple(Option(value=answer, label=answer) for answer in sorted(answers))
    options = (Option(value=a, label=a, passes=passes) for a, passes in zip(answers, verdicts, strict=True))
    return tuple(sorted(options, key=lambda option: not option.passes))


def _counterpart(answer: str) -> str:
    """The word that goes with a word, written in the same manner: ``Pass`` with ``Fail``."""
    other = _OTHER[answer.casefold()]
    return other.upper() if answer.isupper() else other.capitalize() if answer.istitle() else other


def _steps(answers: list[str]) -> dict[str, object]:
    """All whole numbers from the lowest to the highest seen; the upper half passes (of 1 to 5: 4 and 5)."""
    seen = sorted(int(answer) for answer in answers)
    if not seen:
        return {}
    low, high = seen[0], seen[-1]
    return {
        "options": tuple(Option(value=str(step), label=str(step)) for step in range(low, high + 1)),
        "minimum": float(low),
        "maximum": float(high),
        "pass_mark": float(floor((low + high) / 2) + 1) if high > low else None,
    }


def _options(answers: list[str], several: bool) -> tuple[Option, ...]:
    words = [word for answer in answers for word in _ticked(answer)] if several else answers
    return tuple(Option(value=word, label=word) for word in dict.fromkeys(words))


def _ticked(answer: str) -> list[str]:
    """The options ticked in an answer of several, which is a JSON list; else the answer itself."""
    try:
        ticked = json.loads(answer)
    except (ValueError, RecursionError):
        return [answer]
    return [str(one) for one in ticked] if isinstance(ticked, list) else [answer]


def _question(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] or name
