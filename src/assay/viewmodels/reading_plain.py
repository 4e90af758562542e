"""Text that is read as it stands, nothing in it interpreted."""

from collections.abc import Iterator

from assay.viewmodels.reading_parts import Paragraph
from assay.viewmodels.reading_runs import lines_of, runs_of, split

_STRETCH = 10_000


def plain_operations(
    text: str, *, code: bool = False, indent: int = 0, quote: int = 0
) -> Iterator[Paragraph]:
    """Line by line. Lines of prose with blank lines between them stand apart; code keeps its blank lines."""
    continued = False
    for line in lines_of(text):
        if not code and not line.strip():
            continued = False
            continue
        for at in range(0, len(line) or 1, _STRETCH):
            runs = runs_of(line[at : at + _STRETCH], code=code)
            yield from split(
                Paragraph(runs, "code" if code else "body", 0, indent, quote, continued=continued)
            )
            continued = True
