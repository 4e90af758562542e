"""Assay trace JSONL: the good records come in, the bad ones are told apart with file, line and reason."""

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.base.errors import Cancelled, Unavailable
from assay.base.progress import Progress
from assay.model.incoming import IncomingTrace, Rejected
from assay.model.trace import Trace
from assay.sources.assay_jsonl import KIND
from assay.sources.fields import records

GOOD = '{"id": "good-%d", "input": "a", "output": "b"}'
FULL = {
    "id": "t-1", "session_id": "s-1", "user_id": "u-9",
    "started_at": "2026-11-20T09:15:02Z", "ended_at": "2026-11-20T10:15:06+01:00",
    "name": "answer", "task_type": "refund", "language": "en", "environment": "production", "release": "2026.11.2",
    "input": [{"role": "user", "content": "Where is it?"}], "output": "On its way.",
    "steps": [
        {"id": "a", "parent_id": None, "kind": "retriever", "name": "search", "started_at": 1795166102.5,
         "input": {"q": "it"}, "output": ["x"], "model": "m", "tokens": {"input": 1, "output": 2},
         "documents": [{"id": "d1", "content": "text", "score": 0.8, "url": "somewhere"}], "error": None, "retry": 2}
    ],
    "model": "gpt", "prompt": {"name": "p", "version": 3, "template": "Hi"}, "dataset": {"name": "d"},
    "tags": ["x", 2], "tokens": {"input": 812, "output": 93}, "cost_usd": 0.0031, "latency_ms": 4100, "ttft_ms": 620,
    "metrics": [{"name": "grounded", "value": 0.42, "label": None, "explanation": "so", "source": "llm",
                 "evaluator": "judge-a", "evaluator_version": "3"}],
    "behaviour": [{"kind": "edited", "at": "2026-11-20T09:16:00Z", "value": None, "final_text": "new"}],
    "metadata": {"k": [1]}, "region": "eu",
}  # fmt: skip


@pytest.fixture
def read(tmp_path):
    """Reads lines (texts, bytes or objects) as a file; the traces and the refused, by line."""

    def read(*lines, end=b"\n"):
        data = [
            line
            if isinstance(line, bytes)
            else (line if isinstance(line, str) else json.dumps(line)).encode()
            for line in lines
        ]
        path = tmp_path / "traces.jsonl"
        path.write_bytes(b"\n".join(data) + end)
        items = list(KIND.read(path, "shop", Progress()))
        assert {item.place.path for item in items} <= {str(path)}
        traces = {item.place.line: item.trace for item in items if isinstance(item, IncomingTrace)}
        refused = {item.place.line: item for item in items if isinstance(item, Rejected)}
        assert len(traces) + len(refused) == len(items)
        for trace in traces.values():
            assert (
                Trace.model_validate_json(trace.canonical_json()).content_sha256() == trace.content_sha256()
            )
        return traces, refused

    return read


@pytest.fixture
def trace(read):
    def trace(**more):
        traces, refused = read({"id": "t", "input": "a"} | more)
        assert not refused, refused[1].reason
        return traces[1]

    return trace


@pytest.fixture
def reason(read):
    def reason(value):
        traces, refused = read(GOOD % 1, value, GOOD % 2)
        assert [t.native_id for t in traces.values()] == ["good-1", "good-2"]
        assert list(refused) == [2]
        return refused[2].reason

    return reason


def test_every_field_of_the_contract_has_its_place(read):
    (t,) = read(FULL)[0].values()
    assert (t.source, t.native_id, t.session_id, t.user_id) == ("shop", "t-1", "s-1", "u-9")
    assert t.started_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)
    assert t.ended_at == datetime(2026, 11, 20, 9, 15, 6, tzinfo=UTC)
    assert t.ended_at.utcoffset().total_seconds() == 0
    assert (t.name, t.task_type, t.language, t.environment, t.release) == (
        "answer", "refund", "en", "production", "2026.11.2",
    )  # fmt: skip
    assert [(m.role, m.text) for m in t.input + t.output] == [
        ("user", "Where is it?"),
        ("assistant", "On its way."),
    ]
    (step,) = t.steps
    assert (step.id, step.kind, step.name, step.model, step.input, step.output) == (
        "a", "retriever", "search", "m", {"q": "it"}, ["x"],
    )  # fmt: skip
    assert step.started_at == datetime(2026, 11, 20, 9, 15, 2, 500000, tzinfo=UTC)
    assert (step.tokens.input, step.tokens.output, step.error, step.attributes) == (1, 2, None, {"retry": 2})
    (document,) = step.documents
    assert (document.id, document.content, document.score, document.metadata) == (
        "d1", "text", 0.8, {"url": "somewhere"},
    )  # fmt: skip
    assert (t.model, t.prompt.name, t.prompt.version, t.dataset.name, t.tags) == (
        "gpt",
        "p",
        "3",
        "d",
        ("x", "2"),
    )
    assert (t.tokens.input, t.tokens.output, t.cost_usd, t.latency_ms, t.ttft_ms) == (
        812,
        93,
        0.0031,
        4100,
        620,
    )
    (metric,) = t.metrics
    assert (metric.name, metric.value, metric.label, metric.explanation, metric.source) == (
        "grounded", 0.42, None, "so", "llm",
    )  # fmt: skip
    assert (metric.evaluator, metric.evaluator_version) == ("judge-a", "3")
    (event,) = t.behaviour
    assert (event.kind, event.final_text, event.at) == (
        "edited",
        "new",
        datetime(2026, 11, 20, 9, 16, tzinfo=UTC),
    )
    assert t.metadata == {"k": [1], "region": "eu", "prompt": {"template": "Hi"}}


def test_an_unknown_key_never_overwrites_a_known_one(trace):
    assert trace(metadata={"a": 1, "prompt": 2}, a=3, prompt={"x": 4}).metadata == {
        "a": 1, "prompt": 2, "a*": 3, "prompt*": {"x": 4},
    }  # fmt: skip
    assert trace(metadata="free text").metadata == {"metadata": "free text"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('{"input": "a"}', "no “id”"),
        ('{"id": null, "input": "a"}', "no “id”"),
        ('{"id": "  ", "input": "a"}', "no “id”"),
        ('{"id": true, "input": "a"}', "no “id”"),
        ('{"id": NaN, "input": "a"}', "no “id”"),
        ('{"id": ["x"], "input": "a"}', "“id” is a list where text"),
        ('{"id": "%s", "input": "a"}' % ("x" * 1025), "longer than 1024"),
        ('{"id": "a\\u0000b", "input": "a"}', "id holds characters that are not text"),
        ('{"id": "a\\ud800", "input": "a"}', "id holds characters that are not text"),
        ('{"id": "x"}', "none of “input”, “output” and “steps”"),
        ('{"id": "x", "input": null, "steps": []}', "none of “input”, “output” and “steps”"),
        ("[1, 2]", "a list where an object"),
        ("17", "a number where an object"),
        ("null", "nothing where an object"),
        ('"text"', "text where an object"),
        ("not json", "not JSON"),
        ('{"id": "x", "input": "a"} trailing', "not JSON"),
        ('{"id": "x", "input": "cut', "cut off"),
        ('{"id": "x", "input": ', "cut off"),
        ('{"id": "x", "input": "a", "name": {"a": 1}}', "“name” is an object where text"),
        ('{"id": "x", "input": "a", "session_id": ["a"]}', "“session_id” is a list where text"),
        ('{"id": "x", "input": "a", "started_at": "yesterday"}', "“started_at” is text (yesterday) where an ISO"),
        ('{"id": "x", "input": "a", "started_at": 1795166102000}', "“started_at” is a number (1795166102000)"),
        ('{"id": "x", "input": "a", "started_at": NaN}', "“started_at” is a number (NaN)"),
        ('{"id": "x", "input": "a", "started_at": true}', "“started_at” is true or false"),
        ('{"id": "x", "input": "a", "started_at": "0001-01-01T00:00:00+10:00"}', "“started_at”"),
        ('{"id": "x", "input": "a", "cost_usd": "much"}', "“cost_usd” is text (much) where a number"),
        ('{"id": "x", "input": "a", "cost_usd": true}', "“cost_usd” is true or false"),
        ('{"id": "x", "input": "a", "tokens": [1]}', "“tokens” is a list where an object"),
        ('{"id": "x", "input": "a", "tokens": {"input": {}}}', "“tokens.input” is an object where a number"),
        ('{"id": "x", "input": "a", "prompt": ["p"]}', "“prompt” is a list where an object"),
        ('{"id": "x", "input": "a", "tags": {"a": 1}}', "“tags” is an object where a list"),
        ('{"id": "x", "input": "a", "tags": [["a"]]}', "“tags[0]” is a list where text"),
        ('{"id": "x", "steps": {"a": 1}}', "“steps” is an object where a list"),
        ('{"id": "x", "steps": ["a"]}', "“steps[0]” is text where an object"),
        ('{"id": "x", "steps": [{"name": []}]}', "“steps[0].name” is a list where text"),
        ('{"id": "x", "steps": [{"documents": [1]}]}', "“steps[0].documents[0]” is a number where an object"),
        ('{"id": "x", "input": "a", "metrics": "high"}', "“metrics” is text (high) where a list"),
        ('{"id": "x", "input": "a", "metrics": [{"value": 1}]}', "“metrics[0]” has no “name”"),
        ('{"id": "x", "input": "a", "metrics": [{"name": "m", "value": [1]}]}', "“metrics[0].value” is a list"),
        ('{"id": "x", "input": "a", "metrics": [{"name": "m", "label": {}}]}', "“metrics[0].label” is an object"),
        ('{"id": "x", "input": "a", "behaviour": [{"kind": []}]}', "“behaviour[0].kind” is a list"),
        ('{"id": "x", "input": "a", "behaviour": [7]}', "“behaviour[0]” is a number"),
        ('{"id": "x", "input": ' + "[" * 200 + "]" * 200 + "}", "nested more than"),
        ('{"id": "x", "input": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested more than"),
        ('{"id": "x", "input": ' + "[" * 100_000, "nested more than"),
        ('{"id": "x", "input": ' + "9" * 5000 + "}", "more than 4,300 digits"),
        (b'{"id": "x", "input": "caf\xe9"}', "not UTF-8 text (byte 0xE9 at position 26)"),
        (b'{"id": "x", "input": "a\x00b"}', "NUL bytes"),
        (b"\x00" * 4096, "NUL bytes"),
        ('{"id": "x", "input": "a"}'.encode("utf-16-le"), "NUL bytes"),
    ],
)  # fmt: skip
def test_a_bad_record_is_refused_in_words_and_its_neighbours_come_in(reason, value, words):
    assert words in reason(value)


def test_a_refused_record_is_kept_but_not_without_end(read):
    _, refused = read('{"no id": "kept"}', '{"x": "' + "y" * 50_000 + '"}')
    assert refused[1].record == '{"no id": "kept"}'
    assert len(refused[2].record) == 10_000


def test_lines_are_counted_as_an_editor_counts_them(read):
    traces, refused = read(GOOD % 1, "", "   ", "bad", "\t", GOOD % 2)
    assert (list(traces), list(refused)) == ([1, 6], [4])


def test_endings_and_marks_of_any_system_are_read(read):
    traces, refused = read("\ufeff" + GOOD % 1 + "\r", "  " + GOOD % 2 + "  \r", GOOD % 3, end=b"")
    assert ([t.native_id for t in traces.values()], refused) == (["good-1", "good-2", "good-3"], {})


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_files_with_a_mark_of_their_encoding_are_read(tmp_path, encoding):
    path = tmp_path / "x"
    text = json.dumps({"id": "é北京", "input": "🙂"}, ensure_ascii=False) + "\r\nbad\r\n" + GOOD % 2 + "\r\n"
    path.write_bytes(text.encode(encoding))
    assert KIND.recognises(path, path.read_bytes()[:65536])
    items = list(KIND.read(path, "s", Progress()))
    assert [type(item) for item in items] == [IncomingTrace, Rejected, IncomingTrace]
    assert (items[0].trace.native_id, items[0].trace.input[0].text) == ("é北京", "🙂")
    assert [item.place.line for item in items] == [1, 2, 3]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_array_of_traces_is_read(tmp_path, indent):
    path = tmp_path / "x.json"
    members = [{"id": f"é{n}", "input": "x" * 10_000} for n in range(300)]
    path.write_text(json.dumps([members[0], "bad", *members[1:]], indent=indent, ensure_ascii=False), "utf-8")
    assert KIND.recognises(path, path.read_bytes()[:65536])
    items = list(KIND.read(path, "s", Progress()))
    assert [item.trace.native_id for item in items if isinstance(item, IncomingTrace)] == [
        m["id"] for m in members
    ]
    assert [item.place.line for item in items if isinstance(item, Rejected)] == [2]


def test_a_json_array_that_is_cut_gives_what_came_before(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{"id": str(n), "input": "x"} for n in range(5)])[:-10])
    items = list(KIND.read(path, "s", Progress()))
    assert [type(item) for item in items] == [IncomingTrace] * 4 + [Rejected]
    assert "cut off" in items[-1].reason


@pytest.mark.parametrize(
    "first", ["[1, 2]", "[]", '[{"id": "x", "input": "a"}]', "[2026-01-01] started", "[object]"]
)
def test_lines_of_which_the_first_looks_like_an_array_are_lines(read, first):
    traces, refused = read(first, GOOD % 1, GOOD % 2)
    assert [t.native_id for t in traces.values()] == ["good-1", "good-2"]
    assert list(refused) == [1]


def test_a_line_longer_than_the_limit_costs_only_itself(read, monkeypatch):
    monkeypatch.setattr(records, "LONGEST_LINE", 3 << 20)
    huge = '{"id": "huge", "input": "%s"}'
    traces, refused = read(
        GOOD % 1, huge % ("x" * (7 << 20)), huge % ("x" * (2 << 20)), huge % ("y" * (3 << 20))
    )
    assert [t.native_id for t in traces.values()] == ["good-1", "huge"]
    assert {line: item.reason for line, item in refused.items()} == dict.fromkeys(
        (2, 4), "The record is longer than 3 MB."
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-11-20T09:15:02Z", "2026-11-20T09:15:02+00:00"),
        ("2026-11-20T09:15:02.123456789+02:00", "2026-11-20T07:15:02.123456+00:00"),
        ("2026-11-20 09:15:02", "2026-11-20T09:15:02+00:00"),
        ("2026-11-20", "2026-11-20T00:00:00+00:00"),
        (1795166102, "2026-11-20T09:15:02+00:00"),
        (1795166102.25, "2026-11-20T09:15:02.250000+00:00"),
        ("1795166102.25", "2026-11-20T09:15:02.250000+00:00"),
        (-1.5, "1969-12-31T23:59:58.500000+00:00"),
        (0, "1970-01-01T00:00:00+00:00"),
    ],
)
def test_times_are_instants(trace, given, expected):
    assert trace(started_at=given).started_at.isoformat() == expected


def test_no_time_is_no_time(trace):
    assert trace(started_at=None).started_at is None
    assert trace(started_at="").started_at is None


def test_a_number_may_be_an_id_or_a_text(read):
    traces, _ = read(
        '{"id": 17, "input": "a", "user_id": 123456789012345678901, "release": 1.5, "name": false}'
    )
    assert (traces[1].native_id, traces[1].user_id, traces[1].release, traces[1].name) == (
        "17", "123456789012345678901", "1.5", "false",
    )  # fmt: skip


def test_a_metric_that_is_no_number_is_kept_as_it_was(read):
    metrics = (
        '[{"name": "a", "value": NaN}, {"name": "a", "value": -Infinity}, {"name": "a", "value": "nan"},'
        ' {"name": "a", "value": 1e999}]'
    )
    traces, refused = read(
        '{"id": "t", "input": "a", "metrics": ' + metrics + ', "cost_usd": NaN, "latency_ms": 5}'
    )
    assert not refused
    kept = [(metric.value, metric.label, metric.metadata) for metric in traces[1].metrics]
    assert kept == [(None, None, {"native": native}) for native in ("NaN", "-Infinity", "nan", "Infinity")]
    assert (traces[1].cost_usd, traces[1].latency_ms, traces[1].metadata) == (None, 5, {"cost_usd": "NaN"})


@pytest.mark.parametrize(
    ("given", "value", "label", "metadata"),
    [
        ({"value": True}, 1.0, "true", {}),
        ({"value": False, "label": "no"}, 0.0, "no", {"native": "false"}),
        ({"value": "0.8"}, 0.8, None, {}),
        ({"value": "good"}, None, "good", {}),
        ({"value": "good", "label": "fine"}, None, "fine", {"native": "good"}),
        ({"value": 3, "label": 3}, 3.0, "3", {}),
        ({"label": 0.5}, None, "0.5", {}),
        ({"label": True}, None, "true", {}),
        ({"value": None}, None, None, {}),
        ({}, None, None, {}),
        ({"value": 1, "extra": [1], "metadata": {"x": 2}}, 1.0, None, {"x": 2, "extra": [1]}),
    ],
)
def test_values_and_labels_of_a_metric_in_any_mixture(trace, given, value, label, metadata):
    (metric,) = trace(metrics=[{"name": "m", **given}]).metrics
    assert (metric.value, metric.label, metric.metadata) == (value, label, metadata)


def test_a_metric_says_who_computed_it(trace):
    given = [
        {"name": "m", "value": 1, "source": source} for source in ("human", "user_feedback", "robot", None)
    ]
    kept = [(metric.source, metric.metadata) for metric in trace(metrics=given).metrics]
    assert kept == [("human", {}), ("user_feedback", {}), ("unknown", {"source": "robot"}), ("unknown", {})]


def test_metrics_by_name_are_metrics(trace):
    kept = trace(metrics={"a": 0.5, "b": "high", "c": {"value": 1, "source": "code"}}).metrics
    assert [(m.name, m.value, m.label, m.source) for m in kept] == [
        ("a", 0.5, None, "unknown"), ("b", None, "high", "unknown"), ("c", 1.0, None, "code"),
    ]  # fmt: skip


def test_behaviour_of_an_unknown_kind_is_kept_beside_the_known(trace):
    odd = [{"kind": "applauded", "value": 2}, {"kind": "copied", "where": "clipboard"}, {"value": 1}]
    kept = trace(behaviour=["copied", {"kind": "ignored", "value": True}, *odd])
    assert [(event.kind, event.value) for event in kept.behaviour] == [
        ("copied", None), ("ignored", 1.0), ("copied", None),
    ]  # fmt: skip
    assert kept.metadata == {"behaviour": odd}


def test_steps_of_an_unknown_kind_and_without_an_id_are_kept(trace):
    kept = trace(
        steps=[{"kind": "LLM"}, {"kind": "quantum", "id": 7, "attributes": {"a": 1}, "error": {"type": "E"}}]
    )
    assert [(step.id, step.kind, step.attributes, step.error) for step in kept.steps] == [
        ("step-1", "llm", {}, None), ("7", "other", {"a": 1, "kind": "quantum"}, '{"type": "E"}'),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("hi", [("user", [("text", "hi", None)])]),
        ("", [("user", [("text", "", None)])]),
        ({"question": "hi"}, [("user", [("json", None, {"question": "hi"})])]),
        (5, [("user", [("json", None, 5)])]),
        (["a", "b"], [("user", [("json", None, ["a", "b"])])]),
        ({"messages": [{"role": "system", "content": "be kind"}]}, [("system", [("text", "be kind", None)])]),
        ([{"content": "hi"}, "there"], [("user", [("text", "hi", None)]), ("user", [("text", "there", None)])]),
        (
            [{"role": "assistant", "content": None,
              "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}]},
             {"role": "tool", "tool_call_id": "c1", "content": "42"}],
            [("assistant", [("tool_call", None, '{"a": 1}')]), ("tool", [("tool_result", "42", None)])],
        ),
        (
            [{"role": "user", "content": [{"type": "text", "text": "look"}, {"type": "image_url", "image_url": "u"},
                                          {"type": "odd", "x": 1}, {"type": ["l"]}, 3]}],
            [("user", [("text", "look", None), ("image", None, {"type": "image_url", "image_url": "u"}),
                       ("json", None, {"type": "odd", "x": 1}), ("json", None, {"type": ["l"]}), ("json", None, 3)])],
        ),
        ([{"role": {"x": 1}, "content": "hi"}], [('{"x": 1}', [("text", "hi", None)])]),
        (
            [{"role": "user", "content": "hi", "likes": 3}],
            [("user", [("text", "hi", None), ("json", None, {"likes": 3})])],
        ),
    ],
)  # fmt: skip
def test_content_of_any_shape_is_kept(trace, content, expected):
    kept = trace(input=content)
    assert [(m.role, [(p.kind, p.text, p.data) for p in m.parts]) for m in kept.input] == expected


def test_characters_no_store_keeps_are_replaced(read):
    traces, _ = read(
        '{"id": "t", "input": "cut \\ud83d", "metadata": {"a\\u0000": ["\\udc00"]}, "x": "ok \\ud83d\\ude00"}'
    )
    assert traces[1].input[0].text == "cut \ufffd"
    assert traces[1].metadata == {"a\ufffd": ["\ufffd"], "x": "ok 😀"}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (GOOD % 1, True),
        ('{"id": 1}', True),
        ('{"id": "x", "input": "cut', True),
        ("bad\n" + GOOD % 1, True),
        ('{"id": "x", "input": "caf\udce9"}', True),
        ('[{"id": "x", "input": "a"}]', True),
        ("", False),
        ("id,input\n1,a", False),
        ('{"resourceSpans": []}', False),
        ('{"messages": [{"role": "user", "content": "id"}]}', False),
        ('{"trace_id": "t", "rater": "r", "criterion": "c", "value": "1"}', False),
        ('{"id": 1, "rater": "r", "criterion": "c", "value": "1", "trace_id": "t"}', False),
        ('{"name": "x", "tasks": [{"id": 1, "input": "a"}', False),
        ('{\n  "models": [\n    {"id": 1}', False),
        ("[1, 2]", False),
        ("{" * 5000, False),
    ],
)
def test_the_format_is_known_by_content(tmp_path, head, expected):
    assert KIND.recognises(tmp_path / "whatever.txt", head.encode("utf-8", "surrogateescape")) is expected


def test_progress_is_in_bytes_and_can_be_cancelled(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps({"id": n, "input": "x" * 100_000}) + "\n" for n in range(40)))
    seen = []
    assert (
        len(list(KIND.read(path, "s", Progress(lambda done, total, what: seen.append((done, total)))))) == 40
    )
    assert len(seen) >= 3
    assert seen == sorted(seen)
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)
    progress = Progress()
    items = KIND.read(path, "s", progress)
    next(items)
    progress.cancel()
    with pytest.raises(Cancelled):
        next(items)


def test_a_file_that_cannot_be_opened_is_told_in_a_sentence(tmp_path):
    with pytest.raises(Unavailable, match="could not be read"):
        list(KIND.read(tmp_path / "nothing", "s", Progress()))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["user", "NaN", "text", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
known_keys = st.sampled_from(
    [*FULL, "error", "role", "content", "kind", "value", "label", "documents", "text", "type"]
)
nearly_traces = st.dictionaries(
    known_keys,
    json_values | st.lists(st.dictionaries(known_keys, json_values, max_size=5), max_size=3)
    | st.dictionaries(known_keys, json_values, max_size=4),
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bad=st.lists(nearly_traces | json_values, max_size=4))
def test_no_object_stops_an_import_or_costs_its_neighbours(read, bad):
    lines = [line for n, value in enumerate(bad) for line in (json.dumps(value), GOOD % n)]
    traces, refused = read(GOOD % 99, *lines)
    assert len(traces) + len(refused) == len(bad) * 2 + 1
    names = [trace.native_id for trace in traces.values()]
    assert [name for name in names if name.startswith("good-")] == [
        "good-99",
        *(f"good-{n}" for n in range(len(bad))),
    ]
    assert all(
        item.reason and item.reason[-1] == "." and "Traceback" not in item.reason for item in refused.values()
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bad=st.lists(st.binary(max_size=80).map(lambda line: line.replace(b"\n", b"")), max_size=4))
def test_no_bytes_stop_an_import_or_cost_their_neighbours(read, bad):
    lines = [line for n, value in enumerate(bad) for line in (value, (GOOD % n).encode())]
    traces, _ = read((GOOD % 99).encode(), *lines)
    assert [t.native_id for t in traces.values()] == ["good-99", *(f"good-{n}" for n in range(len(bad)))]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 2000), flip=st.integers(0, 255), size=st.integers(0, 3))
def test_a_damaged_record_never_raises(read, cut, flip, size):
    whole = json.dumps(FULL).encode()
    cut %= len(whole)
    damaged = (whole[:cut] + bytes([flip]) * size + whole[cut + size :]).replace(b"\n", b" ")
    traces, refused = read(GOOD % 1, damaged, GOOD % 2, whole[:cut].replace(b"\n", b" "))
    assert {1, 3} <= set(traces)
    assert not math.isnan(len(refused))


@settings(max_examples=200, deadline=None)
@given(head=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_telling_the_format_never_raises(head, tmp_path_factory):
    assert KIND.recognises(tmp_path_factory.getbasetemp() / "x", head) in (True, False)
