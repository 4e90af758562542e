"""Live sources of a workspace, and which stretches of time were pulled from each."""

from pydantic import AwareDatetime
from sqlmodel import JSON, Column, Field, SQLModel


class Source(SQLModel, table=True):
    """A store the workspace pulls from. ``settings`` hold its address and what it must be told, never a secret."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    settings: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: AwareDatetime


class Pull(SQLModel, table=True):
    """A window of time, ``[window_from, window_to)``, that was pulled whole. A pull that was cut leaves no row."""

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    window_from: AwareDatetime
    window_to: AwareDatetime
    finished_at: AwareDatetime
    read: int
    new: int
