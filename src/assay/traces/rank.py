"""The population of a draw, and the draw: the smallest hashes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.model.population import Ranked
from assay.traces.ask import within
from assay.traces.fields import NONE, expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assay.model.population import Window
    from assay.traces.ask import Asker, Row

_HASH = "md5($seed || '|' || native_id)"
_SPARE = 8  # more than asked for, so that a trace seen on two days while it moves does not cost a place
_ENGINE_LIMIT = 1_000_000  # of ``min(…, k)``


def count(asker: Asker, window: Window) -> int:
    """How many traces lie in the window."""
    where, values = within(window)
    return int(asker.index(f"SELECT count(*) FROM idx WHERE {where}", values, window)[0][0])


def strata(asker: Asker, window: Window, field: str) -> dict[str, int]:
    """How many traces of the window have each value of the field."""
    where, values = within(window)
    text, bound = expression(field)
    rows = asker.index(
        f"""SELECT coalesce({text}, $none) AS stratum, count(*) FROM idx WHERE {where}
            GROUP BY stratum ORDER BY stratum""",
        values | bound | {"none": NONE},
        window,
    )
    return dict(rows)


def bottom_k(asker: Asker, window: Window, seed: str, k: int) -> list[Ranked]:
    """The ``k`` smallest of the window, in order of rank."""
    where, values = within(window)
    rows = asker.index(
        f"""SELECT uid, source, native_id, {_HASH} AS rank_hash, '' AS stratum FROM idx WHERE {where}
            ORDER BY rank_hash, native_id, source LIMIT $k""",
        values | {"seed": seed, "k": max(k, 0) + _SPARE},
        window,
    )
    return _first(rows, k)


def bottom_k_by(
    asker: Asker, window: Window, seed: str, field: str, k_by_stratum: Mapping[str, int]
) -> list[Ranked]:
    """The smallest of each stratum, as many as it is to give, in order of rank over all."""
    wanted = {stratum: k for stratum, k in k_by_stratum.items() if k > 0}
    if not wanted:
        return []
    where, values = within(window)
    text, bound = expression(field)
    rows = asker.index(
        f"""SELECT r.u, r.s, r.n, r.h, stratum FROM (
                SELECT stratum, unnest({_smallest(max(wanted.values()) + _SPARE)}) AS r FROM (
                    SELECT coalesce({text}, $none) AS stratum,
                           {{'h': {_HASH}, 'n': native_id, 's': source, 'u': uid}} AS ranked
                    FROM idx WHERE {where})
                WHERE stratum IN (SELECT unnest(CAST($strata AS VARCHAR[])))
                GROUP BY stratum)
            ORDER BY r.h, r.n, r.s""",
        values | bound | {"none": NONE, "seed": seed, "strata": list(wanted)},
        window,
    )
    by_stratum: dict[str, list[Row]] = {stratum: [] for stratum in wanted}
    for row in rows:
        by_stratum[row[4]].append(row)
    chosen = [ranked for stratum, k in wanted.items() for ranked in _first(by_stratum[stratum], k)]
    return sorted(chosen, key=lambda ranked: (ranked.rank_hash, ranked.native_id, ranked.source))


def _smallest(k: int) -> str:
    """The ``k`` smallest of a group as a list; comparing whole structs keeps ties in order.

    It takes a third of the time and a tenth of the memory of numbering the rows.
    """
    return f"min(ranked, {k})" if k < _ENGINE_LIMIT else "list_sort(list(ranked))"


def _first(rows: Iterable[Row], k: int) -> list[Ranked]:
    """The first ``k`` different traces of ranked rows."""
    unique = {row[0]: Ranked(*row) for row in rows}
    return list(unique.values())[: max(k, 0)]
