"""Human judgements made elsewhere, in the long layout: JSON Lines, CSV or Parquet with the same fields.

A row is one reviewer's answer to one criterion on one trace. Bad rows are handed on as `Rejected` with the reason;
reading goes on behind them. A trace is named by ``source`` and ``native_trace_id`` where a row has them, else by
``trace_id``: a native id or ``source:native-id``; which of the two it is, only the workspace knows.
"""

import csv
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from io import TextIOWrapper
from math import isfinite, isnan
from pathlib import Path
from typing import Any, TypeVar, get_args

from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.criterion import CriterionKind
from assay.model.incoming import IncomingReview, Place, Rejected
from assay.model.kinds import RowReader

Item = IncomingReview | Rejected
Row = Mapping[str, Any]
T = TypeVar("T")

REQUIRED = ("trace_id", "rater", "criterion", "value")
_NEEDED = ("trace_id", "native_trace_id", "criterion")
LONGEST = 1 << 24
"""Characters of the longest line, and of the longest CSV row, that are read."""
_SHOWN, _DEEPEST, _REPORT_EVERY = 4000, 64, 256
_OWN = {field.name for field in fields(IncomingReview)} - {"place", "extra"} | {"trace_id"}
_YES, _NO = ("true", "1", "yes"), ("false", "0", "no")
_KINDS: tuple[str, ...] = get_args(CriterionKind)
_STRUCTURED = ("choices", "spans", "steps")
_DECIMALS = re.compile(r"-?(0|[1-9]\d*)\.\d*", re.ASCII)
_NO_NUMBER = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_UNIX_SECONDS = re.compile(r"\d{9,}(\.\d+)?", re.ASCII)
_UNFIT = re.compile("[\x00\ud800-\udfff]")
# The beginning before which `export` puts an apostrophe in CSV (exports/csv.py tells why).
_LIKE_A_FORMULA = re.compile(r"[\s\x00-\x20'\u200b-\u200f\u2060\ufeff]*[\t\r\n=+\-@\uff1d\uff0b\uff0d\uff20]")


class _BadRow(ValueError):  # noqa: N818 - a row is bad, not the program
    """Why a row cannot be taken, as a sentence."""


def looks_like_review_rows(path: Path, head: bytes) -> bool:
    """Whether the file holds review rows, by its first bytes (for Parquet, by the names in its foot)."""
    if head.startswith(b"PAR1"):
        return _parquet_has(path, ("criterion", "rater", "value"))
    lines = head.decode(_encoding(head), "replace").lstrip("\ufeff \t\r\n").splitlines()[:20]
    if lines and lines[0].startswith("{"):
        # A name in the words of a trace would stand there as \"rater\" and is none of a row's own.
        return any(all(f'"{name}"' in line for name in REQUIRED) for line in lines)
    return bool(lines) and not _missing(_names(lines[0], _delimiter(lines[0])))


def read_review_rows(path: Path, progress: Progress, parquet_rows: RowReader | None) -> Iterator[Item]:
    """The answers in the file, one by one, in its order; bad rows as `Rejected`. Progress is in bytes of the file.

    ``parquet_rows`` reads Parquet; without it such a file is refused. Raises Refused when there is no such file,
    Unavailable when it cannot be read, Cancelled when stopped.
    """
    if not path.is_file():
        raise Refused(tr("There is no file {path}.").format(path=path), tr("Check the path."))
    try:
        with path.open("rb") as raw:
            head = raw.read(1 << 16)
        if head.startswith(b"PAR1"):
            yield from _parquet(path, progress, parquet_rows)
        elif _is_json(path, head):
            for number, line in _lines(path, _encoding(head), progress):
                if line.strip():
                    yield _item(Place(str(path), number), line, partial(_object, line))
        else:
            yield from _csv(path, _lines(path, _encoding(head), progress))
    except OSError as error:
        what = tr("{path} cannot be read: {why}.").format(path=path, why=error.strerror)
        raise Unavailable(what) from error


def _is_json(path: Path, head: bytes) -> bool:
    kind = path.suffix.lower()
    text = head.decode(_encoding(head), "replace").lstrip("\ufeff \t\r\n")
    return kind not in (".csv", ".tsv") and (kind in (".jsonl", ".ndjson", ".json") or text[:1] in ("{", "["))


def _encoding(head: bytes) -> str:
    """UTF-8, or UTF-16 by its mark or, without one, by the NULs between its first letters."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for odd, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) >= 4 and not any(head[odd:16:2]) and all(head[1 - odd : 16 : 2]):
            return name
    return "utf-8-sig"


def _lines(path: Path, encoding: str, progress: Progress) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, from 1; of one that is too long, one character more than may be.

    Bytes that are no characters come as half surrogates, by which their row is refused later. UTF-16 has no such
    stand-in: there they become the replacement character.
    """
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    number, size = 0, path.stat().st_size
    with path.open("rb") as raw, TextIOWrapper(raw, encoding, errors, newline="") as text:
        while line := text.readline(LONGEST + 1):
            number, rest = number + 1, line
            while len(rest) > LONGEST and not rest.endswith(("\n", "\r")):
                progress.check()
                rest = text.readline(LONGEST + 1)
            if number % _REPORT_EVERY == 0:
                progress.report(raw.tell(), size, tr("bytes"))
            yield number, line
    progress.report(size, size, tr("bytes"))


def _object(line: str) -> Row:
    try:
        row = json.loads(line, strict=False)
    except (ValueError, RecursionError) as error:
        raise _BadRow(tr("The line is not JSON; it may have been cut off or be too long.")) from error
    if not isinstance(row, dict):
        raise _BadRow(tr("The line is not an object. Write one row a line, as {...}."))
    return row


def _csv(path: Path, lines: Iterator[tuple[int, str]]) -> Iterator[Item]:
    # The limit is the process's own; a note may well be longer than the 128 KiB it begins with.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST + 1))
    header = next(lines, (1, ""))[1]
    sign = _delimiter(header)
    names = _names(header, sign)
    if amiss := _header_amiss(names):
        yield Rejected(Place(str(path), 1), amiss, _shown(header))
        return
    waiting: deque[tuple[int, str]] = deque()
    while True:
        taken: list[tuple[int, str]] = []
        try:
            cells = next(csv.reader(_row_lines(waiting, lines, taken), delimiter=sign, strict=True), None)
        except csv.Error:
            # A stray quotation mark swallows the lines behind it: only the first is bad, the others get their turn.
            waiting.extendleft(reversed(taken[1:]))
            why = tr("A quotation mark in the row is not closed, or the row is too long.")
            yield Rejected(Place(str(path), taken[0][0]), why, _shown(taken[0][1]))
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            record = "".join(line for _, line in taken)
            yield _item(Place(str(path), taken[0][0]), record, partial(_cells, names, cells))


def _row_lines(
    waiting: deque[tuple[int, str]], lines: Iterator[tuple[int, str]], taken: list[tuple[int, str]]
) -> Iterator[str]:
    """The lines a CSV row asks for, those that wait first; noted in ``taken``, until the row is too long."""
    length = 0
    while length <= LONGEST and (line := waiting.popleft() if waiting else next(lines, None)):
        taken.append(line)
        length += len(line[1])
        yield line[1]


def _delimiter(header: str) -> str:
    """What the columns are parted by: the sign that gives the most known names."""
    return max(",;\t", key=lambda sign: len(_OWN.intersection(_names(header, sign))))


def _names(header: str, delimiter: str) -> list[str]:
    """The columns' names; those of the layout in any case and with blanks around."""
    cells = next(csv.reader([header], delimiter=delimiter), [])
    names = [_shown(cell).strip() for cell in cells]
    return [name.lower() if name.lower() in _OWN else name for name in names]


def _header_amiss(names: list[str]) -> str | None:
    if missing := _missing(names):
        return tr("The columns {missing} are missing; a row needs {needed}.").format(
            missing=", ".join(missing), needed=", ".join(REQUIRED)
        )
    twice = sorted({name for name in names if name in _OWN and names.count(name) > 1})
    return tr("The columns {names} stand there twice.").format(names=", ".join(twice)) if twice else None


def _missing(names: Iterable[str]) -> list[str]:
    known = set(names)
    return [name for name in REQUIRED if name not in known and f"native_{name}" not in known]


def _cells(names: list[str], cells: list[str]) -> Row:
    """A CSV row by column, with the apostrophes taken away that keep formulas from running."""
    if len(cells) != len(names):
        why = tr("The row has {cells} cells where the header has {names}; it may have been cut off.")
        raise _BadRow(why.format(cells=len(cells), names=len(names)))
    plain = (cell[1:] if cell[:1] == "'" and _LIKE_A_FORMULA.match(cell, 1) else cell for cell in cells)
    return dict(zip(names, plain, strict=True))


def _parquet(path: Path, progress: Progress, parquet_rows: RowReader | None) -> Iterator[Item]:
    if parquet_rows is None:
        raise Refused(tr("{path} is a Parquet file, which cannot be read here.").format(path=path))
    number = 0
    try:
        for number, row in enumerate(parquet_rows(path), start=1):
            progress.report(number, None, tr("rows"))
            if number == 1 and (amiss := _header_amiss(list(row))):
                yield Rejected(Place(str(path), 1), amiss, _shown(", ".join(row)))
                return
            yield _item(Place(str(path), number), str(dict(row)), partial(dict, row))
    except Refused as error:
        yield Rejected(Place(str(path), number + 1), str(error), "")


def _parquet_has(path: Path, names: Iterable[str]) -> bool:
    """Whether a Parquet file has columns of these names: they stand in its foot, each behind its length."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 16)))
        foot = file.read()
    return all(bytes([len(name)]) + name.encode() in foot for name in names)


def _shown(record: str) -> str:
    """A record as it can be written out: cut to a sane length, broken characters as their codes."""
    cut = record if len(record) <= _SHOWN else record[:_SHOWN] + "…"
    return cut.rstrip("\r\n").encode("utf-8", "backslashreplace").decode()


def _item(place: Place, record: str, read: Callable[[], Row]) -> Item:
    try:
        return _review(place, read())
    except _BadRow as bad:
        return Rejected(place, str(bad), _shown(record))


def _review(place: Place, given: Row) -> IncomingReview:
    row = {name: value for name, value in given.items() if not _empty(value)}
    _check_characters(row)
    if missing := _missing(name for name in given if name not in _NEEDED or _label(row, name)):
        raise _BadRow(tr("The row lacks {missing}.").format(missing=", ".join(missing)))
    kind = _one_of(row, "kind", _KINDS)
    source, native = _trace(row)
    version = _figure(row, "rubric_version")
    return IncomingReview(
        place=place,
        native_trace_id=native,
        criterion=_label(row, "criterion") or "",
        value=_value(given["value"], row, kind),
        source=source,
        rater=_label(row, "rater"),
        rater_kind=_one_of(row, "rater_kind", ("human", "adjudicated")) or "human",
        kind=kind,
        passed=_flag(row, "passed"),
        note=_text(row, "note"),
        reason=_text(row, "reason"),
        correction=_text(row, "correction"),
        spans=_list(row, "spans", dict),
        codes=_list(row, "codes", str),
        rubric=_label(row, "rubric"),
        rubric_version=None if version is None else int(version),
        created_at=_time(row, "created_at"),
        seconds=_figure(row, "seconds"),
        blind=_flag(row, "blind") is not False,
        revealed_at=_time(row, "revealed_at"),
        extra={str(name): value for name, value in row.items() if name not in _OWN},
    )


def _check_characters(row: Row) -> None:
    """Refuse what no database and no file takes: NULs, halves of characters, nesting without end."""
    level: list[object] = [row]
    for _ in range(_DEEPEST):
        below: list[object] = []
        for thing in level:
            if isinstance(thing, str):
                if bad := _UNFIT.search(thing):
                    why = tr("The row holds bytes that are no characters. Save the file as UTF-8.")
                    raise _BadRow(tr("The row holds a NUL character.") if bad.group() == "\0" else why)
            elif isinstance(thing, dict):
                below += [*thing.keys(), *thing.values()]
            elif isinstance(thing, list):
                below += thing
        if not below:
            return
        level = below
    raise _BadRow(tr("The row is nested too deep."))


def _trace(row: Row) -> tuple[str | None, str]:
    """The source, where it is given, and the trace's name in it."""
    source, native = _label(row, "source"), _text(row, "native_trace_id")
    if native is not None:
        return source, native
    name = _text(row, "trace_id") or ""
    return source, (name.removeprefix(f"{source}:") or name) if source else name


def _value(value: object, row: Row, kind: str | None) -> str:
    """The answer as text: numbers in their shortest form, booleans as true and false, several as a JSON list."""
    if isinstance(value, list | dict) and value and kind in _STRUCTURED:
        return json.dumps(value, ensure_ascii=False)
    text = _text(row, "value") if kind == "text" else _label(row, "value")
    if isinstance(value, float | Decimal) and not isfinite(value):
        text = "nan"
    if text is None:
        reason = _label(row, "missing_reason")
        raise _BadRow(tr("The row holds no answer.") + (f" ({reason})" if reason else ""))
    if isinstance(value, str) and kind in ("choice", "text", *_STRUCTURED):
        return text
    if _NO_NUMBER.fullmatch(text):
        raise _BadRow(tr("“value” is not a number (NaN or infinite)."))
    if _DECIMALS.fullmatch(text):
        text = text.rstrip("0").removesuffix(".")
    return "0" if text == "-0" else text


def _empty(value: object) -> bool:
    """Whether the field says nothing; tables write NaN for that."""
    return value is None or value == "" or (isinstance(value, float | Decimal) and isnan(value))


def _text(row: Row, name: str) -> str | None:
    value = row.get(name)
    if value is None or isinstance(value, str):
        return value if value and value.strip() else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, int | float | Decimal):
        raise _BadRow(tr("“{name}” must be text or a number.").format(name=name))
    return str(value)


def _label(row: Row, name: str) -> str | None:
    """A name, without the blanks around it."""
    return (_text(row, name) or "").strip().strip("\u200b\ufeff").strip() or None


def _one_of(row: Row, name: str, words: tuple[str, ...]) -> str | None:
    word = (_label(row, name) or "").lower()
    if word and word not in words:
        raise _BadRow(tr("“{name}” must be one of {words}.").format(name=name, words=", ".join(words)))
    return word or None


def _flag(row: Row, name: str) -> bool | None:
    word = _one_of(row, name, _YES + _NO)
    return None if word is None else word in _YES


def _figure(row: Row, name: str) -> float | None:
    text = _label(row, name)
    try:
        figure = float(text or 0)
    except ValueError:
        figure = -1.0
    if not (isfinite(figure) and figure >= 0):
        raise _BadRow(tr("“{name}” must be a number of nought or more.").format(name=name))
    return None if text is None else figure


def _time(row: Row, name: str) -> datetime | None:
    """An instant: ISO 8601 (UTC where no zone is said) or Unix seconds."""
    text = _label(row, name)
    if text is None:
        return None
    try:
        if _UNIX_SECONDS.fullmatch(text):
            return datetime.fromtimestamp(float(text), UTC)
        said = datetime.fromisoformat(text)
        return said.replace(tzinfo=said.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _BadRow(tr("“{name}” is not a time such as 2026-11-20T09:15:02Z.").format(name=name)) from error


def _list(row: Row, name: str, of: type[T]) -> list[T] | None:
    """A list of that sort, also as JSON text; a single word where words are wanted is a list of one."""
    value = row.get(name)
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = [value]
    if value is None or value == []:
        return None
    if isinstance(value, list) and all(isinstance(one, of) for one in value):
        return value
    raise _BadRow(tr("“{name}” must be a list of {sort}.").format(name=name, sort=of.__name__))
