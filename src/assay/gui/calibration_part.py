"""A metric against reviewers: the lower half of the page Agreement."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.buttons import quiet_button
from assay.gui.chart_canvas import ChartCanvas, summary_of
from assay.gui.chart_saving import ChartFrame
from assay.gui.choice import Choice, FilterRow
from assay.gui.entry import FigureBox
from assay.gui.fault_box import FaultBox
from assay.gui.figures_table import Column, FiguresTable
from assay.gui.plain import plain_label
from assay.gui.tokens import SPACE
from assay.model.wording import unbroken
from assay.viewmodels.agreement import AgreementScreen, CalibrationAnswer
from assay.viewmodels.quality import by_fields

_HEIGHT = 300


class CalibrationPart(QWidget):
    """Draws the calibration of an `AgreementScreen`; its page tells it when to look again."""

    open_traces = Signal(tuple)
    said = Signal(str, str)

    def __init__(self, screen: AgreementScreen) -> None:
        super().__init__()
        self._screen = screen
        self._headline = plain_label("", "heading")
        self._remarks = plain_label("", "body")
        self._fault = FaultBox()
        self._points = ChartFrame(ChartCanvas(_HEIGHT), "metric-against-reviewers")
        self._cells = ChartFrame(ChartCanvas(_HEIGHT), "confusion")
        self._figures = FiguresTable(tr("Metric against reviewers"), _columns())
        self._make_filters()
        self._lay_out()
        self._connect()

    def _make_filters(self) -> None:
        self._criterion = Choice(tr("Criterion"), 220)
        self._metric = Choice(tr("Metric"), 200)
        self._given = Choice(tr("Compare within one"), 160)
        self._side = Choice(tr("Passes from the cut"), 120)
        self._cut = FigureBox(tr("Cut"))
        self._suggest = quiet_button(tr("Suggest"))
        self._filters = FilterRow()
        self._filters.add(self._criterion, self._metric, self._given, self._side, self._cut, self._suggest)

    def _lay_out(self) -> None:
        beside = QHBoxLayout()
        beside.setSpacing(SPACE.xl)
        beside.addWidget(self._points, 5)
        beside.addWidget(self._cells, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.m)
        column.addWidget(plain_label(tr("A metric against reviewers"), "muted"))
        column.addWidget(self._headline)
        column.addWidget(self._remarks)
        column.addWidget(self._fault)
        column.addWidget(self._filters)
        column.addSpacing(SPACE.s)
        column.addLayout(beside)
        column.addWidget(self._figures)

    def _connect(self) -> None:
        screen = self._screen
        self._criterion.chosen.connect(screen.choose_criterion)
        self._metric.chosen.connect(lambda key: screen.choose(replace(screen.choice, metric=key)))
        self._given.chosen.connect(lambda key: screen.choose(replace(screen.choice, given=key or None)))
        self._side.chosen.connect(self._choose_cut)
        self._cut.settled.connect(self._choose_cut)
        self._suggest.clicked.connect(
            lambda: screen.choose(replace(screen.choice, threshold=None, direction=None))
        )
        self._fault.again.connect(screen.reload)
        for frame in (self._points, self._cells):
            frame.said.connect(self.said)
            frame.canvas.spot_chosen.connect(self.open_traces)

    def show_screen(self) -> None:
        """Show what the screen knows now."""
        screen, answer = self._screen, self._screen.calibration
        waiting = tr("Comparing…") if screen.calibrating and answer is None else ""
        self._headline.setText(unbroken(screen.calibration_headline) or waiting)
        self._headline.setVisible(bool(self._headline.text()))
        self._remarks.setText(unbroken("\n".join(screen.calibration_remarks)))
        self._remarks.setVisible(bool(screen.calibration_remarks))
        self._fault.tell(screen.calibration_fault)
        self._offer()
        self._filters.setVisible(bool(screen.metric_names))
        self._figures.show_rows(screen.calibration_rows)
        self._figures.setVisible(bool(screen.calibration_rows))
        shown = answer is not None and answer.calibration.items > 0
        numbers = answer is not None and len(answer.series.metric_values) > 0
        self._points.setVisible(shown and numbers)
        self._cells.setVisible(shown and answer is not None and answer.calibration.confusion is not None)
        if answer is not None and shown:
            self._draw(answer)

    def _draw(self, answer: CalibrationAnswer) -> None:
        words = summary_of([self._screen.calibration_headline, *self._screen.calibration_remarks])
        if answer.series is not self._points.canvas.data and answer.series.metric_values:
            self._points.show_chart("metric_against_reviewers", answer.series, words)
        if answer.calibration is not self._cells.canvas.data:
            self._cells.show_chart("confusion", answer.calibration, words)

    def _offer(self) -> None:
        screen, answer = self._screen, self._screen.calibration
        criteria = [(row.criterion, row.title) for row in screen.rows]
        self._criterion.offer(criteria, screen.criterion or "")
        self._metric.offer([(name, name) for name in screen.metric_names], screen.choice.metric or "")
        self._given.offer([("", tr("no field")), *by_fields()], screen.choice.given or "")
        cut = answer.calibration.threshold if answer is not None else None
        for widget in (self._side, self._cut, self._suggest):
            widget.setVisible(cut is not None)
        self._suggest.setEnabled(screen.choice.threshold is not None)
        if cut is not None:
            self._side.offer([("above", tr("upwards")), ("below", tr("downwards"))], cut.direction)
            self._cut.put(round(cut.value, 6))

    def _choose_cut(self, _told: object = None) -> None:
        if self._cut.value is not None:
            choice = replace(self._screen.choice, threshold=self._cut.value, direction=self._side.key)
            self._screen.choose(choice)


def _columns() -> list[Column]:
    return [
        Column(tr("Figure")),
        Column(tr("Value"), number=True),
        Column(tr("95 % interval"), number=True, muted=True),
        Column(tr("What it says"), muted=True, grows=True),
    ]
