"""LangSmith: runs, nested and side by side, and what people and machines said of them."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.sources.langsmith import KIND


def run(name="r-1", /, **more):
    return {
        "id": name, "trace_id": name, "parent_run_id": None, "dotted_order": f"20261120T091502000000Z{name}",
        "run_type": "chain", "name": "answer", "start_time": "2026-11-20T09:15:02.000000",
        "end_time": "2026-11-20T09:15:06.000000", "inputs": {"question": "Where is my parcel?"},
        "outputs": {"answer": "It left on Monday."}, "error": None, "tags": ["refund"], "session_id": "project-7",
        "extra": {"metadata": {"thread_id": "chat-4", "user_id": "u-9", "revision_id": "r7", "channel": "web"},
                  "runtime": {"sdk": "x"}},
        "first_token_time": "2026-11-20T09:15:02.620000", "prompt_tokens": 812, "completion_tokens": 93,
        "total_tokens": 905, "total_cost": "0.0031", "reference_example_id": "e-1",
    } | more  # fmt: skip


SEARCH = run(
    "r-2", trace_id="r-1", parent_run_id="r-1", run_type="retriever", name="search", inputs={"query": "parcel"},
    outputs={"documents": [{"page_content": "Parcels leave on Mondays.", "metadata": {"id": "d1", "score": 0.8},
                            "type": "Document"}]},
    prompt_tokens=None, completion_tokens=None, total_tokens=None, total_cost=None,
)  # fmt: skip
CALL = run(
    "r-3", trace_id="r-1", parent_run_id="r-1", run_type="llm", start_time="2026-11-20T09:15:03Z",
    inputs={"messages": [[
        {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "SystemMessage"],
         "kwargs": {"content": "Be kind.", "type": "system"}},
        {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "HumanMessage"],
         "kwargs": {"content": "Where is it?", "type": "human"}},
    ]]},
    outputs={"generations": [[{"text": "On its way.", "message": {"type": "ai", "content": "On its way.",
             "tool_calls": [{"name": "find", "args": {"n": 1}, "id": "c1"}]}}]], "llm_output": None},
    extra={"metadata": {"ls_model_name": "larch-2"}, "invocation_params": {"model": "larch-2", "temperature": 0}},
)  # fmt: skip


def feedback(key, /, run_id="r-1", **more):
    return {
        "id": f"f-{key}", "run_id": run_id, "key": key, "score": 1, "value": None, "comment": None,
        "correction": None, "created_at": "2026-11-21T08:00:00Z", "feedback_source": {"type": "api", "metadata": {}},
    } | more  # fmt: skip


def test_the_project_is_not_the_session_of_the_person(came_in):
    trace = came_in(KIND, runs__jsonl=[run()]).trace
    assert (trace.session_id, trace.user_id, trace.release) == ("chat-4", "u-9", "r7")
    assert (trace.metadata["project_id"], trace.metadata["channel"]) == ("project-7", "web")
    assert "session_id" not in trace.metadata


def test_a_run_by_itself_is_a_trace_with_its_times_and_sums(came_in):
    trace = came_in(KIND, runs__json=[run()]).trace
    assert trace.started_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)
    assert (trace.latency_ms, trace.ttft_ms, trace.tokens.total, trace.cost_usd) == (4000, 620, 905, 0.0031)
    assert [(m.role, m.text) for m in trace.input + trace.output] == [
        ("user", "Where is my parcel?"), ("assistant", "It left on Monday."),
    ]  # fmt: skip
    assert (trace.name, trace.tags, trace.steps) == ("answer", ("refund",), ())
    assert trace.metadata["reference_example_id"] == "e-1"


def test_runs_of_a_trace_come_together_in_any_order(came_in):
    trace = came_in(KIND, runs__jsonl=[CALL, SEARCH, run()]).trace
    search, call = trace.steps
    assert (search.kind, search.parent_id, search.documents[0].content) == (
        "retriever", None, "Parcels leave on Mondays.",
    )  # fmt: skip
    assert (search.documents[0].id, search.documents[0].score) == ("d1", 0.8)
    assert (call.kind, call.model) == ("llm", "larch-2")
    assert call.attributes["invocation_params"] == {"model": "larch-2", "temperature": 0}
    assert trace.model == "larch-2"
    assert trace.tokens.total == 905, "what the root sums up is not counted once more"


def test_runs_inside_runs_and_dotted_orders_say_the_same_as_parents(came_in):
    inner = {key: value for key, value in CALL.items() if key not in ("trace_id", "parent_run_id")}
    inner["dotted_order"] = "20261120T091502000000Zr-1.20261120T091503000000Zr-3"
    nested = came_in(KIND, runs__json=[run(child_runs=[SEARCH, inner])]).trace
    by_order = came_in(KIND, runs__jsonl=[run(), SEARCH, inner]).trace
    beside = came_in(KIND, runs__jsonl=[run(), SEARCH, CALL]).trace
    assert [s.id for s in nested.steps] == [s.id for s in by_order.steps] == ["r-2", "r-3"]
    assert nested.steps == by_order.steps == beside.steps


def test_a_model_call_alone_shows_its_messages_and_its_tool_calls(came_in):
    trace = came_in(
        KIND, runs__jsonl=[CALL | {"trace_id": "r-3", "parent_run_id": None, "dotted_order": None}]
    ).trace
    assert [(m.role, m.text) for m in trace.input] == [("system", "Be kind."), ("user", "Where is it?")]
    (answer,) = trace.output
    assert (answer.role, answer.text) == ("assistant", "On its way.")
    assert [(p.kind, p.name, p.data) for p in answer.parts[1:]] == [("tool_call", "find", {"n": 1})]


def test_an_answer_of_the_api_is_taken_apart(came_in):
    came = came_in(KIND, answer__json={"runs": [run("a"), run("b"), 7], "cursors": {"next": None}})
    assert sorted(came.traces) == ["a", "b"]
    assert [r.place.line for r in came.refused] == [3]


def test_people_are_reviews_and_machines_are_metrics(came_in):
    app = {"type": "app", "user_name": "Maria K.", "metadata": None}
    judge = {"type": "model", "metadata": {"evaluator": "judge-a", "version": 3}}
    came = came_in(
        KIND,
        runs__jsonl=[
            run(feedback=[feedback("helpful", score=0.5, comment="Slow.", feedback_source=app)]),
            SEARCH,
            feedback("tone", score=None, value="calm", feedback_source=app, correction={"tone": "kind"}),
            feedback("note", score=None, comment="Look again.", feedback_source=app),
            feedback("grounded", score=0.42, comment="so", feedback_source=judge),
            feedback("found", "r-2", score=True, feedback_source=judge),
            feedback("category", score=2, value="shipping"),
            feedback("user_score", score=0),
            feedback("regenerated", score=1),
        ],
    )
    assert [(r.criterion, r.value, r.kind, r.rater, r.native_trace_id) for r in came.reviews] == [
        ("helpful", "0.5", None, "Maria K.", "r-1"),
        ("tone", "calm", None, "Maria K.", "r-1"),
        ("note", "Look again.", "text", "Maria K.", "r-1"),
    ]
    assert (came.reviews[0].note, came.reviews[1].correction) == ("Slow.", '{"tone": "kind"}')
    metrics = came.metrics()
    assert (metrics["grounded"].value, metrics["grounded"].source) == (0.42, "llm")
    assert (metrics["grounded"].evaluator, metrics["grounded"].evaluator_version) == ("judge-a", "3")
    assert (metrics["grounded"].explanation, metrics["grounded"].step_id) == ("so", None)
    assert (metrics["found"].value, metrics["found"].label, metrics["found"].step_id) == (1, "true", "r-2")
    assert (metrics["category"].value, metrics["category"].label) == (2, "shipping")
    assert metrics["user_score"].source == "user_feedback"
    assert [event.kind for event in came.trace.behaviour] == ["regenerated"]


def test_feedback_in_another_file_finds_its_run_and_without_it_is_refused(came_in):
    rows = [feedback("found", "r-2"), feedback("lost", "r-99")]
    came = came_in(KIND, feedback__jsonl=rows, runs__jsonl=[run(), SEARCH])
    assert came.metrics()["found"].step_id == "r-2"
    assert ["not in the files" in r.reason for r in came.refused] == [True]


def test_what_only_the_statistics_know_is_kept_as_a_mean(came_in):
    stats = {"helpful": {"n": 3, "avg": 0.5, "values": {}}, "grounded": {"n": 1, "avg": 0.42}}
    came = came_in(KIND, runs__jsonl=[run(feedback_stats=stats), feedback("grounded", score=0.42)])
    helpful = came.metrics()["helpful"]
    assert (helpful.value, helpful.metadata["n"], helpful.metadata["aggregate"]) == (0.5, 3, True)
    assert len(came.trace.metrics) == 2


@pytest.mark.parametrize(
    ("score", "value", "label", "native"),
    [
        (float("nan"), None, None, "NaN"),
        ([1], None, None, [1]),
        (None, None, None, None),
        ("high", None, "high", None),
    ],
)
def test_scores_of_every_sort_survive(came_in, score, value, label, native):
    metric = came_in(KIND, r__jsonl=[run(), feedback("x", score=score)]).metrics()["x"]
    assert (metric.value, metric.label, metric.metadata.get("native")) == (value, label, native)


def test_bad_runs_cost_themselves_alone(came_in):
    came = came_in(
        KIND,
        r__jsonl=[
            run("a"),
            "{",
            run(""),
            run("b", trace_id="b", start_time="soon"),
            run("c", tags=3, error={"x": 1}),
        ],
    )
    assert sorted(came.traces) == ["a", "c"]
    assert sorted(r.place.line for r in came.refused) == [2, 3, 4]
    assert (came.traces["c"].error, came.traces["c"].metadata["tags"]) == ('{"x": 1}', 3)


def test_it_claims_no_file_of_anybody_else(tmp_path):
    for other in (
        {"id": "a", "input": "x"},
        {"id": "a", "trace_id": "t", "project_id": "p", "start_time": "x", "feedback_scores": []},
        {"key": "k", "score": 1},
    ):
        assert not KIND.recognises(tmp_path / "x", json.dumps(other).encode())


SAMPLES = [
    run("bad", feedback=[feedback("x")], child_runs=[SEARCH]),
    CALL,
    feedback("y"),
    {"runs": [run("bad")]},
]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_record_holds_the_good_ones_beside_it_come_in(survives, data):
    survives(KIND, data, run, data.draw(st.sampled_from(SAMPLES)))
