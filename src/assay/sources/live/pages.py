"""A store's list, page by page, so that what comes in meanwhile neither shifts nor doubles anything.

The list is walked in order of time: each page is asked for from the time on that the page before reached, and what
both hold is taken once. Only where one instant fills a whole page is the store's own token used.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from assay.base.errors import Unavailable
from assay.base.translation import tr
from assay.sources.fields.objects import Json, Object

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of an answer, and the token of the page that follows; None where none follows."""

    rows: list[Object]
    token: str | None


def page_of(answer: Json, rows: str, token: Json, title: str) -> Page:
    """The page that an answer is. Raises Unavailable where it has no list of objects under ``rows``."""
    members = answer.get(rows) if isinstance(answer, dict) else None
    if not isinstance(members, list) or not all(isinstance(row, dict) for row in members):
        raise Unavailable(
            tr("{title} gave an answer without “{rows}”.").format(title=title, rows=rows),
            tr("Check that the address is that of {title}, and its version.").format(title=title),
        )
    return Page(members, token if isinstance(token, str) and token else None)


def in_order_of_time(
    ask: Callable[[datetime, str | None], Page],
    start: datetime,
    moment: Callable[[Object], datetime | None],
    name: Callable[[Object], str | None],
) -> Iterator[Object]:
    """The rows from ``start`` on, each name once. ``ask(since, token)`` gives a page, the earliest row first."""
    since, token = start, None
    seen: set[str] = set()
    while True:
        page = ask(since, token)
        latest = since
        for row in page.rows:
            latest = max(latest, moment(row) or latest)
            key = name(row)
            if key is not None and key not in seen:
                seen.add(key)
                yield row
        if page.token is None or not page.rows:
            return
        if latest > since:
            since, token = latest, None
        else:
            token = _next(page.token, token)


def by_token(ask: Callable[[str | None], Page]) -> Iterator[Object]:
    """The rows of all pages, for a list whose order is the store's own."""
    token: str | None = None
    while True:
        page = ask(token)
        yield from page.rows
        if page.token is None:
            return
        token = _next(page.token, token)


def _next(token: str, before: str | None) -> str:
    if token == before:
        raise Unavailable(tr("The store gives the same page again and again."), tr("Try again later."))
    return token


def in_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items, ``size`` at a time."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
