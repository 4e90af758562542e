"""The page Traces: how many there are, one row of filters, and the list, however long it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from assay.base.translation import tr
from assay.gui.browse_table import BrowseTable
from assay.gui.buttons import quiet_button, text_button
from assay.gui.choice import Choice, FilterRow
from assay.gui.empty import EmptyState
from assay.gui.entry import DayBox, FigureBox
from assay.gui.fault_box import FaultBox
from assay.gui.plain import plain_label
from assay.gui.theme import scaled
from assay.gui.tokens import SPACE
from assay.model.wording import count
from assay.viewmodels.traces import TracesScreen
from assay.viewmodels.traces_choice import NO_VALUE
from assay.viewmodels.traces_words import fields, periods, progress, sentence, sorts

_SEARCH_WIDTH = 200
_PAUSE_MS = 350
_MOST_VALUES = 300


class TracesPage(QWidget):
    """Draws a `TracesScreen`. ``open_traces(uids)`` asks for a trace, with those that follow it in the list."""

    open_traces = Signal(tuple)

    def __init__(self, screen: TracesScreen) -> None:
        super().__init__()
        self._screen = screen
        self._asked = False
        self.setAccessibleName(tr("Traces"))
        self.setProperty("ground", "background")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._headline = plain_label("", "title", wrap=False)
        self._progress = plain_label("", "muted", wrap=False)
        self._stop = quiet_button(tr("Stop searching"))
        self._clear = text_button(tr("Clear the filters"), "cross", "muted")
        self._fault = FaultBox()
        self.table = BrowseTable(screen)
        self._none = EmptyState(
            tr("No traces yet"), tr("Open files on Today; their traces come here."), icon="traces"
        )
        self._no_match = EmptyState(
            tr("No trace matches"),
            tr("Take back one of the filters."),
            tr("Clear the filters"),
            icon="search",
        )
        self.setFocusProxy(self.table)
        self._make_filters()
        self._lay_out()
        self._connect()
        screen.watch(self._show)
        self._show()

    def _make_filters(self) -> None:
        self.search = _SearchBox()
        self._field, self._value = Choice(tr("Field"), 140), Choice(tr("Value"), 200)
        self._reviews = Choice(tr("Reviews"), 120)
        self._metric = Choice(tr("Metric"), 150)
        self._sign, self._limit = Choice(tr("Metric is"), 110), FigureBox(tr("Figure"))
        self._period = Choice(tr("Period"), 140)
        self._since, self._until = DayBox(tr("First day")), DayBox(tr("Last day"))
        self._sort = Choice(tr("Order"), 170)
        self._filters = FilterRow()
        self._days = _side_by_side(self._since, self._until)
        self._limits = _side_by_side(self._sign, self._limit)
        self._filters.add(self.search, self._field, self._value, self._period, self._days)
        self._filters.add(self._reviews, self._metric, self._limits, self._sort)
        # While a person types, the search waits for them to pause.
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE.m)
        for widget in (self._headline, self._progress, self._stop):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self._clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.xxxl, SPACE.xxl, SPACE.xxxl, SPACE.l)
        column.setSpacing(SPACE.l)
        column.addLayout(head)
        column.addWidget(self._filters)
        column.addWidget(self._fault)
        self._blank = QWidget()
        for beneath in (self.table, self._none, self._no_match, self._blank):
            column.addWidget(beneath, 1)

    def _connect(self) -> None:
        screen = self._screen
        self.search.box.textEdited.connect(lambda _text: self._pause.start())
        self.search.box.returnPressed.connect(self._search_now)
        self._pause.timeout.connect(self._search)
        self._field.chosen.connect(lambda key: screen.choose(replace(screen.choice, field=key, value="")))
        self._value.chosen.connect(lambda key: screen.choose(replace(screen.choice, value=key)))
        self._reviews.chosen.connect(lambda key: screen.choose(replace(screen.choice, reviews=key)))
        self._metric.chosen.connect(self._choose_metric)
        self._sign.chosen.connect(lambda key: screen.choose(replace(screen.choice, sign=key)))
        self._limit.settled.connect(lambda value: screen.choose(replace(screen.choice, limit=value)))
        self._period.chosen.connect(self._choose_period)
        for box in (self._since, self._until):
            box.settled.connect(self._choose_days)
        self._sort.chosen.connect(self._choose_sort)
        self._stop.clicked.connect(screen.stop)
        self._clear.clicked.connect(self.clear)
        self._no_match.action_wanted.connect(self.clear)
        self._fault.again.connect(screen.open)
        self.table.opened.connect(self._open)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the traces when the page is first seen; later, only for what may have changed."""
        super().showEvent(event)
        if self._asked:
            self._screen.look_again()
        else:
            self._asked = True
            self._screen.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape stops a search; ``/`` and Ctrl+F lead to the search field."""
        find = event.key() == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if find or event.text() == "/":
            self.search.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.box.selectAll()
        elif event.key() == Qt.Key.Key_Escape:
            self._screen.stop()
        else:
            super().keyPressEvent(event)

    def clear(self) -> None:
        """Take back every filter."""
        self._pause.stop()
        self.search.box.clear()
        self._screen.clear()
        self.table.setFocus()

    def _show(self) -> None:
        screen, listing = self._screen, self._screen.listing
        self._headline.setText(sentence(screen))
        self._progress.setText(progress(screen))
        searching = listing is not None and listing.searching
        self._progress.setVisible(searching)
        self._stop.setVisible(searching)
        self._clear.setVisible(screen.choice.narrows)
        self._fault.tell(screen.fault)
        self._filters.setVisible(listing is not None and bool(listing.total))
        self._show_beneath(self._beneath())
        self._offer()
        self.table.catch_up()

    def _beneath(self) -> QWidget:
        """What stands under the filters: the list, why it is empty, or nothing yet."""
        screen, listing = self._screen, self._screen.listing
        if listing is None:
            return self._blank
        if not listing.total:
            return self._none
        settled = not (listing.searching or screen.waiting or screen.fault)
        return self._no_match if settled and not listing.count else self.table

    def _show_beneath(self, wanted: QWidget) -> None:
        # Hidden first: two that want all the room must never be there at once.
        had_keyboard = self.table.hasFocus()
        for one in (self.table, self._none, self._no_match, self._blank):
            if one is not wanted:
                one.hide()
        wanted.show()
        if had_keyboard and wanted is self._no_match:
            self.search.box.setFocus()

    def _offer(self) -> None:
        screen, choice = self._screen, self._screen.choice
        self._field.offer(fields(), choice.field)
        self._value.setVisible(bool(choice.field))
        self._value.offer(_values(screen), choice.value)
        self._reviews.offer(_reviews(), choice.reviews)
        self._metric.offer(
            [("", tr("no metric")), *((name, name) for name in screen.offers.metrics)], choice.metric or ""
        )
        self._metric.setVisible(bool(screen.offers.metrics))
        self._limits.setVisible(bool(choice.metric))
        self._sign.offer([("", tr("any")), ("<", tr("below")), (">=", tr("at least"))], choice.sign)
        self._limit.setVisible(bool(choice.metric and choice.sign))
        self._limit.put(choice.limit)
        self._period.offer(periods(), choice.period)
        self._days.setVisible(choice.period == "between")
        for box, day in ((self._since, choice.since), (self._until, choice.until)):
            if not box.hasFocus():
                box.put(day)
        self._sort.offer(sorts(screen), f"{'-' if choice.descending else ''}{choice.sort}")

    def _search_now(self) -> None:
        self._search()
        self.table.setFocus()

    def _search(self) -> None:
        self._pause.stop()
        self._screen.choose(replace(self._screen.choice, text=self.search.box.text().strip()))

    def _choose_metric(self, name: str) -> None:
        choice = self._screen.choice
        self._screen.choose(replace(choice, metric=name or None, sign="", limit=None))

    def _choose_period(self, key: str) -> None:
        choice, until = self._screen.choice, self._screen.today()
        if key == "between" and choice.since is None and choice.until is None:
            choice = replace(choice, since=until - timedelta(days=6), until=until)
        self._screen.choose(replace(choice, period=key))

    def _choose_days(self) -> None:
        self._screen.choose(replace(self._screen.choice, since=self._since.day, until=self._until.day))

    def _choose_sort(self, key: str) -> None:
        column, descending = key.removeprefix("-"), key.startswith("-")
        sort = next((one.sort for one in self.table.columns if one.sort == column), None)
        if sort is not None:
            self._screen.choose(replace(self._screen.choice, sort=sort, descending=descending))

    def _open(self, row: int) -> None:
        uids = self._screen.uids_from(row)
        if uids:
            self.open_traces.emit(uids)


class _SearchBox(QWidget):
    """The field for words, under its name."""

    def __init__(self) -> None:
        super().__init__()
        self.box = QLineEdit()
        self.box.setAccessibleName(tr("Words in question or answer"))
        self.box.setPlaceholderText(tr("As they stand there"))
        self.box.setClearButtonEnabled(True)
        self._fit()
        label = plain_label(tr("Words in question or answer"), "label", wrap=False)
        label.setBuddy(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        column.addWidget(label)
        column.addWidget(self.box)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "box"):
            self._fit()

    def _fit(self) -> None:
        self.box.setFixedWidth(scaled(_SEARCH_WIDTH))


def _side_by_side(*widgets: QWidget) -> QWidget:
    """Widgets that a narrow page never parts, their feet on one line."""
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE.s)
    for widget in widgets:
        row.addWidget(widget, 0, Qt.AlignmentFlag.AlignBottom)
    return pair


def _values(screen: TracesScreen) -> Sequence[tuple[str, str]]:
    """The commonest values of the chosen field, with their counts."""
    most = sorted(screen.values.items(), key=lambda one: (-one[1], one[0]))[:_MOST_VALUES]
    titles = {NO_VALUE: tr("none")}
    return [
        ("", tr("any value")),
        *((value, f"{' '.join(titles.get(value, value).split())} ({count(n)})") for value, n in most),
    ]


def _reviews() -> list[tuple[str, str]]:
    return [("all", tr("any")), ("reviewed", tr("reviewed")), ("open", tr("not reviewed"))]
