"""How people name a trace: its native id where that is unique in the workspace, else ``source:native-id``."""

from collections.abc import Iterable
from dataclasses import dataclass

from assay.base.errors import Refused
from assay.base.ids import trace_uid
from assay.operations.office import Office

FILES = "files"
"""The source of traces that came from files and were given no other name."""


@dataclass(frozen=True, slots=True)
class Named:
    """A trace as it was found by its name."""

    uid: str
    source: str
    native_id: str


def find_trace(office: Office, name: str) -> Named:
    """The one trace of that name, in the store or among the drawn copies.

    Raises Refused when there is none or more than one.
    """
    found = {Named(*row) for row in [*office.traces.resolve(name), *_copied(office, name)]}
    by_native_id = {one for one in found if one.native_id == name}
    if len(by_native_id) == 1:
        return by_native_id.pop()
    if not found:
        raise Refused(f"There is no trace “{name}” in this workspace.", "Check the id; it is case-sensitive.")
    if len(found) > 1:
        sources = ", ".join(sorted(f"{one.source}:{one.native_id}" for one in found))
        raise Refused(f"More than one source has a trace “{name}”.", f"Say which: {sources}.")
    return found.pop()


def _copied(office: Office, name: str) -> Iterable[tuple[str, str, str]]:
    source, _, native = name.partition(":")
    by_source = [row for row in office.workspace.samples.copied(native) if row[1] == source] if native else []
    return [*office.workspace.samples.copied(name), *by_source]


def place_names(
    office: Office, names: Iterable[tuple[str | None, str]]
) -> dict[tuple[str | None, str], Named | None]:
    """For each (source, native id) of judgements made elsewhere, the trace they speak of; None: it is not clear which.

    A judgement may come before its trace, or without it ever coming: then it is kept under the name it gives,
    with the source that files have by default.
    """
    wanted = list(dict.fromkeys(names))
    unsourced = [native for source, native in wanted if source is None]
    found = office.traces.resolve_many(unsourced)
    placed: dict[tuple[str | None, str], Named | None] = {}
    for source, native in wanted:
        known = [Named(*row) for row in found.get(native, [])] if source is None else []
        by_native_id = [one for one in known if one.native_id == native]
        if known:
            clear = by_native_id or known
            placed[source, native] = clear[0] if len(clear) == 1 else None
        else:
            home = source or FILES
            placed[source, native] = Named(trace_uid(home, native), home, native)
    return placed
