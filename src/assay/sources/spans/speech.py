"""What was said, in the shapes that span conventions and chat interfaces know, as messages with parts.

Any shape is content: nothing is refused here and nothing is lost. What a message says besides stands in a part of
structured data; only the reason of an ordinary end (``stop``) is left out.
"""

from assay.base.translation import tr
from assay.model.trace import Message, Part, PartKind, text_message
from assay.sources.fields.objects import Json, Object
from assay.sources.spans.values import opened, text_of, without_empty

_ROLES = {"model": "assistant", "ai": "assistant", "human": "user"}
_ORDINARY_ENDS = ("stop", "STOP", "end_turn", "tool_calls", "tool_call", "tool_use", "function_call")
# An object that is nothing but one of these is the text under it.
_SOLE_TEXTS = (
    "question", "query", "input", "prompt", "text", "message", "content", "answer", "output", "response", "result",
)  # fmt: skip
_TEXTS = ("text", "input_text", "output_text", "refusal")
_REASONING = ("reasoning", "thinking")
_CALLS = ("tool_call", "tool_use", "server_tool_call", "function_call")
_RESULTS = ("tool_call_response", "tool_result", "server_tool_call_response", "function_response")
_FILES: dict[str, PartKind] = {
    "image": "image", "image_url": "image", "input_image": "image", "file": "file", "input_file": "file",
    "document": "file", "audio": "file", "input_audio": "file", "blob": "file", "uri": "file",
}  # fmt: skip


def messages_of(value: Json, role: str) -> tuple[Message, ...]:
    """The messages a value holds: ``role`` speaks where the value does not say who does."""
    if value is None or value in ("", [], {}):
        return ()
    found = conversation(value)
    if found is not None:
        return tuple(_message(member, role) for member in found)
    if isinstance(value, dict) and len(value) == 1:
        ((key, only),) = value.items()
        if key in _SOLE_TEXTS and isinstance(only, str) and only:
            return (text_message(role, only),)
    if isinstance(value, dict | list):
        return (Message(role=role, parts=(Part(kind="json", data=value),)),)
    return (text_message(role, text_of(value) or ""),)


def conversation(value: Json) -> list[Json] | None:
    """The messages in a value as they stand there, where it is a conversation at all."""
    if isinstance(value, dict):
        if isinstance(value.get("messages"), list) and value["messages"]:
            return conversation(value["messages"])
        choices = value.get("choices")
        if isinstance(choices, list) and choices and all(_is_choice(choice) for choice in choices):
            return [choice["message"] | without_empty(_end_of(choice)) for choice in choices]
        return [value] if _is_message(value) else None
    if not isinstance(value, list) or not value:
        return None
    if len(value) == 1 and isinstance(value[0], list):
        return conversation(value[0])
    return value if all(_is_message(member) for member in value) else None


def strings_in(value: Json) -> set[str]:
    """All texts in a value, JSON within text opened."""
    value = opened(value)
    if isinstance(value, dict):
        return set().union(*(strings_in(member) for member in value.values()))
    if isinstance(value, list):
        return set().union(*(strings_in(member) for member in value))
    return {str(value)} if value is not None else set()


def _is_choice(value: Json) -> bool:
    return isinstance(value, dict) and _is_message(value.get("message"))


def _end_of(choice: Object) -> Object:
    return {"finish_reason": choice.get("finish_reason")}


def _is_message(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("kwargs"), dict):
        return "content" in value["kwargs"]
    speaks = isinstance(value.get("role"), str) or value.get("type") in _ROLES
    return speaks and not {"content", "parts", "tool_calls", "data", "tool_call_id"}.isdisjoint(value)


def _message(value: Object, role: str) -> Message:
    left = without_empty(_unwrapped(value))
    said = text_of(left.pop("role", None)) or text_of(left.pop("type", None)) or role
    name = text_of(left.pop("name", None))
    parts = parts_of(left.pop("content", None)) + parts_of(left.pop("parts", None))
    thought = left.pop("reasoning_content", None)
    if isinstance(thought, str):
        parts = (Part(kind="reasoning", text=thought), *parts)
    call_id = left.pop("tool_call_id", None)
    if isinstance(call_id, str):
        parts = (_result(call_id, name, parts),)
    calls = left.pop("tool_calls", None)
    parts += tuple(_call(call) for call in (calls if isinstance(calls, list) else ()))
    if left.get("finish_reason") in _ORDINARY_ENDS:
        del left["finish_reason"]
    if left:
        parts += (Part(kind="json", name=tr("other fields"), data=left),)
    return Message(role=_ROLES.get(said, said), name=name, parts=parts or (Part(text=""),))


def _unwrapped(value: Object) -> Object:
    """A message that a framework has wrapped, as it is inside."""
    for key in ("kwargs", "data"):
        inner = value.get(key)
        if isinstance(inner, dict) and "content" in inner:
            role = value.get("type") if value.get("type") in _ROLES else inner.get("type")
            return {"role": role, **{name: member for name, member in inner.items() if name != "type"}}
    return value


def parts_of(content: Json) -> tuple[Part, ...]:
    """The parts of a message's content, whichever shape it has."""
    if content is None:
        return ()
    return tuple(_part(member) for member in (content if isinstance(content, list) else [content]))


def _part(value: Json) -> Part:
    if isinstance(value, str):
        return Part(text=value)
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str):
        words = value.get("text") if isinstance(value, dict) else None
        return (
            Part(text=words) if isinstance(words, str) and len(value) == 1 else Part(kind="json", data=value)
        )
    if kind in _TEXTS or kind in _REASONING:
        return _words(value, kind)
    if kind in _CALLS:
        return _call(value)
    if kind in _RESULTS:
        call_id = value.get("id") or value.get("tool_use_id") or value.get("tool_call_id")
        said = next(
            (value[key] for key in ("response", "result", "content") if value.get(key) is not None), None
        )
        return _result(text_of(call_id), text_of(value.get("name")), parts_of(opened(said)))
    known = _FILES.get(kind, "json")
    is_picture = value.get("modality") == "image" or str(value.get("mime_type")).startswith("image/")
    name = text_of(value.get("file_name") or value.get("filename") or value.get("mime_type"))
    return Part(kind="image" if known == "file" and is_picture else known, name=name, data=value)


def _words(value: Object, kind: str) -> Part:
    keys = (kind, "text", "content", "thinking")
    words = next((value[key] for key in keys if isinstance(value.get(key), str)), None)
    if words is None:
        return Part(kind="json", data=value)
    more = without_empty({key: member for key, member in value.items() if key != "type" and member != words})
    return Part(kind="reasoning" if kind in _REASONING else "text", text=words, data=more or None)


def _call(value: Json) -> Part:
    inner = value.get("function", value) if isinstance(value, dict) else None
    if not isinstance(inner, dict) or not isinstance(inner.get("name"), str):
        return Part(kind="tool_call", data=value)
    said = next((inner[key] for key in ("arguments", "input", "args") if inner.get(key) is not None), None)
    return Part(kind="tool_call", name=inner["name"], call_id=text_of(value.get("id")), data=opened(said))


def _result(call_id: str | None, name: str | None, parts: tuple[Part, ...]) -> Part:
    text = "\n\n".join(part.text for part in parts if part.text)
    data = [part.data for part in parts if part.data is not None]
    return Part(
        kind="tool_result",
        name=name,
        call_id=call_id,
        text=text or None,
        data=data[0] if len(data) == 1 else data or None,
    )
