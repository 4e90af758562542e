"""What the Agreement page knows: how far reviewers agree, and how far a metric says what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from assay.base.translation import tr
from assay.model.agreement import Agreement
from assay.model.calibration import Calibration
from assay.model.series import MetricAgainstReviewers
from assay.viewmodels.agreement_words import AgreementRow, advice, basis, pair_rows, row_of, verdict, weakest
from assay.viewmodels.calibration_words import calibration_remarks, calibration_rows, calibration_sentence
from assay.viewmodels.lanes import Lanes
from assay.viewmodels.latest import Fault, Latest
from assay.viewmodels.watched import Watched


class AgreementAnswer(Protocol):
    """What agreement comes back as (`operations.agreement.AgreementReport`)."""

    @property
    def agreements(self) -> tuple[Agreement, ...]: ...
    @property
    def titles(self) -> Mapping[str, str]: ...


class AskAgreement(Protocol):
    """The operation, its office already given."""

    def __call__(self, *, criterion: str | None, by: str | None) -> AgreementAnswer: ...


class CalibrationAnswer(Protocol):
    """What calibration comes back as (`operations.calibrate.CalibrationReport`)."""

    @property
    def calibration(self) -> Calibration: ...
    @property
    def series(self) -> MetricAgainstReviewers: ...


class AskCalibration(Protocol):
    """The operation, its office already given."""

    def __call__(
        self,
        *,
        criterion: str,
        metric: str,
        given: str | None,
        threshold: float | None,
        direction: str | None,
    ) -> CalibrationAnswer: ...


class AskMetricNames(Protocol):
    """Names the metrics of the store."""

    def __call__(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class CalibrationChoice:
    """Which metric is set against the chosen criterion. ``threshold`` None: the suggested cut."""

    metric: str | None = None
    given: str | None = "model"
    threshold: float | None = None
    direction: str | None = None


class AgreementScreen(Watched):
    """The state of the Agreement page. The chosen criterion holds for both halves of the page."""

    def __init__(
        self, *, ask: AskAgreement, calibrate: AskCalibration, metric_names: AskMetricNames, lanes: Lanes
    ) -> None:
        super().__init__()
        self.criterion: str | None = None
        self.choice = CalibrationChoice()
        self._ask, self._calibrate, self._metric_names = ask, calibrate, metric_names
        safe = tr("Your reviews are safe; nothing was changed.")
        self._latest: Latest[AgreementAnswer] = Latest(lanes, self._come, safe)
        self._names: Latest[Sequence[str]] = Latest(lanes, self._named, safe)
        self._set: Latest[CalibrationAnswer] = Latest(lanes, self.changed, safe)

    @property
    def answer(self) -> AgreementAnswer | None:
        """The newest agreement, if it has come."""
        return self._latest.answer

    @property
    def waiting(self) -> bool:
        """Whether agreement is being worked out."""
        return self._latest.waiting

    @property
    def fault(self) -> Fault | None:
        """Why there is no agreement to show."""
        return self._latest.fault

    @property
    def metric_names(self) -> Sequence[str]:
        """The metrics that can be set against the reviewers."""
        return self._names.answer or ()

    @property
    def calibration(self) -> CalibrationAnswer | None:
        """The newest comparison with a metric, if one has come."""
        return self._set.answer

    @property
    def calibrating(self) -> bool:
        """Whether a comparison is being worked out."""
        return self._set.waiting

    @property
    def calibration_fault(self) -> Fault | None:
        """Why there is no comparison to show."""
        return self._set.fault or self._names.fault

    @property
    def chosen(self) -> Agreement | None:
        """The agreement on the chosen criterion."""
        found = self.answer.agreements if self.answer else ()
        return next((agreement for agreement in found if agreement.criterion == self.criterion), None)

    @property
    def headline(self) -> str:
        """The verdict on the chosen criterion."""
        if self.chosen is not None:
            return verdict(self.chosen, self.title_of(self.chosen.criterion))
        return tr("Nobody has judged an answer yet.") if self.answer is not None else ""

    @property
    def remarks(self) -> list[str]:
        """What is said under the verdict."""
        if self.chosen is None:
            needed = tr(
                "Agreement appears once two reviewers have judged the same answers under their own names."
            )
            return [needed] if self.answer is not None else []
        return [sentence for sentence in (basis(self.chosen), advice(self.chosen)) if sentence]

    @property
    def rows(self) -> list[AgreementRow]:
        """The figures table, in the rubric's order."""
        found = self.answer.agreements if self.answer else ()
        return [row_of(agreement, self.title_of(agreement.criterion)) for agreement in found]

    @property
    def pairs(self) -> list[tuple[str, str, str, str]]:
        """The rows of the table of pairs for the chosen criterion."""
        return pair_rows(self.chosen) if self.chosen else []

    @property
    def calibration_headline(self) -> str:
        """The comparison as a sentence, or what is needed for one."""
        if self.calibration is not None:
            return calibration_sentence(self.calibration.calibration)
        if self.calibrating or self.calibration_fault is not None:
            return ""
        if not self.metric_names:
            return tr("No answer carries a metric yet. Metrics come in with the traces.")
        return tr("Choose a metric to set it against the reviewers.")

    @property
    def calibration_remarks(self) -> list[str]:
        """What is said under the comparison's sentence."""
        return calibration_remarks(self.calibration.calibration) if self.calibration else []

    @property
    def calibration_rows(self) -> list[tuple[str, str, str, str]]:
        """The comparison's figures."""
        return calibration_rows(self.calibration.calibration) if self.calibration else []

    def title_of(self, criterion: str) -> str:
        """The words of a criterion; its name where it has none."""
        return (self.answer.titles.get(criterion) if self.answer else None) or criterion

    def reload(self) -> None:
        """Ask for everything anew."""
        self._latest.ask(partial(self._ask, criterion=None, by=None))
        self._names.ask(self._metric_names)

    def choose_criterion(self, criterion: str) -> None:
        """Show another criterion in both halves of the page; the metric's cut is suggested afresh."""
        if criterion != self.criterion:
            self.criterion = criterion
            self.choice = replace(self.choice, threshold=None, direction=None)
            self._set_against()

    def choose(self, choice: CalibrationChoice) -> None:
        """Set another metric against the reviewers, or the same one at another cut."""
        if choice.metric != self.choice.metric:
            choice = replace(choice, threshold=None, direction=None)
        if choice != self.choice:
            self.choice = choice
            self._set_against()

    def _set_against(self) -> None:
        choice, criterion = self.choice, self.criterion
        if criterion is None or choice.metric is None:
            self._set.forget()
            return
        self._set.ask(
            partial(
                self._calibrate,
                criterion=criterion,
                metric=choice.metric,
                given=choice.given,
                threshold=choice.threshold,
                direction=choice.direction,
            )
        )

    def _come(self) -> None:
        if self.answer is not None and not self.waiting and self.chosen is None:
            self.criterion = weakest(self.answer.agreements)
            self._set_against()
        self.changed()

    def _named(self) -> None:
        names = self.metric_names
        if names and self.choice.metric not in names:
            self.choice = replace(self.choice, metric=names[0], threshold=None, direction=None)
            self._set_against()
        self.changed()
