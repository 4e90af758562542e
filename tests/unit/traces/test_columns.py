"""Parquet in and out."""

import math
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.base.errors import Refused, Unavailable
from assay.traces.columns import read_parquet_rows, write_parquet_rows
from assay.traces.duck import connect, literal


def test_rows_come_back_as_they_went(tmp_path):
    rows = [
        {
            "trace_id": "it's \\ é 北京 \x00",
            "value": "4",
            "n": 3,
            "x": 0.5,
            "yes": True,
            "spans": [{"start": 1}],
        },
        {"trace_id": None, "value": "a\nb", "n": None, "x": 2, "yes": None},
        {},
    ]
    target = tmp_path / "it's [a] *.parquet"
    columns = ["value", "trace_id", "n", "x", "yes", "spans", "empty"]
    assert write_parquet_rows(iter(rows), columns, target) == 3
    read = list(read_parquet_rows(target))
    assert list(read[0]) == columns
    assert read[0] == {"value": "4", "trace_id": "it's \\ é 北京 \x00", "n": 3, "x": 0.5, "yes": True,
                       "spans": '[{"start":1}]', "empty": None}  # fmt: skip
    assert read[1] == dict.fromkeys(columns) | {"value": "a\nb", "x": 2.0}
    assert read[2] == dict.fromkeys(columns)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(
        st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])) | st.lists(st.integers(0, 9))
    )
)  # fmt: skip
def test_a_column_is_numbers_only_if_every_value_is_one(tmp_path_factory, values):
    target = tmp_path_factory.mktemp("column") / "column.parquet"
    assert write_parquet_rows(({"v": value} for value in values), ["v"], target) == len(values)
    read = [row["v"] for row in read_parquet_rows(target)]
    there = [value for value in values if value is not None]
    assert [value is None for value in read] == [value is None for value in values]
    if all(isinstance(value, bool) for value in there) or all(isinstance(value, str) for value in there):
        assert read == values
    elif all(type(value) is float or (type(value) is int and abs(value) < 2**63) for value in there):
        assert [value for value in read if value is not None] == pytest.approx(there)
    else:
        assert all(isinstance(value, str) for value in read if value is not None)


def test_odd_values_do_not_stop_an_export(tmp_path):
    target = tmp_path / "odd.parquet"
    rows = [
        {"t": "half \ud83d", "x": math.nan, "when": datetime(2026, 1, 1, tzinfo=UTC)},
        {"t": "b", "x": 1.0},
    ]
    assert write_parquet_rows(rows, ["t", "x", "when"], target) == 2
    read = list(read_parquet_rows(target))
    assert read[0]["t"].startswith("half ")
    assert [row["x"] for row in read] == [None, 1.0]
    assert read[0]["when"] == "2026-01-01T00:00:00Z"


def test_order_is_kept_in_long_files(tmp_path):
    target = tmp_path / "long.parquet"
    write_parquet_rows(({"n": n, "t": "x" * 100} for n in range(300_000)), ["n", "t"], target)
    assert [row["n"] for row in read_parquet_rows(target)] == list(range(300_000))


def test_names_that_differ_in_case_or_hold_quotes_are_columns(tmp_path):
    target = tmp_path / "names.parquet"
    columns = ['say "so"', "it's", "Good", "good", "北京", "select"]
    write_parquet_rows([{name: name for name in columns}], columns, target)
    (row,) = read_parquet_rows(target)
    assert list(row.values()) == columns


def test_types_of_other_writers_are_read_as_json_knows_them(tmp_path):
    target = tmp_path / "types.parquet"
    with connect(tmp_path) as engine:
        engine.execute(
            f"""COPY (SELECT TIMESTAMPTZ '2026-01-01 12:00:00+02' AS at, DATE '2026-01-02' AS day,
                1.5::DECIMAL(9,2) AS d, 'nan'::DOUBLE AS nan, [1, 2] AS l, {{'start': 1, 'code': 'x'}} AS s)
                TO {literal(str(target))} (FORMAT parquet)"""
        )
    assert list(read_parquet_rows(target)) == [
        {"at": "2026-01-01 10:00:00+00", "day": "2026-01-02", "d": 1.5, "nan": None, "l": [1, 2],
         "s": {"start": 1, "code": "x"}}
    ]  # fmt: skip
    assert datetime.fromisoformat("2026-01-01 10:00:00+00").tzinfo is not None


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\x00" * 100 + b"PAR1", b'{"a": 1}'])
def test_a_file_that_is_no_parquet_is_refused_in_words(tmp_path, content):
    path = tmp_path / "x.parquet"
    path.write_bytes(content)
    with pytest.raises(Refused, match="could not be read as Parquet"):
        list(read_parquet_rows(path))


def test_a_missing_file_is_refused_and_a_missing_folder_named(tmp_path):
    with pytest.raises(Refused, match=r"nothing\.parquet"):
        list(read_parquet_rows(tmp_path / "nothing.parquet"))
    with pytest.raises(Unavailable, match="could not be written"):
        write_parquet_rows([{"a": 1}], ["a"], tmp_path / "nowhere" / "a.parquet")


def test_rows_that_break_off_leave_the_older_file(tmp_path):
    target = tmp_path / "a.parquet"
    write_parquet_rows([{"a": 1}], ["a"], target)

    def rows():
        yield {"a": 2}
        raise Refused("No more.")

    with pytest.raises(Refused, match=r"No more\."):
        write_parquet_rows(rows(), ["a"], target)
    assert [row["a"] for row in read_parquet_rows(target)] == [1]
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


def test_the_engine_sees_nothing_outside_its_folder(tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    inside = tmp_path / "inside"
    inside.mkdir()
    code = (
        "import sys, duckdb; from pathlib import Path; from assay.traces.duck import connect\n"
        "try: connect(Path(sys.argv[1])).execute('SELECT * FROM read_text(?)', [sys.argv[2]])\n"
        "except duckdb.PermissionException: sys.exit(0)\n"
        "sys.exit('it could read')"
    )
    for outside in (str(secret), "https://example.invalid/x", str(inside / ".." / "secret.txt")):
        subprocess.run([sys.executable, "-c", code, str(inside), outside], check=True)
