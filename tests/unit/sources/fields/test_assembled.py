"""A trace is put together from its steps, nothing is counted twice, and what was said is found."""

from datetime import UTC, datetime, timedelta

import pytest

from assay.model.trace import Metric, Step, Tokens
from assay.sources.fields.assembled import Told, assembled, check_time, lasted_ms, root_of
from assay.sources.fields.loose import Loose, embedded, merged, time_in
from assay.sources.fields.objects import Malformed
from assay.sources.fields.scored import answer, done, metric
from assay.sources.fields.spoken import spoken

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def step(name, parent=None, /, after=0, **more):
    begun = NOON + timedelta(seconds=after)
    return Step(id=name, parent_id=parent, started_at=begun, ended_at=begun + timedelta(seconds=1), **more)


def test_sums_are_those_of_the_deepest_steps_that_have_them():
    steps = [
        step("chain", tokens=Tokens(total=30), cost_usd=3.0),
        step("a", "chain", tokens=Tokens(total=10), cost_usd=1.0),
        step("b", "chain", tokens=Tokens(total=20)),
        step("c", "b", cost_usd=2.0),
    ]
    trace = assembled(Told("s", "t"), steps)
    assert (trace.tokens.total, trace.cost_usd) == (30, 3.0)


def test_what_the_store_says_itself_comes_first():
    told = Told("s", "t", {"tokens": Tokens(total=7), "latency_ms": 5.0, "name": None, "model": "said"})
    trace = assembled(
        told, [step("a", model="m", tokens=Tokens(total=9))], step("root", name="whole", model="r")
    )
    assert (trace.tokens.total, trace.latency_ms, trace.name, trace.model) == (7, 5, "whole", "said")


def test_the_model_is_the_one_that_spoke_last():
    steps = [step("b", after=2, kind="llm", model="second"), step("a", after=1, kind="llm", model="first")]
    steps.append(step("e", after=3, kind="embedding", model="vectors"))
    assert assembled(Told("s", "t"), steps).model == "second"


def test_a_trace_that_says_nothing_itself_says_what_its_model_calls_said():
    steps = [
        step("x", after=0, kind="tool", input="tool", output="tool"),
        step("a", after=1, kind="llm", input="asked", output="half"),
        step("b", after=2, kind="llm", input="again", output="answered"),
    ]
    trace = assembled(Told("s", "t"), steps)
    assert (trace.input[0].text, trace.output[0].text) == ("asked", "answered")


def test_metrics_of_the_root_are_metrics_of_the_trace():
    told = Told("s", "t", judged=[Metric(name="a", step_id="root"), Metric(name="b", step_id="x")])
    trace = assembled(told, [step("x", "root")], step("root"))
    assert [(m.name, m.step_id) for m in trace.metrics] == [("a", None), ("b", "x")]
    assert trace.steps[0].parent_id is None


def test_the_root_is_the_first_without_a_parent_that_is_there():
    assert root_of([step("b", "a"), step("a", "lost")]).id == "a"
    assert root_of([step("b", after=2), step("a", after=1)]).id == "a"
    assert root_of([step("a", "b"), step("b", "a")]) is None


def test_steps_in_a_circle_and_chains_without_end_are_summed_all_the_same():
    circle = [step("a", "b", tokens=Tokens(total=1)), step("b", "a", tokens=Tokens(total=2))]
    assembled(Told("s", "t"), circle)
    long = [step(str(n), str(n - 1), tokens=Tokens(total=n)) for n in range(5000)]
    assert assembled(Told("s", "t"), long).tokens.total == 4999


def test_a_time_that_cannot_be_read_is_refused_by_name():
    with pytest.raises(Malformed, match="begun"):
        check_time(Step(id="a", attributes={"begun": "soon"}), "begun")
    check_time(Step(id="a"), "begun")
    assert lasted_ms(NOON, NOON - timedelta(1)) is None


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("hi", [("user", "hi")]),
        ({"question": "hi"}, [("user", "hi")]),
        ('{"messages": [{"role": "user", "content": "hi"}]}', [("user", "hi")]),
        ('"hi"', [("user", "hi")]),
        ('{"a": 1}', [("user", '{"a": 1}')]),
        ([[{"type": "human", "content": "hi"}, {"type": "ai", "content": "ho"}]],
         [("user", "hi"), ("assistant", "ho")]),
        ({"type": "text", "content": "hi"}, [("user", "hi")]),
        (None, []),
        ([], []),
    ],
)  # fmt: skip
def test_what_was_said_is_found_in_every_shape(value, told):
    assert [(m.role, m.text) for m in spoken(value, "user")[0]] == told


def test_what_stands_beside_what_was_said_is_handed_back():
    heard, beside = spoken({"messages": [{"role": "user", "content": "hi"}], "model": "m"}, "user")
    assert (heard[0].text, beside) == ("hi", {"model": "m"})
    heard, beside = spoken({"a": 1, "b": 2}, "user")
    assert (heard[0].parts[0].data, beside) == ({"a": 1, "b": 2}, None)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2026-11-20T12:00:00Z", NOON),
        ("2026-11-20 12:00:00.000000000", NOON),
        ("2026-11-20T13:00:00+01:00", NOON),
        (1795176000, NOON),
        (1795176000.0, NOON),
        ("1795176000000", NOON),
        (1795176000000000, NOON),
        (1795176000000000000, NOON),
        (True, None),
        ("soon", None),
        (10**30, None),
        (float("inf"), None),
        ([], None),
    ],
)
def test_times_are_read_in_every_unit(value, told):
    assert time_in(value) == told


def test_taking_apart_never_refuses_and_leaves_what_does_not_fit():
    fields = Loose(
        {"a": None, "b": "", "n": "x", "m": "3.5", "l": "[1]", "o": '{"k": 1}', "t": ["x", 2], "w": [[]]}
    )
    assert (fields.text("a", "b"), fields.number("n", "m"), fields.whole("n")) == (None, 3.5, None)
    assert (fields.many("l"), fields.bag("o"), fields.words("t"), fields.words("w")) == (
        [1],
        {"k": 1},
        ("x", "2"),
        (),
    )
    assert fields.rest == {"n": "x", "w": [[]]}
    assert Loose(3).rest == {}


def test_nothing_is_overwritten_when_bags_are_merged():
    assert merged({"a": 1}, {"a": 2}, {"a": 3}, {"a": 1}) == {"a": 1, "a*": 2, "a**": 3}


def test_json_in_a_text_is_cleaned_like_any_other():
    assert embedded('["\\u0000", NaN]') == ["\ufffd", "NaN"]
    assert embedded("[" * 200 + "]" * 200) is None
    assert embedded("no json") is None


@pytest.mark.parametrize(
    ("value", "told"),
    [(4.0, "4"), (0.5, "0.5"), (True, "true"), (" yes ", "yes"), (["a"], '["a"]')]
    + [(nothing, None) for nothing in (None, "NaN", {}, [], " ")],
)  # fmt: skip
def test_a_value_is_an_answer_in_words(value, told):
    assert answer(value) == told


def test_a_number_that_a_text_spells_is_one_in_tables_alone():
    assert (metric("m", "0.5").value, metric("m", "0.5").label) == (None, "0.5")
    assert (metric("m", "0.5", spelled=True).value, metric("m", "0.5", spelled=True).label) == (0.5, None)
    assert metric("m", 10**400).metadata["native"].startswith("1000")
    both = metric("m", "a", label="b")
    assert (both.label, both.metadata["native"]) == ("b", "a")
    with pytest.raises(Malformed):
        metric(" ", 1)


def test_what_a_user_did_is_told_by_its_name_and_not_where_it_is_denied():
    assert done("Went-Manual", True, None).kind == "went_manual"
    assert done("edited", "as mended", None).final_text == "as mended"
    assert done("copied", 0, None) is None
    assert done("copied", False, None) is None
    assert done("helpful", 1, None) is None
