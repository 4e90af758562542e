"""Two programs on one workspace, a program that dies, a disk that is full or takes nothing: what was saved stays."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assay.base.clock import SystemClock
from assay.base.progress import Progress
from assay.model.trace import Trace, text_message
from assay.operations.naming import Named
from assay.operations.office import open_office
from assay.traces.store import TraceStore

ROOT = Path(__file__).resolve().parents[3]

WORKER = """
import json, sys, time
from pathlib import Path
from assay.base.clock import SystemClock
from assay.base.errors import AssayError
from assay.operations.draw import DrawOptions, draw
from assay.operations.naming import Named
from assay.operations.office import make_office
from assay.operations.review import OnTrace, submit

folder, rater, many, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
print("ready", flush=True)
while not (folder.parent / "go").exists():
    time.sleep(0.002)
try:
    office = make_office(folder, SystemClock())
    if size:
        draw(office, DrawOptions(size=size, seed="s", window="all"))
    rubric = office.workspace.rubrics.latest("pass-fail")
    for number in range(many):
        trace = Named(f"uid-{number}", "files", f"t-{number}")
        submit(office, OnTrace(trace, rater, rubric), {"pass": "pass"}, note="n" * 500)
        print(number, flush=True)
    office.close()
except AssayError as error:
    print(json.dumps({"said": str(error)}), flush=True)
"""


def start(folder, rater, many, size=0, **more):
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-c", WORKER, str(folder), rater, str(many), str(size)]
    return subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, **more
    )


def go(folder, *workers):
    for worker in workers:
        assert worker.stdout.readline() == "ready\n", worker.stderr.read()
    (folder.parent / "go").touch()


def answers_of(folder):
    office = open_office(folder, SystemClock())
    found = {(one.rater, one.native_trace_id) for one in office.workspace.standing.judgements()}
    assert office.workspace.soundness() == "ok"
    office.close()
    return found


def test_two_programs_may_make_draw_and_judge_at_once_and_nothing_is_lost(tmp_path):
    folder = tmp_path / "w"
    traces = [
        Trace(source="files", native_id=f"t-{n}", input=(text_message("user", "?"),)) for n in range(60)
    ]
    TraceStore(folder / "traces").write(traces, Progress())
    workers = start(folder, "Ann", 40, 10), start(folder, "Bob", 40, 25)
    go(folder, *workers)
    for worker in workers:
        out, err = worker.communicate(timeout=120)
        assert (worker.returncode, err, out.split()) == (0, "", [str(number) for number in range(40)])
    assert answers_of(folder) == {(who, f"t-{n}") for who in ("Ann", "Bob") for n in range(40)}
    office = open_office(folder, SystemClock())
    assert office.workspace.plans.latest("daily").version == 1
    assert {rubric.version for rubric in office.workspace.rubrics.all()} == {1}
    (drawn,) = office.workspace.samples.draws()
    items = office.workspace.samples.items(drawn.id)
    assert (drawn.size, len(items), len({item.trace_uid for item in items})) == (25, 25, 25)
    assert [item.place for item in items] == list(range(25))
    assert {item.inclusion_probability for item in items} == {25 / 60}
    office.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_what_was_acknowledged_is_there_after_a_sudden_death(tmp_path):
    folder = tmp_path / "w"
    worker = start(folder, "Ann", 100_000)
    go(folder, worker)
    acknowledged = [worker.stdout.readline() for _ in range(25)]
    worker.send_signal(signal.SIGKILL)
    rest, _ = worker.communicate(timeout=30)
    acknowledged += rest.splitlines()
    found = {name for _, name in answers_of(folder)}
    assert {f"t-{int(number)}" for number in acknowledged if number.strip().isdigit()} <= found


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte of its own; only the superuser of a Linux machine can have one."""
    place = tmp_path / "disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if (
        not sys.platform.startswith("linux")
        or os.geteuid()
        or subprocess.run(words, check=False, capture_output=True).returncode
    ):
        pytest.skip("a small disk can be mounted by the superuser alone")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_on_a_full_disk_a_sentence_is_said_and_what_was_saved_stays(small_disk):
    folder = small_disk / "w"
    worker = start(folder, "Ann", 100_000)
    go(folder, worker)
    out, err = worker.communicate(timeout=60)
    *saved, last = out.splitlines()
    assert (worker.returncode, err) == (0, "")
    assert json.loads(last)["said"] == (
        "The disk is full. Free some space and try again; everything saved before is safe."
    )
    assert saved[-1].isdigit(), saved
    assert {name for _, name in answers_of(folder)} == {f"t-{number}" for number in saved}


def test_a_disk_that_cannot_be_written_to_is_said_to_be_so(small_disk, assay):
    folder = small_disk / "w"
    assert assay("init", "-w", folder).code == 0
    trace = Named("uid-1", "files", "t-1")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for words in (
        ["review", "--rater", "A", "--trace", trace.native_id, "--set", "pass=pass"],
        ["agreement"],
    ):
        said = assay(*words, "-w", folder)
        assert (said.code, said.err.count("\n")) == (1, 1), said
        assert "fault of Assay" not in said.err
    said = assay("init", "-w", small_disk / "other")
    assert (said.code, said.err) == (
        1,
        f"assay: The folder {small_disk / 'other'} cannot be made: Read-only file system.\n",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_where_the_database_may_not_grow_a_sentence_is_said_and_what_was_saved_stays(tmp_path):
    import resource

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    folder = tmp_path / "w"
    worker = start(folder, "Ann", 100_000, preexec_fn=small_files)
    go(folder, worker)
    out, err = worker.communicate(timeout=60)
    *saved, last = out.splitlines()
    assert (worker.returncode, err) == (0, "")
    assert json.loads(last)["said"].endswith("everything saved before is safe.")
    assert {name for _, name in answers_of(folder)} == {f"t-{number}" for number in saved}


def test_while_somebody_else_writes_for_long_a_sentence_is_said(workspace, monkeypatch):
    import sqlite3

    from assay.base.errors import Unavailable
    from assay.operations.review import OnTrace, submit

    office = open_office(workspace, SystemClock())
    with office.workspace._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    other = sqlite3.connect(workspace / "workspace.sqlite3")
    other.execute("BEGIN IMMEDIATE")
    where = OnTrace(Named("u", "files", "t"), "Ann", office.workspace.rubrics.latest("pass-fail"))
    began = time.monotonic()
    with pytest.raises(Unavailable, match="keeps the workspace locked"):
        submit(office, where, {"pass": "pass"})
    assert time.monotonic() - began < 20
    other.rollback()
    other.close()
    submit(office, where, {"pass": "pass"})
    assert len(office.workspace.standing.judgements()) == 1
    office.close()
