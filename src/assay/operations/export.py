"""Labelled data leaves: rows in a layout and a format, with a manifest that says where each came from."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from assay import __version__
from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.base.registry import kinds
from assay.exports import parquet
from assay.exports.manifest import file_entry, manifest, write_manifest
from assay.model.kinds import ExportFormat, ExportLayout
from assay.operations.labelled import labelled_rows
from assay.operations.office import Office
from assay.operations.where import Condition, read_condition
from assay.traces.columns import write_parquet_rows

_CONTENT_COLUMNS = ("input", "output")


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written: rows, the files, and the manifest beside them."""

    rows: int
    files: tuple[Path, ...]
    manifest: Path
    layout: str
    format: str
    left_out: int

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that scripts rely on."""
        return {
            "rows": self.rows,
            "files": [str(path) for path in self.files],
            "manifest": str(self.manifest),
            "layout": self.layout,
            "format": self.format,
            "left_out": self.left_out,
        }


@dataclass(frozen=True, slots=True)
class ExportPreview:
    """The first rows of a data set as it would be written, and how many there are in all."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    total: int


@cache
def export_layouts() -> dict[str, ExportLayout]:
    """Every layout, by name."""
    return kinds("exports", ExportLayout)


@cache
def export_formats() -> dict[str, ExportFormat]:
    """Every format, by name, able to write."""
    return {**kinds("exports", ExportFormat), parquet.KIND.name: parquet.writer(write_parquet_rows)}


def export(
    office: Office,
    layout: str,
    format: str,  # noqa: A002 - the word of the command line
    out: Path,
    where: str | None = None,
    progress: Progress | None = None,
) -> ExportReport:
    """Write the labelled data to ``out`` (a file, or a folder to put it in), whole or not at all."""
    shape, form = _layout(layout), _format(format)
    target = out / f"{layout}{form.suffix}" if out.is_dir() or not out.suffix else out
    tally = _Tally()
    rows = _rows(office, shape, where, tally)
    _make_folder(target.parent)
    count = form.write(rows, shape.columns, target, progress or Progress())
    beside = target.with_name(f"{target.name}.manifest.json")
    write_manifest(beside, _manifest(office, shape, form, target, count, where, tally))
    return ExportReport(count, (target,), beside, layout, format, sum(tally.left_out.values()))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"The folder {folder} cannot be made: {error.strerror or error}.", "Give another place with -o."
        ) from error


def preview(office: Office, layout: str, where: str | None = None, limit: int = 8) -> ExportPreview:
    """The first rows of what `export` would write, and how many there would be."""
    shape = _layout(layout)
    shown: list[Mapping[str, Any]] = []
    total = 0
    for row in _rows(office, shape, where, _Tally()):
        total += 1
        if len(shown) < limit:
            shown.append(row)
    return ExportPreview(shape.columns, tuple(shown), total)


@dataclass(slots=True)
class _Tally:
    """What went by while the rows streamed: who, by which draws and rubrics, and what was left out."""

    raters: Counter[str] = field(default_factory=Counter)
    traces: set[str] = field(default_factory=set)
    ratings: int = 0
    plans: set[tuple[str, str]] = field(default_factory=set)
    rubrics: set[tuple[str, int]] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)

    def see(self, row: Mapping[str, Any]) -> None:
        """Count one row of the long layout."""
        self.ratings += row["value"] is not None
        self.raters[row["rater"] or "(no name)"] += 1
        self.traces.add(row["trace_id"])
        self.rubrics.add((row["rubric"], row["rubric_version"]))
        if row["sample_plan"]:
            self.plans.add((row["seed"], row["sample_date"]))


def _layout(name: str) -> ExportLayout:
    known = export_layouts()
    if name not in known:
        raise Refused(f"There is no layout “{name}”.", f"Layouts: {', '.join(known)}.")
    return known[name]


def _format(name: str) -> ExportFormat:
    known = export_formats()
    if name not in known:
        raise Refused(f"There is no format “{name}”.", f"Formats: {', '.join(known)}.")
    return known[name]


def _rows(office: Office, layout: ExportLayout, where: str | None, tally: _Tally) -> Iterator[dict[str, Any]]:
    """The rows of the layout. A condition speaks of the long layout's columns, whatever the layout."""
    columns = tuple(dict.fromkeys((*export_layouts()["long"].columns, *_CONTENT_COLUMNS)))
    contents = any(name in layout.columns or name in (where or "") for name in _CONTENT_COLUMNS)
    condition = read_condition(where, columns) if where and where.strip() else None
    return layout.rows(_chosen(labelled_rows(office, contents=contents), condition, tally))


def _chosen(
    rows: Iterator[dict[str, Any]], condition: Condition | None, tally: _Tally
) -> Iterator[dict[str, Any]]:
    for row in rows:
        if condition is not None and not condition(row):
            tally.left_out["the condition does not hold"] += 1
            continue
        tally.see(row)
        yield row


def _manifest(
    office: Office,
    layout: ExportLayout,
    form: ExportFormat,
    target: Path,
    rows: int,
    where: str | None,
    tally: _Tally,
) -> dict[str, Any]:
    draws = [
        draw
        for draw in office.workspace.samples.draws()
        if (draw.seed, draw.review_date.isoformat()) in tally.plans
    ]
    rubrics = [one for one in office.workspace.rubrics.all() if (one.name, one.version) in tally.rubrics]
    return manifest(
        created_at=office.clock.now(),
        app_version=__version__,
        layout=layout.name,
        format_name=form.name,
        columns=layout.columns,
        files=[file_entry(target)],
        counts={"rows": rows, "traces": len(tally.traces), "ratings": tally.ratings},
        raters=dict(tally.raters),
        rubrics=rubrics,
        draws=draws,
        where=where,
        exclusions=dict(tally.left_out),
    )
