"""Markdown into operations. No HTML, no images, no anchors: a link is its label and its address as text.

Nothing that was said may vanish: reference definitions are off (they would be swallowed), and a line that the
parser leaves out because it is nested too deeply is read as plain text in its place.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assay.viewmodels.reading_chunks import chunks
from assay.viewmodels.reading_inline import inline_lines
from assay.viewmodels.reading_parts import Kind, Operation, Paragraph, Rule, Runs
from assay.viewmodels.reading_plain import plain_operations
from assay.viewmodels.reading_runs import runs_of, split
from assay.viewmodels.reading_table import table_operations

DEEPEST_NESTING = 20
_ONLY_MARKERS = re.compile(r"[\s>*+\-\d.):|=]*")
_BULLETS = ("•", "–")


def markdown_operations(text: str) -> Iterator[Operation]:
    """The text as operations; it is parsed chunk by chunk, as they are asked for."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": DEEPEST_NESTING})
    parser.enable(["table", "strikethrough"]).disable(["image", "reference", "normalize"])
    for chunk in chunks(text):
        if chunk.plain:
            yield from plain_operations(chunk.text)
        else:
            yield from _Walk(parser.parse(chunk.text), chunk.text.split("\n")).operations()


@dataclass
class _List:
    ordered: bool
    number: int


@dataclass
class _Walk:
    """One walk over the tokens of a chunk; what surrounds the present token is on the walk's stacks."""

    tokens: Sequence[Token]
    source: list[str]
    quote: int = 0
    lists: list[_List] = field(default_factory=list)
    marker: str = ""
    covered: int = 0
    list_begins: bool = False

    def operations(self) -> Iterator[Operation]:
        """The operations of the chunk, in order."""
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.type == "table_open":
                end = next(i for i in range(at, len(self.tokens)) if self.tokens[i].type == "table_close")
                yield from self._missed(token)
                yield from table_operations(self.tokens[at : end + 1], len(self.lists), self.quote)
                at = end
            elif token.type in _LEAVES:
                yield from self._missed(token)
                yield from self._leaf(at)
            else:
                yield from self._container(token)
            at += 1
        yield from self._lines(self.covered, len(self.source))

    def _leaf(self, at: int) -> Iterator[Operation]:
        token = self.tokens[at]
        match token.type:
            case "paragraph_open":
                tight = token.hidden and not self.list_begins
                yield from self._inline(self.tokens[at + 1], "body", continued=tight)
            case "heading_open":
                yield from self._inline(self.tokens[at + 1], "heading", level=int(token.tag[1:]))
            case "fence" | "code_block":
                yield from self._code(token)
            case _:
                yield Rule(self.quote)

    def _container(self, token: Token) -> Iterator[Operation]:
        match token.type:
            case "blockquote_open":
                self.quote += 1
            case "blockquote_close":
                self.quote -= 1
            case "bullet_list_open" | "ordered_list_open":
                self.list_begins = not self.lists
                ordered = token.type == "ordered_list_open"
                self.lists.append(_List(ordered, int(token.attrGet("start") or 1)))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                if self.marker:
                    yield self._paragraph((), "body")
                self.marker = self._next_marker(token)
            case "list_item_close":
                if self.marker:
                    yield self._paragraph((), "body")

    def _next_marker(self, item: Token) -> str:
        around = self.lists[-1]
        if not around.ordered:
            return _BULLETS[(len(self.lists) - 1) % len(_BULLETS)]
        number = item.info or str(around.number)
        around.number += 1
        return f"{number}{item.markup}"

    def _inline(
        self, inside: Token, kind: Kind, *, level: int = 0, continued: bool = False
    ) -> Iterator[Operation]:
        for line in inline_lines(inside.children or ()):
            yield from split(self._paragraph(line, kind, level=level, continued=continued))
            continued = True

    def _code(self, token: Token) -> Iterator[Operation]:
        if token.info.strip():
            yield self._paragraph(runs_of(token.info.strip()[:200], quiet=True), "info")
        for line in plain_operations(token.content.removesuffix("\n"), code=True):
            yield replace(self._paragraph(line.runs, "code"), continued=line.continued)

    def _paragraph(self, runs: Runs, kind: Kind, *, level: int = 0, continued: bool = False) -> Paragraph:
        marker, self.marker = self.marker, ""
        self.list_begins = False
        return Paragraph(runs, kind, level, len(self.lists), self.quote, marker, continued)

    def _missed(self, token: Token) -> Iterator[Operation]:
        """Lines above the token that no token of the parser stands for, and the note of how far it reaches."""
        start, end = token.map or (self.covered, self.covered)
        yield from self._lines(self.covered, start)
        self.covered = max(self.covered, end)

    def _lines(self, start: int, end: int) -> Iterator[Operation]:
        for line in self.source[start:end]:
            if not _ONLY_MARKERS.fullmatch(line):
                yield from plain_operations(line, indent=len(self.lists), quote=self.quote)


_LEAVES = frozenset({"paragraph_open", "heading_open", "fence", "code_block", "hr"})
