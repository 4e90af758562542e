"""The draw: anyone with an md5 can repeat it."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.model.population import Window
from assay.model.trace import Trace
from assay.traces.store import TraceStore

NASTY_IDS = [
    *["it's", 'say "so"', "back\\slash", "\\'", " leading", "trailing ", "\ttab", "new\nline", "", " ", "|"],
    *[
        "a|b",
        "é",
        "e\u0301",
        "北京",
        "日本語",
        "ß",
        "İ",
        "ı",
        "\u202e",
        "\u200b",
        "\ufeff",
        "🙂",
        "\x7f",
        "\x01",
    ],
    *[
        "a\x00b",
        "a\x00",
        "%s",
        "$seed",
        "?",
        ":id",
        "--",
        "/*",
        "'; DROP TABLE idx; --",
        "{}",
        "NULL",
        "0",
        "00",
    ],
    *["1e5", "-1", "x" * 999],
]
MODELS = ["gpt'4", "llama \\ 3", None, "北京", ""]
START = datetime(2026, 11, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def population() -> list[Trace]:
    ids = NASTY_IDS + [f"t-{n}" for n in range(600)]
    return [
        Trace(
            source=source,
            native_id=native_id,
            model=MODELS[n % len(MODELS)],
            started_at=None if n % 11 == 0 else START + timedelta(hours=n % 90),
            metadata={"Question Type": [["a", "b"], ["a"], []][n % 3]},
        )
        for source in ("shop", "desk")
        for n, native_id in enumerate(ids)
    ]


@pytest.fixture(scope="module")
def drawn_from(population, tmp_path_factory) -> TraceStore:
    store = TraceStore(tmp_path_factory.mktemp("population") / "traces")
    store.write(population, Progress())
    return store


def ranking(trace: Trace, seed: str) -> tuple[str, str, str]:
    digest = hashlib.md5(f"{seed}|{trace.native_id}".encode()).hexdigest()
    return digest, trace.native_id, trace.source


def answer(ranked) -> list[tuple[str, str, str]]:
    return [(item.rank_hash, item.native_id, item.source) for item in ranked]


@settings(max_examples=40, deadline=None)
@given(seed=st.text(st.characters(exclude_categories=["Cs"]), max_size=20), k=st.integers(0, 1400))
def test_a_sample_is_the_k_smallest_of_hashlib(drawn_from, population, seed, k):
    expected = sorted(ranking(trace, seed) for trace in population)[:k]
    assert answer(drawn_from.bottom_k(Window(), seed, k)) == expected


@settings(max_examples=40, deadline=None)
@given(
    seed=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    sizes=st.lists(st.integers(0, 300), min_size=len(MODELS), max_size=len(MODELS)),
)
def test_a_stratified_sample_is_the_k_smallest_of_each_stratum(drawn_from, population, seed, sizes):
    labels = ["(none)" if model is None else model for model in MODELS]
    expected = []
    for label, model, k in zip(labels, MODELS, sizes, strict=True):
        ranked = sorted(ranking(trace, seed) for trace in population if trace.model == model)
        expected += [(*place, label) for place in ranked[:k]]
    drawn = drawn_from.bottom_k_by(Window(), seed, "model", dict(zip(labels, sizes, strict=True)))
    assert [(r.rank_hash, r.native_id, r.source, r.stratum) for r in drawn] == sorted(expected)


def test_a_window_holds_its_start_and_not_its_end(drawn_from, population):
    start, end = START + timedelta(hours=10), START + timedelta(hours=40)
    inside = [t for t in population if t.started_at and start <= t.started_at < end]
    window = Window(start, end)
    assert drawn_from.count(window) == len(inside)
    assert answer(drawn_from.bottom_k(window, "s", 50)) == sorted(ranking(t, "s") for t in inside)[:50]
    assert drawn_from.strata(window, "source") == Counter(t.source for t in inside)


def test_undated_traces_are_in_every_unbounded_window_and_in_no_other(drawn_from, population):
    undated = sum(trace.started_at is None for trace in population)
    assert undated
    assert drawn_from.count(Window()) == len(population)
    assert drawn_from.count(Window(start=datetime(1, 1, 2, tzinfo=UTC))) == len(population) - undated
    assert drawn_from.count(Window(end=datetime(9999, 1, 2, tzinfo=UTC))) == len(population) - undated


def test_what_was_drawn_before_is_left_out(drawn_from, population):
    first = drawn_from.bottom_k(Window(), "s", 700)
    rest = Window(excluded=tuple(item.trace_uid for item in first))
    assert drawn_from.count(rest) == len(population) - 700
    second = drawn_from.bottom_k(rest, "s", 9999)
    assert answer(first) + answer(second) == sorted(ranking(trace, "s") for trace in population)
    assert sum(drawn_from.strata(rest, "model").values()) == len(population) - 700


def test_late_traces_only_add_to_a_sample(drawn_from, population, tmp_path):
    store = TraceStore(tmp_path / "traces")
    store.write(population[:500], Progress())
    before = set(answer(store.bottom_k(Window(), "s", 20)))
    store.write(population[500:], Progress())
    after = answer(store.bottom_k(Window(), "s", 1000))
    assert set(after) >= before
    assert [place for place in after if place in before] == sorted(before)
    store.close()


def test_a_list_in_the_metadata_is_one_stratum(drawn_from, population):
    strata = drawn_from.strata(Window(), "metadata.Question Type")
    assert strata == Counter(", ".join(t.metadata["Question Type"]) or "(none)" for t in population)
    drawn = drawn_from.bottom_k_by(Window(), "s", "metadata.Question Type", {"a, b": 3, "(none)": 2})
    assert Counter(item.stratum for item in drawn) == {"a, b": 3, "(none)": 2}


def test_strata_nobody_is_in_and_strata_of_no_size_give_nothing(drawn_from):
    assert drawn_from.bottom_k_by(Window(), "s", "model", {"nobody": 5, "北京": 0}) == []
    assert drawn_from.bottom_k(Window(), "s", -1) == []


def test_an_unknown_field_is_refused_with_the_fields_there_are(drawn_from):
    for field in ("colour", "metadata.", "uid; DROP TABLE idx", ""):
        with pytest.raises(Refused, match=r"model, task_type.*metadata\.KEY"):
            drawn_from.strata(Window(), field)


@pytest.mark.parametrize(
    "key", ["a/b", "a~b", "~1", 'say "so"', "it's", "$.x", "a.b", "*", "[0]", "0", " ", "北京"]
)
def test_any_key_of_the_metadata_is_a_field(tmp_path, key):
    store = TraceStore(tmp_path / "traces")
    traces = [
        Trace(source="s", native_id=str(n), metadata={key: value}) for n, value in enumerate(["x", 1.5, True])
    ]
    store.write(
        [*traces, Trace(source="s", native_id="none", metadata={"other": 1, "a": {"b": 2}})], Progress()
    )
    assert store.strata(Window(), f"metadata.{key}") == {"x": 1, "1.5": 1, "true": 1, "(none)": 1}
    store.close()
