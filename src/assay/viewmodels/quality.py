"""What the Quality page knows: the chosen criterion, metric, field and period, and the newest answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Protocol

from assay.base.translation import tr
from assay.model.estimate import Estimate
from assay.model.series import QualitySeries
from assay.viewmodels.lanes import Lanes
from assay.viewmodels.latest import Fault, Latest
from assay.viewmodels.quality_words import group_rows, headline, how_computed, remarks
from assay.viewmodels.watched import Watched

PERIODS = ("7", "28", "90", "all", "between")


class QualityAnswer(Protocol):
    """What the numbers come back as (`operations.quality.QualityReport`)."""

    @property
    def series(self) -> QualitySeries: ...
    @property
    def by(self) -> Sequence[tuple[str, Estimate]]: ...
    @property
    def population(self) -> int | None: ...
    @property
    def metric_names(self) -> Sequence[str]: ...
    @property
    def criteria(self) -> Sequence[tuple[str, str]]: ...


class AskQuality(Protocol):
    """The operation, its office already given."""

    def __call__(
        self,
        *,
        criterion: str | None,
        metric: str | None,
        by: str | None,
        since: date | None,
        until: date | None,
        rubric: str | None,
    ) -> QualityAnswer: ...


SetLimit = Callable[[str, float, str], object]
"""Keeps a limit: name of the metric or criterion, value, and the good side ("above" or "below")."""

Describe = Callable[[Sequence[str]], Sequence["TraceLine"]]
"""One line of words for each trace, so that the list behind a point can be read."""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """A trace in a list: its uid, its words, and whether reviewers passed it (None: mixed or not known)."""

    uid: str
    words: str
    passed: bool | None = None


@dataclass(frozen=True, slots=True)
class QualityChoice:
    """What is asked for. None: the first criterion, no metric, no field. Dates count only for "between"."""

    criterion: str | None = None
    metric: str | None = None
    by: str | None = None
    period: str = "all"
    since: date | None = None
    until: date | None = None


def by_fields() -> list[tuple[str, str]]:
    """The fields an estimate can be split by, with their titles."""
    return [
        ("model", tr("model")),
        ("prompt_version", tr("prompt version")),
        ("dataset_version", tr("data set version")),
        ("task_type", tr("task type")),
        ("language", tr("language")),
        ("source", tr("source")),
    ]


def dates_of(choice: QualityChoice, today: date) -> tuple[date | None, date | None]:
    """First and last day of the chosen period, both counted; None: without end on that side."""
    if choice.period == "between":
        since, until = choice.since, choice.until
        return (until, since) if since and until and since > until else (since, until)
    if choice.period == "all":
        return None, None
    return today - timedelta(days=int(choice.period) - 1), today


class QualityScreen(Watched):
    """The state of the Quality page. Everything it needs is handed in."""

    def __init__(
        self,
        *,
        ask: AskQuality,
        lanes: Lanes,
        today: Callable[[], date],
        set_share_limit: SetLimit,
        set_metric_limit: SetLimit,
        describe: Describe,
        rubric: str | None = None,
    ) -> None:
        super().__init__()
        self.choice = QualityChoice()
        self.point = ""
        self._ask, self._today, self._rubric, self._describe = ask, today, rubric, describe
        self._share_limit, self._metric_limit = set_share_limit, set_metric_limit
        safe = tr("Your reviews are safe; nothing was changed.")
        self._latest: Latest[QualityAnswer] = Latest(lanes, self.changed, safe)
        self._behind: Latest[Sequence[TraceLine]] = Latest(lanes, self.changed, safe)
        self._limits: Latest[object] = Latest(lanes, self._limit_kept, tr("The limit is as it was before."))

    @property
    def answer(self) -> QualityAnswer | None:
        """The newest numbers, if they have come."""
        return self._latest.answer

    @property
    def waiting(self) -> bool:
        """Whether numbers are being worked out."""
        return self._latest.waiting

    @property
    def fault(self) -> Fault | None:
        """Why there are no numbers, or why a limit was not kept."""
        return self._latest.fault or self._limits.fault

    @property
    def behind(self) -> Sequence[TraceLine] | None:
        """The traces behind the chosen point; None while none is chosen."""
        return self._behind.answer

    @property
    def behind_fault(self) -> Fault | None:
        """Why the traces behind the point cannot be listed."""
        return self._behind.fault

    @property
    def title(self) -> str:
        """The question the estimate is about."""
        return self.answer.series.title if self.answer else ""

    @property
    def headline(self) -> str:
        """The estimate as a sentence."""
        return headline(self.answer.series.overall) if self.answer else ""

    @property
    def remarks(self) -> list[str]:
        """What is said under the headline."""
        return remarks(self.answer.series, self.answer.population) if self.answer else []

    @property
    def notes(self) -> list[str]:
        """How the numbers were computed."""
        return how_computed(self.answer.series) if self.answer else []

    @property
    def groups(self) -> list[tuple[str, str, str, str]]:
        """The rows of the split by a field; empty without one."""
        return group_rows(self.answer.by) if self.answer and self.choice.by else []

    def choose(self, choice: QualityChoice) -> None:
        """Take another choice and ask for its numbers."""
        if choice != self.choice:
            self.choice = choice
            self.close_point()
            self.reload()

    def between(self, since: date | None, until: date | None) -> None:
        """Choose the days from ``since`` to ``until``."""
        self.choose(replace(self.choice, period="between", since=since, until=until))

    def reload(self) -> None:
        """Ask again for the numbers of the present choice."""
        since, until = dates_of(self.choice, self._today())
        choice = self.choice
        self._latest.ask(
            partial(
                self._ask,
                criterion=choice.criterion,
                metric=choice.metric,
                by=choice.by,
                since=since,
                until=until,
                rubric=self._rubric,
            )
        )

    def open_point(self, words: str, trace_uids: Sequence[str]) -> None:
        """List the traces behind a point of the chart; a point without traces opens nothing."""
        if trace_uids:
            self.point = words
            self._behind.ask(partial(self._describe, tuple(trace_uids)))

    def close_point(self) -> None:
        """Put the list of traces away."""
        if self.point:
            self.point = ""
            self._behind.forget()

    def limit_share(self, value: float, direction: str) -> None:
        """Keep the limit of the judged share (0 to 1) and draw it."""
        if self.answer is not None:
            self._limits.ask(
                partial(self._share_limit, self.answer.series.criterion, value, direction), writes=True
            )

    def limit_metric(self, value: float, direction: str) -> None:
        """Keep the limit of the chosen metric and draw it."""
        if self.answer is not None and self.answer.series.metric_name:
            name = self.answer.series.metric_name
            self._limits.ask(partial(self._metric_limit, name, value, direction), writes=True)

    def _limit_kept(self) -> None:
        if not self._limits.waiting and self._limits.error is None:
            self.reload()
        else:
            self.changed()
