"""A chart as a picture in a file, without a window: for the demo and for reports."""

from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from assay.base.registry import kinds
from assay.base.whole_file import whole_file
from assay.model.kinds import ChartKind, ChartStyle

PAPER = ChartStyle(
    background="#FFFFFF",
    text="#1C1B19",
    muted="#5C5953",
    hairline="#E2E0DB",
    accent="#2A5C8F",
    good="#14714F",
    bad="#B23A22",
    warning="#8A5A00",
    size=9.0,
)
"""How charts look on paper."""


def save_picture(name: str, data: Any, path: Path, inches: tuple[float, float] = (10.0, 5.6)) -> None:
    """Draw the chart of that kind to a PNG file, whole or not at all. Raises Unavailable where the disk refuses."""
    figure = Figure(figsize=inches, dpi=144)
    FigureCanvasAgg(figure)
    kinds("charts", ChartKind)[name].draw(figure, data, PAPER)
    with whole_file(path) as part:
        figure.savefig(part, format="png")
