"""Writing traces: everything is made ready beside the store first, then put in its place day by day.

1. *Spool*: the traces are laid aside by day (`spool.py`), and those that came twice are told apart.
2. *Compare*: what is new, what changed, what moved to another day (`compare.py`).
3. *Stage*: each touched day is written whole, as two Parquet files, into the work folder.
4. *Commit*: a list of what is to be replaced is written, then the files are put in their places. From the moment
   the list is on the disk the write counts; a crash after it is finished by the next `sweep`, a crash before it
   leaves the store as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from assay.base.errors import Unavailable
from assay.base.translation import tr
from assay.model.population import WriteCounts
from assay.model.trace import Trace
from assay.traces import layout
from assay.traces.compare import Comparison, compare
from assay.traces.duck import connect, engine_faults, json_lines, literal
from assay.traces.rows import INDEX_COLUMNS, PAYLOAD_COLUMNS
from assay.traces.seen import Sighting
from assay.traces.spool import Spool

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from assay.base.progress import Progress

OnDuplicate = Callable[[Trace], None]
"""Told of a trace whose name came before in the same write with other content, the moment it arrives."""

_STAGED = "staged"
_COLUMNS = {layout.PAYLOAD: PAYLOAD_COLUMNS, layout.INDEX: INDEX_COLUMNS}
_ROW_GROUPS = {
    # Bounded in bytes too, so that a day of very long traces does not fill the memory.
    layout.PAYLOAD: "ROW_GROUP_SIZE 2048, ROW_GROUP_SIZE_BYTES '32MB'",
    layout.INDEX: "ROW_GROUP_SIZE 122880, ROW_GROUP_SIZE_BYTES '64MB'",
}


@dataclass(frozen=True, slots=True)
class _Commit:
    """Which days get staged files and which are left without a trace."""

    replace: list[str]
    remove: list[str]


def write_days(
    folder: Path, traces: Iterable[Trace], progress: Progress, on_duplicate: OnDuplicate | None = None
) -> WriteCounts:
    """Brings the traces into the store; the caller holds its lock and has swept it.

    Raises Cancelled (the store is as it was), Unavailable when disk or engine fail.
    """
    work = folder / layout.WORK
    try:
        spool = Spool(work / "spool")
        try:
            _lay_aside(spool, traces, progress, on_duplicate)
        finally:
            spool.close()
        counts, commit = _stage(folder, spool, progress)
        if commit.replace or commit.remove:
            _write_commit(work, commit)
            roll_forward(folder)
    except OSError as error:
        raise Unavailable(
            tr("The traces could not be written: {fault}.").format(fault=error.strerror or error),
            tr("Check the disk and its free space, then try again."),
        ) from error
    finally:
        if not (work / layout.COMMIT).exists():
            layout.clear(work)
    return counts


def roll_forward(folder: Path) -> None:
    """Finishes a write whose list of replacements is on the disk, if there is one."""
    work = folder / layout.WORK
    listed = work / layout.COMMIT
    if not listed.is_file():
        return
    commit = msgspec.json.decode(listed.read_bytes(), type=_Commit)
    for day in commit.replace:
        _put_day_in_place(work / _STAGED / day, layout.day_folder(folder, day))
    for day in commit.remove:
        layout.remove_day(layout.day_folder(folder, day))
    layout.settle_folder(folder)
    listed.unlink()
    layout.clear(work)


def _lay_aside(
    spool: Spool, traces: Iterable[Trace], progress: Progress, on_duplicate: OnDuplicate | None
) -> None:
    for trace in traces:
        progress.check()
        if spool.add(trace) is Sighting.DIFFERENT and on_duplicate is not None:
            on_duplicate(trace)


def _stage(folder: Path, spool: Spool, progress: Progress) -> tuple[WriteCounts, _Commit]:
    """Compares what came with what stands and writes every touched day into the work folder."""
    if not spool.count:
        return WriteCounts(unchanged=spool.repeated), _Commit([], [])
    work, commit = folder / layout.WORK, _Commit([], [])
    with engine_faults(), connect(folder, spill=work / "spill") as connection:
        comparison = compare(connection, folder, spool)
        for done, day in enumerate(comparison.days):
            progress.report(done, len(comparison.days), tr("days written"))
            is_left = _stage_day(connection, folder, spool, day, comparison)
            (commit.replace if is_left else commit.remove).append(day)
        progress.report(len(comparison.days), len(comparison.days), tr("days written"))
    return comparison.counts, commit


def _stage_day(
    connection: DuckDBPyConnection, folder: Path, spool: Spool, day: str, comparison: Comparison
) -> bool:
    """Writes the day whole into the work folder; False when no trace is left in it."""
    staged = folder / layout.WORK / _STAGED / day
    staged.mkdir(parents=True)
    for name in (layout.PAYLOAD, layout.INDEX):
        parts = _standing_rows(folder, day, name) + _arriving_rows(spool, day, name, comparison)
        target = literal(str(staged / name))
        copied = connection.execute(
            f"""COPY ({" UNION ALL ".join(parts)}) TO {target}
                (FORMAT parquet, COMPRESSION zstd, {_ROW_GROUPS[name]})"""
        ).fetchall()
        layout.settle(staged / name)
    layout.settle_folder(staged)
    return bool(copied[0][0])


def _standing_rows(folder: Path, day: str, name: str) -> list[str]:
    """The rows of the day as it stands, without those that were changed or moved; as SQL."""
    path = layout.day_folder(folder, day) / name
    if not path.is_file():
        return []
    columns = ", ".join(_COLUMNS[name])
    return [
        f"""SELECT {columns} FROM read_parquet({literal(str(path))}, hive_partitioning = false)
            ANTI JOIN (SELECT uid FROM gone WHERE day = {literal(day)}) USING (uid)"""
    ]


def _arriving_rows(spool: Spool, day: str, name: str, comparison: Comparison) -> list[str]:
    """The rows that came for the day and are new or changed; as SQL."""
    spooled = spool.days.get(day)
    if spooled is None:
        return []
    lines = json_lines(
        spooled.index if name == layout.INDEX else spooled.payload, _COLUMNS[name], spooled.longest
    )
    columns = ", ".join(_COLUMNS[name]).replace("seq", f"seq + {comparison.first_seq} AS seq")
    return [
        f"""SELECT {columns} FROM {lines}
            SEMI JOIN (SELECT uid FROM changed WHERE day = {literal(day)}) USING (uid)"""
    ]


def _write_commit(work: Path, commit: _Commit) -> None:
    fresh = work / f"{layout.COMMIT}.tmp"
    fresh.write_bytes(msgspec.json.encode(commit))
    layout.settle(fresh)
    layout.put_in_place(fresh, work / layout.COMMIT)
    layout.settle_folder(work)


def _put_day_in_place(staged: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for name in (layout.PAYLOAD, layout.INDEX):
        if (staged / name).is_file():
            layout.put_in_place(staged / name, target / name)
    layout.settle_folder(target)
