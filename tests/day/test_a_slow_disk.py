"""A disk that takes its time, and one that fails: nothing is lost, doubled, or said to be where it is not."""

from collections.abc import Callable

import pytest

from assay.base.errors import Unavailable
from assay.model.review import Act
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


# --- a disk that fails ---


class FailingLanes(InlineLanes):
    """Fails at writing, or at reading, for as long as it is told to."""

    writes = reads = True

    def write(self, work, done, failed):
        self._do(self.writes, super().write, work, done, failed)

    def read(self, work, done, failed):
        self._do(self.reads, super().read, work, done, failed)

    def _do(self, works, do, work, done, failed):
        if works:
            do(work, done, failed)
        else:
            failed(Unavailable("The disk is full.", "Free some space and try again."))


@pytest.fixture
def failing() -> FailingLanes:
    return FailingLanes()


@pytest.fixture
def shaken(office: Office, failing: FailingLanes) -> Desk:
    draw(office, DrawOptions(size=3))
    made = Desk(office, failing, "Maria")
    made.watch(lambda: made.sheet and made.painted(made.sheet.item.trace_uid))
    made.open()
    return made


def acts(office: Office) -> list[str]:
    return [row.act for row in reversed(office.workspace.reviews.log("Maria"))]


def test_a_judgement_that_was_not_saved_stays_on_the_desk_and_is_saved_by_trying_again(
    shaken: Desk, failing: FailingLanes, office: Office
) -> None:
    first = shaken.sheet.item.trace_uid
    failing.writes = False
    shaken.choose(2)
    assert shaken.fault.what == "The disk is full."
    assert (shaken.sheet.item.trace_uid, shaken.sheet.answers, acts(office)) == (first, {"pass": "fail"}, [])
    failing.writes = True
    shaken.again()
    assert (shaken.fault, acts(office)) == (None, ["submit"])
    assert shaken.sheet.item.trace_uid != first


@pytest.mark.parametrize("act", [Act.FLAG, Act.NOT_TODAY, Act.CANNOT_JUDGE])
def test_trying_again_does_what_failed_and_never_something_else(
    shaken: Desk, failing: FailingLanes, office: Office, act: Act
) -> None:
    do = {
        Act.FLAG: shaken.flag,
        Act.NOT_TODAY: shaken.put_off,
        Act.CANNOT_JUDGE: lambda: shaken.cannot_judge("the document is missing"),
    }[act]
    failing.writes = False
    do()
    failing.writes = True
    shaken.again()
    assert acts(office) == [act]


def test_an_undo_that_failed_is_undone_by_trying_again(
    shaken: Desk, failing: FailingLanes, office: Office
) -> None:
    for _ in range(3):
        shaken.choose(1)
    failing.writes = False
    shaken.undo()
    assert shaken.fault.what == "The disk is full."
    failing.writes = True
    shaken.again()
    assert acts(office) == ["submit", "submit", "submit", "undo"]


def test_a_next_trace_that_cannot_be_read_does_not_have_the_last_one_judged_twice(
    shaken: Desk, failing: FailingLanes, office: Office
) -> None:
    first, second = [one.trace_uid for one in shaken.day.items[:2]]
    shaken.upcoming = None
    failing.reads = False
    shaken.choose(1)
    assert shaken.fault.what == "The disk is full."
    assert "not saved" not in shaken.fault.safe
    shaken.submit()  # Enter passes over what is judged
    assert acts(office) == ["submit"]
    failing.reads = True
    shaken.again()
    assert (shaken.sheet.item.trace_uid, shaken.fault) == (second, None)
    assert [row.trace_uid for row in office.workspace.reviews.log("Maria")] == [first]


def test_a_note_that_was_not_kept_stays_where_it_is(
    shaken: Desk, failing: FailingLanes, office: Office
) -> None:
    first = shaken.sheet.item.trace_uid
    failing.writes = False
    shaken.sheet.take_note("Cites page 2.")
    shaken.go(1)
    assert (shaken.sheet.item.trace_uid, shaken.sheet.note) == (first, "Cites page 2.")
    failing.writes = True
    shaken.again()
    assert office.workspace.drafts.get(first, "Maria", "pass-fail").note == "Cites page 2."
