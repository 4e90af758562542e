"""The review log: rows are added, and that is all that ever happens to it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, insert, select

from assay.model.review import Answer, Draft, Review
from assay.workspace.engine import Store, row_id


class Reviews:
    """Adds rows to the log and reads them back; who stands where is asked of `Standing`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def append(self, review: Review, answers: Sequence[Answer] = (), *, drop_draft: bool = False) -> Review:
        """Add one act with its answers. When this returns, it is on the disk."""
        with self._store.writing() as session:
            # Statements of their own: the session's bookkeeping would take longer than a quick disk does.
            connection = session.connection()
            key = connection.execute(insert(Review), review.model_dump(exclude={"id"})).inserted_primary_key
            review.id = row_id(key[0] if key else None)
            for answer in answers:
                answer.review_id = review.id
                connection.execute(insert(Answer), answer.model_dump(exclude={"id"}))
            if drop_draft:
                connection.execute(delete(Draft).where(*_begun_on(review)))
        return review

    def add_imported(self, batch: Sequence[tuple[Review, Sequence[Answer]]]) -> set[str]:
        """Add judgements made elsewhere, but for those whose ``import_key`` is there; the keys that were new."""
        new: set[str] = set()
        with self._store.writing() as session:
            known = _known_keys(session, [review.import_key or "" for review, _ in batch])
            for review, answers in batch:
                key = review.import_key or ""
                if key in known or key in new:
                    continue
                new.add(key)
                session.add(review)
                session.flush()
                for answer in answers:
                    answer.review_id = row_id(review.id)
                session.add_all(answers)
        return new

    def get(self, review_id: int) -> tuple[Review, list[Answer]] | None:
        """One row of the log with its answers."""
        with self._store.reading() as session:
            review = session.get(Review, review_id)
            if review is None:
                return None
            answers = session.exec(select(Answer).where(Answer.review_id == review_id)).all()
            return review, list(answers)

    def newest(
        self, trace_uid: str, rater: str, rubric: str, acts: Sequence[str]
    ) -> tuple[Review, list[Answer]] | None:
        """The newest row of these acts by that reviewer on that trace, undone or not, with its answers."""
        query = (
            select(Review)
            .where(Review.trace_uid == trace_uid, Review.rater == rater, Review.rubric == rubric)
            .where(col(Review.act).in_([str(act) for act in acts]))
            .order_by(col(Review.id).desc())
        )
        with self._store.reading() as session:
            review = session.exec(query).first()
            if review is None:
                return None
            answers = session.exec(select(Answer).where(Answer.review_id == review.id)).all()
            return review, list(answers)

    def log(self, rater: str | None = None, limit: int | None = None) -> list[Review]:
        """The newest rows first, of one reviewer or of all."""
        query = select(Review).order_by(col(Review.id).desc())
        if rater is not None:
            query = query.where(Review.rater == rater)
        if limit is not None:
            query = query.limit(limit)
        with self._store.reading() as session:
            return list(session.exec(query).all())

    def raters(self) -> list[str]:
        """The names of everyone who ever judged here."""
        with self._store.reading() as session:
            found = session.exec(select(Review.rater).where(col(Review.rater).is_not(None)).distinct()).all()
            return sorted(name for name in found if name)


def _begun_on(review: Review) -> Sequence[ColumnElement[bool]]:
    keys = ((Draft.trace_uid, review.trace_uid), (Draft.rater, review.rater), (Draft.rubric, review.rubric))
    return [col(key) == value for key, value in keys]


def _known_keys(session: Session, keys: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        found = session.exec(select(Review.import_key).where(col(Review.import_key).in_(part))).all()
        known.update(key for key in found if key)
    return known
