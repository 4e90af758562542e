"""Bringing traces in: the good records come in, the bad ones are counted and written out, and nothing stops."""

import json
from pathlib import Path

import pytest


def a_record(native_id, **more):
    return {"id": native_id, "input": f"Question {native_id}?", "output": "An answer.", **more}


GOOD = [a_record(f"t-{n}", model="m-1", metrics=[{"name": "judge", "value": n / 10}]) for n in range(8)]


def rejects_of(report):
    with Path(report["rejects"]).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def counts(report):
    return tuple(report[name] for name in ("read", "new", "unchanged", "updated", "refused"))


@pytest.fixture
def bring(assay, workspace):
    """Imports into the workspace and gives the report as an object."""

    def bring(*words):
        said = assay("import", *words, "-w", workspace, "--json")
        assert said.err == "" or "refused" in said.err
        return json.loads(said.out)

    return bring


def test_an_import_counts_and_importing_twice_changes_nothing(bring, lines, tmp_path):
    path = lines(tmp_path / "t.jsonl", GOOD)
    first = bring(path)
    assert {key: first[key] for key in ("read", "new", "unchanged", "updated", "refused", "rejects", "format")} == {
        "read": 8, "new": 8, "unchanged": 0, "updated": 0, "refused": 0, "rejects": None, "format": "assay-jsonl",
    }  # fmt: skip
    assert first["by_format"] == {"assay-jsonl": 8}
    assert counts(bring(path)) == (8, 0, 8, 0, 0)


def test_a_trace_that_says_something_else_now_is_updated(bring, lines, tmp_path):
    path = lines(tmp_path / "t.jsonl", GOOD)
    bring(path)
    lines(path, [{**GOOD[0], "output": "Another answer."}, *GOOD[1:], a_record("t-9")])
    assert counts(bring(path)) == (9, 1, 7, 1, 0)
    assert counts(bring(path)) == (9, 0, 9, 0, 0)


BAD_LINES = [
    ('{"id":"cut","input":"What is', "cut off"),
    ('{"input":"no id","output":"x"}', "no “id”"),
    ('{"id":"","input":"x"}', "no “id”"),
    ('{"id":"bare"}', "none of"),
    ("not json at all", "not JSON"),
    ('{"id":"a\\u0000b","input":"x"}', "not text"),
    ('{"id":"t","input":"x","started_at":"soon"}', "started_at"),
    ('{"id":"t","input":"x","metrics":[{"value":1}]}', "has no “name”"),
    ("[1,2,3]", "expected"),
    ("null", "expected"),
]


def test_every_bad_record_is_written_out_with_file_line_reason_and_itself(bring, lines, tmp_path):
    records = []
    for place, (bad, _) in enumerate(BAD_LINES):
        records += [a_record(f"good-{place}"), bad]
    path = lines(tmp_path / "mixed.jsonl", records)
    report = bring(path)
    assert counts(report) == (20, 10, 0, 0, 10)
    for place, (row, (bad, reason)) in enumerate(zip(rejects_of(report), BAD_LINES, strict=True)):
        assert (row["file"], row["line"]) == (str(path), 2 * place + 2)
        assert reason in row["reason"], row
        assert row["record"].strip() == bad


def test_some_refused_is_a_warning_and_all_refused_is_a_failure(assay, workspace, lines, tmp_path):
    some = assay("import", lines(tmp_path / "some.jsonl", [*GOOD, "{"]), "-w", workspace, "--json")
    assert some.code == 0
    assert (
        some.err
        == f"assay: 1 record was refused; it stands in {json.loads(some.out)['rejects']} with the reason.\n"
    )
    all_bad = lines(tmp_path / "all.jsonl", ['{"id":"cut","input":', "{", "}"])
    said = assay("import", all_bad, "-w", workspace, "--format", "assay-jsonl", "--json")
    assert (said.code, counts(json.loads(said.out))) == (1, (3, 0, 0, 0, 3))
    assert "3 records were refused" in said.err


def test_two_traces_of_one_name_in_a_file_keep_the_first_and_name_the_place_of_the_second(
    bring, lines, tmp_path
):
    path = lines(
        tmp_path / "t.jsonl", [a_record("twin"), a_record("other"), a_record("twin", output="Different.")]
    )
    report = bring(path)
    assert counts(report) == (3, 2, 0, 0, 1)
    (row,) = rejects_of(report)
    assert (row["file"], row["line"]) == (str(path), 3)
    assert "'twin' stands for two different traces" in row["reason"]
    assert json.loads(row["record"])["output"][0]["parts"][0]["text"] == "Different."


def test_the_same_trace_twice_in_a_file_is_there_once(bring, lines, tmp_path):
    assert counts(bring(lines(tmp_path / "t.jsonl", [a_record("a"), a_record("a")]))) == (2, 1, 1, 0, 0)


def test_nul_utf16_a_huge_field_and_mixed_labels_stop_nothing(bring, assay, workspace, lines, tmp_path):
    huge = a_record("huge", output="x" * 3_000_000)
    mixed = [
        a_record(f"m-{n}", metrics=[{"name": "mixed", "value": value}])
        for n, value in enumerate([1, "good", 0.5])
    ]
    odd = '{"id":"nan","input":"x","metrics":[{"name":"score","value":NaN},{"name":"big","value":1e999}]}'
    nul = '{"id":"nul","input":"a\\u0000b"}'
    utf16 = tmp_path / "utf16.jsonl"
    utf16.write_text(
        json.dumps(a_record("sixteen", output="Grüße 🦊"), ensure_ascii=False), encoding="utf-16"
    )
    path = lines(tmp_path / "t.jsonl", [huge, *mixed, odd, nul])
    (tmp_path / "raw.jsonl").write_bytes(
        b'{"id":"ok","input":"x"}\n{"id":"raw\x00","input":"x"}\n{"id":"l\xe4tin","input":"x"}\n'
    )
    report = bring(path, utf16, tmp_path / "raw.jsonl")
    assert counts(report) == (10, 8, 0, 0, 2)
    assert {row["line"] for row in rejects_of(report)} == {2, 3}
    assert assay("review", "-w", workspace, "--rater", "R", "--trace", "nan", "--set", "pass=pass").code == 0
    assert assay("review", "-w", workspace, "--rater", "R", "--trace", "m-1", "--set", "pass=pass").code == 0
    missing = assay("calibrate", "-w", workspace, "--criterion", "pass", "--metric", "score", "--json").json
    assert (missing["items"], missing["missing_metric"]) == (0, 2)


def test_a_folder_is_taken_whole_and_a_wrong_file_in_it_costs_only_itself(bring, workspace, lines, tmp_path):
    folder = tmp_path / "in"
    lines(folder / "a.jsonl", GOOD[:3])
    lines(folder / "deep" / "b.jsonl", GOOD[3:5])
    lines(folder / ".hidden.jsonl", GOOD[5:6])
    lines(folder / ".git" / "c.jsonl", GOOD[6:7])
    (folder / "README.md").write_text("Some words about the data.\n")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (folder / "empty.jsonl").touch()
    report = bring(folder)
    assert counts(report) == (8, 5, 0, 0, 3)
    assert {Path(row["file"]).name for row in rejects_of(report)} == {
        "README.md",
        "picture.png",
        "empty.jsonl",
    }


def test_a_workspace_inside_the_folder_is_no_part_of_the_import(assay, blank, lines, tmp_path):
    lines(tmp_path / "t.jsonl", GOOD)
    first = assay("import", tmp_path, "-w", tmp_path / "w", "--json").json
    again = assay("import", tmp_path, "-w", tmp_path / "w", "--json").json
    assert (counts(first), counts(again)) == ((8, 8, 0, 0, 0), (8, 0, 8, 0, 0))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("words.txt", b"Nothing but words.", "was not recognised"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00", "was not recognised"),
        ("empty.jsonl", b"", "is empty"),
        ("blank.jsonl", b"\n\n  \n", "is empty"),
        ("reviews.jsonl", b'{"trace_id":"t","rater":"M","criterion":"c","value":"1"}\n', "holds reviews"),
        ("reviews.csv", b"trace_id,rater,criterion,value\nt,M,c,1\n", "Use \u201cassay import-reviews\u201d"),
        ("database.sqlite", b"SQLite format 3\x00" + bytes(200), "was not recognised"),
    ],
)
def test_a_wrong_file_alone_is_refused_and_leaves_no_workspace_behind(
    assay, tmp_path, name, content, sentence
):
    (tmp_path / name).write_bytes(content)
    said = assay("import", tmp_path / name, "-w", tmp_path / "fresh", "--json")
    assert (said.code, said.out) == (1, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "fresh").exists()


@pytest.mark.parametrize("command", ["import", "import-reviews"])
def test_a_path_that_leads_nowhere_is_refused_before_anything_is_made(assay, tmp_path, lines, command):
    good = lines(tmp_path / "t.jsonl", GOOD)
    said = assay(command, good, tmp_path / "gone.jsonl", "-w", tmp_path / "fresh")
    assert (said.code, said.err) == (
        1,
        f"assay: There is no file {tmp_path / 'gone.jsonl'}. Check the path.\n",
    )
    assert not (tmp_path / "fresh").exists()


def test_an_empty_folder_is_refused(assay, tmp_path):
    (tmp_path / "in").mkdir()
    said = assay("import", tmp_path / "in", "-w", tmp_path / "fresh")
    assert (said.code, said.err[:38]) == (1, "assay: There is no file to import. Nam")


def test_the_source_keeps_traces_of_one_name_apart(bring, lines, tmp_path):
    path = lines(tmp_path / "t.jsonl", GOOD)
    assert counts(bring(path, "--source", "shop"))[1] == 8
    assert counts(bring(path, "--source", "app"))[1] == 8
    assert counts(bring(path, "--source", "shop")) == (8, 0, 8, 0, 0)


def test_a_format_may_be_forced_and_an_unknown_one_is_wrong_usage(assay, bring, lines, tmp_path, workspace):
    path = lines(tmp_path / "t.jsonl", GOOD)
    assert bring(path, "--format", "assay-jsonl")["new"] == 8
    assert assay("import", path, "-w", workspace, "--format", "telepathy").code == 2
    said = assay("import", path, "-w", workspace, "--format", "inspectorraget", "--json")
    assert (said.code, json.loads(said.out)["refused"]) == (1, 1)


INSPECTED = {
    "name": "A small check (2026)",
    "models": [{"model_id": "m", "name": "M"}],
    "metrics": [
        {"name": "clear", "author": "human", "type": "categorical", "description": "Is it clear?",
         "values": [{"value": "1", "display_value": "No"}, {"value": "2", "display_value": "Yes"}]},
        {"name": "judge", "author": "llm", "type": "numerical"},
    ],
    "documents": [],
    "tasks": [{"task_id": f"q{n}", "task_type": "rag", "input": "?", "contexts": []} for n in range(3)],
    "evaluations": [
        {"task_id": f"q{n}", "model_id": "m", "model_response": "!",
         "annotations": {"clear": {"Ann": {"value": "2"}, "Bob": {"value": "1"}}, "judge": {"j": {"value": 0.5}}}}
        for n in range(3)
    ],
}  # fmt: skip


def test_judgements_in_a_file_come_along_unless_they_are_left_out(assay, bring, workspace, tmp_path):
    path = tmp_path / "check.json"
    path.write_text(json.dumps(INSPECTED))
    without = bring(path, "--no-reviews")
    assert (without["new"], without["reviews"]["read"]) == (3, 0)
    assert assay("agreement", "-w", workspace).code == 1
    along = bring(path)
    assert (along["unchanged"], along["reviews"]["new"], along["format"]) == (3, 6, "inspectorraget")
    assert along["reviews"]["created_criteria"] == ["a-small-check/clear (scale)"]
    again = bring(path)
    assert (again["reviews"]["new"], again["reviews"]["unchanged"]) == (0, 6)


def test_files_of_two_formats_are_counted_apart(bring, lines, tmp_path):
    other = tmp_path / "check.json"
    other.write_text(json.dumps(INSPECTED))
    report = bring(lines(tmp_path / "t.jsonl", GOOD), other)
    assert report["by_format"] == {"assay-jsonl": 8, "inspectorraget": 3}
    assert report["format"] == "assay-jsonl,inspectorraget"


def test_a_file_with_a_very_long_name_has_its_rejects_too(bring, lines, tmp_path):
    report = bring(lines(tmp_path / f"{'ü' * 110}.jsonl", [*GOOD, "{"]))
    assert rejects_of(report)[0]["record"] == "{"
