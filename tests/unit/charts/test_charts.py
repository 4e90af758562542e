"""The charts, drawn on a real figure and looked at through what stands on it."""

import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from assay.base.registry import kinds
from assay.charts import figures, round_places, spread
from assay.model.agreement import Agreement
from assay.model.calibration import Calibration, CalibrationThreshold, Confusion, LabelConfusion
from assay.model.estimate import DayPoint, Estimate, MetricPoint, Threshold
from assay.model.kinds import ChartKind, ChartStyle, Spot
from assay.model.series import AgreementSeries, MetricAgainstReviewers, QualitySeries

STYLE = ChartStyle(
    background="#FAFAF8",
    text="#1C1B19",
    muted="#5C5953",
    hairline="#E2E0DB",
    accent="#2A5C8F",
    good="#14714F",
    bad="#B23A22",
    warning="#8A5A00",
    size=9,
)
MONDAY = date(2026, 11, 9)
NOTHING = Estimate(None, None, None, 0, note="No trace has been judged.")


def drawn(kind: str, data: object) -> tuple[Figure, list[Spot]]:
    """The chart, painted to the last pixel, so that nothing can fail later."""
    figure = Figure(figsize=(10, 4), dpi=96)
    FigureCanvasAgg(figure)
    spots = kinds("charts", ChartKind)[kind].draw(figure, data, STYLE)
    figure.canvas.draw()
    return figure, spots


def words_on(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def days(how_many: int, n: int = 20) -> tuple[DayPoint, ...]:
    one = Estimate(0.85, 0.64, 0.95, n)
    week = Estimate(0.86, 0.8, 0.91, 7 * n)
    return tuple(
        DayPoint(MONDAY + timedelta(days=at), one, week, tuple(f"{at}-{trace}" for trace in range(n)))
        for at in range(how_many)
    )


def quality(how_many: int = 14, n: int = 20, **more: object) -> QualitySeries:
    overall = Estimate(0.86, 0.83, 0.89, how_many * n) if how_many else NOTHING
    return QualitySeries("helps", "Does it help?", overall, days(how_many, n), **more)  # type: ignore[arg-type]


def metric_days(how_many: int) -> tuple[MetricPoint, ...]:
    return tuple(MetricPoint(MONDAY + timedelta(days=at), 0.7 + at / 1000, 300) for at in range(how_many))


def against(human: list[float], metric: list[float], **more: object) -> MetricAgainstReviewers:
    calibration = Calibration("helps", "groundedness", len(human), 0, **more)  # type: ignore[arg-type]
    uids = tuple(f"uid{at}" for at in range(len(human)))
    return MetricAgainstReviewers(calibration, tuple(metric), tuple(human), uids, "Does it help?")


def test_every_chart_is_found_by_its_file():
    assert list(kinds("charts", ChartKind)) == [
        "agreement_by_criterion",
        "confusion",
        "distribution",
        "metric_against_reviewers",
        "quality_over_time",
    ]


def test_drawing_leaves_matplotlibs_global_state_alone():
    code = (
        "import sys; from assay.base.registry import kinds; from assay.model.kinds import ChartKind;"
        "kinds('charts', ChartKind); sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestQualityOverTime:
    def test_a_day_says_its_share_with_interval_and_number(self):
        _, spots = drawn("quality_over_time", quality(3))
        assert spots[0].words == "Mon 9 Nov: 85 % (64 to 95, n = 20)"
        assert len(spots[0].trace_uids) == 20

    def test_the_year_is_said_where_two_years_are_shown(self):
        _, spots = drawn("quality_over_time", quality(80))
        assert spots[0].words.startswith("Mon 9 Nov 2026: ")

    def test_a_period_without_judgements_says_so(self):
        figure, spots = drawn("quality_over_time", quality(0))
        assert spots == []
        assert words_on(figure) == ["No judged answers in this period."]

    @pytest.mark.parametrize("how_many", [1, 2, 3, 14, 62, 400, 2500])
    def test_few_days_and_many_are_drawn_with_readable_days_below(self, how_many: int):
        figure, spots = drawn("quality_over_time", quality(how_many))
        labels = [label for label in figure.axes[0].get_xticklabels() if label.get_text()]
        assert len(spots) == how_many
        assert 1 <= len(labels) <= 20
        boxes = [label.get_window_extent() for label in labels]
        assert not any(left.x1 > right.x0 for left, right in pairwise(boxes))

    def test_a_thin_day_is_hollow_and_a_full_one_is_filled(self):
        def grounds(series: QualitySeries) -> set[str]:
            figure, _ = drawn("quality_over_time", series)
            marks = [
                shape
                for shape in figure.axes[0].collections
                if len(shape.get_offsets()) and len(shape.get_facecolor())
            ]
            return {to_hex(shape.get_facecolor()[0]) for shape in marks}

        assert STYLE.background.lower() in grounds(quality(1, n=4))
        assert STYLE.background.lower() not in grounds(quality(1, n=40))

    def test_the_limit_and_its_bands_are_named_and_differ_in_dashes(self):
        limit = Threshold(0.75, "above", (0.825, 0.775, 0.75))
        figure, _ = drawn("quality_over_time", quality(threshold=limit))
        words = words_on(figure)
        assert "limit 75 %" in words
        assert "warning (70 %) 82 %" in words
        assert "alert (90 %) 78 %" in words
        level = [
            line
            for line in figure.axes[0].lines
            if len(set(line.get_ydata())) == 1 and len(line.get_ydata()) == 2
        ]
        patterns = {str(line._unscaled_dash_pattern) for line in level}  # type: ignore[attr-defined]
        assert len(patterns) == len(level) == 4

    def test_a_limit_without_bands_has_none_drawn(self):
        figure, _ = drawn("quality_over_time", quality(threshold=Threshold(0.75)))
        assert not [word for word in words_on(figure) if word.startswith(("warning", "alert"))]

    def test_the_metric_stands_below_on_the_same_days_with_its_own_limit(self):
        series = quality(
            14,
            metric_name="groundedness",
            metric=metric_days(14),
            metric_threshold=Threshold(0.6, "above", (0.7, 0.63, 0.6)),
        )
        figure, spots = drawn("quality_over_time", series)
        upper, lower = figure.axes
        assert upper.get_xlim() == lower.get_xlim()
        assert upper.get_position().x0 == lower.get_position().x0
        assert upper.get_position().y0 > lower.get_position().y1
        assert next(spot.words for spot in spots if spot.axes == 1) == (
            "Mon 9 Nov: groundedness 0.70 (mean of 300)"
        )
        assert "limit 0.60" in words_on(figure)

    def test_a_chosen_metric_that_no_answer_carries_is_said(self):
        figure, _ = drawn("quality_over_time", quality(3, metric_name="toxicity"))
        assert "No answer of this period carries toxicity." in words_on(figure)

    def test_a_metric_that_is_not_a_number_is_left_out(self):
        broken = (MetricPoint(MONDAY, float("nan"), 3), MetricPoint(MONDAY + timedelta(days=1), 0.5, 3))
        _, spots = drawn("quality_over_time", quality(2, metric_name="m", metric=broken))
        assert len([spot for spot in spots if spot.axes == 1]) == 1

    def test_names_at_the_lines_ends_do_not_touch(self):
        limit = Threshold(0.85, "above", (0.853, 0.851, 0.85))
        figure, _ = drawn("quality_over_time", quality(threshold=limit))
        starts = ("limit", "warning", "alert", "all days", "7-day")
        boxes = sorted(
            (text.get_window_extent() for text in figure.findobj(Text) if text.get_text().startswith(starts)),
            key=lambda box: box.y0,
        )
        assert len(boxes) == 5
        assert all(below.y1 <= above.y0 + 1 for below, above in pairwise(boxes))
        assert max(box.x1 for box in boxes) <= figure.bbox.x1


class TestHostileWords:
    @pytest.mark.parametrize(
        "name",
        ["$\\frac{1}{0}$", "a\x00b\nc", "x" * 500, "日本語", "\u202eevil", "{metric}", "%s %(n)s", "_hidden"],
    )
    def test_names_from_outside_are_drawn_as_they_are_written(self, name: str):
        series = quality(3, metric_name=name, metric=metric_days(3))
        figure, _ = drawn("quality_over_time", series)
        assert all(not text.get_parse_math() for text in figure.findobj(Text) if text.get_text())
        drawn("metric_against_reviewers", against([0, 1, 1], [0.2, 0.5, 0.9], partial_spearman=None))
        labels = LabelConfusion({name: {name: 3, "other": 1}, "other": {name: 2}})
        drawn("confusion", Calibration("helps", name, 6, 0, confusion=labels))
        drawn("distribution", Agreement(name, "nominal", 3, 2, 6, 3, {name: 4, "b": 2}))

    def test_a_dollar_sign_stays_a_dollar_sign(self):
        figure, _ = drawn("distribution", Agreement("c", "nominal", 3, 2, 6, 3, {"$x^2$": 4, "b": 2}))
        assert "$x^2$" in words_on(figure)

    def test_a_line_break_and_control_signs_do_not_break_the_line(self):
        figure, _ = drawn("distribution", Agreement("c", "nominal", 3, 2, 6, 3, {"a\n\x07b": 4}))
        assert "a b" in words_on(figure)


class TestMetricAgainstReviewers:
    def test_no_answer_with_the_metric_says_so(self):
        figure, spots = drawn("metric_against_reviewers", against([], []))
        assert spots == []
        assert words_on(figure) == ["No judged answer carries groundedness."]

    @pytest.mark.parametrize("how_many", [1, 2, 3])
    def test_a_few_points_are_drawn_each_with_its_trace(self, how_many: int):
        _, spots = drawn("metric_against_reviewers", against([1.0] * how_many, [0.5] * how_many))
        assert [spot.trace_uids for spot in spots] == [(f"uid{at}",) for at in range(how_many)]

    def test_values_that_are_not_numbers_are_left_out_with_their_traces(self):
        data = against([1, 0, 1, 0], [0.5, float("nan"), float("inf"), 0.2])
        _, spots = drawn("metric_against_reviewers", data)
        assert [spot.trace_uids for spot in spots] == [("uid0",), ("uid3",)]

    @pytest.mark.parametrize("levels", [2, 5, 50_000])
    def test_fifty_thousand_points_are_gathered_and_none_is_lost(self, levels: int):
        random = np.random.default_rng(1)
        human = random.integers(0, levels, 50_000).astype(float)
        data = against(list(human), list(random.normal(0.5, 0.2, 50_000)))
        figure, spots = drawn("metric_against_reviewers", data)
        behind = [uid for spot in spots for uid in spot.trace_uids]
        assert len(spots) <= 3200
        assert sorted(behind) == sorted(data.trace_uids)
        assert all(
            shape.get_rasterized() for shape in figure.axes[0].collections if len(shape.get_offsets()) > 1
        )

    def test_the_cut_is_a_line_with_room_around_it(self):
        cut = CalibrationThreshold(0.62, "above", (0.57, 0.66))
        figure, _ = drawn("metric_against_reviewers", against([0, 1] * 30, [0.3, 0.8] * 30, threshold=cut))
        assert "passes from 0.62 up" in words_on(figure)
        spans = [
            patch.get_extents().transformed(figure.axes[0].transData.inverted())
            for patch in figure.axes[0].patches
        ]
        assert any(abs(span.x0 - 0.57) < 1e-6 and abs(span.x1 - 0.66) < 1e-6 for span in spans)

    def test_pass_and_fail_differ_in_mark_and_not_in_colour_alone(self):
        figure, _ = drawn("metric_against_reviewers", against([0, 1] * 30, [0.3, 0.8] * 30))
        shapes = [
            shape.get_paths()[0].vertices.shape
            for shape in figure.axes[0].collections
            if len(shape.get_offsets())
        ]
        assert len(set(shapes)) == 2

    def test_shares_are_told_only_where_there_are_enough(self):
        few = against([0, 1] * 4, [0.3, 0.8] * 4, confusion=Confusion(4, 0, 4, 0))
        many = against([0, 1] * 20, [0.3, 0.8] * 20, confusion=Confusion(20, 0, 20, 0))
        assert "metric passes 100 %" not in words_on(drawn("metric_against_reviewers", few)[0])
        assert "metric passes 100 %" in words_on(drawn("metric_against_reviewers", many)[0])


class TestConfusion:
    def test_the_cells_hold_the_counts_and_the_shares_of_the_reviewers_row(self):
        figure, spots = drawn(
            "confusion", Calibration("helps", "m", 100, 0, confusion=Confusion(60, 5, 15, 20))
        )
        assert [spot.words for spot in spots] == [
            "Reviewers pass, metric passes: 60 of 80",
            "Reviewers pass, metric stops: 20 of 80",
            "Reviewers fail, metric passes: 5 of 20",
            "Reviewers fail, metric stops: 15 of 20",
        ]
        assert {"60", "75 %", "5", "25 %"} <= set(words_on(figure))

    def test_many_labels_are_gathered_without_losing_a_count(self):
        counts = {f"label {row}": {f"label {column}": 1 for column in range(30)} for row in range(30)}
        _, spots = drawn("confusion", Calibration("topic", "judge", 900, 0, confusion=LabelConfusion(counts)))
        assert len(spots) == 100
        assert (
            sum(int(spot.words.rsplit(": ", 1)[1].split(" of ")[0].replace(" ", "")) for spot in spots) == 900
        )

    @pytest.mark.parametrize("confusion", [None, Confusion(0, 0, 0, 0), LabelConfusion({})])
    def test_nothing_to_compare_is_said(self, confusion: Confusion | LabelConfusion | None):
        figure, _ = drawn("confusion", Calibration("helps", "m", 0, 0, confusion=confusion))
        assert words_on(figure) == ["There is no cut at which to compare the verdicts."]


class TestAgreementByCriterion:
    def agreement(self, name: str, shared: int) -> Agreement:
        spans = {"percent_agreement": (0.7, 0.9), "gwet_ac1": (0.6, 0.9), "alpha_nominal": (-0.3, 0.4)}
        figures_ = {"percent_agreement": 0.83, "gwet_ac1": 0.8, "alpha_nominal": 0.19}
        return Agreement(
            name, "nominal", shared, 2, 2 * shared, shared, {"4": 9, "3": 1}, **figures_, intervals=spans
        )  # type: ignore[arg-type]

    def test_each_figure_says_its_interval(self):
        _, spots = drawn("agreement_by_criterion", AgreementSeries((self.agreement("natural", 100),)))
        assert "natural: alpha .19 (−.30 to .40)" in [spot.words for spot in spots]

    def test_coefficients_wait_for_thirty_shared_answers_and_percent_for_ten(self):
        series = AgreementSeries(tuple(self.agreement(f"c{n}", n) for n in (9, 29, 30)))
        figure, spots = drawn("agreement_by_criterion", series)
        counted = {name: sum(spot.words.startswith(name) for spot in spots) for name in ("c9", "c29", "c30")}
        assert counted == {"c9": 0, "c29": 1, "c30": 3}
        assert "not enough data (9 shared answers)" in words_on(figure)

    def test_no_criterion_at_all_is_said(self):
        figure, _ = drawn("agreement_by_criterion", AgreementSeries(()))
        assert words_on(figure) == ["No criterion has ten answers with two or more reviews."]


class TestDistribution:
    def test_every_answer_has_its_share_and_count(self):
        figure, spots = drawn("distribution", Agreement("c", "ordinal", 50, 2, 100, 50, {"1": 5, "4": 95}))
        assert "95 % · 95" in words_on(figure)
        assert [spot.words for spot in spots] == ["1: 5 % (5)", "4: 95 % (95)"]

    def test_too_many_answers_become_one_bar_and_all_are_counted(self):
        counts = {f"answer {at}": at + 1 for at in range(100)}
        _, spots = drawn("distribution", Agreement("c", "nominal", 50, 2, sum(counts.values()), 50, counts))
        shown = [int(spot.words.rsplit("(", 1)[1][:-1].replace(" ", "")) for spot in spots]
        assert len(spots) < 20
        assert sum(shown) == sum(counts.values())
        assert "others" in spots[-1].words

    def test_no_ratings_is_said(self):
        assert words_on(drawn("distribution", Agreement("c", "nominal", 0, 0, 0, 0))[0]) == [
            "No ratings yet."
        ]


wanted_places = st.lists(st.floats(0, 200), min_size=1, max_size=8)


@given(wanted_places)
def test_words_moved_apart_keep_their_distance_and_their_order(wanted: list[float]):
    gap, room = 12.0, 200.0
    places = spread(wanted, gap, room)
    ordered = sorted(places)
    assert all(after - before >= gap - 1e-6 for before, after in pairwise(ordered))
    assert min(places) >= 0
    assert max(places) <= room + 1e-6
    assert [places[at] for at in sorted(range(len(wanted)), key=lambda at: wanted[at])] == ordered


def test_words_with_room_stay_where_their_lines_are():
    assert spread([10.0, 50.0, 90.0], 12, 100) == [10.0, 50.0, 90.0]


BOUNDS = [(0.0, 1.0), (0.59, 0.74), (-3.0, 1e6), (1e-6, 3e-6), (999.9, 1000.1)]


@pytest.mark.parametrize(("low", "high"), BOUNDS)
def test_round_figures_lie_within_and_can_be_told_apart(low: float, high: float):
    places = round_places(low, high, 5)
    assert 2 <= len(places) <= 12
    assert all(low - 1e-9 <= place <= high + 1e-9 for place in places)
    assert len(set(figures(places))) == len(places)
