"""A CSV file, gzipped or not, as rows by column, for the kinds of source that are tables."""

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.sources.fields.glimpse import GZIP_MARK, unpacked

_LONGEST_FIELD = 1 << 26
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = ",;\t"
_REPORT_EVERY = 1000
BEYOND = "beyond the last column"
"""The key under which the cells of a row that has more than its header are kept."""


def csv_columns(head: bytes) -> tuple[str, ...]:
    """The names in the first line, where the file's beginning looks like a table; else nothing."""
    head = unpacked(head)
    text = head.decode(_encoding(head), "replace")
    first = text.split("\n", 1)[0].strip("\r")
    if "\n" not in text or first[:1] in ("{", "[") or "\0" in first:
        return ()
    names = next(csv.reader(StringIO(text), delimiter=_separator(first)), [])
    return tuple(name.strip() for name in names) if len(names) > 1 and all(names) else ()


def csv_rows(path: Path, progress: Progress) -> Iterator[dict[str, Any]]:
    """The rows, empty cells as None. Bytes that are no text become U+FFFD; NUL is passed over.

    Raises Refused at the row from which on the file cannot be read.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    with path.open("rb") as raw:
        head = raw.read(1 << 16)
    beginning = unpacked(head)
    encoding = _encoding(beginning)
    separator = _separator(beginning.decode(encoding, "replace").split("\n", 1)[0])
    opens = gzip.open if head.startswith(GZIP_MARK) else open
    with opens(path, "rt", encoding=encoding, errors="replace", newline="") as file:
        lines = (line.replace("\0", "") for line in file)
        reader = csv.DictReader(lines, delimiter=separator, restkey=BEYOND)
        try:
            for number, row in enumerate(reader, 1):
                if number % _REPORT_EVERY == 0:
                    progress.report(number, None, "rows")
                yield {str(name).strip(): value if value != "" else None for name, value in row.items()}
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise Refused(tr("The compressed file is cut off or damaged from here on.")) from error
        except csv.Error as error:
            raise Refused(tr("The table cannot be read from here on; it may be damaged.")) from error


def _encoding(head: bytes) -> str:
    return next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")


def _separator(first: str) -> str:
    return max(_SEPARATORS, key=first.count)
