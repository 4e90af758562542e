"""A standing answer with its provenance, as the numbers and the exports read it (plain values, no table)."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """One reviewer's standing answer to one criterion on one trace."""

    review_id: int
    trace_uid: str
    source: str
    native_trace_id: str
    rater: str | None
    slot: int
    rater_kind: str
    rubric: str
    rubric_version: int
    criterion: str
    kind: str
    value: str
    number: float | None
    passed: bool | None
    note: str | None
    reason: str | None
    correction: str | None
    spans: list[dict[str, object]] | None
    codes: list[str] | None
    created_at: datetime
    seconds: float | None
    blind: bool
    revealed_at: datetime | None
    repeat_of: int | None
    draw_id: int | None
    review_date: date | None
    trace_sha256: str | None
    app_version: str

    @property
    def who(self) -> str:
        """A name that tells reviewers apart, also those without an id."""
        return self.rater if self.rater is not None else f"#{self.slot}"
