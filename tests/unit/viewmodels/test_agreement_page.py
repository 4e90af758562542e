"""The Agreement page without a screen: verdicts that do not flatter, and reasons for what is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pytest

from assay.base.errors import Unavailable
from assay.model.agreement import Agreement, PairKappa
from assay.model.calibration import Calibration, CalibrationThreshold, Confusion, LabelConfusion
from assay.model.series import MetricAgainstReviewers
from assay.viewmodels.agreement import AgreementScreen
from assay.viewmodels.agreement_words import advice, pair_rows, row_of, verdict, weakest
from assay.viewmodels.calibration_words import calibration_remarks, calibration_rows, calibration_sentence
from assay.viewmodels.lanes import InlineLanes

T = TypeVar("T")


def agreement(
    alpha: float | None = 0.19,
    span: tuple[float, float] | None = (0.05, 0.33),
    shared: int = 120,
    **more: object,
) -> Agreement:
    base = Agreement(
        criterion="naturalness",
        level="ordinal",
        items=200,
        raters=3,
        ratings=2 * shared,
        pairable_items=shared,
        distribution={"1": 2, "3": 10, "4": 108},
        percent_agreement=0.83,
        gwet_ac1=0.8,
        alpha_ordinal=alpha,
        intervals={"percent_agreement": (0.76, 0.89), "gwet_ac1": (0.72, 0.87)}
        | ({"alpha_ordinal": span} if span else {}),
    )
    return replace(base, **more)  # type: ignore[arg-type]


MIXED = {"1": 40, "2": 40, "3": 40}


class TestVerdict:
    def test_a_common_answer_explains_a_low_alpha(self):
        said = verdict(agreement(), "naturalness")
        assert said == "Reviewers agree on 83 % of naturalness; nearly everyone says 4, so alpha is .19."
        assert "Look at the answers they differ on" in advice(agreement())

    def test_a_low_alpha_without_a_common_answer_is_not_excused(self):
        said = verdict(agreement(distribution=MIXED), "naturalness")
        assert "nearly everyone" not in said
        assert "too uncertain or too low to rely on one reviewer" in said

    def test_a_high_alpha_is_praised_only_when_its_whole_interval_is_high(self):
        sure = verdict(agreement(0.86, (0.81, 0.9), distribution=MIXED), "tone")
        unsure = verdict(agreement(0.86, (0.6, 0.95), distribution=MIXED), "tone")
        assert sure.endswith("alpha is .86, and surely above .80.")
        assert unsure.endswith("too uncertain or too low to rely on one reviewer.")

    def test_a_fair_alpha_allows_tentative_conclusions(self):
        said = verdict(agreement(0.75, (0.69, 0.79), distribution=MIXED), "tone")
        assert said.endswith("alpha is .75, enough for tentative conclusions.")

    def test_an_interval_that_reaches_nought_is_chance(self):
        said = verdict(agreement(0.08, (-0.02, 0.2), distribution=MIXED), "tone")
        assert said.endswith("alpha is .08, which chance alone could give.")

    def test_nobody_shared_an_answer(self):
        said = verdict(agreement(shared=0, percent_agreement=None), "naturalness")
        assert said == "No answer has two reviews on naturalness yet, so agreement cannot be told."

    @pytest.mark.parametrize("shared", [1, 9])
    def test_under_ten_shared_answers_no_figure_is_said(self, shared: int):
        said = verdict(agreement(shared=shared), "naturalness")
        assert said.startswith("Not enough data on naturalness")
        assert "%" not in said

    @pytest.mark.parametrize("shared", [10, 29])
    def test_under_thirty_shared_answers_alpha_is_held_back(self, shared: int):
        said = verdict(agreement(shared=shared), "naturalness")
        assert said.endswith(f", from only {shared} shared answers; too few for alpha.")
        row = row_of(agreement(shared=shared), "naturalness")
        assert (row.percent, row.ac1, row.alpha, row.alpha_interval) == ("83", "–", "–", "")
        assert row.why == f"Coefficients need 30 shared answers; there are {shared}."

    def test_when_all_say_the_same_no_coefficient_is_made_up(self):
        same = agreement(
            None, None, distribution={"4": 240}, percent_agreement=1.0, gwet_ac1=None, note="All the same."
        )
        assert verdict(same, "tone") == (
            "Reviewers agree on 100 % of tone, and every rating is 4: agreement beyond chance is not defined."
        )
        assert row_of(same, "tone").why == "All the same."

    def test_an_alpha_that_is_not_defined_says_why(self):
        said = verdict(agreement(None, None, distribution=MIXED, note="The values have no order."), "tone")
        assert said.endswith("; alpha is not defined. The values have no order.")

    def test_a_question_stands_in_quotation_marks_and_a_long_one_is_cut(self):
        assert "“Does it help?”" in verdict(agreement(), "Does it help?")
        assert len(verdict(agreement(), "word " * 200)) < 200

    def test_a_note_on_other_coefficients_does_not_stand_under_a_complete_row(self):
        assert row_of(agreement(note="Alpha for intervals is not defined."), "tone").why == ""


class TestTables:
    def test_the_row_holds_every_figure_with_its_interval(self):
        row = row_of(agreement(), "naturalness")
        assert (row.percent, row.percent_interval) == ("83", "76 to 89")
        assert (row.ac1, row.ac1_interval) == (".80", ".72 to .87")
        assert (row.alpha, row.alpha_interval) == (".19", ".05 to .33")
        assert (row.items, row.ratings) == ("120", "240")

    def test_pairs_come_with_the_most_shared_first_and_few_are_held_back(self):
        pairs = (
            PairKappa(("a", "b"), 1.0, 4),
            PairKappa(("a", "c"), 0.5, 40),
            PairKappa(("b", "c"), None, 12),
        )
        assert pair_rows(agreement(cohen_kappa=pairs)) == [
            ("a", "c", ".50", "40"),
            ("b", "c", "–", "12"),
            ("a", "b", "not enough data", "4"),
        ]

    def test_the_weakest_criterion_is_shown_first_if_enough_is_known_of_it(self):
        found = (
            agreement(criterion="good", gwet_ac1=0.9),
            agreement(criterion="thin", gwet_ac1=0.1, shared=12),
            agreement(criterion="weak", gwet_ac1=0.4),
        )
        assert weakest(found) == "weak"
        assert weakest(found[1:2]) == "thin"
        assert weakest(()) is None


def calibration(**more: object) -> Calibration:
    base = Calibration(
        criterion="helps",
        metric="groundedness",
        items=480,
        missing_metric=61,
        spearman=0.43,
        given="model",
        partial_spearman=0.19,
        threshold=CalibrationThreshold(0.62, "above", (0.57, 0.66)),
        confusion=Confusion(268, 12, 89, 111),
        tpr=0.707,
        tnr=0.881,
        precision=0.957,
        accuracy=0.744,
        auc=0.79,
        intervals={"tpr": (0.66, 0.75), "tnr": (0.80, 0.93), "auc": (0.74, 0.84)},
    )
    return replace(base, **more)  # type: ignore[arg-type]


class TestMetricAgainstReviewers:
    def test_the_comparison_is_one_sentence_with_its_intervals(self):
        assert calibration_sentence(calibration()) == (
            "groundedness passes 71 % (66 to 75) of what reviewers pass and stops 88 % (80 to 93) of what they fail."
        )

    def test_a_cut_chosen_on_the_same_answers_says_that_it_flatters(self):
        said = calibration_remarks(calibration())
        assert said[0].startswith(
            "It passes an answer at 0.62 or above. The cut could lie anywhere from 0.57 to 0.66."
        )
        assert "expect somewhat less on new ones" in said[0]
        own = calibration(threshold=CalibrationThreshold(0.5, "below", None, "given"))
        assert calibration_remarks(own)[0] == "It passes an answer at 0.50 or below."

    def test_a_link_that_vanishes_within_a_model_is_told(self):
        assert any(
            "inside one model little is left" in sentence for sentence in calibration_remarks(calibration())
        )
        steady = calibration(partial_spearman=0.4)
        assert not any("little is left" in sentence for sentence in calibration_remarks(steady))

    def test_what_is_left_out_is_counted(self):
        assert "61 of 541 judged answers have no groundedness and are left out." in calibration_remarks(
            calibration()
        )

    def test_an_auc_that_chance_could_give_is_told(self):
        weak = calibration(auc=0.55, intervals={"auc": (0.46, 0.63)})
        assert "AUC .55 (.46 to .63): it may be no better than chance." in calibration_remarks(weak)

    def test_under_ten_answers_nothing_is_claimed(self):
        few = calibration(items=6, confusion=Confusion(5, 0, 1, 0), tpr=1.0, tnr=1.0)
        assert calibration_sentence(few).startswith("Not enough data")
        assert calibration_remarks(few) == ["61 of 67 judged answers have no groundedness and are left out."]
        assert {row[1] for row in calibration_rows(few)} == {"–"}

    def test_under_ten_on_the_rarer_side_no_rate_is_claimed(self):
        rare = calibration(confusion=Confusion(300, 2, 7, 171), tnr=0.78)
        assert "only 9 are on the rarer side" in calibration_sentence(rare)
        assert calibration_rows(rare)[1][1:] == ("–", "–", "Not enough data.")

    def test_labels_are_compared_label_by_label(self):
        counts = LabelConfusion({"refund": {"refund": 30, "other": 10}, "other": {"other": 20}})
        labels = calibration(confusion=counts, tpr=None, tnr=None, accuracy=0.83, macro_f1=0.8, auc=None)
        assert (
            calibration_sentence(labels) == "groundedness gives the reviewers’ label in 83 % of 480 answers."
        )
        assert [row[0] for row in calibration_rows(labels)][:4] == ["Same label", "Precision", "Recall", "F1"]

    def test_without_a_cut_the_correlation_is_said(self):
        plain = calibration(confusion=None, threshold=None, tpr=None, tnr=None)
        assert "rank correlation of .43 (n = 480)" in calibration_sentence(plain)

    def test_a_side_that_never_changes_is_said(self):
        flat = calibration(confusion=None, spearman=None, tpr=None, tnr=None)
        assert "one side never changes" in calibration_sentence(flat)


@dataclass
class Agreements:
    agreements: tuple[Agreement, ...]
    titles: dict[str, str] = field(default_factory=dict)


@dataclass
class Comparison:
    calibration: Calibration
    series: MetricAgainstReviewers


class Numbers:
    def __init__(self, *found: Agreement, metrics: Sequence[str] = ("groundedness", "toxicity")) -> None:
        self.found, self.metrics = found, metrics
        self.asked: list[tuple[object, ...]] = []
        self.error: Exception | None = None

    def agreement(self, *, criterion: str | None, by: str | None) -> Agreements:
        if self.error is not None:
            raise self.error
        return Agreements(self.found, {"helps": "Does it help?"})

    def calibrate(
        self,
        *,
        criterion: str,
        metric: str,
        given: str | None,
        threshold: float | None,
        direction: str | None,
    ) -> Comparison:
        self.asked.append((criterion, metric, given, threshold, direction))
        made = calibration(criterion=criterion, metric=metric)
        return Comparison(made, MetricAgainstReviewers(made))

    def names(self) -> Sequence[str]:
        return self.metrics


def screen_of(numbers: Numbers) -> AgreementScreen:
    return AgreementScreen(
        ask=numbers.agreement, calibrate=numbers.calibrate, metric_names=numbers.names, lanes=InlineLanes()
    )


class TestScreen:
    def test_it_opens_on_the_weakest_criterion_against_the_first_metric(self):
        numbers = Numbers(
            agreement(criterion="helps", gwet_ac1=0.9), agreement(criterion="tone", gwet_ac1=0.3)
        )
        screen = screen_of(numbers)
        screen.reload()
        assert screen.criterion == "tone"
        assert numbers.asked == [("tone", "groundedness", "model", None, None)]
        assert [row.title for row in screen.rows] == ["Does it help?", "tone"]

    def test_another_criterion_or_metric_forgets_the_cut_that_was_set(self):
        numbers = Numbers(agreement(criterion="helps"), agreement(criterion="tone"))
        screen = screen_of(numbers)
        screen.reload()
        screen.choose(replace(screen.choice, threshold=0.4, direction="below"))
        assert numbers.asked[-1][3:] == (0.4, "below")
        screen.choose(replace(screen.choice, metric="toxicity"))
        assert numbers.asked[-1] == ("helps", "toxicity", "model", None, None)
        screen.choose(replace(screen.choice, threshold=0.4, direction="below"))
        screen.choose_criterion("tone")
        assert numbers.asked[-1] == ("tone", "toxicity", "model", None, None)

    def test_nobody_has_judged_yet(self):
        screen = screen_of(Numbers(metrics=()))
        screen.reload()
        assert screen.headline == "Nobody has judged an answer yet."
        assert "two reviewers have judged the same answers" in screen.remarks[0]
        assert screen.calibration_headline.startswith("No answer carries a metric yet.")
        assert screen.rows == []

    def test_a_fault_is_told_and_another_try_mends_it(self):
        numbers = Numbers(agreement())
        numbers.error = Unavailable("The workspace is locked.", "Close the other program.")
        screen = screen_of(numbers)
        screen.reload()
        assert screen.fault is not None
        numbers.error = None
        screen.reload()
        assert screen.fault is None
        assert screen.headline.startswith("Reviewers agree on 83 %")

    def test_a_comparison_that_comes_late_does_not_replace_a_newer_one(self):
        held: list[Callable[[], None]] = []

        class Held(InlineLanes):
            def read(
                self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
            ) -> None:
                held.append(lambda: InlineLanes().read(work, done, failed))

        numbers = Numbers(agreement(criterion="helps"))
        screen = AgreementScreen(
            ask=numbers.agreement, calibrate=numbers.calibrate, metric_names=numbers.names, lanes=Held()
        )
        screen.reload()
        while held:
            held.pop(0)()
        screen.choose(replace(screen.choice, metric="toxicity"))
        screen.choose(replace(screen.choice, metric="groundedness"))
        held[1]()
        held[0]()
        assert screen.calibration is not None
        assert screen.calibration.calibration.metric == "groundedness"
