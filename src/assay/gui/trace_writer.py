"""Operations into a text document, through a cursor: no HTML, no images, no anchors, ever."""

from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument

from assay.gui.trace_style import Setting, TraceStyle
from assay.gui.trace_table import write_table
from assay.viewmodels.reading_parts import FoldLine, Operation, Paragraph, Rule, Run, Table

_NOTHING = Run("")


class TraceWriter:
    """Writes operations one below the other, all of them above the block that ``before`` stands at the start of."""

    def __init__(
        self,
        document: QTextDocument,
        before: QTextCursor,
        style: TraceStyle,
        setting: Setting,
        above: str = "",
    ) -> None:
        self.setting = setting
        self._document = document
        self._before = before
        self._style = style
        self._cursor: QTextCursor | None = None
        self._fresh = False
        self._above = above

    def write(self, operation: Operation, fold: int = 0) -> None:
        """Write one operation; ``fold`` is the number that a fold's line is to be known by."""
        match operation:
            case Paragraph():
                self._paragraph(operation)
            case FoldLine():
                block = self._style.fold_block(fold, self.setting, self._above)
                made = self._style.fold_characters()
                self._open(block, made).insertText(operation.fold.caption, made)
                self._above = "fold"
            case Table():
                self._table(operation)
            case Rule():
                self._open(self._style.rule_block(operation.quote, self.setting), self._style.thin())
                self._above = "rule"

    def close(self) -> None:
        """Leave air below the last thing written, for what is not of the same kind as this."""
        if self._cursor is not None:
            block = self._cursor.blockFormat()
            block.setBottomMargin(self._style.px(16))
            self._cursor.setBlockFormat(block)

    def here(self) -> QTextCursor:
        """A cursor at the start of the block just written, which stays with that block."""
        cursor = QTextCursor(self._document)
        cursor.setPosition(self._cursor.block().position() if self._cursor else self._before.position())
        return cursor

    def stands_at(self, block: QTextBlock) -> bool:
        """Whether the next thing would be written directly below that block."""
        return self._cursor is not None and self._cursor.block() == block

    def _paragraph(self, paragraph: Paragraph) -> None:
        plain = self._style.characters(_NOTHING, paragraph, self.setting)
        cursor = self._open(self._style.block(paragraph, self.setting, self._above), plain)
        if paragraph.marker:
            cursor.insertText(f"{paragraph.marker}\t", plain)
        for run in paragraph.runs:
            cursor.insertText(run.text, self._style.characters(run, paragraph, self.setting))
        self._above = paragraph.kind

    def _table(self, table: Table) -> None:
        spacer = self._style.spacer()
        spacer.setTopMargin(self._style.px(8 if self._above == "caption" else 14))
        cursor = self._open(spacer, self._style.thin())
        after = write_table(cursor, table, self._style, self.setting)
        after.setBlockFormat(self._style.spacer())
        after.setBlockCharFormat(self._style.thin())
        self._cursor, self._above = after, "table"

    def _open(self, block: QTextBlockFormat, characters: QTextCharFormat) -> QTextCursor:
        """A block to write into, below everything written so far."""
        if self._cursor is None:
            self._cursor = self._split()
            self._fresh = True
        if self._fresh:
            self._cursor.setBlockFormat(block)
            self._cursor.setBlockCharFormat(characters)
            self._fresh = False
        else:
            self._cursor.insertBlock(block, characters)
        return self._cursor

    def _split(self) -> QTextCursor:
        """An empty block above the one that everything is to stand above; cursors in that one move along with it."""
        below = self._before.block()
        self._before.insertBlock(below.blockFormat(), below.charFormat())
        cursor = QTextCursor(self._document)
        cursor.setPosition(self._before.position() - 1)
        return cursor
