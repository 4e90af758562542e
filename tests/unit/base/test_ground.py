"""The ground everything stands on: names, time, progress, kinds found in a folder, files that are there whole."""

import hashlib
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import pytest

from assay.base.clock import FixedClock, SystemClock, zone_named
from assay.base.errors import AssayError, Bug, Cancelled, Refused, Unavailable
from assay.base.ids import new_id, sha256, trace_uid
from assay.base.progress import Progress
from assay.base.registry import REGISTRIES, kinds, module_names
from assay.base.resources import resource
from assay.base.whole_file import whole_file
from assay.model.kinds import ExportFormat, FileSource, QuestionKind


def test_an_error_says_what_happened_and_what_to_do():
    assert str(Refused("It is broken.", "Mend it.")) == "It is broken. Mend it."
    assert str(Unavailable("It is gone.")) == "It is gone."
    assert [kind("x").exit_code for kind in (Refused, Unavailable, Bug)] == [1, 1, 3]
    assert not issubclass(Cancelled, AssayError)


def test_a_trace_is_keyed_by_its_source_and_name():
    assert trace_uid("files", "t-1") == hashlib.sha1(b"files:t-1").hexdigest()
    assert sha256("ü") == sha256("ü".encode()) == hashlib.sha256("ü".encode()).hexdigest()
    assert len(sha256("half a pair: \ud800")) == 64
    assert len({new_id() for _ in range(100)}) == 100


def test_the_day_depends_on_the_zone():
    clock = FixedClock(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    assert clock.today("UTC") == clock.today() == date(2026, 11, 23)
    assert clock.today("Asia/Tokyo") == date(2026, 11, 24)
    assert clock.today("America/Los_Angeles") == date(2026, 11, 23)
    assert SystemClock().now().tzinfo is UTC
    assert zone_named("") is None


@pytest.mark.parametrize("name", ["Nowhere", "../../etc/passwd", "Europe", "\0", "Europe/Vienna ", "a" * 500])
def test_a_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(Refused, match="There is no time zone named"):
        zone_named(name)


def test_a_long_job_stops_at_its_next_report():
    heard = []
    progress = Progress(lambda *said: heard.append(said))
    progress.report(1, 2, "traces")
    progress.cancel()
    with pytest.raises(Cancelled):
        progress.report(2, 2, "traces")
    with pytest.raises(Cancelled):
        progress.check()
    assert heard == [(1, 2, "traces")]
    Progress().report(1, None, "unheard")


@pytest.mark.parametrize(
    ("room", "of", "known"),
    [
        ("criteria", QuestionKind, {"binary", "scale", "choice", "number", "text"}),
        ("exports", ExportFormat, {"csv", "jsonl", "parquet"}),
        ("sources", FileSource, {"assay-jsonl", "inspectorraget"}),
    ],
)
def test_kinds_are_found_by_walking_their_folder(room, of, known):
    assert known <= kinds(room, of).keys()
    assert list(kinds(room, of)) == sorted(kinds(room, of))


def test_every_registry_is_a_room_whose_modules_have_names():
    for room in REGISTRIES:
        assert all(name.startswith(f"assay.{room}.") for name in module_names(room))


def test_two_kinds_of_one_name_are_refused(monkeypatch):
    from assay.base import registry

    twin = ModuleType("twin")
    twin.KIND = kinds("criteria", QuestionKind)["text"]
    monkeypatch.setitem(sys.modules, "twin", twin)
    names = registry.module_names
    monkeypatch.setattr(registry, "module_names", lambda room: [*names(room), "twin"])
    with pytest.raises(Refused, match="Two plug-ins of “criteria” are both named “text”"):
        kinds("criteria", QuestionKind)


def test_the_files_the_program_carries_are_there():
    assert {path.name for path in resource("rubrics").iterdir()} >= {"pass-fail.json", "three-questions.json"}


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    target = tmp_path / "out.txt"
    with whole_file(target) as part:
        part.write_text("first")
        assert not target.exists()
    with pytest.raises(ZeroDivisionError), whole_file(target) as part:
        part.write_text(f"second, and then {1 / 0}")
    assert target.read_text() == "first"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("name", ["gone/out.txt", f"{'x' * 250}.txt", "file/out.txt"])
def test_a_place_that_takes_no_file_is_said(tmp_path, name):
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="could not be written"), whole_file(tmp_path / name) as part:
        part.write_text("x")
    assert [path for path in Path(tmp_path).iterdir() if path.name != "file"] == []
