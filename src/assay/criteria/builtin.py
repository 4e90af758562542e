"""The rubrics every workspace begins with; each is a file in ``resources/rubrics``."""

from pydantic import BaseModel, ConfigDict, ValidationError

from assay.base.errors import Bug
from assay.base.resources import resource
from assay.model.criterion import Criterion


class _RubricFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    criteria: tuple[Criterion, ...]


def builtin_rubrics() -> dict[str, tuple[str, tuple[Criterion, ...]]]:
    """Title and questions of each bundled rubric, by name. Raises Bug when a file is amiss."""
    found: dict[str, tuple[str, tuple[Criterion, ...]]] = {}
    for path in sorted(resource("rubrics").glob("*.json")):
        try:
            rubric = _RubricFile.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise Bug(f"The bundled rubric “{path.name}” cannot be read.") from error
        found[rubric.name] = (rubric.title, rubric.criteria)
    return found
