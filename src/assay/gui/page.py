"""The frame every page stands in, so that one left edge and one measure hold from page to page."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from assay.gui.plain import plain_label
from assay.gui.tokens import SPACE

PAGE_WIDTH = 1120
"""The widest a page's column grows, in device-independent pixels."""


class Page(QScrollArea):
    """A page that scrolls when it must. Widgets go into `column`, top to bottom, under the page's title."""

    def __init__(self, title: str = "", width: int = PAGE_WIDTH, *, centred: bool = False) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(title)
        self.column = QVBoxLayout()
        self.column.setSpacing(SPACE.l)
        self.column.setContentsMargins(0, 0, 0, 0)
        body = QWidget()
        body.setMaximumWidth(width)
        body.setLayout(self.column)
        self.setWidget(_framed(body, width, centred))
        if title:
            self.column.addWidget(plain_label(title, "title"))


def _framed(body: QWidget, width: int, centred: bool) -> QWidget:
    frame = QWidget()
    frame.setProperty("ground", "background")
    row = QHBoxLayout(frame)
    row.setContentsMargins(SPACE.xxxl, SPACE.xxl, SPACE.xxxl, SPACE.xxl)
    if centred:
        row.addStretch(1)
    # Next to the body's share the margins' is nothing, until the body has reached its widest.
    row.addWidget(body, width)
    row.addStretch(1)
    return frame
