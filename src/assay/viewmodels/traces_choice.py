"""What can be asked of the list of all traces: words, one field, a metric, a period, what is reviewed, the order."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from assay.model.browsing import Sort

NO_VALUE = "(none)"
"""How the values of a field name the traces that have none."""

Reviews = Literal["all", "reviewed", "open"]


@dataclass(frozen=True, slots=True)
class TraceChoice:
    """What is asked for. ``value`` is one of the field's, or empty for any; dates count only for "between"."""

    text: str = ""
    field: str = ""
    value: str = ""
    reviews: Reviews = "all"
    metric: str | None = None
    sign: Literal["", "<", ">="] = ""
    limit: float | None = None
    period: str = "all"
    since: date | None = None
    until: date | None = None
    sort: Sort = "started_at"
    descending: bool = True

    @property
    def narrows(self) -> bool:
        """Whether it may leave traces out."""
        return self.searched != TraceChoice()

    @property
    def limits(self) -> bool:
        """Whether the metric is held against a figure."""
        return bool(self.metric and self.sign and self.limit is not None)

    @property
    def shown(self) -> tuple[Sort, bool, str | None]:
        """All of it that decides only how what is found is shown."""
        return self.sort, self.descending, self.metric

    @property
    def searched(self) -> "TraceChoice":
        """All of it that decides what is found, without what only decides how it is shown."""
        shown = replace(self, sort="started_at", descending=True, field=self.field if self.value else "")
        return shown if self.limits else replace(shown, metric=None, sign="", limit=None)


def days_of(choice: TraceChoice, today: date) -> tuple[date | None, date | None]:
    """First and last day of the chosen period, both counted; None: without end on that side."""
    if choice.period == "between":
        since, until = choice.since, choice.until
        return (until, since) if since and until and since > until else (since, until)
    if choice.period == "all":
        return None, None
    return today - timedelta(days=int(choice.period) - 1), today
