"""Short typed entries: a figure, or a day. What cannot be read is marked and changes nothing."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from assay.base.translation import tr
from assay.gui.theme import scaled


class FigureBox(QLineEdit):
    """A figure with its unit. ``settled(float)`` speaks when a person finished typing another one within bounds."""

    settled = Signal(float)

    def __init__(self, name: str, *, unit: str = "", low: float = -1e12, high: float = 1e12) -> None:
        super().__init__()
        self._name, self._unit, self._low, self._high = name, unit, low, high
        self._value: float | None = None
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        self.setFixedWidth(scaled(92))
        self.editingFinished.connect(self._read)
        self.textEdited.connect(lambda _text: self._mark(wrong=False))

    @property
    def value(self) -> float | None:
        """The last figure that was settled or put in; None while there is none."""
        return self._value

    def put(self, value: float | None) -> None:
        """Show this figure, without speaking; one that is being typed is left alone."""
        if self.hasFocus() and self.isModified():
            return
        self._value = value
        self.setText("" if value is None else f"{value:.6g}{self._unit}")
        self._mark(wrong=False)

    def read(self) -> float | None:
        """What is typed, as a figure within bounds; None where it is not one."""
        typed = (
            self.text().replace(self._unit.strip() or "\0", "").replace(",", ".").replace("−", "-").strip()
        )
        try:
            value = float(typed)
        except ValueError:
            return None
        return value if self._low <= value <= self._high else None

    def _read(self) -> None:
        if not self.isModified():
            return
        value = self.read()
        self._mark(wrong=value is None)
        if value is not None:
            self.setModified(False)
            self._value = value
            self.settled.emit(value)

    def _mark(self, wrong: bool) -> None:
        hint = tr("{name}: a figure from {low} to {high} is needed")
        told = hint.format(name=self._name, low=f"{self._low:g}", high=f"{self._high:g}")
        self.setAccessibleName(told if wrong else self._name)
        self.setClearButtonEnabled(wrong)


class DayBox(QLineEdit):
    """A day as YYYY-MM-DD. ``settled()`` speaks when a person finished typing a day that exists."""

    settled = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._day: date | None = None
        self.setAccessibleName(name)
        self.setPlaceholderText(tr("YYYY-MM-DD"))
        self.setMaxLength(10)
        self.setFixedWidth(scaled(116))
        self.editingFinished.connect(self._read)

    @property
    def day(self) -> date | None:
        """The day that was last settled or put in."""
        return self._day

    def put(self, day: date | None) -> None:
        """Show this day, without speaking."""
        self._day = day
        self.setText(day.isoformat() if day else "")

    def _read(self) -> None:
        try:
            day = date.fromisoformat(self.text().strip())
        except ValueError:
            self.setText(self._day.isoformat() if self._day else "")
            return
        if day != self._day:
            self._day = day
            self.settled.emit()
