"""Single values as spans write them: ids, instants, numbers, JSON within text. Nothing here raises but `settled`."""

import base64
import binascii
import json
import math
import re
from datetime import UTC, datetime, timedelta

import msgspec

from assay.base.translation import tr
from assay.sources.fields.objects import Json, Malformed, Object, as_number, as_text

DEEPEST_RECORD = 250
"""Levels of a record as it stands in a file; OTLP spends four on each level of a value."""
DEEPEST_VALUE = 60
"""Levels of a value within a trace."""
LONGEST_ID = 1024

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_HEX = re.compile(r"[0-9a-fA-F]{16}|[0-9a-fA-F]{32}")
_BASE64_SIZES = {12: 8, 24: 16}
_NO_ID = re.compile(r"0{16}|0{32}")
_WHOLE = re.compile(r"-?\d{1,18}")
_INT64 = 2**63


def settled(value: Json, levels: int = DEEPEST_VALUE) -> Json:
    """The value with what no store can keep replaced; raises Malformed when it is nested more than ``levels`` deep.

    NUL and halves of surrogate pairs become U+FFFD; numbers that are none, and whole ones beyond 64 bits, their text.
    """
    if isinstance(value, str):
        return _NOT_TEXT.sub("\ufffd", value)
    if isinstance(value, dict | list):
        if levels == 0:
            raise Malformed(tr("The record is nested too deep."))
        if isinstance(value, list):
            return [settled(member, levels - 1) for member in value]
        return {settled(str(key)): settled(member, levels - 1) for key, member in value.items()}
    if isinstance(value, bool) or value is None:
        return value
    is_kept = math.isfinite(value) if isinstance(value, float) else -_INT64 <= value < _INT64
    return value if is_kept else json.dumps(value)


def is_within(value: Json, levels: int = DEEPEST_VALUE) -> bool:
    """Whether the value is nested no deeper than that."""
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, dict):
        return levels > 0 and all(is_within(member, levels - 1) for member in value.values())
    if isinstance(value, list):
        return levels > 0 and all(is_within(member, levels - 1) for member in value)
    return True


def opened(value: Json) -> Json:
    """What a text says that is a JSON list or object; any other value as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return settled(msgspec.json.decode(value))
    except (ValueError, RecursionError, Malformed):
        return value


def text_of(value: Json) -> str | None:
    """The text, or a number's; None for what is empty or no single value."""
    if value is None or isinstance(value, dict | list) or value == "":
        return None
    return as_text(value)


def number_of(value: Json) -> float | None:
    """The finite number, or the one a text spells."""
    number = as_number(value)
    return number if number is not None and math.isfinite(number) else None


def whole_of(value: Json) -> int | None:
    """The whole number, or the one a text or a fraction without decimals spells."""
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = number_of(value)
    return int(number) if number is not None and number.is_integer() and abs(number) < _INT64 else None


def instant_of(value: Json) -> datetime | None:
    """The instant in UTC of an ISO 8601 text (without a zone: UTC)."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def instant_of_nanos(value: Json, per_second: int = 1_000_000_000) -> datetime | None:
    """The instant of a count (nanoseconds) since 1970, to the microsecond; None for 0, which means unknown."""
    count = whole_of(value)
    if count is None or count <= 0:
        return None
    try:
        return _EPOCH + timedelta(microseconds=count * 1_000_000 // per_second)
    except (OverflowError, ValueError):
        return None


def id_of(value: Json) -> str | None:
    """The id of a trace or a span: hexadecimal in small letters where it is one (base64 too), else as it stands.

    None where there is none, nothing but zeros included. Raises Malformed for an id that is no id.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str) or "\ufffd" in value or not value.strip():
        raise Malformed(tr("The record has an id that is not text."))
    if len(value) > LONGEST_ID:
        raise Malformed(tr("The id is longer than {limit} characters.").format(limit=LONGEST_ID))
    found = value.lower() if _HEX.fullmatch(value) else _from_base64(value) or value
    return None if _NO_ID.fullmatch(found) else found


def _from_base64(value: str) -> str | None:
    size = _BASE64_SIZES.get(len(value))
    if size is None or not value.endswith("="):
        return None
    try:
        found = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found.hex() if len(found) == size else None


def excerpt(record: Json, limit: int = 10_000) -> str:
    """The record as text, cut to a sane length."""
    if isinstance(record, bytes):
        return record[: limit * 4].decode("utf-8", "replace").strip()[:limit]
    try:
        return (record if isinstance(record, str) else json.dumps(record))[:limit]
    except RecursionError:
        return tr("(nested too deep to be shown)")


def in_order(value: Object) -> Object:
    """The object by its keys: stores give free fields in any order, and the same trace must be the same."""
    return {key: value[key] for key in sorted(value)}


def without_empty(value: Object) -> Object:
    """The object without the keys that say nothing: None, empty texts, lists and objects."""
    return {key: member for key, member in value.items() if member not in (None, "", [], {})}
