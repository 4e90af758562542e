"""Braintrust: events of project logs, the newest version of each row, and scores as they stand."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.sources.braintrust import KIND


def event(trace="bt-1", /, **more):
    return {
        "id": f"row-{trace}", "span_id": trace, "root_span_id": trace, "span_parents": None, "is_root": True,
        "span_attributes": {"name": "answer", "type": "task"}, "created": "2026-11-20T09:15:02.000Z",
        "input": "Where is my parcel?", "output": "It left on Monday.", "expected": "It is on its way.", "error": None,
        "scores": {"groundedness": 0.42, "tone": None}, "tags": ["refund"], "_xact_id": "1000192656880881099",
        "metadata": {"user_id": "u-9", "session_id": "s-4", "channel": "chat"}, "comments": [{"text": "hm"}],
        "metrics": {"start": 1795166102.0, "end": 1795166106.5, "prompt_tokens": 812, "completion_tokens": 93,
                    "tokens": 905, "estimated_cost": 0.0031, "time_to_first_token": 0.62},
        "project_id": "p-1",
    } | more  # fmt: skip


CALL = event(
    id="row-2", span_id="s-2", root_span_id="bt-1", span_parents=["bt-1"], is_root=False, scores={"short": True},
    span_attributes={"name": "call", "type": "llm"}, expected=None,
    metadata={"model": "larch-2", "prompt": {"key": "p", "version": "9"}},
)  # fmt: skip
JUDGE = CALL | {
    "id": "row-3", "span_id": "s-3", "span_attributes": {"name": "judge-a", "type": "score", "purpose": "scorer"},
    "scores": {"polite": 0.9}, "metadata": {}, "metrics": {"start": 1795166107},
}  # fmt: skip


def test_the_root_is_the_trace_and_says_everything(came_in):
    trace = came_in(KIND, logs__jsonl=[JUDGE, CALL, event()]).trace
    assert (trace.native_id, trace.name, trace.user_id, trace.session_id) == ("bt-1", "answer", "u-9", "s-4")
    assert trace.started_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)
    assert (trace.latency_ms, trace.ttft_ms, trace.tokens.total, trace.cost_usd) == (4500, 620, 905, 0.0031)
    assert (trace.input[0].text, trace.output[0].text) == ("Where is my parcel?", "It left on Monday.")
    assert (trace.metadata["reference"], trace.metadata["id"]) == ("It is on its way.", "row-bt-1")
    assert (trace.metadata["channel"], trace.metadata["comments"]) == ("chat", [{"text": "hm"}])
    call, judge = trace.steps
    assert (call.kind, call.model, call.parent_id, judge.kind) == ("llm", "larch-2", None, "evaluator")
    assert trace.model == "larch-2"


def test_scores_keep_their_scale_and_name_their_scorer(came_in):
    metrics = came_in(KIND, logs__json=[event(), CALL, JUDGE]).metrics()
    assert (metrics["groundedness"].value, metrics["groundedness"].step_id) == (0.42, None)
    assert (metrics["tone"].value, metrics["tone"].label) == (None, None)
    assert (metrics["short"].value, metrics["short"].label, metrics["short"].step_id) == (1, "true", "s-2")
    assert (metrics["polite"].evaluator, metrics["polite"].source) == ("judge-a", "unknown")


def test_of_a_row_that_stands_twice_the_newest_transaction_counts(came_in):
    newer = event(output="As mended.", _xact_id="2000192656880881099", scores={"groundedness": 0.9})
    for rows in ([newer, event()], [event(), newer]):
        came = came_in(KIND, logs__jsonl=rows)
        assert (came.trace.output[0].text, came.metrics()["groundedness"].value) == ("As mended.", 0.9)
        assert not came.refused


def test_a_deleted_row_does_not_count(came_in):
    gone = CALL | {"_object_delete": True, "_xact_id": "2000192656880881099"}
    assert came_in(KIND, logs__jsonl=[event(), CALL, gone]).trace.steps == ()


def test_an_answer_of_the_api_and_a_trace_over_two_files_come_together(came_in):
    came = came_in(KIND, one__json={"events": [event(), event("bt-2")], "cursor": "x"}, two__jsonl=[CALL])
    assert sorted(came.traces) == ["bt-1", "bt-2"]
    assert [step.id for step in came.traces["bt-1"].steps] == ["s-2"]


def test_what_users_did_and_said_is_told_apart(came_in):
    came = came_in(KIND, logs__jsonl=[event(scores={"copied": 1, "thumbs_up": 1, "abandoned": 0})])
    assert [one.kind for one in came.trace.behaviour] == ["copied"]
    assert came.metrics()["thumbs_up"].source == "user_feedback"
    assert came.metrics()["abandoned"].value == 0


@pytest.mark.parametrize(
    ("score", "value", "label", "native"),
    [
        (float("nan"), None, None, "NaN"),
        ([1], None, None, [1]),
        ("high", None, "high", None),
        (7, 7, None, None),
    ],
)
def test_scores_of_every_sort_survive(came_in, score, value, label, native):
    metric = came_in(KIND, r__jsonl=[event(scores={"x": score})]).metrics()["x"]
    assert (metric.value, metric.label, metric.metadata.get("native")) == (value, label, native)


def test_bad_events_cost_themselves_alone(came_in):
    came = came_in(
        KIND,
        r__jsonl=[
            event("a"),
            '{"span_id":',
            event("b", created="then", metrics=None),
            event("c", metrics=[1], metadata="free", scores=3),
            {"span_id": "x"},
        ],
    )
    assert sorted(came.traces) == ["a", "c"]
    assert sorted(r.place.line for r in came.refused) == [2, 3, 5]
    assert came.traces["c"].metadata["metadata"] == "free"


def test_it_claims_no_file_of_anybody_else(tmp_path):
    for other in (
        {"span_id": "s", "trace_id": "t", "ml_app": "m", "meta": {}},
        {"id": "a", "scores": {"x": 1}},
    ):
        assert not KIND.recognises(tmp_path / "x", json.dumps(other).encode())


SAMPLES = [event("bad"), CALL, JUDGE, {"events": [event("bad"), CALL]}]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_record_holds_the_good_ones_beside_it_come_in(survives, data):
    survives(KIND, data, event, data.draw(st.sampled_from(SAMPLES)))
