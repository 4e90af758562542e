"""CSV after RFC 4180 (commas, CRLF), with the UTF-8 mark at its front so that Excel reads accents right.

A spreadsheet runs a cell that begins like a formula. So a text that begins with ``= + - @``, their wide forms,
a tab or a return, also after blanks or apostrophes, gets one apostrophe in front. Plain numbers such as ``-0.5``
stay as they are. The rule can be undone exactly: an apostrophe before such a beginning is taken away, and
``import-reviews`` does so. Lists and objects are JSON text; an empty cell is a missing value.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import msgspec

from assay.base.progress import Progress
from assay.base.translation import tr
from assay.base.whole_file import whole_file
from assay.model.kinds import ExportFormat

REPORT_EVERY = 200

# Control characters, blanks of every sort and marks without width may stand before the sign.
# The same beginning is known to sources/review_rows.py, which takes the apostrophe away again.
_LIKE_A_FORMULA = re.compile(r"[\s\x00-\x20'\u200b-\u200f\u2060\ufeff]*[\t\r\n=+\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def inert(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return f"'{text}" if _LIKE_A_FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _write(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], target: Path, progress: Progress
) -> int:
    """Write all rows or nothing. Raises Unavailable (the disk does not take them) and Cancelled."""
    count = 0
    with (
        whole_file(target) as part,
        part.open("w", encoding="utf-8-sig", errors="replace", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([inert(column) for column in columns])
        for row in rows:
            progress.check()
            writer.writerow([_cell(row.get(column)) for column in columns])
            count += 1
            if count % REPORT_EVERY == 0:
                progress.report(count, None, tr("rows"))
        progress.report(count, count, tr("rows"))
    return count


def _cell(value: object) -> str:
    """A value as the text of its cell: numbers bare, text inert, times in ISO 8601, structures as JSON."""
    plain = msgspec.to_builtins(value)
    if plain is None or (isinstance(plain, float) and not isfinite(plain)):
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, int | float):
        return repr(plain)
    return inert(plain if isinstance(plain, str) else _json(plain))


def _json(structure: object) -> str:
    try:
        return msgspec.json.encode(structure).decode()
    except UnicodeEncodeError:  # half a surrogate pair, which UTF-8 has no bytes for
        text = json.dumps(structure, ensure_ascii=False).encode("utf-8", "replace")
        return msgspec.json.encode(json.loads(text)).decode()


KIND = ExportFormat(name="csv", title=tr("CSV (spreadsheet)"), suffix=".csv", write=_write)
