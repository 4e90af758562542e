"""A whole day at the real window, on real answers: every key as it is pressed, every word as it is seen."""

import csv
import re
import shutil
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton

from assay.gui.key_sheet import KeySheet
from assay.gui.palette import CommandPalette
from assay.model.wording import number
from assay.operations.preferences import Preferences, keep_preferences
from assay.viewmodels.desk import Stage

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
    seat.write(words)
    seat.press(Qt.Key.Key_Escape)


# --- the morning ---


def test_a_reviewers_morning_is_all_there_after_the_window_was_closed(seat):
    assert seat.reads("20 to review.", "About 25 minutes.", "Drawn at random from 477 traces", MARIA)
    seat.begin()
    assert len({one.trace_uid for one in seat.desk.day.items}) == 20

    pressed = grade(seat, "12PX12PX11")
    assert seat.reads("10 of 20")
    before_last, last = list(pressed)[-2:]
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
    seat.write("the document is missing")
    assert seat.act(Qt.Key.Key_Return) == "Noted as not judged"

    noted = on_the_desk(seat)
    write_note(seat, "Cites page 2, which says otherwise.")
    assert seat.act("F") == "Flagged"
    assert on_the_desk(seat) == noted

    seat.close()
    seat.open()
    seat.sees("10 to review.", "10 of 20 done", "1 not today", "1 could not be judged", "For a second look")
    assert standing(seat) == pressed
    not_judged = seat.program.office.workspace.standing.not_judged()
    assert [(one.trace_uid, one.reason) for one in not_judged] == [(last, "the document is missing")]
    assert acts(seat) == {"submit": 10, "undo": 2, "not_today": 1, "cannot_judge": 1, "flag": 1}

    seat.begin()
    assert on_the_desk(seat) == noted
    assert seat.reads("10 of 20", "Cites page 2, which says otherwise.", "Flagged")
    assert seat.act("U").startswith("Undone: flag")
    assert seat.act(Qt.Key.Key_Z, CTRL | SHIFT).startswith("Done again: flag")
    assert seat.desk.sheet.item.flagged
    pressed |= grade(seat, "X")
    assert standing(seat) == pressed
    [judged] = [one for one in seat.program.office.workspace.standing.judgements() if one.trace_uid == noted
                and one.rater == MARIA]  # fmt: skip
    assert (judged.note, judged.blind) == ("Cites page 2, which says otherwise.", True)
    assert seat.program.office.workspace.drafts.get(noted, MARIA, "pass-fail") is None


def test_a_day_graded_to_its_end_says_so_and_leads_back_to_today(seat):
    seat.begin()
    order = [one.trace_uid for one in seat.desk.day.items]
    pressed = grade(seat, "12PX" * 5)
    assert list(pressed) == order
    assert seat.desk.stage is Stage.FINISHED
    assert seat.reads("That is all for today.", "20 traces looked at. Everything is saved.")
    assert standing(seat) == pressed
    seat.press(Qt.Key.Key_Return)
    seat.sees("That is all for today.", "20 of 20 done")
    assert seat.shell.place == "today"


def test_what_was_begun_is_kept_when_the_window_is_closed_in_the_middle_of_a_word(seat):
    seat.begin()
    begun = on_the_desk(seat)
    seat.press("N")
    seat.write("Not yet fini")
    seat.close()
    seat.open()
    seat.begin()
    assert on_the_desk(seat) == begun
    assert seat.desk.sheet.note == "Not yet fini"
    assert standing(seat) == {}


def test_a_note_is_there_when_one_looks_ahead_and_comes_back_at_once(seat):
    seat.begin()
    begun = on_the_desk(seat)
    for turn in range(10):
        write_note(seat, f"{turn}")
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            seat.press(key)
            seat.wait_to_read()
        assert (on_the_desk(seat), seat.desk.sheet.note) == (begun, "0123456789"[: turn + 1])
        seat.press("N")
        seat.press(Qt.Key.Key_End, CTRL)
        seat.press(Qt.Key.Key_Escape)


# --- keys that must not judge ---


def test_a_bare_key_is_a_letter_while_the_note_is_written(seat):
    seat.begin()
    trace = on_the_desk(seat)
    seat.press("N")
    for key in ("1", "p", "x", "2", "u", "-", "@", "f", "?"):
        seat.press(key)
    field = QApplication.focusWidget()
    assert isinstance(field, QPlainTextEdit)
    assert field.toPlainText() == "1px2u-@f?"
    assert (on_the_desk(seat), seat.desk.acts, seat.desk.sheet.answers) == (trace, 0, {})
    seat.press(Qt.Key.Key_Escape)
    seat.act("2")
    assert standing(seat) == {trace: "fail"}
    assert seat.program.office.workspace.reviews.log(MARIA)[0].note == "1px2u-@f?"


def test_keys_are_ignored_until_the_next_trace_is_painted(seat):
    seat.begin()
    first, second = [one.trace_uid for one in seat.desk.day.items[:2]]
    laid = []

    def press_at_once():
        """As soon as the next trace lies there, and before it is painted."""
        sheet = seat.desk.sheet
        if sheet and sheet.item.trace_uid == second and not seat.desk.ready:
            laid.append(second)
            for key in ("1", "P", "-", "U", Qt.Key.Key_Return):
                seat.press(key)

    seat.desk.watch(press_at_once)
    for key in ("1", "2", "X"):  # the second and third while the first is being saved
        seat.press(key)
    seat.wait_to_read()
    assert laid
    assert on_the_desk(seat) == second
    assert standing(seat) == {first: "pass"}
    assert acts(seat) == {"submit": 1}


def test_a_held_key_judges_once(seat):
    seat.begin()
    first, second = [one.trace_uid for one in seat.desk.day.items[:2]]
    seat.act("1")
    for _ in range(5):
        seat.repeat(Qt.Key.Key_1, "1")
        seat.wait_to_read()
    assert on_the_desk(seat) == second
    assert standing(seat) == {first: "pass"}


# --- blind ---


def telling(trace):
    """What would tell a reviewer what machines think or which one spoke, as far as the trace does not say it itself."""
    metrics = [one.name for one in trace.metrics]
    values = [
        one.value for one in trace.metrics if one.value is not None and one.value != round(one.value, 1)
    ]
    figures = [
        words for value in values for words in (str(value), number(value), f"{value:.2f}", f"{value:.3f}")
    ]
    said = [message.text for message in (*trace.input, *trace.output)]
    said += [document.content for step in trace.steps for document in step.documents]
    own = " ".join(text for text in said if text).casefold()
    return {
        word.casefold() for word in (trace.model, *metrics, *figures) if word and word.casefold() not in own
    }


def told(seat, window_driver):
    """Everything that the window says at the moment, to the eye or the ear."""
    return "\n".join(window_driver.texts_of(seat.shell)).casefold()


def test_nothing_on_the_page_tells_what_machines_think_until_it_is_decided(seat, window_driver):
    seat.begin()
    for _ in range(5):
        trace = seat.desk.sheet.look.trace
        hidden = telling(trace)
        assert len(hidden) >= 8
        window_driver.wait_for(lambda: seat.places.review.view.is_built, "the whole trace")
        seat.places.review.view.toggle_all_folds()
        seat.press("I")
        assert seat.reads("are shown once you have decided.")
        assert not {
            word
            for word in hidden
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", told(seat, window_driver))
        }
        seat.act("1")
    seat.press(Qt.Key.Key_Left)
    seat.wait_to_read()
    trace = seat.desk.sheet.look.trace
    seat.press("I")
    assert seat.reads(trace.model, *(one.name for one in trace.metrics))
    assert seat.program.office.workspace.reviews.log(MARIA)[0].blind


# --- everything else the day needs ---


def test_every_key_and_every_command_can_be_looked_up(seat, window_driver):
    seat.begin()
    seat.press("?")
    sheet = window_driver.texts_of(seat.dialog(KeySheet))
    assert {"Submit and next", "Cannot judge", "Undo", "Data sets"} <= set(sheet)
    seat.press(Qt.Key.Key_Escape)
    seat.back_at_the_window()
    seat.press("K", CTRL)
    seat.dialog(CommandPalette)
    seat.write("not tod")
    seat.press(Qt.Key.Key_Return)
    seat.back_at_the_window()
    window_driver.wait_for(lambda: seat.desk.acts == 1, "the command to be done")
    seat.wait_to_read()
    assert acts(seat) == {"not_today": 1}


def test_the_figures_and_the_export_hold_what_was_graded(seat):
    seat.begin()
    pressed = grade(seat, "1112" * 3)
    seat.go(3, "quality")
    seat.sees("Does this answer do its job?", "75 %", "n = 12")
    seat.go(4, "agreement")
    seat.sees("Reviewers agree on", "477 answers with two or more reviews, 7 reviewers")
    seat.go(7, "datasets")
    seat.sees("2 397 rows; the first 8 are shown.", "exports/gold.csv")
    field = next(one for one in seat.page.findChildren(QLineEdit) if one.accessibleName() == "Which rows")
    field.setFocus()
    seat.write("criterion == 'pass'")
    seat.press(Qt.Key.Key_Return)
    seat.sees("12 rows; the first 8 are shown.")
    export = next(one for one in seat.page.findChildren(QPushButton) if one.text() == "Export")
    export.setFocus()
    seat.press(Qt.Key.Key_Space)
    seat.sees("12 rows written to")
    with (seat.folder / "exports" / "gold.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {one.trace_uid: one.native_trace_id for one in seat.desk.day.items}
    assert {row["native_trace_id"]: row["label"] for row in rows} == {
        names[uid]: value for uid, value in pressed.items()
    }
