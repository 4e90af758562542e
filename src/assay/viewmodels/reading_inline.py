"""What stands within a line of Markdown: bold, italic, code, struck out, and links as text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from assay.viewmodels.reading_parts import Run, Runs
from assay.viewmodels.reading_runs import joined, runs_of

_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}


@dataclass
class _Line:
    runs: list[Run] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)
    links: list[tuple[str, int]] = field(default_factory=list)

    def add(self, text: str, **more: bool) -> None:
        style = {name: True for name, depth in self.open.items() if depth > 0}
        self.runs.extend(runs_of(text, **{**style, **more}))

    def open_link(self, address: str) -> None:
        self.links.append((address, len(self.runs)))

    def close_link(self) -> None:
        address, start = self.links.pop()
        label = "".join(run.text for run in self.runs[start:])
        if address not in (label, f"mailto:{label}"):
            self.add(f" ({address})", quiet=True)


def inline_lines(tokens: Sequence[Token]) -> Iterator[Runs]:
    """The runs of each line; what was typed on a line of its own stays on a line of its own."""
    line = _Line()
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield joined(line.runs)
            line.links = [(address, 0) for address, _ in line.links]
            line.runs = []
        else:
            _add(line, token)
    yield joined(line.runs)


def _add(line: _Line, token: Token) -> None:
    name, _, end = token.type.rpartition("_")
    if token.type == "link_open":
        line.open_link(str(token.attrGet("href") or ""))
    elif token.type == "link_close":
        line.close_link()
    elif token.type == "code_inline":
        line.add(token.content, code=True)
    elif name in _STYLES and end in ("open", "close"):
        style = _STYLES[name]
        line.open[style] = line.open.get(style, 0) + (1 if end == "open" else -1)
    elif token.content:
        line.add(token.content)
