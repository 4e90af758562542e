"""Phoenix: pages of spans, traces and annotations in one import, and the tables of its client."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.base.progress import Progress
from assay.model.incoming import IncomingCriterion, IncomingReview, IncomingTrace, Rejected
from assay.sources.phoenix import KIND
from assay.sources.phoenix_table import KIND as TABLE

TRACE, ROOT, CALL = "a" * 32, "1" * 16, "2" * 16


def span(span_id, parent_id=None, kind="CHAIN", trace_id=TRACE, **attributes):
    return {
        "id": f"gid-{span_id}", "name": f"step {span_id[0]}", "context": {"trace_id": trace_id, "span_id": span_id},
        "span_kind": kind, "parent_id": parent_id, "start_time": "2026-11-20T09:00:00.5+00:00",
        "end_time": "2026-11-20T09:00:02.5+00:00", "status_code": "OK", "status_message": "",
        "attributes": {key.replace("__", "."): value for key, value in attributes.items()}, "events": [],
    }  # fmt: skip


def annotation(by="HUMAN", name="helpful", span_id=ROOT, number=1, **more):
    row = {
        "id": f"A{number}", "created_at": "2026-11-20T10:00:00+00:00", "updated_at": "2026-11-20T11:00:00+00:00",
        "source": "API", "user_id": None, "name": name, "annotator_kind": by,
        "result": {"label": "good", "score": 4.0, "explanation": "Clear."}, "metadata": {}, "identifier": "",
    }  # fmt: skip
    place = {} if span_id is None else {"span_id": span_id}
    return row | place | more


def page(*rows):
    return {"data": list(rows), "next_cursor": None}


SPANS = page(
    span(ROOT, input__value="asked", output__value="said", session__id="s", metadata__language="de"),
    span(CALL, ROOT, "LLM", llm__model_name="m", llm__token_count__prompt=3),
)


@pytest.fixture
def read(tmp_path):
    def read(*pages):
        paths = []
        for number, one in enumerate(pages):
            path = tmp_path / f"{number}.json"
            path.write_bytes(one if isinstance(one, bytes) else json.dumps(one).encode())
            paths.append(path)
        return list(KIND.read_together(paths, "px", Progress()))

    return read


def of(kind, items):
    return [item for item in items if isinstance(item, kind)]


def trace_in(items):
    (found,) = of(IncomingTrace, items)
    return found.trace


def test_a_page_of_spans_gives_traces(read):
    trace = trace_in(read(SPANS))
    assert (trace.native_id, trace.name, trace.session_id, trace.language) == (TRACE, "step 1", "s", "de")
    assert [message.text for message in (*trace.input, *trace.output)] == ["asked", "said"]
    assert [(step.kind, step.model) for step in trace.steps] == [("chain", None), ("llm", "m")]
    assert (trace.latency_ms, trace.tokens.input) == (2000.0, 3)


def test_a_trace_over_two_pages_is_one_trace_and_a_repeated_span_no_second_step(read):
    first, second = SPANS["data"]
    assert trace_in(read(page(second), page(first, second))) == trace_in(read(SPANS))


def test_a_list_of_traces_gives_heads_and_spans_give_the_rest(read):
    heads = [
        {"id": "x", "span_id": ROOT, "parent_id": None, "name": "step 1", "span_kind": "CHAIN", "status_code": "OK",
         "start_time": "2026-11-20T09:00:00.5+00:00", "end_time": "2026-11-20T09:00:02.5+00:00"},
        {"span_id": "3" * 16, "parent_id": ROOT, "name": "only here", "span_kind": "TOOL"}, "no head",
    ]  # fmt: skip
    row = {"id": "t", "trace_id": TRACE, "project_id": "P", "start_time": "2026-11-20T09:00:00.5+00:00",
           "end_time": None, "token_count_prompt": 9, "token_count_completion": 1, "token_count_total": 10,
           "spans": heads}  # fmt: skip
    alone = trace_in(read(page(row)))
    assert ([step.name for step in alone.steps], alone.tokens.total, alone.input) == (
        ["step 1", "only here"],
        10,
        (),
    )
    both = trace_in(read(page(row), SPANS))
    assert ([step.id[0] for step in both.steps], both.input[0].text) == (["1", "2", "3"], "asked")
    assert both.metadata == {"project_id": "P"}


def test_otlp_like_pages_are_read(read):
    nothing = dict.fromkeys(("array_value", "bool_value", "bytes_value", "double_value", "kvlist_value"))
    row = {
        "attributes": [
            {"key": "openinference.span.kind", "value": nothing | {"int_value": None, "string_value": "LLM"}},
            {"key": "input.value", "value": nothing | {"int_value": None, "string_value": "asked"}},
            {"key": "llm.token_count.prompt", "value": nothing | {"int_value": 3, "string_value": None}},
        ],
        "trace_id": TRACE, "span_id": ROOT, "parent_span_id": None, "name": "n", "kind": "SPAN_KIND_INTERNAL",
        "start_time_unix_nano": 1795311074720036096, "end_time_unix_nano": 1795311077048459008,
        "events": [], "status": {"code": 2, "message": "429"},
    }  # fmt: skip
    trace = trace_in(read(page(row)))
    assert (trace.steps[0].kind, trace.tokens.input, trace.input[0].text, trace.error) == (
        "llm",
        3,
        "asked",
        "429",
    )


def test_a_persons_annotation_is_a_review(read):
    row = annotation(
        identifier="assay:Ann",
        metadata={"rubric": "support", "rubric_version": 2, "seconds_spent": 19, "x": 1},
    )
    (review,) = of(IncomingReview, read(page(row), SPANS))
    assert (review.source, review.native_trace_id, review.criterion, review.value) == (
        "px",
        TRACE,
        "helpful",
        "4",
    )
    assert (review.rater, review.rater_kind, review.note, review.rubric) == (
        "Ann",
        "human",
        "Clear.",
        "support",
    )
    assert (review.rubric_version, review.seconds) == (2, 19.0)
    assert review.created_at == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert review.extra["label"] == "good"
    assert review.extra["x"] == 1


@pytest.mark.parametrize(
    ("row", "rater"),
    [
        ({"identifier": "assay:Ann", "user_id": "U1"}, "Ann"),
        ({"identifier": "", "user_id": "U1"}, "U1"),
        ({"identifier": "bob"}, "bob"),
        ({"identifier": "px-app:U2"}, "U2"),
        ({"identifier": "px-span-note:123"}, None),
        ({"identifier": "x", "metadata": {"reviewer": " Cara "}}, "Cara"),
        ({"identifier": ""}, None),
        ({"identifier": None, "metadata": None}, None),
    ],
)
def test_a_reviewer_is_named_in_many_ways(read, row, rater):
    (review,) = of(IncomingReview, read(SPANS, page(annotation(**row))))
    assert review.rater == rater


def test_machines_annotations_are_metrics(read):
    judge = annotation(
        "LLM", "grounded", metadata={"evaluator": "judge", "evaluator_version": "3", "prompt": "p"}, number=1
    )
    code = annotation(
        "CODE",
        "toxic",
        CALL,
        2,
        identifier="eval:toxic",
        result={"score": 0.1, "label": None, "explanation": None},
    )
    whole = annotation("LLM", "whole", None, 3, trace_id=TRACE, result={"label": "yes"})
    empty = annotation("LLM", "empty", number=4, result=None)
    metrics = trace_in(read(page(whole), SPANS, page(judge, code, empty))).metrics
    assert sorted(
        (m.name, m.value, m.label, m.source, m.evaluator, m.evaluator_version, m.step_id) for m in metrics
    ) == [
        ("empty", None, None, "llm", None, None, None),
        ("grounded", 4.0, "good", "llm", "judge", "3", None),
        ("toxic", 0.1, None, "code", "eval:toxic", None, CALL),
        ("whole", None, "yes", "llm", None, None, None),
    ]
    assert next(m for m in metrics if m.name == "grounded").metadata["prompt"] == "p"


def test_notes_are_words_and_empty_rows_are_refused(read):
    note = annotation(
        name="note", identifier="assay:Ann:note", result={"label": None, "score": None, "explanation": "Hm."}
    )
    empty = annotation(name="empty", number=2, result={"label": None, "score": None, "explanation": None})
    items = read(SPANS, page(note, empty))
    assert [(r.criterion, r.kind, r.value, r.rater) for r in of(IncomingReview, items)] == [
        ("note", "text", "Hm.", "Ann")
    ]
    (refused,) = of(Rejected, items)
    assert "empty" in refused.reason
    assert ROOT in refused.record


def test_what_the_applications_public_answered_is_no_review(read):
    public = annotation(name="user_feedback", result={"score": 1.0, "label": "positive"})
    known = annotation(name="user_feedback", number=2, identifier="assay:Ann")
    items = read(SPANS, page(public, known))
    assert [(m.name, m.source, m.value) for m in trace_in(items).metrics] == [
        ("user_feedback", "user_feedback", 1.0)
    ]
    assert [r.rater for r in of(IncomingReview, items)] == ["Ann"]


def test_an_annotation_that_came_twice_counts_once(read):
    older = annotation(result={"score": 1.0}, updated_at="2026-11-20T10:30:00+00:00")
    (review,) = of(IncomingReview, read(page(annotation()), SPANS, page(older)))
    assert review.value == "4"


def test_an_annotation_without_its_span_is_refused_and_one_on_a_trace_kept(read):
    items = read(page(annotation(span_id="9" * 16), annotation(span_id=None, trace_id="c" * 32, number=2)))
    assert [item.native_trace_id for item in of(IncomingReview, items)] == ["c" * 32]
    assert "9" * 16 in of(Rejected, items)[0].reason


def test_the_servers_wording_of_a_question_is_taken(read):
    values = [{"label": label, "score": score} for label, score in (("good", 4.0), ("bad", 1.0), ("ok", 2.0))]
    config = {"name": "helpful", "type": "CATEGORICAL", "description": "Is it?", "values": values}
    config["optimization_direction"] = "MAXIMIZE"
    number = {
        "name": "share",
        "type": "CONTINUOUS",
        "lower_bound": 0,
        "upper_bound": 1,
        "optimization_direction": None,
    }
    found = of(IncomingCriterion, read(page(config, number)))
    assert (found[0].kind, found[0].question, found[0].options) == (
        "scale",
        "Is it?",
        (("1", "bad"), ("2", "ok"), ("4", "good")),
    )
    assert (found[1].kind, found[1].minimum, found[1].maximum) == ("number", 0.0, 1.0)


def test_rows_without_a_page_are_read(read):
    lines = "\n".join(json.dumps(row) for row in SPANS["data"]).encode()
    assert trace_in(read(lines)) == trace_in(read(SPANS["data"])) == trace_in(read(SPANS))


def test_a_cut_page_gives_what_was_whole(read):
    text = json.dumps(SPANS).encode()
    items = read(text[:-60], page(annotation()))
    assert [len(trace_in(items).steps), len(of(Rejected, items)), len(of(IncomingReview, items))] == [1, 1, 1]


@pytest.mark.parametrize(
    "bad",
    [
        5, None, {"x": 1}, {"context": {}, "span_kind": "LLM"}, {"context": {"trace_id": 5, "span_id": ROOT}},
        annotation(name=""), annotation(name=None), annotation(span_id=None), annotation(span_id=5),
        {"trace_id": "", "spans": []},
        {"trace_id": [], "start_time": 1}, {"attributes": [], "start_time_unix_nano": 1},
    ],
)  # fmt: skip
def test_a_bad_row_costs_itself(read, bad):
    items = read(page(bad, *SPANS["data"]))
    assert len(trace_in(items).steps) == 2
    assert len(of(Rejected, items)) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"attributes": []}, {"attributes": None}, {"events": "x"}, {"start_time": 5}, {"span_kind": ["LLM"]},
        {"name": None},
        {"parent_id": CALL}, {"status_code": 7}, {"extra": {"kept": True}},
    ],
)  # fmt: skip
def test_odd_fields_cost_nothing_else(read, odd):
    items = read(page(SPANS["data"][0], SPANS["data"][1] | odd))
    assert len(trace_in(items).steps) == 2
    assert of(Rejected, items) == []


@pytest.mark.parametrize(
    "odd",
    [
        {"result": 3},
        {"result": {"score": True}},
        {"result": {"score": [1]}},
        {"result": {"label": {"a": 1}}},
        {"metadata": "x"},
    ],
)
def test_odd_answers_survive(read, odd):
    (review,) = of(IncomingReview, read(SPANS, page(annotation(**odd))))
    assert review.value in ("3", "true", "[1]", '{"a": 1}', "4")


@pytest.mark.parametrize(
    ("content", "is_phoenix"),
    [
        (SPANS, True),
        (page(annotation()), True),
        (page({"attributes": [{"key": "a", "value": {}}], "trace_id": TRACE, "span_id": ROOT}), True),
        (page({"id": "t", "trace_id": TRACE, "project_id": "P", "token_count_total": 1}), True),
        (page({"name": "c", "type": "CATEGORICAL", "optimization_direction": "NONE"}), True),
        (page(), True),
        (SPANS["data"], True),
        (SPANS["data"][0], True),
        ({"data": [{"id": "o", "traceId": "x", "type": "SPAN"}], "meta": {}}, False),
        ({"data": [], "meta": {"totalItems": 0}}, False),
        ({"data": {"id": 1}}, False),
        ({"id": "t-1", "input": "q"}, False),
        ({"resourceSpans": [{"scopeSpans": []}]}, False),
        ({"traces": [{"trace_id": "tr-1", "trace_location": {}}]}, False),
        ([], False),
    ],
)
def test_only_phoenix_is_claimed(tmp_path, content, is_phoenix):
    assert KIND.recognises(tmp_path / "f.json", json.dumps(content).encode()) is is_phoenix


# Tables


def test_the_clients_tables_say_the_same(read):
    spans = [
        {"name": "step 1", "span_kind": "CHAIN", "parent_id": None, "start_time": "2026-11-20 09:00:00.5+00",
         "end_time": "2026-11-20 09:00:02.5+00", "status_code": "OK", "status_message": "", "events": "[]",
         "context.span_id": ROOT, "context.trace_id": TRACE, "attributes.input.value": "asked",
         "attributes.output.value": "said", "attributes.session.id": "s", "attributes.metadata": '{"language": "de"}',
         "attributes.llm.model_name": None, "__index_level_0__": ROOT},
        {"name": "step 2", "span_kind": "LLM", "parent_id": ROOT, "start_time": "2026-11-20 09:00:00.5+00",
         "end_time": "2026-11-20 09:00:02.5+00", "status_code": "OK", "context.trace_id": TRACE,
         "attributes.llm.model_name": "m", "attributes.llm.token_count.prompt": 3.0, "__index_level_0__": CALL,
         "attributes.llm.input_messages": '[{"message.role": "user", "message.content": "q"}]'},
    ]  # fmt: skip
    annotations = [
        {"id": "A1", "annotation_name": "helpful", "annotator_kind": "HUMAN", "identifier": "assay:Ann",
         "metadata": '{"rubric": "r"}',
         "result.label": "good", "result.score": 4.0, "result.explanation": None, "span_id": ROOT,
         "updated_at": "2026-11-20T11:00:00+00:00"},
        {"id": "A2", "annotation_name": "toxic", "annotator_kind": "CODE", "result.score": 0.5,
         "__index_level_0__": CALL},
    ]  # fmt: skip
    tables = [(Path("annotations"), iter(annotations)), (Path("spans"), iter(spans))]
    items = list(TABLE.read(tables, "px", Progress()))
    trace, other = trace_in(items), trace_in(read(SPANS))
    assert (trace.session_id, trace.language, trace.tokens, trace.input) == (
        other.session_id,
        "de",
        other.tokens,
        other.input,
    )
    assert trace.steps[1].input == [{"role": "user", "content": "q"}]
    assert [(m.name, m.step_id) for m in trace.metrics] == [("toxic", CALL)]
    (review,) = of(IncomingReview, items)
    assert (review.rater, review.value, review.rubric, review.place.path, review.place.line) == (
        "Ann",
        "4",
        "r",
        "annotations",
        1,
    )


def test_numbers_of_a_table_in_text_are_numbers():
    rows = [
        {
            "annotation_name": name,
            "annotator_kind": by,
            "result.score": score,
            "result.label": "",
            "trace_id": TRACE,
        }
        for name, by, score in (("a", "HUMAN", "4.0"), ("b", "HUMAN", ""), ("c", "CODE", "0.5"))
    ]
    span_row = {"context.trace_id": TRACE, "context.span_id": ROOT, "attributes.llm.token_count.total": "9.0"}
    items = list(TABLE.read([(Path("t"), iter([*rows, span_row | {"parent_id": ""}]))], "px", Progress()))
    assert [one.value for one in of(IncomingReview, items)] == ["4"]
    assert len(of(Rejected, items)) == 1
    assert (trace_in(items).metrics[0].value, trace_in(items).tokens.total) == (0.5, 9)


@pytest.mark.parametrize(
    ("columns", "is_phoenix"),
    [
        (["name", "span_kind", "start_time", "context.trace_id"], True),
        (["annotation_name", "annotator_kind", "result.score", "result.label"], True),
        (["trace_id", "rater", "criterion", "value"], False),
        (["trace_id", "trace_metadata", "assessments"], False),
        ([], False),
    ],
)
def test_only_phoenix_tables_are_claimed(columns, is_phoenix):
    assert TABLE.recognises(columns) is is_phoenix


LEAVES = (
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=6)
    | st.sampled_from([TRACE, ROOT, "HUMAN", "LLM"])
)  # fmt: skip
NAMES = st.text(max_size=5) | st.sampled_from(["score", "label", "trace_id", "span_id"])
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
COLUMNS = (*span(ROOT), *annotation(), "trace_id", "spans", "type", "values")
ROWS = st.fixed_dictionaries({}, optional=dict.fromkeys(COLUMNS, JSON))


@settings(max_examples=120)
@given(st.lists(ROWS | JSON, max_size=4))
def test_no_row_stops_an_import(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("px") / "f.json"
    path.write_text(
        json.dumps(page(*rows, *page(span("7" * 16, trace_id="d" * 32))["data"])), encoding="utf-8"
    )
    items = list(KIND.read(path, "px", Progress()))
    assert "d" * 32 in {item.trace.native_id for item in of(IncomingTrace, items)}
