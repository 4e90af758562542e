"""A line that unfolds what is below it: for what matters only to those who ask."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from assay.gui.buttons import Button
from assay.gui.tokens import SPACE


class Fold(QWidget):
    """Folded at first. ``opened(bool)`` speaks when a person folds or unfolds it."""

    opened = Signal(bool)

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self._open = False
        self._line = Button(title, "link", "chevron-right", "accent")
        self._line.clicked.connect(self._turn)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        column.addWidget(self._line)
        column.addWidget(content)
        content.hide()

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._line.setText(title.replace("&", "&&"))

    @property
    def is_open(self) -> bool:
        """Whether the content is shown."""
        return self._open

    def unfold(self, is_open: bool = True) -> None:
        """Show the content, or put it away."""
        self._open = is_open
        self._line.show_icon("chevron-down" if is_open else "chevron-right", "accent")
        self._content.setVisible(is_open)

    def _turn(self) -> None:
        self.unfold(not self._open)
        self.opened.emit(self._open)
