"""The lead's pages in a window: what is read first, what a point opens, and that the keyboard reaches everything."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.gui.agreement_page import AgreementPage
from assay.gui.chart_canvas import ChartCanvas
from assay.gui.chart_saving import ChartFrame
from assay.gui.choice import Choice
from assay.gui.datasets_page import DataSetsPage
from assay.gui.entry import DayBox, FigureBox
from assay.gui.fault_box import FaultBox
from assay.gui.figures_table import Column, FiguresTable
from assay.gui.fonts import load_fonts
from assay.gui.quality_page import QualityPage
from assay.gui.theme import Theme
from assay.model.agreement import Agreement, PairKappa
from assay.model.calibration import Calibration, CalibrationThreshold, Confusion
from assay.model.estimate import DayPoint, Estimate, MetricPoint, Threshold
from assay.model.kinds import ExportFormat, ExportLayout
from assay.model.series import MetricAgainstReviewers, QualitySeries
from assay.viewmodels.agreement import AgreementScreen
from assay.viewmodels.datasets import DataSetsScreen, Preview
from assay.viewmodels.lanes import InlineLanes
from assay.viewmodels.quality import QualityScreen, TraceLine

# The screenless platform says this of every window with a smallest size.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

MONDAY = date(2026, 11, 9)
HOSTILE = '<img src="file:///etc/passwd"><b>bold</b>'


@pytest.fixture
def theme(qapp):
    load_fonts()
    made = Theme(qapp, "light")
    yield made
    made.setParent(None)
    qapp.setStyleSheet("")


def shown(qtbot, page: QWidget, size: tuple[int, int] = (1080, 800)) -> QWidget:
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    qtbot.waitExposed(page)
    QTest.qWait(80)
    return page


def labels(page: QWidget) -> list[str]:
    return [label.text().replace("\u00a0", " ") for label in page.findChildren(QLabel) if label.isVisible()]


def button(page: QWidget, words: str) -> QPushButton:
    return next(
        one for one in page.findChildren(QPushButton) if one.text().startswith(words) and one.isVisible()
    )


@dataclass
class Report:
    series: QualitySeries
    by: list[tuple[str, Estimate]] = field(default_factory=list)
    population: int | None = 8736
    metric_names: list[str] = field(default_factory=lambda: ["groundedness", HOSTILE])
    criteria: list[tuple[str, str]] = field(
        default_factory=lambda: [("helps", "Does it help?"), ("tone", HOSTILE)]
    )


class Quality:
    """Numbers for the page, and a memory of the limits that were set."""

    def __init__(self, days: int = 14) -> None:
        self.days, self.error = days, None
        self.limits: dict[str, tuple[float, str]] = {}
        self.asked: list[dict[str, object]] = []

    def ask(self, **wanted: object) -> Report:
        self.asked.append(wanted)
        if self.error is not None:
            raise self.error
        one = Estimate(0.85, 0.64, 0.95, 20)
        points = tuple(
            DayPoint(MONDAY + timedelta(days=at), one, one, tuple(f"{at}-{trace}" for trace in range(20)))
            for at in range(self.days)
        )
        metric = str(wanted["metric"]) if wanted["metric"] else None
        series = QualitySeries(
            criterion="helps",
            title="Does it help?",
            overall=Estimate(0.86, 0.83, 0.89, 412) if self.days else Estimate(None, None, None, 0),
            days=points,
            metric_name=metric,
            metric=tuple(MetricPoint(point.day, 0.7, 300) for point in points) if metric else (),
            threshold=Threshold(*self.limits["helps"]) if "helps" in self.limits else None,
        )
        return Report(series, [("gpt-4o", one), (HOSTILE, one)] if wanted["by"] else [])

    def limit(self, name: str, value: float, direction: str) -> None:
        self.limits[name] = (value, direction)

    def describe(self, uids: Sequence[str]) -> list[TraceLine]:
        return [TraceLine(uid, f"{HOSTILE} {uid}", passed=at % 2 == 0) for at, uid in enumerate(uids)]

    def screen(self) -> QualityScreen:
        return QualityScreen(
            ask=self.ask,
            lanes=InlineLanes(),
            today=lambda: date(2026, 11, 22),
            set_share_limit=self.limit,
            set_metric_limit=self.limit,
            describe=self.describe,
        )


def canvas_of(page: QWidget) -> ChartCanvas:
    return next(canvas for canvas in page.findChildren(ChartCanvas) if canvas.isVisible())


class TestQualityPage:
    def test_the_estimate_is_the_first_and_largest_thing(self, qtbot, theme):
        page = shown(qtbot, QualityPage(Quality().screen()))
        title = next(label for label in page.findChildren(QLabel) if label.property("role") == "title")
        assert title.text().replace("\u00a0", " ") == "Reviewers pass 86 % of answers (83 to 89, n = 412)."
        assert title.mapTo(page, QPoint(0, 0)).y() < 100

    def test_numbers_are_asked_for_only_once_the_page_is_seen(self, qtbot, theme):
        numbers = Quality()
        page = QualityPage(numbers.screen())
        qtbot.addWidget(page)
        assert numbers.asked == []
        shown(qtbot, page)
        page.hide()
        page.show()
        assert len(numbers.asked) == 1

    def test_a_click_on_a_point_lists_the_answers_and_opens_them(self, qtbot, theme):
        page = shown(qtbot, QualityPage(Quality().screen()))
        canvas, opened = canvas_of(page), []
        page.open_traces.connect(opened.append)
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.place_of(3).toPoint())
        assert "Thu 12 Nov: 85 % (64 to 95, n = 20)" in labels(page)
        button(page, "Open all 20 answers").click()
        assert opened == [tuple(f"3-{trace}" for trace in range(20))]

    def test_the_arrow_keys_walk_the_points_and_enter_opens_one(self, qtbot, theme):
        page = shown(qtbot, QualityPage(Quality().screen()))
        canvas, chosen = canvas_of(page), []
        canvas.spot_chosen.connect(chosen.append)
        canvas.setFocus()
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
        assert canvas.chosen is not None
        assert canvas.chosen.words.startswith("Mon 9 Nov")
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
        qtbot.keyClick(canvas, Qt.Key.Key_Left)
        qtbot.keyClick(canvas, Qt.Key.Key_End)
        assert canvas.chosen.words.startswith("Sun 22 Nov")
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
        assert canvas.chosen.words.startswith("Sun 22 Nov")
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
        assert len(chosen) == 1
        assert chosen[0][0] == "13-0"

    def test_hovering_says_the_point_in_plain_words(self, qtbot, theme):
        page = shown(qtbot, QualityPage(Quality().screen()))
        canvas = canvas_of(page)
        qtbot.mouseMove(canvas, canvas.place_of(0).toPoint())
        assert "Mon 9 Nov: 85 % (64 to 95, n = 20)" in labels(page)
        assert "Click or Enter: the 20 answers behind it" in labels(page)

    def test_the_chart_can_be_read_without_seeing_it(self, qtbot, theme):
        page = shown(qtbot, QualityPage(Quality().screen()))
        seen = QAccessible.queryAccessibleInterface(canvas_of(page))
        assert "Reviewers pass 86 % of answers" in seen.text(QAccessible.Text.Name)
        assert "Mon 9 Nov: 85 % (64 to 95, n = 20)" in seen.text(QAccessible.Text.Description)

    def test_a_metric_beside_it_makes_room_for_a_second_panel(self, qtbot, theme):
        screen = Quality().screen()
        page = shown(qtbot, QualityPage(screen), (1080, 600))
        before = canvas_of(page).height()
        screen.choose(replace(screen.choice, metric="groundedness"))
        QTest.qWait(80)
        assert canvas_of(page).height() > before
        assert {spot.axes for spot in canvas_of(page).spots} == {0, 1}

    def test_a_limit_is_typed_and_kept(self, qtbot, theme):
        numbers = Quality()
        page = shown(qtbot, QualityPage(numbers.screen()))
        button(page, "Limit of the share").click()
        box = next(box for box in page.findChildren(FigureBox) if box.isVisible())
        box.setFocus()
        box.clear()
        qtbot.keyClicks(box, "80")
        button(page, "Set limit").click()
        assert numbers.limits == {"helps": (0.8, "above")}
        assert any("above the limit of 80 %" in words for words in labels(page))

    def test_a_limit_that_is_no_figure_is_not_kept(self, qtbot, theme):
        numbers = Quality()
        page = shown(qtbot, QualityPage(numbers.screen()))
        button(page, "Limit of the share").click()
        box = next(box for box in page.findChildren(FigureBox) if box.isVisible())
        for typed in ("eighty", "180", ""):
            box.setText(typed)
            button(page, "Set limit").click()
        assert numbers.limits == {}

    def test_a_period_without_judgements_says_what_would_fill_it(self, qtbot, theme):
        page = shown(qtbot, QualityPage(Quality(days=0).screen()))
        assert "No answer has been judged in this period." in labels(page)
        assert any("Review today’s sample" in words for words in labels(page))

    def test_a_fault_says_what_is_safe_and_can_be_tried_again(self, qtbot, theme):
        numbers = Quality()
        numbers.error = Unavailable("The trace store could not be read.", "Connect the drive.")
        page = shown(qtbot, QualityPage(numbers.screen()))
        box = next(box for box in page.findChildren(FaultBox) if box.isVisible())
        assert box.text == (
            "The trace store could not be read. Your reviews are safe; nothing was changed. Connect the drive."
        )
        numbers.error = None
        button(page, "Try again").click()
        assert box.text == ""
        assert any("Reviewers pass 86 %" in words for words in labels(page))

    def test_what_traces_say_never_becomes_markup(self, qtbot, theme):
        screen = Quality().screen()
        page = shown(qtbot, QualityPage(screen))
        screen.choose(replace(screen.choice, by="model", metric=HOSTILE))
        canvas = canvas_of(page)
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.place_of(0).toPoint())
        for label in page.findChildren(QLabel):
            assert label.textFormat() == Qt.TextFormat.PlainText
        tips = [widget.toolTip() for widget in page.findChildren(QWidget)]
        assert not [tip for tip in tips if "<img" in tip]

    def test_a_change_of_look_draws_the_chart_anew(self, qtbot, theme):
        page = shown(qtbot, QualityPage(Quality().screen()))
        canvas = canvas_of(page)
        ground = canvas.grab().toImage().pixelColor(3, canvas.height() - 3)
        theme.choose("dark")
        QTest.qWait(80)
        assert canvas.grab().toImage().pixelColor(3, canvas.height() - 3).lightness() < ground.lightness() / 2

    def test_every_control_has_a_name(self, qtbot, theme):
        page = shown(qtbot, QualityPage(Quality().screen()))
        for widget in page.findChildren(QWidget):
            if (
                widget.focusPolicy() & Qt.FocusPolicy.TabFocus
                and widget.isVisible()
                and widget.parent() is not None
            ):
                seen = QAccessible.queryAccessibleInterface(widget)
                assert seen.text(QAccessible.Text.Name), widget


class TestChartCanvas:
    def frame(self, qtbot) -> ChartFrame:
        frame = ChartFrame(ChartCanvas(300), "quality")
        shown(qtbot, frame, (700, 300))
        frame.show_chart("quality_over_time", Quality().ask(metric="groundedness", by=None).series, "Quality")
        return frame

    def test_the_point_under_the_mouse_is_the_point_that_was_drawn(self, qtbot, theme):
        frame = self.frame(qtbot)
        canvas = frame.canvas
        image = canvas.grab().toImage()
        ratio = image.devicePixelRatio()
        for index, spot in enumerate(canvas.spots):
            if spot.axes == 0:
                place = canvas.place_of(index) * ratio
                colour = image.pixelColor(round(place.x()), round(place.y()))
                assert colour.blue() > colour.red() + 60, (index, colour.name())

    @pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
    def test_a_picture_is_saved(self, qtbot, theme, tmp_path: Path, suffix: str):
        frame = self.frame(qtbot)
        said: list[tuple[str, str]] = []
        frame.said.connect(lambda text, kind: said.append((text, kind)))
        frame.save(tmp_path / f"chart{suffix}")
        starts = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
        assert (tmp_path / f"chart{suffix}").read_bytes().startswith(starts[suffix])
        assert said[0][1] == "info"

    def test_the_numbers_are_saved_as_csv(self, qtbot, theme, tmp_path: Path):
        self.frame(qtbot).save(tmp_path / "chart.csv")
        lines = (tmp_path / "chart.csv").read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("day,share,low,high,n,")
        assert lines[1].startswith("2026-11-09,0.85,0.64,0.95,20,")

    def test_a_folder_that_is_not_there_is_told(self, qtbot, theme, tmp_path: Path):
        frame = self.frame(qtbot)
        said: list[tuple[str, str]] = []
        frame.said.connect(lambda text, kind: said.append((text, kind)))
        frame.save(tmp_path / "nowhere" / "chart.csv")
        assert said[0][1] == "error"
        assert said[0][0].startswith("The chart was not saved: ")

    def test_a_chart_that_was_never_shown_costs_nothing(self, qtbot, theme):
        canvas = ChartCanvas(300)
        qtbot.addWidget(canvas)
        canvas.show_chart("quality_over_time", Quality().ask(metric=None, by=None).series, "Quality")
        assert canvas.spots == ()


@dataclass
class Agreements:
    agreements: tuple[Agreement, ...]
    titles: dict[str, str]


@dataclass
class Comparison:
    calibration: Calibration
    series: MetricAgainstReviewers


class Raters:
    """Two criteria, one of them hard to agree on, and a metric."""

    def __init__(self, few: bool = False) -> None:
        self.cuts: list[tuple[float | None, str | None]] = []
        self.few = few

    def agreement(self, *, criterion: str | None, by: str | None) -> Agreements:
        shared = 12 if self.few else 120
        made = [
            Agreement(
                name,
                "nominal",
                200,
                3,
                2 * shared,
                shared,
                {"yes": 180, "no": 60},
                0.83,
                (PairKappa((HOSTILE, "Bashir"), 0.5, 60),),
                gwet_ac1=ac1,
                alpha_nominal=0.45,
                intervals={"alpha_nominal": (0.3, 0.6)},
            )
            for name, ac1 in (("helps", 0.8), ("tone", 0.4))
        ]
        return Agreements(tuple(made), {"helps": "Does it help?", "tone": HOSTILE})

    def calibrate(
        self,
        *,
        criterion: str,
        metric: str,
        given: str | None,
        threshold: float | None,
        direction: str | None,
    ) -> Comparison:
        self.cuts.append((threshold, direction))
        cut = CalibrationThreshold(threshold or 0.62, direction or "above", (0.57, 0.66))
        made = Calibration(
            criterion,
            metric,
            60,
            3,
            0.4,
            0.4,
            0.3,
            threshold=cut,
            confusion=Confusion(30, 5, 15, 10),
            tpr=0.75,
            tnr=0.75,
            intervals={"tpr": (0.6, 0.86), "tnr": (0.53, 0.89)},
        )
        uids = tuple(f"uid{at}" for at in range(60))
        values = tuple(at / 60 for at in range(60))
        return Comparison(made, MetricAgainstReviewers(made, values, (0.0, 1.0) * 30, uids, "Does it help?"))

    def page(self) -> AgreementPage:
        screen = AgreementScreen(
            ask=self.agreement,
            calibrate=self.calibrate,
            metric_names=lambda: ["groundedness", "toxicity"],
            lanes=InlineLanes(),
        )
        return AgreementPage(screen)


class TestAgreementPage:
    def test_the_verdict_comes_first_and_is_about_the_weakest_criterion(self, qtbot, theme):
        page = shown(qtbot, Raters().page())
        title = next(label for label in page.findChildren(QLabel) if label.property("role") == "title")
        assert (
            title.text()
            .replace("\u00a0", " ")
            .startswith(f"Reviewers agree on 83 % of “{HOSTILE}”; alpha is .45")
        )

    def test_choosing_a_row_shows_that_criterion_in_both_halves(self, qtbot, theme):
        page = shown(qtbot, Raters().page())
        table = next(table for table in page.findChildren(FiguresTable) if table.isVisible())
        qtbot.mouseClick(
            table.viewport(),
            Qt.MouseButton.LeftButton,
            pos=table.visualRect(table.model().index(0, 0)).center(),
        )
        assert any(words.startswith("Reviewers agree on 83 % of “Does it help?”") for words in labels(page))
        assert "How the ratings fall on “Does it help?”" in labels(page)

    def test_figures_stand_right_and_their_intervals_beside_them(self, qtbot, theme):
        page = shown(qtbot, Raters().page())
        table = next(table for table in page.findChildren(FiguresTable) if table.isVisible())
        assert table.rows[0] == ("Does it help?", "83", "–", ".80", "–", ".45", ".30 to .60", "120", "240")
        model = table.model()
        side = model.data(model.index(0, 1), Qt.ItemDataRole.TextAlignmentRole)
        assert side & Qt.AlignmentFlag.AlignRight

    def test_too_few_shared_answers_are_told_under_the_table(self, qtbot, theme):
        page = shown(qtbot, Raters(few=True).page())
        assert "Coefficients need 30 shared answers; there are 12." in labels(page)

    def test_another_cut_is_typed_and_the_suggested_one_comes_back(self, qtbot, theme):
        raters = Raters()
        page = shown(qtbot, raters.page())
        box = next(box for box in page.findChildren(FigureBox) if box.isVisible())
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, "0.4")
        qtbot.keyClick(box, Qt.Key.Key_Return)
        assert raters.cuts[-1] == (0.4, "above")
        button(page, "Suggest").click()
        assert raters.cuts[-1] == (None, None)

    def test_a_point_of_the_comparison_opens_its_trace(self, qtbot, theme):
        page = shown(qtbot, Raters().page(), (1080, 1600))
        opened: list[tuple[str, ...]] = []
        page.open_traces.connect(opened.append)
        canvas = next(c for c in page.findChildren(ChartCanvas) if c.isVisible() and len(c.spots) == 60)
        canvas.setFocus()
        qtbot.keyClick(canvas, Qt.Key.Key_Home)
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
        assert opened == [("uid0",)]


@dataclass
class Written:
    rows: int
    files: list[Path]
    manifest: Path | None


class Exports:
    def __init__(self, tmp_path: Path) -> None:
        self.folder, self.error, self.total = tmp_path, None, 412

    def preview(self, *, layout: str, where: str | None, limit: int) -> Preview:
        if where == "bad":
            raise Refused("The condition cannot be read.", "Put the value in quotes.")
        rows = [{"trace_id": f"t-{at}", "note": HOSTILE} for at in range(min(limit, self.total))]
        return Preview(("trace_id", "note"), rows, self.total)

    def export(
        self,
        *,
        layout: str,
        format: str,  # noqa: A002 - the operation's own word
        out: Path,
        where: str | None,
        progress: Progress,
    ) -> Written:
        if self.error is not None:
            raise self.error
        return Written(412, [out], out.with_suffix(".manifest.json"))

    def page(self, lanes: InlineLanes | None = None) -> DataSetsPage:
        screen = DataSetsScreen(
            layouts=[
                ExportLayout("long", "Long", (), lambda rows: iter(())),
                ExportLayout("gold", "Gold", (), iter),
            ],  # type: ignore[arg-type]
            formats=[ExportFormat("jsonl", "JSONL", ".jsonl", lambda *_: 0)],
            preview=self.preview,
            export=self.export,
            lanes=lanes or InlineLanes(),
            folder=self.folder,
        )
        return DataSetsPage(screen, "For example: passed")


class HeldLanes(InlineLanes):
    """Holds the export until the test lets it go; the preview comes at once."""

    def __init__(self) -> None:
        self.hold, self.held = False, []

    def read(self, work: Callable, done: Callable, failed: Callable) -> None:
        if self.hold:
            self.held.append(lambda: InlineLanes().read(work, done, failed))
        else:
            super().read(work, done, failed)


class TestDataSetsPage:
    def test_the_first_rows_are_seen_before_anything_is_written(self, qtbot, theme, tmp_path: Path):
        page = shown(qtbot, Exports(tmp_path).page())
        table = page.findChild(FiguresTable)
        assert len(table.rows) == 8
        assert table.rows[0] == ("t-0", HOSTILE)
        assert "412 rows; the first 8 are shown." in labels(page)

    def test_an_export_names_its_file_and_manifest(self, qtbot, theme, tmp_path: Path):
        page = shown(qtbot, Exports(tmp_path).page())
        button(page, "Export").click()
        written, manifest = tmp_path / "long.jsonl", tmp_path / "long.manifest.json"
        assert f"412 rows written to {written}. The manifest is {manifest}." in labels(page)

    def test_a_condition_that_cannot_be_read_says_how_to_mend_it(self, qtbot, theme, tmp_path: Path):
        page = shown(qtbot, Exports(tmp_path).page())
        box = next(box for box in page.findChildren(QLineEdit) if box.accessibleName() == "Which rows")
        qtbot.keyClicks(box, "bad")
        qtbot.keyClick(box, Qt.Key.Key_Return)
        fault = next(one for one in page.findChildren(FaultBox) if one.isVisible())
        assert "Put the value in quotes." in fault.text
        assert not button(page, "Export").isEnabled()

    def test_an_empty_data_set_cannot_be_exported(self, qtbot, theme, tmp_path: Path):
        exports = Exports(tmp_path)
        exports.total = 0
        page = shown(qtbot, exports.page())
        assert "No row fits. Nothing would be written." in labels(page)
        assert not button(page, "Export").isEnabled()

    def test_a_long_export_can_be_stopped(self, qtbot, theme, tmp_path: Path):
        lanes = HeldLanes()
        page = shown(qtbot, Exports(tmp_path).page(lanes))
        lanes.hold = True
        button(page, "Export").click()
        assert not button(page, "Export").isEnabled()
        button(page, "Stop").click()
        assert "Stopping…" in labels(page)

    def test_a_failed_export_says_what_is_safe(self, qtbot, theme, tmp_path: Path):
        exports = Exports(tmp_path)
        exports.error = Unavailable("The disk is full.", "Free some room.")
        page = shown(qtbot, exports.page())
        button(page, "Export").click()
        fault = next(one for one in page.findChildren(FaultBox) if one.isVisible())
        assert fault.text == "The disk is full. Nothing was written; your reviews are safe. Free some room."


class TestControls:
    def test_a_wheel_over_a_drop_down_changes_nothing(self, qtbot, theme):
        choice = Choice("Metric")
        shown(qtbot, choice, (200, 80))
        choice.offer([("a", "A"), ("b", "B")], "a")
        heard: list[str] = []
        choice.chosen.connect(heard.append)
        choice.box.setFocus()
        here = QPointF(choice.box.rect().center())
        wheel = QWheelEvent(
            here, choice.box.mapToGlobal(here), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(choice.box, wheel)
        assert choice.key == "a"
        assert heard == []

    def test_a_drop_down_speaks_only_when_a_person_chose(self, qtbot, theme):
        choice = Choice("Metric")
        shown(qtbot, choice, (200, 80))
        heard: list[str] = []
        choice.chosen.connect(heard.append)
        choice.offer([("a", "A"), ("b", HOSTILE)], "a")
        choice.offer([("a", "A"), ("b", HOSTILE)], "b")
        assert heard == []
        choice.box.setFocus()
        qtbot.keyClick(choice.box, Qt.Key.Key_Up)
        assert heard == ["a"]
        assert isinstance(choice.box, QComboBox)

    def test_a_day_that_does_not_exist_leaves_the_day_that_was(self, qtbot, theme):
        box = DayBox("First day")
        shown(qtbot, box, (140, 40))
        box.put(MONDAY)
        box.clear()
        qtbot.keyClicks(box, "2026-02-31")
        qtbot.keyClick(box, Qt.Key.Key_Return)
        assert box.day == MONDAY
        assert box.text() == "2026-11-09"

    def test_a_figure_being_typed_is_not_overwritten_by_late_numbers(self, qtbot, theme):
        box = FigureBox("Limit", unit=" %", low=0, high=100)
        shown(qtbot, box, (120, 40))
        box.put(75)
        box.activateWindow()
        box.setFocus()
        qtbot.waitUntil(box.hasFocus)
        box.selectAll()
        qtbot.keyClicks(box, "8")
        box.put(60)
        assert box.text() == "8"

    @pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
    def test_a_chosen_row_is_seen_in_either_direction_of_reading(self, qtbot, theme, direction):
        table = FiguresTable(
            "Figures", [Column("Criterion", grows=True), Column("Value", number=True)], choosing=True
        )
        table.setLayoutDirection(direction)
        shown(qtbot, table, (400, 300))
        heard: list[int] = []
        table.row_chosen.connect(heard.append)
        table.show_rows([("a", "1"), ("b", "2")])
        table.choose_row(1)
        assert [index.row() for index in table.selectionModel().selectedRows()] == [1]
        assert heard == []

    def test_long_words_in_a_table_wrap_and_the_table_is_as_high_as_its_rows(self, qtbot, theme):
        table = FiguresTable("Figures", [Column("Criterion", grows=True), Column("Value", number=True)])
        shown(qtbot, table, (300, 400))
        table.show_rows([("short", "1"), ("a question that is much longer than its column is wide", "2")])
        QTest.qWait(30)
        assert table.rowHeight(1) > table.rowHeight(0)
        assert table.sizeHint().height() >= table.horizontalHeader().height() + table.rowHeight(
            0
        ) + table.rowHeight(1)
