"""How a command ends: with its figures, with a sentence, or with the name of a report, and never with a traceback."""

import errno
import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from assay.base.errors import Bug, Cancelled, Refused, Unavailable
from assay.cli import commands, demo_to_show, run
from assay.cli.saying import report, say

ROOT = Path(__file__).resolve().parents[3]


def program(*words, folder=None, **more):
    """The program in a process of its own, as a shell would start it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **more}
    return subprocess.run(
        [sys.executable, "-m", "assay", *map(str, words)],
        check=False, cwd=folder, env=environment, capture_output=True, timeout=120,
    )  # fmt: skip


def named_report(said):
    """The report that was named, which is there and holds nobody's words."""
    (name,) = re.findall(r"Please send the report (.+)\.\n", said)
    text = Path(name).read_text(encoding="utf-8")
    assert "secret" not in text
    return text


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (Refused("That is no date.", "Write another."), 1, "assay: That is no date. Write another.\n"),
        (Unavailable("The disk is full."), 1, "assay: The disk is full.\n"),
        (Cancelled(), 1, "assay: Stopped. Nothing half-done was left behind.\n"),
        (KeyboardInterrupt(), 1, "assay: Stopped. Nothing half-done was left behind.\n"),
    ],
)
def test_what_a_person_can_mend_is_one_sentence(assay, workspace, monkeypatch, error, code, sentence):
    def fails(*_):
        raise error

    monkeypatch.setattr(commands, "queue", fails)
    said = assay("queue", "-w", workspace, "--rater", "R", "--json")
    assert (said.code, said.out, said.err) == (code, "", sentence)


@pytest.mark.parametrize(
    "error", [KeyError("secret"), Bug("A row got no key."), RecursionError("secret"), MemoryError()]
)
def test_a_fault_of_our_own_names_a_report_and_shows_no_traceback(assay, workspace, monkeypatch, error):
    def fails(*_):
        try:
            raise ValueError("secret words of a trace")
        except ValueError as first:
            raise error from first

    monkeypatch.setattr(commands, "queue", fails)
    said = assay("queue", "-w", workspace, "--rater", "R", "--json")
    assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)
    text = named_report(said.err)
    assert type(error).__name__ in text
    assert "ValueError" in text
    assert "in fails" in text
    if isinstance(error, Bug):
        assert said.err.startswith("assay: A row got no key. This is a fault of Assay's own.")


def test_where_no_report_can_be_written_there_is_still_no_traceback(assay, workspace, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "file"))
    monkeypatch.setattr(commands, "queue", lambda *_: 1 / 0)
    said = assay("queue", "-w", workspace, "--rater", "R")
    assert (said.code, said.err.count("\n")) == (3, 1)
    assert "not written" in said.err


@pytest.fixture
def plug_in(tmp_path, monkeypatch):
    """Installs a plug-in of one module for programs started from here, by the folder to put on the path."""

    def install(text):
        place = tmp_path / "plug"
        (place / "plug-1.0.dist-info").mkdir(parents=True)
        (place / "plug-1.0.dist-info" / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: plug\nVersion: 1.0\n"
        )
        (place / "plug-1.0.dist-info" / "entry_points.txt").write_text("[assay.sources]\nplug = plug\n")
        (place / "plug.py").write_text(text)
        return f"{ROOT / 'src'}{os.pathsep}{place}"

    return install


@pytest.mark.parametrize("text", ["raise RuntimeError('secret')\n", "def broken(:\n"])
def test_a_broken_plug_in_gives_a_report_and_no_traceback(plug_in, tmp_path, text):
    said = program("import", "x.jsonl", "-w", tmp_path / "w", PYTHONPATH=plug_in(text))
    err = said.stderr.decode()
    assert (said.returncode, said.stdout, err.count("\n")) == (3, b"", 1), err
    named_report(err)


def test_a_plug_in_of_a_good_kind_is_found(plug_in, tmp_path):
    text = (
        "from assay.model.kinds import FileSource\n"
        "KIND = FileSource('plugged', 'Plugged', lambda path, head: False, lambda *_: iter(()))\n"
    )
    said = program("import", "--help", PYTHONPATH=plug_in(text))
    assert b"plugged" in said.stdout


def test_a_whole_command_as_a_shell_starts_it(lines, tmp_path):
    """Through the front door, with a name of another alphabet, in an encoding that has no such letters."""
    path = lines(tmp_path / "t.jsonl", [{"id": "漢字-Ü", "input": "?", "started_at": "2026-11-22T03:00:00Z"}])
    came = program("import", path, "-w", "w", "--json", folder=tmp_path, PYTHONIOENCODING="ascii")
    assert (came.returncode, came.stderr) == (0, b"")
    assert json.loads(came.stdout)["new"] == 1
    words = ["draw", "-w", "w", "--window", "all", "--date", "2026-11-23"]
    for_people = program(*words, folder=tmp_path, PYTHONIOENCODING="latin-1")
    assert "\\u6f22\\u5b57-Ü" in for_people.stdout.decode("latin-1")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8", "utf-16"])
def test_json_is_whole_in_every_encoding(encoding):
    figures = {"漢字-Ü ✓": ["“a”", "half a pair: \udc80"]}
    pipe = io.TextIOWrapper(io.BytesIO(), encoding)
    with redirect_stdout(pipe):
        report("", figures, as_json=True)
    assert json.loads(pipe.buffer.getvalue().decode(encoding)) == figures


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes its zone from elsewhere")
def test_without_a_zone_of_the_plan_the_day_is_the_machines(assay, workspace, lines, tmp_path):
    path = lines(tmp_path / "t.jsonl", [{"id": "t", "input": "?", "started_at": "2026-07-02T05:00:00Z"}])
    assay("import", path, "-w", workspace)
    words = ["draw", "-w", workspace, "--window", "2026-07-01..2026-07-01", "--dry-run", "--json"]
    there = json.loads(program(*words, TZ="America/Los_Angeles").stdout)
    assert there["window"] == ["2026-07-01T07:00:00+00:00", "2026-07-02T07:00:00+00:00"]
    assert len(there["items"]) == 1


def test_nobody_reading_on_is_no_fault(workspace):
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-m", "assay", "doctor", "-w", str(workspace), "--json"]
    said = subprocess.run(
        words, check=False, env=environment, stdout=writer, stderr=subprocess.PIPE, timeout=60
    )
    os.close(writer)
    assert (said.returncode, said.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device to write to")
def test_a_report_that_finds_no_room_is_said_to_have_found_none(workspace):
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-m", "assay", "doctor", "-w", str(workspace), "--json"]
    with Path("/dev/full").open("wb") as full:
        said = subprocess.run(
            words, check=False, env=environment, stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    expected = f"assay: The report could not be written: {os.strerror(errno.ENOSPC)}. What the command did is kept.\n"
    assert (said.returncode, said.stderr.decode()) == (1, expected)


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are always characters there")
@pytest.mark.parametrize("words", [["--rater", "J\udcf6rg"], ["--rater", "R", "--date", "\udcff"]])
def test_bytes_that_are_no_characters_are_refused_or_wrong_usage(assay, workspace, words):
    said = assay("queue", "-w", workspace, *words)
    assert said.code in (1, 2)
    assert said.out == ""


def test_a_folder_named_in_no_encoding_is_refused_before_anything_is_made(assay, tmp_path):
    if sys.platform in ("win32", "darwin"):
        pytest.skip("every name is made of characters there")
    folder = tmp_path / os.fsdecode(b"J\xf6rg")
    said = assay("init", "-w", folder)
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "bytes that are no characters" in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_trace_cannot_move_the_cursor_or_name_the_window(assay, workspace, lines, tmp_path):
    assay(
        "import",
        lines(tmp_path / "t.jsonl", [{"id": "\x1b]0;owned\x07\x9b2J", "input": "?"}]),
        "-w",
        workspace,
    )
    said = assay("draw", "-w", workspace, "--window", "all")
    assert "owned" in said.out
    assert not {"\x1b", "\x07", "\x9b"} & set(said.out)
    said = assay("review", "-w", workspace, "--rater", "R", "--trace", "\x1b[31mx", "--set", "pass=pass")
    assert (said.code, "\x1b" in said.err) == (1, False)


def test_figures_that_are_no_numbers_are_null():
    out = io.StringIO()
    with redirect_stdout(out):
        report(
            "",
            {"a": float("nan"), "b": [float("inf"), (1.5, -float("inf"))], "c": {"d": "NaN"}},
            as_json=True,
        )
    assert json.loads(out.getvalue()) == {"a": None, "b": [None, [1.5, None]], "c": {"d": "NaN"}}


def test_messages_go_to_standard_error_and_the_report_to_standard_output():
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        say("a word")
        report("the report", {}, as_json=False)
    assert (out.getvalue(), err.getvalue()) == ("the report\n", "a word\n")


def test_only_a_demo_that_wants_one_opens_the_window_afterwards():
    assert demo_to_show(["demo", "-w", "d"]) == Path("d")
    assert demo_to_show(["-w", "d", "demo"]) == Path("d")
    assert demo_to_show(["demo"]) == Path("demo-workspace")
    assert demo_to_show(["demo", "--no-window"]) is None
    assert demo_to_show(["import", "demo", "-w", "x"]) is None
    assert demo_to_show(["draw", "-w", "demo"]) is None


def test_a_command_that_is_none_is_wrong_usage():
    with pytest.raises(SystemExit) as left, redirect_stderr(io.StringIO()):
        run(["fly"])
    assert left.value.code == 2
