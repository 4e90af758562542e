"""Finding traces and reading their metrics."""

import threading
from datetime import UTC, date, datetime

import pytest

from assay.base.errors import Unavailable
from assay.base.progress import Progress
from assay.model.estimate import MetricPoint
from assay.model.population import Window
from assay.model.trace import Metric, Versioned
from assay.traces.fields import FIELDS


def metric(value=None, label=None, name="grounded"):
    return Metric(name=name, value=value, label=label)


def test_a_name_is_a_native_id_or_source_and_id(store, make):
    a, b, c = make("a"), make("a", source="desk"), make("desk:a")
    store.write([a, b, c, make("it's")], Progress())
    assert store.resolve("shop:a") == [(a.uid, "shop", "a")]
    assert store.resolve("a") == [(b.uid, "desk", "a"), (a.uid, "shop", "a")]
    assert store.resolve("desk:a") == [(b.uid, "desk", "a"), (c.uid, "shop", "desk:a")]
    assert store.resolve("nobody") == []
    many = store.resolve_many(["a", "nobody", "it's", "a"])
    assert {name: len(found) for name, found in many.items()} == {"a": 2, "nobody": 0, "it's": 1}


def test_traces_come_in_the_order_they_were_asked_for(store, make):
    traces = [make(f"t{n}", n % 3 if n % 4 else None) for n in range(12)]
    store.write(traces, Progress())
    wanted = [traces[7].uid, "unknown", traces[0].uid, traces[7].uid, traces[3].uid]
    assert store.fetch(wanted) == [traces[7], traces[0], traces[3]]
    assert [row.native_id for row in store.index(wanted)] == ["t7", "t0", "t3"]


def test_the_index_is_newest_first_and_undated_last(store, make):
    store.write([make("old", 0), make("none", None), make("new", 2)], Progress())
    rows = store.index()
    assert [row.native_id for row in rows] == ["new", "old", "none"]
    assert rows[0].started_at == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert rows[2].started_at is None


def test_of_traces_of_one_instant_the_last_to_come_is_first(store, make):
    store.write([make("a"), make("b")], Progress())
    store.write([make("c")], Progress())
    assert [row.native_id for row in store.index()] == ["c", "b", "a"]


def test_every_field_has_the_value_the_trace_has(store, make):
    given = {
        name: f"the {name}" for name in ("model", "task_type", "language", "environment", "release", "name")
    }
    given |= {"session_id": "s", "user_id": "u"}
    full = make("a", **given, prompt=Versioned(name="p", version="3"), dataset=Versioned(name="d", version="v"),
                tags=("x", "y"))  # fmt: skip
    bare = make("b", None)
    store.write([full, bare], Progress())
    expected = given | {"source": "shop", "prompt_name": "p", "prompt_version": "3", "dataset_name": "d",
                        "dataset_version": "v", "day": "2026-11-20", "tags": "x, y"}  # fmt: skip
    for field in FIELDS:
        values = store.field_values(field, [full.uid, bare.uid, "unknown"])
        assert values == {full.uid: expected[field], bare.uid: "shop" if field == "source" else None}, field


def test_a_metric_is_the_mean_of_its_numbers_else_its_label(store, make):
    two = make("two", metrics=(metric(1.0), metric(0.5), metric(None, "low"), metric(9, name="other")))
    label = make("label", metrics=(metric(), metric(None, "high"), metric(None, "low")))
    neither = make("neither", metrics=(metric(),))
    none = make("none", metrics=(metric(3, name="other"),))
    store.write([two, label, neither, none], Progress())
    assert store.metric_names() == ["grounded", "other"]
    assert store.metric_values("grounded") == {two.uid: 0.75, label.uid: "high", neither.uid: None}
    assert store.metric_values("grounded", [label.uid, none.uid]) == {label.uid: "high"}
    assert store.metric_values("it's not there") == {}


def test_a_metric_by_day_weighs_every_trace_alike(store, make):
    store.write(
        [
            make("a", 0, metrics=(metric(1.0), metric(1.0), metric(1.0))),
            make("b", 0, metrics=(metric(0.0),)),
            make("c", 0, metrics=(metric(None, "x"),)),
            make("d", 1, metrics=(metric(0.25),)),
            make("e", None, metrics=(metric(0.5),)),
        ],
        Progress(),
    )
    assert store.metric_by_day("grounded") == [
        MetricPoint(date(2026, 11, 20), 0.5, 2),
        MetricPoint(date(2026, 11, 21), 0.25, 1),
    ]


def test_a_damaged_file_is_told_in_a_sentence(store, make, folder):
    trace = make("a")
    store.write([trace], Progress())
    (folder / "day=2026-11-20" / "index.parquet").write_bytes(b"PAR1 not any more")
    with pytest.raises(Unavailable, match="could not be read"):
        store.count(Window())


def test_questions_from_many_threads_get_their_own_answers(store, make):
    store.write([make(f"t{n}", n % 5, name=f"n{n % 7}") for n in range(200)], Progress())
    wrong: list[int] = []

    def ask(k: int) -> None:
        right = all(
            len(store.bottom_k(Window(), f"s{k}", k)) == k and store.count(Window()) == 200 for _ in range(5)
        )
        wrong.extend([] if right else [k])

    threads = [threading.Thread(target=ask, args=(k,)) for k in (5, 10, 20, 40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_closed_store_opens_again_when_asked(store, make):
    store.write([make("a")], Progress())
    assert store.count(Window()) == 1
    store.close()
    assert store.count(Window()) == 1
