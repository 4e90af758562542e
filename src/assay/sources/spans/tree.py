"""The spans of a trace as a tree: doubles put away, circles cut, the root found, however they came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from assay.sources.spans.pieces import Span

_NEVER = datetime.max.replace(tzinfo=UTC)
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tree:
    """The spans in order of their beginning, a parent before its children where they begin together.

    ``parent`` and ``depth`` are by span id. ``orphans`` gives the parents that are not there, ``circles`` those that
    were cut off since they stand below their own child. ``doubles`` counts records of spans that differ from the one
    that was kept.
    """

    spans: tuple[Span, ...]
    root: Span
    parent: Mapping[str, str | None]
    depth: Mapping[str, int]
    orphans: Mapping[str, str]
    circles: Mapping[str, str]
    doubles: int

    def ancestors(self, span_id: str) -> Iterable[str]:
        """The ids of the spans above, the nearest first."""
        above = self.parent[span_id]
        while above is not None:
            yield above
            above = self.parent[above]

    def upwards(self) -> list[Span]:
        """The spans, children before their parents."""
        return sorted(self.spans, key=lambda span: -self.depth[span.span_id])


def tree_of(records: Sequence[Span]) -> Tree:
    """The tree of one trace's spans, at least one. What comes first or last among the records plays no part."""
    spans, doubles = _single(records)
    orphans = {
        one.span_id: one.parent_id for one in spans.values() if one.parent_id and one.parent_id not in spans
    }
    parent = {key: None if key in orphans else span.parent_id for key, span in spans.items()}
    circles = _cut_circles(spans, parent)
    depth = _depths(parent)
    ordered = sorted(
        spans.values(), key=lambda one: (one.started_at or _NEVER, depth[one.span_id], one.span_id)
    )
    tops = [span for span in ordered if parent[span.span_id] is None]
    root = min(tops, key=lambda span: (span.span_id in circles, span.span_id in orphans))
    return Tree(tuple(ordered), root, parent, depth, orphans, circles, doubles)


def _single(records: Sequence[Span]) -> tuple[dict[str, Span], int]:
    """One record of each span: the one that says most."""
    found: dict[str, list[Span]] = {}
    for record in records:
        found.setdefault(record.span_id, []).append(record)
    kept = {key: many[0] if len(many) == 1 else max(many, key=_fullness) for key, many in found.items()}
    doubles = sum(
        sum(one != kept[key] and one.rank == kept[key].rank for one in many)
        for key, many in found.items()
        if len(many) > 1
    )
    return kept, doubles


def _fullness(span: Span) -> tuple[int, datetime, int, bytes]:
    return (
        span.rank,
        span.ended_at or _BEGINNING,
        len(span.attributes),
        msgspec.json.encode(span, order="sorted"),
    )


def _cut_circles(spans: Mapping[str, Span], parent: dict[str, str | None]) -> dict[str, str]:
    """Cuts every circle above the span in it that began first; the parents that were cut off, by span id."""
    cut: dict[str, str] = {}
    done: set[str] = set()
    for start in sorted(parent):
        path: list[str] = []
        on_path: set[str] = set()
        at: str | None = start
        while at is not None and at not in done and at not in on_path:
            path.append(at)
            on_path.add(at)
            at = parent[at]
        if at is not None and at in on_path:
            circle = path[path.index(at) :]
            first = min(circle, key=lambda key: (spans[key].started_at or _NEVER, key))
            cut[first] = parent[first] or ""
            parent[first] = None
        done |= on_path
    return cut


def _depths(parent: Mapping[str, str | None]) -> dict[str, int]:
    depth: dict[str, int] = {}
    for start in parent:
        path: list[str] = []
        at: str | None = start
        while at is not None and at not in depth:
            path.append(at)
            at = parent[at]
        below = 0 if at is None else depth[at] + 1
        for place, key in enumerate(reversed(path)):
            depth[key] = below + place
    return depth
