"""Runs one command and turns what happens into words and an exit code."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from assay.base.errors import AssayError, Bug, Cancelled, Refused
from assay.cli.commands import demo_folder
from assay.cli.parser import parser
from assay.cli.saying import hang_up, say, speak_any_alphabet
from assay.operations.fault_report import report_fault


def run(words: Sequence[str]) -> int:
    """Run the command in ``words``; its exit code. Every fault comes out as a sentence and a code.

    Raises SystemExit (2) for wrong usage, as argparse does.
    """
    speak_any_alphabet()
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    try:
        asked = _read(words)
        return int(asked.run(asked))
    except Bug as error:
        say(f"assay: {error} This is a fault of Assay's own. Please send the report {report_fault(error)}.")
        return error.exit_code
    except AssayError as error:
        say(f"assay: {error}")
        return error.exit_code
    except (Cancelled, KeyboardInterrupt):
        say("assay: Stopped. Nothing half-done was left behind.")
        return 1
    except BrokenPipeError:
        hang_up()
        return 1
    except Exception as error:  # noqa: BLE001 - the border of the command line: a fault of ours becomes a report file
        say(f"assay: A fault of Assay's own. Please send the report {report_fault(error)}.")
        return 3


def demo_to_show(words: Sequence[str]) -> Path | None:
    """The workspace to open the window on after the command in ``words``; None for all but a demo that wants one."""
    asked = parser().parse_args(words)
    return demo_folder(asked) if asked.command == "demo" and not asked.no_window else None


def _read(words: Sequence[str]) -> argparse.Namespace:
    reader = parser()
    asked = reader.parse_args(words)
    if asked.command is None:
        reader.error("a command is missing")
    for given in vars(asked).values():
        _check_text(given)
    return asked


def _check_text(given: object) -> None:
    """Refuse bytes that are no characters, which nothing here could keep; a path may hold them."""
    if isinstance(given, list):
        for one in given:
            _check_text(one)
    elif isinstance(given, str) and not given.isprintable():
        try:
            given.encode()
        except UnicodeEncodeError as error:
            raise Refused(
                f"{given!a} holds bytes that are no characters.", "Write the command in UTF-8."
            ) from error
