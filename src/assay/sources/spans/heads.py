"""What the first bytes of a file say of it: which keys its first records have, as far as they are whole."""

import json
import re
from collections.abc import Mapping

from assay.sources.fields.records import UTF16_MARKS

_BETWEEN = re.compile(r"[\s,:]*")


def words_of(head: bytes) -> str:
    """The first bytes as text, without blanks before it."""
    encoding = "utf-16" if head.startswith(UTF16_MARKS) else "utf-8-sig"
    return head.decode(encoding, "replace").lstrip()


def members_at(text: str, at: int = 0) -> Mapping[str, int]:
    """Where the values of the object's keys begin, by key, as far as the text reaches; the object begins at ``at``.

    Empty where no object begins.
    """
    found: dict[str, int] = {}
    at = _next(text, at)
    if not text.startswith("{", at):
        return found
    scan, at = json.JSONDecoder().raw_decode, at + 1
    try:
        while True:
            key, at = scan(text, _next(text, at))
            at = _next(text, at)
            found[str(key)] = at
            _, at = scan(text, at)
    except (ValueError, RecursionError):
        return found


def first_at(text: str, at: int = 0) -> int:
    """Where the first member of the list begins that begins at ``at``; ``at`` itself where none begins."""
    at = _next(text, at)
    return _next(text, at + 1) if text.startswith("[", at) else at


def _next(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at
