"""What the Agreement page says about reviewers: the verdict, the rows of its table, why figures are missing.

Where few items are shared or one answer outweighs all others, a coefficient says little; the words say so
rather than praise. The marks .667 and .8 for alpha are Krippendorff's (Content Analysis, 2004, ch. 11).
"""

from dataclasses import dataclass

from assay.base.translation import tr
from assay.model.agreement import Agreement
from assay.model.wording import (
    MISSING,
    coefficient,
    coefficient_interval,
    count,
    interval_words,
    percent,
    percent_figure,
)

ENOUGH = 10
"""Under so many shared items not even a percentage is shown."""

ENOUGH_FOR_COEFFICIENT = 30
"""Under so many shared items alpha and AC1 are held back: their intervals are wider than .75."""

_LONGEST = 60

NEARLY_EVERYONE = 0.8
"""From this share of one answer on, chance agreement is high and alpha is pressed down."""


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """A row of the figures table, as people read it. ``why`` tells why something is missing."""

    criterion: str
    title: str
    percent: str
    percent_interval: str
    ac1: str
    ac1_interval: str
    alpha: str
    alpha_interval: str
    items: str
    raters: str
    ratings: str
    why: str


def alpha_of(agreement: Agreement) -> tuple[float | None, tuple[float, float] | None]:
    """Krippendorff's alpha at the criterion's own level of measurement, with its interval."""
    name = f"alpha_{agreement.level}"
    value = {
        "nominal": agreement.alpha_nominal,
        "ordinal": agreement.alpha_ordinal,
        "interval": agreement.alpha_interval,
    }[agreement.level]
    return value, agreement.intervals.get(name)


def commonest(agreement: Agreement) -> tuple[str, float] | None:
    """The answer given most often and its share of all ratings; None without ratings."""
    total = sum(agreement.distribution.values())
    if not total:
        return None
    value = max(agreement.distribution, key=lambda answer: agreement.distribution[answer])
    return value, agreement.distribution[value] / total


def verdict(agreement: Agreement, title: str) -> str:
    """One plain sentence on how far reviewers agree on one criterion."""
    shared, title = agreement.pairable_items, quoted(title)
    if shared == 0:
        return tr("No answer has two reviews on {title} yet, so agreement cannot be told.").format(
            title=title
        )
    if shared < ENOUGH or agreement.percent_agreement is None:
        few = tr("Not enough data on {title}: answers with two or more reviews so far: {n}.")
        return few.format(title=title, n=shared)
    agree = tr("Reviewers agree on {share} of {title}").format(
        share=percent(agreement.percent_agreement), title=title
    )
    return agree + _second_half(agreement)


def quoted(title: str) -> str:
    """A title as it stands in a sentence: a question in quotation marks, cut where it is long."""
    short = title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + "…"
    return tr("“{title}”").format(title=short) if " " in short else short


def _second_half(agreement: Agreement) -> str:
    top = commonest(agreement)
    if top is not None and top[1] >= 1:
        return tr(", and every rating is {value}: agreement beyond chance is not defined.").format(
            value=top[0]
        )
    if agreement.pairable_items < ENOUGH_FOR_COEFFICIENT:
        few = tr(", from only {n} shared answers; too few for alpha.")
        return few.format(n=agreement.pairable_items)
    alpha, interval = alpha_of(agreement)
    if alpha is None:
        return tr("; alpha is not defined. {note}").format(note=agreement.note or "").rstrip()
    if top is not None and top[1] >= NEARLY_EVERYONE and alpha < 0.667:
        crowd = tr("; nearly everyone says {value}, so alpha is {alpha}.")
        return crowd.format(value=top[0], alpha=coefficient(alpha))
    return _beyond_chance(alpha, interval[0] if interval else alpha)


def _beyond_chance(alpha: float, low: float) -> str:
    figure = coefficient(alpha)
    if low >= 0.8:
        return tr("; alpha is {alpha}, and surely above .80.").format(alpha=figure)
    if low >= 0.667:
        return tr("; alpha is {alpha}, enough for tentative conclusions.").format(alpha=figure)
    if low <= 0:
        return tr("; alpha is {alpha}, which chance alone could give.").format(alpha=figure)
    return tr("; alpha is {alpha}, too uncertain or too low to rely on one reviewer.").format(alpha=figure)


def basis(agreement: Agreement) -> str:
    """How many answers, reviewers and ratings stand behind the verdict."""
    said = tr("{items} answers with two or more reviews, {raters} reviewers, {ratings} ratings.")
    return said.format(
        items=count(agreement.pairable_items),
        raters=count(agreement.raters),
        ratings=count(agreement.ratings),
    )


def advice(agreement: Agreement) -> str:
    """How the verdict is to be read, where the figures seem to contradict each other; else empty."""
    top = commonest(agreement)
    alpha, _ = alpha_of(agreement)
    if agreement.pairable_items < ENOUGH_FOR_COEFFICIENT:
        needed = tr(
            "Let a second reviewer judge a part of each day’s sample. Alpha and AC1 appear from {n} on."
        )
        return needed.format(n=ENOUGH_FOR_COEFFICIENT)
    if top is not None and alpha is not None and top[1] >= NEARLY_EVERYONE and alpha < 0.667:
        return tr(
            "With one answer this common, two people agree often by chance. Alpha takes that away almost "
            "wholly, AC1 less so. Look at the answers they differ on before trusting either."
        )
    return ""


def missing_because(agreement: Agreement) -> str:
    """Why a row has dashes; empty when it has none."""
    if agreement.pairable_items < ENOUGH:
        return tr("Not enough data: {n} shared answers, {needed} needed.").format(
            n=agreement.pairable_items, needed=ENOUGH
        )
    if agreement.pairable_items < ENOUGH_FOR_COEFFICIENT:
        return tr("Coefficients need {needed} shared answers; there are {n}.").format(
            n=agreement.pairable_items, needed=ENOUGH_FOR_COEFFICIENT
        )
    alpha, _ = alpha_of(agreement)
    complete = agreement.gwet_ac1 is not None and alpha is not None
    return "" if complete else agreement.note or ""


def row_of(agreement: Agreement, title: str) -> AgreementRow:
    """The table row of one criterion."""
    shown, share = agreement.pairable_items >= ENOUGH, agreement.percent_agreement
    coefficients = agreement.pairable_items >= ENOUGH_FOR_COEFFICIENT
    alpha, alpha_interval = alpha_of(agreement)
    spans = agreement.intervals
    return AgreementRow(
        criterion=agreement.criterion,
        title=title,
        percent=percent_figure(share) if shown and share is not None else MISSING,
        percent_interval=interval_words(spans.get("percent_agreement")) if shown else "",
        ac1=coefficient(agreement.gwet_ac1) if coefficients else MISSING,
        ac1_interval=coefficient_interval(spans.get("gwet_ac1")) if coefficients else "",
        alpha=coefficient(alpha) if coefficients else MISSING,
        alpha_interval=coefficient_interval(alpha_interval) if coefficients else "",
        items=count(agreement.pairable_items),
        raters=count(agreement.raters),
        ratings=count(agreement.ratings),
        why=missing_because(agreement),
    )


def pair_rows(agreement: Agreement) -> list[tuple[str, str, str, str]]:
    """One row a pair of reviewers: both names, kappa, items. Under ten shared items kappa is held back."""
    rows = []
    for pair in sorted(agreement.cohen_kappa, key=lambda pair: -pair.items):
        kappa = coefficient(pair.kappa) if pair.items >= ENOUGH else tr("not enough data")
        rows.append((pair.raters[0], pair.raters[1], kappa, count(pair.items)))
    return rows


def weakest(agreements: tuple[Agreement, ...]) -> str | None:
    """The criterion to look at first: the lowest AC1 among those with enough data; else the first."""
    told = [a for a in agreements if a.pairable_items >= ENOUGH_FOR_COEFFICIENT and a.gwet_ac1 is not None]
    if told:
        return min(told, key=lambda a: a.gwet_ac1 if a.gwet_ac1 is not None else 1.0).criterion
    return agreements[0].criterion if agreements else None
