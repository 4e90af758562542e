"""Pulling from Phoenix, against a server that keeps its contract."""

import json
from datetime import timedelta

import pytest

from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.model.incoming import IncomingTrace
from assay.operations.recognise import file_sources
from assay.operations.sources import live_sources

SHOP = {"project": "shop"}


def test_a_day_comes_in_whole_with_what_was_judged(phoenix, connected, pulled, day):
    phoenix.add("a", day)
    phoenix.add_span("a", "00000000000000ff", day, parent_id="0000000000000001", span_kind="LLM")
    phoenix.judge("span_id", "0000000000000001", "helpful", "HUMAN", 1, "assay:maria")
    phoenix.judge("span_id", "00000000000000ff", "grounded", "LLM", 0.5)
    phoenix.judge("trace_id", "a", "polite", "CODE", 0.9)
    phoenix.configs.append(
        {"type": "CATEGORICAL", "name": "helpful", "description": "Did it help?",
         "values": [{"label": "no", "score": 0}, {"label": "yes", "score": 1}]}
    )  # fmt: skip
    came = pulled("phoenix", connected(phoenix, **SHOP))
    (trace,) = came.traces
    assert (trace.source, trace.native_id, trace.input[0].text, len(trace.steps)) == ("live", "a", "ask a", 2)
    assert {metric.name: metric.value for metric in trace.metrics} == {"grounded": 0.5, "polite": 0.9}
    assert [(one.rater, one.criterion, one.source) for one in came.reviews] == [("maria", "helpful", "live")]
    assert [one.question for one in came.others] == ["Did it help?"]
    assert came.refused == []


def test_a_window_takes_its_beginning_and_leaves_its_end(phoenix, connected, pulled, day):
    for name, seconds in (("before", -0.000001), ("first", 0), ("last", 86399.999999), ("after", 86400)):
        phoenix.add(name, day + timedelta(seconds=seconds))
    assert pulled("phoenix", connected(phoenix, **SHOP)).ids == ["first", "last"]


def test_a_trace_over_midnight_comes_whole(phoenix, connected, pulled, day):
    phoenix.add("late", day + timedelta(seconds=86399))
    phoenix.add_span(
        "late", "00000000000000ff", day + timedelta(days=1, hours=2), parent_id="0000000000000001"
    )
    assert len(pulled("phoenix", connected(phoenix, **SHOP)).traces[0].steps) == 2


def test_pages_are_walked_without_the_cursor_of_the_list(phoenix, connected, pulled, day):
    phoenix.page = 7
    for number in range(50):
        phoenix.add(f"t{number:02}", day + timedelta(minutes=number // 3))
    used = []
    phoenix.before = lambda asked: (
        used.append(asked.one("cursor")) if asked.path.endswith("/traces") else None
    )
    assert pulled("phoenix", connected(phoenix, **SHOP)).ids == [f"t{number:02}" for number in range(50)]
    assert set(used) == {""}


def test_an_instant_that_fills_a_page_is_passed_with_the_cursor(phoenix, connected, pulled, day):
    phoenix.page = 4
    for number in range(11):
        phoenix.add(f"t{number:02}", day)
    phoenix.add("u", day + timedelta(seconds=1))
    assert len(pulled("phoenix", connected(phoenix, **SHOP)).ids) == 12


def test_traces_that_come_in_while_paging_shift_nothing(phoenix, connected, pulled, day):
    phoenix.page = 5
    for number in range(40):
        phoenix.add(f"t{number:02}", day + timedelta(minutes=number))

    def insert(asked):
        if asked.path.endswith("/traces"):  # one far back, and one ahead of the page that is asked for
            phoenix.add(f"back{len(phoenix.traces)}", day + timedelta(seconds=len(phoenix.traces)))
            phoenix.add(f"ahead{len(phoenix.traces)}", day + timedelta(hours=20, seconds=len(phoenix.traces)))
            phoenix.before = insert if len(phoenix.traces) < 80 else lambda asked: None

    phoenix.before = insert
    came = pulled("phoenix", connected(phoenix, **SHOP)).ids
    assert {f"t{number:02}" for number in range(40)} <= set(came)
    assert len(came) == len(set(came))
    assert any(name.startswith("ahead") for name in came)


def test_every_trace_has_all_its_spans_though_they_fill_many_pages(phoenix, connected, pulled, day):
    phoenix.page = 3
    for number in range(4):
        phoenix.add(f"t{number}", day + timedelta(minutes=number))
        for inner in range(10):
            span = f"{number + 1:08x}{inner:08x}"
            phoenix.add_span(
                f"t{number}", span, day, parent_id=phoenix.spans[number * 11]["context"]["span_id"]
            )
            phoenix.judge("span_id", span, "grounded", "LLM", inner / 10)
    traces = pulled("phoenix", connected(phoenix, **SHOP)).traces
    assert [(len(trace.steps), len(trace.metrics)) for trace in traces] == [(11, 10)] * 4


def test_a_server_that_knows_no_spans_of_a_trace_is_said_to_be_old(phoenix, connected, pulled, day):
    phoenix.add("a", day)
    phoenix.add("elsewhere", day - timedelta(days=9))
    phoenix.before = lambda asked: asked.query.pop("trace_id", None) and None
    with pytest.raises(Unavailable, match="Bring it up to date"):
        pulled("phoenix", connected(phoenix, **SHOP))


def test_the_test_names_the_project_and_the_newest_trace(phoenix, connected, day):
    connection = connected(phoenix, **SHOP)
    test = live_sources()["phoenix"].test
    assert test(connection).endswith("the project “shop” is there. It holds no traces yet.")
    phoenix.add("a", day)
    phoenix.add("b", day + timedelta(hours=1))
    assert test(connection).endswith("Its newest trace began 2026-11-20T01:00:00+00:00.")


def test_a_project_that_is_not_there_is_refused_with_those_that_are(phoenix, connected, pulled):
    with pytest.raises(Refused, match=r"no project “other”\. Projects there: shop\."):
        pulled("phoenix", connected(phoenix, project="other"))


@pytest.mark.parametrize("rows", [None, {"data": None}, {"data": [1]}, ["data"], {"traces": []}])
def test_an_answer_of_another_shape_is_no_phoenix(phoenix, connected, pulled, rows):
    phoenix.before = lambda asked: {"status": "ok"} if rows is None else rows
    with pytest.raises(Unavailable, match="Check that the address is that of Phoenix"):
        pulled("phoenix", connected(phoenix, **SHOP))


def test_bad_rows_cost_themselves_alone(phoenix, connected, pulled, day):
    phoenix.add("good", day)
    phoenix.judged.append(
        {"id": "x", "trace_id": "good", "name": "", "annotator_kind": "HUMAN", "result": None}
    )
    came = pulled("phoenix", connected(phoenix, **SHOP))
    assert (came.ids, [one.reason for one in came.refused]) == (["good"], ["The annotation has no name."])
    assert came.refused[0].place.path.startswith("http://127.0.0.1")


@pytest.mark.real
def test_what_a_real_server_answered_is_read_as_its_files_are(
    phoenix, connected, pulled, shared_data, tmp_path, day
):
    folder = shared_data / "stores" / "phoenix"

    def rows(*names):
        return [row for name in names for row in json.loads((folder / name).read_text())["data"]]

    phoenix.traces = rows("traces_page1.json", "traces_page2.json")
    phoenix.spans = rows("spans_page3.json", "spans_page2.json", "spans_page1.json")
    phoenix.judged = rows("span_annotations_page1.json", "trace_annotations.json")
    phoenix.configs = rows("annotation_configs.json")
    live = pulled("phoenix", connected(phoenix, **SHOP), day, day + timedelta(days=4))
    kind = file_sources()["phoenix"]
    names = [*(f"spans_page{n}.json" for n in (1, 2, 3)), "traces_page1.json", "traces_page2.json"]
    names += ["span_annotations_page1.json", "trace_annotations.json", "annotation_configs.json"]
    files = list(kind.read_together([folder / name for name in names], "live", Progress()))
    of_files = {item.trace.native_id: item.trace for item in files if isinstance(item, IncomingTrace)}
    assert len(live.traces) == len(of_files) == 200
    assert {trace.native_id: trace for trace in live.traces} == of_files
    assert len(live.reviews) > 100
