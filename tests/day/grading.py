"""Reviewers in processes of their own, each at the real window without a screen, who grade until they are killed.

Usage: ``python grading.py WORKSPACE``, with tests/gui on the path. For every seed that comes in as a line, a reviewer
sits down: a fork, so that loading the program is paid for once. It says only what the program has acknowledged:

``at PROCESS``                 somebody sits down
``saved REVIEW TRACE VALUE``   the page has said “Saved”
``kept TRACE WORDS``           a note begun on a trace has been read back from the disk
``gone STATUS``                the process has ended, with the status that waiting for it gave
"""

import os
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
    """One line to whoever listens, at once and whole."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


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
    """Sit down and grade, for as long as it goes."""
    say("at", os.getpid())
    chance = random.Random(seed)
    seat = window_driver.Seat(QApplication(["assay", *STYLE]), folder)
    seat.open()
    seat.begin()
    done = 0
    while True:
        if done % NOTE_EVERY == NOTE_EVERY - 1:
            begin_a_note(seat, f"note {seed} {done}")
        judge(seat, chance.choice("12PX"))
        done += 1


def main() -> None:
    """One reviewer a line."""
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            grade(Path(sys.argv[1]), int(line))
        say("gone", os.waitpid(process, 0)[1])


if __name__ == "__main__":
    main()
