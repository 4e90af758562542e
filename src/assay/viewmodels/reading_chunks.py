"""A long Markdown text cut into chunks that a parser gets through in some milliseconds each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assay.viewmodels.reading_runs import lines_of

FIRST_CHUNK = 1_500
CHUNK = 6_000
"""Characters after which the next blank line ends a chunk."""

LONGEST_CHUNK = 12_000
MOST_LINES = 220
"""A stretch without a blank line is cut here; a table of 200 rows still fits."""

_MOST_BRACKETS = 400
_MOST_STARS = 2_000
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_INDENTED = (" ", "\t")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a text; ``plain`` where it is not worth a parser's time and is read as it stands."""

    text: str
    plain: bool = False


def chunks(text: str) -> Iterator[Chunk]:
    """The text in chunks, cut at blank lines outside of code, else at line ends.

    Joined they are the text again, except that code cut in two gets its fence closed and opened anew. A line that
    is a chunk of its own, and a stretch so dense with brackets or stars that parsing it would take long, is plain.
    """
    lines: list[str] = []
    size, fence, enough = 0, "", FIRST_CHUNK
    for line in lines_of(text):
        too_long = len(line) > LONGEST_CHUNK
        wanted = size >= enough and not fence and _starts_anew(lines, line)
        if lines and (wanted or too_long or size + len(line) > LONGEST_CHUNK or len(lines) >= MOST_LINES):
            yield _chunk([*lines, fence] if fence else lines)
            lines, size, enough = [fence] if fence else [], 0, CHUNK
        if too_long:
            yield Chunk(line, plain=True)
            continue
        lines.append(line)
        size += len(line) + 1
        fence = _fence_after(fence, line)
    if lines:
        yield _chunk(lines)


def _chunk(lines: list[str]) -> Chunk:
    text = "\n".join(lines)
    dense = (
        text.count("[") > _MOST_BRACKETS or text.count("*") + text.count("_") + text.count("~") > _MOST_STARS
    )
    return Chunk(text, plain=dense)


def _starts_anew(lines: list[str], line: str) -> bool:
    """Whether a block ends before this line: a blank one above it, and it is not indented into a list."""
    return not lines[-1].strip() and bool(line.strip()) and not line.startswith(_INDENTED)


def _fence_after(fence: str, line: str) -> str:
    """The fence that is open after the line, empty where none is."""
    found = _FENCE.match(line)
    if not fence:
        return found[1] if found else ""
    closes = found is not None and found[1].startswith(fence) and not line.strip().strip(fence[0])
    return "" if closes else fence
