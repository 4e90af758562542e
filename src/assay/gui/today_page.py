"""Today: what is left in one large sentence, one button, and under it what was done and what needs a second look."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from assay.base.errors import AssayError
from assay.base.translation import tr, trn
from assay.gui.buttons import link_button, primary_button, quiet_button
from assay.gui.choice import Choice
from assay.gui.commands import CommandHub
from assay.gui.fault_box import FaultBox
from assay.gui.keycap import KeyCaps
from assay.gui.page import Page
from assay.gui.plain import hairline, plain_label
from assay.gui.theme import scaled
from assay.gui.tokens import SPACE
from assay.operations.describe import TraceWords
from assay.viewmodels.today import Today

_WIDTH = 720
_SIZES = (10, 20, 30, 50, 100)


class TodayPage(Page):
    """Draws the state of `Today`. ``start_wanted(with_tail)`` begins reviewing, ``item_wanted(uid)`` opens a trace."""

    start_wanted = Signal(bool)
    files_wanted = Signal()
    item_wanted = Signal(str)
    rater_changed = Signal(str)

    def __init__(self, today: Today, hub: CommandHub) -> None:
        super().__init__(width=_WIDTH)
        self.setAccessibleName(tr("Today"))
        self._today, self._hub = today, hub
        self._headline = plain_label("", "title")
        self._about = plain_label("", "reading")
        self._start = primary_button(tr("Start reviewing"))
        self._bring = quiet_button(tr("Open files"), "folder")
        self._tail = link_button("")
        self._fault = FaultBox()
        self._bar = QProgressBar()
        self._done = plain_label("", "muted")
        self._drawn = plain_label("", "muted")
        self._second = QVBoxLayout()
        self._second_part = QWidget()
        self._name = _NameLine(today.rater)
        self._questions = Choice(tr("Questions"), 260)
        self._size = Choice(tr("Traces a day"), 120)
        self._questions.chosen.connect(today.ask)
        self._size.chosen.connect(lambda size: today.draw_daily(int(size)))
        self._lay_out(hub)
        hub.attach(self._start, "today.start")
        self._bring.clicked.connect(self.files_wanted)
        self._tail.clicked.connect(self._start_with_tail)
        self._name.changed.connect(self._review_as)
        today.watch(self._show)
        self._show()

    def _lay_out(self, hub: CommandHub) -> None:
        self.column.setSpacing(0)
        self.column.addSpacing(SPACE.xxl)
        self.column.addWidget(self._headline)
        self.column.addSpacing(SPACE.xs)
        self.column.addWidget(self._about)
        self.column.addSpacing(SPACE.xl)
        actions = QHBoxLayout()
        actions.setSpacing(SPACE.m)
        actions.addWidget(self._start)
        self._start_key = KeyCaps(hub.keys_for("today.start"))
        actions.addWidget(self._start_key)
        actions.addWidget(self._bring)
        actions.addStretch(1)
        self.column.addLayout(actions)
        self.column.addWidget(self._fault)
        self.column.addSpacing(SPACE.xl)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress of the day"))
        self.column.addWidget(self._bar)
        self.column.addSpacing(SPACE.s)
        self.column.addWidget(self._done)
        self.column.addSpacing(SPACE.xs)
        self.column.addWidget(self._drawn)
        self.column.addWidget(self._tail, 0, Qt.AlignmentFlag.AlignLeading)
        self.column.addSpacing(SPACE.xl)
        self._second.setSpacing(SPACE.xs)
        self._second.setContentsMargins(0, 0, 0, 0)
        self._second_part.setLayout(self._second)
        self.column.addWidget(self._second_part)
        self.column.addStretch(1)
        self.column.addWidget(hairline())
        self.column.addSpacing(SPACE.m)
        choices = QHBoxLayout()
        choices.setSpacing(SPACE.l)
        choices.addWidget(self._questions)
        choices.addWidget(self._size)
        choices.addStretch(1)
        self.column.addLayout(choices)
        self.column.addSpacing(SPACE.m)
        self.column.addWidget(self._name)

    def can_start(self) -> bool:
        """Whether there is anything to review."""
        return self._today.queue is not None and self._today.queue.left > 0

    def _show(self) -> None:
        today = self._today
        found = today.queue
        self._headline.setText(today.headline or tr("One moment…"))
        self._about.setText(today.about)
        self._start.setVisible(self.can_start())
        self._start_key.setVisible(self.can_start())
        self._bring.setVisible(found is not None and not found.items)
        self._fault.tell(today.fault)
        total = len(found.items) if found else 0
        self._bar.setVisible(total > 0)
        self._done.setVisible(total > 0)
        self._bar.setMaximum(max(1, total))
        self._bar.setValue(found.done if found else 0)
        self._done.setText(self._done_words())
        self._tail.setVisible(today.tail > 0)
        self._tail.setText(
            trn(
                "Also take up {n} trace left from earlier",
                "Also take up {n} traces left from earlier",
                today.tail,
            ).format(n=today.tail)
        )
        self._show_second_look(today.flagged)
        for choice in (self._questions, self._size):
            choice.setVisible(found is not None)
        self._questions.offer(today.questions, found.rubric.name if found else "")
        sizes = sorted({*_SIZES, today.size})
        self._size.offer([(str(size), str(size)) for size in sizes], str(today.size))
        self._drawn.setText(today.drawn)
        self._drawn.setVisible(bool(today.drawn))
        self._hub.refresh()

    def _done_words(self) -> str:
        found, counts = self._today.queue, self._today.counts
        if found is None:
            return ""
        parts = [tr("{done} of {total} done").format(done=found.done, total=len(found.items))]
        if counts.put_off:
            parts.append(tr("{n} not today").format(n=counts.put_off))
        if counts.not_judged:
            parts.append(tr("{n} could not be judged").format(n=counts.not_judged))
        return " · ".join(parts)

    def _show_second_look(self, flagged: Sequence[TraceWords]) -> None:
        while (old := self._second.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.deleteLater()
        self._second_part.setVisible(bool(flagged))
        if not flagged:
            return
        self._second.addWidget(plain_label(tr("For a second look"), "label", wrap=False))
        for trace in flagged:
            line = link_button(trace.words)
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            line.setAccessibleName(tr("Open the trace “{words}”").format(words=trace.words))
            line.clicked.connect(partial(self._open, trace.uid))
            self._second.addWidget(line)

    def _open(self, uid: str, *_checked: bool) -> None:
        self.item_wanted.emit(uid)

    def _start_with_tail(self) -> None:
        self.start_wanted.emit(True)

    def _review_as(self, name: str) -> None:
        try:
            self._today.review_as(name)
        except AssayError:
            self._name.show_name(self._today.rater)
            return
        self.rater_changed.emit(self._today.rater)


class _NameLine(QWidget):
    """Who is reviewing, and a way to say that it is somebody else."""

    changed = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._words = plain_label("", "muted", wrap=False)
        self._change = link_button(tr("Somebody else"))
        self._field = QLineEdit()
        self._field.setAccessibleName(tr("Your name"))
        self._field.setMaximumWidth(scaled(280))
        self._field.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.m)
        row.addWidget(self._words)
        row.addWidget(self._field)
        row.addWidget(self._change)
        row.addStretch(1)
        self._change.clicked.connect(self._ask)
        self._field.editingFinished.connect(self._take)
        self.show_name(name)

    def show_name(self, name: str) -> None:
        """Say who is reviewing."""
        self._words.setText(tr("Reviewing as {name}").format(name=name))
        self._field.hide()
        self._words.show()
        self._change.show()

    def _ask(self) -> None:
        self._words.hide()
        self._change.hide()
        self._field.clear()
        self._field.setPlaceholderText(tr("Your name"))
        self._field.show()
        self._field.setFocus()

    def _take(self) -> None:
        if not self._field.isVisible():
            return
        name = self._field.text().strip()
        self._field.hide()
        self._words.show()
        self._change.show()
        if name:
            self.show_name(name)
            self.changed.emit(name)
