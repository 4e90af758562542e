"""The page Agreement: the plain verdict, then the figures, then the pairs; below it a metric against reviewers."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.calibration_part import CalibrationPart
from assay.gui.chart_canvas import ChartCanvas
from assay.gui.chart_saving import ChartFrame
from assay.gui.fault_box import FaultBox
from assay.gui.figures_table import Column, FiguresTable
from assay.gui.fold import Fold
from assay.gui.page import Page
from assay.gui.plain import hairline, plain_label
from assay.gui.tokens import SPACE
from assay.model.series import AgreementSeries
from assay.model.wording import unbroken
from assay.viewmodels.agreement import AgreementScreen
from assay.viewmodels.agreement_words import AgreementRow, quoted

_BAR = 32
_MOST_BARS = 8
_ROW = 56


class AgreementPage(Page):
    """Draws an `AgreementScreen`. ``open_traces(uids)`` asks for traces, ``said(text, kind)`` is for the notice."""

    open_traces = Signal(tuple)
    said = Signal(str, str)

    def __init__(self, screen: AgreementScreen) -> None:
        super().__init__()
        self._screen = screen
        self._asked = False
        self.setAccessibleName(tr("Agreement"))
        self._headline = plain_label("", "title")
        self._remarks = plain_label("", "body")
        self._fault = FaultBox()
        self._figures = FiguresTable(tr("Agreement by criterion"), _figure_columns(), choosing=True)
        self._why = plain_label("", "muted")
        self._spread_title = plain_label("", "subheading")
        self._spread = ChartFrame(ChartCanvas(_BAR), "ratings")
        self._pairs_title = plain_label(tr("Pairs of reviewers"), "subheading")
        self._pairs = FiguresTable(tr("Pairs of reviewers"), _pair_columns(), most_rows=6)
        self._no_pairs = plain_label(tr("No two named reviewers share an answer on this criterion."), "muted")
        self._picture = ChartFrame(ChartCanvas(_ROW), "agreement")
        self._fold = Fold(tr("All criteria as a picture"), self._picture)
        self._metric = CalibrationPart(screen)
        self._lay_out()
        self._connect()
        screen.watch(self._show)
        self._show()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setSpacing(SPACE.xs)
        head.addWidget(self._headline)
        head.addWidget(self._remarks)
        self._detail = QWidget()
        beside = QHBoxLayout(self._detail)
        beside.setContentsMargins(0, SPACE.s, 0, 0)
        beside.setSpacing(SPACE.xxl)
        beside.addLayout(_stacked(self._spread_title, self._spread), 1)
        beside.addLayout(_stacked(self._pairs_title, self._pairs, self._no_pairs), 1)
        self.column.addLayout(head)
        self.column.addWidget(self._fault)
        self.column.addWidget(self._figures)
        self.column.addWidget(self._why)
        self.column.addWidget(self._detail)
        self.column.addWidget(self._fold)
        self.column.addSpacing(SPACE.l)
        self._rule = hairline()
        self.column.addWidget(self._rule)
        self.column.addSpacing(SPACE.s)
        self.column.addWidget(self._metric)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self._figures.row_chosen.connect(self._choose_row)
        self._fault.again.connect(self._screen.reload)
        self._metric.open_traces.connect(self.open_traces)
        for frame in (self._spread, self._picture, self._metric):
            frame.said.connect(self.said)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the numbers when the page is first seen."""
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self._screen.reload()

    def _show(self) -> None:
        screen = self._screen
        waiting = tr("Working out the numbers…") if screen.waiting and screen.answer is None else ""
        self._headline.setText(unbroken(screen.headline) or waiting or tr("Agreement"))
        self._remarks.setText(unbroken("\n".join(screen.remarks)))
        self._remarks.setVisible(bool(screen.remarks))
        self._fault.tell(screen.fault)
        rows = screen.rows
        self._figures.setVisible(bool(rows))
        self._figures.show_rows([_cells(row) for row in rows])
        chosen = next((at for at, row in enumerate(rows) if row.criterion == screen.criterion), None)
        if chosen is not None:
            self._figures.choose_row(chosen)
        why = rows[chosen].why if chosen is not None else ""
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self._detail.setVisible(screen.chosen is not None)
        self._fold.setVisible(len(rows) > 1)
        self._metric.setVisible(bool(rows))
        self._rule.setVisible(bool(rows))
        self._show_chosen()
        self._metric.show_screen()

    def _show_chosen(self) -> None:
        screen, chosen = self._screen, self._screen.chosen
        if chosen is None or screen.answer is None:
            return
        title = screen.title_of(chosen.criterion)
        if chosen is not self._spread.canvas.data:
            self._spread_title.setText(tr("How the ratings fall on {title}").format(title=quoted(title)))
            self._spread.canvas.set_height(_BAR * min(max(len(chosen.distribution), 2), _MOST_BARS) + 16)
            self._spread.show_chart("distribution", chosen, self._spread_title.text())
            found = screen.answer.agreements
            self._picture.canvas.set_height(70 + _ROW * len(found))
            self._picture.show_chart(
                "agreement_by_criterion", AgreementSeries(found), tr("Agreement by criterion")
            )
        pairs = screen.pairs
        self._pairs.show_rows(pairs)
        self._pairs.setVisible(bool(pairs))
        self._no_pairs.setVisible(not pairs)

    def _choose_row(self, row: int) -> None:
        self._screen.choose_criterion(self._screen.rows[row].criterion)


def _stacked(*widgets: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(SPACE.s)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    return column


def _cells(row: AgreementRow) -> Sequence[str]:
    return (
        *(row.title, row.percent, row.percent_interval, row.ac1, row.ac1_interval),
        *(row.alpha, row.alpha_interval, row.items, row.ratings),
    )


def _figure_columns() -> list[Column]:
    span = Column(tr("95 %"), number=True, muted=True)
    return [
        Column(tr("Criterion"), grows=True),
        *(Column(tr("Same answer, %"), number=True), span),
        *(Column(tr("AC1"), number=True), span),
        *(Column(tr("Alpha"), number=True), span),
        Column(tr("Shared answers"), number=True),
        Column(tr("Ratings"), number=True),
    ]


def _pair_columns() -> list[Column]:
    return [
        Column(tr("Reviewer"), grows=True),
        Column(tr("with"), grows=True),
        Column(tr("Kappa"), number=True),
        Column(tr("Answers"), number=True),
    ]
