"""Yes or no: two options, pass and fail unless the question has its own."""

from assay.base.translation import tr
from assay.model.criterion import Criterion, Option
from assay.model.kinds import QuestionKind

DEFAULT_OPTIONS = (
    Option(value="pass", label="Pass", passes=True),
    Option(value="fail", label="Fail", passes=False),
)


def options(criterion: Criterion) -> tuple[Option, ...]:
    """The two answers in the order of their keys, 1 and 2."""
    return criterion.options or DEFAULT_OPTIONS


def _check(criterion: Criterion, value: str) -> str | None:
    answers = [option.value for option in options(criterion)]
    if value in answers:
        return None
    return tr("“{value}” is not an answer to “{name}”. The answers are {answers}.").format(
        value=value, name=criterion.name, answers=", ".join(answers)
    )


def _passed(criterion: Criterion, value: str) -> bool | None:
    return next((option.passes for option in options(criterion) if option.value == value), None)


def _number(criterion: Criterion, value: str) -> float | None:
    """1 for the option that passes, 0 for the one that fails."""
    passed = _passed(criterion, value)
    return None if passed is None else float(passed)


KIND = QuestionKind(
    name="binary",
    title=tr("Pass or fail"),
    level="nominal",
    control="options",
    check=_check,
    number=_number,
    passed=_passed,
)
