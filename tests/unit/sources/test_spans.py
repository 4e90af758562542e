"""Spans to traces: the conventions, the tree, the pieces laid together, and files taken apart."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.base.progress import Progress
from assay.model.incoming import IncomingReview, IncomingTrace, Place, Rejected
from assay.model.trace import Trace
from assay.sources.fields.objects import Malformed
from assay.sources.spans.attributes import Attributes, unflattened
from assay.sources.spans.files import read_records
from assay.sources.spans.pieces import Event, Score, Span, Told
from assay.sources.spans.reading import read_span
from assay.sources.spans.records import Found, Layout
from assay.sources.spans.speech import messages_of
from assay.sources.spans.spool import Spool
from assay.sources.spans.together import read_tables
from assay.sources.spans.tree import tree_of
from assay.sources.spans.values import id_of, instant_of, instant_of_nanos, opened, settled, whole_of

BEGAN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TRACE = "0123456789abcdef0123456789abcdef"


def span(span_id, parent_id=None, at=0, lasting=100, attributes=None, trace_id=TRACE, **more):
    """A span that began ``at`` milliseconds after nine and lasted some."""
    started = BEGAN + timedelta(milliseconds=at)
    return Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=parent_id,
        name=more.pop("name", span_id),
        started_at=started,
        ended_at=started + timedelta(milliseconds=lasting),
        attributes=attributes or {},
        **more,
    )


def laid_together(*pieces):
    """Everything that becomes of the pieces."""
    rows = ({"piece": number} for number, _ in enumerate(pieces))
    return list(
        read_tables([(Path("t"), rows)], "shop", Progress(), lambda found: [pieces[found.value["piece"]]])
    )


def trace_made_of(*pieces) -> Trace:
    (trace,) = [item.trace for item in laid_together(*pieces) if isinstance(item, IncomingTrace)]
    return trace


def chat(role, text):
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def genai(asked, said, **more):
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.input.messages": json.dumps([chat("user", asked)]),
        "gen_ai.output.messages": [chat("assistant", said)],
        **more,
    }


# Single values


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("cF1u+hlp0E/l6BJy1GcD2w==", "705d6efa1969d04fe5e81272d46703db"),
        ("DMoTu47BFYw=", "0cca13bb8ec1158c"),
        ("0A2F6594E3010848", "0a2f6594e3010848"),
        ("tr-Abc", "tr-Abc"),
        ("0000000000000000", None),
        ("", None),
        (None, None),
    ],
)
def test_an_id_is_the_same_in_every_writing(said, meant):
    assert id_of(said) == meant


@pytest.mark.parametrize("said", [5, "a\ufffdb", "   ", "x" * 2000, ["a"]])
def test_what_is_no_id_is_refused(said):
    with pytest.raises(Malformed):
        id_of(said)


def test_times_are_instants_in_utc():
    assert instant_of_nanos("1795311074724036096") == datetime(2026, 11, 22, 1, 31, 14, 724036, tzinfo=UTC)
    assert instant_of("2026-11-23 11:56:37.209817+00") == datetime(
        2026, 11, 23, 11, 56, 37, 209817, tzinfo=UTC
    )
    assert instant_of("2026-11-23T13:00:00+02:00") == instant_of("2026-11-23T11:00:00")
    assert [instant_of_nanos(odd) for odd in (0, -1, "x", None, 10**40, [1], True)] == [None] * 7
    assert [instant_of(odd) for odd in ("yesterday", 5, None, "")] == [None] * 4


def test_whole_numbers_come_from_tables_as_fractions():
    assert [whole_of(said) for said in (423.0, "423", "423.0", 423)] == [423] * 4
    assert [whole_of(odd) for odd in (1.5, "x", None, True, float("inf"), [])] == [None] * 6


def test_what_no_store_can_keep_is_replaced():
    assert settled({"a\x00": ["\ud800", float("nan"), 2**70, 1.5]}) == {
        "a\ufffd": ["\ufffd", "NaN", str(2**70), 1.5]
    }
    deep = 1
    for _ in range(61):
        deep = [deep]
    with pytest.raises(Malformed):
        settled(deep)


def test_json_within_text_is_opened_where_it_is_json():
    assert opened('{"a": [1]}') == {"a": [1]}
    assert [opened(text) for text in ("{no", "[", "plain", "5", "[" * 100_000)] == [
        "{no",
        "[",
        "plain",
        "5",
        "[" * 100_000,
    ]
    assert opened('["\\u0000"]') == ["\ufffd"]


# Attributes


def test_flattened_attributes_are_put_together_again():
    flat = {
        "0.message.role": "user",
        "0.message.tool_calls.0.tool_call.id": "c",
        "10.message.role": "z",
        "2.message.role": "b",
    }
    assert unflattened(flat) == [
        {"message": {"role": "user", "tool_calls": [{"tool_call": {"id": "c"}}]}},
        {"message": {"role": "b"}},
        {"message": {"role": "z"}},
    ]


def test_a_value_in_the_way_of_others_is_kept():
    assert unflattened({"a": 1, "a.b": 2}) == {"a": {"": 1, "b": 2}}
    assert unflattened({"a.b": 2, "a": 1}) == {"a": {"b": 2, "": 1}}
    attributes = Attributes({"metadata": '{"x": 1}', "metadata.y": 2})
    assert attributes.tree("metadata") == {"x": 1, "y": 2}


def test_half_flattened_objects_are_put_together_too():
    attributes = Attributes({"llm.input_messages": '[{"message.role": "user", "message.content": "hi"}]'})
    assert attributes.tree("llm.input_messages") == [{"message": {"role": "user", "content": "hi"}}]


def test_attribute_bombs_stay_small():
    assert unflattened({"x.999999999.y": 1}) == {"x": [{"y": 1}]}
    deep = unflattened({"a." * 5000 + "b": 1})
    for _ in range(32):
        deep = deep["a"]
    assert list(deep) == ["a." * 4968 + "b"]
    within = 1
    for _ in range(40):
        within = {".".join("abcdefghij"): within}
    many = {f"k{n}.v": n for n in range(50_000)}
    trace = trace_made_of(
        span("a", attributes={"metadata": within, "x": within, "openinference.span.kind": "CHAIN"} | many)
    )
    assert len(trace.steps[0].attributes) + len(trace.metadata) > 50_000
    assert Trace.model_validate_json(trace.canonical_json()) == trace


def test_values_of_the_wrong_sort_are_left_where_they_were():
    attributes = Attributes({"a": [1], "b": "x", "c": None, "n": "12"})
    assert (attributes.text("a"), attributes.whole("b", "n"), attributes.take("c")) == (None, 12, None)
    assert attributes.rest == {"a": [1], "b": "x"}


# What was said


def test_parts_of_every_convention_are_known():
    said = [
        {"role": "user", "parts": [
            {"type": "text", "content": "look"},
            {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "aGk="},
            {"type": "uri", "mime_type": "application/pdf", "uri": "file:///x"}]},
        {"role": "assistant", "parts": [
            {"type": "reasoning", "content": "hm"},
            {"type": "tool_call", "id": "c1", "name": "look_up", "arguments": '{"a": 1}'}]},
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "result": {"ok": True}}]},
        {"role": "tool", "tool_call_id": "c2", "content": "done", "name": "pay"},
        {"role": "model", "content": [{"type": "text", "text": "there"}, {"type": "thinking", "thinking": "so"}],
         "tool_calls": [{"id": "c3", "function": {"name": "f", "arguments": "{}"}}], "finish_reason": "length"},
    ]  # fmt: skip
    messages = messages_of(said, "user")
    assert [message.role for message in messages] == ["user", "assistant", "tool", "tool", "assistant"]
    assert [[part.kind for part in message.parts] for message in messages] == [
        ["text", "image", "file"],
        ["reasoning", "tool_call"],
        ["tool_result"],
        ["tool_result"],
        ["text", "reasoning", "tool_call", "json"],
    ]
    call, result = messages[1].parts[1], messages[2].parts[0]
    assert (call.name, call.call_id, call.data, result.call_id, result.data) == (
        "look_up",
        "c1",
        {"a": 1},
        "c1",
        {"ok": True},
    )
    assert (messages[3].parts[0].text, messages[3].parts[0].call_id) == ("done", "c2")
    assert messages[4].parts[3].data == {"finish_reason": "length"}


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("plain", ["plain"]),
        ({"question": "why"}, ["why"]),
        ({"messages": [{"role": "user", "content": "a"}], "temperature": 1}, ["a"]),
        ({"choices": [{"message": {"role": "assistant", "content": "b"}}]}, ["b"]),
        ([[{"type": "human", "data": {"content": "c"}}]], ["c"]),
        ([{"kwargs": {"type": "ai", "content": "d"}}], ["d"]),
        (7, ["7"]),
        ({"a": 1, "b": 2}, [""]),
        (None, []),
        ([], []),
    ],
)
def test_any_shape_is_content(value, texts):
    assert [message.text for message in messages_of(value, "user")] == texts


def test_what_is_no_conversation_is_kept_as_data():
    (message,) = messages_of({"a": 1, "b": [2]}, "assistant")
    assert (message.role, message.parts[0].kind, message.parts[0].data) == (
        "assistant",
        "json",
        {"a": 1, "b": [2]},
    )


# A span, read


def test_genai_spans_are_read():
    read = read_span(span("a", attributes=genai("q", "a", **{
        "gen_ai.system_instructions": '[{"type": "text", "content": "be kind"}]', "gen_ai.request.model": "m",
        "gen_ai.response.model": "m-1", "gen_ai.usage.input_tokens": 5, "gen_ai.usage.output_tokens": "7",
        "gen_ai.usage.cache_read.input_tokens": 2, "gen_ai.response.time_to_first_chunk": 0.25,
        "gen_ai.conversation.id": "s", "gen_ai.prompt.name": "p", "gen_ai.request.temperature": 0.2,
    })))  # fmt: skip
    assert (read.kind, read.model, read.ttft_ms) == ("llm", "m-1", 250.0)
    assert (read.tokens.input, read.tokens.output, read.tokens.cached) == (5, 7, 2)
    assert [(message.role, message.text) for message in read.given.messages] == [
        ("system", "be kind"),
        ("user", "q"),
    ]
    assert [message.text for message in read.returned.messages] == ["a"]
    assert read.left == {
        "gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "gen_ai.request.temperature": 0.2,
        "ttft_ms": 250.0,
    }  # fmt: skip


def test_openinference_spans_are_read():
    read = read_span(span("a", attributes={
        "openinference.span.kind": "LLM", "llm.model_name": "m", "llm.token_count.prompt": 3.0, "llm.cost.prompt": 0.25,
        "llm.cost.completion": 0.5, "llm.input_messages.0.message.role": "user",
        "llm.input_messages.0.message.contents.0.message_content.type": "text",
        "llm.input_messages.0.message.contents.0.message_content.text": "see this",
        "llm.input_messages.0.message.contents.1.message_content.type": "image",
        "llm.input_messages.0.message.contents.1.message_content.image.image.url": "data:x",
        "llm.output_messages.0.message.role": "assistant",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "f",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"a": 1}',
        "input.value": "see this", "llm.prompt_template.version": 3, "prompt.id": "p", "user.id": "u",
    }, events=[Event("First Token Stream Event", BEGAN + timedelta(milliseconds=40))]))  # fmt: skip
    assert (read.kind, read.model, read.tokens.input, read.cost_usd, read.ttft_ms) == (
        "llm",
        "m",
        3,
        0.75,
        40.0,
    )
    assert [part.kind for part in read.given.messages[0].parts] == ["text", "image"]
    assert read.returned.messages[0].parts[0].name == "f"
    assert {name: value for name, (_, value) in read.facts.items()} == {
        "user_id": "u",
        "prompt_name": "p",
        "prompt_version": "3",
    }
    assert "input.value" not in read.left  # the messages say it


def test_what_a_request_says_besides_its_messages_is_kept():
    read = read_span(span("a", attributes={
        "openinference.span.kind": "LLM", "llm.input_messages.0.message.content": "q",
        "input.value": '{"other": "words"}', "input.mime_type": "application/json",
    }))  # fmt: skip
    assert read.left == {"input.value": {"other": "words"}}


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ({"openinference.span.kind": "RETRIEVER"}, "retriever"),
        ({"openinference.span.kind": "GUARDRAIL"}, "guardrail"),
        ({"openinference.span.kind": "UNKNOWN", "gen_ai.operation.name": "execute_tool"}, "tool"),
        ({"gen_ai.operation.name": "invoke_agent"}, "agent"),
        ({"gen_ai.operation.name": "update_memory"}, "other"),
        ({"mlflow.spanType": "CHAT_MODEL"}, "llm"),
        ({"mlflow.spanType": "PARSER"}, "other"),
        ({"traceloop.span.kind": "workflow"}, "chain"),
        ({"gen_ai.request.model": "m"}, "llm"),
        ({"openinference.span.kind": 5}, "other"),
        ({}, "other"),
    ],
)
def test_every_convention_names_its_steps(attributes, kind):
    assert read_span(span("a", attributes=attributes)).kind == kind


def test_older_emitters_are_read():
    flattened = {
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": "q",
        "gen_ai.completion.0.content": "a",
    }
    read = read_span(
        span("a", attributes=flattened | {"llm.request.type": "chat", "gen_ai.usage.prompt_tokens": 4})
    )
    assert (read.given.messages[0].text, read.returned.messages[0].text, read.tokens.input) == ("q", "a", 4)
    choice = {"index": 0, "message": '{"content": "a", "role": "assistant"}'}
    events = [
        Event("gen_ai.user.message", attributes={"content": "q"}),
        Event("gen_ai.choice", attributes=choice),
    ]
    read = read_span(span("b", attributes={"gen_ai.request.model": "m"}, events=events))
    assert [message.text for message in (*read.given.messages, *read.returned.messages)] == ["q", "a"]


def test_passages_are_read_wherever_they_stand():
    openinference = {
        "openinference.span.kind": "RETRIEVER", "retrieval.documents.0.document.id": "d",
        "retrieval.documents.0.document.content": "c", "retrieval.documents.0.document.score": 0.5,
        "retrieval.documents.0.document.metadata": '{"title": "T", "lang": "en"}',
    }  # fmt: skip
    (found,) = read_span(span("a", attributes=openinference)).passages
    assert (found.id, found.title, found.content, found.score, found.metadata) == (
        "d",
        "T",
        "c",
        0.5,
        {"lang": "en"},
    )
    mlflow = {
        "mlflow.spanType": "RETRIEVER",
        "mlflow.spanOutputs": [{"page_content": "p", "metadata": {"score": 0.1}, "id": 4}],
    }
    read = read_span(span("a", attributes=mlflow))
    assert [(one.id, one.content, one.score) for one in read.passages] == [("4", "p", 0.1)]
    assert read.returned.value is None
    genai_documents = {
        "gen_ai.operation.name": "retrieval",
        "gen_ai.retrieval.documents": '[{"content": "x", "score": "NaN"}]',
    }
    (found,) = read_span(span("a", attributes=genai_documents)).passages
    assert (found.content, found.score, found.metadata) == ("x", None, {"score": "NaN"})


def test_a_failed_span_says_why():
    raised = Event("exception", BEGAN, {"exception.type": "TimeoutError", "exception.message": "10 s"})
    assert read_span(span("a", failed=True, status="10 s", events=[raised])).error == "TimeoutError: 10 s"
    assert read_span(span("a", failed=True)).error == "failed"
    read = read_span(span("a", events=[raised]))
    assert read.error is None
    assert read.left["events"][0]["attributes"]["exception.message"] == "10 s"


# The tree


def test_the_root_is_the_span_without_a_parent_however_they_come():
    spans = [span("c", "b", 2), span("b", "a", 1), span("a", None, 0)]
    for order in (spans, spans[::-1]):
        tree = tree_of(order)
        assert [one.span_id for one in tree.spans] == ["a", "b", "c"]
        assert (tree.root.span_id, tree.depth["c"], list(tree.ancestors("c"))) == ("a", 2, ["b", "a"])


def test_a_missing_root_leaves_the_earliest_orphan():
    trace = trace_made_of(span("b", "gone", 5), span("c", "gone", 1, lasting=20), span("d", "c", 2))
    assert trace.name == "c"
    by_id = {step.id: step for step in trace.steps}
    assert (by_id["c"].parent_id, by_id["c"].attributes["missing_parent_id"], by_id["d"].parent_id) == (
        None,
        "gone",
        "c",
    )
    assert (trace.ended_at - trace.started_at) == timedelta(milliseconds=104)


def test_a_true_root_comes_before_an_earlier_orphan():
    assert trace_made_of(span("orphan", "gone", 0), span("root", None, 5)).name == "root"


def test_circles_are_cut():
    trace = trace_made_of(
        span("a", "b", 1), span("b", "c", 0), span("c", "a", 2), span("d", "d", 9), span("e", "c", 4)
    )
    parents = {step.id: step.parent_id for step in trace.steps}
    assert parents == {"b": None, "a": "b", "c": "a", "e": "c", "d": None}
    assert trace.name == "b"
    assert next(step for step in trace.steps if step.id == "b").attributes == {"circular_parent_id": "c"}


def test_doubles_are_put_away_and_counted_where_they_differ():
    same = span("a", attributes={"x": 1})
    assert "duplicate_spans" not in trace_made_of(same, same).metadata
    shorter, longer = span("a", lasting=1), span("a", lasting=50, attributes={"x": 1})
    for order in ((shorter, longer), (longer, shorter)):
        trace = trace_made_of(*order)
        assert (len(trace.steps), trace.latency_ms, trace.metadata["duplicate_spans"]) == (1, 50.0, 1)


def test_many_thousand_spans_in_one_line_are_no_trouble():
    spans = [
        span(f"{n:016x}", f"{n - 1:016x}" if n else None, n, attributes={"llm.model_name": "m"})
        for n in range(10_000)
    ]
    trace = trace_made_of(*spans)
    assert (len(trace.steps), trace.steps[-1].id, trace.model) == (10_000, f"{9999:016x}", "m")


# The trace


def test_the_trace_takes_input_and_output_of_its_root():
    root = span(
        "a", attributes={"input.value": "asked", "output.value": "said", "openinference.span.kind": "CHAIN"}
    )
    trace = trace_made_of(root, span("b", "a", 1, attributes=genai("inner", "thought")))
    assert [message.text for message in (*trace.input, *trace.output)] == ["asked", "said"]


def test_a_silent_root_leaves_both_to_the_deepest_model_call():
    trace = trace_made_of(
        span("root"),
        span("plan", "root", 1, attributes=genai("first", "a plan")),
        span("chain", "root", 2),
        span("answer", "chain", 3, attributes=genai("q", "draft")),
        span("last", "chain", 4, attributes=genai("q again", "final")),
    )
    assert [message.text for message in (*trace.input, *trace.output)] == ["q again", "final"]


def test_a_model_call_within_a_tool_is_not_the_answer():
    trace = trace_made_of(
        span("root"),
        span("tool", "root", 1, attributes={"openinference.span.kind": "TOOL"}),
        span("inside", "tool", 2, attributes=genai("x", "for the tool")),
        span("answer", "root", 3, attributes=genai("q", "for people")),
    )
    assert trace.output[0].text == "for people"


def test_sums_are_not_counted_twice():
    usage = {"gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 30, "llm.cost.total": 3.0}
    leaf = {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 10, "llm.cost.total": 1.0}
    trace = trace_made_of(
        span("root", attributes=usage), *(span(f"l{n}", "root", n, attributes=leaf) for n in (1, 2, 3))
    )
    assert (trace.tokens.input, trace.tokens.output, trace.cost_usd) == (30, None, 3.0)


def test_facts_are_said_once_and_kept_where_they_differ():
    shared = {
        "session.id": "s",
        "user.id": "u",
        "tag.tags": ["t"],
        "metadata": '{"language": "de", "tenant": "x"}',
    }
    resource = {"service.version": "7", "host": "h"}
    other = {"session.id": "other", "metadata": '{"language": "fr", "tenant": "x"}'}
    trace = trace_made_of(
        span("a", attributes=shared | {"team": "blue", "nested": {"k": 1}}, resource=resource),
        span("b", "a", 1, attributes=shared | other, resource=resource),
    )
    assert (trace.session_id, trace.user_id, trace.language, trace.release, trace.tags) == (
        "s",
        "u",
        "de",
        "7",
        ("t",),
    )
    assert trace.metadata == {"tenant": "x", "host": "h", "team": "blue"}
    assert [step.attributes for step in trace.steps] == [
        {"nested": {"k": 1}},
        {"session.id": "other", "metadata": {"language": "fr"}},
    ]


def test_what_the_store_tells_of_the_whole_wins():
    told = Told(
        TRACE,
        facts={"name": "n", "session_id": "s2", "tokens_total": 9, "cost_usd": "0.5"},
        asked='{"question": "q"}',
        metadata={"k": 1},
    )
    trace = trace_made_of(told, span("a", attributes={"session.id": "s1", "llm.cost.total": 1.0}))
    assert (trace.name, trace.session_id, trace.tokens.total, trace.cost_usd, trace.input[0].text) == (
        "n",
        "s2",
        9,
        0.5,
        "q",
    )
    assert trace.steps[0].attributes == {"session.id": "s1"}
    assert trace.metadata == {"k": 1}


# What was judged


def score(name="helpful", by="human", **more):
    return Score(name=name, by=by, trace_id=more.pop("trace_id", TRACE), **more)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (4.0, "4"),
        (0.5, "0.5"),
        (True, "true"),
        ("good", "good"),
        (["a", "b"], '["a", "b"]'),
        ({"x": 1.0}, '{"x": 1.0}'),
        (0, "0"),
    ],
)
def test_an_answer_of_any_shape_survives(value, answer):
    (review,) = [
        item for item in laid_together(span("a"), score(value=value)) if isinstance(item, IncomingReview)
    ]
    assert (review.value, review.source, review.native_trace_id) == (answer, "shop", TRACE)


def test_words_alone_are_an_answer_only_where_nobody_answered_with_more():
    items = laid_together(
        span("a"),
        score("free", explanation="too long"),
        score("rated", explanation="hm"),
        score("rated", value=3),
    )
    reviews = [(item.criterion, item.kind, item.value) for item in items if isinstance(item, IncomingReview)]
    assert reviews == [("free", "text", "too long"), ("rated", None, "3")]
    (rejected,) = [item for item in items if isinstance(item, Rejected)]
    assert "rated" in rejected.reason
    assert "hm" in rejected.record


def test_several_rows_of_one_reviewer_all_come_and_one_row_comes_once():
    at = BEGAN + timedelta(hours=1)
    items = laid_together(
        span("a"),
        score(value=1, who="ann", native_id="1", at=BEGAN),
        score(value=2, who="ann", native_id="1", at=at),
        score(value=3, who="ann", native_id="2", at=BEGAN),
        score(value=3, who="ann"),
    )
    assert sorted(
        (r.value, r.created_at) for r in items if isinstance(r, IncomingReview) and r.created_at
    ) == [("2", at), ("3", BEGAN)]
    assert sum(isinstance(item, IncomingReview) for item in items) == 3


@pytest.mark.parametrize(
    ("value", "label", "number", "word"),
    [
        (0.5, "ok", 0.5, "ok"),
        (True, None, 1.0, "true"),
        (None, None, None, None),
        ("7", None, None, "7"),
        ([1], None, None, "[1]"),
    ],
)
def test_a_metric_keeps_what_it_is(value, label, number, word):
    trace = trace_made_of(span("a"), score("m", "llm", value=value, label=label, who="judge", version="2"))
    (metric,) = trace.metrics
    assert (metric.value, metric.label, metric.evaluator, metric.evaluator_version, metric.source) == (
        number,
        word,
        "judge",
        "2",
        "llm",
    )


def test_judgements_in_spans_are_found():
    events = [
        Event(
            "gen_ai.evaluation.result",
            BEGAN,
            {"gen_ai.evaluation.name": "g", "gen_ai.evaluation.score.value": 0.5, "extra": 1},
        ),
        Event("gen_ai.evaluation.result", BEGAN, {"no": "name"}),
    ]
    annotated = {
        "annotations.0.annotation.name": "helpful", "annotations.0.annotation.score": 4,
        "annotations.0.annotation.annotator_kind": "HUMAN", "annotations.0.annotation.identifier": "assay: ann ",
        "annotations.0.annotation.metadata": '{"rubric": "r", "seconds_spent": "12"}',
        "evaluations.0.evaluation.name": "grounded", "evaluations.0.evaluation.label": "yes",
        "evaluations.0.evaluation.annotator_kind": "LLM", "evaluations.0.evaluation.identifier": "judge",
        "trace.annotations.0.annotation.name": "whole", "trace.annotations.0.annotation.score": 1,
    }  # fmt: skip
    items = laid_together(span("root"), span("a", "root", 1, attributes=annotated, events=events))
    trace = next(item.trace for item in items if isinstance(item, IncomingTrace))
    assert [(m.name, m.value, m.label, m.source, m.evaluator, m.step_id) for m in trace.metrics] == [
        ("g", 0.5, None, "unknown", None, "a"),
        ("grounded", None, "yes", "llm", "judge", "a"),
        ("whole", 1.0, None, "unknown", None, None),
    ]
    assert [event["attributes"] for event in trace.steps[1].attributes["events"]] == [{"no": "name"}]
    (review,) = [item for item in items if isinstance(item, IncomingReview)]
    assert (review.rater, review.value, review.rubric, review.seconds, review.extra["step_id"]) == (
        "ann",
        "4",
        "r",
        12.0,
        "a",
    )


def test_a_machine_speaking_of_a_trace_that_did_not_come_is_refused_and_a_person_kept():
    items = laid_together(
        score(value=1), score("m", "code", value=2), Score("loose", "human", span_id="gone", value=1)
    )
    assert [type(item).__name__ for item in items] == ["Rejected", "IncomingReview", "Rejected"]


# The spool


def test_pieces_are_laid_together_on_disk_as_in_memory():
    spans = [span(f"s{n}", trace_id=f"t{n % 7}", attributes={"pad": "x" * 500}) for n in range(200)]
    found = []
    for in_memory in (1, 1 << 30):
        with Spool(in_memory) as spool:
            for number, one in enumerate(spans):
                spool.add(Place("f", number), one)
            spool.add(Place("g", 1), Score("loose", "llm", span_id="s3"))
            found.append({trace: spool.of_trace(trace) for trace in spool.traces()})
            assert [piece.name for _, piece in spool.take_of_spans(["s3"])] == ["loose"]
            assert list(spool.left_over()) == []
    assert found[0] == found[1]
    assert list(found[0]) == [f"t{n}" for n in range(7)]
    assert found[0]["t0"][1] == (Place("f", 7), spans[7])


# Files

PAGES = Layout(lists=frozenset({"data"}), mends=frozenset({"inner"}))


@pytest.fixture
def records(tmp_path):
    def records(content):
        path = tmp_path / "f.json"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        found = list(read_records([path], PAGES, Progress()))
        return [one.value for one in found if isinstance(one, Found)], [
            one for one in found if isinstance(one, Rejected)
        ]

    return records


@pytest.mark.parametrize(
    "content",
    [
        '{"data":[{"a":1},{"a":2}],"next":null}',
        '{"next": "x",\n "data": [\n  {"a": 1},\n  {"a": 2}\n ]}\n',
        '\ufeff{"data":[{"a":1}]}\n{"data":[{"a":2}]}\n',
        '[{"a":1},\n{"a":2}]',
        '{"a":1}\n\n{"a":2}\n',
        '{"data":[{"a":1},{"a":2}]}'.encode("utf-16"),
        '{"data":\n[{"a":1},{"a":2}]}'.encode("utf-16"),
        '{"data":[{"a":1}' + " " * 3_000_000 + ',{"a":2}]}',
    ],
)
def test_records_are_found_however_the_file_is_laid_out(records, content):
    assert records(content) == ([{"a": 1}, {"a": 2}], [])


def test_a_lone_document_is_one_record(records):
    assert records('{\n"a": {"b": [1, 2.5, null]},\n "c": 12345\n}') == (
        [{"a": {"b": [1, 2.5, None]}, "c": 12345}],
        [],
    )
    assert records("{}") == ([], [])
    assert records("") == ([], [])


@pytest.mark.parametrize(
    ("content", "good", "bad"),
    [
        ('{"data":[{"a":1},{"a":2},{"a', [{"a": 1}, {"a": 2}], 1),
        ('{"data":[{"a":1}, nonsense, {"a":2}]}', [{"a": 1}], 1),
        ('{"a":1}\n{"a":\n{"a":2}\n', [{"a": 1}, {"a": 2}], 1),
        ('not json\n{"a":2}\n', [{"a": 2}], 1),
        (b'{"a":1}\n{"a":"\xff"}\n{"a":2}\n', [{"a": 1}, {"a": 2}], 1),
        (b'{"data":[{"a":1},{"a":"\xff"},{"a":2}]}', [{"a": 1}, {"a": 2}], 1),
        ('{"data":[{"a":1},' + "[" * 5000, [{"a": 1}], 1),
        ('{"data":[{"a":1},' + '{"x":' * 300 + "1" + "}" * 300 + ',{"a":2}]}', [{"a": 1}, {"a": 2}], 1),
        ('{"data":[{"a":1}]} trailing', [{"a": 1}], 1),
        (b"\x00\x00\x00", [], 1),
    ],
)
def test_what_is_damaged_costs_only_itself(records, content, good, bad):
    found, rejected = records(content)
    assert (found, len(rejected)) == (good, bad)
    assert all(one.reason for one in rejected)


@pytest.mark.parametrize("layout", ['{{"data":[{{"inner":[{0}', '{{"data":[{{"inner":[{0}\n{{"data":[]}}\n'])
def test_of_a_cut_record_the_whole_members_are_mended(records, layout):
    found, rejected = records(layout.format('{"s":"}]"},{"s":2},{"s":"cut \\" {'))
    assert (found, len(rejected)) == ([{"inner": [{"s": "}]"}, {"s": 2}]}], 1)


@settings(max_examples=60)
@given(st.data())
def test_a_document_cut_anywhere_gives_what_was_whole(tmp_path_factory, data):
    text = json.dumps({"next": 1, "data": [{"a": n, "t": 'é"}{' * n} for n in range(5)]}, ensure_ascii=False)
    cut = data.draw(st.integers(0, len(text.encode())))
    path = tmp_path_factory.mktemp("cut") / "f.json"
    path.write_bytes(text.encode()[:cut])
    found = [one for one in read_records([path], PAGES, Progress()) if isinstance(one, Found)]
    assert [one.value["a"] for one in found] == list(range(len(found)))


KEYS_WITHIN = st.text(max_size=6) | st.sampled_from(["role", "content", "parts", "message", "0", "a.b"])
LEAVES = (
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8)
    | st.sampled_from(["[1]", '{"a": 1}', "", "\x00\ud800"])
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS_WITHIN, inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from([
    "openinference.span.kind", "input.value", "output.value", "input.mime_type", "llm.input_messages", "llm",
    "llm.input_messages.0.message.content", "gen_ai.input.messages", "gen_ai.output.messages", "metadata",
    "mlflow.spanOutputs", "mlflow.spanInputs", "mlflow.chat.tokenUsage", "mlflow.llm.cost", "annotations",
    "annotations.0.annotation.name", "tag.tags", "gen_ai.usage.input_tokens", "llm.cost.total", "session.id",
    "gen_ai.prompt", "gen_ai.system_instructions", "ttft_s", "prompt.id", "tool.parameters.x",
    "gen_ai.evaluation.name", "retrieval.documents",
]) | st.text(max_size=6)  # fmt: skip
SAID = st.dictionaries(KEYS, JSON, max_size=6)
FACTS = st.sampled_from(["name", "session_id", "tokens_total", "cost_usd", "latency_ms", "model"])


@settings(max_examples=150)
@given(
    st.lists(st.tuples(SAID, st.sampled_from(["a", "b", "c", None]), SAID), min_size=1, max_size=4),
    st.dictionaries(FACTS, JSON),
)
def test_nothing_that_a_span_says_stops_it(rows, facts):
    spans = []
    for n, (said, parent, told) in enumerate(rows):
        event = Event("gen_ai.evaluation.result", attributes=settled(told))
        spans.append(span("abcd"[n], parent, n, attributes=settled(said), events=[event]))
    items = laid_together(span("good", trace_id="f" * 32), *spans, Told(TRACE, facts=settled(facts)))
    traces = [item.trace for item in items if isinstance(item, IncomingTrace)]
    assert {trace.native_id for trace in traces} == {"f" * 32, TRACE}
    for trace in traces:
        assert Trace.model_validate_json(trace.canonical_json()).native_id == trace.native_id
