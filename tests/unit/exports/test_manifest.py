"""The manifest tells what a data set is made of, so that anyone can trace it back."""

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from assay.base.errors import Unavailable
from assay.criteria.builtin import builtin_rubrics
from assay.exports.manifest import file_entry, manifest, write_manifest
from assay.model.rubric import Rubric, question_sha256
from assay.model.sample import Draw

NOW = datetime(2026, 11, 20, 9, 15, tzinfo=UTC)


def draw() -> Draw:
    return Draw(
        plan="daily",
        plan_version=3,
        review_date=date(2026, 11, 20),
        seed="k3|2026-11-20",
        window="undrawn",
        size=20,
        population=412,
        strata_json=[{"stratum": "", "population": 412, "size": 20}],
        created_at=NOW,
    )


def content(**more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "created_at": NOW,
        "app_version": "0.1.0",
        "layout": "gold",
        "format_name": "csv",
        "columns": ("trace_id", "label"),
        "files": [],
        "counts": {"rows": 2, "traces": 2, "ratings": 3},
        "raters": {"bob": 1, "ann": 2},
    }
    return manifest(**{**given, **more})


def test_it_names_the_draws_with_their_seeds():
    (entry,) = content(draws=[draw()])["plans"]
    assert (entry["plan"], entry["seed"], entry["date"]) == ("daily", "k3|2026-11-20", "2026-11-20")
    assert (entry["size"], entry["population"], entry["stratify"]) == (20, 412, None)


def test_it_names_every_question_with_the_fingerprint_of_its_wording():
    title, criteria = builtin_rubrics()["three-questions"]
    kept = [criterion.model_dump(mode="json") for criterion in criteria]
    rubric = Rubric(name="three-questions", version=2, title=title, criteria_json=kept, created_at=NOW)
    (entry,) = content(rubrics=[rubric])["rubrics"]
    assert (entry["name"], entry["version"]) == ("three-questions", 2)
    assert [question["question_sha256"] for question in entry["questions"]] == [
        question_sha256(criterion) for criterion in criteria
    ]


def test_it_says_who_rated_what_was_left_out_and_by_which_condition():
    said = content(where="model = 'm-1'", exclusions={"not judged": 4, "flagged": 1})
    assert said["raters"] == [{"rater": "ann", "ratings": 2}, {"rater": "bob", "ratings": 1}]
    assert said["exclusions"] == [{"reason": "flagged", "rows": 1}, {"reason": "not judged", "rows": 4}]
    assert (said["where"], said["layout"], said["format"], said["schema_version"]) == (
        "model = 'm-1'",
        "gold",
        "csv",
        1,
    )
    assert (said["created_at"], said["app_version"]) == ("2026-11-20T09:15:00+00:00", "0.1.0")


def test_it_gives_the_size_and_fingerprint_of_each_file(tmp_path: Path):
    file = tmp_path / "gold.csv"
    file.write_bytes(b"x" * 3_000_000)
    expected = {
        "name": "gold.csv",
        "bytes": 3_000_000,
        "sha256": hashlib.sha256(b"x" * 3_000_000).hexdigest(),
    }
    assert file_entry(file) == expected
    with pytest.raises(Unavailable):
        file_entry(tmp_path / "gone.csv")


def test_it_is_written_whole_as_json_that_people_can_read(tmp_path: Path):
    target = tmp_path / "gold.manifest.json"
    write_manifest(target, content(draws=[draw()]))
    assert json.loads(target.read_text()) == content(draws=[draw()])
    assert target.read_text().count("\n") > 20
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(Unavailable):
        write_manifest(tmp_path / "nowhere" / "a.json", content())
