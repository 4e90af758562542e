"""What was said to an application and by it, from the shapes in which stores keep inputs and outputs.

Around what was said there is often more (a model's name, settings, counts): that is handed back beside it.
"""

from assay.model.trace import Document, Message, Part
from assay.sources.fields.loose import Loose, embedded, text_in
from assay.sources.fields.objects import Json, Object, as_number, as_text
from assay.sources.fields.said import messages

_PLAIN = frozenset(
    {"input", "output", "question", "query", "prompt", "answer", "text", "content", "response", "result"}
    | {"completion", "message", "value"}
)
_ROLES = {
    "human": "user",
    "ai": "assistant",
    "AIMessageChunk": "assistant",
    "system": "system",
    "tool": "tool",
    "function": "tool",
    "developer": "developer",
    "user": "user",
    "assistant": "assistant",
}
_SERIALISED = "constructor"
_CONTENT = ("page_content", "pageContent", "content", "text", "document", "body")


def spoken(value: Json, role: str) -> tuple[tuple[Message, ...], Json]:
    """The messages in an input or output, and what stood beside them (None: nothing)."""
    value = _unwritten(value)
    if not isinstance(value, dict):
        return messages(_turns(value), role), None
    for found, rest in (_messages(value), _choices(value), _generations(value), _one(value)):
        if found is not None:
            return messages(found, role), rest or None
    if len(value) == 1:
        ((key, only),) = value.items()
        if key in _PLAIN and isinstance(only, str):
            return (Message(role=role, parts=(Part(text=only, name=key),)),), None
    return messages(_turn(value), role), None


def documents_in(value: Json) -> tuple[Document, ...]:
    """The retrieved passages in an output; none where it is not made of passages alone."""
    value = embedded(value) if isinstance(value, str) else value
    members = value.get("documents") if isinstance(value, dict) and len(value) == 1 else value
    if not isinstance(members, list) or not all(_is_passage(member) for member in members):
        return ()
    return tuple(document(member) for member in members)


def document(value: Object) -> Document:
    """A passage; its score where there is a number, and everything else in its metadata."""
    fields = Loose(value)
    content = fields.take(*_CONTENT)
    own = fields.bag("metadata")
    score = as_number(fields.rest.get("score", own.get("score")))
    return Document(
        id=fields.text("id", "document_id", "doc_id") or text_in(own.get("id")),
        title=fields.text("title", "name") or text_in(own.get("title")),
        content="" if content is None else as_text(content),
        score=fields.number("score") if "score" in fields.rest else score,
        metadata={**own, **{key: member for key, member in fields.rest.items() if key != "type"}},
    )


def _is_passage(value: Json) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(key), str) for key in _CONTENT[:5])


def _unwritten(value: Json) -> Json:
    """What JSON in a text says, where that is a text or messages; an answer that is JSON itself stays as it is."""
    found = embedded(value)
    if isinstance(found, str):
        return found
    if isinstance(found, dict) and any(
        key in found for key in ("messages", "choices", "generations", "role")
    ):
        return found
    turns = (
        isinstance(found, list) and found and all(isinstance(one, dict) and "role" in one for one in found)
    )
    return found if turns else value


def _messages(value: Object) -> tuple[Json, Object]:
    turns = _turns(value.get("messages"))
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        return None, {}
    rest = {key: member for key, member in value.items() if key != "messages"}
    if isinstance(rest.get("system"), str):
        turns = [{"role": "system", "content": rest.pop("system")}, *turns]
    return turns, rest


def _choices(value: Object) -> tuple[Json, Object]:
    """The answers of a chat or a completion."""
    choices = value.get("choices")
    if not isinstance(choices, list) or not choices or not all(isinstance(one, dict) for one in choices):
        return None, {}
    said = [one.get("message", one.get("text")) for one in choices]
    if not all(isinstance(one, dict | str) for one in said):
        return None, {}
    turns = [{"role": "assistant", "content": one} if isinstance(one, str) else one for one in said]
    ends: list[Json] = [
        {key: member for key, member in one.items() if key not in ("message", "text")} for one in choices
    ]
    return turns, {key: ends if key == "choices" else member for key, member in value.items()}


def _one(value: Object) -> tuple[Json, Object]:
    """An answer that is one message with its counts and its end beside it."""
    if value.get("type") != "message" or "content" not in value:
        return None, {}
    turn = {key: member for key, member in value.items() if key in ("role", "content")}
    return [turn], {key: member for key, member in value.items() if key not in (*turn, "type")}


def _generations(value: Object) -> tuple[Json, Object]:
    """The answers of a model call, each as a text or as a message."""
    lists = value.get("generations")
    rows = lists if isinstance(lists, list) and lists else None
    members = rows[0] if rows and isinstance(rows[0], list) else rows
    if not members or (rows and isinstance(rows[0], list) and len(rows) > 1):
        return None, {}
    if not all(isinstance(one, dict) and ("message" in one or "text" in one) for one in members):
        return None, {}
    turns = [
        _turn(one["message"]) if isinstance(one.get("message"), dict) else one["text"] for one in members
    ]
    more: list[Json] = [
        {key: member for key, member in one.items() if key not in ("message", "text", "type")}
        for one in members
    ]
    rest = {key: member for key, member in value.items() if key != "generations"}
    return turns, rest | ({"generations": more} if any(more) else {})


def _turns(value: Json) -> Json:
    """A list of turns, each in the plain shape; a list in a list is one list."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    return [_turn(member) for member in value] if isinstance(value, list) else value


def _turn(value: Json) -> Json:
    """A message in the plain shape: role, content, tool calls with their arguments."""
    if not isinstance(value, dict):
        return value
    inner = value.get("kwargs") if value.get("type") == _SERIALISED else value.get("data")
    if isinstance(inner, dict) and ("content" in inner) and isinstance(value.get("type"), str):
        kind = _serialised(value) if value["type"] == _SERIALISED else value["type"]
        value = {"type": kind, **inner}
    turn = dict(value)
    kind = str(turn.get("type"))
    if "role" not in turn and "content" in turn and kind in _ROLES:
        turn["role"] = _ROLES[kind]
        del turn["type"]
    if isinstance(turn.get("tool_calls"), list):
        turn["tool_calls"] = [_call(call) for call in turn["tool_calls"]]
    return turn


def _serialised(value: Object) -> str:
    """The kind of a serialised message, from the last part of its class's name: HumanMessage is human."""
    path = value.get("id")
    name = str(path[-1]) if isinstance(path, list) and path else "ai"
    return name.removesuffix("Chunk").removesuffix("Message").lower()


def _call(call: Json) -> Json:
    if not isinstance(call, dict) or "args" not in call or "arguments" in call:
        return call
    return {("arguments" if key == "args" else key): member for key, member in call.items()}
