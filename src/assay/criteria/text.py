"""Words of the reviewer's own."""

from assay.base.translation import tr
from assay.model.criterion import Criterion
from assay.model.kinds import QuestionKind


def _check(criterion: Criterion, value: str) -> str | None:
    if not value.strip():
        return tr("“{name}” asks for a few words.").format(name=criterion.name)
    if "\0" in value:
        return tr("The words for “{name}” hold a character that cannot be kept (NUL).").format(
            name=criterion.name
        )
    return None


def _number(criterion: Criterion, value: str) -> float | None:
    """Words are no number, even where they look like one."""
    return None


def _passed(criterion: Criterion, value: str) -> bool | None:
    """Words say nothing of pass or fail."""
    return None


KIND = QuestionKind(
    name="text",
    title=tr("Words"),
    level="nominal",
    control="text",
    check=_check,
    number=_number,
    passed=_passed,
)
