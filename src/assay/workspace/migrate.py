"""Brings a workspace's database to the shape this program knows, after copying the file it found.

alembic costs a second to import, so it is loaded only when there is something to do: this is one of the
documented late imports.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, inspect

from assay.base.errors import Refused
from assay.base.whole_file import whole_file

HEAD = "0001"
_SCRIPTS = Path(__file__).resolve().parent / "migrations"


def revision_of(engine: Engine) -> str | None:
    """The revision of the database's shape; None for an empty database."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
        return None if found is None else str(found)


def bring_up_to_date(engine: Engine, database: Path) -> None:
    """Run the migrations that are missing. A newer database is refused, an older one is copied first.

    Raises Refused when a newer program made the database.
    """
    found = revision_of(engine)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise Refused("A newer Assay made this workspace.", "Update Assay to open it; nothing was changed.")
    if found is not None:
        _copy(database, database.with_suffix(f".before-{HEAD}.sqlite3"))
    _upgrade(engine)


def _copy(database: Path, target: Path) -> None:
    """A whole copy of the database, what stands in its write-ahead log included."""
    with (
        whole_file(target) as part,
        closing(sqlite3.connect(database)) as source,
        closing(sqlite3.connect(part)) as copy,
    ):
        source.backup(copy)


def _upgrade(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    with engine.execution_options(begin="BEGIN IMMEDIATE").connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
