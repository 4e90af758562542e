"""Every command of the program, declared once; menus, tooltips, palette, key sheet and manual derive from it.

The texts pass through `tr` when this module is loaded, which is after the language was chosen: one language a
process, as with gettext itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from assay.base.errors import Refused
from assay.base.translation import tr
from assay.viewmodels.keys import canonical, key_words

Scope = Literal["global", "today", "review"]
"""Where a command's keys act: everywhere, or on one page. Two pages' keys cannot clash; everywhere clashes with all."""

OPTION_COUNT = 10
OPTION_PREFIX = "answer.option-"
"""The ids of the commands that choose the first to the tenth option of the focused question."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something the program does when asked: by key, button, menu or palette.

    ``keys`` are in portable text, the first being the one that tooltips name. ``repeats`` says that holding the
    key down may do it again and again; what judges never does.
    """

    id: str
    title: str
    group: str
    keys: tuple[str, ...] = ()
    scope: Scope = "global"
    hint: str = ""
    repeats: bool = False


def _answers() -> tuple[Command, ...]:
    group = tr("Answer")
    options = tuple(
        Command(
            f"{OPTION_PREFIX}{number}",
            tr("Option {number}").format(number=number),
            group,
            (str(number % OPTION_COUNT),),
            "review",
            tr("Chooses this option of the focused question."),
        )
        for number in range(1, OPTION_COUNT + 1)
    )
    return (
        *options,
        Command(
            "answer.pass",
            tr("Pass"),
            group,
            ("P",),
            "review",
            tr("Answers pass, in a pass or fail question."),
        ),
        Command(
            "answer.fail",
            tr("Fail"),
            group,
            ("X",),
            "review",
            tr("Answers fail, in a pass or fail question."),
        ),
        Command("question.previous", tr("Previous question"), group, ("Up",), "review", repeats=True),
        Command("question.next", tr("Next question"), group, ("Down",), "review", repeats=True),
        Command(
            "question.guideline",
            tr("Guideline"),
            group,
            ("G",),
            "review",
            tr("Shows how the focused question is meant."),
        ),
    )


def _items() -> tuple[Command, ...]:
    group = tr("Item")
    return (
        Command(
            "item.submit",
            tr("Submit and next"),
            group,
            ("Return", "Enter", "Ctrl+Return", "Ctrl+Enter"),
            "review",
            tr("Goes to the first open question where a required one is missing."),
        ),
        Command("item.previous", tr("Back without deciding"), group, ("Left",), "review"),
        Command("item.next", tr("On without deciding"), group, ("Right",), "review"),
        Command("item.not-today", tr("Not today"), group, ("-",), "review", tr("It comes back tomorrow.")),
        Command("item.cannot-judge", tr("Cannot judge"), group, ("@",), "review", tr("Asks for the reason.")),
        Command("item.flag", tr("Flag"), group, ("F",), "review", tr("Marks the item for a second look.")),
        Command("item.note", tr("Note"), group, ("N",), "review", tr("Goes to the note.")),
        Command(
            "item.folds",
            tr("Unfold or fold everything"),
            group,
            ("E",),
            "review",
            tr("Passages and steps of the trace."),
        ),
        Command(
            "item.details",
            tr("Details"),
            group,
            ("I",),
            "review",
            tr("Shows where the trace comes from; hidden while you judge blind."),
        ),
    )


def _undoing() -> tuple[Command, ...]:
    group = tr("Undo")
    return (
        Command(
            "review.undo", tr("Undo"), group, ("U", "Ctrl+Z"), "review", tr("Takes back the last judgement.")
        ),
        Command(
            "review.redo", tr("Redo"), group, ("Ctrl+Shift+Z",), "review", tr("Does again what was undone.")
        ),
    )


def _places() -> tuple[Command, ...]:
    group = tr("Go to")
    titles = (
        ("today", tr("Today")),
        ("review", tr("Review")),
        ("quality", tr("Quality")),
        ("agreement", tr("Agreement")),
        ("failures", tr("Failures")),
        ("traces", tr("Traces")),
        ("datasets", tr("Data sets")),
        ("setup", tr("Set-up")),
    )
    return tuple(
        Command(f"go.{place}", title, group, (f"Ctrl+{number}",))
        for number, (place, title) in enumerate(titles, 1)
    )


def _looks() -> tuple[Command, ...]:
    group = tr("Appearance")
    return (
        Command("look.system", tr("Look as the desktop does"), group),
        Command("look.light", tr("Light"), group),
        Command("look.dark", tr("Dark"), group),
        Command("look.contrast-light", tr("High contrast, light"), group),
        Command("look.contrast-dark", tr("High contrast, dark"), group),
        Command("text.larger", tr("Larger text"), group, ("Ctrl++", "Ctrl+=")),
        Command("text.smaller", tr("Smaller text"), group, ("Ctrl+-",)),
        Command("text.usual", tr("Usual text size"), group, ("Ctrl+0",)),
    )


def _program() -> tuple[Command, ...]:
    group = tr("Program")
    return (
        Command("today.start", tr("Start reviewing"), group, ("Return", "Enter"), "today"),
        Command(
            "review.auto-advance",
            tr("Go on by itself after an answer, or not"),
            group,
            hint=tr("Off: Enter shows the next trace."),
        ),
        Command("program.open-files", tr("Open files"), group, ("Ctrl+O",), hint=tr("Brings traces in.")),
        Command("program.open-workspace", tr("Open another workspace"), group, ("Ctrl+Shift+O",)),
        Command("program.palette", tr("Find a command"), group, ("Ctrl+K",)),
        Command("program.keys", tr("Show all keys"), group, ("?",)),
    )


COMMANDS: tuple[Command, ...] = (*_answers(), *_items(), *_undoing(), *_places(), *_looks(), *_program())


@dataclass(frozen=True)
class KeyMap:
    """Which keys run which command: the declared ones, and what the reader put in their place.

    ``overrides`` maps ids of commands to keys; those of commands that this version does not know are passed over.
    Raises Refused where two commands that can be meant at once would share a key.
    """

    commands: tuple[Command, ...] = COMMANDS
    overrides: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keys = {command.id: _read(self.overrides.get(command.id, command.keys)) for command in self.commands}
        object.__setattr__(self, "_keys", keys)
        _refuse_clashes(self.commands, keys)

    def command(self, command_id: str) -> Command:
        """The command of that id. Raises KeyError where there is none."""
        for command in self.commands:
            if command.id == command_id:
                return command
        raise KeyError(command_id)

    def keys_of(self, command_id: str) -> tuple[str, ...]:
        """The keys that run a command; empty where it has none."""
        keys: dict[str, tuple[str, ...]] = self.__dict__["_keys"]
        return keys[command_id]

    def command_for(self, key: str, scope: Scope = "global") -> Command | None:
        """What a key runs on a page of that scope; None where it runs nothing."""
        wanted = canonical(key)
        for command in self.commands:
            if command.scope in {"global", scope} and wanted in self.keys_of(command.id):
                return command
        return None

    def rebound(self, command_id: str, keys: Iterable[str]) -> "KeyMap":
        """A map in which the command has these keys. Raises Refused for a clash or what is not a key."""
        self.command(command_id)
        return KeyMap(self.commands, {**self.overrides, command_id: tuple(keys)})

    def restored(self, command_id: str) -> "KeyMap":
        """A map in which the command has its declared keys again."""
        return KeyMap(
            self.commands, {name: keys for name, keys in self.overrides.items() if name != command_id}
        )


def _read(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(canonical(key) for key in keys))


def _refuse_clashes(commands: Iterable[Command], keys: Mapping[str, tuple[str, ...]]) -> None:
    for one, other in combinations(commands, 2):
        shared = [key for key in keys[one.id] if key in keys[other.id]]
        if shared and _overlap(one.scope, other.scope):
            raise Refused(
                tr("The key {key} would mean both “{one}” and “{other}”.").format(
                    key=key_words(shared[0]), one=one.title, other=other.title
                ),
                tr("Give one of them another key."),
            )


def _overlap(one: Scope, other: Scope) -> bool:
    return one == other or "global" in {one, other}
