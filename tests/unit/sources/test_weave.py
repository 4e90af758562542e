"""Weave: calls come together into traces, and feedback finds the call it is about."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.sources.weave import KIND


def call(trace="we-1", /, **more):
    return {
        "id": f"{trace}-root", "project_id": "team/shop", "op_name": "weave:///team/shop/op/answer:9f3",
        "display_name": None, "trace_id": trace, "parent_id": None, "thread_id": "s-4", "turn_id": "t-1",
        "started_at": "2026-11-20T09:15:02Z", "ended_at": "2026-11-20T09:15:06Z", "exception": None,
        "attributes": {"environment": "production", "weave": {"client_version": "1"}, "team": "returns"},
        "inputs": {"question": "Where is my parcel?"}, "output": "It left on Monday.", "wb_user_id": "w",
        "summary": {
            "usage": {"larch-2": {"requests": 1, "prompt_tokens": 812, "completion_tokens": 93, "total_tokens": 905}},
            "weave": {"status": "success", "latency_ms": 4000,
                      "costs": {"larch-2": {"prompt_tokens_total_cost": 0.002, "completion_tokens_total_cost": 0.001}}},
        },
    } | more  # fmt: skip


CALL = call(
    id="c-2", parent_id="we-1-root", op_name="weave:///team/shop/op/chat:1", started_at="2026-11-20T09:15:03Z",
    inputs={"model": "larch-2", "messages": [{"role": "user", "content": "Where?"}]},
    output={"choices": [{"message": {"role": "assistant", "content": "Gone."}}]},
)  # fmt: skip


def feedback(sort, payload, about="we-1-root", /, **more):
    return {
        "id": f"f-{sort}", "project_id": "team/shop", "weave_ref": f"weave:///team/shop/call/{about}",
        "feedback_type": sort, "payload": payload, "creator": "Maria K.", "created_at": "2026-11-21T08:00:00Z",
        "wb_user_id": "w",
    } | more  # fmt: skip


def test_the_call_without_a_parent_is_the_trace(came_in):
    trace = came_in(KIND, calls__jsonl=[CALL, call()]).trace
    assert (trace.native_id, trace.name, trace.session_id, trace.environment) == (
        "we-1", "answer", "s-4", "production",
    )  # fmt: skip
    assert trace.started_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)
    assert (trace.latency_ms, trace.tokens.total, trace.cost_usd, trace.model) == (
        4000,
        905,
        0.003,
        "larch-2",
    )
    assert (trace.input[0].text, trace.output[0].text) == ("Where is my parcel?", "It left on Monday.")
    assert (trace.metadata["team"], trace.metadata["op_name"]) == (
        "returns",
        "weave:///team/shop/op/answer:9f3",
    )
    assert trace.user_id is None, "who logged the call is not who used the application"
    (step,) = trace.steps
    assert (step.name, step.kind, step.parent_id) == ("chat", "llm", None)


def test_annotations_are_reviews_and_scorers_are_metrics_with_their_version(came_in):
    came = came_in(
        KIND,
        calls__jsonl=[call(), CALL],
        feedback__jsonl=[
            feedback("wandb.annotation.helpful", {"value": 4}),
            feedback("wandb.annotation.tone", {"value": "calm"}, "c-2"),
            feedback(
                "wandb.runnable.toxic", {"output": False}, runnable_ref="weave:///team/shop/op/toxic:a1b2"
            ),
            feedback(
                "wandb.runnable.judge", {"output": {"score": 0.42, "pass": True, "reason": "so"}}, "c-2"
            ),
            feedback("wandb.reaction.1", {"emoji": "👍", "alias": ":thumbs_up:"}),
            feedback("wandb.note.1", {"note": "Look again."}),
            feedback("regenerated", {"value": 1}),
            feedback("custom", {"value": 3, "more": 1}),
        ],
    )
    assert not came.refused
    assert [(r.criterion, r.value, r.rater, r.native_trace_id) for r in came.reviews] == [
        ("helpful", "4", "Maria K.", "we-1"),
        ("tone", "calm", "Maria K.", "we-1"),
    ]
    metrics = came.metrics()
    toxic = metrics["toxic"]
    assert (toxic.value, toxic.label, toxic.evaluator, toxic.evaluator_version, toxic.step_id) == (
        0, "false", "toxic", "a1b2", None,
    )  # fmt: skip
    assert (metrics["judge.score"].value, metrics["judge.score"].explanation) == (0.42, "so")
    assert (metrics["judge.pass"].label, metrics["judge.pass"].step_id) == ("true", "c-2")
    assert (metrics["reaction"].label, metrics["reaction"].source) == ("👍", "user_feedback")
    assert metrics["custom"].metadata["native"] == {"value": 3, "more": 1}
    assert came.trace.metadata["notes"] == [{"note": "Look again."}]
    assert [event.kind for event in came.trace.behaviour] == ["regenerated"]


def test_feedback_in_a_call_s_own_summary_says_the_same(came_in):
    given_row = feedback("wandb.annotation.helpful", {"value": 4})
    inside = call(summary={"weave": {"feedback": [given_row]}})
    assert [(r.criterion, r.value) for r in came_in(KIND, c__jsonl=[inside]).reviews] == [("helpful", "4")]


def test_feedback_of_a_call_that_is_not_there_is_refused(came_in):
    rows = [
        feedback("wandb.annotation.a", {"value": 1}, "lost"),
        feedback("wandb.runnable.b", {"output": 1}, "lost"),
    ]
    came = came_in(KIND, c__jsonl=[call(), *rows])
    assert ["not in the files" in r.reason for r in came.refused] == [True, True]
    assert list(came.traces) == ["we-1"]


def test_answers_of_the_api_are_taken_apart(came_in):
    came = came_in(KIND, calls__json={"calls": [call(), CALL]}, feedback__json={"result": [feedback("x", 1)]})
    assert came.metrics()["x"].value == 1
    assert len(came.trace.steps) == 1


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
    row = feedback("wandb.runnable.x", {"output": score})
    metric = came_in(KIND, r__jsonl=[call(), row]).metrics()["x"]
    assert (metric.value, metric.label, metric.metadata.get("native")) == (value, label, native)


def test_bad_calls_cost_themselves_alone(came_in):
    came = came_in(
        KIND,
        c__jsonl=[
            call("a"),
            "\x00",
            call("b", started_at="soon"),
            call("c", summary=[1], attributes="x", op_name=3, exception={"a": 1}),
            call(None),
            feedback("wandb.annotation.q", {"value": None}, "a-root"),
        ],
    )
    assert sorted(came.traces) == ["a", "c"]
    assert sorted(r.place.line for r in came.refused) == [2, 3, 5, 6]
    assert came.traces["c"].error == '{"a": 1}'


def test_it_claims_no_file_of_anybody_else(tmp_path):
    for other in ({"id": "a", "trace_id": "t", "input": "x"}, {"feedback_type": "x"}, {"calls": [1]}):
        assert not KIND.recognises(tmp_path / "x", json.dumps(other).encode())


SAMPLES = [
    call("bad", summary={"weave": {"feedback": [feedback("wandb.annotation.a", {"value": 1})]}}),
    CALL,
    feedback("wandb.runnable.x", {"output": {"score": 1}}),
    {"calls": [call("bad"), CALL]},
]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_record_holds_the_good_ones_beside_it_come_in(survives, data):
    survives(KIND, data, call, data.draw(st.sampled_from(SAMPLES)))
