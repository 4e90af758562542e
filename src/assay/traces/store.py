"""The trace store: immutable traces in columns, by day. The one door of this room (but for `columns`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assay.base.errors import Unavailable
from assay.base.translation import tr
from assay.traces import layout, lookup, metrics, rank
from assay.traces.ask import Asker
from assay.traces.browse import Browser
from assay.traces.lock import only_writer
from assay.traces.partition import OnDuplicate, roll_forward, write_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from assay.base.progress import Progress
    from assay.model.estimate import MetricPoint
    from assay.model.population import IndexRow, Ranked, Window, WriteCounts
    from assay.model.trace import Trace
    from assay.traces.lookup import Name


class TraceStore:
    """The traces of a workspace, in ``folder``. Any number may read, from any thread, while one writes.

    Every method raises Unavailable when the disk or the engine fail. A ``field`` is one of `fields.FIELDS` or
    ``metadata.KEY``; any other is Refused. ``browser`` is for those who page through it and search it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._asker = Asker(self.folder)
        self.browser = Browser(self._asker, self.folder)

    def close(self) -> None:
        """Lets the engine go; the next question opens it again."""
        self._asker.close()

    def write(
        self, traces: Iterable[Trace], progress: Progress, on_duplicate: OnDuplicate | None = None
    ) -> WriteCounts:
        """Bring traces in, one by one as they come; the same traces twice change nothing.

        A trace of a known uid with other content replaces the older one. Of several with one uid in the same
        write the first is kept; ``on_duplicate`` is called with each later one that says something else, before
        the next is asked for (it counts nowhere), while a word-for-word repeat counts as unchanged. Reports
        days written. Cancelled or crashed, the store is as it was. Unavailable when somebody else is writing.
        """
        with only_writer(self.folder):
            self._sweep()
            return write_days(self.folder, traces, progress, on_duplicate)

    def sweep(self) -> None:
        """Finish or clear away what a crash left behind; does nothing while somebody writes."""
        if not self.folder.is_dir():
            return
        try:
            with only_writer(self.folder):
                self._sweep()
        except Unavailable:
            return

    def count(self, window: Window) -> int:
        """How many traces lie in the window."""
        return rank.count(self._asker, window)

    def strata(self, window: Window, field: str) -> dict[str, int]:
        """How many traces of the window have each value of the field; those without one count as ``(none)``."""
        return rank.strata(self._asker, window, field)

    def bottom_k(self, window: Window, seed: str, k: int) -> list[Ranked]:
        """The ``k`` traces of the window with the smallest md5 of ``seed|native_id``, in that order.

        The md5 is over UTF-8 and compared as lower-case hex; ties go by native id, then by source.
        """
        return rank.bottom_k(self._asker, window, seed, k)

    def bottom_k_by(
        self, window: Window, seed: str, field: str, k_by_stratum: Mapping[str, int]
    ) -> list[Ranked]:
        """`bottom_k` within each stratum of the field, as many as that stratum is to give, in order of rank."""
        return rank.bottom_k_by(self._asker, window, seed, field, k_by_stratum)

    def fetch(self, uids: Sequence[str]) -> list[Trace]:
        """The traces of these uids, in their order; those the store does not have are left out."""
        return lookup.fetch(self._asker, uids)

    def index(self, uids: Sequence[str] | None = None) -> list[IndexRow]:
        """What the index says of these traces in their order, or (None) of all, newest first, undated last."""
        return lookup.index(self._asker, uids)

    def resolve(self, name: str) -> list[Name]:
        """(uid, source, native id) of all that go by that name: a native id, or ``source:native-id``."""
        return lookup.resolve_many(self._asker, [name])[name]

    def resolve_many(self, names: Iterable[str]) -> dict[str, list[Name]]:
        """`resolve` for many names in one scan; a name that nobody bears has an empty list."""
        return lookup.resolve_many(self._asker, names)

    def field_values(self, field: str, uids: Sequence[str]) -> dict[str, str | None]:
        """The field's value of each of these traces (None: it has none); unknown traces are left out."""
        return lookup.field_values(self._asker, field, uids)

    def metric_names(self) -> list[str]:
        """The names of all metrics any trace has, in order."""
        return metrics.names(self._asker)

    def metric_values(self, name: str, uids: Sequence[str] | None = None) -> dict[str, float | str | None]:
        """The metric of each of these traces that has it (None: of all such traces).

        The mean where a trace has several numbers, the first label where it has no number, None where neither.
        """
        return metrics.values(self._asker, name, uids)

    def metric_by_day(self, name: str) -> list[MetricPoint]:
        """The metric's mean over the traces of each day that have a number; undated traces are left out."""
        return metrics.by_day(self._asker, name)

    def days(self) -> dict[date | None, int]:
        """How many traces each UTC day has, in order; None stands for the undated ones and comes last."""
        return lookup.days(self._asker)

    def _sweep(self) -> None:
        try:
            roll_forward(self.folder)
            layout.clear(self.folder / layout.WORK)
            layout.sweep_days(self.folder)
        except OSError as error:
            raise Unavailable(
                tr("What an earlier write left behind could not be put in order: {fault}.").format(
                    fault=error
                ),
                tr("Check the disk and its free space, then try again."),
            ) from error
