"""Dialogues as chat programs write them: who said what, which tool was called, and which of it is the answer."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence

from assay.model.trace import Message, Part
from assay.sources.fields.objects import Json
from assay.sources.fields.said import messages

UNKNOWN_ROLE = "unknown"

_ANSWERING = frozenset({"assistant", "ai", "agent", "model", "bot"})


def dialogue(members: Sequence[Json]) -> tuple[Message, ...]:
    """The messages in order. A tool's result bears the name of the call that it answers.

    Calls and results belong together by their ids; where an id comes twice, in order.
    """
    return tuple(_paired(messages([_with_calls(member) for member in members], UNKNOWN_ROLE)))


def parted(said: Sequence[Message]) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """The dialogue in two: what led up to the answer, and the answer with whatever followed it.

    The answer is the assistant's last message that says something in words; where there is none, its last one;
    where the assistant never speaks there is no answer.
    """
    own = [place for place, message in enumerate(said) if message.role.lower() in _ANSWERING]
    in_words = [place for place in own if said[place].text.strip()]
    place = (in_words or own or [len(said)])[-1]
    return tuple(said[:place]), tuple(said[place:])


def _with_calls(member: Json) -> Json:
    """The message with the one call of older files (``function_call``) as a list of calls."""
    if not isinstance(member, dict) or member.get("tool_calls"):
        return member
    if not isinstance(member.get("function_call"), dict):
        return member
    kept = {key: value for key, value in member.items() if key != "function_call"}
    return {**kept, "tool_calls": [{"function": member["function_call"]}]}


def _paired(said: Iterable[Message]) -> Iterator[Message]:
    calls: defaultdict[str, deque[str | None]] = defaultdict(deque)
    for message in said:
        for part in message.parts:
            if part.kind == "tool_call" and part.call_id is not None:
                calls[part.call_id].append(part.name)
        if any(part.kind == "tool_result" for part in message.parts):
            parts = tuple(_named(part, message, calls) for part in message.parts)
            yield message.model_copy(update={"parts": parts})
        else:
            yield message


def _named(part: Part, message: Message, calls: defaultdict[str, deque[str | None]]) -> Part:
    if part.kind != "tool_result" or part.name is not None:
        return part
    waiting = calls[part.call_id] if part.call_id is not None else None
    called = waiting.popleft() if waiting else None
    return part.model_copy(update={"name": called or message.name})
