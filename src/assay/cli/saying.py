"""What a command says: its report on standard output, everything else on standard error."""

import io
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from getpass import getpass
from math import isfinite
from pathlib import Path
from typing import Any

from assay.base.errors import Unavailable
from assay.base.progress import Progress
from assay.model.kinds import Secret

_EVERY_SECONDS = 0.5
# A trace may be named with signs that move a terminal's cursor or set its title.
_INERT = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def speak_any_alphabet() -> None:
    """Let no character stop a report: one that the terminal or pipe has no bytes for is written as its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(words: str) -> None:
    """A message for people, beside the report."""
    sys.stderr.write(words.translate(_INERT) + "\n")
    sys.stderr.flush()


def report(words: str, figures: dict[str, Any], *, as_json: bool) -> None:
    """The report of a command: its figures as one JSON object, or as words. Raises Unavailable on a full disk."""
    said = _json(figures) if as_json else words.translate(_INERT)
    try:
        sys.stdout.write(said + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        hang_up()
        raise Unavailable(
            f"The report could not be written: {error.strerror}.", "What the command did is kept."
        ) from error


def hang_up() -> None:
    """Nobody takes the report: what Python would still flush at its end goes nowhere, without a complaint."""
    with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _json(figures: dict[str, Any]) -> str:
    """One line of JSON, in plain ASCII where standard output takes no more or a text is no Unicode."""
    said = json.dumps(_plain(figures), ensure_ascii=False, allow_nan=False)
    try:
        said.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return json.dumps(_plain(figures), allow_nan=False)
    return said


def _plain(value: Any) -> Any:
    """The value with null for numbers that are none: JSON knows no NaN."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def ask_secrets(secrets: Iterable[Secret]) -> dict[str, str]:
    """What somebody types (or pipes in, a line each) for each secret, unseen; an empty line leaves one out."""
    found = {}
    for secret in secrets:
        question = f"{secret.title[:1].upper()}{secret.title[1:]} (Enter for none): "
        said = getpass(question) if sys.stdin.isatty() else sys.stdin.readline()
        if said.strip():
            found[secret.name] = said.strip()
    return found


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
