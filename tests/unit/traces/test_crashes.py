"""Killed at any moment, the store shows whole days only, and readers never stumble."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date

import msgspec
import pytest

from assay.base.progress import Progress
from assay.model.population import Window
from assay.traces import partition
from assay.traces.store import TraceStore

WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from assay.base.progress import Progress
from assay.model.trace import Trace, text_message
from assay.traces.store import TraceStore

round, days, per_day = int(sys.argv[2]), 6, 150
print("ready", flush=True)
TraceStore(Path(sys.argv[1])).write(
    (Trace(source="s", native_id=f"{day}-{n}", name=f"round {round}",
           started_at=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day, minutes=n),
           input=(text_message("user", f"{round} {n} " * 60),))
     for day in range(days) for n in range(per_day)), Progress())
print("done", flush=True)
"""
PER_DAY = 150


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a matter of POSIX")
def test_a_writer_killed_at_any_moment_leaves_whole_days(tmp_path):
    folder, rng, killed = tmp_path / "traces", random.Random(7), 0
    reader = TraceStore(folder)
    for attempt in range(14):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(attempt)], stdout=subprocess.PIPE
        )
        with writer:
            assert writer.stdout.readline().strip() == b"ready"
            until = time.monotonic() + rng.uniform(0.0, 0.7)
            while time.monotonic() < until and writer.poll() is None:
                assert set(reader.days().values()) <= {PER_DAY}  # a reader beside the writer
            if writer.poll() is None:
                os.kill(writer.pid, signal.SIGKILL)
                killed += 1
            writer.wait()
        assert set(reader.days().values()) <= {PER_DAY}
        assert list(reader.strata(Window(), "name").values()) in ([], [6 * PER_DAY])
        reader.sweep()
        assert sorted(path.name for path in folder.glob("*.tmp")) == []
        assert list(reader.strata(Window(), "name").values()) in ([], [6 * PER_DAY])
        rows = reader.index()
        assert len(reader.fetch([row.trace_uid for row in rows])) == len(rows)
    assert killed >= 3
    reader.close()


def test_a_write_that_was_decided_is_finished_by_the_sweep(store, make, folder, monkeypatch):
    store.write([make("a", 0), make("b", 1), make("gone", 2)], Progress())
    put, placed = partition._put_day_in_place, []

    def power_cut(staged, target):
        if placed:
            raise OSError("the power is gone")
        placed.append(target.name)
        put(staged, target)

    monkeypatch.setattr(partition, "_put_day_in_place", power_cut)
    with pytest.raises(Exception, match="the power is gone"):
        store.write([make("a", 1), make("b", 0), make("gone", None)], Progress())
    assert len(placed) == 1
    monkeypatch.undo()
    store.sweep()
    assert store.days() == {date(2026, 11, 20): 1, date(2026, 11, 21): 1, None: 1}
    moved = [make("a", 1), make("b", 0), make("gone", None)]
    assert store.fetch([trace.uid for trace in moved]) == moved
    assert not list(folder.glob("*.tmp"))


def test_a_write_that_was_not_decided_is_forgotten(store, make, folder, monkeypatch):
    store.write([make("a", 0)], Progress())

    def power_cut(value):
        raise OSError("the power is gone")

    monkeypatch.setattr(msgspec.json, "encode", power_cut)
    with pytest.raises(Exception, match="the power is gone"):
        store.write([make("b", 0)], Progress())
    monkeypatch.undo()
    assert [row.native_id for row in store.index()] == ["a"]


def test_readers_never_stumble_while_days_are_replaced_and_removed(store, make, folder):
    code = WRITER.replace("days=day, minutes=n", "days=(day + round) % 7, minutes=n")
    loops = f"import sys\nfor r in range(8):\n    sys.argv[2] = str(r)\n    exec({code!r})\n"
    writer = subprocess.Popen([sys.executable, "-c", loops, str(folder), "0"], stdout=subprocess.DEVNULL)
    questions = 0
    with writer:
        while writer.poll() is None:
            assert sum(store.days().values()) in (
                0,
                6 * PER_DAY,
            )  # every answer is from one write or the next
            assert list(store.strata(Window(), "name").values()) in ([], [6 * PER_DAY])
            ranked = store.bottom_k(Window(), "s", 5)
            assert len({item.trace_uid for item in ranked}) == len(ranked)
            assert len(store.fetch([item.trace_uid for item in ranked])) == len(ranked)
            questions += 1
    assert writer.returncode == 0
    assert questions > 5
    assert store.count(Window()) == 6 * PER_DAY
