"""The Quality page without a screen: what it says, what it asks, and which answer counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

import pytest

from assay.base.errors import Bug, Refused, Unavailable
from assay.model.estimate import DayPoint, Estimate, MetricPoint, Threshold
from assay.model.series import QualitySeries
from assay.viewmodels.chart_rows import Rows, csv_text, rows_of
from assay.viewmodels.lanes import InlineLanes, Lanes
from assay.viewmodels.quality import QualityChoice, QualityScreen, TraceLine, dates_of
from assay.viewmodels.quality_words import group_rows, headline, how_computed, limit_sentence, remarks

T = TypeVar("T")
TODAY = date(2026, 11, 20)
GOOD = Estimate(0.86, 0.83, 0.89, 412)


@dataclass
class Report:
    series: QualitySeries
    by: list[tuple[str, Estimate]] = field(default_factory=list)
    population: int | None = 8736
    metric_names: list[str] = field(default_factory=lambda: ["groundedness"])
    criteria: list[tuple[str, str]] = field(default_factory=lambda: [("helps", "Does it help?")])


class Numbers:
    """A store of numbers that remembers what it was asked, and can be made to fail."""

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []
        self.limits: dict[str, tuple[float, str]] = {}
        self.error: Exception | None = None

    def ask(self, **wanted: object) -> Report:
        self.asked.append(wanted)
        if self.error is not None:
            raise self.error
        limit = self.limits.get("helps")
        metric = str(wanted["metric"]) if wanted["metric"] else None
        series = QualitySeries(
            str(wanted["criterion"] or "helps"),
            "Does it help?",
            GOOD,
            metric_name=metric,
            threshold=Threshold(*limit) if limit else None,
        )
        return Report(series, [("gpt-4o", GOOD), ("small", Estimate(0.5, 0.1, 0.9, 4))])

    def set_limit(self, name: str, value: float, direction: str) -> None:
        if self.error is not None:
            raise self.error
        self.limits[name] = (value, direction)

    def describe(self, uids: Sequence[str]) -> list[TraceLine]:
        if self.error is not None:
            raise self.error
        return [TraceLine(uid, f"about {uid}", passed=True) for uid in uids]


class HeldLanes:
    """Lanes whose work is done when the test says so, in the order it says."""

    def __init__(self) -> None:
        self.held: list[Callable[[], None]] = []

    def read(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        self.held.append(lambda: InlineLanes().read(work, done, failed))

    write = read


def screen_of(numbers: Numbers, lanes: Lanes | None = None) -> QualityScreen:
    return QualityScreen(
        ask=numbers.ask,
        lanes=lanes or InlineLanes(),
        today=lambda: TODAY,
        set_share_limit=numbers.set_limit,
        set_metric_limit=numbers.set_limit,
        describe=numbers.describe,
        rubric="three-questions",
    )


class TestSentences:
    def test_the_estimate_is_one_sentence_with_its_interval(self):
        assert headline(GOOD) == "Reviewers pass 86 % of answers (83 to 89, n = 412)."

    def test_nothing_judged_is_not_nought_per_cent(self):
        nothing = Estimate(None, None, None, 0)
        assert headline(nothing) == "No answer has been judged in this period."
        assert "Review today’s sample" in remarks(QualitySeries("c", "t", nothing), None)[0]

    @pytest.mark.parametrize(("n", "words"), [(1, "Only 1 answer is"), (9, "Only 9 answers are")])
    def test_under_ten_judged_answers_no_share_is_said(self, n: int, words: str):
        said = headline(Estimate(1.0, 0.7, 1.0, n))
        assert said.startswith(words)
        assert "%" not in said

    def test_ten_are_enough(self):
        assert (
            headline(Estimate(1.0, 0.72, 1.0, 10)) == "Reviewers pass 100 % of answers (72 to 100, n = 10)."
        )

    def test_a_missing_share_says_its_reason(self):
        overall = Estimate(None, None, None, 40, note="All answers were text.")
        assert "%" not in headline(overall)
        assert remarks(QualitySeries("c", "t", overall), None) == ["All answers were text."]

    @pytest.mark.parametrize(
        ("limit", "words"),
        [
            (Threshold(0.8), "The whole interval lies above the limit of 80 %."),
            (Threshold(0.95), "The whole interval lies below the limit of 95 %."),
            (Threshold(0.85), "The limit of 85 % lies inside the interval: it may be kept or missed."),
            (Threshold(0.83), "The limit of 83 % lies inside the interval: it may be kept or missed."),
        ],
    )
    def test_a_limit_is_compared_with_the_interval_and_not_the_point(self, limit: Threshold, words: str):
        assert limit_sentence(GOOD, limit) == words

    def test_the_notes_say_how_and_repeat_nothing(self):
        series = QualitySeries("c", "t", GOOD, notes=("A day was left out.", "A day was left out."))
        assert how_computed(series) == [
            "A day was left out.",
            "A hollow point is a day with fewer than 10 judged answers.",
        ]

    def test_numbers_without_notes_are_told_by_method_and_day(self):
        notes = how_computed(QualitySeries("c", "t", GOOD, day_basis="review", metric_name="m"))
        assert notes[0] == "Wilson’s score interval on the judged answers, at 95 %."
        assert "A day is the day of the review, since the answers carry no time of their own." in notes
        assert "The metric’s mean is over the judged answers of a day." in notes

    def test_a_group_of_few_shows_its_number_and_no_share(self):
        rows = group_rows([("gpt-4o", GOOD), ("", Estimate(1.0, 0.5, 1.0, 4))])
        assert rows == [("gpt-4o", "86", "83 to 89", "412"), ("(none)", "not enough data", "", "4")]


class TestPeriods:
    @pytest.mark.parametrize(
        ("choice", "dates"),
        [
            (QualityChoice(period="7"), (date(2026, 11, 14), TODAY)),
            (QualityChoice(period="28"), (date(2026, 10, 24), TODAY)),
            (QualityChoice(period="all"), (None, None)),
            (QualityChoice(period="between", since=date(2026, 11, 1)), (date(2026, 11, 1), None)),
            (
                QualityChoice(period="between", since=date(2026, 11, 9), until=date(2026, 11, 1)),
                (date(2026, 11, 1), date(2026, 11, 9)),
            ),
        ],
    )
    def test_a_period_is_from_day_to_day(self, choice: QualityChoice, dates: tuple[date | None, date | None]):
        assert dates_of(choice, TODAY) == dates


class TestAsking:
    def test_a_choice_asks_once_and_the_same_choice_not_again(self):
        numbers = Numbers()
        screen = screen_of(numbers)
        screen.choose(replace(screen.choice, metric="groundedness", period="28"))
        screen.choose(replace(screen.choice, metric="groundedness", period="28"))
        assert len(numbers.asked) == 1
        assert numbers.asked[0] == {
            "criterion": None,
            "metric": "groundedness",
            "by": None,
            "since": date(2026, 10, 24),
            "until": TODAY,
            "rubric": "three-questions",
        }

    def test_groups_show_only_while_a_field_is_chosen(self):
        screen = screen_of(Numbers())
        screen.reload()
        assert screen.groups == []
        screen.choose(replace(screen.choice, by="model"))
        assert [row[0] for row in screen.groups] == ["gpt-4o", "small"]

    def test_a_late_answer_never_replaces_a_newer_one(self):
        lanes, numbers = HeldLanes(), Numbers()
        screen = screen_of(numbers, lanes)
        screen.choose(replace(screen.choice, criterion="old"))
        screen.choose(replace(screen.choice, criterion="new"))
        first, second = lanes.held
        second()
        assert screen.answer is not None
        assert screen.answer.series.criterion == "new"
        first()
        assert screen.answer.series.criterion == "new"

    def test_a_late_fault_never_replaces_a_newer_answer(self):
        lanes, numbers = HeldLanes(), Numbers()
        screen = screen_of(numbers, lanes)
        screen.reload()
        screen.reload()
        lanes.held[1]()
        numbers.error = Unavailable("The disk is away.")
        lanes.held[0]()
        assert screen.fault is None
        assert screen.headline

    def test_the_screen_says_that_it_waits_and_keeps_what_it_had(self):
        lanes, numbers = HeldLanes(), Numbers()
        screen = screen_of(numbers, lanes)
        screen.reload()
        assert screen.waiting
        lanes.held.pop()()
        screen.choose(replace(screen.choice, period="7"))
        assert screen.waiting
        assert screen.answer is not None

    def test_a_fault_says_what_happened_what_is_safe_and_what_to_do(self):
        numbers = Numbers()
        numbers.error = Unavailable("The trace store could not be read.", "Connect the drive.")
        screen = screen_of(numbers)
        screen.reload()
        assert screen.fault is not None
        assert screen.fault.what == "The trace store could not be read."
        assert "safe" in screen.fault.safe
        assert screen.fault.what_to_do == "Connect the drive."
        numbers.error = None
        screen.reload()
        assert screen.fault is None

    @pytest.mark.parametrize("error", [KeyError("secret"), Bug("secret")])
    def test_a_fault_of_our_own_is_not_told_by_its_raw_text(self, error: Exception):
        numbers = Numbers()
        numbers.error = error
        screen = screen_of(numbers)
        screen.reload()
        assert screen.fault is not None
        assert "secret" not in screen.fault.what

    def test_whoever_watches_hears_of_every_change(self):
        heard: list[str] = []
        screen = screen_of(Numbers())
        screen.watch(lambda: heard.append(screen.headline))
        screen.reload()
        assert heard[-1] == "Reviewers pass 86 % of answers (83 to 89, n = 412)."


class TestPoints:
    def test_a_point_lists_the_traces_behind_it_and_closes_again(self):
        screen = screen_of(Numbers())
        screen.reload()
        screen.open_point("Mon 9 Nov: 85 %", ("a", "b"))
        assert screen.point == "Mon 9 Nov: 85 %"
        assert [line.uid for line in screen.behind or ()] == ["a", "b"]
        screen.close_point()
        assert screen.point == ""
        assert screen.behind is None

    def test_a_point_without_traces_opens_nothing(self):
        screen = screen_of(Numbers())
        screen.open_point("groundedness 0.70", ())
        assert screen.point == ""

    def test_another_choice_closes_the_list(self):
        screen = screen_of(Numbers())
        screen.open_point("Mon 9 Nov", ("a",))
        screen.choose(replace(screen.choice, period="7"))
        assert screen.point == ""

    def test_traces_that_come_after_the_list_was_closed_stay_away(self):
        lanes = HeldLanes()
        screen = screen_of(Numbers(), lanes)
        screen.open_point("Mon 9 Nov", ("a",))
        screen.close_point()
        lanes.held.pop()()
        assert screen.behind is None

    def test_traces_that_cannot_be_listed_are_a_fault_of_the_list_alone(self):
        numbers = Numbers()
        screen = screen_of(numbers)
        screen.reload()
        numbers.error = Refused("These answers are gone.")
        screen.open_point("Mon 9 Nov", ("a",))
        assert screen.fault is None
        assert screen.behind_fault is not None


class TestLimits:
    def test_a_limit_of_the_share_is_kept_and_drawn(self):
        numbers = Numbers()
        screen = screen_of(numbers)
        screen.reload()
        screen.limit_share(0.8, "above")
        assert numbers.limits == {"helps": (0.8, "above")}
        assert screen.answer is not None
        assert screen.answer.series.threshold == Threshold(0.8, "above")

    def test_a_limit_of_the_metric_carries_the_metrics_name(self):
        numbers = Numbers()
        screen = screen_of(numbers)
        screen.choose(replace(screen.choice, metric="toxicity"))
        screen.limit_metric(0.2, "below")
        assert numbers.limits == {"toxicity": (0.2, "below")}

    def test_without_a_metric_there_is_no_metric_to_limit(self):
        numbers = Numbers()
        screen = screen_of(numbers)
        screen.reload()
        screen.limit_metric(0.2, "below")
        assert numbers.limits == {}

    def test_a_limit_that_was_not_kept_is_told(self):
        numbers = Numbers()
        screen = screen_of(numbers)
        screen.reload()
        numbers.error = Refused("A limit lies between 0 and 100 %.")
        screen.limit_share(3.0, "above")
        assert screen.fault is not None
        assert screen.fault.what == "A limit lies between 0 and 100 %."
        assert screen.answer is not None


class TestSavedData:
    def test_words_that_a_spreadsheet_would_run_are_disarmed_and_numbers_are_left(self):
        rows = Rows(("=cmd", "n"), (("+1+1", -3), ("@x", 0.5), ("plain", None)))
        assert csv_text(rows).splitlines() == ["'=cmd,n", "'+1+1,-3", "'@x,0.5", "plain,"]

    def test_the_series_is_one_row_a_day(self):
        day = date(2026, 11, 9)
        series = QualitySeries("c", "t", GOOD, (DayPoint(day, GOOD),), "m", (MetricPoint(day, 0.5, 9),))
        table = rows_of(series)
        assert table.rows == (("2026-11-09", 0.86, 0.83, 0.89, 412, None, None, None, None, 0.5, 9),)
        assert len(table.columns) == len(table.rows[0])

    def test_what_is_not_a_chart_has_no_rows(self):
        assert rows_of("text") == Rows((), ())
