"""Real runs of agents by a mapping: 200 airline dialogues with their check, and 56 failed runs that experts marked."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assay.base.clock import FixedClock
from assay.base.progress import Progress
from assay.model.incoming import IncomingReview, IncomingTrace, Rejected
from assay.model.population import Window, WriteCounts
from assay.operations.import_ import ImportOptions, import_stream
from assay.operations.mapping import load_mapping
from assay.operations.office import make_office
from assay.sources.mapped import mapped_source
from assay.traces.store import TraceStore

pytestmark = pytest.mark.real

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / ".." / "shared"


@pytest.fixture(scope="module")
def data() -> Path:
    if not SHARED.exists():
        pytest.skip("the real data does not lie beside this checkout")
    return SHARED / "data"


def read(mapping, *files):
    source = mapped_source(load_mapping(HERE / mapping))
    assert files
    return [item for file in files for item in source.read(file, source.name, Progress())]


@pytest.fixture(scope="module")
def airline(data):
    return read("tau-bench.toml", data / "tau-bench-airline-gpt4o" / "gpt-4o-airline.json")


@pytest.fixture(scope="module")
def failed(data):
    return read("who-and-when.toml", *sorted((data / "who-and-when-assistantbench").rglob("*.json")))


def of(kind, items):
    return [item for item in items if isinstance(item, kind)]


def traces_of(items):
    assert not of(Rejected, items)
    return [item.trace for item in of(IncomingTrace, items)]


def test_every_run_of_the_airline_agent_is_a_trace(airline):
    traces = traces_of(airline)
    assert len(traces) == len({trace.uid for trace in traces}) == 200
    assert {trace.native_id for trace in traces} == {
        f"{task}-{trial}" for task in range(50) for trial in range(4)
    }
    assert Counter(trace.metadata["trial"] for trace in traces) == dict.fromkeys(range(4), 50)
    assert {(trace.started_at, trace.ended_at, trace.model) for trace in traces} == {(None, None, "gpt-4o")}


def test_nothing_that_was_said_or_called_is_lost(airline):
    messages = [message for trace in traces_of(airline) for message in (*trace.input, *trace.output)]
    assert Counter(message.role for message in messages) == {
        "assistant": 2454, "user": 1490, "tool": 1164, "system": 200,
    }  # fmt: skip
    parts = Counter(part.kind for message in messages for part in message.parts)
    assert (parts["tool_call"], parts["tool_result"]) == (1164, 1164)
    assert set(parts) == {"tool_call", "tool_result", "text"}


def test_each_result_bears_the_name_of_its_call_although_ids_come_twice(airline):
    twice = 0
    for trace in traces_of(airline):
        parts = [part for message in (*trace.input, *trace.output) for part in message.parts]
        calls = [part for part in parts if part.kind == "tool_call"]
        results = [part for part in parts if part.kind == "tool_result"]
        assert [(part.name, part.call_id) for part in calls] == [
            (part.name, part.call_id) for part in results
        ]
        twice += len(calls) - len({part.call_id for part in calls})
    assert twice > 60


def test_the_answer_is_the_agents_last_words(airline):
    traces = traces_of(airline)
    assert all(trace.output[0].role == "assistant" and trace.output[0].text for trace in traces)
    assert not any(
        message.role == "assistant" and message.text for trace in traces for message in trace.output[1:]
    )
    assert sum(trace.output[-1].role == "user" for trace in traces) == 149


def test_the_reward_is_a_metric_and_what_the_customer_cost_is_metadata(airline):
    traces = traces_of(airline)
    assert {(metric.name, metric.source) for trace in traces for metric in trace.metrics} == {
        ("reward", "code")
    }
    by_task = Counter()
    for trace in traces:
        (reward,) = trace.metrics
        by_task[trace.metadata["task_id"]] += int(reward.value)
    assert sum(by_task.values()) / 200 == 0.42
    assert sum(won == 4 for won in by_task.values()) / 50 == 0.2
    assert {trace.cost_usd for trace in traces} == {None}
    assert all("user_cost" in trace.metadata["info"] for trace in traces)


def test_the_dialogues_go_into_a_store_once(airline, tmp_path):
    traces = traces_of(airline)
    store = TraceStore(tmp_path / "traces")
    assert store.write(iter(traces), Progress()) == WriteCounts(new=200)
    assert store.write(iter(traces), Progress()) == WriteCounts(unchanged=200)
    assert store.fetch([trace.uid for trace in traces]) == traces
    assert store.strata(Window(), "metadata.trial") == dict.fromkeys("0123", 50)
    assert store.days() == {None: 200}
    store.close()


def test_every_failed_run_is_a_trace_with_a_step_for_each_turn(failed):
    traces = traces_of(failed)
    assert len(traces) == len({trace.uid for trace in traces}) == 56
    assert Counter(trace.task_type for trace in traces) == {"Algorithm-Generated": 28, "Hand-Crafted": 28}
    assert sum(len(trace.steps) for trace in traces) == 249 + 1497
    for trace in traces:
        assert [step.id for step in trace.steps] == [str(place) for place in range(len(trace.steps))]
        assert all(step.kind == "agent" and step.name for step in trace.steps)
        assert trace.input[0].role == "user"
        assert trace.output[0].text == trace.steps[-1].output
        assert [(metric.name, metric.value) for metric in trace.metrics] == [("correct", 0.0)]
        assert trace.metadata["reference"]


def test_the_experts_mark_is_a_review_of_the_step_and_nowhere_else(failed):
    by_id = {trace.native_id: trace for trace in traces_of(failed)}
    reviews = of(IncomingReview, failed)
    assert Counter(review.native_trace_id for review in reviews) == dict.fromkeys(by_id, 1)
    same_agent = 0
    for review in reviews:
        (mark,) = review.spans
        steps = by_id[review.native_trace_id].steps
        assert (review.kind, review.rater_kind, review.value) == ("steps", "adjudicated", str(mark["step"]))
        assert review.note == mark["note"]
        same_agent += steps[mark["step"]].name.startswith(mark["code"])
    assert same_agent >= 50
    assert not any("mistake" in key for trace in by_id.values() for key in trace.metadata)


def test_the_marks_are_kept_as_answers_once(failed, tmp_path):
    office = make_office(tmp_path / "w", FixedClock(datetime(2026, 11, 23, 9, tzinfo=UTC)))
    try:
        first, again = (
            import_stream(
                office, iter(failed), "who-and-when", ImportOptions(source="who-and-when"), Progress()
            )
            for _ in range(2)
        )
    finally:
        office.close()
    assert (first.new, first.refused, first.reviews.new, first.reviews.without_trace) == (56, 0, 56, 0)
    assert first.reviews.created_criteria == ("failure-attribution/decisive_step (steps)",)
    assert (again.new, again.unchanged, again.reviews.new, again.reviews.unchanged) == (0, 56, 0, 56)
