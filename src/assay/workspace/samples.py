"""The book of samples: draws, their items, and the copies of the drawn traces."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from assay.model.sample import Draw, SampleItem, TraceCopy
from assay.model.trace import Trace
from assay.workspace.engine import Store, row_id

_LEVEL = 6


class Samples:
    """What was drawn. A draw only ever grows; nothing handed out is taken back."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, plan: str, review_date: date, seed: str, window: str, stratify: str) -> Draw | None:
        """The draw with exactly these terms, if it was made."""
        with self._store.reading() as session:
            return _same_terms(session, plan, review_date, seed, window, stratify)

    def draws(self, plan: str | None = None, review_date: date | None = None) -> list[Draw]:
        """The draws of a plan and a day (None: any), oldest first."""
        query = select(Draw).order_by(col(Draw.review_date), col(Draw.id))
        if plan is not None:
            query = query.where(Draw.plan == plan)
        if review_date is not None:
            query = query.where(Draw.review_date == review_date)
        with self._store.reading() as session:
            return list(session.exec(query).all())

    def items(self, draw_id: int) -> list[SampleItem]:
        """The items of a draw, in their order."""
        with self._store.reading() as session:
            found = select(SampleItem).where(SampleItem.draw_id == draw_id).order_by(col(SampleItem.place))
            return list(session.exec(found).all())

    def items_until(self, review_date: date) -> list[tuple[Draw, SampleItem]]:
        """Every drawn item up to and including that day, newest day first, in the order of the draw."""
        with self._store.reading() as session:
            rows = session.exec(
                select(Draw, SampleItem)
                .where(SampleItem.draw_id == Draw.id, Draw.review_date <= review_date)
                .order_by(col(Draw.review_date).desc(), col(Draw.id), col(SampleItem.place))
            ).all()
            return [(draw, item) for draw, item in rows]

    def items_of(self, uids: Sequence[str]) -> dict[str, list[tuple[Draw, SampleItem]]]:
        """In which draws these traces are."""
        found: dict[str, list[tuple[Draw, SampleItem]]] = {}
        with self._store.reading() as session:
            for start in range(0, len(uids), 500):
                part = uids[start : start + 500]
                query = select(Draw, SampleItem).where(
                    SampleItem.draw_id == Draw.id, col(SampleItem.trace_uid).in_(part)
                )
                for draw, item in session.exec(query).all():
                    found.setdefault(item.trace_uid, []).append((draw, item))
        return found

    def drawn_uids(self, except_draw: int | None = None) -> tuple[str, ...]:
        """The keys of all traces ever drawn, but for those that only ``except_draw`` holds."""
        query = select(SampleItem.trace_uid).distinct()
        if except_draw is not None:
            query = query.where(SampleItem.draw_id != except_draw)
        with self._store.reading() as session:
            return tuple(sorted(session.exec(query).all()))

    def keep(self, draw: Draw, items: Sequence[SampleItem], traces: Iterable[Trace], now: datetime) -> Draw:
        """Keep a draw (new or grown), its further items, and the traces behind them, in one transaction.

        Where somebody else drew by the same terms a moment ago, their items stand and only what they lack is added.
        """
        with self._store.writing() as session:
            theirs = _same_terms(session, draw.plan, draw.review_date, draw.seed, draw.window, draw.stratify)
            if theirs is not None:
                draw.id, draw.created_at = theirs.id, theirs.created_at
            kept = session.merge(draw)
            session.flush()
            _add_items(session, row_id(kept.id), items)
            for trace in traces:
                if session.get(TraceCopy, trace.uid) is None:
                    session.add(_copy(trace, now))
            standing = session.exec(select(SampleItem).where(SampleItem.draw_id == kept.id)).all()
            kept.size = len(standing)
            _spread_probability(kept, standing)
        return kept

    def trace(self, uid: str) -> tuple[Trace, str] | None:
        """The kept copy of a drawn trace with its SHA-256."""
        with self._store.reading() as session:
            found = session.get(TraceCopy, uid)
        if found is None:
            return None
        return Trace.model_validate_json(zlib.decompress(found.payload)), found.sha256

    def copied(self, name: str) -> list[tuple[str, str, str]]:
        """The copies (uid, source, native id) of the drawn traces with that native id."""
        with self._store.reading() as session:
            rows = session.exec(select(TraceCopy).where(TraceCopy.native_trace_id == name)).all()
            return [(row.trace_uid, row.source, row.native_trace_id) for row in rows]


def _same_terms(
    session: Session, plan: str, review_date: date, seed: str, window: str, stratify: str
) -> Draw | None:
    return session.exec(
        select(Draw).where(
            Draw.plan == plan,
            Draw.review_date == review_date,
            Draw.seed == seed,
            Draw.window == window,
            Draw.stratify == stratify,
        )
    ).first()


def _add_items(session: Session, draw_id: int, items: Sequence[SampleItem]) -> None:
    """Add the items that the draw does not hold yet, behind those it holds."""
    held = set(session.exec(select(SampleItem.trace_uid).where(SampleItem.draw_id == draw_id)).all())
    fresh = [item for item in items if item.trace_uid not in held]
    for place, item in enumerate(fresh, start=len(held)):
        item.draw_id, item.place = draw_id, place
        session.add(item)
    session.flush()


def _copy(trace: Trace, now: datetime) -> TraceCopy:
    payload = trace.canonical_json().encode("utf-8", "surrogatepass")
    return TraceCopy(
        trace_uid=trace.uid,
        source=trace.source,
        native_trace_id=trace.native_id,
        sha256=trace.content_sha256(),
        payload=zlib.compress(payload, _LEVEL),
        copied_at=now,
    )


def _spread_probability(draw: Draw, items: Sequence[SampleItem]) -> None:
    """Give every item its stratum's n/N as it stands now (a top-up raises it for those drawn before)."""
    populations = {str(row["stratum"]): int(str(row["population"])) for row in draw.strata_json}
    sizes: dict[str, int] = {}
    for item in items:
        sizes[item.stratum] = sizes.get(item.stratum, 0) + 1
    for item in items:
        item.inclusion_probability = min(1.0, sizes[item.stratum] / max(1, populations.get(item.stratum, 1)))
