"""The records of export files: lines, arrays, documents over many lines, gzip, and what is wrong with them."""

import gzip
import json

import pytest

from assay.base.errors import Unavailable
from assay.base.progress import Progress
from assay.model.incoming import Rejected
from assay.sources.fields import opened as module
from assay.sources.fields.glimpse import glimpses
from assay.sources.fields.opened import opened

ROWS = [{"id": "a", "n": 1}, {"id": "b", "inner": {"x": [1, 2]}}]


@pytest.fixture
def records(tmp_path):
    def records(content, **more):
        path = tmp_path / "export"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        found = list(opened([path], Progress(**more)))
        good = [(one.place.line, one.value) for one in found if not isinstance(one, Rejected)]
        bad = [(one.place.line, one.reason) for one in found if isinstance(one, Rejected)]
        return good, bad

    return records


LINES = "\n".join(json.dumps(row) for row in ROWS)


@pytest.mark.parametrize(
    "content",
    [
        LINES,
        "\n\n" + LINES.replace("\n", "\r\n\r\n"),
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        b"\xef\xbb\xbf" + LINES.encode(),
        LINES.encode("utf-16"),
        gzip.compress(LINES.encode()),
        gzip.compress(LINES.encode()[:10]) + gzip.compress(LINES.encode()[10:]),
        gzip.compress(json.dumps(ROWS, indent=1).encode()),
    ],
)
def test_records_come_out_of_every_shape(records, content):
    good, bad = records(content)
    assert ([value for _, value in good], bad) == (ROWS, [])


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_one_document_is_one_record(records, indent):
    document = {"data": ROWS, "meta": {}}
    assert records(json.dumps(document, indent=indent)) == ([(1, document)], [])
    assert records(gzip.compress(json.dumps(document, indent=indent).encode())) == ([(1, document)], [])


def test_a_document_that_is_cut_off_is_one_refused_record(records):
    good, bad = records(json.dumps({"data": ROWS}, indent=2)[:-20])
    assert good == []
    assert [(line, "cut off" in reason) for line, reason in bad] == [(1, True)]


def test_a_cut_first_line_does_not_cost_the_others(records):
    good, bad = records('{"id": "cut", "n":\n' + LINES)
    assert [value for _, value in good] == ROWS
    assert [line for line, _ in bad] == [1]


def test_numbers_that_are_none_become_text_and_what_is_no_text_is_replaced(records):
    good, _ = records('{"id": "a", "x": [NaN, -Infinity, 1e999], "s": "a\\u0000b\\ud800c"}')
    assert good == [(1, {"id": "a", "x": ["NaN", "-Infinity", "Infinity"], "s": "a\ufffdb\ufffdc"})]


def test_a_list_in_a_line_gives_its_members(records):
    assert records('[{"id": "a"}]\n[{"id": "b"}, 3]')[0] == [(1, {"id": "a"}), (2, {"id": "b"}), (2, 3)]


def test_an_empty_file_holds_nothing(records):
    assert records("") == records(" \n\n") == records(gzip.compress(b"")) == ([], [])


def test_a_damaged_gzip_gives_what_came_before(records):
    packed = gzip.compress("\n".join(json.dumps({"id": str(n) * 50}) for n in range(3000)).encode())
    good, bad = records(packed[: len(packed) // 2])
    assert good
    assert "compressed" in bad[-1][1]
    assert "compressed" in records(b"\x1f\x8b\x00garbage")[1][0][1]


def test_progress_counts_the_bytes_of_all_files(tmp_path):
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_text(LINES)
    said = []
    list(opened(paths, Progress(lambda done, total, what: said.append((done, total)))))
    assert said[-1] == (2 * len(LINES), 2 * len(LINES))


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(Unavailable, match="lost"):
        list(opened([tmp_path / "lost"], Progress()))


def test_a_refused_record_is_kept_short():
    assert len(module.excerpt({"a": "x" * 100_000})) == module.LONGEST_RECORD_KEPT
    assert module.excerpt(b"\xff\xfe") == "\ufffd\ufffd"


# Glimpses


@pytest.mark.parametrize(
    "content", [LINES, json.dumps(ROWS), json.dumps(ROWS, indent=2), "garbage\n" + LINES]
)
def test_a_glimpse_shows_the_first_objects(content):
    shown = [one for one in glimpses(content.encode()) if one]
    assert shown[0] == ROWS[0]
    assert ROWS[1] in shown


def test_a_glimpse_shows_what_is_there_before_the_cut():
    document = json.dumps(
        {"data": [{"attributes": {"span_id": "s", "meta": {"kind": "llm", "text": "x" * 99}}}]}
    )
    for end in range(len(document)):
        glimpses(document[:end].encode())
    shown = glimpses(document[:90].encode())[0]
    assert shown["data"][0]["attributes"]["span_id"] == "s"
    assert shown["data"][0]["attributes"]["meta"]["kind"] == "llm"
    assert glimpses(gzip.compress(document.encode())[:-20])[0].keys() == {"data"}


@pytest.mark.parametrize(
    "head", [b"", b"\x1f\x8b\x00", b"PAR1\x00\xff", b"{", b"[", b"[" * 5000, b'{"a":' * 5000, b"\xff\xfe"]
)
def test_a_glimpse_at_nothing_shows_nothing(head):
    assert [one for one in glimpses(head) if one.keys() - {"a"}] == []
