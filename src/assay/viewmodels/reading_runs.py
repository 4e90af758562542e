"""Text into runs and paragraphs of bearable length."""

from collections.abc import Iterator
from dataclasses import replace

from assay.viewmodels.reading_marks import has_unseen, marked
from assay.viewmodels.reading_parts import Paragraph, Run, Runs

LONGEST_PARAGRAPH = 2_000
"""Characters a paragraph; the time a window takes to break a line grows faster than the line."""

_MOST_RUNS = 400


def runs_of(text: str, **style: bool) -> Runs:
    """The text in one style, with a run of its own for every mark."""
    if text and not has_unseen(text):
        return (Run(text, **style),)
    return tuple(Run(piece, mark=is_mark, **style) for piece, is_mark in marked(text))


def joined(runs: list[Run]) -> Runs:
    """Neighbours of the same style as one run."""
    result: list[Run] = []
    for run in runs:
        if result and result[-1].look == run.look:
            result[-1] = replace(run, text=result[-1].text + run.text)
        elif run.text:
            result.append(run)
    return tuple(result)


def split(paragraph: Paragraph) -> Iterator[Paragraph]:
    """The paragraph, or several in its place where it is too long. The text is not altered, only broken."""
    if (
        len(paragraph.runs) <= _MOST_RUNS
        and sum(len(run.text) for run in paragraph.runs) <= LONGEST_PARAGRAPH
    ):
        yield paragraph
        return
    part, size = paragraph, 0
    runs: list[Run] = []
    for piece in _pieces(paragraph.runs):
        if runs and (size + len(piece.text) > LONGEST_PARAGRAPH or len(runs) >= _MOST_RUNS):
            yield replace(part, runs=joined(runs))
            part, size = replace(paragraph, marker="", continued=True), 0
            runs = []
        runs.append(piece)
        size += len(piece.text)
    yield replace(part, runs=joined(runs))


def _pieces(runs: Runs) -> Iterator[Run]:
    for run in runs:
        at, text = 0, run.text
        while len(text) - at > LONGEST_PARAGRAPH:
            place = _break_after(text, at)
            yield replace(run, text=text[at:place])
            at = place
        yield replace(run, text=text[at:])


def _break_after(text: str, at: int) -> int:
    """Where to break: after the last blank that fits, or hard where there is none."""
    end = at + LONGEST_PARAGRAPH
    blank = max(text.rfind(" ", end - 200, end), text.rfind("\t", end - 200, end))
    return end if blank < 0 else blank + 1


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text one by one, without building a list of them all."""
    at = 0
    while True:
        end = text.find("\n", at)
        if end < 0:
            yield text[at:]
            return
        yield text[at:end]
        at = end + 1
