"""What a span was given and what it returned, by every convention that says so.

A span may say one thing several times: as messages, as the request that held them, in the words of two conventions.
The form that says most is taken; another is dropped where all its texts are in that one, and else left where it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assay.model.trace import Message
from assay.sources.fields.objects import Json, Object
from assay.sources.spans.attributes import Attributes
from assay.sources.spans.pieces import Event
from assay.sources.spans.speech import messages_of, strings_in
from assay.sources.spans.values import opened, without_empty

_DETAILS = "gen_ai.client.inference.operation.details"
_SPOKEN = ("gen_ai.system.message", "gen_ai.user.message", "gen_ai.assistant.message", "gen_ai.tool.message")
_CHOSEN = ("gen_ai.choice",)


@dataclass(frozen=True, slots=True)
class Given:
    """A value as the span has it, and the same as messages."""

    value: Json
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """Where conventions put one side: messages (flattened or whole), single values, and events of older ones."""

    role: str
    whole: str
    flattened: tuple[str, ...]
    values: tuple[str, ...]
    mime: str
    trees: tuple[str, ...]
    events: tuple[str, ...]


_IN = _Side(
    role="user",
    whole="gen_ai.input.messages",
    flattened=("llm.input_messages", "gen_ai.prompt"),
    values=(
        "mlflow.spanInputs", "input.value", "gen_ai.tool.call.arguments", "gen_ai.retrieval.query.text",
        "traceloop.entity.input",
    ),
    mime="input.mime_type",
    trees=("tool.parameters",),
    events=_SPOKEN,
)  # fmt: skip
_OUT = _Side(
    role="assistant",
    whole="gen_ai.output.messages",
    flattened=("llm.output_messages", "gen_ai.completion"),
    values=("mlflow.spanOutputs", "output.value", "gen_ai.tool.call.result", "traceloop.entity.output"),
    mime="output.mime_type",
    trees=(),
    events=_CHOSEN,
)


def taken_in(attributes: Attributes, events: Sequence[Event]) -> Given:
    """What the span was given."""
    return _side(attributes, events, _IN)


def given_out(attributes: Attributes, events: Sequence[Event]) -> Given:
    """What the span returned."""
    return _side(attributes, events, _OUT)


def is_said(event: Event) -> bool:
    """Whether the event holds a message, which `taken_in` or `given_out` has read."""
    return event.name in (*_SPOKEN, *_CHOSEN)


def _side(attributes: Attributes, events: Sequence[Event], side: _Side) -> Given:
    talks = [talk for talk in _conversations(attributes, events, side) if talk[1]]
    values = list(_values(attributes, side))
    said = messages_of(talks[0][1], side.role) if talks else ()
    words = _words(said)
    whole = next(((key, value) for key, value in values if words <= strings_in(value)), None)
    if not talks and not values:
        return Given(None, ())
    taken = (whole or talks[0]) if talks else values[0]
    known = strings_in(taken[1]) | words
    for key, value in (*talks, *values):
        if key != taken[0] and not strings_in(_texts_alone(value)) <= known:
            attributes.rest[key] = value
    return Given(taken[1], said or messages_of(taken[1], side.role))


def _conversations(
    attributes: Attributes, events: Sequence[Event], side: _Side
) -> Iterator[tuple[str, list[Json]]]:
    told = next((event.attributes for event in events if event.name == _DETAILS), {})
    whole = _listed(opened(attributes.take(side.whole))) or _listed(opened(told.get(side.whole)))
    if side is _IN:
        rules = _listed(opened(attributes.take("gen_ai.system_instructions")))
        whole = [*([{"role": "system", "parts": rules}] if rules else []), *whole]
    yield side.whole, whole
    for prefix in side.flattened:
        yield prefix, [_chat(member, side.role) for member in _listed(attributes.tree(prefix))]
    yield "events", [_event_message(event) for event in events if event.name in side.events]


def _values(attributes: Attributes, side: _Side) -> Iterator[tuple[str, Json]]:
    is_json = "json" in str(attributes.rest.get(side.mime))
    for key in side.values:
        value = attributes.take(key)
        if value not in (None, "", [], {}):
            yield key, opened(value) if is_json or not key.endswith(".value") else value
    for prefix in side.trees:
        value = attributes.tree(prefix)
        if value not in (None, "", [], {}):
            yield prefix, value
    if isinstance(attributes.rest.get(side.mime), str):
        del attributes.rest[side.mime]


def _listed(value: Json) -> list[Json]:
    if value in (None, "", [], {}):
        return []
    return value if isinstance(value, list) else [value]


def _words(said: Sequence[Message]) -> set[str]:
    """All texts that messages hold, who says them left out."""
    found: set[str] = set()
    for message in said:
        for part in message.parts:
            found |= {text for text in (part.text, part.name, part.call_id) if text} | strings_in(part.data)
    return found


def _texts_alone(value: Json) -> Json:
    """A conversation without its roles; another value as it is."""
    if isinstance(value, list) and all(isinstance(member, dict) for member in value):
        return [
            {key: said for key, said in member.items() if key not in ("role", "finish_reason")}
            for member in value
        ]
    return value


def _chat(member: Json, role: str) -> Json:
    """A flattened message in the shape chat interfaces use; ``role`` speaks where it does not say who does."""
    inner = member.get("message", member) if isinstance(member, dict) else member
    if not isinstance(inner, dict):
        return {"role": role, "content": inner}
    chat: Object = dict(inner)
    contents = chat.pop("contents", None)
    if isinstance(contents, list):
        chat["content"] = [*_listed(chat.get("content")), *(_content(one) for one in contents)]
    said = _listed(chat.pop("tool_calls", None))
    calls = [one.get("tool_call", one) if isinstance(one, dict) else one for one in said]
    name = chat.pop("function_call_name", None)
    if name is not None:
        calls.append({"name": name, "arguments": chat.pop("function_call_arguments_json", None)})
    return {"role": role, "content": None} | without_empty(chat) | without_empty({"tool_calls": calls})


def _content(value: Json) -> Json:
    return value.get("message_content", value) if isinstance(value, dict) else value


def _event_message(event: Event) -> Json:
    """The message that an event of an older emitter is."""
    body = opened(event.attributes.get("gen_ai.event.content")) or event.attributes
    inner = opened(body.get("message")) if isinstance(body, dict) else body
    said = inner if isinstance(inner, dict) else {"content": inner} if isinstance(inner, str) else body
    role = event.name.removeprefix("gen_ai.").removesuffix(".message")
    role = "assistant" if event.name in _CHOSEN else role
    if not isinstance(said, dict):
        return {"role": role, "content": said}
    kept = {key: value if key == "content" else opened(value) for key, value in said.items()}
    return {"role": role, "content": None} | kept
