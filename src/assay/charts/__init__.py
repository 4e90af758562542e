"""Pictures of numbers, drawn on a figure they are handed. A registry: one module a kind of chart.

Here stands what all of them draw with: panels laid out in points, hairline axes, words at the ends of lines,
and a sentence where there is nothing to draw. Words may come from traces and rubrics, so none is read as markup.
"""

import functools
import itertools
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from assay.base.resources import resource
from assay.model.kinds import ChartStyle

_LONGEST = 48
_FEATURES = ("-calt",)
"""Inter would draw the x of “8x7” as a multiplication sign; names are drawn as they are written."""
_OTHER_SCRIPTS = ("DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans Arabic", "Noto Sans Devanagari")


@dataclass(frozen=True, slots=True)
class Edge:
    """Words at the right end of a line: where it ends (data), what it is called, in which colour."""

    y: float
    words: str
    colour: str


@functools.cache
def font_families(font: str) -> tuple[str, ...]:
    """The style's face where it is bundled or installed, then faces that know other scripts."""
    for path in sorted(resource("fonts").glob(f"{font}*.[ot]tf")):
        font_manager.fontManager.addfont(str(path))
    known = set(font_manager.fontManager.get_font_names())
    return tuple(name for name in (font, *_OTHER_SCRIPTS) if name in known)


@functools.cache
def _signs(font: str) -> frozenset[int]:
    """Every sign that one of the faces can draw."""
    paths = [font_manager.findfont(family) for family in font_families(font)]
    return frozenset(code for path in paths for code in FT2Font(path).get_charmap())


def _drawn(words: str, style: ChartStyle, longest: int = 200) -> str:
    """Words with a box for every sign that no face can draw."""
    known = _signs(style.font)
    return "".join(sign if ord(sign) in known else "□" for sign in plain(words, longest))


def plain(words: str, longest: int = _LONGEST) -> str:
    """Words that can be drawn: one line, no control characters, cut to ``longest`` characters."""
    signs = (" " if unicodedata.category(sign)[0] == "C" else sign for sign in words)
    line = " ".join("".join(signs).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def size_in_points(figure: Figure) -> tuple[float, float]:
    """Width and height of the figure in points."""
    width, height = figure.get_size_inches()
    return float(width) * 72, float(height) * 72


def clear(figure: Figure, style: ChartStyle) -> None:
    """An empty figure on the style's ground."""
    figure.clear()
    figure.set_layout_engine("none")
    figure.set_facecolor(style.background)


def panel(figure: Figure, style: ChartStyle, left: float, bottom: float, right: float, top: float) -> Axes:
    """Axes at margins in points from the figure's edges: no box, a hairline at the foot, lines across."""
    width, height = size_in_points(figure)
    wide, high = max(width - left - right, 20.0), max(height - bottom - top, 20.0)
    axes = figure.add_axes((left / width, bottom / height, wide / width, high / height))
    axes.set_facecolor("none")
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(style.hairline)
    axes.spines["bottom"].set_linewidth(0.8)
    axes.tick_params(length=0, pad=5)
    axes.grid(visible=True, axis="y", color=style.hairline, linewidth=0.6)
    axes.set_axisbelow(True)
    return axes


def say(axes: Axes, x: float, y: float, words: str, style: ChartStyle, **how: Any) -> Text:
    """Words on the axes, never read as markup. ``how`` are the text's own settings; data coordinates by default."""
    settings: dict[str, Any] = {"color": style.muted, "fontsize": style.size, "va": "center", **how}
    return axes.text(
        x,
        y,
        _drawn(words, style),
        family=list(font_families(style.font)),
        parse_math=False,
        fontfeatures=_FEATURES,
        clip_on=False,
        **settings,
    )


def note(axes: Axes, points: tuple[float, float], words: str, style: ChartStyle, **how: Any) -> Text:
    """Words at ``points`` from the upper left corner of the axes, or from an ``anchor`` in another ``frame``."""
    anchor, frame = how.pop("anchor", (0, 1)), how.pop("frame", "axes fraction")
    settings: dict[str, Any] = {"color": style.muted, "fontsize": style.size, "va": "baseline", **how}
    return axes.annotate(
        _drawn(words, style),
        anchor,
        points,
        xycoords=frame,
        textcoords="offset points",
        family=list(font_families(style.font)),
        parse_math=False,
        fontfeatures=_FEATURES,
        annotation_clip=False,
        **settings,
    )


def ticks(axes: Axes, axis: str, places: Sequence[float], words: Sequence[str], style: ChartStyle) -> None:
    """Put words at places of the ``x`` or ``y`` axis."""
    ruler = axes.xaxis if axis == "x" else axes.yaxis
    ruler.set_ticks(list(places))
    ruler.set_ticklabels([_drawn(word, style) for word in words])
    for tick in ruler.get_major_ticks():
        for label in (tick.label1, tick.label2):
            label.set_parse_math(False)
            label.set_fontfeatures(_FEATURES)
            label.set_fontfamily(list(font_families(style.font)))
            label.set_fontsize(style.size - 0.5)
            label.set_color(style.muted)


def edges(axes: Axes, said: Sequence[Edge], style: ChartStyle) -> None:
    """Write each line's name at the right edge of the axes, moved apart where they would touch."""
    height = size_in_points(axes.get_figure(root=True) or Figure())[1]
    box = axes.get_position()
    low, high = axes.get_ylim()
    tall = box.height * height
    wanted = [(edge.y - low) / (high - low) * tall for edge in said]
    for edge, place in zip(said, spread(wanted, style.size * 1.3, tall), strict=True):
        words = _drawn(edge.words, style, 40)
        axes.annotate(
            words,
            (1, place / tall),
            (7, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            va="center",
            color=edge.colour,
            fontsize=style.size,
            family=list(font_families(style.font)),
            parse_math=False,
            fontfeatures=_FEATURES,
            annotation_clip=False,
        )


def spread(wanted: Sequence[float], gap: float, room: float) -> list[float]:
    """Places at least ``gap`` apart, as near to those wanted as can be, within 0 to ``room`` where they fit.

    Pool adjacent violators on ``wanted - rank * gap``: words that would touch stand centred on what they name.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    pools: list[list[float]] = []
    for rank, index in enumerate(order):
        pools.append([wanted[index] - rank * gap])
        while len(pools) > 1 and _mean(pools[-2]) >= _mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    settled = [_mean(pool) for pool in pools for _ in pool]
    ceiling = max(room - gap * (len(order) - 1), 0.0)
    places = [0.0] * len(wanted)
    for rank, index in enumerate(order):
        places[index] = min(max(settled[rank], 0.0), ceiling) + rank * gap
    return places


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def round_places(low: float, high: float, about: int) -> list[float]:
    """About so many round figures from ``low`` to ``high``; none where there is no room between them."""
    if not high > low:
        return [low]
    raw = (high - low) / max(about, 1)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw * 0.75)
    return [step * index for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def figures(places: Sequence[float]) -> list[str]:
    """The places as figures, with as many decimals as tell neighbours apart."""
    step = min((after - before for before, after in itertools.pairwise(places)), default=1.0)
    decimals = min(max(0, -math.floor(math.log10(step) + 1e-9)), 9) if step > 0 else 2
    return [f"{place:,.{decimals}f}".replace(",", " ").replace("-", "−") for place in places]


def nothing(figure: Figure, style: ChartStyle, sentence: str) -> None:
    """A sentence in the middle of an empty figure."""
    clear(figure, style)
    figure.text(
        0.5,
        0.5,
        _drawn(sentence, style),
        ha="center",
        va="center",
        wrap=True,
        color=style.muted,
        fontsize=style.size + 1.5,
        family=list(font_families(style.font)),
        parse_math=False,
        fontfeatures=_FEATURES,
    )
