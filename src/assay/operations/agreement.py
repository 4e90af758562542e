"""How far reviewers agree with each other, criterion by criterion."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assay.model.agreement import Agreement
from assay.model.criterion import Criterion
from assay.operations.measured import (
    ADJUDICATED,
    JudgedTrace,
    field_of,
    judged_criterion,
    measured_level,
    question_of,
    title_of,
    traces_of,
)
from assay.operations.office import Office
from assay.stats.agreement import agreement as agreement_of
from assay.workspace.standing import JudgedCriterion

_NONE = "(none)"


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """The agreement on each criterion, with its wording; ``by`` holds the same within each value of a field."""

    agreements: tuple[Agreement, ...]
    titles: dict[str, str]
    by: tuple[tuple[str, Agreement], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that scripts rely on."""
        report: dict[str, Any] = {"criteria": [_agreement_json(one) for one in self.agreements]}
        if self.by:
            report["by"] = [{"value": value, **_agreement_json(one)} for value, one in self.by]
        return report


def _agreement_json(one: Agreement) -> dict[str, Any]:
    return {
        "criterion": one.criterion,
        "level": one.level,
        "items": one.items,
        "raters": one.raters,
        "ratings": one.ratings,
        "pairable_items": one.pairable_items,
        "distribution": one.distribution,
        "percent_agreement": one.percent_agreement,
        "cohen_kappa": [
            {"raters": list(pair.raters), "kappa": pair.kappa, "items": pair.items}
            for pair in one.cohen_kappa
        ],
        "fleiss_kappa": one.fleiss_kappa,
        "gwet_ac1": one.gwet_ac1,
        "gwet_ac2": one.gwet_ac2,
        "krippendorff_alpha": {
            "nominal": one.alpha_nominal,
            "ordinal": one.alpha_ordinal,
            "interval": one.alpha_interval,
        },
        "intervals": {name: list(interval) for name, interval in one.intervals.items()},
        "note": one.note,
    }


def agreement(office: Office, criterion: str | None = None, by: str | None = None) -> AgreementReport:
    """The agreement on one criterion, or on every criterion that has answers other than free text."""
    if criterion is not None:
        judged = [judged_criterion(office, criterion)]
    else:
        judged_criterion(office, None)
        judged = [one for one in office.workspace.standing.criteria() if one.kind != "text"]
    found, titles, groups = [], {}, []
    for one in judged:
        question = question_of(office, one)
        traces = _judged_by_people(office, one)
        found.append(_agree(question, traces))
        titles[one.criterion] = title_of(question)
        if by is not None:
            groups += [(value, _agree(question, many)) for value, many in _grouped(office, by, traces)]
    return AgreementReport(tuple(found), titles, tuple(groups))


def _judged_by_people(office: Office, one: JudgedCriterion) -> list[JudgedTrace]:
    """Adjudicated answers settle a disagreement and are no independent rating: they stay out."""
    judgements = office.workspace.standing.judgements(one.criterion, one.rubric)
    return traces_of(judgement for judgement in judgements if judgement.rater_kind != ADJUDICATED)


def _agree(question: Criterion, traces: Iterable[JudgedTrace]) -> Agreement:
    ratings = [(one.uid, judgement.rater, judgement.value) for one in traces for judgement in one.judgements]
    order = [option.value for option in question.options] or None
    return agreement_of(question.name, measured_level(question), ratings, order)


def _grouped(office: Office, field: str, traces: list[JudgedTrace]) -> list[tuple[str, list[JudgedTrace]]]:
    values = field_of(office, field, traces)
    groups: dict[str, list[JudgedTrace]] = {}
    for one in traces:
        groups.setdefault(values.get(one.uid) or _NONE, []).append(one)
    return sorted(groups.items())
