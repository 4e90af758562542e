"""A record as a trace, by a mapping."""

import math
from collections.abc import Iterator
from typing import get_args

from assay.base.translation import tr
from assay.model.trace import (
    BehaviourEvent,
    BehaviourKind,
    Document,
    Message,
    Metric,
    MetricSource,
    Step,
    StepKind,
    Tokens,
    Trace,
    Versioned,
)
from assay.sources.fields.dialogue import dialogue, parted
from assay.sources.fields.loose import merged
from assay.sources.fields.objects import Json, Malformed, Object, as_number, as_text
from assay.sources.fields.said import messages
from assay.sources.mapped.expressions import About, Expression, Scope, Words
from assay.sources.mapped.mapping import (
    BehaviourTable,
    Mapping,
    Messages,
    MetricTable,
    Named,
    Passages,
    StepTable,
    TokenCounts,
    TraceTable,
    expressions_of,
    rest_of,
)
from assay.sources.mapped.taking import Taker

LONGEST_ID = 1024

_METRIC_SOURCES = frozenset(get_args(MetricSource))
_BEHAVIOUR_KINDS = frozenset(get_args(BehaviourKind))
_STEP_KINDS = frozenset(get_args(StepKind))


def trace_of(mapping: Mapping, scope: Scope, source: str) -> Trace:
    """The trace a record tells of. Raises Malformed, with the path that failed, when it tells of none."""
    if not isinstance(scope.record, dict | list):
        raise Malformed(tr("The record is no object."))
    taker, table = Taker(scope), mapping.trace
    asked, answered = _dialogue(mapping, taker)
    steps = _steps(mapping.steps, taker)
    if not (asked or answered or steps):
        raise _nothing_to_read(mapping)
    behaviour, odd = _behaviour(mapping.behaviour, taker)
    known = {
        **{key: taker.text(getattr(table, key)) for key in ("session_id", "user_id", "name", "task_type")},
        **{key: taker.text(getattr(table, key)) for key in ("language", "environment", "release", "model")},
        **{key: taker.time(getattr(table, key)) for key in ("started_at", "ended_at")},
        **{key: taker.number(getattr(table, key)) for key in ("cost_usd", "latency_ms", "ttft_ms")},
    }
    return Trace(
        **known,
        source=source,
        native_id=_native_id(table, taker),
        input=asked,
        output=answered,
        steps=steps,
        prompt=_versioned(table.prompt, taker),
        dataset=_versioned(table.dataset, taker),
        tags=taker.texts(table.tags),
        tokens=_tokens(table.tokens, taker),
        error=taker.any_text(table.error),
        metrics=tuple(_metrics(mapping.metrics, taker)),
        behaviour=behaviour,
        metadata=_metadata(mapping, taker, {"behaviour": odd} if odd else {}),  # last, when all odd is known
    )


def _native_id(table: TraceTable, taker: Taker) -> str:
    found = taker.found(table.id)
    native_id = taker.text(table.id) if not isinstance(found.value, bool) else None
    if not native_id or not native_id.strip():
        reason = tr("The record has no id: “{where}” leads nowhere.")
        raise Malformed(reason.format(where=found.where or table.id.written))
    if len(native_id) > LONGEST_ID:
        raise Malformed(tr("The id is longer than {limit} characters.").format(limit=LONGEST_ID))
    if "\ufffd" in native_id:  # what NULs and broken characters were made: two ids might have become one
        raise Malformed(tr("The id holds characters that are not text."))
    return native_id


def _nothing_to_read(mapping: Mapping) -> Malformed:
    lists = [table.each.written for table in (mapping.messages, *mapping.steps) if table and table.each]
    said = [one.written for one in (mapping.trace.input, mapping.trace.output) if one]
    paths = ", ".join(f"“{written}”" for written in (*lists, *said))
    return Malformed(tr("The record has nothing to read: there is nothing at {paths}.").format(paths=paths))


def _metadata(mapping: Mapping, taker: Taker, odd: Object) -> Object:
    """What the mapping names, then the rest of the record, then what could not be used; nothing is overwritten."""
    named = {name: taker.value(wanted) for name, wanted in mapping.metadata.fields.items()}
    own = {name: value for name, value in named.items() if value is not None}
    if mapping.metadata.keep == "rest":
        rest = rest_of(taker.scope.record, mapping.of_record)
        own = merged(own, rest if isinstance(rest, dict) else {"record": rest})
    return merged(own, taker.odd, odd)


def _versioned(table: Named, taker: Taker) -> Versioned | None:
    name, version = taker.text(table.name), taker.text(table.version)
    return Versioned(name=name, version=version) if name or version else None


def _tokens(table: TokenCounts, taker: Taker) -> Tokens | None:
    wanted: dict[str, Expression | None] = {key: getattr(table, key) for key in TokenCounts.model_fields}
    counts = {key: taker.whole(one) for key, one in wanted.items() if one}
    return Tokens(**counts) if any(count is not None for count in counts.values()) else None


# What was said


def _dialogue(mapping: Mapping, taker: Taker) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """What led up to the answer, and the answer with what followed it."""
    table = mapping.messages
    answered = messages(taker.value(mapping.trace.output), "assistant")
    if table is None:
        return messages(taker.value(mapping.trace.input), "user"), answered
    said = dialogue([_message(table, member) for member in taker.members(table.each)])
    if answered or mapping.trace.output or table.output == "none":
        return said, answered
    return parted(said)


def _message(table: Messages, member: Taker) -> Object:
    """A message as OpenAI writes it; what the mapping does not name stays beside it."""
    role = member.words(table.role)
    calls = member.value(table.calls)
    said: Object = {
        "role": table.roles.get(role, role) if role else None,
        "content": member.value(table.text),
        "name": member.text(table.name),
        "tool_calls": [calls] if isinstance(calls, dict) else calls,
        "tool_call_id": member.text(table.call_id),
    }
    present = {key: value for key, value in said.items() if value is not None}
    return merged({"content": None, **present}, member.rest(table.of_member))


# What was done


def _steps(tables: tuple[StepTable, ...], taker: Taker) -> tuple[Step, ...]:
    members = [(table, member) for table in tables for member in taker.members(table.each)]
    made = (_step(table, member, place) for place, (table, member) in enumerate(members, start=1))
    return tuple(step for step in made if step is not None)


def _step(table: StepTable, member: Taker, place: int) -> Step | None:
    kind = member.words(table.kind)
    known = kind.lower() if kind and kind.lower() in _STEP_KINDS else None
    documents = _documents(table.documents, member)
    if table.each is None and not documents and not _says_anything(table, member):
        return None  # the record has no such step
    return Step(
        id=member.words(table.id) or f"step-{place}",
        parent_id=member.words(table.parent_id),
        kind=known or "other",
        name=member.text(table.name),
        started_at=member.time(table.started_at),
        ended_at=member.time(table.ended_at),
        input=member.value(table.input),
        output=member.value(table.output),
        model=member.text(table.model),
        tokens=_tokens(table.tokens, member),
        cost_usd=member.number(table.cost_usd),
        documents=documents,
        error=member.any_text(table.error),
        attributes=merged(_rest(table, member), {"kind": kind} if kind and not known else {}),
    )


def _says_anything(table: StepTable, member: Taker) -> bool:
    looked_up = (one for _, one in expressions_of(table) if not isinstance(one, Words | About))
    return any(member.value(one) is not None for one in looked_up)


def _rest(table: StepTable | MetricTable | BehaviourTable, member: Taker) -> Object:
    """What is left of the member of a list; of a table for the record as a whole nothing, since the record keeps it."""
    return member.rest(table.of_member) if table.each else {}


def _documents(table: Passages | None, member: Taker) -> tuple[Document, ...]:
    return tuple(_document(table, passage) for passage in member.members(table.each)) if table else ()


def _document(table: Passages, passage: Taker) -> Document:
    return Document(
        id=passage.text(table.id),
        title=passage.text(table.title),
        content=passage.any_text(table.content) or "",
        score=passage.number(table.score),
        metadata=passage.rest(table.of_member),
    )


# What was measured


def _metrics(tables: tuple[MetricTable, ...], taker: Taker) -> Iterator[Metric]:
    for table in tables:
        for member in taker.members(table.each):
            if table.each or member.value(table.value) is not None or member.value(table.label) is not None:
                yield _metric(table, member)


def _metric(table: MetricTable, member: Taker) -> Metric:
    """The number where it is one, and the label where it is words; true and false are both. Never rescaled."""
    found, label, source = member.found(table.value), member.text(table.label), member.words(table.source)
    native, name = found.value, member.words(table.name)
    if name is None:
        raise Malformed(tr("A metric has no name: “{where}” leads nowhere.").format(where=table.name.written))
    if isinstance(native, dict | list):
        member.number(table.value)  # refuses the record
    number = as_number(float(native) if isinstance(native, bool) else native)
    said = None if native is None else as_text(native)
    odd: Object = {}
    if number is not None and not math.isfinite(number):
        number, odd["native"] = None, said
    elif number is None or isinstance(native, bool):
        if label is not None and said is not None and said != label:
            odd["native"] = said
        label = said if label is None else label
    if source is not None and source not in _METRIC_SOURCES:
        odd["source"], source = source, None
    return Metric.model_validate(
        {
            "name": name,
            "value": number,
            "label": label,
            "source": source or "unknown",
            "explanation": member.text(table.explanation),
            "evaluator": member.text(table.evaluator),
            "evaluator_version": member.text(table.evaluator_version),
            "step_id": member.text(table.step_id),
            "created_at": member.time(table.created_at),
            "metadata": merged(_rest(table, member), odd),
        }
    )


def _behaviour(
    tables: tuple[BehaviourTable, ...], taker: Taker
) -> tuple[tuple[BehaviourEvent, ...], list[Json]]:
    """The events, and what there is of those of a kind that is not known."""
    events, odd = [], []
    for table in tables:
        for member in taker.members(table.each):
            kind = member.words(table.kind)
            at, final_text = member.time(table.at), member.text(table.final_text)
            value = member.number(table.value)
            if kind in _BEHAVIOUR_KINDS:
                given = {"kind": kind, "at": at, "value": value, "final_text": final_text}
                events.append(BehaviourEvent.model_validate(given))
            said = {str(key[0]): member.value(one) for key, one in expressions_of(table)}
            rest = _rest(table, member)
            if rest or (kind not in _BEHAVIOUR_KINDS and any(one is not None for one in said.values())):
                odd.append(merged({key: one for key, one in said.items() if one is not None}, rest))
    return tuple(events), odd
