"""The rows of the long layout: every standing answer with all it takes to trace it back."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from assay.model.judgement import Judgement
from assay.model.population import IndexRow
from assay.model.rubric import Rubric, question_sha256
from assay.model.sample import Draw, SampleItem
from assay.model.trace import Message, Trace
from assay.operations.office import Office

_AT_ONCE = 500
Row = dict[str, Any]


def labelled_rows(office: Office, *, contents: bool) -> Iterator[Row]:
    """The rows in order of trace and criterion; with ``contents`` also the trace's ``input`` and ``output`` as text."""
    judgements = office.workspace.standing.judgements() + office.workspace.standing.not_judged()
    judgements.sort(key=lambda one: (one.source, one.native_trace_id, one.criterion, one.review_id))
    rubrics = {(one.name, one.version): one for one in office.workspace.rubrics.all()}
    by_trace = [(uid, list(many)) for uid, many in groupby(judgements, key=lambda one: one.trace_uid)]
    shared = _shared_names(judgements)
    for start in range(0, len(by_trace), _AT_ONCE):
        part = by_trace[start : start + _AT_ONCE]
        uids = [uid for uid, _ in part]
        about = _About(office, uids, contents=contents)
        for _uid, many in part:
            for one in many:
                yield _row(one, about, rubrics, ambiguous=one.native_trace_id in shared)


class _About:
    """What is known of a batch of traces beside the judgements: index, samples, contents."""

    def __init__(self, office: Office, uids: Sequence[str], *, contents: bool) -> None:
        self.index = {row.trace_uid: row for row in office.traces.index(uids)}
        self.samples = office.workspace.samples.items_of(uids)
        self.contents = self._contents(office, uids) if contents else {}

    def _contents(self, office: Office, uids: Sequence[str]) -> Mapping[str, Trace]:
        copies = {uid: office.workspace.samples.trace(uid) for uid in uids}
        found = {uid: copy[0] for uid, copy in copies.items() if copy is not None}
        missing = [uid for uid in uids if uid not in found]
        return {**found, **{trace.uid: trace for trace in office.traces.fetch(missing)}}


def _shared_names(judgements: Sequence[Judgement]) -> set[str]:
    """The native ids that more than one source uses."""
    sources: dict[str, set[str]] = {}
    for one in judgements:
        sources.setdefault(one.native_trace_id, set()).add(one.source)
    return {name for name, many in sources.items() if len(many) > 1}


def _row(one: Judgement, about: _About, rubrics: Mapping[tuple[str, int], Rubric], *, ambiguous: bool) -> Row:
    rubric = rubrics.get((one.rubric, one.rubric_version))
    question = rubric.criterion(one.criterion) if rubric else None
    judged = one.criterion != ""
    row = {
        "trace_id": f"{one.source}:{one.native_trace_id}" if ambiguous else one.native_trace_id,
        "source": one.source,
        "native_trace_id": one.native_trace_id,
        "step_id": None,
        "rater": one.rater,
        "rater_kind": one.rater_kind,
        "criterion": one.criterion or None,
        "kind": one.kind or None,
        "value": one.value if judged else None,
        "passed": one.passed,
        "note": one.note,
        "reason": one.reason if judged else None,
        "correction": one.correction,
        "spans": one.spans,
        "codes": one.codes,
        "rubric": one.rubric,
        "rubric_version": one.rubric_version,
        "question_sha256": question_sha256(question) if question else None,
        "created_at": _iso(one.created_at),
        "updated_at": _iso(one.created_at),
        "seconds": one.seconds,
        "blind": one.blind,
        "revealed_at": _iso(one.revealed_at) if one.revealed_at else None,
        "repeat_of": one.repeat_of,
        "app_version": one.app_version,
        "missing_reason": None if judged else one.reason,
    }
    return {**row, **_sample(one, about), **_trace(one, about.index.get(one.trace_uid)), **_text(one, about)}


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _sample(one: Judgement, about: _About) -> Row:
    """The draw the judgement was made in; for one made elsewhere, the first that holds its trace."""
    found = about.samples.get(one.trace_uid, [])
    made_in = [pair for pair in found if pair[0].id == one.draw_id] or found
    draw, item = made_in[0] if made_in else _NOT_DRAWN
    return {
        "sample_plan": draw.plan if draw else None,
        "sample_date": draw.review_date.isoformat() if draw else None,
        "seed": draw.seed if draw else None,
        "stratum": item.stratum if item else None,
        "inclusion_probability": item.inclusion_probability if item else None,
    }


_NOT_DRAWN: tuple[Draw | None, SampleItem | None] = (None, None)


def _trace(one: Judgement, known: IndexRow | None) -> Row:
    return {
        "session_id": known.session_id if known else None,
        "trace_sha256": one.trace_sha256 or (known.content_sha256 if known else None),
        "model": known.model if known else None,
        "prompt_name": known.prompt_name if known else None,
        "prompt_version": known.prompt_version if known else None,
        "dataset_name": known.dataset_name if known else None,
        "dataset_version": known.dataset_version if known else None,
    }


def _text(one: Judgement, about: _About) -> Row:
    trace = about.contents.get(one.trace_uid)
    return {
        "input": _said(trace.input) if trace else None,
        "output": _said(trace.output) if trace else None,
    }


def _said(messages: Sequence[Message]) -> str:
    """A dialogue as text: one message alone by itself, several each under who said it."""
    if len(messages) == 1:
        return messages[0].text
    return "\n\n".join(f"{message.role}: {message.text}" for message in messages)
