"""JSON Lines: UTF-8, one object a line, every column in every row; a number that is none (NaN) is null."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from assay.base.progress import Progress
from assay.base.translation import tr
from assay.base.whole_file import whole_file
from assay.model.kinds import ExportFormat

REPORT_EVERY = 200


def _write(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], target: Path, progress: Progress
) -> int:
    """Write all rows or nothing. Raises Unavailable (the disk does not take them) and Cancelled."""
    count = 0
    with whole_file(target) as part, part.open("wb") as file:
        for row in rows:
            progress.check()
            file.write(_line({column: row.get(column) for column in columns}))
            count += 1
            if count % REPORT_EVERY == 0:
                progress.report(count, None, tr("rows"))
        progress.report(count, count, tr("rows"))
    return count


def _line(record: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(record) + b"\n"
    except UnicodeEncodeError:  # half a surrogate pair, which UTF-8 has no bytes for
        text = json.dumps(msgspec.to_builtins(record), ensure_ascii=False)
        return msgspec.json.encode(json.loads(text.encode("utf-8", "replace"))) + b"\n"


KIND = ExportFormat(name="jsonl", title="JSON Lines", suffix=".jsonl", write=_write)
