"""Browsing the whole store: what is counted, what a page holds, and where words are found."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.model.browsing import BrowseRow, FieldIs, MetricIs, TraceQuery
from assay.model.trace import Message, Metric, Part, Trace, Versioned, text_message
from assay.traces import search
from assay.traces.rows import LONGEST_QUESTION, question_words
from assay.traces.store import TraceStore

START = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def grounded(*values, label=None):
    return tuple(Metric(name="grounded", value=value) for value in values) + (
        (Metric(name="grounded", label=label),) if label else ()
    )


def found(store, text, query=None, parts=None):
    """The native ids a search finds, in the order in which they are heard of."""
    query = query or TraceQuery()
    parts = parts or store.browser.stretches(query)
    return [row.native_id for part in parts for row in store.browser.hits(text, query, part)]


def ids(rows):
    return [row.native_id for row in rows]


# A population, and the same order in plain Python


def population():
    models, metrics = ("m1", "m2", None, "Ümlaut"), ((0.5,), (0.5, 0.7), (), (0.1,), (2.0,))
    for at in range(60):
        began = None if at % 11 == 10 else START + timedelta(minutes=37 * (at % 23))
        yield Trace(
            source="shop",
            native_id=f"t{at:02}",
            started_at=began,
            model=models[at % 4],
            task_type=("b", "a")[at % 2],
            language="de" if at % 3 else None,
            prompt=Versioned(version=f"v{at % 5}"),
            latency_ms=None if at % 7 == 3 else float(at * 37 % 10),
            metrics=grounded(*metrics[at % 5]),
            input=(text_message("user", f"ask {at}"),),
        )


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    store, traces = TraceStore(tmp_path_factory.mktemp("whole") / "traces"), list(population())
    store.write(iter(traces), Progress())
    yield store, traces
    store.close()


def number(trace):
    values = [metric.value for metric in trace.metrics]
    return sum(values) / len(values) if values else None


KEYS = {
    "started_at": lambda trace: trace.started_at,
    "native_id": lambda trace: trace.native_id,
    "model": lambda trace: trace.model,
    "task_type": lambda trace: trace.task_type,
    "prompt_version": lambda trace: trace.prompt.version,
    "language": lambda trace: trace.language,
    "latency_ms": lambda trace: trace.latency_ms,
    "metric": number,
}


def sorted_as(query, traces):
    """The whole list, sorted by Python: by time as they came, by all else newest first, missing values last."""
    as_they_came = dict(zip((trace.uid for trace in traces), itertools.count(), strict=False))
    newest = sorted(traces, key=lambda one: as_they_came[one.uid], reverse=True)
    dated = [one for one in newest if one.started_at]
    newest = sorted(dated, key=lambda one: one.started_at, reverse=True) + [
        x for x in newest if not x.started_at
    ]
    key = KEYS[query.sort]
    if query.sort == "started_at" and not query.descending:
        oldest = newest[::-1]
        return [one for one in oldest if one.started_at] + [one for one in oldest if not one.started_at]
    has = [one for one in newest if key(one) is not None]
    has.sort(key=key, reverse=query.descending)
    if query.descending:  # Python keeps ties in their order either way
        assert [key(one) for one in has] == sorted((key(one) for one in has), reverse=True)
    return has + [one for one in newest if key(one) is None]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sort=st.sampled_from(sorted(KEYS)),
    descending=st.booleans(),
    size=st.integers(1, 70),
    model=st.sampled_from([None, ("m1",), ("m2", None), (None,)]),
    since=st.sampled_from([None, date(2026, 11, 20), date(2026, 11, 21)]),
    until=st.sampled_from([None, date(2026, 11, 20), date(2026, 11, 21)]),
    limit=st.sampled_from([None, ("<", 0.6), (">=", 0.6), (">", 0.6), ("<=", 0.1)]),
)
def test_pages_together_are_the_whole_list_in_order(
    everything, sort, descending, size, model, since, until, limit
):
    store, traces = everything
    query = TraceQuery(
        fields=(FieldIs("model", model),) if model else (),
        limit=MetricIs("grounded", *limit) if limit else None,
        since=since,
        until=until,
        metric="grounded",
        sort=sort,
        descending=descending,
    )
    compare = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__}
    wanted = [
        one
        for one in traces
        if (not model or one.model in model)
        and (not since or (one.day and one.day >= since))
        and (not until or (one.day and one.day <= until))
        and (not limit or (number(one) is not None and compare[limit[0]](number(one), limit[1])))
    ]
    pages = [store.browser.page(query, start, size) for start in range(0, len(wanted) + size, size)]
    rows = [row for page in pages for row in page]
    assert ids(rows) == [one.native_id for one in sorted_as(query, wanted)]
    assert store.browser.count(query) == len(wanted)
    assert [row.metric for row in rows] == [number(one) for one in sorted_as(query, wanted)]


def test_far_down_a_long_list_pages_go_on_without_a_gap(store, make, monkeypatch):
    monkeypatch.setattr("assay.traces.browse._NEAR", 4)
    store.write((make(f"t{at:02}", latency_ms=float(at)) for at in range(20)), Progress())
    query = TraceQuery(sort="latency_ms", descending=False)
    pages = [store.browser.page(query, start, 3) for start in (0, 3, 6, 9, 12, 15, 18, 1)]
    assert ids(row for page in pages[:-1] for row in page) == [f"t{at:02}" for at in range(20)]
    assert ids(pages[-1]) == ["t01", "t02", "t03"]


# What a row says, and which rows there are


def test_a_row_says_what_the_trace_says(store, make):
    trace = make("a", model="m", task_type="t", language="de", prompt=Versioned(name="p", version="3"),
                 latency_ms=12.5, metrics=grounded(1.0, label="good"))  # fmt: skip
    store.write([trace], Progress())
    (row,) = store.browser.page(TraceQuery(metric="grounded"), 0, 10)
    assert row == BrowseRow(
        trace.uid, "a", trace.day, trace.started_at, "ask a", "m", "t", "3", "de", 12.5, metric=1.0
    )
    store.write([make("b", metrics=grounded(label="fine"))], Progress())
    assert {row.metric for row in store.browser.page(TraceQuery(metric="grounded"), 0, 10)} == {1.0, "fine"}
    assert store.browser.page(TraceQuery(), 0, 10)[0].metric is None


def test_a_question_is_what_the_user_said_last_on_one_line(make):
    said = [
        text_message(role, text) for role, text in (("user", "first"), ("user", "and\n  then"), ("tool", "x"))
    ]
    assert question_words(make("a", input=tuple(said))) == "and then"
    assert (
        question_words(make("a", input=(text_message("human", "hello"), text_message("tool", " "))))
        == "hello"
    )
    assert question_words(make("a", input=())) is None
    long = question_words(make("a", input=(text_message("user", "ab " * 10_000),)))
    assert len(long) == LONGEST_QUESTION
    assert long.endswith("…")


def test_only_columns_with_values_count_as_filled(store, make):
    assert store.browser.filled() == frozenset()
    store.write([make("a", model="m"), make("b")], Progress())
    assert store.browser.filled() == {"started_at", "question", "model"}


def test_several_fields_must_all_hold_and_metadata_counts_as_one(store, make):
    store.write(
        [
            make("a", model="m", metadata={"team": "x", "a.b": "1"}),
            make("b", model="m", metadata={"team": "y", "a.b": "1"}),
            make("c", model="n", metadata={"team": "x"}),
        ],
        Progress(),
    )
    two = (FieldIs("metadata.team", ("x",)), FieldIs("metadata.a.b", ("1", None)))
    assert store.browser.count(TraceQuery(fields=two)) == 2
    assert ids(store.browser.page(TraceQuery(fields=(*two, FieldIs("model", ("m",)))), 0, 9)) == ["a"]
    with pytest.raises(Refused):
        store.browser.count(TraceQuery(fields=(FieldIs("no such field", ("x",)),)))


@pytest.mark.parametrize(
    "value", ["'; DROP TABLE idx; --", "$files", "%", "_", "\\", "\0", "😀'\"", "{where}"]
)
def test_a_hostile_value_is_only_ever_a_value(store, make, value):
    store.write(
        [make("a", model=value, metrics=(Metric(name=value, value=1.0),)), make("b", model="x")], Progress()
    )
    query = TraceQuery(fields=(FieldIs("model", (value,)),), limit=MetricIs(value, ">", 0.5), metric=value)
    assert ids(store.browser.page(query, 0, 9)) == ["a"]
    assert store.browser.count(TraceQuery(fields=(FieldIs(f"metadata.{value}", ("x",)),))) == 0


def test_an_order_that_is_none_is_not_asked_for(store, make):
    store.write([make("a")], Progress())
    with pytest.raises(ValueError, match="DROP"):
        store.browser.page(TraceQuery(sort="seq; DROP"), 0, 1)
    with pytest.raises(ValueError, match="OR"):
        store.browser.count(TraceQuery(limit=MetricIs("m", "OR", 1)))


def test_reviewed_and_not_reviewed_are_told_by_uids(store, make):
    traces = [make(name, at) for at, name in enumerate("abcd")]
    store.write(traces, Progress())
    some = (traces[0].uid, traces[2].uid, "unknown")
    assert ids(store.browser.page(TraceQuery(among=some), 0, 9)) == ["c", "a"]
    assert ids(store.browser.page(TraceQuery(without=some), 0, 9)) == ["d", "b"]
    assert store.browser.count(TraceQuery(among=())) == 0


def test_a_blind_trace_tells_its_metric_neither_by_value_nor_by_filter_nor_by_place(store, make):
    traces = [
        make(name, metrics=grounded(value)) for name, value in (("low", 0.1), ("mid", 0.5), ("high", 0.9))
    ]
    store.write(traces, Progress())
    query = TraceQuery(metric="grounded", sort="metric", blind=(traces[2].uid,))
    rows = store.browser.page(query, 0, 9)
    assert [(row.native_id, row.metric) for row in rows] == [("mid", 0.5), ("low", 0.1), ("high", None)]
    assert store.browser.count(TraceQuery(limit=MetricIs("grounded", ">", 0.0), blind=query.blind)) == 2


def test_what_was_counted_before_an_import_is_counted_anew(store, make):
    store.write([make("a", latency_ms=1.0)], Progress())
    query = TraceQuery(sort="latency_ms")
    assert (store.browser.count(query), ids(store.browser.page(query, 0, 9))) == (1, ["a"])
    store.write([make("b", 3, latency_ms=2.0), make("a", latency_ms=3.0)], Progress())
    assert (store.browser.count(query), ids(store.browser.page(query, 0, 9))) == (2, ["a", "b"])


def test_an_empty_store_has_no_rows_and_nothing_to_search(store):
    browser = store.browser
    assert (browser.count(TraceQuery()), browser.page(TraceQuery(), 0, 9)) == (0, [])
    assert browser.page(TraceQuery(sort="metric", metric="m"), 0, 9) == []
    assert browser.stretches(TraceQuery()) == []


# Words


TRICKY = [
    "50 % off", "a_b", 'she said "no"', "back\\slash", "two\nlines", "tab\there", "naïve Ärger", "😀 fine", "'",
    "\x1f", "\x7f", '","role":"user', "{x}", "ﬀ", "$text",
]  # fmt: skip


@pytest.mark.parametrize("text", TRICKY)
def test_words_are_found_as_they_stand_and_nothing_else_is(store, make, text):
    given = {
        "asked": {"input": (text_message("user", f"well, {text} then"),)},
        "answered": {
            "input": (),
            "output": (text_message("user", "x"), text_message("assistant", f"{text}")),
        },
        "thought": {
            "input": (Message(role="user", parts=(Part(kind="json", data={}), Part(text=f"..{text}"))),)
        },
        "elsewhere": {"metadata": {"note": text}, "name": text},
        "other": {"input": (text_message("user", "50 X off aXb she said no backslash two lines"),)},
    }
    store.write((make(name, **more) for name, more in given.items()), Progress())
    assert sorted(found(store, text)) == ["answered", "asked", "thought"]


def test_the_case_of_words_does_not_matter_and_an_id_is_found_too(store, make):
    store.write(
        [make("a", output=(text_message("assistant", "Der ÄRGER über GeLd"),)), make("XY-7")], Progress()
    )
    assert found(store, "ärger ÜBER geld") == ["a"]
    assert found(store, "XY-7") == ["XY-7"]
    assert found(store, "") == []
    assert found(store, "\ud800") == []
    assert found(store, "ask\0") == []


def test_words_are_looked_for_newest_day_first_and_within_the_filters(store, make, monkeypatch):
    monkeypatch.setattr(search, "STRETCH", 2)
    more = {"output": (text_message("assistant", "needle"),)}
    traces = [
        make(f"{day}{at}", day + at / 100, model="m" if at else "n", **more)
        for day in (0, 1)
        for at in range(5)
    ]
    store.write([*traces, make("undated", None, **more), make("plain", 2)], Progress())
    heard = found(store, "needle")
    assert [name[0] for name in heard] == ["1"] * 5 + ["0"] * 5 + ["u"]
    assert len(set(heard)) == 11
    parts = store.browser.stretches(TraceQuery())
    shapes = [(part.day[-2:], part.first, part.size) for part in parts]
    assert shapes[:4] == [("22", 0, 1), ("21", 0, 2), ("21", 2, 2), ("21", 4, 1)]
    narrow = TraceQuery(fields=(FieldIs("model", ("n",)),))
    assert found(store, "needle", narrow) == ["10", "00"]
    assert [part.day for part in store.browser.stretches(narrow)] == ["2026-11-21"] * 3 + ["2026-11-20"] * 3


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.sampled_from("aB\"\\%_\n\t 😀ä{}$'/"), max_size=6), min_size=1, max_size=5),
       needle=st.text(st.sampled_from("ab\"\\%_\n 😀Ä{$'/"), min_size=1, max_size=3))  # fmt: skip
def test_a_search_finds_just_what_python_finds(tmp_path_factory, texts, needle):
    store = TraceStore(tmp_path_factory.mktemp("words") / "traces")
    traces = [
        Trace(source="s", native_id=f"#{at}", input=(text_message("user", text),))
        for at, text in enumerate(texts)
    ]
    store.write(iter(traces), Progress())
    assert sorted(found(store, needle)) == [
        f"#{at}" for at, text in enumerate(texts) if needle.lower() in text.lower()
    ]
    store.close()
