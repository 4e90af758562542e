"""What the rows of one trace tell, whatever store they came from: the trace with what machines gave it, and reviews."""

from collections.abc import Callable, Iterator

from pydantic import ValidationError

from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingReview, IncomingTrace, Rejected
from assay.sources.fields.gathered import Gathered, Row, Told
from assay.sources.fields.objects import Malformed
from assay.sources.fields.opened import excerpt
from assay.sources.fields.reasons import reason_of
from assay.sources.fields.scored import Judged

Build = Callable[[Gathered, str, list[Judged]], IncomingTrace]
Judge = Callable[[Row, str | None], list[IncomingReview | Judged]]


def telling(build: Build, judge: Judge) -> Told:
    """The function that tells a trace's rows: ``build`` makes the trace, ``judge`` what one row of a score says.

    A score that is refused costs itself alone, and a trace that is refused does not cost its reviews. Where the
    files hold scores of a trace and nothing else of it, the reviews are taken (their trace may be known already),
    and they name no source; a machine's scores cannot be added to a trace later and are refused.
    """

    def told(gathered: Gathered, source: str) -> Iterator[Incoming]:
        alone = len(gathered.of("score")) == len(gathered.rows)
        judged: list[Judged] = []
        reviews: list[IncomingReview] = []
        for row in gathered.of("score"):
            try:
                for one in judge(row, None if alone else source):
                    _sort(one, alone or gathered.native_id is None, judged, reviews)
            except (Malformed, ValidationError) as refused:
                yield Rejected(row.place, reason_of(refused), excerpt(row.value))
        if not alone:
            first = next(row for row in gathered.rows if row.sort != "score")
            try:
                yield build(gathered, source, judged)
            except (Malformed, ValidationError) as refused:
                yield Rejected(first.place, reason_of(refused), excerpt(first.value))
        yield from reviews

    return told


def _sort(
    one: IncomingReview | Judged, alone: bool, judged: list[Judged], reviews: list[IncomingReview]
) -> None:
    if isinstance(one, IncomingReview):
        if not one.native_trace_id:
            raise Malformed(tr("What this judgement is about is not in the files; import them together."))
        reviews.append(one)
    elif alone:
        raise Malformed(tr("The trace of this score is not in the files; import them together."))
    else:
        judged.append(one)
