"""OpenAI chat JSONL: ``{"messages": [...]}`` a line, as fine-tuning and evaluation files have it.

The format gives no id and no time: a trace is named by the SHA-256 of its line's JSON in canonical form (keys
sorted, no blanks), and has no date. The assistant's last message that says something is the output, and what
follows it stays behind it. ``ideal`` is the ``reference`` in the metadata; a dialogue that ends with a question and
has an ``ideal`` answer is all input. Every other key of the line goes to the metadata.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from assay.base.ids import sha256
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingTrace, Place, Rejected
from assay.model.kinds import FileSource
from assay.model.trace import Trace
from assay.sources.fields.dialogue import dialogue, parted
from assay.sources.fields.glimpse import glimpses
from assay.sources.fields.objects import Json, Malformed, Object
from assay.sources.fields.opened import excerpt, opened
from assay.sources.fields.reasons import reason_of


def _recognises(path: Path, head: bytes) -> bool:
    return any(_begins_with_a_message(seen.get("messages")) for seen in glimpses(head))


def _begins_with_a_message(said: Json) -> bool:
    return isinstance(said, list) and bool(said) and isinstance(said[0], dict) and "role" in said[0]


def _has_messages(value: Json) -> bool:
    said = value.get("messages") if isinstance(value, dict) else None
    return isinstance(said, list) and bool(said) and all(_is_message(member) for member in said)


def _is_message(member: Json) -> bool:
    return isinstance(member, dict) and isinstance(member.get("role"), str)


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    for record in opened([path], progress):
        yield record if isinstance(record, Rejected) else _incoming(record.value, source, record.place)


def _incoming(value: Json, source: str, place: Place) -> Incoming:
    try:
        return IncomingTrace(_trace(value, source), place)
    except (Malformed, ValidationError) as refused:
        return Rejected(place, reason_of(refused), excerpt(value))


def _trace(value: Json, source: str) -> Trace:
    if not _has_messages(value):
        raise Malformed(tr("The record has no list of “messages” that each say their “role”."))
    said = dialogue(value["messages"])
    asked, answered = parted(said)
    if "ideal" in value and answered and answered[-1].role.lower() == "user":
        asked, answered = said, ()
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Trace(
        source=source,
        native_id=sha256(canonical),
        input=asked,
        output=answered,
        metadata=_metadata(value),
    )


def _metadata(value: Object) -> Object:
    rest = {key: member for key, member in value.items() if key not in ("messages", "ideal")}
    if "ideal" in value:
        rest["ideal" if "reference" in rest else "reference"] = value["ideal"]
    return rest


KIND = FileSource(name="openai-chat", title="OpenAI chat JSONL", recognises=_recognises, read=_read)
