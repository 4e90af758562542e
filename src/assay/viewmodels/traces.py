"""What the Traces page knows: what is asked for, how many traces that finds, and the rows that were looked at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Literal, Protocol

from assay.base.translation import tr
from assay.model.browsing import BrowseRow, FieldIs, MetricIs, Sort, Stretch, TraceQuery
from assay.viewmodels.lanes import Lanes
from assay.viewmodels.latest import Fault, Latest, fault_of
from assay.viewmodels.traces_choice import NO_VALUE, TraceChoice, days_of
from assay.viewmodels.watched import Watched

PAGE = 200
"""Rows that are fetched in one go."""
KEPT_PAGES = 60
MOST_HITS = 10_000
"""Traces in which words are found, after which a search stops by itself."""
NEIGHBOURS = 200

_WAITING = 3


class Browsing(Protocol):
    """The trace store, as far as it is browsed."""

    def count(self, query: TraceQuery) -> int: ...
    def page(self, query: TraceQuery, offset: int, limit: int) -> list[BrowseRow]: ...
    def filled(self) -> frozenset[str]: ...
    def stretches(self, query: TraceQuery) -> list[Stretch]: ...
    def hits(self, text: str, query: TraceQuery, stretch: Stretch) -> list[BrowseRow]: ...


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be chosen and shown: the metrics there are, and the columns in which any trace has a value."""

    metrics: tuple[str, ...] = ()
    filled: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Listing:
    """What a choice found. ``rows`` are those in which words were found so far, None where none were looked for.

    ``total`` counts the traces of the store; ``parts`` are what is still to be read, ``read`` the traces behind us.
    """

    choice: TraceChoice
    query: TraceQuery
    total: int
    count: int
    pages: dict[int, list[BrowseRow]] = field(default_factory=dict)
    rows: list[BrowseRow] | None = None
    parts: list[Stretch] = field(default_factory=list)
    read: int = 0
    ended: Literal["", "searching", "stopped", "full"] = ""

    @property
    def searching(self) -> bool:
        """Whether words are still being looked for."""
        return self.ended == "searching"

    @property
    def to_read(self) -> int:
        """How many traces are still to be read for the words."""
        return sum(part.size for part in self.parts)


class TracesScreen(Watched):
    """The state of the Traces page. Everything it needs is handed in.

    ``judged`` and ``blind`` give uids: what is reviewed, and of what no metric may be told to this reviewer yet.
    ``generation`` goes up whenever other rows stand in the places of the old ones.
    """

    def __init__(
        self,
        *,
        browse: Browsing,
        values: Callable[[str], Mapping[str, int]],
        metric_names: Callable[[], Sequence[str]],
        judged: Callable[[], tuple[str, ...]],
        blind: Callable[[], tuple[str, ...]],
        lanes: Lanes,
        today: Callable[[], date],
    ) -> None:
        super().__init__()
        self.choice = TraceChoice()
        self.listing: Listing | None = None
        self.generation = 0
        self._browse, self._values_of, self._metric_names = browse, values, metric_names
        self._judged, self._blind, self._lanes, self.today = judged, blind, lanes, today
        safe = tr("Nothing was changed.")
        self._found: Latest[Listing] = Latest(lanes, self._listed, safe)
        self._ordered: Latest[list[BrowseRow]] = Latest(lanes, self._put_in_order, safe)
        self._step: Latest[list[BrowseRow]] = Latest(lanes, self._heard, safe)
        self._again: Latest[TraceQuery] = Latest(lanes, self._compare, safe)
        self._offers: Latest[Offers] = Latest(lanes, self.changed, safe)
        self._values: Latest[Mapping[str, int]] = Latest(lanes, self.changed, safe)
        self._wanted: list[int] = []
        self._flying: tuple[Listing | None, int] | None = None
        self._page_fault: Fault | None = None

    @property
    def waiting(self) -> bool:
        """Whether another list is being worked out."""
        return self._found.waiting

    @property
    def fault(self) -> Fault | None:
        """Why there is no list, or why rows of it are missing."""
        faults = (one.fault for one in (self._found, self._step, self._ordered, self._offers, self._values))
        return next((fault for fault in faults if fault), None) or self._page_fault

    @property
    def offers(self) -> Offers:
        """What can be chosen; nothing until it is known."""
        return self._offers.answer or Offers()

    @property
    def values(self) -> Mapping[str, int]:
        """The values of the chosen field, with how many traces have each."""
        return (self._values.answer or {}) if self.choice.field else {}

    @property
    def count(self) -> int:
        """How many rows there are now; a search adds to them."""
        return self.listing.count if self.listing else 0

    def open(self) -> None:
        """Ask for everything, for the first time or anew."""
        self._offers.ask(lambda: Offers(tuple(self._metric_names()), self._browse.filled()))
        self.reload()

    def reload(self) -> None:
        """Ask again for what the present choice finds."""
        self._page_fault = None
        self._step.forget()
        self._ordered.forget()
        self._found.ask(partial(self._list, self.choice))

    def look_again(self) -> None:
        """Somebody came back to the page: if what was judged meanwhile makes it another question, it is asked."""
        if (
            self.listing is not None
            and not self.waiting
            and (self.choice.metric or self.choice.reviews != "all")
        ):
            self._again.ask(partial(self._query, self.choice))

    def choose(self, choice: TraceChoice) -> None:
        """Take another choice and ask for what it finds; another order of what was found needs no new search."""
        if choice.sort == "metric" and not choice.metric:
            choice = replace(choice, sort="started_at", descending=True)
        if choice == self.choice:
            return
        before, self.choice = self.choice, choice
        if choice.field != before.field:
            self._offer_values(choice.field)
        listing = self.listing
        same = choice.searched == before.searched
        if same and choice.shown == before.shown:
            self.changed()  # only a half-made choice: a field without a value, a sign without a figure
        elif same and listing is not None and listing.rows is not None and not self.waiting:
            if not listing.searching:
                self._order_hits(listing)
            self.changed()
        else:
            self.reload()

    def sort_by(self, sort: Sort) -> None:
        """Sort by a column, and the other way round when it is sorted by already."""
        if sort == self.choice.sort:
            self.choose(replace(self.choice, descending=not self.choice.descending))
        else:
            self.choose(replace(self.choice, sort=sort, descending=sort in {"started_at", "latency_ms"}))

    def clear(self) -> None:
        """Choose everything, in the same order as before."""
        now = self.choice
        self.choose(TraceChoice(metric=now.metric, sort=now.sort, descending=now.descending))

    def stop(self) -> None:
        """Leave it at what the search has found so far."""
        if self.listing is not None and self.listing.searching:
            self._step.forget()
            self._end_search(self.listing, "stopped")

    def row(self, at: int) -> BrowseRow | None:
        """The row in that place; None while it is being fetched, which this asks for."""
        listing = self.listing
        if listing is None or not 0 <= at < listing.count:
            return None
        if listing.rows is not None:
            return listing.rows[at]
        page, place = divmod(at, PAGE)
        if page not in listing.pages:
            self._want(page)
        rows = listing.pages.get(page, [])
        return rows[place] if place < len(rows) else None

    def uids_from(self, at: int) -> tuple[str, ...]:
        """The trace in that place and those that follow it, as far as they are here."""
        listing = self.listing
        found: list[str] = []
        while listing is not None and len(found) < NEIGHBOURS and at < listing.count:
            page, place = divmod(at, PAGE)
            rows = (
                listing.rows[at : at + 1] if listing.rows is not None else listing.pages.get(page, [])[place:]
            )
            if not rows:
                break
            found += [row.trace_uid for row in rows]
            at += len(rows)
        return tuple(found[:NEIGHBOURS])

    # Finding

    def _list(self, choice: TraceChoice) -> Listing:
        """Counts and the first rows; on a lane."""
        query = self._query(choice)
        total = self._browse.count(TraceQuery())
        if choice.text:
            parts = self._browse.stretches(query)
            return Listing(choice, query, total, 0, rows=[], parts=parts, ended="searching" if parts else "")
        return Listing(
            choice, query, total, self._browse.count(query), {0: self._browse.page(query, 0, PAGE)}
        )

    def _query(self, choice: TraceChoice) -> TraceQuery:
        since, until = days_of(choice, self.today())
        value = None if choice.value == NO_VALUE else choice.value
        judged = self._judged() if choice.reviews != "all" else ()
        limit = None
        if choice.metric and choice.sign and choice.limit is not None:
            limit = MetricIs(choice.metric, choice.sign, choice.limit)
        return TraceQuery(
            fields=(FieldIs(choice.field, (value,)),) if choice.field and choice.value else (),
            limit=limit,
            since=since,
            until=until,
            among=judged if choice.reviews == "reviewed" else None,
            without=judged if choice.reviews == "open" else (),
            metric=choice.metric,
            blind=self._blind() if choice.metric else (),
            sort=choice.sort,
            descending=choice.descending,
        )

    def _listed(self) -> None:
        found = self._found.answer
        if found is not self.listing and (found is not None or self._found.fault):
            self.listing = found
            self.generation += 1
            self._wanted.clear()
            if found is not None and found.searching:
                self._search_on(found)
                return
        self.changed()

    def _compare(self) -> None:
        asked, listing = self._again.answer, self.listing
        if not self._again.waiting and listing is not None and asked is not None and asked != listing.query:
            self.reload()

    # Searching for words

    def _search_on(self, listing: Listing) -> None:
        self._step.ask(partial(self._browse.hits, listing.choice.text, listing.query, listing.parts[0]))

    def _heard(self) -> None:
        listing, hits = self.listing, self._step.answer
        if (
            hits is None
            or self._step.waiting
            or listing is None
            or listing.rows is None
            or not listing.searching
        ):
            if self._step.fault and listing is not None and listing.searching:
                listing.ended = "stopped"
            self.changed()
            return
        listing.read += listing.parts.pop(0).size
        listing.rows += hits[: MOST_HITS - len(listing.rows)]
        listing.count = len(listing.rows)
        if len(listing.rows) >= MOST_HITS:
            self._end_search(listing, "full")
        elif listing.parts:
            self.changed()
            self._search_on(listing)
        else:
            self._end_search(listing, "")

    def _end_search(self, listing: Listing, ended: Literal["", "stopped", "full"]) -> None:
        listing.ended = ended
        self._order_hits(listing)

    def _order_hits(self, listing: Listing) -> None:
        """What was found, in the order that is wanted now."""
        uids = tuple(row.trace_uid for row in listing.rows or ())
        self._ordered.ask(partial(self._in_order, self.choice, uids))

    def _in_order(self, choice: TraceChoice, uids: tuple[str, ...]) -> list[BrowseRow]:
        """These rows in the order and with the metric of the choice; on a lane."""
        plain = TraceChoice(metric=choice.metric, sort=choice.sort, descending=choice.descending)
        return self._browse.page(replace(self._query(plain), among=uids), 0, MOST_HITS)

    def _put_in_order(self) -> None:
        rows, listing = self._ordered.answer, self.listing
        if (
            rows is not None
            and not self._ordered.waiting
            and listing is not None
            and rows is not listing.rows
        ):
            listing.rows, listing.count = rows, len(rows)
            self.generation += 1
        self.changed()

    # Pages

    def _want(self, page: int) -> None:
        """Asks for a page after the one that is on its way; of those scrolled past only the newest few are kept."""
        if self._flying != (self.listing, page):
            self._wanted = [*(one for one in self._wanted if one != page), page][-_WAITING:]
            self._fetch()

    def _fetch(self) -> None:
        """Sends for the page that was wanted last. One is on its way at a time, whoever looks at rows meanwhile."""
        listing = self.listing
        if self._flying is not None or listing is None or self._page_fault:
            return
        self._wanted = [page for page in self._wanted if page not in listing.pages]
        if self._wanted:
            page = self._wanted.pop()
            self._flying = listing, page
            work = partial(self._browse.page, listing.query, page * PAGE, PAGE)
            self._lanes.read(work, partial(self._page_came, listing, page), self._page_failed)

    def _page_came(self, listing: Listing, page: int, rows: list[BrowseRow]) -> None:
        self._flying = None
        if listing is self.listing:
            listing.pages[page] = rows
            while len(listing.pages) > KEPT_PAGES:
                del listing.pages[next(iter(listing.pages))]
            self.changed()
        self._fetch()

    def _page_failed(self, error: Exception) -> None:
        self._flying = None
        self._page_fault = fault_of(error, tr("Nothing was changed."))
        self.changed()

    def _offer_values(self, name: str) -> None:
        if name:
            self._values.ask(partial(self._values_of, name))
        else:
            self._values.forget()
