"""The colours and sizes charts are drawn with, taken from the tokens in force.

Apart from the theme, since it knows a noun of the model and the shell must not wait for that.
"""

from assay.gui.fonts import FAMILY
from assay.gui.tokens import TYPE, Tokens
from assay.model.kinds import ChartStyle

_POINTS_A_PIXEL = 0.75
"""Charts measure type in points of 1/72 inch and are drawn at 96 dots an inch."""

_SERIES_LIGHT = ("#0072B2", "#D55E00", "#009E73", "#6E6E6E")
_SERIES_DARK = ("#56B4E9", "#F0904A", "#3CC79B", "#A8A8A8")
"""Hues that stay apart under the common colour blindnesses; lifted in lightness for dark grounds."""


def chart_style(tokens: Tokens, text_scale: float = 1.0) -> ChartStyle:
    """The style of charts that stand on the page beside this text."""
    return ChartStyle(
        background=tokens.background,
        text=tokens.text,
        muted=tokens.muted,
        hairline=tokens.hairline,
        accent=tokens.accent,
        good=tokens.passed,
        bad=tokens.failed,
        warning=tokens.warning,
        series=_SERIES_DARK if tokens.dark else _SERIES_LIGHT,
        font=FAMILY,
        size=TYPE.small * text_scale * _POINTS_A_PIXEL,
    )
