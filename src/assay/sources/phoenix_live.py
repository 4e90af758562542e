"""Phoenix as a live source: the traces of a project that began in a window, with spans, annotations and questions.

Traces are listed in order of time, never by the list's own cursor, which servers before August 2026 sort by one
thing and cut by another. Spans are asked for by trace, so that a trace over midnight comes whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, Rejected
from assay.model.kinds import Connection, LiveSource, Secret, SourceSetting
from assay.sources.fields.objects import Object
from assay.sources.live.door import bearer, opened
from assay.sources.live.pages import Page, by_token, in_batches, in_order_of_time, page_of
from assay.sources.live.records import Numbering
from assay.sources.spans.phoenix_rows import pieces_of
from assay.sources.spans.records import Found
from assay.sources.spans.together import read_found
from assay.sources.spans.values import instant_of, text_of

if TYPE_CHECKING:
    from assay.sources.live.web import Web

_TITLE = "Phoenix"
_LISTED, _SPANS, _JUDGED = 1000, 500, 1000
_TRACES_AT_ONCE, _IDS_AT_ONCE = 25, 100

Params = list[tuple[str, str]]


def _test(connection: Connection) -> str:
    with _web(connection, Progress()) as web:
        path = _project(web, connection.settings["project"])
        newest = _rows(web, f"{path}/traces", [("sort", "start_time"), ("order", "desc"), ("limit", "1")])
        first = next(newest, None)
    told = tr("{title} answers at {url}, and the project “{project}” is there.").format(
        title=_TITLE, url=connection.url, project=connection.settings["project"]
    )
    if first is None:
        return f"{told} {tr('It holds no traces yet.')}"
    return f"{told} {tr('Its newest trace began {time}.').format(time=text_of(first.get('start_time')))}"


def _pull(connection: Connection, start: datetime, end: datetime, progress: Progress) -> Iterator[Incoming]:
    with _web(connection, progress) as web:
        path = _project(web, connection.settings["project"])
        yield from read_found(_records(web, path, start, end, progress), connection.name, progress, pieces_of)


def _web(connection: Connection, progress: Progress) -> Web:
    return opened(_TITLE, connection, progress, bearer(connection.secrets.get("key")))


def _project(web: Web, wanted: str) -> str:
    """The path of the project of that name or number. Raises Refused where there is none."""
    known = []
    for row in _rows(web, "/v1/projects", [("limit", "100")]):
        name, number = text_of(row.get("name")), text_of(row.get("id"))
        if number and wanted in (name, number):
            return f"/v1/projects/{quote(number, safe='')}"
        known.append(name or "")
    raise Refused(
        tr("{title} at {url} has no project “{project}”.").format(
            title=_TITLE, url=web.address, project=wanted
        ),
        tr("Projects there: {names}.").format(names=", ".join(sorted(known)[:20]) or tr("none")),
    )


def _records(
    web: Web, path: str, start: datetime, end: datetime, progress: Progress
) -> Iterator[Found | Rejected]:
    numbering = Numbering(f"{web.address}{path}")
    yield from numbering.found("data", _rows(web, "/v1/annotation_configs", [("limit", "100")]))
    done = 0
    for batch in in_batches(_listed(web, path, start, end), _TRACES_AT_ONCE):
        yield from numbering.found("data", batch)
        traces = [str(row["trace_id"]) for row in batch]
        spans = _spans(web, path, traces)
        yield from numbering.found("data", spans)
        for ids in in_batches([_span_id(span) for span in spans], _IDS_AT_ONCE):
            yield from numbering.found("data", _judged(web, path, "span", ids))
        yield from numbering.found("data", _judged(web, path, "trace", traces))
        done += len(batch)
        progress.report(done, None, tr("traces"))


def _listed(web: Web, path: str, start: datetime, end: datetime) -> Iterator[Object]:
    """The rows of the traces that began in the window."""

    def ask(since: datetime, token: str | None) -> Page:
        params = [("start_time", since.isoformat()), ("end_time", end.isoformat())]
        params += [("sort", "start_time"), ("order", "asc"), ("limit", str(_LISTED))]
        return _page(web, f"{path}/traces", [*params, *([("cursor", token)] if token else [])])

    for row in in_order_of_time(ask, start, _began, lambda row: text_of(row.get("trace_id"))):
        began = _began(row)
        if began is not None and start <= began < end:
            yield row


def _began(row: Object) -> datetime | None:
    return instant_of(row.get("start_time"))


def _spans(web: Web, path: str, traces: list[str]) -> list[Object]:
    wanted = [("trace_id", trace) for trace in traces]
    spans = []
    for span in _rows(web, f"{path}/spans", [*wanted, ("limit", str(_SPANS))]):
        context = span.get("context")
        if not isinstance(context, dict) or context.get("trace_id") not in traces:
            raise Unavailable(
                tr("{title} at {url} does not know how to give the spans of a trace.").format(
                    title=_TITLE, url=web.address
                ),
                tr("Bring it up to date; version 20 is known to work."),
            )
        spans.append(span)
    return spans


def _span_id(span: Object) -> str:
    return str(span["context"].get("span_id"))


def _judged(web: Web, path: str, what: str, ids: list[str]) -> Iterator[Object]:
    wanted = [(f"{what}_ids", one) for one in ids]
    return _rows(web, f"{path}/{what}_annotations", [*wanted, ("limit", str(_JUDGED))])


def _rows(web: Web, path: str, params: Params) -> Iterator[Object]:
    def ask(token: str | None) -> Page:
        return _page(web, path, [*params, *([("cursor", token)] if token else [])])

    return by_token(ask)


def _page(web: Web, path: str, params: Params) -> Page:
    answer = web.get(path, params)
    return page_of(answer, "data", answer.get("next_cursor") if isinstance(answer, dict) else None, _TITLE)


KIND = LiveSource(
    name="phoenix",
    title=_TITLE,
    settings=(SourceSetting("project", "the project's name or number", "default"),),
    secrets=(Secret("key", "an API key, where the server asks for one", ("PHOENIX_API_KEY",)),),
    test=_test,
    pull=_pull,
)
