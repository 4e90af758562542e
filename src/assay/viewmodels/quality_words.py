"""What the Quality page says of its numbers: careful, never flattering, with reasons for what is missing."""

from collections.abc import Sequence

from assay.base.translation import tr, trn
from assay.model.estimate import Estimate, Threshold
from assay.model.series import QualitySeries
from assay.model.wording import (
    MISSING,
    count,
    estimate_words,
    interval_words,
    number,
    percent,
    percent_figure,
)

ENOUGH = 10
"""Under so many judged traces there is no share, only a count."""


def headline(overall: Estimate) -> str:
    """The estimate as one sentence: "Reviewers pass 86 % of answers (83 to 89, n = 412)."."""
    if overall.n == 0:
        return tr("No answer has been judged in this period.")
    if overall.n < ENOUGH:
        one = tr("Only {n} answer is judged so far: not enough data for a share.")
        many = tr("Only {n} answers are judged so far: not enough data for a share.")
        return trn(one, many, overall.n).format(n=overall.n)
    if overall.value is None:
        return tr("No share can be given from {n} judged answers.").format(n=count(overall.n))
    share, _, bracket = estimate_words(overall).partition(" (")
    return tr("Reviewers pass {share} of answers ({bracket}.").format(share=share, bracket=bracket)


def remarks(series: QualitySeries, population: int | None) -> list[str]:
    """The sentences under the headline: why there is no figure, how it stands to its limit, for how many."""
    overall = series.overall
    if overall.n == 0:
        return [tr("Review today’s sample, or choose a longer period, and the estimate appears here.")]
    if overall.value is None or overall.n < ENOUGH:
        needed = tr("From {n} judged answers on, the share and its interval are shown.").format(n=ENOUGH)
        return [overall.note or needed]
    said = [limit_sentence(overall, series.threshold)] if series.threshold is not None else []
    if population is not None:
        said.append(tr("The estimate speaks for {n} answers.").format(n=count(population)))
    return [sentence for sentence in said if sentence]


def limit_sentence(overall: Estimate, limit: Threshold | None) -> str:
    """How an estimate's interval lies to its limit; empty where there is nothing to compare."""
    if limit is None or overall.low is None or overall.high is None:
        return ""
    mark = percent(limit.value)
    if overall.low <= limit.value <= overall.high:
        return tr("The limit of {limit} lies inside the interval: it may be kept or missed.").format(
            limit=mark
        )
    if overall.low > limit.value:
        said = tr("The whole interval lies above the limit of {limit}.")
    else:
        said = tr("The whole interval lies below the limit of {limit}.")
    return said.format(limit=mark)


def how_computed(series: QualitySeries) -> list[str]:
    """The notes folded away: what the numbers came with (or the method's name), and how to read the chart."""
    overall = series.overall
    said = [overall.note] if overall.note and overall.n else []
    said += series.notes or [_method(overall), _basis(series.day_basis)]
    said.append(tr("A hollow point is a day with fewer than {n} judged answers.").format(n=ENOUGH))
    if series.metric_name:
        over_judged = tr("The metric’s mean is over the judged answers of a day.")
        over_all = tr("The metric’s mean is over all answers of a day, judged or not.")
        said.append(over_judged if series.day_basis == "review" else over_all)
    return [sentence for sentence in dict.fromkeys(said) if sentence]


def _method(overall: Estimate) -> str:
    if overall.value is None:
        return ""
    known = {
        "wilson": tr("Wilson’s score interval on the judged answers"),
        "stratified wilson": tr(
            "Each stratum weighted by its size; Wilson’s interval on the effective number"
        ),
    }
    method = known.get(overall.method, overall.method)
    return tr("{method}, at {level}.").format(method=method, level=percent(overall.level))


def _basis(basis: str) -> str:
    if basis == "review":
        return tr("A day is the day of the review, since the answers carry no time of their own.")
    return tr("A day is the day on which the answer was given (UTC).")


def limit_words(limit: Threshold | None, share: bool) -> str:
    """A limit in a few words: "above 80 %", "below 4.20"; "none" without one."""
    if limit is None:
        return tr("none")
    figure = percent(limit.value) if share else number(limit.value)
    side = tr("above {figure}") if limit.direction == "above" else tr("below {figure}")
    return side.format(figure=figure)


def group_rows(groups: Sequence[tuple[str, Estimate]]) -> list[tuple[str, str, str, str]]:
    """One row a group: name, share in per cent, interval, n. Groups under ten judged answers show their n only."""
    rows = []
    for name, estimate in groups:
        share, span = tr("not enough data"), ""
        if estimate.n >= ENOUGH and estimate.value is not None:
            share = percent_figure(estimate.value)
            known = estimate.low is not None and estimate.high is not None
            span = interval_words((estimate.low or 0.0, estimate.high or 0.0)) if known else MISSING
        rows.append((name or tr("(none)"), share, span, count(estimate.n)))
    return rows
