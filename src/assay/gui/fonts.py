"""The type the program is set in: Inter for the program, JetBrains Mono for code and ids, both carried along."""

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from assay.base.resources import resource

FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"
FILES = (
    "Inter-Regular.otf",
    "Inter-Medium.otf",
    "Inter-SemiBold.otf",
    "Inter-Italic.otf",
    "JetBrainsMono-Regular.ttf",
)

_POINTS_AN_INCH = 72.0


def load_fonts() -> tuple[str, ...]:
    """Make the bundled faces known to Qt; the names of the files that could not be loaded come back.

    Where one is missing the system's own face stands in, so that is worth a line in the log and not an error.
    """
    loaded = {name: QFontDatabase.addApplicationFont(str(resource("fonts", name))) for name in FILES}
    return tuple(name for name, number in loaded.items() if number < 0)


def program_font(px: float, weight: int = 400) -> QFont:
    """Inter at ``px`` device-independent pixels, with figures of one width."""
    font = QFont(FAMILY)
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setFeature(QFont.Tag("tnum"), 1)
    # Inter would draw “8x7b” as “8×7b”: a name must stand as it is.
    font.setFeature(QFont.Tag("calt"), 0)
    font.setWeight(QFont.Weight(weight))
    return sized(font, px)


def mono_font(px: float) -> QFont:
    """The mono face at ``px`` device-independent pixels."""
    font = QFont(MONO_FAMILY)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    return sized(font, px)


def sized(font: QFont, px: float) -> QFont:
    """A copy of the font at ``px``. Whole pixels are set as such; halves go by points, which Qt keeps exact."""
    copy = QFont(font)
    if float(px).is_integer():
        copy.setPixelSize(int(px))
    else:
        copy.setPointSizeF(points(px))
    return copy


def weighted(font: QFont, weight: int) -> QFont:
    """A copy of the font at the weight (400, 500 or 600)."""
    copy = QFont(font)
    copy.setWeight(QFont.Weight(weight))
    return copy


def points(px: float) -> float:
    """Device-independent pixels as points of the screen in use."""
    screen = QGuiApplication.primaryScreen()
    dots = screen.logicalDotsPerInchY() if screen else 96.0
    return px * _POINTS_AN_INCH / dots
