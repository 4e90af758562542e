"""The book of rubrics: each name with its versions."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from assay.model.criterion import Criterion
from assay.model.rubric import Rubric
from assay.workspace.engine import Store


class Rubrics:
    """Rubrics by name and version; a version is never changed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def latest(self, name: str) -> Rubric | None:
        """The newest version of the rubric of that name."""
        with self._store.reading() as session:
            found = select(Rubric).where(Rubric.name == name).order_by(col(Rubric.version).desc())
            return session.exec(found).first()

    def version(self, name: str, version: int) -> Rubric | None:
        """That very version."""
        with self._store.reading() as session:
            return session.exec(select(Rubric).where(Rubric.name == name, Rubric.version == version)).first()

    def all(self) -> list[Rubric]:
        """Every version of every rubric, by name and version."""
        with self._store.reading() as session:
            return list(session.exec(select(Rubric).order_by(Rubric.name, col(Rubric.version))).all())

    def put(self, name: str, title: str, criteria: Sequence[Criterion], now: datetime) -> Rubric:
        """The rubric with these criteria: the latest version if it says the same, else a new version."""
        as_json = [criterion.model_dump(mode="json", exclude_defaults=True) for criterion in criteria]
        with self._store.writing() as session:
            newest = select(Rubric).where(Rubric.name == name).order_by(col(Rubric.version).desc())
            latest = session.exec(newest).first()
            if latest and latest.criteria == tuple(criteria):
                return latest
            rubric = Rubric(
                name=name,
                title=title or name,
                version=latest.version + 1 if latest else 1,
                criteria_json=as_json,
                created_at=now,
            )
            session.add(rubric)
        return rubric
