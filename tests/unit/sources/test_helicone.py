"""Helicone: a request is a trace, a session is among its properties, thumbs are what a user said."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.sources.helicone import KIND


def request(name="hc-1", /, **more):
    return {
        "request_id": name, "request_created_at": "2026-11-20T09:15:02Z", "response_created_at": "2026-11-20T09:15:06Z",
        "request_body": {"model": "larch-2", "temperature": 0.2, "messages": [
            {"role": "system", "content": "Be kind."}, {"role": "user", "content": "Where is my parcel?"}]},
        "response_body": {"id": "x", "choices": [{"index": 0, "finish_reason": "stop",
                          "message": {"role": "assistant", "content": "It left on Monday."}}], "usage": {"total": 905}},
        "response_status": 200, "model": "larch-2", "provider": "OPENAI", "request_path": "/v1/chat",
        "delay_ms": 4100, "time_to_first_token": 620, "prompt_tokens": 812, "completion_tokens": 93,
        "total_tokens": 905, "costUSD": 0.0031, "prompt_id": "answer-p", "prompt_version": "12",
        "request_user_id": "u-9", "scores": {"grounded": 42, "ok": True}, "feedback_rating": True,
        "feedback_created_at": "2026-11-20T09:16:00Z",
        "properties": {"Helicone-Session-Id": "s-4", "Helicone-Session-Path": "/answer", "Environment": "production",
                       "team": "returns"},
    } | more  # fmt: skip


def test_a_request_is_a_trace_with_what_was_said(came_in):
    trace = came_in(KIND, requests__jsonl=[request()]).trace
    assert (trace.native_id, trace.session_id, trace.user_id) == ("hc-1", "s-4", "u-9")
    assert (trace.name, trace.environment, trace.model) == ("/answer", "production", "larch-2")
    assert trace.started_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)
    assert (trace.latency_ms, trace.ttft_ms, trace.cost_usd, trace.tokens.total) == (4100, 620, 0.0031, 905)
    assert (trace.prompt.name, trace.prompt.version, trace.error) == ("answer-p", "12", None)
    assert [(m.role, m.text) for m in trace.input + trace.output] == [
        ("system", "Be kind."), ("user", "Where is my parcel?"), ("assistant", "It left on Monday."),
    ]  # fmt: skip
    assert trace.metadata["properties"] == {"team": "returns"}
    assert trace.metadata["input"] == {"model": "larch-2", "temperature": 0.2}
    assert trace.metadata["output"]["choices"] == [{"index": 0, "finish_reason": "stop"}]


def test_scores_are_metrics_and_thumbs_are_what_a_user_said(came_in):
    metrics = came_in(KIND, requests__json={"data": [request()], "error": None}).metrics()
    assert (metrics["grounded"].value, metrics["grounded"].source) == (42, "unknown")
    assert (metrics["ok"].value, metrics["ok"].label) == (1, "true")
    thumbs = metrics["feedback_rating"]
    assert (thumbs.value, thumbs.label, thumbs.source) == (1, "true", "user_feedback")
    assert thumbs.created_at == datetime(2026, 11, 20, 9, 16, tzinfo=UTC)


def test_a_score_of_a_newer_form_keeps_its_type(came_in):
    metric = came_in(KIND, r__jsonl=[request(scores={"x": {"value": 3, "valueType": "number"}})]).metrics()[
        "x"
    ]
    assert (metric.value, metric.metadata) == (3, {"valueType": "number"})


def test_an_answer_with_a_fault_says_which(came_in):
    fault = request(response_status=429, response_body={"error": {"message": "Too many."}})
    assert came_in(KIND, r__jsonl=[fault]).trace.error == "Too many."
    assert "503" in came_in(KIND, r__jsonl=[request(response_status=503)]).trace.error


def test_a_body_that_is_kept_elsewhere_is_not_fetched(came_in):
    away = request(request_body=None, response_body=None, signed_body_url="https://bodies.invalid/1")
    trace = came_in(KIND, r__jsonl=[away]).trace
    assert (trace.input, trace.output) == ((), ())
    assert trace.metadata["signed_body_url"] == "https://bodies.invalid/1"


def test_an_answer_that_is_one_message_is_read(came_in):
    body = {"id": "m", "type": "message", "role": "assistant", "content": [{"type": "text", "text": "Hello."}],
            "stop_reason": "end_turn"}  # fmt: skip
    ask = {"system": "Be kind.", "messages": [{"role": "user", "content": "Hi"}]}
    trace = came_in(KIND, r__jsonl=[request(request_body=json.dumps(ask), response_body=body)]).trace
    assert [(m.role, m.text) for m in trace.input + trace.output] == [
        ("system", "Be kind."), ("user", "Hi"), ("assistant", "Hello."),
    ]  # fmt: skip
    assert trace.metadata["output"] == {"id": "m", "stop_reason": "end_turn"}


@pytest.mark.parametrize(
    ("score", "value", "label", "native"),
    [
        (float("nan"), None, None, "NaN"),
        ([1], None, None, [1]),
        ("high", None, "high", None),
        (None, None, None, None),
    ],
)
def test_scores_of_every_sort_survive(came_in, score, value, label, native):
    metric = came_in(KIND, r__jsonl=[request(scores={"x": score})]).metrics()["x"]
    assert (metric.value, metric.label, metric.metadata.get("native")) == (value, label, native)


def test_bad_requests_cost_themselves_alone(came_in):
    came = came_in(
        KIND,
        r__jsonl=[
            request("a"),
            request(None),
            "nonsense",
            request("b", request_created_at="noon"),
            request("c", delay_ms=1e300, scores=3, properties="none", response_status="ok"),
        ],
    )
    assert sorted(came.traces) == ["a", "c"]
    assert sorted(r.place.line for r in came.refused) == [2, 3, 4]
    assert came.traces["c"].metadata["scores"] == 3


def test_it_claims_no_file_of_anybody_else(tmp_path):
    for other in ({"request_id": "r", "id": "t", "input": "x"}, {"data": [{"id": "x", "type": "span"}]}):
        assert not KIND.recognises(tmp_path / "x", json.dumps(other).encode())


SAMPLES = [request("bad"), {"data": [request("bad")]}]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_record_holds_the_good_ones_beside_it_come_in(survives, data):
    survives(KIND, data, request, data.draw(st.sampled_from(SAMPLES)))
