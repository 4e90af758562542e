"""Setting a limit: which side is good, from which value on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.buttons import quiet_button
from assay.gui.choice import DropDown
from assay.gui.entry import FigureBox
from assay.gui.plain import plain_label
from assay.gui.theme import scaled
from assay.gui.tokens import SPACE
from assay.model.estimate import Threshold

_LEAD = 280


class LimitRow(QWidget):
    """One limit as a sentence to fill in. ``kept(value, direction)`` speaks when a person keeps it."""

    kept = Signal(float, str)

    def __init__(self, share: bool) -> None:
        super().__init__()
        self._scale = 100.0 if share else 1.0
        self._lead = plain_label("", wrap=False)
        self._lead.setMinimumWidth(scaled(_LEAD))
        self._side = DropDown()
        self._side.setAccessibleName(tr("The good side of the limit"))
        self._side.addItem(tr("above"), "above")
        self._side.addItem(tr("below"), "below")
        self._figure = FigureBox(tr("Limit"), unit=" %", low=0, high=100) if share else FigureBox(tr("Limit"))
        self._keep = quiet_button(tr("Set limit"))
        self._keep.clicked.connect(self._speak)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.s)
        for widget in (self._lead, self._side, self._figure, self._keep):
            row.addWidget(widget)
        row.addStretch(1)

    def tell(self, lead: str, limit: Threshold | None) -> None:
        """Show what the limit is about, and where it lies now. A figure that is being typed is left alone."""
        self._lead.setText(lead)
        if not self._figure.hasFocus():
            self._side.setCurrentIndex(1 if limit is not None and limit.direction == "below" else 0)
        self._figure.put(None if limit is None else limit.value * self._scale)

    def fill_in(self, value: float, direction: str) -> None:
        """Put a figure (as shown) and a side in, as a person would."""
        self._figure.put(value)
        self._side.setCurrentIndex(self._side.findData(direction))

    def keep(self) -> None:
        """Press the button."""
        self._keep.click()

    def _speak(self) -> None:
        value = self._figure.read()
        if value is not None:
            self.kept.emit(value / self._scale, str(self._side.currentData()))
