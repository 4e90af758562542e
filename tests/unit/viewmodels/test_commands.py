"""The map of commands and keys: complete, without clashes, and every key can be given to something else."""

import pytest

from assay.base.errors import Refused
from assay.viewmodels.commands import COMMANDS, Command, KeyMap
from assay.viewmodels.keys import canonical, key_pieces, key_words, works_in_text


@pytest.mark.parametrize(
    ("key", "command_id"),
    [
        ("1", "answer.option-1"),
        ("9", "answer.option-9"),
        ("0", "answer.option-10"),
        ("P", "answer.pass"),
        ("X", "answer.fail"),
        ("Up", "question.previous"),
        ("Down", "question.next"),
        ("Return", "item.submit"),
        ("Enter", "item.submit"),
        ("Ctrl+Return", "item.submit"),
        ("Left", "item.previous"),
        ("Right", "item.next"),
        ("U", "review.undo"),
        ("Ctrl+Z", "review.undo"),
        ("Ctrl+Shift+Z", "review.redo"),
        ("-", "item.not-today"),
        ("@", "item.cannot-judge"),
        ("F", "item.flag"),
        ("N", "item.note"),
        ("G", "question.guideline"),
        ("I", "item.details"),
        ("Ctrl+K", "program.palette"),
        ("?", "program.keys"),
        ("Ctrl+1", "go.today"),
        ("Ctrl+8", "go.setup"),
    ],
)
def test_while_reviewing_each_key_does_what_the_manual_says(key, command_id):
    assert KeyMap().command_for(key, "review").id == command_id


def test_a_key_that_does_nothing_is_free():
    assert KeyMap().command_for("Q", "review") is None


def test_enter_starts_on_today_and_submits_in_review():
    keys = KeyMap()
    assert keys.command_for("Return", "today").id == "today.start"
    assert keys.command_for("Return", "review").id == "item.submit"
    assert keys.command_for("Return") is None


def test_judging_keys_are_silent_outside_review():
    assert KeyMap().command_for("P", "today") is None
    assert KeyMap().command_for("U") is None


def test_every_command_is_declared_once_with_a_title_and_a_group():
    ids = [command.id for command in COMMANDS]
    assert len(ids) == len(set(ids))
    assert all(command.title and command.group for command in COMMANDS)


def test_nothing_that_judges_or_undoes_repeats_while_a_key_is_held():
    assert {command.id for command in COMMANDS if command.repeats} == {"question.previous", "question.next"}


def test_a_key_can_be_given_to_another_command_and_taken_back():
    changed = KeyMap().rebound("item.flag", ["Q", "Ctrl+Shift+F"])
    assert changed.command_for("q", "review").id == "item.flag"
    assert changed.command_for("F", "review") is None
    assert changed.overrides == {"item.flag": ("Q", "Ctrl+Shift+F")}
    assert changed.restored("item.flag").command_for("F", "review").id == "item.flag"


def test_a_command_may_have_no_key_at_all():
    assert KeyMap().rebound("item.flag", []).keys_of("item.flag") == ()


def test_two_commands_of_one_page_cannot_share_a_key():
    with pytest.raises(Refused, match="“Undo”") as refused:
        KeyMap().rebound("item.flag", ["u"])
    assert "Flag" in refused.value.what
    assert refused.value.what_to_do == "Give one of them another key."


def test_a_page_cannot_take_a_key_that_acts_everywhere():
    with pytest.raises(Refused, match="Find a command"):
        KeyMap().rebound("item.note", ["Ctrl+K"])


def test_two_pages_may_use_the_same_key():
    assert KeyMap().rebound("today.start", ["P"]).command_for("P", "today").id == "today.start"


def test_settings_of_a_command_that_is_gone_are_passed_over():
    assert KeyMap(overrides={"item.sing": ("S",)}).command_for("S", "review") is None


def test_an_unknown_command_cannot_be_rebound():
    with pytest.raises(KeyError):
        KeyMap().rebound("item.sing", ["S"])


def test_a_new_command_joins_the_map_by_being_declared():
    keys = KeyMap((*COMMANDS, Command("item.correct", "Correct the output", "Item", ("C",), "review")))
    assert keys.command_for("c", "review").id == "item.correct"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ctrl + shift + z", "Ctrl+Shift+Z"),
        ("Shift+Ctrl+Z", "Ctrl+Shift+Z"),
        ("p", "P"),
        ("+", "+"),
        ("Ctrl++", "Ctrl++"),
        ("return", "Return"),
        ("ü", "Ü"),
        ("f12", "F12"),
    ],
)
def test_a_key_is_understood_however_it_is_written(written, meant):
    assert canonical(written) == meant


@pytest.mark.parametrize(
    "written", ["", " ", "Strg+Z", "PQ", "Ctrl+", "Ctrl+Ctrl+Z", "F99", "Hyper+P", "\x00"]
)
def test_what_is_not_a_key_is_refused(written):
    with pytest.raises(Refused, match="is not a key"):
        canonical(written)


@pytest.mark.parametrize("written", ["Tab", "Shift+Tab", "Esc"])
def test_keys_that_move_and_close_cannot_be_given_away(written):
    with pytest.raises(Refused, match="moving between fields"):
        canonical(written)


@pytest.mark.parametrize(
    ("key", "acts"),
    [
        ("P", False),
        ("Return", False),
        ("Shift+A", False),
        ("-", False),
        ("Up", False),
        ("Ctrl+Z", False),
        ("Ctrl+Shift+Z", False),
        ("Ctrl+Return", True),
        ("Ctrl+K", True),
        ("Ctrl+3", True),
        ("F1", True),
        ("F", False),
    ],
)
def test_while_typing_only_chords_act_and_not_those_that_edit(key, acts):
    assert works_in_text(key) is acts


def test_keys_read_as_they_stand_on_the_keyboard():
    assert key_words("Ctrl+Shift+Z", mac=False) == "Ctrl+Shift+Z"
    assert key_pieces("Ctrl+Return", mac=False) == ("Ctrl", "Enter")
    assert key_pieces("Ctrl+Return", mac=True) == ("⌘", "Enter")
    assert key_words("Up") == "↑"
