"""Parquet. The engine that writes it lives in the trace store's room, so it is handed in.

``KIND`` names the format and cannot write; ``writer(write_rows)`` gives the same kind, able to.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from assay.base.errors import Bug
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.base.whole_file import whole_file
from assay.model.kinds import ExportFormat

REPORT_EVERY = 200

RowWriter = Callable[[Iterable[Mapping[str, Any]], Sequence[str], Path], int]
"""Writes rows to a Parquet file with these columns in this order and returns how many.

It is handed every column in every row, as text, number, true, false or None; it takes the rows one by one,
writes to exactly the path it is given and lets what the rows raise pass through.
"""


def writer(write_rows: RowWriter) -> ExportFormat:
    """The format, with the engine that writes it."""
    return replace(KIND, write=partial(_write, write_rows))


def _unbound(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], target: Path, progress: Progress
) -> int:
    raise Bug("The Parquet format was asked to write before it was handed its engine.")


def _write(
    write_rows: RowWriter,
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    target: Path,
    progress: Progress,
) -> int:
    """Write all rows or nothing. Raises Unavailable (the disk does not take them) and Cancelled."""
    with whole_file(target) as part:
        count = write_rows(_plain_rows(rows, columns, progress), columns, part)
        progress.report(count, count, tr("rows"))
    return count


def _plain_rows(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], progress: Progress
) -> Iterator[dict[str, Any]]:
    for count, row in enumerate(rows, start=1):
        progress.check()
        yield {column: _plain(row.get(column)) for column in columns}
        if count % REPORT_EVERY == 0:
            progress.report(count, None, tr("rows"))


def _plain(value: object) -> object:
    """A value as JSON knows it, lists and objects as JSON text: a column is of one sort in every file."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:  # half a surrogate pair, which UTF-8 has no bytes for
        text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False).encode("utf-8", "replace")
        encoded = msgspec.json.encode(json.loads(text))
    return encoded.decode() if encoded[:1] in (b"[", b"{") else msgspec.json.decode(encoded)


KIND = ExportFormat(name="parquet", title="Parquet", suffix=".parquet", write=_unbound)
