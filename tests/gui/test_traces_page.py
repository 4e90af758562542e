"""The Traces page in a window: what is read first, the keyboard, and that nothing a trace says is more than words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from assay.base.clock import FixedClock
from assay.base.errors import Unavailable
from assay.base.progress import Progress
from assay.gui.fault_box import FaultBox
from assay.gui.fonts import load_fonts
from assay.gui.theme import Theme
from assay.gui.traces_page import TracesPage
from assay.model.population import Window
from assay.model.trace import Metric, Trace, text_message
from assay.operations.demo import demo
from assay.operations.office import open_office
from assay.traces.store import TraceStore
from assay.viewmodels.lanes import InlineLanes
from assay.viewmodels.traces import TracesScreen

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

HOSTILE = '<img src="file:///etc/passwd"><b>bold</b>'
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DISPLAYED = Qt.ItemDataRole.DisplayRole


@pytest.fixture
def theme(qapp):
    load_fonts()
    made = Theme(qapp, "light")
    yield made
    made.setParent(None)
    qapp.setStyleSheet("")


@pytest.fixture
def store(tmp_path):
    made = TraceStore(tmp_path / "traces")
    yield made
    made.close()


def trace(at: int) -> Trace:
    return Trace(
        source="shop",
        native_id=f"t{at}",
        started_at=NOON + timedelta(minutes=at),
        model=HOSTILE if at % 2 else "small",
        latency_ms=float(at * 37 % 101),
        input=(text_message("user", f"{HOSTILE} number {at}"),),
        metrics=(Metric(name=HOSTILE, value=at / 10),),
    )


def screen_of(store):
    return TracesScreen(
        browse=store.browser,
        values=lambda name: store.strata(Window(), name),
        metric_names=store.metric_names,
        judged=lambda: (),
        blind=lambda: (),
        lanes=InlineLanes(),
        today=lambda: date(2026, 11, 23),
    )


@pytest.fixture
def page(qtbot, theme, store):
    store.write((trace(at) for at in range(500)), Progress())
    return shown(qtbot, TracesPage(screen_of(store)))


def shown(qtbot, page: QWidget) -> QWidget:
    qtbot.addWidget(page)
    page.resize(1080, 700)
    page.show()
    page.activateWindow()
    qtbot.waitExposed(page)
    QTest.qWait(80)
    return page


def labels(page: QWidget) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def words(page: TracesPage, row: int) -> list[str]:
    model = page.table.model()
    return [model.index(row, at).data(DISPLAYED) for at in range(model.columnCount())]


def head(page: TracesPage) -> list[str]:
    model = page.table.model()
    return [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]


def test_the_count_is_read_first_and_what_traces_say_is_only_words(page):
    assert labels(page)[0] == "500 traces"
    assert words(page, 0) == [f"{HOSTILE} number 499", "20 Nov 20:19", HOSTILE, "0.08"]
    assert page.table.model().rowCount() == 500
    assert page.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole) is None


def test_a_row_far_down_comes_when_it_is_scrolled_to(page, qtbot):
    assert list(page._screen.listing.pages) == [0]
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: 2 in page._screen.listing.pages)
    assert words(page, 499)[0].endswith("number 0")


def test_a_click_on_a_head_sorts_and_another_turns_it_round(page, qtbot):
    header = page.table.horizontalHeader()
    at = [title.split(",")[0] for title in head(page)].index("Latency")
    spot = QPoint(header.sectionViewportPosition(at) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert head(page)[at] == "Latency, s ↓"
    assert words(page, 0)[at] == "0.10"
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert head(page)[at] == "Latency, s ↑"
    assert words(page, 0)[at] == "0.00"


def test_enter_and_a_double_click_open_a_trace_with_those_that_follow(page, qtbot):
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    with qtbot.waitSignal(page.open_traces) as asked:
        QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert asked.args[0][:2] == (trace(498).uid, trace(497).uid)
    spot = page.table.visualRect(page.table.model().index(4, 0)).center()
    with qtbot.waitSignal(page.open_traces) as asked:
        qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        qtbot.mouseDClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert asked.args[0][0] == trace(495).uid


def test_words_are_searched_when_typing_pauses_and_enter_leads_to_the_list(page, qtbot):
    qtbot.waitUntil(page.isActiveWindow)
    page.table.setFocus()
    QTest.keyClick(page.table, "/")
    assert page.search.box.hasFocus()
    QTest.keyClicks(page.search.box, "NUMBER 49")
    assert labels(page)[0] == "500 traces"
    qtbot.waitUntil(lambda: labels(page)[0] == "11 of 500 traces match")
    QTest.keyClick(page.search.box, Qt.Key.Key_Return)
    assert page.table.hasFocus()
    assert page.table.currentIndex().row() == 0
    assert words(page, 10)[0].endswith("number 49")


def test_letters_typed_on_the_list_do_not_go_through_every_row(page):
    page.table.setFocus()
    QTest.keyClicks(page.table, "zx")
    assert list(page._screen.listing.pages) == [0]
    assert page.table.currentIndex().row() == 0


def test_nothing_found_says_so_and_gives_the_way_back(page, qtbot):
    page.search.box.setText("no such words")
    QTest.keyClick(page.search.box, Qt.Key.Key_Return)
    assert "No trace matches" in labels(page)
    assert page.search.box.hasFocus()
    assert not page.table.isVisible()
    clear = [
        one for one in page.findChildren(QPushButton) if one.isVisible() and one.text() == "Clear the filters"
    ]
    qtbot.mouseClick(clear[-1], Qt.MouseButton.LeftButton)
    assert labels(page)[0] == "500 traces"
    assert page.search.box.text() == ""
    assert page.table.isVisible()


def test_filters_that_belong_to_a_choice_come_with_it(page):
    choice = page._screen.choice
    assert not page._value.isVisible()
    page._screen.choose(replace(choice, field="model", value=HOSTILE))
    assert page._value.isVisible()
    assert page._value.box.currentText() == f"{HOSTILE} (250)"
    page._screen.choose(replace(page._screen.choice, metric=HOSTILE, sign="<", limit=10.0))
    assert page._limit.isVisible()
    assert head(page)[-1] == HOSTILE
    assert labels(page)[0] == "50 of 500 traces match"
    page._period.chosen.emit("between")
    assert page._since.isVisible()
    assert page._since.text() == "2026-11-17"


def test_coming_back_finds_the_list_where_it_was_left(page):
    page.table.selectRow(300)
    page.table.scrollTo(page.table.currentIndex())
    before = page.table.verticalScrollBar().value()
    assert before > 0
    page.hide()
    page.show()
    assert page.table.currentIndex().row() == 300
    assert page.table.verticalScrollBar().value() == before


def test_an_empty_workspace_says_what_will_fill_it(qtbot, theme, store):
    page = shown(qtbot, TracesPage(screen_of(store)))
    assert labels(page)[:2] == ["0 traces", "No traces yet"]
    assert not page.table.isVisible()
    assert not page._filters.isVisible()


def test_a_fault_stands_in_place_of_the_list_and_can_be_tried_again(qtbot, theme, store, monkeypatch):
    store.write([trace(1)], Progress())

    def gone(*_words):
        raise Unavailable("The disk is gone.", "Plug it in.")

    with monkeypatch.context() as broken:
        broken.setattr(store.browser, "count", gone)
        page = shown(qtbot, TracesPage(screen_of(store)))
        assert "Plug it in." in page.findChild(FaultBox).text
        assert not page.table.isVisible()
    qtbot.mouseClick(page.findChild(FaultBox).findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert labels(page)[0] == "1 trace"
    assert page.table.isVisible()


def test_everything_that_takes_the_keyboard_has_a_name(page):
    page._screen.choose(
        replace(page._screen.choice, field="model", metric=HOSTILE, sign="<", period="between")
    )
    kinds = (QLineEdit, QComboBox, QPushButton)
    visible = [one for one in page.findChildren(QWidget) if one.isVisible() and isinstance(one, kinds)]
    takers = [one for one in visible if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    names = [QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name) for one in takers]
    assert len(takers) > 8
    assert all(names)
    assert QAccessible.queryAccessibleInterface(page.table).text(QAccessible.Text.Name) == "Traces"


def test_tab_leads_through_the_filters_to_the_list(page, qtbot):
    qtbot.waitUntil(page.isActiveWindow)
    page.search.box.setFocus()
    seen = []
    while (now := QApplication.focusWidget()) is not page.table and len(seen) < 20:
        seen.append(now.accessibleName())
        QTest.keyClick(now, Qt.Key.Key_Tab)
    assert seen == ["Words in question or answer", "Field", "Period", "Reviews", "Metric", "Order"]


def test_the_question_keeps_its_room_on_a_narrow_page(page):
    page.resize(620, 600)
    QTest.qWait(20)
    hidden = [
        head(page)[at] for at in range(page.table.model().columnCount()) if page.table.isColumnHidden(at)
    ]
    assert hidden == ["Model", "Latency, s"]
    assert page.table.columnWidth(0) >= 300
    page.resize(1400, 600)
    QTest.qWait(20)
    assert not any(page.table.isColumnHidden(at) for at in range(4))


def test_opening_an_undecided_trace_of_today_from_the_list_is_remembered(sit_down, tmp_path, window_driver):
    clock = FixedClock(datetime(2026, 11, 23, 9, tzinfo=UTC))
    demo(tmp_path / "w", clock, Progress())
    seat = sit_down(tmp_path / "w", clock=clock)
    seat.open()
    waiting = next(item for item in seat.places.today_state.queue.items if item.left)
    seat.go(6, "traces")
    window_driver.wait_for(lambda: seat.page.table.model().rowCount(), "the traces")
    seat.page.search.box.setFocus()
    seat.write(waiting.native_trace_id)
    seat.press(Qt.Key.Key_Return)
    window_driver.wait_for(lambda: seat.page.table.model().rowCount() == 1, "the one trace")
    seat.press(Qt.Key.Key_Return)
    window_driver.wait_for(lambda: seat.shell.place == "reader", "the reader")
    window_driver.wait_for(lambda: seat.places.reader.view.reading is not None, "the trace in the reader")
    rater = seat.desk.rater
    seat.close()
    office = open_office(tmp_path / "w", clock)
    assert office.workspace.remembered.get(f"revealed:{rater}:{waiting.trace_uid}") is not None
    office.close()
