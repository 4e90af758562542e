"""The fields a sample can be stratified by and a figure broken down by, as expressions over the index."""

from typing import Any

from assay.base.errors import Refused
from assay.base.translation import tr

NONE = "(none)"
"""The stratum of the traces that have no value in the field."""

METADATA = "metadata."

FIELDS = {
    "model": "model",
    "task_type": "task_type",
    "language": "language",
    "environment": "environment",
    "release": "release",
    "name": "name",
    "source": "source",
    "session_id": "session_id",
    "user_id": "user_id",
    "prompt_name": "prompt_name",
    "prompt_version": "prompt_version",
    "dataset_name": "dataset_name",
    "dataset_version": "dataset_version",
    "day": "CAST(day AS VARCHAR)",
    "tags": "nullif(array_to_string(tags, ', '), '')",
}
"""Each field's name and its SQL text. Several tags are one value, joined in their order."""

_METADATA_VALUE = """CASE WHEN json_type(metadata, $pointer) = 'ARRAY'
    THEN nullif(array_to_string(CAST(json_extract(metadata, $pointer) AS VARCHAR[]), ', '), '')
    ELSE json_extract_string(metadata, $pointer) END"""


def expression(field: str) -> tuple[str, dict[str, Any]]:
    """The SQL text whose value is the field's text (NULL where there is none), and the values it binds.

    ``metadata.KEY`` takes KEY as it is written, dots and all; a list's members are joined by a comma.
    Raises Refused for a field that does not exist.
    """
    if field in FIELDS:
        return FIELDS[field], {}
    key = field.removeprefix(METADATA)
    if field.startswith(METADATA) and key:
        return _METADATA_VALUE, {"pointer": "/" + key.replace("~", "~0").replace("/", "~1")}
    raise Refused(
        tr("Traces have no field named “{field}”.").format(field=field),
        tr("Use one of {fields}, or metadata.KEY.").format(fields=", ".join(FIELDS)),
    )
