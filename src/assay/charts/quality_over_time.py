"""Judged quality by day with its intervals and limit, and one metric's daily mean aligned below it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from assay.base.translation import tr
from assay.charts import (
    Edge,
    clear,
    edges,
    figures,
    note,
    nothing,
    panel,
    plain,
    round_places,
    say,
    size_in_points,
    ticks,
)
from assay.model.estimate import DayPoint, Estimate, MetricPoint, Threshold
from assay.model.kinds import ChartKind, ChartStyle, Spot
from assay.model.series import QualitySeries
from assay.model.wording import day_of_month, day_words, estimate_words, month_words, number, percent

_THIN = 10
_LEFT, _RIGHT, _TOP, _FOOT, _BETWEEN = 4.5, 14.7, 3.3, 2.7, 4.4
"""Margins in heights of the type."""


@dataclass(frozen=True, slots=True)
class _Span:
    """The days shown, first and last."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def years(self) -> bool:
        return self.first.year != self.last.year


def draw(figure: Figure, data: QualitySeries, style: ChartStyle) -> list[Spot]:
    """Draw the series and name a spot for each judged day and each day of the metric."""
    judged = [point for point in data.days if point.estimate.value is not None]
    metric = [point for point in data.metric if math.isfinite(point.mean)]
    if not judged and not metric:
        nothing(figure, style, tr("No judged answers in this period."))
        return []
    clear(figure, style)
    span = _span([*(point.day for point in judged), *(point.day for point in metric)])
    em = style.size
    height = size_in_points(figure)[1]
    below = (height - (_TOP + _FOOT) * em) * 0.42 if data.metric_name else 0.0
    upper = panel(figure, style, _LEFT * em, _FOOT * em + below, _RIGHT * em, _TOP * em)
    spots = _judged_panel(upper, data, judged, span, style)
    _day_axis(upper, span, style, named=not below)
    if below and data.metric_name:
        top = height - below + (_BETWEEN - _FOOT) * em
        lower = panel(figure, style, _LEFT * em, _FOOT * em, _RIGHT * em, top)
        spots += _metric_panel(lower, data, metric, span, style)
        _day_axis(lower, span, style, named=True)
    return spots


def _span(days: Sequence[date]) -> _Span:
    first, last = min(days), max(days)
    lacking = max(0, 7 - ((last - first).days + 1))
    after = min(lacking, 1)
    return _Span(first - timedelta(days=lacking - after), last + timedelta(days=after))


def _judged_panel(
    axes: Axes, data: QualitySeries, judged: Sequence[DayPoint], span: _Span, style: ChartStyle
) -> list[Spot]:
    blue = style.series[0]
    axes.set_ylim(*_share_range(data, judged))
    said = _limit_lines(axes, data.threshold, style, share=True)
    said += _average(axes, judged, style)
    said += _overall(axes, data.overall, style)
    _days(axes, judged, blue, style)
    _share_ticks(axes, style)
    basis = tr("by day of review") if data.day_basis == "review" else tr("by day")
    note(
        axes,
        (-_LEFT * style.size, 1.5 * style.size),
        tr("Share that reviewers pass, {basis}").format(basis=basis),
        style,
        color=style.text,
    )
    if not judged:
        say(
            axes,
            0.5,
            0.5,
            tr("No judged answers in this period."),
            style,
            transform=axes.transAxes,
            ha="center",
        )
    edges(axes, said, style)
    return [_day_spot(point, span) for point in judged]


def _share_range(data: QualitySeries, judged: Sequence[DayPoint]) -> tuple[float, float]:
    """From a round share below all points and the whiskers of well-judged days; thin days' may be cut."""
    told = [point.estimate for point in judged if point.estimate.n >= _THIN or len(judged) < 4]
    lows = [estimate.low for estimate in told if estimate.low is not None]
    lows += [point.estimate.value for point in judged if point.estimate.value is not None]
    if data.threshold is not None:
        lows.append(data.threshold.value - 0.03)
    floor = math.floor(min([0.5, *lows]) * 10 + 1e-9) / 10
    return max(floor, 0.0) - 0.005, 1.02


def _share_ticks(axes: Axes, style: ChartStyle) -> None:
    low, _ = axes.get_ylim()
    step = 0.1 if low >= 0.45 else 0.2
    first = math.ceil(low / step - 1e-9)
    places = [round(step * index, 2) for index in range(first, round(1 / step) + 1)]
    ticks(axes, "y", places, [percent(place) for place in places], style)


def _days(axes: Axes, judged: Sequence[DayPoint], colour: str, style: ChartStyle) -> None:
    crowded = len(judged) > 120
    whiskers = [
        point for point in judged if point.estimate.low is not None and point.estimate.high is not None
    ]
    axes.vlines(
        [point.day.toordinal() for point in whiskers],
        [point.estimate.low or 0.0 for point in whiskers],
        [point.estimate.high or 0.0 for point in whiskers],
        colors=colour,
        alpha=0.16 if crowded else 0.38,
        linewidths=0.8 if crowded else 1.4,
        zorder=2,
    )
    for thin in (False, True):
        chosen = [point for point in judged if (point.estimate.n < _THIN) is thin]
        axes.scatter(
            [point.day.toordinal() for point in chosen],
            [point.estimate.value or 0.0 for point in chosen],
            s=7 if crowded else 24,
            facecolors=style.background if thin else colour,
            edgecolors=colour,
            linewidths=1.2,
            alpha=0.55 if crowded and not thin else 0.9,
            zorder=4,
            rasterized=len(chosen) > 2000,
        )


def _average(axes: Axes, judged: Sequence[DayPoint], style: ChartStyle) -> list[Edge]:
    held = [(point.day, point.average) for point in judged if point.average is not None]
    held = [(day, average) for day, average in held if average.value is not None]
    if len(held) < 2:
        return []
    days, rows = _with_gaps(held)
    blue = style.series[0]
    axes.fill_between(
        days, [row[1] for row in rows], [row[2] for row in rows], color=blue, alpha=0.13, linewidth=0
    )
    axes.plot(days, [row[0] for row in rows], color=blue, linewidth=2.2, solid_capstyle="round", zorder=5)
    last = held[-1][1].value or 0.0
    return [Edge(last, tr("7-day average {share}").format(share=percent(last)), blue)]


def _with_gaps(
    held: Sequence[tuple[date, Estimate]],
) -> tuple[list[float], list[tuple[float, float, float]]]:
    """Days and (value, low, high), with a break wherever more than a week is missing."""
    days: list[float] = []
    rows: list[tuple[float, float, float]] = []
    for day, estimate in held:
        if days and day.toordinal() - days[-1] > 7:
            days.append(days[-1] + 0.5)
            rows.append((math.nan, math.nan, math.nan))
        value = estimate.value if estimate.value is not None else math.nan
        low = estimate.low if estimate.low is not None else value
        high = estimate.high if estimate.high is not None else value
        days.append(day.toordinal())
        rows.append((value, low, high))
    return days, rows


def _overall(axes: Axes, overall: Estimate, style: ChartStyle) -> list[Edge]:
    if overall.value is None or overall.n < _THIN:
        return []
    axes.axhline(overall.value, color=style.muted, linewidth=1.1, dashes=(6, 3), zorder=3)
    return [Edge(overall.value, tr("all days {share}").format(share=percent(overall.value)), style.muted)]


def _limit_lines(axes: Axes, limit: Threshold | None, style: ChartStyle, share: bool) -> list[Edge]:
    if limit is None:
        return []
    figure = percent if share else number
    low, high = axes.get_ylim()
    beyond = (low, limit.value) if limit.direction == "above" else (limit.value, high)
    axes.axhspan(*beyond, color=style.bad, alpha=0.045, linewidth=0, zorder=0)
    axes.axhline(limit.value, color=style.bad, linewidth=1.3, dashes=(8, 2), zorder=1)
    said = [Edge(limit.value, tr("limit {figure}").format(figure=figure(limit.value)), style.bad)]
    names = (tr("warning (70 %) {figure}"), tr("alert (90 %) {figure}"))
    for value, words, dashes in zip(limit.bands[:2], names, ((1, 3), (4, 2, 1, 2)), strict=True):
        if value != limit.value and any(limit.bands) and low <= value <= high:
            axes.axhline(value, color=style.warning, linewidth=1.0, dashes=dashes, zorder=1)
            said.append(Edge(value, words.format(figure=figure(value)), style.warning))
    return said


def _metric_panel(
    axes: Axes, data: QualitySeries, metric: Sequence[MetricPoint], span: _Span, style: ChartStyle
) -> list[Spot]:
    orange, name = style.series[1], plain(data.metric_name or "")
    note(
        axes,
        (-_LEFT * style.size, 1.5 * style.size),
        _metric_title(data.day_basis).format(metric=name),
        style,
        color=style.text,
    )
    if not metric:
        axes.set_ylim(0, 1)
        ticks(axes, "y", [], [], style)
        words = tr("No answer of this period carries {metric}.").format(metric=name)
        say(axes, 0.5, 0.5, words, style, transform=axes.transAxes, ha="center")
        return []
    axes.set_ylim(*_metric_range(metric, data.metric_threshold))
    said = _limit_lines(axes, data.metric_threshold, style, share=False)
    crowded = len(metric) > 120
    axes.plot(
        [point.day.toordinal() for point in metric],
        [point.mean for point in metric],
        color=orange,
        linewidth=1.4,
        dashes=(None, None) if crowded else (5, 1.5),
        marker="" if crowded else "s",
        markersize=3.6,
        zorder=4,
    )
    last = metric[-1].mean
    said.append(Edge(last, tr("last day {figure}").format(figure=number(last)), orange))
    low, high = axes.get_ylim()
    places = round_places(low, high, 4)
    ticks(axes, "y", places, figures(places), style)
    edges(axes, said, style)
    return [_metric_spot(point, name, span) for point in metric]


def _metric_title(basis: str) -> str:
    if basis == "review":
        return tr("{metric}, mean of the judged answers by day of review")
    return tr("{metric}, mean of all answers by day")


def _metric_range(metric: Sequence[MetricPoint], limit: Threshold | None) -> tuple[float, float]:
    values = [point.mean for point in metric]
    if limit is not None:
        values += [limit.value, *(band for band in limit.bands if any(limit.bands))]
    low, high = min(values), max(values)
    margin = (high - low) * 0.12 or abs(high) * 0.1 or 0.5
    return low - margin, high + margin


def _day_axis(axes: Axes, span: _Span, style: ChartStyle, named: bool) -> None:
    margin = max(0.5, span.days * 0.012)
    axes.set_xlim(span.first.toordinal() - margin, span.last.toordinal() + margin)
    figure = axes.get_figure(root=True)
    room = size_in_points(figure)[0] - (_LEFT + _RIGHT) * style.size if figure is not None else 400.0
    days = _tick_days(span, max(2, int(room / (5.8 * style.size))))
    words = (
        [_tick_words(day, span, index == 0) for index, day in enumerate(days)] if named else [""] * len(days)
    )
    ticks(axes, "x", [day.toordinal() for day in days], words, style)


def _tick_days(span: _Span, most: int) -> list[date]:
    """Round days to write under the axis, at most so many: each day, Mondays, then firsts of a month."""
    every = [span.first + timedelta(days=offset) for offset in range(span.days)]
    mondays = [day for day in every if day.weekday() == 0]
    firsts = [day for day in every if day.day == 1]
    for found in (
        every,
        every[::2],
        mondays,
        mondays[::2],
        firsts,
        [day for day in firsts if day.month % 3 == 1],
    ):
        if 1 <= len(found) <= most:
            return found
    januaries = [day for day in firsts if day.month == 1]
    return januaries[:: max(1, math.ceil(len(januaries) / most))] or every[:1]


def _tick_words(day: date, span: _Span, first: bool) -> str:
    if span.days <= 62:
        return day_of_month(day)
    if day.day != 1:
        return day_of_month(day)
    return f"{month_words(day)} {day.year}" if span.years and (day.month == 1 or first) else month_words(day)


def _day_spot(point: DayPoint, span: _Span) -> Spot:
    words = f"{day_words(point.day, span.years)}: {estimate_words(point.estimate)}"
    return Spot(0, point.day.toordinal(), point.estimate.value or 0.0, words, point.trace_uids)


def _metric_spot(point: MetricPoint, name: str, span: _Span) -> Spot:
    words = tr("{day}: {metric} {mean} (mean of {n})")
    said = words.format(day=day_words(point.day, span.years), metric=name, mean=number(point.mean), n=point.n)
    return Spot(1, point.day.toordinal(), point.mean, said, ())


KIND = ChartKind("quality_over_time", "Quality over time", draw)
