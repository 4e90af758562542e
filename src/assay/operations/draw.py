"""Draw the sample of a review day: the k smallest of md5(seed|native id), by stratum, once and for good.

What was handed out is never taken back: drawing again gives the same items, and a larger size only adds.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from assay.base.clock import zone_named
from assay.base.errors import Refused
from assay.model.plan import SamplingPlan
from assay.model.population import Ranked, Window
from assay.model.sample import Draw, SampleItem
from assay.operations.changes import Changes
from assay.operations.office import DEFAULT_PLAN, Office
from assay.stats.sampling import allocate, day_seed

UNDRAWN, PREVIOUS_DAY, ALL = "undrawn", "previous-day", "all"
_NO_STRATUM = ""
_DAWN, _DUSK = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DrawOptions:
    """What a draw is asked to do differently from its plan (None: as the plan says)."""

    plan: str = DEFAULT_PLAN
    review_date: date | None = None
    size: int | None = None
    seed: str | None = None
    window: str | None = None
    stratify: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum of a draw: how many traces it has and how many were drawn."""

    name: str
    population: int
    size: int


@dataclass(frozen=True, slots=True)
class DrawnItem:
    """One drawn trace, in rank order."""

    native_trace_id: str
    source: str
    rank_hash: str
    stratum: str
    inclusion_probability: float


@dataclass(frozen=True, slots=True)
class DrawReport:
    """The sample of a day, how it was drawn, and what was added to it just now."""

    seed: str
    review_date: date
    window: tuple[str | None, str | None]
    population: int
    strata: tuple[Stratum, ...]
    items: tuple[DrawnItem, ...]
    added: int
    changes: Changes = Changes.NOTHING

    def as_json(self) -> dict[str, Any]:
        """The report in the shape that scripts rely on."""
        return {
            "seed": self.seed,
            "date": self.review_date.isoformat(),
            "window": list(self.window),
            "population": self.population,
            "strata": [
                {"stratum": one.name, "population": one.population, "size": one.size} for one in self.strata
            ],
            "items": [
                {
                    "native_trace_id": item.native_trace_id,
                    "source": item.source,
                    "rank_hash": item.rank_hash,
                    "stratum": item.stratum,
                    "inclusion_probability": item.inclusion_probability,
                }
                for item in self.items
            ],
            "added": self.added,
        }


def plan_named(office: Office, name: str) -> SamplingPlan:
    """The newest version of that plan. Raises Refused when there is none."""
    plan = office.workspace.plans.latest(name)
    if plan is None:
        known = ", ".join(office.workspace.plans.names()) or "none"
        raise Refused(f"There is no sampling plan “{name}”.", f"Plans here: {known}.")
    return plan


def draw(office: Office, options: DrawOptions) -> DrawReport:
    """Draw by the plan and the options given, keep the sample with copies of its traces, and report it."""
    terms = _terms(office, options)
    kept = _kept(office, terms)
    window = _window(office, terms, kept)
    chosen = _handed_out(office, kept)
    have = Counter(one.stratum for one in chosen)
    if kept is not None and terms.size <= len(chosen):
        populations = {str(row["stratum"]): int(str(row["population"])) for row in kept.strata_json}
    else:
        populations = _populations(office, window, terms.stratify)
    populations = {name: max(populations.get(name, 0), have[name]) for name in {**populations, **have}}
    wanted = _wanted(populations, terms.size, have)
    fresh = _top_up(office, window, terms, wanted, chosen)
    if fresh and not options.dry_run:
        _keep(office, terms, kept, window, populations, chosen, fresh)
    return _report(terms, window, populations, wanted, chosen, fresh, kept=not options.dry_run)


def draw_today(office: Office, plan: str = DEFAULT_PLAN) -> DrawReport | None:
    """Draw today's sample unless the plan has one for today; None when there was nothing to do."""
    today = office.clock.today(plan_named(office, plan).time_zone)
    if office.workspace.samples.draws(plan, today):
        return None
    report = draw(office, DrawOptions(plan=plan, review_date=today))
    return report if report.items else None


@dataclass(frozen=True, slots=True)
class _Terms:
    plan: SamplingPlan
    review_date: date
    seed: str
    window: str
    stratify: str
    size: int


def _terms(office: Office, options: DrawOptions) -> _Terms:
    plan = plan_named(office, options.plan)
    day = options.review_date or office.clock.today(plan.time_zone)
    size = plan.size if options.size is None else options.size
    if size < 1:
        raise Refused(f"A sample of {size} traces cannot be drawn.", "Give a size of 1 or more.")
    return _Terms(
        plan=plan,
        review_date=day,
        seed=options.seed if options.seed is not None else day_seed(plan.seed, day),
        window=options.window or plan.window,
        stratify=options.stratify if options.stratify is not None else plan.stratify or "",
        size=size,
    )


def _kept(office: Office, terms: _Terms) -> Draw | None:
    return office.workspace.samples.find(
        terms.plan.name, terms.review_date, terms.seed, terms.window, terms.stratify
    )


def _window(office: Office, terms: _Terms, kept: Draw | None) -> Window:
    if terms.window == ALL:
        return Window()
    if terms.window == UNDRAWN:
        return Window(excluded=office.workspace.samples.drawn_uids(except_draw=kept.id if kept else None))
    zone = zone_named(terms.plan.time_zone)
    first, last = _days(terms)
    return Window(_midnight(first, zone), _midnight(last, zone, days_later=1))


def _midnight(day: date, zone: tzinfo | None, days_later: int = 0) -> datetime:
    """When the day (or one later) begins in the zone, in UTC; None is the machine's own zone, as it was on that day.

    At either end of the calendar it is the first or last instant there is.
    """
    try:
        return datetime.combine(day + timedelta(days=days_later), time(), zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return _DAWN if day.year < MAXYEAR else _DUSK


def _days(terms: _Terms) -> tuple[date, date]:
    """The first and the last day of the window."""
    if terms.window == PREVIOUS_DAY:
        before = terms.review_date - timedelta(days=1 if terms.review_date > date.min else 0)
        return before, before
    first, dots, last = terms.window.partition("..")
    try:
        if not dots:
            raise ValueError
        days = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError as error:
        raise Refused(
            f"“{terms.window}” is no window.",
            "Use previous-day, all, undrawn, or two days such as 2026-11-01..2026-11-07 (both included).",
        ) from error
    if days[0] > days[1]:
        raise Refused(f"The window {terms.window} ends before it begins.", "Put the earlier day first.")
    return days


def _populations(office: Office, window: Window, stratify: str) -> dict[str, int]:
    if stratify:
        return office.traces.strata(window, stratify)
    count = office.traces.count(window)
    return {_NO_STRATUM: count} if count else {}


def _handed_out(office: Office, kept: Draw | None) -> list[Ranked]:
    if kept is None or kept.id is None:
        return []
    items = office.workspace.samples.items(kept.id)
    return [
        Ranked(item.trace_uid, item.source, item.native_trace_id, item.rank_hash, item.stratum)
        for item in items
    ]


def _wanted(populations: dict[str, int], size: int, have: Counter[str]) -> dict[str, int]:
    """How many traces each stratum shows: in proportion, as far as what was handed out allows.

    A larger sample takes nothing back from a stratum that late traces or rounding have made smaller, and a smaller
    one asks no stratum for more than it has given. The numbers add up to the size, or to the whole population.
    """
    growing = size >= have.total()
    settled: dict[str, int] = {}
    while True:
        open_ones = {name: count for name, count in populations.items() if name not in settled}
        shares = allocate(open_ones, size - sum(settled.values()))
        beyond = {
            name: have[name]
            for name, share in shares.items()
            if (share < have[name] if growing else share > have[name])
        }
        if not beyond:
            return settled | shares
        settled |= beyond


def _top_up(
    office: Office, window: Window, terms: _Terms, wanted: dict[str, int], chosen: list[Ranked]
) -> list[Ranked]:
    have = Counter(one.stratum for one in chosen)
    missing = {name: count - have[name] for name, count in wanted.items() if count > have[name]}
    if not missing:
        return []
    rest = replace(window, excluded=(*window.excluded, *(one.trace_uid for one in chosen)))
    if terms.stratify:
        return office.traces.bottom_k_by(rest, terms.seed, terms.stratify, missing)
    ranked = office.traces.bottom_k(rest, terms.seed, missing[_NO_STRATUM])
    return [replace(one, stratum=_NO_STRATUM) for one in ranked]


def _keep(
    office: Office,
    terms: _Terms,
    kept: Draw | None,
    window: Window,
    populations: dict[str, int],
    chosen: list[Ranked],
    fresh: list[Ranked],
) -> None:
    now = office.clock.now()
    traces = office.traces.fetch([one.trace_uid for one in fresh])
    entry = Draw(
        id=kept.id if kept else None,
        plan=terms.plan.name,
        plan_version=terms.plan.version,
        review_date=terms.review_date,
        seed=terms.seed,
        window=terms.window,
        window_from=window.start.isoformat() if window.start else None,
        window_to=window.end.isoformat() if window.end else None,
        stratify=terms.stratify,
        size=len(chosen) + len(fresh),
        population=sum(populations.values()),
        strata_json=[{"stratum": name, "population": count} for name, count in populations.items()],
        created_at=kept.created_at if kept else now,
    )
    items = [
        SampleItem(
            draw_id=0,
            trace_uid=one.trace_uid,
            source=one.source,
            native_trace_id=one.native_id,
            place=len(chosen) + place,
            rank_hash=one.rank_hash,
            stratum=one.stratum,
            inclusion_probability=1.0,
        )
        for place, one in enumerate(fresh)
    ]
    office.workspace.samples.keep(entry, items, traces, now)


def _report(
    terms: _Terms,
    window: Window,
    populations: dict[str, int],
    wanted: dict[str, int],
    chosen: list[Ranked],
    fresh: list[Ranked],
    *,
    kept: bool,
) -> DrawReport:
    ranked = sorted([*chosen, *fresh], key=lambda one: (one.rank_hash, one.native_id, one.source))
    shown = _first_of_each(ranked, wanted)
    sizes = Counter(one.stratum for one in shown)
    return DrawReport(
        seed=terms.seed,
        review_date=terms.review_date,
        window=(
            window.start.isoformat() if window.start else None,
            window.end.isoformat() if window.end else None,
        ),
        population=sum(populations.values()),
        strata=tuple(Stratum(name, count, sizes[name]) for name, count in sorted(populations.items())),
        items=tuple(
            DrawnItem(
                one.native_id,
                one.source,
                one.rank_hash,
                one.stratum,
                min(1.0, sizes[one.stratum] / max(1, populations.get(one.stratum, 1))),
            )
            for one in shown
        ),
        added=len(fresh) if kept else 0,
        changes=Changes.SAMPLE if fresh and kept else Changes.NOTHING,
    )


def _first_of_each(ranked: list[Ranked], wanted: dict[str, int]) -> list[Ranked]:
    """The first of each stratum up to its size: asking for fewer than were handed out shows fewer."""
    left = dict(wanted)
    shown = []
    for one in ranked:
        if left.get(one.stratum, 0) > 0:
            left[one.stratum] -= 1
            shown.append(one)
    return shown
