"""Browsing a million traces: the time of a page as a ratio to reading the ids of all, in the same run.

The index is made by the engine itself, with every column that the store writes; there are no payloads.
"""

import time
from pathlib import Path

import duckdb
import pytest

from assay.model.browsing import FieldIs, MetricIs, TraceQuery
from assay.traces.rows import INDEX_COLUMNS
from assay.traces.store import TraceStore

pytestmark = pytest.mark.bench

DAYS, A_DAY, PAGE, TRIES = 10, 100_000, 200, 3
WORDS = "['the','claim','tax','refund','policy','letter','invoice','water','damage','how','when','insured']"
GIVEN = {
    "uid": "md5(i::VARCHAR) || md5('u' || i)",
    "source": "'shop'",
    "native_id": "'trace-' || i",
    "day": "day",
    "started_at": "day + to_microseconds((hash(i) % 86400000000)::BIGINT)",
    "task_type": "['claims', 'tax', 'chat'][(1 + hash(i + 1) % 3)::BIGINT]",
    "language": "['en', 'de'][(1 + hash(i + 2) % 2)::BIGINT]",
    "model": "['small', 'medium', 'large'][(1 + hash(i + 3) % 3)::BIGINT]",
    "prompt_version": "'v' || hash(i + 4) % 9",
    "latency_ms": "(hash(i + 5) % 1000000) / 100.0",
    "metrics": """[{'name': 'grounded', 'value': (hash(i + 6) % 1000) / 1000.0, 'label': NULL, 'source': 'llm',
                    'evaluator': NULL, 'evaluator_version': NULL}]""",
    "question": f"list_aggregate([{WORDS}[(1 + hash(i * 31 + k) % 12)::BIGINT] FOR k IN range(25)], 'string_agg', ' ')",
    "content_sha256": "sha256(i::VARCHAR)",
    "seq": "i",
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("million") / "traces"
    columns = ", ".join(
        f'CAST({GIVEN.get(name, "NULL")} AS {kind}) AS "{name}"' for name, kind in INDEX_COLUMNS.items()
    )
    with duckdb.connect(config={"threads": "2", "memory_limit": "1GB"}) as engine:
        for at in range(DAYS):
            day = folder / f"day=2026-11-{at + 1:02}"
            day.mkdir(parents=True)
            engine.execute(
                f"""COPY (SELECT {columns} FROM range({at * A_DAY}, {(at + 1) * A_DAY}) r(i),
                          (SELECT DATE '2026-11-{at + 1:02}' AS day)) TO '{day / "index.parquet"}'
                    (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"""
            )
    made = TraceStore(folder)
    yield made
    made.close()


def seconds(work, tries=TRIES):
    """The least processor time of a few tries: other work on the machine does not count."""
    taken = []
    for _ in range(tries):
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return min(taken)


def page(store, offset, **query):
    """Finds a page as if nobody had asked before."""
    store.browser._kept.clear()
    return store.browser.page(TraceQuery(**query), offset, PAGE)


def test_a_page_of_a_million_traces_costs_little_more_than_reading_their_ids(store, show):
    whole = DAYS * A_DAY
    scan = seconds(lambda: store._asker.index("SELECT max(uid) FROM idx"))
    assert store.browser.count(TraceQuery()) == whole
    some = {"fields": (FieldIs("model", ("small",)), FieldIs("language", ("de",)))}
    metric = {"metric": "grounded", "sort": "metric", "limit": MetricIs("grounded", "<", 0.25)}
    asked = {
        "first page, newest first": lambda: page(store, 0),
        "jump to the middle": lambda: page(store, whole // 2),
        "jump to the end": lambda: page(store, whole - PAGE),
        "first page of a filter": lambda: page(store, 0, **some),
        "sort by model": lambda: page(store, 0, sort="model"),
        "sort by latency": lambda: page(store, 0, sort="latency_ms"),
        "sort by latency, jump to the end": lambda: page(store, whole - PAGE, sort="latency_ms"),
        "sort and filter by a metric": lambda: page(store, 0, **metric),
        "next page by time": lambda: store.browser.page(TraceQuery(), 5 * PAGE, PAGE),
        "next page by latency": lambda: store.browser.page(TraceQuery(sort="latency_ms"), 9 * PAGE, PAGE),
    }
    show(
        f"pages of {PAGE} beside reading the ids of {whole:,} traces, {scan * 1000:.0f} ms of processor time:"
    )
    ratios = {}
    for what, work in asked.items():
        assert len(work()) == PAGE
        ratios[what] = seconds(work) / scan
        show(f"{what:34} {ratios[what]:5.2f} x that")
    assert ratios["first page, newest first"] < 2
    assert ratios["jump to the end"] < 2
    assert ratios["next page by time"] < 1
    assert max(ratios.values()) < 20
