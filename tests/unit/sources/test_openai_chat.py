"""OpenAI chat JSONL: the last answer is the output, calls find their results, and a line is named by what it says."""

import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.base.progress import Progress
from assay.base.registry import kinds
from assay.model.incoming import IncomingTrace, Rejected
from assay.model.kinds import FileSource
from assay.sources.openai_chat import KIND

ASKED, ANSWERED = {"role": "user", "content": "Where is it?"}, {"role": "assistant", "content": "On its way."}
CHAT = {"messages": [{"role": "system", "content": "Be kind."}, ASKED, ANSWERED]}


def called(call_id, name):
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": "{}"}}


@pytest.fixture
def read(tmp_path):
    """Reads lines as a file; the traces and the reasons of the refused, by line."""

    def read(*lines):
        path = tmp_path / "chats.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("\n".join(texts), encoding="utf-8", errors="surrogatepass")
        items = list(KIND.read(path, "tuning", Progress()))
        traces = {item.place.line: item.trace for item in items if isinstance(item, IncomingTrace)}
        refused = {item.place.line: item.reason for item in items if isinstance(item, Rejected)}
        assert len(traces) + len(refused) == len(items)
        return traces, refused

    return read


@pytest.fixture
def trace(read):
    def trace(line):
        traces, refused = read(line)
        assert not refused
        return traces[1]

    return trace


def said(messages):
    return [(message.role, message.text) for message in messages]


def test_the_last_answer_is_the_output(trace):
    got = trace(CHAT)
    assert said(got.input) == [("system", "Be kind."), ("user", "Where is it?")]
    assert said(got.output) == [("assistant", "On its way.")]
    assert (got.source, got.started_at, got.metadata) == ("tuning", None, {})


def test_what_follows_the_last_answer_stays_behind_it(trace):
    got = trace({"messages": [ASKED, ANSWERED, {"role": "user", "content": "Thanks"}]})
    assert said(got.output) == [("assistant", "On its way."), ("user", "Thanks")]


def test_an_answer_in_words_comes_before_a_mere_call(trace):
    call = {"role": "assistant", "content": None, "tool_calls": [called("c", "hand_over")]}
    got = trace(
        {"messages": [ASKED, ANSWERED, call, {"role": "tool", "tool_call_id": "c", "content": "done"}]}
    )
    assert [message.role for message in got.output] == ["assistant", "assistant", "tool"]
    assert got.output[2].parts[0].name == "hand_over"
    only_calls = trace({"messages": [ASKED, call]})
    assert [message.parts[0].kind for message in only_calls.output] == ["tool_call"]


def test_calls_find_their_results_where_an_id_comes_twice(trace):
    one = {"role": "assistant", "content": None, "tool_calls": [called("c", "find")]}
    two = {"role": "assistant", "content": None, "tool_calls": [called("c", "book"), called("d", "pay")]}
    results = [{"role": "tool", "tool_call_id": call_id, "content": "ok"} for call_id in ("c", "d")]
    got = trace({"messages": [ASKED, one, results[0], two, results[1], results[0], ANSWERED]})
    parts = [part for message in got.input for part in message.parts if part.kind == "tool_result"]
    assert [part.name for part in parts] == ["find", "pay", "book"]


def test_the_one_call_of_older_files_is_a_call(trace):
    old = {"role": "assistant", "content": None, "function_call": {"name": "find", "arguments": "{}"}}
    got = trace({"messages": [ASKED, old, ANSWERED]})
    assert [(part.kind, part.name) for part in got.input[1].parts] == [("tool_call", "find")]


def test_an_ideal_answer_is_the_reference(trace):
    got = trace({"messages": [ASKED, ANSWERED, ASKED], "ideal": "Tomorrow.", "weight": 2})
    assert (len(got.input), got.output) == (3, ())
    assert got.metadata == {"reference": "Tomorrow.", "weight": 2}
    assert said(trace({**CHAT, "ideal": "x"}).output) == [("assistant", "On its way.")]
    both = trace({**CHAT, "ideal": "x", "reference": "y"})
    assert both.metadata == {"reference": "y", "ideal": "x"}


def test_a_line_is_named_by_what_it_says_and_not_by_how_it_is_written(read):
    swapped = json.dumps({"messages": [dict(reversed(m.items())) for m in CHAT["messages"]]}, indent=None)
    traces, _ = read(CHAT, swapped.replace('": ', '":  '), {**CHAT, "weight": 1})
    assert traces[1].native_id == traces[2].native_id != traces[3].native_id
    assert len(traces[1].native_id) == 64


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"messages": []}, "no list of “messages”"),
        ({"messages": ["Hi"]}, "no list of “messages”"),
        ({"messages": [{"content": "Hi"}]}, "no list of “messages”"),
        ({"prompt": "Hi"}, "no list of “messages”"),
        ("[1]", "no list of “messages”"),
        ('{"messages": [{"role": "user", "cont', "cut off"),
        ("nonsense", "not JSON"),
    ],
)
def test_a_bad_line_costs_only_itself(read, line, told):
    traces, refused = read(CHAT, line, {**CHAT, "n": 1})
    assert list(traces) == [1, 3]
    assert told in refused[2]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (json.dumps(CHAT), True),
        (json.dumps(CHAT)[:60], True),
        (json.dumps([CHAT, CHAT]), True),
        (json.dumps({"tools": [], **CHAT}), True),
        ("nonsense\n" + json.dumps(CHAT), True),
        ('{"messages": "Hi"}', False),
        ('{"messages": [{"text": "Hi"}]}', False),
        ('{"id": "1", "input": "a"}', False),
        ("", False),
    ],
)
def test_the_format_is_known_by_content(tmp_path, head, expected):
    assert KIND.recognises(tmp_path / "x", head.encode()) is expected
    assert KIND.recognises(tmp_path / "x", gzip.compress(head.encode())) is expected


def test_one_kind_alone_recognises_a_chat(tmp_path):
    head, path = json.dumps(CHAT).encode(), tmp_path / "x.jsonl"
    found = kinds("sources", FileSource).items()
    assert [name for name, kind in found if kind.recognises(path, head)] == ["openai-chat"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "content", "tool_calls", "type", "text"]), inner)
    ),
    max_leaves=10,
)


odd_messages = st.fixed_dictionaries(
    {"role": values, "content": values}, optional={"tool_calls": values, "tool_call_id": values}
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(odd_messages, max_size=4))
def test_no_message_stops_an_import(read, messages):
    traces, refused = read(CHAT, {"messages": messages}, {**CHAT, "n": 1})
    assert {1, 3} <= set(traces)
    assert len(traces) + len(refused) == 3
