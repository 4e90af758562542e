"""A trace put together from its steps: which is the root, what was said, and what the steps sum up to.

What the store says of the trace itself always comes first; what it does not say is derived from the steps, as the
guide's tables tell (docs/stores-hosted.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from assay.base.translation import tr
from assay.model.trace import BehaviourEvent, Metric, Step, Tokens, Trace
from assay.sources.fields.loose import Loose, merged
from assay.sources.fields.objects import Json, Malformed, Object, as_text
from assay.sources.fields.scored import Judged
from assay.sources.fields.spoken import spoken

_COUNTS = ("input", "output", "total", "cached", "reasoning")


@dataclass(slots=True)
class Told:
    """What a store says of a trace itself. ``known`` are fields of `Trace`; ``input`` and ``output`` as they stand."""

    source: str
    native_id: str
    known: dict[str, Any] = field(default_factory=dict)
    input: Json = None
    output: Json = None
    judged: list[Judged] = field(default_factory=list)
    metadata: Object = field(default_factory=dict)


def assembled(told: Told, steps: Sequence[Step], root: Step | None = None) -> Trace:
    """The trace of its steps. ``root``: one beside them that is the trace itself and not shown as a step."""
    inner = [_orphaned(step, root) for step in in_order(steps)]
    known = _known(told, root, inner)
    metadata = merged({}, told.metadata, root.attributes if root else {})
    heard, beside_input = spoken(_first(told.input, *_inputs(root, inner)), "user")
    answered, beside_output = spoken(_first(told.output, *_outputs(root, inner)), "assistant")
    beside = {"input": beside_input, "output": beside_output}
    return Trace(
        **known,
        source=told.source,
        native_id=told.native_id,
        input=heard,
        output=answered,
        steps=tuple(inner),
        metrics=tuple(_moved(one, root) for one in told.judged if isinstance(one, Metric)),
        behaviour=tuple(one for one in told.judged if isinstance(one, BehaviourEvent)),
        metadata=merged(metadata, {key: value for key, value in beside.items() if value}),
    )


def root_of(steps: Sequence[Step]) -> Step | None:
    """The step above all others: of those without a parent among the steps, the one that began first."""
    ids = {step.id for step in steps}
    top = [step for step in steps if step.parent_id is None] or [
        step for step in steps if step.parent_id not in ids
    ]
    return in_order(top)[0] if top else None


def in_order(steps: Iterable[Step]) -> list[Step]:
    """By their beginnings where all have one, else as they stood."""
    found = list(steps)
    begun = [step.started_at for step in found if step.started_at is not None]
    if len(begun) < len(found):
        return found
    return [step for _, step in sorted(zip(begun, found, strict=True), key=lambda pair: pair[0])]


def check_time(step: Step, *keys: str) -> None:
    """Raise Malformed when the step has a time of that name which cannot be read: it would be on no day."""
    odd = next((key for key in keys if key in step.attributes), None)
    if step.started_at is None and odd is not None:
        shown = as_text(step.attributes[odd])[:60]
        reason = tr("“{key}” is no time that can be read ({shown}).")
        raise Malformed(reason.format(key=odd, shown=shown))


def counted(fields: Loose, **names: Sequence[str]) -> Tokens | None:
    """Token counts from the fields of those names; None where there is none."""
    counts = {key: fields.whole(*names.get(key, ())) for key in _COUNTS}
    return Tokens(**counts) if any(count is not None for count in counts.values()) else None


def lasted_ms(begun: datetime | None, ended: datetime | None) -> float | None:
    """Milliseconds between two instants; None where one is missing or they run backwards."""
    if begun is None or ended is None or ended < begun:
        return None
    return (ended - begun) / timedelta(milliseconds=1)


def _known(told: Told, root: Step | None, inner: Sequence[Step]) -> dict[str, Any]:
    """What the store says of the trace, else of its root, else what the steps tell."""
    said = {key: value for key, value in told.known.items() if value is not None}
    known = _derived(([root] if root else []) + list(inner)) | (_of_root(root) if root else {}) | said
    return {"latency_ms": lasted_ms(known["started_at"], known["ended_at"])} | known


def _of_root(root: Step) -> dict[str, Any]:
    fields = ("name", "started_at", "ended_at", "model", "tokens", "cost_usd", "error")
    return {key: getattr(root, key) for key in fields if getattr(root, key) is not None}


def _derived(parts: Sequence[Step]) -> dict[str, Any]:
    """What the steps tell of the whole: its beginning and end, its sums, and the model that spoke last."""
    begun = min((step.started_at for step in parts if step.started_at), default=None)
    ended = max((step.ended_at for step in parts if step.ended_at), default=None)
    models = [step.model for step in parts if step.model]
    speaking = [step.model for step in parts if step.model and step.kind == "llm"]
    costs = [step.cost_usd for step in _deepest(parts, "cost_usd") if step.cost_usd is not None]
    return {
        "started_at": begun,
        "ended_at": ended,
        "model": next(reversed(speaking or models), None),
        "tokens": _summed([step.tokens for step in _deepest(parts, "tokens") if step.tokens]),
        "cost_usd": sum(costs) if costs else None,
    }


def _deepest(steps: Sequence[Step], what: str) -> list[Step]:
    """The steps that have a count and no step below them that has it too: so nothing is counted twice."""
    parents = {step.id: step.parent_id for step in steps}
    having = [step for step in steps if getattr(step, what) is not None]
    above: set[str] = set()
    for step in having:
        parent = step.parent_id
        while parent is not None and parent not in above:
            above.add(parent)
            parent = parents.get(parent)
    return [step for step in having if step.id not in above]


def _summed(counts: Sequence[Tokens]) -> Tokens | None:
    sums: dict[str, int] = {}
    for key in _COUNTS:
        members = [getattr(one, key) for one in counts if getattr(one, key) is not None]
        if members:
            sums[key] = sum(members)
    return Tokens(**sums) if sums else None


def _orphaned(step: Step, root: Step | None) -> Step:
    return step.model_copy(update={"parent_id": None}) if root and step.parent_id == root.id else step


def _moved(one: Metric, root: Step | None) -> Metric:
    """A metric of the root is one of the trace."""
    return one.model_copy(update={"step_id": None}) if root and one.step_id == root.id else one


def _inputs(root: Step | None, inner: Sequence[Step]) -> Iterable[Json]:
    models = [step.input for step in inner if step.kind == "llm"]
    return [root.input if root else None, *models, *(step.input for step in inner)]


def _outputs(root: Step | None, inner: Sequence[Step]) -> Iterable[Json]:
    models = [step.output for step in inner if step.kind == "llm"]
    return [root.output if root else None, *reversed(models), *(step.output for step in reversed(inner))]


def _first(*values: Json) -> Json:
    return next((value for value in values if value not in (None, "", [], {})), None)
