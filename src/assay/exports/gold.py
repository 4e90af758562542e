"""The gold layout: one row a trace and criterion, with the final label and how it was reached.

An adjudication wins. Else reviewers who agree are ``unanimous`` (one alone is ``single``), and the label given
most often is the ``majority``; where two lead together it is a ``tie`` and there is no label. Numbers that
differ give their ``mean``. The steps of a scale are labels: their mean has a column and is never the label.

Every reviewer has one vote: the first answer counts and not its hidden repeat, and of two others the newer.
``raters`` counts those votes and ``values`` lists them; ``ratings`` counts the answers, repeats included.
Rows without a value (could not judge, not today) are no rating; a question without a rating has no gold row.
Answers to one question under several wordings count together, and ``wordings`` then says how many there were;
questions of two rubrics, and answers about single steps, stay apart.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from math import isfinite
from operator import itemgetter
from typing import Any

from assay.base.errors import Bug
from assay.base.translation import tr
from assay.model.kinds import ExportLayout

Row = Mapping[str, Any]

_SAMPLE = ("sample_plan", "sample_date", "seed", "stratum", "inclusion_probability")
_PROVENANCE = (
    *("session_id", "input", "output", "model", "prompt_name", "prompt_version"),
    *("dataset_name", "dataset_version", "trace_sha256"),
)
COLUMNS = (
    *("trace_id", "source", "native_trace_id", "session_id", "criterion", "kind"),
    *("label", "passed", "reached_by", "raters", "ratings", "agreement", "mean", "values", "notes"),
    *("rubric", "rubric_version", "question_sha256"),
    *_SAMPLE,
    *("weight", "input", "output", "model", "prompt_name", "prompt_version"),
    *("dataset_name", "dataset_version", "trace_sha256", "app_version"),
    *("corrections", "step_id", "wordings"),
)


@dataclass(frozen=True, slots=True)
class _Final:
    """A label and how it was reached; ``of`` are the rows that gave it (none for a tie or a mean)."""

    label: str | None
    reached_by: str
    of: Sequence[Row] = ()


def _rows(labelled: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """One trace at a time, so that any size fits. Raises Bug when a trace comes in two places."""
    seen = set()
    for key, group in groupby(labelled, key=_trace):
        if key in seen:
            raise Bug(f"The rows of trace “{key[0]}” do not stand together.")
        seen.add(key)
        yield from _trace_rows(list(group))


def _trace(row: Row) -> tuple[Any, ...]:
    return row.get("trace_id"), row.get("source"), row.get("native_trace_id")


def _trace_rows(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """The gold rows of one trace, in order of criterion."""
    questions: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        if row.get("value") not in (None, "") and row.get("criterion"):
            key = (row["criterion"], row.get("rubric") or "", row.get("step_id") or "")
            questions.setdefault(key, []).append(row)
    for _, answers in sorted(questions.items(), key=itemgetter(0)):
        yield _gold_row(answers)


def _ballots(answers: Sequence[Row]) -> list[Row]:
    """The answers that count: one a reviewer; without a name each answer is a reviewer's own."""
    counted: dict[object, Row] = {}
    for place, row in enumerate(answers):
        if row.get("rater_kind") == "adjudicated":
            continue
        voter: object = row["rater"] if row.get("rater") is not None else place
        if voter not in counted or _standing(row) >= _standing(counted[voter]):
            counted[voter] = row
    return list(counted.values())


def _standing(row: Row) -> tuple[bool, datetime]:
    return row.get("repeat_of") in (None, ""), _moment(row)


def _adjudication(answers: Sequence[Row]) -> Row | None:
    """The last word on the question, if somebody spoke it."""
    words = [row for row in answers if row.get("rater_kind") == "adjudicated"]
    return max(enumerate(words), key=lambda one: (_moment(one[1]), one[0]))[1] if words else None


def _gold_row(answers: Sequence[Row]) -> dict[str, Any]:
    """The gold row of at least one answer to one question on one trace."""
    ballots, adjudication = _ballots(answers), _adjudication(answers)
    counted = [*ballots, adjudication] if adjudication is not None else list(ballots)
    final = _final(ballots, adjudication)
    newest = max(counted, key=_moment)
    drawn = next((row for row in counted if row.get("sample_plan") not in (None, "")), newest)
    row = {
        "trace_id": newest.get("trace_id"),
        "source": newest.get("source"),
        "native_trace_id": newest.get("native_trace_id"),
        "criterion": newest["criterion"],
        "kind": _first(counted, "kind"),
        "label": final.label,
        "passed": _passed(final.of or ballots),
        "reached_by": final.reached_by,
        "raters": len(ballots),
        "ratings": sum(one.get("rater_kind") != "adjudicated" for one in answers),
        "agreement": _agreement(final, ballots),
        "mean": _mean(ballots),
        "values": [str(one["value"]) for one in ballots],
        "notes": _words(counted, "note", "reason"),
        "corrections": _words(counted, "correction"),
        "step_id": newest.get("step_id"),
        "wordings": max(1, len({one.get("question_sha256") for one in counted} - {None, ""})),
        "weight": _weight(drawn.get("inclusion_probability")),
        "rubric": newest.get("rubric"),
        "rubric_version": newest.get("rubric_version"),
        "question_sha256": newest.get("question_sha256"),
        "app_version": newest.get("app_version"),
    }
    row |= {name: drawn.get(name) for name in _SAMPLE}
    row |= {name: _first([newest, *counted], name) for name in _PROVENANCE}
    return {column: row.get(column) for column in COLUMNS}


def _final(ballots: Sequence[Row], adjudication: Row | None) -> _Final:
    if adjudication is not None:
        return _Final(str(adjudication["value"]), "adjudicated", [adjudication])
    counts = Counter(str(row["value"]) for row in ballots)
    (label, most), *others = counts.most_common()
    agreeing = [row for row in ballots if str(row["value"]) == label]
    if len(ballots) == 1:
        return _Final(label, "single", agreeing)
    if not others:
        return _Final(label, "unanimous", agreeing)
    mean = _mean(ballots)
    if _first(ballots, "kind") == "number" and mean is not None:
        return _Final(f"{mean:.0f}" if mean.is_integer() else repr(mean), "mean")
    if others[0][1] == most:
        return _Final(None, "tie")
    return _Final(label, "majority", agreeing)


def _agreement(final: _Final, ballots: Sequence[Row]) -> float | None:
    """The share of reviewers who gave the final label; None for a tie, a mean, or without reviewers."""
    if final.label is None or final.reached_by == "mean" or not ballots:
        return None
    return sum(str(row["value"]) == final.label for row in ballots) / len(ballots)


def _passed(rows: Sequence[Row]) -> bool | None:
    """Whether the label counts as good: only what all the rows say that stand behind it."""
    said = {row.get("passed") for row in rows}
    return said.pop() if len(said) == 1 else None


def _mean(ballots: Sequence[Row]) -> float | None:
    """The mean of a number or scale; None for other kinds and where an answer is not a number."""
    if not ballots or _first(ballots, "kind") not in ("number", "scale"):
        return None
    numbers = [_number(row["value"]) for row in ballots]
    known = [number for number in numbers if number is not None]
    return sum(known) / len(known) if len(known) == len(numbers) else None


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if isfinite(number) else None


def _weight(probability: object) -> float | None:
    """How many traces this one speaks for: 1 / inclusion probability (Horvitz and Thompson 1952)."""
    chance = _number(probability)
    return 1 / chance if chance is not None and 0 < chance <= 1 else None


def _first(rows: Sequence[Row], name: str) -> Any:
    return next((row[name] for row in rows if row.get(name) not in (None, "")), None)


def _words(rows: Sequence[Row], *names: str) -> list[str]:
    """What reviewers wrote in those fields, each once, in order."""
    return list(dict.fromkeys(str(row[name]) for row in rows for name in names if row.get(name)))


def _moment(row: Row) -> datetime:
    """When an answer was last changed, in UTC; the dawn of time where nobody knows."""
    said = row.get("updated_at") or row.get("created_at")
    try:
        moment = said if isinstance(said, datetime) else datetime.fromisoformat(str(said))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


KIND = ExportLayout(
    name="gold",
    title=tr("One row for each trace and question, with its final label"),
    columns=COLUMNS,
    rows=_rows,
)
