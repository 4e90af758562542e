"""The long layout: every answer as it is, in columns that never change their order."""

from assay.base.registry import kinds
from assay.exports.long import KIND
from assay.model.kinds import ExportLayout

CONTRACT = [
    *("trace_id", "source", "native_trace_id", "session_id", "step_id", "rater", "rater_kind", "criterion"),
    *(
        "kind",
        "value",
        "passed",
        "note",
        "reason",
        "correction",
        "spans",
        "codes",
        "rubric",
        "rubric_version",
    ),
    *("question_sha256", "created_at", "updated_at", "seconds", "blind", "revealed_at", "repeat_of"),
    *("sample_plan", "sample_date", "seed", "stratum", "inclusion_probability", "trace_sha256", "model"),
    *("prompt_name", "prompt_version", "dataset_name", "dataset_version", "app_version", "missing_reason"),
]


def test_the_columns_are_those_scripts_rely_on():
    assert list(KIND.columns) == CONTRACT


def test_every_answer_passes_through_in_its_order_without_what_is_no_column():
    rows = [
        {"trace_id": "t-1", "rater": "ann", "criterion": "helps", "value": "pass", "input": "a long prompt"},
        {
            "trace_id": "t-1",
            "rater": "bob",
            "criterion": "helps",
            "value": None,
            "missing_reason": "cannot_judge",
        },
    ]
    made = list(KIND.rows(rows))
    assert [(row["rater"], row["value"], row["missing_reason"]) for row in made] == [
        ("ann", "pass", None),
        ("bob", None, "cannot_judge"),
    ]
    assert [list(row) for row in made] == [CONTRACT, CONTRACT]


def test_the_layouts_are_found_by_name():
    assert {"long", "gold"} <= set(kinds("exports", ExportLayout))
