"""Small values a workspace remembers: its id, thresholds, the last reviewer."""

from sqlmodel import select

from assay.model.settings import Remembered
from assay.workspace.engine import Store


class RememberedValues:
    """Text by name."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> str | None:
        """The remembered text, or None."""
        with self._store.reading() as session:
            found = session.get(Remembered, name)
            return found.value if found else None

    def all(self, prefix: str = "") -> dict[str, str]:
        """Everything remembered under names that begin with ``prefix``."""
        with self._store.reading() as session:
            rows = session.exec(select(Remembered)).all()
        return {row.name: row.value for row in rows if row.name.startswith(prefix)}

    def set(self, name: str, value: str) -> None:
        """Remember the text under that name."""
        with self._store.writing() as session:
            session.merge(Remembered(name=name, value=value))
