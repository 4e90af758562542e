"""Real judgements through the command line alone: what a person with a file and a shell gets to see."""

import json
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

CLOSE = 5e-4


@pytest.fixture(scope="module")
def brought(assay, blank, mtrag_file, tmp_path_factory):
    """A workspace with the whole file, and what the import said."""
    folder = Path(shutil.copytree(blank, tmp_path_factory.mktemp("mtrag") / "w"))
    return folder, assay("import", mtrag_file, "-w", folder, "--json").json


@pytest.fixture(scope="module")
def of_models(assay, blank, mtrag_file, tmp_path_factory):
    """A workspace without the answers that people wrote as references."""
    folder = tmp_path_factory.mktemp("models")
    book = json.loads(mtrag_file.read_text(encoding="utf-8"))
    book["evaluations"] = [one for one in book["evaluations"] if one["model_id"] != "reference"]
    (folder / "models.json").write_text(json.dumps(book), encoding="utf-8")
    shutil.copytree(blank, folder / "w")
    assert assay("import", folder / "models.json", "-w", folder / "w", "--json").json["new"] == 318
    return folder / "w"


def test_everything_comes_in_once(assay, brought):
    _, first = brought
    assert (first["read"], first["new"], first["refused"], first["format"]) == (477, 477, 0, "inspectorraget")
    assert (first["reviews"]["read"], first["reviews"]["new"], first["reviews"]["refused"]) == (7087, 7087, 0)
    named = {one.split("/")[1].split(" ")[0] for one in first["reviews"]["created_criteria"]}
    assert named == {"naturalness", "appropriateness", "completeness", "faithfulness", "win-rate"}


def test_importing_it_again_changes_nothing(assay, brought, mtrag_file):
    folder, _ = brought
    again = assay("import", mtrag_file, "-w", folder, "--json").json
    assert (again["new"], again["unchanged"], again["updated"], again["refused"]) == (0, 477, 0, 0)
    assert (again["reviews"]["new"], again["reviews"]["unchanged"]) == (0, 7087)
    assert again["reviews"]["created_criteria"] == again["reviews"]["widened_criteria"] == []


@pytest.fixture(scope="module")
def agreed(assay, brought):
    return {one["criterion"]: one for one in assay("agreement", "-w", brought[0], "--json").json["criteria"]}


@pytest.mark.parametrize(
    ("criterion", "alpha", "percent", "ac1"),
    [
        ("naturalness", 0.3178, 0.834, 0.8215),
        ("appropriateness", 0.0639, 0.618, 0.5587),
        ("completeness", 0.2635, 0.682, 0.6353),
        ("faithfulness", 0.4700, 0.593, 0.5005),
    ],
)
def test_reviewers_agree_as_far_as_is_known(agreed, criterion, alpha, percent, ac1):
    one = agreed[criterion]
    assert one["krippendorff_alpha"]["ordinal"] == pytest.approx(alpha, abs=CLOSE)
    assert one["percent_agreement"] == pytest.approx(percent, abs=CLOSE)
    assert one["gwet_ac1"] == pytest.approx(ac1, abs=CLOSE)
    assert (one["level"], one["raters"], one["items"], one["pairable_items"]) == ("ordinal", 7, 477, 477)
    assert sum(one["distribution"].values()) == one["ratings"]


def test_all_answers_are_counted(agreed):
    assert sum(one["ratings"] for one in agreed.values()) == 7087


def faithfulness(assay, folder, *words):
    return assay(
        "calibrate", "-w", folder, "--criterion", "faithfulness", "--metric", "rl_f", *words, "--json"
    ).json


def test_the_judge_of_faithfulness_follows_the_reviewers(assay, brought):
    found = faithfulness(assay, brought[0], "--given", "model")
    assert found["spearman"] == pytest.approx(0.582, abs=CLOSE)
    assert (found["items"], found["missing_metric"]) == (477, 0)
    assert found["partial"]["given"] == "model"
    assert 0 < found["partial"]["spearman"] < 1
    low, high = found["intervals"]["spearman"]
    assert low < found["spearman"] < high


def test_it_follows_them_more_closely_on_the_answers_of_models(assay, of_models):
    found = faithfulness(assay, of_models)
    assert found["spearman"] == pytest.approx(0.635, abs=CLOSE)
    assert (found["items"], found["missing_metric"]) == (318, 0)


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_taken_out_and_brought_into_a_fresh_workspace_the_figures_are_the_same(
    assay, blank, brought, agreed, tmp_path, form
):
    words = ["--layout", "long", "--format", form, "-o", tmp_path / f"x.{form}"]
    assert assay("export", "-w", brought[0], *words, "--json").json["rows"] == 7087
    fresh = shutil.copytree(blank, tmp_path / "w")
    came = assay("import-reviews", tmp_path / f"x.{form}", "-w", fresh, "--json").json
    assert (came["new"], came["refused"]) == (7087, 0)
    for one in assay("agreement", "-w", fresh, "--json").json["criteria"]:
        assert one == agreed[one["criterion"]]


def test_a_draw_by_model_shares_itself_out(assay, brought):
    words = ["--window", "all", "--size", 30, "--seed", "s", "--stratify", "model", "--dry-run", "--json"]
    drawn = assay("draw", "-w", brought[0], *words).json
    assert [(one["population"], one["size"]) for one in drawn["strata"]] == [(159, 10)] * 3
