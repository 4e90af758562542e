"""What is said of a metric set against reviewers: what it passes, what it stops, and how sure that is."""

from assay.base.translation import tr
from assay.model.calibration import Calibration, Confusion, LabelConfusion
from assay.model.wording import (
    MISSING,
    coefficient,
    coefficient_interval,
    count,
    interval_words,
    number,
    percent,
)

ENOUGH = 10
"""Under so many judged answers with the metric, or in the rarer class, no rate is given."""


def rarer_class(confusion: Confusion) -> int:
    """The number of items in the smaller of what reviewers passed and failed."""
    passed = confusion.true_positive + confusion.false_negative
    failed = confusion.true_negative + confusion.false_positive
    return min(passed, failed)


def calibration_sentence(calibration: Calibration) -> str:
    """One plain sentence on how far the metric says what reviewers say."""
    metric, items = calibration.metric, calibration.items
    if items < ENOUGH:
        few = tr("Not enough data: {n} judged answers have {metric}; {needed} are needed.")
        return few.format(n=items, metric=metric, needed=ENOUGH)
    confusion = calibration.confusion
    if isinstance(confusion, LabelConfusion):
        same = tr("{metric} gives the reviewers’ label in {share} of {n} answers.")
        return same.format(
            metric=metric, share=_rate(calibration, "accuracy", calibration.accuracy), n=count(items)
        )
    if confusion is None or calibration.tpr is None or calibration.tnr is None:
        return _correlation_sentence(calibration)
    if rarer_class(confusion) < ENOUGH:
        rare = tr("Not enough data: of {n} answers, only {rare} are on the rarer side; {needed} are needed.")
        return rare.format(n=count(items), rare=rarer_class(confusion), needed=ENOUGH)
    said = tr("{metric} passes {tpr} of what reviewers pass and stops {tnr} of what they fail.")
    tpr, tnr = _rate(calibration, "tpr", calibration.tpr), _rate(calibration, "tnr", calibration.tnr)
    return said.format(metric=metric, tpr=tpr, tnr=tnr)


def _rate(calibration: Calibration, name: str, value: float | None) -> str:
    interval = calibration.intervals.get(name)
    return f"{percent(value)} ({interval_words(interval)})" if interval else percent(value)


def _correlation_sentence(calibration: Calibration) -> str:
    if calibration.spearman is None:
        said = tr("How {metric} goes with the reviewers is not defined: one side never changes.")
        return said.format(metric=calibration.metric)
    said = tr("{metric} goes with the reviewers’ values at a rank correlation of {rho} (n = {n}).")
    figure = coefficient(calibration.spearman)
    return said.format(metric=calibration.metric, rho=figure, n=count(calibration.items))


def calibration_remarks(calibration: Calibration) -> list[str]:
    """What must be known beside the sentence: the cut, the link within groups, what is missing."""
    told = calibration.items >= ENOUGH
    said = [_cut(calibration), _auc(calibration), _within(calibration)] if told else []
    said.append(_missing(calibration))
    return [sentence for sentence in said if sentence]


def _cut(calibration: Calibration) -> str:
    cut = calibration.threshold
    if cut is None:
        return ""
    side = tr("at {value} or above") if cut.direction == "above" else tr("at {value} or below")
    said = tr("It passes an answer {side}.").format(side=side.format(value=number(cut.value)))
    if cut.band is not None:
        band = tr("The cut could lie anywhere from {low} to {high}.")
        said += " " + band.format(low=number(cut.band[0]), high=number(cut.band[1]))
    if cut.chosen_by == "youden":
        said += " " + tr("It was chosen on these same answers, so expect somewhat less on new ones.")
    return said


def _auc(calibration: Calibration) -> str:
    interval = calibration.intervals.get("auc")
    if calibration.auc is None or calibration.items < ENOUGH or interval is None:
        return ""
    if interval[0] > 0.5:
        return ""
    said = tr("AUC {auc} ({span}): it may be no better than chance.")
    return said.format(auc=coefficient(calibration.auc), span=coefficient_interval(interval))


def _within(calibration: Calibration) -> str:
    if calibration.given is None or calibration.spearman is None or calibration.items < ENOUGH:
        return ""
    within = calibration.partial_spearman
    if within is None:
        return tr("Within one {field} the link is not defined.").format(field=calibration.given)
    pooled, inside = coefficient(calibration.spearman), coefficient(within)
    said = tr("Rank correlation {pooled} over all, {inside} within one {field}.")
    words = said.format(pooled=pooled, inside=inside, field=calibration.given)
    if calibration.spearman > 0.1 and within < calibration.spearman / 2:
        more = tr(
            "Most of the link comes from differences between groups; inside one {field} little is left."
        )
        words += " " + more.format(field=calibration.given)
    return words


def _missing(calibration: Calibration) -> str:
    if not calibration.missing_metric:
        return ""
    total = calibration.items + calibration.missing_metric
    said = tr("{n} of {total} judged answers have no {metric} and are left out.")
    return said.format(n=count(calibration.missing_metric), total=count(total), metric=calibration.metric)


def calibration_rows(calibration: Calibration) -> list[tuple[str, str, str, str]]:
    """The figures: name, value, 95 % interval, what it means or why it is missing."""
    confusion = calibration.confusion
    rare = isinstance(confusion, Confusion) and rarer_class(confusion) < ENOUGH
    held = calibration.items < ENOUGH or rare
    why = tr("Not enough data.") if held else ""
    rows = [_share_row(calibration, name, title, meaning, why) for name, title, meaning in _share_figures()]
    rows = (
        [row for row in rows if row is not None]
        if not isinstance(confusion, LabelConfusion)
        else _macro(calibration)
    )
    rows += [_coefficient_row(calibration, *figure) for figure in _coefficients(calibration)]
    return [row for row in rows if row is not None]


def _share_figures() -> list[tuple[str, str, str]]:
    return [
        ("tpr", tr("Passes rightly (TPR)"), tr("Share of what reviewers pass that the metric passes too.")),
        ("tnr", tr("Stops rightly (TNR)"), tr("Share of what reviewers fail that the metric stops.")),
        ("precision", tr("Precision"), tr("Share of what the metric passes that reviewers pass too.")),
        ("accuracy", tr("Same verdict"), tr("Share of all answers with the same verdict.")),
    ]


def _share_row(
    calibration: Calibration, name: str, title: str, meaning: str, why: str
) -> tuple[str, str, str, str]:
    value: float | None = getattr(calibration, name)
    if why or value is None:
        return title, MISSING, MISSING, why or tr("Not defined here.")
    return title, percent(value), interval_words(calibration.intervals.get(name)), meaning


def _macro(calibration: Calibration) -> list[tuple[str, str, str, str]]:
    figures = [
        ("accuracy", calibration.accuracy, tr("Same label"), tr("Share of all answers with the same label.")),
        ("macro_precision", calibration.macro_precision, tr("Precision"), tr("Mean over the labels.")),
        ("macro_recall", calibration.macro_recall, tr("Recall"), tr("Mean over the labels.")),
        ("macro_f1", calibration.macro_f1, tr("F1"), tr("Mean over the labels.")),
    ]
    held = calibration.items < ENOUGH
    return [
        (title, MISSING, MISSING, tr("Not enough data."))
        if held or value is None
        else (title, percent(value), interval_words(calibration.intervals.get(name)), meaning)
        for name, value, title, meaning in figures
    ]


def _coefficients(calibration: Calibration) -> list[tuple[str, float | None, str, str]]:
    figures = [
        (
            "auc",
            calibration.auc,
            tr("AUC"),
            tr("Chance that a passed answer scores better than a failed one."),
        ),
        ("spearman", calibration.spearman, tr("Spearman, pooled"), tr("Rank correlation over all answers.")),
    ]
    if calibration.given:
        title = tr("Spearman, within {field}").format(field=calibration.given)
        meaning = tr("Rank correlation once the mean of each {field} is taken away.").format(
            field=calibration.given
        )
        figures.append(("partial_spearman", calibration.partial_spearman, title, meaning))
    return [figure for figure in figures if figure[1] is not None or figure[0] == "partial_spearman"]


def _coefficient_row(
    calibration: Calibration, name: str, value: float | None, title: str, meaning: str
) -> tuple[str, str, str, str]:
    if value is None or calibration.items < ENOUGH:
        return (
            title,
            MISSING,
            MISSING,
            tr("Not enough data.") if calibration.items < ENOUGH else tr("Not defined here."),
        )
    return title, coefficient(value), coefficient_interval(calibration.intervals.get(name)), meaning
