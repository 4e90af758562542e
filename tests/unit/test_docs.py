"""The documents are under test: what the program can do is in the guide, and what they point at is there."""

import argparse
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from assay.base.registry import module_names

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GUIDE = DOCS / "guide.md"

# Rooms whose every kind a reader of the guide can pick; each must hold one at least.
ROOMS = ("sources", "criteria", "charts", "exports")

# The words of house and glossary.
WORDS = {
    "agreement", "alert", "annotation", "behaviour", "calibration", "check", "command", "criterion", "draw",
    "estimate", "export", "failure code", "kind", "metric", "office", "pattern", "population", "rater", "review",
    "rubric", "sample", "sampling plan", "seed", "session", "source", "step", "stratum", "threshold", "trace",
    "workspace",
}  # fmt: skip


@cache
def documents() -> tuple[Path, ...]:
    """Every document of the project."""
    return (ROOT / "README.md", *sorted(DOCS.rglob("*.md")), *sorted((ROOT / "packaging").glob("*.md")))


def prose(text: str) -> str:
    """A document without its fenced blocks."""
    return re.sub(r"^(```|~~~).*?^\1\s*$", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(file: Path) -> list[str]:
    return re.findall(r"^#{1,6} +(.+?) *#*$", prose(file.read_text(encoding="utf-8")), re.MULTILINE)


def anchors(file: Path) -> set[str]:
    """The anchors that headings get on the usual code hosts."""
    bare = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings(file))
    return {heading.replace(" ", "-") for heading in bare}


def without_heading(names: list[str]) -> list[str]:
    """The names that stand in no heading of the guide, in the way `name` stands here."""
    assert GUIDE.exists(), "there is no docs/guide.md"
    quoted = {word for heading in headings(GUIDE) for word in re.findall(r"`([^`]+)`", heading)}
    return [name for name in names if name not in quoted]


def commands(
    parser: argparse.ArgumentParser, before: str = "assay"
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every (command, its parser), the nested ones too."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield f"{before} {name}", inner
                yield from commands(inner, f"{before} {name}")


@pytest.fixture(scope="module")
def command_line() -> dict[str, argparse.ArgumentParser]:
    return dict(commands(importlib.import_module("assay.cli").parser()))


def test_every_command_has_its_heading(command_line: dict[str, argparse.ArgumentParser]):
    assert command_line
    assert without_heading(list(command_line)) == []


def test_every_option_is_in_the_guide(command_line: dict[str, argparse.ArgumentParser]):
    options = {
        option
        for parser in command_line.values()
        for action in parser._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    }
    text = GUIDE.read_text(encoding="utf-8")
    assert [option for option in sorted(options) if not re.search(rf"{option}(?![\w-])", text)] == []


def silent(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The commands and options of a parser that do not say what they are for."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            told = {choice.dest for choice in action._choices_actions if choice.help}
            yield from (name for name in action.choices if name not in told)
        elif not action.help:
            yield action.dest


def test_every_command_and_option_says_what_it_is_for(command_line: dict[str, argparse.ArgumentParser]):
    assert list(silent(importlib.import_module("assay.cli").parser())) == []
    assert [f"{name} {what}" for name, parser in command_line.items() for what in silent(parser)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_kind_has_its_heading(room: str):
    modules = (importlib.import_module(name) for name in module_names(room))
    names = [module.KIND.name for module in modules if hasattr(module, "KIND")]
    assert names
    assert without_heading(names) == []


@pytest.mark.parametrize("file", documents(), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(file: Path):
    broken = []
    text = re.sub(r"`[^`\n]*`", "", prose(file.read_text(encoding="utf-8")))
    for target in re.findall(r"\]\(<?([^)\s>]+)>?[^)]*\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (file.parent / path).resolve() if path else file
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("file", documents(), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_files_that_are_named_are_there(file: Path):
    text = prose(file.read_text(encoding="utf-8"))
    named = re.findall(
        r"`((?:\.?[\w-]+/)*[\w.-]+\.(?:py|pyi|md|toml|txt|spec|sh|yaml|yml|svg|png))(?::[^`]*)?`", text
    )
    homes = (file.parent, ROOT, ROOT / "src" / "assay", DOCS, ROOT / "packaging")
    assert [name for name in named if not any((home / name).exists() for home in homes)] == []


@pytest.mark.parametrize("file", documents(), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_make_targets_that_are_named_are_there(file: Path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = re.findall(
        r"^(?:\$ )?make ([a-z-]+)|`make ([a-z-]+)", file.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {first or second for first, second in named} <= targets


def test_decisions_are_numbered_without_a_gap_and_say_where_they_stand():
    files = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert [file.name[:4] for file in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert text.startswith(f"# {file.name[:4]} "), file.name
        assert re.search(r"^Status: (accepted|superseded by \d{4})", text, re.MULTILINE), file.name


def test_the_glossary_has_every_word_and_the_words_to_avoid():
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \*\*(.+?)\*\* \|(.*)\|(.*)\|$", text, re.MULTILINE)
    assert {word.lower() for word, _, _ in rows} >= WORDS
    assert [word for word, meaning, avoid in rows if not meaning.strip() or not avoid.strip()] == []
