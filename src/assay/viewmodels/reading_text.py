"""A text, in whichever form, as operations; what is too long for one look is folded behind "Show the rest"."""

from collections.abc import Iterator
from dataclasses import replace

from assay.base.translation import tr
from assay.viewmodels.reading_markdown import markdown_operations
from assay.viewmodels.reading_marks import parsable
from assay.viewmodels.reading_parts import Fold, FoldLine, Operation, Text
from assay.viewmodels.reading_plain import plain_operations

LONGEST_TEXT = 256 * 1024
"""Characters of one text before the rest is folded."""

MOST_LINES = 20_000
"""Lines of one text before the rest is folded."""


def text_operations(text: Text) -> Iterator[Operation]:
    """The text as operations, one by one, in the time that each takes."""
    end = head_of(text.text)
    head = parsable(text.text[:end])
    if text.blind is not None:
        head = text.blind.without_names(head)
    if text.form == "markdown":
        yield from markdown_operations(head)
    else:
        yield from plain_operations(head, code=text.form == "code")
    if end < len(text.text):
        rest = replace(text, text=text.text[end:])
        yield FoldLine(Fold(rest_caption(len(rest.text)), (rest,), "rest"))


def head_of(text: str) -> int:
    """How much of the text is shown at once: up to 256 KiB of characters and 20,000 lines, at the end of a line."""
    if len(text) <= LONGEST_TEXT and text.count("\n") < MOST_LINES:
        return len(text)
    end, at = min(len(text), LONGEST_TEXT), 0
    for _ in range(MOST_LINES):
        at = text.find("\n", at, end) + 1
        if at == 0:
            break
    else:
        return at
    if end == len(text):
        return end
    return (text.rfind("\n", end // 2, end) + 1) or (text.rfind(" ", end // 2, end) + 1) or end


def rest_caption(characters: int) -> str:
    """The words on the line that holds the rest of something."""
    return tr("Show the rest, {size}").format(size=size_words(characters))


def size_words(characters: int) -> str:
    """A number of characters as people say it."""
    if characters < 1_000:
        return tr("{number} characters").format(number=characters)
    if characters < 1_000_000:
        return tr("{number} thousand characters").format(number=round(characters / 1_000))
    return tr("{number} million characters").format(number=round(characters / 1_000_000, 1))
