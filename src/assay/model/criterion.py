"""One question of a rubric, as data."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

CriterionKind = Literal["binary", "scale", "choice", "choices", "number", "text", "spans", "steps"]
Level = Literal["nominal", "ordinal", "interval"]


class Option(BaseModel):
    """One possible answer. ``passes`` says whether it counts as good quality; None: it says nothing of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    label: str
    passes: bool | None = None


class Criterion(BaseModel):
    """One question. ``name`` is its key in files and commands; ``question`` is what a reviewer reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: CriterionKind = "binary"
    question: str
    guideline: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None
    pass_mark: float | None = Field(
        default=None, description="a scale or number passes at this value or above"
    )

    def option(self, value: str) -> Option | None:
        """The option of that value, if there is one."""
        return next((option for option in self.options if option.value == value), None)
