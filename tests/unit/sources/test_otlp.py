"""OTLP in JSON: lines of exporters and bodies of requests, in both casings, spread over lines and files."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.base.errors import Unavailable
from assay.base.progress import Progress
from assay.model.incoming import IncomingReview, IncomingTrace, Rejected
from assay.sources.otlp import KIND
from assay.sources.spans.otlp import any_value

TRACE, OTHER = "a" * 32, "b" * 32
RESOURCE = {"attributes": [
    {"key": "service.version", "value": {"stringValue": "7"}},
    {"key": "deployment.environment.name", "value": {"stringValue": "production"}},
    {"key": "service.name", "value": {"stringValue": "shop"}},
]}  # fmt: skip


def typed(value):
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [typed(member) for member in value]}}
    if isinstance(value, dict):
        return {
            "kvlistValue": {"values": [{"key": key, "value": typed(member)} for key, member in value.items()]}
        }
    return {"stringValue": value}


def span(span_id, parent_id="", trace_id=TRACE, **attributes):
    said = {key.replace("__", "."): value for key, value in attributes.items()}
    return {
        "traceId": trace_id, "spanId": span_id * 16, "parentSpanId": parent_id * 16, "name": f"step {span_id}",
        "kind": 1,
        "startTimeUnixNano": "1795311074720036096", "endTimeUnixNano": "1795311077048459008",
        "attributes": [{"key": key, "value": typed(value)} for key, value in said.items()], "status": {"code": 1},
    }  # fmt: skip


def export(*spans, resource=RESOURCE):
    scope = {"name": "demo", "version": "0.1"}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": list(spans)}]}]}


ROOT = span(
    "1", openinference__span__kind="CHAIN", input__value="asked", output__value="said", session__id="s"
)
CALL = span(
    "2", "1", gen_ai__operation__name="chat", gen_ai__request__model="m", gen_ai__usage__input_tokens=5
)


@pytest.fixture
def read(tmp_path):
    """Reads files, each given as bytes or as the objects of its lines."""

    def read(*files):
        paths = []
        for number, content in enumerate(files):
            path = tmp_path / f"{number}.jsonl"
            lines = (
                content
                if isinstance(content, bytes)
                else "\n".join(json.dumps(line) for line in content).encode()
            )
            path.write_bytes(lines)
            paths.append(path)
        return list(KIND.read_together(paths, "shop", Progress()))

    return read


def traces(items):
    return [item.trace for item in items if isinstance(item, IncomingTrace)]


def reasons(items):
    return [item.reason for item in items if isinstance(item, Rejected)]


def test_an_export_is_read(read):
    (trace,) = traces(read([export(ROOT, CALL)]))
    assert (trace.source, trace.native_id, trace.name, trace.session_id) == ("shop", TRACE, "step 1", "s")
    assert (trace.release, trace.environment, trace.model, trace.tokens.input) == ("7", "production", "m", 5)
    assert [message.text for message in (*trace.input, *trace.output)] == ["asked", "said"]
    assert [(step.id, step.parent_id, step.kind) for step in trace.steps] == [
        ("1" * 16, None, "chain"),
        ("2" * 16, "1" * 16, "llm"),
    ]
    assert trace.steps[1].attributes["otel.scope.name"] == "demo"
    assert trace.metadata["service.name"] == "shop"
    assert trace.latency_ms == pytest.approx(2328.422)


def test_a_trace_over_lines_and_files_is_one_trace(read):
    other = span("3", trace_id=OTHER, input__value="x")
    items = read([export(CALL), export(other)], [export(ROOT)])
    assert [(trace.native_id, len(trace.steps)) for trace in traces(items)] == [(TRACE, 2), (OTHER, 1)]
    assert traces(items)[0] == traces(read([export(ROOT, CALL), export(other)]))[0]
    assert (items[0].place.line, items[1].place.line) == (1, 2)


def in_snake_case(value):
    if isinstance(value, list):
        return [in_snake_case(member) for member in value]
    if not isinstance(value, dict):
        return value
    return {
        "".join(f"_{c.lower()}" if c.isupper() else c for c in key): in_snake_case(member)
        for key, member in value.items()
    }


def test_both_casings_say_the_same(read):
    assert traces(read([in_snake_case(export(ROOT, CALL))])) == traces(read([export(ROOT, CALL)]))


def test_a_request_body_over_many_lines_is_read(read):
    body = json.dumps(export(ROOT, CALL), indent=2).encode()
    assert traces(read(body)) == traces(read([export(ROOT, CALL)]))


def test_typed_values_are_taken_as_they_are_meant():
    value = {"a": [1, "x", True, 0.5, {"b": []}], "c": {}}
    assert any_value(typed(value)) == value
    assert any_value({"string_value": None, "int_value": 3, "array_value": None}) == 3
    assert any_value({"bytesValue": "aGk="}) == "aGk="
    assert any_value({"intValue": "many"}) == "many"
    assert [any_value(odd) for odd in ({}, None, 5, {"x": 1})] == [None, None, 5, {"x": 1}]


def test_ids_in_base64_and_in_capitals_are_the_same_ids(read):
    shouted = span("1") | {"traceId": TRACE.upper()}
    coded = span("2", "1") | {
        "traceId": "qqqqqqqqqqqqqqqqqqqqqg==",
        "spanId": "IiIiIiIiIiI=",
        "parentSpanId": "ERERERERERE=",
    }
    (trace,) = traces(read([export(shouted, coded)]))
    assert [(step.id, step.parent_id) for step in trace.steps] == [("1" * 16, None), ("2" * 16, "1" * 16)]


def test_evaluations_and_annotations_arrive(read):
    call = copy.deepcopy(CALL)
    call["attributes"] += [
        {"key": f"annotations.0.annotation.{key}", "value": typed(value)}
        for key, value in {
            "name": "helpful",
            "label": "yes",
            "annotator_kind": "HUMAN",
            "identifier": "assay:ann",
        }.items()
    ]
    said = {
        "gen_ai.evaluation.name": "Grounded",
        "gen_ai.evaluation.score.value": 0.5,
        "gen_ai.evaluation.score.label": "ok",
    }
    call["events"] = [{
        "timeUnixNano": "1795311077045458944", "name": "gen_ai.evaluation.result",
        "attributes": [{"key": key, "value": typed(value)} for key, value in said.items()],
    }]  # fmt: skip
    items = read([export(ROOT, call)])
    (metric,) = traces(items)[0].metrics
    assert (metric.name, metric.value, metric.label, metric.source, metric.step_id) == (
        "Grounded",
        0.5,
        "ok",
        "unknown",
        "2" * 16,
    )
    (review,) = [item for item in items if isinstance(item, IncomingReview)]
    assert (review.criterion, review.value, review.rater, review.native_trace_id) == (
        "helpful",
        "yes",
        "ann",
        TRACE,
    )


def test_what_a_span_says_besides_is_kept(read):
    odd = ROOT | {
        "links": [{"traceId": OTHER, "spanId": "9" * 16}],
        "traceState": "",
        "new": {"x": 1},
        "flags": 256,
    }
    (trace,) = traces(read([export(odd)]))
    kept = trace.steps[0].attributes
    assert (kept["links"][0]["traceId"], kept["new"], kept["flags"]) == (OTHER, {"x": 1}, 256)
    assert "traceState" not in kept


@pytest.mark.parametrize(
    "bad",
    [
        {"traceId": None}, {"traceId": "0" * 32}, {"spanId": ""}, {"traceId": 5}, {"spanId": {"a": 1}},
        {"traceId": "x" * 3000}, {"traceId": "a\x00"},
    ],
)  # fmt: skip
def test_a_bad_span_costs_itself(read, bad):
    items = read([export(ROOT, CALL | bad, "no span", None)])
    assert [len(trace.steps) for trace in traces(items)] == [1]
    assert len(reasons(items)) == 3
    assert all(reasons(items))


@pytest.mark.parametrize(
    "odd",
    [
        {"startTimeUnixNano": "soon"}, {"endTimeUnixNano": -5}, {"startTimeUnixNano": 10**30}, {"attributes": "none"},
        {"attributes": [5, {"key": 1}, {"key": "k"}, {"key": "l", "value": []}]}, {"events": {"a": 1}},
        {"status": "bad"},
        {"events": [5, {"name": 3, "timeUnixNano": "x", "attributes": 7}]}, {"name": {"a": 1}},
        {"parentSpanId": "0" * 16},
    ],
)  # fmt: skip
def test_odd_fields_cost_nothing_else(read, odd):
    items = read([export(ROOT, CALL | odd)])
    assert [len(trace.steps) for trace in traces(items)] == [2]
    assert reasons(items) == []


@pytest.mark.parametrize(
    "line",
    [
        {"resourceSpans": [5, None]},
        {"resourceSpans": [{"scopeSpans": 5}]},
        {"resourceSpans": [{"scopeSpans": [5]}]},
        {"resourceSpans": []},
    ],
)
def test_odd_envelopes_cost_nothing_else(read, line):
    assert len(traces(read([line, export(ROOT)]))) == 1


def test_a_value_too_deep_for_any_store_costs_its_span(read):
    deep = 1
    for _ in range(55):
        deep = {"k": deep}
    bomb = span("3", trace_id=OTHER) | {
        "unknown": deep,
        "attributes": [{"key": "k", "value": {"kvlistValue": 5}}],
    }
    deeper = 1
    for _ in range(80):
        deeper = [deeper]
    items = read([export(bomb | {"spanId": "4" * 16, "unknown": deeper}, bomb, ROOT)])
    assert {trace.native_id for trace in traces(items)} == {TRACE, OTHER}
    assert len(reasons(items)) == 1


def test_a_cut_file_gives_its_whole_spans(read):
    whole = json.dumps(export(ROOT, CALL)).encode()
    items = read(whole[: whole.index(b'"step 2"')])
    assert [len(trace.steps) for trace in traces(items)] == [1]
    assert len(reasons(items)) == 1
    items = read(whole + b"\n" + whole[:100])
    assert [len(trace.steps) for trace in traces(items)] == [2]
    assert len(reasons(items)) == 1


def test_a_file_that_is_gone_is_said(tmp_path):
    with pytest.raises(Unavailable):
        list(KIND.read(tmp_path / "none.jsonl", "shop", Progress()))


@pytest.mark.parametrize(
    ("head", "is_otlp"),
    [
        (json.dumps(export(ROOT)).encode(), True),
        (json.dumps(in_snake_case(export(ROOT)), indent=1).encode(), True),
        (b'\xef\xbb\xbf{"resourceSpans":[', True),
        (json.dumps({"id": "t", "input": '{"resourceSpans":[]}'}).encode(), False),
        (b'{"data":[{"attributes":[{"key":"a","value":{"string_value":"x"}}]}]}', False),
        (b"resourceSpans: [", False),
        (b"PAR1\x00\xff", False),
        (b"", False),
    ],
)
def test_only_otlp_is_claimed(tmp_path, head, is_otlp):
    assert KIND.recognises(tmp_path / "f.json", head) is is_otlp


@settings(max_examples=80)
@given(st.data())
def test_bytes_that_change_never_stop_an_import(tmp_path_factory, data):
    good = json.dumps(export(span("1", trace_id=OTHER))).encode()
    spoiled = bytearray(json.dumps(export(ROOT, CALL)).encode())
    for _ in range(data.draw(st.integers(1, 5))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(
            st.sampled_from(b'{}[]",:0a\\\x00\xff\n')
        )
    path = tmp_path_factory.mktemp("otlp") / "f.jsonl"
    path.write_bytes(good + b"\n" + bytes(spoiled) + b"\n" + good)
    items = list(KIND.read(path, "shop", Progress()))
    assert OTHER in {trace.native_id for trace in traces(items)}
