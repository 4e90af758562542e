"""What the desk says after an act, in one short line."""

from assay.base.translation import tr
from assay.model.criterion import Criterion
from assay.model.review import Act
from assay.operations.review import Done

_SHORT = 12


def short_id(native_id: str) -> str:
    """The beginning of an id that is too long to be read."""
    return native_id if len(native_id) <= _SHORT else f"{native_id[: _SHORT - 1]}…"


def missing_words(criterion: Criterion) -> str:
    """That a required question is not answered."""
    return tr("Still open: {question}").format(question=criterion.question)


def saved_words(done: Done) -> str:
    """That an act is on the disk."""
    words = {
        Act.SUBMIT: tr("Saved"),
        Act.NOT_TODAY: tr("Not today; it comes back tomorrow"),
        Act.CANNOT_JUDGE: tr("Noted as not judged"),
        Act.FLAG: tr("Flagged"),
        Act.UNFLAG: tr("Flag taken down"),
    }
    return words.get(done.act, tr("Saved"))


def turned_words(done: Done) -> str:
    """What an undo undid, or a redo brought back."""
    what = {
        Act.SUBMIT: tr("judgement"),
        Act.NOT_TODAY: tr("not today"),
        Act.CANNOT_JUDGE: tr("cannot judge"),
        Act.FLAG: tr("flag"),
        Act.UNFLAG: tr("taking down the flag"),
    }.get(done.target or Act.SUBMIT, "")
    said = done.said or what
    form = (
        tr("Undone: {what} on trace {id}") if done.act is Act.UNDO else tr("Done again: {what} on trace {id}")
    )
    return form.format(what=said, id=short_id(done.trace.native_id))
