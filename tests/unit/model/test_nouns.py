"""The nouns: a trace is what it says and nothing else; a question's fingerprint follows its wording."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from assay.base.ids import sha256, trace_uid
from assay.model.criterion import Criterion, Option
from assay.model.review import JUDGING, Act
from assay.model.rubric import Rubric, question_sha256
from assay.model.trace import Message, Metric, Part, Trace, text_message

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_trace_survives_its_own_writing_down():
    trace = Trace(
        source="shop", native_id="Ü|'\"\\", started_at=NOW, input=(text_message("user", "a\nb"),), tags=("x",),
        metrics=(Metric(name="m", value=0.1),), metadata={"deep": {"list": [1, None, "ü"]}},
    )  # fmt: skip
    again = Trace.model_validate_json(trace.canonical_json())
    assert again.canonical_json() == trace.canonical_json()
    assert again.content_sha256() == sha256(trace.canonical_json())
    assert again.uid == trace_uid("shop", "Ü|'\"\\")


def test_any_change_of_content_changes_the_fingerprint():
    trace = Trace(source="s", native_id="t")
    changed = [trace.model_copy(update={"model": "m"}), trace.model_copy(update={"metadata": {"a": 1}})]
    assert len({one.content_sha256() for one in (trace, *changed)}) == 3


def test_a_trace_cannot_be_changed_and_takes_nothing_it_has_no_word_for():
    trace = Trace(source="s", native_id="t")
    with pytest.raises(ValidationError):
        trace.model = "m"
    with pytest.raises(ValidationError):
        Trace(source="s", native_id="t", colour="red")


def test_a_message_says_its_texts_alone():
    message = Message(
        role="user",
        parts=(Part(text="one"), Part(kind="json", data={"a": 1}), Part(text=""), Part(text="two")),
    )
    assert message.text == "one\n\ntwo"


def test_the_day_of_a_trace_is_that_of_its_beginning():
    assert Trace(source="s", native_id="t").day is None
    late = datetime(2026, 11, 23, 23, 0, tzinfo=timezone(timedelta(hours=-2)))
    assert Trace(source="s", native_id="t", started_at=late).day.isoformat() == "2026-11-23"


def test_a_questions_fingerprint_follows_its_wording_and_options():
    plain = Criterion(name="c", question="Is it good?")
    assert question_sha256(plain) == question_sha256(Criterion(name="c", question="Is it good?"))
    changes = [
        {"question": "Is it very good?"},
        {"guideline": "Look twice."},
        {"options": (Option(value="y", label="Yes"),)},
        {"pass_mark": 3.0},
    ]
    others = [plain.model_copy(update=change) for change in changes]
    assert len({question_sha256(one) for one in (plain, *others)}) == 5


def test_a_rubric_gives_its_questions_in_order():
    questions = [Criterion(name=name, question=name) for name in ("b", "a")]
    rubric = Rubric(
        name="r", criteria_json=[one.model_dump(mode="json") for one in questions], created_at=NOW
    )
    assert [one.name for one in rubric.criteria] == ["b", "a"]
    assert rubric.criterion("a") == questions[1]
    assert rubric.criterion("c") is None


def test_undo_and_redo_and_flags_judge_nothing():
    assert set(Act) - set(JUDGING) == {Act.FLAG, Act.UNFLAG, Act.UNDO, Act.REDO}
