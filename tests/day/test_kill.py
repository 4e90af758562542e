"""Nothing that was acknowledged is lost or doubled when the program is killed between two keystrokes."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
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
TRACES = 2000
HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="this system cannot kill as a failing one does"
)


@pytest.fixture
def folder(tmp_path):
    """A workspace whose day is longer than anybody can grade it."""
    keep_preferences(Preferences(rater=MARIA))
    with closing(make_office(tmp_path / "w", SystemClock())) as office:
        office.traces.write(
            [
                Trace(
                    source="files",
                    native_id=f"t-{number}",
                    input=(text_message("user", f"Question {number}?"),),
                    output=(text_message("assistant", f"Answer {number}."),),
                )
                for number in range(TRACES)
            ],
            Progress(),
        )
        draw(office, DrawOptions(size=TRACES))
    return tmp_path / "w"


def sit_down(folder, seed):
    """A reviewer in a process of its own, who waits to be told."""
    path = [str(HERE.parents[1] / "src"), str(HERE.parent / "gui"), *filter(None, sys.path)]
    return subprocess.Popen(
        [sys.executable, str(HERE / "grading.py"), str(folder), str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(path)},
    )


def grade_and_be_killed(reviewer, seconds):
    """Let it grade and kill it so long after the first judgement; what had been acknowledged by then."""
    assert reviewer.stdout.readline() == "here\n", reviewer.stderr.read()
    reviewer.stdin.write("begin\n")
    reviewer.stdin.flush()
    first = reviewer.stdout.readline()
    assert first, reviewer.stderr.read()
    time.sleep(seconds)
    reviewer.send_signal(signal.SIGKILL)
    rest, errors = reviewer.communicate()
    assert reviewer.returncode == -signal.SIGKILL, errors
    # A line cut short by the kill was not acknowledged.
    return [line.split(" ", 1) for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]


def test_twenty_kills_between_two_keystrokes_lose_nothing_and_double_nothing(folder):
    chance = random.Random(20261123)
    said = []
    following = sit_down(folder, 0)
    try:
        for number in range(KILLS):
            reviewer, following = following, sit_down(folder, number + 1)  # the next one loads meanwhile
            said += grade_and_be_killed(reviewer, chance.uniform(0.02, 0.6))
    finally:
        following.kill()
        following.communicate()

    saved = [words.split() for what, words in said if what.strip() == "saved"]
    kept = dict(words.strip().split(" ", 1) for what, words in said if what.strip() == "kept")
    assert len(saved) >= KILLS
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
        times = Counter(row.trace_uid for row in log.values())
        assert set(times.values()) == {1}
        assert len(standing) == len(values) == len(log)  # every judgement has its answer
        assert len(saved) <= len(log) <= len(saved) + KILLS  # at most one was on its way at each kill
        for trace, words in kept.items():
            if trace in values:
                [row] = [row for row in log.values() if row.trace_uid == trace]
                assert row.note == words
            else:
                draft = office.workspace.drafts.get(trace, MARIA, "pass-fail")
                assert draft is not None
                assert draft.note == words
        assert queue(office, MARIA).done == len(log)
