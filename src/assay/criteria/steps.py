"""The step of a trace that is meant, such as the one where things went wrong. Steps count from 0."""

import re

from assay.base.translation import tr
from assay.model.criterion import Criterion
from assay.model.kinds import QuestionKind

_PLACE = re.compile(r"0|[1-9][0-9]{0,5}")


def _check(criterion: Criterion, value: str) -> str | None:
    if _PLACE.fullmatch(value):
        return None
    return tr("“{value}” is no step, which “{name}” asks for. Give its number, counted from 0.").format(
        value=value, name=criterion.name
    )


def _number(criterion: Criterion, value: str) -> float | None:
    """A step's place is its name and no quantity."""
    return None


def _passed(criterion: Criterion, value: str) -> bool | None:
    """Which step is meant says nothing of pass or fail."""
    return None


KIND = QuestionKind(
    name="steps",
    title=tr("A step"),
    level="nominal",
    control="text",
    check=_check,
    number=_number,
    passed=_passed,
)
