"""Which files an import reads, and by which kind of source: recognised by content, or as somebody says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from assay.base.errors import AssayError, Refused, Unavailable
from assay.base.progress import Progress
from assay.base.registry import kinds
from assay.model.incoming import Incoming, Place, Rejected
from assay.model.kinds import FileSource, TableSource
from assay.operations.mapping import load_mapping
from assay.sources.fields.csv_table import csv_columns, csv_rows
from assay.sources.mapped import mapped_source, mapped_table
from assay.sources.mapped.mapping import Mapping as Mapped
from assay.sources.review_rows import looks_like_review_rows
from assay.traces.columns import parquet_columns, read_parquet_rows

_HEAD_BYTES = 65536
_PARQUET = b"PAR1"
_ASKED_LAST = ("openai-chat", "assay-jsonl", "assay-table")
"""Kinds that recognise little more than a few common keys: every other kind is asked before them."""

Kind = FileSource | TableSource
Read = Callable[[str, Progress], Iterator[Incoming]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Files of one kind that are read together: ``read(source, progress)`` gives what they hold."""

    kind: str
    read: Read


@cache
def file_sources() -> dict[str, Kind]:
    """Every kind of file that gives traces, by name, those that are sure of their own first."""
    found: dict[str, Kind] = {**kinds("sources", FileSource), **kinds("sources", TableSource)}
    order = sorted(found, key=lambda name: (_ASKED_LAST.index(name) + 1 if name in _ASKED_LAST else 0, name))
    return {name: found[name] for name in order}


def batches(
    paths: Sequence[Path], workspace: Path, forced: str | None = None, mapping: Path | None = None
) -> list[Batch | Rejected]:
    """What an import of these files (and of those in the folders among them) reads, in order.

    ``forced`` names the kind they are all of; ``mapping`` is a file that says how to read any other kind.
    Hidden files, and those of the workspace itself, are passed over; a file of no known kind costs only itself.
    Raises Refused when a path leads nowhere or no file is of a known kind.
    """
    chosen = load_mapping(mapping) if mapping is not None else None
    known: dict[tuple[str, bool], tuple[Kind, list[Path]]] = {}
    refused: list[Rejected] = []
    faults: list[AssayError] = []
    for path in _files(paths, workspace):
        try:
            kind = _mapped(path, chosen) if chosen is not None else _kind(path, forced)
        except AssayError as error:
            faults.append(error)
            refused.append(Rejected(Place(str(path), 1), error.what, ""))
        else:
            known.setdefault((kind.name, isinstance(kind, TableSource)), (kind, []))[1].append(path)
    if not known:
        nothing = Refused("There is no file to import.", "Name a file, or a folder that holds some.")
        raise faults[0] if faults else nothing
    return [*(batch for kind, found in known.values() for batch in _batches(kind, found)), *refused]


def _batches(kind: Kind, paths: list[Path]) -> list[Batch]:
    if isinstance(kind, TableSource):
        return [Batch(kind.name, partial(_read_tables, kind, paths))]
    if kind.read_together is not None:
        return [Batch(kind.name, partial(kind.read_together, paths))]
    return [Batch(kind.name, partial(kind.read, path)) for path in paths]


def _read_tables(
    kind: TableSource, paths: Sequence[Path], source: str, progress: Progress
) -> Iterator[Incoming]:
    return kind.read([(path, _rows(path, progress)) for path in paths], source, progress)


def _rows(path: Path, progress: Progress) -> Iterator[Mapping[str, Any]]:
    return read_parquet_rows(path) if head_of(path).startswith(_PARQUET) else csv_rows(path, progress)


def _mapped(path: Path, mapping: Mapped) -> Kind:
    return mapped_table(mapping) if _columns(path, head_of(path)) else mapped_source(mapping)


def _columns(path: Path, head: bytes) -> tuple[str, ...]:
    """The columns of a file that is a table; nothing for any other."""
    return parquet_columns(path) if head.startswith(_PARQUET) else csv_columns(head)


def _kind(path: Path, forced: str | None) -> Kind:
    known = file_sources()
    if forced is not None:
        if forced not in known:
            raise Refused(f"There is no format “{forced}”.", f"Formats: {', '.join(sorted(known))}.")
        return known[forced]
    head = head_of(path)
    if not head.strip():
        raise Refused(f"{path} is empty.", "Name a file that holds traces.")
    columns = _columns(path, head)
    for kind in known.values():
        fits = kind.recognises(columns) if isinstance(kind, TableSource) else kind.recognises(path, head)
        if fits:
            return kind
    if looks_like_review_rows(path, head):
        raise Refused(f"{path} holds reviews, not traces.", "Use “assay import-reviews”.")
    raise Refused(
        f"The format of {path} was not recognised.",
        f"Known formats: {', '.join(sorted(known))} (--format forces one, --map says how to read any other).",
    )


def _files(paths: Sequence[Path], workspace: Path) -> Iterator[Path]:
    own = workspace.resolve()
    for path in paths:
        if path.is_dir():
            for inner in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in inner.relative_to(path).parts)
                if inner.is_file() and not hidden and own not in inner.resolve().parents:
                    yield inner
        elif path.is_file():
            yield path
        else:
            raise Refused(f"There is no file {path}.", "Check the path.")


def head_of(path: Path) -> bytes:
    """The beginning of a file. Raises Unavailable where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}.") from error
