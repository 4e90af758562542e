"""How figures are said, everywhere the same: shares with interval and n, coefficients, values, days."""

import math
from datetime import date

from assay.base.translation import tr
from assay.model.estimate import Estimate

MISSING = "–"


def percent_figure(share: float) -> str:
    """A share as the figure before a per-cent sign. Never rounds to 0 or 100 what is neither.

    0.86 → "86", 0.998 → "99.8", 0.99999 → "99.9".
    """
    hundredths = share * 100
    if 0 < share < 1 and round(hundredths) in (0, 100):
        return f"{min(max(hundredths, 0.1), 99.9):.1f}"
    return f"{hundredths:.0f}".replace("-", "−")


def percent(share: float | None) -> str:
    """A share in per cent ("86 %"), or a dash for none."""
    return MISSING if share is None else f"{percent_figure(share)} %"


def estimate_words(estimate: Estimate) -> str:
    """An estimate with its interval and n: "86 % (83 to 89, n = 412)"; without a value only its n."""
    n = count(estimate.n)
    if estimate.value is None:
        return f"{MISSING} (n = {n})"
    if estimate.low is None or estimate.high is None:
        return f"{percent(estimate.value)} (n = {n})"
    span = interval_words((estimate.low, estimate.high))
    return f"{percent(estimate.value)} ({span}, n = {n})"


def interval_words(interval: tuple[float, float] | None) -> str:
    """The bounds of an interval of shares: "83 to 89", or a dash for none."""
    if interval is None:
        return MISSING
    return tr("{low} to {high}").format(low=percent_figure(interval[0]), high=percent_figure(interval[1]))


def coefficient(value: float | None) -> str:
    """A coefficient between -1 and 1 to two places without its leading nought: ".19", "−.02", "1.00"."""
    if value is None or math.isnan(value):
        return MISSING
    figure = f"{value:.2f}"
    if figure in ("-0.00", "0.00"):
        return ".00"
    return figure.replace("-", "−").replace("0.", ".", 1) if abs(value) < 0.995 else figure.replace("-", "−")


def coefficient_interval(interval: tuple[float, float] | None) -> str:
    """The bounds of a coefficient's interval: ".60 to .81", or a dash for none."""
    if interval is None:
        return MISSING
    return tr("{low} to {high}").format(low=coefficient(interval[0]), high=coefficient(interval[1]))


def number(value: float | None) -> str:
    """A metric's value in about three digits: "0.62", "14.2", "1 240"; a dash for none or not a number."""
    if value is None or not math.isfinite(value):
        return MISSING
    size = abs(value)
    if size >= 1e9 or 0 < size < 0.005:
        figure = f"{value:.2g}"
    elif size >= 100:
        figure = f"{value:,.0f}".replace(",", " ")
    else:
        figure = f"{value:.1f}" if size >= 10 else f"{value:.2f}"
    return figure.replace("-", "−")


def unbroken(sentence: str) -> str:
    """The sentence with figures held to their signs, so that no line ends in "88" and the next begins with "%"."""
    return sentence.replace(" %", "\u00a0%").replace("n = ", "n\u00a0=\u00a0")


def count(value: int) -> str:
    """A count with thin gaps between the thousands: "8 240"."""
    return f"{value:,}".replace(",", " ")


def day_words(day: date, year: bool = False) -> str:
    """A day with its weekday: "Mon 9 Nov", with the year where it is wanted."""
    weekdays = (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))
    return f"{weekdays[day.weekday()]} {day_of_month(day)}" + (f" {day.year}" if year else "")


def day_of_month(day: date) -> str:
    """A day without its weekday: "9 Nov"."""
    return f"{day.day} {month_words(day)}"


def month_words(day: date) -> str:
    """The month's short name: "Nov"."""
    months = (
        *(tr("Jan"), tr("Feb"), tr("Mar"), tr("Apr"), tr("May"), tr("Jun")),
        *(tr("Jul"), tr("Aug"), tr("Sep"), tr("Oct"), tr("Nov"), tr("Dec")),
    )
    return months[day.month - 1]
