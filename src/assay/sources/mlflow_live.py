"""MLflow as a live source: the traces of an experiment that began in a window, with spans and assessments.

The server's pages are cut by number of rows, so a trace that comes in meanwhile would shift them; traces are therefore
listed in order of time, and the full ones asked for by their ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, Rejected
from assay.model.kinds import Connection, LiveSource, Secret, SourceSetting
from assay.sources.fields.objects import Json, Object
from assay.sources.live.door import basic, bearer, opened
from assay.sources.live.pages import Page, in_batches, in_order_of_time, page_of
from assay.sources.live.records import Numbering
from assay.sources.spans.mlflow_traces import pieces_of
from assay.sources.spans.records import Found
from assay.sources.spans.together import read_found
from assay.sources.spans.values import instant_of, text_of

if TYPE_CHECKING:
    from assay.sources.live.web import Web

_TITLE = "MLflow"
_LISTED, _WHOLE_AT_ONCE = 500, 50
_TRACES, _EXPERIMENTS = "/api/3.0/mlflow/traces", "/api/2.0/mlflow/experiments"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _test(connection: Connection) -> str:
    with _web(connection, Progress()) as web:
        number = _experiment(web, connection.settings["experiment"])
        newest = _page(web, number, "", "DESC", 1, None).rows
    told = tr("{title} answers at {url}, and the experiment “{experiment}” is there.").format(
        title=_TITLE, url=connection.url, experiment=connection.settings["experiment"]
    )
    if not newest:
        return f"{told} {tr('It holds no traces yet.')}"
    return (
        f"{told} {tr('Its newest trace began {time}.').format(time=text_of(newest[0].get('request_time')))}"
    )


def _pull(connection: Connection, start: datetime, end: datetime, progress: Progress) -> Iterator[Incoming]:
    with _web(connection, progress) as web:
        number = _experiment(web, connection.settings["experiment"])
        yield from read_found(
            _records(web, number, start, end, progress), connection.name, progress, pieces_of
        )


def _web(connection: Connection, progress: Progress) -> Web:
    secrets = connection.secrets
    said = basic(secrets.get("username"), secrets.get("password")) or bearer(secrets.get("key"))
    return opened(_TITLE, connection, progress, said)


def _experiment(web: Web, wanted: str) -> str:
    """The number of the experiment of that name or number. Raises Refused where there is none."""
    found = _asked_for(web, "get-by-name", "experiment_name", wanted)
    if found is None and wanted.isdecimal():
        found = _asked_for(web, "get", "experiment_id", wanted)
    if found is None:
        raise Refused(
            tr("{title} at {url} has no experiment “{experiment}”.").format(
                title=_TITLE, url=web.address, experiment=wanted
            ),
            tr("Give the experiment's name or number as it stands there."),
        )
    return found


def _asked_for(web: Web, how: str, key: str, wanted: str) -> str | None:
    answer = web.get(f"{_EXPERIMENTS}/{how}", [(key, wanted)], is_absent=_is_absent)
    if answer is None:
        return None
    experiment = answer.get("experiment") if isinstance(answer, dict) else None
    number = text_of(experiment.get("experiment_id")) if isinstance(experiment, dict) else None
    if number is None:
        raise Refused(
            tr("What answers at {url} is not {title}.").format(url=web.address, title=_TITLE),
            tr("Check the address."),
        )
    return number


def _is_absent(said: Json) -> bool:
    """Whether the server says that there is no such experiment, and not that it knows no such question."""
    return isinstance(said, dict) and said.get("error_code") == "RESOURCE_DOES_NOT_EXIST"


def _records(
    web: Web, number: str, start: datetime, end: datetime, progress: Progress
) -> Iterator[Found | Rejected]:
    numbering = Numbering(f"{web.address} experiment {number}")
    done = 0
    for batch in in_batches(_listed(web, number, start, end), _WHOLE_AT_ONCE):
        known = {str(info["trace_id"]): info for info in batch}
        for trace in _whole(web, [*known]):
            info = trace.get("trace_info")
            known.pop(str(info.get("trace_id")) if isinstance(info, dict) else "", None)
            yield from numbering.found("traces", [trace])
        # A trace whose spans lie elsewhere is known by its head alone.
        yield from numbering.found("traces", known.values())
        done += len(batch)
        progress.report(done, None, tr("traces"))


def _listed(web: Web, number: str, start: datetime, end: datetime) -> Iterator[Object]:
    """The heads of the traces that began in the window. The server counts in whole milliseconds."""
    first, last = _milliseconds(start), _milliseconds(end)

    def ask(since: datetime, token: str | None) -> Page:
        window = f"timestamp_ms >= {_milliseconds(since)} AND timestamp_ms < {last}"
        return _page(web, number, window, "ASC", _LISTED, token)

    for info in in_order_of_time(ask, start, _began, lambda info: text_of(info.get("trace_id"))):
        began = _began(info)
        if began is not None and first <= _milliseconds(began) < last:
            yield info


def _page(web: Web, number: str, window: str, order: str, size: int, token: str | None) -> Page:
    place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": number}}
    body = {"locations": [place], "max_results": size, "order_by": [f"timestamp_ms {order}"]}
    more = ({"filter": window} if window else {}) | ({"page_token": token} if token else {})
    answer = web.post(f"{_TRACES}/search", body | more)
    if answer == {}:  # how the server says that there is nothing (more)
        return Page([], None)
    return page_of(
        answer, "traces", answer.get("next_page_token") if isinstance(answer, dict) else None, _TITLE
    )


def _whole(web: Web, ids: list[str]) -> list[Object]:
    answer = web.get(f"{_TRACES}/batchGet", [("trace_ids", one) for one in ids])
    if answer == {}:
        return []
    traces = page_of(answer, "traces", None, _TITLE).rows
    if not all(isinstance(trace.get("trace_info"), dict) for trace in traces):
        raise Unavailable(
            tr("{title} gave an answer without “{rows}”.").format(title=_TITLE, rows="trace_info"),
            tr("Bring it up to date; version 3.17 is known to work."),
        )
    return traces


def _began(info: Object) -> datetime | None:
    return instant_of(info.get("request_time"))


def _milliseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(milliseconds=1)


KIND = LiveSource(
    name="mlflow",
    title=_TITLE,
    settings=(SourceSetting("experiment", "the experiment's name or number", "Default"),),
    secrets=(
        Secret("key", "a token, where the server asks for one", ("MLFLOW_TRACKING_TOKEN",)),
        Secret("username", "a name, where the server asks for one", ("MLFLOW_TRACKING_USERNAME",)),
        Secret("password", "the password that goes with it", ("MLFLOW_TRACKING_PASSWORD",)),
    ),
    test=_test,
    pull=_pull,
)
