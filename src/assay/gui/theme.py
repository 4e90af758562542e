"""How the program looks at the moment: palette, style sheet and font on Qt's Fusion style, made from tokens.

The `Theme` is a child of the application and a trait of it, as its palette is: widgets that paint themselves ask
`tokens_now` while painting and are repainted by Qt when the look changes.
"""

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from assay.base.errors import Refused
from assay.base.resources import resource
from assay.base.translation import tr
from assay.gui.fonts import points, program_font
from assay.gui.style_sheet import style_sheet
from assay.gui.tokens import APPEARANCES, CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, TYPE, Tokens

CHOICES = ("system", *APPEARANCES)

STYLE = ("-style", "fusion")
"""The words that make a QApplication draw in Fusion. ``setStyle`` does the same and loads all of QStyle before the
first paint."""


class Theme(QObject):
    """The appearance in force and the reader's choice of it. Make one for the application, before any window."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system", text_scale: float = 1.0) -> None:
        super().__init__(app)
        self._app = app
        self._choice = _known(choice)
        self._text_scale = text_scale
        self._tokens = tokens_for(choice)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow_system)
        self._put_on()

    @property
    def tokens(self) -> Tokens:
        """The tokens in force."""
        return self._tokens

    @property
    def choice(self) -> str:
        """What was chosen: one of `CHOICES`."""
        return self._choice

    @property
    def text_scale(self) -> float:
        """How many times its usual size text is."""
        return self._text_scale

    def choose(self, choice: str) -> None:
        """Look so from now on; ``system`` follows the desktop. Raises Refused for a name not in `CHOICES`."""
        self._choice = _known(choice)
        self._put_on()

    def set_text_scale(self, text_scale: float) -> None:
        """Show all text ``text_scale`` times its usual size."""
        self._text_scale = text_scale
        self._put_on()

    def _follow_system(self) -> None:
        if self._choice == "system" and tokens_for("system") != self._tokens:
            self._put_on()

    def _put_on(self) -> None:
        # The window's own frame follows where the desktop lets a program say so (not under bare X).
        QGuiApplication.styleHints().setColorScheme(_scheme(self._choice))
        self._tokens = tokens_for(self._choice)
        apply_theme(self._app, self._tokens, self._text_scale)
        self.changed.emit()


def tokens_for(choice: str) -> Tokens:
    """The tokens a choice stands for at the moment: its own, or those nearest to what the desktop asks for."""
    if choice != "system":
        return APPEARANCES[choice]
    hints = QGuiApplication.styleHints()
    dark = hints.colorScheme() == Qt.ColorScheme.Dark
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return CONTRAST_DARK if dark else CONTRAST_LIGHT
    return DARK if dark else LIGHT


def apply_theme(app: QApplication, tokens: Tokens, text_scale: float = 1.0) -> None:
    """Give the whole program this appearance: font, palette and style sheet."""
    app.setFont(program_font(round(TYPE.body * text_scale)))
    app.setPalette(palette(tokens))
    app.setStyleSheet(style_sheet(tokens, resource("icons", "controls").as_posix(), text_scale, points(1.0)))


def tokens_now() -> Tokens:
    """The tokens in force; the light ones where no theme was made (a widget alone in a test)."""
    theme = current_theme()
    return theme.tokens if theme else LIGHT


def scaled(px: float) -> int:
    """A length that grows with the text, in whole device-independent pixels."""
    theme = current_theme()
    return round(px * (theme.text_scale if theme else 1.0))


def current_theme() -> Theme | None:
    """The application's theme, where one was made."""
    app = QCoreApplication.instance()
    if app is None:
        return None
    return app.findChild(Theme, options=Qt.FindChildOption.FindDirectChildrenOnly)


def palette(tokens: Tokens) -> QPalette:
    """The palette for what the style sheet does not speak of: Fusion's own drawing, and text without a ground."""
    made = QPalette()
    for role, color in _roles(tokens).items():
        made.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.disabled))
    return made


def _roles(tokens: Tokens) -> dict[QPalette.ColorRole, str]:
    role = QPalette.ColorRole
    return {
        role.Window: tokens.background,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.sunken,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.failed,
        role.Light: tokens.surface,
        role.Midlight: tokens.hover,
        role.Mid: tokens.hairline,
        role.Dark: tokens.edge,
        role.Shadow: tokens.edge,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.text,
    }


def _scheme(choice: str) -> Qt.ColorScheme:
    if choice == "system":
        return Qt.ColorScheme.Unknown
    return Qt.ColorScheme.Dark if APPEARANCES[choice].dark else Qt.ColorScheme.Light


def _known(choice: str) -> str:
    if choice in CHOICES:
        return choice
    raise Refused(
        tr("There is no appearance named “{name}”.").format(name=choice),
        tr("Choose one of: {names}.").format(names=", ".join(CHOICES)),
    )
