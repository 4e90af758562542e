"""Percent agreement, AC1 and alpha of each criterion side by side, each with its interval as a wash."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from assay.base.translation import tr
from assay.charts import clear, note, nothing, panel, plain, say, ticks
from assay.model.agreement import Agreement
from assay.model.kinds import ChartKind, ChartStyle, Spot
from assay.model.series import AgreementSeries
from assay.model.wording import coefficient, coefficient_interval, percent

_ENOUGH = 10
_ENOUGH_FOR_COEFFICIENT = 30
_MARKS = ("o", "s", "D")


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure of one criterion: its row, which of the three it is, value, interval and words."""

    row: int
    which: int
    value: float
    interval: tuple[float, float] | None
    words: str


def draw(figure: Figure, data: AgreementSeries, style: ChartStyle) -> list[Spot]:
    """Draw a row for each criterion; every figure is a spot without traces."""
    if not any(agreement.pairable_items >= _ENOUGH for agreement in data.agreements):
        nothing(figure, style, tr("No criterion has ten answers with two or more reviews."))
        return []
    clear(figure, style)
    names = [plain(agreement.criterion, 24) for agreement in data.agreements]
    left = 20 + style.size * 0.56 * max(len(name) for name in names)
    axes = panel(figure, style, left=left, bottom=2.9 * style.size, right=16, top=3.8 * style.size)
    figures = [found for row, agreement in enumerate(data.agreements) for found in _figures(row, agreement)]
    _frame(axes, figures, names, style, left)
    _few(axes, data.agreements, style)
    return [_draw_figure(axes, found, style) for found in figures]


def _figures(row: int, agreement: Agreement) -> list[_Figure]:
    if agreement.pairable_items < _ENOUGH:
        return []
    alpha = f"alpha_{agreement.level}"
    wanted = [("percent_agreement", tr("same answer")), ("gwet_ac1", "AC1"), (alpha, "alpha")]
    if agreement.pairable_items < _ENOUGH_FOR_COEFFICIENT:
        wanted = wanted[:1]
    found = []
    for which, (name, words) in enumerate(wanted):
        value: float | None = getattr(agreement, name)
        if value is not None:
            figure = percent(value) if which == 0 else coefficient(value)
            span = agreement.intervals.get(name)
            said = f"{plain(agreement.criterion)}: {words} {figure}"
            found.append(
                _Figure(row, which, value, span, said + (f" ({coefficient_interval(span)})" if span else ""))
            )
    return found


def _frame(
    axes: Axes, figures: Sequence[_Figure], names: Sequence[str], style: ChartStyle, left: float
) -> None:
    lowest = min([0.0, *(min(found.value, *(found.interval or (found.value,))) for found in figures)])
    axes.set_xlim(max(lowest - 0.04, -1.0), 1.03)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x", color=style.hairline, linewidth=0.6)
    places = [place / 5 for place in range(-5, 6) if place / 5 >= axes.get_xlim()[0]]
    ticks(axes, "x", places, [f"{place:.1f}".replace("-", "−") for place in places], style)
    ticks(axes, "y", range(len(names)), names, style)
    at = -left + 2
    for which, words in enumerate((tr("● same answer"), tr("■ AC1"), tr("◆ alpha"))):
        note(axes, (at, 2 * style.size), words, style, color=style.series[which])
        at += style.size * 0.6 * len(words) + 14


def _draw_figure(axes: Axes, found: _Figure, style: ChartStyle) -> Spot:
    y = found.row + (found.which - 1) * 0.24
    colour = style.series[found.which]
    if found.interval is not None:
        axes.plot(
            found.interval, (y, y), color=colour, linewidth=5, alpha=0.25, solid_capstyle="butt", zorder=2
        )
    axes.plot([found.value], [y], marker=_MARKS[found.which], color=colour, markersize=5.5, zorder=3)
    return Spot(0, found.value, y, found.words, ())


def _few(axes: Axes, agreements: Sequence[Agreement], style: ChartStyle) -> None:
    for row, agreement in enumerate(agreements):
        if agreement.pairable_items < _ENOUGH:
            words = tr("not enough data ({n} shared answers)").format(n=agreement.pairable_items)
            say(axes, 0.02, row, words, style)


KIND = ChartKind("agreement_by_criterion", "Agreement by criterion", draw)
