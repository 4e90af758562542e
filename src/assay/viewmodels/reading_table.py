"""Tables: the first 200 rows as a table, what goes beyond as text."""

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from assay.viewmodels.reading_inline import inline_lines
from assay.viewmodels.reading_parts import Alignment, Operation, Paragraph, Run, Runs, Table
from assay.viewmodels.reading_runs import joined, split

MOST_ROWS = 200
MOST_COLUMNS = 16
MOST_CELLS = 1_200
"""A window measures every cell before it can show one."""

LONGEST_CELL = 2_000

_ALIGNMENTS: dict[str, Alignment] = {"text-align:center": "center", "text-align:right": "right"}
_Row = tuple[Runs, ...]


def table_operations(tokens: Sequence[Token], indent: int, quote: int) -> Iterator[Operation]:
    """The tokens from ``table_open`` to ``table_close`` as a table, and as text where it is too large for one."""
    rows, alignments = _rows(tokens), _alignments(tokens)
    fits = len(alignments) <= MOST_COLUMNS and not any(
        _length(cell) > LONGEST_CELL for row in rows for cell in row
    )
    shown = min(MOST_ROWS, MOST_CELLS // max(1, len(alignments))) if fits else 0
    if shown:
        yield Table(tuple(rows[:shown]), alignments, indent, quote)
    for row in rows[shown:]:
        yield from split(Paragraph(_as_text(row), indent=indent, quote=quote, continued=True))


def _rows(tokens: Sequence[Token]) -> list[_Row]:
    rows: list[_Row] = []
    cells: list[Runs] = []
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "inline":
            cells.append(joined([run for line in inline_lines(token.children or ()) for run in line]))
        elif token.type == "tr_close":
            rows.append(tuple(cells))
    return rows


def _alignments(tokens: Sequence[Token]) -> tuple[Alignment, ...]:
    heads = (token for token in tokens if token.type == "th_open")
    return tuple(_ALIGNMENTS.get(str(token.attrGet("style")), "left") for token in heads)


def _as_text(row: _Row) -> Runs:
    runs: list[Run] = []
    for cell in row:
        runs.extend((Run(" | "), *cell) if runs else cell)
    return joined(runs)


def _length(cell: Runs) -> int:
    return sum(len(run.text) for run in cell)
