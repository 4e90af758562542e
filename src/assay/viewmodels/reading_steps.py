"""What happened on the way to the answer, folded: passages that were retrieved, tools that were called, steps."""

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from assay.base.translation import tr, trn
from assay.model.trace import Document, Message, Step
from assay.model.trace import Part as Piece
from assay.viewmodels.reading_blind import Blind
from assay.viewmodels.reading_fields import looks_packed
from assay.viewmodels.reading_marks import visible
from assay.viewmodels.reading_parts import Fields, Fold, Note, Part, Text

_LONGEST_NAME = 80


def step_folds(steps: Iterable[Step], blind: Blind) -> tuple[Fold, ...]:
    """Passages by retrieval, passages after reranking, and the other steps: each folded, none where there is none."""
    shown = [step for step in steps if not blind.hides_step(step)]
    retrievals = [step for step in shown if step.documents and step.kind != "reranker"]
    rerankings = [step for step in shown if step.documents and step.kind == "reranker"]
    others = [step for step in shown if not step.documents]
    folds = (
        _passages(
            retrievals,
            blind,
            trn("{count} passage retrieved", "{count} passages retrieved", _count(retrievals)),
        ),
        _passages(
            rerankings, blind, trn("{count} passage kept", "{count} passages kept", _count(rerankings))
        ),
        _steps([_step(step, blind) for step in others]),
    )
    return tuple(fold for fold in folds if fold.parts)


def tool_fold(pieces: list[tuple[Piece, Message]], blind: Blind) -> Fold:
    """A stretch of tool calls and their results as one fold."""
    calls = [blind.name_shown(piece.name) or tr("tool") for piece, _ in pieces if piece.kind == "tool_call"]
    parts = tuple(part for piece, message in pieces for part in piece_parts(piece, message, blind))
    if not calls:
        return Fold(
            trn("{count} tool result", "{count} tool results", len(pieces)).format(count=len(pieces)),
            parts,
            "tools",
        )
    names = visible(", ".join(dict.fromkeys(calls)))
    caption = trn("{count} tool call: {names}", "{count} tool calls: {names}", len(calls))
    return Fold(caption.format(count=len(calls), names=_short(names)), parts, "tools")


def piece_parts(piece: Piece, message: Message, blind: Blind) -> Iterator[Part]:
    """A piece of a message, opened."""
    blind = blind.of_tools()
    name = _short(blind.name_shown(piece.name or (message.name if message.role == "tool" else None)))
    match piece.kind:
        case "tool_call":
            yield Note(tr("Called {name}").format(name=name or tr("a tool")), "caption")
            yield value_part(piece.data if piece.data is not None else piece.text, blind)
        case "tool_result":
            yield Note(tr("{name} returned").format(name=name or tr("The tool")), "caption")
            yield value_part(piece.data if piece.data is not None else piece.text, blind)
        case "image" | "file":
            said = tr("[picture: {name}]") if piece.kind == "image" else tr("[file: {name}]")
            yield Note(said.format(name=name or tr("not shown")))
        case "reasoning":
            yield Fold(tr("Reasoning"), (Text(piece.text or ""),), "reasoning")
        case "json":
            yield value_part(piece.data if piece.data is not None else piece.text, blind)
        case _:
            yield Text(piece.text or "")


def value_part(value: JsonValue, blind: Blind) -> Part:
    """Structured data as fields, a text as the text it is."""
    if isinstance(value, str) and not looks_packed(value):
        return Text(value, "plain", blind)
    return Fields(value, blind)


def _count(steps: list[Step]) -> int:
    return sum(len(step.documents) for step in steps)


def _passages(steps: list[Step], blind: Blind, caption: str) -> Fold:
    parts: list[Part] = []
    total, number = _count(steps), 0
    for step in steps:
        query = step.input
        if query not in (None, "", [], {}):
            parts += [Note(tr("Searched for"), "caption"), value_part(query, blind)]
        for document in step.documents:
            number += 1
            parts += _passage(document, number, total, blind)
    return Fold(caption.format(count=total), tuple(parts), "passages")


def _passage(document: Document, number: int, total: int, blind: Blind) -> Iterator[Part]:
    words = [
        tr("Passage {number} of {total}").format(number=number, total=total),
        _short(document.title or ""),
    ]
    if document.score is not None and not blind.on:
        words.append(tr("score {score}").format(score=f"{document.score:.3g}"))
    yield Note(" · ".join(word for word in words if word), "caption")
    yield Text(document.content, "plain")
    if document.metadata and not blind.on:
        yield Fields(document.metadata, blind)


def _steps(steps: list[Fold]) -> Fold:
    if len(steps) == 1:
        return steps[0]
    return Fold(
        trn("{count} step", "{count} steps", len(steps)).format(count=len(steps)), tuple(steps), "steps"
    )


def _step(step: Step, blind: Blind) -> Fold:
    words = [_kind_words(step.kind), _short(blind.name_shown(step.name))]
    if step.model and not blind.on:
        words.append(_short(step.model))
    caption = " · ".join(word for word in words if word)
    if step.error:
        caption = tr("{step} (failed)").format(step=caption)
    return Fold(caption, tuple(_step_parts(step, blind)), "step")


def _step_parts(step: Step, blind: Blind) -> Iterator[Part]:
    blind = blind.of_tools() if step.kind == "tool" else blind
    for title, value in ((tr("Given"), step.input), (tr("Returned"), step.output), (tr("Error"), step.error)):
        if value not in (None, "", [], {}):
            yield Note(title, "caption")
            yield value_part(value, blind)
    if step.attributes and not blind.on:
        yield Note(tr("Further fields"), "caption")
        yield Fields(step.attributes, blind)


def _kind_words(kind: str) -> str:
    words = {
        "retriever": tr("Search"),
        "llm": tr("Model call"),
        "tool": tr("Tool call"),
        "agent": tr("Agent"),
        "reranker": tr("Reranking"),
        "embedding": tr("Embedding"),
        "guardrail": tr("Guardrail"),
        "evaluator": tr("Evaluation"),
        "prompt": tr("Prompt"),
    }
    return words.get(kind, tr("Step"))


def _short(name: str) -> str:
    name = visible(name[: 4 * _LONGEST_NAME])
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
