"""What a judgement costs on the disk, beside the least that a disk can do: one write that is waited for."""

import os
from time import perf_counter

import pytest

from assay.base.clock import SystemClock
from assay.base.progress import Progress
from assay.model.trace import Trace, text_message
from assay.operations.draw import DrawOptions, draw
from assay.operations.look import look_at
from assay.operations.office import make_office
from assay.operations.queue import queue
from assay.operations.review import OnTrace, submit

pytestmark = pytest.mark.bench

ROUNDS = 3
EACH = 120
LIMIT = 6.0
PAGE = b"\0" * 4096


def seconds(work):
    began = perf_counter()
    work()
    return perf_counter() - began


@pytest.fixture
def office(tmp_path):
    made = make_office(tmp_path / "w", SystemClock())
    traces = [
        Trace(source="files", native_id=f"t-{n}", input=(text_message("user", f"{n}?"),), output=())
        for n in range(ROUNDS * EACH)
    ]
    made.traces.write(traces, Progress())
    draw(made, DrawOptions(size=ROUNDS * EACH))
    yield made
    made.close()


def test_a_judgement_costs_a_few_waits_for_the_disk(office, show, percentile):
    day = queue(office, "Maria Kern")
    probe = os.open(office.folder / "probe", os.O_CREAT | os.O_RDWR)
    show(f"one judgement beside an fdatasync of the same disk, {ROUNDS} times {EACH}:")

    def write_and_wait():
        os.write(probe, PAGE)
        os.fdatasync(probe)

    ratios = []
    for start in range(0, ROUNDS * EACH, EACH):
        saved, waited = [], []
        for item in day.items[start : start + EACH]:
            look = look_at(office, item.trace_uid, day.rater, day.rubric.name)
            on = OnTrace(look.named, day.rater, day.rubric, item.draw_id, look.review_date, look.sha256)
            waited.append(seconds(write_and_wait))
            saved.append(seconds(lambda on=on: submit(office, on, {"pass": "pass"})))
        disk, judgement = percentile(waited, 0.5), percentile(saved, 0.5)
        ratios.append(judgement / disk)
        show(
            f"ratio {ratios[-1]:.1f} (limit {LIMIT:.0f})",
            f"median {1000 * judgement:.2f} ms, fdatasync {1000 * disk:.2f} ms",
            f"p95 {1000 * percentile(saved, 0.95):.2f} ms",
        )
    os.close(probe)
    # Whatever else the machine does slows the program and not the disk: the quietest round tells most.
    assert min(ratios) <= LIMIT
