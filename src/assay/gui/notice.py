"""One line across the top of the page: that the data is synthetic, or that something went wrong."""

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.buttons import icon_button
from assay.gui.glyph import Glyph
from assay.gui.plain import hairline, plain_tooltip
from assay.gui.tokens import CONTROL_HEIGHT, SPACE

Kind = Literal["synthetic", "info", "warning", "error"]

_LOOKS: dict[str, tuple[str, str, str]] = {
    "synthetic": ("info", "warning", "warning_wash"),
    "info": ("info", "accent", "accent_wash"),
    "warning": ("warning", "warning", "warning_wash"),
    "error": ("cross", "failed", "failed_wash"),
}
"""Icon, its tone, and the ground."""


class Notice(QWidget):
    """A line of plain text with an icon; all but a standing one can be put away."""

    put_away = Signal()

    def __init__(self, *, standing: bool) -> None:
        super().__init__()
        self._icon = Glyph("info", "accent", 16)
        self._words = ElidedLabel()
        self._close = icon_button("cross", tr("Put away"))
        if standing:
            self._close.hide()
        self._close.clicked.connect(self.clear)
        self._close.clicked.connect(self.put_away)
        self._line = QWidget()
        self._line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self._line)
        row.setContentsMargins(SPACE.xl, 2, SPACE.s, 2)
        row.setSpacing(SPACE.s)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(self._close)
        self._line.setMinimumHeight(CONTROL_HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._line)
        column.addWidget(hairline())

    @property
    def text(self) -> str:
        """What is said, in full."""
        return self._words.full_text

    def say(self, text: str, kind: Kind) -> None:
        """Show the text as it is."""
        name, tone, ground = _LOOKS[kind]
        self._icon.show_icon(name, tone)
        self._words.set_full_text(text)
        self._line.setProperty("ground", ground)
        self._line.style().unpolish(self._line)
        self._line.style().polish(self._line)
        self.setAccessibleName(text)
        self.show()

    def clear(self) -> None:
        """Say nothing and take no room."""
        self._words.set_full_text("")
        self.hide()


class ElidedLabel(QLabel):
    """A label of one line that ends in an ellipsis where room is short; its tooltip has the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(40)
        self._full = ""

    @property
    def full_text(self) -> str:
        """The whole text."""
        return self._full

    def set_full_text(self, text: str) -> None:
        """Show as much of the text as fits; line breaks count as blanks."""
        self._full = " ".join(text.split())
        self.setAccessibleName(self._full)
        plain_tooltip(self, self._full)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width()))
