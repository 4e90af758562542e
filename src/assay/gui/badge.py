"""Verdicts. Colour never speaks alone: pass has a tick, fail a cross, warning a triangle, missing an empty circle."""

from enum import StrEnum

from PySide6.QtWidgets import QHBoxLayout, QWidget

from assay.gui.glyph import Glyph
from assay.gui.plain import plain_label
from assay.gui.tokens import SPACE


class Verdict(StrEnum):
    """What a badge says."""

    PASSED = "passed"
    FAILED = "failed"
    WARNING = "warning"
    MISSING = "missing"


_ICONS = {
    Verdict.PASSED: "check",
    Verdict.FAILED: "cross",
    Verdict.WARNING: "warning",
    Verdict.MISSING: "circle",
}

_SIZE = 16


def verdict_of(passed: bool | None) -> Verdict:
    """The verdict for an answer: passed, failed, or not given."""
    if passed is None:
        return Verdict.MISSING
    return Verdict.PASSED if passed else Verdict.FAILED


def verdict_icon(verdict: Verdict) -> tuple[str, str]:
    """The name of the verdict's icon and of the token that colours it, for delegates that paint their own."""
    return _ICONS[verdict], "muted" if verdict is Verdict.MISSING else verdict.value


class Badge(QWidget):
    """A verdict's mark with a few words beside it."""

    def __init__(self, verdict: Verdict, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = Glyph(*verdict_icon(verdict), _SIZE)
        self._words = plain_label(text, wrap=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.xs + 2)
        row.addWidget(self._mark)
        row.addWidget(self._words)
        row.addStretch(1)
        self.show_verdict(verdict, text)

    def show_verdict(self, verdict: Verdict, text: str) -> None:
        """Show another verdict, or the same in other words."""
        name, tone = verdict_icon(verdict)
        self._mark.show_icon(name, tone)
        self._words.setText(text)
        self._words.setProperty("role", tone)
        self._words.style().unpolish(self._words)
        self._words.style().polish(self._words)
        self.setAccessibleName(text)
