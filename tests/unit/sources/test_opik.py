"""Opik: traces and spans, and scores by author: a review where somebody gave it on a screen."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.sources.opik import KIND


def trace_row(name="op-1", /, **more):
    return {
        "id": name, "project_id": "p-1", "name": "answer", "start_time": "2026-11-20T09:15:02.000000123Z",
        "end_time": "2026-11-20T09:15:06Z", "input": {"question": "Where is my parcel?"},
        "output": {"messages": [{"role": "assistant", "content": "It left on Monday."}], "sure": 0.7},
        "metadata": {"channel": "chat", "user_id": "u-9"}, "tags": ["refund"], "thread_id": "s-4", "duration": 4100.5,
        "usage": {"prompt_tokens": 812, "completion_tokens": 93, "total_tokens": 905, "audio": 1},
        "total_estimated_cost": 0.0031, "error_info": None, "feedback_scores": [], "comments": [{"text": "hm"}],
        "created_by": "svc", "last_updated_at": "2026-11-20T10:00:00Z", "visibility_mode": "default",
    } | more  # fmt: skip


def span_row(name="sp-1", trace="op-1", /, **more):
    return {
        "id": name, "trace_id": trace, "parent_span_id": None, "project_id": "p-1", "type": "llm", "name": "call",
        "start_time": "2026-11-20T09:15:03Z", "end_time": "2026-11-20T09:15:05Z", "input": {"messages": []},
        "output": {"output": "x"}, "model": "larch-2", "provider": "x", "metadata": {"k": 1},
        "usage": {"prompt_tokens": 8, "completion_tokens": 9}, "feedback_scores": [], "total_estimated_cost": 0.001,
    } | more  # fmt: skip


def score(name, /, **more):
    return {
        "name": name,
        "value": 0.42,
        "reason": "so",
        "category_name": None,
        "source": "online_scoring",
    } | more


def test_a_trace_and_its_spans_come_together(came_in):
    trace = came_in(KIND, traces__jsonl=[trace_row()], spans__jsonl=[span_row()]).trace
    assert (trace.native_id, trace.session_id, trace.user_id, trace.tags) == (
        "op-1",
        "s-4",
        "u-9",
        ("refund",),
    )
    assert trace.started_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)
    assert (trace.latency_ms, trace.cost_usd, trace.tokens.total) == (4100.5, 0.0031, 905)
    assert (trace.input[0].text, trace.output[0].text) == ("Where is my parcel?", "It left on Monday.")
    assert (trace.metadata["channel"], trace.metadata["output"]) == ("chat", {"sure": 0.7})
    assert (trace.metadata["usage"], trace.metadata["comments"]) == ({"audio": 1}, [{"text": "hm"}])
    (step,) = trace.steps
    assert (step.kind, step.model, step.tokens.output, step.attributes["k"]) == ("llm", "larch-2", 9, 1)
    assert trace.model == "larch-2"


def test_spans_alone_give_a_trace_by_their_root(came_in):
    rows = [span_row("b", parent_span_id="a"), span_row("a", type="general", name="whole", output="done")]
    trace = came_in(KIND, spans__jsonl=rows).trace
    assert (trace.native_id, trace.name, trace.output[0].text) == ("op-1", "whole", "done")
    assert [step.id for step in trace.steps] == ["b"]


@pytest.mark.parametrize(
    "document",
    [
        {"trace": trace_row(), "spans": [span_row()], "project_name": "shop", "downloaded_at": "x"},
        {"page": 1, "size": 2, "total": 2, "content": [trace_row(), span_row()]},
        [trace_row(), span_row()],
    ],
)
def test_a_trace_s_own_file_a_page_and_an_array_are_taken_apart(came_in, document):
    trace = came_in(KIND, one__json=document).trace
    assert [step.id for step in trace.steps] == ["sp-1"]


def test_each_author_on_a_screen_is_a_reviewer_and_a_machine_is_a_metric(came_in):
    by = {
        "maria.k": {"value": 0.0, "category_name": "Bad", "reason": "No.", "source": "ui",
                    "last_updated_at": "2026-11-21T08:00:00Z"},
        "jo": {"value": 1.0, "category_name": "Good", "source": "ui"},
    }  # fmt: skip
    came = came_in(
        KIND,
        t__jsonl=[
            trace_row(
                feedback_scores=[
                    score("helpful", source="ui", value=0.5, value_by_author=by),
                    score("stars", source="ui", value=4.0, last_updated_by="ann"),
                    score("grounded"),
                    score(
                        "mixed", value_by_author={"judge": {"value": 1}, "jo": {"value": 3, "source": "ui"}}
                    ),
                    score("thumbs_up", source="sdk", value=1),
                    score("copied", source="sdk", value=1),
                ]
            ),
            span_row(feedback_scores=[score("short", value=2)]),
        ],
    )
    assert [(r.criterion, r.rater, r.value, r.kind, r.note) for r in came.reviews] == [
        ("helpful", "maria.k", "Bad", "choice", "No."),
        ("helpful", "jo", "Good", "choice", "so"),
        ("stars", "ann", "4", None, "so"),
        ("mixed", "jo", "3", None, "so"),
    ]
    assert came.reviews[0].extra["number"] == 0.0
    assert came.reviews[0].created_at == datetime(2026, 11, 21, 8, tzinfo=UTC)
    metrics = came.metrics()
    assert (metrics["grounded"].value, metrics["grounded"].source, metrics["grounded"].explanation) == (
        0.42,
        "llm",
        "so",
    )
    assert (metrics["mixed"].value, metrics["mixed"].metadata["author"]) == (1, "judge")
    assert metrics["thumbs_up"].source == "user_feedback"
    assert (metrics["short"].step_id, metrics["short"].value) == ("sp-1", 2)
    assert [event.kind for event in came.trace.behaviour] == ["copied"]


def test_the_newest_of_a_trace_counts(came_in):
    newer = trace_row(
        output="Mended.", last_updated_at="2026-11-22T00:00:00Z", feedback_scores=[score("a", value=1)]
    )
    came = came_in(KIND, t__jsonl=[newer, trace_row(feedback_scores=[score("a", value=0)])])
    assert (came.trace.output[0].text, came.metrics()["a"].value) == ("Mended.", 1)


def test_an_error_is_one_line_and_the_way_to_it_is_kept(came_in):
    fault = {"exception_type": "Timeout", "message": "too long", "traceback": "line 1"}
    trace = came_in(KIND, t__jsonl=[trace_row(error_info=fault)]).trace
    assert (trace.error, trace.metadata["error_info"]) == ("Timeout: too long", {"traceback": "line 1"})


@pytest.mark.parametrize(
    ("value", "number", "label", "native"),
    [
        (float("nan"), None, None, "NaN"),
        ([1], None, None, [1]),
        ("high", None, "high", None),
        (None, None, None, None),
    ],
)
def test_scores_of_every_sort_survive(came_in, value, number, label, native):
    metric = came_in(KIND, t__jsonl=[trace_row(feedback_scores=[score("x", value=value)])]).metrics()["x"]
    assert (metric.value, metric.label, metric.metadata.get("native")) == (number, label, native)


def test_bad_records_cost_themselves_alone(came_in):
    came = came_in(
        KIND,
        t__jsonl=[
            trace_row("a"),
            "{]",
            trace_row("b", start_time="soon"),
            trace_row(
                "c", feedback_scores=[7, {"value": 1}, score("x", source="ui", value=None), score("y")]
            ),
            {"id": "nothing"},
        ],
    )
    assert sorted(came.traces) == ["a", "c"]
    assert sorted(r.place.line for r in came.refused) == [2, 3, 4, 4, 4, 5]
    assert list(came.metrics("c")) == ["y"]


def test_it_claims_no_file_of_anybody_else(tmp_path):
    for other in (
        {"id": "a", "run_type": "llm", "trace_id": "t", "start_time": "x", "feedback_stats": {}},
        {"id": "a", "traceId": "t", "startTime": "x", "usageDetails": {}},
        {"id": "a", "input": "x", "start_time": "y"},
        {"id": "a", "op_name": "f", "trace_id": "t", "project_id": "p", "started_at": "x"},
    ):
        assert not KIND.recognises(tmp_path / "x", json.dumps(other).encode())


SAMPLES = [
    trace_row(
        "bad", feedback_scores=[score("x"), score("y", source="ui", value_by_author={"jo": {"value": 1}})]
    ),
    span_row("s", "bad"),
    {"trace": trace_row("bad"), "spans": [span_row("s", "bad")]},
]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_record_holds_the_good_ones_beside_it_come_in(survives, data):
    survives(KIND, data, trace_row, data.draw(st.sampled_from(SAMPLES)))
