"""What a reviewer who browses all traces must know of the reviews: which are judged, and which are still blind."""

from assay.base.errors import Refused
from assay.model.review import Act
from assay.operations.office import Office
from assay.operations.queue import queue

_DECIDED = (Act.SUBMIT, Act.CANNOT_JUDGE)


def judged_uids(office: Office) -> tuple[str, ...]:
    """The traces on which a judgement of anyone stands, in order."""
    return tuple(sorted({one.trace_uid for one in office.workspace.standing.judgements()}))


def blind_uids(office: Office, rater: str) -> tuple[str, ...]:
    """The traces that wait for this reviewer's judgement: what a machine thought of them is not to be told yet."""
    try:
        found = queue(office, rater)
    except Refused:
        return ()  # nobody was named, or nothing is drawn by a plan yet: there is nothing to be blind to
    waiting = (item.trace_uid for item in (*found.items, *found.tail) if item.act not in _DECIDED)
    return tuple(sorted(waiting))
