"""Assay trace table: a row is a trace, nested values are JSON in their cells, bad rows cost only themselves."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.model.incoming import IncomingTrace, Place, Rejected
from assay.sources.assay_table import KIND


def read(*rows):
    return list(KIND.read([(Path("t.csv"), iter(rows))], "shop", Progress()))


def trace(**cells):
    (item,) = read({"id": "1", "input": "a", **cells})
    assert isinstance(item, IncomingTrace), item.reason
    return item.trace


def reason(**cells):
    (item,) = read({"id": "1", "input": "a", **cells})
    assert isinstance(item, Rejected)
    return item.reason


def test_a_row_of_plain_cells_is_a_trace():
    cells = {"output": "b", "started_at": "2026-11-20T09:15:02Z", "model": "m", "latency_ms": "41.5"}
    got = trace(**cells, region="eu", session_id="", user_id=None)
    assert (got.native_id, got.input[0].text, got.output[0].text, got.model) == ("1", "a", "b", "m")
    assert (got.started_at, got.latency_ms) == (datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC), 41.5)
    assert (got.session_id, got.user_id, got.metadata) == (None, None, {"region": "eu"})


@pytest.mark.parametrize("as_text", [True, False])
def test_nested_values_are_json_in_their_cells_or_objects(as_text):
    cells = {
        "input": [{"role": "user", "content": "Hi"}],
        "steps": [{"id": "s", "kind": "retriever", "documents": [{"id": "d", "content": "x"}]}],
        "metrics": [{"name": "m", "value": 0.5, "source": "llm"}],
        "behaviour": [{"kind": "copied"}],
        "tags": ["a", "b"],
        "prompt": {"name": "p", "version": "3"},
        "tokens": {"input": 5},
        "metadata": {"k": [1]},
    }
    got = trace(**{key: json.dumps(value) if as_text else value for key, value in cells.items()})
    assert (got.input[0].role, got.input[0].text) == ("user", "Hi")
    assert (got.steps[0].documents[0].id, got.metrics[0].value, got.behaviour[0].kind) == ("d", 0.5, "copied")
    assert (got.tags, got.prompt.version, got.tokens.input, got.metadata) == (("a", "b"), "3", 5, {"k": [1]})


def test_columns_with_a_point_fill_the_object_before_it():
    got = trace(
        **{"prompt.name": "p", "tokens.input": "5", "tokens.output": "7", "metadata.region": "eu"},
        **{"metrics.fit": "0.5", "metrics.tone": "warm", "metadata": '{"k": 1}', "cost.detail": "x"},
    )
    assert (got.prompt.name, got.tokens.input, got.tokens.output) == ("p", 5, 7)
    assert [(m.name, m.value, m.label) for m in got.metrics] == [("fit", 0.5, None), ("tone", None, "warm")]
    assert got.metadata == {"k": 1, "region": "eu", "cost.detail": "x"}
    more = trace(**{"metrics": '[{"name": "a", "value": 1}]', "metrics.b": "2"})
    assert [(m.name, m.value) for m in more.metrics] == [("a", 1.0), ("b", 2.0)]


def test_an_answer_that_looks_like_json_stays_a_text():
    for answer in ('{"total": 5}', "[1, 2]", "[see page 3]", '[{"a": 1}]'):
        assert trace(output=answer).output[0].text == answer


def test_column_names_may_have_blanks_and_capitals():
    (item,) = read({" ID ": "7", "Input": "a", "Tags": '["x"]', "Region": "eu"})
    assert (item.trace.native_id, item.trace.tags, item.trace.metadata) == ("7", ("x",), {"Region": "eu"})


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"id": ""}, "The record has no “id”."),
        ({"input": ""}, "The record has none of “input”, “output” and “steps”."),
        ({"steps": '[{"id": '}, "“steps”: The record is cut off"),
        ({"latency_ms": "slow"}, "“latency_ms” is text (slow) where a number was expected."),
        ({"tags": '["x"]', "metadata": "5", "metadata.a": "1"}, "“metadata” is no object"),
    ],
)
def test_a_bad_row_is_told_with_its_column(cells, told):
    assert reason(**cells).startswith(told)


def test_a_bad_row_costs_only_itself_and_a_broken_file_keeps_what_came_before():
    def rows():
        yield {"id": "1", "input": "a"}
        yield {"id": "", "input": "b"}
        yield {"id": "3", "input": "c"}
        raise Refused("The file breaks off.")

    items = list(KIND.read([(Path("t.csv"), rows())], "shop", Progress()))
    assert [type(item) for item in items] == [IncomingTrace, Rejected, IncomingTrace, Rejected]
    assert items[3].place == Place("t.csv", 4)
    assert items[3].reason == "The file breaks off."


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["id", "input"], True),
        (["steps", "Id"], True),
        (["id", "question"], False),
        (["input", "output"], False),
        (["id", "input", "rater", "criterion", "value"], False),
        ([], False),
    ],
)
def test_the_table_is_known_by_its_columns(columns, expected):
    assert KIND.recognises(columns) is expected


COLUMNS = [
    "id",
    "input",
    "steps",
    "metrics",
    "tags",
    "tokens",
    "prompt.name",
    "metrics.x",
    "metadata",
    "started_at",
]
CELLS = (
    st.text()
    | st.integers()
    | st.floats()
    | st.sampled_from(["[", "{}", '["a"]', '{"a": 1}', "[{}]", "null", "1e999"])
)


@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), CELLS), max_size=4))
def test_no_cell_stops_an_import(rows):
    items = read({"id": "first", "input": "a"}, *rows, {"id": "last", "input": "a"})
    assert [items[0].trace.native_id, items[-1].trace.native_id] == ["first", "last"]
    assert len(items) == len(rows) + 2
    assert all(item.reason.endswith(".") for item in items if isinstance(item, Rejected))
