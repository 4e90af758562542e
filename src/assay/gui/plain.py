"""Labels, tooltips and dividing lines: all that the window's frame needs at its first paint.

Every label shows plain text only: what a trace says can never become markup here.
"""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from assay.gui.theme import tokens_now

ROLES = (
    "title",
    "heading",
    "subheading",
    "strong",
    "reading",
    "body",
    "muted",
    "small",
    "label",
    "mono",
    "passed",
    "failed",
    "warning",
)


def plain_label(text: str = "", role: str = "body", *, wrap: bool = True) -> QLabel:
    """A label that shows ``text`` as it is, in one of `ROLES`; it wraps unless told not to."""
    if role not in ROLES:
        raise ValueError(role)
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    label.setProperty("role", role)
    if wrap:
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def plain_tooltip(widget: QWidget, text: str) -> None:
    """Give the widget a tooltip that shows ``text`` as it is; left alone, Qt guesses whether a tooltip is markup."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    widget.setToolTip(f"<span>{escaped}</span>" if text else "")


def hairline(*, vertical: bool = False) -> QFrame:
    """A dividing line, as wide as the look has it."""
    line = _Hairline(vertical)
    line.setProperty("ground", "hairline")
    return line


class _Hairline(QFrame):
    def __init__(self, vertical: bool) -> None:
        super().__init__()
        self._vertical = vertical
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(fixed if vertical else free, free if vertical else fixed)

    def sizeHint(self) -> QSize:
        return QSize(tokens_now().line, tokens_now().line)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
