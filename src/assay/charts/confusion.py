"""What reviewers said against what the metric said, as counts in cells; the share is of the reviewers' row."""

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from assay.base.translation import tr
from assay.charts import clear, note, nothing, panel, plain, say, size_in_points, ticks
from assay.model.calibration import Calibration, Confusion, LabelConfusion
from assay.model.kinds import ChartKind, ChartStyle, Spot
from assay.model.wording import count, percent

_MOST = 10
_ENOUGH = 10


@dataclass(frozen=True, slots=True)
class _Grid:
    """Labels of the rows (reviewers) and columns (metric), and the counts."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        return sum(sum(row) for row in self.counts)


def draw(figure: Figure, data: Calibration, style: ChartStyle) -> list[Spot]:
    """Draw the cells; each is a spot without traces."""
    grid = _grid(data.confusion)
    if grid is None or not grid.total:
        nothing(figure, style, tr("There is no cut at which to compare the verdicts."))
        return []
    clear(figure, style)
    left = 24 + style.size * 0.56 * max(len(plain(name, 18)) for name in grid.rows)
    axes = panel(figure, style, left=left, bottom=3.2 * style.size, right=10, top=3.8 * style.size)
    _frame(axes, grid, style, left, plain(data.metric))
    return [_cell(axes, grid, row, column, style) for row in range(len(grid.rows)) for column in _over(grid)]


def _over(grid: _Grid) -> range:
    return range(len(grid.columns))


def _grid(confusion: Confusion | LabelConfusion | None) -> _Grid | None:
    if confusion is None:
        return None
    if isinstance(confusion, LabelConfusion):
        return _label_grid(confusion.counts)
    return _Grid(
        (tr("pass"), tr("fail")),
        (tr("passes"), tr("stops")),
        (
            (confusion.true_positive, confusion.false_negative),
            (confusion.false_positive, confusion.true_negative),
        ),
    )


def _label_grid(counts: Mapping[str, Mapping[str, int]]) -> _Grid:
    """The commonest labels, the same for rows and columns; all others gathered in one."""
    weight: dict[str, int] = {}
    for human, row in counts.items():
        for label, how_many in row.items():
            weight[human] = weight.get(human, 0) + how_many
            weight[label] = weight.get(label, 0) + how_many
    labels = list(weight)
    if len(labels) > _MOST:
        kept = set(sorted(labels, key=lambda label: -weight[label])[: _MOST - 1])
        labels = [label for label in labels if label in kept]
    other = len(labels) < len(weight)
    names = (*labels, tr("other")) if other else tuple(labels)
    places = {label: index for index, label in enumerate(labels)}
    table = [[0] * len(names) for _ in names]
    for human, row in counts.items():
        for label, how_many in row.items():
            table[places.get(human, len(labels))][places.get(label, len(labels))] += how_many
    return _Grid(names, names, tuple(tuple(row) for row in table))


def _frame(axes: Axes, grid: _Grid, style: ChartStyle, left: float, metric: str) -> None:
    axes.set_xlim(0, len(grid.columns))
    axes.set_ylim(len(grid.rows), 0)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    ticks(
        axes, "x", [index + 0.5 for index in _over(grid)], [plain(name, 14) for name in grid.columns], style
    )
    ticks(
        axes,
        "y",
        [index + 0.5 for index in range(len(grid.rows))],
        [plain(name, 18) for name in grid.rows],
        style,
    )
    words = tr("Reviewers down, {metric} across").format(metric=metric)
    note(axes, (-left, 2 * style.size), words, style, color=style.text)


def _cell(axes: Axes, grid: _Grid, row: int, column: int, style: ChartStyle) -> Spot:
    here, across = grid.counts[row][column], sum(grid.counts[row])
    share = here / across if across else 0.0
    same = row == column
    colour = style.series[0] if same else style.series[1]
    patch = Rectangle(
        (column + 0.02, row + 0.02), 0.96, 0.96, facecolor=colour, alpha=0.06 + 0.3 * share, linewidth=0
    )
    axes.add_patch(patch)
    shared = _room(axes, grid) >= 30 and across >= _ENOUGH
    lift = 0.1 if shared else 0.0
    large = style.size + (3 if len(grid.rows) <= 3 else 0)
    say(
        axes,
        column + 0.5,
        row + 0.5 - lift,
        count(here),
        style,
        ha="center",
        color=style.text,
        fontsize=large,
    )
    if shared:
        say(axes, column + 0.5, row + 0.5 + 0.2, percent(share), style, ha="center", color=style.text)
    words = tr("Reviewers {human}, metric {metric}: {n} of {total}")
    said = words.format(
        human=plain(grid.rows[row]), metric=plain(grid.columns[column]), n=count(here), total=count(across)
    )
    return Spot(0, column + 0.5, row + 0.5, said, ())


def _room(axes: Axes, grid: _Grid) -> float:
    figure = axes.get_figure(root=True)
    return (
        axes.get_position().height * size_in_points(figure)[1] / len(grid.rows) if figure is not None else 0.0
    )


KIND = ChartKind("confusion", "Verdicts side by side", draw)
