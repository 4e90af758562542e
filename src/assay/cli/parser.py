"""The commands and their options. Choices come from the registries, so a new kind appears here by itself."""

import argparse
from datetime import date
from math import isfinite, nan
from pathlib import Path

from assay import __version__
from assay.cli import commands
from assay.operations.export import export_formats, export_layouts
from assay.operations.naming import FILES
from assay.operations.office import DEFAULT_PLAN
from assay.operations.recognise import file_sources
from assay.operations.sources import live_sources


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="assay",
        description="Human review of what language-model applications say. Without a command, the window opens.",
    )
    top.add_argument("--version", action="version", version=f"assay {__version__}")
    top.add_argument(
        "-w", "--workspace", type=Path, help="the workspace's folder (else ASSAY_WORKSPACE, else the last)"
    )
    sub = top.add_subparsers(dest="command", metavar="COMMAND")
    _day(sub)
    _numbers(sub)
    _care(sub)
    return top


Commands = argparse._SubParsersAction


def _command(
    sub: "Commands[argparse.ArgumentParser]", name: str, words: str, full: str | None = None
) -> argparse.ArgumentParser:
    """A command that takes ``-w`` and ``--json`` after its name, as well as before it."""
    made = sub.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    made.add_argument(
        "-w", "--workspace", type=Path, default=argparse.SUPPRESS, help="the workspace's folder"
    )
    made.add_argument("--json", action="store_true", help="print one JSON object")
    made.set_defaults(run=commands.BY_NAME[full or name])
    return made


def _day(sub: "Commands[argparse.ArgumentParser]") -> None:
    demo = _command(sub, "demo", "run the whole day on synthetic traces, then open the window on them")
    demo.add_argument("--no-window", action="store_true", help="do not open the window at the end")
    _command(sub, "init", "make an empty workspace")
    bring = _command(sub, "import", "bring in traces from files, with their metrics, behaviour and reviews")
    bring.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders that hold some")
    bring.add_argument(
        "--format", choices=sorted(file_sources()), help="the format (else recognised by content)"
    )
    bring.add_argument(
        "--map", type=Path, metavar="FILE", help="a mapping that says how to read any other format"
    )
    bring.add_argument("--source", default=FILES, help="the name of the source the traces belong to")
    bring.add_argument("--no-reviews", action="store_true", help="leave out the judgements a file holds")
    reviews = _command(sub, "import-reviews", "bring in judgements made elsewhere (the long layout)")
    reviews.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="files of JSON Lines, CSV or Parquet"
    )
    reviews.add_argument("--rubric", help="the rubric they answer, whatever the rows say")
    _sources(sub)
    _draw(_command(sub, "draw", "draw the sample of a review day"))
    queue = _command(sub, "queue", "what is left for a reviewer")
    queue.add_argument("--rater", required=True, help="the reviewer's name")
    queue.add_argument("--date", type=_day_of, help="the review day (else today)")
    judge = _command(sub, "review", "a judgement from a script")
    judge.add_argument("--rater", required=True, help="the reviewer's name")
    judge.add_argument(
        "--trace",
        required=True,
        metavar="ID",
        help="the trace's id, or source:id where two sources share one",
    )
    judge.add_argument(
        "--set",
        dest="answers",
        action="append",
        required=True,
        metavar="CRITERION=VALUE",
        nargs="+",
        help="an answer, by the option's value or its words; all required questions at once",
    )
    judge.add_argument("--note", default="", help="what the reviewer saw, in their own words")
    judge.add_argument("--rubric", help="the rubric (else the one that asks these questions)")


def _sources(sub: "Commands[argparse.ArgumentParser]") -> None:
    words = "the live sources: stores that traces are pulled from"
    source = sub.add_parser("source", help=words, description=words[0].upper() + words[1:] + ".")
    inner = source.add_subparsers(dest="source_command", metavar="COMMAND", required=True)
    add = _command(inner, "add", "add a store to pull from", full="source add")
    add.add_argument("name", metavar="NAME", help="what the source is called in this workspace")
    add.add_argument("--kind", required=True, choices=sorted(live_sources()), help="the sort of store")
    add.add_argument("--url", required=True, help="its address, such as http://localhost:6006")
    add.add_argument("--project", help="the project's name (phoenix; else default)")
    add.add_argument("--experiment", help="the experiment's name or number (mlflow; else Default)")
    add.add_argument("--timeout", type=_number, help="seconds an answer may take (else 60)")
    add.add_argument(
        "--keep-key", action="store_true", help="ask for the key and keep it in the system's keyring"
    )
    _command(inner, "list", "which live sources there are", full="source list")
    for name, words in (
        ("test", "ask a source whether it answers"),
        ("remove", "forget a source; its traces stay"),
    ):
        one = _command(inner, name, words, full=f"source {name}")
        one.add_argument("name", metavar="NAME", help="the source")
    pull = _command(sub, "pull", "bring in the traces of live sources, in closed windows of a day")
    pull.add_argument("--source", metavar="NAME", help="the source (else all)")
    pull.add_argument("--since", metavar="T", help="a day or an instant (else the last days)")
    pull.add_argument("--until", metavar="T", help="a day or an instant, not included (else today)")
    pull.add_argument("--again", action="store_true", help="also what was pulled whole before")


def _draw(draw: argparse.ArgumentParser) -> None:
    draw.add_argument("--plan", default=DEFAULT_PLAN, help=f"the sampling plan (else {DEFAULT_PLAN})")
    draw.add_argument("--date", type=_day_of, help="the review day (else today)")
    draw.add_argument("--size", type=int, help="how many traces")
    draw.add_argument("--seed", help="the full seed (else the plan's own, joined with the date)")
    draw.add_argument("--window", help="previous-day, all, undrawn or FROM..TO (days, both included)")
    draw.add_argument("--stratify", metavar="FIELD", help="draw within each value of this field")
    draw.add_argument("--dry-run", action="store_true", help="show the sample and keep nothing")


def _numbers(sub: "Commands[argparse.ArgumentParser]") -> None:
    agreement = _command(sub, "agreement", "how far reviewers agree with each other")
    agreement.add_argument("--criterion", help="the question (else each that has answers)")
    agreement.add_argument("--by", metavar="FIELD", help="also within each value of this field")
    calibrate = _command(sub, "calibrate", "reviewers against an automated metric")
    calibrate.add_argument("--criterion", required=True, help="the question that reviewers answered")
    calibrate.add_argument("--metric", required=True, help="the automated metric set against them")
    calibrate.add_argument("--given", metavar="FIELD", help="control for this field")
    calibrate.add_argument(
        "--threshold", type=_number, help="the cut (else the lead's limit, else a suggested one)"
    )
    calibrate.add_argument("--direction", choices=("above", "below"), help="the side that predicts a pass")
    quality = _command(sub, "quality", "reviewer-judged quality by day and overall, with intervals")
    quality.add_argument("--criterion", help="the question (else the rubric's first that has answers)")
    quality.add_argument("--metric", help="an automated metric to show beside it")
    quality.add_argument("--by", metavar="FIELD", help="also for each value of this field")
    quality.add_argument("--since", type=_day_of, help="the first day, such as 2026-11-01")
    quality.add_argument("--until", type=_day_of, help="the last day, included")
    export = _command(sub, "export", "write labelled data with a manifest")
    export.add_argument(
        "--layout", required=True, choices=sorted(export_layouts()), help="what a row stands for"
    )
    export.add_argument("--format", required=True, choices=sorted(export_formats()), help="the sort of file")
    export.add_argument(
        "-o", "--out", required=True, type=Path, metavar="OUT", help="the file, or a folder to put it in"
    )
    export.add_argument(
        "--where", metavar="EXPR", help="only rows that fit, such as: model == 'gpt-4o' and passed"
    )


def _care(sub: "Commands[argparse.ArgumentParser]") -> None:
    _command(sub, "doctor", "what is installed, reachable and healthy")


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not isfinite(number):
        raise argparse.ArgumentTypeError(f"{text} is no number; write it as 0.5")
    return number


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no day; write it as 2026-11-23") from error
