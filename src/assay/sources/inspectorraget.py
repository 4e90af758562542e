"""InspectorRAGet: evaluation files of IBM's InspectorRAGet, with people's judgements in them where there are any.

One evaluation (a task answered by a model) is one trace, named ``task_id/model_id``. A metric whose author is
``human`` gives reviews, one for each rater, and the criterion they answer; every other metric stays a metric. The
format knows no time of the answer, so the traces have none. It is one JSON document, so it is read at once.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from pydantic import ValidationError

from assay.base.errors import Unavailable
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import (
    Incoming,
    IncomingCriterion,
    IncomingReview,
    IncomingTrace,
    Place,
    Rejected,
)
from assay.model.kinds import FileSource
from assay.model.trace import Document, Message, Metric, MetricSource, Step, Trace, Versioned, text_message

Json = Any
Object = dict[str, Json]

LONGEST_RECORD_KEPT = 10_000
LONGEST_ID = 1024
DEEPEST = 60

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROLES = {"agent": "assistant"}
_AUTHORS: dict[str, MetricSource] = {"algorithm": "code", "llm": "llm", "human": "human"}
_MARKS = tuple(
    re.compile(rb'"%s"\s*:' % mark)
    for mark in (b"models", b"metrics", b"documents", b"tasks", b"evaluations", b"model_id", b"document_id")
)
_TASK_KEYS = ("task_id", "task_type", "input", "contexts", "targets")
_EVALUATION_KEYS = ("task_id", "model_id", "model_response", "annotations")
_WHOLE = re.compile(r"-?\d{1,9}")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class _Malformed(Exception):  # noqa: N818 - a reason, caught in this module
    """Why a record is refused, in plain words."""


# The file


def _recognises(path: Path, head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"{") and sum(1 for mark in _MARKS if mark.search(text)) >= 3


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unavailable(
            tr("“{file}” could not be read: {fault}.").format(file=path, fault=error.strerror or error),
            tr("Check that it is there and may be read."),
        ) from error
    try:
        book = _book(data)
    except _Malformed as malformed:
        yield Rejected(Place(str(path), 1), str(malformed), _excerpt(data))
        return
    yield from book.criteria()
    for number, evaluation in enumerate(book.evaluations, start=1):
        progress.report(len(data) * number // len(book.evaluations), len(data), tr("bytes"))
        yield from _evaluated(book, evaluation, source, Place(str(path), number))


def _evaluated(book: "_Book", evaluation: Json, source: str, place: Place) -> Iterator[Incoming]:
    try:
        trace = _trace(book, evaluation, source)
    except _Malformed as malformed:
        yield Rejected(place, str(malformed), _excerpt(evaluation))
        return
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = tr("“{where}” is not as it should be: {what}.").format(where=where, what=first["msg"])
        yield Rejected(place, reason, _excerpt(evaluation))
        return
    yield IncomingTrace(trace, place)
    yield from _reviews(book, evaluation, trace, place)


def _excerpt(record: bytes | Json) -> str:
    if isinstance(record, bytes):
        return record[:LONGEST_RECORD_KEPT].decode("utf-8", "replace")
    return json.dumps(record)[:LONGEST_RECORD_KEPT]


@dataclass(frozen=True, slots=True)
class _Book:
    """The document, with what evaluations refer to by id."""

    name: str | None
    metrics: dict[str, Object]
    tasks: dict[str, Object]
    documents: dict[str, Object]
    evaluations: list[Json]

    @property
    def rubric(self) -> str | None:
        """A short name for the questions: the document's, without what it says in brackets."""
        words = re.findall(r"[^\W_]+", (self.name or "").partition("(")[0].lower())
        return "-".join(words)[:40].strip("-") or None

    def is_human(self, metric: str) -> bool:
        """Whether people answered it."""
        return self.metrics.get(metric, {}).get("author") == "human"

    def criteria(self) -> Iterator[IncomingCriterion]:
        """The questions people answered, as the document words them."""
        for name, metric in self.metrics.items():
            if self.is_human(name):
                yield _criterion(name, metric)


def _book(data: bytes) -> _Book:
    value = _parsed(data)
    if not isinstance(value, dict) or not isinstance(value.get("evaluations"), list):
        raise _Malformed(tr("The file has no list of “evaluations”."))
    name = value.get("name")
    return _Book(
        name=name if isinstance(name, str) and name.strip() else None,
        metrics=_by_id(value.get("metrics"), "name"),
        tasks=_by_id(value.get("tasks"), "task_id"),
        documents=_by_id(value.get("documents"), "document_id"),
        evaluations=value["evaluations"],
    )


def _parsed(data: bytes) -> Json:
    """The document; NaN is let through, and what is not text is replaced by U+FFFD."""
    try:
        text = data.decode("utf-8-sig")
        try:
            value = msgspec.json.decode(text)
        except ValueError:
            value = json.loads(text)
        return _cleaned(value, DEEPEST)
    except UnicodeDecodeError as error:
        reason = tr("The file is not UTF-8 text (position {at}).").format(at=error.start + 1)
    except json.JSONDecodeError as error:
        reason = tr("The file is not whole JSON: it breaks off or is damaged in line {line}.")
        reason = reason.format(line=error.lineno)
    except (ValueError, RecursionError):
        reason = tr("The file is not JSON that can be read.")
    raise _Malformed(reason)


def _cleaned(value: Json, levels: int) -> Json:
    if isinstance(value, str):
        return _NOT_TEXT.sub("\ufffd", value)
    if not isinstance(value, dict | list):
        return value
    if levels == 0:
        raise RecursionError
    if isinstance(value, list):
        return [_cleaned(member, levels - 1) for member in value]
    return {_cleaned(key, 0): _cleaned(member, levels - 1) for key, member in value.items()}


def _by_id(members: Json, key: str) -> dict[str, Object]:
    found: dict[str, Object] = {}
    for member in members if isinstance(members, list) else ():
        if isinstance(member, dict) and _text(member.get(key)):
            found.setdefault(_text(member[key]), member)
    return found


def _text(value: Json) -> str:
    """Text, or a number's text; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return value if isinstance(value, str) else _plain(value)


def _plain(number: float) -> str:
    return str(int(number)) if math.isfinite(number) and number == int(number) else str(number)


# The trace


def _trace(book: _Book, evaluation: Json, source: str) -> Trace:
    if not isinstance(evaluation, dict):
        raise _Malformed(tr("The evaluation is not an object."))
    task_id, model = _text(evaluation.get("task_id")), _text(evaluation.get("model_id"))
    if not task_id.strip() or not model.strip():
        raise _Malformed(tr("The evaluation has no “task_id” or no “model_id”."))
    if len(task_id) + len(model) >= LONGEST_ID:
        raise _Malformed(tr("The ids are longer than {limit} characters.").format(limit=LONGEST_ID))
    task = book.tasks.get(task_id)
    if task is None:
        raise _Malformed(tr("The file has no task “{id}”.").format(id=task_id))
    documents = _documents(book, task.get("contexts"))
    return Trace(
        source=source,
        native_id=f"{task_id}/{model}",
        task_type=_text(task.get("task_type")) or None,
        input=_messages(task.get("input"), "user"),
        output=_messages(evaluation.get("model_response"), "assistant"),
        steps=(Step(id="retrieval", kind="retriever", documents=documents),) if documents else (),
        model=model,
        dataset=Versioned(name=book.name) if book.name else None,
        metrics=tuple(_metrics(book, evaluation.get("annotations"))),
        metadata=_metadata(task, evaluation),
    )


def _messages(value: Json, role: str) -> tuple[Message, ...]:
    """A dialogue of (speaker, text), or text alone; other shapes as their JSON."""
    if value is None:
        return ()
    if isinstance(value, list) and all(_is_utterance(member) for member in value):
        return tuple(_utterance(member, role) for member in value)
    return (text_message(role, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)),)


def _is_utterance(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("text"), str)


def _utterance(value: Object, role: str) -> Message:
    speaker = _text(value.get("speaker")) or role
    return text_message(_ROLES.get(speaker, speaker), value["text"])


def _documents(book: _Book, contexts: Json) -> tuple[Document, ...]:
    return tuple(
        _document(book, context)
        for context in (contexts if isinstance(contexts, list) else ())
        if isinstance(context, dict)
    )


def _document(book: _Book, context: Object) -> Document:
    document_id = _text(context.get("document_id"))
    known = book.documents.get(document_id, {}) | context
    score = known.get("score")
    is_number = isinstance(score, int | float) and not isinstance(score, bool) and math.isfinite(score)
    own = ("document_id", "title", "text", *(["score"] if is_number else []))
    return Document(
        id=document_id or None,
        title=_text(known.get("title")) or None,
        content=_text(known.get("text")),
        score=score if is_number else None,
        metadata={key: value for key, value in known.items() if key not in own},
    )


def _metadata(task: Object, evaluation: Object) -> Object:
    """What the task and the evaluation say besides; the task's targets are the ``reference``."""
    said = {key: value for key, value in task.items() if key not in _TASK_KEYS}
    targets = task.get("targets")
    if targets:
        texts = (
            [target["text"] for target in targets if _is_utterance(target)]
            if isinstance(targets, list)
            else []
        )
        said["reference"] = texts[0] if len(texts) == 1 else texts or targets
    for key, value in evaluation.items():
        if key not in _EVALUATION_KEYS:
            said[f"evaluation.{key}" if key in said else key] = value
    return said


def _metrics(book: _Book, annotations: Json) -> Iterator[Metric]:
    for name, evaluator, given in _given(annotations):
        if not book.is_human(name):
            yield _metric(book.metrics.get(name, {}), name, evaluator, given)


def _given(annotations: Json) -> Iterator[tuple[str, str, Object]]:
    """(metric, who gave it, what was given) of each annotation; refuses what is not laid out like that."""
    for name, by_whom in _members("annotations", annotations):
        for who, given in _members(name, by_whom):
            yield name, who, given if isinstance(given, dict) else {"value": given}


def _members(name: str, value: Json) -> Iterator[tuple[str, Json]]:
    if value is not None and not isinstance(value, dict):
        raise _Malformed(tr("“{name}” is not an object.").format(name=name))
    yield from (value or {}).items()


def _metric(declared: Object, name: str, evaluator: str, given: Object) -> Metric:
    value = given.get("value")
    more = {key: member for key, member in given.items() if key != "value"}
    number = float(value) if isinstance(value, bool | int | float) and abs(value) < 1e300 else None
    if number is None and value is not None and not isinstance(value, str):
        more["native"] = value if isinstance(value, dict | list) else str(value)
    return Metric(
        name=name,
        value=number,
        label=value if isinstance(value, str) else None,
        source=_AUTHORS.get(_text(declared.get("author")), "unknown"),
        evaluator=evaluator,
        metadata=more,
    )


# What people said


def _criterion(name: str, metric: Object) -> IncomingCriterion:
    """The question as the document words it. Whole numbers make a scale, two other values a yes or no."""
    question = _text(metric.get("description")) or _text(metric.get("display_name")) or name
    options = tuple(
        (_text(option.get("value")), _text(option.get("display_value")) or _text(option.get("value")))
        for option in (metric["values"] if isinstance(metric.get("values"), list) else ())
        if isinstance(option, dict) and _text(option.get("value"))
    )
    if options:
        whole = all(_WHOLE.fullmatch(value) for value, _ in options)
        kind = "scale" if whole else "binary" if len(options) == 2 else "choice"
        return IncomingCriterion(name, kind, question, options)
    if metric.get("type") != "numerical":
        return IncomingCriterion(name, "text", question)
    ends = metric["range"][:2] if isinstance(metric.get("range"), list) else []
    bounds = [float(end) for end in ends if isinstance(end, int | float)]
    low, high = bounds if len(bounds) == 2 else (None, None)
    return IncomingCriterion(name, "number", question, minimum=low, maximum=high)


def _reviews(book: _Book, evaluation: Object, trace: Trace, place: Place) -> Iterator[Incoming]:
    kinds = {criterion.name: criterion.kind for criterion in book.criteria()}
    for name, rater, given in _given(evaluation.get("annotations")):
        if name not in kinds:
            continue
        value = _text(given.get("value"))
        if not value.strip():
            reason = tr("“{metric}” by {rater} has no value.").format(metric=name, rater=rater)
            yield Rejected(place, reason, _excerpt({name: {rater: given}}))
            continue
        yield IncomingReview(
            place=place,
            source=trace.source,
            native_trace_id=trace.native_id,
            criterion=name,
            value=value.strip(),
            rater=rater.strip() or None,
            kind=kinds[name],
            rubric=book.rubric,
            note=_text(given.get("comment")) or None,
            created_at=_instant(given.get("timestamp")),
            seconds=_seconds(given.get("duration")),
            extra={key: member for key, member in given.items() if key not in _REVIEW_KEYS},
        )


_REVIEW_KEYS = ("value", "timestamp", "duration", "comment")


def _instant(value: Json) -> datetime | None:
    """Unix seconds as an instant; None for what is no time."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return _EPOCH + timedelta(seconds=value)
    except (OverflowError, ValueError):
        return None


def _seconds(value: Json) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < 1e9 else None


KIND = FileSource(name="inspectorraget", title="InspectorRAGet", recognises=_recognises, read=_read)
