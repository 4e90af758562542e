"""A trace as one text document, built in slices of time.

The answer under review and the question are set first, so that they can be shown at once; the rest of the answer
and the earlier dialogue follow, the latter upwards. A document lays itself out while it is built, provided that it
already belongs to a view (`gui.trace_pane`): that is why the next trace is built in a hidden view of its own and
not handed from view to view, which would lay it out anew.
"""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QImage, QTextBlock, QTextCursor, QTextDocument, QTextOption

from assay.gui.trace_style import CODE_KIND, FOLD, FOLD_INDENT, GUTTER, KIND, Setting, TraceStyle
from assay.gui.trace_writer import TraceWriter
from assay.viewmodels.reading import fold_operations, operations
from assay.viewmodels.reading_parts import Fold, FoldLine, Operation, Paragraph, Reading, Table

SLICE_SECONDS = 0.008
"""Writing time of a slice; Qt lays out what was written when the slice ends, which takes a third of that again."""

_FIRST_PAINT_MS = 30
"""How long building rests when the first screen stands, so that it is painted before anything else."""

_LINE = 76
"""Characters a line, roughly."""

_DONE = object()

_LAID_OPEN = frozenset({"rest", "earlier"})
"""Folds whose contents stand as they would stand without the fold."""

_Work = Generator[None, None, None]


@dataclass(eq=False)
class _Job:
    """Operations on their way into a document.

    ``block`` is the reading's block they are of, if they are; ``below`` is the block to stand below them, the next
    one unless it is given.
    """

    operations: Iterator[Operation]
    block: int | None = None
    below: int | None = None
    writer: TraceWriter | None = None
    written: int = 0
    done: bool = False


@dataclass(eq=False)
class FoldPlace:
    """A fold in a document: its line, and once it is open the start of the block below its contents."""

    number: int
    fold: Fold
    setting: Setting
    line: QTextCursor
    end: QTextCursor | None = None
    job: _Job | None = None
    work: _Work | None = None

    @property
    def is_open(self) -> bool:
        """Whether its contents are shown."""
        return self.end is not None

    @property
    def is_long(self) -> bool:
        """Whether it is folded for its length, and not because it is an aside."""
        return self.fold.kind in _LAID_OPEN


class TraceDocument(QTextDocument):
    """A document that holds one reading; nothing in it is ever fetched."""

    def __init__(self, style: TraceStyle, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.style = style
        self.reading: Reading | None = None
        self.folds: dict[int, FoldPlace] = {}
        self.starts: dict[int, QTextCursor] = {}
        self._picture = QImage(1, 1, QImage.Format.Format_ARGB32)
        self._picture.fill(Qt.GlobalColor.transparent)
        self._prepare()

    def loadResource(self, type: int, name: QUrl | str) -> object:  # noqa: A002 - Qt's name
        """An empty picture, whatever is asked for. Giving nothing would make Qt fetch it itself."""
        return self._picture

    def top_of(self, block: int | None) -> float | None:
        """Where a block of the reading begins, in pixels from the document's top; None while it is not there."""
        start = self.starts.get(-1 if block is None else block)
        return None if start is None else self.rect_of(start.block()).top()

    def bottom_of_answer(self) -> float:
        """Where the answer's text ends, in pixels from the document's top."""
        following = self.starts.get(self.reading.answer + 1) if self.reading else None
        last = (following.block() if following else self.lastBlock()).previous()
        below = self.style.px(8) if last.blockFormat().property(KIND) == CODE_KIND else self.style.px(2)
        return self.rect_of(last).bottom() + below

    def rect_of(self, block: QTextBlock) -> QRectF:
        """Where a text block stands, from its first line to its last."""
        rect = self.documentLayout().blockBoundingRect(block)
        lines = block.layout()
        if lines.lineCount():
            # Qt leaves out the air that stands above the first line.
            last = lines.lineAt(lines.lineCount() - 1)
            rect.setHeight(max(rect.height(), last.y() + last.height()))
        return rect

    def fold_at(self, block: QTextBlock) -> FoldPlace | None:
        """The fold whose line a text block is."""
        number = block.blockFormat().property(FOLD)
        return self.folds.get(number) if isinstance(number, int) else None

    def folds_in_order(self) -> list[FoldPlace]:
        """The folds from top to bottom."""
        return sorted(self.folds.values(), key=lambda place: place.line.position())

    def sentinel(self) -> QTextCursor:
        """A cursor at the start of the last, empty block, which everything stands above."""
        cursor = QTextCursor(self)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        return cursor

    def _prepare(self) -> None:
        style = self.style
        self.setUndoRedoEnabled(False)
        self.setDefaultFont(style.font(style.fonts.size))
        self.setDocumentMargin(0)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTabStopDistance(style.px(32))
        self.setDefaultTextOption(option)
        frame = self.rootFrame().frameFormat()
        frame.setLeftMargin(GUTTER)
        frame.setTopMargin(style.px(24))
        frame.setBottomMargin(style.px(32))
        self.rootFrame().setFrameFormat(frame)
        cursor = QTextCursor(self)
        cursor.setBlockFormat(style.spacer())
        cursor.setBlockCharFormat(style.thin())


class TraceDocumentBuilder(QObject):
    """Builds a document in slices of time, driven by the event loop, and opens and closes its folds.

    ``slice_begins`` and ``slice_ended`` stand around every change, so that a view can keep what is read in place.
    """

    first_screen_ready = Signal()
    finished = Signal()
    slice_begins = Signal()
    slice_ended = Signal()

    def __init__(self, style: TraceStyle, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._works: deque[_Work] = deque()
        self._open_jobs: list[_Job] = []
        self._showable = False
        self._screenful = 3_000
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)
        self.document = TraceDocument(style, self)

    @property
    def is_finished(self) -> bool:
        """Whether everything stands that was asked for."""
        return not self._works

    @property
    def is_showable(self) -> bool:
        """Whether the answer and the question stand."""
        return self._showable

    def start_anew(self, style: TraceStyle) -> TraceDocument:
        """An empty document for a view to take before `build` is called; the one before is let go."""
        self._timer.stop()
        self._works.clear()
        self._open_jobs.clear()
        self._showable = False
        self._style = style
        before, self.document = self.document, TraceDocument(style, self)
        before.deleteLater()
        return self.document

    def build(self, reading: Reading) -> None:
        """Build the reading into the empty document, in idle time."""
        self.document.reading = reading
        self._works.append(self._whole(reading))
        self._timer.start(0)

    def expect_height(self, pixels: int) -> None:
        """How high the view is: so much is set of the answer, and of what leads to it, before the first screen."""
        self._screenful = _LINE * pixels // self._style.px(25)

    def hurry(self) -> None:
        """Build at once what the first screen needs."""
        self._within(lambda: self._works and not self._showable)
        if self._works:
            self._timer.start(_FIRST_PAINT_MS)

    def toggle(self, place: FoldPlace) -> None:
        """Open a fold, or close it with all that is open in it. A short content stands when this returns."""
        if place.is_open:
            self._changing(lambda: self._close(place))
            return
        self._changing(lambda: self._open(place))
        self._slice()

    def _slice(self) -> None:
        until = time.perf_counter() + SLICE_SECONDS
        self._within(lambda: self._works and time.perf_counter() < until)

    def _within(self, goes_on: Callable[[], object]) -> None:
        """Work as long as ``goes_on`` says, as one change of the document; then tell what became of it."""
        was_showable = self._showable
        self._changing(lambda: self._work(goes_on))
        if self._showable and not was_showable:
            self.first_screen_ready.emit()
        if self._works:
            self._timer.start(0)
        elif self._timer.isActive():
            self._timer.stop()
            self.finished.emit()

    def _work(self, goes_on: Callable[[], object]) -> None:
        while goes_on():
            work = self._works[0]
            if next(work, _DONE) is _DONE:
                self._works.remove(work)

    def _changing(self, change: Callable[[], None]) -> None:
        self.slice_begins.emit()
        edit = QTextCursor(self.document)
        edit.beginEditBlock()
        try:
            change()
        finally:
            edit.endEditBlock()
            self.slice_ended.emit()

    def _whole(self, reading: Reading) -> _Work:
        """A screenful of the answer and of what leads to it, upwards; then what those have left; then the rest.

        The rest is written downwards from the first message, always directly above what stands: so Qt has little
        to move with every slice.
        """
        first: list[_Job] = []
        last = reading.answer if reading.question is None else reading.question
        for place in range(reading.answer, -1, -1):
            if place < last and sum(job.written for job in first) > self._screenful:
                break
            first.append(_Job(operations(reading.blocks[place]), place))
            yield from self._write(first[-1], self._screenful)
        self._showable = True
        for job in first:
            yield from self._write(job)
        for place in range(reading.answer + 1, len(reading.blocks)):
            yield from self._write(_Job(operations(reading.blocks[place]), place, below=len(reading.blocks)))
        above = reading.answer + 1 - len(first)
        for place in range(above):
            yield from self._write(_Job(operations(reading.blocks[place]), place, below=above))

    def _write(self, job: _Job, enough: int = 0) -> _Work:
        """Write a job to its end, or until it has ``enough`` characters, each paragraph counting as a line."""
        if job.writer is None and job.block is not None:
            job.writer = self._writer(job.block, job.below or job.block + 1)
            self._open_jobs.append(job)
        while not job.done and not (enough and job.written > enough):
            self._write_next(job)
            yield

    def _write_next(self, job: _Job) -> None:
        operation = next(job.operations, None)
        if operation is None or job.writer is None:
            if job.writer is not None and job.block is None:
                job.writer.close()
            job.done = True
            self._open_jobs.remove(job)
            return
        place = self._fold_place(operation, job.writer.setting)
        job.writer.write(operation, place.number if place else 0)
        if place:
            place.line = job.writer.here()
        if job.block is not None and job.block not in self.document.starts:
            self.document.starts[job.block] = job.writer.here()
        job.written += _size(operation)

    def _fold_place(self, operation: Operation, setting: Setting) -> FoldPlace | None:
        if not isinstance(operation, FoldLine):
            return None
        number = max(self.document.folds, default=0) + 1
        place = FoldPlace(number, operation.fold, setting, QTextCursor())
        self.document.folds[number] = place
        return place

    def _writer(self, block: int, next_block: int) -> TraceWriter:
        """A writer for a block of the reading, directly above another one, which stands already."""
        below = self.document.starts.get(next_block) or self.document.sentinel()
        reading = self.document.reading
        below_fold = block > 0 and reading is not None and isinstance(reading.blocks[block - 1], Fold)
        return TraceWriter(self.document, below, self._style, Setting(), "fold" if below_fold else "")

    def _open(self, place: FoldPlace) -> None:
        line = place.line.block()
        for job in list(self._open_jobs):
            # Whoever would write directly below the line has to be past it, or its text would come before the contents.
            while not job.done and job.writer is not None and job.writer.stands_at(line):
                self._write_next(job)
        place.end = QTextCursor(line.next())
        job = _Job(fold_operations(place.fold))
        job.writer = TraceWriter(self.document, place.end, self._style, self._setting_within(place), "fold")
        self._open_jobs.append(job)
        place.job = job
        place.work = self._write(job)
        self._works.appendleft(place.work)

    def _setting_within(self, place: FoldPlace) -> Setting:
        if place.is_long:
            return place.setting
        return Setting(aside=True, left=place.setting.left + self._style.px(FOLD_INDENT))

    def _close(self, place: FoldPlace) -> None:
        if place.end is None:
            return
        line = place.line.block()
        start, end = line.position() + line.length() - 1, place.end.position() - 1
        for other in list(self.document.folds.values()):
            if start < other.line.position() <= end:
                self._forget(other)
                del self.document.folds[other.number]
        self._forget(place)
        look = line.blockFormat()
        cursor = QTextCursor(self.document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        cursor.setBlockFormat(look)

    def _forget(self, place: FoldPlace) -> None:
        place.end = None
        if place.work is not None and place.work in self._works:
            self._works.remove(place.work)
        if place.job in self._open_jobs:
            self._open_jobs.remove(place.job)


def _size(operation: Operation) -> int:
    """How much of a screen an operation fills, in characters."""
    match operation:
        case Paragraph():
            return _LINE + sum(len(run.text) for run in operation.runs)
        case Table():
            return len(operation.rows) * (
                _LINE + sum(len(run.text) for cell in operation.rows[0] for run in cell)
            )
    return _LINE
