"""What machines and people gave a trace, whatever store kept it: metrics, reviews, and what users did.

No value is rescaled. A number is a metric's value, a word its label, and a truth is both; what is neither (a list,
an object, NaN) is kept as ``native`` in the metric's metadata.
"""

import math
from datetime import datetime
from typing import get_args

from assay.base.translation import tr
from assay.model.incoming import IncomingReview, Place
from assay.model.trace import BehaviourEvent, BehaviourKind, Metric
from assay.sources.fields.loose import merged
from assay.sources.fields.objects import Json, Malformed, Object, as_number, as_text

Judged = Metric | BehaviourEvent

THUMBS = frozenset(
    {"thumbs", "thumbs_up", "thumbs_down", "user_feedback", "user_score", "user_rating", "feedback_rating"}
)
"""Names that people give to what the users of an application said of it themselves."""

NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
"""The texts that stand for the numbers that no file keeps (see `settled`)."""

_BEHAVIOUR_KINDS = frozenset(get_args(BehaviourKind))


def metric(
    name: str, value: Json, metadata: Object | None = None, *, spelled: bool = False, **known: Json
) -> Metric:
    """A metric of that value. ``spelled``: a text that spells a number is one, as in tables.

    Raises Malformed when it has no name.
    """
    if not name.strip():
        raise Malformed(tr("The score has no name."))
    more: Object = dict(metadata or {})
    number = as_number(float(value) if isinstance(value, bool) else value)
    label = known.pop("label", None)
    if isinstance(value, dict | list):
        more = merged(more, {"native": value})
    elif isinstance(value, bool):
        label = label or as_text(value)
    elif value in NO_NUMBERS:
        more, number = merged(more, {"native": value}), None
    elif isinstance(value, str) and not (spelled and number is not None and math.isfinite(number)):
        more = merged(more, {"native": value}) if label not in (None, value) else more
        label, number = (label or value), None
    elif number is not None and not math.isfinite(number):
        more = merged(more, {"native": as_text(value)})
    finite = number if number is not None and math.isfinite(number) else None
    return Metric(name=name, value=finite, label=label, metadata=more, **known)


def from_users(name: str) -> bool:
    """Whether a score of that name is what the users of an application said of it."""
    return name.strip().lower().replace("-", "_").replace(" ", "_") in THUMBS


def done(name: str, value: Json, at: datetime | None) -> BehaviourEvent | None:
    """What the user did, where the name says so and the value does not deny it; None where it is a metric."""
    kind = name.strip().lower().replace("-", "_").replace(" ", "_")
    number = as_number(value)
    if kind not in _BEHAVIOUR_KINDS or value is False or number == 0 or isinstance(value, dict | list):
        return None
    if number is not None and not math.isfinite(number):
        return None
    final = value if isinstance(value, str) and number is None else None
    return BehaviourEvent.model_validate({"kind": kind, "at": at, "value": number, "final_text": final})


def answer(value: Json) -> str | None:
    """A value as the answer of a review: whole numbers without a fraction, truths in words; None for nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if value is None or value in ("", [], {}):
        return None
    text = as_text(value).strip()
    return None if text in ("", *NO_NUMBERS) else text


def review(trace: str, name: str, value: Json, place: Place, known: Object, extra: Object) -> IncomingReview:
    """A person's answer to the question ``name``. ``known`` are fields of `IncomingReview`, ``extra`` its extra.

    Raises Malformed when there is no answer.
    """
    text = answer(value)
    if text is None:
        reason = tr("“{name}” by {rater} has no value.")
        raise Malformed(reason.format(name=name, rater=known.get("rater") or tr("somebody without a name")))
    if not name.strip():
        raise Malformed(tr("The judgement says no name of what was judged."))
    rater = known.get("rater")
    return IncomingReview(
        place=place,
        native_trace_id=trace,
        criterion=name.strip(),
        value=text,
        **{**known, "rater": rater.strip() or None if isinstance(rater, str) else None},
        extra={key: member for key, member in extra.items() if member is not None},
    )
