"""Choosing among a few: a labelled drop-down that the wheel does not change by accident, and a row of them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from assay.gui.flow import FlowLayout
from assay.gui.plain import plain_label
from assay.gui.theme import scaled
from assay.gui.tokens import SPACE

_LONGEST = 120
_POPUP = 560
_ARROW = 52


class DropDown(QComboBox):
    """A drop-down of (key, title). A wheel that scrolls the page passes over it and changes nothing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As Qt draws it, with an ellipsis where the chosen words do not fit."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self.width() - scaled(_ARROW) + 4
        words = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        option.currentText = words
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def showPopup(self) -> None:
        """As wide as the longest option, within reason."""
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(self.itemText(at)) for at in range(self.count())), default=0)
        self.view().setMinimumWidth(min(longest + scaled(_ARROW), scaled(_POPUP)))
        super().showPopup()


class Choice(QWidget):
    """A drop-down under its name. ``chosen(key)`` speaks only when a person chose."""

    chosen = Signal(str)

    def __init__(self, title: str, width: int = 160) -> None:
        super().__init__()
        self._box = DropDown()
        self._box.setAccessibleName(title)
        self._box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._widest = width
        self._box.activated.connect(self._speak)
        self._options: list[tuple[str, str]] = []
        label = plain_label(title, "label", wrap=False)
        label.setBuddy(self._box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        column.addWidget(label)
        column.addWidget(self._box)

    def offer(self, options: Sequence[tuple[str, str]], key: str) -> None:
        """Offer these (key, title) and show ``key`` as chosen, without speaking."""
        with QSignalBlocker(self._box):
            if list(options) != self._options:
                self._options = list(options)
                self._box.clear()
                for _, title in options:
                    self._box.addItem(title if len(title) <= _LONGEST else title[: _LONGEST - 1] + "…")
            self._fit()
            self._box.setCurrentIndex(next((i for i, option in enumerate(options) if option[0] == key), -1))
        self.setEnabled(len(options) > 1)

    @property
    def key(self) -> str:
        """The key that is shown as chosen; empty for none."""
        at = self._box.currentIndex()
        return self._options[at][0] if 0 <= at < len(self._options) else ""

    @property
    def box(self) -> DropDown:
        """The drop-down itself, for tab order and tests."""
        return self._box

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange} and hasattr(self, "_options"):
            self._fit()

    def _fit(self) -> None:
        """As wide as the longest option, within bounds."""
        metrics = self._box.fontMetrics()
        longest = max((metrics.horizontalAdvance(title) for _, title in self._options), default=0)
        self._box.setMinimumWidth(max(scaled(96), min(longest + scaled(_ARROW), scaled(self._widest))))

    def _speak(self, at: int) -> None:
        self.chosen.emit(self._options[at][0])


class FilterRow(QWidget):
    """Choices side by side, their feet on one line; a narrow page breaks the row."""

    def __init__(self) -> None:
        super().__init__()
        self._row = FlowLayout(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, *widgets: QWidget) -> None:
        """Put these at the end of the row."""
        for widget in widgets:
            self._row.addWidget(widget)
