"""The attributes of a span, taken one by one; lists and objects that stand there flattened are put together again.

Flattened is what OpenInference and older conventions write: ``llm.input_messages.0.message.role``.
"""

from collections.abc import Callable
from typing import TypeVar

from assay.sources.fields.objects import Json, Malformed, Object
from assay.sources.spans.values import number_of, opened, settled, text_of, whole_of

T = TypeVar("T")

MOST_SEGMENTS = 32
"""Of a key of more parts than this the end is left as it is."""

_LONGEST_INDEX = 9
# Objects under these keys are attributes that somebody has put together already.
_NAMESPACES = (
    "llm", "input", "output", "session", "user", "tag", "prompt", "openinference", "retrieval", "tool", "gen_ai",
    "reranker", "embedding",
)  # fmt: skip


class Attributes:
    """A span's attributes. What nobody took is ``rest``, under the keys that the span gives."""

    def __init__(self, said: Object) -> None:
        self.rest: Object = {}
        for key, value in said.items():
            if key in _NAMESPACES and isinstance(value, dict):
                self.rest |= _flattened(key, value)
            elif value is not None:
                self.rest[key] = value
        self._beginnings = {key.partition(".")[0] for key in self.rest}

    def take(self, *keys: str) -> Json:
        """The value under the first of the keys that has one; others that say the same are taken with it."""
        found = next((self.rest[key] for key in keys if self.rest.get(key) is not None), None)
        for key in keys if found is not None else ():
            if key in self.rest and self.rest[key] == found:
                del self.rest[key]
        return found

    def text(self, *keys: str) -> str | None:
        """Text; a number or a truth becomes its text. Other values are left."""
        return self._first(keys, text_of)

    def number(self, *keys: str) -> float | None:
        """A finite number, or the text that spells one."""
        return self._first(keys, number_of)

    def whole(self, *keys: str) -> int | None:
        """A whole number, or the text that spells one."""
        return self._first(keys, whole_of)

    def _first(self, keys: tuple[str, ...], as_: Callable[[Json], T | None]) -> T | None:
        for key in keys:
            found = as_(self.rest.get(key))
            if found is not None:
                for same in keys:
                    if same in self.rest and as_(self.rest[same]) == found:
                        del self.rest[same]
                return found
        return None

    def tree(self, prefix: str) -> Json:
        """Everything under the prefix as the list or the object it was; the value of the prefix itself if that is all.

        JSON within text is opened. None where there is nothing.
        """
        if prefix.partition(".")[0] not in self._beginnings:
            return None
        begins = f"{prefix}."
        below = {key[len(begins) :]: self.rest[key] for key in self.rest if key.startswith(begins)}
        for key in below:
            del self.rest[begins + key]
        own = self.rest.pop(prefix, None)
        try:
            return settled(_together(expanded(opened(own)), unflattened(below) if below else None))
        except Malformed:  # keys within keys make a tree that no store can keep
            return _together(own, below or None)


def _together(own: Json, below: Json) -> Json:
    """A value of a key, and what stands under the keys below it."""
    if own is None or below is None:
        return below if own is None else own
    named = below if isinstance(below, dict) else {str(n): member for n, member in enumerate(below)}
    return {**own, **named} if isinstance(own, dict) else {"": own, **named}


def unflattened(flat: Object, levels: int = 4) -> Json:
    """The object (or list) whose keys were joined by dots. A value in the way of others stands under the key ""."""
    root: Object = {}
    for key, value in flat.items():
        segments = key.split(".", MOST_SEGMENTS)
        node = root
        for segment in segments[:-1]:
            inner = node.get(segment)
            if not isinstance(inner, _Branch):
                inner = _Branch() if segment not in node else _Branch({"": inner})
                node[segment] = inner
            node = inner
        last = segments[-1]
        if isinstance(node.get(last), _Branch):
            node[last][""] = value
        else:
            node[last] = value
    return _listed(root, levels)


class _Branch(dict[str, Json]):
    """An object made of flattened keys, and not one that a span gives as it is."""


def _listed(node: Object, levels: int) -> Json:
    """The branches as lists where all their keys are numbers."""
    made = {
        key: _listed(value, levels) if isinstance(value, _Branch) else expanded(value, levels)
        for key, value in node.items()
    }
    if made and all(key.isascii() and key.isdigit() and len(key) <= _LONGEST_INDEX for key in made):
        return [made[key] for key in sorted(made, key=int)]
    return made


def expanded(value: Json, levels: int = 4) -> Json:
    """The value with the objects in it put together whose keys are joined by dots, ``levels`` of such within such."""
    if isinstance(value, list):
        return [expanded(member, levels) for member in value]
    if not isinstance(value, dict) or levels == 0:
        return value
    if any("." in key for key in value):
        return unflattened(value, levels - 1)
    return {key: expanded(member, levels) for key, member in value.items()}


def _flattened(prefix: str, value: Object, levels: int = 4) -> Object:
    found: Object = {}
    for key, member in value.items():
        name = f"{prefix}.{key}"
        if isinstance(member, dict) and member and levels:
            found |= _flattened(name, member, levels - 1)
        else:
            found[name] = member
    return found
