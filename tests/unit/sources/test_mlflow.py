"""MLflow: search pages, full traces, the client's JSON and its table."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.base.progress import Progress
from assay.model.incoming import IncomingReview, IncomingTrace, Rejected
from assay.sources.mlflow import KIND
from assay.sources.mlflow_table import KIND as TABLE

ROOT, CALL, FETCH = "1" * 16, "2" * 16, "3" * 16


def coded(hexadecimal):
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


def typed(value):
    if isinstance(value, dict):
        return {
            "kvlist_value": {
                "values": [{"key": key, "value": typed(member)} for key, member in value.items()]
            }
        }
    if isinstance(value, list):
        return {"array_value": {"values": [typed(member) for member in value]}}
    kinds = {bool: "bool_value", int: "int_value", float: "double_value"}
    return {kinds.get(type(value), "string_value"): value}


def span(span_id, parent_id=None, **attributes):
    said = {f"mlflow.{key}": value for key, value in attributes.items()}
    return {
        "trace_id": coded("a" * 32), "span_id": coded(span_id), "name": f"step {span_id[0]}",
        **({"parent_span_id": coded(parent_id)} if parent_id else {}),
        "start_time_unix_nano": 1795237248702061824, "end_time_unix_nano": 1795237250398850816,
        "attributes": [{"key": key, "value": typed(value)} for key, value in said.items()],
        "status": {"code": "STATUS_CODE_OK"},
    }  # fmt: skip


def assessment(by="HUMAN", name="helpful", value=4.0, who="ann@example.org", number=1, **more):
    return {
        "assessment_id": f"a-{number}", "assessment_name": name, "trace_id": "tr-1",
        "source": {"source_type": by, "source_id": who},
        "create_time": "2026-11-23T19:00:28.390Z", "last_update_time": "2026-11-23T19:00:29Z",
        "feedback": {"value": value},
        "rationale": "Because.", "metadata": {"rubric": "support", "seconds": "41"}, "valid": True,
    } | more  # fmt: skip


def info(*assessments, **more):
    return {
        "trace_id": "tr-1",
        "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "7"}},
        "request_time": "2026-11-21T05:00:48.702Z", "execution_duration": "1.696s", "state": "OK",
        "trace_metadata": {
            "mlflow.trace.session": "s", "mlflow.trace.user": "u", "prompt.name": "p", "prompt.version": "8",
            "own": "kept",
            "mlflow.trace.tokenUsage": '{"input_tokens": 300, "output_tokens": 47, "total_tokens": 347}',
            "mlflow.trace.cost": '{"total_cost": 0.5}', "mlflow.traceInputs": '{"question": "asked…',
        },
        "assessments": list(assessments),
        "tags": {"mlflow.traceName": "run", "language": "ar", "environment": "staging", "release": "7", "team": "blue"},
        "request_preview": '{"question": "asked in short"}', "response_preview": '{"answer": "said in short"}',
    } | more  # fmt: skip


SPANS = [
    span(ROOT, spanType="CHAIN", spanInputs={"question": "asked"}, spanOutputs={"answer": "said"}, spanLogLevel=10),
    span(FETCH, ROOT, spanType="RETRIEVER", spanInputs={"query": "q"},
         spanOutputs=[{"page_content": "c", "metadata": {"score": 0.5}, "id": "d"}]),
    span(CALL, ROOT, spanType="CHAT_MODEL",
         spanInputs={"model": "m", "messages": [{"role": "user", "content": "asked"}]},
         spanOutputs={"choices": [{"message": {"role": "assistant", "content": "said"}}]}, **{
             "llm.model": "m", "chat.tokenUsage": {"input_tokens": 1},
             "llm.cost": {"total_cost": 0.25, "input_cost": 0.1}}),
]  # fmt: skip


def full(*assessments, spans=SPANS, **more):
    return {"trace_info": info(*assessments, **more), "spans": spans}


@pytest.fixture
def read(tmp_path):
    def read(*answers):
        paths = []
        for number, one in enumerate(answers):
            path = tmp_path / f"{number}.json"
            path.write_bytes(one if isinstance(one, bytes) else json.dumps(one).encode())
            paths.append(path)
        return list(KIND.read_together(paths, "ml", Progress()))

    return read


def of(kind, items):
    return [item for item in items if isinstance(item, kind)]


def trace_in(items):
    (found,) = of(IncomingTrace, items)
    return found.trace


def test_a_full_trace_is_read(read):
    trace = trace_in(read({"trace": full()}))
    assert (trace.source, trace.native_id, trace.name, trace.session_id, trace.user_id) == (
        "ml",
        "tr-1",
        "run",
        "s",
        "u",
    )
    assert (trace.language, trace.environment, trace.release, trace.model) == ("ar", "staging", "7", "m")
    assert (trace.prompt.name, trace.prompt.version, trace.tokens.total, trace.cost_usd) == (
        "p",
        "8",
        347,
        0.5,
    )
    assert [message.text for message in (*trace.input, *trace.output)] == ["asked", "said"]
    assert {step.id: (step.parent_id, step.kind) for step in trace.steps} == {
        ROOT: (None, "chain"), CALL: (ROOT, "llm"), FETCH: (ROOT, "retriever"),
    }  # fmt: skip
    by_id = {step.id: step for step in trace.steps}
    assert [(one.id, one.content, one.score) for one in by_id[FETCH].documents] == [("d", "c", 0.5)]
    call = by_id[CALL]
    assert (call.cost_usd, call.tokens.input, call.attributes["mlflow.spanType"]) == (
        0.25,
        1,
        "CHAT_MODEL",
    )
    assert {key: trace.metadata[key] for key in ("own", "team", "experiment_id")} == {
        "own": "kept",
        "team": "blue",
        "experiment_id": "7",
    }


def test_all_answers_and_the_clients_json_say_the_same(read):
    wanted = trace_in(read({"traces": [full()], "next_page_token": "x"}))
    assert trace_in(read({"trace": full()})) == wanted
    answers = {
        ROOT: ["CHAIN", {"question": "asked"}, {"answer": "said"}, 10],
        FETCH: ["RETRIEVER", {"query": "q"}, [{"page_content": "c", "metadata": {"score": 0.5}, "id": "d"}]],
        CALL: ["CHAT_MODEL", {"model": "m", "messages": [{"role": "user", "content": "asked"}]},
               {"choices": [{"message": {"role": "assistant", "content": "said"}}]}, "m", {"input_tokens": 1},
               {"total_cost": 0.25, "input_cost": 0.1}],
    }  # fmt: skip
    plain = []
    for one, values in zip(SPANS, answers.values(), strict=True):
        keys = [pair["key"] for pair in one["attributes"]]
        said = {key: json.dumps(value) for key, value in zip(keys, values, strict=True)}
        plain.append(one | {"attributes": said})
    line = json.dumps({"info": info(), "data": {"spans": plain}}).encode()
    assert trace_in(read(line + b"\n" + line + b"\n")) == wanted
    row = {"trace_id": "tr-1", "trace": line.decode(), "assessments": "[]", "trace_metadata": "{}"}
    assert trace_in(list(TABLE.read([(Path("t"), iter([row]))], "ml", Progress()))) == wanted
    row = {
        key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in info().items()
    }
    row |= {"spans": json.dumps(plain), "request": '{"question": "asked"}'}
    assert trace_in(list(TABLE.read([(Path("t"), iter([row]))], "ml", Progress()))) == wanted


def test_a_search_page_alone_gives_previews_and_with_the_trace_nothing_twice(read):
    page = {"traces": [info(assessment())]}
    alone = trace_in(read(page))
    assert [message.text for message in (*alone.input, *alone.output)] == ["asked in short", "said in short"]
    assert (alone.steps, alone.latency_ms, alone.tokens.total) == ((), 1696.0, 347)
    items = read(page, {"traces": [full(assessment())]}, {})
    assert len(trace_in(items).steps) == 3
    assert len(of(IncomingReview, items)) == 1


def test_answers_in_another_order_are_the_same_trace(read):
    def backwards(value):
        if isinstance(value, dict):
            return {key: backwards(value[key]) for key in reversed(value)}
        return [backwards(member) for member in value] if isinstance(value, list) else value

    judged = [assessment("CODE", f"m{number}", number, "d", number) for number in range(3)]
    one = trace_in(read({"trace": full(*judged)}))
    other = trace_in(read({"trace": backwards(full(*judged[::-1], spans=SPANS[::-1]))}))
    assert other.metadata == one.metadata
    assert [list(other.metadata), other.metrics] == [list(one.metadata), one.metrics]
    assert [list(step.attributes) for step in other.steps] == [list(step.attributes) for step in one.steps]


def test_an_older_trace_is_read(read):
    old = {
        "info": {"request_id": "r-1", "experiment_id": "3", "timestamp_ms": 1795237248702, "execution_time_ms": 20,
                 "request_metadata": [{"key": "mlflow.trace.session", "value": "s"}], "status": "ERROR",
                 "tags": [{"key": "language", "value": "en"}]},
        "data": {"spans": [{
            "name": "n", "context": {"span_id": "0x1", "trace_id": "0x2"}, "parent_id": None, "events": [],
            "start_time": 1795237248702061824, "end_time": 1795237249702061824,
            "status_code": "ERROR", "status_message": "boom",
            "attributes": {"mlflow.spanType": '"LLM"', "mlflow.spanInputs": '"asked"'}}]},
    }  # fmt: skip
    trace = trace_in(read(json.dumps(old).encode()))
    assert (trace.native_id, trace.session_id, trace.language, trace.error, trace.input[0].text) == (
        "r-1",
        "s",
        "en",
        "boom",
        "asked",
    )
    assert (trace.latency_ms, trace.metadata["experiment_id"], trace.steps[0].kind) == (1000.0, "3", "llm")


def test_a_persons_assessment_is_a_review_and_a_machines_a_metric(read):
    items = read({"trace": full(
        assessment(),
        assessment("LLM_JUDGE", "grounded", 0.7, "judge/3", 2, metadata={"evaluator_version": "3", "k": "v"},
                   span_id=coded(CALL)),
        assessment("CODE", "toxic", False, "detox", 3), assessment("EXPERT", "odd", 1, "x", 4),
        assessment(None, "none", None, None, 5),
    )})  # fmt: skip
    (review,) = of(IncomingReview, items)
    assert (review.rater, review.criterion, review.value, review.note) == (
        "ann@example.org",
        "helpful",
        "4",
        "Because.",
    )
    assert (review.rubric, review.seconds, review.created_at.second) == ("support", 41.0, 29)
    metrics = {one.name: one for one in trace_in(items).metrics}
    judge = metrics["grounded"]
    assert (judge.value, judge.source, judge.evaluator, judge.evaluator_version, judge.step_id) == (
        0.7,
        "llm",
        "judge/3",
        "3",
        CALL,
    )
    assert judge.metadata == {"k": "v"}
    assert (metrics["toxic"].value, metrics["toxic"].label, metrics["toxic"].source) == (0.0, "false", "code")
    assert [metrics[name].source for name in ("odd", "none")] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (4.0, "4"),
        (2.5, "2.5"),
        (True, "true"),
        ("good", "good"),
        (["a", "b"], '["a", "b"]'),
        ({"x": 1.0}, '{"x": 1.0}'),
    ],
)
def test_answers_of_every_shape_survive(read, value, answer):
    (review,) = of(IncomingReview, read({"trace": full(assessment(value=value))}))
    assert review.value == answer


def test_an_answer_of_nothing_is_refused_where_others_answered_with_more(read):
    items = read(
        {
            "trace": full(
                assessment(), assessment(value=None, number=2), assessment(name="words", value=None, number=3)
            )
        }
    )
    assert [(one.criterion, one.value) for one in of(IncomingReview, items)] == [
        ("helpful", "4"),
        ("words", "Because."),
    ]
    assert len(of(Rejected, items)) == 1


def test_what_was_overridden_stands_aside_and_is_kept(read):
    old = assessment(value=1.0, valid=False)
    new = assessment(value=2.0, number=2, overrides="a-1")
    items = read({"trace": full(old, new, assessment("CODE", "toxic", 1.0, "d", 3, valid=False))})
    (review,) = of(IncomingReview, items)
    assert (review.value, review.extra["overrides"]) == ("2", "a-1")
    trace = trace_in(items)
    assert trace.metrics == ()
    assert [one["assessment_id"] for one in trace.metadata["overridden"]] == ["a-1", "a-3"]


def test_an_expectation_is_a_fact_of_the_trace(read):
    expected = {key: value for key, value in assessment(name="expected_answer").items() if key != "feedback"}
    items = read({"trace": full(expected | {"expectation": {"value": "Restart it."}})})
    trace = trace_in(items)
    assert of(IncomingReview, items) == []
    assert (trace.metadata["expectation.expected_answer"], trace.metadata["reference"]) == (
        "Restart it.",
        "Restart it.",
    )
    assert trace.metadata["expectations"][0]["source"]["source_id"] == "ann@example.org"


@pytest.mark.parametrize("bad", [5, None, {}, {"assessment_name": " "}, {"assessment_name": ["x"]}])
def test_a_bad_assessment_costs_itself(read, bad):
    items = read({"trace": full(bad, assessment())})
    assert (len(of(IncomingReview, items)), len(of(Rejected, items)), len(trace_in(items).steps)) == (1, 1, 3)


@pytest.mark.parametrize("bad", [5, None, {"name": "n"}, {"span_id": 5}, {"span_id": ""}])
def test_a_bad_span_costs_itself(read, bad):
    items = read({"trace": full(spans=[bad, *SPANS])})
    assert (len(trace_in(items).steps), len(of(Rejected, items))) == (3, 1)


@pytest.mark.parametrize(
    "bad", [5, [], {"trace_info": {}}, {"trace_info": 5}, {"info": {"trace_id": []}}, {"trace_id": "0" * 16}]
)
def test_a_bad_trace_costs_itself(read, bad):
    items = read({"traces": [bad, full()]})
    assert (len(of(IncomingTrace, items)), len(of(Rejected, items))) == (1, 1)


@pytest.mark.parametrize(
    "odd",
    [
        {"trace_metadata": 5}, {"tags": ["x"]}, {"assessments": "none"}, {"request_time": 5},
        {"execution_duration": "soon"}, {"trace_location": "here"}, {"request_preview": {"a": 1}},
        {"tags": {"mlflow.traceName": {"a": 1}}}, {"state": None},
        {"trace_metadata": {"mlflow.trace.tokenUsage": "[1", "mlflow.trace.cost": "x", "mlflow.trace.session": ["s"]}},
    ],
)  # fmt: skip
def test_odd_fields_cost_nothing_else(read, odd):
    items = read({"trace": full(**odd)})
    assert len(trace_in(items).steps) == 3
    assert of(Rejected, items) == []


def test_a_cut_answer_gives_its_whole_traces(read):
    text = json.dumps({"traces": [full(), full(trace_id="tr-2"), full(trace_id="tr-3")]}).encode()
    items = read(text[: text.index(b"tr-3") + 300])
    assert [item.trace.native_id for item in of(IncomingTrace, items)] == ["tr-1", "tr-2"]
    assert len(of(Rejected, items)) == 1


@pytest.mark.parametrize(
    ("content", "is_mlflow"),
    [
        ({"traces": [info()]}, True),
        ({"traces": [full()]}, True),
        ({"next_page_token": "x", "traces": [full()]}, True),
        ({"trace": full()}, True),
        ({"info": info(), "data": {"spans": []}}, True),
        ({"info": {"request_id": "r", "timestamp_ms": 1}, "data": {}}, True),
        (full(), True),
        ({}, False),
        ({"traces": []}, False),
        ({"info": {"name": "x"}}, False),
        ({"id": "t", "trace": {"id": 1}}, False),
        ({"data": [{"trace_id": "x"}]}, False),
        ({"resourceSpans": []}, False),
    ],
)
def test_only_mlflow_is_claimed(tmp_path, content, is_mlflow):
    assert KIND.recognises(tmp_path / "f.json", json.dumps(content).encode()) is is_mlflow


def test_only_mlflow_tables_are_claimed():
    assert TABLE.recognises(["trace_id", "trace", "assessments", "trace_metadata", "state"])
    assert not TABLE.recognises(["trace_id", "span_kind", "annotator_kind"])


LEAVES = (
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=6)
    | st.sampled_from(["tr-1", "HUMAN", ROOT])
)  # fmt: skip
NAMES = st.text(max_size=5) | st.sampled_from(["value", "key", "info"])
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
ASSESSMENTS = st.fixed_dictionaries({}, optional=dict.fromkeys(assessment(), JSON))
INFOS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(info(), JSON) | {"assessments": st.lists(ASSESSMENTS, max_size=2)}
)
ODD_SPANS = st.lists(JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(SPANS[1], JSON)), max_size=2)
RECORDS = st.fixed_dictionaries({}, optional={"spans": ODD_SPANS, "trace_info": INFOS})


@settings(max_examples=120)
@given(st.lists(RECORDS | JSON, max_size=3))
def test_no_record_stops_an_import(tmp_path_factory, records):
    path = tmp_path_factory.mktemp("ml") / "f.json"
    path.write_text(json.dumps({"traces": [*records, full(trace_id="tr-good")]}), encoding="utf-8")
    items = list(KIND.read(path, "ml", Progress()))
    assert "tr-good" in {item.trace.native_id for item in of(IncomingTrace, items)}
