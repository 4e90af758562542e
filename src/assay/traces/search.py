"""Searching for words in what was asked and answered: the payloads are read part by part, newest day first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from assay.model.browsing import Stretch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assay.traces.ask import Asker

STRETCH = 8192
"""Traces that are read in one go: some tens of megabytes, so that hits come soon and a search stops soon."""

_TEXTS = """list_concat(json_extract_string(trace, '$.input[*].parts[*].text'),
                        json_extract_string(trace, '$.output[*].parts[*].text'))"""
_SAYS = f"list_contains([contains(lower(t), lower($text)) FOR t IN {_TEXTS}], TRUE)"


def stretches(days: Mapping[str, int]) -> list[Stretch]:
    """The parts of these days (as text, with how many traces each has), in their order."""
    return [
        Stretch(day, first, min(STRETCH, size - first))
        for day, size in days.items()
        for first in range(0, size, STRETCH)
    ]


def uids(asker: Asker, text: str, stretch: Stretch) -> list[str]:
    """The traces of that part in whose input or output the text stands, or whose id it is."""
    text = text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    if not text:
        return []
    # Most traces are passed over by their raw JSON, in which the text stands escaped; only the rest is taken apart.
    raw = json.dumps(text, ensure_ascii=False)[1:-1]
    rows = asker.payload(
        f"""SELECT uid FROM pay
            WHERE file_row_number >= $first AND file_row_number < $end AND contains(lower(trace), lower($raw))
              AND ({_SAYS} OR json_extract_string(trace, '$.native_id') = $text)""",
        {"first": stretch.first, "end": stretch.first + stretch.size, "raw": raw, "text": text},
        [stretch.day],
    )
    return [uid for (uid,) in rows]
