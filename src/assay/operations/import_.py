"""Bring traces in from files, with their metrics, behaviour and the judgements they hold.

Importing twice changes nothing. A bad record costs only itself: it goes to a rejects file with the reason.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assay.base.progress import Progress
from assay.model.incoming import (
    Incoming,
    IncomingCriterion,
    IncomingReview,
    IncomingTrace,
    Place,
    Rejected,
)
from assay.model.population import WriteCounts
from assay.model.trace import Trace
from assay.operations.changes import Changes
from assay.operations.naming import FILES
from assay.operations.office import Office
from assay.operations.place_reviews import PlacedReviews, place_reviews
from assay.operations.recognise import batches
from assay.operations.rejects import RejectsFile

_LONGEST_SHOWN = 65536
_NOWHERE = Place("", 0)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How files are read: by which format (None: recognised by content), under which source's name.

    ``mapping`` is a file that says how to read any other format.
    """

    format: str | None = None
    mapping: Path | None = None
    source: str = FILES
    reviews: bool = True


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came in. ``read`` counts records of traces; judgements are counted apart."""

    read: int
    new: int
    unchanged: int
    updated: int
    refused: int
    rejects: Path | None
    by_format: dict[str, int]
    reviews: PlacedReviews
    changes: Changes

    @property
    def everything_refused(self) -> bool:
        """Whether nothing at all was good."""
        return self.refused > 0 and not (self.new or self.unchanged or self.updated or self.reviews.read)

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that scripts rely on."""
        formats = sorted(self.by_format)
        return {
            "read": self.read,
            "new": self.new,
            "unchanged": self.unchanged,
            "updated": self.updated,
            "refused": self.refused,
            "rejects": str(self.rejects) if self.rejects else None,
            "format": formats[0] if len(formats) == 1 else ",".join(formats),
            "by_format": self.by_format,
            "reviews": self.reviews.as_json(),
        }


@dataclass(slots=True)
class _Sorted:
    """What a stream of incoming things falls into while the traces of it are being written."""

    rejects: RejectsFile
    keep_reviews: bool
    traces: int = 0
    place: Place = _NOWHERE
    reviews: list[IncomingReview] = field(default_factory=list)
    criteria: list[IncomingCriterion] = field(default_factory=list)

    def traces_of(self, stream: Iterator[Incoming]) -> Iterator[Trace]:
        """The traces of the stream; everything else is put where it belongs on the way."""
        for item in stream:
            if isinstance(item, IncomingTrace):
                self.traces += 1
                self.place = item.place
                yield item.trace
            elif isinstance(item, Rejected):
                self.rejects.add(item)
            elif isinstance(item, IncomingCriterion):
                self.criteria.append(item)
            elif self.keep_reviews:
                self.reviews.append(item)

    def refuse_second(self, trace: Trace) -> None:
        """Refuse the trace that was just handed on: another one of its name, saying something else, came before it."""
        self.traces -= 1
        reason = f"The id {trace.native_id!r} stands for two different traces; the first one was kept."
        self.rejects.add(Rejected(self.place, reason, trace.canonical_json()[:_LONGEST_SHOWN]))


def import_files(
    office: Office, paths: Sequence[Path], options: ImportOptions, progress: Progress
) -> ImportReport:
    """Import the files (and the files in the folders) named.

    A file of an unknown format costs only itself where others are known. Raises Refused when none is.
    """
    found = batches(paths, office.folder, options.format, options.mapping)
    by_format: Counter[str] = Counter()

    def stream() -> Iterator[Incoming]:
        for batch in found:
            if isinstance(batch, Rejected):
                yield batch
                continue
            by_format[batch.kind] += 0
            for item in batch.read(options.source, progress):
                by_format[batch.kind] += isinstance(item, IncomingTrace)
                yield item

    report = import_stream(office, stream(), paths[0].stem, options, progress)
    return _with_formats(report, dict(by_format))


def import_stream(
    office: Office, stream: Iterator[Incoming], name: str, options: ImportOptions, progress: Progress
) -> ImportReport:
    """Write the traces of a stream, then keep the judgements that came with them."""
    with RejectsFile(office.workspace.rejects_folder, name) as rejects:
        sorted_out = _Sorted(rejects, options.reviews)
        traces = sorted_out.traces_of(stream)
        counts = office.traces.write(traces, progress, on_duplicate=sorted_out.refuse_second)
        reviews = place_reviews(office, sorted_out.reviews, sorted_out.criteria, None, rejects.add, progress)
        return _report(sorted_out, counts, reviews)


def _report(found: _Sorted, counts: WriteCounts, reviews: PlacedReviews) -> ImportReport:
    changes = Changes.NOTHING
    if counts.new or counts.updated:
        changes |= Changes.TRACES
    if reviews.new:
        changes |= Changes.REVIEWS
    if reviews.created_criteria:
        changes |= Changes.RUBRICS
    return ImportReport(
        read=found.traces + found.rejects.count,
        new=counts.new,
        unchanged=counts.unchanged,
        updated=counts.updated,
        refused=found.rejects.count,
        rejects=found.rejects.path,
        by_format={},
        reviews=reviews,
        changes=changes,
    )


def _with_formats(report: ImportReport, by_format: dict[str, int]) -> ImportReport:
    values = {name: getattr(report, name) for name in ImportReport.__slots__}
    return ImportReport(**{**values, "by_format": by_format})
