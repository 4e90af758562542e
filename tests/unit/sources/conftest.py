"""What the tests of file sources share: files are written, read, and what came in is laid out by what it is."""

import json
import random
from dataclasses import dataclass

import pytest
from hypothesis import strategies as st

from assay.base.progress import Progress
from assay.model.incoming import IncomingReview, IncomingTrace, Rejected
from assay.model.trace import Trace

JUNK = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
        st.sampled_from([10**40, "NaN", "\x00", "\ud800", "2026-13-01", "undefined", "[1,2]", '{"a":1}', "", " "]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=5,
)  # fmt: skip


@dataclass
class CameIn:
    """Everything a source gave, in order, and by what it is."""

    items: list

    @property
    def traces(self):
        return {item.trace.native_id: item.trace for item in self.items if isinstance(item, IncomingTrace)}

    @property
    def trace(self):
        (only,) = self.traces.values()
        return only

    @property
    def reviews(self):
        return [item for item in self.items if isinstance(item, IncomingReview)]

    @property
    def refused(self):
        return [item for item in self.items if isinstance(item, Rejected)]

    def metrics(self, native_id=None):
        trace = self.traces[native_id] if native_id else self.trace
        return {metric.name: metric for metric in trace.metrics}


@pytest.fixture
def came_in(tmp_path):
    """Reads files, given as name=content (bytes, a text, a list of lines, or a value), with a kind of source."""

    def came_in(kind, **files):
        paths = []
        for name, content in files.items():
            path = tmp_path / name.replace("__", ".")
            if isinstance(content, list):
                content = "\n".join(x if isinstance(x, str) else json.dumps(x) for x in content)  # noqa: PLW2901
            elif not isinstance(content, bytes | str):
                content = json.dumps(content, indent=1)  # noqa: PLW2901
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
            assert kind.recognises(path, path.read_bytes()[:65536]) or name.startswith("odd")
            paths.append(path)
        if len(paths) > 1 and kind.read_together:
            items = list(kind.read_together(paths, "shop", Progress()))
        else:
            items = [item for path in paths for item in kind.read(path, "shop", Progress())]
        return _checked(items)

    return came_in


def _checked(items):
    for item in items:
        if isinstance(item, IncomingTrace):
            kept = Trace.model_validate_json(item.trace.canonical_json())
            assert kept.content_sha256() == item.trace.content_sha256()
            item.trace.canonical_json().encode()
        elif isinstance(item, Rejected):
            assert item.reason.strip()
            item.reason.encode()
            assert len(item.record) <= 10_000
    return CameIn(items)


@pytest.fixture
def damaged():
    """Draws a copy of a record in which some values are junk or missing. One seed decides where: it shrinks fast."""

    def damaged(draw, value):
        dice = random.Random(draw(st.integers(0, 10**6)))
        junk, chance = draw(st.lists(JUNK, min_size=1, max_size=4)), draw(st.sampled_from([0.02, 0.1, 0.4]))

        def copy(inner):
            if dice.random() < chance:
                return dice.choice(junk)
            if isinstance(inner, dict):
                return {key: copy(member) for key, member in inner.items() if dice.random() > chance / 2}
            return [copy(member) for member in inner] if isinstance(inner, list) else inner

        return copy(value)

    return damaged


@pytest.fixture
def survives(tmp_path, damaged):
    """Whether a source reads a damaged record between good ones without a fault, and the good ones come in."""

    def survives(kind, data, good, sample):
        bad = damaged(data.draw, sample)
        lines = [json.dumps(one).encode() for one in (good("good-1"), bad, good("good-2"))]
        if data.draw(st.booleans()):
            lines[1] = lines[1][: data.draw(st.integers(0, len(lines[1])))]
        path = tmp_path / "export.jsonl"
        path.write_bytes(b"\n".join(lines))
        came = _checked(list(kind.read(path, "shop", Progress())))
        wanted = CameIn([])
        for name in ("good-1", "good-2"):
            path.write_bytes(json.dumps(good(name)).encode())
            wanted.items += list(kind.read(path, "shop", Progress()))
        for name, trace in wanted.traces.items():
            assert came.traces[name] == trace

    return survives
