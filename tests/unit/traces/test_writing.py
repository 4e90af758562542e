"""Bringing traces in: nothing twice, nothing half, nothing touched that need not be."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.base.errors import Cancelled, Refused, Unavailable
from assay.base.progress import Progress
from assay.model.population import Window, WriteCounts
from assay.model.trace import BehaviourEvent, Metric, Step, Tokens, Trace, text_message
from assay.traces.lock import only_writer
from assay.traces.store import TraceStore

NASTY = 'it\'s \\ "q" é 北京 \u202e \x00 \ufffd \n\t\r\u2028 🙂'


def state(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_ino for path in folder.rglob("*.parquet")}


def test_what_was_written_comes_back_word_for_word(store, make):
    rich = make(
        NASTY,
        output=(text_message("assistant", NASTY * 50),),
        steps=(Step(id="1", kind="tool", input={"q": [NASTY, None, 1.5, 10**30]}, output=NASTY),),
        metrics=(Metric(name=NASTY, value=0.5, label=NASTY), Metric(name="empty")),
        behaviour=(BehaviourEvent(kind="edited", at=datetime(2026, 11, 20, tzinfo=UTC), final_text=NASTY),),
        metadata={NASTY: [NASTY, {"deep": NASTY}], "day": "x", "uid": "y"},
        tokens=Tokens(input=10**30, output=-5),
        tags=(NASTY, ""),
        cost_usd=1e-300,
    )
    store.write([rich, make("plain")], Progress())
    assert store.fetch([rich.uid]) == [rich]
    assert store.fetch([rich.uid])[0].content_sha256() == rich.content_sha256()


def test_writing_twice_changes_nothing(store, make, folder):
    traces = [make(f"t{n}", n % 3) for n in range(20)]
    assert store.write(iter(traces), Progress()) == WriteCounts(new=20)
    before = state(folder)
    assert store.write(iter(traces), Progress()) == WriteCounts(unchanged=20)
    assert state(folder) == before
    assert store.count(Window()) == 20


def test_only_touched_days_are_written_anew(store, make, folder):
    store.write([make("a", 0), make("b", 1), make("c", None)], Progress())
    before = state(folder)
    store.write([make("d", 1), make("a", 0)], Progress())
    after = state(folder)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"day=2026-11-21/index.parquet", "day=2026-11-21/payload.parquet"}


def test_newer_content_replaces_older(store, make):
    store.write([make("a"), make("b")], Progress())
    newer = make("a", name="answer")
    assert store.write([newer, make("b"), make("c")], Progress()) == WriteCounts(
        new=1, unchanged=1, updated=1
    )
    assert store.count(Window()) == 3
    assert store.fetch([newer.uid]) == [newer]
    assert store.strata(Window(), "name") == {"(none)": 2, "answer": 1}


def test_a_trace_moves_with_its_day(store, make, folder):
    store.write([make("a", 0), make("b", 1), make("alone", 2)], Progress())
    swapped = [make("a", 1), make("b", 0), make("alone", None)]
    assert store.write(swapped, Progress()) == WriteCounts(updated=3)
    assert store.days() == {date(2026, 11, 20): 1, date(2026, 11, 21): 1, None: 1}
    assert not (folder / "day=2026-11-22").exists()
    assert store.fetch([trace.uid for trace in swapped]) == swapped


def test_the_day_is_that_of_utc(store, make):
    east = timezone(timedelta(hours=5))
    store.write([make("early", started_at=datetime(2026, 11, 21, 2, tzinfo=east))], Progress())
    assert store.days() == {date(2026, 11, 20): 1}
    start = datetime(2026, 11, 20, 20, 59, 59, tzinfo=UTC)
    assert store.count(Window(start, start + timedelta(seconds=2))) == 1
    assert store.count(Window(start + timedelta(seconds=1), None)) == 1
    assert store.count(Window(start + timedelta(seconds=2), None)) == 0
    assert store.count(Window(None, start + timedelta(seconds=1))) == 0


def test_the_first_of_two_with_one_id_is_kept_and_the_other_reported(store, make):
    first, repeat, other = make("a"), make("a"), make("a", 1, name="other")
    reported = []
    counts = store.write([first, repeat, make("b"), other], Progress(), reported.append)
    assert counts == WriteCounts(new=2, unchanged=1)
    assert reported == [other]
    assert store.fetch([first.uid]) == [first]


def test_a_duplicate_is_reported_before_the_next_trace_is_asked_for(store, make):
    at, reported = [], []

    def arriving():
        for place, trace in enumerate([make("a"), make("a", name="x"), make("b"), make("b", name="y")]):
            at.append(place)
            yield trace

    store.write(arriving(), Progress(), lambda trace: reported.append((at[-1], trace.name)))
    assert reported == [(1, "x"), (3, "y")]


def test_two_sources_may_use_one_id(store, make):
    store.write([make("a"), make("a", source="desk")], Progress())
    assert [name[1] for name in store.resolve("a")] == ["desk", "shop"]


def test_nothing_at_all_is_written_well(store, folder):
    assert store.write([], Progress()) == WriteCounts()
    assert store.count(Window()) == 0
    assert store.days() == {}
    assert store.index() == []
    assert store.fetch(["x"]) == []
    assert store.metric_names() == []
    assert not list(folder.glob("*.tmp"))


@pytest.mark.parametrize("after", [0, 1, 50, 99])
def test_a_cancelled_write_leaves_the_store_as_it_was(store, make, folder, after):
    store.write([make("old", 0)], Progress())
    before, progress = state(folder), Progress()

    def arriving():
        for n in range(100):
            if n == after:
                progress.cancel()
            yield make(f"t{n}", n % 4)

    with pytest.raises(Cancelled):
        store.write(arriving(), progress)
    assert state(folder) == before
    assert sorted(path.name for path in folder.iterdir()) == ["day=2026-11-20", "lock"]
    assert store.count(Window()) == 1


def test_a_write_cancelled_while_days_are_made_ready_leaves_the_store_as_it_was(store, make, folder):
    store.write([make("old", 0)], Progress())
    before = state(folder)
    progress = Progress(lambda done, total, what: progress.cancel() if done == 2 else None)
    with pytest.raises(Cancelled):
        store.write([make(f"t{n}", n % 4) for n in range(8)], progress)
    assert state(folder) == before


def test_a_source_that_breaks_off_leaves_the_store_as_it_was(store, make):
    def arriving():
        yield make("a")
        raise Refused("The source is empty.")

    with pytest.raises(Refused, match="source is empty"):
        store.write(arriving(), Progress())
    assert store.count(Window()) == 0
    assert store.write([make("a")], Progress()) == WriteCounts(new=1)


def test_text_that_is_not_unicode_is_refused_in_words(store, make):
    with pytest.raises(Refused, match="not Unicode"):
        store.write([make("\ud800")], Progress())


def test_a_second_writer_is_turned_away_in_words(store, make, folder):
    with only_writer(folder), pytest.raises(Unavailable, match="Another window or command is writing"):
        TraceStore(folder).write([make("a")], Progress())
    assert store.write([make("a")], Progress()) == WriteCounts(new=1)


def test_a_second_program_is_turned_away(folder):
    code = (
        "import sys, pathlib, time; from assay.traces.lock import only_writer\n"
        "with only_writer(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(Unavailable), only_writer(folder):
            pass
        other.stdin.close()
        other.wait()
    with only_writer(folder):
        pass


def test_the_sweep_takes_away_what_a_crash_left(store, make, folder):
    store.write([make("a")], Progress())
    stale = folder / "day=2026-11-20" / "index.parquet.tmp"
    stale.write_bytes(b"half")
    orphan = folder / "day=2026-11-25"
    orphan.mkdir()
    (orphan / "payload.parquet").write_bytes(b"never got an index")
    (folder / "writing.tmp" / "spool").mkdir(parents=True)
    assert store.days() == {date(2026, 11, 20): 1}
    store.sweep()
    assert sorted(path.name for path in folder.iterdir()) == ["day=2026-11-20", "lock"]
    assert not stale.exists()
    assert store.count(Window()) == 1


def test_the_sweep_leaves_a_writer_alone(store, make, folder):
    (folder / "writing.tmp").mkdir(parents=True)
    with only_writer(folder):
        store.sweep()
        assert (folder / "writing.tmp").exists()
    store.sweep()
    assert not (folder / "writing.tmp").exists()


def test_asking_makes_no_folder(store, folder):
    store.sweep()
    assert store.count(Window()) == 0
    assert not folder.exists()


def test_more_days_than_files_may_be_open(store, make):
    traces = [make(f"t{n}", n % 120) for n in range(360)]
    assert store.write(traces, Progress()) == WriteCounts(new=360)
    assert len(store.days()) == 120
    assert set(store.days().values()) == {3}


def test_a_huge_trace_stands_beside_small_ones(store, make):
    huge = make("huge", output=(text_message("assistant", "\\ word " * 3_000_000),))
    store.write([make("a"), huge, make("b")], Progress())
    assert store.fetch([huge.uid]) == [huge]
    assert store.count(Window()) == 3


def test_long_metadata_stays_out_of_the_index_and_in_the_trace(store, make):
    long = make("a", metadata={"long": "x" * 5000, "short": "y"})
    store.write([long], Progress())
    assert store.field_values("metadata.long", [long.uid]) == {long.uid: None}
    assert store.field_values("metadata.short", [long.uid]) == {long.uid: "y"}
    assert store.fetch([long.uid]) == [long]


def test_the_engine_comes_in_late():
    code = "import sys, assay.traces.store, assay.traces.columns; sys.exit('duckdb' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    writes=st.lists(
        st.lists(
            st.tuples(st.sampled_from("abcdef"), st.sampled_from([None, 0, 1, 2]), st.sampled_from("xy"))
        ),
        max_size=4,
    )
)
def test_any_run_of_writes_ends_where_a_dictionary_would(tmp_path_factory, make, writes):
    store, expected = TraceStore(tmp_path_factory.mktemp("store") / "traces"), {}
    for batch in writes:
        traces = [make(native_id, days, name=name) for native_id, days, name in batch]
        first: dict[str, Trace] = {}
        for trace in traces:
            first.setdefault(trace.uid, trace)
        repeats = sum(trace == first[trace.uid] for trace in traces) - len(first)
        counts = store.write(traces, Progress())
        same = sum(expected.get(uid) == trace for uid, trace in first.items())
        new = sum(uid not in expected for uid in first)
        assert counts == WriteCounts(new=new, unchanged=same + repeats, updated=len(first) - same - new)
        expected |= first
        assert store.count(Window()) == len(expected)
        assert store.fetch(list(expected)) == list(expected.values())
        assert {row.trace_uid for row in store.index()} == set(expected)
    store.close()
