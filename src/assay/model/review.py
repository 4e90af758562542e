"""What people judged. Rows are only ever added: an undo is a row, an edit is a row."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime
from sqlalchemy import Index
from sqlmodel import JSON, Column, Field, SQLModel


class Act(StrEnum):
    """What a row of the review log does."""

    SUBMIT = "submit"
    NOT_TODAY = "not_today"
    CANNOT_JUDGE = "cannot_judge"
    FLAG = "flag"
    UNFLAG = "unflag"
    UNDO = "undo"
    REDO = "redo"


JUDGING = (Act.SUBMIT, Act.NOT_TODAY, Act.CANNOT_JUDGE)
"""The acts that decide where a trace stands for its reviewer; the last effective one counts."""


class Review(SQLModel, table=True):
    """One act of one reviewer on one trace against one rubric version.

    ``rater`` is None for judgements made elsewhere by people without an id; ``slot`` tells those apart.
    ``target_id`` is the row that an undo or redo speaks of. ``import_key`` makes importing twice harmless.
    """

    __table_args__ = (
        Index("ix_review_standing", "trace_uid", "rater", "rubric"),
        Index("ix_review_rater_id", "rater", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    act: str
    trace_uid: str
    source: str
    native_trace_id: str
    rater: str | None = None
    slot: int = 0
    rater_kind: str = "human"
    rubric: str = Field(index=True)
    rubric_version: int = 1
    note: str | None = None
    reason: str | None = None
    target_id: int | None = Field(default=None, foreign_key="review.id", index=True)
    draw_id: int | None = Field(default=None, foreign_key="draw.id", index=True)
    review_date: date | None = None
    created_at: AwareDatetime
    seconds: float | None = None
    blind: bool = True
    revealed_at: AwareDatetime | None = None
    repeat_of: int | None = None
    trace_sha256: str | None = None
    app_version: str = ""
    import_key: str | None = Field(default=None, unique=True)


class Answer(SQLModel, table=True):
    """One reviewer's answer to one criterion. ``value`` is text as in files; ``number`` where it is one.

    ``note`` is only set where a file gives each answer a note of its own; else the review's note speaks for all.
    """

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    criterion: str = Field(index=True)
    kind: str
    value: str
    number: float | None = None
    passed: bool | None = None
    note: str | None = None
    reason: str | None = None
    correction: str | None = None
    spans: list[dict[str, object]] | None = Field(default=None, sa_column=Column(JSON))
    codes: list[str] | None = Field(default=None, sa_column=Column(JSON))


class Draft(SQLModel, table=True):
    """Answers and a note that were begun and not yet submitted; replaced as they are typed, gone once submitted."""

    trace_uid: str = Field(primary_key=True)
    rater: str = Field(primary_key=True)
    rubric: str = Field(primary_key=True)
    answers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    note: str = ""
    seconds: float = 0.0
    updated_at: AwareDatetime
