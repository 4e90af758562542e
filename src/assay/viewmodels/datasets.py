"""What the Data sets page knows: which rows, in which layout and format, to which file, and how far it is."""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from assay.base.errors import Cancelled
from assay.base.progress import Progress
from assay.base.translation import tr, trn
from assay.model.kinds import ExportFormat, ExportLayout
from assay.model.wording import count
from assay.viewmodels.lanes import Lanes
from assay.viewmodels.latest import Fault, Latest
from assay.viewmodels.watched import Watched

PREVIEWED = 8
"""How many rows are shown before an export."""

_LONGEST_CELL = 80


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a data set as it would be written, and how many there are in all."""

    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    total: int


def preview_cells(preview: Preview) -> list[tuple[str, ...]]:
    """The rows of a preview as one line of words a cell, cut to a length that a table can show."""
    return [tuple(_cell(row.get(column)) for column in preview.columns) for row in preview.rows]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    line = words[:_LONGEST_CELL].replace("\r\n", "\n").replace("\n", " ↵ ")
    # Control signs and marks that turn the direction of writing are shown, since they could disguise what is there.
    seen = "".join("·" if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co"} else sign for sign in line)
    return seen + ("…" if len(words) > _LONGEST_CELL else "")


class ExportAnswer(Protocol):
    """What an export comes back as (`operations.export.ExportReport`)."""

    @property
    def rows(self) -> int: ...
    @property
    def files(self) -> Sequence[Path]: ...
    @property
    def manifest(self) -> Path | None: ...


class AskPreview(Protocol):
    """Gives the first ``limit`` rows of a layout, the office already given. A bad ``where`` is Refused."""

    def __call__(self, *, layout: str, where: str | None, limit: int) -> Preview: ...


class Export(Protocol):
    """The operation, its office already given."""

    def __call__(
        self,
        *,
        layout: str,
        format: str,  # noqa: A002 - the operation's own word
        out: Path,
        where: str | None,
        progress: Progress,
    ) -> ExportAnswer: ...


@dataclass(frozen=True, slots=True)
class DataSetChoice:
    """What would be written. ``where`` empty: all that was judged. ``target`` None: the suggested file."""

    layout: str
    format: str
    where: str = ""
    target: Path | None = None


class DataSetsScreen(Watched):
    """The state of the Data sets page: a preview that follows the choice, at most one export at a time."""

    def __init__(
        self,
        *,
        layouts: Sequence[ExportLayout],
        formats: Sequence[ExportFormat],
        preview: AskPreview,
        export: Export,
        lanes: Lanes,
        folder: Path,
    ) -> None:
        super().__init__()
        self.layouts, self.formats, self._folder = tuple(layouts), tuple(formats), folder
        self.choice = DataSetChoice(self.layouts[0].name, self.formats[0].name)
        self._ask_preview, self._export = preview, export
        self._progress: Progress | None = None
        self._far: tuple[int, int | None, str] = (0, None, "")
        safe = tr("Nothing was written; your reviews are safe.")
        self._preview: Latest[Preview] = Latest(lanes, self.changed, safe)
        self._written: Latest[ExportAnswer] = Latest(lanes, self.changed, safe)

    @property
    def preview(self) -> Preview | None:
        """The first rows of the present choice, if they have come."""
        return self._preview.answer

    @property
    def looking(self) -> bool:
        """Whether the preview is being made."""
        return self._preview.waiting

    @property
    def preview_fault(self) -> Fault | None:
        """Why there is no preview, such as a condition that cannot be read."""
        return self._preview.fault

    @property
    def exporting(self) -> bool:
        """Whether an export is under way."""
        return self._written.waiting

    @property
    def stopping(self) -> bool:
        """Whether the export under way has been asked to stop."""
        return self.exporting and self._progress is None

    @property
    def how_far(self) -> tuple[int, int | None, str]:
        """Done, total (None: not known) and unit of the export under way; safe to read from any thread."""
        return self._far

    @property
    def fault(self) -> Fault | None:
        """Why the last export was not written; nothing for one that was stopped on purpose."""
        return None if isinstance(self._written.error, Cancelled) else self._written.fault

    @property
    def target(self) -> Path:
        """The file that would be written."""
        return self.choice.target or self._folder / f"{self.choice.layout}{self._format().suffix}"

    @property
    def replaces(self) -> bool:
        """Whether a file of that name is there already."""
        return self.target.exists()

    @property
    def can_export(self) -> bool:
        """Whether there are rows to write and no export under way."""
        return self.preview is not None and self.preview.total > 0 and not self.looking and not self.exporting

    @property
    def rows_sentence(self) -> str:
        """How many rows would be written."""
        if self.preview is None:
            return ""
        total = self.preview.total
        if total == 0:
            return tr("No row fits. Nothing would be written.")
        shown = min(len(self.preview.rows), total)
        if shown == total:
            return trn("{n} row.", "{n} rows.", total).format(n=count(total))
        return tr("{n} rows; the first {shown} are shown.").format(n=count(total), shown=shown)

    @property
    def result(self) -> str:
        """What the last export wrote, or that it was stopped; empty before."""
        if isinstance(self._written.error, Cancelled):
            return tr("Stopped. Nothing was written.")
        if self._written.answer is None or self.exporting:
            return ""
        answer = self._written.answer
        written = trn("{n} row written to {files}.", "{n} rows written to {files}.", answer.rows)
        said = written.format(n=count(answer.rows), files=", ".join(str(file) for file in answer.files))
        if answer.manifest is not None:
            said += " " + tr("The manifest is {path}.").format(path=answer.manifest)
        return said

    def choose(self, choice: DataSetChoice) -> None:
        """Take another choice. Only another layout or condition needs another preview."""
        before, self.choice = self.choice, choice
        if choice.format != before.format and choice.target == before.target and choice.target is not None:
            self.choice = replace(choice, target=choice.target.with_suffix(self._format().suffix))
        if (choice.layout, choice.where.strip()) != (before.layout, before.where.strip()):
            self.reload()
        elif choice != before:
            self.changed()

    def reload(self) -> None:
        """Make the preview anew."""
        work = partial(self._ask_preview, layout=self.choice.layout, where=self._where(), limit=PREVIEWED)
        self._preview.ask(work)

    def export(self) -> None:
        """Write the file, unless there is nothing to write or an export is under way."""
        if not self.can_export:
            return
        self._far = (0, None, "")
        self._progress = Progress(self._note)
        choice = self.choice
        work: Callable[[], ExportAnswer] = partial(
            self._export,
            layout=choice.layout,
            format=choice.format,
            out=self.target,
            where=self._where(),
            progress=self._progress,
        )
        self._written.ask(work)

    def stop(self) -> None:
        """Ask the export under way to stop; it leaves nothing behind."""
        if self._progress is not None and self.exporting:
            self._progress.cancel()
            self._progress = None
            self.changed()

    def _note(self, done: int, total: int | None, what: str) -> None:
        self._far = (done, total, what)

    def _where(self) -> str | None:
        return self.choice.where.strip() or None

    def _format(self) -> ExportFormat:
        return next(kind for kind in self.formats if kind.name == self.choice.format)
