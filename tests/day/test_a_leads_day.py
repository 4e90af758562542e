"""A lead's day without a window: traces in, a sample out, figures, data to take away; and the demo of it all."""

import csv
import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from assay.base.clock import SystemClock
from assay.operations.judge import judge, on_trace
from assay.operations.naming import find_trace
from assay.operations.office import open_office
from assay.operations.review import cannot_judge

TODAY = "2026-11-23"
MODELS = ["steady", "steady", "steady", "new"]


def is_good(number):
    """Whether the answer is good; the new model's are so only every second time."""
    return number % 8 != 3 if MODELS[number % 4] == "new" else number % 10 != 0


TRACES = [
    {
        "id": f"claim-{number:03}",
        "started_at": f"2026-11-{20 + number % 3}T10:{number % 60:02}:00Z",
        "model": MODELS[number % 4],
        "prompt": {"name": "claims", "version": "7"},
        "input": f"May I claim case {number}?",
        "output": f"Case {number}: yes.",
        "metrics": [{"name": "grounded", "value": 0.9 if is_good(number) else 0.4}] if number % 9 else [],
    }
    for number in range(80)
]


@pytest.fixture(scope="module")
def day(assay, blank, lines, tmp_path_factory):
    """The workspace after the day: 24 drawn by model, Ann judged all of them, Bob all but the last four."""
    folder = tmp_path_factory.mktemp("lead")
    w = Path(shutil.copytree(blank, folder / "w"))
    assert assay("import", lines(folder / "t.jsonl", TRACES), "-w", w, "--json").json["new"] == 80
    drawn = assay(
        "draw",
        "--seed",
        "lead",
        "-w",
        w,
        "--date",
        TODAY,
        "--window",
        "all",
        "--size",
        24,
        "--stratify",
        "model",
        "--json",
    ).json
    names = [item["native_trace_id"] for item in drawn["items"]]
    office = open_office(w, SystemClock())
    for who, judged in (("Ann", names), ("Bob", names[:20])):
        for place, name in enumerate(judged):
            good = is_good(int(name[-3:])) and not (who == "Bob" and place == 2)
            judge(office, who, name, {"pass": "pass" if good else "fail"}, f"{who} on {name}")
    office.close()
    return w, drawn


def test_each_reviewer_has_a_list_of_their_own_with_an_end(assay, day):
    w, drawn = day
    ann, bob, cy = (
        assay("queue", "-w", w, "--rater", who, "--date", TODAY, "--json").json
        for who in ("Ann", "Bob", "Cy")
    )
    assert [one["left"] for one in (ann, bob, cy)] == [0, 4, 24]
    assert {item["native_trace_id"] for item in cy["items"]} == {
        item["native_trace_id"] for item in drawn["items"]
    }
    assert "All 24 done." in assay("queue", "-w", w, "--rater", "Ann", "--date", TODAY).out


def test_the_sample_is_shared_out_by_stratum(day):
    _, drawn = day
    assert {one["stratum"]: (one["population"], one["size"]) for one in drawn["strata"]} == {
        "steady": (60, 18), "new": (20, 6),
    }  # fmt: skip


def test_a_second_reviewer_stands_beside_the_first_and_their_difference_shows(assay, day):
    (found,) = assay("agreement", "-w", day[0], "--json").json["criteria"]
    assert (found["items"], found["pairable_items"], found["ratings"], found["raters"]) == (24, 20, 44, 2)
    assert found["percent_agreement"] == pytest.approx(19 / 20)


def test_the_estimate_weighs_each_stratum_by_its_share_of_the_traces(assay, day):
    w, drawn = day
    report = assay("quality", "-w", w, "--json").json
    share = 0.0
    for one in drawn["strata"]:
        inside = [
            (place, int(item["native_trace_id"][-3:]))
            for place, item in enumerate(drawn["items"])
            if item["stratum"] == one["stratum"]
        ]
        scores = [is_good(n) - (0.5 if place == 2 and is_good(n) else 0) for place, n in inside]
        share += one["population"] / 80 * sum(scores) / len(scores)
    assert report["estimate"] == pytest.approx(share)
    assert report["low"] < share < report["high"]
    assert (report["n"], report["population"]) == (24, 80)
    assert any("each stratum counts by its share" in note for note in report["notes"])


def test_a_missing_metric_is_counted_and_never_taken_for_nought(assay, day):
    w, drawn = day
    numbers = [int(item["native_trace_id"][-3:]) for item in drawn["items"]]
    found = assay("calibrate", "-w", w, "--criterion", "pass", "--metric", "grounded", "--json").json
    missing = sum(n % 9 == 0 for n in numbers)
    assert missing > 0
    assert (found["items"], found["missing_metric"]) == (24 - missing, missing)
    assert found["tpr"] == found["tnr"] == 1.0
    by_day = assay("quality", "-w", w, "--metric", "grounded", "--json").json["metric"]["by_day"]
    for one in by_day:
        values = [
            t["metrics"][0]["value"] for t in TRACES if t["started_at"][:10] == one["date"] and t["metrics"]
        ]
        assert (one["n"], one["mean"]) == (len(values), pytest.approx(sum(values) / len(values)))


def test_what_could_not_be_judged_is_missing_and_never_a_fail(assay, day, tmp_path):
    w = Path(shutil.copytree(day[0], tmp_path / "w"))
    before = assay("quality", "-w", w, "--by", "rater", "--json").json
    office = open_office(w, SystemClock())
    name = assay("queue", "-w", w, "--rater", "Cy", "--date", TODAY, "--json").json["items"][0][
        "native_trace_id"
    ]
    rubric = office.workspace.rubrics.latest("pass-fail")
    cannot_judge(office, on_trace(office, find_trace(office, name), "Cy", rubric), "the passages are missing")
    office.close()
    after = assay("quality", "-w", w, "--by", "rater", "--json").json
    assert (after["estimate"], after["n"], after["by"]) == (before["estimate"], before["n"], before["by"])
    assay("export", "-w", w, "--layout", "long", "--format", "jsonl", "-o", tmp_path / "x.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    (row,) = [one for one in rows if one["rater"] == "Cy"]
    assert (row["value"], row["passed"], row["missing_reason"]) == (None, None, "the passages are missing")


def test_every_label_taken_away_can_be_traced_back(assay, day, tmp_path):
    w, drawn = day
    report = assay(
        "export", "-w", w, "--layout", "gold", "--format", "csv", "-o", tmp_path / "gold.csv", "--json"
    ).json
    assert report["rows"] == 24
    with (tmp_path / "gold.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["trace_id"]: row for row in csv.DictReader(file)}
    for place, item in enumerate(drawn["items"]):
        row, number = rows[item["native_trace_id"]], int(item["native_trace_id"][-3:])
        tie = place == 2 and is_good(number)
        assert row["label"] == ("" if tie else "pass" if is_good(number) else "fail")
        assert row["reached_by"] == ("tie" if tie else "unanimous" if place < 20 else "single")
        assert (row["seed"], row["sample_date"], row["stratum"]) == (drawn["seed"], TODAY, item["stratum"])
        assert float(row["inclusion_probability"]) == item["inclusion_probability"]
        assert (row["prompt_name"], row["prompt_version"], row["model"]) == ("claims", "7", item["stratum"])
        assert (row["input"], row["output"]) == (f"May I claim case {number}?", f"Case {number}: yes.")
        assert len(row["trace_sha256"]) == 64


def test_the_labels_brought_into_a_fresh_workspace_give_the_same_agreement(assay, blank, day, tmp_path):
    words = ["--layout", "long", "--format", "csv", "-o", tmp_path / "long.csv"]
    assert assay("export", "-w", day[0], *words).code == 0
    fresh = shutil.copytree(blank, tmp_path / "fresh")
    came = assay("import-reviews", tmp_path / "long.csv", "-w", fresh, "--json").json
    assert (came["new"], came["refused"], came["created_criteria"], came["without_trace"]) == (44, 0, [], 24)
    assert assay("agreement", "-w", fresh, "--json").json == assay("agreement", "-w", day[0], "--json").json


# The demo is the whole day on traces that are made.


@pytest.fixture(scope="module")
def demo(assay, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "w"
    return folder, assay("demo", "--no-window", "--json", "-w", folder)


def test_the_demo_does_the_whole_day_and_says_where_everything_is(demo):
    folder, said = demo
    report = said.json
    assert (report["workspace"], report["synthetic"]) == (str(folder), True)
    assert {Path(one).relative_to(folder).as_posix() for one in report["files"]} >= {
        *(
            "charts/quality_over_time.png",
            "charts/agreement_by_criterion.png",
            "charts/metric_against_reviewers.png",
        ),
        *(
            "exports/long.jsonl",
            "exports/long.jsonl.manifest.json",
            "exports/gold.csv",
            "exports/gold.parquet",
        ),
    }
    assert all(Path(one).stat().st_size > 200 for one in report["files"])
    assert [step["step"] for step in report["steps"]][:3] == ["Traces", "Reviews", "Today's sample"]
    assert report["agreement"]["criteria"][0]["gwet_ac1"] > 0.5


def test_in_the_demo_quality_falls_visibly_in_the_last_week(demo):
    days = demo[1].json["quality"]["by_day"]
    last, week_before = days[-1], days[-15:-7]
    assert date.fromisoformat(days[-1]["date"]) >= date.today() - timedelta(days=3)
    assert last["average_7_days"]["high"] < max(one["average_7_days"]["estimate"] for one in week_before)
    assert all(last["average_7_days"]["estimate"] < one["average_7_days"]["estimate"] for one in week_before)


def test_in_the_demo_one_judge_follows_the_reviewers_better_than_the_other(demo):
    good, blind = demo[1].json["calibration"]
    assert good["partial"]["spearman"] > blind["partial"]["spearman"]


def test_the_demo_may_be_run_again_and_keeps_what_a_reviewer_did_in_between(assay, demo):
    folder, first = demo
    name = assay("queue", "-w", folder, "--rater", "Zoe", "--json").json["items"][0]["native_trace_id"]
    answers = ["helps=yes", "would_use=yes", "factually_wrong=no", "overall=5"]
    assert assay("review", "-w", folder, "--rater", "Zoe", "--trace", name, "--set", *answers).code == 0
    again = assay("demo", "--no-window", "--json", "-w", folder).json
    assert again["files"] == first.json["files"]
    assert "(all there already)" in again["steps"][0]["result"]
    assert again["steps"][2] == first.json["steps"][2]
    assert assay("queue", "-w", folder, "--rater", "Zoe", "--json").json["done"] == 1


def test_the_demo_never_goes_into_a_workspace_of_somebodys_own(assay, workspace, lines, tmp_path):
    by_reviews = shutil.copytree(workspace, tmp_path / "reviews")
    rows = lines(
        tmp_path / "r.jsonl", [{"trace_id": "t", "rater": "A", "criterion": "pass", "value": "pass"}]
    )
    assay("import-reviews", rows, "-w", by_reviews)
    assay("import", lines(tmp_path / "t.jsonl", TRACES[:2]), "-w", workspace)
    for own in (workspace, by_reviews):
        said = assay("demo", "--no-window", "-w", own)
        assert (said.code, said.out) == (1, "")
        assert "holds a workspace with traces or reviews of its own" in said.err
        assert not (own / "charts").exists()
    assert assay("agreement", "-w", by_reviews).code == 0
