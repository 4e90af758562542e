"""What is an answer to a question, what it is as a number, and whether it counts as good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.base.registry import kinds
from assay.criteria import binary, choice, number, scale, text
from assay.model.criterion import Criterion, Option
from assay.model.kinds import QuestionKind

PASS_FAIL = Criterion(name="pass", question="Does it do its job?")
WRONG = Criterion(
    name="factually_wrong",
    question="Is anything wrong?",
    options=(Option(value="no", label="No", passes=True), Option(value="yes", label="Yes", passes=False)),
)
OVERALL = Criterion(
    name="overall",
    kind="scale",
    question="Overall",
    options=tuple(Option(value=str(step), label=f"step {step}") for step in range(1, 6)),
    pass_mark=4,
)
BOUNDED = Criterion(name="stars", kind="scale", question="Stars", minimum=0, maximum=10)
WORDS = Criterion(
    name="tone",
    kind="scale",
    question="Tone",
    options=tuple(Option(value=value, label=value) for value in ("cold", "fair", "warm")),
    pass_mark=2,
)
TOPIC = Criterion(
    name="topic",
    kind="choice",
    question="Topic",
    options=(Option(value="refund", label="Refund"), Option(value="1", label="Other", passes=False)),
)
MINUTES = Criterion(name="minutes", kind="number", question="Minutes", minimum=0, maximum=60, pass_mark=2.5)
WHY = Criterion(name="why", kind="text", question="Why?")


def test_all_kinds_are_found_with_the_level_their_agreement_is_measured_at():
    found = kinds("criteria", QuestionKind)
    levels = {name: found[name].level for name in ("binary", "scale", "choice", "number", "text")}
    assert levels == {
        "binary": "nominal",
        "scale": "ordinal",
        "choice": "nominal",
        "number": "interval",
        "text": "nominal",
    }
    assert {name: kind.control for name, kind in found.items() if name in levels} == {
        "binary": "options",
        "scale": "scale",
        "choice": "options",
        "number": "number",
        "text": "text",
    }


@pytest.mark.parametrize(
    ("kind", "criterion", "value"),
    [
        *((binary.KIND, PASS_FAIL, "pass"), (binary.KIND, PASS_FAIL, "fail"), (binary.KIND, WRONG, "no")),
        *((scale.KIND, OVERALL, "5"), (scale.KIND, BOUNDED, "0"), (scale.KIND, BOUNDED, "10")),
        *((scale.KIND, WORDS, "warm"), (choice.KIND, TOPIC, "refund"), (text.KIND, WHY, "because")),
        *((number.KIND, MINUTES, "2.5"), (number.KIND, MINUTES, "60"), (number.KIND, MINUTES, "1e1")),
    ],
)
def test_an_answer_is_taken(kind: QuestionKind, criterion: Criterion, value: str):
    assert kind.check(criterion, value) is None


@pytest.mark.parametrize(
    ("kind", "criterion", "value", "told"),
    [
        (binary.KIND, PASS_FAIL, "maybe", "“maybe” is not an answer to “pass”. The answers are pass, fail."),
        (
            binary.KIND,
            WRONG,
            "pass",
            "“pass” is not an answer to “factually_wrong”. The answers are no, yes.",
        ),
        (scale.KIND, OVERALL, "6", "“6” is not an answer to “overall”. The answers are 1, 2, 3, 4, 5."),
        (scale.KIND, OVERALL, "4.0", "“4.0” is not an answer to “overall”. The answers are 1, 2, 3, 4, 5."),
        (scale.KIND, BOUNDED, "11", "“stars” ends at 10."),
        (scale.KIND, BOUNDED, "-1", "“stars” begins at 0."),
        (scale.KIND, BOUNDED, "2.5", "“2.5” is not a whole number, which “stars” asks for."),
        (choice.KIND, TOPIC, "weather", "“weather” is not an answer to “topic”. The answers are refund, 1."),
        (choice.KIND, WHY, "a", "The question “why” has no options to choose from."),
        (number.KIND, MINUTES, "61", "61 is too large for “minutes”: the most is 60."),
        (number.KIND, MINUTES, "-1", "-1 is too small for “minutes”: the least is 0."),
        (number.KIND, MINUTES, "soon", "“soon” is not a number. Write one such as 3 or 2.5."),
        (text.KIND, WHY, "  \n", "“why” asks for a few words."),
        (text.KIND, WHY, "a\0b", "The words for “why” hold a character that cannot be kept (NUL)."),
    ],
)
def test_what_is_no_answer_is_told_in_a_sentence(
    kind: QuestionKind, criterion: Criterion, value: str, told: str
):
    assert kind.check(criterion, value) == told


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1_0", "٣", "1,5", "", "0x10", "1e999"])
def test_numbers_that_other_programs_would_not_read_are_no_numbers(value: str):
    assert number.KIND.check(MINUTES, value)
    assert number.KIND.number(MINUTES, value) is None


@pytest.mark.parametrize(
    ("kind", "criterion", "value", "figure", "passed"),
    [
        *((binary.KIND, PASS_FAIL, "pass", 1.0, True), (binary.KIND, PASS_FAIL, "fail", 0.0, False)),
        *((binary.KIND, WRONG, "no", 1.0, True), (binary.KIND, WRONG, "yes", 0.0, False)),
        *((binary.KIND, PASS_FAIL, "maybe", None, None), (scale.KIND, OVERALL, "4", 4.0, True)),
        *((scale.KIND, OVERALL, "3", 3.0, False), (scale.KIND, BOUNDED, "7", 7.0, None)),
        *((scale.KIND, WORDS, "fair", 2.0, True), (scale.KIND, WORDS, "cold", 1.0, False)),
        *((scale.KIND, WORDS, "5", None, None), (scale.KIND, OVERALL, "6", None, None)),
        *((scale.KIND, WORDS, "icy", None, None), (choice.KIND, TOPIC, "refund", None, None)),
        *((choice.KIND, TOPIC, "1", None, False), (choice.KIND, TOPIC, "x", None, None)),
        *((number.KIND, MINUTES, "2.5", 2.5, True), (number.KIND, MINUTES, "2.4", 2.4, False)),
        *((number.KIND, MINUTES, "soon", None, None), (text.KIND, WHY, "5", None, None)),
    ],
)
def test_an_answer_as_a_number_and_as_a_verdict(
    kind: QuestionKind, criterion: Criterion, value: str, figure: float | None, passed: bool | None
):
    assert (kind.number(criterion, value), kind.passed(criterion, value)) == (figure, passed)


def test_what_a_step_says_of_itself_comes_before_the_pass_mark():
    criterion = OVERALL.model_copy(
        update={"options": (Option(value="1", label="1", passes=True), Option(value="5", label="5"))}
    )
    assert (scale.KIND.passed(criterion, "1"), scale.KIND.passed(criterion, "5")) == (True, True)


def test_a_word_on_a_scale_of_numbers_is_no_number():
    options = (*OVERALL.options, Option(value="unsure", label="Unsure"))
    assert scale.KIND.number(OVERALL.model_copy(update={"options": options}), "unsure") is None


def test_a_number_without_a_pass_mark_says_nothing_of_good_and_bad():
    criterion = MINUTES.model_copy(update={"pass_mark": None, "minimum": None, "maximum": None})
    assert number.KIND.check(criterion, "-1e6") is None
    assert number.KIND.passed(criterion, "60") is None


def test_a_binary_question_without_options_of_its_own_asks_pass_or_fail():
    assert [option.value for option in binary.options(PASS_FAIL)] == ["pass", "fail"]
    assert [option.value for option in binary.options(WRONG)] == ["no", "yes"]


@given(st.text())
def test_nothing_people_type_breaks_a_question(value: str):
    for kind, criterion in [
        *((binary.KIND, PASS_FAIL), (scale.KIND, OVERALL), (scale.KIND, BOUNDED), (scale.KIND, WORDS)),
        *((choice.KIND, TOPIC), (number.KIND, MINUTES), (text.KIND, WHY)),
    ]:
        if kind.check(criterion, value) is not None and kind is not number.KIND:
            assert kind.passed(criterion, value) is None
        kind.number(criterion, value)


@given(st.floats(min_value=0, max_value=60))
def test_every_number_within_the_bounds_is_taken_as_it_is(value: float):
    assert number.KIND.check(MINUTES, repr(value)) is None
    assert number.KIND.number(MINUTES, repr(value)) == value
