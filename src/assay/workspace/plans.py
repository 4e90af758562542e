"""The book of sampling plans: each name with its versions."""

from sqlmodel import col, select

from assay.model.plan import SamplingPlan
from assay.workspace.engine import Store


class Plans:
    """Sampling plans by name; the newest version counts, the older ones stay."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def latest(self, name: str) -> SamplingPlan | None:
        """The newest version of the plan of that name."""
        with self._store.reading() as session:
            found = select(SamplingPlan).where(SamplingPlan.name == name)
            return session.exec(found.order_by(col(SamplingPlan.version).desc())).first()

    def names(self) -> list[str]:
        """The names of all plans, in order."""
        with self._store.reading() as session:
            return sorted(set(session.exec(select(SamplingPlan.name)).all()))

    def begin(self, plan: SamplingPlan) -> SamplingPlan:
        """Keep the plan as the first of its name; where there is one already, that one stands and is returned."""
        with self._store.writing() as session:
            found = session.exec(select(SamplingPlan).where(SamplingPlan.name == plan.name)).first()
            if found is not None:
                return found
            session.add(plan)
        return plan

    def add(self, plan: SamplingPlan) -> SamplingPlan:
        """Keep the plan as the next version of its name."""
        with self._store.writing() as session:
            newest = select(SamplingPlan).where(SamplingPlan.name == plan.name)
            latest = session.exec(newest.order_by(col(SamplingPlan.version).desc())).first()
            plan.version = latest.version + 1 if latest else 1
            session.add(plan)
        return plan
