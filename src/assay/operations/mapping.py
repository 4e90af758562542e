"""Mappings: read from TOML and checked, with the line of whatever is amiss. docs/mapping.md tells every key."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from assay.base.errors import Refused, Unavailable
from assay.base.translation import tr
from assay.model.criterion import CriterionKind
from assay.model.trace import BehaviourKind, MetricSource, StepKind
from assay.sources.mapped.expressions import Words
from assay.sources.mapped.judgements import RATER_KINDS
from assay.sources.mapped.mapping import (
    BehaviourTable,
    Mapping,
    MetricTable,
    Passages,
    ReviewTable,
    Spot,
    StepTable,
    Table,
    each_of,
    expressions_of,
    tables_of,
)

LONGEST_MAPPING = 1 << 16

_LONGEST_VALUE = 200  # lines; behind a longer one the line that is told may be wrong
_LINE = re.compile(r"\(at line (\d+), column \d+\)$")
_OURS = ("value_error", "assertion_error")
_CHOICES: dict[type[Table], dict[str, tuple[str, ...]]] = {
    StepTable: {"kind": get_args(StepKind)},
    MetricTable: {"source": get_args(MetricSource)},
    BehaviourTable: {"kind": get_args(BehaviourKind)},
    ReviewTable: {"kind": get_args(CriterionKind), "rater_kind": RATER_KINDS},
}


def load_mapping(path: Path) -> Mapping:
    """The mapping of that file.

    Raises Refused, with the line, when it is no mapping, and Unavailable when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_MAPPING + 1)
    except FileNotFoundError as error:
        raise Refused(tr("There is no file {path}.").format(path=path), tr("Check the path.")) from error
    except OSError as error:
        what = tr("{path} cannot be read: {why}.").format(path=path, why=error.strerror or error)
        raise Unavailable(what) from error
    if len(data) > LONGEST_MAPPING:
        raise _refused(
            path.name, 1, tr("A mapping is at most {limit} KB long.").format(limit=LONGEST_MAPPING >> 10)
        )
    try:
        return mapping_of(data.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(path.name, line, tr("It is not UTF-8 text.")) from error


def mapping_of(text: str, name: str) -> Mapping:
    """The mapping that a text in TOML spells; ``name`` is what the sentences call it. Raises Refused."""
    text = text.replace("\r\n", "\n")
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise _refused(name, line, tr("It is not TOML: {fault}.").format(fault=_fault(error))) from error
    try:
        mapping = Mapping.model_validate(tables)
    except ValidationError as error:
        spot, what = _told(error)
        raise _refused(name, _line(text, spot), what) from error
    for spot, what in _faults(mapping):
        raise _refused(name, _line(text, spot), what)
    return mapping


def _refused(name: str, line: int, what: str) -> Refused:
    said = tr("“{name}”, line {line}: {what}").format(name=name, line=line, what=what)
    return Refused(said, tr("Change the mapping and try again."))


def _fault(error: Exception) -> str:
    return _LINE.sub("", str(error)).strip().rstrip(".") or type(error).__name__


# What the tables themselves say is amiss


def _told(error: ValidationError) -> tuple[Spot, str]:
    """The first fault: where it is and what it is."""
    found = error.errors(include_url=False)
    # A key that is misspelled is also one that is missing; the misspelling is what there is to mend.
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    spot: Spot = tuple(first["loc"])
    where, key = _heading(spot[:-1]), str(spot[-1]) if spot else ""
    if first["type"] == "extra_forbidden":
        known = ", ".join(_keys(spot[:-1]))
        return spot, tr("{where} has no key “{key}”. There are: {known}.").format(
            where=where, key=key, known=known
        )
    if first["type"] == "missing":
        return spot, tr("{where} needs “{key}”.").format(where=where, key=key)
    if first["type"] in _OURS:
        return spot, str(first.get("ctx", {}).get("error", first["msg"]))
    if first["type"].startswith(("model_", "dict_", "tuple_")):
        written = tr("“{key}” has to be a table: write {heading}.")
        return spot, written.format(key=key, heading=_heading(spot))
    if first["type"] == "literal_error":
        return spot, tr("“{key}” has to be {words}.").format(key=key, words=first["ctx"]["expected"])
    return spot, tr("“{key}”: {fault}.").format(key=key, fault=first["msg"])


def _heading(spot: Spot) -> str:
    """How the table is headed in TOML; words for the top."""
    names = [str(part) for part in spot if isinstance(part, str)]
    if not names:
        return tr("The mapping")
    several = names[0] in ("steps", "metrics", "behaviour", "reviews")
    return f"[[{'.'.join(names)}]]" if several and len(names) == 1 else f"[{'.'.join(names)}]"


def _keys(spot: Spot) -> list[str]:
    """The keys of the table there."""
    model: type[Table] = Mapping
    for part in spot:
        if isinstance(part, str) and part in model.model_fields:
            inner = _table_in(model.model_fields[part].annotation)
            if inner is None:
                break
            model = inner
    return list(model.model_fields)


def _table_in(annotation: Any) -> type[Table] | None:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    return next((found for one in get_args(annotation) if (found := _table_in(one))), None)


def _line(text: str, spot: Spot) -> int:
    """The line on which what stands at ``spot`` begins, or else the table that lacks it.

    TOML is read from the top in ever longer pieces: the first that has it ends with its last line.
    """
    lines = text.split("\n")
    for length in range(len(spot), 0, -1):
        if not _has(_piece(lines, len(lines))[1], spot[:length]):
            continue
        low, high = 1, len(lines)
        while low < high:
            middle = (low + high) // 2
            if _has(_piece(lines, middle)[1], spot[:length]):
                high = middle
            else:
                low = middle + 1
        return _piece(lines, low - 1)[0] + 1
    return 1


def _piece(lines: list[str], end: int) -> tuple[int, dict[str, Any]]:
    """What the first lines say, and how many they are; a value that is open at the end is left out as a whole."""
    for length in range(end, max(end - _LONGEST_VALUE, 0), -1):
        try:
            return length, tomllib.loads("\n".join(lines[:length]))
        except (tomllib.TOMLDecodeError, RecursionError):
            continue
    return 0, {}


def _has(value: Any, spot: Spot) -> bool:
    for part in spot:
        members = dict(enumerate(value)) if isinstance(value, list) else value
        if not isinstance(members, dict) or part not in members:
            return False
        value = members[part]
    return True


# What only shows when the tables are seen together


def _faults(mapping: Mapping) -> Iterator[tuple[Spot, str]]:
    """Everything that is amiss between the keys: where it is and what it is."""
    for spot, table, in_member in tables_of(mapping):
        for key, one in expressions_of(table):
            if one.needs_member() and not in_member:
                sentence = tr("“{written}” speaks of a list's member, and {where} has no “each”.")
                yield (*spot, *key), sentence.format(written=one.written, where=_heading(spot))
        yield from _lists(spot, table, mapping)
        yield from _words(spot, table)
    yield from _content(mapping)
    for place, review in enumerate(mapping.reviews):
        yield from _judging(("reviews", place), review, mapping)


def _lists(spot: Spot, table: Table, mapping: Mapping) -> Iterator[tuple[Spot, str]]:
    """An ``each`` begins at the record; only that of documents may begin at the member of its step."""
    each = each_of(table)
    if each is None or each.root == "$":
        return
    step = mapping.steps[int(spot[1])] if isinstance(table, Passages) else None
    if step is None or step.each is None:
        sentence = tr("“{path}” has to begin with $.")
        yield (*spot, "each"), sentence.format(path=each.written)


def _words(spot: Spot, table: Table) -> Iterator[tuple[Spot, str]]:
    for key, choices in _CHOICES.get(type(table), {}).items():
        said = getattr(table, key)
        if isinstance(said, Words) and said.written[1:] not in choices:
            sentence = tr("“{word}” is not one of {choices}.")
            yield (*spot, key), sentence.format(word=said.written[1:], choices=", ".join(choices))


def _content(mapping: Mapping) -> Iterator[tuple[Spot, str]]:
    for dropped in mapping.metadata.drop:
        if dropped.root != "$":
            yield ("metadata", "drop"), tr("“{path}” has to begin with $.").format(path=dropped.written)
    if mapping.messages and mapping.trace.input:
        yield (
            ("trace", "input"),
            tr("[messages] says what the input is, so “input” has to go from [trace]."),
        )
    if not (mapping.messages or mapping.trace.input or mapping.trace.output or mapping.steps):
        sentence = tr(
            "Nothing to read is named: give [trace] “input” or “output”, or [messages], or [[steps]]."
        )
        yield ("trace",), sentence


def _judging(spot: Spot, review: ReviewTable, mapping: Mapping) -> Iterator[tuple[Spot, str]]:
    if review.value is None and review.step is None:
        yield spot, tr("[[reviews]] needs “value” or “step”.")
    if review.code is not None and review.step is None:
        yield (
            (*spot, "code"),
            tr("“code” names what went wrong in a “step”; for the whole trace it is “codes”."),
        )
    if review.step is not None and not mapping.steps:
        yield (*spot, "step"), tr("“step” needs [[steps]] to point at.")
