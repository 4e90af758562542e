"""What came against what stands: which traces are new, which changed, which days that touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.model.population import WriteCounts
from assay.traces import layout
from assay.traces.duck import json_lines
from assay.traces.spool import KEY_COLUMNS, Spool

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Comparison:
    """The counts, the days (as text) that must be written anew, and the first free ``seq`` of the store.

    The connection then has the tables ``changed`` (uid, day: rows to take from the spool) and ``gone`` (uid,
    day: rows not to take from the day as it stands).
    """

    counts: WriteCounts
    days: list[str]
    first_seq: int


def compare(connection: DuckDBPyConnection, folder: Path, spool: Spool) -> Comparison:
    """Compares by uid, fingerprint and day; a trace that stands on another day than it came for has moved."""
    keys = json_lines(spool.keys_file, KEY_COLUMNS, 0)
    connection.execute(f"CREATE TEMP TABLE arriving AS SELECT * FROM {keys}")
    connection.execute("CREATE TEMP TABLE standing (uid VARCHAR, sha VARCHAR, day VARCHAR)")
    first_seq = _read_standing(connection, folder)
    connection.execute(
        "CREATE TEMP TABLE changed AS SELECT uid, day FROM arriving ANTI JOIN standing USING (uid, sha, day)"
    )
    connection.execute(
        """CREATE TEMP TABLE gone AS
           SELECT uid, day FROM standing ANTI JOIN arriving USING (uid, sha, day)
           UNION SELECT uid, day FROM changed"""
    )
    days = connection.execute("SELECT DISTINCT day FROM gone ORDER BY day").fetchall()
    return Comparison(_counts(connection, spool), [day for (day,) in days], first_seq)


def _read_standing(connection: DuckDBPyConnection, folder: Path) -> int:
    files = [str(path / layout.INDEX) for path in layout.stored_days(folder).values()]
    if not files:
        return 0
    connection.execute(
        f"""INSERT INTO standing
            SELECT uid, content_sha256, coalesce(CAST(day AS VARCHAR), '{layout.UNDATED}')
            FROM read_parquet($files, hive_partitioning = false) SEMI JOIN arriving USING (uid)""",
        {"files": files},
    )
    largest = connection.execute(
        "SELECT coalesce(max(seq), -1) FROM read_parquet($files, hive_partitioning = false)", {"files": files}
    ).fetchall()
    return int(largest[0][0]) + 1


def _counts(connection: DuckDBPyConnection, spool: Spool) -> WriteCounts:
    counted = connection.execute(
        """SELECT (SELECT count(*) FROM changed),
                  (SELECT count(*) FROM changed SEMI JOIN standing USING (uid))"""
    ).fetchall()
    changed, updated = counted[0]
    return WriteCounts(
        new=changed - updated, unchanged=spool.count - changed + spool.repeated, updated=updated
    )
