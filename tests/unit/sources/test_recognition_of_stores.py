"""A file of one store is claimed by that store's source alone, and by no other that is a store's."""

import json

import pytest

from assay.base.registry import kinds
from assay.model.kinds import FileSource

STORES = ("braintrust", "datadog", "helicone", "langfuse", "langsmith", "opik", "weave")
FILES = {
    "langfuse": [
        {"id": "t", "timestamp": "2026-11-20", "bookmarked": False, "public": False, "input": "a", "output": "b"},
        {"id": "o", "traceId": "t", "type": "SPAN", "parentObservationId": None, "input": "a", "output": "b"},
        {"id": "o", "trace_id": "t", "project_id": "p", "start_time": "x", "usage_details": {}},
        {"id": "s", "traceId": "t", "name": "q", "source": "EVAL", "dataType": "NUMERIC", "value": 1},
        {"trace": {"id": "t", "timestamp": "x", "bookmarked": False, "public": True}, "observations": []},
        {"version": 1, "projectId": "p", "exportSource": "TRACES", "window": {}, "files": []},
    ],
    "langsmith": [
        {"id": "r", "run_type": "llm", "trace_id": "t", "dotted_order": "x", "start_time": "x", "total_tokens": 1},
        {"id": "f", "run_id": "r", "key": "k", "score": 1, "feedback_source": {"type": "api"}, "trace_id": "t"},
        {"runs": [{"id": "r", "run_type": "llm", "trace_id": "t"}]},
    ],
    "braintrust": [
        {"id": "r", "span_id": "s", "root_span_id": "s", "_xact_id": "1", "input": "a", "output": "b", "scores": {}},
        {"events": [{"span_id": "s", "root_span_id": "s", "is_root": True}]},
    ],
    "helicone": [
        {"request_id": "r", "request_created_at": "x", "request_body": {}, "response_body": {}},
        {"data": [{"request_id": "r", "request_created_at": "x", "response_status": 200}]},
    ],
    "datadog": [
        {"span_id": "s", "trace_id": "t", "parent_id": "undefined", "meta": {}, "start_ns": 1, "ml_app": "m"},
        {"data": [{"id": "s", "attributes": {"span_id": "s", "trace_id": "t", "ml_app": "", "meta": 1}}]},
    ],
    "opik": [
        {"id": "t", "project_id": "p", "start_time": "x", "input": "a", "feedback_scores": [], "thread_id": "s"},
        {"id": "s", "trace_id": "t", "project_id": "p", "start_time": "x", "total_estimated_cost": 0, "type": "llm"},
        {"trace": {"id": "t", "project_id": "p", "start_time": "x", "feedback_scores": []}, "spans": []},
    ],
    "weave": [
        {"id": "c", "op_name": "weave:///e/p/op/f:1", "trace_id": "t", "project_id": "p", "started_at": "x"},
        {"id": "f", "feedback_type": "wandb.note.1", "weave_ref": "weave:///e/p/call/c", "payload": {}},
    ],
}  # fmt: skip
OTHERS = [
    {"id": "t", "input": "a", "output": "b", "metrics": [], "started_at": "x"},
    {"trace_id": "t", "rater": "r", "criterion": "c", "value": 1, "source": "s"},
    {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "t", "spanId": "s"}]}]}]},
    {"context": {"trace_id": "t", "span_id": "s"}, "parent_id": None, "span_kind": "LLM", "attributes": {}},
    {"trace_id": "t", "span_id": "s", "parent_id": None, "start_time_unix_nano": 1, "attributes": {}},
    {"info": {"trace_id": "t", "assessments": []}, "data": {"spans": []}},
    {"traces": [{"trace_id": "t", "request_preview": "x", "assessments": []}]},
    {"messages": [{"role": "user", "content": "a"}]},
    {"name": "n", "models": [], "metrics": [], "tasks": [], "evaluations": []},
]


@pytest.fixture(scope="module")
def sources():
    found = kinds("sources", FileSource)
    return {name: found[name] for name in STORES}


@pytest.mark.parametrize(("store", "record"), [(store, one) for store in STORES for one in FILES[store]])
def test_a_store_s_file_is_claimed_by_its_own_source_alone(sources, tmp_path, store, record):
    for content in (json.dumps(record), json.dumps(record, indent=2), json.dumps([record])):
        claiming = [
            name for name, kind in sources.items() if kind.recognises(tmp_path / "x", content.encode())
        ]
        assert claiming == [store]


@pytest.mark.parametrize("record", OTHERS)
def test_a_file_of_somebody_else_is_claimed_by_no_store(sources, tmp_path, record):
    content = json.dumps(record).encode()
    assert [name for name, kind in sources.items() if kind.recognises(tmp_path / "x", content)] == []
