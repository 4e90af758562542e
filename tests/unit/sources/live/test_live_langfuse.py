"""Pulling from Langfuse, against contract servers written from its published definitions; no real one was at hand."""

import base64
from datetime import datetime, timedelta

import pytest

from assay.base.errors import Refused
from assay.model.kinds import Connection
from assay.operations.sources import live_sources

KEYS = {"public_key": "pk-1", "key": "sk-2"}


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class NewerContract:
    """Observations and scores by cursor. Groups of fields, and metadata cut at 200 characters, as published."""

    def __init__(self, answer_with, page=1000):
        self.observations, self.scores = [], []
        self.answer_with, self.page = answer_with, page

    def add(self, trace, name, began, root=False, **more):
        self.observations.append(
            {"id": name, "traceId": trace, "type": "SPAN", "name": name, "startTime": stamp(began),
             "endTime": stamp(began + timedelta(seconds=1)), "parentObservationId": None if root else "r",
             "isRootObservation": root, "level": "DEFAULT", "input": f'"ask {trace}"', "output": f'"say {trace}"',
             "metadata": {}, "userId": "u", "traceName": "answer"} | more
        )  # fmt: skip

    def judge(self, trace, name, about=None, **more):
        subject = (
            {"kind": "observation", "id": about, "traceId": trace}
            if about
            else {"kind": "trace", "id": trace}
        )
        self.scores.append(
            {"id": f"s{len(self.scores)}", "projectId": "p", "name": name, "value": 0.5, "dataType": "NUMERIC",
             "source": "EVAL", "timestamp": "2026-11-22T08:00:00.000Z", "subject": subject, "metadata": {}} | more
        )  # fmt: skip

    def __call__(self, asked):
        if asked.headers.get("Authorization") != "Basic " + base64.b64encode(b"pk-1:sk-2").decode():
            return self.answer_with({"message": "no"}, 401)
        if asked.path == "/api/public/projects":
            return {"data": [{"id": "p", "name": "shop"}]}
        if asked.path == "/api/public/v2/observations":
            return self._observations(asked)
        if asked.path == "/api/public/v3/scores":
            wanted = asked.one("traceId").split(",")
            assert int(asked.one("limit")) <= 100
            rows = [
                one
                for one in self.scores
                if (one["subject"].get("traceId") or one["subject"]["id"]) in wanted
            ]
            return self._paged(asked, rows)
        return self.answer_with({"error": "NotFoundError"}, 404)

    def _observations(self, asked):
        low, high = asked.one("fromStartTime", "0"), asked.one("toStartTime", "9")
        rows = [one for one in self.observations if low <= one["startTime"] < high]
        if asked.one("isRootObservation"):
            rows = [one for one in rows if one["isRootObservation"]]
        rows.sort(key=lambda one: one["startTime"], reverse=True)
        whole = asked.one("expandMetadata").split(",")
        told = []
        for one in rows:
            metadata = {k: v if k in whole else v[:200] for k, v in one["metadata"].items()}
            told.append({**one, "metadata": metadata})
            if "io" not in asked.one("fields"):
                told[-1] = {
                    key: value for key, value in one.items() if key not in ("input", "output", "metadata")
                }
        return self._paged(asked, told)

    def _paged(self, asked, rows):
        at, size = int(asked.one("cursor", "0")), min(int(asked.one("limit", "50")), self.page)
        more = {"cursor": str(at + size)} if at + size < len(rows) else {}
        return {"data": rows[at : at + size], "meta": {"limit": size, **more}}


class OlderContract:
    """Traces by number of page, each whole by itself, as published before."""

    def __init__(self, answer_with):
        self.traces, self.answer_with = {}, answer_with

    def add(self, name, began):
        self.traces[name] = {
            "id": name, "timestamp": stamp(began), "name": "answer", "input": f"ask {name}", "output": f"say {name}",
            "bookmarked": False, "public": False, "tags": [], "metadata": {},
        }  # fmt: skip

    def __call__(self, asked):
        if asked.path == "/api/public/traces":
            low, high = asked.one("fromTimestamp", "0"), asked.one("toTimestamp", "9")
            rows = [one for one in self.traces.values() if low < one["timestamp"] < high]
            rows.sort(key=lambda one: one["timestamp"])
            page, size = int(asked.one("page", "1")), min(int(asked.one("limit", "50")), 7)
            meta = {"page": page, "limit": size, "totalItems": len(rows), "totalPages": -(-len(rows) // size)}
            return {"data": rows[(page - 1) * size : page * size], "meta": meta}
        name = asked.path.removeprefix("/api/public/traces/")
        if name not in self.traces:
            return self.answer_with({"error": "NotFoundError"}, 404)
        step = {"id": f"o-{name}", "traceId": name, "type": "GENERATION", "name": "call", "providedModelName": "m",
                "startTime": self.traces[name]["timestamp"], "endTime": None, "parentObservationId": None}  # fmt: skip
        rated = {"id": f"s-{name}", "traceId": name, "name": "helpful", "source": "ANNOTATION", "value": 1,
                 "stringValue": "True", "dataType": "BOOLEAN", "authorUserId": "maria",
                 "timestamp": "2026-11-22T08:00:00.000Z"}  # fmt: skip
        return {**self.traces[name], "observations": [step], "scores": [rated]}


@pytest.fixture
def newer(answer_with):
    return NewerContract(answer_with)


@pytest.fixture
def langfuse(contract_server):
    return lambda contract, secrets=KEYS: Connection("live", contract_server(contract).url, {}, secrets, 5, 2)


def test_observations_and_scores_of_a_day_become_traces(newer, langfuse, pulled, day):
    newer.add("a", "a-root", day, root=True)
    newer.add("a", "a-call", day + timedelta(seconds=1), type="GENERATION", providedModelName="m")
    newer.judge("a", "grounded")
    newer.judge("a", "found", about="a-call")
    newer.judge("a", "helpful", source="ANNOTATION", dataType="BOOLEAN", value=True, authorUserId="maria")
    newer.judge("other", "grounded")
    came = pulled("langfuse", langfuse(newer))
    (trace,) = came.traces
    assert (trace.native_id, trace.input[0].text, trace.output[0].text, trace.model) == (
        "a",
        "ask a",
        "say a",
        "m",
    )
    assert [(one.name, one.step_id) for one in trace.metrics] == [("grounded", None), ("found", "a-call")]
    assert [(one.rater, one.criterion) for one in came.reviews] == [("maria", "helpful")]
    assert came.refused == []


def test_a_trace_belongs_to_the_day_of_its_first_root_and_comes_whole(newer, langfuse, pulled, day):
    midnight = day + timedelta(days=1)
    newer.add("late", "late-root", midnight - timedelta(seconds=1), root=True)
    newer.add("late", "late-inner", midnight + timedelta(minutes=5))
    newer.add("late", "late-second", midnight + timedelta(minutes=6), root=True)
    newer.add("yesterday", "y-root", day - timedelta(milliseconds=1), root=True)
    newer.add("yesterday", "y-inner", day + timedelta(minutes=5))
    newer.add("first", "f-root", day, root=True)
    newer.add("tomorrow", "t-root", midnight, root=True)
    came = pulled("langfuse", langfuse(newer))
    assert came.ids == ["first", "late"]
    late = next(trace for trace in came.traces if trace.native_id == "late")
    assert {step.name for step in late.steps} >= {"late-inner", "late-second"}
    assert pulled("langfuse", langfuse(newer), midnight).ids == ["tomorrow"]


def test_pages_by_cursor_give_everything_once(newer, langfuse, pulled, day):
    newer.page = 3
    for number in range(20):
        newer.add(f"t{number:02}", f"r{number}", day + timedelta(minutes=number), root=True)
        newer.judge(f"t{number:02}", "grounded")
        newer.judge(f"t{number:02}", "polite")
    traces = pulled("langfuse", langfuse(newer)).traces
    assert sorted(trace.native_id for trace in traces) == [f"t{number:02}" for number in range(20)]
    assert all(len(trace.metrics) == 2 for trace in traces)


def test_metadata_is_asked_for_again_where_it_was_cut(newer, langfuse, pulled, day):
    newer.add("a", "a-root", day, root=True, metadata={"long": "x" * 900, "short": "y"})
    (trace,) = pulled("langfuse", langfuse(newer)).traces
    assert (len(trace.metadata["long"]), trace.metadata["short"]) == (900, "y")


def test_an_older_server_is_read_by_its_traces(answer_with, langfuse, pulled, day):
    older = OlderContract(answer_with)
    for number in range(30):
        older.add(f"t{number:02}", day + timedelta(minutes=number // 2))
    older.add("before", day - _TICK)
    older.add("last", day + timedelta(days=1) - _TICK)
    older.add("after", day + timedelta(days=1))
    came = pulled("langfuse", langfuse(older))
    assert came.ids == ["last", *(f"t{number:02}" for number in range(30))]
    assert all((trace.model, trace.input[0].text) == ("m", f"ask {trace.native_id}") for trace in came.traces)
    assert {one.rater for one in came.reviews} == {"maria"}
    assert len(came.reviews) == 31


_TICK = timedelta(milliseconds=1)


def test_the_test_names_the_project_and_how_it_is_read(newer, langfuse, answer_with):
    test = live_sources()["langfuse"].test
    said = test(langfuse(newer))
    assert said.endswith("The keys open the project “shop”. It is read by observations.")
    assert test(langfuse(OlderContract(answer_with))).endswith("It is read by traces.")


def test_wrong_keys_and_half_of_them_are_refused_in_words(newer, langfuse, answer_with):
    test = live_sources()["langfuse"].test
    with pytest.raises(Refused, match="does not take the key"):
        test(langfuse(newer, {"public_key": "pk-1", "key": "wrong"}))
    with pytest.raises(Refused, match="asks for a key"):
        test(langfuse(newer, {}))
    with pytest.raises(Refused, match="wants two keys"):
        test(langfuse(newer, {"key": "sk-2"}))
    with pytest.raises(Refused, match="Check that this is the address of Langfuse"):
        test(langfuse(lambda asked: answer_with({}, 404)))


def test_bad_rows_cost_themselves_alone(newer, langfuse, pulled, day):
    newer.add("a", "a-root", day, root=True)
    newer.judge("a", "helpful", source="ANNOTATION", dataType="NUMERIC", value=None)
    came = pulled("langfuse", langfuse(newer))
    assert (came.ids, len(came.refused)) == (["a"], 1)
