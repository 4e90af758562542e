"""The one place of colours, sizes of type and spacing. Plain data; nothing of Qt.

Colours are ``#rrggbb``; sizes are device-independent pixels. Contrast is measured, not guessed: a test holds every
pair of text and ground at 4.5:1 or more (high contrast: 7:1), and the edges of controls at 3:1.
"""

from typing import NamedTuple


class Tokens(NamedTuple):
    """One appearance: its grounds, lines, text, accent and verdict colours.

    ``edge`` outlines what can be filled in or ticked; ``hairline`` only divides; ``disabled`` is for what cannot be
    used now. A *wash* is a pale ground of the
    same hue, to be read on with ``text``. ``line`` is the width of every dividing line.
    """

    name: str
    dark: bool
    background: str
    surface: str
    sunken: str
    hover: str
    hairline: str
    edge: str
    disabled: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_strong: str
    accent_wash: str
    passed: str
    passed_wash: str
    failed: str
    failed_wash: str
    warning: str
    warning_wash: str
    line: int = 1


class TypeScale(NamedTuple):
    """Sizes of type. Reading text stands at ``line_height`` and is at most ``measure`` characters wide."""

    small: int = 12
    body: int = 14
    reading: int = 16
    heading: int = 20
    title: int = 28
    mono: float = 13.5
    line_height: float = 1.55
    measure: int = 76


class Space(NamedTuple):
    """Steps of four."""

    xs: int = 4
    s: int = 8
    m: int = 12
    l: int = 16  # noqa: E741 - s, m, l are how sizes are called
    xl: int = 24
    xxl: int = 32
    xxxl: int = 48


TYPE = TypeScale()
SPACE = Space()

RADIUS = 6
PANEL_RADIUS = 10
FOCUS_WIDTH = 2
FOCUS_GAP = 2
CONTROL_HEIGHT = 36
ICON = 20
MOTION_MS = 120

LIGHT = Tokens(
    name="light",
    dark=False,
    background="#FAFAF8",
    surface="#FFFFFF",
    sunken="#F3F2EF",
    hover="#EAE8E3",
    hairline="#E2E0DB",
    edge="#8C8880",
    disabled="#8C8880",
    text="#1C1B19",
    muted="#5C5953",
    accent="#2A5C8F",
    on_accent="#FFFFFF",
    accent_strong="#1F4A76",
    accent_wash="#E7EFF7",
    passed="#14714F",
    passed_wash="#E3F2EB",
    failed="#B23A22",
    failed_wash="#FBEAE6",
    warning="#8A5A00",
    warning_wash="#FAF0DB",
)

DARK = Tokens(
    name="dark",
    dark=True,
    background="#141518",
    surface="#1B1C20",
    sunken="#101114",
    hover="#26282E",
    hairline="#2F3138",
    edge="#747780",
    disabled="#747780",
    text="#ECEAE6",
    muted="#A5A29C",
    accent="#8FBBE8",
    on_accent="#101114",
    accent_strong="#B1D0F0",
    accent_wash="#22303F",
    passed="#58C596",
    passed_wash="#1A2F27",
    failed="#F28B74",
    failed_wash="#3A221D",
    warning="#E3B457",
    warning_wash="#33290F",
)

CONTRAST_LIGHT = Tokens(
    name="contrast-light",
    dark=False,
    background="#FFFFFF",
    surface="#FFFFFF",
    sunken="#FFFFFF",
    hover="#E4E4E4",
    hairline="#000000",
    edge="#000000",
    disabled="#6E6E6E",
    text="#000000",
    muted="#1F1F1F",
    accent="#003A80",
    on_accent="#FFFFFF",
    accent_strong="#00244F",
    accent_wash="#DCE9FA",
    passed="#00492E",
    passed_wash="#DDF3E8",
    failed="#8A1500",
    failed_wash="#FDE5DF",
    warning="#573700",
    warning_wash="#FFF0CC",
    line=2,
)

CONTRAST_DARK = Tokens(
    name="contrast-dark",
    dark=True,
    background="#000000",
    surface="#000000",
    sunken="#000000",
    hover="#2B2B2B",
    hairline="#FFFFFF",
    edge="#FFFFFF",
    disabled="#9A9A9A",
    text="#FFFFFF",
    muted="#E8E8E8",
    accent="#A9D3FF",
    on_accent="#000000",
    accent_strong="#D6EAFF",
    accent_wash="#0C2C4D",
    passed="#7BE8B8",
    passed_wash="#06301F",
    failed="#FFB3A1",
    failed_wash="#4A150A",
    warning="#FFD37A",
    warning_wash="#3D2C00",
    line=2,
)

APPEARANCES = {tokens.name: tokens for tokens in (LIGHT, DARK, CONTRAST_LIGHT, CONTRAST_DARK)}
