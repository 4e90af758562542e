"""What a reviewer is not told before having decided: which machine it was, and what other machines thought of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from assay.model.trace import Step, Trace

VERDICT_STEPS = frozenset({"evaluator", "guardrail", "prompt"})
"""Steps that say what a machine thought, or in which wording it was asked."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_TELLING = re.compile(
    "models?|llm|engine|deployment|provider|vendor|fingerprint|logprobs?|evaluators?|evaluation|judges?|scores?"
    "|metrics?|verdict|groundedness|hallucination|faithfulness|relevance|toxicity|confidence|usage|cost"
)
_TELLING_PAIRS = frozenset(
    {("prompt", "version"), ("prompt", "name"), ("prompt", "id"), ("template", "version")}
)
_IDENTIFIER = re.compile(r"[\d_/:-]")
_SHORTEST_NAME = 2
HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class Blind:
    """The blind rule for one trace; ``names`` are the models, prompts and evaluators it knows of.

    It governs captions, steps and structured data. The words of a message are what is judged and stay as they
    are, whatever they say. ``keys`` says whether fields are hidden by their name: what a tool was asked and gave
    back is business, where a model may be a car and a cost a fare.
    """

    on: bool = True
    names: tuple[str, ...] = ()
    keys: bool = True

    def hides_key(self, key: str) -> bool:
        """Whether a field of that name would tell."""
        if not (self.on and self.keys):
            return False
        words = [word.lower() for word in _WORDS.findall(key[:200])]
        return any(map(_TELLING.fullmatch, words)) or not _TELLING_PAIRS.isdisjoint(pairwise(words))

    def of_tools(self) -> "Blind":
        """The rule for what tools were asked and gave back."""
        return replace(self, keys=False)

    def hides_step(self, step: Step) -> bool:
        """Whether the step as a whole would tell."""
        return self.on and step.kind in VERDICT_STEPS

    def without_names(self, text: str) -> str:
        """The text with every identifier that would tell, and the version behind it, replaced by an ellipsis."""
        if not self.on:
            return text
        for name in self.names:
            if _IDENTIFIER.search(name):
                text = re.sub(rf"{_pattern(name)}[\w.:-]*", HIDDEN, text, flags=re.IGNORECASE)
        return text

    def name_shown(self, name: str | None) -> str:
        """The name of a step or a speaker; empty where it would tell."""
        name = name or ""
        tells = self.on and any(re.search(_pattern(hidden), name, re.IGNORECASE) for hidden in self.names)
        return "" if tells else name


def blind_for(trace: Trace, on: bool) -> Blind:
    """The blind rule for a trace, with the names to keep back, longest first."""
    names = {name.strip() for name in _names(trace)}
    long_enough = (name for name in names if len(name) >= _SHORTEST_NAME)
    return Blind(on=on, names=tuple(sorted(long_enough, key=lambda name: (-len(name), name))))


def _pattern(name: str) -> str:
    return rf"(?<![^\W_]){re.escape(name)}"


def _names(trace: Trace) -> Iterator[str]:
    yield trace.model or ""
    yield (trace.prompt.name if trace.prompt else None) or ""
    for step in trace.steps:
        yield step.model or ""
    for metric in trace.metrics:
        yield metric.evaluator or ""
