"""Pulling from MLflow, against a server that keeps its contract."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.model.incoming import IncomingTrace
from assay.operations.recognise import file_sources
from assay.operations.sources import live_sources

SHOP = {"experiment": "shop"}
HUMAN = {"source_type": "HUMAN", "source_id": "maria"}


def test_a_day_comes_in_whole_with_what_was_judged(mlflow, connected, pulled, day):
    said = {
        "assessment_id": "a-1",
        "assessment_name": "helpful",
        "source": HUMAN,
        "feedback": {"value": True},
    }
    judge = {"source_type": "LLM_JUDGE", "source_id": "judge"}
    by_machine = {
        "assessment_id": "a-2",
        "assessment_name": "polite",
        "source": judge,
        "feedback": {"value": 0.5},
    }
    mlflow.add("tr-a", day, said, by_machine)
    came = pulled("mlflow", connected(mlflow, **SHOP))
    (trace,) = came.traces
    assert (trace.source, trace.input[0].text, trace.output[0].text) == ("live", "ask tr-a", "say tr-a")
    assert (len(trace.steps), [metric.name for metric in trace.metrics]) == (1, ["polite"])
    assert [(one.rater, one.criterion) for one in came.reviews] == [("maria", "helpful")]


def test_a_window_takes_its_beginning_and_leaves_its_end(mlflow, connected, pulled, day):
    for name, seconds in (("before", -0.001), ("first", 0), ("last", 86399.999), ("after", 86400)):
        mlflow.add(name, day + timedelta(seconds=seconds))
    assert pulled("mlflow", connected(mlflow, **SHOP)).ids == ["first", "last"]


@pytest.mark.parametrize("page", [1, 7, 25, 50, 500])
def test_pages_of_any_size_give_every_trace_once(mlflow, connected, pulled, day, page):
    mlflow.page = page
    for number in range(50):
        mlflow.add(f"t{number:02}", day + timedelta(minutes=number // 3))
    assert pulled("mlflow", connected(mlflow, **SHOP)).ids == [f"t{number:02}" for number in range(50)]


def test_traces_that_come_in_while_paging_shift_nothing(mlflow, connected, pulled, day):
    """The server's own pages go by number of rows and would repeat or lose some."""
    mlflow.page = 5
    for number in range(40):
        mlflow.add(f"t{number:02}", day + timedelta(minutes=number))

    def insert(asked):
        if asked.path.endswith("/search") and len(mlflow.infos) < 80:
            mlflow.add(f"back{len(mlflow.infos)}", day + timedelta(seconds=len(mlflow.infos)))

    mlflow.before = insert
    came = pulled("mlflow", connected(mlflow, **SHOP)).ids
    assert {f"t{number:02}" for number in range(40)} <= set(came)
    assert len(came) == len(set(came))


def test_a_trace_whose_spans_lie_elsewhere_is_known_by_its_head(mlflow, connected, pulled, day):
    mlflow.add("here", day)
    mlflow.add("elsewhere", day)
    del mlflow.whole["elsewhere"]
    traces = {trace.native_id: trace for trace in pulled("mlflow", connected(mlflow, **SHOP)).traces}
    assert (traces["elsewhere"].input[0].text, traces["elsewhere"].steps) == ("ask elsewhere", ())
    assert len(traces["here"].steps) == 1


def test_an_experiment_is_found_by_name_or_number_and_missed_in_words(mlflow, connected, answer_with, day):
    absent = answer_with({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"}, 404)
    mlflow.before = lambda asked: absent if asked.path.endswith("/get-by-name") else (
        {"experiment": {"experiment_id": "7"}} if asked.path.endswith("/get") else None
    )  # fmt: skip
    test = live_sources()["mlflow"].test
    assert "“7” is there. It holds no traces yet." in test(connected(mlflow, experiment="7"))
    with pytest.raises(Refused, match="no experiment “shop”"):
        test(connected(mlflow, **SHOP))
    mlflow.before = lambda asked: None
    mlflow.add("a", day)
    assert "Its newest trace began 2026-11-20T00:00:00.000Z." in test(connected(mlflow, **SHOP))


def test_a_page_that_is_not_found_is_not_taken_for_an_experiment_that_is_not_there(
    mlflow, connected, answer_with
):
    mlflow.before = lambda asked: answer_with(b"<html>Not Found</html>", 404)
    with pytest.raises(Refused, match="Check that this is the address of MLflow"):
        live_sources()["mlflow"].test(connected(mlflow, **SHOP))


@pytest.mark.parametrize("said", [{"experiment": None}, [], {"hello": 1}])
def test_an_answer_of_another_shape_is_no_mlflow(mlflow, connected, said):
    mlflow.before = lambda asked: said
    with pytest.raises(Refused, match="is not MLflow"):
        live_sources()["mlflow"].test(connected(mlflow, **SHOP))


def test_full_traces_of_another_shape_are_refused_in_words(mlflow, connected, pulled, day):
    mlflow.add("a", day)
    mlflow.before = lambda asked: {"traces": [{"info": 1}]} if asked.path.endswith("/batchGet") else None
    with pytest.raises(Unavailable, match="Bring it up to date"):
        pulled("mlflow", connected(mlflow, **SHOP))


@pytest.mark.real
def test_what_a_real_server_answered_is_read_as_its_files_are(mlflow, connected, pulled, shared_data):
    folder = shared_data / "stores" / "mlflow"
    names = ["traces_search_page1.json", "traces_search_page2.json", "traces_batchGet_80.json"]
    for name in names[:2]:
        mlflow.infos += json.loads((folder / name).read_text())["traces"]
    for trace in json.loads((folder / names[2]).read_text())["traces"]:
        mlflow.whole[trace["trace_info"]["trace_id"]] = trace
    start = datetime(2026, 11, 20, tzinfo=UTC)
    live = pulled("mlflow", connected(mlflow, **SHOP), start, start + timedelta(days=4))
    files = list(
        file_sources()["mlflow"].read_together([folder / name for name in names], "live", Progress())
    )
    of_files = {item.trace.native_id: item.trace for item in files if isinstance(item, IncomingTrace)}
    assert len(live.traces) == 200
    assert {trace.native_id: trace for trace in live.traces} == of_files
    assert sum(bool(trace.steps) for trace in live.traces) == 80
    assert live.reviews
