"""One question of the rubric as it is asked: its words and the control its kind calls for."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.keycap import KeyCaps
from assay.gui.option_button import OptionButton
from assay.gui.plain import plain_label
from assay.gui.theme import scaled, tokens_now
from assay.gui.tokens import SPACE
from assay.model.criterion import Criterion

_RULE = 3
_SIDE_BY_SIDE = 2


class QuestionControl(QWidget):
    """A question with its answers. A rule in the margin marks the one in focus, which alone shows its keys.

    ``answered(criterion, value)`` is an answer chosen; ``typed(criterion, value)`` a text as it is being written;
    ``chosen(place)`` that the reviewer turned to this question.
    """

    answered = Signal(str, str)
    typed = Signal(str, str)
    chosen = Signal(int)

    def __init__(
        self, criterion: Criterion, place: int, control: str, keys: Callable[[int], tuple[str, ...]]
    ) -> None:
        super().__init__()
        self.criterion, self._place, self._keys = criterion, place, keys
        self._buttons: list[OptionButton] = []
        self._field: QLineEdit | QPlainTextEdit | None = None
        self._in_focus = False
        self.setAccessibleName(criterion.question)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.xs, 0, SPACE.xs)
        column.setSpacing(SPACE.s)
        self._words = plain_label(criterion.question, "strong")
        self._guide = KeyCaps()
        head = QHBoxLayout()
        head.setSpacing(SPACE.s)
        head.addWidget(self._words, 1)
        head.addWidget(self._guide, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        _CONTROLS[control](self, column)
        self._guideline = plain_label(criterion.guideline, "muted")
        self._guideline.hide()
        column.addWidget(self._guideline)

    def show_answer(self, value: str) -> None:
        """Show what is answered at the moment; empty for nothing."""
        for button in self._buttons:
            button.setChecked(button.option.value == value)
        if isinstance(self._field, QPlainTextEdit) and self._field.toPlainText() != value:
            self._field.setPlainText(value)
        elif isinstance(self._field, QLineEdit) and self._field.text() != value:
            self._field.setText(value)

    def show_focus(self, on: bool, guideline_key: tuple[str, ...]) -> None:
        """Mark the question as the one that keys answer, or not."""
        self._in_focus = on
        self._guide.setVisible(on and bool(self.criterion.guideline))
        self._guide.set_pieces(guideline_key)
        for number, button in enumerate(self._buttons, 1):
            button.show_keys(self._keys(number) if on else ())
        if not on:
            self._guideline.hide()
        self.update()

    def toggle_guideline(self) -> None:
        """Show how the question is meant, or put it away."""
        self._guideline.setVisible(not self._guideline.isVisible() and bool(self.criterion.guideline))

    def take_focus(self) -> None:
        """Give the keyboard to the question's field, where it is one that is typed into."""
        if self._field is not None:
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._in_focus:
            return
        painter = QPainter(self)
        width = scaled(_RULE)
        x = 0 if not self.isRightToLeft() else self.width() - width
        painter.fillRect(x, SPACE.xs, width, self.height() - 2 * SPACE.xs, QColor(tokens_now().accent))
        painter.end()

    def _options(self, column: QVBoxLayout) -> None:
        """Options that can be told apart at a glance: two side by side, more under each other."""
        few = len(self.criterion.options) <= _SIDE_BY_SIDE
        line = QHBoxLayout() if few else QVBoxLayout()
        line.setSpacing(SPACE.s)
        self._add_buttons(line, narrow=False)
        column.addLayout(line)

    def _scale(self, column: QVBoxLayout) -> None:
        """The steps side by side, the words of both ends under them."""
        line = QHBoxLayout()
        line.setSpacing(SPACE.xs)
        self._add_buttons(line, narrow=True)
        column.addLayout(line)
        options = self.criterion.options
        if options and options[0].label != options[0].value:
            ends = QHBoxLayout()
            ends.setSpacing(SPACE.l)
            low, high = plain_label(options[0].label, "small"), plain_label(options[-1].label, "small")
            high.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            ends.addWidget(low, 1)
            ends.addWidget(high, 1)
            column.addLayout(ends)

    def _number(self, column: QVBoxLayout) -> None:
        field = QLineEdit()
        low, high = self.criterion.minimum, self.criterion.maximum
        if low is not None and high is not None:
            field.setPlaceholderText(tr("{low} to {high}").format(low=f"{low:g}", high=f"{high:g}"))
        field.textEdited.connect(self._typed)
        self._take_field(field, column)

    def _text(self, column: QVBoxLayout) -> None:
        field = QPlainTextEdit()
        field.setTabChangesFocus(True)
        field.setFixedHeight(scaled(72))
        field.textChanged.connect(self._text_changed)
        self._take_field(field, column)

    def _take_field(self, field: "QLineEdit | QPlainTextEdit", column: QVBoxLayout) -> None:
        field.setAccessibleName(self.criterion.question)
        self._field = field
        column.addWidget(field)

    def _add_buttons(self, line: "QHBoxLayout | QVBoxLayout", *, narrow: bool) -> None:
        for option in self.criterion.options:
            button = OptionButton(option, (), narrow=narrow)
            button.clicked.connect(partial(self._clicked, option.value))
            self._buttons.append(button)
            line.addWidget(button)

    def _clicked(self, value: str, *_checked: bool) -> None:
        self.chosen.emit(self._place)
        self.answered.emit(self.criterion.name, value)

    def _typed(self, text: str) -> None:
        self.typed.emit(self.criterion.name, text.strip())

    def _text_changed(self) -> None:
        if isinstance(self._field, QPlainTextEdit):
            self.typed.emit(self.criterion.name, self._field.toPlainText())


_CONTROLS: dict[str, Callable[[QuestionControl, QVBoxLayout], None]] = {
    "options": QuestionControl._options,
    "scale": QuestionControl._scale,
    "number": QuestionControl._number,
    "text": QuestionControl._text,
}
