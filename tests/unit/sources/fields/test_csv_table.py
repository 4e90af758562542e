"""A CSV file gives its rows by column, gzipped or not, and says from where on it cannot be read."""

import gzip

import pytest

from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.sources.fields.csv_table import BEYOND, csv_columns, csv_rows

TABLE = b'id,input,"score, of it"\n1,"a\nb",0.5\n2,,\n'


@pytest.fixture
def rows(tmp_path):
    def rows(content):
        path = tmp_path / "table"
        path.write_bytes(content)
        return list(csv_rows(path, Progress()))

    return rows


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_table_gives_its_columns_and_rows(rows, pack):
    assert csv_columns(pack(TABLE)) == ("id", "input", "score, of it")
    assert rows(pack(TABLE)) == [
        {"id": "1", "input": "a\nb", "score, of it": "0.5"}, {"id": "2", "input": None, "score, of it": None},
    ]  # fmt: skip


def test_a_beginning_that_is_no_table_has_no_columns():
    for head in (b"", b"{}\n", gzip.compress(b'{"id": 1}\n'), b"\x1f\x8b\x00\n", b"one\n"):
        assert csv_columns(head) == ()


def test_a_row_with_too_many_cells_says_so(rows):
    assert rows(b"a,b\n1,2,3\n")[0][BEYOND] == ["3"]


def test_a_table_that_breaks_off_is_refused_from_there_on(tmp_path):
    path = tmp_path / "t"
    packed = gzip.compress(b"a,b\n" + b"".join(f"{n},{n * 7919 % 104729}\n".encode() for n in range(9000)))
    path.write_bytes(packed[: len(packed) // 2])
    found = csv_rows(path, Progress())
    assert next(found) == {"a": "0", "b": "0"}
    with pytest.raises(Refused, match="compressed"):
        list(found)
