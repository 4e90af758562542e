"""The reviewer's desk: which trace lies on it, and what each act does next.

Every act is handed to the writing lane and is on the disk before the next trace is shown. While a save is under
way, or the next trace is not yet painted, acts are ignored; an act carries the trace it was meant for.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from assay.base.translation import tr
from assay.model.review import Act
from assay.model.rubric import Rubric
from assay.operations.look import Look, look_at
from assay.operations.office import DEFAULT_PLAN, Office
from assay.operations.queue import Queue, QueueItem, elsewhere, queue
from assay.operations.review import Done, OnTrace, cannot_judge, flag, keep_draft, put_off, redo, submit, undo
from assay.viewmodels.day_list import DayList
from assay.viewmodels.desk_words import missing_words, saved_words, turned_words
from assay.viewmodels.lanes import Lanes
from assay.viewmodels.latest import Fault, fault_of
from assay.viewmodels.sheet import Sheet
from assay.viewmodels.stopwatch import Stopwatch
from assay.viewmodels.watched import Watched


class Stage(StrEnum):
    """What the desk is doing."""

    EMPTY = "empty"
    LOADING = "loading"
    READING = "reading"
    SAVING = "saving"
    FINISHED = "finished"


class Desk(Watched):
    """The state of the Review screen for one reviewer and one day.

    ``message`` is what was just done, ``fault`` what went wrong; ``acts`` counts what was saved since the start.
    """

    def __init__(self, office: Office, lanes: Lanes, rater: str, plan: str = DEFAULT_PLAN) -> None:
        super().__init__()
        self.rater = rater
        self.auto_advance = True
        self.stage = Stage.EMPTY
        self.day = DayList()
        self.sheet: Sheet | None = None
        self.rubric: Rubric | None = None
        self.upcoming: Look | None = None
        self.message = ""
        self.fault: Fault | None = None
        self.acts = 0
        self.seconds_each = 0.0
        self._office, self._lanes, self._plan = office, lanes, plan
        self._watch = Stopwatch()
        self._painted = False
        self._wanted = ""
        self._retry: Callable[[], object] = _nothing

    @property
    def decided(self) -> bool:
        """Whether this item has been judged, so that what is blind may be shown."""
        return self.sheet is not None and self.sheet.item.act in (Act.SUBMIT, Act.CANNOT_JUDGE)

    @property
    def ready(self) -> bool:
        """Whether an act would be taken: the item is painted and nothing is being saved."""
        return self.stage is Stage.READING and self._painted

    @property
    def minutes_left(self) -> int:
        """About how many minutes the rest takes at the reviewer's pace."""
        return max(1, round(self.day.left * self.seconds_each / 60)) if self.day.left else 0

    # Coming and going

    def open(self, with_tail: bool = False) -> None:
        """Read the day's list and lay the first item that is left on the desk."""
        self._stand(Stage.LOADING)
        self._retry = partial(self.open, with_tail)
        # In the writing lane, so that what was begun before is on the disk when the traces are read again.
        self._lanes.write(self._listing(), partial(self._opened, with_tail), self._failed)

    def painted(self, uid: str) -> None:
        """The screen has painted the item: keys count from now on."""
        here = self.sheet is not None and self.sheet.item.trace_uid == uid
        if here and self.stage is Stage.READING and not self._painted:
            self._painted = True
            self._look_ahead()

    def stir(self) -> None:
        """The reviewer moved: time counts."""
        self._watch.stir()

    def leave(self, then: Callable[[], None] | None = None) -> None:
        """Keep what was begun on this item; ``then`` is called once it is on the disk."""
        after = then or _nothing
        if self.sheet is None or not self.sheet.unsaved:
            # A draft handed in a moment ago may still be on its way.
            self._lanes.write(_nothing, lambda _kept: after(), self._failed)
            return
        here, answers, note = self._here(self.sheet), dict(self.sheet.answers), self.sheet.note
        self.sheet.unsaved = False
        self._retry = self.leave
        work = partial(keep_draft, self._office, here, answers, note, self._watch.seconds())
        self._lanes.write(work, lambda _kept: after(), self._failed)

    def go(self, steps: int) -> None:
        """Move through the list without deciding."""
        item = self.day.beside(self.sheet.item.trace_uid, steps) if self.sheet else None
        if self.ready and item is not None:
            self.message = ""
            self._stand(Stage.LOADING)
            self.leave(partial(self._show, item))

    def focus(self, place: int) -> None:
        """Put a question in focus by its place."""
        if self.sheet is not None and self.sheet.focus(place):
            self.changed()

    # Answering

    def choose(self, number: int) -> None:
        """Answer the question in focus with its option of that number (from 1)."""
        self._take(self.sheet.option(number) if self.sheet else None)

    def choose_passing(self, passes: bool) -> None:
        """Answer a pass or fail question with the option that passes, or does not."""
        self._take(self.sheet.passing(passes) if self.sheet else None)

    def answer(self, criterion: str, value: str) -> None:
        """Take an answer. With a rubric of one question it submits at once; else the next question follows."""
        self._take((criterion, value))

    def _take(self, said: tuple[str, str] | None) -> None:
        if said is None or not self.ready or self.sheet is None:
            return
        self.sheet.answer(*said)
        self.sheet.touched = True
        if self.sheet.one_key and self.auto_advance:
            self.submit()
        else:
            self.message = ""
            self.leave()
            self.changed()

    # Acts

    def submit(self) -> None:
        """Judge the item; go to a required question without an answer; pass over an item judged already."""
        if not self.ready or self.sheet is None:
            return
        if self.sheet.item.act is Act.SUBMIT and not self.sheet.touched:
            self._next()
            return
        missing = self.sheet.missing()
        if missing is not None:
            self.message = missing_words(missing)
            self.changed()
            return
        here, given, note = self._here(self.sheet), self.sheet.given, self.sheet.note
        work = partial(submit, self._office, here, given, note, self._watch.seconds())
        self._write(work, self._judged, self.submit)

    def put_off(self) -> None:
        """Not today."""
        if self.ready and self.sheet:
            work = partial(put_off, self._office, self._here(self.sheet), self._watch.seconds())
            self._write(work, self._judged, self.put_off)

    def cannot_judge(self, reason: str) -> None:
        """Cannot judge, for a reason."""
        if self.ready and self.sheet:
            here, note, seconds = self._here(self.sheet), self.sheet.note, self._watch.seconds()
            work = partial(cannot_judge, self._office, here, reason, note, seconds)
            self._write(work, self._judged, partial(self.cannot_judge, reason))

    def flag(self) -> None:
        """Raise this item's flag, or take it down."""
        if self.ready and self.sheet:
            raised = not self.sheet.item.flagged
            here = self._here(self.sheet)
            self._write(partial(flag, self._office, here, raised=raised), self._flagged, self.flag)

    def undo(self) -> None:
        """Undo the reviewer's newest act, on whichever item it was, and show that item."""
        if self.ready or self.stage is Stage.FINISHED:
            turned = partial(self._turned, tr("Nothing to undo."))
            self._write(partial(undo, self._office, self.rater), turned, self.undo)

    def redo(self) -> None:
        """Bring back what was undone last."""
        if self.ready or self.stage is Stage.FINISHED:
            turned = partial(self._turned, tr("Nothing to redo."))
            self._write(partial(redo, self._office, self.rater), turned, self.redo)

    def again(self) -> None:
        """Try once more what failed."""
        self._retry()

    # How it goes on

    def _stand(self, stage: Stage) -> None:
        self.stage, self._painted = stage, False

    def _listing(self) -> Callable[[], Queue]:
        return partial(queue, self._office, self.rater, None, self._plan)

    def _opened(self, with_tail: bool, found: Queue) -> None:
        self.rubric, self.seconds_each = found.rubric, found.seconds_each
        self.day = DayList([*found.items, *(found.tail if with_tail else ())])
        self.sheet, self.fault = None, None
        self._next()

    def _next(self) -> None:
        """Lay the next item that is left on the desk, or finish."""
        item = self.day.next_left(self.sheet.item.trace_uid if self.sheet else "")
        if item is not None:
            self._show(item)
            return
        self.sheet, self.upcoming = None, None
        self._stand(Stage.FINISHED if len(self.day) else Stage.EMPTY)
        self.changed()

    def _show(self, item: QueueItem) -> None:
        self._wanted = item.trace_uid
        self._stand(Stage.LOADING)
        if self.upcoming and self.upcoming.named.uid == item.trace_uid:
            self._laid(item, self.upcoming)
        else:
            self._lanes.read(self._looking(item), partial(self._laid, item), partial(self._unread, item))

    def _looking(self, item: QueueItem) -> Callable[[], Look]:
        rubric = self.rubric.name if self.rubric else ""
        return partial(look_at, self._office, item.trace_uid, self.rater, rubric)

    def _laid(self, item: QueueItem, look: Look) -> None:
        if self._wanted != item.trace_uid:
            return
        self.sheet = Sheet(item, look, self.rubric.criteria if self.rubric else ())
        self.upcoming, self.fault = None, None
        self._watch.start(look.seconds)
        self._stand(Stage.READING)
        self.changed()

    def _look_ahead(self) -> None:
        """Read the next trace while this one is being looked at, and not before it can be."""
        here = self.sheet.item.trace_uid if self.sheet else ""
        ahead = self.day.next_left(here)
        if ahead is not None and ahead.trace_uid != here:
            self._lanes.read(self._looking(ahead), self._fetched, _ignore)

    def _fetched(self, look: Look) -> None:
        self.upcoming = look
        self.changed()

    def _write(
        self, work: Callable[[], Done | None], done: Callable[[Done | None], None], retry: Callable[[], None]
    ) -> None:
        self.stage, self.message, self.fault, self._retry = Stage.SAVING, "", None, retry
        self._lanes.write(work, done, self._failed)

    def _judged(self, done: Done | None) -> None:
        if done is None or self.sheet is None:
            return
        self.acts += 1
        self.message = saved_words(done)
        self.day.mark(done.trace.uid, done.act)
        self.sheet.touched = self.sheet.unsaved = False
        self.sheet.item = self.day.items[self.day.place(done.trace.uid)]
        if self.auto_advance or done.act is not Act.SUBMIT:
            self._next()
            return
        self.stage = Stage.READING
        self.changed()

    def _flagged(self, done: Done | None) -> None:
        if done is None or self.sheet is None:
            return
        self.acts += 1
        self.message = saved_words(done)
        self.day.mark_flag(done.trace.uid, done.act is Act.FLAG)
        self.sheet.item = self.day.items[self.day.place(done.trace.uid)]
        self.stage = Stage.READING
        self.changed()

    def _turned(self, nothing: str, done: Done | None) -> None:
        if done is None:
            self.stage = Stage.READING if self.sheet else Stage.FINISHED
            self.message = nothing
            self.changed()
            return
        self.acts += 1
        self.message = turned_words(done)
        self.upcoming = None
        self._lanes.read(self._listing(), partial(self._after_turn, done), self._failed)

    def _after_turn(self, done: Done, found: Queue) -> None:
        """After an undo show the item it was about, whatever list it was on; after a redo go on to what is left."""
        known = {one.trace_uid: one for one in (*found.items, *found.tail)}
        self.day.renew(known)
        if self.day.place(done.trace.uid) < 0:
            self.day.items.insert(0, known.get(done.trace.uid) or elsewhere(done.trace))
        if done.act is Act.REDO and done.target in (Act.SUBMIT, Act.NOT_TODAY, Act.CANNOT_JUDGE):
            self._next()
        else:
            self._show(self.day.items[self.day.place(done.trace.uid)])

    def _unread(self, item: QueueItem, error: Exception) -> None:
        """A trace could not be read: what lies on the desk stays there, as it was saved."""
        self.stage = Stage.READING if self.sheet else Stage.EMPTY
        self._painted = self.sheet is not None
        self._retry = partial(self._show, item)
        self.fault = fault_of(error, tr("Everything saved before is safe."))
        self.changed()

    def _failed(self, error: Exception) -> None:
        without = Stage.FINISHED if len(self.day) and not self.day.left else Stage.EMPTY
        self.stage = Stage.READING if self.sheet else without
        self._painted = self.sheet is not None
        if self.sheet is not None:
            self.sheet.touched = self.sheet.unsaved = True
        self.fault = fault_of(error, tr("Everything saved before is safe; this one is not saved yet."))
        self.changed()

    def _here(self, sheet: Sheet) -> OnTrace:
        if self.rubric is None:
            raise LookupError(sheet.item.trace_uid)
        return OnTrace(
            trace=sheet.look.named,
            rater=self.rater,
            rubric=self.rubric,
            draw_id=sheet.item.draw_id,
            review_date=sheet.look.review_date,
            trace_sha256=sheet.look.sha256,
            revealed_at=sheet.look.revealed_at,
        )


def _nothing() -> None:
    """Nothing follows."""


def _ignore(_error: Exception) -> None:
    """A trace that could not be read ahead is read again when it is wanted, and its fault is shown then."""
