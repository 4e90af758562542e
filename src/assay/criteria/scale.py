"""Steps in order: options with anchors, from the lowest to the highest, or whole numbers within bounds."""

import re

from assay.base.translation import tr
from assay.model.criterion import Criterion
from assay.model.kinds import QuestionKind

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,15})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


def _check(criterion: Criterion, value: str) -> str | None:
    if criterion.options:
        if criterion.option(value) is not None:
            return None
        answers = ", ".join(option.value for option in criterion.options)
        return tr("“{value}” is not an answer to “{name}”. The answers are {answers}.").format(
            value=value, name=criterion.name, answers=answers
        )
    if not _WHOLE.fullmatch(value):
        return tr("“{value}” is not a whole number, which “{name}” asks for.").format(
            value=value, name=criterion.name
        )
    return _beyond(criterion, float(value))


def _beyond(criterion: Criterion, step: float) -> str | None:
    """A sentence when the step lies outside the bounds of a scale without options."""
    if criterion.minimum is not None and step < criterion.minimum:
        return tr("“{name}” begins at {bound:g}.").format(name=criterion.name, bound=criterion.minimum)
    if criterion.maximum is not None and step > criterion.maximum:
        return tr("“{name}” ends at {bound:g}.").format(name=criterion.name, bound=criterion.maximum)
    return None


def _number(criterion: Criterion, value: str) -> float | None:
    """The step's own number; for a scale whose steps are all words the place of the step, from 1."""
    steps = [option.value for option in criterion.options]
    if steps and value not in steps:
        return None
    if _NUMBER.fullmatch(value):
        return float(value)
    if not steps or any(_NUMBER.fullmatch(step) for step in steps):
        return None
    return float(steps.index(value) + 1)


def _passed(criterion: Criterion, value: str) -> bool | None:
    """What the step itself says; else whether it reaches the pass mark."""
    option = criterion.option(value)
    if option is not None and option.passes is not None:
        return option.passes
    step = _number(criterion, value)
    if step is None or criterion.pass_mark is None:
        return None
    return step >= criterion.pass_mark


KIND = QuestionKind(
    name="scale",
    title=tr("Scale with steps"),
    level="ordinal",
    control="scale",
    check=_check,
    number=_number,
    passed=_passed,
)
