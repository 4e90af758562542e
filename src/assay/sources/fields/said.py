"""What was said, in whichever shape: any shape is content, so nothing is refused here and nothing is lost."""

from assay.base.translation import tr
from assay.model.trace import Message, Part, text_message
from assay.sources.fields.objects import Json, as_text

_CONTENT_TEXT = frozenset({None, "text", "input_text", "output_text"})
_CONTENT_KINDS = {
    "reasoning": "reasoning",
    "thinking": "reasoning",
    "image": "image",
    "image_url": "image",
    "input_image": "image",
    "file": "file",
    "input_file": "file",
    "document": "file",
    "audio": "file",
    "input_audio": "file",
    "tool_use": "tool_call",
    "tool_call": "tool_call",
    "tool_result": "tool_result",
    "tool_call_response": "tool_result",
}


def messages(value: Json, role: str) -> tuple[Message, ...]:
    """The messages of an ``input`` or ``output``: ``role`` speaks where the file does not say who does."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (text_message(role, value),)
    if isinstance(value, dict) and set(value) == {"messages"} and isinstance(value["messages"], list):
        value = value["messages"]
    members = value if isinstance(value, list) else [value]
    if any(_is_message(member) for member in members):
        return tuple(_message(member, role) for member in members)
    return (Message(role=role, parts=(Part(kind="json", data=value),)),) if value != [] else ()


def _is_message(value: Json) -> bool:
    return isinstance(value, dict) and ("role" in value or "content" in value)


def _message(value: Json, role: str) -> Message:
    if not _is_message(value):
        return Message(role=role, parts=_parts(value))
    left = {key: member for key, member in value.items() if member not in (None, [], {})}
    said, name = left.pop("role", role), left.pop("name", None)
    parts = _parts(left.pop("content", None))
    if isinstance(left.get("tool_call_id"), str):
        parts = (_tool_result(left.pop("tool_call_id"), parts),)
    if isinstance(left.get("tool_calls"), list):
        parts += tuple(_tool_call(call) for call in left.pop("tool_calls"))
    if left:
        parts += (Part(kind="json", name=tr("other fields"), data=left),)
    return Message(role=as_text(said), name=None if name is None else as_text(name), parts=parts)


def _parts(content: Json) -> tuple[Part, ...]:
    if content is None:
        return ()
    return tuple(_part(member) for member in (content if isinstance(content, list) else [content]))


def _part(value: Json) -> Part:
    if isinstance(value, str):
        return Part(text=value)
    kind = value.get("type") if isinstance(value, dict) else 0
    if not isinstance(kind, str | None):
        return Part(kind="json", data=value)
    if kind in _CONTENT_TEXT and isinstance(value.get("text"), str):
        more = {key: member for key, member in value.items() if key not in ("type", "text")}
        return Part(text=value["text"], data=more or None)
    known = _CONTENT_KINDS.get(kind or "", "json")
    if known == "tool_call":
        return _tool_call(value)
    if known == "reasoning":
        words = value.get("thinking", value.get("text"))
        return Part(kind="reasoning", text=words if isinstance(words, str) else None, data=value)
    return Part.model_validate({"kind": known, "data": value})


def _tool_call(value: Json) -> Part:
    function = value.get("function", value) if isinstance(value, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        return Part(kind="tool_call", data=value)
    arguments = function.get("arguments", function.get("input"))
    call_id = value.get("id")
    named = call_id if isinstance(call_id, str) else None
    return Part(kind="tool_call", name=function["name"], call_id=named, data=arguments)


def _tool_result(call_id: str, parts: tuple[Part, ...]) -> Part:
    text = "\n\n".join(part.text for part in parts if part.text)
    data = [part.data for part in parts if part.data is not None]
    return Part(kind="tool_result", call_id=call_id, text=text or None, data=data or None)
