"""Why a record is refused, as one sentence, whoever found it out."""

from pydantic import ValidationError

from assay.base.translation import tr
from assay.sources.fields.objects import Malformed


def reason_of(refused: Malformed | ValidationError) -> str:
    """The sentence: our own, or one that names the field that the model would not take."""
    if isinstance(refused, Malformed):
        return str(refused)
    first = refused.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return tr("“{where}” is not as it should be: {what}.").format(where=where, what=first["msg"])
