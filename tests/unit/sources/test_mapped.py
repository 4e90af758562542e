"""Any other file by a mapping: values come from where the mapping says, and bad records are told apart."""

import gzip
import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.base.errors import Cancelled, Unavailable
from assay.base.progress import Progress
from assay.model.incoming import IncomingReview, IncomingTrace, Place, Rejected
from assay.model.trace import Trace
from assay.sources.fields.objects import Malformed
from assay.sources.mapped import incoming, mapped_source, mapped_table
from assay.sources.mapped.expressions import NotAnExpression, Scope, expression
from assay.sources.mapped.mapping import Mapping, rest_of, taken
from assay.sources.mapped.paths import NotAPath, path, written

PLAIN = {"id": "$.id", "input": "$.q"}


def mapping(**tables):
    return Mapping.model_validate({"trace": PLAIN, **tables})


def of(record, place=None, **tables):
    """What a record gives: the trace and the reviews (refused ones as their reasons)."""
    items = list(incoming(mapping(**tables), record, "shop", place or Place("runs/a.json", 3)))
    traces = [item.trace for item in items if isinstance(item, IncomingTrace)]
    assert len(traces) == 1, [item.reason for item in items if isinstance(item, Rejected)]
    return traces[0], [item.reason if isinstance(item, Rejected) else item for item in items[1:]]


def trace(record, **tables):
    return of(record, **tables)[0]


def reason(record, **tables):
    (item,) = incoming(mapping(**tables), record, "shop", Place("a", 1))
    assert isinstance(item, Rejected)
    return item.reason


# Paths and expressions

RECORD = {"a": {"b": [1, {"odd key": "x", "it's": 2, '"': 3}]}, "ü-1": 5, "list": [[1, 2], [3]], "null": None}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$.a.b[0]", 1),
        ('$.a.b[1]["odd key"]', "x"),
        ("$['a'].b[-1]['it\\'s']", 2),
        ('$.a.b[1]["\\""]', 3),
        ("$.ü-1", 5),
        ("$.list[*][*]", [1, 2, 3]),
        ("$.list[*][0]", [1, 3]),
        ("$.a[*][0]", [1]),
        ("$.null", None),
        ("$.missing.deeper[3]", None),
        ("$.a.b[7]", None),
        ("$.a.b[-3]", None),
        ("$.a.b.c", None),
        ("$.a[0]", None),
        ("$.ü-1.digits", None),
        ("$.missing[*].x", []),
        ("$", RECORD),
    ],
)
def test_a_path_leads_to_its_value_or_nowhere(text, found):
    assert path(text).value(RECORD) == found


@pytest.mark.parametrize(
    "text",
    ["", "a", "$a", "$.", "$..a", "$.a[", "$[1", '$["a]', "$.a b", "$[1:2]", "$[?(@.a)]", "$.a()", "$." + "a" * 999],
)  # fmt: skip
def test_what_is_no_path_is_refused(text):
    with pytest.raises(NotAPath):
        path(text)


@given(st.lists(st.text(min_size=1) | st.integers(-99, 99), max_size=6))
def test_a_path_that_is_written_leads_along_its_keys(keys):
    if len(written(keys)) <= 1000:
        assert path(written(keys)).segments == tuple(keys)


@given(st.text(st.sampled_from("$@.[]*\"'\\ab0-9{} ="), max_size=60))
def test_no_text_breaks_the_reading_of_expressions(text):
    with suppress(NotAnExpression, Malformed):
        wanted = expression(text)
        assert isinstance(wanted.paths(), tuple)
        assert wanted.found(Scope(RECORD, Place("f", 1), RECORD["a"])).where


def test_a_path_is_read_and_followed_in_time_linear_to_the_record():
    begun = time.perf_counter()
    hostile = '$["' + "\\\\" * 490
    with pytest.raises(NotAPath):
        path(hostile)
    wide = {"a": [{"b": [0] * 100} for _ in range(1000)]}
    assert len(path("$.a[*].b[*]").value(wide)) == 100_000
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("=always this", "always this"),
        ("{q}: {$.n}", "Hi: 3"),
        ("{{{n}}}", "{3}"),
        ("#folder", "runs"),
        ("#file", "a"),
        ("#line", "3"),
        ("{#folder}/{#file}#{#line}", "runs/a#3"),
        (["$.nothing", "$.empty", "$.q"], "Hi"),
        (["$.nothing", "=else"], "else"),
        ("{q} {nothing}", None),
        ("$.flag", "true"),
    ],
)
def test_a_value_comes_from_where_the_mapping_says(said, name):
    record = {"id": "1", "q": "Hi", "n": 3, "empty": "", "flag": True}
    assert trace(record, trace={**PLAIN, "name": said}).name == name


def test_a_record_without_an_id_of_its_own_is_named_by_what_it_says():
    ids = [
        trace(record, trace={"id": "#sha256", "input": "$.q"}).native_id
        for record in ({"q": "a", "n": 1}, {"n": 1, "q": "a"}, {"q": "b", "n": 1})
    ]
    assert ids[0] == ids[1] != ids[2]
    assert len(ids[0]) == 64


# The trace


def test_every_field_of_a_trace_has_its_place():
    record = {
        "run": {"id": 7, "who": "u", "sitting": "s"}, "t": {"begun": 1795166102, "done": "2026-11-20T10:15:06+01:00"},
        "ask": "Where?", "said": "There.", "kind": "refund", "lang": "en", "where": "production", "v": "2026.11",
        "llm": "m-1", "p": {"n": "p", "v": 3}, "d": ["data", "7"], "labels": ["a", 2], "usage": {"in": 5, "out": 7},
        "usd": "0.003", "ms": 120, "first": 15.5, "wrong": {"type": "E"},
    }  # fmt: skip
    got = trace(
        record,
        trace={
            "id": "$.run.id", "session_id": "$.run.sitting", "user_id": "$.run.who", "name": "=answer",
            "started_at": {"path": "$.t.begun", "as": "unix"}, "ended_at": "$.t.done",
            "task_type": "$.kind", "language": "$.lang", "environment": "$.where", "release": "$.v",
            "input": "$.ask", "output": "$.said", "model": "$.llm",
            "prompt": {"name": "$.p.n", "version": "$.p.v"}, "dataset": {"name": "$.d[0]", "version": "$.d[1]"},
            "tags": "$.labels", "tokens": {"input": "$.usage.in", "output": "$.usage.out"},
            "cost_usd": "$.usd", "latency_ms": "$.ms", "ttft_ms": "$.first", "error": "$.wrong",
        },
    )  # fmt: skip
    assert (got.source, got.native_id, got.session_id, got.user_id, got.name) == (
        "shop",
        "7",
        "s",
        "u",
        "answer",
    )
    assert got.started_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)
    assert got.ended_at == datetime(2026, 11, 20, 9, 15, 6, tzinfo=UTC)
    assert (got.task_type, got.language, got.environment, got.release) == (
        "refund",
        "en",
        "production",
        "2026.11",
    )
    assert [(m.role, m.text) for m in got.input + got.output] == [("user", "Where?"), ("assistant", "There.")]
    assert (got.model, got.prompt.name, got.prompt.version, got.tags) == ("m-1", "p", "3", ("a", "2"))
    assert (got.dataset.name, got.dataset.version) == ("data", "7")
    assert (got.tokens.input, got.tokens.output, got.cost_usd) == (5, 7, 0.003)
    assert (got.latency_ms, got.ttft_ms, got.error) == (120, 15.5, '{"type": "E"}')
    assert got.metadata == {"d": ["data", "7"]}  # only places in that list were named, so it is kept as well


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1795166102, "unix", "2026-11-20T09:15:02+00:00"),
        ("1795166102.5", "unix", "2026-11-20T09:15:02.500000+00:00"),
        (1795166102500, "unix_ms", "2026-11-20T09:15:02.500000+00:00"),
        ("2026-11-20T10:15:02+01:00", "iso", "2026-11-20T09:15:02+00:00"),
        ("2026-11-20 09:15:02", "auto", "2026-11-20T09:15:02+00:00"),
        (1795166102, "auto", "2026-11-20T09:15:02+00:00"),
        (None, "iso", None),
    ],
)
def test_times_are_read_in_the_unit_that_the_mapping_says(value, unit, expected):
    got = trace({"id": "1", "q": "a", "t": value}, trace={**PLAIN, "started_at": {"path": "$.t", "as": unit}})
    assert (got.started_at.isoformat() if got.started_at else None) == expected


@pytest.mark.parametrize(
    ("value", "unit"), [(1795166102, "iso"), ("soon", "auto"), ("soon", "unix"), (1e300, "unix_ms"), ([1], "auto")]
)  # fmt: skip
def test_a_time_that_is_none_refuses_the_record_and_names_the_path(value, unit):
    said = reason(
        {"id": "1", "q": "a", "t": {"x": value}}, trace={**PLAIN, "started_at": {"path": "$.t.x", "as": unit}}
    )
    assert said.startswith("“$.t.x” is ")


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"q": "a"}, "The record has no id: “$.id” leads nowhere."),
        ({"id": " ", "q": "a"}, "The record has no id: “$.id” leads nowhere."),
        ({"id": True, "q": "a"}, "The record has no id: “$.id” leads nowhere."),
        ({"id": ["x"], "q": "a"}, "“$.id” is a list where text was expected."),
        ({"id": "x" * 1025, "q": "a"}, "The id is longer than 1024 characters."),
        ({"id": "a\ufffdb", "q": "a"}, "The id holds characters that are not text."),
        ({"id": "1"}, "The record has nothing to read: there is nothing at “$.q”."),
        ("text", "The record is no object."),
        (None, "The record is no object."),
    ],
)
def test_a_record_that_tells_of_no_trace_is_refused(record, told):
    assert reason(record) == told


def test_an_id_of_several_values_needs_each_of_them():
    joined = {"id": "{task}-{run.trial}", "input": "$.q"}
    assert trace({"task": "a", "run": {"trial": 0}, "q": "x"}, trace=joined).native_id == "a-0"
    assert reason({"task": "a", "run": {}, "q": "x"}, trace=joined) == (
        "The record has no id: “$.run.trial” leads nowhere."
    )


def test_a_number_that_is_words_names_the_path_of_its_member():
    steps = [{"each": "$.s[*]", "output": "@.o", "cost_usd": "@.usd"}]
    assert reason({"id": "1", "q": "a", "s": [{"usd": 1}, {"usd": "dear"}]}, steps=steps) == (
        "“$.s[1].usd” is text (dear) where a number was expected."
    )


def test_what_the_mapping_does_not_name_is_kept_and_what_it_takes_is_not_kept_twice():
    record = {
        "id": "1",
        "q": "a",
        "info": {"cost": 3, "deep": {"used": 1, "rest": 2}},
        "only": {"used": 1},
        "x": None,
    }
    tables = {
        "metrics": [
            {"name": "=m", "value": "$.info.deep.used"},
            {"name": "=n", "value": ["$.only.used", "$.nothing"]},
        ]
    }
    assert trace(record, **tables).metadata == {"info": {"cost": 3, "deep": {"rest": 2}}, "x": None}
    assert trace(record, **tables, metadata={"keep": "none"}).metadata == {}


def test_metadata_may_be_named_and_left_out():
    record = {"id": "1", "q": "a", "truth": "yes", "secret": "s", "info": {"mail": "m", "n": 1}}
    got = trace(
        record,
        metadata={
            "fields": {"reference": "$.truth", "folder": "#folder"},
            "drop": ["$.secret", "$.info.mail"],
        },
    )
    assert got.metadata == {"reference": "yes", "folder": "runs", "info": {"n": 1}}


def test_what_an_id_is_made_of_stays_in_the_metadata_where_one_can_stratify_by_it():
    got = trace({"task": 4, "trial": 1, "q": "a"}, trace={"id": "{task}/{trial}", "input": "$.q"})
    assert got.metadata == {"task": 4, "trial": 1}


def test_numbers_that_are_none_are_kept_as_the_text_they_were():
    counted = {**PLAIN, "cost_usd": "$.usd", "tokens": {"input": "$.n"}}
    got = trace({"id": "1", "q": "a", "usd": "NaN", "n": 1.5}, trace=counted)
    assert (got.cost_usd, got.tokens) == (None, None)
    assert got.metadata == {"$.usd": "NaN", "$.n": 1.5}


# What was said

CHAT = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "Book it."},
    {"role": "assistant", "content": None, "tool_calls": [
        {"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{}"}},
        {"id": "c1", "type": "function", "function": {"name": "book", "arguments": '{"n": 1}'}}]},
    {"role": "tool", "tool_call_id": "c1", "content": "found"},
    {"role": "tool", "tool_call_id": "c1", "content": "booked"},
    {"role": "assistant", "content": "Done."},
    {"role": "user", "content": "Thanks."},
]  # fmt: skip


def test_a_dialogue_is_parted_before_the_last_answer_and_calls_are_paired():
    got = trace({"id": "1", "chat": CHAT}, trace={"id": "$.id"}, messages={"each": "$.chat[*]"})
    assert [m.role for m in got.input] == ["system", "user", "assistant", "tool", "tool"]
    assert [(m.role, m.text) for m in got.output] == [("assistant", "Done."), ("user", "Thanks.")]
    parts = [part for message in got.input for part in message.parts if part.kind != "text"]
    assert [(part.kind, part.name, part.call_id, part.data or part.text) for part in parts] == [
        ("tool_call", "find", "c1", "{}"), ("tool_call", "book", "c1", '{"n": 1}'),
        ("tool_result", "find", "c1", "found"), ("tool_result", "book", "c1", "booked"),
    ]  # fmt: skip
    assert got.metadata == {}


def test_a_dialogue_may_be_written_in_other_words():
    record = {
        "id": "1",
        "talk": [{"from": "human", "value": "Hi", "mood": "glad"}, {"from": "gpt", "value": "Ho"}],
    }
    got = trace(
        record,
        trace={"id": "$.id"},
        messages={
            "each": "$.talk[*]",
            "role": "@.from",
            "text": "@.value",
            "roles": {"human": "user", "gpt": "assistant"},
        },
    )
    assert [(m.role, m.text) for m in got.input] == [("user", "Hi")]
    assert [part.data for part in got.input[0].parts if part.kind == "json"] == [{"mood": "glad"}]
    assert [(m.role, m.text) for m in got.output] == [("assistant", "Ho")]


def test_a_dialogue_with_the_answer_beside_it_is_all_input():
    record = {"id": "1", "chat": CHAT[:2], "completion": "Done."}
    got = trace(record, trace={"id": "$.id", "output": "$.completion"}, messages={"each": "$.chat[*]"})
    assert [m.role for m in got.input] == ["system", "user"]
    assert [m.text for m in got.output] == ["Done."]
    got = trace(record, trace={"id": "$.id"}, messages={"each": "$.chat[*]", "output": "none"})
    assert (len(got.input), got.output) == (2, ())


def test_turns_that_are_mere_texts_are_messages():
    turns = {"each": "$.h[*]", "role": "=user", "text": "@"}
    got = trace({"id": "1", "h": ["a", "b"]}, trace={"id": "$.id"}, messages=turns)
    assert [(m.role, m.text) for m in got.input] == [("user", "a"), ("user", "b")]


def test_a_dialogue_that_is_no_list_is_told_with_its_path():
    assert reason({"id": "1", "chat": "Hi"}, trace={"id": "$.id"}, messages={"each": "$.chat[*]"}) == (
        "“$.chat” is not a list, as “$.chat[*]” has it."
    )


# What was done and measured


def test_each_entry_of_a_history_is_a_step_with_its_agent_and_place():
    record = {
        "id": "1",
        "q": "a",
        "h": [{"name": "Planner", "content": "p", "at": 3}, {"role": "Coder", "content": "c"}],
    }
    steps = [
        {
            "each": "$.h[*]",
            "id": "{#index}",
            "kind": "=agent",
            "name": ["@.name", "@.role"],
            "output": "@.content",
        }
    ]
    got = trace(record, steps=steps)
    assert [(s.id, s.kind, s.name, s.output, s.attributes) for s in got.steps] == [
        ("0", "agent", "Planner", "p", {"at": 3}), ("1", "agent", "Coder", "c", {}),
    ]  # fmt: skip
    assert got.metadata == {}


def test_passages_are_documents_of_a_step():
    record = {
        "id": "1",
        "q": "a",
        "ctx": ["one", {"text": "two"}],
        "hits": [{"d": [{"t": "x", "s": 0.5, "u": "y"}]}],
    }
    steps = [
        {"kind": "=retriever", "documents": {"each": "$.ctx[*]"}},
        {
            "each": "$.hits[*]",
            "kind": "=Reranker",
            "documents": {"each": "@.d[*]", "content": "@.t", "score": "@.s"},
        },
        {"kind": "=tool", "output": "$.nothing"},
    ]
    got = trace(record, steps=steps)
    assert [(step.kind, step.id, step.attributes) for step in got.steps] == [
        ("retriever", "step-1", {}),
        ("reranker", "step-2", {}),
    ]
    assert [document.content for document in got.steps[0].documents] == ["one", '{"text": "two"}']
    (document,) = got.steps[1].documents
    assert (document.content, document.score, document.metadata) == ("x", 0.5, {"u": "y"})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.42, (0.42, None)), ("0.5", (0.5, None)), (3, (3.0, None)), (True, (1.0, "true")), ("good", (None, "good")),
    ],
)  # fmt: skip
def test_a_metric_keeps_its_value_as_it_is(value, expected):
    metrics = [{"name": "=m", "value": "$.v", "source": "=code", "evaluator": "=judge {x}"}]
    (metric,) = trace({"id": "1", "q": "a", "v": value}, metrics=metrics).metrics
    assert (metric.value, metric.label) == expected
    assert (metric.name, metric.source, metric.evaluator) == ("m", "code", "judge {x}")


def test_a_metric_that_is_missing_is_none_and_one_that_is_no_number_keeps_what_it_was():
    metrics = [{"name": "=m", "value": "$.v"}]
    assert trace({"id": "1", "q": "a", "v": None}, metrics=metrics).metrics == ()
    (metric,) = trace({"id": "1", "q": "a", "v": "NaN"}, metrics=metrics).metrics
    assert (metric.value, metric.label, metric.metadata) == (None, None, {"native": "NaN"})
    assert reason({"id": "1", "q": "a", "v": {"x": 1}}, metrics=metrics) == (
        "“$.v” is an object where a number was expected."
    )


def test_metrics_in_an_object_or_a_list_are_one_each():
    record = {
        "id": "1",
        "q": "a",
        "scores": {"fit": 1, "odd one": "low"},
        "list": [{"n": "z", "v": 2, "by": "b", "x": 1}],
    }
    metrics = [
        {"each": "$.scores[*]", "name": "#key", "value": "@"},
        {"each": "$.list[*]", "name": "@.n", "value": "@.v", "evaluator": "@.by", "source": "=llm"},
    ]
    got = trace(record, metrics=metrics)
    assert [(m.name, m.value, m.label, m.source, m.metadata) for m in got.metrics] == [
        ("fit", 1.0, None, "unknown", {}), ("odd one", None, "low", "unknown", {}), ("z", 2.0, None, "llm", {"x": 1}),
    ]  # fmt: skip


def test_behaviour_of_an_unknown_kind_is_kept_in_the_metadata():
    events = [{"what": "copied", "at": 1795166102}, {"what": "applauded", "at": 5, "loud": True}]
    behaviour = [
        {"each": "$.e[*]", "kind": "@.what", "at": "@.at"},
        {"kind": "=regenerated", "value": "$.again"},
    ]
    got = trace({"id": "1", "q": "a", "e": events, "again": 2}, behaviour=behaviour)
    assert [(event.kind, event.value) for event in got.behaviour] == [("copied", None), ("regenerated", 2.0)]
    assert got.metadata == {"behaviour": [{"kind": "applauded", "at": 5, "loud": True}]}


# What people said

STEPS = [{"each": "$.h[*]", "output": "@"}]
MISTAKE = {"criterion": "=mistake", "rater": "=experts", "step": "$.at", "code": "$.agent", "note": "$.why"}


def test_a_judgement_in_a_record_is_a_review_and_no_metadata():
    record = {
        "id": "1",
        "q": "a",
        "good": True,
        "by": " Ann ",
        "why": "clear",
        "took": 12,
        "on": "2026-11-20",
    }
    tables = {
        "reviews": [
            {
                "criterion": "=useful",
                "value": "$.good",
                "rater": "$.by",
                "note": "$.why",
                "seconds": "$.took",
                "created_at": "$.on",
                "rubric": "=r",
            }
        ]
    }
    got, (review,) = of(record, **tables)
    assert got.metadata == {}
    assert (review.native_trace_id, review.source, review.criterion, review.value) == (
        "1",
        "shop",
        "useful",
        "true",
    )
    assert (review.rater, review.note, review.seconds, review.rubric, review.kind) == (
        "Ann",
        "clear",
        12,
        "r",
        None,
    )
    assert review.created_at == datetime(2026, 11, 20, tzinfo=UTC)


def test_several_judgements_come_from_a_list_and_a_bad_one_costs_only_itself():
    good, unnamed = {"who": "a", "q": "fit", "v": 4.0, "x": 1}, {"who": "b", "v": 2}
    ratings = [good, unnamed, {"q": "fit", "v": None}, {"q": "fit", "v": 0.5}]
    tables = {"reviews": [{"each": "$.r[*]", "criterion": "@.q", "value": "@.v", "rater": "@.who"}]}
    _, said = of({"id": "1", "q": "a", "r": ratings}, **tables)
    assert said[1] == "A judgement names no question: “@.q” leads nowhere."
    assert [(r.rater, r.criterion, r.value, r.extra) for r in said if isinstance(r, IncomingReview)] == [
        ("a", "fit", "4", {"x": 1}), (None, "fit", "0.5", {}),
    ]  # fmt: skip


def test_a_mark_on_a_step_is_a_review_of_the_kind_steps():
    record = {"id": "1", "q": "a", "h": ["x", "y"], "at": "1", "agent": "Coder", "why": "typo"}
    _, (review,) = of(record, steps=STEPS, reviews=[MISTAKE])
    assert (review.kind, review.value, review.rater, review.note) == ("steps", "1", "experts", "typo")
    assert review.spans == [{"step": 1, "code": "Coder", "note": "typo"}]


def test_steps_may_be_counted_from_one():
    counted = {**MISTAKE, "first_step": 1}
    _, (review,) = of({"id": "1", "q": "a", "h": ["x", "y"], "at": 1}, steps=STEPS, reviews=[counted])
    assert (review.value, review.spans) == ("0", [{"step": 0}])


@pytest.mark.parametrize("at", [2, -1, "second", 0.5])
def test_a_mark_on_a_step_that_is_not_there_is_refused_and_the_trace_is_kept(at):
    _, (said,) = of({"id": "1", "q": "a", "h": ["x", "y"], "at": at}, steps=STEPS, reviews=[MISTAKE])
    assert said.startswith("“$.at” is ")


def test_where_nobody_judged_there_is_no_review():
    assert of({"id": "1", "q": "a", "h": ["x"]}, steps=STEPS, reviews=[MISTAKE])[1] == []


# Files


@pytest.fixture
def read(tmp_path):
    """Writes text or bytes as a file and reads it by a mapping: native ids by place, reasons by place."""

    def read(data, name="runs.json", **tables):
        file = tmp_path / name
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        items = list(mapped_source(mapping(**tables)).read(file, "shop", Progress()))
        assert {item.place.path for item in items} <= {str(file)}
        return (
            {item.place.line: item.trace.native_id for item in items if isinstance(item, IncomingTrace)},
            {item.place.line: item.reason for item in items if isinstance(item, Rejected)},
        )

    return read


ONE, TWO = '{"id": "1", "q": "a"}', '{"id": "2", "q": "b"}'


@pytest.mark.parametrize(
    ("text", "name", "each", "places"),
    [
        (f"{ONE}\n\n{TWO}\n", "a.jsonl", None, [1, 3]),
        (f"{ONE}\n{TWO}\n", "a.txt", "$", [1, 2]),
        (f"[{ONE},\n{TWO}]", "a.json", None, [1, 2]),
        (f"[\n{ONE},\n{TWO}\n]", "a.json", "$[*]", [1, 2]),
        (f'{{"items":[\n{ONE},\n{TWO}\n]}}', "a.json", "$.items[*]", [1, 2]),
        (f'{{\n  "a": {{"b": [\n{ONE}, {TWO}]}}}}', "a.json", "$.a.b[*]", [1, 2]),
        (f'{{"x": {{"p": {ONE}, "q": {TWO}}}}}', "a.json", "$.x[*]", [1, 2]),
        (f'[{{"r": [{ONE}]}}, {{"r": [{TWO}]}}]', "a.json", "$[*].r[*]", [1, 2]),
        (f'{{"r": [{ONE}]}}\n{{"r": [{TWO}]}}', "a.json", "$.r[*]", [1, 2]),
        (f"[{ONE}]\n[{TWO}]\n", "a.jsonl", "$[*]", [1, 2]),
        (f"[[{ONE}, {TWO}]]", "a.json", "$[0][*]", [1, 2]),
    ],
)
def test_records_are_found_in_every_layout(read, text, name, each, places):
    tables = {"records": {"each": each}} if each else {}
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), gzip.compress(text.encode())):
        assert read(data, name, **tables) == (dict(zip(places, ("1", "2"), strict=True)), {})


def test_a_file_of_one_record_over_many_lines_is_one_record(read):
    for data in (
        json.dumps(json.loads(ONE), indent=4).encode(),
        json.dumps(json.loads(ONE), indent=1).encode("utf-16"),
    ):
        assert read(data) == ({1: "1"}, {})


def test_a_damaged_line_costs_only_itself(read):
    traces, refused = read(f'{{"id": "0", "q\n{ONE}\nnonsense\n{TWO}\n{{"id": "3"')
    assert traces == {2: "1", 4: "2"}
    assert set(refused) == {1, 3, 5}


@pytest.mark.parametrize(
    ("text", "each", "told"),
    [
        ('{"items": []}', "$.records[*]", "“$.records[*]” leads nowhere."),
        ('{"items": 5}', "$.items[*]", "“$.items” is not a list, as “$.items[*]” has it."),
        ('{"items": [', "$.items[*]", "The record is cut off: it ends in the middle."),
        ('{"one": 1}', "$.two", "“$.two” leads nowhere."),
    ],
)
def test_a_file_without_records_says_why(read, text, each, told):
    assert read(text, records={"each": each}) == ({}, {1: told})


def test_an_empty_list_holds_no_records(read):
    assert read('{"items": []}', records={"each": "$.items[*]"}) == ({}, {})
    assert read("[]") == ({}, {})


def test_a_compressed_file_that_breaks_off_keeps_what_came_before(read):
    text = "\n".join(json.dumps({"id": str(n), "q": str(n) * 500}) for n in range(400)).encode()
    traces, refused = read(gzip.compress(text)[:-200], "a.jsonl.gz")
    assert len(traces) > 10
    assert list(refused.values())[-1] == "The compressed file is cut off or damaged from here on."


def test_a_file_that_cannot_be_opened_is_told_in_a_sentence(tmp_path):
    with pytest.raises(Unavailable, match="could not be read"):
        list(mapped_source(mapping()).read(tmp_path / "nothing.json", "s", Progress()))


def test_progress_can_be_cancelled(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text(f"{ONE}\n{TWO}\n")
    progress = Progress()
    items = mapped_source(mapping()).read(file, "s", progress)
    next(items)
    progress.cancel()
    with pytest.raises(Cancelled):
        next(items)


# Tables


def rows(*given, **tables):
    source = mapped_table(mapping(**tables))
    assert source.recognises(["anything"])
    return list(source.read([(Path("t.csv"), iter(given))], "shop", Progress()))


def test_the_rows_of_a_table_are_records_and_empty_cells_are_missing():
    got, missing, bad = rows(
        {"id": "1", "q": "a", "score": "0.5", "lang": "", "other": "x"},
        {"id": "2", "q": "b", "score": "", "lang": None, "other": ""},
        {"id": "3", "q": "", "score": "1", "lang": "en", "other": ""},
        metrics=[{"name": "=m", "value": "$.score"}],
        trace={**PLAIN, "language": "$.lang"},
    )
    assert (got.trace.metrics[0].value, got.trace.language, got.trace.metadata) == (0.5, None, {"other": "x"})
    assert (missing.trace.metrics, missing.place) == ((), Place("t.csv", 2))
    assert isinstance(bad, Rejected)


def test_json_in_a_cell_is_opened_where_the_mapping_says():
    table = {"records": {"json_text": ["chat"]}, "trace": {"id": "$.id"}, "messages": {"each": "$.chat[*]"}}
    good, bad = rows(
        {"id": "1", "chat": json.dumps(CHAT)}, {"id": "2", "chat": json.dumps(CHAT)[:-9]}, **table
    )
    assert len(good.trace.input) == 5
    assert bad.reason == "“chat”: The record is cut off: it ends in the middle."


# Whatever comes

KEYS = ["id", "q", "r", "h", "role", "content", "name", "at", "v", "x", "tool_calls", "function"]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
json_values = st.recursive(
    SCALARS | st.sampled_from(["NaN", "user", "1", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)
EVERYTHING = mapping(
    trace={
        "id": ["$.id", "#sha256"], "input": "$.q", "output": "$.v", "started_at": "$.at", "tags": "$.x",
        "cost_usd": "$.name", "error": "$.r", "tokens": {"input": "$.v"}, "prompt": {"name": "{id}-{q}"},
    },
    steps=[{"each": "$.h[*]", "kind": "@.role", "output": "@.content", "documents": {"each": "@.x[*]"}}],
    metrics=[{"each": "$.x[*]", "name": "#key", "value": "@"}],
    behaviour=[{"kind": "$.name", "value": "$.v"}],
    reviews=[{"each": "$.r[*]", "criterion": "@.name", "value": "@.v", "rater": "@.role"},
             {"criterion": "=c", "step": "$.at", "note": "$.q"}],
)  # fmt: skip
TALK = mapping(
    trace={"id": "#sha256"}, messages={"each": "$.h[*]", "name": "@.x"}, metadata={"drop": ["$.q"]}
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(json_values)
def test_no_record_stops_an_import(record):
    for one in (EVERYTHING, TALK):
        items = list(incoming(one, json.loads(json.dumps(record)), "s", Place("f", 1)))
        assert items
        for item in items:
            if isinstance(item, IncomingTrace):
                assert (
                    Trace.model_validate_json(item.trace.canonical_json()).native_id == item.trace.native_id
                )
            elif isinstance(item, Rejected):
                assert item.reason.endswith(".")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=120),
    st.sampled_from([None, "$", "$[*]", "$.a[*]"]),
    st.sampled_from(["a.json", "a.jsonl"]),
)
def test_no_bytes_stop_an_import(read, data, each, name):
    read(data, name, **({"records": {"each": each}} if each else {}))


@given(json_values, st.lists(st.lists(st.sampled_from(["id", "q", "r", "h"]), max_size=3), max_size=4))
def test_the_rest_is_the_record_without_what_was_taken(record, along):
    left = rest_of(record, taken(path(written(keys)) for keys in along))
    for keys in along:
        found = path(written(keys)).value(left)
        assert found is None or found == {} or not keys
    if not along:
        assert left == record or repr(left) == repr(record)
