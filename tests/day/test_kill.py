"""Nothing that was acknowledged is lost or doubled when the program is killed between two keystrokes."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from assay.base.clock import SystemClock
from assay.base.progress import Progress
from assay.model.trace import Trace, text_message
from assay.operations.draw import DrawOptions, draw
from assay.operations.office import make_office, open_office
from assay.operations.preferences import Preferences, keep_preferences
from assay.operations.queue import queue

MARIA = "Maria Kern"
KILLS = 20
TRACES = 1500
HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="this system cannot kill as a failing one does"
)


@pytest.fixture
def folder(tmp_path):
    """A workspace whose day is longer than anybody can grade it."""
    keep_preferences(Preferences(rater=MARIA))
    traces = [
        Trace(
            source="files",
            native_id=f"t-{number}",
            input=(text_message("user", f"Question {number}?"),),
            output=(text_message("assistant", f"Answer {number}."),),
        )
        for number in range(TRACES)
    ]
    with closing(make_office(tmp_path / "w", SystemClock())) as office:
        office.traces.write(traces, Progress())
        draw(office, DrawOptions(size=TRACES))
    return tmp_path / "w"


@pytest.fixture
def reviewers(folder):
    """The process that lets a reviewer sit down for every seed it is given."""
    path = [str(HERE.parents[1] / "src"), str(HERE.parent / "gui"), *filter(None, sys.path)]
    process = subprocess.Popen(
        [sys.executable, str(HERE / "grading.py"), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(path)},
    )
    yield process
    process.stdin.close()
    process.stdout.close()
    assert process.wait(30) == 0


def grade_and_be_killed(reviewers, seed, seconds):
    """Let somebody grade and kill them so long after the first judgement; what had been acknowledged by then."""
    reviewers.stdin.write(f"{seed}\n")
    reviewers.stdin.flush()
    what, process = reviewers.stdout.readline().split()
    assert what == "at"
    said = [reviewers.stdout.readline()]
    assert said[0].startswith("saved ")
    time.sleep(seconds)
    os.kill(int(process), signal.SIGKILL)
    while not said[-1].startswith("gone "):
        said.append(reviewers.stdout.readline())
    assert said.pop() == f"gone {int(signal.SIGKILL)}\n"
    return said


def test_twenty_kills_between_two_keystrokes_lose_nothing_and_double_nothing(folder, reviewers):
    chance = random.Random(20261123)
    said = [
        line for seed in range(KILLS) for line in grade_and_be_killed(reviewers, seed, chance.uniform(0, 0.6))
    ]
    saved = [line.split()[1:] for line in said if line.startswith("saved ")]
    kept = dict(line.split(maxsplit=1)[1].strip().split(" ", 1) for line in said if line.startswith("kept "))
    assert len(saved) >= 3 * KILLS
    assert kept

    with closing(sqlite3.connect(folder / "workspace.sqlite3")) as database:
        assert database.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    with closing(open_office(folder, SystemClock())) as office:
        log = {str(row.id): row for row in office.workspace.reviews.log(MARIA)}
        standing = office.workspace.standing.judgements()
        values = {one.trace_uid: one.value for one in standing}
        for review, trace, value in saved:
            assert (log[review].act, log[review].trace_uid, values[trace]) == ("submit", trace, value)
        by_trace = {row.trace_uid: row for row in log.values()}
        assert len(by_trace) == len(log)  # none twice
        assert len(standing) == len(values) == len(log)  # every judgement with its answer
        assert len(saved) <= len(log) <= len(saved) + KILLS  # at each kill at most one was on its way
        for trace, words in kept.items():
            begun = by_trace.get(trace) or office.workspace.drafts.get(trace, MARIA, "pass-fail")
            assert begun is not None
            assert begun.note == words
        assert queue(office, MARIA).done == len(log)
