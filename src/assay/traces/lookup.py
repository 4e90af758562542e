"""Finding traces by name or uid, and what the index or the payload says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from assay.base.errors import Unavailable
from assay.base.translation import tr
from assay.model.population import IndexRow
from assay.model.trace import Trace
from assay.traces.ask import AMONG_UIDS, aware
from assay.traces.fields import expression
from assay.traces.layout import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from assay.traces.ask import Asker, Row

Name = tuple[str, str, str]
"""A trace's uid, source and native id."""

_INDEX_ROW = """uid, source, native_id, started_at, name, task_type, language, model, prompt_name, prompt_version,
    dataset_name, dataset_version, session_id, content_sha256"""


def fetch(asker: Asker, uids: Sequence[str]) -> list[Trace]:
    """The traces of these uids, in their order."""
    wanted = list(dict.fromkeys(uids))
    if not wanted:
        return []
    texts = asker.consistently(lambda: _payloads(asker, wanted))
    return [_trace(texts[uid]) for uid in wanted if uid in texts]


def index(asker: Asker, uids: Sequence[str] | None) -> list[IndexRow]:
    """What the index says of these traces in their order, or (None) of all, newest first."""
    if uids is None:
        rows = asker.index(f"SELECT {_INDEX_ROW} FROM idx ORDER BY started_at DESC NULLS LAST, seq DESC, uid")
        return [_index_row(row) for row in rows]
    rows = asker.index(f"SELECT {_INDEX_ROW} FROM idx WHERE {AMONG_UIDS}", {"uids": list(uids)})
    found = {row[0]: _index_row(row) for row in rows}
    return [found[uid] for uid in dict.fromkeys(uids) if uid in found]


def resolve_many(asker: Asker, names: Iterable[str]) -> dict[str, list[Name]]:
    """The traces that bear each name, as a native id or as ``source:native-id``."""
    found: dict[str, list[Name]] = {name: [] for name in names}
    asked = "(SELECT unnest(CAST($names AS VARCHAR[])) AS name) AS asked"
    rows = asker.index(
        f"""SELECT asked.name, uid, source, native_id FROM idx JOIN {asked} ON asked.name = native_id
            UNION
            SELECT asked.name, uid, source, native_id FROM idx JOIN {asked}
              ON asked.name = source || ':' || native_id
            ORDER BY source, native_id""",
        {"names": list(found)},
    )
    for name, uid, source, native_id in rows:
        found[name].append((uid, source, native_id))
    return found


def field_values(asker: Asker, field: str, uids: Sequence[str]) -> dict[str, str | None]:
    """The field's value of each of these traces."""
    text, bound = expression(field)
    sql = f"SELECT uid, {text} FROM idx WHERE {AMONG_UIDS}"
    return dict(asker.index(sql, bound | {"uids": list(uids)}))


def days(asker: Asker) -> dict[date | None, int]:
    """How many traces each day has, in order."""
    return dict(asker.index("SELECT day, count(*) FROM idx GROUP BY day ORDER BY day NULLS LAST"))


def _payloads(asker: Asker, uids: list[str]) -> dict[str, str]:
    """The stored texts by uid. The index knows the days, so that only their payloads are opened."""
    days = asker.index(f"SELECT DISTINCT day FROM idx WHERE {AMONG_UIDS}", {"uids": uids})
    names = [day_text(day) for (day,) in days]
    return dict(asker.payload(f"SELECT uid, trace FROM pay WHERE {AMONG_UIDS}", {"uids": uids}, names))


def _trace(text: str) -> Trace:
    try:
        return Trace.model_validate_json(text)
    except ValidationError as error:
        raise Unavailable(
            tr("A stored trace cannot be read; its file may be damaged."),
            tr("Import it again, or restore a backup."),
        ) from error


def _index_row(row: Row) -> IndexRow:
    uid, source, native_id, started_at, *rest = row
    return IndexRow(uid, source, native_id, aware(started_at), *rest)
