"""How often each answer was given on one criterion: a bar each, with its share and count beside it."""

from matplotlib.figure import Figure

from assay.base.translation import tr
from assay.charts import clear, note, nothing, panel, plain, size_in_points, ticks
from assay.model.agreement import Agreement
from assay.model.kinds import ChartKind, ChartStyle, Spot
from assay.model.wording import count, percent

_BAR = 2.65


def draw(figure: Figure, data: Agreement, style: ChartStyle) -> list[Spot]:
    """Draw the bars from the top, as many as there is room for; the rest become one. Each is a spot."""
    total = sum(data.distribution.values())
    if not total:
        nothing(figure, style, tr("No ratings yet."))
        return []
    clear(figure, style)
    height, bar = size_in_points(figure)[1], _BAR * style.size
    bars = _bars(data.distribution, max(2, int((height - 4) / bar)))
    left = 18 + style.size * 0.56 * max(len(plain(name, 20)) for name, _ in bars)
    axes = panel(
        figure, style, left=left, bottom=max(height - 4 - bar * len(bars), 4.0), right=9.6 * style.size, top=4
    )
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.set_xlim(0, max(how_many for _, how_many in bars) / total)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    ticks(axes, "x", [], [], style)
    ticks(axes, "y", range(len(bars)), [plain(name, 20) for name, _ in bars], style)
    shares = [how_many / total for _, how_many in bars]
    axes.barh(range(len(bars)), shares, height=0.62, color=style.series[0], alpha=0.8, linewidth=0)
    for row, (share, (_, how_many)) in enumerate(zip(shares, bars, strict=True)):
        words = f"{percent(share)} · {count(how_many)}"
        note(axes, (6, 0), words, style, anchor=(share, row), frame="data", va="center")
    return [
        Spot(0, share / 2, row, f"{plain(name)}: {percent(share)} ({count(how_many)})", ())
        for row, (share, (name, how_many)) in enumerate(zip(shares, bars, strict=True))
    ]


def _bars(distribution: dict[str, int], most: int) -> list[tuple[str, int]]:
    """The answers in order of value; where there are too many, the rarest are gathered at the end."""
    if len(distribution) <= most:
        return list(distribution.items())
    kept = set(sorted(distribution, key=lambda value: -distribution[value])[: most - 1])
    rest = [how_many for value, how_many in distribution.items() if value not in kept]
    shown = [(value, how_many) for value, how_many in distribution.items() if value in kept]
    return [*shown, (tr("{n} others").format(n=len(rest)), sum(rest))]


KIND = ChartKind("distribution", "How often each answer was given", draw)
