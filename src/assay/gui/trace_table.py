"""A table in a text document, with hairlines, its columns as wide as what they hold where there is room."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)

from assay.gui.trace_style import CODE_PADDING, Setting, TraceStyle
from assay.viewmodels.reading_parts import Alignment, Paragraph, Runs, Table

_PADDING = 7
_NARROWEST = 48
_ALIGNMENTS = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}
_CELL = Paragraph((), "field")


def write_table(cursor: QTextCursor, table: Table, style: TraceStyle, setting: Setting) -> QTextCursor:
    """Write the table below the cursor's block; a cursor in the empty block below the table comes back."""
    rows, columns = len(table.rows), len(table.alignments)
    made = cursor.insertTable(rows, columns, _format(table, style, setting))
    for number, row in enumerate(table.rows):
        for column, cell in enumerate(row[:columns]):
            _write_cell(made, number, column, cell, table.alignments[column], style)
    after = made.lastCursorPosition()
    after.movePosition(QTextCursor.MoveOperation.NextBlock)
    return after


def _write_cell(
    made: QTextTable,
    row: int,
    column: int,
    cell: Runs,
    alignment: Alignment,
    style: TraceStyle,
) -> None:
    cursor = made.cellAt(row, column).firstCursorPosition()
    block = QTextBlockFormat()
    block.setAlignment(_ALIGNMENTS[alignment])
    cursor.setBlockFormat(block)
    for run in cell:
        look = replace(run, bold=True) if row == 0 else run
        cursor.insertText(run.text, style.characters(look, _CELL, Setting()))


def _format(table: Table, style: TraceStyle, setting: Setting) -> QTextTableFormat:
    left = setting.left + style.inset(Paragraph((), indent=table.indent, quote=table.quote))
    made = QTextTableFormat()
    made.setBorder(1)
    made.setBorderCollapse(True)
    made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    made.setBorderBrush(QColor(style.colours.hairline))
    made.setCellPadding(style.px(_PADDING))
    made.setCellSpacing(0)
    made.setLeftMargin(left)
    made.setHeaderRowCount(1)
    widths = column_widths(table, style, style.text_width + CODE_PADDING - left - 2)
    made.setColumnWidthConstraints([QTextLength(QTextLength.Type.FixedLength, width) for width in widths])
    return made


def column_widths(table: Table, style: TraceStyle, room: int) -> list[float]:
    """Pixels for each column: what its longest cell needs, or a share of the room by how much it holds."""
    metrics = QFontMetricsF(style.font(style.size_of(_CELL, Setting())))
    padding = 2 * style.px(_PADDING) + 2
    wanted = [0.0] * len(table.alignments)
    for row in table.rows:
        for column, cell in enumerate(row[: len(wanted)]):
            text = "".join(run.text for run in cell)[:120]
            wanted[column] = max(wanted[column], metrics.horizontalAdvance(text) * 1.06 + padding)
    if sum(wanted) <= room:
        return wanted
    least = min(float(style.px(_NARROWEST)), room / len(wanted))
    return _shared(wanted, float(room), least)


def _shared(wanted: list[float], room: float, least: float) -> list[float]:
    """The room shared out: narrow columns get what they want, the wide ones divide what is left evenly by want."""
    fair = room / len(wanted)
    narrow = sum(width for width in wanted if width <= fair)
    wide = sum(width for width in wanted if width > fair)
    shares = [width if width <= fair else max(least, (room - narrow) * width / wide) for width in wanted]
    return [share * room / sum(shares) for share in shares]
