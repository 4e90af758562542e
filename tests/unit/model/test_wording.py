"""How figures are said: never rounder, never surer than they are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.model.estimate import Estimate
from assay.model.wording import (
    coefficient,
    coefficient_interval,
    count,
    day_words,
    estimate_words,
    interval_words,
    number,
    percent,
    unbroken,
)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.86, "86 %"),
        (1.0, "100 %"),
        (0.0, "0 %"),
        (0.998, "99.8 %"),
        (0.99999, "99.9 %"),
        (0.0001, "0.1 %"),
        (None, "–"),
    ],
)
def test_a_share_is_said_in_per_cent(share: float | None, words: str):
    assert percent(share) == words


@given(st.floats(0, 1))
def test_a_share_that_is_not_whole_is_never_said_as_all_or_nothing(share: float):
    assert (percent(share) == "100 %") == (share == 1)
    assert (percent(share) == "0 %") == (share == 0)


def test_an_estimate_never_stands_without_its_number():
    assert estimate_words(Estimate(0.86, 0.83, 0.89, 412)) == "86 % (83 to 89, n = 412)"
    assert estimate_words(Estimate(0.5, None, None, 1)) == "50 % (n = 1)"
    assert estimate_words(Estimate(None, None, None, 0)) == "– (n = 0)"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.19, ".19"),
        (-0.023, "−.02"),
        (1.0, "1.00"),
        (-1.0, "−1.00"),
        (0.999, "1.00"),
        (-0.001, ".00"),
        (0.0, ".00"),
        (None, "–"),
    ],
)
def test_a_coefficient_is_said_to_two_places(value: float | None, words: str):
    assert coefficient(value) == words


def test_a_coefficient_that_is_not_a_number_is_a_dash():
    assert coefficient(float("nan")) == "–"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.62, "0.62"),
        (14.23, "14.2"),
        (1240.4, "1 240"),
        (-3.5, "−3.50"),
        (0.0001, "0.0001"),
        (0.0, "0.00"),
        (float("inf"), "–"),
    ],
)
def test_a_metrics_value_is_said_in_about_three_digits(value: float, words: str):
    assert number(value) == words


def test_intervals_and_counts_are_said():
    assert interval_words((0.83, 0.89)) == "83 to 89"
    assert interval_words(None) == "–"
    assert coefficient_interval((-0.3, 0.4)) == "−.30 to .40"
    assert count(1234567) == "1 234 567"


def test_a_day_is_said_with_its_weekday():
    assert day_words(date(2026, 11, 9)) == "Mon 9 Nov"
    assert day_words(date(2026, 11, 9), year=True) == "Mon 9 Nov 2026"


def test_a_figure_and_its_sign_stay_on_one_line():
    assert unbroken("86 % (n = 4)") == "86\u00a0% (n\u00a0=\u00a04)"
