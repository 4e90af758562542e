"""A disk that takes its time: nothing is read before what was written is there."""

from collections.abc import Callable

import pytest

from assay.operations.draw import DrawOptions, draw
from assay.operations.office import Office
from assay.viewmodels.desk import Desk
from assay.viewmodels.lanes import InlineLanes


class SlowWriting(InlineLanes):
    """Reads at once; what is to be written waits until the disk gets to it."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[Callable[[], None]] = []

    def write(self, work, done, failed):
        self._waiting.append(lambda: InlineLanes.write(self, work, done, failed))

    def disk_turns(self) -> None:
        """The disk gets to everything that waits, in order, and to what follows from it."""
        while self._waiting:
            self._waiting.pop(0)()


@pytest.fixture
def lanes() -> SlowWriting:
    return SlowWriting()


@pytest.fixture
def desk(office: Office, lanes: SlowWriting) -> Desk:
    draw(office, DrawOptions(size=3))
    made = Desk(office, lanes, "Maria")
    made.watch(lambda: made.sheet and made.painted(made.sheet.item.trace_uid))
    made.open()
    lanes.disk_turns()
    return made


def test_a_note_is_there_when_one_looks_ahead_and_comes_back_at_once(desk: Desk, lanes: SlowWriting) -> None:
    begun = desk.sheet.item.trace_uid
    desk.sheet.take_note("Cites page 2.")
    desk.go(1)
    assert not desk.ready
    lanes.disk_turns()
    desk.go(-1)
    lanes.disk_turns()
    assert (desk.sheet.item.trace_uid, desk.sheet.note) == (begun, "Cites page 2.")


def test_a_note_is_there_when_one_leaves_the_page_and_comes_back_at_once(
    desk: Desk, lanes: SlowWriting
) -> None:
    desk.sheet.take_note("Cites page 2.")
    desk.leave()
    desk.open()
    lanes.disk_turns()
    assert desk.sheet.note == "Cites page 2."


def test_what_was_handed_in_before_is_kept_before_anything_follows(desk: Desk, lanes: SlowWriting) -> None:
    desk.sheet.take_note("Cites page 2.")
    desk.leave()
    left = []
    desk.leave(lambda: left.append(True))
    assert not left
    lanes.disk_turns()
    assert left


def test_an_answer_counts_once_however_often_its_key_is_pressed(
    desk: Desk, lanes: SlowWriting, office: Office
) -> None:
    first = desk.sheet.item.native_trace_id
    for number in (1, 2, 2, 1):
        desk.choose(number)
    desk.put_off()
    desk.undo()
    lanes.disk_turns()
    assert {one.native_trace_id: one.value for one in office.workspace.standing.judgements()} == {
        first: "pass"
    }
    assert len(office.workspace.reviews.log("Maria")) == 1
