"""Review, the screen that matters: the trace at the left, the rubric at the right, progress above, keys below."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.commands import CommandHub
from assay.gui.day_progress import DayProgress
from assay.gui.details import Details
from assay.gui.empty import EmptyState
from assay.gui.fault_box import FaultBox
from assay.gui.key_line import KeyLine
from assay.gui.plain import hairline
from assay.gui.reason_line import ReasonLine
from assay.gui.rubric_panel import RubricPanel
from assay.gui.trace_style import TraceStyle
from assay.gui.trace_view import TraceView
from assay.operations.look import Look
from assay.operations.rubrics import question_kinds
from assay.viewmodels.desk import Desk, Stage
from assay.viewmodels.reading import read_trace
from assay.viewmodels.reading_parts import Reading

_DRAFT_MS = 1000
_STIRS = {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel}


class ReviewPage(QWidget):
    """Draws a `Desk` and forwards what is done on it. ``left`` is emitted when the reviewer goes back to Today."""

    left = Signal()
    revealed = Signal(str)

    def __init__(self, desk: Desk, hub: CommandHub, style: TraceStyle) -> None:
        super().__init__()
        self.desk, self._hub = desk, hub
        self._shown = ""
        self._readings: dict[str, Reading] = {}
        self.setAccessibleName(tr("Review"))
        self.header = DayProgress(hub)
        self.view = TraceView(style)
        self.panel = RubricPanel(_control_of, hub.keys_for)
        self.reason = ReasonLine()
        self.details = Details()
        self.fault = FaultBox()
        self._stack = QStackedWidget()
        self._finish = EmptyState("", "", tr("Back to Today"), "check")
        self._empty = EmptyState(
            tr("Nothing to review"), tr("Nothing was drawn for today."), tr("Back to Today"), "circle"
        )
        for page in (self._finish, self._empty):
            page.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            page.setProperty("focusRing", False)
        self._drafts = QTimer(self)
        self._drafts.setSingleShot(True)
        self._drafts.timeout.connect(desk.leave)
        self._lay_out()
        self._connect()
        desk.watch(self._show)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(0)
        for widget in (self.fault, self.reason, self.details):
            side.addWidget(widget)
        side.addWidget(self.panel, 1)
        work = QWidget()
        row = QHBoxLayout(work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.view, 1)
        row.addWidget(hairline(vertical=True))
        row.addLayout(side)
        for page in (work, self._finish, self._empty):
            self._stack.addWidget(page)
        for box in (self.fault, self.reason, self.details):
            box.setFixedWidth(self.panel.width())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._keys = KeyLine(self._key_entries())
        column.addWidget(self.header)
        column.addWidget(hairline())
        column.addWidget(self._stack, 1)
        column.addWidget(hairline())
        column.addWidget(self._keys)

    def _connect(self) -> None:
        self.header.back.connect(self.go_back)
        self._finish.action_wanted.connect(self.go_back)
        self._empty.action_wanted.connect(self.go_back)
        self.fault.again.connect(self.desk.again)
        self.view.painted.connect(self._painted)
        self.panel.answered.connect(self.desk.answer)
        self.panel.typed.connect(self._typed)
        self.panel.noted.connect(self._noted)
        self.panel.question_chosen.connect(self.desk.focus)
        self._hub.attach(self.panel.submit, "item.submit")
        self.reason.given.connect(self._cannot_judge)
        self.reason.closed.connect(self.take_focus)
        for watched in (self.view, self.panel):
            watched.installEventFilter(self)

    def bind(self) -> None:
        """Tie the commands of this screen to the desk."""
        desk, hub = self.desk, self._hub
        for number in range(1, 11):
            hub.bind(f"answer.option-{number}", partial(desk.choose, number), self._reading)
        hub.bind("answer.pass", partial(desk.choose_passing, True), self._reading)
        hub.bind("answer.fail", partial(desk.choose_passing, False), self._reading)
        hub.bind("question.previous", partial(self._focus_question, -1), self._reading)
        hub.bind("question.next", partial(self._focus_question, 1), self._reading)
        hub.bind("question.guideline", self._guideline, self._reading)
        hub.bind("item.submit", self._submit, self._can_submit)
        hub.bind("item.previous", partial(desk.go, -1), self._reading)
        hub.bind("item.next", partial(desk.go, 1), self._reading)
        hub.bind("item.not-today", desk.put_off, self._reading)
        hub.bind("item.cannot-judge", self._ask_reason, self._reading)
        hub.bind("item.flag", desk.flag, self._reading)
        hub.bind("item.note", self._to_note, self._reading)
        hub.bind("item.folds", self.view.toggle_all_folds, self._reading)
        hub.bind("item.details", self._toggle_details, self._reading)
        hub.bind("review.undo", desk.undo, self._turnable)
        hub.bind("review.redo", desk.redo, self._turnable)

    def set_style(self, style: TraceStyle) -> None:
        """Set the trace in other colours or sizes."""
        self.view.set_style(style)

    def take_focus(self) -> None:
        """Give the keyboard to the trace, so that bare keys are commands."""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_back(self) -> None:
        """Keep what was begun and go to Today."""
        self.desk.leave(self.left.emit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _STIRS:
            self.desk.stir()
        return super().eventFilter(watched, event)

    # Drawing

    def _show(self) -> None:
        desk = self.desk
        self.fault.tell(desk.fault)
        self.header.show_progress(desk.day.done, len(desk.day), desk.minutes_left)
        self.header.say(desk.message)
        self._keys.setVisible(desk.stage not in (Stage.FINISHED, Stage.EMPTY))
        if desk.stage is Stage.FINISHED:
            self._show_finish()
        elif desk.stage is Stage.EMPTY:
            self._show_empty()
        elif desk.sheet is not None and desk.rubric is not None:
            self._stack.setCurrentIndex(0)
            self.panel.show_rubric(desk.rubric)
            self.panel.show_sheet(desk.sheet)
            self.header.show_flag(desk.sheet.item.flagged)
            self._show_trace(desk.sheet.look)
        self._hub.refresh()

    def _show_trace(self, look: Look) -> None:
        if self._shown != look.named.uid:
            self._shown = look.named.uid
            self.details.hide()
            self.reason.hide()
            self.view.show_reading(self._reading_of(look))
            self.take_focus()
        elif not self.desk.ready and self.desk.stage is Stage.READING:
            # The same trace again, as after an undo of its own judgement: it is on the screen already.
            self.desk.painted(look.named.uid)
        if self.desk.upcoming is not None:
            self.view.prepare(self._reading_of(self.desk.upcoming))

    def _reading_of(self, look: Look) -> Reading:
        uid = look.named.uid
        if uid not in self._readings:
            kept = {one: self._readings[one] for one in [self._shown] if one in self._readings}
            self._readings = {**kept, **dict(list(self._readings.items())[-2:]), uid: read_trace(look.trace)}
        return self._readings[uid]

    def _show_empty(self) -> None:
        self._tell(self._empty, tr("Nothing to review"), tr("Nothing was drawn for today."))

    def _tell(self, page: EmptyState, title: str, sentence: str) -> None:
        """Show a page without a trace; a fault, which has its place beside the trace, is told in its stead."""
        fault = self.desk.fault
        if fault is not None:
            title, sentence = fault.what, " ".join(part for part in (fault.safe, fault.what_to_do) if part)
        page.tell(title, sentence)
        self._stack.setCurrentWidget(page)

    def _show_finish(self) -> None:
        self._shown = ""
        sentence = tr("{n} traces looked at. Everything is saved.").format(n=self.desk.day.done)
        self._tell(self._finish, tr("That is all for today."), sentence)
        self._finish.setFocus()

    def _painted(self) -> None:
        if self._shown:
            self.desk.painted(self._shown)
            self._hub.refresh()

    def _key_entries(self) -> list[tuple[tuple[str, ...], str]]:
        keys = self._hub.keys_for
        return [
            (("1–9",), tr("answer")),
            ((*keys("question.previous"), *keys("question.next")), tr("question")),
            (keys("item.submit"), tr("next")),
            (keys("review.undo"), tr("undo")),
            (keys("item.not-today"), tr("not today")),
            (keys("item.cannot-judge"), tr("cannot judge")),
            (keys("program.keys"), tr("all keys")),
        ]

    # Doing

    def _reading(self) -> bool:
        return self.desk.ready

    def _turnable(self) -> bool:
        return self.desk.ready or self.desk.stage is Stage.FINISHED

    def _can_submit(self) -> bool:
        return self.desk.ready or self.desk.stage in (Stage.FINISHED, Stage.EMPTY)

    def _submit(self) -> None:
        if self.desk.stage in (Stage.FINISHED, Stage.EMPTY):
            self.go_back()
            return
        self.take_focus()
        self.desk.submit()

    def _focus_question(self, steps: int) -> None:
        if self.desk.sheet is not None:
            self.desk.focus(self.desk.sheet.focused + steps)
            self.panel.take_focus(self.desk.sheet.focused)

    def _guideline(self) -> None:
        if self.desk.sheet is not None:
            self.panel.toggle_guideline(self.desk.sheet.focused)

    def _to_note(self) -> None:
        self.panel.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _ask_reason(self) -> None:
        if self.desk.sheet is not None:
            self.reason.ask(self.desk.sheet.item.trace_uid)

    def _cannot_judge(self, uid: str, reason: str) -> None:
        if self.desk.sheet is not None and self.desk.sheet.item.trace_uid == uid:
            self.desk.cannot_judge(reason)

    def _toggle_details(self) -> None:
        if self.details.isVisible() or self.desk.sheet is None:
            self.details.hide()
        elif self.desk.decided:
            self.details.show_trace(self.desk.sheet.look.trace)
            self.revealed.emit(self.desk.sheet.item.trace_uid)
        else:
            self.details.show_hidden()

    def _typed(self, criterion: str, value: str) -> None:
        if self.desk.sheet is not None:
            self.desk.sheet.take_text(criterion, value)
            self._drafts.start(_DRAFT_MS)

    def _noted(self, text: str) -> None:
        if self.desk.sheet is not None:
            self.desk.sheet.take_note(text)
            self._drafts.start(_DRAFT_MS)


def _control_of(kind: str) -> str:
    known = question_kinds().get(kind)
    return known.control if known else "text"
