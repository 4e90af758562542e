"""The whole day on synthetic traces: bring in, draw, agreement, calibration, quality, charts, export.

Everything is made, clearly marked as such, and the same on every machine for the same day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from assay.base.clock import Clock
from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.agreement import Agreement
from assay.model.calibration import Calibration
from assay.model.wording import coefficient, count, estimate_words, percent
from assay.operations.agreement import AgreementReport, agreement
from assay.operations.calibrate import CalibrationReport, calibrate
from assay.operations.draw import draw_today, plan_named
from assay.operations.export import export
from assay.operations.import_ import ImportOptions, ImportReport, import_stream
from assay.operations.office import DEFAULT_PLAN, Office, make_office
from assay.operations.quality import QualityReport, quality
from assay.operations.queue import queue
from assay.operations.rubrics import use_rubric
from assay.operations.thresholds import set_share_threshold, set_threshold
from assay.sources.demo import DEMO_SOURCE, generate

RUBRIC = "three-questions"
TRACES, DAYS = 3000, 45
_MARK = "synthetic"
_GOOD_JUDGE, _BLIND_JUDGE = "groundedness", "helpfulness_judge"
_LATELY = 9


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demo did, step by step, and where it put what it made."""

    folder: Path
    steps: tuple[tuple[str, str], ...]
    files: tuple[Path, ...]
    figures: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that scripts rely on."""
        return {
            "workspace": str(self.folder),
            "synthetic": True,
            "steps": [{"step": step, "result": result} for step, result in self.steps],
            "files": [str(path) for path in self.files],
            **self.figures,
        }

    def words(self) -> str:
        """The report as people read it on a terminal."""
        wide = max(len(step) for step, _ in self.steps)
        lines = [f"  {step.ljust(wide)}  {result}" for step, result in self.steps]
        files = [f"  {path}" for path in self.files]
        head = f"A day of Assay on synthetic traces, in {self.folder}"
        return "\n".join([head, "", *lines, "", "Files", *files])


def is_synthetic(office: Office) -> bool:
    """Whether the demo made this workspace."""
    return office.workspace.remembered.get(_MARK) == "true"


def demo(folder: Path, clock: Clock, progress: Progress) -> DemoReport:
    """Make the demo's workspace in ``folder`` (or bring the one there up to today) and run the day on it.

    Raises Refused for a folder that holds a workspace with traces of its own.
    """
    office = make_office(folder, clock)
    try:
        return _day(office, progress)
    finally:
        office.close()


def _day(office: Office, progress: Progress) -> DemoReport:
    used = office.traces.days() or office.workspace.reviews.raters()
    if used and not is_synthetic(office):
        raise Refused(
            f"{office.folder} holds a workspace with traces or reviews of its own.",
            "Give another folder with -w.",
        )
    office.workspace.remembered.set(_MARK, "true")
    came = _bring(office, progress)
    use_rubric(office, plan_named(office, DEFAULT_PLAN), RUBRIC)
    draw_today(office)
    set_share_threshold(office, "helps", 0.8)
    set_threshold(office, _GOOD_JUDGE, 0.7, "above")
    return _report(office, came, progress)


def _bring(office: Office, progress: Progress) -> ImportReport:
    last_day = office.clock.now().date() - timedelta(days=1)
    stream = generate(seed="demo", days=DAYS, last_day=last_day, traces=TRACES)
    return import_stream(office, stream, "demo", ImportOptions(source=DEMO_SOURCE), progress)


def _report(office: Office, came: ImportReport, progress: Progress) -> DemoReport:
    progress.report(0, None, tr("working out the numbers"))
    found = agreement(office)
    good = calibrate(office, "overall", _GOOD_JUDGE, "model")
    blind = calibrate(office, "overall", _BLIND_JUDGE, "model")
    judged = quality(office, "helps", _GOOD_JUDGE)
    progress.report(0, None, tr("drawing charts and writing the data set"))
    files = [*_pictures(office.folder / "charts", judged, found, good), *_data_sets(office, progress)]
    steps = [
        (tr("Traces"), _came_words(office, came)),
        (tr("Reviews"), tr("{n} answers of four reviewers").format(n=count(_answers(office)))),
        (tr("Today's sample"), _sample_words(office)),
        (
            tr("Quality"),
            tr("passed on “helps”: {figure}").format(figure=estimate_words(judged.series.overall)),
        ),
        (tr("Lately"), _lately_words(judged)),
        (tr("Agreement"), _agreement_words(found.agreements)),
        (tr("A good judge"), _judge_words(good.calibration)),
        (tr("A blind judge"), _judge_words(blind.calibration)),
    ]
    return DemoReport(office.folder, tuple(steps), tuple(files), _figures(judged, found, good, blind))


def _pictures(
    folder: Path, judged: QualityReport, found: AgreementReport, good: CalibrationReport
) -> list[Path]:
    # matplotlib takes half a second to load, and only these pictures need it here.
    from assay.charts.picture import save_picture
    from assay.model.series import AgreementSeries

    folder.mkdir(parents=True, exist_ok=True)
    pictures = {
        "quality_over_time": judged.series,
        "agreement_by_criterion": AgreementSeries(found.agreements),
        "metric_against_reviewers": good.series,
    }
    for name, data in pictures.items():
        save_picture(name, data, folder / f"{name}.png")
    return [folder / f"{name}.png" for name in pictures]


def _data_sets(office: Office, progress: Progress) -> list[Path]:
    folder = office.folder / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        export(office, layout, form, folder, progress=progress)
        for layout, form in (("long", "jsonl"), ("gold", "csv"), ("gold", "parquet"))
    ]
    return [path for one in written for path in (*one.files, one.manifest)]


def _came_words(office: Office, came: ImportReport) -> str:
    days = [day for day in office.traces.days() if day is not None]
    words = tr("{n} over {days} days, {first} to {last}").format(
        n=count(sum(office.traces.days().values())), days=len(days), first=min(days), last=max(days)
    )
    return words if came.new else tr("{words} (all there already)").format(words=words)


def _answers(office: Office) -> int:
    return sum(one.answers for one in office.workspace.standing.criteria())


def _sample_words(office: Office) -> str:
    found = queue(office, "you")
    drawn = office.workspace.samples.draws(DEFAULT_PLAN, found.review_date)
    population = drawn[0].population if drawn else 0
    seed = drawn[0].seed if drawn else ""
    return tr("{n} of {population} traces, seed {seed}").format(
        n=len(found.items), population=count(population), seed=seed
    )


def _lately_words(judged: QualityReport) -> str:
    days = judged.series.days
    lately = days[-1].average if days else None
    before = days[-_LATELY - 1].average if len(days) > _LATELY else None
    if lately is None or before is None:
        return tr("too few days to compare")
    return tr("last 7 days {now}; a week and a half before {then}").format(
        now=estimate_words(lately), then=estimate_words(before)
    )


def _agreement_words(agreements: Sequence[Agreement]) -> str:
    return "; ".join(
        tr("{criterion} {percent}, AC1 {ac1}").format(
            criterion=one.criterion, percent=percent(one.percent_agreement), ac1=coefficient(one.gwet_ac1)
        )
        for one in agreements
    )


def _judge_words(one: Calibration) -> str:
    return tr("{metric} against reviewers' overall: Spearman {rho} on {n} traces").format(
        metric=one.metric, rho=coefficient(one.spearman), n=count(one.items)
    )


def _figures(
    judged: QualityReport, found: AgreementReport, good: CalibrationReport, blind: CalibrationReport
) -> dict[str, Any]:
    return {
        "quality": judged.as_json(),
        "agreement": found.as_json(),
        "calibration": [good.as_json(), blind.as_json()],
    }
