"""An office with a few traces and a clock that can be moved, for whole days without a window."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assay.base.clock import FixedClock
from assay.base.progress import Progress
from assay.model.trace import Metric, Trace, text_message
from assay.operations.office import Office, make_office
from assay.viewmodels.desk import Desk
from assay.viewmodels.lanes import InlineLanes

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def a_trace(number: int, source: str = "files", **values: object) -> Trace:
    """A small trace; its number is in its id and its words."""
    usual: dict[str, object] = {
        "source": source,
        "native_id": f"t-{number:03d}",
        "started_at": datetime(2026, 11, 1 + number % 20, 12, 0, tzinfo=UTC),
        "input": (text_message("user", f"Question {number}?"),),
        "output": (text_message("assistant", f"Answer {number}."),),
        "model": "m-1" if number % 3 else "m-2",
        "metrics": (Metric(name="judge", value=(number % 10) / 10, source="llm", evaluator="judge-a"),),
    }
    return Trace(**{**usual, **values})


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def office(tmp_path: Path, clock: FixedClock) -> Iterator[Office]:
    made = make_office(tmp_path / "w", clock)
    made.traces.write([a_trace(number) for number in range(40)], Progress())
    yield made
    made.close()


@pytest.fixture
def sit_down(office: Office) -> Callable[..., Desk]:
    """Opens a desk for a reviewer and paints each trace at once, as a quick screen would."""

    def down(rater: str = "Maria", **options: object) -> Desk:
        desk = Desk(office, InlineLanes(), rater)
        desk.watch(lambda: desk.sheet and desk.painted(desk.sheet.item.trace_uid))
        desk.open(**options)
        return desk

    return down
