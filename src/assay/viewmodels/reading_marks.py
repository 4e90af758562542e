"""Characters that cannot be seen, or that turn the text around, made visible as marks such as ‹U+202E›."""

import re
from collections.abc import Iterator

# Scripts whose spelling needs the joiners (Arabic, Indic, Khmer, Mongolian …) and pictures that are built with them.
_JOINED = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdcf\ufe70-\ufefc"
_SYMBOL = (
    "\u00a9\u00ae\u203c-\u203f\u2049-\u2050\u2100-\u27bf\u2900-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff"
)
_LEGITIMATE = (
    f"(?!(?<=[{_SYMBOL}\ufe0f])\u200d[{_SYMBOL}])"
    f"(?!(?<=[{_JOINED}])[\u200c\u200d][{_JOINED}])"
    f"(?!(?<=[0-9#*{_SYMBOL}])[\ufe0e\ufe0f])"
)
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SUSPECT = re.compile(f"{_LEGITIMATE}([{_UNSEEN}])\\1*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEWLINE = re.compile("\r\n?")


def mark(character: str, times: int = 1) -> str:
    """The visible mark of a character: ``‹U+202E›``, with its number where it stands several times in a row."""
    return f"‹U+{ord(character):04X}›" if times == 1 else f"‹U+{ord(character):04X} ×{times}›"


def has_unseen(text: str) -> bool:
    """Whether anything in the text needs a mark."""
    return _SUSPECT.search(text) is not None


def marked(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is a mark. Nothing of the text is lost."""
    at = 0
    for found in _SUSPECT.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], False
        yield mark(found[1], found.end() - found.start()), True
        at = found.end()
    if at < len(text):
        yield text[at:], False


def visible(text: str) -> str:
    """The text on one line, with its marks in it."""
    return " ".join("".join(piece for piece, _ in marked(text)).split())


def parsable(text: str) -> str:
    """The text as a parser may be given it: one sort of line end, and no half of a character."""
    return _SURROGATE.sub(lambda found: mark(found[0]), _NEWLINE.sub("\n", text))
