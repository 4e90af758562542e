"""Judgements made elsewhere: what comes in, what is refused and why, and that reading never stops."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.base.errors import Cancelled, Refused
from assay.base.progress import Progress
from assay.exports.long import COLUMNS
from assay.model.incoming import IncomingReview, Rejected
from assay.sources import review_rows
from assay.sources.review_rows import looks_like_review_rows, read_review_rows
from assay.traces.columns import read_parquet_rows, write_parquet_rows

GOOD: dict[str, Any] = {"trace_id": "t-1", "rater": "ann", "criterion": "helps", "value": "pass"}
FULL: dict[str, Any] = {
    "rater_kind": "adjudicated",
    "kind": "binary",
    "passed": True,
    "note": " n ",
    "reason": "r",
    "correction": "c",
    "spans": [{"start": 1, "end": 2}],
    "codes": ["date"],
    "rubric": "three-questions",
    "rubric_version": 3,
    "created_at": "2026-11-20T10:15:02+01:00",
    "seconds": 12.5,
    "blind": False,
    "revealed_at": 1795165200,
    "step_id": "s-1",
    "seed": "k|d",
    "inclusion_probability": 0.1,
    "team": "x",
}
HEADER = "trace_id,rater,criterion,value\n"


def read(path: Path, progress: Progress | None = None) -> list[IncomingReview | Rejected]:
    return list(read_review_rows(path, progress or Progress(), read_parquet_rows))


def from_text(tmp_path: Path, text: str | bytes, name: str = "a.csv") -> list[IncomingReview | Rejected]:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)


def from_json(tmp_path: Path, *rows: Mapping[str, Any]) -> list[IncomingReview | Rejected]:
    return from_text(tmp_path, "".join(json.dumps(row) + "\n" for row in rows), "a.jsonl")


def one(tmp_path: Path, **fields: Any) -> IncomingReview:
    (item,) = from_json(tmp_path, {**GOOD, **fields})
    assert isinstance(item, IncomingReview), item
    return item


def why_not(tmp_path: Path, **fields: Any) -> str:
    (item,) = from_json(tmp_path, {**GOOD, **fields})
    assert isinstance(item, Rejected), item
    return item.reason


def good(items: list[IncomingReview | Rejected]) -> list[str]:
    return [item.native_trace_id for item in items if isinstance(item, IncomingReview)]


def bad(items: list[IncomingReview | Rejected]) -> list[tuple[int, str]]:
    return [(item.place.line, item.reason) for item in items if isinstance(item, Rejected)]


# --- what a row says ---


def test_four_fields_are_enough(tmp_path: Path):
    item = one(tmp_path)
    assert (item.native_trace_id, item.rater, item.criterion, item.value) == ("t-1", "ann", "helps", "pass")
    assert (item.source, item.rater_kind, item.kind, item.passed, item.blind) == (
        None,
        "human",
        None,
        None,
        True,
    )
    assert (item.place.line, item.extra) == (1, {})


def test_every_field_of_the_layout_is_read(tmp_path: Path):
    item = one(tmp_path, **FULL)
    assert (item.rater_kind, item.kind, item.passed, item.note, item.reason) == (
        "adjudicated",
        "binary",
        True,
        " n ",
        "r",
    )
    assert (item.correction, item.spans, item.codes) == ("c", [{"start": 1, "end": 2}], ["date"])
    assert (item.rubric, item.rubric_version, item.seconds, item.blind) == ("three-questions", 3, 12.5, False)
    assert item.created_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)
    assert item.revealed_at == datetime.fromtimestamp(1795165200, UTC)
    assert item.extra == {"step_id": "s-1", "seed": "k|d", "inclusion_probability": 0.1, "team": "x"}


@pytest.mark.parametrize("rater", [" ann ", "\tann\n", "ann\u00a0", "\ufeffann", " \u200bann"])
def test_blanks_around_a_reviewers_name_make_no_second_reviewer(rater: str, tmp_path: Path):
    assert one(tmp_path, rater=rater).rater == "ann"


@pytest.mark.parametrize("rater", [None, "", "   ", float("nan")])
def test_a_reviewer_may_be_without_a_name(rater: object, tmp_path: Path):
    assert one(tmp_path, rater=rater).rater is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *(
            (4.0, "4"),
            (4, "4"),
            ("4.0", "4"),
            ("4.50", "4.5"),
            (2.5, "2.5"),
            (-0.0, "0"),
            ("-0.0", "0"),
            (0, "0"),
        ),
        *((True, "true"), (False, "false"), (" pass ", "pass"), ("007", "007"), ("1e3", "1e3"), (-3, "-3")),
        *((10**20, "1" + "0" * 20), ("v1.0", "v1.0"), ("12.", "12")),
    ],
)
def test_an_answer_is_text_with_numbers_in_one_form(value: object, text: str, tmp_path: Path):
    assert one(tmp_path, value=value).value == text


def test_words_of_the_reviewers_own_are_kept_to_the_letter(tmp_path: Path):
    assert one(tmp_path, kind="text", value=" 4.0\n").value == " 4.0\n"
    assert one(tmp_path, kind="text", value="nan").value == "nan"
    assert one(tmp_path, kind="choice", value="1.0").value == "1.0"


def test_several_ticked_options_are_a_json_list(tmp_path: Path):
    assert one(tmp_path, kind="choices", value=["é", "b"]).value == '["é", "b"]'
    assert "must be text or a number" in why_not(tmp_path, value=["a"])
    assert "must be text or a number" in why_not(tmp_path, value={"a": 1})


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), float("-inf"), "NaN", "nan", "-inf", "Infinity"]
)
def test_an_answer_that_is_no_number_is_refused(value: object, tmp_path: Path):
    assert "NaN" in why_not(tmp_path, value=value)


def test_a_row_without_an_answer_is_refused_with_what_it_says_of_it(tmp_path: Path):
    assert why_not(tmp_path, value=None) == "The row holds no answer."
    assert (
        why_not(tmp_path, value=" ", missing_reason="cannot_judge")
        == "The row holds no answer. (cannot_judge)"
    )
    assert why_not(tmp_path, value=[], kind="choices") != ""


def test_a_trace_is_named_by_source_and_native_id_where_the_row_has_them(tmp_path: Path):
    named = one(tmp_path, trace_id="shop:t-9", source="shop", native_trace_id="t-9")
    assert (named.source, named.native_trace_id) == ("shop", "t-9")
    other = one(tmp_path, trace_id="x", source="phoenix", native_trace_id="t:9")
    assert (other.source, other.native_trace_id) == ("phoenix", "t:9")


def test_a_source_before_the_id_is_not_part_of_it(tmp_path: Path):
    item = one(tmp_path, trace_id="shop:t-9", source="shop")
    assert (item.source, item.native_trace_id) == ("shop", "t-9")
    alone = one(tmp_path, trace_id="shop:t-9")
    assert (alone.source, alone.native_trace_id) == (None, "shop:t-9")


def test_a_native_id_alone_names_a_trace(tmp_path: Path):
    (item,) = from_json(tmp_path, {"native_trace_id": 17, "rater": None, "criterion": "c", "value": 1})
    assert isinstance(item, IncomingReview)
    assert item.native_trace_id == "17"


@pytest.mark.parametrize("field", ["trace_id", "rater", "criterion", "value"])
def test_a_row_that_lacks_a_field_is_refused_by_its_name(field: str, tmp_path: Path):
    row = {name: value for name, value in GOOD.items() if name != field}
    ((line, reason),) = bad(from_json(tmp_path, row))
    assert (line, reason) == (1, f"The row lacks {field}.")


@pytest.mark.parametrize("field", ["trace_id", "criterion"])
@pytest.mark.parametrize("value", ["", "  ", None])
def test_a_row_without_trace_or_question_is_refused(field: str, value: object, tmp_path: Path):
    assert why_not(tmp_path, **{field: value}) == f"The row lacks {field}."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("kind", "stars"), ("rater_kind", "llm"), ("passed", "perhaps"), ("blind", 2), ("seconds", -1)),
        *(
            ("seconds", "soon"),
            ("seconds", float("inf")),
            ("rubric_version", "two"),
            ("created_at", "yesterday"),
        ),
        *(("created_at", 10**20), ("spans", "a"), ("spans", [1]), ("codes", [1]), ("codes", {"a": 1})),
        *(("rater", ["ann"]), ("note", {"a": 1}), ("revealed_at", "2026-13-01")),
    ],
)
def test_a_field_that_cannot_be_understood_is_named(field: str, value: object, tmp_path: Path):
    assert f"“{field}”" in why_not(tmp_path, **{field: value})


def test_fields_left_empty_say_nothing(tmp_path: Path):
    names = [name for name in COLUMNS if name not in GOOD]
    for nothing in (None, "", float("nan")):
        item = one(tmp_path, **dict.fromkeys(names, nothing))
        assert (item.note, item.passed, item.created_at, item.seconds, item.spans, item.extra) == (
            *[None] * 5,
            {},
        )


def test_a_time_without_a_zone_is_utc(tmp_path: Path):
    assert one(tmp_path, created_at="2026-11-20 09:15").created_at == datetime(
        2026, 11, 20, 9, 15, tzinfo=UTC
    )


# --- JSON Lines ---


def test_good_rows_come_in_around_bad_ones(tmp_path: Path):
    lines = [
        json.dumps(GOOD),
        '{"trace_id":"t-2","rater":"ann","criterion":"helps","val',
        "",
        "[1, 2]",
        '"words"',
        json.dumps({**GOOD, "trace_id": "t-3"}),
        "[" * 100_000,
        "1" * 5000,
        json.dumps({**GOOD, "trace_id": "t-4"}),
    ]
    items = from_text(tmp_path, "\n".join(lines), "a.jsonl")
    assert good(items) == ["t-1", "t-3", "t-4"]
    assert [line for line, _ in bad(items)] == [2, 4, 5, 7, 8]
    assert "cut off" in bad(items)[0][1]
    assert "not an object" in bad(items)[1][1]
    refused = next(item for item in items if isinstance(item, Rejected))
    assert refused.record == lines[1]


def test_a_nul_is_refused_by_name_however_it_is_written(tmp_path: Path):
    plain = json.dumps({**GOOD, "note": "a?b"}).replace("?", "\0")
    items = from_text(
        tmp_path, "\n".join([plain, json.dumps({**GOOD, "note": "a\0b"}), json.dumps(GOOD)]), "a.jsonl"
    )
    assert good(items) == ["t-1"]
    assert [reason for _, reason in bad(items)] == ["The row holds a NUL character."] * 2


def test_a_nul_or_half_a_character_deep_inside_is_found(tmp_path: Path):
    assert "NUL" in why_not(tmp_path, extra={"a": [{"b\0": 1}]})
    assert "no characters" in why_not(tmp_path, spans=[{"quote": "\ud800"}])


def test_a_row_nested_without_end_is_refused(tmp_path: Path):
    line = json.dumps(GOOD)[:-1] + ', "x": ' + "[" * 300 + "]" * 300 + "}"
    assert bad(from_text(tmp_path, line, "a.jsonl")) == [(1, "The row is nested too deep.")]


def test_a_line_without_end_is_cut_and_the_next_one_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(review_rows, "LONGEST", 10_000)
    long_row = json.dumps({**GOOD, "note": "x" * 45_000})
    items = from_text(tmp_path, f"{long_row}\n{json.dumps(GOOD)}\n", "a.jsonl")
    assert good(items) == ["t-1"]
    ((line, reason),) = bad(items)
    assert line == 1
    assert "too long" in reason
    assert isinstance(items[0], Rejected)
    assert len(items[0].record) < 5000


# --- CSV ---


def test_a_spreadsheet_is_read_with_its_line_numbers(tmp_path: Path):
    items = from_text(
        tmp_path, HEADER + 't-1,ann,helps,pass\n\nt-2,"two\nlines",helps,fail\n,,,\nt-3,,helps,pass\n'
    )
    assert [
        (item.native_trace_id, item.rater, item.place.line)
        for item in items
        if isinstance(item, IncomingReview)
    ] == [
        ("t-1", "ann", 2),
        ("t-2", "two\nlines", 4),
        ("t-3", None, 7),
    ]
    assert bad(items) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_any_line_end_and_any_usual_separator_is_understood(sign: str, end: str, tmp_path: Path):
    text = sign.join(["Trace_ID", " rater ", "criterion", "value"]) + end + sign.join(["t-1", "a", "c", "5"])
    assert good(from_text(tmp_path, text + end)) == ["t-1"]


def test_columns_that_are_missing_are_named_in_one_sentence(tmp_path: Path):
    items = from_text(tmp_path, "trace_id,reviewer,value\nt-1,ann,pass\nt-2,ann,pass\n")
    assert bad(items) == [
        (1, "The columns rater, criterion are missing; a row needs trace_id, rater, criterion, value.")
    ]
    assert good(items) == []


def test_an_empty_file_is_told_and_not_a_traceback(tmp_path: Path):
    assert "missing" in bad(from_text(tmp_path, b""))[0][1]
    assert from_text(tmp_path, b"", "a.jsonl") == []


def test_a_column_that_stands_there_twice_is_told(tmp_path: Path):
    ((line, reason),) = bad(from_text(tmp_path, "trace_id,rater,criterion,value,value\nt-1,a,c,1,2\n"))
    assert (line, reason) == (1, "The columns value stand there twice.")


def test_ragged_rows_and_a_cut_last_line_are_refused_and_the_rest_comes_in(tmp_path: Path):
    items = from_text(
        tmp_path, HEADER + "t-1,ann,helps,pass\nt-2,ann\nt-3,ann,helps,pass,more\nt-4,a,c,1\nt-5,a"
    )
    assert good(items) == ["t-1", "t-4"]
    assert [line for line, _ in bad(items)] == [3, 4, 6]
    assert "2 cells where the header has 4" in bad(items)[0][1]


@pytest.mark.parametrize(
    "spoilt",
    ['"t-2,ann,helps,pass\n', 't-2,"ann"x,helps,pass\n', 't-2,ann,helps,"pass\n', 't-2,"an"n,"helps,pass\n'],
)
def test_a_stray_quotation_mark_spoils_one_row_only(spoilt: str, tmp_path: Path):
    rest = "".join(f"t-{number},ann,helps,pass\n" for number in range(3, 50))
    items = from_text(tmp_path, HEADER + "t-1,ann,helps,pass\n" + spoilt + rest)
    assert good(items) == ["t-1", *(f"t-{number}" for number in range(3, 50))]
    assert [line for line, _ in bad(items)] == [3]
    assert "quotation mark" in bad(items)[0][1]


def test_many_stray_quotation_marks_do_not_make_it_slow(tmp_path: Path):
    pairs = "".join(f't-{number},"ann,helps,pass\nu-{number},ann,helps,pass\n' for number in range(5000))
    items = from_text(tmp_path, HEADER + pairs)
    assert (len(good(items)), len(bad(items))) == (5000, 5000)


def test_a_note_longer_than_csv_readers_like_comes_in(tmp_path: Path):
    header = "trace_id,rater,criterion,value,note\n"
    (item,) = from_text(tmp_path, header + f"t-1,ann,helps,pass,{'x' * 300_000}\n")
    assert isinstance(item, IncomingReview)
    assert len(item.note or "") == 300_000


def test_a_cell_without_end_is_refused_and_the_next_row_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(review_rows, "LONGEST", 200_000)
    items = from_text(tmp_path, HEADER + f't-1,ann,helps,"{"x" * 900_000}"\nt-2,ann,helps,pass\n')
    assert good(items) == ["t-2"]
    assert [line for line, _ in bad(items)] == [2]


def test_the_apostrophe_before_a_formula_is_taken_away_and_no_other(tmp_path: Path):
    header = "trace_id,rater,criterion,value,note\n"
    rows = [
        ("'=1+1", "=1+1"),
        ("''=1", "'=1"),
        ("'quoted'", "'quoted'"),
        ("'-2", "-2"),
        ("-2", "-2"),
        ("' @x", " @x"),
    ]
    text = io.StringIO()
    csv.writer(text).writerows([["t", "a", "c", "1", cell] for cell, _ in rows])
    items = from_text(tmp_path, header + text.getvalue())
    assert [item.note for item in items if isinstance(item, IncomingReview)] == [note for _, note in rows]


def test_lists_in_csv_are_json_and_one_word_is_a_list_of_one(tmp_path: Path):
    header = "trace_id,rater,criterion,value,codes,spans,passed\n"
    items = from_text(
        tmp_path, header + 't,a,c,1,"[""x"",""y""]","[{""start"":1}]",true\nt,a,c,1,date,,FALSE\n'
    )
    first, second = items
    assert isinstance(first, IncomingReview)
    assert isinstance(second, IncomingReview)
    assert (first.codes, first.spans, first.passed) == (["x", "y"], [{"start": 1}], True)
    assert (second.codes, second.spans, second.passed) == (["date"], None, False)


# --- encodings ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_what_spreadsheets_call_unicode_is_understood(encoding: str, name: str, tmp_path: Path):
    row = json.dumps({**GOOD, "rater": "Zoë 🙂"}, ensure_ascii=False)
    text = HEADER + "t-1,Zoë 🙂,helps,pass\n" if name.endswith("csv") else row + "\n"
    (item,) = from_text(tmp_path, text.encode(encoding), name)
    assert isinstance(item, IncomingReview)
    assert item.rater == "Zoë 🙂"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_rows_in_a_foreign_encoding_are_refused_and_plain_ones_come_in(name: str, tmp_path: Path):
    rows = [
        {**GOOD, "trace_id": "t-1"},
        {**GOOD, "trace_id": "t-2", "rater": "Zoë"},
        {**GOOD, "trace_id": "t-3"},
    ]
    if name.endswith("csv"):
        text = HEADER + "".join(",".join(map(str, row.values())) + "\n" for row in rows)
    else:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    items = from_text(tmp_path, text.encode("latin-1"), name)
    assert good(items) == ["t-1", "t-3"]
    ((_, reason),) = bad(items)
    assert "UTF-8" in reason
    record = next(item.record for item in items if isinstance(item, Rejected))
    record.encode("utf-8")


@given(st.binary(max_size=400))
@settings(max_examples=60)
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a"])
def test_no_file_however_broken_stops_the_reading(
    name: str, tmp_path_factory: pytest.TempPathFactory, noise: bytes
):
    path = tmp_path_factory.mktemp("noise") / name
    for content in (noise, HEADER.encode() + noise, json.dumps(GOOD).encode() + b"\n" + noise):
        path.write_bytes(content)
        looks_like_review_rows(path, content)
        if not content.startswith(b"PAR1"):
            for item in read(path):
                assert isinstance(item, IncomingReview) or item.reason


# --- Parquet ---


def test_parquet_rows_come_in_like_the_others(tmp_path: Path):
    rows = [
        {**GOOD, "value": 4.0, "passed": True, "codes": ["a"], "seconds": 2.5},
        {**GOOD, "trace_id": "t-2", "rater": " bob ", "value": None},
        {**GOOD, "trace_id": "t-3", "value": 5, "note": "n"},
    ]
    write_parquet_rows(rows, [*GOOD, "passed", "codes", "seconds", "note"], tmp_path / "a.parquet")
    items = read(tmp_path / "a.parquet")
    assert [(item.native_trace_id, item.value) for item in items if isinstance(item, IncomingReview)] == [
        ("t-1", "4"),
        ("t-3", "5"),
    ]
    assert bad(items) == [(2, "The row holds no answer.")]


def test_parquet_of_something_else_is_told_in_one_sentence(tmp_path: Path):
    write_parquet_rows([{"trace_id": "a", "score": 1}] * 3, ["trace_id", "score"], tmp_path / "a.parquet")
    ((line, reason),) = bad(read(tmp_path / "a.parquet"))
    assert line == 1
    assert "rater, criterion, value are missing" in reason


def test_a_broken_parquet_file_is_refused_and_not_a_traceback(tmp_path: Path):
    ((_, reason),) = bad(from_text(tmp_path, b"PAR1 and then nothing", "a.parquet"))
    assert "Parquet" in reason


def test_values_as_other_engines_give_them_are_understood(tmp_path: Path):
    def rows(_path: Path) -> Iterator[Mapping[str, Any]]:
        yield {
            **GOOD,
            "rater": float("nan"),
            "created_at": datetime(2026, 11, 20, 9, 15),
            "seconds": float("nan"),
        }
        yield {**GOOD, "value": float("nan")}

    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    first, second = read_review_rows(tmp_path / "a.parquet", Progress(), rows)
    assert isinstance(first, IncomingReview)
    assert (first.rater, first.seconds, first.created_at) == (
        None,
        None,
        datetime(2026, 11, 20, 9, 15, tzinfo=UTC),
    )
    assert isinstance(second, Rejected)


# --- finding out, stopping ---


def test_review_rows_are_told_from_other_files(tmp_path: Path):
    write_parquet_rows([GOOD], list(GOOD), tmp_path / "reviews.parquet")
    write_parquet_rows([{"trace_id": "t", "value": 1}], ["trace_id", "value"], tmp_path / "other.parquet")
    trace = json.dumps({"id": "t-1", "input": "x", "output": json.dumps(GOOD)}) + "\n"
    seen = {
        "a.jsonl": json.dumps(GOOD) + "\n",
        "b.csv": HEADER + "t-1,ann,helps,pass\n",
        "c.csv": "\ufefftrace_id;rater;criterion;value\n",
        "d.jsonl": '{"broken\n' + json.dumps(GOOD) + "\n",
    }
    unseen = {"e.jsonl": trace, "f.csv": "id,name,value\n1,a,2\n", "g": "", "h.txt": "just words\n"}
    for name, text in {**seen, **unseen}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = {
        path.name for path in tmp_path.iterdir() if looks_like_review_rows(path, path.read_bytes()[:65536])
    }
    assert found == {*seen, "reviews.parquet"}


def test_rows_are_read_by_what_they_are_when_the_name_says_nothing(tmp_path: Path):
    assert good(from_text(tmp_path, json.dumps(GOOD), "export")) == ["t-1"]
    assert good(from_text(tmp_path, HEADER + "t-1,a,c,1", "export")) == ["t-1"]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(Refused, match="no file"):
        read(tmp_path / "gone.csv")


def test_progress_is_told_in_bytes_and_reading_can_be_stopped(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    path.write_text((json.dumps(GOOD) + "\n") * 2000)
    told: list[tuple[int, int | None]] = []
    assert len(read(path, Progress(lambda done, total, _what: told.append((done, total))))) == 2000
    size = path.stat().st_size
    assert told[-1] == (size, size)
    assert all(0 < done <= size for done, _ in told)
    assert len(told) > 3
    stopped = Progress()
    items = read_review_rows(path, stopped, None)
    next(items)
    stopped.cancel()
    with pytest.raises(Cancelled):
        list(items)
