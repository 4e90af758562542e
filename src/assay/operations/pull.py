"""Pull traces from live sources, in closed windows of a day each, so that a cut costs one day and no more.

A window is remembered once it was pulled whole. One that was pulled less than an hour after its end is pulled again,
for what came in late; traces that are there already change nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import chain
from pathlib import Path
from typing import Any

from assay.base.clock import zone_named
from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingTrace
from assay.model.kinds import Connection
from assay.model.source import Pull, Source
from assay.operations.changes import Changes
from assay.operations.draw import plan_named
from assay.operations.import_ import ImportOptions, ImportReport, import_stream
from assay.operations.office import DEFAULT_PLAN, Office
from assay.operations.sources import connection_of, live_source, source_named
from assay.workspace.sources import Stretch

GRACE = timedelta(hours=1)
"""How long after its end a window still gets traces that are on their way."""
FIRST_DAYS, LAST_DAYS = 7, 31
"""How many days back a pull goes that is not told since when: the first one, and any later one."""
LONGEST = timedelta(days=3660)
"""The longest stretch of one pull."""

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class PulledWindow:
    """A window that was pulled whole, and what it brought."""

    start: datetime
    end: datetime
    read: int
    new: int
    unchanged: int
    updated: int
    refused: int
    answers: int
    rejects: Path | None

    def as_json(self) -> dict[str, Any]:
        """The window in the shape that scripts rely on."""
        return {
            "window": [self.start.isoformat(), self.end.isoformat()],
            "read": self.read,
            "new": self.new,
            "unchanged": self.unchanged,
            "updated": self.updated,
            "refused": self.refused,
            "answers": self.answers,
            "rejects": str(self.rejects) if self.rejects else None,
        }


@dataclass(frozen=True, slots=True)
class PulledSource:
    """What one source gave. ``fault`` says why it stopped early; what was pulled before is kept."""

    name: str
    windows: tuple[PulledWindow, ...] = ()
    fault: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The source in the shape that scripts rely on."""
        return {
            "source": self.name,
            "windows": [one.as_json() for one in self.windows],
            "fault": self.fault,
        }


@dataclass(frozen=True, slots=True)
class PullReport:
    """What a pull brought, by source and over all."""

    sources: tuple[PulledSource, ...]
    changes: Changes = field(default=Changes.NOTHING)

    def total(self, what: str) -> int:
        """The sum of ``read``, ``new``, ``unchanged``, ``updated``, ``refused`` or ``answers``."""
        return sum(int(getattr(window, what)) for source in self.sources for window in source.windows)

    @property
    def faults(self) -> tuple[str, ...]:
        """Why sources stopped early, each with the source's name."""
        return tuple(f"{one.name}: {one.fault}" for one in self.sources if one.fault)

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that scripts rely on."""
        sums = ("read", "new", "unchanged", "updated", "refused", "answers")
        return {
            **{what: self.total(what) for what in sums},
            "sources": [one.as_json() for one in self.sources],
        }


def pull(
    office: Office,
    source: str | None,
    since: str | None,
    until: str | None,
    progress: Progress,
    again: bool = False,
) -> PullReport:
    """Pull from one source, or from all: the windows between ``since`` and ``until`` that were not pulled yet.

    Both are days (in the daily plan's time zone) or instants in ISO 8601. Without ``until`` it is the beginning of
    today; without ``since`` the last days. ``again``: also the windows that were pulled whole before, for what was
    judged there since. A source at fault does not keep the others from being pulled.
    Raises Refused where there is no such source, or none at all, or the stretch of time is none.
    """
    chosen = [source_named(office, source)] if source else office.workspace.sources.all()
    if not chosen:
        raise Refused(tr("There is no live source to pull from."), tr("Add one with “assay source add”."))
    zone = zone_named(plan_named(office, DEFAULT_PLAN).time_zone)
    start, end = _span(office, since, until, zone)
    changes = Changes.NOTHING
    pulled = []
    for one in chosen:
        whole = [stretch for stretch in office.workspace.sources.pulls(one) if _is_settled(stretch)]
        windows = _windows(whole, start, end, zone, again=again)
        found, touched = _pull_source(office, one, windows, progress)
        pulled.append(found)
        changes |= touched
    return PullReport(tuple(pulled), changes)


def _pull_source(
    office: Office, source: Source, windows: Sequence[Window], progress: Progress
) -> tuple[PulledSource, Changes]:
    done: list[PulledWindow] = []
    changes = Changes.NOTHING
    if not windows:
        return PulledSource(source.name), changes
    try:
        connection = connection_of(source)
        for start, end in windows:
            report = _pull_window(office, source, connection, start, end, progress)
            changes |= report.changes
            done.append(_pulled(start, end, report))
    except (Refused, Unavailable) as error:
        return PulledSource(source.name, tuple(done), str(error)), changes
    return PulledSource(source.name, tuple(done)), changes


def _pull_window(
    office: Office,
    source: Source,
    connection: Connection,
    start: datetime,
    end: datetime,
    progress: Progress,
) -> ImportReport:
    kind = live_source(source.kind)
    begun = office.clock.now()
    stream = kind.pull(connection, start, end, progress)
    report = import_stream(
        office, _asked_first(stream), source.name, ImportOptions(source=source.name), progress
    )
    kept = Pull(
        source_id=source.id or 0,
        window_from=start,
        window_to=end,
        finished_at=begun,  # what came in while it ran may be missing
        read=report.read,
        new=report.new,
    )
    office.workspace.sources.keep_pull(kept)
    return replace(report, by_format={source.kind: report.read - report.refused})


def _asked_first(stream: Iterator[Incoming]) -> Iterator[Incoming]:
    """The stream, once the store has told everything: nobody else is kept from writing while it is being asked."""
    early: list[Incoming] = []
    for item in stream:
        early.append(item)
        if isinstance(item, IncomingTrace):
            break
    return chain(early, stream)


def _pulled(start: datetime, end: datetime, report: ImportReport) -> PulledWindow:
    return PulledWindow(
        start,
        end,
        read=report.read,
        new=report.new,
        unchanged=report.unchanged,
        updated=report.updated,
        refused=report.refused,
        answers=report.reviews.new,
        rejects=report.rejects,
    )


# Which windows


def _span(
    office: Office, since: str | None, until: str | None, zone: tzinfo | None
) -> tuple[datetime | None, datetime]:
    now = office.clock.now()
    today = now.astimezone(zone).date()
    end = _instant(until, zone) if until else _midnight(today, zone)
    if end > now:
        raise Refused(
            tr("{until} lies ahead: the window is not closed yet.").format(until=until),
            tr("Give a time that is past, or leave out --until."),
        )
    start = _instant(since, zone) if since else None
    if start is not None and start >= end:
        raise Refused(
            tr("There is no time between {since} and {until}.").format(
                since=since, until=until or tr("today")
            ),
            tr("Give an earlier --since, or a later --until."),
        )
    if start is not None and end - start > LONGEST:
        raise Refused(
            tr("From {since} on is more than {count} days.").format(since=since, count=LONGEST.days),
            tr("Pull shorter stretches, one after the other."),
        )
    return start, end


def _windows(
    whole: Sequence[Stretch], start: datetime | None, end: datetime, zone: tzinfo | None, *, again: bool
) -> list[Window]:
    """What is to be pulled, day by day; ``whole`` was pulled before."""
    if start is None:
        back = LAST_DAYS if whole else FIRST_DAYS
        earliest = _midnight(end.astimezone(zone).date() - timedelta(days=back), zone)
        start = max(earliest, min((first for first, _, _ in whole), default=earliest))
    known = [] if again else whole
    return [piece for day in _days(start, end, zone) for piece in _missing(day, known)]


def _is_settled(stretch: Stretch) -> bool:
    """Whether nothing that is on its way was missed."""
    _, to, finished = stretch
    return finished >= to + GRACE


def _days(start: datetime, end: datetime, zone: tzinfo | None) -> Iterator[Window]:
    """The stretch cut at each midnight of the zone."""
    at = start
    while at < end:
        after = _midnight(at.astimezone(zone).date() + timedelta(days=1), zone)
        upto = min(end, after if after > at else at + timedelta(days=1))
        yield at, upto
        at = upto


def _missing(window: Window, whole: Sequence[Stretch]) -> Iterator[Window]:
    """The parts of a window that none of the stretches, in order of their beginning, covers."""
    at, end = window
    for first, last, _ in whole:
        if last <= at or first >= end:
            continue
        if first > at:
            yield at, first
        at = max(at, last)
    if at < end:
        yield at, end


def _instant(said: str, zone: tzinfo | None) -> datetime:
    """The instant, in UTC; a day is its beginning, a time without a zone is in the plan's."""
    try:
        read = datetime.fromisoformat(said.strip())
        return (read if read.tzinfo else read.replace(tzinfo=zone) if zone else read.astimezone()).astimezone(
            UTC
        )
    except (ValueError, OverflowError) as error:
        raise Refused(
            tr("“{said}” is no time.").format(said=said),
            tr("Write it as 2026-11-20 or 2026-11-20T09:00:00Z."),
        ) from error


def _midnight(day: Any, zone: tzinfo | None) -> datetime:
    """When the day begins in the zone, in UTC; None is the machine's own zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
