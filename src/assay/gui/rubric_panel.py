"""The panel at the right of a trace: the questions, the note, and the one button that submits."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.buttons import primary_button
from assay.gui.keycap import KeyCaps
from assay.gui.plain import plain_label
from assay.gui.question_control import QuestionControl
from assay.gui.theme import scaled
from assay.gui.tokens import SPACE
from assay.model.rubric import Rubric
from assay.viewmodels.sheet import Sheet

WIDTH = 368
_NOTE_HEIGHT = 76


class RubricPanel(QWidget):
    """Shows a rubric once and then, item by item, what is answered. It only says what was done to it."""

    answered = Signal(str, str)
    typed = Signal(str, str)
    noted = Signal(str)
    question_chosen = Signal(int)

    def __init__(self, control_of: Callable[[str], str], keys_of: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._control_of, self._keys_of = control_of, keys_of
        self._controls: list[QuestionControl] = []
        self._rubric: tuple[str, int] | None = None
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(scaled(WIDTH))
        self.setAccessibleName(tr("Rubric"))
        self._questions = QVBoxLayout()
        self._questions.setSpacing(SPACE.m)
        self._questions.setContentsMargins(0, 0, 0, 0)
        self.note = _NoteField()
        self.note.textChanged.connect(self._note_changed)
        self.submit = primary_button(tr("Submit and next"))
        on_button = QHBoxLayout(self.submit)
        on_button.setContentsMargins(0, 0, SPACE.m, 0)
        on_button.addStretch(1)
        on_button.addWidget(KeyCaps(keys_of("item.submit")))
        self._lay_out()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("ground", "surface")
        column = QVBoxLayout(inside)
        column.setContentsMargins(SPACE.s, SPACE.l, SPACE.xl, SPACE.s)
        column.setSpacing(SPACE.m)
        column.addLayout(self._questions)
        column.addLayout(self._note_part())
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        foot = QVBoxLayout()
        foot.setContentsMargins(SPACE.s + SPACE.l, SPACE.m, SPACE.xl, SPACE.l)
        foot.addWidget(self.submit)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addLayout(foot)

    def _note_part(self) -> QVBoxLayout:
        head = QHBoxLayout()
        head.addWidget(plain_label(tr("Note"), "label", wrap=False), 1)
        head.addWidget(KeyCaps(self._keys_of("item.note")))
        part = QVBoxLayout()
        part.setContentsMargins(SPACE.l, 0, 0, 0)
        part.setSpacing(SPACE.s)
        part.addLayout(head)
        part.addWidget(self.note)
        return part

    def show_rubric(self, rubric: Rubric) -> None:
        """Ask these questions from now on."""
        if self._rubric == (rubric.name, rubric.version):
            return
        self._rubric = (rubric.name, rubric.version)
        for old in self._controls:
            self._questions.removeWidget(old)
            old.deleteLater()
        self._controls = []
        for place, criterion in enumerate(rubric.criteria):
            control = QuestionControl(criterion, place, self._control_of(criterion.kind), self._option_key)
            control.answered.connect(self.answered)
            control.typed.connect(self.typed)
            control.chosen.connect(self.question_chosen)
            self._questions.addWidget(control)
            self._controls.append(control)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show the answers and the note as they stand, and which question is in focus."""
        guideline = self._keys_of("question.guideline")
        for place, control in enumerate(self._controls):
            control.show_answer(sheet.answers.get(control.criterion.name, ""))
            control.show_focus(place == sheet.focused, guideline)
        if self.note.toPlainText() != sheet.note:
            self.note.setPlainText(sheet.note)

    def toggle_guideline(self, place: int) -> None:
        """Show how a question is meant, or put it away."""
        if place < len(self._controls):
            self._controls[place].toggle_guideline()

    def take_focus(self, place: int) -> None:
        """Give the keyboard to a question's field, where it has one."""
        if place < len(self._controls):
            self._controls[place].take_focus()

    def _option_key(self, number: int) -> tuple[str, ...]:
        return self._keys_of(f"answer.option-{number}") if number <= 10 else ()

    def _note_changed(self) -> None:
        self.noted.emit(self.note.toPlainText())


class _NoteField(QPlainTextEdit):
    """Where the note is written. Esc gives the keyboard back to the questions."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(scaled(_NOTE_HEIGHT))
        self.setAccessibleName(tr("Note"))
        self.setPlaceholderText(tr("What you saw, in your own words"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
            return
        super().keyPressEvent(event)
