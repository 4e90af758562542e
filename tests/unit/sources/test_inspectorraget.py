"""InspectorRAGet files: an evaluation is a trace, what people answered are reviews."""

import copy
import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.base.progress import Progress
from assay.model.incoming import IncomingCriterion, IncomingReview, IncomingTrace, Rejected
from assay.model.trace import Trace
from assay.sources.inspectorraget import KIND

BOOK = {
    "name": "Small Evaluation (of nothing)",
    "models": [{"model_id": "m-1", "name": "M"}, {"model_id": "m-2", "name": "N"}],
    "metrics": [
        {"name": "overlap", "author": "algorithm", "type": "numerical", "range": [0, 1, 0.1]},
        {"name": "clear", "description": "Is it clear?", "author": "human", "type": "categorical",
         "values": [{"value": "1", "display_value": "No"}, {"value": 2, "display_value": "Yes"}]},
        {"name": "polite", "display_name": "Polite", "author": "human", "type": "categorical",
         "values": [{"value": "yes"}, {"value": "no"}]},
        {"name": "tone", "author": "human", "type": "categorical",
         "values": [{"value": "warm"}, {"value": "cold"}, {"value": "odd"}]},
        {"name": "rank", "author": "human", "type": "numerical", "range": [0, 100, 10]},
        {"name": "remark", "author": "human", "type": "text"},
    ],
    "documents": [
        {"document_id": "d1", "title": "One", "text": "first", "url": "u"},
        {"document_id": "d2", "text": "second"},
    ],
    "tasks": [
        {"task_id": "t-1", "task_type": "rag",
         "input": [{"speaker": "user", "text": "q"}, {"speaker": "agent", "text": "a"},
                   {"speaker": "user", "text": "r"}],
         "contexts": [{"document_id": "d2"}, {"document_id": "d1", "score": 0.5}, {"document_id": "gone"}],
         "targets": [{"text": "the right one"}], "Turn": "2", "Kind": ["x", "y"]},
        {"task_id": 2, "task_type": "qa", "input": "plain", "contexts": []},
    ],
    "evaluations": [
        {"task_id": "t-1", "model_id": "m-1", "model_response": "said", "seconds": 3, "annotations": {
            "overlap": {"system": {"value": 0.25}},
            "unheard-of": {"judge": {"value": "fine", "why": "so"}},
            "clear": {" ann ": {"value": "2", "timestamp": 1727600000.5, "duration": 60.0},
                      "bob": {"value": 1, "timestamp": 1727600000}},
            "rank": {"ann": {"value": 50.0, "comment": "close"}},
        }},
        {"task_id": "2", "model_id": "m-2", "model_response": "other", "annotations": {}},
    ],
}  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def read(value):
        path = tmp_path / "book.json"
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
        return list(KIND.read(path, "book", Progress()))

    return read


def of(kind, items):
    return [item for item in items if isinstance(item, kind)]


@pytest.fixture
def changed():
    def changed(**more):
        return copy.deepcopy(BOOK) | more

    return changed


def test_an_evaluation_is_a_trace_with_all_its_task_says(read):
    first, second = (item.trace for item in of(IncomingTrace, read(BOOK)))
    assert (first.source, first.native_id, first.model, first.task_type) == ("book", "t-1/m-1", "m-1", "rag")
    assert [(m.role, m.text) for m in first.input] == [("user", "q"), ("assistant", "a"), ("user", "r")]
    assert [(m.role, m.text) for m in first.output] == [("assistant", "said")]
    assert first.dataset.name == "Small Evaluation (of nothing)"
    assert first.started_at is None
    (step,) = first.steps
    assert step.kind == "retriever"
    assert [(d.id, d.title, d.content, d.score, d.metadata) for d in step.documents] == [
        ("d2", None, "second", None, {}), ("d1", "One", "first", 0.5, {"url": "u"}), ("gone", None, "", None, {}),
    ]  # fmt: skip
    assert first.metadata == {"Turn": "2", "Kind": ["x", "y"], "reference": "the right one", "seconds": 3}
    assert [m.text for m in second.input] == ["plain"]
    assert second.steps == ()


def test_what_is_not_by_people_stays_a_metric(read):
    first = of(IncomingTrace, read(BOOK))[0].trace
    assert [(m.name, m.value, m.label, m.source, m.evaluator, m.metadata) for m in first.metrics] == [
        ("overlap", 0.25, None, "code", "system", {}),
        ("unheard-of", None, "fine", "unknown", "judge", {"why": "so"}),
    ]


def test_what_people_answered_are_reviews(read):
    reviews = of(IncomingReview, read(BOOK))
    assert [(r.native_trace_id, r.criterion, r.kind, r.rater, r.value) for r in reviews] == [
        ("t-1/m-1", "clear", "scale", "ann", "2"),
        ("t-1/m-1", "clear", "scale", "bob", "1"),
        ("t-1/m-1", "rank", "number", "ann", "50"),
    ]
    assert {(r.source, r.rubric, r.rater_kind) for r in reviews} == {("book", "small-evaluation", "human")}
    assert reviews[0].created_at == datetime(2024, 9, 29, 8, 53, 20, 500000, tzinfo=UTC)
    assert (reviews[0].seconds, reviews[1].seconds, reviews[2].created_at) == (60.0, None, None)
    assert reviews[2].note == "close"


def test_the_questions_come_first_in_the_words_of_the_file(read):
    items = read(BOOK)
    assert items[:5] == [
        IncomingCriterion("clear", "scale", "Is it clear?", (("1", "No"), ("2", "Yes"))),
        IncomingCriterion("polite", "binary", "Polite", (("yes", "yes"), ("no", "no"))),
        IncomingCriterion("tone", "choice", "tone", (("warm", "warm"), ("cold", "cold"), ("odd", "odd"))),
        IncomingCriterion("rank", "number", "rank", minimum=0.0, maximum=100.0),
        IncomingCriterion("remark", "text", "remark"),
    ]
    assert not of(IncomingCriterion, items[5:])


@pytest.mark.parametrize(
    ("evaluation", "words"),
    [
        ("text", "not an object"),
        ({"task_id": "t-1"}, "no “task_id” or no “model_id”"),
        ({"task_id": [], "model_id": "m"}, "no “task_id” or no “model_id”"),
        ({"task_id": "t-9", "model_id": "m"}, "no task “t-9”"),
        ({"task_id": "t-1", "model_id": "m" * 2000}, "longer than 1024"),
        ({"task_id": "t-1", "model_id": "m", "annotations": [1]}, "“annotations” is not an object"),
        ({"task_id": "t-1", "model_id": "m", "annotations": {"clear": [1]}}, "“clear” is not an object"),
    ],
)
def test_a_bad_evaluation_is_refused_and_the_others_come_in(read, changed, evaluation, words):
    good = BOOK["evaluations"]
    items = read(changed(evaluations=[good[0], evaluation, good[1]]))
    assert [item.trace.native_id for item in of(IncomingTrace, items)] == ["t-1/m-1", "2/m-2"]
    (refused,) = of(Rejected, items)
    assert words in refused.reason
    assert refused.place.line == 2


@pytest.mark.parametrize("value", [None, "", "  ", [], {}, True])
def test_an_answer_without_a_value_is_refused_alone(read, changed, value):
    book = changed()
    book["evaluations"][0]["annotations"]["clear"]["bob"]["value"] = value
    items = read(book)
    assert len(of(IncomingTrace, items)) == 2
    assert len(of(IncomingReview, items)) == 2
    assert [item.reason for item in of(Rejected, items)] == ["“clear” by bob has no value."]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (json.dumps(BOOK).encode()[:-40], "not whole JSON"),
        (b"", "not whole JSON"),
        (b"[1, 2]", "no list of “evaluations”"),
        (b'{"evaluations": {}}', "no list of “evaluations”"),
        (b'{"evaluations": "\xff"}', "not UTF-8 text"),
        (b'{"evaluations": ' + b"[" * 100_000, "not JSON that can be read"),
        (b'{"evaluations": [' + b"[" * 100 + b"]" * 100 + b"]}", "not JSON that can be read"),
    ],
)
def test_a_broken_file_is_one_refusal_with_its_reason(read, data, words):
    (refused,) = read(data)
    assert isinstance(refused, Rejected)
    assert words in refused.reason


def test_the_format_is_known_by_content(tmp_path):
    data = json.dumps(BOOK).encode()
    assert KIND.recognises(tmp_path / "x.txt", data)
    assert KIND.recognises(tmp_path / "x.txt", b"\xef\xbb\xbf" + json.dumps(BOOK, indent=2).encode())
    assert not KIND.recognises(tmp_path / "x.json", b'{"id": "t", "input": "metrics and models"}')
    assert not KIND.recognises(tmp_path / "x.json", b"[" + data + b"]")
    assert not KIND.recognises(tmp_path / "x.json", b"")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
paths = st.lists(st.integers(0, 30), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=paths, value=json_values)
def test_whatever_stands_anywhere_in_a_file_nothing_raises(read, path, value):
    book = copy.deepcopy(BOOK)
    at = book
    for step in path:
        keys = list(at) if isinstance(at, dict) else range(len(at))
        if not keys:
            break
        key = keys[step % len(keys)]
        if step % 5 == 0 or not isinstance(at[key], dict | list):
            at[key] = value
            break
        at = at[key]
    items = read(book)
    assert items or isinstance(book["evaluations"], list)
    for item in of(IncomingTrace, items):
        assert Trace.model_validate_json(item.trace.canonical_json()).native_id == item.trace.native_id
    for item in of(IncomingReview, items):
        assert isinstance(item.value, str)
        assert item.value.strip()
