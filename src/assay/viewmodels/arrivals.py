"""Long jobs that fill a workspace: files brought in, the demo made."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from assay.base.clock import Clock
from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.wording import count
from assay.operations.demo import demo
from assay.operations.import_ import ImportOptions, ImportReport, import_files
from assay.operations.office import make_office


@dataclass(frozen=True, slots=True)
class Arrival:
    """A workspace that a job has filled, and what there is to say about it."""

    folder: Path
    words: str


def suggested_folder(first: Path) -> Path:
    """Where a workspace for these files goes when none is open: among the user's data, named after the file."""
    home = user_data_path("assay", appauthor=False)
    wanted = home / first.stem
    number = 2
    while wanted.exists():
        wanted = home / f"{first.stem}-{number}"
        number += 1
    return wanted


def bring_files(folder: Path, clock: Clock, paths: Sequence[Path], progress: Progress) -> Arrival:
    """Import files into the workspace in that folder. Raises Refused when nothing in them was good."""
    office = make_office(folder, clock)
    report = import_files(office, paths, ImportOptions(), progress)
    office.close()
    if report.everything_refused:
        raise Refused(
            tr("Nothing in these files could be read as a trace."),
            tr("The reasons stand in {file}.").format(file=report.rejects),
        )
    return Arrival(folder, _words(report))


def _words(report: ImportReport) -> str:
    words = tr("{new} new traces, {known} already there.").format(
        new=count(report.new + report.updated), known=count(report.unchanged)
    )
    if report.reviews.new:
        words += " " + tr("{n} answers of reviewers came with them.").format(n=count(report.reviews.new))
    if report.refused:
        words += " " + tr("{n} records were refused; see {file}.").format(
            n=count(report.refused), file=report.rejects
        )
    return words


def bring_demo(clock: Clock, progress: Progress) -> Arrival:
    """Make the demo's workspace, or bring the one that is there up to today."""
    folder = user_data_path("assay", appauthor=False) / "demo"
    demo(folder, clock, progress)
    return Arrival(folder, "")
