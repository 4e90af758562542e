"""Answers begun and not yet submitted. The only thing about reviewing that is ever replaced."""

from assay.model.review import Draft
from assay.workspace.engine import Store


class Drafts:
    """One draft for each trace, reviewer and rubric."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, trace_uid: str, rater: str, rubric: str) -> Draft | None:
        """What was begun, or None."""
        with self._store.reading() as session:
            return session.get(Draft, (trace_uid, rater, rubric))

    def put(self, draft: Draft) -> None:
        """Keep the draft in place of what was there."""
        with self._store.writing() as session:
            session.merge(draft)
