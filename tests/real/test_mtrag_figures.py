"""Figures of real judgements: 477 answers, two or three reviewers each, four questions on a scale from 1 to 4."""

import json
from pathlib import Path
from typing import Any

import pytest

from assay.model.agreement import Agreement
from assay.stats.agreement import agreement
from assay.stats.calibration import calibrate

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def answers(mtrag_file: Path) -> list[dict[str, Any]]:
    """The judged answers, each with its ``annotations`` by metric and by reviewer or machine."""
    found: list[dict[str, Any]] = json.loads(mtrag_file.read_text(encoding="utf-8"))["evaluations"]
    assert len(found) == 477
    return found


def between_reviewers(answers: list[dict[str, Any]], criterion: str) -> Agreement:
    ratings = [
        ((answer["task_id"], answer["model_id"]), rater, rating["value"])
        for answer in answers
        for rater, rating in answer["annotations"][criterion].items()
    ]
    return agreement(criterion, "ordinal", ratings)


@pytest.mark.parametrize(
    ("criterion", "alpha", "percent", "ac1"),
    [
        ("naturalness", 0.3178, 0.834, 0.8215),
        ("appropriateness", 0.0639, 0.618, 0.5587),
        ("completeness", 0.2635, 0.682, 0.6353),
        ("faithfulness", 0.4700, 0.593, 0.5005),
    ],
)
def test_reviewers_agree_as_published(
    answers: list[dict[str, Any]], criterion: str, alpha: float, percent: float, ac1: float
) -> None:
    found = between_reviewers(answers, criterion)
    assert found.alpha_ordinal == pytest.approx(alpha, abs=5e-5)
    assert found.percent_agreement == pytest.approx(percent, abs=5e-4)
    assert found.gwet_ac1 == pytest.approx(ac1, abs=5e-5)
    assert (found.items, found.raters, found.pairable_items) == (477, 7, 477)
    assert found.note is None
    for name, (low, high) in found.intervals.items():
        assert low < getattr(found, name) < high


def test_names_of_values_alone_say_less_than_their_order(answers: list[dict[str, Any]]) -> None:
    assert between_reviewers(answers, "naturalness").alpha_nominal == pytest.approx(0.188, abs=5e-4)


@pytest.mark.parametrize(("with_references", "items", "spearman"), [(False, 318, 0.635), (True, 477, 0.582)])
def test_the_faithfulness_judge_follows_reviewers(
    answers: list[dict[str, Any]], with_references: bool, items: int, spearman: float
) -> None:
    chosen = [one for one in answers if with_references or one["model_id"] != "reference"]
    ratings = [
        [float(rating["value"]) for rating in one["annotations"]["faithfulness"].values()] for one in chosen
    ]
    means = [sum(values) / len(values) for values in ratings]
    machine = [one["annotations"]["rl_f"]["composite"]["value"] for one in chosen]
    found = calibrate(
        "faithfulness",
        "rl_f",
        means,
        machine,
        [one["model_id"] for one in chosen],
        "model",
        [mean >= 3 for mean in means],
    )
    assert (found.items, found.missing_metric) == (items, 0)
    assert found.spearman == pytest.approx(spearman, abs=5e-4)
    low, high = found.intervals["spearman"]
    assert low < spearman < high
    assert found.threshold is not None
    assert found.threshold.direction == "above"
