"""Bring in judgements made elsewhere: rows of the long layout in JSON Lines, CSV or Parquet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.model.incoming import IncomingReview
from assay.operations.changes import Changes
from assay.operations.office import Office
from assay.operations.place_reviews import PlacedReviews, place_reviews
from assay.operations.rejects import RejectsFile
from assay.sources.review_rows import read_review_rows
from assay.traces.columns import read_parquet_rows


@dataclass(frozen=True, slots=True)
class ReviewImportReport:
    """What came in, counted in answers (rows)."""

    reviews: PlacedReviews
    refused: int
    rejects: Path | None
    changes: Changes

    @property
    def everything_refused(self) -> bool:
        """Whether no row at all was good."""
        return self.refused > 0 and not (self.reviews.new or self.reviews.unchanged)

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that scripts rely on."""
        counts = self.reviews.as_json()
        read = self.reviews.new + self.reviews.unchanged + self.refused
        rejects = str(self.rejects) if self.rejects else None
        return {**counts, "read": read, "refused": self.refused, "rejects": rejects}


def check_files(paths: Sequence[Path]) -> None:
    """Raise Refused when a path is no file."""
    for path in paths:
        if not path.is_file():
            raise Refused(f"There is no file {path}.", "Check the path.")


def import_reviews(
    office: Office, paths: Sequence[Path], rubric: str | None, progress: Progress
) -> ReviewImportReport:
    """Import the rows of the files. ``rubric`` names the rubric they answer, whatever the rows say."""
    check_files(paths)
    rows: list[IncomingReview] = []
    with RejectsFile(office.workspace.rejects_folder, paths[0].stem) as rejects:
        for path in paths:
            for item in read_review_rows(path, progress, read_parquet_rows):
                if isinstance(item, IncomingReview):
                    rows.append(item)
                else:
                    rejects.add(item)
        placed = place_reviews(office, rows, (), rubric, rejects.add, progress)
        changes = Changes.REVIEWS | Changes.RUBRICS if placed.new else Changes.NOTHING
        return ReviewImportReport(placed, rejects.count, rejects.path, changes)
