"""Langfuse: exports of its screens, one trace as downloaded, and blob storage, in files and in tables."""

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.base.errors import Cancelled, Refused
from assay.base.progress import Progress
from assay.sources.fields.csv_table import csv_columns, csv_rows
from assay.sources.langfuse import KIND
from assay.sources.langfuse_table import KIND as TABLE


def screen_trace(name="lf-1", /, **more):
    return {
        "id": name, "timestamp": "2026-11-20T09:15:02.250Z", "name": "support-answer", "userId": "u-9",
        "sessionId": "s-4", "release": "2026.11.2", "version": "7", "environment": "production", "tags": ["refund"],
        "bookmarked": False, "public": False, "input": "Where is my parcel?", "output": "It left on Monday.",
        "metadata": {"channel": "chat"}, "latency": 3.5,
        "usage": {"promptTokens": 812, "completionTokens": 93, "totalTokens": 905},
        "inputTokens": 812, "outputTokens": 93, "totalTokens": 905, "totalCost": "0.0031", "level": "DEFAULT",
        "observationCount": 2, "comments": [], "groundedness": [0.42, 0.44], "tone": ["calm"], "unused": None,
    } | more  # fmt: skip


def observation(name, /, trace="v4-1", **more):
    return {
        "id": name, "traceId": trace, "type": "SPAN", "name": name, "startTime": "2026-11-20T09:15:02Z",
        "endTime": "2026-11-20T09:15:06Z", "level": "DEFAULT", "parentObservationId": "root",
        "usageDetails": {}, "costDetails": {}, "metadata": {},
    } | more  # fmt: skip


ROOT = observation(
    "root", parentObservationId=None, input="Where is it?", output='"On its way."', userId="u-9", sessionId="s-4",
    traceName="answer", tags=["refund"], release="r1", environment="production", isRootObservation=True,
)  # fmt: skip
SEARCH = observation(
    "search", type="RETRIEVER", startTime="2026-11-20T09:15:02.100Z", userId="u-9", sessionId="s-4", tags=["refund"],
    input={"q": "parcel"}, output=[{"id": "d1", "content": "Parcels leave on Mondays.", "score": 0.8, "shelf": 3}],
)  # fmt: skip
CALL = observation(
    "call", type="GENERATION", startTime="2026-11-20T09:15:03Z", completionStartTime="2026-11-20T09:15:03.620Z",
    providedModelName="larch-2", promptName="answer-p", promptVersion=12, modelParameters={"temperature": 0.2},
    usageDetails={"input": 812, "output": 93, "total": 905, "input_cached_tokens": 100, "audio": 3},
    costDetails={"total": 0.0031}, input='[{"role": "user", "content": "Where is it?"}]', output="On its way.",
)  # fmt: skip


def score(name, /, trace="v4-1", **more):
    return {
        "id": f"sc-{name}", "traceId": trace, "observationId": None, "timestamp": "2026-11-21T08:00:00Z",
        "source": "EVAL", "name": name, "dataType": "NUMERIC", "value": 0.42, "stringValue": None,
        "comment": "so", "metadata": {}, "authorUserName": None,
    } | more  # fmt: skip


def test_a_trace_of_the_screen_keeps_everything_it_says(came_in):
    trace = came_in(KIND, traces__jsonl=[screen_trace()]).trace
    assert (trace.source, trace.native_id, trace.name) == ("shop", "lf-1", "support-answer")
    assert (trace.session_id, trace.user_id, trace.environment) == ("s-4", "u-9", "production")
    assert trace.started_at == datetime(2026, 11, 20, 9, 15, 2, 250000, tzinfo=UTC)
    assert (trace.release, trace.metadata["version"], trace.tags) == ("2026.11.2", "7", ("refund",))
    assert (trace.latency_ms, trace.cost_usd) == (3500, 0.0031)
    assert (trace.tokens.input, trace.tokens.output, trace.tokens.total) == (812, 93, 905)
    assert [message.text for message in trace.input + trace.output] == [
        "Where is my parcel?", "It left on Monday.",
    ]  # fmt: skip
    assert trace.metadata["channel"] == "chat"
    assert trace.metadata["observationCount"] == 2


def test_one_column_a_score_becomes_a_metric_for_each_value_by_nobody_known(came_in):
    metrics = came_in(KIND, traces__json=[screen_trace()]).trace.metrics
    assert [(m.name, m.value, m.label, m.source) for m in metrics] == [
        ("groundedness", 0.42, None, "unknown"),
        ("groundedness", 0.44, None, "unknown"),
        ("tone", None, "calm", "unknown"),
    ]


def test_an_array_and_lines_say_the_same(came_in):
    rows = [screen_trace("a"), screen_trace("b")]
    as_lines = came_in(KIND, lines__jsonl=rows)
    as_array = came_in(KIND, array__json=json.dumps(rows))
    laid_out = came_in(KIND, laid__json=json.dumps(rows, indent=2))
    assert as_lines.traces == as_array.traces == laid_out.traces


def test_observations_alone_are_brought_together_and_the_root_is_the_trace(came_in):
    trace = came_in(KIND, observations__jsonl=[CALL, SEARCH, ROOT]).trace
    assert (trace.native_id, trace.name, trace.user_id, trace.session_id) == ("v4-1", "answer", "u-9", "s-4")
    assert [(m.role, m.text) for m in trace.input + trace.output] == [
        ("user", "Where is it?"), ("assistant", "On its way."),
    ]  # fmt: skip
    search, call = trace.steps
    assert (search.kind, search.parent_id, search.attributes) == (
        "retriever", None, {"level": "DEFAULT"},
    )  # fmt: skip
    (document,) = search.documents
    assert (document.id, document.content, document.score, document.metadata) == (
        "d1", "Parcels leave on Mondays.", 0.8, {"shelf": 3},
    )  # fmt: skip
    assert (call.kind, call.model, call.tokens.cached, call.cost_usd) == ("llm", "larch-2", 100, 0.0031)
    assert call.attributes["usageDetails"] == {"audio": 3}
    assert (trace.model, trace.tokens.total, trace.cost_usd) == ("larch-2", 905, 0.0031)
    assert (trace.prompt.name, trace.prompt.version, trace.ttft_ms) == ("answer-p", "12", 1620)
    assert trace.latency_ms == 4000


def test_scores_of_people_are_reviews_and_those_of_machines_metrics(came_in):
    came = came_in(
        KIND,
        observations__jsonl=[ROOT, SEARCH],
        scores__jsonl=[
            score("groundedness", metadata={"evaluator": "judge-a", "evaluator_version": 3}),
            score("found", source="EVAL", observationId="search", dataType="BOOLEAN", value=1, stringValue="True"),
            score("whole", source="API", observationId="root"),
            score("thumbs", source="API", value=1),
            score("copied", source="API", dataType="BOOLEAN", value=1),
            score("helpful", source="ANNOTATION", dataType="CATEGORICAL", value=0, stringValue="Very", comment="Clear.",
                  authorUserName=" Maria K. "),
            score("stars", source="ANNOTATION", value=4.0),
            score("ok", source="ANNOTATION", dataType="BOOLEAN", value=0, authorUserName="Jo"),
            score("own", source="API", value=2, metadata={"reviewer": "Ann"}),
        ],
    )  # fmt: skip
    metrics = came.metrics()
    assert list(metrics) == ["groundedness", "found", "whole", "thumbs"]
    assert (metrics["groundedness"].value, metrics["groundedness"].source) == (0.42, "llm")
    assert (metrics["groundedness"].evaluator, metrics["groundedness"].evaluator_version) == ("judge-a", "3")
    assert metrics["groundedness"].explanation == "so"
    assert (metrics["found"].value, metrics["found"].label, metrics["found"].step_id) == (1, "true", "search")
    assert (metrics["whole"].source, metrics["whole"].step_id) == ("unknown", None)
    assert metrics["thumbs"].source == "user_feedback"
    assert [event.kind for event in came.trace.behaviour] == ["copied"]
    assert [(r.native_trace_id, r.criterion, r.value, r.kind, r.rater) for r in came.reviews] == [
        ("v4-1", "helpful", "Very", "choice", "Maria K."),
        ("v4-1", "stars", "4", None, None),
        ("v4-1", "ok", "false", "binary", "Jo"),
        ("v4-1", "own", "2", None, "Ann"),
    ]
    assert came.reviews[0].note == "Clear."
    assert {review.source for review in came.reviews} == {"shop"}


def test_scores_without_their_trace_leave_reviews_for_traces_that_are_there_already(came_in):
    came = came_in(
        KIND,
        scores__json=[
            score("g"),
            score("h", source="ANNOTATION", value=3, authorUserName="Jo"),
            score("s", traceId=None, sessionId="s-4"),
        ],
    )
    assert [(r.native_trace_id, r.source, r.value) for r in came.reviews] == [("v4-1", None, "3")]
    assert not came.traces
    assert ["not in the files" in r.reason or "no trace" in r.reason for r in came.refused] == [True, True]


def test_newer_scores_name_their_subject(came_in):
    about = score("v3", traceId=None, subject={"kind": "observation", "id": "search"}, value=3)
    assert came_in(KIND, rows__jsonl=[ROOT, SEARCH, about]).metrics()["v3"].step_id == "search"
    whole = score("v3", traceId=None, subject={"kind": "trace", "id": "v4-1"})
    assert came_in(KIND, rows__jsonl=[ROOT, whole]).metrics()["v3"].step_id is None


@pytest.mark.parametrize("wrapped", [True, False])
def test_one_trace_as_it_is_downloaded(came_in, wrapped):
    trace = screen_trace("v4-1", usage=None)
    inside = {"observations": [SEARCH | {"traceId": None}, CALL], "scores": [score("g", traceId=None)]}
    document = {"trace": trace, **inside} if wrapped else {**trace, **inside}
    came = came_in(KIND, one__json=document)
    assert not came.refused
    assert [step.id for step in came.trace.steps] == ["search", "call"]
    assert came.metrics()["g"].value == 0.42
    assert came.trace.model == "larch-2"


def test_blob_storage_overlaps_by_an_instant_and_the_later_file_counts(came_in):
    row = {
        "id": "b-1", "timestamp": "2026-11-20 09:15:02.000", "name": "n", "environment": "default", "project_id": "p",
        "metadata": {}, "user_id": "u", "session_id": "s", "release": None, "version": None, "public": False,
        "bookmarked": False, "tags": ["one"], "input": "a", "output": "b",
    }  # fmt: skip
    step = {
        "id": "o-1", "trace_id": "b-1", "project_id": "p", "type": "GENERATION", "parent_observation_id": None,
        "start_time": "2026-11-20 09:15:02.500", "end_time": None, "provided_model_name": "larch-2", "input": "a",
        "usage_details": {"input": 3, "output": 4}, "cost_details": {"total": 0.5}, "tool_call_names": ["find"],
    }  # fmt: skip
    given = {
        "id": "s-1", "timestamp": "2026-11-20 10:00:00.000", "project_id": "p", "trace_id": "b-1", "name": "ok",
        "value": 1, "source": "ANNOTATION", "comment": "fine", "data_type": "BOOLEAN", "string_value": "True",
    }  # fmt: skip
    manifest = {
        "version": 1, "projectId": "p", "exportSource": "TRACES_OBSERVATIONS",
        "window": {"minTimestamp": "x", "maxTimestamp": "y"}, "maxTimestamp": "y", "tables": ["traces"],
        "files": [{"key": "p/traces/1.jsonl.gz", "table": "traces", "rowCount": 1}],
    }  # fmt: skip
    later = row | {"output": "b, as it is now"}
    came = came_in(
        KIND,
        **{
            "manifest": manifest,
            "observations-1__jsonl__gz": gzip.compress(json.dumps(step).encode()),
            "scores-1__jsonl": [given],
            "scores-2__jsonl": [given],
            "traces-2__jsonl": [later],
            "traces-1__jsonl": [row],
        },
    )
    assert not came.refused
    assert came.trace.output[0].text == "b, as it is now"
    assert came.trace.started_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)
    assert (came.trace.tokens.input, came.trace.model) == (3, "larch-2")
    assert came.trace.steps[0].attributes["tool_call_names"] == ["find"]
    assert [(r.value, r.rater, r.note) for r in came.reviews] == [("true", None, "fine")]


def test_an_id_that_stands_twice_in_a_file_with_different_contents_is_refused_once(came_in):
    came = came_in(KIND, t__jsonl=[screen_trace(), screen_trace(), screen_trace(output="Another.")])
    assert came.trace.output[0].text == "It left on Monday."
    assert [(r.place.line, "twice" in r.reason) for r in came.refused] == [(3, True)]


@pytest.mark.parametrize(
    ("value", "number", "label", "native"),
    [
        ([0.5], 0.5, None, None),
        ([True], 1.0, "true", None),
        (["good"], None, "good", None),
        (["0.5"], None, "0.5", None),
        ([float("nan")], None, None, "NaN"),
    ],
)
def test_values_of_every_sort_survive(came_in, value, number, label, native):
    metric = came_in(KIND, t__jsonl=[screen_trace(groundedness=value, tone=None)]).trace.metrics[0]
    assert (metric.value, metric.label, metric.metadata.get("native")) == (number, label, native)


def test_a_score_that_is_a_list_or_nothing_survives(came_in):
    came = came_in(
        KIND,
        t__jsonl=[ROOT, score("list", value=[1, 2]), score("none", value=None), score("text", value="calm")],
    )
    metrics = came.metrics()
    assert metrics["list"].metadata["native"] == [1, 2]
    assert (metrics["none"].value, metrics["none"].label) == (None, None)
    assert metrics["text"].label == "calm"


def test_bad_records_cost_themselves_alone(came_in):
    came = came_in(
        KIND,
        t__jsonl=[
            screen_trace("a"),
            '{"id": "cut", "timestamp": "2026-11-20T09:1',
            "[3]",
            screen_trace(""),
            screen_trace("b", timestamp="yesterday"),
            screen_trace("nul\x00"),
            {"id": "nothing"},
            screen_trace("c", latency="slow", usage=[1], tags="one"),
        ],
    )
    assert sorted(came.traces) == ["a", "c"]
    assert sorted(r.place.line for r in came.refused) == [2, 3, 4, 5, 6, 7]
    assert came.traces["c"].metadata["latency"] == "slow"
    assert came.traces["c"].tags == ("one",)


def test_a_damaged_gzip_file_gives_what_it_held_until_there(came_in):
    rows = "\n".join(json.dumps(screen_trace(f"t{n}", input="x" * 500 + str(n))) for n in range(200))
    packed = gzip.compress(rows.encode())
    came = came_in(KIND, t__jsonl__gz=packed[: len(packed) // 2])
    assert "t0" in came.traces
    assert "compressed" in came.refused[-1].reason


def test_it_claims_no_file_of_anybody_else(tmp_path):
    others = [
        {"id": "t-1", "input": "a", "output": "b", "metrics": []},
        {"trace_id": "t", "rater": "r", "criterion": "c", "value": 1},
        {"id": "r", "run_type": "llm", "trace_id": "t", "dotted_order": "x"},
        {"id": "r", "span_id": "s", "root_span_id": "t", "_xact_id": "1"},
        {"request_id": "r", "request_created_at": "x", "request_body": {}},
        {"id": "o", "project_id": "p", "start_time": "x", "feedback_scores": []},
        {"id": "c", "op_name": "weave:///e/p/op/f:1", "trace_id": "t", "started_at": "x"},
        {"resourceSpans": []},
        {"messages": [{"role": "user", "content": "hi"}]},
    ]
    for other in others:
        assert not KIND.recognises(tmp_path / "x.jsonl", json.dumps(other).encode())


def test_a_long_first_record_is_recognised_by_its_first_keys(tmp_path):
    row = screen_trace()
    row = {key: row[key] for key in ("id", "timestamp", "bookmarked", "public")} | {"input": "x" * 100_000}
    assert KIND.recognises(tmp_path / "x", json.dumps([row]).encode()[:65536])
    assert KIND.recognises(tmp_path / "x", gzip.compress(json.dumps(row).encode())[:65536])


def test_reading_can_be_stopped(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps(screen_trace()))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        list(KIND.read(path, "shop", progress))


# Tables


@pytest.fixture
def from_tables(tmp_path):
    def from_tables(**tables):
        given = [(tmp_path / name, iter(rows)) for name, rows in tables.items()]
        assert all(TABLE.recognises(list(rows[0])) for rows in tables.values() if isinstance(rows, list))
        return list(TABLE.read(given, "shop", Progress()))

    return from_tables


def test_a_csv_of_the_screen_says_what_its_json_says(came_in, from_tables):
    row = screen_trace()
    cells = {
        key: "" if value is None else value if isinstance(value, str) else json.dumps(value)
        for key, value in row.items()
    }
    (item,) = from_tables(traces=[cells])
    whole = came_in(KIND, t__jsonl=[row]).trace
    # A cell of text does not say whether it was a number or a truth: what is kept as it stands stays text.
    as_text = {"bookmarked": "false", "public": "false", "observationCount": "2"}
    assert item.trace.model_copy(update={"metadata": {}}) == whole.model_copy(update={"metadata": {}})
    assert item.trace.metadata.items() >= as_text.items()


def test_tables_of_one_export_are_read_together(from_tables):
    trace = {
        "id": "b-1", "timestamp": "2026-11-20T09:15:02", "project_id": "p", "public": False, "bookmarked": False,
        "input": "a", "output": "b", "tags": ["x"], "metadata": {"k": "v"},
    }  # fmt: skip
    step = {
        "id": "o",
        "trace_id": "b-1",
        "type": "TOOL",
        "usage_details": {},
        "project_id": "p",
        "start_time": None,
    }
    given = {
        "id": "s",
        "trace_id": "b-1",
        "name": "q",
        "source": "API",
        "data_type": "NUMERIC",
        "value": "0.5",
    }
    items = from_tables(scores=[given], traces=[trace, trace], observations=[step])
    (item,) = items
    assert [step.kind for step in item.trace.steps] == ["tool"]
    assert [(m.name, m.value) for m in item.trace.metrics] == [("q", 0.5)]
    assert item.trace.metadata["k"] == "v"


def test_a_table_that_breaks_off_keeps_the_rows_before(from_tables):
    def rows():
        yield screen_trace("a")
        raise Refused("The table is damaged.", "")

    items = from_tables(traces=rows())
    assert [type(item).__name__ for item in items] == ["Rejected", "IncomingTrace"]
    assert items[0].place.line == 2


def test_a_table_of_somebody_else_is_not_claimed():
    assert not TABLE.recognises(["id", "input", "output"])
    assert not TABLE.recognises(["trace_id", "rater", "criterion", "value"])
    assert TABLE.recognises(["id", "trace_id", "name", "source", "data_type", "value"])


# Fuzz


SAMPLES = [screen_trace("bad"), ROOT | {"traceId": "bad"}, CALL | {"traceId": "bad"}, score("x", trace="bad")]
SAMPLES.append({"trace": screen_trace("bad"), "observations": [CALL], "scores": [score("y", trace=None)]})


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_record_holds_the_good_ones_beside_it_come_in(survives, data):
    survives(KIND, data, screen_trace, data.draw(st.sampled_from(SAMPLES)))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_table_holds_it_is_read(damaged, tmp_path, data):
    row = damaged(data.draw, data.draw(st.sampled_from(SAMPLES[:4])))
    rows = [screen_trace("good-1"), row if isinstance(row, dict) else {}, screen_trace("good-2")]
    items = list(TABLE.read([(tmp_path / "t", iter(rows))], "shop", Progress()))
    assert {"good-1", "good-2"} <= {item.trace.native_id for item in items if hasattr(item, "trace")}


def test_a_row_of_a_table_with_too_many_cells_is_refused(tmp_path):
    path = tmp_path / "traces.csv.gz"
    lines = [
        "id,timestamp,bookmarked,public,input,output",
        "a,2026-11-20,false,false,x,y",
        "b,2026-11-20,false,x,y,z,w",
    ]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    assert TABLE.recognises(csv_columns(path.read_bytes()))
    items = list(TABLE.read([(path, csv_rows(path, Progress()))], "shop", Progress()))
    assert [(type(item).__name__, item.place.line) for item in items] == [
        ("Rejected", 2),
        ("IncomingTrace", 1),
    ]
