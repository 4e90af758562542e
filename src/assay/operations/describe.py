"""A line about each of some traces: what was asked, and whether reviewers passed it."""

from collections.abc import Sequence
from dataclasses import dataclass

from assay.model.trace import Trace
from assay.operations.measured import judged_criterion, traces_of
from assay.operations.office import Office

_WORDS = 120


@dataclass(frozen=True, slots=True)
class TraceWords:
    """A trace in a list: its key, its question in a few words, and the reviewers' verdict (None: mixed or none)."""

    uid: str
    words: str
    passed: bool | None


def describe(office: Office, uids: Sequence[str], criterion: str | None = None) -> list[TraceWords]:
    """One line for each trace, in the order given; traces that are nowhere any more are named by their key."""
    scores = {}
    if office.workspace.standing.criteria():
        judged = judged_criterion(office, criterion)
        judgements = office.workspace.standing.judgements(judged.criterion, judged.rubric)
        scores = {one.uid: one.score for one in traces_of(judgements)}
    found = {trace.uid: trace for trace in office.traces.fetch(uids)}
    return [TraceWords(uid, _words(found.get(uid), uid), _verdict(scores.get(uid))) for uid in uids]


def _words(trace: Trace | None, uid: str) -> str:
    if trace is None:
        return uid
    asked = [message.text for message in trace.input if message.role == "user" and message.text]
    said = asked[-1] if asked else next((message.text for message in trace.output), "") or trace.native_id
    line = " ".join(said.split())
    return line if len(line) <= _WORDS else f"{line[: _WORDS - 1]}…"


def _verdict(score: float | None) -> bool | None:
    return None if score is None or score == 0.5 else score > 0.5
