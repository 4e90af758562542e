"""What was judged, by people and by machines: pieces of a store become metrics and reviews.

A person's row is a review; where it holds no answer it is refused with the reason. A machine's row is a metric, also
when it holds nothing: the judge was asked and gave no answer.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from assay.base.translation import tr
from assay.model.incoming import IncomingReview, Place, Rejected
from assay.model.trace import Metric, MetricSource
from assay.sources.fields.objects import Json, Object
from assay.sources.spans.attributes import Attributes
from assay.sources.spans.pieces import Event, Score, Span
from assay.sources.spans.values import (
    excerpt,
    in_order,
    number_of,
    opened,
    settled,
    text_of,
    whole_of,
    without_empty,
)

EVALUATED = "gen_ai.evaluation.result"
NOTE = "note"
OURS = "assay:"
"""Before a reviewer's name where Assay itself has written to a store."""

BY: dict[str, MetricSource] = {"HUMAN": "human", "LLM": "llm", "CODE": "code"}
_LISTS = ("annotations", "evaluations")
_REACHES = {"": "span", "trace.": "trace", "session.": "session"}
_NOT_REVIEWERS = ("px-trace-note:", "px-span-note:")
_PERSON_OF_APP = "px-app:"
_LONGEST_SITTING = 1e7


# Found in spans


def scores_of(span: Span, attributes: Attributes) -> tuple[list[Score], list[Event]]:
    """What a span says was judged (taken from its attributes), and the events that are something else."""
    events, scores = [], []
    for event in span.events:
        score = _evaluated(event) if event.name == EVALUATED else None
        if score is None:
            events.append(event)
        else:
            scores.append(score)
    for reach, about in _REACHES.items():
        for name in _LISTS:
            listed = attributes.tree(f"{reach}{name}")
            for member in listed if isinstance(listed, list) else [listed] if listed is not None else ():
                score = _annotated(member, about)
                if score is None:
                    attributes.rest[f"{reach}{name}"] = listed
                else:
                    scores.append(score)
    return scores, events


def _evaluated(event: Event) -> Score | None:
    said = dict(event.attributes)
    name = text_of(said.pop("gen_ai.evaluation.name", None))
    if name is None or not name.strip():
        return None
    value = said.pop("gen_ai.evaluation.score.value", None)
    label = said.pop("gen_ai.evaluation.score.label", None)
    words = said.pop("gen_ai.evaluation.explanation", None)
    return Score(
        name=name,
        by="unknown",
        value=value,
        label=text_of(label),
        explanation=text_of(words),
        at=event.at,
        metadata=said,
    )


def _annotated(member: Json, reach: str) -> Score | None:
    """A row of OpenInference's annotations; its identifier names the reviewer or the evaluator."""
    inner = (
        next((member[key] for key in ("annotation", "evaluation") if key in member), member)
        if isinstance(member, dict)
        else None
    )
    if not isinstance(inner, dict) or not (text_of(inner.get("name")) or "").strip():
        return None
    left = dict(inner)
    more = opened(left.pop("metadata", None))
    metadata: Object = dict(more) if isinstance(more, dict) else without_empty({"metadata": more})
    by = BY.get(str(left.pop("annotator_kind", "")).upper(), "unknown")
    identifier = text_of(left.pop("identifier", None))
    who = reviewer(identifier, None, metadata) if by == "human" else evaluator(identifier, metadata)
    score = Score(
        name=str(left.pop("name")),
        by=by,
        value=left.pop("score", None),
        label=text_of(left.pop("label", None)),
        explanation=text_of(left.pop("explanation", None)),
        who=who,
        version=text_of(metadata.pop("evaluator_version", None)),
        metadata=metadata | without_empty(left) | without_empty({"identifier": identifier}),
    )
    if reach == "span":
        return score
    return msgspec.structs.replace(score, metadata=score.metadata | {"about": reach})


# Names


def reviewer(identifier: str | None, account: str | None, metadata: Object) -> str | None:
    """Who judged: named by Assay in the identifier, by the metadata, by the store's account, by the identifier."""
    if identifier and identifier.startswith(OURS):
        return identifier.removeprefix(OURS).removesuffix(f":{NOTE}").strip() or None
    named = text_of(metadata.get("reviewer")) or account
    if named or identifier is None or identifier.startswith(_NOT_REVIEWERS):
        return (named or "").strip() or None
    return identifier.removeprefix(_PERSON_OF_APP).strip() or None


def evaluator(identifier: str | None, metadata: Object) -> str | None:
    """Who computed: named in the metadata (and taken from there), else the identifier."""
    named = text_of(metadata.get("evaluator"))
    if named is not None:
        del metadata["evaluator"]
    return named or identifier or None


# Into metrics and reviews


def metric_of(score: Score, step_id: str | None) -> Metric:
    """The metric a row is. A truth is 1 or 0 with its word; a list or an object is a label as JSON."""
    value, label = score.value, score.label
    number = (
        float(value)
        if isinstance(value, bool)
        else number_of(value)
        if isinstance(value, int | float)
        else None
    )
    odd: Object = {}
    if value is not None and (number is None or isinstance(value, bool)):
        said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if label is None:
            label = said
        elif label != said:
            odd["native"] = value
    return Metric(
        name=score.name,
        value=number,
        label=label,
        explanation=score.explanation,
        source=score.by,
        evaluator=score.who,
        evaluator_version=score.version,
        step_id=step_id,
        created_at=score.at,
        metadata=in_order(settled(score.metadata | odd)),
    )


def answered(scores: Iterable[Score]) -> Iterator[str]:
    """The names of the questions that a person answered with a score or a label."""
    for score in scores:
        if score.by == "human" and _answer(score) is not None:
            yield score.name


def review_of(
    score: Score, place: Place, source: str, native_id: str, step_id: str | None, has_values: bool
) -> IncomingReview | Rejected:
    """The review a person's row is. ``has_values``: the question is elsewhere answered by more than words."""
    value, kind, note = _answer(score), score.kind, score.explanation
    if value is None and score.explanation and not has_values:
        value, kind, note = score.explanation, "text", None
    if value is None:
        reason = tr("“{name}” holds no answer.").format(name=score.name)
        return Rejected(place, reason, excerpt(_said(score, native_id)))
    metadata = dict(score.metadata)
    seconds = number_of(metadata.get("seconds_spent", metadata.get("seconds")))
    rubric = metadata.get("rubric")
    version = whole_of(metadata.get("rubric_version"))
    label = score.label if score.label != value else None
    return IncomingReview(
        place=place,
        source=source,
        native_trace_id=native_id,
        criterion=score.name.strip(),
        value=value,
        rater=score.who,
        kind=kind,
        note=note,
        rubric=rubric.strip() if isinstance(rubric, str) and rubric.strip() else None,
        rubric_version=version if version is not None and 0 < version < _LONGEST_SITTING else None,
        created_at=score.at,
        seconds=seconds if seconds is not None and 0 <= seconds < _LONGEST_SITTING else None,
        extra=metadata | without_empty({"label": label, "step_id": step_id, "id": score.native_id}),
    )


def _answer(score: Score) -> str | None:
    """The answer as text: the score in its shortest form, else the label; lists and objects as JSON."""
    value = score.value if score.value is not None else score.label
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if value is None or isinstance(value, str):
        return value.strip() or None if value else None
    return json.dumps(value, ensure_ascii=False)


def _said(score: Score, native_id: str) -> Object:
    said = {name: getattr(score, name) for name in score.__struct_fields__}
    at: datetime | None = score.at
    return without_empty({**said, "at": at.isoformat() if at else None, "trace_id": native_id})
