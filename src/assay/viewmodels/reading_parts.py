"""What a reading is made of: blocks that are laid one under the other, and the operations that set them.

A `Reading` holds blocks as they came; nothing in it is parsed yet. `reading.operations` turns a block into
operations one by one, so that a window can set a long text in slices of time.
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from assay.viewmodels.reading_blind import Blind

Form = Literal["markdown", "plain", "code"]
Kind = Literal["body", "heading", "code", "info", "caption", "field", "note"]
FoldKind = Literal["passages", "tools", "steps", "step", "reasoning", "instructions", "rest", "earlier"]
Alignment = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. ``mark`` stands for a character that could not be seen; ``quiet`` is aside."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    quiet: bool = False
    mark: bool = False

    @property
    def look(self) -> tuple[bool, ...]:
        """The style alone."""
        return self.bold, self.italic, self.code, self.strike, self.quiet, self.mark


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line-broken stretch of at most 2,000 characters.

    ``level`` is a heading's level (1 to 6); ``indent`` how deep in lists or fields; ``quote`` how deep in
    quotations; ``marker`` the bullet or number before it. ``continued`` joins it to the one above without a gap.
    """

    runs: Runs
    kind: Kind = "body"
    level: int = 0
    indent: int = 0
    quote: int = 0
    marker: str = ""
    continued: bool = False

    @property
    def text(self) -> str:
        """The paragraph without its styles."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the first of them the head; every row has as many cells as there are ``alignments``."""

    rows: tuple[tuple[Runs, ...], ...]
    alignments: tuple[Alignment, ...]
    indent: int = 0
    quote: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across."""

    quote: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it came, in the form it is to be read in; ``blind`` where names in it are to be kept back."""

    text: str
    form: Form = "markdown"
    blind: Blind | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A value in structured data: how deep it is, its key with a colon, and the marker it has in a list."""

    value: JsonValue
    depth: int = 0
    label: str = ""
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """Structured data, to be read as ``key: value`` lines.

    ``rest`` is what a long one has left, in place of ``data``.
    """

    data: JsonValue
    blind: Blind
    rest: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the program's own within a message, such as "There is no output."."""

    text: str
    kind: Kind = "note"


@dataclass(frozen=True, slots=True)
class Fold:
    """Something that is there and folded: one line until it is opened."""

    caption: str
    parts: "tuple[Part, ...]"
    kind: FoldKind


@dataclass(frozen=True, slots=True)
class Said:
    """What one side said. ``under_review`` marks the answer that is being judged."""

    role: str
    caption: str
    parts: "tuple[Part, ...]"
    under_review: bool = False


@dataclass(frozen=True, slots=True)
class FoldLine:
    """The line that a fold shows whether it is open or not."""

    fold: Fold


Part = Text | Fields | Note | Fold | Said
Block = Said | Fold
Operation = Paragraph | Table | Rule | FoldLine


@dataclass(frozen=True, slots=True)
class Reading:
    """A trace as it is read: ``blocks`` from the first message to the answer under review and what followed it.

    ``answer`` and ``question`` are places in ``blocks``; there always is an answer, and there is no question when
    nobody asked one. ``key`` is the trace's uid.
    """

    key: str
    blocks: tuple[Block, ...]
    answer: int
    question: int | None
    blind: bool
