"""The page Data sets: choose what, in which layout, to which file; see the first rows; write it."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.buttons import primary_button, quiet_button
from assay.gui.choice import Choice
from assay.gui.fault_box import FaultBox
from assay.gui.figures_table import Column, FiguresTable
from assay.gui.notice import ElidedLabel
from assay.gui.page import Page
from assay.gui.plain import plain_label
from assay.gui.theme import scaled
from assay.gui.tokens import SPACE
from assay.model.wording import count
from assay.viewmodels.datasets import DataSetsScreen, Preview, preview_cells

_TYPING_MS = 400
_PROGRESS_MS = 100
_WIDTH = 1400


class DataSetsPage(Page):
    """Draws a `DataSetsScreen`. ``where_hint`` shows how a condition is written."""

    said = Signal(str, str)

    def __init__(self, screen: DataSetsScreen, where_hint: str = "") -> None:
        super().__init__(tr("Data sets"), width=_WIDTH)
        self._screen = screen
        self._asked = False
        self._layout_box, self._format_box = Choice(tr("Layout"), 280), Choice(tr("Format"), 220)
        self._where = QLineEdit()
        self._where.setAccessibleName(tr("Which rows"))
        self._where.setPlaceholderText(tr("all that was judged"))
        self._where_hint = plain_label(where_hint, "small")
        # Shown before it has its place, it would be a window of its own and take the keyboard.
        if not where_hint:
            self._where_hint.hide()
        self._preview_fault, self._fault = FaultBox(), FaultBox()
        self._rows = plain_label("", "subheading")
        self._table = FiguresTable(tr("First rows"), [], most_rows=10)
        self._target, self._replaces = ElidedLabel(), plain_label("", "small")
        self._other, self._export = quiet_button(tr("Choose file…"), "folder"), primary_button(tr("Export"))
        self._stop, self._bar = quiet_button(tr("Stop")), QProgressBar()
        self._far, self._result = plain_label("", "muted", wrap=False), plain_label("", "strong")
        self._typing, self._watching = QTimer(self), QTimer(self)
        self._lay_out()
        self._connect()
        screen.watch(self._show)
        self._show()

    def _lay_out(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(SPACE.m)
        choices.addWidget(self._layout_box, 3)
        choices.addWidget(self._format_box, 2)
        choices.addWidget(_under(tr("Which rows"), self._where), 5)
        target = QHBoxLayout()
        target.setSpacing(SPACE.m)
        target.addWidget(_under(tr("File"), self._target), 1)
        for button in (self._other, self._export):
            target.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        running = QHBoxLayout()
        running.setSpacing(SPACE.m)
        running.addWidget(self._bar, 1)
        running.addWidget(self._far)
        running.addWidget(self._stop)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("How far the export is"))
        self.column.addLayout(choices)
        for widget in (self._where_hint, self._preview_fault, self._rows, self._table):
            self.column.addWidget(widget)
        self.column.addLayout(target)
        self.column.addWidget(self._replaces)
        self.column.addLayout(running)
        self.column.addWidget(self._fault)
        self.column.addWidget(self._result)
        self.column.addStretch(1)

    def _connect(self) -> None:
        screen = self._screen
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._take_where)
        self._watching.setInterval(_PROGRESS_MS)
        self._watching.timeout.connect(self._show_progress)
        self._layout_box.chosen.connect(lambda key: screen.choose(replace(screen.choice, layout=key)))
        self._format_box.chosen.connect(lambda key: screen.choose(replace(screen.choice, format=key)))
        self._where.textEdited.connect(lambda _text: self._typing.start())
        self._where.returnPressed.connect(self._take_where)
        self._other.clicked.connect(self._ask_file)
        self._export.clicked.connect(screen.export)
        self._stop.clicked.connect(screen.stop)
        self._preview_fault.again.connect(screen.reload)
        self._fault.again.connect(screen.export)

    def showEvent(self, event: QShowEvent) -> None:
        """Make the preview when the page is first seen."""
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self._screen.reload()

    def _show(self) -> None:
        screen = self._screen
        self._layout_box.offer([(kind.name, kind.title) for kind in screen.layouts], screen.choice.layout)
        self._format_box.offer([(kind.name, kind.title) for kind in screen.formats], screen.choice.format)
        self._preview_fault.tell(screen.preview_fault)
        looking = tr("Looking up the rows…") if screen.looking and screen.preview is None else ""
        self._rows.setText(screen.rows_sentence or looking)
        self._rows.setVisible(bool(self._rows.text()))
        self._show_preview(screen.preview)
        self._target.set_full_text(str(screen.target))
        self._replaces.setText(
            tr("A file of that name is there; exporting replaces it.") if screen.replaces else ""
        )
        self._replaces.setVisible(screen.replaces and not screen.exporting)
        self._export.setEnabled(screen.can_export)
        self._fault.tell(screen.fault)
        self._result.setText(screen.result)
        self._result.setVisible(bool(screen.result))
        self._show_running()

    def _show_preview(self, preview: Preview | None) -> None:
        self._table.setVisible(preview is not None and bool(preview.rows))
        if preview is not None:
            self._table.show_rows(preview_cells(preview), [Column(name) for name in preview.columns])

    def _show_running(self) -> None:
        exporting = self._screen.exporting
        for widget in (self._bar, self._far, self._stop):
            widget.setVisible(exporting)
        self._stop.setEnabled(exporting and not self._screen.stopping)
        if exporting and not self._watching.isActive():
            self._watching.start()
        elif not exporting:
            self._watching.stop()
        self._show_progress()

    def _show_progress(self) -> None:
        done, total, what = self._screen.how_far
        self._bar.setRange(0, total or 0)
        self._bar.setValue(min(done, total) if total else 0)
        if self._screen.stopping:
            self._far.setText(tr("Stopping…"))
        elif total:
            of = tr("{done} of {total} {what}")
            self._far.setText(of.format(done=count(done), total=count(total), what=what).rstrip())
        else:
            self._far.setText(f"{count(done)} {what}".rstrip())

    def _take_where(self) -> None:
        self._typing.stop()
        self._screen.choose(replace(self._screen.choice, where=self._where.text()))

    def _ask_file(self) -> None:
        suffix = self._screen.target.suffix
        found, _ = QFileDialog.getSaveFileName(
            self, tr("Export to"), str(self._screen.target), f"*{suffix}" if suffix else ""
        )
        if found:
            self._screen.choose(replace(self._screen.choice, target=Path(found)))


def _under(title: str, field: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE.xs)
    label = plain_label(title, "label", wrap=False)
    label.setBuddy(field)
    column.addWidget(label)
    column.addWidget(field)
    field.setMinimumWidth(scaled(200))
    return holder
