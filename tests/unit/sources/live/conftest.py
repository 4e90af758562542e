"""Servers that keep the contracts of stores, as far as a pull asks: lists, filters, pages, and their quirks."""

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assay.base.progress import Progress
from assay.model.incoming import IncomingReview, IncomingTrace, Rejected
from assay.model.kinds import Connection
from assay.operations.sources import live_sources

DAY = datetime(2026, 11, 20, tzinfo=UTC)
Hook = Callable[[int], None]


class PhoenixContract:
    """Phoenix as its answers show it. The cursor of its list of traces goes by number, as before August 2026."""

    def __init__(self, page: int = 1000) -> None:
        self.traces: list[dict] = []
        self.spans: list[dict] = []
        self.judged: list[dict] = []
        self.configs: list[dict] = []
        self.projects = [{"id": "UHJvamVjdDox", "name": "shop"}]
        self.page = page
        self.before: Callable[[Any], Any] = lambda asked: None

    def add(self, name: str, began: datetime, **more: Any) -> None:
        """A trace of one span, which begins and ends with it."""
        ended = began + timedelta(seconds=1)
        times = {"start_time": began.isoformat(), "end_time": ended.isoformat()}
        self.traces.append(
            {"id": name, "trace_id": name, "project_id": "UHJvamVjdDox", **times, "spans": None}
        )
        self.add_span(name, f"{len(self.spans) + 1:016x}", began, **more)

    def add_span(self, trace: str, span: str, began: datetime, **more: Any) -> None:
        times = {"start_time": began.isoformat(), "end_time": (began + timedelta(seconds=1)).isoformat()}
        said = {"input.value": f"ask {trace}", "output.value": f"say {trace}"}
        context = {"trace_id": trace, "span_id": span}
        kept = {
            "id": span,
            "name": "chain",
            "context": context,
            "span_kind": "CHAIN",
            "parent_id": None,
            **times,
        }
        self.spans.append({**kept, "status_code": "OK", "attributes": said, "events": [], **more})

    def judge(self, key: str, about: str, name: str, kind: str, score: float, who: str = "") -> None:
        row = {"id": f"{key}-{len(self.judged)}", key: about, "name": name, "annotator_kind": kind}
        self.judged.append({**row, "result": {"score": score}, "metadata": {}, "identifier": who})

    def __call__(self, asked: Any) -> Any:
        found = self.before(asked)
        if found is not None:
            return found
        if asked.path == "/v1/projects":
            return self._paged(asked, self.projects)
        if asked.path == "/v1/annotation_configs":
            return self._paged(asked, self.configs)
        what = asked.path.removeprefix("/v1/projects/UHJvamVjdDox/")
        return getattr(self, f"_{what}")(asked)

    def _traces(self, asked: Any) -> dict:
        low, high = (asked.one(key) for key in ("start_time", "end_time"))
        inside = [
            one
            for one in self.traces
            if (not low or _time(one) >= datetime.fromisoformat(low))
            and (not high or _time(one) < datetime.fromisoformat(high))
        ]
        inside.sort(key=_time, reverse=asked.one("order") == "desc")
        return self._paged(asked, inside)

    def _spans(self, asked: Any) -> dict:
        wanted = set(asked.query.get("trace_id", ()))
        newest_first = [
            one for one in reversed(self.spans) if not wanted or one["context"]["trace_id"] in wanted
        ]
        return self._paged(asked, newest_first)

    def _span_annotations(self, asked: Any) -> dict:
        return self._annotations(asked, "span_id")

    def _trace_annotations(self, asked: Any) -> dict:
        return self._annotations(asked, "trace_id")

    def _annotations(self, asked: Any, key: str) -> dict:
        wanted = set(asked.query[f"{key}s"])
        return self._paged(asked, [one for one in self.judged if one.get(key) in wanted])

    def _paged(self, asked: Any, rows: list) -> dict:
        limit, at = min(int(asked.one("limit", "10")), self.page), int(asked.one("cursor", "0"))
        rest = rows[at + limit :]
        return {"data": rows[at : at + limit], "next_cursor": str(at + limit) if rest else None}


def _time(row: dict) -> datetime:
    return datetime.fromisoformat(row["start_time"])


class MlflowContract:
    """MLflow as its answers show it: pages by number of rows, ``{}`` for none, 400 for more than 500 rows."""

    def __init__(self, page: int = 500) -> None:
        self.infos: list[dict] = []
        self.whole: dict[str, dict] = {}
        self.page = page
        self.before: Callable[[Any], Any] = lambda asked: None
        self.answer: Callable[..., Any] = lambda body, status: body

    def add(self, name: str, began: datetime, *assessments: dict) -> None:
        info = {
            "trace_id": name,
            "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "7"}},
            "request_time": began.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "execution_duration": "1.5s",
            "state": "OK",
            "request_preview": f"ask {name}",
            "response_preview": f"say {name}",
            "assessments": list(assessments),
        }
        self.infos.append(info)
        nanos = int(began.timestamp() * 1_000_000) * 1000
        span = {
            "trace_id": name,
            "span_id": "000000000000000a",
            "name": "chain",
            "start_time_unix_nano": nanos,
            "end_time_unix_nano": nanos + 1_500_000_000,
            "attributes": {"mlflow.spanInputs": f"ask {name}", "mlflow.spanOutputs": f"say {name}"},
            "status": {"code": "STATUS_CODE_OK"},
        }
        self.whole[name] = {"trace_info": info, "spans": [span]}

    def __call__(self, asked: Any) -> Any:
        found = self.before(asked)
        if found is not None:
            return found
        if asked.path.endswith("/get-by-name"):
            return {"experiment": {"experiment_id": "7", "name": asked.one("experiment_name")}}
        if asked.path.endswith("/batchGet"):
            found = [self.whole[name] for name in asked.query["trace_ids"] if name in self.whole]
            return {"traces": found} if found else {}
        return self._search(asked.body)

    def _search(self, body: dict) -> dict:
        assert body["max_results"] <= 500
        assert body["locations"][0]["mlflow_experiment"] == {"experiment_id": "7"}
        bounds = dict(re.findall(r"timestamp_ms (>=|<) (\d+)", body.get("filter", "")))
        low, high = int(bounds.get(">=", 0)), int(bounds.get("<", 10**18))
        rows = [info for info in self.infos if low <= _milliseconds(info) < high]
        rows.sort(key=_milliseconds, reverse=body["order_by"] == ["timestamp_ms DESC"])
        at = json.loads(base64.b64decode(body["page_token"]))["offset"] if "page_token" in body else 0
        size = min(body["max_results"], self.page)
        page = rows[at : at + size]
        if not page:
            return {}
        token = base64.b64encode(json.dumps({"offset": at + size}).encode()).decode()
        return {"traces": page, **({"next_page_token": token} if len(page) == size else {})}


def _milliseconds(info: dict) -> int:
    return round(datetime.fromisoformat(info["request_time"]).timestamp() * 1000)


class PulledItems:
    """What a pull gave, by what it is."""

    def __init__(self, items: list) -> None:
        self.traces = [item.trace for item in items if isinstance(item, IncomingTrace)]
        self.reviews = [item for item in items if isinstance(item, IncomingReview)]
        self.refused = [item for item in items if isinstance(item, Rejected)]
        self.others = [
            item for item in items if not isinstance(item, IncomingTrace | IncomingReview | Rejected)
        ]

    @property
    def ids(self) -> list[str]:
        return sorted(trace.native_id for trace in self.traces)


@pytest.fixture
def day() -> datetime:
    return DAY


@pytest.fixture
def phoenix() -> PhoenixContract:
    return PhoenixContract()


@pytest.fixture
def mlflow() -> MlflowContract:
    return MlflowContract()


@pytest.fixture
def connected(contract_server: Callable) -> Callable[..., Connection]:
    """A connection to a store that keeps a contract: ``connected(phoenix, project="shop", key="k")``."""

    def connected(contract: Any, key: str = "", attempts: int = 2, timeout: float = 5, **settings: str):
        server = contract_server(contract)
        return Connection("live", server.url, settings, {"key": key} if key else {}, timeout, attempts)

    return connected


@pytest.fixture
def pulled() -> Callable[..., PulledItems]:
    """What a kind pulls of a day: ``pulled("phoenix", connection)``."""

    def pulled(kind: str, connection: Connection, start: datetime = DAY, end: datetime | None = None):
        stream = live_sources()[kind].pull(connection, start, end or start + timedelta(days=1), Progress())
        return PulledItems(list(stream))

    return pulled
