"""How a trace is read: its dialogue, what was folded on the way, and the answer under review at the end.

`read_trace` is quick whatever the trace holds: it arranges, it does not parse. `operations` parses a block as it
is asked for, operation by operation, so that a window can set it in slices of time.
"""

from collections.abc import Iterator, Sequence

from assay.base.translation import tr, trn
from assay.model.trace import Message, Trace
from assay.model.trace import Part as Piece
from assay.viewmodels.reading_blind import Blind, blind_for
from assay.viewmodels.reading_fields import field_operations
from assay.viewmodels.reading_marks import visible
from assay.viewmodels.reading_parts import (
    Block,
    Fields,
    Fold,
    FoldLine,
    Note,
    Operation,
    Paragraph,
    Part,
    Reading,
    Said,
    Text,
)
from assay.viewmodels.reading_runs import runs_of
from assay.viewmodels.reading_steps import piece_parts, step_folds, tool_fold
from assay.viewmodels.reading_text import text_operations

MOST_CHARACTERS = 2 * 1024 * 1024
"""Characters of dialogue before the answer that are laid out; what is earlier is folded."""

MOST_LINES = 20_000
"""Lines of dialogue before the answer that are laid out."""

MOST_BLOCKS = 500
"""Messages before the answer that are laid out."""

_ASKING = frozenset({"user", "human", "customer"})
_ANSWERING = frozenset({"assistant", "ai", "agent", "model", "bot"})
_INSTRUCTING = frozenset({"system", "developer"})
_USING_TOOLS = frozenset({"tool", "function"})
_TOOLING = frozenset({"tool_call", "tool_result"})


def read_trace(trace: Trace, blind: bool = True) -> Reading:
    """The trace as it is read. While ``blind``, nothing in it names the model, a prompt's version or a score.

    The dialogue comes first, then what was retrieved and done, then the output, with its last answer under review;
    what people said after that follows. The question is the last thing asked before the answer.
    """
    rule = blind_for(trace, blind)
    before, answer, after = _parted(trace.output)
    asked = _earlier_folded(_dialogue(trace.input, rule))
    blocks = [*asked, *step_folds(trace.steps, rule), *_dialogue(before, rule)]
    place = len(blocks)
    blocks += [_answer(answer, trace, rule), *_dialogue(after, rule)]
    return Reading(trace.uid, tuple(blocks), place, _question(blocks[:place]), blind)


def operations(part: Part) -> Iterator[Operation]:
    """What is to be set for a part, from top to bottom. A fold gives its line alone; its parts are asked for later."""
    match part:
        case Said():
            yield Paragraph(runs_of(part.caption), kind="caption", level=1 if part.under_review else 2)
            for inner in part.parts:
                yield from operations(inner)
        case Fold():
            yield FoldLine(part)
        case Text():
            yield from text_operations(part)
        case Fields():
            yield from field_operations(part)
        case Note():
            level = 3 if part.kind == "caption" else 0
            yield Paragraph(runs_of(part.text, quiet=part.kind == "note"), kind=part.kind, level=level)


def fold_operations(fold: Fold) -> Iterator[Operation]:
    """What an opened fold shows below its line."""
    for part in fold.parts:
        yield from operations(part)


def _parted(output: Sequence[Message]) -> tuple[Sequence[Message], Message | None, Sequence[Message]]:
    """The output in three: what is before the answer, the answer, and what is after it.

    The answer is the last message with a text that is not from whoever asks. Tools that it calls straight after its
    text are part of it.
    """
    if not output:
        return (), None, ()
    said = [
        place for place, message in enumerate(output) if message.text.strip() and not _tool_pieces(message)
    ]
    answering = [place for place in said if output[place].role.lower() not in _ASKING]
    place = (answering or said or [len(output) - 1])[-1]
    end = place + 1
    while end < len(output) and _tool_pieces(output[end]):
        end += 1
    parts = tuple(_as_said(piece, message) for message in output[place:end] for piece in message.parts)
    return output[:place], output[place].model_copy(update={"parts": parts}), output[end:]


def _as_said(piece: Piece, message: Message) -> Piece:
    return _as_result(piece) if message.role.lower() in _USING_TOOLS else piece


def _dialogue(messages: Sequence[Message], blind: Blind) -> list[Block]:
    """The messages as blocks; neighbouring ones that only work with tools become one fold."""
    blocks: list[Block] = []
    tools: list[tuple[Piece, Message]] = []
    for message in messages:
        used = _tool_pieces(message)
        if used:
            tools.extend((piece, message) for piece in used)
            continue
        _put_down(tools, blocks, blind)
        blocks.append(_message(message, blind))
    _put_down(tools, blocks, blind)
    return blocks


def _put_down(tools: list[tuple[Piece, Message]], blocks: list[Block], blind: Blind) -> None:
    if tools:
        blocks.append(tool_fold(tools, blind))
        tools.clear()


def _tool_pieces(message: Message) -> tuple[Piece, ...]:
    """The pieces of a message that only works with tools; none where it says something to people."""
    pieces = tuple(piece for piece in message.parts if piece.kind != "text" or (piece.text or "").strip())
    if message.role.lower() in _USING_TOOLS:
        return tuple(_as_result(piece) for piece in pieces)
    return pieces if pieces and all(piece.kind in _TOOLING for piece in pieces) else ()


def _as_result(piece: Piece) -> Piece:
    return piece if piece.kind != "text" else piece.model_copy(update={"kind": "tool_result"})


def _message(message: Message, blind: Blind) -> Block:
    parts = tuple(_parts(message, blind))
    if message.role.lower() in _INSTRUCTING:
        return Fold(tr("Instructions to the application"), parts, "instructions")
    return Said(message.role, _caption(message, blind), parts)


def _parts(message: Message, blind: Blind) -> Iterator[Part]:
    """The parts of a message: its text in one, tool calls next to each other in one fold."""
    tools: list[tuple[Piece, Message]] = []
    for piece in message.parts:
        if piece.kind in _TOOLING:
            tools.append((piece, message))
            continue
        if tools:
            yield tool_fold(tools, blind)
            tools = []
        yield from piece_parts(piece, message, blind)
    if tools:
        yield tool_fold(tools, blind)


def _answer(message: Message | None, trace: Trace, blind: Blind) -> Said:
    parts = tuple(_parts(message, blind)) if message else ()
    if not any(not isinstance(part, Text) or part.text.strip() for part in parts):
        parts = (Note(tr("There is no output.")),)
    if trace.error:
        parts += (
            Note(tr("The application reported an error"), "caption"),
            Text(trace.error, "plain", blind),
        )
    return Said(message.role if message else "assistant", tr("Answer under review"), parts, under_review=True)


def _caption(message: Message, blind: Blind) -> str:
    role = message.role.strip().lower()
    if role in _ASKING:
        return tr("User")
    if role in _ANSWERING:
        return tr("Assistant")
    return visible(blind.name_shown(message.role)[:40]).capitalize() or tr("Message")


def _question(blocks: Sequence[Block]) -> int | None:
    asked = [
        place
        for place, block in enumerate(blocks)
        if isinstance(block, Said) and block.role.lower() in _ASKING
    ]
    return asked[-1] if asked else None


def _earlier_folded(blocks: list[Block]) -> list[Block]:
    """The dialogue with its oldest part folded where all of it would be too long to lay out."""
    characters = lines = 0
    for place in range(len(blocks) - 1, -1, -1):
        texts = [part.text for part in blocks[place].parts if isinstance(part, Text)]
        characters += sum(map(len, texts))
        lines += sum(text.count("\n") for text in texts)
        later = len(blocks) - 1 - place
        if later and (characters > MOST_CHARACTERS or lines > MOST_LINES or later >= MOST_BLOCKS):
            return [_earlier(blocks[: place + 1]), *blocks[place + 1 :]]
    return blocks


def _earlier(blocks: list[Block]) -> Fold:
    """Earlier messages in one fold; within it the newest are laid out and the older ones are folded again."""
    caption = trn("{count} earlier message", "{count} earlier messages", len(blocks)).format(
        count=len(blocks)
    )
    return Fold(caption, tuple(_earlier_folded(blocks)), "earlier")
