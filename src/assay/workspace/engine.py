"""A workspace on disk: one SQLite database in a folder, and the books kept in it.

Every write is one transaction that begins at once (BEGIN IMMEDIATE) and is on the disk when the call returns
(WAL, synchronous=FULL). Faults of the disk come out as sentences.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from assay.base.errors import Bug, Refused, Unavailable
from assay.workspace.migrate import bring_up_to_date

DATABASE = "workspace.sqlite3"
_MARK = {
    "disk is full": ("The disk is full.", "Free some space and try again; everything saved before is safe."),
    "readonly": ("The workspace cannot be written to.", "Check the folder's permissions; nothing was lost."),
    "locked": ("Another program keeps the workspace locked.", "Close it and try again; nothing was lost."),
    "unable to open": ("The workspace's database cannot be opened.", "Check that the folder is still there."),
    "malformed": (
        "The workspace's database is damaged.",
        "Put a copy of the workspace's folder from a backup in its place.",
    ),
    "not a database": (
        "The workspace's database is damaged.",
        "Put a copy of the workspace's folder from a backup in its place.",
    ),
    "disk i/o": ("The disk does not answer.", "Check it and try again; everything saved before is safe."),
}


def _sentence(error: DatabaseError) -> Unavailable | None:
    said = str(error.orig).lower()
    return next((Unavailable(*words) for mark, words in _MARK.items() if mark in said), None)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn the faults of the disk and the database that are not ours into sentences."""
    try:
        yield
    except DatabaseError as error:
        plain = _sentence(error)
        if plain is None:
            raise
        raise plain from error


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by us, see `_begin`
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _engine(database: Path) -> Engine:
    # Not as a text: a folder may be called "what?" or "100%". Faults must not quote what reviewers wrote.
    engine = create_engine(URL.create("sqlite", database=str(database)), hide_parameters=True)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


class Store:
    """Opens the transactions in which the books are read and written."""

    def __init__(self, engine: Engine) -> None:
        self._reading = engine
        self._writing = engine.execution_options(begin="BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent state and changes nothing."""
        with told_plainly(), Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are all on the disk, or none of them, when the block ends."""
        with told_plainly(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session


def _check_name(folder: Path) -> None:
    """Refuse a folder whose name is no text: the trace store has no words for it."""
    try:
        str(folder.absolute()).encode()
    except UnicodeEncodeError as error:
        raise Refused(
            f"The name of the folder {str(folder)!a} holds bytes that are no characters.",
            "Give another folder, or another name.",
        ) from error


class WorkspaceFile:
    """The database file of a workspace: made, opened, checked, copied."""

    def __init__(self, folder: Path) -> None:
        _check_name(folder)
        self.folder = folder
        self.path = folder / DATABASE

    def exists(self) -> bool:
        """Whether there is a workspace in the folder."""
        return self.path.is_file()

    def make(self) -> Engine:
        """A new database in the folder, up to date and empty."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"The folder {self.folder} cannot be made: {error.strerror}.") from error
        return self._opened()

    def open(self) -> Engine:
        """The database that is there, brought up to date (after a copy) where an older program made it."""
        if not self.exists():
            raise Refused(
                f"There is no workspace in {self.folder}.", "Make one with “assay init” or “assay import”."
            )
        return self._opened()

    def _opened(self) -> Engine:
        engine = _engine(self.path)
        with told_plainly():
            bring_up_to_date(engine, self.path)
        return engine


def quick_check(engine: Engine) -> str:
    """What SQLite says of the database's soundness: ``ok``, or what is wrong."""
    with told_plainly(), engine.connect() as connection:
        return str(connection.exec_driver_sql("PRAGMA quick_check").scalar_one())


def row_id(given: int | None) -> int:
    """The key the database gave a row that was just added."""
    if given is None:
        raise Bug("A row was added and got no key.")
    return given
