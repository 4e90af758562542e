"""Agreement between reviewers, against published tables and against definitions written out in full."""

from collections import Counter
from collections.abc import Sequence
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.model.agreement import Agreement
from assay.stats.agreement import agreement
from assay.stats.ratings import Rating

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), examples A to C; C is also Gwet's (2014).
EXAMPLE_A = ["0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"]
EXAMPLE_B = ["a a b b d c c c e d d a", "b a b b b c c c e d d d"]
EXAMPLE_C = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]
# Fleiss, Measuring nominal scale agreement among many raters (1971): 30 patients, 6 raters, 5 diagnoses.
FLEISS_1971 = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
# Wikipedia, Fleiss' kappa, the worked example: 10 subjects, 14 raters, 5 categories.
WORKED_EXAMPLE = [
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
]


def by_rater(rows: Sequence[str]) -> list[Rating]:
    """Ratings of one line a rater, one column an item, a dot for none."""
    return [
        (item, f"rater {rater}", value)
        for rater, row in enumerate(rows)
        for item, value in enumerate(row.split())
        if value != "."
    ]


def from_counts(table: Sequence[Sequence[int]]) -> list[Rating]:
    """Ratings of raters without names: one line an item, how many gave each value."""
    return [
        (item, None, str(value))
        for item, counts in enumerate(table)
        for value, count in enumerate(counts)
        for _ in range(count)
    ]


def quick(ratings: Sequence[Rating], level: str = "nominal", order: Sequence[str] | None = None) -> Agreement:
    return agreement("helpful", level, ratings, order, bootstrap=0)  # type: ignore[arg-type]


def paradox() -> list[Rating]:
    """Two raters who agree on 118 of 125, nearly always on yes."""
    pairs = [("yes", "yes")] * 118 + [("yes", "no")] * 5 + [("no", "yes")] * 2
    return [
        (item, rater, value)
        for item, pair in enumerate(pairs)
        for rater, value in zip("ab", pair, strict=True)
    ]


def test_krippendorffs_two_raters_with_two_values() -> None:
    assert quick(by_rater(EXAMPLE_A)).alpha_nominal == pytest.approx(0.0952, abs=5e-5)


def test_krippendorffs_two_raters_with_five_values() -> None:
    found = quick(by_rater(EXAMPLE_B))
    assert found.alpha_nominal == pytest.approx(0.692, abs=5e-4)
    assert found.alpha_ordinal is None
    assert found.alpha_interval is None
    assert found.note is not None
    assert "no order" in found.note


def test_krippendorffs_four_raters_with_gaps() -> None:
    found = quick(by_rater(EXAMPLE_C), "interval")
    assert found.alpha_nominal == pytest.approx(0.7434, abs=5e-5)
    assert found.alpha_ordinal == pytest.approx(0.8154, abs=5e-5)
    assert found.alpha_interval == pytest.approx(0.8491, abs=5e-5)
    assert (found.items, found.raters, found.ratings, found.pairable_items) == (12, 4, 41, 11)
    assert found.note is None


def test_gwets_figures_of_the_same_raters() -> None:
    found = quick(by_rater(EXAMPLE_C), "ordinal")
    assert found.percent_agreement == pytest.approx(0.818, abs=5e-4)
    assert found.gwet_ac1 == pytest.approx(0.775, abs=5e-4)
    assert found.fleiss_kappa == pytest.approx(0.761, abs=5e-4)
    assert found.gwet_ac2 == pytest.approx(0.914, abs=5e-4)


def test_fleiss_own_patients() -> None:
    found = quick(from_counts([[int(count) for count in patient] for patient in FLEISS_1971.split()]))
    assert found.fleiss_kappa == pytest.approx(0.43024, abs=5e-6)
    assert found.percent_agreement == pytest.approx(0.5556, abs=5e-5)
    assert found.alpha_nominal == pytest.approx(0.4334, abs=5e-5)
    assert found.gwet_ac1 == pytest.approx(0.4479, abs=5e-5)
    assert found.raters == 6
    assert found.cohen_kappa == ()


def test_the_worked_example_of_fourteen_raters() -> None:
    found = quick(from_counts(WORKED_EXAMPLE))
    assert found.fleiss_kappa == pytest.approx(0.20993, abs=5e-6)
    assert found.distribution == {"0": 20, "1": 28, "2": 39, "3": 21, "4": 32}


def test_fleiss_with_two_items() -> None:
    assert quick(from_counts([[7, 1], [3, 5]])).fleiss_kappa == pytest.approx(0.161905, abs=5e-7)


def test_cohens_own_table() -> None:
    table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
    pairs = [(one, other) for one, other in product(range(3), repeat=2) for _ in range(table[one][other])]
    ratings = [
        (item, rater, value)
        for item, pair in enumerate(pairs)
        for rater, value in zip("xy", pair, strict=True)
    ]
    (pair,) = quick(ratings).cohen_kappa
    assert pair.raters == ("x", "y")
    assert pair.items == 200
    assert pair.kappa == pytest.approx(0.492, abs=5e-4)


def test_much_agreement_and_no_kappa() -> None:
    """The paradox: nearly all answers are the same, so chance explains nearly all agreement."""
    found = quick(paradox())
    assert found.percent_agreement == pytest.approx(0.944)
    assert found.gwet_ac1 == pytest.approx(0.9408, abs=5e-5)
    assert found.alpha_nominal == pytest.approx(-0.0247, abs=5e-5)
    assert found.cohen_kappa[0].kappa == pytest.approx(-0.0234, abs=5e-5)


def test_kappa_is_given_for_each_pair_with_items_in_common() -> None:
    ratings: list[Rating] = [
        *((item, "ann", item % 2) for item in range(10)),
        *((item, "bea", item % 2) for item in range(4, 10)),
        *((item, "cid", 1) for item in range(20, 24)),
    ]
    found = quick(ratings).cohen_kappa
    assert [(pair.raters, pair.items) for pair in found] == [(("ann", "bea"), 6)]
    assert found[0].kappa == 1.0


def test_a_pair_that_always_says_the_same_has_no_kappa() -> None:
    ratings = by_rater(["1 1 1 0 0", "1 1 1 . .", "1 0 0 0 0"])
    kappas = {pair.raters: pair.kappa for pair in quick(ratings).cohen_kappa}
    assert kappas["rater 0", "rater 1"] is None
    assert kappas["rater 0", "rater 2"] is not None


def test_where_every_rating_is_the_same_nothing_but_the_percentage_is_defined() -> None:
    found = agreement("helpful", "ordinal", by_rater(["4 4 4", "4 4 ."]))
    assert found.percent_agreement == 1.0
    assert (found.fleiss_kappa, found.gwet_ac1, found.gwet_ac2) == (None, None, None)
    assert (found.alpha_nominal, found.alpha_ordinal, found.alpha_interval) == (None, None, None)
    assert found.note is not None
    assert "not defined: every rating is the same" in found.note
    assert found.intervals == {}
    assert found.cohen_kappa[0].kappa is None


def test_a_lone_different_rating_does_not_make_a_coefficient() -> None:
    found = quick(by_rater(["4 4 3", "4 4 ."]))
    assert found.percent_agreement == 1.0
    assert found.alpha_nominal is None
    assert found.gwet_ac1 is None
    assert found.note is not None
    assert "not defined" in found.note


def test_ratings_that_never_meet_say_so() -> None:
    found = agreement("helpful", "nominal", by_rater(["1 2 .", ". . 1"]))
    assert (found.items, found.ratings, found.pairable_items) == (3, 3, 0)
    assert found.percent_agreement is None
    assert found.note is not None


def test_no_ratings_at_all_say_so() -> None:
    found = agreement("helpful", "nominal", [])
    assert (found.items, found.raters, found.ratings, found.distribution) == (0, 0, 0, {})
    assert found.note is not None


def test_one_pairable_item_is_too_few_for_a_coefficient() -> None:
    found = agreement("helpful", "nominal", by_rater(["1 2", "2 ."]))
    assert found.percent_agreement == 0.0
    assert found.alpha_nominal is None
    assert found.note is not None
    assert "at least two" in found.note


def test_the_later_answer_of_a_rater_counts() -> None:
    ratings = [*by_rater(["1 2 1", "1 2 1"]), (2, "rater 1", "2")]
    assert quick(ratings).percent_agreement == pytest.approx(2 / 3)
    assert quick(ratings).ratings == 6


def test_four_and_four_point_zero_are_one_value() -> None:
    found = quick(
        [(1, "a", "4"), (1, "b", 4.0), (2, "a", "2.50"), (2, "b", 2.5), (3, "a", float("nan"))], "interval"
    )
    assert found.distribution == {"2.5": 2, "4": 2}
    assert found.percent_agreement == 1.0
    assert found.items == 2


def test_values_stand_in_order_of_number_or_as_given() -> None:
    assert list(quick(by_rater(["10 9 2", "10 9 2"])).distribution) == ["2", "9", "10"]
    worded = by_rater(["good bad fine", "good bad odd"])
    assert list(quick(worded, "ordinal", ["bad", "fine", "good"]).distribution) == [
        "bad",
        "fine",
        "good",
        "odd",
    ]
    assert list(quick(worded).distribution) == ["bad", "fine", "good", "odd"]


def test_words_with_an_order_are_as_good_as_ranks() -> None:
    words = dict(zip("12345", ["awful", "bad", "fair", "good", "best"], strict=True))
    worded = [(item, rater, words[str(value)]) for item, rater, value in by_rater(EXAMPLE_C)]
    found = quick(worded, "ordinal", list(words.values()))
    numbered = quick(by_rater(EXAMPLE_C), "ordinal")
    assert found.alpha_ordinal == numbered.alpha_ordinal
    assert found.gwet_ac2 == pytest.approx(numbered.gwet_ac2)
    assert found.alpha_interval is None
    assert found.note is not None


def test_huge_numbers_do_no_harm() -> None:
    ratings = [(item, rater, value * 1e307) for item, rater, value in product(range(9), "ab", [1.0])]
    ratings += [(9, "a", -1.7e308), (9, "b", 1.7e308), (10, "a", 0.0), (10, "b", 0.0)]
    found = quick(ratings, "interval")
    assert found.alpha_interval is not None
    assert found.alpha_interval < 0.5


# --- definitions, written out ---


def alpha_by_definition(ratings: Sequence[Rating], level: str) -> float | None:
    """1 - observed / expected disagreement over all pairs, straight from Krippendorff (2011)."""
    units: dict[object, list[float]] = {}
    for item, _, value in ratings:
        units.setdefault(item, []).append(float(value))
    kept = [values for values in units.values() if len(values) > 1]
    everything = [value for values in kept for value in values]
    times = Counter(everything)

    def distance(one: float, other: float) -> float:
        if level == "nominal":
            return float(one != other)
        if level == "interval":
            return (one - other) ** 2
        low, high = min(one, other), max(one, other)
        between = sum(count for value, count in times.items() if low <= value <= high)
        return (between - (times[low] + times[high]) / 2) ** 2

    n = len(everything)
    observed = sum(
        sum(distance(one, other) for one, other in permutations(values, 2)) / (len(values) - 1)
        for values in kept
    ) / max(n, 1)
    expected = sum(distance(one, other) for one, other in permutations(everything, 2)) / max(n * (n - 1), 1)
    return 1 - observed / expected if expected else None


TABLES = st.lists(st.lists(st.integers(1, 4), max_size=4), min_size=2, max_size=8)


def nameless(table: list[list[int]]) -> list[Rating]:
    return [(item, None, value) for item, values in enumerate(table) for value in values]


@given(TABLES)
def test_alpha_is_what_its_definition_says(table: list[list[int]]) -> None:
    found = quick(nameless(table), "interval")
    if found.pairable_items < 2:
        return
    for level, value in [
        ("nominal", found.alpha_nominal),
        ("ordinal", found.alpha_ordinal),
        ("interval", found.alpha_interval),
    ]:
        expected = alpha_by_definition(nameless(table), level)
        assert value == (expected if expected is None else pytest.approx(expected, abs=1e-10))


@given(TABLES, st.permutations([1, 2, 3, 4]))
def test_nominal_figures_do_not_care_for_names_of_values(table: list[list[int]], names: list[int]) -> None:
    renamed = [[names[value - 1] for value in values] for values in table]
    one, other = quick(nameless(table)), quick(nameless(renamed))
    for name in ("percent_agreement", "fleiss_kappa", "gwet_ac1", "alpha_nominal"):
        expected = getattr(one, name)
        assert getattr(other, name) == (None if expected is None else pytest.approx(expected, abs=1e-12))


@given(TABLES, st.randoms())
def test_no_figure_cares_for_the_order_of_items(table: list[list[int]], random: object) -> None:
    shuffled = list(table)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = quick(nameless(table), "interval"), quick(nameless(shuffled), "interval")
    for name in ("alpha_ordinal", "alpha_interval", "gwet_ac2", "fleiss_kappa"):
        expected = getattr(one, name)
        assert getattr(other, name) == (None if expected is None else pytest.approx(expected, abs=1e-12))


@given(TABLES, st.floats(0.1, 50), st.floats(-100, 100))
def test_interval_figures_do_not_care_for_the_scale(
    table: list[list[int]], factor: float, shift: float
) -> None:
    one = quick(nameless(table), "interval")
    other = quick(
        [(item, None, float(value) * factor + shift) for item, _, value in nameless(table)], "interval"
    )
    for name in ("alpha_ordinal", "alpha_interval", "gwet_ac2"):
        expected = getattr(one, name)
        assert getattr(other, name) == (None if expected is None else pytest.approx(expected, abs=1e-9))


# --- intervals ---


def panel(items: int, seed: int) -> list[Rating]:
    """Two raters of 85 % passes who are each right nine times in ten."""
    random = np.random.default_rng(seed)
    truth = random.random(items) < 0.85
    return [
        (item, rater, int(truth[item] == (random.random() < 0.9)))
        for rater in ("a", "b")
        for item in range(items)
    ]


def test_intervals_hold_their_figure_and_repeat_exactly() -> None:
    found = agreement("helpful", "ordinal", panel(100, 3), bootstrap=400, seed=5)
    assert found.intervals.keys() == {
        "percent_agreement",
        "fleiss_kappa",
        "gwet_ac1",
        "gwet_ac2",
        "alpha_nominal",
        "alpha_ordinal",
        "alpha_interval",
    }
    for name, (low, high) in found.intervals.items():
        assert low < getattr(found, name) < high
    assert found == agreement("helpful", "ordinal", panel(100, 3), bootstrap=400, seed=5)
    assert found.intervals != agreement("helpful", "ordinal", panel(100, 3), bootstrap=400, seed=6).intervals


def test_the_interval_of_alpha_is_as_wide_as_a_hundred_items_make_it() -> None:
    """About .41 wide for alpha and .26 for AC1, and it covers the true figures (.476, .726) nearly always."""
    found = [agreement("helpful", "nominal", panel(100, seed), bootstrap=300) for seed in range(60)]
    for name, truth, width in [("alpha_nominal", 0.476, 0.41), ("gwet_ac1", 0.726, 0.26)]:
        intervals = [one.intervals[name] for one in found]
        assert np.mean([high - low for low, high in intervals]) == pytest.approx(width, abs=0.03)
        assert sum(low <= truth <= high for low, high in intervals) >= 52


def test_agreement_on_everything_gets_no_interval_of_width_zero() -> None:
    found = agreement("helpful", "nominal", by_rater(["1 2 1 2", "1 2 1 2"]))
    assert found.alpha_nominal == 1.0
    assert "alpha_nominal" not in found.intervals
    assert "percent_agreement" not in found.intervals
