"""Paths into a record: ``$.a.b[0]["odd key"][*]``. They are looked up, never run, in time linear to the record.

``$`` is the record, ``@`` the member of a list that is being read (see ``each``). A step is a key (``.name``, or in
quotes ``["any key"]``), a place in a list (``[0]``; ``[-1]`` is the last), or every member of a list or object
(``[*]``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assay.base.translation import tr
from assay.sources.fields.objects import Json, Malformed

LONGEST_PATH = 1000

Segment = str | int | None
"""A key, a place in a list, or None for every member."""

_SEGMENT = re.compile(
    r"""\.(?P<name>[\w-]+)
    | \[(?P<place>-?[0-9]{1,9})\]
    | \[(?P<every>\*)\]
    | \[(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\]""",
    re.VERBOSE,
)
_PLAIN_KEY = re.compile(r"[\w-]+")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class NotAPath(ValueError):  # noqa: N818 - a reason, told where the mapping is read
    """Why a text is no path, as a sentence."""


@dataclass(frozen=True, slots=True)
class Member:
    """Something a path leads to: its own path, its key (or place) under the last ``[*]``, and itself."""

    where: str
    key: str
    value: Json


@dataclass(frozen=True, slots=True)
class Path:
    """A path as it was ``written``; ``root`` is ``$`` or ``@``."""

    written: str
    root: str
    segments: tuple[Segment, ...]

    @property
    def several(self) -> bool:
        """Whether it leads to a list of what it finds."""
        return None in self.segments

    @property
    def keys(self) -> tuple[str, ...] | None:
        """The keys it goes along, where it goes along keys alone (a last ``[*]`` aside); else None."""
        segments = self.segments[:-1] if self.segments[-1:] == (None,) else self.segments
        keys = tuple(segment for segment in segments if isinstance(segment, str))
        return keys if len(keys) == len(segments) else None

    def value(self, root: Json) -> Json:
        """What it leads to, None where that is nowhere; with ``[*]`` the list of everything it leads to."""
        if not self.several:
            return _down(root, self.segments)
        return [member.value for member in self.members(root)]

    def members(self, root: Json) -> Iterator[Member]:
        """Everything it leads to. Raises Malformed where ``[*]`` meets text or a number."""
        level = [Member(self.root, "", root)]
        start = 0
        for at, segment in enumerate(self.segments):
            if segment is None:
                between = self.segments[start:at]
                level = [below for member in level for below in self._below(member, between)]
                start = at + 1
        rest = self.segments[start:]
        for member in level:
            found = _down(member.value, rest)
            if found is not None or not rest:
                yield Member(member.where + _tail(rest), member.key, found)

    def _below(self, member: Member, between: Sequence[Segment]) -> Iterator[Member]:
        where, value = member.where + _tail(between), _down(member.value, between)
        if isinstance(value, list):
            yield from (Member(f"{where}[{n}]", str(n), below) for n, below in enumerate(value))
        elif isinstance(value, dict):
            yield from (Member(f"{where}{_tail((key,))}", key, below) for key, below in value.items())
        elif value is not None:
            reason = tr("“{where}” is not a list, as “{path}” has it.")
            raise Malformed(reason.format(path=self.written, where=where))


def path(text: str) -> Path:
    """The path a text spells. Raises NotAPath with the reason when it spells none."""
    if len(text) > LONGEST_PATH:
        raise NotAPath(tr("A path is at most {limit} characters long.").format(limit=LONGEST_PATH))
    if text[:1] not in ("$", "@"):
        raise NotAPath(tr("“{text}” is no path: a path begins with $ or @.").format(text=text))
    segments: list[Segment] = []
    at = 1
    while at < len(text):
        found = _SEGMENT.match(text, at)
        if found is None:
            reason = tr('“{text}” is no path: “{rest}” is neither .name nor [0] nor [*] nor ["a key"].')
            raise NotAPath(reason.format(text=text, rest=text[at : at + 20]))
        segments.append(_segment(found))
        at = found.end()
    return Path(text, text[0], tuple(segments))


def written(keys: Sequence[Segment], root: str = "$") -> str:
    """The path along these keys, as a person would write it."""
    return root + _tail(keys)


def _segment(found: re.Match[str]) -> Segment:
    if found["every"]:
        return None
    if found["place"]:
        return int(found["place"])
    return found["name"] or _ESCAPED.sub(r"\1", found["quoted"][1:-1])


def _down(value: Json, segments: Sequence[Segment]) -> Json:
    for segment in segments:
        if isinstance(segment, str):
            value = value.get(segment) if isinstance(value, dict) else None
        elif isinstance(segment, int) and isinstance(value, list):
            value = value[segment] if -len(value) <= segment < len(value) else None
        else:
            return None
    return value


def _tail(segments: Sequence[Segment]) -> str:
    return "".join(_spelled(segment) for segment in segments)


def _spelled(segment: Segment) -> str:
    if segment is None:
        return "[*]"
    if isinstance(segment, int):
        return f"[{segment}]"
    if _PLAIN_KEY.fullmatch(segment):
        return f".{segment}"
    return '["{}"]'.format(segment.replace("\\", "\\\\").replace('"', '\\"'))
