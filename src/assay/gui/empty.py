"""What a screen says when there is nothing to show yet: what will be here, and how it comes."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assay.gui.buttons import quiet_button
from assay.gui.glyph import Glyph
from assay.gui.plain import plain_label
from assay.gui.tokens import SPACE

_WIDTH = 440
_ICON = 28


class EmptyState(QWidget):
    """A title, one sentence, and at most one thing to do about it."""

    action_wanted = Signal()

    def __init__(self, title: str, sentence: str, action: str = "", icon: str = "") -> None:
        super().__init__()
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        lines = QVBoxLayout(column)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE.s)
        if icon:
            lines.addWidget(Glyph(icon, "muted", _ICON), 0, Qt.AlignmentFlag.AlignLeading)
            lines.addSpacing(SPACE.xs)
        self._title, self._sentence = plain_label(title, "heading"), plain_label(sentence, "muted")
        lines.addWidget(self._title)
        lines.addWidget(self._sentence)
        if action:
            button = quiet_button(action)
            button.clicked.connect(self.action_wanted)
            lines.addSpacing(SPACE.s)
            lines.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        self._place(column)

    def tell(self, title: str, sentence: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._sentence.setText(sentence)

    def _place(self, column: QWidget) -> None:
        """A little above the middle, where the eye looks for it."""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE.xxxl, SPACE.xxl, SPACE.xxxl, SPACE.xxl)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(column, _WIDTH)
        row.addStretch(1)
        outer.addStretch(2)
        outer.addLayout(row)
        outer.addStretch(3)
