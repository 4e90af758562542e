"""Which step is meant: a place counted from 0, and neither a quantity nor a verdict."""

import pytest

from assay.base.registry import kinds
from assay.criteria.steps import KIND
from assay.model.criterion import Criterion
from assay.model.kinds import QuestionKind

MISTAKE = Criterion(name="mistake", kind="steps", question="Where did it go wrong?")


def test_the_kind_is_found_and_its_agreement_is_nominal():
    found = kinds("criteria", QuestionKind)["steps"]
    assert (found, found.level, found.control) == (KIND, "nominal", "text")


@pytest.mark.parametrize("value", ["0", "8", "130"])
def test_the_place_of_a_step_is_an_answer(value):
    assert KIND.check(MISTAKE, value) is None
    assert (KIND.number(MISTAKE, value), KIND.passed(MISTAKE, value)) == (None, None)


@pytest.mark.parametrize("value", ["", "-1", "08", "1.5", "eight", "٣", " 8", "8\n", "9999999", "[8]"])
def test_anything_else_is_told_in_a_sentence(value):
    assert KIND.check(MISTAKE, value) == (
        f"“{value}” is no step, which “mistake” asks for. Give its number, counted from 0."
    )
