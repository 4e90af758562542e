"""Langfuse as a live source, in both generations of its reads: by observations and scores, or by whole traces.

Which one a server knows is found by asking. The newer one has no traces: a trace is its observations, it begins with
the earliest that is a root, and those that begin up to an hour before or after the window are looked through for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, Rejected
from assay.model.kinds import Connection, LiveSource, Secret
from assay.sources.fields.gathered import Row, tell
from assay.sources.fields.loose import time_in
from assay.sources.fields.objects import Json, Malformed, Object
from assay.sources.fields.opened import excerpt, read_value
from assay.sources.fields.telling import telling
from assay.sources.langfuse.filing import FILING
from assay.sources.langfuse.scores import judge
from assay.sources.langfuse.traces import build
from assay.sources.live.door import basic, opened
from assay.sources.live.pages import Page, by_token, in_batches, in_order_of_time, page_of
from assay.sources.live.records import Numbering

if TYPE_CHECKING:
    from assay.sources.live.web import Web

_TITLE = "Langfuse"
_OBSERVATIONS, _SCORES = "/api/public/v2/observations", "/api/public/v3/scores"
_TRACES, _PROJECTS = "/api/public/traces", "/api/public/projects"
_FIELDS = "core,basic,time,io,metadata,model,usage,prompt,trace_context"
_PAGE, _IO_PAGE, _SMALL_PAGE, _TRACES_AT_ONCE = "1000", "200", "100", 25
_MARGIN = timedelta(hours=1)
_CUT_AT = 200
_TICK = timedelta(milliseconds=1)

Params = list[tuple[str, str]]


def _test(connection: Connection) -> str:
    with _web(connection, Progress()) as web:
        newer = _is_newer(web)
        projects = web.get(_PROJECTS, is_absent=_always)
    rows = projects.get("data") if isinstance(projects, dict) else None
    names = [str(row.get("name")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    told = tr("{title} answers at {url}.").format(title=_TITLE, url=connection.url)
    if names:
        told += " " + tr("The keys open the project “{project}”.").format(project=names[0])
    return told + " " + (tr("It is read by observations.") if newer else tr("It is read by traces."))


def _pull(connection: Connection, start: datetime, end: datetime, progress: Progress) -> Iterator[Incoming]:
    with _web(connection, progress) as web:
        rows = _newer(web, start, end, progress) if _is_newer(web) else _older(web, start, end, progress)
        yield from tell(_filed(web, rows), connection.name, progress, telling(build, judge))


def _web(connection: Connection, progress: Progress) -> Web:
    secrets = connection.secrets
    said = basic(secrets.get("public_key"), secrets.get("key"))
    if said is None and secrets:
        raise Refused(
            tr("{title} wants two keys, and only one is there.").format(title=_TITLE),
            tr("Give the public and the secret key of the project."),
        )
    return opened(_TITLE, connection, progress, said)


def _always(said: Json) -> bool:
    return True


def _is_newer(web: Web) -> bool:
    """Whether the server gives observations and scores by themselves; if not, it must give traces."""
    if all(
        web.get(path, [("limit", "1")], is_absent=_always) is not None for path in (_OBSERVATIONS, _SCORES)
    ):
        return True
    _page(web, _TRACES, [("limit", "1")])
    return False


def _filed(web: Web, rows: Iterator[Object]) -> Iterator[Row | Rejected]:
    numbering = Numbering(web.address)
    for row in rows:
        place = numbering.place()
        try:
            yield from FILING.filed(read_value(row), place)
        except Malformed as malformed:
            yield Rejected(place, str(malformed), excerpt(row))


# By observations and scores


def _newer(web: Web, start: datetime, end: datetime, progress: Progress) -> Iterator[Object]:
    wanted = _begun(web, start, end)
    around = _between(start - _MARGIN, end + _MARGIN)
    if not wanted:
        return
    done = 0
    for row in _observations(web, [("fields", _FIELDS), ("limit", _IO_PAGE), *around]):
        if row.get("traceId") in wanted:
            done += 1
            progress.report(done, None, tr("observations"))
            yield row
    for ids in in_batches(sorted(wanted), _TRACES_AT_ONCE):
        params = [
            ("traceId", ",".join(ids)),
            ("fields", "details,subject,annotation"),
            ("limit", _SMALL_PAGE),
        ]
        yield from _rows(web, _SCORES, params)


def _begun(web: Web, start: datetime, end: datetime) -> set[str]:
    """The traces whose earliest root began in the window."""
    earliest: dict[str, datetime] = {}
    params = [("isRootObservation", "true"), ("fields", "core,basic"), ("limit", _PAGE)]
    for row in _rows(web, _OBSERVATIONS, [*params, *_between(start - _MARGIN, end)]):
        trace, began = row.get("traceId"), time_in(row.get("startTime"))
        if isinstance(trace, str) and began is not None:
            earliest[trace] = min(began, earliest.get(trace, began))
    return {trace for trace, began in earliest.items() if start <= began < end}


def _observations(web: Web, params: Params) -> Iterator[Object]:
    """The observations with their metadata whole: what was cut is asked for again by its keys."""

    def ask(token: str | None) -> Page:
        here = [*params, *([("cursor", token)] if token else [])]
        page = _page(web, _OBSERVATIONS, here)
        cut = sorted({key for row in page.rows for key in _cut_keys(row) if "," not in key})
        return _page(web, _OBSERVATIONS, [*here, ("expandMetadata", ",".join(cut))]) if cut else page

    return by_token(ask)


def _cut_keys(row: Object) -> list[str]:
    metadata = row.get("metadata")
    known = metadata.items() if isinstance(metadata, dict) else ()
    return [key for key, value in known if isinstance(value, str) and len(value) >= _CUT_AT]


def _between(start: datetime, end: datetime) -> Params:
    return [("fromStartTime", _said(start)), ("toStartTime", _said(end))]


# By whole traces


def _older(web: Web, start: datetime, end: datetime, progress: Progress) -> Iterator[Object]:
    def ask(since: datetime, token: str | None) -> Page:
        # Whether the bound itself is meant differs between versions; what comes twice is taken once.
        window = [("fromTimestamp", _said(since - _TICK)), ("toTimestamp", _said(end))]
        order = [("orderBy", "timestamp.asc"), ("limit", _SMALL_PAGE), ("page", token or "1")]
        return _page(web, _TRACES, [*window, *order])

    listed = in_order_of_time(ask, start, _began, lambda row: str(row["id"]) if row.get("id") else None)
    for done, head in enumerate(listed, start=1):
        began = _began(head)
        if began is None or not start <= began < end:
            continue
        progress.report(done, None, tr("traces"))
        whole = web.get(f"{_TRACES}/{quote(str(head['id']), safe='')}", is_absent=_always)
        if isinstance(whole, dict):  # else it was removed meanwhile
            yield whole


def _began(row: Object) -> datetime | None:
    return time_in(row.get("timestamp"))


# Pages


def _rows(web: Web, path: str, params: Params) -> Iterator[Object]:
    return by_token(lambda token: _page(web, path, [*params, *([("cursor", token)] if token else [])]))


def _page(web: Web, path: str, params: Params) -> Page:
    """A page of either generation: the token is a cursor, or the number of the next page."""
    answer = web.get(path, params)
    meta = answer.get("meta") if isinstance(answer, dict) else None
    meta = meta if isinstance(meta, dict) else {}
    token, number, last = meta.get("cursor"), meta.get("page"), meta.get("totalPages")
    if isinstance(number, int) and isinstance(last, int) and number < last:
        token = str(number + 1)
    return page_of(answer, "data", token, _TITLE)


def _said(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


KIND = LiveSource(
    name="langfuse",
    title=_TITLE,
    settings=(),
    secrets=(
        Secret("public_key", "the project's public key", ("LANGFUSE_PUBLIC_KEY",)),
        Secret("key", "the project's secret key", ("LANGFUSE_SECRET_KEY",)),
    ),
    test=_test,
    pull=_pull,
)
