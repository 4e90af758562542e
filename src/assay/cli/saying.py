"""What a command says: its report on standard output, everything else on standard error."""

import json
import sys
import time
from typing import Any

from assay.base.progress import Progress

_EVERY_SECONDS = 0.5


def say(words: str) -> None:
    """A message for people, beside the report."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def report(words: str, figures: dict[str, Any], *, as_json: bool) -> None:
    """The report of a command: its figures as one JSON object, or as words."""
    said = json.dumps(figures, ensure_ascii=False, allow_nan=False) if as_json else words
    sys.stdout.write(said.encode("utf-8", "replace").decode("utf-8") + "\n")
    sys.stdout.flush()


def progress() -> Progress:
    """Progress on standard error: a line that is written over on a terminal, nothing when nobody watches."""
    if not sys.stderr.isatty():
        return Progress()
    last = 0.0

    def show(done: int, total: int | None, what: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _EVERY_SECONDS:
            return
        last = now
        far = f"{done:,} of {total:,}" if total else f"{done:,}"
        sys.stderr.write(f"\r\033[K{far} {what}")
        sys.stderr.flush()

    return Progress(show)


def end_progress() -> None:
    """Clear the progress line."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
