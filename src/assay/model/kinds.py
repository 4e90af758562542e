"""What a kind of source, question, chart or export must offer. Each registry's modules hold one as ``KIND``."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay.base.progress import Progress
from assay.model.criterion import Criterion, Level
from assay.model.incoming import Incoming

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RowReader = Callable[[Path], Iterator[Mapping[str, Any]]]
"""Reads a Parquet file row by row; handed in, since only the trace store's room knows the engine."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file format that gives traces, and reviews where it holds any.

    ``recognises(path, head)`` looks at the file's first 64 KiB; ``read(path, source, progress)`` yields item by
    item, never holds the whole file where the format allows it, and never raises for a bad record: it yields
    `Rejected`. Progress is reported in bytes of the file. Where a trace may be spread over files,
    ``read_together`` is handed all files of the kind in one import, and ``read`` serves for one alone.
    """

    name: str
    title: str
    recognises: Callable[[Path, bytes], bool]
    read: Callable[[Path, str, Progress], Iterator[Incoming]]
    read_together: Callable[[Sequence[Path], str, Progress], Iterator[Incoming]] | None = None


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table (Parquet or CSV) that gives traces, and reviews where it holds any.

    ``recognises(columns)`` looks at the names of the columns; ``read(tables, source, progress)`` is handed all
    tables of the kind in one import, each with its rows as JSON knows them, to be read once and in order. The
    rules for bad records are those of `FileSource`.
    """

    name: str
    title: str
    recognises: Callable[[Sequence[str]], bool]
    read: Callable[[Sequence[tuple[Path, Iterator[Mapping[str, Any]]]], str, Progress], Iterator[Incoming]]


@dataclass(frozen=True, slots=True)
class Connection:
    """How one live source is reached. ``settings`` by name; ``secrets`` are never written, said or shown.

    ``name`` is the source's in the workspace; ``url`` is its http(s) address without a slash at the end. An answer
    may take ``timeout`` seconds, and a store that is away or busy is asked up to ``attempts`` times.
    """

    name: str
    url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float = 60.0
    attempts: int = 7


@dataclass(frozen=True, slots=True)
class SourceSetting:
    """Something a live source must be told beside its address; ``default`` is empty where it must be given."""

    name: str
    title: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Secret:
    """Something a live source asks for before it answers; ``variables`` are those its own tools read, in order."""

    name: str
    title: str
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveSource:
    """A store that gives traces over the network, with what was judged there.

    ``test(connection)`` says in one sentence what answers; ``pull(connection, start, end, progress)`` yields the
    traces that began in ``[start, end)``, each once and whole, and what was judged on them. Both raise Refused
    (wrong address, key or setting) or Unavailable (no answer, or none that makes sense). Only reading.
    """

    name: str
    title: str
    settings: tuple[SourceSetting, ...]
    secrets: tuple[Secret, ...]
    test: Callable[[Connection], str]
    pull: Callable[[Connection, datetime, datetime, Progress], Iterator[Incoming]]


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """A sort of rubric question: how an answer is checked, read as a number, and judged good or not.

    ``control`` names the widget that asks it (the window knows how to draw it); ``level`` the level of
    measurement that the agreement figures use. ``check`` returns a sentence when the value is not an answer.
    """

    name: str
    title: str
    level: Level
    control: str
    check: Callable[[Criterion, str], str | None]
    number: Callable[[Criterion, str], float | None]
    passed: Callable[[Criterion, str], bool | None]


@dataclass(frozen=True, slots=True)
class ExportLayout:
    """What a row of an export is. ``rows`` turns labelled rows (long layout, in order of trace) into rows of it."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Callable[[Iterable[Mapping[str, Any]]], Iterator[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A file format for labelled data. ``write(rows, columns, target, progress)`` returns the number of rows."""

    name: str
    title: str
    suffix: str
    write: Callable[[Iterable[Mapping[str, Any]], Sequence[str], Path, Progress], int]


@dataclass(frozen=True, slots=True)
class ChartStyle:
    """The colours and sizes a chart is drawn with, all as ``#rrggbb``; the window hands in its own."""

    background: str
    text: str
    muted: str
    hairline: str
    accent: str
    good: str
    bad: str
    warning: str
    series: tuple[str, ...] = ("#0072B2", "#D55E00", "#009E73", "#777777")
    font: str = "Inter"
    size: float = 10.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a drawn chart that stands for traces: axes index, data coordinates, words for the hover."""

    axes: int
    x: float
    y: float
    words: str
    trace_uids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChartKind:
    """A picture of numbers. ``draw(figure, data, style)`` draws on the figure it is handed and names its spots."""

    name: str
    title: str
    draw: "Callable[[Figure, Any, ChartStyle], list[Spot]]"
