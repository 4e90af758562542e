"""How each day's sample is drawn."""

from pydantic import AwareDatetime
from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class SamplingPlan(SQLModel, table=True):
    """One version of a named plan. ``window`` is undrawn, previous-day, all or FROM..TO (ISO dates).

    ``seed`` is the plan's own secret; the seed of a day's draw is ``seed|YYYY-MM-DD``.
    """

    __table_args__ = (UniqueConstraint("name", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    version: int = 1
    size: int = 20
    seed: str
    window: str = "undrawn"
    stratify: str | None = None
    time_zone: str = ""
    rubric: str = "pass-fail"
    created_at: AwareDatetime
