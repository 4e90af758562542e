"""What went wrong, in place of what could not be shown: what happened, what is safe, what to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.buttons import quiet_button
from assay.gui.glyph import Glyph
from assay.gui.plain import plain_label
from assay.gui.tokens import SPACE
from assay.viewmodels.latest import Fault


class FaultBox(QWidget):
    """Hidden until there is a fault to tell. ``again`` asks for another try."""

    again = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "failed_wash")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._what = plain_label("", "strong")
        self._rest = plain_label("", "body")
        self._again = quiet_button(tr("Try again"))
        self._again.clicked.connect(self.again)
        words = QVBoxLayout()
        words.setSpacing(SPACE.xs)
        words.addWidget(self._what)
        words.addWidget(self._rest)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.l, SPACE.m, SPACE.l, SPACE.m)
        row.setSpacing(SPACE.m)
        row.addWidget(Glyph("warning", "failed"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._again, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def tell(self, fault: Fault | None) -> None:
        """Tell the fault, or say nothing and take no room."""
        if fault is not None:
            self._what.setText(fault.what)
            self._rest.setText(" ".join(part for part in (fault.safe, fault.what_to_do) if part))
            self.setAccessibleName(f"{fault.what} {self._rest.text()}")
        self.setVisible(fault is not None)

    @property
    def text(self) -> str:
        """Everything that is said; empty while hidden."""
        return f"{self._what.text()} {self._rest.text()}" if not self.isHidden() else ""
