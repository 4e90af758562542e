"""What stands on the right of a mapping's ``=``: where a value comes from. Nothing here is ever run.

- ``$.a.b`` or ``@.b``: a path (see `paths`).
- ``=some words``: these words.
- ``#file``, ``#folder``, ``#line``, ``#index``, ``#key``, ``#sha256``: what is known of the record's place.
- ``{task_id}-{trial}``: words with paths in braces; ``{task_id}`` is short for ``{$.task_id}``, braces are doubled.
- a list of these: the first that gives something.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Literal, get_args

from assay.base.ids import sha256
from assay.base.translation import tr
from assay.model.incoming import Place
from assay.sources.fields.objects import Fields, Json
from assay.sources.mapped.paths import NotAPath, Path, path

TimeUnit = Literal["auto", "iso", "unix", "unix_ms"]

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<inner>[^{}]*)\}|[^{}]+|[{}]")


class NotAnExpression(ValueError):  # noqa: N818 - a reason, told where the mapping is read
    """Why something cannot be a value's origin, as a sentence."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression is looked up in: the record, where it stood, and the member that is being read.

    ``where`` is the member's own path, ``index`` its number from 0, ``key`` its key or place.
    """

    record: Json
    place: Place
    item: Json = None
    where: str = "@"
    index: int = 0
    key: str = ""

    def members(self, each: Path) -> Iterator["Scope"]:
        """A scope for each member that a path leads to."""
        root = self.item if each.root == "@" else self.record
        for index, member in enumerate(each.members(root)):
            where = self.where + member.where[1:] if each.root == "@" else member.where
            yield Scope(self.record, self.place, member.value, where, index, member.key)


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where it was found, for the sentence that refuses it."""

    value: Json
    where: str


class Expression:
    """Where a value comes from. ``written`` is how the mapping says it."""

    written: str

    def found(self, scope: Scope) -> Found:
        """The value (None: there is none) and where it was found."""
        raise NotImplementedError

    def paths(self) -> tuple[Path, ...]:
        """The paths whose values are taken over whole, so that they need not be kept elsewhere."""
        return ()

    def needs_member(self) -> bool:
        """Whether it speaks of the member of a list."""
        return False


@dataclass(frozen=True, slots=True)
class Words(Expression):
    """Fixed words."""

    written: str

    def found(self, scope: Scope) -> Found:
        return Found(self.written[1:], self.written)


@dataclass(frozen=True, slots=True)
class At(Expression):
    """What a path leads to."""

    written: str
    path: Path

    def found(self, scope: Scope) -> Found:
        if self.path.root == "$":
            return Found(self.path.value(scope.record), self.written)
        return Found(self.path.value(scope.item), scope.where + self.written[1:])

    def paths(self) -> tuple[Path, ...]:
        return (self.path,)

    def needs_member(self) -> bool:
        return self.path.root == "@"


@dataclass(frozen=True, slots=True)
class About(Expression):
    """Something about the record's place, not in it."""

    written: str

    def found(self, scope: Scope) -> Found:
        return Found(_ABOUT[self.written](scope), self.written)

    def needs_member(self) -> bool:
        return self.written in ("#index", "#key")


@dataclass(frozen=True, slots=True)
class Template(Expression):
    """Words with values between them; without one of the values there is none."""

    written: str
    pieces: tuple[Expression, ...]

    def found(self, scope: Scope) -> Found:
        texts = []
        for piece in self.pieces:
            found = piece.found(scope)
            text = Fields({found.where: found.value}).text(found.where)
            if text is None:
                return Found(None, found.where)
            texts.append(text)
        return Found("".join(texts), self.written)

    def needs_member(self) -> bool:
        return any(piece.needs_member() for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class First(Expression):
    """The first of several that gives something."""

    written: str
    choices: tuple[Expression, ...]

    def found(self, scope: Scope) -> Found:
        for choice in self.choices:
            found = choice.found(scope)
            if found.value not in (None, ""):
                return found
        return Found(None, self.written)

    def paths(self) -> tuple[Path, ...]:
        return tuple(path for choice in self.choices for path in choice.paths())

    def needs_member(self) -> bool:
        return any(choice.needs_member() for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a time comes from and how it is written there; ``auto``: ISO 8601 or Unix seconds."""

    at: Expression
    unit: TimeUnit = "auto"


def expression(value: object) -> Expression:
    """The expression that a mapping's value spells. Raises NotAnExpression with the reason when it spells none."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, list) and value:
        choices = tuple(expression(member) for member in value)
        return First(", ".join(choice.written for choice in choices), choices)
    if not isinstance(value, str) or not value:
        raise NotAnExpression(tr("A path, or words with = before them, was expected."))
    if "\0" in value:
        raise NotAnExpression(tr("A NUL character cannot be kept."))
    try:
        return _expression(value)
    except NotAPath as fault:
        raise NotAnExpression(str(fault)) from fault


def moment(value: object) -> Moment:
    """Where a time comes from: an expression, or ``{ path = "$.at", as = "unix_ms" }``."""
    if isinstance(value, Moment):
        return value
    if not isinstance(value, dict):
        return Moment(expression(value))
    units = get_args(TimeUnit)
    if set(value) != {"path", "as"} or value["as"] not in units:
        reason = tr("A time is a path, or {{ path = …, as = … }} with one of {units}.")
        raise NotAnExpression(reason.format(units=", ".join(units)))
    return Moment(expression(value["path"]), value["as"])


def _expression(text: str) -> Expression:
    if text in ("$", "@") or text.startswith(("$.", "$[", "@.", "@[")):
        return At(text, path(text))
    if text.startswith("="):
        if len(text) == 1:
            raise NotAnExpression(tr("There are no words after the =."))
        return Words(text)
    if "{" in text or "}" in text:
        return _template(text)
    if text.startswith("#"):
        return _about(text)
    reason = tr(
        "“{text}” is neither a path nor words: write “$.{text}” for the field or “={text}” for the words."
    )
    raise NotAnExpression(reason.format(text=text))


def _about(text: str) -> About:
    if text not in _ABOUT:
        reason = tr("“{text}” is not known; there are {known}.")
        raise NotAnExpression(reason.format(text=text, known=", ".join(_ABOUT)))
    return About(text)


def _template(text: str) -> Template:
    pieces: list[Expression] = []
    for piece in _PIECE.finditer(text):
        said, inner = piece.group(), piece["inner"]
        if said in ("{", "}"):
            raise NotAnExpression(tr("“{text}” has a brace without its other half.").format(text=text))
        if inner is None:
            pieces.append(Words("=" + (said[0] if said in ("{{", "}}") else said)))
        elif inner.startswith("#"):
            pieces.append(_about(inner))
        else:
            pieces.append(_inner(inner.strip()))
    return Template(text, tuple(pieces))


def _inner(text: str) -> At:
    """The path between braces, where the beginning ``$.`` may be left out."""
    whole = text if text[:1] in ("$", "@") else f"$.{text}"
    return At(whole, path(whole))


def _canonical(record: Json) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_ABOUT: dict[str, Callable[[Scope], Json]] = {
    "#file": lambda scope: FilePath(scope.place.path).stem,
    "#folder": lambda scope: FilePath(scope.place.path).absolute().parent.name,
    "#line": lambda scope: scope.place.line,
    "#index": lambda scope: scope.index,
    "#key": lambda scope: scope.key,
    "#sha256": lambda scope: sha256(_canonical(scope.record)),
}
