"""How a trace is set: colours, type, measures, and the text formats made of them once for a whole document."""

from dataclasses import dataclass, replace
from functools import cached_property

from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextFormat,
    QTextOption,
)

from assay.gui.fonts import sized
from assay.viewmodels.reading_parts import Paragraph, Run

SAMPLE = (
    "The weight of evidence is what a reader has left when the answer itself has been forgotten, and no more."
)
"""A sentence of ordinary letters: the mean width of its characters is the measure's unit."""

GUTTER = 30
"""Pixels to the left of the text, where the rule of the answer under review stands."""

INDENT = 26
QUOTE_INDENT = 20
CODE_PADDING = 12
FOLD_INDENT = 20
DEEPEST_INDENT = 8

_OWN = QTextFormat.Property.UserProperty.value
KIND, QUOTE, FOLD, LEFT = _OWN + 1, _OWN + 2, _OWN + 3, _OWN + 4
"""Properties of a block: what is painted behind it, how deep it is quoted, the number of its fold, its inset."""

CODE_KIND, RULE_KIND, FOLD_KIND = 1, 2, 3

_NARROW = 0.95
"""Lines of narrow letters hold more than the mean; so much narrower, 19 of 20 lines keep to the measure."""

_HEADING_SIZES = {1: 1.25, 2: 1.125}
_GAPS = {"heading": 22, "caption": 30, "field": 8}
_CODE = ("code", "info")
_REGULAR, _MEDIUM, _STRONG = QFont.Weight(400), QFont.Weight(500), QFont.Weight(600)


@dataclass(frozen=True, slots=True)
class ReadingColours:
    """The colours a trace is read in, all as ``#rrggbb``; the window hands in its own."""

    surface: str
    sunken: str
    hairline: str
    text: str
    muted: str
    accent: str
    wash: str


@dataclass(frozen=True, slots=True)
class ReadingFonts:
    """Faces and sizes; sizes are device-independent pixels. ``measure`` is the longest line in characters."""

    text: str = "Inter"
    mono: str = "JetBrains Mono"
    size: float = 16.0
    mono_size: float = 13.5
    line_height: float = 1.55
    measure: int = 76

    def scaled(self, factor: float) -> "ReadingFonts":
        """The same faces ``factor`` times as large; the measure in characters stays."""
        return replace(self, size=self.size * factor, mono_size=self.mono_size * factor)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a paragraph stands: ``aside`` is smaller type within a fold, ``left`` its inset in pixels."""

    aside: bool = False
    left: int = 0


@dataclass(frozen=True)
class TraceStyle:
    """Everything a document is set with. One object serves all documents of a window."""

    colours: ReadingColours
    fonts: ReadingFonts = ReadingFonts()

    @cached_property
    def text_width(self) -> int:
        """The width of the text column in pixels: ``measure`` characters of ordinary text."""
        mean = QFontMetricsF(self.font(self.fonts.size)).horizontalAdvance(SAMPLE) / len(SAMPLE)
        return round(mean * self.fonts.measure * _NARROW)

    @property
    def column(self) -> int:
        """The width of a document in pixels: gutter, text and a little air."""
        return GUTTER + self.text_width + CODE_PADDING

    @cached_property
    def scale(self) -> float:
        """How many times the usual size everything is."""
        return self.fonts.size / 16.0

    def px(self, pixels: float) -> int:
        """A distance at the size in force."""
        return round(pixels * self.scale)

    def font(self, size: float, weight: QFont.Weight = _REGULAR, *, mono: bool = False) -> QFont:
        """A face at a size in pixels."""
        font = QFont(self.fonts.mono if mono else self.fonts.text)
        font.setStyleHint(QFont.StyleHint.Monospace if mono else QFont.StyleHint.SansSerif)
        font.setWeight(weight)
        # No ligatures: "->" is to be read as it was written.
        for feature in ("calt", "liga", "dlig"):
            font.setFeature(QFont.Tag(feature), 0)
        return sized(font, round(size * 2) / 2)

    def size_of(self, paragraph: Paragraph, setting: Setting) -> float:
        """The size of a paragraph's text in pixels."""
        size = self.fonts.size * (0.9375 if setting.aside else 1.0)
        match paragraph.kind:
            case "heading":
                return size * _HEADING_SIZES.get(paragraph.level, 1.0)
            case "caption":
                return self.fonts.size * (0.875 if paragraph.level == 1 else 0.8125)
            case "code":
                return self.fonts.mono_size
            case "info":
                return self.fonts.size * 0.75
            case "field" | "note":
                return self.fonts.size * 0.875
        return size

    def characters(self, run: Run, paragraph: Paragraph, setting: Setting) -> QTextCharFormat:
        """The character format of a run; made once for all runs of a look."""
        key = (run.look, paragraph.kind, paragraph.level, paragraph.quote > 0, setting.aside)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._characters(run, paragraph, setting)
        return made

    @cached_property
    def _made(self) -> dict[object, QTextCharFormat]:
        return {}

    def _characters(self, run: Run, paragraph: Paragraph, setting: Setting) -> QTextCharFormat:
        size = self.size_of(paragraph, setting)
        heavy = (
            run.bold or paragraph.kind == "heading" or (paragraph.kind == "caption" and paragraph.level != 2)
        )
        weight = _STRONG if heavy else _MEDIUM if paragraph.kind == "caption" else _REGULAR
        mono = run.code or run.mark or paragraph.kind == "code"
        if mono and paragraph.kind != "code":
            size *= self.fonts.mono_size / self.fonts.size
        font = self.font(size, weight, mono=mono)
        font.setItalic(run.italic)
        font.setStrikeOut(run.strike)
        made = QTextCharFormat()
        made.setFont(font)
        made.setForeground(QColor(self._ink(run, paragraph)))
        if run.mark or (run.code and paragraph.kind != "code"):
            made.setBackground(QColor(self.colours.wash if run.mark else self.colours.sunken))
        return made

    def _ink(self, run: Run, paragraph: Paragraph) -> str:
        if run.mark:
            return self.colours.accent
        if paragraph.kind == "caption":
            return self.colours.accent if paragraph.level == 1 else self.colours.muted
        return self.colours.muted if run.quiet or paragraph.quote else self.colours.text

    def fold_characters(self) -> QTextCharFormat:
        """The character format of a fold's line."""
        made = QTextCharFormat()
        made.setFont(self.font(self.fonts.size * 0.875, _MEDIUM))
        made.setForeground(QColor(self.colours.muted))
        return made

    def block(self, paragraph: Paragraph, setting: Setting, above: str) -> QTextBlockFormat:
        """The block format of a paragraph; ``above`` is the kind of what stands above it, empty for nothing."""
        made = QTextBlockFormat()
        left = setting.left + self.inset(paragraph)
        made.setProperty(LEFT, left)
        made.setProperty(QUOTE, min(paragraph.quote, DEEPEST_INDENT))
        if paragraph.kind in _CODE:
            made.setProperty(KIND, CODE_KIND)
            left += self.px(CODE_PADDING)
            made.setRightMargin(self.px(CODE_PADDING))
        made.setLeftMargin(left)
        made.setTopMargin(self.px(_gap(paragraph, above)))
        self.line(made, self.line_height(paragraph, setting))
        if paragraph.marker:
            self._hang(made, paragraph, setting)
        return made

    def fold_block(self, number: int, setting: Setting, above: str) -> QTextBlockFormat:
        """The block format of a fold's line; the chevron is painted to its left."""
        made = QTextBlockFormat()
        made.setProperty(KIND, FOLD_KIND)
        made.setProperty(FOLD, number)
        made.setProperty(LEFT, setting.left)
        made.setLeftMargin(setting.left + self.px(FOLD_INDENT))
        gaps = {"caption": 4, "fold": 2, "code": 26, "info": 26, "": 18}
        made.setTopMargin(self.px(gaps.get(above, 14)))
        self.line(made, self.px(24))
        return made

    def rule_block(self, quote: int, setting: Setting) -> QTextBlockFormat:
        """The block format of a thin line across."""
        made = self.spacer()
        made.setProperty(KIND, RULE_KIND)
        made.setProperty(LEFT, setting.left + quote * self.px(QUOTE_INDENT))
        made.setTopMargin(self.px(22))
        made.setBottomMargin(self.px(10))
        return made

    def inset(self, paragraph: Paragraph) -> int:
        """How far lists and quotations push a paragraph in."""
        indent = min(paragraph.indent, DEEPEST_INDENT) * self.px(INDENT)
        return indent + min(paragraph.quote, DEEPEST_INDENT) * self.px(QUOTE_INDENT)

    def line_height(self, paragraph: Paragraph, setting: Setting) -> int:
        """Pixels from line to line."""
        size = self.size_of(paragraph, setting)
        loose = {"heading": 1.35, "caption": 1.4, "code": 1.5, "info": 1.5, "field": 1.5}
        return round(size * loose.get(paragraph.kind, self.fonts.line_height))

    def line(self, block: QTextBlockFormat, pixels: int) -> None:
        """Set the distance from line to line; a script that needs more than that gets it."""
        block.setLineHeight(pixels, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)

    def spacer(self, pixels: int = 1) -> QTextBlockFormat:
        """An empty block of that height."""
        made = QTextBlockFormat()
        made.setLineHeight(pixels, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        return made

    def thin(self) -> QTextCharFormat:
        """The character format of an empty block, so that its line is no higher than it has to be."""
        made = QTextCharFormat()
        made.setFont(self.font(1.0))
        return made

    def _hang(self, block: QTextBlockFormat, paragraph: Paragraph, setting: Setting) -> None:
        """Let the marker hang to the left of the text, its right edge always in the same place."""
        metrics = QFontMetricsF(self.font(self.size_of(paragraph, setting)))
        width = metrics.horizontalAdvance(paragraph.marker) + self.px(9)
        block.setTextIndent(-width)
        block.setTabPositions([QTextOption.Tab(width, QTextOption.TabType.LeftTab)])


def _gap(paragraph: Paragraph, above: str) -> int:
    """Pixels of air above a paragraph, at the usual size."""
    joined = paragraph.continued and above not in ("", "table", "fold")
    if paragraph.kind in _CODE:
        gap = {"code": 0, "info": 3, "caption": 14}.get(above, 22)
    elif above in _CODE:
        gap = 26
    elif above == "caption" and paragraph.kind != "caption":
        gap = 8 if paragraph.kind == "heading" else 4
    elif joined:
        gap = 4 if paragraph.marker and paragraph.kind != "field" else 0
    elif above == "heading":
        gap = 6
    elif paragraph.kind == "caption" and paragraph.level == 3:
        gap = 18
    else:
        gap = _GAPS.get(paragraph.kind, 12)
    return gap
