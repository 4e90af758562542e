"""Reports as people read them on a terminal."""

from collections.abc import Iterable, Sequence

from assay.model.agreement import Agreement
from assay.model.wording import coefficient, coefficient_interval, count, estimate_words, percent
from assay.operations.agreement import AgreementReport
from assay.operations.calibrate import CalibrationReport
from assay.operations.doctor import DoctorReport
from assay.operations.draw import DrawReport
from assay.operations.export import ExportReport
from assay.operations.import_ import ImportReport
from assay.operations.import_reviews import ReviewImportReport
from assay.operations.place_reviews import PlacedReviews
from assay.operations.pull import PullReport
from assay.operations.quality import QualityReport
from assay.operations.queue import Queue
from assay.operations.sources import AddedSource, SourceListed

_SHOWN = 20


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; the first to the left, the others to the right."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _many(number: int, word: str) -> str:
    return f"{count(number)} {word}" if number == 1 else f"{count(number)} {word}s"


def imported(report: ImportReport) -> str:
    """What an import of traces did."""
    lines = [
        f"{_many(report.read, 'trace')} read: {count(report.new)} new, {count(report.unchanged)} already there, "
        f"{count(report.updated)} updated, {count(report.refused)} refused ({report.as_json()['format']})."
    ]
    if report.reviews.read:
        lines.append(_placed(report.reviews))
    return "\n".join(lines)


def imported_reviews(report: ReviewImportReport) -> str:
    """What an import of judgements did."""
    lines = [_placed(report.reviews)]
    if report.refused:
        lines.append(f"{count(report.refused)} rows refused.")
    return "\n".join(lines)


def source_added(done: AddedSource) -> str:
    """A live source that was added."""
    keys = " or ".join(done.source.secrets)
    lines = [
        f"The source {done.source.name} is added ({done.source.kind}, {done.source.settings['url']}).",
        f"A key, where it wants one, is read from {keys}. Try it with “assay source test {done.source.name}”.",
    ]
    if done.plan_changed:
        lines.append("From now on the daily sample is drawn from the traces of the day before.")
    return "\n".join(lines)


def sources_listed(found: Sequence[SourceListed]) -> str:
    """The live sources of a workspace as a table."""
    if not found:
        return "There is no live source. Add one with “assay source add”."
    rows = [
        (one.name, one.kind, one.settings["url"], one.pulled_to.isoformat() if one.pulled_to else "never")
        for one in found
    ]
    return table(("source", "kind", "address", "pulled up to"), rows)


def pulled(report: PullReport) -> str:
    """What a pull brought."""
    lines = []
    for one in report.sources:
        if not one.windows:
            lines.append(f"{one.name}: {'nothing was pulled' if one.fault else 'nothing is left to pull'}.")
            continue
        stretch = f"{len(one.windows)} windows" if len(one.windows) != 1 else "1 window"
        lines.append(f"{one.name}: {stretch} pulled.")
        rows = [
            (
                f"  {window.start.isoformat()}",
                *map(count, (window.read, window.new, window.unchanged, window.updated, window.refused)),
                count(window.answers),
            )
            for window in one.windows
        ]
        head = ("  from", "read", "new", "already there", "updated", "refused", "answers")
        lines.append(table(head, rows))
    return "\n".join(lines)


def _placed(placed: PlacedReviews) -> str:
    words = f"{_many(placed.new, 'answer')} new, {count(placed.unchanged)} already there."
    if placed.without_trace:
        words += (
            f" {count(placed.without_trace)} judged traces are not in the workspace; their answers are kept."
        )
    if placed.created_criteria:
        words += f" Criteria made: {', '.join(placed.created_criteria)}."
    if placed.widened_criteria:
        words += f" Criteria with further values: {', '.join(placed.widened_criteria)}."
    return words


def drawn(report: DrawReport) -> str:
    """The sample of a day."""
    head = (
        f"{len(report.items)} of {count(report.population)} traces for {report.review_date.isoformat()}, "
        f"seed {report.seed}."
    )
    strata = [
        f"  {one.name}: {one.size} of {count(one.population)}"
        for one in report.strata
        if len(report.strata) > 1
    ]
    items = [f"  {item.rank_hash[:8]}  {item.native_trace_id}" for item in report.items[:_SHOWN]]
    if len(report.items) > _SHOWN:
        items.append(f"  … and {len(report.items) - _SHOWN} more")
    return "\n".join([head, *strata, *items])


def queued(found: Queue) -> str:
    """What is left for a reviewer."""
    if not found.items:
        return f"Nothing was drawn for {found.review_date.isoformat()}."
    head = f"{found.left} left of {len(found.items)}, about {found.minutes_left} min, rubric {found.rubric.name}."
    if not found.left:
        head = f"All {len(found.items)} done."
    return "\n".join([head, *(f"  {item.native_trace_id}" for item in found.items if item.left)])


def agreed(report: AgreementReport) -> str:
    """The agreement between reviewers as a table, with the reasons for missing figures under it."""
    head = ("criterion", "items", "ratings", "agree", "AC1", "alpha", "95 %", "alpha is")
    rows = [_agreement_row(one.criterion, one) for one in report.agreements]
    rows += [_agreement_row(f"{one.criterion} · {value}", one) for value, one in report.by]
    notes = [f"{one.criterion}: {one.note}" for one in report.agreements if one.note]
    return "\n".join([table(head, rows), *notes])


def _agreement_row(name: str, one: Agreement) -> tuple[str, ...]:
    key = f"alpha_{one.level}"
    alpha = {"nominal": one.alpha_nominal, "ordinal": one.alpha_ordinal, "interval": one.alpha_interval}[
        one.level
    ]
    return (
        name,
        f"{one.pairable_items} of {one.items}",
        count(one.ratings),
        percent(one.percent_agreement),
        coefficient(one.gwet_ac1),
        coefficient(alpha),
        coefficient_interval(one.intervals.get(key)),
        one.level,
    )


def calibrated(report: CalibrationReport) -> str:
    """Reviewers against a metric."""
    one = report.calibration
    lines = [
        f"{one.criterion} against {one.metric}: {one.items} traces, {one.missing_metric} without the metric.",
        f"Spearman {coefficient(one.spearman)} ({coefficient_interval(one.intervals.get('spearman'))}), "
        f"Pearson {coefficient(one.pearson)}, Kendall tau-b {coefficient(one.kendall_tau_b)}.",
    ]
    if one.given:
        lines.append(
            f"Given {one.given}: Spearman {coefficient(one.partial_spearman)}, "
            f"Pearson {coefficient(one.partial_pearson)}."
        )
    if one.threshold:
        lines.append(
            f"Cut at {one.threshold.value:.4g} ({one.threshold.direction} passes, {one.threshold.chosen_by}): "
            f"TPR {percent(one.tpr)}, TNR {percent(one.tnr)}, precision {percent(one.precision)}, "
            f"AUC {coefficient(one.auc)}."
        )
    return "\n".join([*lines, *one.conventions])


def estimated(report: QualityReport) -> str:
    """Reviewer-judged quality."""
    series = report.series
    lines = [f"{series.title} Passed: {estimate_words(series.overall)}."]
    if series.days:
        head = ("day", "passed", "7 days")
        rows = [
            (
                point.day.isoformat(),
                estimate_words(point.estimate),
                estimate_words(point.average) if point.average else "",
            )
            for point in series.days
        ]
        lines.append(table(head, rows))
    if report.by:
        rows = [(value, estimate_words(one), "") for value, one in report.by]
        lines.append(table((report.by_field or "", "passed", ""), rows))
    return "\n".join([*lines, *series.notes])


def exported(report: ExportReport) -> str:
    """What an export wrote."""
    left = f" {count(report.left_out)} rows did not fit the condition." if report.left_out else ""
    return f"{count(report.rows)} rows in {report.files[0]}, manifest {report.manifest}.{left}"


def examined(report: DoctorReport) -> str:
    """What the doctor found."""
    rows = [("" if one.well else "✕", one.what, one.found) for one in report.findings]
    wide = max(len(what) for _, what, _ in rows)
    lines = [f"{mark or '✓'} {what.ljust(wide)}  {found}" for mark, what, found in rows]
    return "\n".join(lines)
