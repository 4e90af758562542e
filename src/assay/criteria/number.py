"""Any number, within bounds where the question gives them."""

import re
from math import isfinite

from assay.base.translation import tr
from assay.model.criterion import Criterion
from assay.model.kinds import QuestionKind

# float() would also take "nan", "1_000" and digits of other scripts, which other programs read otherwise.
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _check(criterion: Criterion, value: str) -> str | None:
    number = _number(criterion, value)
    if number is None:
        return tr("“{value}” is not a number. Write one such as 3 or 2.5.").format(value=value)
    if criterion.minimum is not None and number < criterion.minimum:
        return tr("{value} is too small for “{name}”: the least is {bound:g}.").format(
            value=value, name=criterion.name, bound=criterion.minimum
        )
    if criterion.maximum is not None and number > criterion.maximum:
        return tr("{value} is too large for “{name}”: the most is {bound:g}.").format(
            value=value, name=criterion.name, bound=criterion.maximum
        )
    return None


def _number(criterion: Criterion, value: str) -> float | None:
    if not _NUMBER.fullmatch(value.strip()):
        return None
    number = float(value)
    return number if isfinite(number) else None


def _passed(criterion: Criterion, value: str) -> bool | None:
    number = _number(criterion, value)
    if number is None or criterion.pass_mark is None:
        return None
    return number >= criterion.pass_mark


KIND = QuestionKind(
    name="number",
    title=tr("Number"),
    level="interval",
    control="number",
    check=_check,
    number=_number,
    passed=_passed,
)
