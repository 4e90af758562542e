"""The long layout: one row is one reviewer's answer to one criterion on one trace.

What this writes, ``import-reviews`` reads. An act without an answer (a trace that could not be judged) has no
``value``; ``missing_reason`` then says why.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assay.base.translation import tr
from assay.model.kinds import ExportLayout

COLUMNS = (
    *("trace_id", "source", "native_trace_id", "session_id", "step_id"),
    *("rater", "rater_kind", "criterion", "kind", "value", "passed"),
    *("note", "reason", "correction", "spans", "codes"),
    *("rubric", "rubric_version", "question_sha256"),
    *("created_at", "updated_at", "seconds", "blind", "revealed_at", "repeat_of"),
    *("sample_plan", "sample_date", "seed", "stratum", "inclusion_probability"),
    *(
        "trace_sha256",
        "model",
        "prompt_name",
        "prompt_version",
        "dataset_name",
        "dataset_version",
        "app_version",
    ),
    "missing_reason",
)


def _rows(labelled: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in labelled:
        yield {column: row.get(column) for column in COLUMNS}


KIND = ExportLayout(name="long", title=tr("One row for each reviewer's answer"), columns=COLUMNS, rows=_rows)
