"""The Traces page without a screen: what it asks of the store, which answer counts, and what it says."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest

from assay.base.errors import Unavailable
from assay.base.progress import Progress
from assay.model.browsing import BrowseRow, FieldIs, MetricIs, TraceQuery
from assay.model.population import Window
from assay.model.trace import Metric, Trace, text_message
from assay.traces import search
from assay.traces.store import TraceStore
from assay.viewmodels import traces as rooms
from assay.viewmodels.lanes import InlineLanes, Lanes
from assay.viewmodels.traces import PAGE, TracesScreen
from assay.viewmodels.traces_choice import TraceChoice, days_of
from assay.viewmodels.traces_words import cell, columns, moment_words, progress, sentence, sorts

T = TypeVar("T")
TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class HeldLanes:
    """Lanes whose work is done when the test says so, in the order it says."""

    def __init__(self) -> None:
        self.held: list[Callable[[], None]] = []

    def read(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        self.held.append(lambda: InlineLanes().read(work, done, failed))

    write = read

    def do(self, at: int = 0) -> None:
        self.held.pop(at)()

    def do_all(self) -> None:
        while self.held:
            self.do()


@dataclass
class Reviews:
    """What is judged and what waits, for the screen to ask."""

    judged: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)


def trace(at: int, **more: object) -> Trace:
    given = {
        "source": "shop",
        "native_id": f"t{at:04}",
        "started_at": NOON + timedelta(minutes=at % 1000, days=at // 1000),
        "model": ("small", "large")[at % 2],
        "latency_ms": float(at * 7919 % 1000),
        "input": (text_message("user", f"question {at}"),),
        "metrics": (Metric(name="grounded", value=at / 1000),),
    }
    return Trace.model_validate(given | more)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = TraceStore(tmp_path_factory.mktemp("traces") / "traces")
    needles = {at: (text_message("assistant", "a needle"),) for at in range(0, 900, 100)}
    made.write((trace(at, output=needles.get(at, ())) for at in range(900)), Progress())
    yield made
    made.close()


@pytest.fixture
def reviews():
    return Reviews()


def screen_of(store: TraceStore, reviews: Reviews, lanes: Lanes | None = None) -> TracesScreen:
    return TracesScreen(
        browse=store.browser,
        values=lambda name: store.strata(Window(), name),
        metric_names=store.metric_names,
        judged=lambda: reviews.judged,
        blind=lambda: reviews.blind,
        lanes=lanes or InlineLanes(),
        today=lambda: TODAY,
    )


@pytest.fixture
def screen(store, reviews):
    made = screen_of(store, reviews)
    made.open()
    return made


def names(screen: TracesScreen) -> list[str]:
    return [screen.row(at).native_id for at in range(screen.count)]


# What is there


def test_everything_is_there_newest_first_and_counted_in_a_sentence(screen):
    assert sentence(screen) == "900 traces"
    assert names(screen) == [f"t{at:04}" for at in reversed(range(900))]
    assert screen.row(900) is None
    assert screen.row(-1) is None


def test_only_pages_that_are_looked_at_are_fetched(store, reviews):
    lanes = HeldLanes()
    screen = screen_of(store, reviews, lanes)
    screen.open()
    lanes.do_all()
    assert screen.row(0) is not None
    assert not lanes.held
    assert screen.row(PAGE + 3) is None
    assert len(lanes.held) == 1
    lanes.do()
    assert screen.row(PAGE + 3).native_id == f"t{899 - PAGE - 3:04}"
    assert list(screen.listing.pages) == [0, 1]


def test_of_pages_scrolled_past_the_newest_comes_first_and_one_at_a_time(store, reviews):
    lanes = HeldLanes()
    screen = screen_of(store, reviews, lanes)
    screen.open()
    lanes.do_all()
    for page in (1, 2, 3, 4):
        screen.row(page * PAGE)
    assert len(lanes.held) == 1
    lanes.do()
    lanes.do()
    assert list(screen.listing.pages) == [0, 1, 4]


def test_a_page_is_asked_for_once_however_often_its_rows_are_looked_at(store, reviews):
    lanes = HeldLanes()
    screen = screen_of(store, reviews, lanes)
    screen.open()
    lanes.do_all()
    screen.watch(lambda: [screen.row(at) for at in range(PAGE - 5, PAGE * 2 + 5)])
    screen.changed()
    screen.changed()
    fetched = 0
    while lanes.held:
        assert len(lanes.held) == 1
        screen.changed()
        lanes.do()
        fetched += 1
    assert fetched == 2
    assert list(screen.listing.pages) == [0, 1, 2]


def test_pages_longest_not_fetched_are_let_go(store, reviews, monkeypatch):
    monkeypatch.setattr(rooms, "KEPT_PAGES", 2)
    screen = screen_of(store, reviews)
    screen.open()
    for page in (1, 2, 3):
        screen.row(page * PAGE)
    assert list(screen.listing.pages) == [2, 3]
    assert screen.row(0).native_id == "t0899"


def test_a_late_answer_to_an_older_question_is_dropped(store, reviews):
    lanes = HeldLanes()
    screen = screen_of(store, reviews, lanes)
    screen.open()
    lanes.do_all()
    screen.choose(TraceChoice(field="model", value="small"))
    screen.choose(TraceChoice(field="model", value="large"))
    lanes.do(2)
    assert screen.row(0).native_id == "t0899"
    lanes.do_all()
    assert screen.row(0).model == "large"
    assert sentence(screen) == "450 of 900 traces match"


def test_a_page_of_the_list_before_is_not_taken_for_one_of_this(store, reviews):
    lanes = HeldLanes()
    screen = screen_of(store, reviews, lanes)
    screen.open()
    lanes.do_all()
    screen.row(PAGE)
    screen.choose(TraceChoice(descending=False))
    lanes.do(1)
    lanes.do(0)
    assert list(screen.listing.pages) == [0]
    assert screen.row(0).native_id == "t0000"


# What can be asked


def test_a_field_offers_its_values_and_one_of_them_narrows(screen):
    screen.choose(replace(screen.choice, field="model"))
    assert screen.values == {"large": 450, "small": 450}
    assert sentence(screen) == "900 traces"
    screen.choose(replace(screen.choice, value="small"))
    assert sentence(screen) == "450 of 900 traces match"
    screen.choose(replace(screen.choice, field="language", value="(none)"))
    assert screen.listing.query.fields == (FieldIs("language", (None,)),)
    assert sentence(screen) == "900 of 900 traces match"


def test_a_half_made_choice_asks_nothing(store, reviews):
    lanes = HeldLanes()
    screen = screen_of(store, reviews, lanes)
    screen.open()
    lanes.do_all()
    screen.choose(replace(screen.choice, sign="<"))
    assert not lanes.held
    screen.choose(replace(screen.choice, field="model"))
    assert len(lanes.held) == 1  # the field's values
    lanes.do()
    assert screen.generation == 1


def test_a_metric_is_shown_sorted_and_held_against_a_figure(screen):
    screen.choose(replace(screen.choice, metric="grounded", sort="metric", descending=False))
    assert [screen.row(at).metric for at in range(3)] == [0.0, 0.001, 0.002]
    screen.choose(replace(screen.choice, sign=">=", limit=0.89))
    assert screen.listing.query.limit == MetricIs("grounded", ">=", 0.89)
    assert sentence(screen) == "10 of 900 traces match"
    screen.choose(replace(screen.choice, metric=None))
    assert (screen.choice.sort, sentence(screen)) == ("started_at", "900 traces")


def test_what_waits_for_the_reviewer_tells_no_metric(store, reviews):
    reviews.blind = (trace(899).uid,)
    screen = screen_of(store, reviews)
    screen.open()
    screen.choose(replace(screen.choice, metric="grounded"))
    assert (screen.row(0).native_id, screen.row(0).metric) == ("t0899", None)
    screen.choose(replace(screen.choice, sort="metric"))
    assert screen.row(0).native_id == "t0898"
    assert screen.row(899).native_id == "t0899"
    screen.choose(replace(screen.choice, text="question 899"))
    assert screen.row(0).metric is None


def test_reviewed_traces_are_told_from_the_others(store, reviews):
    reviews.judged = tuple(trace(at).uid for at in (3, 1))
    screen = screen_of(store, reviews)
    screen.open()
    screen.choose(TraceChoice(reviews="reviewed"))
    assert names(screen) == ["t0003", "t0001"]
    screen.choose(TraceChoice(reviews="open"))
    assert sentence(screen) == "898 of 900 traces match"


def test_coming_back_asks_again_only_when_reviews_changed_what_is_asked(store, reviews):
    screen = screen_of(store, reviews)
    screen.open()
    screen.choose(TraceChoice(reviews="open"))
    before = screen.generation
    screen.look_again()
    assert screen.generation == before
    reviews.judged = (trace(5).uid,)
    screen.look_again()
    assert (screen.generation, screen.count) == (before + 1, 899)


def test_a_column_sorts_and_sorts_the_other_way_round(screen):
    screen.sort_by("latency_ms")
    assert screen.row(0).latency_ms == max(screen.row(at).latency_ms for at in range(900))
    screen.sort_by("latency_ms")
    assert screen.row(0).latency_ms == 0.0
    screen.sort_by("model")
    assert screen.row(0).model == "large"
    assert "latency_ms" in dict(sorts(screen))


def test_clearing_takes_back_every_filter_and_keeps_the_order(screen):
    screen.choose(TraceChoice(text="needle", field="model", value="small", period="7", sort="latency_ms"))
    screen.clear()
    assert screen.choice == TraceChoice(sort="latency_ms")
    assert sentence(screen) == "900 traces"


def test_periods_are_days_with_both_ends_counted():
    assert days_of(TraceChoice(), TODAY) == (None, None)
    assert days_of(TraceChoice(period="1"), TODAY) == (TODAY, TODAY)
    assert days_of(TraceChoice(period="7"), TODAY) == (date(2026, 11, 17), TODAY)
    late, early = date(2026, 2, 1), date(2026, 1, 1)
    assert days_of(TraceChoice(period="between", since=late, until=early), TODAY) == (early, late)
    assert days_of(TraceChoice(period="between", since=late), TODAY) == (late, None)


# Words


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(search, "STRETCH", 300)


def test_hits_come_while_the_search_goes_on(store, reviews, small_parts):
    lanes = HeldLanes()
    screen = screen_of(store, reviews, lanes)
    screen.open()
    lanes.do_all()
    screen.choose(TraceChoice(text="needle"))
    lanes.do()
    assert sentence(screen) == "0 of 900 traces match so far"
    assert progress(screen) == "0 of 900 read"
    lanes.do()
    first = screen.count
    assert first > 0
    assert progress(screen) == "180 of 900 read"
    assert screen.row(0) is not None
    lanes.do_all()
    assert names(screen) == [f"t{at:04}" for at in reversed(range(0, 900, 100))]
    assert sentence(screen) == "9 of 900 traces match"
    assert progress(screen) == ""


def test_a_search_can_be_stopped_and_says_how_far_it_came(store, reviews, small_parts):
    lanes = HeldLanes()
    screen = screen_of(store, reviews, lanes)
    screen.open()
    lanes.do_all()
    screen.choose(TraceChoice(text="needle"))
    lanes.do()
    lanes.do()
    found = screen.count
    screen.stop()
    lanes.do_all()
    assert sentence(screen) == f"{found} found in 180 of 900 traces"
    assert screen.count == found


def test_another_search_drops_the_one_under_way(store, reviews, small_parts):
    lanes = HeldLanes()
    screen = screen_of(store, reviews, lanes)
    screen.open()
    lanes.do_all()
    screen.choose(TraceChoice(text="needle"))
    lanes.do()
    screen.choose(TraceChoice(text="question 77"))
    lanes.do_all()
    assert names(screen) == [*(f"t{at:04}" for at in reversed(range(770, 780))), "t0077"]


def test_what_was_found_is_sorted_without_searching_again(store, reviews, small_parts):
    lanes = HeldLanes()
    screen = screen_of(store, reviews, lanes)
    screen.open()
    screen.choose(TraceChoice(text="needle"))
    lanes.do_all()
    screen.choose(replace(screen.choice, sort="latency_ms", descending=False, metric="grounded"))
    assert len(lanes.held) == 1
    lanes.do_all()
    latencies = [screen.row(at).latency_ms for at in range(screen.count)]
    assert latencies == sorted(latencies)
    assert len(latencies) == 9
    assert screen.row(0).metric is not None


def test_a_search_stops_by_itself_at_very_many_hits_and_says_so(store, reviews, monkeypatch):
    monkeypatch.setattr(rooms, "MOST_HITS", 40)
    screen = screen_of(store, reviews)
    screen.open()
    screen.choose(TraceChoice(text="question"))
    assert (screen.count, screen.listing.ended) == (40, "full")
    assert sentence(screen).startswith("The newest")


def test_a_search_within_filters_finds_only_what_they_let_through(screen):
    screen.choose(TraceChoice(text="needle", metric="grounded", sign="<", limit=0.35))
    assert names(screen) == ["t0300", "t0200", "t0100", "t0000"]
    assert sentence(screen) == "4 of 900 traces match"


# Opening, faults, words of cells


def test_a_trace_is_opened_with_those_that_follow_it(screen):
    assert screen.uids_from(898) == ()  # not fetched yet
    screen.row(898)
    assert screen.uids_from(898) == (trace(1).uid, trace(0).uid)
    assert screen.uids_from(150)[:2] == (trace(749).uid, trace(748).uid)
    screen.choose(TraceChoice(text="needle"))
    assert screen.uids_from(7) == (trace(100).uid, trace(0).uid)
    assert screen.uids_from(9) == ()


def test_a_fault_is_told_and_trying_again_mends_it(store, reviews):
    screen, failing = screen_of(store, reviews), []

    class Browse:
        def __getattr__(self, name):
            def ask(*words):
                if failing:
                    raise Unavailable("The disk is gone.", "Plug it in.")
                return getattr(store.browser, name)(*words)

            return ask

    screen._browse = Browse()
    failing.append(True)
    screen.open()
    assert (screen.fault.what, screen.listing) == ("The disk is gone.", None)
    failing.clear()
    screen.open()
    assert (screen.fault, sentence(screen)) == (None, "900 traces")
    failing.append(True)
    assert screen.row(PAGE) is None
    assert screen.fault.what_to_do == "Plug it in."
    failing.clear()
    screen.reload()
    assert screen.row(PAGE) is not None


def test_columns_without_any_value_are_left_out(screen):
    assert [one.key for one in columns(screen)] == ["question", "started_at", "model", "latency_ms"]
    screen.choose(replace(screen.choice, metric="grounded"))
    assert columns(screen)[-1].title == "grounded"


def test_cells_say_it_in_short_words():
    row = BrowseRow("u", "id-1", None, None, None, None, "a\nb", None, None, 2180.0, "ok\n")
    said = [
        cell(row, key, TODAY)
        for key in ("question", "started_at", "model", "task_type", "latency_ms", "metric")
    ]
    assert said == ["id-1", "–", "–", "a b", "2.18", "ok"]
    assert moment_words(NOON, TODAY) == "20 Nov 12:00"
    assert moment_words(NOON.replace(year=2025), TODAY) == "20 Nov 2025 12:00"


def test_one_trace_is_said_in_the_singular(tmp_path, reviews):
    store = TraceStore(tmp_path / "traces")
    screen = screen_of(store, reviews)
    screen.open()
    assert sentence(screen) == "0 traces"
    store.write([trace(1)], Progress())
    screen.open()
    assert sentence(screen) == "1 trace"
    assert screen.listing.query == TraceQuery()
    screen.choose(TraceChoice(text="question 1"))
    assert sentence(screen) == "1 of 1 trace matches"
    store.close()
