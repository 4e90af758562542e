"""What the final label of a trace is, and how it was reached."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.base.errors import Bug
from assay.exports.gold import COLUMNS, KIND

_minutes = count()


def answer(value: str | None, rater: str | None = "ann", **more: Any) -> dict[str, Any]:
    made = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(minutes=next(_minutes))
    row: dict[str, Any] = {
        "trace_id": "t-1",
        "criterion": "helps",
        "kind": "binary",
        "rubric": "three-questions",
        "rater": rater,
        "rater_kind": "human",
        "value": value,
        "passed": {"pass": True, "fail": False}.get(value or ""),
        "created_at": made,
    }
    return {**row, **more}


def gold(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return list(KIND.rows(rows))


def only(*rows: dict[str, Any]) -> dict[str, Any]:
    (row,) = gold(*rows)
    return row


def test_one_reviewer_alone_gives_the_label():
    row = only(answer("fail"))
    assert (row["label"], row["passed"], row["reached_by"]) == ("fail", False, "single")
    assert (row["raters"], row["ratings"], row["agreement"], row["values"]) == (1, 1, 1.0, ["fail"])


def test_reviewers_who_all_agree_are_unanimous():
    row = only(answer("pass"), answer("pass", "bob"), answer("pass", "eve"))
    assert (row["label"], row["passed"], row["reached_by"], row["agreement"]) == (
        "pass",
        True,
        "unanimous",
        1.0,
    )


def test_two_of_three_are_a_majority_and_the_share_says_so():
    row = only(answer("pass"), answer("fail", "bob"), answer("pass", "eve"))
    assert (row["label"], row["passed"], row["reached_by"]) == ("pass", True, "majority")
    assert row["agreement"] == pytest.approx(2 / 3)
    assert row["values"] == ["pass", "fail", "pass"]


def test_a_tie_has_no_label_and_no_invented_winner():
    row = only(answer("pass"), answer("fail", "bob"))
    assert (row["label"], row["passed"], row["reached_by"], row["agreement"]) == (None, None, "tie", None)
    assert (row["raters"], row["values"]) == (2, ["pass", "fail"])


def test_two_labels_that_lead_together_are_a_tie_whatever_the_third_says():
    values = [("a", "1"), ("b", "2"), ("a", "3"), ("b", "4"), ("c", "5")]
    row = only(*(answer(value, rater, kind="choice") for value, rater in values))
    assert (row["label"], row["reached_by"]) == (None, "tie")


def test_an_adjudication_settles_a_tie():
    row = only(answer("pass"), answer("fail", "bob"), answer("fail", "lead", rater_kind="adjudicated"))
    assert (row["label"], row["passed"], row["reached_by"], row["agreement"]) == (
        "fail",
        False,
        "adjudicated",
        0.5,
    )
    assert (row["raters"], row["ratings"], row["values"]) == (2, 2, ["pass", "fail"])


def test_an_adjudication_wins_against_everybody():
    row = only(answer("pass"), answer("pass", "bob"), answer("fail", "lead", rater_kind="adjudicated"))
    assert (row["label"], row["passed"], row["reached_by"], row["agreement"]) == (
        "fail",
        False,
        "adjudicated",
        0.0,
    )


def test_of_two_adjudications_the_later_counts():
    later = datetime(2026, 11, 22, tzinfo=UTC)
    row = only(
        answer("pass", "lead", rater_kind="adjudicated", created_at=later),
        answer("fail", "lead", rater_kind="adjudicated", created_at="2026-11-21T00:00:00Z"),
    )
    assert (row["label"], row["raters"], row["agreement"]) == ("pass", 0, None)


def test_who_could_not_judge_is_not_counted_as_a_fail():
    row = only(answer("pass"), answer(None, "bob", missing_reason="cannot_judge"), answer("", "eve"))
    assert (row["label"], row["reached_by"], row["ratings"]) == ("pass", "single", 1)


def test_a_trace_nobody_could_judge_has_no_gold_row():
    skipped = answer(None, criterion=None, missing_reason="cannot_judge")
    assert gold(skipped, answer(None)) == []


def test_a_hidden_repeat_is_no_second_vote():
    row = only(answer("fail", "bob"), answer("pass"), answer("pass", repeat_of=7))
    assert (row["label"], row["reached_by"], row["raters"], row["ratings"]) == (None, "tie", 2, 3)


def test_a_repeat_never_replaces_the_first_answer():
    assert only(answer("fail"), answer("pass", repeat_of=7))["label"] == "fail"


def test_a_reviewer_has_one_vote_and_the_newer_answer_is_it():
    newer, older = answer("pass"), answer("fail", created_at=datetime(2026, 11, 1, tzinfo=UTC))
    row = only(newer, older, answer("pass", "bob"))
    assert (row["label"], row["reached_by"], row["raters"]) == ("pass", "unanimous", 2)


def test_reviewers_without_a_name_count_one_each():
    row = only(answer("pass", None), answer("pass", None), answer("fail", None))
    assert (row["label"], row["reached_by"], row["raters"]) == ("pass", "majority", 3)


def test_numbers_that_differ_give_their_mean():
    row = only(answer("2", kind="number"), answer("3.5", "bob", kind="number"))
    assert (row["label"], row["reached_by"], row["mean"], row["agreement"]) == ("2.75", "mean", 2.75, None)


def test_a_mean_that_is_whole_is_written_whole():
    row = only(answer("2", kind="number"), answer("4", "bob", kind="number"))
    assert (row["label"], row["mean"]) == ("3", 3.0)


def test_numbers_that_agree_are_unanimous():
    assert only(answer("2", kind="number"), answer("2", "bob", kind="number"))["reached_by"] == "unanimous"


def test_the_mean_of_a_scale_is_never_its_label():
    row = only(*(answer(value, rater, kind="scale") for value, rater in [("4", "a"), ("4", "b"), ("5", "c")]))
    assert (row["label"], row["reached_by"]) == ("4", "majority")
    assert row["mean"] == pytest.approx(13 / 3)
    tie = only(answer("4", "a", kind="scale", passed=True), answer("5", "b", kind="scale", passed=True))
    assert (tie["label"], tie["mean"]) == (None, 4.5)
    assert tie["passed"] is True  # both steps pass, so this much is agreed


def test_words_that_differ_have_no_winner():
    row = only(answer("too long", kind="text"), answer("dull", "bob", kind="text"))
    assert (row["label"], row["reached_by"], row["mean"]) == (None, "tie", None)


def test_a_mean_of_answers_that_are_no_numbers_is_not_made():
    assert only(answer("low", "a", kind="scale"), answer("high", "b", kind="scale"))["mean"] is None


def test_questions_come_in_order_and_rubrics_are_not_mixed():
    rows = gold(
        answer("pass", criterion="would_use"),
        answer("pass", criterion="helps", rubric="b"),
        answer("fail", criterion="helps", rubric="a"),
    )
    assert [(row["criterion"], row["rubric"], row["label"]) for row in rows] == [
        ("helps", "a", "fail"),
        ("helps", "b", "pass"),
        ("would_use", "three-questions", "pass"),
    ]


def test_an_answer_about_one_step_is_no_vote_on_the_trace():
    rows = gold(answer("pass"), answer("fail", "bob", step_id="s-3"))
    assert [(row["step_id"], row["label"]) for row in rows] == [(None, "pass"), ("s-3", "fail")]


def test_answers_under_two_wordings_count_together_and_the_row_says_so():
    row = only(
        answer("pass", question_sha256="aa", rubric_version=1),
        answer("pass", "bob", question_sha256="bb", rubric_version=2),
    )
    assert (row["wordings"], row["rubric_version"], row["question_sha256"]) == (2, 2, "bb")
    assert only(answer("pass"))["wordings"] == 1


def test_the_weight_is_the_number_of_traces_one_speaks_for():
    drawn = {"sample_plan": "daily", "seed": "s|2026-11-20", "stratum": "", "inclusion_probability": 0.05}
    row = only(answer("pass", "guest"), answer("pass", **drawn))
    assert (row["weight"], row["seed"], row["inclusion_probability"]) == (20.0, "s|2026-11-20", 0.05)
    assert only(answer("pass"))["weight"] is None
    assert only(answer("pass", inclusion_probability=0))["weight"] is None


def test_the_row_carries_what_was_judged_and_where_it_came_from():
    about = {
        "source": "shop",
        "native_trace_id": "t-1",
        "session_id": "s-1",
        "input": "Hi",
        "output": "Hello",
        "model": "m-1",
        "prompt_name": "answer",
        "prompt_version": "3",
        "dataset_name": "d",
        "dataset_version": "1",
        "trace_sha256": "ff",
        "app_version": "0.1.0",
    }
    row = only(answer("pass", **about))
    assert {name: row[name] for name in about} == about
    assert tuple(row) == COLUMNS == KIND.columns


def test_notes_and_corrections_are_all_there_and_each_once():
    row = only(
        answer("fail", note="wrong date", correction="May"),
        answer("fail", "bob", note="wrong date", reason="invented"),
    )
    assert (row["notes"], row["corrections"]) == (["wrong date", "invented"], ["May"])


def test_rows_are_made_trace_by_trace_and_never_all_at_once():
    pulled = []

    def endless():
        for number in count():
            pulled.append(number)
            yield answer("pass", trace_id=f"t-{number}")

    rows = KIND.rows(endless())
    assert [next(rows)["trace_id"] for _ in range(3)] == ["t-0", "t-1", "t-2"]
    assert len(pulled) <= 5


def test_a_trace_whose_rows_stand_apart_is_a_fault_of_ours_and_not_two_labels():
    with pytest.raises(Bug, match="t-1"):
        gold(answer("pass"), answer("pass", trace_id="t-2"), answer("fail", "bob"))


@given(st.lists(st.sampled_from(["pass", "fail", "unsure"]), min_size=1, max_size=9))
def test_a_label_is_the_single_most_frequent_answer_or_there_is_none(values: list[str]):
    row = only(*(answer(value, f"r{place}", kind="choice") for place, value in enumerate(values)))
    most = max(values.count(value) for value in values)
    leaders = {value for value in values if values.count(value) == most}
    assert (row["label"] in leaders) if len(leaders) == 1 else (row["label"] is None)
    assert row["agreement"] == (most / len(values) if len(leaders) == 1 else None)


@given(st.permutations(["pass", "pass", "fail", "fail", "fail"]))
def test_the_order_of_the_reviewers_does_not_matter(values: list[str]):
    row = only(*(answer(value, f"r{place}") for place, value in enumerate(values)))
    assert (row["label"], row["passed"], row["agreement"]) == ("fail", False, 0.6)
