"""The book of live sources: which there are, and which stretches of time were pulled from each."""

from datetime import UTC, datetime

from sqlmodel import col, select

from assay.model.source import Pull, Source
from assay.workspace.engine import Store, row_id

Stretch = tuple[datetime, datetime, datetime]
"""A window's two ends and when its pull was finished, all in UTC."""


class Sources:
    """Live sources by name."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Source]:
        """Every source, in order of name."""
        with self._store.reading() as session:
            return list(session.exec(select(Source).order_by(Source.name)).all())

    def named(self, name: str) -> Source | None:
        """The source of that name."""
        with self._store.reading() as session:
            return session.exec(select(Source).where(Source.name == name)).first()

    def add(self, source: Source) -> bool:
        """Keep the source; False, and nothing kept, where there is one of its name."""
        with self._store.writing() as session:
            if session.exec(select(Source).where(Source.name == source.name)).first() is not None:
                return False
            session.add(source)
        return True

    def remove(self, name: str) -> bool:
        """Forget the source and its pulls; False where there is none. Its traces stay."""
        with self._store.writing() as session:
            found = session.exec(select(Source).where(Source.name == name)).first()
            if found is None:
                return False
            for pull in session.exec(select(Pull).where(Pull.source_id == row_id(found.id))).all():
                session.delete(pull)
            session.flush()
            session.delete(found)
        return True

    def keep_pull(self, pull: Pull) -> None:
        """Remember that a window was pulled whole."""
        pull.window_from = pull.window_from.astimezone(UTC)
        pull.window_to = pull.window_to.astimezone(UTC)
        pull.finished_at = pull.finished_at.astimezone(UTC)
        with self._store.writing() as session:
            session.add(pull)

    def pulls(self, source: Source) -> list[Stretch]:
        """The windows that were pulled whole, the earliest first."""
        with self._store.reading() as session:
            mine = select(Pull).where(Pull.source_id == row_id(source.id))
            rows = session.exec(mine.order_by(col(Pull.window_from), col(Pull.id))).all()
        return [(_utc(row.window_from), _utc(row.window_to), _utc(row.finished_at)) for row in rows]


def _utc(stored: datetime) -> datetime:
    """SQLite keeps no zone; every instant in it is UTC."""
    return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)
