"""A record of a file, and what can be saved of one that breaks off."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assay.model.incoming import Place, Rejected
from assay.sources.fields.objects import Json, Malformed
from assay.sources.spans.values import DEEPEST_RECORD, excerpt, settled

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(\s*:)?|["\[\]{}]', re.DOTALL)
_CLOSING = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the records of a document are: in lists under the keys ``lists``.

    ``mends``: of a record that is cut, the whole members of lists under these keys are worth having.
    """

    lists: frozenset[str]
    mends: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A record, and the key of the list it stood in; the key is empty for one that stood by itself."""

    place: Place
    key: str
    value: Json


def settled_record(place: Place, key: str, value: Json) -> Iterator[Found | Rejected]:
    """The record as it can be kept, or refused."""
    try:
        yield Found(place, key, settled(value, DEEPEST_RECORD))
    except Malformed as malformed:
        yield Rejected(place, str(malformed), excerpt(value))


def parted(value: Json, layout: Layout) -> Iterator[tuple[str, Json]]:
    """The members of the lists that an object is there to hold, each with the list's key; else the value itself."""
    keys = layout.lists.intersection(value) if isinstance(value, dict) else ()
    lists = [key for key in keys if isinstance(value[key], list)]
    if not lists:
        yield "", value
    for key in sorted(lists):
        yield from ((key, member) for member in value[key])


def mended(text: str, layout: Layout) -> Json:
    """What is whole of a JSON value that breaks off: up to the last whole member of a list worth having.

    None where there is nothing whole.
    """
    end, closing = _last_whole_member(text, layout.mends)
    try:
        return json.loads(text[:end] + closing) if end else None
    except json.JSONDecodeError as error:  # damaged before the place where it breaks off
        end, closing = _last_whole_member(text[: error.pos], layout.mends)
    except (ValueError, RecursionError):
        return None
    try:
        return json.loads(text[:end] + closing) if end else None
    except (ValueError, RecursionError):
        return None


def _last_whole_member(text: str, lists: frozenset[str]) -> tuple[int, str]:
    """Where it ends, and the brackets that close what is open there; (0, "") where there is none."""
    standing: list[tuple[str, str]] = []
    key, end, closing = "", 0, ""
    for token in _TOKEN.finditer(text) if lists else ():
        sign = token[0]
        if sign in _CLOSING:
            standing.append((sign, key))
        elif sign in ("}", "]"):
            if not standing or _CLOSING[standing.pop()[0]] != sign:
                break
            if standing and standing[-1][0] == "[" and standing[-1][1] in lists:
                end, closing = token.end(), "".join(_CLOSING[bracket] for bracket, _ in reversed(standing))
        elif sign == '"':
            break
        key = sign[1 : sign.rindex('"')] if token[1] else ""
    return end, closing
