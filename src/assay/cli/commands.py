"""What each command does: open the workspace, call the operation, report."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from assay.base.clock import SystemClock
from assay.base.errors import Refused, Unavailable
from assay.cli import words
from assay.cli.saying import ask_secrets, end_progress, progress, report, say
from assay.operations.agreement import agreement
from assay.operations.calibrate import calibrate
from assay.operations.demo import demo
from assay.operations.doctor import doctor
from assay.operations.draw import DrawOptions, draw
from assay.operations.export import export
from assay.operations.import_ import ImportOptions, import_files
from assay.operations.import_reviews import check_files, import_reviews
from assay.operations.judge import judge
from assay.operations.office import Office, make_office, open_office
from assay.operations.preferences import (
    keep_preferences,
    read_preferences,
    with_workspace,
    workspace_to_use,
)
from assay.operations.pull import pull
from assay.operations.quality import quality
from assay.operations.queue import queue
from assay.operations.recognise import batches
from assay.operations.sources import add_source, list_sources, live_source, remove_source, test_source

Asked = argparse.Namespace


def _folder(asked: Asked) -> Path:
    folder = workspace_to_use(asked.workspace)
    if folder is None:
        raise Refused("No workspace was named.", "Give one with -w, or set ASSAY_WORKSPACE.")
    return folder


@contextmanager
def _opened(asked: Asked) -> Iterator[Office]:
    with closing(open_office(_folder(asked), SystemClock())) as office:
        _remember(office.folder)
        yield office


@contextmanager
def _made(asked: Asked) -> Iterator[Office]:
    with closing(make_office(_folder(asked), SystemClock())) as office:
        _remember(office.folder)
        yield office


def _remember(folder: Path) -> None:
    """Keep the workspace as the last one used. Where that cannot be kept, the command is done all the same."""
    kept = read_preferences()
    wanted = with_workspace(kept, folder)
    if wanted == kept:
        return
    try:
        keep_preferences(wanted)
    except Unavailable as error:
        say(f"assay: The workspace is not remembered as the last one used. {error.what}")


def _warn_of_rejects(refused: int, rejects: Path | None) -> None:
    if refused:
        words = (
            "1 record was refused; it stands"
            if refused == 1
            else f"{refused} records were refused; they stand"
        )
        say(f"assay: {words} in {rejects} with the reason{'s' * (refused > 1)}.")


def demo_folder(asked: Asked) -> Path:
    """Where the demo's workspace goes: never by itself into the one used last."""
    return asked.workspace or Path("demo-workspace")


def _demo(asked: Asked) -> int:
    folder = demo_folder(asked)
    done = demo(folder, SystemClock(), progress())
    end_progress()
    _remember(folder)
    report(done.words(), done.as_json(), as_json=asked.json)
    return 0


def _init(asked: Asked) -> int:
    with _made(asked) as office:
        folder = str(office.folder)
    report(f"The workspace {folder} is ready.", {"workspace": folder}, as_json=asked.json)
    return 0


def _import(asked: Asked) -> int:
    batches(
        asked.paths, _folder(asked), asked.format, asked.map
    )  # what is refused leaves no empty workspace behind
    options = ImportOptions(asked.format, asked.map, asked.source, reviews=not asked.no_reviews)
    with _made(asked) as office:
        done = import_files(office, asked.paths, options, progress())
    end_progress()
    report(words.imported(done), done.as_json(), as_json=asked.json)
    _warn_of_rejects(done.refused, done.rejects)
    return 1 if done.everything_refused else 0


def _import_reviews(asked: Asked) -> int:
    check_files(asked.paths)
    with _made(asked) as office:
        done = import_reviews(office, asked.paths, asked.rubric, progress())
    end_progress()
    report(words.imported_reviews(done), done.as_json(), as_json=asked.json)
    _warn_of_rejects(done.refused, done.rejects)
    return 1 if done.everything_refused else 0


def _source_add(asked: Asked) -> int:
    known = {one.name for one in live_source(asked.kind).settings}
    given = {name: getattr(asked, name, None) for name in ("url", "project", "experiment", "timeout")}
    settings = {name: str(said) for name, said in given.items() if said is not None}
    amiss = [name for name in settings if name not in {"url", "timeout"} | known]
    if amiss:
        raise Refused(f"A source of the kind “{asked.kind}” knows no --{amiss[0]}.", "Leave it out.")
    with _opened(asked) as office:
        asked_for = ask_secrets(live_source(asked.kind).secrets) if asked.keep_key else None
        done = add_source(office, asked.name, asked.kind, settings, asked_for)
    report(words.source_added(done), done.as_json(), as_json=asked.json)
    return 0


def _source_list(asked: Asked) -> int:
    with _opened(asked) as office:
        found = list_sources(office)
    report(words.sources_listed(found), {"sources": [one.as_json() for one in found]}, as_json=asked.json)
    return 0


def _source_test(asked: Asked) -> int:
    with _opened(asked) as office:
        said = test_source(office, asked.name)
    report(said, {"source": asked.name, "well": True, "said": said}, as_json=asked.json)
    return 0


def _source_remove(asked: Asked) -> int:
    with _opened(asked) as office:
        remove_source(office, asked.name)
    report(
        f"The source {asked.name} is removed; its traces stay.", {"source": asked.name}, as_json=asked.json
    )
    return 0


def _pull(asked: Asked) -> int:
    with _opened(asked) as office:
        done = pull(office, asked.source, asked.since, asked.until, progress(), again=asked.again)
    end_progress()
    report(words.pulled(done), done.as_json(), as_json=asked.json)
    for one in done.sources:
        for window in one.windows:
            _warn_of_rejects(window.refused, window.rejects)
    for fault in done.faults:
        say(f"assay: {fault}")
    return 1 if done.faults else 0


def _draw(asked: Asked) -> int:
    options = DrawOptions(
        plan=asked.plan,
        review_date=asked.date,
        size=asked.size,
        seed=asked.seed,
        window=asked.window,
        stratify=asked.stratify,
        dry_run=asked.dry_run,
    )
    with _opened(asked) as office:
        done = draw(office, options)
    report(words.drawn(done), done.as_json(), as_json=asked.json)
    if not done.items:
        say("assay: There is no trace in that window; nothing was drawn.")
    return 0


def _queue(asked: Asked) -> int:
    with _opened(asked) as office:
        found = queue(office, asked.rater, asked.date)
    report(words.queued(found), found.as_json(), as_json=asked.json)
    return 0


def _review(asked: Asked) -> int:
    answers = dict(_pair(text) for group in asked.answers for text in group)
    with _opened(asked) as office:
        done = judge(office, asked.rater, asked.trace, answers, asked.note, asked.rubric)
        kept = office.workspace.reviews.get(done.review_id)
    figures = {
        "review_id": done.review_id,
        "native_trace_id": done.trace.native_id,
        "source": done.trace.source,
        "answers": {one.criterion: one.value for one in kept[1]} if kept else {},
    }
    report(f"Saved: {asked.rater.strip()} on {done.trace.native_id}.", figures, as_json=asked.json)
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise Refused(f"“{text}” is no answer.", "Write it as CRITERION=VALUE.")
    return name.strip(), value


def _agreement(asked: Asked) -> int:
    with _opened(asked) as office:
        done = agreement(office, asked.criterion, asked.by)
    report(words.agreed(done), done.as_json(), as_json=asked.json)
    return 0


def _calibrate(asked: Asked) -> int:
    with _opened(asked) as office:
        done = calibrate(office, asked.criterion, asked.metric, asked.given, asked.threshold, asked.direction)
    report(words.calibrated(done), done.as_json(), as_json=asked.json)
    return 0


def _quality(asked: Asked) -> int:
    with _opened(asked) as office:
        done = quality(office, asked.criterion, asked.metric, asked.by, asked.since, asked.until)
    report(words.estimated(done), done.as_json(), as_json=asked.json)
    if asked.metric and done.series.metric_name is None:
        say(f"assay: No trace has a metric “{asked.metric}”.")
    return 0


def _export(asked: Asked) -> int:
    with _opened(asked) as office:
        done = export(office, asked.layout, asked.format, asked.out, asked.where, progress())
    end_progress()
    report(words.exported(done), done.as_json(), as_json=asked.json)
    return 0


def _doctor(asked: Asked) -> int:
    folder = workspace_to_use(asked.workspace)
    if folder is None:
        found = doctor(None)
    else:
        with _opened(asked) as office:
            found = doctor(office)
    report(words.examined(found), found.as_json(), as_json=asked.json)
    return 0 if found.well else 1


BY_NAME: dict[str, Callable[[Asked], int]] = {
    "demo": _demo,
    "init": _init,
    "import": _import,
    "import-reviews": _import_reviews,
    "source add": _source_add,
    "source list": _source_list,
    "source test": _source_test,
    "source remove": _source_remove,
    "pull": _pull,
    "draw": _draw,
    "queue": _queue,
    "review": _review,
    "agreement": _agreement,
    "calibrate": _calibrate,
    "quality": _quality,
    "export": _export,
    "doctor": _doctor,
}
