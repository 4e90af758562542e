"""Reading a trace in the window: what is in view when it opens, folds, the next trace prepared, speed."""

import time

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from assay.gui.fonts import load_fonts
from assay.gui.trace_style import ReadingColours, ReadingFonts, TraceStyle
from assay.gui.trace_view import TraceView
from assay.model.trace import Document, Step, Trace, text_message
from assay.viewmodels.reading import read_trace

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

COLOURS = ReadingColours("#FFFFFF", "#F3F2EF", "#E2E0DB", "#1C1B19", "#5C5953", "#2A5C8F", "#E7EFF7")
SENTENCE = "The **fee** is waived for `members` who ask before the end of the month. "


@pytest.fixture
def style(qapp):
    load_fonts()
    return TraceStyle(COLOURS)


@pytest.fixture
def view(qtbot, style):
    made = TraceView(style)
    qtbot.addWidget(made)
    made.resize(900, 720)
    made.show()
    qtbot.waitExposed(made)
    return made


def a_reading(name="t", asked="How long?", answer="Thirty days.", passages=(), before=(), after=()):
    documents = tuple(Document(title=f"Title {n}", content=text) for n, text in enumerate(passages))
    return read_trace(
        Trace(
            source="s",
            native_id=name,
            input=(*before, text_message("user", asked)),
            output=(text_message("assistant", answer), *after),
            steps=(Step(id="r", kind="retriever", documents=documents),) if documents else (),
        )
    )


def a_dialogue(messages, characters):
    text = "\n\n".join(SENTENCE * 6 for _ in range(max(1, characters // (len(SENTENCE) * 6))))
    return tuple(
        text_message("assistant" if n % 2 else "user", f"Message {n}.\n\n{text}") for n in range(messages)
    )


def shown(qtbot, view, reading):
    """Show a reading and wait until all of it stands."""
    with qtbot.waitSignal(view.painted, timeout=3_000):
        view.show_reading(reading)
    qtbot.waitUntil(lambda: view.is_built, timeout=20_000)


def text_of(view):
    return view.pane.toPlainText()


def top_in_view(view, block):
    return view.pane.trace.top_of(block) - view.pane.verticalScrollBar().value()


class TestWhatIsInView:
    def test_a_short_trace_stands_at_the_top(self, qtbot, view):
        shown(qtbot, view, a_reading())
        assert text_of(view).split("\n")[:4] == ["User", "How long?", "Answer under review", "Thirty days."]
        assert view.pane.verticalScrollBar().maximum() == 0

    def test_after_a_long_dialogue_the_answer_is_in_view_with_the_question_above_it(self, qtbot, view):
        reading = a_reading(before=a_dialogue(20, 2_000), answer=SENTENCE * 5)
        shown(qtbot, view, reading)
        asked, answered = top_in_view(view, reading.question), top_in_view(view, reading.answer)
        bottom = view.pane.trace.bottom_of_answer() - view.pane.verticalScrollBar().value()
        assert 0 < asked < answered < bottom <= view.pane.viewport().height()

    def test_a_tall_answer_begins_in_the_upper_quarter(self, qtbot, view):
        reading = a_reading(
            before=a_dialogue(6, 2_000), asked=SENTENCE * 40, answer=f"{SENTENCE * 10}\n\n" * 20
        )
        shown(qtbot, view, reading)
        assert top_in_view(view, reading.answer) == pytest.approx(view.pane.viewport().height() / 4, abs=2)

    def test_it_is_in_view_at_once_and_stays_while_the_rest_is_built(self, qtbot, view):
        reading = a_reading(before=a_dialogue(60, 4_000), answer=SENTENCE * 5)
        with qtbot.waitSignal(view.painted, timeout=3_000):
            view.show_reading(reading)
        assert not view.is_built
        places = {round(top_in_view(view, reading.answer))}
        while not view.is_built:
            qtbot.wait(5)
            places.add(round(top_in_view(view, reading.answer)))
        assert max(places) - min(places) <= 2

    def test_a_reader_who_scrolls_meanwhile_is_not_moved(self, qtbot, view):
        reading = a_reading(before=a_dialogue(60, 4_000), answer=f"{SENTENCE * 10}\n\n" * 20)
        view.show_reading(reading)
        view.scroll_by(0.5)
        place = top_in_view(view, reading.answer)
        qtbot.waitUntil(lambda: view.is_built, timeout=20_000)
        assert top_in_view(view, reading.answer) == pytest.approx(place, abs=2)

    def test_what_came_after_the_answer_stands_below_it(self, qtbot, view):
        shown(qtbot, view, a_reading(after=(text_message("user", "Thanks"),)))
        assert text_of(view).strip().endswith("Thirty days.\nUser\nThanks")

    def test_all_messages_stand_in_their_order(self, qtbot, view):
        shown(qtbot, view, a_reading(before=a_dialogue(50, 900)))
        numbers = [line for line in text_of(view).split("\n") if line.startswith("Message ")]
        assert numbers == [f"Message {n}." for n in range(50)]

    def test_the_page_keys_scroll_and_the_others_are_left_to_the_page(self, qtbot, view):
        shown(qtbot, view, a_reading(answer=f"{SENTENCE * 10}\n\n" * 20))
        bar = view.pane.verticalScrollBar()
        start = bar.value()
        QTest.keyClick(view.pane, Qt.Key.Key_Space)
        assert bar.value() > start
        QTest.keyClick(view.pane, Qt.Key.Key_PageUp)
        assert bar.value() == start
        QTest.keyClick(view.pane, Qt.Key.Key_Down)
        QTest.keyClick(view.pane, Qt.Key.Key_1)
        assert bar.value() == start

    def test_lines_are_at_most_76_characters_long(self, qtbot, view):
        shown(
            qtbot,
            view,
            a_reading(answer="The answer to such a question depends on where and when it is asked. " * 60),
        )
        lengths = []
        block = view.pane.document().begin()
        while block.isValid():
            lengths += [block.layout().lineAt(n).textLength() for n in range(block.layout().lineCount())]
            block = block.next()
        assert 60 < max(lengths) <= 80


class TestFolds:
    PASSAGES = ("First passage.", "Second passage.")

    def test_passages_are_one_line_until_it_is_clicked(self, qtbot, view):
        shown(qtbot, view, a_reading(passages=self.PASSAGES))
        before = text_of(view)
        assert "2 passages retrieved" in before
        assert "First passage." not in before
        self.click(view, "2 passages retrieved")
        assert (
            "Passage 1 of 2 · Title 0\nFirst passage.\nPassage 2 of 2 · Title 1\nSecond passage."
            in text_of(view)
        )
        self.click(view, "2 passages retrieved")
        assert text_of(view) == before

    def test_from_the_keyboard(self, qtbot, view):
        shown(qtbot, view, a_reading(passages=self.PASSAGES))
        before = text_of(view)
        assert view.fold_count == 1
        view.toggle_fold(0)
        assert "Second passage." in text_of(view)
        view.toggle_all_folds()
        assert text_of(view) == before
        view.toggle_all_folds()
        assert "Second passage." in text_of(view)
        view.toggle_fold(7)

    def test_what_stands_above_a_fold_stays_where_it_is(self, qtbot, view):
        reading = a_reading(before=a_dialogue(10, 2_000), passages=("A long passage.\n" * 80,))
        shown(qtbot, view, reading)
        place = top_in_view(view, reading.question)
        view.toggle_fold(0)
        qtbot.waitUntil(lambda: view.is_built)
        assert top_in_view(view, reading.question) == pytest.approx(place, abs=2)

    def test_steps_within_steps(self, qtbot, view):
        steps = tuple(Step(id=str(n), kind="tool", name=f"tool {n}", input={"n": n}) for n in range(3))
        reading = read_trace(
            Trace(source="s", native_id="t", input=(text_message("user", "Q"),), steps=steps)
        )
        shown(qtbot, view, reading)
        before = text_of(view)
        view.toggle_fold(0)
        view.toggle_fold(2)
        assert "Tool call · tool 0\nTool call · tool 1\nGiven\nn: 1\nTool call · tool 2" in text_of(view)
        view.toggle_fold(0)
        assert text_of(view) == before
        assert view.fold_count == 1

    def test_the_rest_of_a_long_message_comes_on_request(self, qtbot, view):
        text = "\n\n".join(f"Paragraph {n}." for n in range(25_000))
        shown(qtbot, view, a_reading(answer=text))
        assert "Paragraph 24999." not in text_of(view)
        for number in (0, 1):
            view.toggle_fold(number)
            qtbot.waitUntil(lambda: view.is_built, timeout=30_000)
        assert "Paragraph 24999." in text_of(view)

    def test_a_fold_opened_and_closed_while_the_trace_is_built(self, qtbot, view):
        reading = a_reading(before=a_dialogue(30, 4_000), passages=("Long.\n" * 3_000,))
        view.show_reading(reading)
        view.toggle_fold(0)
        view.toggle_fold(0)
        view.toggle_fold(0)
        qtbot.waitUntil(lambda: view.is_built, timeout=20_000)
        text = text_of(view)
        assert text.count("Long.\n") == 3_000
        assert text.index("1 passage retrieved") < text.index("Long.") < text.index("Answer under review")
        view.toggle_fold(0)
        assert "Long." not in text_of(view)

    def test_tables_and_code_in_a_fold_go_with_it(self, qtbot, view):
        text = "| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\n| c | d |\n|---|---|\n| 3 | 4 |"
        reading = read_trace(
            Trace(
                source="s",
                native_id="t",
                input=(text_message("system", text), text_message("user", "Q")),
                output=(text_message("assistant", text),),
            )
        )
        shown(qtbot, view, reading)
        before = text_of(view)
        for _ in range(3):
            view.toggle_fold(0)
            assert text_of(view).count("code") == 2
            view.toggle_fold(0)
            assert text_of(view) == before

    def click(self, view, words):
        pane = view.pane
        cursor = pane.document().find(words)
        rect = pane.trace.rect_of(cursor.block()).translated(0, -pane.verticalScrollBar().value())
        QTest.mouseClick(
            pane.viewport(),
            Qt.MouseButton.LeftButton,
            pos=QPoint(int(rect.left()) + 60, int(rect.center().y())),
        )


class TestTheNextTrace:
    def test_a_prepared_trace_is_there_whole(self, qtbot, view):
        shown(qtbot, view, a_reading("one"))
        two = a_reading("two", answer="The second.", before=a_dialogue(10, 2_000))
        view.prepare(two)
        assert "The second." not in text_of(view)
        qtbot.waitUntil(lambda: view._panes[1].builder.is_finished, timeout=10_000)
        with qtbot.waitSignal(view.painted):
            view.show_reading(two)
            assert view.is_built
        assert "The second." in text_of(view)
        assert 0 < top_in_view(view, two.question) < top_in_view(view, two.answer) < view.height()

    def test_one_that_is_only_half_prepared_is_shown_all_the_same(self, qtbot, view):
        shown(qtbot, view, a_reading("one"))
        two = a_reading("two", answer="The second.", before=a_dialogue(40, 4_000))
        view.prepare(two)
        shown(qtbot, view, two)
        assert "Message 0." in text_of(view)

    def test_back_and_forth(self, qtbot, view):
        readings = [a_reading(str(n), answer=f"Answer {n}.") for n in range(5)]
        for number in (0, 1, 2, 1, 0, 4, 3, 4, 2, 0):
            shown(qtbot, view, readings[number])
            assert f"Answer {number}." in text_of(view)
            view.prepare(readings[(number + 1) % 5])

    def test_one_pane_is_to_be_seen_and_the_focus_goes_along(self, qtbot, view):
        shown(qtbot, view, a_reading("one"))
        view.activateWindow()
        qtbot.waitUntil(view.isActiveWindow)
        view.setFocus()
        assert view.pane.hasFocus()
        shown(qtbot, view, a_reading("two"))
        assert [pane.isVisible() for pane in view._panes] == [True, False, False]
        assert view.pane.hasFocus()

    def test_other_colours_and_sizes_while_it_is_read(self, qtbot, view):
        shown(qtbot, view, a_reading())
        small = view.pane.trace.size().height()
        with qtbot.waitSignal(view.painted):
            view.set_style(TraceStyle(COLOURS, ReadingFonts().scaled(1.5)))
        qtbot.waitUntil(lambda: view.is_built)
        assert view.pane.trace.size().height() > small * 1.2
        assert "Thirty days." in text_of(view)

    def test_a_narrow_window_narrows_the_column(self, qtbot, view):
        reading = a_reading(before=a_dialogue(10, 2_000), answer=SENTENCE * 20)
        shown(qtbot, view, reading)
        view.resize(420, 600)
        qtbot.waitUntil(lambda: view.pane.trace.textWidth() <= 420)
        assert view.pane.viewport().width() <= 420
        assert 0 <= top_in_view(view, reading.answer) < 600

    def test_nothing_is_kept_after_clear(self, qtbot, view):
        shown(qtbot, view, a_reading())
        view.clear()
        assert view.reading is None
        assert text_of(view).strip() == ""


class TestWhatCanBeTaken:
    def test_what_is_copied_is_plain_text(self, qtbot, view):
        shown(qtbot, view, a_reading(answer="**bold** and\n\n- item"))
        view.pane.selectAll()
        data = view.pane.createMimeDataFromSelection()
        assert data.formats() == ["text/plain"]
        assert "bold and\n•\titem" in data.text()
        QTest.keyClick(view.pane, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert "bold and" in QGuiApplication.clipboard().text()
        assert "item" in view.selected_text()

    def test_nothing_can_be_put_in(self, qtbot, view):
        shown(qtbot, view, a_reading())
        data = QMimeData()
        data.setHtml("<img src='file:///etc/passwd'>")
        data.setText("pasted")
        view.pane.insertFromMimeData(data)
        QTest.keyClicks(view.pane, "abc")
        assert not view.pane.canInsertFromMimeData(data)
        assert not view.pane.acceptDrops()
        assert not view.pane.viewport().acceptDrops()
        assert "pasted" not in text_of(view)
        assert "abc" not in text_of(view)

    def test_a_picture_that_is_asked_for_is_empty(self, view):
        for place in (view.pane, view.pane.trace):
            picture = place.loadResource(2, "file:///etc/passwd")
            assert isinstance(picture, QImage)
            assert (picture.width(), picture.height()) == (1, 1)

    def test_it_has_a_name_for_those_who_cannot_see_it(self, view):
        assert view.accessibleName()
        assert view.pane.accessibleName()


class TestSpeed:
    """On the processor's clock, and generous: the machine that runs this is shared."""

    def test_a_trace_of_20_kb_is_painted_soon(self, qtbot, view):
        reading = a_reading(answer=f"{SENTENCE * 6}\n\n" * 45)
        assert self.first_paint(qtbot, view, reading) < 0.1

    def test_a_trace_of_1_mb_in_200_messages_is_painted_as_soon(self, qtbot, view):
        reading = a_reading(before=a_dialogue(200, 5_000), answer=SENTENCE * 30)
        assert self.first_paint(qtbot, view, reading) < 0.12

    def test_a_message_of_1_mb_is_painted_as_soon(self, qtbot, view):
        assert self.first_paint(qtbot, view, a_reading(answer=f"{SENTENCE * 6}\n\n" * 2_300)) < 0.12

    def test_a_prepared_trace_of_1_mb_is_painted_at_once(self, qtbot, view):
        reading = a_reading(before=a_dialogue(200, 5_000), answer=SENTENCE * 30)
        view.prepare(reading)
        qtbot.waitUntil(lambda: view._panes[1].builder.is_finished, timeout=60_000)
        assert self.first_paint(qtbot, view, reading) < 0.06

    def test_building_never_holds_up_the_event_loop(self, qtbot, view):
        builder = view._panes[-1].builder
        begun, longest = 0.0, 0.0

        def begin():
            nonlocal begun
            begun = time.process_time()

        def end():
            nonlocal longest
            longest = max(longest, time.process_time() - begun)

        builder.slice_begins.connect(begin)
        builder.slice_ended.connect(end)
        view.prepare(a_reading(before=a_dialogue(100, 5_000), answer=f"{SENTENCE * 6}\n\n" * 200))
        qtbot.waitUntil(lambda: builder.is_finished, timeout=60_000)
        assert 0 < longest < 0.1

    def first_paint(self, qtbot, view, reading):
        shown(qtbot, view, a_reading("warm"))
        begun = time.process_time()
        with qtbot.waitSignal(view.painted, timeout=5_000):
            view.show_reading(reading)
        return time.process_time() - begun
