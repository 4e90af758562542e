"""Keys of the keyboard as text, such as ``1``, ``Ctrl+Z``, ``?`` or ``Return``. No screen needed.

The text is the portable one of Qt: ``Ctrl`` stands for the command key of a Mac.
"""

import sys
from dataclasses import dataclass

from assay.base.errors import Refused
from assay.base.translation import tr

MODIFIERS = ("Ctrl", "Alt", "Shift", "Meta")

NAMED = (
    "Return",
    "Enter",
    "Space",
    "Backspace",
    "Del",
    "Ins",
    "Home",
    "End",
    "PgUp",
    "PgDown",
    "Up",
    "Down",
    "Left",
    "Right",
    *(f"F{number}" for number in range(1, 25)),
)

RESERVED = ("Tab", "Shift+Tab", "Backtab", "Esc")
"""Keys that move between fields and close what lies on top, in every program; they cannot be given away."""

_TEXT_EDITING = frozenset(
    f"Ctrl+{key}"
    for key in ("A", "C", "V", "X", "Y", "Z", "Shift+Z", "Left", "Right", "Home", "End", "Backspace", "Del")
)

_SYMBOLS = {"Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "-": "−"}
_MAC_MODIFIERS = {"Ctrl": "⌘", "Alt": "⌥", "Shift": "⇧", "Meta": "⌃"}


@dataclass(frozen=True, slots=True)
class Chord:
    """A key with the modifiers held down with it, in Qt's order."""

    modifiers: tuple[str, ...]
    key: str

    def __str__(self) -> str:
        return "+".join((*self.modifiers, self.key))


def read_key(text: str) -> Chord:
    """The chord that a text names, however it is cased and spaced. Raises Refused for what is not a key."""
    body = text.strip()
    # "Ctrl++" and "+" name the plus key itself.
    head, key = (body[:-1], "+") if body == "+" or body.endswith("++") else _split_last(body)
    held = [part.strip().capitalize() for part in head.split("+") if part.strip()]
    known = _named(key)
    if known is None or len(set(held)) != len(held) or any(part not in MODIFIERS for part in held):
        raise Refused(
            tr("“{key}” is not a key that can be used.").format(key=text),
            tr(
                "Use a single character or a name such as Return, Up or F5, with Ctrl, Alt or Shift before it."
            ),
        )
    chord = Chord(tuple(part for part in MODIFIERS if part in held), known)
    if str(chord) in RESERVED:
        raise Refused(
            tr("The key {key} is needed for moving between fields and closing.").format(key=chord),
            tr("Choose another key."),
        )
    return chord


def canonical(text: str) -> str:
    """The one way to write a key. Raises Refused for what is not a key."""
    return str(read_key(text))


def works_in_text(text: str) -> bool:
    """Whether a key may act while a text is being typed: chords may, except those that edit; bare keys never."""
    chord = read_key(text)
    if str(chord) in _TEXT_EDITING:
        return False
    is_function_key = chord.key[0] == "F" and chord.key[1:].isdigit()
    return is_function_key or any(part in {"Ctrl", "Alt", "Meta"} for part in chord.modifiers)


def key_pieces(text: str, *, mac: bool | None = None) -> tuple[str, ...]:
    """What stands on the keys, one piece a key, in the reader's language: ``("Ctrl", "Z")``."""
    chord = read_key(text)
    is_mac = sys.platform == "darwin" if mac is None else mac
    names = _MAC_MODIFIERS if is_mac else _modifier_names()
    return (*(names.get(part, part) for part in chord.modifiers), _shown(chord.key))


def key_words(text: str, *, mac: bool | None = None) -> str:
    """A key as it is written in a sentence or tooltip: ``Ctrl+Z``."""
    return "+".join(key_pieces(text, mac=mac))


def _split_last(body: str) -> tuple[str, str]:
    head, _, key = body.rpartition("+")
    return head, key.strip()


def _named(key: str) -> str | None:
    """How Qt writes the key; None where there is none of that name."""
    if len(key) == 1:
        return key.upper() if key.isprintable() and not key.isspace() else None
    known = {name.casefold(): name for name in (*NAMED, *RESERVED)}
    return known.get(key.casefold())


def _modifier_names() -> dict[str, str]:
    return {"Ctrl": tr("Ctrl"), "Alt": tr("Alt"), "Shift": tr("Shift"), "Meta": tr("Meta")}


def _shown(key: str) -> str:
    named = {"Return": tr("Enter"), "Enter": tr("Enter"), "Space": tr("Space"), "Del": tr("Delete")}
    return _SYMBOLS.get(key) or named.get(key, key)
