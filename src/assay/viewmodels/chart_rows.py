"""The numbers behind each chart as rows, for saving as CSV beside the picture. Pure."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assay.model.agreement import Agreement
from assay.model.calibration import Calibration, Confusion, LabelConfusion
from assay.model.estimate import Estimate
from assay.model.series import AgreementSeries, MetricAgainstReviewers, QualitySeries

Cell = str | float | int | None

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Rows:
    """Named columns and their rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def csv_text(rows: Rows) -> str:
    """The rows as CSV. Words that a spreadsheet would take for a formula get an apostrophe before them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_safe(column) for column in rows.columns])
    writer.writerows([_safe(cell) for cell in row] for row in rows.rows)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


def rows_of(data: object) -> Rows:
    """The rows behind whatever a chart is handed; none for what is not known."""
    tables: tuple[tuple[type, Callable[..., Rows]], ...] = (
        (QualitySeries, _quality),
        (MetricAgainstReviewers, _against),
        (Calibration, _confusion),
        (AgreementSeries, _agreements),
        (Agreement, _distribution),
    )
    return next((table(data) for kind, table in tables if isinstance(data, kind)), Rows((), ()))


def _quality(series: QualitySeries) -> Rows:
    means = {point.day: point for point in series.metric}
    judged = {point.day: point for point in series.days}
    name = series.metric_name or "metric"
    found: list[tuple[Cell, ...]] = []
    for day in sorted({*means, *judged}):
        point, metric = judged.get(day), means.get(day)
        found.append(
            (
                day.isoformat(),
                *_estimate(point.estimate if point else None),
                *_estimate(point.average if point else None),
                *((metric.mean, metric.n) if metric else (None, None)),
            )
        )
    seven = tuple(f"seven_day_{part}" for part in ("share", "low", "high", "n"))
    return Rows(("day", "share", "low", "high", "n", *seven, name, f"{name} n"), tuple(found))


def _estimate(estimate: Estimate | None) -> tuple[Cell, ...]:
    if estimate is None:
        return None, None, None, None
    return estimate.value, estimate.low, estimate.high, estimate.n


def _against(series: MetricAgainstReviewers) -> Rows:
    uids: Iterable[Cell] = series.trace_uids or [None] * len(series.metric_values)
    name = series.calibration.metric
    return Rows(
        ("trace_uid", name, "reviewers"),
        tuple(zip(uids, series.metric_values, series.human_values, strict=True)),
    )


def _confusion(calibration: Calibration) -> Rows:
    columns = ("reviewers", "metric", "count")
    confusion = calibration.confusion
    if isinstance(confusion, Confusion):
        cells: Sequence[tuple[Cell, ...]] = (
            ("pass", "pass", confusion.true_positive),
            ("pass", "stop", confusion.false_negative),
            ("fail", "pass", confusion.false_positive),
            ("fail", "stop", confusion.true_negative),
        )
        return Rows(columns, tuple(cells))
    if isinstance(confusion, LabelConfusion):
        counts = confusion.counts
        return Rows(
            columns, tuple((human, label, n) for human, row in counts.items() for label, n in row.items())
        )
    return Rows(columns, ())


def _agreements(series: AgreementSeries) -> Rows:
    figures = ("percent_agreement", "gwet_ac1", "gwet_ac2", "fleiss_kappa")
    alphas = ("alpha_nominal", "alpha_ordinal", "alpha_interval")
    columns: list[str] = ["criterion", "level", "items", "raters", "ratings", "pairable_items"]
    columns += [part for name in (*figures, *alphas) for part in (name, f"{name}_low", f"{name}_high")]
    return Rows(
        tuple(columns), tuple(_agreement(agreement, (*figures, *alphas)) for agreement in series.agreements)
    )


def _agreement(agreement: Agreement, names: Sequence[str]) -> tuple[Cell, ...]:
    head: list[Cell] = [agreement.criterion, agreement.level, agreement.items, agreement.raters]
    head += [agreement.ratings, agreement.pairable_items]
    for name in names:
        head += [getattr(agreement, name), *agreement.intervals.get(name, (None, None))]
    return tuple(head)


def _distribution(agreement: Agreement) -> Rows:
    return Rows(("value", "ratings"), tuple(agreement.distribution.items()))
