"""Buttons. All of them show plain text only, and take the colour of their icon from the look in force."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QPushButton

from assay.gui.glyph import DIRECTIONAL
from assay.gui.icon_sets import button_icon
from assay.gui.plain import plain_tooltip
from assay.gui.theme import scaled, tokens_now
from assay.gui.tokens import ICON, SPACE


class Button(QPushButton):
    """A push button whose icon takes its colour from the tokens and follows a change of look.

    ``role`` is ``quiet``, ``primary``, ``plain`` (no outline), ``icon`` (icon alone) or ``link``.
    """

    def __init__(self, text: str, role: str = "quiet", icon: str = "", tone: str = "text") -> None:
        super().__init__(text.replace("&", "&&"))
        self._icon_name = icon
        self._tone = "on_accent" if role == "primary" else tone
        self.setProperty("role", role)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self._tint()

    def show_icon(self, name: str, tone: str = "text") -> None:
        """Show another icon, or the same in another tone."""
        self._icon_name = name
        self._tone = tone
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {
            QEvent.Type.StyleChange,
            QEvent.Type.LayoutDirectionChange,
            QEvent.Type.EnabledChange,
        }:
            self._tint()

    def _tint(self) -> None:
        if not self._icon_name:
            return
        tokens = tokens_now()
        color = getattr(tokens, self._tone) if self.isEnabled() else tokens.disabled
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        name, size, gap = self._icon_name, scaled(ICON), 0 if not self.text() else SPACE.xs
        drawn = button_icon(name, color, size, mirrored=is_mirrored and name in DIRECTIONAL, gap=gap)
        self.setIcon(drawn)
        self.setIconSize(QSize(size + gap, size))


def primary_button(text: str, icon: str = "") -> Button:
    """The one button of a screen that does what the screen is for."""
    return Button(text, "primary", icon)


def quiet_button(text: str, icon: str = "") -> Button:
    """Every other button."""
    return Button(text, "quiet", icon)


def text_button(text: str, icon: str = "", tone: str = "text") -> Button:
    """A button without an outline, for headers and margins."""
    return Button(text, "plain", icon, tone)


def link_button(text: str) -> Button:
    """A button that reads as a link within a page."""
    return Button(text, "link")


def icon_button(icon: str, name: str, tone: str = "muted") -> Button:
    """A button of an icon alone; ``name`` is what it is called in its tooltip and to screen readers."""
    button = Button("", "icon", icon, tone)
    button.setAccessibleName(name)
    plain_tooltip(button, name)
    return button
