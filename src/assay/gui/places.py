"""The pages of one open office, made when they are first wanted."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from assay.base.translation import tr
from assay.gui.agreement_page import AgreementPage
from assay.gui.coming import coming
from assay.gui.commands import CommandHub
from assay.gui.datasets_page import DataSetsPage
from assay.gui.quality_page import QualityPage
from assay.gui.reader_page import ReaderPage
from assay.gui.review_page import ReviewPage
from assay.gui.theme import current_theme, tokens_now
from assay.gui.today_page import TodayPage
from assay.gui.trace_style import ReadingColours, ReadingFonts, TraceStyle
from assay.gui.traces_page import TracesPage
from assay.model.population import Window
from assay.model.trace import Trace
from assay.operations.agreement import agreement
from assay.operations.browse import blind_uids, judged_uids
from assay.operations.calibrate import calibrate
from assay.operations.describe import describe
from assay.operations.export import export, export_formats, export_layouts, preview
from assay.operations.look import look_at, reveal
from assay.operations.office import Office
from assay.operations.quality import quality
from assay.operations.thresholds import limited_metrics, set_share_threshold, set_threshold
from assay.viewmodels.agreement import AgreementScreen
from assay.viewmodels.datasets import DataSetsScreen, Preview
from assay.viewmodels.desk import Desk
from assay.viewmodels.lanes import Lanes
from assay.viewmodels.quality import QualityScreen, TraceLine
from assay.viewmodels.today import Today
from assay.viewmodels.traces import TracesScreen


def trace_style() -> TraceStyle:
    """How traces are set in the look that is in force."""
    tokens, theme = tokens_now(), current_theme()
    colours = ReadingColours(
        surface=tokens.surface,
        sunken=tokens.sunken,
        hairline=tokens.hairline,
        text=tokens.text,
        muted=tokens.muted,
        accent=tokens.accent,
        wash=tokens.accent_wash,
    )
    return TraceStyle(colours, ReadingFonts().scaled(theme.text_scale if theme else 1.0))


class Places(QObject):
    """Makes the pages of an office. ``said(text, kind)`` is for the notice line, ``reading(uids)`` opens traces."""

    said = Signal(str, str)
    reading = Signal(tuple)

    def __init__(self, office: Office, lanes: Lanes, hub: CommandHub, rater: str) -> None:
        super().__init__()
        self._office, self._lanes, self._hub = office, lanes, hub
        self.today_state = Today(office, lanes, rater)
        self.desk = Desk(office, lanes, rater)
        self.today = TodayPage(self.today_state, hub)
        self.review = ReviewPage(self.desk, hub, trace_style())
        self.reader = ReaderPage(self._fetch, lanes, trace_style())
        self.review.revealed.connect(self._reveal)
        self.reader.shown.connect(self._reveal)
        self._makers: dict[str, Callable[[], QWidget]] = {
            "quality": self._quality,
            "agreement": self._agreement,
            "traces": self._traces,
            "datasets": self._datasets,
        }

    def make(self, place: str) -> QWidget:
        """The page of a place."""
        known: dict[str, QWidget] = {"today": self.today, "review": self.review}
        if place in known:
            return known[place]
        return self._makers.get(place, partial(coming, place))()

    def review_as(self, rater: str) -> None:
        """Another person sits down."""
        self.desk.rater = rater

    def restyle(self) -> None:
        """Follow a change of look."""
        for page in (self.review, self.reader):
            page.set_style(trace_style())

    def _quality(self) -> QualityPage:
        office = self._office
        screen = QualityScreen(
            ask=partial(quality, office),
            lanes=self._lanes,
            today=office.clock.today,
            set_share_limit=partial(set_share_threshold, office),
            set_metric_limit=partial(set_threshold, office),
            describe=self._describe,
        )
        # A metric somebody set a limit for is one they want to see beside the reviewers.
        screen.choice = replace(screen.choice, metric=next(iter(limited_metrics(office)), None))
        page = QualityPage(screen)
        page.open_traces.connect(self.reading)
        page.said.connect(self.said)
        return page

    def _agreement(self) -> AgreementPage:
        office = self._office
        screen = AgreementScreen(
            ask=partial(agreement, office),
            calibrate=partial(calibrate, office),
            metric_names=office.traces.metric_names,
            lanes=self._lanes,
        )
        page = AgreementPage(screen)
        page.open_traces.connect(self.reading)
        page.said.connect(self.said)
        return page

    def _traces(self) -> TracesPage:
        office = self._office
        screen = TracesScreen(
            browse=office.traces.browser,
            values=partial(office.traces.strata, Window()),
            metric_names=office.traces.metric_names,
            judged=partial(judged_uids, office),
            blind=lambda: blind_uids(office, self.desk.rater),
            lanes=self._lanes,
            today=office.clock.today,
        )
        page = TracesPage(screen)
        page.open_traces.connect(self.reading)
        return page

    def _datasets(self) -> DataSetsPage:
        office = self._office
        screen = DataSetsScreen(
            layouts=list(export_layouts().values()),
            formats=list(export_formats().values()),
            preview=self._preview,
            export=partial(export, office),
            lanes=self._lanes,
            folder=office.folder / "exports",
        )
        page = DataSetsPage(screen, tr("For example: criterion == 'helps' and passed"))
        page.said.connect(self.said)
        return page

    def _describe(self, uids: Sequence[str]) -> list[TraceLine]:
        return [TraceLine(one.uid, one.words, one.passed) for one in describe(self._office, uids)]

    def _preview(self, *, layout: str, where: str | None, limit: int) -> Preview:
        found = preview(self._office, layout, where, limit)
        return Preview(found.columns, found.rows, found.total)

    def _fetch(self, uid: str) -> Trace:
        return look_at(self._office, uid, self.desk.rater, "").trace

    def _reveal(self, uid: str) -> None:
        self._lanes.write(partial(reveal, self._office, uid, self.desk.rater), _nothing, _nothing)


def _nothing(_outcome: object) -> None:
    """Nothing follows."""
