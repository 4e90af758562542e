"""Datadog LLM Observability: spans of the export's answer and flat ones, brought together into traces."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.sources.datadog import KIND

START = 1795166102000000000


def span(trace="dd-1", /, **more):
    return {
        "span_id": f"{trace}-root", "trace_id": trace, "parent_id": "undefined", "name": "answer", "start_ns": START,
        "duration": 4_000_000_000, "status": "ok", "ml_app": "shop-bot", "session_id": "s-4",
        "tags": ["env:production", "version:r7", "user_id:u-9", "team:returns"],
        "meta": {"kind": "workflow", "input": {"value": "Where is my parcel?"},
                 "output": {"value": "It left on Monday."}, "metadata": {"channel": "chat"}},
        "metrics": {},
    } | more  # fmt: skip


CALL = span(
    span_id="c", parent_id="dd-1-root", start_ns=START + 1_000_000_000, name="call",
    meta={"kind": "llm", "model_name": "larch-2", "model_provider": "x",
          "input": {"messages": [{"role": "user", "content": "Where?"}]},
          "output": {"messages": [{"role": "assistant", "content": "Gone."}]}},
    metrics={"input_tokens": 812, "output_tokens": 93, "total_tokens": 905, "time_to_first_token": 0.62},
)  # fmt: skip
SEARCH = span(
    span_id="r", parent_id="dd-1-root", name="search", evaluations={"recall": {"value": 0.5, "reasoning": "so"}},
    meta={"kind": "retrieval", "input": {"value": "parcel"},
          "output": {"documents": [{"id": "d1", "name": "Post", "text": "Mondays.", "score": 0.8}]}},
)  # fmt: skip


def answer(*spans):
    data = [{"id": one["span_id"], "type": "span", "attributes": one} for one in spans]
    return {"data": data, "meta": {"page": {"after": "x"}, "status": "done"}}


def test_an_undefined_parent_is_the_root_and_the_root_is_the_trace(came_in):
    trace = came_in(KIND, spans__json=answer(CALL, SEARCH, span())).trace
    assert (trace.native_id, trace.name, trace.session_id, trace.user_id) == ("dd-1", "answer", "s-4", "u-9")
    assert (trace.environment, trace.release, trace.metadata["ml_app"]) == ("production", "r7", "shop-bot")
    assert trace.started_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)
    assert (trace.latency_ms, trace.tokens.total, trace.model) == (4000, 905, "larch-2")
    assert (trace.input[0].text, trace.output[0].text) == ("Where is my parcel?", "It left on Monday.")
    assert (trace.tags[3], trace.metadata["channel"]) == ("team:returns", "chat")
    search, call = trace.steps
    assert (search.kind, search.documents[0].title, search.documents[0].content) == (
        "retriever",
        "Post",
        "Mondays.",
    )
    assert (call.kind, call.parent_id, call.attributes["time_to_first_token"]) == ("llm", None, 0.62)


def test_flat_spans_and_those_with_their_fields_beside_say_the_same(came_in):
    beside = {key: value for key, value in span().items() if key != "meta"}
    beside |= {"span_kind": "workflow", **{k: v for k, v in span()["meta"].items() if k != "kind"}}
    lines = came_in(KIND, spans__jsonl=[span()]).trace
    assert came_in(KIND, spans__jsonl=[beside]).trace == lines
    assert came_in(KIND, spans__json=[span()]).trace == lines


def test_spans_on_two_pages_come_together(came_in):
    trace = came_in(KIND, one__json=answer(span()), two__json=answer(CALL)).trace
    assert [step.id for step in trace.steps] == ["c"]


def test_evaluations_are_metrics_of_their_span(came_in):
    root = span(evaluations={"toxic": {"value": "no", "assessment": "pass", "eval_name": "judge-a"}, "n": 3})
    metrics = came_in(KIND, spans__jsonl=[root, SEARCH]).metrics()
    assert (metrics["toxic"].label, metrics["toxic"].evaluator) == ("no", "judge-a")
    assert metrics["toxic"].metadata == {"assessment": "pass"}
    assert (metrics["toxic"].step_id, metrics["n"].value) == (None, 3)
    assert (metrics["recall"].value, metrics["recall"].explanation, metrics["recall"].step_id) == (
        0.5,
        "so",
        "r",
    )


def test_an_error_says_what_it_was(came_in):
    fault = span(status="error", meta={"kind": "agent", "error": {"type": "Timeout", "message": "too long"}})
    assert came_in(KIND, spans__jsonl=[fault]).trace.error == "Timeout: too long"


def test_a_request_to_take_spans_in_is_read_too(came_in):
    inner = {key: value for key, value in span().items() if key not in ("ml_app", "session_id", "tags")}
    request = {"data": {"type": "span", "attributes": {"ml_app": "m", "session_id": "s-4", "tags": ["env:x"],
                        "spans": [inner]}}}  # fmt: skip
    trace = came_in(KIND, spans__json=request).trace
    assert (trace.session_id, trace.environment) == ("s-4", "x")


@pytest.mark.parametrize(
    ("score", "value", "label", "native"),
    [
        (float("nan"), None, None, "NaN"),
        ([1], None, None, [1]),
        (True, 1, "true", None),
        (None, None, None, None),
    ],
)
def test_scores_of_every_sort_survive(came_in, score, value, label, native):
    metric = came_in(KIND, r__jsonl=[span(evaluations={"x": score})]).metrics()["x"]
    assert (metric.value, metric.label, metric.metadata.get("native")) == (value, label, native)


def test_bad_spans_cost_themselves_alone(came_in):
    came = came_in(
        KIND,
        r__jsonl=[
            span("a"),
            "]",
            span("b", start_ns="then"),
            span("c", meta=[1], metrics="x", tags=7, duration=-1),
            {"span_id": "x"},
            answer(span("d"), {"span_id": 5}, span("e")),
        ],
    )
    assert sorted(came.traces) == ["a", "c", "d", "e"]
    assert sorted(r.place.line for r in came.refused) == [2, 3, 5, 6]
    assert came.traces["c"].metadata["meta"] == [1]


def test_spans_in_a_circle_are_refused(came_in):
    came = came_in(KIND, r__jsonl=[span(span_id="a", parent_id="b"), span(span_id="b", parent_id="a")])
    assert [("circle" in r.reason) for r in came.refused] == [True]


def test_it_claims_no_file_of_anybody_else(tmp_path):
    for other in (
        {"data": [{"request_id": "r", "request_created_at": "x", "request_body": 1}]},
        {"span_id": "s", "root_span_id": "r", "trace_id": "t", "_xact_id": "1"},
        {"context": {"span_id": "s", "trace_id": "t"}, "span_kind": "LLM"},
    ):
        assert not KIND.recognises(tmp_path / "x", json.dumps(other).encode())


SAMPLES = [span("bad"), CALL, SEARCH, answer(span("bad"), CALL)]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_record_holds_the_good_ones_beside_it_come_in(survives, data):
    survives(KIND, data, span, data.draw(st.sampled_from(SAMPLES)))
