"""What a question is taken for when only its answers are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.base.registry import kinds
from assay.criteria.inferred import infer_criterion
from assay.model.kinds import QuestionKind

KINDS = kinds("criteria", QuestionKind)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        *(
            (["pass", "fail"], "binary"),
            (["a", "b"], "binary"),
            (["0", "1"], "binary"),
            (["3", "7"], "binary"),
        ),
        *((["1", "2", "3"], "scale"), (["0", "5", "10"], "scale"), (["-2", "0", "2"], "scale")),
        *(([str(n) for n in range(11)], "scale"), ([str(n) for n in range(12)], "number")),
        *((["1", "5", "12"], "number"), (["1", "2.5", "4"], "number"), (["0.1", "0.2", "0.3"], "number")),
        *((["a", "b", "c"], "choice"), (["1", "2", "n/a"], "choice"), (["1", "two", "3"], "choice")),
        *((["4"], "scale"), (["pass"], "binary"), (["No"], "binary"), (["0"], "binary"), (["1"], "binary")),
        *((["refund"], "choice"), (["good"], "choice"), (["2.5"], "number"), ([], "choice")),
    ],
)
def test_the_answers_decide_the_kind(values: list[str], kind: str):
    assert infer_criterion("q", values).kind == kind


@pytest.mark.parametrize(
    ("values", "passing"),
    [
        *((["fail", "pass"], "pass"), (["no", "yes"], "yes"), (["false", "true"], "true"), (["0", "1"], "1")),
        *((["bad", "good"], "good"), (["incorrect", "correct"], "correct"), (["FAIL", "Pass"], "Pass")),
        *((["good", "incorrect"], "good"),),
    ],
)
def test_of_two_known_words_the_good_one_passes_and_stands_first(values: list[str], passing: str):
    options = infer_criterion("q", values).options
    assert [(option.value, option.passes) for option in options] == [
        (passing, True),
        (next(value for value in values if value != passing), False),
    ]


@pytest.mark.parametrize("values", [["b", "a"], ["pass", "unsure"], ["yes", "pass"], ["3", "7"]])
def test_of_two_unknown_answers_neither_passes(values: list[str]):
    options = infer_criterion("q", values).options
    assert [(option.value, option.passes) for option in options] == [
        (value, None) for value in sorted(values)
    ]


@pytest.mark.parametrize(
    ("value", "options"),
    [("fail", ["pass", "fail"]), ("Yes", ["Yes", "No"]), ("FALSE", ["TRUE", "FALSE"]), ("0", ["1", "0"])],
)
def test_a_known_word_alone_gets_its_counterpart(value: str, options: list[str]):
    assert [option.value for option in infer_criterion("q", [value, value]).options] == options


@pytest.mark.parametrize(
    ("values", "mark"),
    [("1234", 3), ("12345", 4), ("125", 4), ("123", 3), ("0123456789", 5)],
)
def test_the_upper_half_of_a_scale_passes(values: str, mark: int):
    criterion = infer_criterion("q", values)
    assert criterion.pass_mark == mark
    passed = [KINDS["scale"].passed(criterion, value) for value in "12"]
    assert passed == [False, False]
    assert KINDS["scale"].passed(criterion, max(values)) is True


def test_a_scale_has_all_steps_between_the_ends():
    criterion = infer_criterion("q", ["5", "1", "2", "5"])
    assert [option.value for option in criterion.options] == ["1", "2", "3", "4", "5"]
    assert (criterion.minimum, criterion.maximum) == (1, 5)


def test_a_scale_of_which_one_step_was_seen_has_no_pass_mark():
    criterion = infer_criterion("q", ["4"])
    assert ([option.value for option in criterion.options], criterion.pass_mark) == (["4"], None)


@pytest.mark.parametrize(
    ("values", "said", "kind"),
    [
        *((["1", "2"], "scale", "scale"), (["1"], "number", "number"), (["pass"], "choice", "choice")),
        *((["a b"], "text", "text"), (["a", "b"], "spans", "spans"), (["[]"], "steps", "steps")),
    ],
)
def test_what_the_file_says_counts(values: list[str], said: str, kind: str):
    assert infer_criterion("q", values, said).kind == kind


@pytest.mark.parametrize(
    ("values", "said", "kind"),
    [
        *((["a", "b", "c"], "binary", "choice"), (["low", "high", "mid"], "scale", "choice")),
        *(
            (["1", "many"], "number", "binary"),
            (["0", "50", "100"], "scale", "number"),
            (["a", "b"], "stars", "binary"),
        ),
    ],
)
def test_what_the_file_says_does_not_count_where_the_answers_cannot_be_of_it(
    values: list[str], said: str, kind: str
):
    assert infer_criterion("q", values, said).kind == kind


def test_several_ticked_options_become_options_of_their_own():
    criterion = infer_criterion("q", ['["a", "b"]', '["c"]', "d", '["a"]'], "choices")
    assert [option.value for option in criterion.options] == ["a", "b", "c", "d"]


def test_the_question_is_the_name_in_words():
    assert infer_criterion("factually_wrong", ["yes", "no"]).question == "Factually wrong"


@given(
    st.lists(st.sampled_from(["1", "2", "3", "9", "40", "2.5", "pass", "fail", "x", "-1", "0"]), min_size=1)
)
def test_every_answer_seen_is_an_answer_to_the_question_made_of_it(values: list[str]):
    criterion = infer_criterion("q", values)
    kind = KINDS[criterion.kind]
    assert [kind.check(criterion, value) for value in values] == [None] * len(values)
    assert infer_criterion("q", [*values, *values]) == criterion
