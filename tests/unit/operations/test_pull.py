"""Pulling: closed windows, day by day, resumed where a cut came, and each trace once."""

from datetime import UTC, datetime, timedelta

import pytest

from assay.base.clock import FixedClock
from assay.base.errors import Cancelled, Refused
from assay.base.progress import Progress
from assay.model.population import Window
from assay.model.trace import Trace
from assay.operations.office import open_office
from assay.operations.pull import pull
from assay.operations.sources import add_source, list_sources, source_named

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
KEY = "px-0123456789-quite-secret"


class Store:
    """A Phoenix whose traces are ``(id, began)``; ``before`` may answer in its place."""

    def __init__(self) -> None:
        self.traces: dict[str, datetime] = {}
        self.before = lambda asked: None
        self.listed: list[str] = []

    def fill(self, days: int, a_day: int = 3) -> None:
        for number in range(days * a_day):
            began = NOW.replace(hour=0, minute=0) - timedelta(days=number // a_day + 1)
            self.traces[f"t{number:03}"] = began + timedelta(minutes=10 * (number % a_day))

    def __call__(self, asked):
        found = self.before(asked)
        if found is not None:
            return found
        if asked.path == "/v1/projects":
            return {"data": [{"id": "UHI", "name": "default"}]}
        if asked.path.endswith("/traces"):
            low, high = (datetime.fromisoformat(asked.one(key)) for key in ("start_time", "end_time"))
            self.listed.append(low.isoformat())
            rows = [
                {"trace_id": k, "start_time": t.isoformat()}
                for k, t in self.traces.items()
                if low <= t < high
            ]
            return {"data": sorted(rows, key=lambda row: row["start_time"])}
        if asked.path.endswith("/spans"):
            return {"data": [self._span(key) for key in asked.query["trace_id"]]}
        return {"data": []}

    def _span(self, key: str) -> dict:
        began = self.traces[key]
        said = {"input.value": f"ask {key}", "output.value": f"say {key}"}
        ended = began + timedelta(seconds=2)
        return {
            "context": {"trace_id": key, "span_id": f"{int(key[1:]) + 1:016x}"},
            "name": "chain",
            "span_kind": "CHAIN",
            "start_time": began.isoformat(),
            "end_time": ended.isoformat(),
            "attributes": said,
        }


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def office(workspace):
    opened = open_office(workspace, FixedClock(NOW))
    # The daily plan's own zone is the machine's; here it is UTC.
    plan = opened.workspace.plans.latest("daily")
    opened.workspace.plans.add(
        type(plan)(**plan.model_dump(exclude={"id", "version"}) | {"time_zone": "UTC"})
    )
    yield opened
    opened.close()


@pytest.fixture
def shop(office, contract_server, store):
    server = contract_server(store)
    add_source(office, "shop", "phoenix", {"url": server.url, "timeout": "5"})
    return server


def pulled(office, since=None, until=None, **more):
    return pull(office, more.pop("source", None), since, until, Progress(), **more)


def days_of(report):
    return [window.start.date().isoformat() for source in report.sources for window in source.windows]


def test_the_first_pull_takes_the_seven_whole_days_before_today(office, shop, store):
    store.fill(10)
    store.traces["t900"] = NOW - timedelta(hours=1)
    report = pulled(office)
    assert days_of(report) == [f"2026-11-{day}" for day in range(16, 23)]
    assert (report.total("read"), report.total("new"), office.traces.count(Window())) == (21, 21, 21)
    assert all(window.end - window.start == timedelta(days=1) for window in report.sources[0].windows)
    assert report.as_json()["sources"][0]["windows"][0]["window"] == [
        "2026-11-16T00:00:00+00:00",
        "2026-11-17T00:00:00+00:00",
    ]


def test_what_was_pulled_whole_is_not_asked_for_again(office, shop, store):
    store.fill(7)
    pulled(office)
    store.listed.clear()
    report = pulled(office)
    assert (store.listed, days_of(report), report.faults) == ([], [], ())
    office.clock.at += timedelta(days=1)
    assert days_of(pulled(office)) == ["2026-11-23"]


def test_pulling_again_on_purpose_changes_nothing_that_is_the_same(office, shop, store):
    store.fill(2)
    pulled(office)
    report = pulled(office, "2026-11-21", again=True)
    assert (report.total("read"), report.total("new"), report.total("unchanged")) == (6, 0, 6)
    assert not report.changes
    assert office.traces.count(Window()) == 6


def test_a_window_pulled_right_after_its_end_is_pulled_again_for_late_traces(office, shop, store):
    store.fill(1)
    office.clock.at = datetime(2026, 11, 23, 0, 20, tzinfo=UTC)
    assert pulled(office, "2026-11-22").total("new") == 3
    store.traces["t800"] = datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)
    office.clock.at = NOW
    report = pulled(office, "2026-11-22")
    assert (days_of(report), report.total("new"), report.total("unchanged")) == (["2026-11-22"], 1, 3)
    assert days_of(pulled(office, "2026-11-22")) == []


def test_a_cut_costs_one_day_and_the_next_pull_goes_on_there(office, shop, store, answer_with):
    store.fill(7)

    def fails_on_the_fourth_day(asked):
        bad = asked.path.endswith("/traces") and asked.one("start_time").startswith("2026-11-19")
        return answer_with({}, 404) if bad else None

    store.before = fails_on_the_fourth_day
    report = pulled(office)
    assert days_of(report) == ["2026-11-16", "2026-11-17", "2026-11-18"]
    assert report.faults[0].startswith("shop: There is no /v1/projects/UHI/traces at")
    assert office.traces.count(Window()) == 9
    store.before = lambda asked: None
    store.listed.clear()
    report = pulled(office)
    assert days_of(report) == ["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"]
    assert min(store.listed).startswith("2026-11-19")
    assert office.traces.count(Window()) == 21


def test_a_fault_in_the_middle_of_a_day_leaves_nothing_of_that_day(office, shop, store, answer_with):
    store.fill(1, a_day=60)  # more than one batch of spans
    asked_for = []

    def refuse_the_second_batch(asked):
        if asked.path.endswith("/spans"):
            asked_for.append(asked)
        return answer_with({}, 401) if len(asked_for) > 1 else None

    store.before = refuse_the_second_batch
    report = pulled(office, "2026-11-22")
    assert (len(report.faults), days_of(report), office.traces.count(Window())) == (1, [], 0)
    store.before = lambda asked: None
    assert pulled(office, "2026-11-22").total("new") == 60


def test_a_pull_that_is_stopped_keeps_the_days_it_finished(office, shop, store):
    store.fill(7)
    progress = Progress()

    def stop_on_the_third_day(asked):
        if asked.path.endswith("/traces") and asked.one("start_time").startswith("2026-11-18"):
            progress.cancel()

    store.before = stop_on_the_third_day
    with pytest.raises(Cancelled):
        pull(office, None, None, None, progress)
    assert office.traces.count(Window()) == 6
    store.before = lambda asked: None
    assert len(days_of(pulled(office))) == 5


def test_one_source_at_fault_does_not_keep_the_others(office, shop, store, contract_server, answer_with):
    store.fill(1)
    broken = contract_server(lambda asked: answer_with({}, 401))
    add_source(office, "broken", "mlflow", {"url": broken.url})
    report = pulled(office)
    assert [(one.name, bool(one.fault), len(one.windows)) for one in report.sources] == [
        ("broken", True, 0),
        ("shop", False, 7),
    ]
    assert "asks for a key" in report.faults[0]


def test_parts_of_days_are_pulled_when_they_are_named(office, shop, store):
    store.traces = {f"t{hour:03}": NOW.replace(hour=hour, minute=0) for hour in range(7)}
    report = pulled(office, "2026-11-23T02:00:00Z", "2026-11-23T05:00:00+00:00")
    assert report.total("new") == 3
    assert days_of(pulled(office, "2026-11-23", "2026-11-23T07:00:00")) == ["2026-11-23", "2026-11-23"]
    assert office.traces.count(Window()) == 7


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("yesterday", None, "is no time"),
        (None, "2026-11-24", "lies ahead"),
        ("2026-11-22", "2026-11-20", "no time between"),
        ("2026-11-23", None, "no time between"),
        ("0001-01-01T00:00:00+14:00", None, "is no time"),
        ("0001-01-02", None, "more than 3660 days"),
    ],
)
def test_a_stretch_that_is_none_is_refused(office, shop, since, until, words):
    with pytest.raises(Refused, match=words):
        pulled(office, since, until)


def test_without_a_source_there_is_nothing_to_pull(office):
    with pytest.raises(Refused, match="Add one with “assay source add”"):
        pulled(office)
    with pytest.raises(Refused, match="no live source “shop”"):
        pulled(office, source="shop")


def test_days_are_those_of_the_daily_plans_zone(office, shop, store):
    plan = office.workspace.plans.latest("daily")
    office.workspace.plans.add(
        type(plan)(**plan.model_dump(exclude={"id", "version"}) | {"time_zone": "Europe/Vienna"})
    )
    windows = pulled(office, "2026-10-24", "2026-10-27").sources[0].windows
    assert [one.start.isoformat() for one in windows] == [
        "2026-10-23T22:00:00+00:00",
        "2026-10-24T22:00:00+00:00",
        "2026-10-25T23:00:00+00:00",
    ]


def test_the_list_says_up_to_when_a_source_was_pulled_and_a_new_one_of_its_name_begins_anew(
    office, shop, store
):
    store.fill(1)
    pulled(office)
    assert list_sources(office)[0].pulled_to == datetime(2026, 11, 23, tzinfo=UTC)
    kept = source_named(office, "shop").settings
    office.workspace.sources.remove("shop")
    add_source(office, "shop", "phoenix", {"url": kept["url"]})
    assert list_sources(office)[0].pulled_to is None
    assert pulled(office).total("unchanged") == 3


def test_no_file_of_the_workspace_holds_the_key(office, shop, store, workspace, monkeypatch):
    monkeypatch.setenv("ASSAY_SHOP_KEY", KEY)
    store.fill(1)
    bad = {"data": [{"note": "no annotation"}]}
    store.before = lambda asked: bad if asked.path.endswith("trace_annotations") else None
    report = pulled(office, "2026-11-22")
    assert (report.total("new"), report.total("refused")) == (3, 1)
    assert all(asked.headers["Authorization"] == f"Bearer {KEY}" for asked in shop.asked)
    office.close()
    kept = b"".join(path.read_bytes() for path in workspace.rglob("*") if path.is_file())
    assert KEY.encode() not in kept


def test_nobody_is_kept_from_writing_while_a_store_is_being_asked(office, shop, store):
    store.fill(1)
    written = []

    def import_meanwhile(asked):
        if asked.path.endswith("trace_annotations") and not written:
            trace = Trace(source="files", native_id="meanwhile", started_at=NOW)
            written.append(office.traces.write([trace], Progress()))

    store.before = import_meanwhile
    assert pulled(office, "2026-11-22").total("new") == 3
    assert [counts.new for counts in written] == [1]
