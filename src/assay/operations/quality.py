"""Reviewer-judged quality: by day and overall, with intervals, beside one automated metric."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from assay.base.translation import tr
from assay.model.criterion import Criterion
from assay.model.estimate import DayPoint, Estimate, MetricPoint
from assay.model.population import Window
from assay.model.sample import Draw, SampleItem
from assay.model.series import QualitySeries
from assay.model.wording import number
from assay.operations.measured import (
    JudgedTrace,
    field_of,
    judged_criterion,
    question_of,
    titles_of,
    traces_of,
)
from assay.operations.office import Office
from assay.operations.thresholds import share_threshold_of, threshold_of
from assay.stats.estimate import rolling_share, share, stratified_share

BY_TRACE, BY_REVIEW = "trace", "review"
_NONE = "(none)"


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The estimate, its days, the metric beside it, and what there is to choose from."""

    series: QualitySeries
    by: tuple[tuple[str, Estimate], ...]
    by_field: str | None
    population: int | None
    metric_names: tuple[str, ...]
    criteria: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that scripts rely on."""
        overall = self.series.overall
        return {
            "criterion": self.series.criterion,
            **_estimate_json(overall),
            "level": overall.level,
            "population": self.population,
            "method": overall.method,
            "by_day": [
                {
                    "date": point.day.isoformat(),
                    **_estimate_json(point.estimate),
                    "average_7_days": _estimate_json(point.average) if point.average else None,
                }
                for point in self.series.days
            ],
            "by": [{"field": self.by_field, "value": value, **_estimate_json(one)} for value, one in self.by],
            "metric": _metric_json(self.series),
            "notes": list(self.series.notes),
        }


def _estimate_json(estimate: Estimate) -> dict[str, Any]:
    return {"estimate": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}


def _metric_json(series: QualitySeries) -> dict[str, Any]:
    if series.metric_name is None:
        return {}
    limit = series.metric_threshold
    return {
        "name": series.metric_name,
        "by_day": [{"date": p.day.isoformat(), "mean": p.mean, "n": p.n} for p in series.metric],
        "threshold": {"value": limit.value, "direction": limit.direction, "bands": list(limit.bands)}
        if limit
        else None,
    }


def quality(
    office: Office,
    criterion: str | None = None,
    metric: str | None = None,
    by: str | None = None,
    since: date | None = None,
    until: date | None = None,
    rubric: str | None = None,
) -> QualityReport:
    """Estimate the share of traces that reviewers pass. Days are the traces' own, else those of the reviews."""
    judged = judged_criterion(office, criterion, rubric)
    question = question_of(office, judged)
    every = traces_of(office.workspace.standing.judgements(judged.criterion, judged.rubric))
    days, basis = _days(office, every)
    chosen = [one for one in every if _inside(days.get(one.uid), since, until)]
    scored = [one for one in chosen if one.score is not None]
    overall, how = _overall(office, scored)
    shown = metric if metric in office.traces.metric_names() else None
    series = QualitySeries(
        criterion=judged.criterion,
        title=question.question,
        overall=overall,
        days=tuple(_points(every, scored, days)),
        metric_name=shown,
        metric=_metric_points(office, shown, basis, days, since, until),
        metric_threshold=threshold_of(office, shown) if shown else None,
        threshold=share_threshold_of(office, judged.criterion),
        day_basis=basis,
        notes=tuple(_notes(question, chosen, scored, _Basis(basis, how, overall, days))),
    )
    return QualityReport(
        series=series,
        by=tuple(_by(office, by, scored)) if by else (),
        by_field=by,
        population=_population(office, since, until, basis),
        metric_names=tuple(office.traces.metric_names()),
        criteria=tuple(titles_of(office).items()),
    )


def _days(office: Office, traces: Sequence[JudgedTrace]) -> tuple[dict[str, date], str]:
    """The day each trace stands on: its own, where any trace has one (those without then stand on none)."""
    own = office.traces.field_values("day", [one.uid for one in traces])
    timed = {uid: date.fromisoformat(day) for uid, day in own.items() if day}
    if timed:
        return timed, BY_TRACE
    return {one.uid: one.review_day for one in traces}, BY_REVIEW


def _inside(day: date | None, since: date | None, until: date | None) -> bool:
    if day is None:
        return since is None and until is None
    return (since is None or day >= since) and (until is None or day <= until)


def _overall(office: Office, scored: Sequence[JudgedTrace]) -> tuple[Estimate, str]:
    """The estimate over all: by strata where the samples were drawn by strata, else plain; and how it was done."""
    scores = [one.score for one in scored if one.score is not None]
    draws = office.workspace.samples.items_of([one.uid for one in scored])
    if not any(draw.stratify for found in draws.values() for draw, _ in found):
        drawn = sum(one.uid in draws for one in scored)
        return share(scores), "drawn" if drawn == len(scored) else "mixed" if drawn else "not drawn"
    strata, left_out = _strata(scored, draws)
    if left_out:
        return share(scores), "strata incomplete"
    weighted = stratified_share(strata)
    return weighted, "strata" if weighted.note is None else "strata thin"


def _strata(
    scored: Sequence[JudgedTrace], draws: Mapping[str, list[tuple[Draw, SampleItem]]]
) -> tuple[dict[str, tuple[list[float], int]], bool]:
    """Scores and population by (field, stratum); whether some judged trace is in no stratified draw."""
    scores: dict[str, list[float]] = defaultdict(list)
    populations: dict[tuple[str, int], int] = {}
    left_out = False
    for one in scored:
        found = [pair for pair in draws.get(one.uid, []) if pair[0].stratify]
        if not found or one.score is None:
            left_out = True
            continue
        draw, item = found[0]
        name = f"{draw.stratify}={item.stratum}"
        scores[name].append(one.score)
        for row in draw.strata_json:
            populations[f"{draw.stratify}={row['stratum']}", draw.id or 0] = int(str(row["population"]))
    sizes: dict[str, int] = defaultdict(int)
    for (name, _), size in populations.items():
        sizes[name] += size
    return {name: (scores.get(name, []), size) for name, size in sizes.items()}, left_out


def _points(
    every: Sequence[JudgedTrace], shown: Sequence[JudgedTrace], days: Mapping[str, date]
) -> list[DayPoint]:
    """The days of what is shown. An average looks back over all that was judged, also before the first day shown."""
    scores = {day: [one.score or 0.0 for one in found] for day, found in _by_day(every, days).items()}
    averages = dict(rolling_share(list(scores.items())))
    return [
        DayPoint(day, share(scores[day]), averages.get(day), tuple(one.uid for one in found))
        for day, found in sorted(_by_day(shown, days).items())
    ]


def _by_day(traces: Sequence[JudgedTrace], days: Mapping[str, date]) -> dict[date, list[JudgedTrace]]:
    found: dict[date, list[JudgedTrace]] = defaultdict(list)
    for one in traces:
        if one.score is not None and one.uid in days:
            found[days[one.uid]].append(one)
    return found


def _metric_points(
    office: Office,
    metric: str | None,
    basis: str,
    days: Mapping[str, date],
    since: date | None,
    until: date | None,
) -> tuple[MetricPoint, ...]:
    """The metric's daily mean: over all traces of the day, or over the reviewed ones where traces have no time."""
    if metric is None:
        return ()
    if basis == BY_TRACE:
        points = office.traces.metric_by_day(metric)
    else:
        points = _by_review_day(office.traces.metric_values(metric, list(days)), days)
    return tuple(point for point in points if _inside(point.day, since, until))


def _by_review_day(values: Mapping[str, float | str | None], days: Mapping[str, date]) -> list[MetricPoint]:
    found: dict[date, list[float]] = defaultdict(list)
    for uid, value in values.items():
        if isinstance(value, float):
            found[days[uid]].append(value)
    return [MetricPoint(day, sum(many) / len(many), len(many)) for day, many in sorted(found.items())]


def _by(office: Office, field: str, scored: Sequence[JudgedTrace]) -> list[tuple[str, Estimate]]:
    if field == "rater":
        return _by_rater(scored)
    values = field_of(office, field, scored)
    groups: dict[str, list[float]] = defaultdict(list)
    for one in scored:
        if one.score is not None:
            groups[values.get(one.uid) or _NONE].append(one.score)
    return [(value, share(scores)) for value, scores in sorted(groups.items())]


def _by_rater(scored: Sequence[JudgedTrace]) -> list[tuple[str, Estimate]]:
    groups: dict[str, list[float]] = defaultdict(list)
    for one in scored:
        for judgement in one.counted:
            if judgement.passed is not None:
                groups[judgement.who].append(float(judgement.passed))
    return [(who, share(scores)) for who, scores in sorted(groups.items())]


def _population(office: Office, since: date | None, until: date | None, basis: str) -> int | None:
    if basis == BY_REVIEW and (since or until):
        return None
    start = datetime.combine(since, time(), UTC) if since else None
    end = datetime.combine(until + timedelta(days=1), time(), UTC) if until and until < date.max else None
    return office.traces.count(Window(start, end))


_DRAWN_WORDS: dict[str, Callable[[], str]] = {
    "drawn": lambda: tr("Every judged trace was drawn at random by a sampling plan."),
    "mixed": lambda: tr(
        "Some judged traces were not drawn by a sampling plan; the interval treats all as drawn at random."
    ),
    "not drawn": lambda: tr(
        "The judged traces were not drawn by a sampling plan here; the interval treats them as if they were."
    ),
    "strata": lambda: tr("Samples were drawn by strata; each stratum counts by its share of the traces."),
    "strata thin": lambda: tr(
        "A stratum has fewer than two judged traces; all were counted alike, without weights."
    ),
    "strata incomplete": lambda: tr(
        "Some judged traces belong to no stratified sample; all were counted alike, without weights."
    ),
}


@dataclass(frozen=True, slots=True)
class _Basis:
    """What an estimate stands on: which day a trace counts on, how the traces were drawn, the estimate itself."""

    day: str
    how: str
    overall: Estimate
    days: Mapping[str, date]


def _notes(
    question: Criterion, chosen: Sequence[JudgedTrace], scored: Sequence[JudgedTrace], basis: _Basis
) -> list[str]:
    notes = [
        _pass_words(question),
        tr("A trace that several people judged counts once, by the share of them who passed it."),
        tr("The interval is Wilson's at 95 %, on the number of traces."),
    ]
    if scored:
        notes.append(_DRAWN_WORDS[basis.how]())
    if basis.how.startswith("strata"):
        notes.append(tr("By day and by group every trace counts alike, without weights."))
    if basis.day == BY_REVIEW and chosen:
        notes.append(tr("Days are those of the reviews, since the traces carry no time of their own."))
    timeless = sum(one.uid not in basis.days for one in scored)
    if timeless:
        notes.append(tr("{n} judged traces carry no time and stand on no day.").format(n=timeless))
    if len(chosen) > len(scored):
        left = len(chosen) - len(scored)
        notes.append(tr("{n} judged traces say neither pass nor fail and are left out.").format(n=left))
    return notes


def _pass_words(question: Criterion) -> str:
    if question.pass_mark is not None:
        return tr("Passed means {mark} or more on “{name}”.").format(
            mark=number(question.pass_mark).removesuffix(".00"), name=question.name
        )
    good = [option.label for option in question.options if option.passes]
    if good:
        return tr("Passed means “{good}” on “{name}”.").format(good="”, “".join(good), name=question.name)
    return tr("“{name}” has no answer that counts as a pass.").format(name=question.name)
