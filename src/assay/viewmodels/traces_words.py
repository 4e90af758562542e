"""What the Traces page says: the sentence above the list, the columns, and the words in their cells."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from assay.base.translation import tr, trn
from assay.model.browsing import BrowseRow, Sort
from assay.model.wording import MISSING, count, day_of_month, number
from assay.viewmodels.traces import MOST_HITS, Listing, TracesScreen


@dataclass(frozen=True, slots=True)
class TraceColumn:
    """A column of the list: its key, its head with the unit in it, what it sorts by, whether it holds figures."""

    key: str
    title: str
    sort: Sort | None
    number: bool = False


def sentence(screen: TracesScreen) -> str:
    """How many traces there are, and how many of them are found."""
    listing = screen.listing
    if listing is None:
        return tr("Looking up the traces…") if screen.waiting else tr("Traces")
    if listing.searching:
        return _so_far(listing)
    if listing.ended == "full":
        return tr("The newest {most} of {total} traces that match").format(
            most=count(MOST_HITS), total=count(listing.total)
        )
    whole = trn("{n} trace", "{n} traces", listing.total).format(n=count(listing.total))
    if not listing.choice.narrows:
        return whole
    if listing.ended == "stopped":
        form = tr("{found} found in {read} of {total} traces")
        return form.format(found=count(listing.count), read=count(listing.read), total=count(listing.total))
    form = trn("{found} of {whole} matches", "{found} of {whole} match", listing.count)
    return form.format(found=count(listing.count), whole=whole)


def progress(screen: TracesScreen) -> str:
    """How far a search is; empty when nothing is searched."""
    listing = screen.listing
    if listing is None or not listing.searching:
        return ""
    whole = listing.read + listing.to_read
    return tr("{read} of {whole} read").format(read=count(listing.read), whole=count(whole))


def columns(screen: TracesScreen) -> list[TraceColumn]:
    """The columns in which any trace has a value, and the chosen metric."""
    filled = screen.offers.filled
    every = [
        TraceColumn("question", tr("Question"), None),
        TraceColumn("started_at", tr("Began (UTC)"), "started_at"),
        TraceColumn("model", tr("Model"), "model"),
        TraceColumn("task_type", tr("Task type"), "task_type"),
        TraceColumn("prompt_version", tr("Prompt"), "prompt_version"),
        TraceColumn("language", tr("Language"), "language"),
        TraceColumn("latency_ms", tr("Latency, s"), "latency_ms", number=True),
    ]
    shown = [one for one in every if one.key in filled or one.key == "question"]
    metric = screen.choice.metric
    return (
        [*shown, TraceColumn("metric", " ".join(metric.split()), "metric", number=True)] if metric else shown
    )


def cell(row: BrowseRow, key: str, today: date) -> str:
    """The words of a row in a column."""
    if key == "question":
        return row.question or row.native_id
    if key == "started_at":
        return moment_words(row.started_at, today)
    if key == "latency_ms":
        return MISSING if row.latency_ms is None else number(row.latency_ms / 1000)
    if key == "metric":
        return " ".join(row.metric.split()) if isinstance(row.metric, str) else number(row.metric)
    value: str | None = getattr(row, key)
    return MISSING if value is None else " ".join(value.split())


def moment_words(moment: datetime | None, today: date) -> str:
    """A moment in UTC: "20 Nov 06:40", with its year where that is not this one."""
    if moment is None:
        return MISSING
    there = moment.astimezone(UTC)
    day = day_of_month(there.date())
    year = "" if there.year == today.year else f" {there.year}"
    return f"{day}{year} {there:%H:%M}"


def periods() -> list[tuple[str, str]]:
    """The periods that can be chosen."""
    return [
        ("all", tr("everything")),
        ("1", tr("today")),
        ("7", tr("last 7 days")),
        ("28", tr("last 28 days")),
        ("90", tr("last 90 days")),
        ("between", tr("between two days")),
    ]


def fields() -> list[tuple[str, str]]:
    """The fields a list can be narrowed by."""
    return [
        ("", tr("any field")),
        ("model", tr("model")),
        ("task_type", tr("task type")),
        ("prompt_name", tr("prompt")),
        ("prompt_version", tr("prompt version")),
        ("dataset_name", tr("data set")),
        ("dataset_version", tr("data set version")),
        ("language", tr("language")),
        ("source", tr("source")),
        ("environment", tr("environment")),
        ("release", tr("release")),
        ("name", tr("name")),
        ("tags", tr("tags")),
    ]


def sorts(screen: TracesScreen) -> list[tuple[str, str]]:
    """The orders that can be chosen, as ``key`` or ``-key`` for descending."""
    offered = [
        ("-started_at", tr("newest first")),
        ("started_at", tr("oldest first")),
        ("-latency_ms", tr("slowest first")),
        ("latency_ms", tr("fastest first")),
    ]
    for one in columns(screen):
        if one.sort in {"model", "task_type", "prompt_version", "language"}:
            offered.append((one.sort, tr("{column}, A to Z").format(column=one.title)))
            offered.append((f"-{one.sort}", tr("{column}, Z to A").format(column=one.title)))
        elif one.sort == "metric":
            offered.append(("metric", tr("{metric}, lowest first").format(metric=one.title)))
            offered.append(("-metric", tr("{metric}, highest first").format(metric=one.title)))
    return offered


def _so_far(listing: Listing) -> str:
    return tr("{found} of {total} traces match so far").format(
        found=count(listing.count), total=count(listing.total)
    )
