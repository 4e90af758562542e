"""A reviewer in a process of its own, at the real window without a screen; told to begin, it grades until it is killed.

Usage: ``python grading.py WORKSPACE SEED``, with tests/gui on the path. It says ``here`` once it can begin, waits for
a line, and from then on says only what the program has acknowledged:

``saved REVIEW TRACE VALUE``   the page has said “Saved”
``kept TRACE WORDS``           a note begun on a trace has been read back from the disk
"""

import random
import sys
from pathlib import Path

import window_driver
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from assay.gui.theme import STYLE

MEANS = {"1": "pass", "2": "fail", "P": "pass", "X": "fail"}
NOTE_EVERY = 7


def say(*words: object) -> None:
    """One line to whoever listens, at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def judge(seat: window_driver.Seat, key: str) -> None:
    """Judge the trace on the desk, and say so once the page does."""
    trace = seat.desk.sheet.item.trace_uid
    assert seat.act(key) == "Saved"
    [row] = seat.program.office.workspace.reviews.log(seat.desk.rater, limit=1)
    assert row.trace_uid == trace
    say("saved", row.id, trace, MEANS[key])


def begin_a_note(seat: window_driver.Seat, words: str) -> None:
    """Write a note, look at the trace behind and come back to find it; then leave the trace for later."""
    trace = seat.desk.sheet.item.trace_uid
    seat.press("N")
    seat.write(words)
    seat.press(Qt.Key.Key_Escape)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
        seat.press(key)
        seat.wait_to_read()
    assert (seat.desk.sheet.item.trace_uid, seat.desk.sheet.note) == (trace, words)
    say("kept", trace, words)
    seat.press(Qt.Key.Key_Right)
    seat.wait_to_read()


def grade(folder: Path, seed: int) -> None:
    """Sit down, wait to be told, and grade."""
    chance = random.Random(seed)
    seat = window_driver.Seat(QApplication(["assay", *STYLE]), folder)
    say("here")
    sys.stdin.readline()
    seat.open()
    seat.begin()
    done = 0
    while True:
        if done % NOTE_EVERY == NOTE_EVERY - 1:
            begin_a_note(seat, f"note {seed} {done}")
        judge(seat, chance.choice("12PX"))
        done += 1


if __name__ == "__main__":
    grade(Path(sys.argv[1]), int(sys.argv[2]))
