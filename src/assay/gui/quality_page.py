"""The page Quality: the estimate as a sentence, the chart under it, one row of choices, everything else folded."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.chart_canvas import ChartCanvas, summary_of
from assay.gui.chart_saving import ChartFrame
from assay.gui.choice import Choice, FilterRow
from assay.gui.entry import DayBox
from assay.gui.fault_box import FaultBox
from assay.gui.figures_table import Column, FiguresTable
from assay.gui.fold import Fold
from assay.gui.limit_row import LimitRow
from assay.gui.page import Page
from assay.gui.plain import plain_label
from assay.gui.theme import scaled
from assay.gui.tokens import SPACE
from assay.gui.trace_list import TraceList
from assay.model.wording import unbroken
from assay.viewmodels.quality import QualityAnswer, QualityScreen, by_fields
from assay.viewmodels.quality_words import limit_words

_WIDTH = 1600
_INSET = SPACE.xl + SPACE.xs
_ONE_PANEL, _TWO_PANELS, _HIGHEST = 330, 460, 680
_SHARE_OF_PAGE = 0.55


class QualityPage(Page):
    """Draws a `QualityScreen`. ``open_traces(uids)`` asks for traces, ``said(text, kind)`` is for the notice line."""

    open_traces = Signal(tuple)
    said = Signal(str, str)

    def __init__(self, screen: QualityScreen) -> None:
        super().__init__(width=_WIDTH)
        self._screen = screen
        self._asked = False
        self.setAccessibleName(tr("Quality"))
        self._title = plain_label("", "muted")
        self._headline = plain_label("", "title")
        self._remarks = plain_label("", "body")
        self._fault = FaultBox()
        self._frame = ChartFrame(ChartCanvas(_ONE_PANEL), "quality")
        self._traces = TraceList()
        self._groups = FiguresTable(tr("Split by a field"), _group_columns(""))
        self._notes = plain_label("", "muted")
        self._make_filters()
        self._make_limits()
        self._lay_out()
        self._connect()
        screen.watch(self._show)
        self._show()

    def _make_filters(self) -> None:
        self._criterion = Choice(tr("Criterion"), 260)
        self._metric = Choice(tr("Metric beside it"), 200)
        self._by = Choice(tr("Split by"), 160)
        self._period = Choice(tr("Period"), 170)
        self._since, self._until = DayBox(tr("First day")), DayBox(tr("Last day"))
        self._filters = FilterRow()
        self._filters.add(self._criterion, self._metric, self._by, self._period, self._since, self._until)

    def _make_limits(self) -> None:
        self._share_limit, self._metric_limit = LimitRow(share=True), LimitRow(share=False)
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(_INSET, 0, 0, SPACE.s)
        for row in (self._share_limit, self._metric_limit):
            column.addWidget(row)
        self._limits = Fold(tr("Limits"), rows)

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setSpacing(SPACE.xs)
        for label in (self._title, self._headline, self._remarks):
            head.addWidget(label)
        beside = QHBoxLayout()
        beside.setSpacing(SPACE.l)
        beside.addWidget(self._frame, 1)
        beside.addWidget(self._traces)
        folds = QVBoxLayout()
        folds.setSpacing(0)
        self._how = Fold(tr("How this was computed"), _inset(self._notes))
        folds.addWidget(self._limits)
        folds.addWidget(self._how)
        self.column.addLayout(head)
        self.column.addWidget(self._fault)
        self.column.addWidget(self._filters)
        self.column.addLayout(beside)
        self.column.addWidget(self._groups)
        self.column.addLayout(folds)
        self.column.addStretch(1)

    def _connect(self) -> None:
        screen = self._screen
        self._criterion.chosen.connect(lambda key: screen.choose(replace(screen.choice, criterion=key)))
        self._metric.chosen.connect(lambda key: screen.choose(replace(screen.choice, metric=key or None)))
        self._by.chosen.connect(lambda key: screen.choose(replace(screen.choice, by=key or None)))
        self._period.chosen.connect(self._choose_period)
        self._since.settled.connect(self._choose_dates)
        self._until.settled.connect(self._choose_dates)
        self._frame.canvas.spot_chosen.connect(self._open_point)
        self._frame.said.connect(self.said)
        self._traces.put_away.connect(screen.close_point)
        self._traces.open_traces.connect(self.open_traces)
        self._share_limit.kept.connect(screen.limit_share)
        self._metric_limit.kept.connect(screen.limit_metric)
        self._fault.again.connect(screen.reload)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the numbers when the page is first seen."""
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self._screen.reload()

    def _show(self) -> None:
        screen, answer = self._screen, self._screen.answer
        self._title.setText(screen.title)
        self._title.setVisible(bool(screen.title))
        waiting = tr("Working out the numbers…") if screen.waiting and answer is None else ""
        self._headline.setText(unbroken(screen.headline) or waiting or tr("Quality"))
        self._remarks.setText(unbroken(" ".join(screen.remarks)))
        self._remarks.setVisible(bool(screen.remarks))
        self._fault.tell(screen.fault)
        drawable = answer is not None and bool(answer.series.days or answer.series.metric)
        self._frame.setVisible(drawable)
        self._filters.setVisible(answer is not None or bool(self._criterion.key))
        self._groups.setVisible(bool(screen.groups))
        self._limits.setVisible(answer is not None)
        self._how.setVisible(answer is not None)
        self._notes.setText("\n".join(screen.notes))
        if answer is not None:
            self._show_answer(answer)
        self._show_dates()
        self._traces.tell(screen.point, screen.behind, screen.behind_fault)
        if not screen.point:
            self._frame.canvas.let_go()

    def _show_answer(self, answer: QualityAnswer) -> None:
        screen, series = self._screen, answer.series
        self._offer(answer)
        if series is not self._frame.canvas.data:
            self._fit_chart()
            words = summary_of([screen.title, screen.headline, *screen.remarks])
            self._frame.show_chart("quality_over_time", series, words)
        self._groups.show_rows(
            screen.groups, _group_columns(dict(by_fields()).get(screen.choice.by or "", ""))
        )
        self._share_limit.tell(tr("The share that reviewers pass should stay"), series.threshold)
        self._metric_limit.setVisible(series.metric_name is not None)
        self._metric_limit.tell(
            tr("{metric} should stay").format(metric=series.metric_name or ""), series.metric_threshold
        )
        told = tr("Limit of the share: {share}").format(share=limit_words(series.threshold, share=True))
        if series.metric_name:
            metric = limit_words(series.metric_threshold, share=False)
            told += " · " + tr("of {metric}: {limit}").format(metric=series.metric_name, limit=metric)
        self._limits.set_title(told)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_chart()

    def _fit_chart(self) -> None:
        """More room on a high page, never less than can be read."""
        answer = self._screen.answer
        least = _TWO_PANELS if answer is not None and answer.series.metric_name else _ONE_PANEL
        room = round(self.viewport().height() * _SHARE_OF_PAGE / max(scaled(100) / 100, 1))
        self._frame.canvas.set_height(max(least, min(room, _HIGHEST)))

    def _offer(self, answer: QualityAnswer) -> None:
        choice = self._screen.choice
        self._criterion.offer(answer.criteria, choice.criterion or answer.series.criterion)
        metrics = [("", tr("no metric")), *((name, name) for name in answer.metric_names)]
        self._metric.offer(metrics, choice.metric or "")
        self._by.offer([("", tr("nothing")), *by_fields()], choice.by or "")
        self._period.offer(_periods(), choice.period)

    def _show_dates(self) -> None:
        between = self._period.key == "between"
        for box in (self._since, self._until):
            box.setVisible(between)

    def _choose_period(self, period: str) -> None:
        if period == "between":
            self._show_dates()
            days = [point.day for point in self._screen.answer.series.days] if self._screen.answer else []
            if days:
                self._since.put(min(days))
                self._until.put(max(days))
            self._choose_dates()
        else:
            self._screen.choose(replace(self._screen.choice, period=period))

    def _choose_dates(self) -> None:
        self._screen.between(self._since.day, self._until.day)

    def _open_point(self, uids: tuple[str, ...]) -> None:
        spot = self._frame.canvas.chosen
        self._screen.open_point(spot.words if spot else "", uids)


def _periods() -> list[tuple[str, str]]:
    return [
        ("7", tr("last 7 days")),
        ("28", tr("last 28 days")),
        ("90", tr("last 90 days")),
        ("all", tr("everything")),
        ("between", tr("between two days")),
    ]


def _group_columns(field: str) -> list[Column]:
    return [
        Column(field or tr("group"), grows=True),
        Column(tr("pass, %"), number=True),
        Column(tr("95 % interval"), number=True, muted=True),
        Column(tr("judged"), number=True),
    ]


def _inset(label: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(_INSET, 0, 0, SPACE.s)
    column.addWidget(label)
    return holder
