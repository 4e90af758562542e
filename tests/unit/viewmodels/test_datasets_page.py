"""The Data sets page without a screen: preview, one export at a time, stopping it, and what it wrote."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pytest

from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.model.kinds import ExportFormat, ExportLayout
from assay.viewmodels.datasets import PREVIEWED, DataSetsScreen, Preview, preview_cells
from assay.viewmodels.lanes import InlineLanes, Lanes

T = TypeVar("T")
LAYOUTS = [
    ExportLayout(name, name.title(), ("trace_id",), lambda rows: iter(())) for name in ("long", "gold")
]
FORMATS = [ExportFormat(name, name.upper(), f".{name}", lambda *_: 0) for name in ("jsonl", "csv")]


@dataclass
class Written:
    rows: int
    files: list[Path]
    manifest: Path | None


class Rows:
    """A workspace's labelled rows, as the page meets them."""

    def __init__(self, total: int = 412) -> None:
        self.total = total
        self.previews: list[tuple[str, str | None, int]] = []
        self.exports: list[tuple[str, str, Path, str | None]] = []
        self.error: Exception | None = None
        self.during: Callable[[Progress], None] = lambda progress: progress.report(200, 412, "rows")

    def preview(self, *, layout: str, where: str | None, limit: int) -> Preview:
        self.previews.append((layout, where, limit))
        if where == "bad":
            raise Refused("The condition cannot be read.", "Put the value in quotes.")
        shown = [{"trace_id": f"t-{at}"} for at in range(min(limit, self.total))]
        return Preview(("trace_id",), shown, self.total)

    def export(
        self,
        *,
        layout: str,
        format: str,  # noqa: A002 - the operation's own word
        out: Path,
        where: str | None,
        progress: Progress,
    ) -> Written:
        self.exports.append((layout, format, out, where))
        self.during(progress)
        progress.check()
        if self.error is not None:
            raise self.error
        return Written(self.total, [out], out.with_suffix(".manifest.json"))


class HeldLanes(InlineLanes):
    """Reads at once, except while ``hold`` is set: then the work waits for the test."""

    def __init__(self) -> None:
        self.hold = False
        self.held: list[Callable[[], None]] = []

    def read(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        if self.hold:
            self.held.append(lambda: InlineLanes().read(work, done, failed))
        else:
            super().read(work, done, failed)


def screen_of(rows: Rows, folder: Path, lanes: Lanes | None = None) -> DataSetsScreen:
    return DataSetsScreen(
        layouts=LAYOUTS,
        formats=FORMATS,
        preview=rows.preview,
        export=rows.export,
        lanes=lanes or InlineLanes(),
        folder=folder,
    )


def test_the_preview_shows_the_first_rows_and_says_how_many_there_are(tmp_path: Path):
    rows = Rows()
    screen = screen_of(rows, tmp_path)
    screen.reload()
    assert rows.previews == [("long", None, PREVIEWED)]
    assert screen.rows_sentence == "412 rows; the first 8 are shown."


@pytest.mark.parametrize(
    ("total", "sentence"), [(1, "1 row."), (5, "5 rows."), (0, "No row fits. Nothing would be written.")]
)
def test_a_small_data_set_is_shown_whole(tmp_path: Path, total: int, sentence: str):
    screen = screen_of(Rows(total), tmp_path)
    screen.reload()
    assert screen.rows_sentence == sentence
    assert screen.can_export == (total > 0)


def test_only_another_layout_or_condition_asks_for_another_preview(tmp_path: Path):
    rows = Rows()
    screen = screen_of(rows, tmp_path)
    screen.choose(replace(screen.choice, format="csv"))
    screen.choose(replace(screen.choice, where="   "))
    assert rows.previews == []
    screen.choose(replace(screen.choice, layout="gold"))
    screen.choose(replace(screen.choice, where=" model = 'a' "))
    assert rows.previews == [("gold", None, PREVIEWED), ("gold", "model = 'a'", PREVIEWED)]


def test_a_condition_that_cannot_be_read_is_told_and_nothing_can_be_exported(tmp_path: Path):
    screen = screen_of(Rows(), tmp_path)
    screen.choose(replace(screen.choice, where="bad"))
    assert screen.preview_fault is not None
    assert screen.preview_fault.what_to_do == "Put the value in quotes."
    assert not screen.can_export
    screen.export()
    assert screen.result == ""


def test_the_file_is_named_after_layout_and_format(tmp_path: Path):
    screen = screen_of(Rows(), tmp_path)
    assert screen.target == tmp_path / "long.jsonl"
    screen.choose(replace(screen.choice, layout="gold", format="csv"))
    assert screen.target == tmp_path / "gold.csv"


def test_a_chosen_file_keeps_its_name_and_takes_the_formats_suffix(tmp_path: Path):
    screen = screen_of(Rows(), tmp_path)
    screen.choose(replace(screen.choice, target=tmp_path / "mine.jsonl"))
    screen.choose(replace(screen.choice, format="csv"))
    assert screen.target == tmp_path / "mine.csv"


def test_it_says_when_a_file_would_be_replaced(tmp_path: Path):
    screen = screen_of(Rows(), tmp_path)
    assert not screen.replaces
    screen.target.write_text("old")
    assert screen.replaces


def test_an_export_says_what_it_wrote_and_where_the_manifest_is(tmp_path: Path):
    rows = Rows()
    screen = screen_of(rows, tmp_path)
    screen.choose(replace(screen.choice, where="passed = false"))
    screen.export()
    assert rows.exports == [("long", "jsonl", tmp_path / "long.jsonl", "passed = false")]
    assert screen.result == (
        f"412 rows written to {tmp_path / 'long.jsonl'}. The manifest is {tmp_path / 'long.manifest.json'}."
    )
    assert screen.how_far == (200, 412, "rows")


def test_only_one_export_runs_at_a_time(tmp_path: Path):
    rows, lanes = Rows(), HeldLanes()
    screen = screen_of(rows, tmp_path, lanes)
    screen.reload()
    lanes.hold = True
    screen.export()
    screen.export()
    assert screen.exporting
    assert len(lanes.held) == 1


def test_an_export_can_be_stopped_and_says_that_nothing_was_written(tmp_path: Path):
    rows, lanes = Rows(), HeldLanes()
    screen = screen_of(rows, tmp_path, lanes)
    screen.reload()
    lanes.hold = True
    screen.export()
    screen.stop()
    assert screen.stopping
    lanes.held.pop()()
    assert screen.result == "Stopped. Nothing was written."
    assert screen.fault is None
    assert not screen.exporting
    assert screen.can_export


def test_an_export_that_failed_says_so_and_can_be_tried_again(tmp_path: Path):
    rows = Rows()
    rows.error = Unavailable("The disk is full.", "Free some room.")
    screen = screen_of(rows, tmp_path)
    screen.reload()
    screen.export()
    assert screen.fault is not None
    assert screen.fault.what == "The disk is full."
    assert screen.result == ""
    rows.error = None
    screen.export()
    assert screen.fault is None
    assert screen.result.startswith("412 rows written")


def test_cells_are_one_line_and_show_signs_that_hide():
    preview = Preview(
        ("a", "b", "c"), [{"a": "one\ntwo", "b": "pay\u202eexe.fdp", "c": {"k": [1, None]}}, {"a": True}], 2
    )
    assert preview_cells(preview) == [("one ↵ two", "pay·exe.fdp", '{"k": [1, null]}'), ("true", "", "")]


def test_a_huge_cell_is_cut():
    cells = preview_cells(Preview(("a",), [{"a": "x" * 1_000_000}], 1))
    assert len(cells[0][0]) == 81
