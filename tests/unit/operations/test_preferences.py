"""What a person prefers: read as far as it can be read, kept where it can be kept, and never in the way."""

import json
import os
import sys
from pathlib import Path

import pytest

from assay.base.errors import Unavailable
from assay.operations.preferences import (
    Preferences,
    keep_preferences,
    preferences_file,
    read_preferences,
    with_workspace,
    workspace_to_use,
)


def keep_text(text):
    path = preferences_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_what_was_kept_is_read_again():
    kept = Preferences("dark", 1.25, "de", "Jörg 🦊", False, ("/a", "/b"))
    keep_preferences(kept)
    assert read_preferences() == kept


def test_without_a_file_everything_is_as_usual():
    assert not preferences_file().exists()
    assert read_preferences() == Preferences()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"dark"', "\0\0\0", "[" * 100_000, '{"a":' * 50_000, "\ufeff{}"],
    ids=["empty", "cut", "list", "null", "text", "nul", "deep list", "deep object", "marked"],
)
def test_a_broken_file_is_as_if_there_were_none(text):
    keep_text(text)
    assert read_preferences() == Preferences()
    keep_preferences(Preferences(rater="Maria"))
    assert read_preferences().rater == "Maria"


def test_bytes_that_are_no_text_are_as_if_there_were_none():
    keep_text("")
    preferences_file().write_bytes(b'{"rater": "J\xf6rg"}')
    assert read_preferences() == Preferences()


def test_a_value_of_the_wrong_sort_costs_only_itself():
    keep_text(
        json.dumps(
            {
                "appearance": 7,
                "text_scale": "big",
                "language": None,
                "rater": "Maria",
                "auto_advance": "no",
                "recent": "x",
            }
        )
    )
    assert read_preferences() == Preferences(rater="Maria")
    for scale in ("NaN", "Infinity", "1e999", "-3", "400", "true"):
        keep_text(f'{{"text_scale": {scale}}}')
        assert read_preferences().text_scale == 1.0
    keep_text('{"unknown": 1, "text_scale": 2}')
    assert read_preferences() == Preferences(text_scale=2.0)


def test_the_last_workspaces_come_newest_first_and_each_once(tmp_path):
    kept = Preferences()
    for number in range(12):
        kept = with_workspace(kept, tmp_path / f"w{number}")
    kept = with_workspace(kept, tmp_path / "w9")
    assert [Path(one).name for one in kept.recent] == ["w9", "w11", "w10", "w8", "w7", "w6", "w5", "w4"]


def test_the_workspace_to_use_is_the_one_asked_for_else_the_variable_else_the_last_that_is_there(
    tmp_path, monkeypatch
):
    assert workspace_to_use(None) is None
    (tmp_path / "there").mkdir()
    keep_preferences(Preferences(recent=(str(tmp_path / "gone"), str(tmp_path / "there"))))
    assert workspace_to_use(None) == tmp_path / "there"
    monkeypatch.setenv("ASSAY_WORKSPACE", "elsewhere")
    assert workspace_to_use(None) == Path("elsewhere")
    assert workspace_to_use(Path("here")) == Path("here")
    monkeypatch.setenv("ASSAY_WORKSPACE", "")
    assert workspace_to_use(None) == tmp_path / "there"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="every name is made of characters there")
def test_a_folder_whose_name_is_no_text_can_be_remembered(tmp_path):
    keep_preferences(with_workspace(Preferences(), tmp_path / os.fsdecode(b"J\xf6rg")))
    assert read_preferences().recent[0].encode("utf-8", "surrogateescape").endswith(b"J\xf6rg")


@pytest.fixture
def no_settings(tmp_path, monkeypatch):
    """A home where the settings folder cannot be made: a file is in its place."""
    (tmp_path / "file").touch()
    for name in ("XDG_CONFIG_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "file"))


@pytest.mark.usefixtures("no_settings")
def test_a_settings_folder_that_takes_nothing_is_said():
    with pytest.raises(Unavailable, match="cannot be made"):
        keep_preferences(Preferences())
    assert read_preferences() == Preferences()


@pytest.mark.usefixtures("no_settings")
def test_a_command_is_done_all_the_same_where_nothing_can_be_remembered(assay, lines, tmp_path):
    said = assay(
        "import", lines(tmp_path / "t.jsonl", [{"id": "a", "input": "?"}]), "-w", tmp_path / "w", "--json"
    )
    assert said.json["new"] == 1
    assert said.err.startswith("assay: The workspace is not remembered as the last one used.")
    assert assay("queue", "-w", tmp_path / "w", "--rater", "R").code == 0


def test_a_directory_in_the_files_place_is_said(assay, tmp_path):
    preferences_file().mkdir(parents=True)
    assert read_preferences() == Preferences()
    with pytest.raises(Unavailable, match="could not be written"):
        keep_preferences(Preferences())
    assert not list(preferences_file().parent.glob("*.tmp"))
    assert assay("init", "-w", tmp_path / "w").code == 0
