"""The small grammar the demo's texts are written in.

``[[a||b]]`` chooses one, ``{slot}`` fills one in, ``<<…>>`` encloses what an incomplete answer leaves out. Two
renderings with equally seeded randomness make the same choices, whether or not something is left out: that is how
an answer and its flawed twin come to differ in the flaw alone.
"""

import re
from functools import lru_cache
from random import Random
from typing import NamedTuple, Protocol

_TOKENS = re.compile(r"(\[\[|\|\||\]\]|<<|>>|\{[a-z0-9_]+\})")
_NUMBERED = re.compile(r"^\d+(?=\. )", re.MULTILINE)


class Wording(Protocol):
    """What fills the slots: a dictionary will do."""

    def __getitem__(self, slot: str, /) -> str:
        """The word for a slot; KeyError when there is none."""
        ...


class Slot(NamedTuple):
    """A place to be filled in."""

    name: str


class Choice(NamedTuple):
    """One of several ways to go on."""

    options: "tuple[tuple[Node, ...], ...]"


class Essential(NamedTuple):
    """What an incomplete answer leaves out."""

    nodes: "tuple[Node, ...]"


Node = str | Slot | Choice | Essential


@lru_cache(maxsize=8192)
def parsed(template: str) -> tuple[Node, ...]:
    """The template as nodes. Raises ValueError where a bracket is not closed or stands alone."""
    tokens = [token for token in _TOKENS.split(template) if token]
    nodes, rest = _sequence(tokens, 0, ())
    if rest != len(tokens):
        raise ValueError(f"a stray {tokens[rest]} in: {template}")
    return nodes


def _sequence(tokens: list[str], at: int, ends: tuple[str, ...]) -> tuple[tuple[Node, ...], int]:
    nodes: list[Node] = []
    while at < len(tokens) and tokens[at] not in ("||", "]]", ">>"):
        here = tokens[at]
        if here == "[[":
            node, at = _choice(tokens, at + 1)
            nodes.append(node)
        elif here == "<<":
            inner, at = _sequence(tokens, at + 1, (">>",))
            nodes.append(Essential(inner))
            at += 1
        else:
            nodes.append(Slot(here[1:-1]) if here.startswith("{") and here.endswith("}") else here)
            at += 1
    if ends and (at >= len(tokens) or tokens[at] not in ends):
        raise ValueError(f"no {' or '.join(ends)} in: {''.join(tokens)}")
    return tuple(nodes), at


def _choice(tokens: list[str], at: int) -> tuple[Choice, int]:
    options: list[tuple[Node, ...]] = []
    while True:
        option, at = _sequence(tokens, at, ("||", "]]"))
        options.append(option)
        at += 1
        if tokens[at - 1] == "]]":
            return Choice(tuple(options)), at


@lru_cache(maxsize=8192)
def slots_of(template: str) -> frozenset[str]:
    """The names of all slots the template may fill."""
    return frozenset(match[1:-1] for match in re.findall(r"\{[a-z0-9_]+\}", template))


def has_essential(template: str) -> bool:
    """Whether an incomplete form of the template exists."""
    return "<<" in template


def render(template: str, words: Wording, rng: Random, *, complete: bool = True) -> str:
    """The template in words. Raises KeyError for a slot that has no word."""
    text = _render(parsed(template), words, rng, complete)
    return text if complete else _tidy(text)


def _render(nodes: tuple[Node, ...], words: Wording, rng: Random, complete: bool) -> str:
    out: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            out.append(node)
        elif isinstance(node, Slot):
            out.append(words[node.name])
        elif isinstance(node, Choice):
            out.append(_render(node.options[rng.randrange(len(node.options))], words, rng, complete))
        else:
            # Rendered even when left out, so that the randomness stays in step.
            essential = _render(node.nodes, words, rng, complete)
            out.append(essential if complete else "")
    return "".join(out)


def _tidy(text: str) -> str:
    """Mend the seams where something was left out: numbering, blanks, a comma before the end."""
    count = 0

    def next_number(_: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return str(count)

    text = _NUMBERED.sub(next_number, text)
    text = re.sub(r",\s*$", ".", re.sub(r"[ \t]{2,}", " ", text).strip())
    return re.sub(r"\n{3,}", "\n\n", text)
