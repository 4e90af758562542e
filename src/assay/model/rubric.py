"""The questions reviewers answer, in versions."""

from pydantic import AwareDatetime
from sqlalchemy import UniqueConstraint
from sqlmodel import JSON, Column, Field, SQLModel

from assay.base.ids import sha256
from assay.model.criterion import Criterion


class Rubric(SQLModel, table=True):
    """One version of a named set of criteria. A change of wording is a new version; old answers keep theirs."""

    __table_args__ = (UniqueConstraint("name", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    version: int = 1
    title: str = ""
    criteria_json: list[dict[str, object]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    created_at: AwareDatetime

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The questions, in the order they are asked."""
        return tuple(Criterion.model_validate(item) for item in self.criteria_json)

    def criterion(self, name: str) -> Criterion | None:
        """The question of that name, if the rubric has it."""
        return next((criterion for criterion in self.criteria if criterion.name == name), None)


def question_sha256(criterion: Criterion) -> str:
    """The fingerprint of a question's wording and options, so that answers under two wordings can be told apart."""
    return sha256(criterion.model_dump_json(exclude_defaults=True))
