"""A whole day at the real window, on real answers: every key as it is pressed, every word as it is seen."""

import csv
import json
import shutil
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QPushButton

from assay.gui.details import Details
from assay.gui.key_sheet import KeySheet
from assay.gui.palette import CommandPalette
from assay.model.review import Act
from assay.model.wording import number
from assay.operations.preferences import Preferences, keep_preferences

pytestmark = pytest.mark.real

MARIA = "Maria Kern"
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
MEANS = {"1": "pass", "2": "fail", "P": "pass", "X": "fail"}


@pytest.fixture(scope="session")
def imported(assay, mtrag_file, tmp_path_factory):
    """A workspace with the real answers and what people said of them, made once. Nobody writes into it."""
    folder = tmp_path_factory.mktemp("imported") / "mtrag"
    assert assay("import", mtrag_file, "-w", folder, "--source", "mtrag").code == 0
    return folder


@pytest.fixture
def seat(imported, tmp_path, sit_down):
    """A seat before the window, opened on a workspace of the test's own."""
    keep_preferences(Preferences(rater=MARIA))
    seat = sit_down(shutil.copytree(imported, tmp_path / "day"))
    seat.open()
    yield seat
    seat.close()


def until(window_driver, condition, what):
    window_driver.wait_for(condition, what)


def standing(seat):
    """What the database says Maria's judgements are, by trace."""
    found = seat.program.office.workspace.standing.judgements()
    return {one.trace_uid: one.value for one in found if one.rater == MARIA}


def acts(seat):
    """How often each act stands in the log under Maria's name."""
    return Counter(row.act for row in seat.program.office.workspace.reviews.log(MARIA))


def on_the_desk(seat):
    return seat.desk.sheet.item.trace_uid


def grade(seat, keys):
    """Press a key a trace; what was pressed, by trace."""
    pressed = {}
    for key in keys:
        pressed[on_the_desk(seat)] = MEANS[key]
        assert seat.act(key) == "Saved"
    return pressed


def write_note(seat, words):
    seat.press("N")
    assert isinstance(QApplication.focusWidget(), QPlainTextEdit)
    seat.type(words)
    seat.press(Qt.Key.Key_Escape)


def test_a_reviewers_morning_is_all_there_after_the_window_was_closed(seat):
    assert seat.reads("20 to review.", "About 25 minutes.", "Drawn at random from 477 traces", MARIA)
    seat.begin()
    assert len({one.trace_uid for one in seat.desk.day.items}) == 20

    pressed = grade(seat, "12PX12PX11")
    assert seat.reads("10 of 20")
    last, before_last = list(pressed)[-1], list(pressed)[-2]
    assert seat.act("U").startswith("Undone: pass on trace")
    assert on_the_desk(seat) == last
    assert seat.act(Qt.Key.Key_Z, CTRL).startswith("Undone: pass on trace")
    assert on_the_desk(seat) == before_last
    del pressed[last], pressed[before_last]
    assert seat.reads("8 of 20")
    assert standing(seat) == pressed

    assert seat.act("-") == "Not today; it comes back tomorrow"
    assert on_the_desk(seat) == last
    seat.press("@")
    seat.type("the document is missing")
    assert seat.act(Qt.Key.Key_Return) == "Noted as not judged"

    noted = on_the_desk(seat)
    write_note(seat, "Cites page 2, which says otherwise.")
    assert seat.act("F") == "Flagged"
    assert on_the_desk(seat) == noted
    assert standing(seat) == pressed

    seat.close()
    seat.open()
    assert seat.reads("10 to review.", "10 of 20 done", "1 not today", "1 could not be judged", "For a second look")
    assert standing(seat) == pressed
    assert [(one.trace_uid, one.reason) for one in seat.program.office.workspace.standing.not_judged()] == [
        (last, "the document is missing")
    ]
    assert acts(seat) == {"submit": 10, "undo": 2, "not_today": 1, "cannot_judge": 1, "flag": 1}

    seat.begin()
    assert on_the_desk(seat) == noted
    assert seat.reads("10 of 20", "Cites page 2, which says otherwise.", "Flagged")
    assert seat.act("U").startswith("Undone: flag")
    assert seat.act(Qt.Key.Key_Z, CTRL | SHIFT).startswith("Done again: flag")
    assert seat.desk.sheet.item.flagged
    pressed |= grade(seat, "X")
    [judged] = [one for one in seat.program.office.workspace.standing.judgements() if one.trace_uid == noted]
    assert (judged.value, judged.note, judged.blind) == ("fail", "Cites page 2, which says otherwise.", True)
    assert seat.program.office.workspace.drafts.get(noted, MARIA, "pass-fail") is None


def test_a_day_graded_to_its_end_says_so_and_leads_back(seat):
    seat.begin()
    left = list(seat.desk.day.items)
    pressed = {}
    for item, key in zip(left, "12PX" * 5, strict=True):
        assert on_the_desk(seat) == item.trace_uid
        pressed[item.trace_uid] = MEANS[key]
        seat.press(key)
        seat_waits = len(pressed)
        finished = seat_waits == len(left)
        seat.program.parent()
        if finished:
            break
        _wait(seat, lambda n=seat_waits: seat.desk.acts == n and seat.desk.ready)
    _wait(seat, lambda: seat.reads("That is all for today."))
    assert standing(seat) == pressed
    seat.press(Qt.Key.Key_Return)
    _wait(seat, lambda: seat.shell.place == "today" and seat.reads("That is all for today.", "20 of 20 done"))


def _wait(seat, condition):
    seat.wait(condition)
