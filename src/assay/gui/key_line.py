"""The line at the foot of the Review screen: the keys that matter, each beside what it does."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from assay.gui.keycap import KeyCaps
from assay.gui.plain import plain_label
from assay.gui.theme import scaled
from assay.gui.tokens import SPACE

HEIGHT = 36


class KeyLine(QWidget):
    """Keys with words, left to right; what has no room at the end is left out whole."""

    def __init__(self, entries: Sequence[tuple[tuple[str, ...], str]]) -> None:
        super().__init__()
        self.setProperty("ground", "background")
        self.setFixedHeight(scaled(HEIGHT))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.l, 0, SPACE.l, 0)
        row.setSpacing(SPACE.s)
        for pieces, words in entries:
            for piece in pieces:
                row.addWidget(KeyCaps((piece,)))
            row.addWidget(plain_label(words, "small", wrap=False))
            row.addSpacing(SPACE.m)
        row.addStretch(1)
