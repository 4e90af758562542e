"""The one place where DuckDB comes in, and it comes in late: the window paints before it is needed.

Every connection is in memory, keeps to two threads and a bounded memory, tells time in UTC, never fetches an
extension, and sees no file outside the folders it is handed: what a trace says cannot make it read or reach anything.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from assay.base.errors import AssayError, Unavailable
from assay.base.translation import tr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

MEMORY_LIMIT = "1GB"
SMALLEST_JSON_BUFFER = 1 << 24


def connect(*folders: Path, spill: Path | None = None, keep_order: bool = False) -> DuckDBPyConnection:
    """A connection that reads and writes inside ``folders`` only.

    ``spill`` is for those who write: what does not fit the memory goes there, and a join keeps its right side in
    memory as the SQL has it (the engine would guess, and might keep a whole day of traces). ``keep_order``: files
    are written in the order of the rows read, at the price of more memory.
    """
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "threads": "2",
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(spill) if spill else "",
            "preserve_insertion_order": "true" if keep_order else "false",
            "disabled_optimizers": "build_side_probe_side" if spill else "",
            "enable_external_file_cache": "false",
        },
    )
    allowed = ", ".join(literal(str(folder.absolute())) for folder in folders)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


@contextmanager
def engine_faults(instead: AssayError | None = None) -> Iterator[None]:
    """Turns a fault of the engine (disk full, a damaged file, no memory left) into a sentence, or into ``instead``."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        fault = str(error).partition("\n")[0].rstrip(".")
        raise instead or Unavailable(
            tr("The trace store could not be read or written: {fault}.").format(fault=fault),
            tr("Check the disk and its free space, then try again."),
        ) from error


def literal(text: str) -> str:
    """The text as an SQL literal, for the few places where the engine takes no bound value."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """The name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def json_lines(path: Path, columns: dict[str, str], longest: int) -> str:
    """A file of JSON lines as a table with these columns and types; ``longest`` is its longest line in bytes."""
    types = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in columns.items())
    return (
        f"read_json({literal(str(path))}, format = 'newline_delimited', columns = {{{types}}},"
        f" maximum_object_size = {max(SMALLEST_JSON_BUFFER, longest + 1)})"
    )
