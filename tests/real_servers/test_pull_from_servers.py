"""Pulling from the real servers: what was handed in comes out, page by page, once, and a late trace is not lost."""

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.model.incoming import IncomingReview, IncomingTrace, Rejected
from assay.model.kinds import Connection
from assay.operations.sources import live_sources

pytestmark = pytest.mark.servers

COUNT = 1203  # more than one page of either server
DAY = datetime(2026, 11, 20, tzinfo=UTC)
NEXT = DAY + timedelta(days=1)


def invented(count: int, start: datetime, apart: timedelta) -> list[dict]:
    """Invented traces: a question, an answer, and a model call inside; the ids follow the numbers."""
    found = []
    day = start.toordinal() << 12
    for number in range(count):
        began = start + number * apart
        found.append(
            {
                "trace_id": f"{int(start.timestamp()):016x}{number + 1:016x}",
                "root": f"{day + number:08x}0000000a",
                "inner": f"{day + number:08x}0000000b",
                "began": began,
                "ended": began + timedelta(seconds=2),
                "asked": f"How do I return parcel {number}?",
                "said": f"Parcel {number} is returned by post within 30 days.",
                "session": f"s-{number // 3}",
            }
        )
    return found


def otlp(traces: list[dict]) -> dict:
    """The traces as a body of OTLP in JSON, by OpenInference's conventions."""

    def span(one: dict, key: str, kind: str, parent: str, **more: str) -> dict:
        said = {
            "openinference.span.kind": kind,
            "input.value": one["asked"],
            "output.value": one["said"],
            **more,
        }
        return {
            "traceId": one["trace_id"],
            "spanId": one[key],
            "parentSpanId": parent,
            "name": kind.lower(),
            "kind": 1,
            "startTimeUnixNano": str(int(one["began"].timestamp() * 1e6) * 1000),
            "endTimeUnixNano": str(int(one["ended"].timestamp() * 1e6) * 1000),
            "attributes": [{"key": name, "value": {"stringValue": value}} for name, value in said.items()],
            "status": {"code": 1},
        }

    spans = []
    for one in traces:
        spans.append(span(one, "root", "CHAIN", "", **{"session.id": one["session"]}))
        spans.append(span(one, "inner", "LLM", one["root"], **{"llm.model_name": "invented-1"}))
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {"name": "test"}, "spans": spans}]}]}


def phoenix_spans(traces: list[dict]) -> dict:
    """The traces as a body of Phoenix's own way to take spans."""

    def span(one: dict, key: str, kind: str, parent: str | None, **more: str) -> dict:
        return {
            "name": kind.lower(),
            "context": {"trace_id": one["trace_id"], "span_id": one[key]},
            "span_kind": kind,
            "parent_id": parent,
            "start_time": one["began"].isoformat(),
            "end_time": one["ended"].isoformat(),
            "status_code": "OK",
            "attributes": {
                "openinference.span.kind": kind,
                "input.value": one["asked"],
                "output.value": one["said"],
                **more,
            },
        }

    spans = []
    for one in traces:
        spans.append(span(one, "root", "CHAIN", None, **{"session.id": one["session"]}))
        spans.append(span(one, "inner", "LLM", one["root"], **{"llm.model_name": "invented-1"}))
    return {"data": spans}


def eventually(holds, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.5)


@pytest.fixture(scope="session")
def filled_phoenix(phoenix: str, phoenix_key: str) -> Connection:
    """A project with traces over a day, the last of them beginning just before midnight, and two judgements."""
    with httpx.Client(
        base_url=phoenix, headers={"Authorization": f"Bearer {phoenix_key}"}, timeout=60
    ) as web:
        web.post("/v1/projects", json={"name": "shop"}).raise_for_status()
        traces = invented(COUNT, DAY, timedelta(seconds=86399.9) / (COUNT - 1))
        traces += invented(3, NEXT, timedelta(hours=1))
        for at in range(0, len(traces), 200):
            web.post("/v1/projects/shop/spans", json=phoenix_spans(traces[at : at + 200])).raise_for_status()
        listed = {"start_time": DAY.isoformat(), "order": "asc", "limit": "1000"}

        def all_there() -> bool:
            spans = web.get("/v1/projects/shop/spans", params={"limit": 1, "parent_id": "null"}).json()
            last = web.get(
                "/v1/projects/shop/traces", params={**listed, "start_time": NEXT.isoformat()}
            ).json()
            return bool(spans["data"]) and len(last["data"]) == 3

        eventually(all_there)
        judged = {
            "name": "helpful",
            "annotator_kind": "HUMAN",
            "result": {"score": 1.0},
            "identifier": "assay:maria",
        }
        body = {"data": [{**judged, "span_id": traces[0]["root"]}]}
        eventually(lambda: web.post("/v1/span_annotations?sync=true", json=body).status_code == 200)
        body = {"data": [{"name": "polite", "annotator_kind": "LLM", "result": {"score": 0.5}}]}
        body["data"][0]["trace_id"] = traces[1]["trace_id"]
        web.post("/v1/trace_annotations?sync=true", json=body).raise_for_status()
    return Connection("px", phoenix, {"project": "shop"}, {"key": phoenix_key})


@pytest.fixture(scope="session")
def filled_mlflow(mlflow: str) -> Connection:
    with httpx.Client(base_url=mlflow, timeout=120) as web:
        number = web.post("/api/2.0/mlflow/experiments/create", json={"name": "shop"}).json()["experiment_id"]
        traces = invented(COUNT, DAY, timedelta(seconds=86399.9) / (COUNT - 1))
        traces += invented(3, NEXT, timedelta(hours=1))
        for at in range(0, len(traces), 200):
            web.post(
                "/v1/traces", json=otlp(traces[at : at + 200]), headers={"x-mlflow-experiment-id": number}
            ).raise_for_status()
        judged = {
            "assessment_name": "helpful",
            "source": {"source_type": "HUMAN", "source_id": "maria"},
            "feedback": {"value": True},
        }
        web.post(
            f"/api/3.0/mlflow/traces/tr-{traces[0]['trace_id']}/assessments", json={"assessment": judged}
        ).raise_for_status()
    return Connection("ml", mlflow, {"experiment": "shop"})


def pulled(kind: str, connection: Connection, start=DAY, end=NEXT) -> list:
    return list(live_sources()[kind].pull(connection, start, end, Progress()))


@pytest.mark.parametrize("kind", ["phoenix", "mlflow"])
def test_a_day_comes_in_whole_and_once(kind: str, request: pytest.FixtureRequest):
    connection = request.getfixturevalue(f"filled_{kind}")
    items = pulled(kind, connection)
    traces = {item.trace.native_id: item.trace for item in items if isinstance(item, IncomingTrace)}
    wanted = invented(COUNT, DAY, timedelta(seconds=86399.9) / (COUNT - 1))
    prefix = "tr-" if kind == "mlflow" else ""
    assert set(traces) == {prefix + one["trace_id"] for one in wanted}
    assert sum(isinstance(item, IncomingTrace) for item in items) == COUNT
    for one in (wanted[0], wanted[600], wanted[-1]):
        trace = traces[prefix + one["trace_id"]]
        assert (trace.input[0].text, trace.output[0].text) == (one["asked"], one["said"])
        assert (trace.session_id, trace.model, len(trace.steps)) == (one["session"], "invented-1", 2)
        assert abs(trace.started_at - one["began"]) < timedelta(milliseconds=1)
    reviews = [item for item in items if isinstance(item, IncomingReview)]
    assert [(one.rater, one.criterion) for one in reviews] == [("maria", "helpful")]
    assert not [item for item in items if isinstance(item, Rejected)]
    if kind == "phoenix":
        judged = [metric for trace in traces.values() for metric in trace.metrics]
        assert [(metric.name, metric.value) for metric in judged] == [("polite", 0.5)]


@pytest.mark.parametrize("kind", ["phoenix", "mlflow"])
def test_windows_that_meet_share_no_trace(kind: str, request: pytest.FixtureRequest):
    connection = request.getfixturevalue(f"filled_{kind}")
    noon = DAY + timedelta(hours=12)
    parts = [pulled(kind, connection, DAY, noon), pulled(kind, connection, noon, NEXT)]
    ids = [[item.trace.native_id for item in part if isinstance(item, IncomingTrace)] for part in parts]
    assert len(ids[0]) + len(ids[1]) == COUNT
    assert not set(ids[0]) & set(ids[1])


@pytest.mark.parametrize("kind", ["phoenix", "mlflow"])
def test_a_test_says_what_answers(kind: str, request: pytest.FixtureRequest):
    connection = request.getfixturevalue(f"filled_{kind}")
    said = live_sources()[kind].test(connection)
    assert "“shop” is there. Its newest trace began 2026-11-21T02:00:00" in said
    settings = dict.fromkeys(connection.settings, "nothing")
    absent = Connection("x", connection.url, settings, connection.secrets)
    with pytest.raises(Refused, match="“nothing”"):
        live_sources()[kind].test(absent)


def test_phoenix_without_a_key_is_refused_in_words(filled_phoenix: Connection):
    for secrets, words in (({}, "asks for a key"), ({"key": "wrong"}, "does not take the key")):
        with pytest.raises(Refused, match=words):
            live_sources()["phoenix"].test(Connection("x", filled_phoenix.url, {"project": "shop"}, secrets))


def test_the_wrong_product_is_named(filled_phoenix: Connection, filled_mlflow: Connection):
    with pytest.raises(Refused, match="MLflow"):
        live_sources()["mlflow"].test(
            Connection("x", filled_phoenix.url, {"experiment": "shop"}, filled_phoenix.secrets)
        )
    with pytest.raises(Refused, match="Phoenix"):
        live_sources()["phoenix"].test(Connection("x", filled_mlflow.url, {"project": "shop"}))


@pytest.mark.parametrize("kind", ["phoenix", "mlflow"])
def test_the_command_pulls_days_once_and_a_late_trace_when_asked_again(
    kind: str, request: pytest.FixtureRequest, assay, workspace, monkeypatch
):
    connection = request.getfixturevalue(f"filled_{kind}")
    monkeypatch.setenv("ASSAY_SHOP_KEY", connection.secrets.get("key", ""))
    own = [word for name, value in connection.settings.items() for word in (f"--{name}", value)]
    add = ("source", "add", "shop", "--kind", kind, "--url", connection.url, *own)
    assert assay(*add, "-w", workspace, "--json").code == 0
    stretch = (
        "pull",
        "--since",
        "2026-11-20T00:00:00Z",
        "--until",
        "2026-11-22T00:00:00Z",
        "-w",
        workspace,
        "--json",
    )
    first = assay(*stretch).json
    assert (first["read"], first["new"], first["refused"], first["answers"]) == (COUNT + 3, COUNT + 3, 0, 1)
    assert assay(*stretch).json["read"] == 0
    again = assay(*stretch, "--again").json
    assert (again["unchanged"], again["new"], again["updated"], again["answers"]) == (COUNT + 3, 0, 0, 0)
    late = invented(1, NEXT + timedelta(minutes=30), timedelta())
    with httpx.Client(base_url=connection.url, timeout=60) as web:
        if kind == "phoenix":
            web.headers["Authorization"] = f"Bearer {connection.secrets['key']}"
            late[0] |= {"root": "00000000000000aa", "inner": "00000000000000bb"}
            web.post("/v1/projects/shop/spans", json=phoenix_spans(late)).raise_for_status()
        else:
            number = web.get("/api/2.0/mlflow/experiments/get-by-name", params={"experiment_name": "shop"})
            there = {"x-mlflow-experiment-id": number.json()["experiment"]["experiment_id"]}
            web.post("/v1/traces", json=otlp(late), headers=there).raise_for_status()
    eventually(lambda: assay(*stretch, "--again").json["new"] == 1, 60)
    assert assay(*stretch, "--again").json["unchanged"] == COUNT + 4
