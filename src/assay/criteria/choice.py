"""One of several options without an order."""

from assay.base.translation import tr
from assay.model.criterion import Criterion
from assay.model.kinds import QuestionKind


def _check(criterion: Criterion, value: str) -> str | None:
    if not criterion.options:
        return tr("The question “{name}” has no options to choose from.").format(name=criterion.name)
    if criterion.option(value) is not None:
        return None
    return tr("“{value}” is not an answer to “{name}”. The answers are {answers}.").format(
        value=value, name=criterion.name, answers=", ".join(option.value for option in criterion.options)
    )


def _number(criterion: Criterion, value: str) -> float | None:
    """Options without an order are no numbers, even where they look like some."""
    return None


def _passed(criterion: Criterion, value: str) -> bool | None:
    option = criterion.option(value)
    return option.passes if option else None


KIND = QuestionKind(
    name="choice",
    title=tr("One of several"),
    level="nominal",
    control="options",
    check=_check,
    number=_number,
    passed=_passed,
)
