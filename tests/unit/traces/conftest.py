"""A store in a folder of its own, and traces to put into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assay.model.trace import Trace, text_message
from assay.traces.store import TraceStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose name holds everything a file pattern or an SQL text could trip over."""
    return tmp_path / "Ana's [team] *? traces"


@pytest.fixture
def store(folder: Path) -> Iterator[TraceStore]:
    store = TraceStore(folder)
    yield store
    store.close()


@pytest.fixture
def make() -> Callable[..., Trace]:
    """A trace of that native id, ``days`` after the first day (None: without a time)."""

    def make(native_id: str, days: float | None = 0, **more: object) -> Trace:
        began = None if days is None else NOON + timedelta(days=days)
        given = {"source": "shop", "started_at": began, "input": (text_message("user", f"ask {native_id}"),)}
        return Trace.model_validate(given | {"native_id": native_id} | more)

    return make
