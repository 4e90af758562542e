"""Reviewers against a metric."""

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.model.calibration import Calibration, Confusion, LabelConfusion
from assay.stats import roc
from assay.stats.calibration import calibrate
from assay.stats.correlation import (
    average_ranks,
    kendall_tau_b,
    pearson,
    pearson_interval,
    spearman,
    spearman_interval,
    without_group_means,
)
from assay.stats.proportion import wilson

HUMAN = [1, 1, 2, 3.5, 3.5, 3.5, 4, 2.5, 4, 1.5, 3, 2]
METRIC = [0.2, 0.1, 0.2, 0.7, 0.9, 0.7, 0.8, 0.3, 0.7, 0.4, 0.1, 0.5]


def told(found: Calibration) -> str:
    return " ".join(found.conventions)


# --- correlation ---


def test_correlations_with_ties_are_the_textbook_ones() -> None:
    found = calibrate("helpful", "judge", HUMAN, METRIC)
    assert found.pearson == pytest.approx(0.769963368641, abs=1e-11)
    assert found.spearman == pytest.approx(0.760287441937, abs=1e-11)
    assert found.kendall_tau_b == pytest.approx(0.595061644417, abs=1e-11)
    assert (found.items, found.missing_metric) == (12, 0)


def test_equal_values_share_their_mean_rank() -> None:
    assert average_ranks(np.array(HUMAN)).tolist() == [1.5, 1.5, 4.5, 9, 9, 9, 11.5, 6, 11.5, 3, 7, 4.5]


def test_a_trace_without_the_metric_is_counted_and_left_out_everywhere() -> None:
    full = calibrate(
        "helpful", "judge", HUMAN, METRIC, ["a", "b"] * 6, "model", [value > 2 for value in HUMAN]
    )
    gaps = calibrate(
        "helpful",
        "judge",
        [*HUMAN, 4, 1, 2],
        [*METRIC, None, float("nan"), float("inf")],
        [*["a", "b"] * 6, "a", None, "b"],
        "model",
        [*[value > 2 for value in HUMAN], False, True, None],
    )
    assert (gaps.items, gaps.missing_metric) == (12, 3)
    assert "3 traces have no value" in told(gaps)
    assert gaps.conventions[1:] == full.conventions
    assert gaps.spearman == full.spearman
    assert gaps.partial_spearman == full.partial_spearman
    assert gaps.confusion == full.confusion


def test_a_metric_that_never_changes_has_no_correlation() -> None:
    found = calibrate("helpful", "judge", HUMAN, [0.5] * 12, ["a"] * 12, "model")
    assert (found.pearson, found.spearman, found.kendall_tau_b) == (None, None, None)
    assert (found.partial_pearson, found.partial_spearman) == (None, None)
    assert "the metric's value is the same" in told(found)


def test_reviewers_who_never_differ_give_no_correlation() -> None:
    found = calibrate("helpful", "judge", [4.0] * 12, METRIC)
    assert found.pearson is None
    assert "the reviewers' value is the same" in told(found)


@pytest.mark.parametrize(("human", "metric"), [([], []), ([3.0], [None]), ([3.0], [0.5])])
def test_too_little_says_so(human: list[float], metric: list[float | None]) -> None:
    found = calibrate("helpful", "judge", human, metric)
    assert found.spearman is None
    assert found.auc is None
    assert found.conventions


def test_answers_that_are_words_have_no_correlation_but_can_be_separated() -> None:
    found = calibrate("helpful", "judge", ["yes", "no"], [0.9, 0.1], passes=[True, False])
    assert found.pearson is None
    assert "not numbers" in told(found)
    assert found.accuracy == 1.0


def test_partial_correlation_takes_the_mean_of_the_group_from_each_side() -> None:
    """Within both groups the metric falls as reviewers rise; between them both rise."""
    human, metric = [1.0, 2.0, 3.0, 11.0, 12.0, 13.0], [3.0, 2.0, 1.0, 33.0, 32.0, 31.0]
    found = calibrate("helpful", "judge", human, metric, ["a"] * 3 + ["b"] * 3, "model")
    assert found.pearson is not None
    assert found.pearson > 0.9
    assert found.partial_pearson == pytest.approx(-1)
    assert found.partial_spearman == pytest.approx(-1)
    assert found.given == "model"
    assert "given model" in told(found)


def test_partial_rank_correlation_ranks_what_is_left_over_all_traces() -> None:
    human, metric, groups = [1.0, 5.0, 2.0, 3.0, 9.0], [4.0, 6.0, 1.0, 5.0, 3.0], ["a", "a", "b", "b", "b"]
    left_human, left_metric = np.array([-2, 2, -8 / 3, -5 / 3, 13 / 3]), np.array([-1, 1, -2, 2, 0])
    found = calibrate("helpful", "judge", human, metric, groups, "model")
    assert found.partial_pearson == pytest.approx(pearson(left_human, left_metric))
    assert found.partial_spearman == pytest.approx(spearman(left_human, left_metric))


def test_groups_of_one_trace_leave_nothing_to_correlate() -> None:
    found = calibrate("helpful", "judge", HUMAN, METRIC, [str(number) for number in range(12)], "model")
    assert found.partial_spearman is None
    assert "does not vary" in told(found)


def test_traces_without_the_field_are_a_group() -> None:
    with_none = calibrate("helpful", "judge", HUMAN, METRIC, ["a"] * 6 + [None] * 6, "model")
    named = calibrate("helpful", "judge", HUMAN, METRIC, ["a"] * 6 + ["b"] * 6, "model")
    assert with_none.partial_spearman == named.partial_spearman
    assert "The 6 traces without it" in told(with_none)


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abc")), min_size=2, max_size=30))
def test_what_is_tied_in_exact_arithmetic_stays_tied(rows: list[tuple[int, str]]) -> None:
    """Means over three reviewers are thirds; rounding must not put an order on what is equal."""
    groups = [group for _, group in rows]
    left = without_group_means(np.array([value / 3 for value, _ in rows]), groups)
    exact = []
    for value, group in rows:
        mates = [other for other, same in rows if same == group]
        exact.append(Fraction(value, 3) - Fraction(sum(mates), 3 * len(mates)))
    for one, other in combinations(range(len(rows)), 2):
        assert (left[one] == left[other]) == (exact[one] == exact[other])
        assert (left[one] < left[other]) == (exact[one] < exact[other])


PAIRS = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=2, max_size=40)


@given(PAIRS)
def test_kendalls_tau_is_what_its_definition_says(pairs: list[tuple[int, int]]) -> None:
    found = kendall_tau_b(*np.array(pairs, dtype=float).T)
    signs = [
        ((a[0] > b[0]) - (a[0] < b[0]), (a[1] > b[1]) - (a[1] < b[1])) for a, b in combinations(pairs, 2)
    ]
    moved = sum(x != 0 for x, _ in signs) * sum(y != 0 for _, y in signs)
    expected = sum(x * y for x, y in signs) / math.sqrt(moved) if moved else None
    assert found == (expected if expected is None else pytest.approx(expected, abs=1e-12))


@given(PAIRS)
def test_spearman_does_not_care_for_the_scale(pairs: list[tuple[int, int]]) -> None:
    x, y = np.array(pairs, dtype=float).T
    one, other = spearman(x, y), spearman(np.exp(x), -(y**3))
    assert other == (None if one is None else pytest.approx(-one, abs=1e-12))


def test_huge_numbers_do_no_harm() -> None:
    found = calibrate("helpful", "judge", [1.0, 2.0, 3.0], [-1.7e308, 0.0, 1.7e308], ["a"] * 3, "model")
    assert (found.pearson, found.spearman, found.partial_pearson) == pytest.approx((1.0, 1.0, 1.0))


def test_the_interval_of_spearman_is_bonett_and_wrights() -> None:
    half = 1.959963984540054 * math.sqrt((1 + 0.56**2 / 2) / 97)
    low, high = spearman_interval(0.56, 100) or (0, 0)
    assert math.atanh(0.56) - math.atanh(low) == pytest.approx(half)
    assert high - low == pytest.approx(0.29, abs=0.005)
    assert spearman_interval(1.0, 100) is None
    assert pearson_interval(0.5, 3) is None
    assert calibrate("helpful", "judge", HUMAN, METRIC).intervals.keys() == {"pearson", "spearman"}


# --- separation ---

PASSES = [False, False, False, False, True, True, True, False, True, True]
SCORES = [0.1, 0.3, 0.2, 0.5, 0.4, 0.7, 0.9, 0.6, 0.8, 0.55]


def test_delongs_area_and_variance() -> None:
    found = roc.area(np.array(SCORES), np.array(PASSES))
    assert found is not None
    assert found.value == pytest.approx(0.88)
    assert found.variance == pytest.approx(0.0128)


def test_the_interval_of_an_area_is_on_the_logit() -> None:
    low, high = roc.area_interval(roc.Area(0.88, 0.0128)) or (0, 0)
    half = 1.959963984540054 * math.sqrt(0.0128) / (0.88 * 0.12)
    assert math.log(high / (1 - high)) == pytest.approx(math.log(0.88 / 0.12) + half)
    assert 0 < low < 0.88 < high < 1
    assert roc.area_interval(roc.Area(1.0, 0.0)) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=40))
def test_an_area_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[int, bool]]) -> None:
    good, bad = [score for score, passed in rows if passed], [score for score, passed in rows if not passed]
    found = roc.area(
        np.array([score for score, _ in rows], dtype=float), np.array([passed for _, passed in rows])
    )
    if not good or not bad:
        assert found is None
        return
    wins = sum((one > other) + (one == other) / 2 for one in good for other in bad)
    assert found is not None
    assert found.value == pytest.approx(wins / (len(good) * len(bad)))


def test_the_area_is_not_shown_below_ten_of_a_class() -> None:
    human = [1.0] * 9 + [2.0] * 30
    metric = [float(number) for number in range(39)]
    few = calibrate("helpful", "judge", human, metric, passes=[value > 1 for value in human])
    assert few.auc is None
    assert "has 9 traces, fewer than 10" in told(few)
    assert few.threshold is not None
    enough = calibrate(
        "helpful", "judge", [1.0, *human], [-1.0, *metric], passes=[False, *(value > 1 for value in human)]
    )
    assert enough.auc == 1.0
    assert "auc" not in enough.intervals


def noisy(n: int, seed: int, sign: float = 1.0) -> tuple[list[float], list[float], list[bool]]:
    """Reviewers' numbers, a metric that follows them loosely (or against them), and passes."""
    random = np.random.default_rng(seed)
    human = random.integers(1, 6, n).astype(float)
    metric = sign * (human + random.normal(0, 1.5, n))
    return human.tolist(), metric.tolist(), (human >= 3).tolist()


def test_the_suggested_cut_is_the_best_of_all_cuts() -> None:
    human, metric, passes = noisy(120, 1)
    found = calibrate("helpful", "judge", human, metric, passes=passes)
    assert found.threshold is not None
    assert (found.threshold.direction, found.threshold.chosen_by) == ("above", "youden")

    def gain(cut: float) -> float:
        hit = [value >= cut for value in metric]
        right = sum(one and passed for one, passed in zip(hit, passes, strict=True)) / sum(passes)
        wrong = sum(one and not passed for one, passed in zip(hit, passes, strict=True)) / (120 - sum(passes))
        return right - wrong

    assert gain(found.threshold.value) == pytest.approx(max(gain(cut) for cut in metric))
    assert found.tpr is not None
    assert found.tnr is not None
    assert found.tpr + found.tnr - 1 == pytest.approx(gain(found.threshold.value))


def test_a_cut_has_a_band_and_an_honest_gain() -> None:
    human, metric, passes = noisy(60, 2)
    found = calibrate("helpful", "judge", human, metric, passes=passes)
    assert found.threshold is not None
    assert found.threshold.band is not None
    low, high = found.threshold.band
    assert low <= found.threshold.value <= high
    assert low < high
    assert found == calibrate("helpful", "judge", human, metric, passes=passes)
    cut = roc.youden(np.array(metric), np.array(passes), "above")
    assert cut is not None
    assert cut.unseen_gain is not None
    assert cut.unseen_gain < cut.gain
    assert f"{cut.unseen_gain:.2f} on traces left out" in told(found)


def test_the_honest_gain_is_not_flattered_by_pure_noise() -> None:
    here, unseen = [], []
    for seed in range(150):
        random = np.random.default_rng(seed)
        cut = roc.youden(random.normal(size=60), random.random(60) < 0.7, "above", resamples=50)
        assert cut is not None
        here.append(cut.gain)
        unseen.append(cut.unseen_gain or 0.0)
    assert np.mean(here) > 0.1
    assert abs(np.mean(unseen)) < 0.04


def test_a_metric_that_is_low_where_reviewers_pass_is_cut_from_below() -> None:
    human, metric, passes = noisy(120, 1)
    upright = calibrate("helpful", "judge", human, metric, passes=passes)
    turned = calibrate("helpful", "judge", human, [-value for value in metric], passes=passes)
    assert upright.threshold is not None
    assert turned.threshold is not None
    assert upright.threshold.band is not None
    assert upright.auc is not None
    assert turned.threshold.direction == "below"
    assert turned.threshold.value == -upright.threshold.value
    assert turned.threshold.band == (-upright.threshold.band[1], -upright.threshold.band[0])
    assert turned.confusion == upright.confusion
    assert turned.auc == pytest.approx(1 - upright.auc)


def test_figures_at_a_given_threshold_with_their_intervals() -> None:
    found = calibrate(
        "helpful", "judge", [float(one) for one in PASSES], SCORES, passes=PASSES, threshold=0.55
    )
    assert found.confusion == Confusion(true_positive=4, false_positive=1, true_negative=4, false_negative=1)
    assert (found.tpr, found.tnr, found.precision, found.accuracy) == (0.8, 0.8, 0.8, 0.8)
    assert found.intervals["tpr"] == wilson(4, 5)
    assert found.intervals["accuracy"] == wilson(8, 10)
    assert found.threshold is not None
    assert (found.threshold.value, found.threshold.chosen_by, found.threshold.band) == (0.55, "given", None)


def test_a_given_direction_is_obeyed() -> None:
    found = calibrate("helpful", "judge", [0.0] * 10, SCORES, passes=PASSES, threshold=0.5, direction="below")
    assert found.confusion == Confusion(true_positive=1, false_positive=4, true_negative=1, false_negative=4)


def test_evenly_split_traces_are_left_out_and_counted() -> None:
    split: list[bool | None] = [*PASSES, None, None]
    found = calibrate("helpful", "judge", [1.0] * 12, [*SCORES, 0.0, 1.0], passes=split, threshold=0.55)
    assert found.items == 12
    assert found.accuracy == 0.8
    assert "2 traces on which reviewers are evenly split" in told(found)


def test_no_pass_mark_means_no_threshold() -> None:
    found = calibrate("helpful", "judge", HUMAN, METRIC)
    assert (found.threshold, found.confusion, found.tpr, found.auc) == (None, None, None, None)
    assert "No threshold" in told(found)


def test_reviewers_who_pass_everything_leave_nothing_to_separate() -> None:
    found = calibrate("helpful", "judge", HUMAN, METRIC, passes=[True] * 12)
    assert found.threshold is None
    assert "passed all" in told(found)


# --- labels ---


def test_labels_are_compared_label_by_label() -> None:
    human = ["a"] * 5 + ["b"] * 3 + ["c"] * 2
    machine = ["a", "a", "a", "a", "b", "b", "b", "a", "b", "c"]
    found = calibrate("topic", "router", human, machine)
    assert found.confusion == LabelConfusion(
        {"a": {"a": 4, "b": 1, "c": 0}, "b": {"a": 1, "b": 2, "c": 0}, "c": {"a": 0, "b": 1, "c": 1}}
    )
    assert found.accuracy == 0.7
    assert found.intervals["accuracy"] == wilson(7, 10)
    assert found.macro_precision == pytest.approx((4 / 5 + 2 / 4 + 1) / 3)
    assert found.macro_recall == pytest.approx((4 / 5 + 2 / 3 + 1 / 2) / 3)
    assert found.macro_f1 == pytest.approx((4 / 5 + 4 / 7 + 2 / 3) / 3)
    assert (found.pearson, found.threshold, found.tpr) == (None, None, None)


def test_a_label_that_one_side_never_gives_is_a_class_too() -> None:
    found = calibrate("topic", "router", ["a", "a"], ["a", "odd"])
    assert found.macro_precision == pytest.approx((1 + 0) / 2)
    assert found.macro_recall == pytest.approx((1 / 2 + 0) / 2)
    assert found.macro_f1 == pytest.approx((2 / 3 + 0) / 2)


def test_a_judge_of_pass_and_fail_has_its_rates() -> None:
    human = ["pass"] * 6 + ["fail"] * 4
    machine = ["pass"] * 5 + ["fail"] + ["fail"] * 3 + ["pass"]
    found = calibrate("helpful", "judge", human, machine, passes=[label == "pass" for label in human])
    assert (found.tpr, found.tnr, found.precision, found.accuracy) == (5 / 6, 3 / 4, 5 / 6, 0.8)
    assert found.intervals["tnr"] == wilson(3, 4)


def test_a_label_that_says_neither_pass_nor_fail_is_left_out_of_the_rates() -> None:
    human = ["pass", "pass", "fail", "fail"]
    found = calibrate(
        "helpful", "judge", human, ["pass", "unsure", "fail", "fail"], passes=[True, True, False, False]
    )
    assert (found.tpr, found.tnr) == (1.0, 1.0)
    assert found.accuracy == 0.75
    assert "says neither" in told(found)


def test_labels_without_a_majority_or_a_metric_are_left_out() -> None:
    found = calibrate("topic", "router", ["a", None, "b", "a"], ["a", "a", None, ""])
    assert (found.items, found.missing_metric) == (1, 2)
    assert "no common answer" in told(found)


def test_two_sides_without_a_common_label_say_so() -> None:
    found = calibrate("topic", "router", ["yes", "no"], ["1", "0"])
    assert found.accuracy == 0.0
    assert "no label in common" in told(found)
