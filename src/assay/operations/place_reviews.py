"""Judgements made elsewhere become reviews of this workspace: placed on their traces, checked, and kept once.

An import may be repeated without harm: every review carries a key made of what it says. Reviewers without an id
are told apart by their place in their file.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from assay.base.ids import sha256
from assay.base.progress import Progress
from assay.criteria.inferred import infer_criterion
from assay.model.criterion import Criterion, Option
from assay.model.incoming import IncomingCriterion, IncomingReview, Rejected
from assay.model.review import Act, Answer, Review
from assay.model.rubric import Rubric
from assay.operations.naming import Named, place_names
from assay.operations.office import Office
from assay.operations.rubrics import question_kinds, read_answer, spelled

IMPORTED = "imported"
"""The rubric of judgements that name none and whose questions no rubric knows."""
_BATCH = 2000

Refuse = Callable[[Rejected], None]


@dataclass(frozen=True, slots=True)
class PlacedReviews:
    """What became of the judgements: answers read, answers new and already there, and what had to be made."""

    read: int = 0
    new: int = 0
    unchanged: int = 0
    refused: int = 0
    without_trace: int = 0
    created_criteria: tuple[str, ...] = ()
    widened_criteria: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The counts in the shape that scripts rely on."""
        return {
            "read": self.read,
            "new": self.new,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "without_trace": self.without_trace,
            "created_criteria": list(self.created_criteria),
            "widened_criteria": list(self.widened_criteria),
        }


@dataclass(frozen=True, slots=True)
class _Row:
    incoming: IncomingReview
    named: Named
    rubric: str
    slot: int


@dataclass(slots=True)
class _Books:
    """The rubrics as they are while an import runs, and the criteria it has made or widened."""

    latest: dict[str, Rubric]
    questions: dict[tuple[str, str], Criterion] = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    widened: list[str] = field(default_factory=list)


def place_reviews(
    office: Office,
    rows: Sequence[IncomingReview],
    declared: Iterable[IncomingCriterion],
    rubric: str | None,
    refuse: Refuse,
    progress: Progress,
) -> PlacedReviews:
    """Keep the judgements as reviews. ``rubric`` overrides what the rows say; ``refuse`` is told of bad rows."""
    if not rows:
        return PlacedReviews()
    books = _Books(_latest(office))
    placed = _placed(office, rows, rubric, books, refuse)
    _make_criteria(office, placed, {one.name: one for one in declared}, books)
    placed = [_as_spelled(row, books) for row in placed]
    good = [row for row in placed if not _refused(row, books, refuse)]
    reviews = _reviews(good, books, office.clock.now())
    new = _keep(office, reviews, progress)
    judged = {row.named.uid for row in good}
    without_trace = judged - {one.trace_uid for one in office.traces.index(sorted(judged))}
    return PlacedReviews(
        read=len(rows),
        new=new,
        unchanged=len(good) - new,
        refused=len(rows) - len(good),
        without_trace=len(without_trace),
        created_criteria=tuple(books.created),
        widened_criteria=tuple(books.widened),
    )


def _latest(office: Office) -> dict[str, Rubric]:
    return {one.name: one for one in office.workspace.rubrics.all()}


def _placed(
    office: Office, rows: Sequence[IncomingReview], rubric: str | None, books: _Books, refuse: Refuse
) -> list[_Row]:
    named = place_names(office, ((row.source, row.native_trace_id) for row in rows))
    guessed = _rubrics_by_criterion([row for row in rows if not (rubric or row.rubric)], books)
    places: Counter[tuple[str, str, str]] = Counter()
    placed = []
    for row in rows:
        trace = named[row.source, row.native_trace_id]
        if trace is None:
            refuse(Rejected(row.place, _unclear(row), _as_record(row)))
            continue
        asked = rubric or row.rubric or guessed[row.criterion]
        slot = 0
        if row.rater is None:
            file = row.place.path.replace("\\", "/").rpartition("/")[2]
            places[file, trace.uid, row.criterion] += 1
            slot = int(sha256(f"{file}|{places[file, trace.uid, row.criterion]}")[:7], 16) + 1
        placed.append(_Row(row, trace, asked, slot))
    return placed


def _unclear(row: IncomingReview) -> str:
    return f"More than one source has a trace “{row.native_trace_id}”; write it as source:id."


def _as_record(row: IncomingReview) -> str:
    """What the row said, as JSON."""
    said = {name: value for name, value in asdict(row).items() if name not in ("place", "extra") and value}
    return json.dumps({**said, **row.extra}, ensure_ascii=False, default=str)


def _rubrics_by_criterion(rows: Sequence[IncomingReview], books: _Books) -> dict[str, str]:
    """The rubric that rows naming none are thought to answer: one that asks their question and takes most answers.

    Questions of a built-in rubric have common names, so a name alone proves nothing.
    """
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        values[row.criterion][row.value] += 1
    names = sorted(books.latest, key=lambda name: (name != IMPORTED, name))
    return {
        criterion: next((name for name in names if _takes(books.latest[name], criterion, seen)), IMPORTED)
        for criterion, seen in values.items()
    }


def _takes(rubric: Rubric, name: str, seen: Counter[str]) -> bool:
    criterion = rubric.criterion(name)
    if criterion is None:
        return False
    fitting = sum(n for value, n in seen.items() if not _amiss(criterion, spelled(criterion, value)))
    return rubric.name == IMPORTED or 2 * fitting > seen.total()


def _amiss(criterion: Criterion, value: str) -> str | None:
    """Why the value is no answer to the question; None when it is one, or the kind of question is not known here."""
    kind = question_kinds().get(criterion.kind)
    return kind.check(criterion, value) if kind else None


def _make_criteria(
    office: Office, rows: Sequence[_Row], declared: dict[str, IncomingCriterion], books: _Books
) -> None:
    """Add to each rubric the criteria that it does not know, as the file declares them or by their values."""
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    kind_said: dict[tuple[str, str], str | None] = {}
    for row in rows:
        values[row.rubric][row.incoming.criterion].append(row.incoming.value)
        kind_said.setdefault((row.rubric, row.incoming.criterion), row.incoming.kind)
    for name, seen in values.items():
        old = books.latest.get(name)
        known = {criterion.name: criterion for criterion in old.criteria} if old else {}
        asked = {key: _widened(one, seen.get(key, [])) for key, one in known.items()}
        for key in [key for key in seen if key not in known]:
            said = declared.get(key)
            made = _declared(said) if said else infer_criterion(key, seen[key], kind_said[name, key])
            # Whoever reviews here already is not made to answer what an import brought in.
            asked[key] = made.model_copy(update={"required": old is None})
        title = old.title if old else name
        books.latest[name] = office.workspace.rubrics.put(
            name, title, list(asked.values()), office.clock.now()
        )
        books.questions |= {(name, key): one for key, one in asked.items()}
        books.created += [f"{name}/{key} ({one.kind})" for key, one in asked.items() if key not in known]
        books.widened += [f"{name}/{key}" for key, one in known.items() if asked[key] != one]


def _widened(criterion: Criterion, values: Sequence[str]) -> Criterion:
    """A question that an earlier import made from its values, with those of this import added.

    Questions that somebody has worded stay as they are. The pass mark stays, since answers were judged by it.
    """
    seen = [option.value for option in criterion.options]
    mark = {"pass_mark": criterion.pass_mark, "required": criterion.required}
    if not seen or infer_criterion(criterion.name, seen, criterion.kind).model_copy(update=mark) != criterion:
        return criterion
    wider = infer_criterion(criterion.name, [*seen, *values], criterion.kind).model_copy(update=mark)
    return wider if wider.kind == criterion.kind else criterion


def _declared(said: IncomingCriterion) -> Criterion:
    """A criterion as a file declares it, with the pass marks its values would have been given."""
    guessed = infer_criterion(said.name, [value for value, _ in said.options], said.kind)
    options = tuple(
        Option(
            value=value,
            label=label,
            passes=next((o.passes for o in guessed.options if o.value == value), None),
        )
        for value, label in said.options
    )
    return guessed.model_copy(
        update={
            "kind": said.kind,
            "question": said.question or guessed.question,
            "options": options or guessed.options,
            "minimum": said.minimum if said.minimum is not None else guessed.minimum,
            "maximum": said.maximum if said.maximum is not None else guessed.maximum,
        }
    )


def _as_spelled(row: _Row, books: _Books) -> _Row:
    value = spelled(_criterion(row, books), row.incoming.value)
    return row if value == row.incoming.value else replace(row, incoming=replace(row.incoming, value=value))


def _refused(row: _Row, books: _Books, refuse: Refuse) -> bool:
    """Whether the row's value is no answer to its question (then ``refuse`` is told)."""
    wrong = _amiss(_criterion(row, books), row.incoming.value)
    if wrong is not None:
        refuse(Rejected(row.incoming.place, wrong, _as_record(row.incoming)))
    return wrong is not None


def _criterion(row: _Row, books: _Books) -> Criterion:
    return books.questions[row.rubric, row.incoming.criterion]


def _reviews(rows: Sequence[_Row], books: _Books, now: datetime) -> list[tuple[Review, list[Answer]]]:
    """One review for each reviewer, trace and rubric; an answer given twice makes an older review before it."""
    groups: dict[tuple[str, str | None, int, str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        who = (row.incoming.rater, row.slot)
        groups[row.named.uid, who[0], who[1], row.rubric, row.incoming.rater_kind].append(row)
    return [_review(layer, books, now) for group in groups.values() for layer in _layers(group)]


def _layers(group: Sequence[_Row]) -> list[list[_Row]]:
    """The rows of one reviewer on one trace, oldest layer first; the last holds the newest answer to each.

    Of two answers without different times, the one that was read later counts as newer.
    """
    by_criterion: dict[str, list[_Row]] = defaultdict(list)
    beginning = datetime.min.replace(tzinfo=UTC)
    for row in sorted(group, key=lambda one: one.incoming.created_at or beginning):
        by_criterion[row.incoming.criterion].append(row)
    depth = max(len(found) for found in by_criterion.values())
    return [
        [found[-back] for found in by_criterion.values() if len(found) >= back]
        for back in range(depth, 0, -1)
    ]


def _review(layer: Sequence[_Row], books: _Books, now: datetime) -> tuple[Review, list[Answer]]:
    first = layer[0]
    newest = max((row.incoming.created_at for row in layer if row.incoming.created_at), default=now)
    rubric = books.latest[first.rubric]
    sha = first.incoming.extra.get("trace_sha256")
    review = Review(
        act=Act.SUBMIT.value,
        trace_uid=first.named.uid,
        source=first.named.source,
        native_trace_id=first.named.native_id,
        rater=first.incoming.rater,
        slot=first.slot,
        rater_kind=first.incoming.rater_kind,
        rubric=rubric.name,
        rubric_version=first.incoming.rubric_version or rubric.version,
        created_at=newest,
        seconds=next((row.incoming.seconds for row in layer if row.incoming.seconds is not None), None),
        blind=all(row.incoming.blind for row in layer),
        revealed_at=next((row.incoming.revealed_at for row in layer if row.incoming.revealed_at), None),
        trace_sha256=str(sha) if sha else None,
        import_key=_key(layer),
    )
    return review, [_answer(row, books) for row in layer]


def _answer(row: _Row, books: _Books) -> Answer:
    criterion = _criterion(row, books)
    number, passed = read_answer(criterion, row.incoming.value)
    return Answer(
        review_id=0,
        criterion=criterion.name,
        kind=criterion.kind,
        value=row.incoming.value,
        number=number,
        passed=passed if passed is not None else row.incoming.passed,
        note=row.incoming.note,
        reason=row.incoming.reason,
        correction=row.incoming.correction,
        spans=row.incoming.spans,
        codes=row.incoming.codes,
    )


def _key(layer: Sequence[_Row]) -> str:
    first = layer[0]
    said = sorted(
        "\x1f".join(
            (
                row.incoming.criterion,
                row.incoming.value,
                row.incoming.note or "",
                row.incoming.created_at.isoformat() if row.incoming.created_at else "",
            )
        )
        for row in layer
    )
    who = f"{first.incoming.rater_kind}:{first.incoming.rater}" if first.incoming.rater else f"#{first.slot}"
    return sha256("\x1e".join((first.named.uid, who, first.rubric, *said)))


def _keep(office: Office, reviews: Sequence[tuple[Review, list[Answer]]], progress: Progress) -> int:
    """Keep them batch by batch; the number of answers that were new."""
    new = 0
    for start in range(0, len(reviews), _BATCH):
        progress.report(start, len(reviews), "reviews")
        batch = reviews[start : start + _BATCH]
        kept = office.workspace.reviews.add_imported(batch)
        new += sum(len(answers) for review, answers in batch if review.import_key in kept)
    return new
