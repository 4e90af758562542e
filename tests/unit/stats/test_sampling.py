"""Draws that anyone can repeat."""

import hashlib
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.stats.sampling import allocate, bottom_k, day_seed, rank_hash

IDS = st.lists(st.text(st.characters(), max_size=12), unique=True, max_size=60)
POPULATIONS = st.dictionaries(st.text(max_size=4), st.integers(0, 500), max_size=12)


def test_a_rank_is_the_md5_that_any_store_computes() -> None:
    assert rank_hash("2026-11-23|seed1", "0" * 31 + "1") == "f4bcd5fd6f3fa00146473a2a311e9c51"
    assert rank_hash("day7", "0" * 32) == "6478b0afc484f792d17e7c1411dac8d2"


def test_the_five_smallest_of_a_hundred_are_the_published_ones() -> None:
    drawn = bottom_k((f"{number:032x}" for number in range(100)), "day7", 5)
    assert [int(native_id, 16) for _, native_id in drawn] == [90, 74, 37, 28, 80]


def test_a_lone_surrogate_has_a_place_too() -> None:
    assert rank_hash("s", "a\ud800") == hashlib.md5(b"s|a\xed\xa0\x80").hexdigest()


@given(ids=IDS, seed=st.text(max_size=8), k=st.integers(-2, 70))
def test_a_draw_is_the_start_of_the_sorted_hashes(ids: list[str], seed: str, k: int) -> None:
    ranked = sorted(
        (hashlib.md5(f"{seed}|{one}".encode("utf-8", "surrogatepass")).hexdigest(), one) for one in ids
    )
    assert bottom_k(ids, seed, k) == ranked[: max(k, 0)]


@given(early=IDS, late=IDS, k=st.integers(0, 30))
def test_late_traces_never_reorder_the_early_ones(early: list[str], late: list[str], k: int) -> None:
    before = [one for _, one in bottom_k(early, "seed", k)]
    after = [one for _, one in bottom_k(early + [one for one in late if one not in early], "seed", k)]
    stayed = [one for one in after if one in early]
    assert stayed == before[: len(stayed)]


def test_every_trace_has_the_same_chance() -> None:
    """Over 2000 seeds each of 50 traces is drawn about 400 times in a draw of 10 (sd 17.9)."""
    ids = [f"trace-{number}" for number in range(50)]
    drawn = Counter(one for seed in range(2000) for _, one in bottom_k(ids, str(seed), 10))
    chi2 = sum((drawn[one] - 400) ** 2 / (400 * 0.8) for one in ids) * 49 / 50
    assert chi2 < 85.4  # chi-square with 49 degrees of freedom, p = .001


def test_the_seed_of_a_day_carries_its_date() -> None:
    assert day_seed("secret", date(2026, 11, 3)) == "secret|2026-11-03"


@pytest.mark.parametrize(
    ("populations", "size", "expected"),
    [
        ({"a": 50, "b": 30, "c": 20}, 10, {"a": 5, "b": 3, "c": 2}),
        ({"big": 920, "flagged": 80}, 20, {"big": 18, "flagged": 2}),
        ({"big": 9990, "rare": 9, "rarer": 1}, 20, {"big": 18, "rare": 1, "rarer": 1}),
        ({"a": 3, "b": 3, "c": 3}, 4, {"a": 2, "b": 1, "c": 1}),
        ({"b": 3, "a": 3, "c": 4}, 2, {"a": 1, "b": 0, "c": 1}),
        ({"a": 25, "b": 75}, 6, {"a": 1, "b": 5}),
        ({"a": 2, "b": 1}, 50, {"a": 2, "b": 1}),
        ({"a": 7, "empty": 0}, 5, {"a": 5, "empty": 0}),
        ({"a": 7}, 0, {"a": 0}),
        ({"empty": 0}, 5, {"empty": 0}),
        ({}, 5, {}),
    ],
)
def test_a_sample_is_shared_out_by_population(
    populations: dict[str, int], size: int, expected: dict[str, int]
) -> None:
    assert allocate(populations, size) == expected


@given(populations=POPULATIONS, size=st.integers(-3, 3000))
def test_a_share_never_exceeds_its_stratum_and_all_add_up(populations: dict[str, int], size: int) -> None:
    shares = allocate(populations, size)
    filled = [name for name, count in populations.items() if count]
    assert shares.keys() == populations.keys()
    assert sum(shares.values()) == min(max(size, 0), sum(populations.values()))
    assert all(0 <= shares[name] <= count for name, count in populations.items())
    if size >= len(filled):
        assert all(shares[name] >= 1 for name in filled)


@given(populations=POPULATIONS, size=st.integers(0, 3000))
def test_a_bigger_stratum_never_gives_less(populations: dict[str, int], size: int) -> None:
    shares = allocate(dict(reversed(populations.items())), size)
    assert shares == allocate(populations, size)
    by_size = sorted(populations, key=lambda name: populations[name])
    assert all(
        shares[one] <= shares[other]
        for one, other in pairwise(by_size)
        if populations[one] < populations[other]
    )
