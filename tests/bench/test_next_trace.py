"""From a keystroke to the next trace on the screen, on real answers: saved, laid out and painted."""

from contextlib import closing
from dataclasses import dataclass
from time import perf_counter

import pytest

from assay.base.clock import SystemClock
from assay.operations.draw import DrawOptions, draw
from assay.operations.office import open_office
from assay.operations.preferences import Preferences, keep_preferences

pytestmark = [pytest.mark.bench, pytest.mark.real]

ITEMS = 160
READING_MS = 60
LIMIT_MS = 50.0


@dataclass
class Step:
    """The moments of one keystroke, in seconds."""

    pressed: float
    saved: float = 0.0
    shown: float = 0.0
    painted: float = 0.0


class Watch:
    """Notes when the judgement was on the disk, when the next trace was handed to the view, and when it was painted."""

    def __init__(self, seat):
        self.steps = []
        self._desk, self._view = seat.desk, seat.places.review.view
        judged, shown = self._desk._judged, self._view.show_reading
        self._desk._judged = lambda done: (self._mark("saved"), judged(done))
        self._view.show_reading = lambda reading: (shown(reading), self._mark("shown"))
        self._view.painted.connect(lambda: self._mark("painted"))

    def _mark(self, moment):
        if self.steps:
            setattr(self.steps[-1], moment, getattr(self.steps[-1], moment) or perf_counter())

    def press(self, seat, key):
        self.steps.append(Step(perf_counter()))
        seat.press(key)


@pytest.fixture
def seat(assay, mtrag_file, tmp_path, qapp, window_driver):
    folder = tmp_path / "mtrag"
    assert assay("import", mtrag_file, "-w", folder, "--no-reviews").code == 0
    with closing(open_office(folder, SystemClock())) as office:
        draw(office, DrawOptions(size=ITEMS))
    keep_preferences(Preferences(rater="Maria Kern"))
    seat = window_driver.Seat(qapp, folder)
    seat.open()
    seat.shell.resize(1280, 800)
    yield seat
    seat.close()
    seat.leave()


def read_on(seat, window_driver):
    """Read for a moment, in which the next trace is fetched and built, as it is while people read."""
    view = seat.places.review.view
    window_driver.wait_for(
        lambda: seat.desk.upcoming is None or all(pane.builder.is_finished for pane in view._panes[:2])
    )
    window_driver.pause(READING_MS)


def test_the_next_trace_is_there_within_fifty_milliseconds(seat, window_driver, show, percentile):
    seat.begin()
    watch = Watch(seat)
    for number in range(ITEMS - 1):
        read_on(seat, window_driver)
        watch.press(seat, "12PX"[number % 4])
        window_driver.wait_for(lambda: watch.steps[-1].painted and seat.desk.ready)
    assert len(watch.steps) >= 100
    whole = [1000 * (one.painted - one.pressed) for one in watch.steps]
    parts = {
        "saving": [1000 * (one.saved - one.pressed) for one in watch.steps],
        "laying out": [1000 * (one.shown - one.saved) for one in watch.steps],
        "painting": [1000 * (one.painted - one.shown) for one in watch.steps],
    }
    median = percentile(whole, 0.5)
    show(f"keystroke to the next trace painted, {len(whole)} traces:")
    show(
        f"median {median:.1f} ms (limit {LIMIT_MS:.0f})",
        *(f"p{p} {percentile(whole, p / 100):.1f}" for p in (95, 99)),
    )
    for name, times in parts.items():
        show(f"{name:<10} {sum(times) / sum(whole):4.0%}", f"median {percentile(times, 0.5):.1f} ms")
    assert median < LIMIT_MS
