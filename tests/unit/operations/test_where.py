"""The condition of an export: a few comparisons, and nothing that could run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.base.errors import Refused
from assay.operations.where import read_condition

COLUMNS = ("model", "value", "passed", "note", "seconds", "rater")
ROW = {"model": "gpt-4o", "value": "4", "passed": True, "note": None, "seconds": 12.5, "rater": "O'Neil = a"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("model == 'gpt-4o'", True),
        ("model = 'gpt-4o'", True),
        ('model = "gpt-4o" and passed', True),
        ("model != 'gpt-4o' or not passed", False),
        ("value >= 4", True),
        ("value > 4", False),
        ("'4' == value", True),
        ("3 < value < 5", True),
        ("value = -4", False),
        ("passed == true", True),
        ("passed = False", False),
        ("note == none", True),
        ("note != None", False),
        ("note > 3", False),
        ("model > 3", False),
        ("model in ('gpt-4o', 'x')", True),
        ("model not in ['x']", True),
        ("'gpt' in model", True),
        ("'x' in note", False),
        ("seconds <= 12.5", True),
        ('rater = "O\'Neil = a"', True),
        ("rater == 'O\\'Neil = a'", True),
        ("(passed and (value = 4))", True),
        ("1", True),
        ("none", False),
    ],
)
def test_a_condition_holds_or_does_not(text, holds):
    assert read_condition(text, COLUMNS)(ROW) is holds


@given(st.text(max_size=40))
def test_any_text_is_a_condition_or_is_refused(text):
    try:
        condition = read_condition(text, COLUMNS)
    except Refused:
        return
    assert condition(ROW) in (True, False)


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_a_text_in_quotes_is_nothing_but_text(word, other):
    assert read_condition(f"model == {word!r}", COLUMNS)({"model": word}) is True
    assert read_condition(f"model = {word!r}", COLUMNS)({"model": other}) is (word == other)
