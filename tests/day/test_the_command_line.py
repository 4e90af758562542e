"""The command line to the letter: one JSON object with the keys scripts rely on, figures anyone can work out again."""

import hashlib
import json
import math
import shutil
from collections import Counter
from pathlib import Path

import pytest

DAYS = ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"]
N = 24


def passes(number, who):
    """What Ann and Bob say of a trace: they differ on every sixth, Bob being the stricter."""
    return number % 4 != 0 and not (who == "Bob" and number % 6 == 1)


def judge_of(number):
    """A metric that nearly follows Ann; every seventh trace has none."""
    return None if number % 7 == 6 else round(0.9 - 0.6 * (number % 4 == 0) - 0.02 * (number % 5), 4)


def verdict_of(number):
    """A metric of labels: right about Ann but for every fifth; every eighth trace has none."""
    if number % 8 == 5:
        return None
    said = passes(number, "Ann") if number % 5 else not passes(number, "Ann")
    return "pass" if said else "fail"


TRACES = [
    {
        "id": f"t-{number:02}",
        "started_at": f"{DAYS[number % 4]}T12:00:00Z",
        "input": f"Question {number}?",
        "output": f"Answer {number}.",
        "model": "m-1" if number % 3 else "m-2",
        "metrics": [
            *([{"name": "judge", "value": judge_of(number)}] if judge_of(number) is not None else []),
            *([{"name": "verdict", "label": verdict_of(number)}] if verdict_of(number) is not None else []),
        ],
        "metadata": {"shop": "north" if number < 12 else "south"},
    }
    for number in range(N)
]
ROWS = [
    {
        "trace_id": f"t-{number:02}",
        "rater": who,
        "criterion": "pass",
        "value": "pass" if passes(number, who) else "fail",
    }
    for number in range(N)
    for who in ("Ann", "Bob")
] + [
    {"trace_id": f"t-{number:02}", "rater": "Ann", "criterion": "depth", "value": str(1 + number % 5)}
    for number in range(N)
]


@pytest.fixture(scope="module")
def ward(assay, blank, lines, tmp_path_factory):
    """A workspace with traces and judgements. Nobody writes into it."""
    folder = tmp_path_factory.mktemp("ward")
    shutil.copytree(blank, folder / "w")
    assert assay("import", lines(folder / "t.jsonl", TRACES), "-w", folder / "w").code == 0
    assert assay("import-reviews", lines(folder / "r.jsonl", ROWS), "-w", folder / "w").code == 0
    return folder / "w"


@pytest.fixture
def own(ward, tmp_path):
    """A copy of that workspace to write into."""
    return Path(shutil.copytree(ward, tmp_path / "own"))


def wilson(passed, n, z=1.959963984540054):
    middle, half = (
        (passed + z * z / 2) / (n + z * z),
        z * math.sqrt(passed * (n - passed) / n + z * z / 4) / (n + z * z),
    )
    return middle - half, middle + half


# Every command that prints figures prints one JSON object with the keys of the contract.

KEYS = {
    "draw": {"seed", "date", "window", "population", "strata", "items"},
    "queue": {"rater", "date", "left", "items"},
    "agreement": {"criteria"},
    "calibrate": {
        *(
            "criterion",
            "metric",
            "items",
            "missing_metric",
            "pearson",
            "spearman",
            "kendall_tau_b",
            "partial",
        ),
        *(
            "threshold",
            "confusion",
            "tpr",
            "tnr",
            "precision",
            "accuracy",
            "macro",
            "auc",
            "intervals",
            "conventions",
        ),
    },
    "quality": {
        *(
            "criterion",
            "estimate",
            "low",
            "high",
            "level",
            "n",
            "population",
            "method",
            "by_day",
            "by",
            "metric",
        ),
        "notes",
    },
    "doctor": {"well", "findings"},
}
WORDS = {
    "draw": ["--dry-run"],
    "queue": ["--rater", "Ann"],
    "agreement": [],
    "calibrate": ["--criterion", "pass", "--metric", "judge"],
    "quality": [],
    "doctor": [],
}


@pytest.mark.parametrize("command", KEYS)
def test_json_is_one_object_with_the_keys_scripts_rely_on(assay, ward, command):
    report = assay(command, "-w", ward, *WORDS[command], "--json")
    assert report.json.keys() >= KEYS[command]
    assert report.err == ""


@pytest.mark.parametrize("command", KEYS)
def test_without_json_the_report_is_words_for_people(assay, ward, command):
    said = assay(command, "-w", ward, *WORDS[command])
    assert (said.code, said.err) == (0, "")
    assert said.out.strip()
    assert "{" not in said.out


def test_the_workspace_may_be_named_before_the_command(assay, ward):
    assert assay("-w", ward, "agreement", "--json").json == assay("agreement", "-w", ward, "--json").json


def test_the_workspace_is_the_one_named_else_the_variable_else_the_last_used(
    assay, ward, own, tmp_path, monkeypatch
):
    assert assay("agreement").code == 1
    assert assay("agreement", "-w", ward).code == 0
    assert assay("review", "-w", own, "--rater", "Zoe", "--trace", "t-01", "--set", "pass=pass").code == 0
    assert assay("quality", "--by", "rater", "--json").json["by"][-1]["value"] == "Zoe"
    monkeypatch.setenv("ASSAY_WORKSPACE", str(ward))
    assert assay("quality", "--by", "rater", "--json").json["by"][-1]["value"] == "Bob"
    assert assay("quality", "-w", own, "--by", "rater", "--json").json["by"][-1]["value"] == "Zoe"
    monkeypatch.setenv("ASSAY_WORKSPACE", str(tmp_path / "gone"))
    assert assay("quality").code == 1


@pytest.mark.parametrize(
    "words",
    [
        ["draw"], ["queue", "--rater", "R"], ["agreement"], ["quality"], ["doctor"],
        ["review", "--rater", "R", "--trace", "t", "--set", "a=b"], ["calibrate", "--criterion", "c", "--metric", "m"],
        ["export", "--layout", "long", "--format", "csv", "-o", "x.csv"],
    ],
)  # fmt: skip
def test_without_a_workspace_a_command_ends_with_one_sentence(assay, tmp_path, words):
    said = assay(*words, "-w", tmp_path / "none")
    assert (said.code, said.out) == (1, "")
    assert (
        said.err
        == f"assay: There is no workspace in {tmp_path / 'none'}. Make one with “assay init” or “assay import”.\n"
    )
    assert list(tmp_path.iterdir()) == []
    if words != ["doctor"]:
        unnamed = assay(*words)
        assert (unnamed.code, unnamed.err) == (
            1, "assay: No workspace was named. Give one with -w, or set ASSAY_WORKSPACE.\n",
        )  # fmt: skip


def test_doctor_looks_at_the_program_also_without_a_workspace(assay):
    found = {one["what"]: one["found"] for one in assay("doctor", "--json").json["findings"]}
    assert {"assay", "python", "sqlite", "duckdb"} <= found.keys()
    assert "workspace" not in found


def test_doctor_counts_what_is_in_a_workspace(assay, ward):
    found = {one["what"]: one["found"] for one in assay("doctor", "-w", ward, "--json").json["findings"]}
    assert (found["database"], found["traces"], found["reviews"]) == ("ok", "24 on 4 days", "72")


@pytest.mark.parametrize(
    "words",
    [
        [], ["fly"], ["--colour"], ["import"], ["queue"], ["review", "--rater", "R"], ["calibrate", "--metric", "m"],
        ["export", "--layout", "long"], ["export", "--layout", "gold", "--format", "doc", "-o", "x"],
        ["export", "--layout", "poem", "--format", "csv", "-o", "x"], ["quality", "--since", "monday"],
        ["calibrate", "--criterion", "c", "--metric", "m", "--threshold", "nan"],
        ["calibrate", "--criterion", "c", "--metric", "m", "--threshold", "high"],
        ["calibrate", "--criterion", "c", "--metric", "m", "--direction", "left"],
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_2_and_how_it_is_used(assay, words):
    said = assay(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("usage: assay")


def test_version_and_help_are_no_errors(assay):
    assert assay("--version").out.startswith("assay 0.")
    assert assay("draw", "--help").code == 0


# review


def judgement(assay, own, *words):
    return assay("review", "-w", own, "--rater", "Cy", *words)


def test_a_script_saves_a_judgement(assay, own, tmp_path):
    said = judgement(assay, own, "--trace", "t-03", "--set", "pass=Fail", "--note", " too short ", "--json")
    assert {key: said.json[key] for key in ("native_trace_id", "source", "answers")} == {
        "native_trace_id": "t-03", "source": "files", "answers": {"pass": "fail"},
    }  # fmt: skip
    assay(
        "export",
        "-w",
        own,
        "--layout",
        "long",
        "--format",
        "jsonl",
        "-o",
        tmp_path / "x.jsonl",
        "--where",
        "rater = 'Cy'",
    )
    (row,) = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (row["trace_id"], row["value"], row["passed"], row["note"]) == ("t-03", "fail", False, "too short")
    assert row["trace_sha256"]
    assert row["model"] == "m-2"


def test_all_questions_of_a_rubric_are_answered_at_once(assay, own):
    words = [
        "--trace",
        "t-03",
        "--set",
        "helps=yes",
        "would_use=no",
        "--set",
        "factually_wrong=No",
        "overall=4",
        "--json",
    ]
    assert judgement(assay, own, *words).json["answers"] == {
        "helps": "pass", "would_use": "fail", "factually_wrong": "no", "overall": "4",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--trace", "t-99", "--set", "pass=pass"], "There is no trace “t-99” in this workspace."),
        (["--trace", "T-01", "--set", "pass=pass"], "it is case-sensitive"),
        (["--trace", "t-01", "--set", "taste=good"], "No rubric asks taste."),
        (["--trace", "t-01", "--set", "pass=perhaps"], "“perhaps” is not an answer to “pass”."),
        (["--trace", "t-01", "--set", "helps=yes"], "“Would you use this yourself?” is not answered."),
        (["--trace", "t-01", "--set", "pass="], "is not answered"),
        (["--trace", "t-01", "--set", "pass"], "“pass” is no answer. Write it as CRITERION=VALUE."),
        (["--trace", "t-01", "--set", "=pass"], "is no answer"),
        (["--trace", "t-01", "--set", "pass=pass", "--rubric", "poetry"], "There is no rubric “poetry”."),
        (["--trace", "t-01", "--set", "pass=pass", "--rubric", "three-questions"], "has no question “pass”"),
    ],
)
def test_a_judgement_that_cannot_be_one_is_refused_and_leaves_nothing(assay, own, words, sentence):
    said = judgement(assay, own, *words)
    assert (said.code, said.out) == (1, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert "Cy" not in assay("quality", "-w", own, "--by", "rater").out


def test_a_reviewer_needs_a_name_and_blanks_around_it_do_not_count(assay, own):
    assert assay("review", "-w", own, "--rater", "  ", "--trace", "t-01", "--set", "pass=pass").code == 1
    assert assay("queue", "-w", own, "--rater", " ").code == 1
    assay("draw", "-w", own, "--window", "all", "--size", 2)
    first = assay("queue", "-w", own, "--rater", "Cy", "--json").json["items"][0]["native_trace_id"]
    assert assay("review", "-w", own, "--rater", " Cy ", "--trace", first, "--set", "pass=pass").code == 0
    for name in ("Cy", " Cy "):
        left = assay("queue", "-w", own, "--rater", name, "--json").json
        assert (left["rater"], left["left"], left["done"]) == ("Cy", 1, 1)
        assert [item["state"] for item in left["items"]] == ["submit", "left"]


def test_a_name_that_two_sources_use_wants_its_source(assay, own, lines, tmp_path):
    assay(
        "import", lines(tmp_path / "t.jsonl", [{"id": "t-01", "input": "?"}]), "-w", own, "--source", "shop"
    )
    said = judgement(assay, own, "--trace", "t-01", "--set", "pass=pass")
    assert (said.code, said.err) == (
        1, "assay: More than one source has a trace “t-01”. Say which: files:t-01, shop:t-01.\n",
    )  # fmt: skip
    done = judgement(assay, own, "--trace", "shop:t-01", "--set", "pass=pass", "--json").json
    assert (done["source"], done["native_trace_id"]) == ("shop", "t-01")


def test_a_name_that_looks_like_a_source_is_still_a_name(assay, own, lines, tmp_path):
    assay(
        "import",
        lines(tmp_path / "t.jsonl", [{"id": "files:t-01", "input": "?"}]),
        "-w",
        own,
        "--source",
        "shop",
    )
    done = judgement(assay, own, "--trace", "files:t-01", "--set", "pass=pass", "--json").json
    assert (done["source"], done["native_trace_id"]) == ("shop", "files:t-01")


# agreement


def test_agreement_is_what_a_count_gives(assay, ward):
    found = {one["criterion"]: one for one in assay("agreement", "-w", ward, "--json").json["criteria"]}
    one = found["pass"]
    same = sum(passes(n, "Ann") == passes(n, "Bob") for n in range(N)) / N
    assert one["percent_agreement"] == pytest.approx(same)
    share = sum(passes(n, who) for n in range(N) for who in ("Ann", "Bob")) / (2 * N)
    by_chance = 2 * share * (1 - share)
    assert one["gwet_ac1"] == pytest.approx((same - by_chance) / (1 - by_chance))
    ann, bob = (sum(passes(n, who) for n in range(N)) / N for who in ("Ann", "Bob"))
    expected = ann * bob + (1 - ann) * (1 - bob)
    (pair,) = one["cohen_kappa"]
    assert (pair["raters"], pair["items"], pair["kappa"]) == (
        ["Ann", "Bob"], N, pytest.approx((same - expected) / (1 - expected)),
    )  # fmt: skip
    assert one["distribution"] == {"pass": round(2 * N * share), "fail": round(2 * N * (1 - share))}
    assert (found["depth"]["percent_agreement"], found["depth"]["pairable_items"]) == (None, 0)
    assert found["depth"]["note"] == "No item has two ratings, so there is nothing to compare."
    assert found["depth"]["krippendorff_alpha"] == {"nominal": None, "ordinal": None, "interval": None}


def test_agreement_by_a_field(assay, ward):
    report = assay("agreement", "-w", ward, "--criterion", "pass", "--by", "metadata.shop", "--json").json
    assert [(one["value"], one["items"]) for one in report["by"]] == [("north", 12), ("south", 12)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--criterion", "taste"], "There are no judgements of “taste”. Judged here: pass, depth."),
        (["--by", "colour"], "Traces have no field named “colour”."),
    ],
)
def test_agreement_on_what_is_not_there_is_refused(assay, ward, words, sentence):
    said = assay("agreement", "-w", ward, *words)
    assert said.code == 1
    assert sentence in said.err


def test_reviewers_who_all_say_the_same_have_no_coefficients(assay, workspace, lines, tmp_path):
    rows = [
        {"trace_id": f"t-{n}", "rater": who, "criterion": "pass", "value": "pass"}
        for n in range(5)
        for who in "AB"
    ]
    assay("import-reviews", lines(tmp_path / "r.jsonl", rows), "-w", workspace)
    (one,) = assay("agreement", "-w", workspace, "--json").json["criteria"]
    assert (one["percent_agreement"], one["gwet_ac1"], one["fleiss_kappa"]) == (1.0, None, None)
    assert one["note"] == "The coefficients are not defined: every rating is the same."


# calibrate


def human(number):
    """The mean of Ann and Bob, 0 to 1."""
    return (passes(number, "Ann") + passes(number, "Bob")) / 2


@pytest.mark.parametrize(
    ("direction", "threshold"), [("above", 0.5), ("below", 0.5), ("above", 0.86), ("below", 0.28)]
)
def test_the_confusion_at_a_threshold_is_a_count(assay, ward, direction, threshold):
    words = [
        "--criterion",
        "pass",
        "--metric",
        "judge",
        "--threshold",
        threshold,
        "--direction",
        direction,
        "--json",
    ]
    found = assay("calibrate", "-w", ward, *words).json
    with_metric = [n for n in range(N) if judge_of(n) is not None]
    assert (found["items"], found["missing_metric"]) == (len(with_metric), N - len(with_metric))
    cells = Counter()
    for n in with_metric:
        if human(n) != 0.5:
            said = judge_of(n) >= threshold if direction == "above" else judge_of(n) <= threshold
            cells[human(n) > 0.5, said] += 1
    assert found["confusion"] == {
        "true_positive": cells[True, True], "false_positive": cells[False, True],
        "true_negative": cells[False, False], "false_negative": cells[True, False],
    }  # fmt: skip
    positives, negatives = cells[True, True] + cells[True, False], cells[False, True] + cells[False, False]
    assert found["tpr"] == pytest.approx(cells[True, True] / positives)
    assert found["tnr"] == pytest.approx(cells[False, False] / negatives)
    assert found["accuracy"] == pytest.approx(
        (cells[True, True] + cells[False, False]) / (positives + negatives)
    )
    assert found["intervals"]["tpr"] == pytest.approx(wilson(cells[True, True], positives))
    assert (found["threshold"]["value"], found["threshold"]["direction"]) == (threshold, direction)
    assert any("evenly split" in one for one in found["conventions"])


def ranks(values):
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) + 1) / 2 for value in values]


def pearson(one, other):
    n, a, b = len(one), sum(one) / len(one), sum(other) / len(other)
    top = sum((x - a) * (y - b) for x, y in zip(one, other, strict=True)) / n
    return top / math.sqrt(sum((x - a) ** 2 for x in one) / n * sum((y - b) ** 2 for y in other) / n)


def test_correlations_pooled_and_given_a_field(assay, ward):
    found = assay(
        "calibrate", "-w", ward, "--criterion", "pass", "--metric", "judge", "--given", "model", "--json"
    ).json
    numbers = [n for n in range(N) if judge_of(n) is not None]
    people, machine = [human(n) for n in numbers], [judge_of(n) for n in numbers]
    assert found["pearson"] == pytest.approx(pearson(people, machine))
    assert found["spearman"] == pytest.approx(pearson(ranks(people), ranks(machine)))

    def less_its_group(values):
        groups = [n % 3 == 0 for n in numbers]
        means = {
            one: sum(v for v, g in zip(values, groups, strict=True) if g == one) / groups.count(one)
            for one in set(groups)
        }
        return [round(value - means[group], 12) for value, group in zip(values, groups, strict=True)]

    left = less_its_group(people), less_its_group(machine)
    assert found["partial"] == {
        "given": "model", "pearson": pytest.approx(pearson(*left)),
        "spearman": pytest.approx(pearson(ranks(left[0]), ranks(left[1]))),
    }  # fmt: skip


def test_without_a_threshold_one_is_suggested_with_its_uncertainty(assay, ward):
    found = assay("calibrate", "-w", ward, "--criterion", "pass", "--metric", "judge", "--json").json
    cut = found["threshold"]
    assert (cut["direction"], cut["chosen_by"]) == ("above", "youden")
    low, high = cut["band"]
    assert low <= cut["value"] <= high
    assert (found["tpr"], found["tnr"]) == (1.0, 1.0)


def test_a_metric_of_labels_is_set_side_by_side_with_macro_figures_and_ties_named(assay, ward):
    found = assay("calibrate", "-w", ward, "--criterion", "pass", "--metric", "verdict", "--json").json
    ties = [n for n in range(N) if human(n) == 0.5]
    pairs = [
        ("pass" if human(n) else "fail", verdict_of(n))
        for n in range(N)
        if n not in ties and verdict_of(n) is not None
    ]
    assert (found["items"], found["missing_metric"]) == (
        len(pairs),
        sum(verdict_of(n) is None for n in range(N)),
    )
    cells = Counter(pairs)
    assert found["confusion"] == {
        "labels": {one: {other: cells[one, other] for other in ("fail", "pass")} for one in ("fail", "pass")}
    }
    each = []
    for label in ("fail", "pass"):
        hit = cells[label, label]
        given, meant = sum(b == label for _, b in pairs), sum(a == label for a, _ in pairs)
        each.append((hit / given, hit / meant, 2 * hit / (given + meant)))
    macro = [sum(column) / 2 for column in zip(*each, strict=True)]
    assert [found["macro"][name] for name in ("precision", "recall", "f1")] == pytest.approx(macro)
    assert found["accuracy"] == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))
    assert (found["pearson"], found["auc"], found["threshold"]["value"]) == (None, None, None)
    tied_with_metric = sum(verdict_of(n) is not None for n in ties)
    assert (
        f"{tied_with_metric} traces on which reviewers have no common answer are left out."
        in found["conventions"]
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--criterion", "pass", "--metric", "bleu"],
            "No trace has a metric “bleu”. Metrics here: judge, verdict.",
        ),
        (["--criterion", "taste", "--metric", "judge"], "There are no judgements of “taste”."),
        (
            ["--criterion", "pass", "--metric", "judge", "--given", "colour"],
            "Traces have no field named “colour”.",
        ),
    ],
)
def test_calibrating_what_is_not_there_is_refused(assay, ward, words, sentence):
    said = assay("calibrate", "-w", ward, *words)
    assert said.code == 1
    assert sentence in said.err


# quality


def test_quality_counts_each_trace_once_by_its_share_of_passes(assay, ward):
    found = assay("quality", "-w", ward, "--criterion", "pass", "--json").json
    total = sum(human(n) for n in range(N))
    assert (found["criterion"], found["n"], found["population"], found["level"]) == ("pass", N, N, 0.95)
    assert found["estimate"] == pytest.approx(total / N)
    assert (found["low"], found["high"]) == pytest.approx(wilson(total, N))
    assert [day["date"] for day in found["by_day"]] == DAYS
    for place, day in enumerate(found["by_day"]):
        assert day["n"] == 6
        assert day["estimate"] == pytest.approx(sum(human(n) for n in range(place, N, 4)) / 6)
    assert found["metric"] == {}
    assert any("“Pass” on “pass”" in note for note in found["notes"])


def test_quality_by_a_field_and_by_reviewer(assay, ward):
    def ask(by):
        return assay("quality", "-w", ward, "--criterion", "pass", "--by", by, "--json").json["by"]

    assert [(one["field"], one["value"], one["n"]) for one in ask("metadata.shop")] == [
        ("metadata.shop", "north", 12), ("metadata.shop", "south", 12),
    ]  # fmt: skip
    assert [one["estimate"] for one in ask("rater")] == pytest.approx(
        [sum(passes(n, who) for n in range(N)) / N for who in ("Ann", "Bob")]
    )
    said = assay("quality", "-w", ward, "--by", "colour")
    assert (said.code, said.err[:45]) == (1, "assay: Traces have no field named “colour”. U")


def test_quality_of_some_days(assay, ward):
    words = ["quality", "-w", ward, "--criterion", "pass", "--json"]
    found = assay(*words, "--since", DAYS[1], "--until", DAYS[2]).json
    assert ([day["date"] for day in found["by_day"]], found["n"], found["population"]) == (DAYS[1:3], 12, 12)
    assert assay(*words, "--since", DAYS[3]).json["n"] == 6
    assert assay(*words, "--until", "9999-12-31", "--since", "0001-01-01").json["n"] == N
    nothing = assay(*words, "--since", "2027-01-01").json
    assert (nothing["estimate"], nothing["n"], nothing["by_day"]) == (None, 0, [])


def test_quality_beside_a_metric(assay, ward):
    said = assay("quality", "-w", ward, "--criterion", "pass", "--metric", "judge", "--json")
    metric = said.json["metric"]
    assert (metric["name"], metric["threshold"]) == ("judge", None)
    for place, day in enumerate(metric["by_day"]):
        values = [judge_of(n) for n in range(place, N, 4) if judge_of(n) is not None]
        assert (day["date"], day["n"], day["mean"]) == (
            DAYS[place],
            len(values),
            pytest.approx(sum(values) / len(values)),
        )
    missing = assay("quality", "-w", ward, "--metric", "bleu", "--json")
    assert (missing.json["metric"], missing.err) == ({}, "assay: No trace has a metric “bleu”.\n")


def test_a_scale_passes_from_its_mark_up(assay, ward):
    found = assay("quality", "-w", ward, "--criterion", "depth", "--json").json
    assert found["estimate"] == pytest.approx(sum(1 + n % 5 >= 4 for n in range(N)) / N)
    assert found["notes"][0] == "Passed means 4 or more on “depth”."


def test_figures_without_any_judgement_are_refused(assay, workspace):
    for words in (["agreement"], ["quality"]):
        said = assay(*words, "-w", workspace)
        assert (said.code, said.err[:37]) == (1, "assay: There are no judgements yet. R")


# export


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("layout", ["long", "gold"])
def test_an_export_is_whole_and_its_manifest_holds(assay, ward, tmp_path, layout, form):
    report = assay(
        "export", "-w", ward, "--layout", layout, "--format", form, "-o", tmp_path / "out", "--json"
    ).json
    (path,) = map(Path, report["files"])
    assert path == tmp_path / "out" / f"{layout}.{form}"
    rows = 72 if layout == "long" else 48
    assert (report["rows"], report["left_out"]) == (rows, 0)
    manifest = json.loads(Path(report["manifest"]).read_text(encoding="utf-8"))
    (file,) = manifest["files"]
    assert file == {
        "name": path.name, "bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }  # fmt: skip
    assert manifest["counts"] == {"rows": rows, "traces": N, "ratings": 72}
    assert manifest["raters"] == [{"rater": "Ann", "ratings": 48}, {"rater": "Bob", "ratings": 24}]
    assert {(one["name"], one["version"]) for one in manifest["rubrics"]} == {
        ("pass-fail", 1),
        ("imported", 1),
    }
    assert sorted(one.name for one in path.parent.iterdir()) == [path.name, f"{path.name}.manifest.json"]


def test_every_format_says_the_same(assay, ward, tmp_path):
    from assay.base.progress import Progress
    from assay.sources.review_rows import read_review_rows
    from assay.traces.columns import read_parquet_rows

    found = []
    for form in ("jsonl", "csv", "parquet"):
        out = tmp_path / f"x.{form}"
        assay("export", "-w", ward, "--layout", "long", "--format", form, "-o", out)
        rows = read_review_rows(out, Progress(), read_parquet_rows)
        found.append(
            [(r.native_trace_id, r.rater, r.criterion, r.value, r.passed, r.kind, r.rubric) for r in rows]
        )
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 72


def count_of(rule):
    return sum(rule(number, who) for number in range(N) for who in ("Ann", "Bob"))


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("criterion == 'pass'", 48),
        ("criterion = 'pass' and passed", count_of(passes)),
        ("rater in ('Bob', 'Cy')", 24),
        ("not passed and rater == 'Ann' and criterion != 'depth'", 6),
        ("value >= 4", sum(1 + n % 5 >= 4 for n in range(N))),
        ("model == 'm-2' and rater = \"Bob\"", 8),
        ("note == none", 72),
        ("trace_id > 't-20' and rater == 'Bob'", 3),
        ("1 <= value <= 2", sum(1 + n % 5 <= 2 for n in range(N))),
        ("false", 0),
    ],
)
def test_a_condition_chooses_rows(assay, ward, tmp_path, where, rows):
    out = tmp_path / "x.jsonl"
    report = assay(
        "export", "-w", ward, "--layout", "long", "--format", "jsonl", "-o", out, "--where", where, "--json"
    ).json
    assert (report["rows"], report["left_out"]) == (rows, 72 - rows)
    assert len(out.read_text(encoding="utf-8").splitlines()) == rows
    manifest = json.loads(Path(report["manifest"]).read_text(encoding="utf-8"))
    assert manifest["where"] == where
    assert sum(one["rows"] for one in manifest["exclusions"]) == 72 - rows


@pytest.mark.parametrize(
    "where",
    [
        *("colour == 'red'", "model ==", "__import__('os')", "model.upper() == 'M'", "passed; passed"),
        *(
            "lambda: 1",
            "value + 1 > 2",
            "(x := 1)",
            "open('/etc/passwd')",
            "f'{model}'",
            "[m for m in model]",
        ),
        *("\0", "not " * 3000 + "passed", "(" * 400),
    ],
    ids=lambda where: ascii(where[:20]),
)
def test_a_condition_that_is_none_is_refused_and_nothing_is_written(assay, ward, tmp_path, where):
    out = tmp_path / "new" / "x.jsonl"
    said = assay("export", "-w", ward, "--layout", "long", "--format", "jsonl", "-o", out, "--where", where)
    assert (said.code, said.out) == (1, "")
    assert len(said.err) < 700
    assert not out.parent.exists()


def test_a_place_that_takes_no_export_is_said(assay, ward, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for out in (
        tmp_path / "file" / "x.csv",
        tmp_path / "file" / "deep" / "x.csv",
        Path("/proc/nowhere/x.csv"),
    ):
        said = assay("export", "-w", ward, "--layout", "gold", "--format", "csv", "-o", out)
        assert (said.code, said.out) == (1, ""), said
        assert said.err.count("\n") == 1


def test_an_export_takes_the_place_of_an_older_one_whole(assay, ward, tmp_path):
    words = ["export", "-w", ward, "--layout", "long", "--format", "jsonl", "-o", tmp_path / "x.jsonl"]
    assay(*words)
    assay(*words, "--where", "rater == 'Bob'")
    assert len((tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()) == 24


# A store that is damaged or in use


def test_a_damaged_store_is_found_by_the_doctor_and_stops_nobody_with_a_traceback(assay, own):
    index = next((own / "traces").glob("day=*/index.parquet"))
    index.write_bytes(b"PAR1" + bytes(100))
    said = assay("doctor", "-w", own, "--json")
    report = json.loads(said.out)
    assert (said.code, report["well"]) == (1, False)
    assert [one["well"] for one in report["findings"] if one["what"] == "database"] == [True]
    drawn = assay("draw", "-w", own, "--window", "all")
    assert (drawn.code, drawn.out, drawn.err.count("\n")) == (1, "", 1)


def test_while_another_program_brings_traces_in_a_sentence_is_said(assay, own, lines, tmp_path):
    from assay.traces.lock import only_writer

    path = lines(tmp_path / "t.jsonl", [{"id": "new", "input": "?"}])
    with only_writer(own / "traces"):
        said = assay("import", path, "-w", own)
    assert (said.code, said.err) == (
        1,
        "assay: Another window or command is writing traces into this workspace. "
        "Wait until it is done, then try again.\n",
    )
    assert assay("import", path, "-w", own, "--json").json["new"] == 1
