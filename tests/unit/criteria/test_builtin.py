"""The rubrics a workspace begins with."""

import re

from assay.base.registry import kinds
from assay.criteria.builtin import builtin_rubrics
from assay.model.criterion import Criterion
from assay.model.kinds import QuestionKind


def by_name(rubric: str) -> dict[str, Criterion]:
    return {criterion.name: criterion for criterion in builtin_rubrics()[rubric][1]}


def test_both_rubrics_are_there_with_their_titles():
    assert {name: title for name, (title, _) in builtin_rubrics().items()} == {
        "pass-fail": "Pass or fail",
        "three-questions": "Three questions and a mark",
    }


def test_pass_fail_asks_one_required_question_so_that_one_key_is_enough():
    (criterion,) = builtin_rubrics()["pass-fail"][1]
    assert (criterion.name, criterion.kind, criterion.required) == ("pass", "binary", True)
    assert criterion.question == "Does this answer do its job?"
    assert [(option.value, option.passes) for option in criterion.options] == [
        ("pass", True),
        ("fail", False),
    ]


def test_the_three_questions_are_the_ones_the_product_was_made_for():
    questions = by_name("three-questions")
    assert {name: criterion.question for name, criterion in questions.items()} == {
        "helps": "Does this response actually help?",
        "would_use": "Would you use this yourself?",
        "factually_wrong": "Is anything factually wrong?",
        "overall": "Overall",
    }
    for name in ("helps", "would_use"):
        assert [(o.value, o.label, o.passes) for o in questions[name].options] == [
            ("pass", "Yes", True),
            ("fail", "No", False),
        ]
    assert [(o.value, o.passes) for o in questions["factually_wrong"].options] == [
        ("no", True),
        ("yes", False),
    ]


def test_the_overall_mark_passes_from_four_of_five():
    overall, scale = by_name("three-questions")["overall"], kinds("criteria", QuestionKind)["scale"]
    assert [scale.passed(overall, step) for step in "12345"] == [False, False, False, True, True]
    assert all(option.label != option.value for option in overall.options)


def test_every_question_has_a_guideline_and_takes_its_own_options():
    found = kinds("criteria", QuestionKind)
    for _, criteria in builtin_rubrics().values():
        for criterion in criteria:
            assert len(criterion.guideline) > 60
            assert not re.search(r"[!]|annotator|\buser\b", criterion.guideline + criterion.question)
            assert [found[criterion.kind].check(criterion, option.value) for option in criterion.options] == [
                None
            ] * len(criterion.options)
