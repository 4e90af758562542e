"""The window's foundation: appearance, rail, notices, commands and keys, welcome and the pages still to come."""

import re
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTextEdit, QVBoxLayout, QWidget

from assay.base.errors import Refused
from assay.base.resources import resource
from assay.gui.badge import Badge, Verdict, verdict_icon, verdict_of
from assay.gui.buttons import icon_button, primary_button, quiet_button
from assay.gui.chart_style import chart_style
from assay.gui.coming import coming
from assay.gui.commands import CommandHub
from assay.gui.empty import EmptyState
from assay.gui.focus_ring import FocusRing
from assay.gui.fonts import load_fonts, mono_font, program_font
from assay.gui.icons import icon
from assay.gui.key_sheet import KeySheet, key_rows
from assay.gui.keycap import KeyCaps
from assay.gui.palette import CommandPalette, matching
from assay.gui.plain import plain_label, plain_tooltip
from assay.gui.shell import Shell, place_ids
from assay.gui.theme import Theme, tokens_now
from assay.gui.tokens import APPEARANCES, CONTRAST_DARK, DARK, LIGHT
from assay.gui.welcome import Choice, RecentLine, RecentWorkspace, Welcome
from assay.viewmodels.commands import COMMANDS, KeyMap

# The screenless platform says this of every window with a smallest size.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

HOSTILE = '<img src="file:///etc/passwd"><b>bold</b>'


@pytest.fixture
def theme(qapp):
    load_fonts()
    made = Theme(qapp, "light")
    yield made
    made.setParent(None)
    made.deleteLater()
    qapp.setStyleSheet("")


@pytest.fixture
def shell(qtbot, theme):
    window = Shell()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def hub(shell):
    return CommandHub(shell)


@pytest.fixture
def page(shell):
    """A page with a field for text, in view."""
    made = QWidget()
    column = QVBoxLayout(made)
    made.field = QLineEdit()
    made.notes = QTextEdit()
    made.button = QPushButton("Press")
    for widget in (made.field, made.notes, made.button):
        column.addWidget(widget)
    shell.add_page("review", made)
    shell.show_place("review")
    return made


# --- appearance ---


def _luminance(color):
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    """The contrast ratio of WCAG 2.2."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", APPEARANCES.values(), ids=lambda tokens: tokens.name)
def test_every_text_can_be_read_on_every_ground(tokens):
    needed = 7.0 if "contrast" in tokens.name else 4.5
    grounds = (tokens.background, tokens.surface, tokens.sunken, tokens.hover, tokens.accent_wash)
    texts = (tokens.text, tokens.muted, tokens.accent, tokens.passed, tokens.failed, tokens.warning)
    assert min(_contrast(text, ground) for text in texts for ground in grounds) >= needed
    assert _contrast(tokens.on_accent, tokens.accent) >= needed
    assert _contrast(tokens.on_accent, tokens.accent_strong) >= needed
    for verdict in ("passed", "failed", "warning"):
        assert _contrast(getattr(tokens, verdict), getattr(tokens, f"{verdict}_wash")) >= 4.5


@pytest.mark.parametrize("tokens", APPEARANCES.values(), ids=lambda tokens: tokens.name)
def test_the_outline_of_a_field_can_be_seen(tokens):
    assert (
        min(_contrast(tokens.edge, ground) for ground in (tokens.background, tokens.surface, tokens.sunken))
        >= 3
    )


def test_the_marks_inside_controls_have_the_colours_of_the_tokens():
    for tokens in (LIGHT, DARK):
        for name, color in (("up", tokens.muted), ("down", tokens.muted), ("check", tokens.on_accent)):
            drawn = resource("icons", "controls", f"{name}-{tokens.name}.svg").read_text(encoding="utf-8")
            assert re.findall(r'stroke="(#\w+)"', drawn) == [color]


def test_the_reader_chooses_an_appearance_and_everything_follows(qtbot, theme, qapp):
    with qtbot.waitSignal(theme.changed):
        theme.choose("contrast-dark")
    assert tokens_now() is CONTRAST_DARK
    assert qapp.palette().window().color().name() == CONTRAST_DARK.background
    assert CONTRAST_DARK.accent in qapp.styleSheet()
    assert LIGHT.accent not in qapp.styleSheet()


def test_an_appearance_that_does_not_exist_is_refused(theme):
    with pytest.raises(Refused, match="sepia"):
        theme.choose("sepia")
    assert theme.choice == "light"


def test_following_the_desktop_gives_light_or_dark(theme):
    theme.choose("system")
    assert theme.tokens in APPEARANCES.values()


def test_larger_text_makes_labels_larger(qtbot, theme):
    label = plain_label("20 to review.", "title")
    qtbot.addWidget(label)
    label.ensurePolished()
    assert label.font().pixelSize() == 28
    theme.set_text_scale(1.5)
    label.ensurePolished()
    assert label.font().pixelSize() == 42


def test_all_bundled_faces_load_and_figures_are_of_one_width(theme):
    assert load_fonts() == ()
    metrics = QFontMetricsF(program_font(28))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("0000")
    mono = QFontMetricsF(mono_font(13.5))
    assert mono.horizontalAdvance("il1") == mono.horizontalAdvance("MW0")


@pytest.mark.parametrize("path", sorted(resource("icons").glob("*.svg")), ids=lambda path: path.stem)
def test_each_icon_draws_in_the_colour_asked_for(qapp, path):
    drawn = icon(path.stem, "#14714f", 20, 2.0)
    assert drawn.deviceIndependentSize().toTuple() == (20, 20)
    image = drawn.toImage()
    solid = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert solid
    assert path.stem == "assay" or solid == {"#14714f"}


def test_an_icon_that_was_never_drawn_is_an_error(qapp):
    with pytest.raises(FileNotFoundError):
        icon("unicorn", "#000000")


def test_charts_wear_the_colours_of_the_window():
    style = chart_style(DARK, 1.5)
    assert (style.background, style.good, style.bad) == (DARK.background, DARK.passed, DARK.failed)
    assert style.size == pytest.approx(13.5)


# --- plain text ---


def test_a_label_shows_markup_as_it_is(qtbot, theme):
    label = plain_label(HOSTILE)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == HOSTILE


def test_a_tooltip_shows_markup_as_it_is(qtbot, theme):
    button = icon_button("flag", "Flag")
    qtbot.addWidget(button)
    plain_tooltip(button, HOSTILE)
    assert "<img" not in button.toolTip()
    assert "&lt;img" in button.toolTip()


def test_an_ampersand_on_a_button_is_shown(qtbot, theme):
    button = quiet_button("Q&A")
    qtbot.addWidget(button)
    assert button.text() == "Q&&A"


def test_a_button_of_an_icon_alone_has_a_name(qtbot, theme):
    button = icon_button("flag", "Flag")
    qtbot.addWidget(button)
    assert button.accessibleName() == "Flag"


def test_a_verdict_is_never_colour_alone(qtbot, theme):
    assert [verdict_of(value) for value in (True, False, None)] == [
        Verdict.PASSED,
        Verdict.FAILED,
        Verdict.MISSING,
    ]
    assert len({verdict_icon(verdict)[0] for verdict in Verdict}) == len(Verdict)
    badge = Badge(Verdict.PASSED, "14 passed")
    qtbot.addWidget(badge)
    badge.show_verdict(Verdict.FAILED, "5 failed")
    assert badge.findChild(QLabel).text() == "5 failed"
    assert badge.accessibleName() == "5 failed"


# --- the shell ---


def test_the_window_opens_on_a_quiet_sentence(shell):
    assert "Opening the workspace…" in _texts(shell)


def test_the_rail_leads_to_eight_places(shell):
    assert place_ids() == (
        "today",
        "review",
        "quality",
        "agreement",
        "failures",
        "traces",
        "datasets",
        "setup",
    )


def test_a_place_shows_its_page(shell, qtbot):
    today, quality = QLabel("today's page"), QLabel("quality's page")
    shell.add_page("today", today)
    shell.add_page("quality", quality)
    shell.show_place("quality")
    assert (shell.place, shell.rail.marked()) == ("quality", "quality")
    assert quality.isVisible()
    assert not today.isVisible()


def test_a_page_that_comes_late_takes_the_place_of_the_waiting_one(shell):
    shell.show_place("today")
    assert "Opening the workspace…" in _texts(shell)
    page = QLabel("twenty to review")
    shell.add_page("today", page)
    assert page.isVisible()


def test_a_page_can_be_replaced(shell, qtbot):
    shell.show_place("today")
    shell.add_page("today", QLabel("old"))
    shell.add_page("today", QLabel("new"))
    assert "new" in _texts(shell)
    assert "old" not in _texts(shell)


def test_a_click_in_the_rail_asks_and_does_not_move_by_itself(shell, qtbot):
    shell.add_page("today", QLabel("today"))
    shell.show_place("today")
    with qtbot.waitSignal(shell.place_chosen) as chosen:
        qtbot.mouseClick(shell.rail.item("quality"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["quality"]
    assert shell.rail.marked() == "today"


def test_a_page_outside_the_rail_marks_no_place(shell):
    shell.show_place("today")
    shell.add_page("welcome", QLabel("welcome"))
    shell.show_place("welcome")
    assert shell.rail.marked() == ""


def test_a_narrow_window_shows_icons_alone(shell, qtbot):
    shell.resize(1280, 800)
    assert not shell.rail.collapsed
    shell.resize(960, 700)
    qtbot.waitUntil(lambda: shell.rail.collapsed)
    assert shell.rail.width() == 56
    assert "Quality" in shell.rail.item("quality").toolTip()
    shell.resize(1280, 800)
    qtbot.waitUntil(lambda: not shell.rail.collapsed)


def test_the_rail_is_named_with_the_keys_that_do_the_same(shell):
    shell.set_hint("today", ("Ctrl", "1"))
    assert "Today (Ctrl+1)" in shell.rail.item("today").toolTip()


def test_review_can_have_the_whole_window(shell, page, qtbot):
    shell.set_focus_mode(True)
    assert not shell.rail.isVisible()
    qtbot.waitUntil(lambda: page.width() == shell.width())
    shell.set_focus_mode(False)
    assert shell.rail.isVisible()


def test_the_workspace_is_named(shell):
    shell.set_workspace_name("Claims, north")
    assert shell.windowTitle() == "Claims, north – Assay"
    assert shell.rail.workspace.name == "Claims, north"


def test_a_notice_is_one_line_of_plain_text_and_can_be_put_away(shell, qtbot):
    shell.set_notice(f"The file\n{HOSTILE} could not be read.", "error")
    assert any(f"The file {HOSTILE}"[:20] in text for text in _texts(shell))
    (close,) = [
        b for b in shell.findChildren(QPushButton) if b.accessibleName() == "Put away" and b.isVisible()
    ]
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not any("could not" in text or "The file" in text for text in _texts(shell))


def test_the_mark_of_synthetic_data_stays_beside_an_error(shell):
    shell.set_notice("Synthetic data.", "synthetic")
    shell.set_notice("The disk is full.", "error")
    assert {"Synthetic data.", "The disk is full."} <= set(_texts(shell))
    shell.set_notice("", "error")
    assert "Synthetic data." in _texts(shell)
    assert "The disk is full." not in _texts(shell)


def test_no_rail_item_is_focused_before_anyone_pressed_a_key(shell):
    assert shell.focusWidget() not in [shell.rail.item(place) for place in place_ids()]


def test_what_has_the_keyboard_wears_a_ring_two_pixels_away(shell, page, qtbot):
    page.button.setFocus()
    ring = next(child for child in shell.findChildren(FocusRing) if child.isVisible())
    corner = page.button.mapTo(shell, page.button.rect().topLeft())
    assert ring.geometry() == page.button.rect().translated(corner).adjusted(-4, -4, 4, 4)
    # Inside the ring everything stays free: the ring covers no text and takes no click.
    assert not ring.mask().contains(ring.rect().center())
    page.button.hide()
    qtbot.waitUntil(lambda: ring.isHidden() or ring.geometry().center() != corner)


# --- commands ---


def test_a_key_runs_its_command(shell, page, hub, qtbot):
    done = []
    hub.bind("answer.pass", lambda: done.append("pass"))
    hub.set_scope("review")
    page.button.setFocus()
    qtbot.keyClick(page.button, Qt.Key.Key_P)
    assert done == ["pass"]


@pytest.mark.parametrize(("typed", "command_id"), [("?", "program.keys"), ("@", "item.cannot-judge")])
def test_keys_that_stand_on_different_places_of_different_keyboards_work(
    shell, page, hub, qtbot, typed, command_id
):
    done = []
    hub.bind(command_id, lambda: done.append(typed))
    hub.set_scope("review")
    page.button.setFocus()
    qtbot.keyClick(page.button, typed)
    assert done == [typed]


def test_keys_of_review_are_silent_on_other_pages(shell, page, hub, qtbot):
    done = []
    hub.bind("answer.pass", lambda: done.append("pass"))
    hub.bind("program.palette", lambda: done.append("palette"))
    hub.set_scope("today")
    page.button.setFocus()
    qtbot.keyClick(page.button, Qt.Key.Key_P)
    qtbot.keyClick(page.button, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert done == ["palette"]


@pytest.mark.parametrize("field", ["field", "notes"])
def test_letters_typed_into_a_note_judge_nothing(shell, page, hub, qtbot, field):
    done = []
    for command in COMMANDS:
        hub.bind(command.id, partial(done.append, command.id))
    hub.set_scope("review")
    target = getattr(page, field)
    target.setFocus()
    qtbot.keyClicks(target, "pxu10-@?fng")
    qtbot.keyClick(target, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert done == []


def test_letters_reach_the_note(shell, page, hub, qtbot):
    hub.bind("answer.pass", lambda: None)
    hub.set_scope("review")
    page.field.setFocus()
    qtbot.keyClicks(page.field, "upper part")
    assert page.field.text() == "upper part"


def test_control_enter_submits_from_inside_a_note(shell, page, hub, qtbot):
    done = []
    hub.bind("item.submit", lambda: done.append("submit"))
    hub.set_scope("review")
    page.notes.setFocus()
    qtbot.keyClick(page.notes, Qt.Key.Key_Return)
    assert done == []
    qtbot.keyClick(page.notes, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert done == ["submit"]


def test_letters_over_text_that_can_only_be_read_are_commands(shell, page, hub, qtbot):
    done = []
    hub.bind("answer.pass", lambda: done.append("pass"))
    hub.set_scope("review")
    page.notes.setReadOnly(True)
    page.notes.setFocus()
    qtbot.keyClick(page.notes, Qt.Key.Key_P)
    assert done == ["pass"]


def test_a_held_key_judges_once_and_moves_on_and_on(shell, page, hub, qtbot):
    done = []
    hub.bind("answer.pass", lambda: done.append("pass"))
    hub.bind("question.next", lambda: done.append("next"))
    hub.set_scope("review")
    page.button.setFocus()
    for key in (Qt.Key.Key_P, Qt.Key.Key_Down):
        qtbot.keyClick(page.button, key)
        for _ in range(3):
            _hold(shell, key)
    assert done == ["pass", "next", "next", "next", "next"]


def _hold(shell, key):
    """A repeat, sent the way of real keys, through the map of shortcuts."""
    QTest.simulateEvent(shell.focusWidget(), True, key, Qt.KeyboardModifier.NoModifier, "", True)


def test_a_command_that_cannot_be_done_now_is_not_done(shell, page, hub, qtbot):
    done, painted = [], [False]
    hub.bind("answer.pass", lambda: done.append("pass"), enabled=lambda: painted[0])
    hub.set_scope("review")
    page.button.setFocus()
    qtbot.keyClick(page.button, Qt.Key.Key_P)
    assert (done, hub.run("answer.pass"), hub.available()) == ([], False, ())
    painted[0] = True
    qtbot.keyClick(page.button, Qt.Key.Key_P)
    assert done == ["pass"]


def test_a_button_says_its_key_and_does_the_same(shell, page, hub, qtbot):
    done = []
    hub.bind("review.undo", lambda: done.append("undo"))
    button = icon_button("undo", "")
    page.layout().addWidget(button)
    hub.attach(button, "review.undo")
    assert not button.isEnabled()
    hub.set_scope("review")
    assert "Undo (U)" in button.toolTip()
    assert button.accessibleName() == "Undo"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["undo"]


def test_rebinding_changes_key_tooltip_and_menu_together(shell, page, hub, qtbot):
    done = []
    hub.bind("item.flag", lambda: done.append("flag"))
    hub.set_scope("review")
    button = icon_button("flag", "")
    page.layout().addWidget(button)
    hub.attach(button, "item.flag")
    action = hub.action("item.flag")
    with qtbot.waitSignal(hub.keys_changed):
        hub.use_keymap(KeyMap().rebound("item.flag", ["Q"]))
    page.button.setFocus()
    qtbot.keyClick(page.button, Qt.Key.Key_F)
    assert done == []
    qtbot.keyClick(page.button, Qt.Key.Key_Q)
    assert done == ["flag"]
    assert "Flag (Q)" in button.toolTip()
    assert (action.text(), hub.tooltip_for("item.flag"), hub.keys_for("item.flag")) == (
        "Flag\tQ",
        "Flag (Q)",
        ("Q",),
    )


def test_the_menu_has_all_that_is_bound_and_runs_it(shell, hub):
    done = []
    hub.bind("program.keys", lambda: done.append("keys"))
    hub.bind("item.flag", lambda: done.append("flag"))
    menu = hub.menu(shell)
    actions = [action for action in menu.actions() if not action.isSeparator()]
    assert [(action.text(), action.isEnabled()) for action in actions] == [
        ("Flag\tF", False),
        ("Show all keys\t?", True),
    ]
    actions[1].trigger()
    assert done == ["keys"]


def test_a_command_that_was_never_declared_cannot_be_bound(hub):
    with pytest.raises(KeyError):
        hub.bind("item.sing", lambda: None)


# --- key sheet and palette ---


def test_the_key_sheet_names_every_command_that_has_a_key_and_closes_with_escape(shell, hub, qtbot):
    sheet = KeySheet(hub.keymap, shell)
    qtbot.addWidget(sheet)
    sheet.show()
    sheet.activateWindow()
    qtbot.waitUntil(sheet.isActiveWindow)
    texts = _texts(sheet)
    with_keys = [
        command for command in COMMANDS if command.keys and not command.id.startswith("answer.option-")
    ]
    assert {command.title for command in with_keys} <= set(texts)
    assert ("Ctrl", "K") in [caps.pieces for caps in sheet.findChildren(KeyCaps)]
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_the_key_sheet_shows_the_keys_in_force():
    keymap = KeyMap().rebound("item.flag", ["Q"])
    rows = {row.title: row.chords for row in key_rows(keymap.commands, keymap)}
    assert rows["Flag"] == (("Q",),)
    assert rows["Choose an option"] == (("1",), ("9",), ("0",))
    assert rows["Submit and next"] == (("Enter",), ("Ctrl", "Enter"))


def test_typing_into_the_palette_finds_commands_and_enter_runs_the_first(shell, page, hub, qtbot):
    done = []
    for command in COMMANDS:
        hub.bind(command.id, partial(done.append, command.id))
    hub.set_scope("review")
    palette = CommandPalette(hub, shell)
    qtbot.addWidget(palette)
    palette.show()
    palette.activateWindow()
    qtbot.waitUntil(palette.isActiveWindow)
    field = palette.findChild(QLineEdit)
    qtbot.keyClicks(field, "cannot j")
    assert palette.shown() == ["Cannot judge"]
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: done == ["item.cannot-judge"])
    assert not palette.isVisible()


def test_the_arrows_choose_in_the_palette(shell, hub, qtbot):
    done = []
    for place in ("today", "review", "quality"):
        hub.bind(f"go.{place}", partial(done.append, place))
    palette = CommandPalette(hub, shell)
    qtbot.addWidget(palette)
    palette.show()
    field = palette.findChild(QLineEdit)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(field, key)
    qtbot.waitUntil(lambda: done == ["review"])


def test_the_palette_offers_only_what_can_be_done_now(shell, hub, qtbot):
    hub.bind("item.flag", lambda: None)
    hub.bind("go.today", lambda: None)
    palette = CommandPalette(hub, shell)
    qtbot.addWidget(palette)
    assert palette.shown() == ["Today"]
    palette.findChild(QLineEdit).setText("zebra")
    assert palette.shown() == []


def test_titles_come_before_hints_when_searching():
    titles = [command.title for command in matching(COMMANDS, "question")]
    assert titles[:2] == ["Previous question", "Next question"]
    assert "Guideline" in titles


# --- welcome, empty and coming ---


def test_the_welcome_page_has_three_ways_in_and_the_workspaces_used_before(shell, qtbot):
    welcome = Welcome(["Assay JSON Lines", "Langfuse"], [RecentWorkspace("Claims", "/data/claims")])
    shell.add_page("welcome", welcome)
    shell.show_place("welcome")
    assert any("assay source add" in text and "Langfuse" in text for text in _texts(welcome))
    for choice, signal in zip(
        welcome.findChildren(Choice),
        (welcome.files_wanted, welcome.store_wanted, welcome.demo_wanted),
        strict=True,
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(choice, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(welcome.workspace_chosen) as chosen:
        qtbot.mouseClick(welcome.findChild(RecentLine), Qt.MouseButton.LeftButton)
    assert chosen.args == ["/data/claims"]


def test_the_welcome_page_can_be_used_with_the_keyboard(shell, qtbot):
    welcome = Welcome()
    shell.add_page("welcome", welcome)
    shell.show_place("welcome")
    first = welcome.findChildren(Choice)[0]
    first.setFocus()
    with qtbot.waitSignal(welcome.files_wanted):
        qtbot.keyClick(first, Qt.Key.Key_Space)


@pytest.mark.parametrize("place", ["failures", "traces", "setup"])
def test_a_place_still_to_come_says_so_in_one_sentence(qtbot, theme, place):
    page = coming(place)
    qtbot.addWidget(page)
    title, sentence = [label.text() for label in page.findChildren(QLabel)]
    assert title.endswith("not here yet")
    assert sentence.startswith("This place will")
    assert sentence.count(".") == 1


def test_an_empty_page_offers_one_thing_to_do(qtbot, theme):
    empty = EmptyState("Nothing drawn yet", "Import traces first.", action="Open files")
    qtbot.addWidget(empty)
    empty.show()
    with qtbot.waitSignal(empty.action_wanted):
        qtbot.mouseClick(empty.findChild(QPushButton), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("appearance", APPEARANCES)
def test_everything_paints_in_every_appearance_and_both_directions(qtbot, theme, appearance):
    theme.choose(appearance)
    page = QWidget()
    column = QVBoxLayout(page)
    for widget in (
        primary_button("Start", "play"),
        KeyCaps(("Ctrl", "K")),
        Badge(Verdict.MISSING, "none"),
        Welcome(),
    ):
        column.addWidget(widget)
    window = Shell()
    qtbot.addWidget(window)
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    window.add_page("today", page)
    window.show_place("today")
    window.set_notice("Synthetic data.", "synthetic")
    window.show()
    image = window.grab().toImage()
    assert image.pixelColor(300, image.height() - 10).name() == APPEARANCES[appearance].background.lower()


def _texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
