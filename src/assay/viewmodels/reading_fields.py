"""Structured data as ``key: value`` lines, never as raw JSON."""

import json
from collections.abc import Iterator
from dataclasses import replace

from pydantic import JsonValue

from assay.base.translation import tr
from assay.viewmodels.reading_blind import Blind
from assay.viewmodels.reading_marks import parsable
from assay.viewmodels.reading_parts import Entry, Fields, Fold, FoldLine, Operation, Paragraph, Runs, Text
from assay.viewmodels.reading_runs import lines_of, runs_of, split
from assay.viewmodels.reading_text import head_of, rest_caption

MOST_LINES = 2_000
"""Lines of one piece of data before the rest is folded."""

_DEEPEST_INDENT = 8
_LONGEST_JSON = 256 * 1024
_BULLET = "–"


def field_operations(fields: Fields) -> Iterator[Operation]:
    """The data as lines; children are indented below their key. Works through any depth without recursion."""
    waiting = [iter(fields.rest or (Entry(fields.data),))]
    lines, marker = 0, ""
    while waiting:
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
            continue
        if lines >= MOST_LINES:
            rest = (entry, *(left for level in reversed(waiting) for left in level))
            yield FoldLine(Fold(tr("Show the rest"), (Fields(None, fields.blind, rest),), "rest"))
            return
        if marker and entry.marker:
            yield _line(replace(entry, depth=entry.depth - 1, marker=marker), ())
        entry = replace(entry, marker=entry.marker or marker, value=unpacked(entry.value))
        marker = ""
        if isinstance(entry.value, dict | list) and entry.value:
            if entry.label:
                yield _line(entry, ())
                lines += 1
            else:
                marker = entry.marker
            waiting.append(_children(entry, fields.blind))
        else:
            for operation in _scalar(entry, fields.blind):
                yield operation
                lines += 1


def looks_packed(value: str) -> bool:
    """Whether a text may be JSON of an object or a list, of a size worth looking into."""
    return len(value) <= _LONGEST_JSON and value[:100].lstrip()[:1] in ("{", "[")


def unpacked(value: JsonValue) -> JsonValue:
    """The data in a text that is JSON of an object or a list; any other value as it is."""
    if not isinstance(value, str) or not looks_packed(value):
        return value
    try:
        data: JsonValue = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return data if isinstance(data, dict | list) else value


def _children(entry: Entry, blind: Blind) -> Iterator[Entry]:
    depth = entry.depth + bool(entry.label)
    if isinstance(entry.value, dict):
        for key, child in entry.value.items():
            if not blind.hides_key(key):
                yield Entry(child, depth, f"{key}:")
    elif isinstance(entry.value, list):
        for number, child in enumerate(entry.value, start=1):
            marker = f"{number}." if isinstance(unpacked(child), dict | list) else _BULLET
            yield Entry(child, entry.depth + 1, marker=marker)


def _scalar(entry: Entry, blind: Blind) -> Iterator[Operation]:
    words = _words(entry.value)
    end = head_of(words)
    lines = lines_of(parsable(blind.without_names(words[:end])))
    yield from split(_line(entry, runs_of(next(lines))))
    below = Entry(None, entry.depth + bool(entry.label))
    for line in lines:
        yield from split(_line(below, runs_of(line)))
    if end < len(words):
        yield FoldLine(Fold(rest_caption(len(words) - end), (Text(words[end:], "plain", blind),), "rest"))


def _line(entry: Entry, value: Runs) -> Paragraph:
    head = runs_of(f"{entry.label} " if value else entry.label, quiet=True) if entry.label else ()
    depth = min(entry.depth, _DEEPEST_INDENT)
    return Paragraph((*head, *value), kind="field", indent=depth, marker=entry.marker, continued=True)


def _words(value: JsonValue) -> str:
    if value is None or value in ({}, []):
        return tr("none")
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return str(value)
