"""Each judged answer by the metric's value and the reviewers' value, with the cut and the room it could lie in.

Reviewers' values that take few levels stand as rows, spread by a fixed pattern so that points do not hide each
other. Many points are drawn as a wash and gathered in cells, each cell one spot.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from assay.base.translation import tr
from assay.charts import clear, figures, note, nothing, panel, plain, round_places, ticks
from assay.model.calibration import Calibration, Confusion
from assay.model.kinds import ChartKind, ChartStyle, Spot
from assay.model.series import MetricAgainstReviewers
from assay.model.wording import count, number, percent

Floats = NDArray[np.float64]

_ROWS = 9
_SPOTS = 2500
_MANY = 1500
_FEW = 5
_LEFT = 5.5
_ENOUGH = 10
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class _Points:
    """What is drawn: metric's values, reviewers' values, heights on the chart, and the traces."""

    metric: Floats
    human: Floats
    heights: Floats
    uids: tuple[str, ...]
    levels: tuple[float, ...]

    @property
    def rows(self) -> bool:
        return bool(self.levels)

    @property
    def verdicts(self) -> bool:
        """Whether the reviewers' values are pass (1), fail (0) and at most something between."""
        return (
            self.rows
            and set(self.levels).issuperset({0.0, 1.0})
            and min(self.levels) >= 0
            and max(self.levels) <= 1
        )


def draw(figure: Figure, data: MetricAgainstReviewers, style: ChartStyle) -> list[Spot]:
    """Draw the points and the cut; each point, or each cell of many, is a spot."""
    points = _points(data)
    metric = plain(data.calibration.metric)
    if not len(points.metric):
        nothing(figure, style, tr("No judged answer carries {metric}.").format(metric=metric))
        return []
    clear(figure, style)
    em = style.size
    axes = panel(
        figure, style, left=_LEFT * em, bottom=4.4 * em, right=(13 if points.verdicts else 2) * em, top=4 * em
    )
    _scatter(axes, points, style)
    _frame(axes, points, metric, data, style)
    _cut(axes, data.calibration, style)
    if points.verdicts and isinstance(data.calibration.confusion, Confusion):
        _row_counts(axes, data.calibration.confusion, style)
    return _spots(points, metric)


def _points(data: MetricAgainstReviewers) -> _Points:
    metric, human = np.asarray(data.metric_values, float), np.asarray(data.human_values, float)
    kept = np.isfinite(metric) & np.isfinite(human)
    metric, human = metric[kept], human[kept]
    uids = tuple(uid for uid, keep in zip(data.trace_uids, kept, strict=False) if keep)
    found = np.unique(human)
    levels = tuple(float(level) for level in found) if 0 < len(found) <= _ROWS else ()
    if not levels:
        return _Points(metric, human, human, uids, levels)
    spread = (np.arange(1, len(human) + 1) * _GOLDEN % 1 - 0.5) * 0.56
    return _Points(metric, human, np.searchsorted(found, human) + spread, uids, levels)


def _scatter(axes: Axes, points: _Points, style: ChartStyle) -> None:
    many = len(points.metric) > _MANY
    alpha = float(np.clip(900 / len(points.metric), 0.05, 0.75))
    size = 5 if many else 20
    passed = points.human >= 1 if points.verdicts else np.ones(len(points.human), bool)
    failed = points.human <= 0 if points.verdicts else np.zeros(len(points.human), bool)
    for chosen, mark, colour in (
        (passed & ~failed, "o", style.series[0]),
        (failed, "x", style.series[1]),
        (~passed & ~failed, "s", style.series[2]),
    ):
        axes.scatter(
            points.metric[chosen],
            points.heights[chosen],
            s=size,
            marker=mark,
            color=colour,
            alpha=min(1.0, alpha * 1.3) if mark == "x" else alpha,
            linewidths=1.0 if mark == "x" else 0,
            rasterized=many,
            zorder=3,
        )
    for row, level in enumerate(points.levels):
        middle = float(np.median(points.metric[points.human == level]))
        axes.plot([middle, middle], [row - 0.36, row + 0.36], color=style.text, linewidth=1.6, zorder=5)


def _frame(axes: Axes, points: _Points, metric: str, data: MetricAgainstReviewers, style: ChartStyle) -> None:
    low, high = float(points.metric.min()), float(points.metric.max())
    cut = data.calibration.threshold
    if cut is not None:
        low, high = min(low, cut.value), max(high, cut.value)
    margin = (high - low) * 0.04 or abs(high) * 0.1 or 0.5
    axes.set_xlim(low - margin, high + margin)
    places = [
        place for place in axes.xaxis.get_major_locator().tick_values(low, high) if low <= place <= high
    ]
    ticks(axes, "x", places, [number(place) for place in places], style)
    if points.rows:
        axes.set_ylim(-0.55, len(points.levels) - 0.45)
        axes.grid(visible=False)
        ticks(
            axes,
            "y",
            range(len(points.levels)),
            [_level_words(points, level) for level in points.levels],
            style,
        )
    else:
        places = round_places(*axes.get_ylim(), 5)
        ticks(axes, "y", places, figures(places), style)
    title = tr("Reviewers: {title}").format(title=plain(data.human_title or data.calibration.criterion))
    note(axes, (-_LEFT * style.size, 2.2 * style.size), title, style, color=style.text)
    note(axes, (0, -3.9 * style.size), metric, style, anchor=(1, 0), ha="right", color=style.text)


def _level_words(points: _Points, level: float) -> str:
    if points.verdicts and level in (0.0, 1.0):
        return tr("pass") if level else tr("fail")
    return f"{level:.0f}" if level == int(level) else number(level)


def _cut(axes: Axes, calibration: Calibration, style: ChartStyle) -> None:
    cut = calibration.threshold
    if cut is None:
        return
    if cut.band is not None:
        axes.axvspan(*cut.band, color=style.accent, alpha=0.1, linewidth=0, zorder=0)
    axes.axvline(cut.value, color=style.accent, linewidth=1.4, dashes=(6, 3), zorder=4)
    words = tr("passes from {value} up") if cut.direction == "above" else tr("passes up to {value}")
    left, right = axes.get_xlim()
    late = cut.value > (left + right) / 2
    note(
        axes,
        (0, 5),
        words.format(value=number(cut.value)),
        style,
        anchor=(cut.value, 1),
        frame=axes.get_xaxis_transform(),
        color=style.accent,
        ha="right" if late else "left",
    )


def _row_counts(axes: Axes, confusion: Confusion, style: ChartStyle) -> None:
    passed = confusion.true_positive + confusion.false_negative
    failed = confusion.true_negative + confusion.false_positive
    top = len(axes.get_yticks()) - 1
    said = (
        (top, confusion.true_positive, passed, tr("metric passes"), style.series[0]),
        (0, confusion.true_negative, failed, tr("metric stops"), style.series[1]),
    )
    for row, right, total, words, colour in said:
        if total:
            share = f"{words} {percent(right / total)}" if total >= _ENOUGH else words
            of = tr("{n} of {total}").format(n=count(right), total=count(total))
            here, frame = (1, row), axes.get_yaxis_transform()
            note(axes, (9, 2), share, style, anchor=here, frame=frame, color=colour)
            note(axes, (9, 2 - style.size * 1.4), of, style, anchor=here, frame=frame)


def _spots(points: _Points, metric: str) -> list[Spot]:
    if len(points.metric) > _SPOTS:
        return _cells(points, metric)
    return [
        Spot(
            0,
            float(x),
            float(y),
            _words(points, metric, float(x), float(value)),
            points.uids[index : index + 1],
        )
        for index, (x, y, value) in enumerate(zip(points.metric, points.heights, points.human, strict=True))
    ]


def _words(points: _Points, metric: str, value: float, human: float) -> str:
    said = tr("{metric} {value}, reviewers: {human}")
    return said.format(metric=metric, value=number(value), human=_level_words(points, human))


def _cells(points: _Points, metric: str) -> list[Spot]:
    """Many points gathered by place: 80 columns, and rows by level (or 40 where there are none)."""
    columns = _bins(points.metric, 80)
    rows = np.searchsorted(points.levels, points.human) if points.rows else _bins(points.human, 40)
    keys, which = np.unique(columns * 1000 + rows, return_inverse=True)
    order = np.argsort(which, kind="stable")
    spots = []
    for members in np.split(order, np.flatnonzero(np.diff(which[order])) + 1):
        x, human = float(points.metric[members].mean()), float(points.human[members].mean())
        y = float(round(points.heights[members].mean())) if points.rows else human
        said = tr("{n} answers near {words}").format(
            n=count(len(members)), words=_words(points, metric, x, human)
        )
        spots.append(
            Spot(0, x, y, said, tuple(points.uids[index] for index in members if index < len(points.uids)))
        )
    return spots if len(keys) else []


def _bins(values: Floats, many: int) -> NDArray[np.int64]:
    span = float(np.ptp(values)) or 1.0
    columns: NDArray[np.int64] = np.minimum((values - values.min()) / span * many, many - 1).astype(np.int64)
    return columns


KIND = ChartKind("metric_against_reviewers", "A metric against reviewers", draw)
