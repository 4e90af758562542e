"""Shares, means and their intervals."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.base.errors import Bug
from assay.stats.estimate import (
    bands,
    mean_interval,
    rolling_share,
    share,
    stratified_share,
    stratified_variance,
)
from assay.stats.proportion import wilson
from assay.stats.quantile import two_sided_t


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (45, 50, 0.7864, 0.9565),
        (18, 20, 0.6990, 0.9721),
        (50, 50, 0.9287, 1.0),
    ],
)
def test_wilson_gives_newcombes_values(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


@given(n=st.floats(0.5, 1e7), part=st.floats(0, 1), level=st.floats(0.5, 0.999))
def test_wilson_stays_in_the_unit_interval_and_holds_the_share(n: float, part: float, level: float) -> None:
    successes = n * part
    low, high = wilson(successes, n, level)
    assert 0 <= low <= successes / n <= high <= 1
    assert low < high


def test_nothing_judged_means_nothing_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_more_successes_than_traces_is_our_fault() -> None:
    with pytest.raises(Bug):
        wilson(3, 2)


@pytest.mark.parametrize(
    ("n", "mean", "least"), [(20, 0.956, 0.912), (50, 0.952, 0.911), (100, 0.950, 0.921)]
)
def test_wilson_covers_as_often_as_promised(n: int, mean: float, least: float) -> None:
    """The exact coverage, by the binomial distribution, for true shares from .70 to .99 in steps of half a point."""
    passes = np.arange(n + 1)
    lows, highs = np.array([wilson(int(count), n) for count in passes]).T
    choose = np.array([math.comb(n, int(count)) for count in passes], dtype=float)
    coverage = []
    for p in np.linspace(0.70, 0.99, 59):
        chances = choose * p**passes * (1 - p) ** (n - passes)
        coverage.append(float(chances[(lows <= p) & (p <= highs)].sum()))
    assert np.mean(coverage) == pytest.approx(mean, abs=6e-4)
    assert min(coverage) == pytest.approx(least, abs=6e-4)


@pytest.mark.parametrize(
    ("freedom", "t95", "t99"),
    [
        (1, 12.706204736, 63.656741163),
        (2, 4.302652730, 9.924843201),
        (5, 2.570581836, 4.032142984),
        (10, 2.228138852, 3.169272673),
        (30, 2.042272456, 2.749995654),
        (200, 1.971896224, 2.600634436),
        (201, 1.971836507, 2.600509919),
        (500, 1.964719837, 2.585697835),
    ],
)
def test_student_quantiles_are_the_tabled_ones(freedom: int, t95: float, t99: float) -> None:
    assert two_sided_t(0.95, freedom) == pytest.approx(t95, rel=2e-9)
    assert two_sided_t(0.99, freedom) == pytest.approx(t99, rel=2e-9)


def test_a_share_carries_its_interval_and_its_n() -> None:
    found = share([1] * 45 + [0] * 5, population=1200)
    assert (found.value, found.n, found.population, found.method) == (0.9, 50, 1200, "wilson")
    assert (found.low, found.high) == pytest.approx((0.7864, 0.9565), abs=5e-5)
    assert found.note is None


def test_half_scores_count_half() -> None:
    assert share([0.5, 1.0]).value == 0.75
    assert share([0.1] * 10).value == pytest.approx(0.1)


def test_a_share_of_nothing_says_so() -> None:
    found = share([])
    assert (found.value, found.low, found.high, found.n) == (None, None, None, 0)
    assert found.note


def scores(passes: int, n: int) -> list[float]:
    return [1.0] * passes + [0.0] * (n - passes)


def test_strata_are_weighted_by_what_they_speak_for() -> None:
    found = stratified_share({"ordinary": (scores(23, 25), 920), "flagged": (scores(10, 25), 80)})
    assert found.value == pytest.approx(0.8784)
    assert share(scores(33, 50)).value == 0.66  # what counting all alike would say
    assert (found.n, found.population, found.method) == (50, 1000, "stratified wilson")
    variance = stratified_variance(
        np.array([0.92, 0.08]), np.array([0.92, 0.40]), np.array([25.0, 25.0]), np.array([920.0, 80.0])
    )
    assert math.sqrt(variance) == pytest.approx(0.050686, abs=5e-7)


def test_the_interval_over_strata_is_wilsons_at_the_effective_size() -> None:
    found = stratified_share({"ordinary": (scores(23, 25), 920), "flagged": (scores(10, 25), 80)})
    first, second = 23.5 / 26, 10.5 / 26
    middle = 0.92 * first + 0.08 * second
    variance = 0.92**2 * (1 - 25 / 920) * first * (1 - first) / 24
    variance += 0.08**2 * (1 - 25 / 80) * second * (1 - second) / 24
    effective = middle * (1 - middle) / variance
    assert (found.low, found.high) == pytest.approx(wilson(0.8784 * effective, effective), abs=1e-12)


def chances(population: int, passes: int, drawn: int) -> np.ndarray:
    """The chance of each number of passes among the drawn: the hypergeometric distribution."""
    ways = [
        math.comb(passes, count) * math.comb(population - passes, drawn - count) for count in range(drawn + 1)
    ]
    return np.array(ways, dtype=float) / math.comb(population, drawn)


def test_oversampling_flagged_traces_neither_bends_the_figure_nor_breaks_its_interval() -> None:
    """25 of 920 and 25 of 80, over true shares of .75 to .98 and .1 to .9, every outcome weighted by its chance."""
    outcomes = [(one, other) for one in range(26) for other in range(26)]
    found = [stratified_share({"o": (scores(a, 25), 920), "f": (scores(b, 25), 80)}) for a, b in outcomes]
    values, lows, highs = np.array([(one.value, one.low, one.high) for one in found], dtype=float).T
    coverage = []
    for ordinary in range(690, 906, 24):
        for flagged in range(8, 73, 8):
            chance = np.outer(chances(920, ordinary, 25), chances(80, flagged, 25)).ravel()
            truth = (ordinary + flagged) / 1000
            assert chance @ values == pytest.approx(truth, abs=1e-9)
            coverage.append(float(chance[(lows <= truth) & (truth <= highs)].sum()))
    assert np.mean(coverage) >= 0.94


def test_one_stratum_is_the_plain_share() -> None:
    assert stratified_share({"": (scores(9, 10), 400)}) == share(scores(9, 10), 400)


def test_a_stratum_without_traces_changes_nothing() -> None:
    strata = {"a": (scores(8, 10), 100), "b": (scores(3, 10), 50)}
    assert stratified_share(strata | {"empty": ([], 0)}) == stratified_share(strata)


@pytest.mark.parametrize("few", [[], [1.0]])
def test_a_stratum_with_fewer_than_two_falls_back_and_says_so(few: list[float]) -> None:
    found = stratified_share({"a": (scores(8, 10), 100), "b": (few, 50)})
    assert found.value == share(scores(8, 10) + few).value
    assert found.population == 150
    assert found.note is not None
    assert "fewer than two" in found.note


def test_where_everything_was_judged_the_share_is_exact() -> None:
    found = stratified_share({"a": (scores(8, 10), 10), "b": (scores(3, 5), 5)})
    assert found.value == found.low == found.high == pytest.approx(11 / 15)


def test_strata_without_any_judgement_say_so() -> None:
    found = stratified_share({"a": ([], 10), "b": ([], 5)})
    assert found.value is None
    assert found.note


def test_a_mean_has_students_interval() -> None:
    found = mean_interval([2.0, 4.0, 4.0, 5.0, 10.0])
    half = 2.7764451051977934 * 3.0 / math.sqrt(5)
    assert found.value == 5.0
    assert (found.low, found.high) == pytest.approx((5 - half, 5 + half), abs=1e-9)
    assert (found.n, found.method) == (5, "t")


def test_huge_numbers_have_a_mean() -> None:
    assert mean_interval([1.5e308, 1.5e308, 1.5e308]).value == pytest.approx(1.5e308)
    assert mean_interval([0.0, 0.0]).value == 0.0


def test_one_number_has_no_interval_and_none_no_mean() -> None:
    one = mean_interval([3.0])
    assert (one.value, one.low, one.high) == (3.0, None, None)
    assert one.note
    assert mean_interval([]).value is None


MONDAY = date(2026, 11, 2)


def test_a_week_pools_its_traces_rather_than_its_days() -> None:
    found = dict(rolling_share([(MONDAY, scores(9, 10)), (MONDAY + timedelta(2), scores(0, 2))]))
    assert found[MONDAY].value == 0.9
    assert found[MONDAY + timedelta(1)].value == 0.9
    assert found[MONDAY + timedelta(2)].value == 0.75
    assert found[MONDAY + timedelta(2)].n == 12


def test_a_trace_leaves_the_average_after_seven_calendar_days() -> None:
    found = dict(rolling_share([(MONDAY, scores(0, 5)), (MONDAY + timedelta(7), scores(5, 5))]))
    assert found[MONDAY + timedelta(6)].value == 0.0
    assert found[MONDAY + timedelta(7)].value == 1.0
    assert found[MONDAY + timedelta(7)].n == 5


def test_days_whose_week_is_empty_have_no_average() -> None:
    found = [day for day, _ in rolling_share([(date.max, [1.0]), (date.min, [1.0]), (MONDAY, [])])]
    assert found == [*(date.min + timedelta(days) for days in range(7)), date.max]


def test_a_day_given_twice_counts_once_with_all_its_traces() -> None:
    assert rolling_share([(MONDAY, [1.0]), (MONDAY, [0.0])]) == [(MONDAY, share([1.0, 0.0]))]


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=4)), max_size=25
    )
)
def test_each_average_is_the_share_of_its_window(days: list[tuple[int, list[float]]]) -> None:
    dated = [(MONDAY + timedelta(offset), found) for offset, found in days]
    for end, estimate in rolling_share(dated):
        window = [score for day, found in dated for score in found if 0 <= (end - day).days < 7]
        assert estimate == share(window)


@pytest.mark.parametrize(
    ("best", "critical", "expected"), [(1.0, 0.8, (0.86, 0.82, 0.8)), (0, 10, (7, 9, 10))]
)
def test_bands_lie_on_the_way_to_the_limit(
    best: float, critical: float, expected: tuple[float, float, float]
) -> None:
    assert bands(best, critical) == pytest.approx(expected)
