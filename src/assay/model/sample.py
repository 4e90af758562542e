"""What was drawn: for which day, by which seed, out of how many, and the traces themselves."""

from datetime import date

from pydantic import AwareDatetime
from sqlalchemy import UniqueConstraint
from sqlmodel import JSON, Column, Field, SQLModel


class Draw(SQLModel, table=True):
    """One act of drawing. The same plan, date, seed, window and strata are the same draw; a top-up only adds."""

    __table_args__ = (UniqueConstraint("plan", "review_date", "seed", "window", "stratify"),)

    id: int | None = Field(default=None, primary_key=True)
    plan: str = Field(index=True)
    plan_version: int = 1
    review_date: date = Field(index=True)
    seed: str
    window: str
    window_from: str | None = None
    window_to: str | None = None
    stratify: str = ""
    size: int
    population: int
    strata_json: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: AwareDatetime


class SampleItem(SQLModel, table=True):
    """One drawn trace with its place in the draw and its chance of having been drawn."""

    __table_args__ = (UniqueConstraint("draw_id", "trace_uid"),)

    id: int | None = Field(default=None, primary_key=True)
    draw_id: int = Field(foreign_key="draw.id", index=True)
    trace_uid: str = Field(index=True)
    source: str
    native_trace_id: str
    place: int
    rank_hash: str
    stratum: str = ""
    inclusion_probability: float


class TraceCopy(SQLModel, table=True):
    """The full content of a drawn trace, kept in the workspace so that it outlives its store."""

    trace_uid: str = Field(primary_key=True)
    source: str
    native_trace_id: str = Field(index=True)
    sha256: str
    payload: bytes
    copied_at: AwareDatetime
