"""Judgements made elsewhere: placed on their traces, kept once, and counted as who gave them."""

import csv
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

KRIPPENDORFF = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]
"""Four observers, twelve units (Krippendorff 2011, example C)."""


def krippendorff_rows(named=True):
    return [
        {
            "trace_id": f"u-{unit:02}",
            "rater": f"observer {who}" if named else None,
            "criterion": "c",
            "value": value,
        }
        for who, line in enumerate(KRIPPENDORFF)
        for unit, value in enumerate(line.split())
        if value != "."
    ]


def row(trace, rater, value, criterion="clear", **more):
    return {"trace_id": trace, "rater": rater, "criterion": criterion, "value": value, **more}


def rejects_of(report):
    with Path(report["rejects"]).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture
def bring(assay, workspace, lines, tmp_path):
    """Imports review rows (or files) into the workspace and gives the report as an object."""

    def bring(*files, words=()):
        paths = [
            lines(tmp_path / f"rows-{n}.jsonl", one) if isinstance(one, list) else one
            for n, one in enumerate(files)
        ]
        said = assay("import-reviews", *paths, "-w", workspace, "--json", *words)
        assert said.code in (0, 1), said.err
        return json.loads(said.out)

    return bring


@pytest.fixture
def values(assay, workspace, tmp_path):
    """What stands: (trace, rater, criterion) and the value, through an export."""

    def values():
        out = tmp_path / "standing.jsonl"
        assert assay("export", "-w", workspace, "--layout", "long", "--format", "jsonl", "-o", out).code == 0
        with out.open(encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        return {(one["trace_id"], one["rater"], one["criterion"]): one["value"] for one in rows}

    return values


@pytest.mark.parametrize("named", [True, False])
def test_krippendorffs_own_example_gives_his_figures_with_and_without_names(assay, bring, workspace, named):
    report = bring(krippendorff_rows(named))
    assert (report["read"], report["new"], report["refused"]) == (41, 41, 0)
    assert report["created_criteria"] == ["imported/c (scale)"]
    (found,) = assay("agreement", "-w", workspace, "--json").json["criteria"]
    alpha = found["krippendorff_alpha"]
    assert (alpha["nominal"], alpha["ordinal"], alpha["interval"]) == (
        pytest.approx(0.743, abs=5e-4), pytest.approx(0.815, abs=5e-4), pytest.approx(0.849, abs=5e-4),
    )  # fmt: skip
    assert found["gwet_ac1"] == pytest.approx(0.775, abs=5e-4)
    assert found["percent_agreement"] == pytest.approx(0.818, abs=5e-4)
    assert found["fleiss_kappa"] == pytest.approx(0.761, abs=5e-4)
    assert found["gwet_ac2"] == pytest.approx(0.914, abs=5e-4)
    assert (found["items"], found["pairable_items"], found["ratings"]) == (12, 11, 41)
    assert found["raters"] == 4
    assert found["level"] == "ordinal"
    assert len(found["cohen_kappa"]) == (6 if named else 0)
    assert found["distribution"] == Counter(" ".join(KRIPPENDORFF).replace(".", "").split())
    low, high = found["intervals"]["alpha_nominal"]
    assert low < alpha["nominal"] < high


@pytest.mark.parametrize("named", [True, False])
def test_importing_twice_changes_nothing(bring, assay, workspace, named):
    bring(krippendorff_rows(named))
    before = assay("agreement", "-w", workspace, "--json").json
    again = bring(krippendorff_rows(named))
    assert (again["new"], again["unchanged"], again["created_criteria"]) == (0, 41, [])
    assert assay("agreement", "-w", workspace, "--json").json == before


@pytest.mark.parametrize("form", ["csv", "semicolons", "parquet"])
def test_the_same_rows_as_a_table_are_the_same_reviews(bring, assay, workspace, tmp_path, form):
    from assay.traces.columns import write_parquet_rows

    rows = krippendorff_rows()
    bring(rows)
    path = tmp_path / f"rows.{'parquet' if form == 'parquet' else 'csv'}"
    if form == "parquet":
        write_parquet_rows(rows, list(rows[0]), path)
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";" if form == "semicolons" else ",")
            writer.writeheader()
            writer.writerows(rows)
    again = bring(path)
    assert (again["new"], again["unchanged"]) == (0, 41)


@pytest.mark.parametrize("missing", ["trace_id", "rater", "criterion", "value"])
def test_a_row_needs_a_trace_a_rater_a_criterion_and_a_value(bring, missing):
    bad = {key: value for key, value in row("t", "M", "yes").items() if key != missing}
    report = bring([row("t", "M", "yes"), bad])
    assert (report["new"], report["refused"]) == (1, 1)
    (refused,) = rejects_of(report)
    assert refused["line"] == 2
    assert missing in refused["reason"]
    assert json.loads(refused["record"]) == bad


def test_a_table_without_a_needed_column_is_refused_as_a_whole(assay, workspace, tmp_path):
    (tmp_path / "t.csv").write_text("trace_id,rater,value\nt,M,1\nt2,M,2\n")
    said = assay("import-reviews", tmp_path / "t.csv", "-w", workspace, "--json")
    assert (said.code, json.loads(said.out)["new"]) == (1, 0)
    assert "criterion" in rejects_of(json.loads(said.out))[0]["reason"]


def test_reviews_may_come_before_their_traces(assay, bring, workspace, lines, tmp_path):
    report = bring([row(f"t-{n}", who, str(n % 2)) for n in range(6) for who in ("Ann", "Bob")])
    assert (report["new"], report["without_trace"]) == (12, 6)
    assert assay("agreement", "-w", workspace, "--json").json["criteria"][0]["percent_agreement"] == 1.0
    traces = [{"id": f"t-{n}", "input": "?", "metrics": [{"name": "m", "value": n % 2}]} for n in range(6)]
    assay("import", lines(tmp_path / "t.jsonl", traces), "-w", workspace)
    found = assay("calibrate", "-w", workspace, "--criterion", "clear", "--metric", "m", "--json").json
    assert (found["items"], found["missing_metric"], found["spearman"]) == (6, 0, pytest.approx(1.0))
    again = bring([row(f"t-{n}", who, str(n % 2)) for n in range(6) for who in ("Ann", "Bob")])
    assert (again["new"], again["without_trace"]) == (0, 0)


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (["pass", "fail"], "binary"), (["yes", "no"], "binary"), (["1", "0"], "binary"), (["a", "b"], "binary"),
        (["1", "2", "3"], "scale"), (["0", "5", "10"], "scale"), (["1", "50", "100"], "number"),
        (["0.5", "1.5", "2.5"], "number"), (["red", "green", "blue"], "choice"), (["1", "good", "2"], "choice"),
    ],
)  # fmt: skip
def test_a_new_criterion_is_made_from_its_values_and_the_command_says_so(
    assay, bring, workspace, lines, tmp_path, seen, kind
):
    rows = [row(f"t-{n}", "M", value, criterion="new one") for n, value in enumerate(seen)]
    report = bring(rows)
    assert (report["created_criteria"], report["refused"]) == ([f"imported/new one ({kind})"], 0)
    fresh = assay("import-reviews", lines(tmp_path / "r.jsonl", rows), "-w", tmp_path / "other")
    assert f"imported/new one ({kind})." in fresh.out


def test_a_known_criterion_takes_its_answers_by_value_or_words(bring, values):
    report = bring(
        [row("a", "M", "Yes", "helps"), row("b", "M", "FAIL", "helps"), row("c", "M", "Pass", "pass")]
    )
    assert (report["refused"], report["created_criteria"]) == (0, [])
    assert values() == {("a", "M", "helps"): "pass", ("b", "M", "helps"): "fail", ("c", "M", "pass"): "pass"}


def test_a_criterion_that_only_shares_its_name_with_a_built_in_one_is_made_anew(bring, values):
    """“overall” of the built-in rubric ends at 5; here it means something else."""
    report = bring([row(f"t-{n}", "M", str(60 + n), "overall") for n in range(5)])
    assert report["created_criteria"] == ["imported/overall (scale)"]
    assert sorted(values().values()) == ["60", "61", "62", "63", "64"]
    assert bring([row("t-9", "M", "63", "overall")])["created_criteria"] == []


def test_a_stray_value_of_a_known_criterion_is_refused_and_the_others_come_in(bring):
    report = bring(
        [row("a", "M", "pass", "pass"), row("b", "M", "fail", "pass"), row("c", "M", "banana", "pass")]
    )
    assert (report["new"], report["refused"]) == (2, 1)
    (refused,) = rejects_of(report)
    assert refused["line"] == 3
    assert "“banana” is not an answer to “pass”" in refused["reason"]
    assert json.loads(refused["record"])["rater"] == "M"


def test_a_scale_made_from_values_widens_when_further_values_come(bring, values):
    assert bring([row("a", "M", "2"), row("b", "M", "3"), row("c", "M", "4")])["created_criteria"] == [
        "imported/clear (scale)"
    ]
    later = bring([row("d", "M", "5"), row("e", "M", "1")])
    assert (later["refused"], later["widened_criteria"], later["created_criteria"]) == (
        0,
        ["imported/clear"],
        [],
    )
    assert sorted(values().values()) == ["1", "2", "3", "4", "5"]
    assert bring([row("f", "M", "0")])["widened_criteria"] == ["imported/clear"]
    assert bring([row("g", "M", "3")])["widened_criteria"] == []
    assert bring([row("h", "M", "many")])["refused"] == 1


def test_questions_somebody_worded_are_never_widened(bring):
    report = bring([*(row(f"t-{n}", "M", "3", "overall") for n in range(5)), row("t-9", "M", "6", "overall")])
    assert (report["new"], report["refused"], report["widened_criteria"]) == (5, 1, [])


def test_two_files_with_different_criteria_of_one_rater_on_one_trace_both_stand(bring, values):
    bring([row("t", "Ann", "yes", "clear"), row("u", "Ann", "no", "clear")])
    bring([row("t", "Ann", "3", "depth"), row("u", "Ann", "4", "depth"), row("v", "Ann", "5", "depth")])
    assert values() == {
        ("t", "Ann", "clear"): "yes", ("u", "Ann", "clear"): "no",
        ("t", "Ann", "depth"): "3", ("u", "Ann", "depth"): "4", ("v", "Ann", "depth"): "5",
    }  # fmt: skip


def test_of_two_answers_the_later_stands_by_its_time_else_by_its_place(bring, values):
    bring(
        [
            row("a", "Ann", "yes", created_at="2026-11-02T10:00:00Z"),
            row("a", "Ann", "no", created_at="2026-11-01T10:00:00Z"),
            row("b", "Ann", "yes"),
            row("b", "Ann", "no"),
        ]
    )
    assert values() == {("a", "Ann", "clear"): "yes", ("b", "Ann", "clear"): "no"}


def test_of_two_files_in_one_command_the_later_named_stands(bring, values):
    first = [*(row(f"t-{n}", "Ann", "yes") for n in range(5)), row("x", "Ann", "yes")]
    bring(first, [row("x", "Ann", "no")])
    assert values()["x", "Ann", "clear"] == "no"


def test_an_answer_corrected_in_a_later_file_takes_the_place_of_the_first(bring, values):
    bring([row("t", "Ann", "yes"), row("u", "Ann", "yes")])
    assert bring([row("t", "Ann", "no"), row("u", "Ann", "yes")])["new"] == 1
    assert values() == {("t", "Ann", "clear"): "no", ("u", "Ann", "clear"): "yes"}


def test_a_second_reviewer_never_takes_the_place_of_the_first(bring, values):
    bring([row("t", "Ann", "yes"), row("t", "Bob", "no")])
    assert len(values()) == 2


def test_blanks_around_a_raters_name_make_no_second_rater(assay, bring, workspace):
    rows = [
        row("a", " Ann ", "yes"),
        row("b", "Ann", "no"),
        row("a", "\tBob\n", "yes"),
        row("b", "Bob\u00a0", "no"),
    ]
    bring(rows)
    (found,) = assay("agreement", "-w", workspace, "--json").json["criteria"]
    assert found["raters"] == 2
    assert found["cohen_kappa"][0]["raters"] == ["Ann", "Bob"]


def test_a_rubric_may_be_named_for_all_rows(assay, bring, workspace, values):
    report = bring(
        [row("a", "M", "yes", "tone", rubric="house"), row("b", "M", "no", "tone")],
        words=["--rubric", "voice"],
    )
    assert report["created_criteria"] == ["voice/tone (binary)"]
    fits = bring(
        [row("a", "M", "fail", "pass"), row("b", "M", "pass", "pass")], words=["--rubric", "pass-fail"]
    )
    assert (fits["created_criteria"], fits["new"]) == ([], 2)


def test_a_question_brought_into_the_teams_own_rubric_is_not_asked_of_them_as_a_must(
    assay, bring, workspace, lines, tmp_path
):
    assay("import", lines(tmp_path / "t.jsonl", [{"id": "a", "input": "?"}]), "-w", workspace)
    bring([row("a", "M", "yes", "tone"), row("b", "M", "no", "tone")], words=["--rubric", "pass-fail"])
    for words in (["pass=pass"], ["pass=fail", "tone=yes"]):
        said = assay(
            "review",
            "-w",
            workspace,
            "--rater",
            "R",
            "--trace",
            "a",
            "--rubric",
            "pass-fail",
            "--set",
            *words,
        )
        assert said.code == 0, said.err
    assert assay("review", "-w", workspace, "--rater", "R", "--trace", "a", "--set", "tone=yes").code == 1


def test_rows_that_name_a_rubric_keep_it(bring):
    report = bring(
        [row("a", "M", "yes", "tone", rubric="house"), row("b", "M", "no", "tone", rubric="guest")]
    )
    assert sorted(report["created_criteria"]) == ["guest/tone (binary)", "house/tone (binary)"]


def test_a_trace_whose_name_two_sources_use_must_be_named_with_its_source(
    bring, assay, workspace, lines, tmp_path, values
):
    path = lines(tmp_path / "t.jsonl", [{"id": "same", "input": "?"}])
    for source in ("shop", "app"):
        assay("import", path, "-w", workspace, "--source", source)
    report = bring(
        [row("same", "M", "yes"), row("shop:same", "M", "no"), row("same", "Tom", "no", source="app")]
    )
    assert (report["new"], report["refused"], report["without_trace"]) == (2, 1, 0)
    (refused,) = rejects_of(report)
    assert refused["line"] == 1
    assert "More than one source has a trace “same”" in refused["reason"]
    assert set(values()) == {("shop:same", "M", "clear"), ("app:same", "Tom", "clear")}


def test_traces_handed_in_for_reviews_are_refused_row_by_row(assay, workspace, lines, tmp_path):
    said = assay(
        "import-reviews",
        lines(tmp_path / "t.jsonl", [{"id": "t", "input": "?"}] * 3),
        "-w",
        workspace,
        "--json",
    )
    assert (said.code, json.loads(said.out)["refused"]) == (1, 3)


def test_bad_rows_stop_nothing(bring, tmp_path):
    path = tmp_path / "bad.jsonl"
    good = json.dumps(row("good", "M", "yes"))
    path.write_bytes(
        b"\n".join([
            good.encode(), b'{"trace_id":"cut","rater":"M"', json.dumps(row("nul", "M", "a\0b")).encode(),
            json.dumps(row("latin", "J\u00f6rg", "yes"), ensure_ascii=False).encode("latin-1"), b"[]", b"7",
            json.dumps(row("nan", "M", float("nan"))).encode(), json.dumps(row("k", "M", "x", kind="odd")).encode(),
            json.dumps(row("when", "M", "yes", created_at="yesterday")).encode(),
            json.dumps(row("much", "M", "no", note="n" * 1_000_000)).encode(),
        ])
    )  # fmt: skip
    report = bring(path)
    assert (report["read"], report["new"], report["refused"]) == (10, 2, 8)
    assert [one["line"] for one in rejects_of(report)] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert all(one["reason"] and one["file"] == str(path) for one in rejects_of(report))


def test_what_export_writes_import_reviews_reads_with_the_same_figures(
    assay, bring, workspace, blank, tmp_path
):
    bring(krippendorff_rows(), krippendorff_rows(named=False))
    bring(
        [
            row(f"u-{n:02}", who, "yes" if n % 3 else "no", note=f"=1+{n}")
            for n in range(9)
            for who in ("A", "B")
        ]
    )
    before = assay("agreement", "-w", workspace, "--json").json
    assert len(before["criteria"]) == 2
    for form in ("jsonl", "csv", "parquet"):
        written = assay(
            "export", "-w", workspace, "--layout", "long", "--format", form, "-o", tmp_path / form, "--json"
        ).json
        assert written["rows"] == 100
        shutil.copytree(blank, tmp_path / form / "w")
        came = assay("import-reviews", written["files"][0], "-w", tmp_path / form / "w", "--json").json
        assert (came["new"], came["refused"]) == (100, 0)
        assert assay("agreement", "-w", tmp_path / form / "w", "--json").json == before


def test_an_adjudication_settles_the_figures_and_is_no_independent_rating(assay, bring, workspace):
    bring(
        [
            *(row(f"t-{n}", "Ann", "pass", "pass") for n in range(4)),
            *(row(f"t-{n}", "Bob", "fail", "pass") for n in range(4)),
            *(row(f"t-{n}", "Chair", "pass", "pass", rater_kind="adjudicated") for n in range(3)),
        ]
    )
    (found,) = assay("agreement", "-w", workspace, "--json").json["criteria"]
    assert (found["raters"], found["ratings"], found["percent_agreement"]) == (2, 8, 0.0)
    assert assay("quality", "-w", workspace, "--json").json["estimate"] == pytest.approx(3.5 / 4)


def test_people_without_a_name_are_told_apart_by_their_place_in_the_file(
    assay, bring, workspace, lines, tmp_path
):
    rows = [row("t", None, value) for value in ("1", "2", "2", "3")] + [row("t", None, "2", "depth")]
    assert bring(rows)["new"] == 5
    grown = [*rows, row("t", None, "3"), row("u", None, "1")]
    assert (bring(grown)["new"], bring(grown)["unchanged"]) == (2, 7)
    elsewhere = lines(tmp_path / "another file.jsonl", [row("t", None, "1")])
    assert bring(elsewhere)["new"] == 1
    found = {one["criterion"]: one for one in assay("agreement", "-w", workspace, "--json").json["criteria"]}
    assert found["clear"]["distribution"] == {"1": 3, "2": 2, "3": 2}
    assert found["clear"]["cohen_kappa"] == []
