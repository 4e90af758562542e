"""What a score tells: a person's review where a person gave it, else a metric (or what a user did)."""

from assay.model.incoming import IncomingReview
from assay.sources.fields.gathered import Row
from assay.sources.fields.loose import Loose, merged, said
from assay.sources.fields.objects import Json
from assay.sources.fields.scored import Judged, done, from_users, metric, review
from assay.sources.langfuse.filing import TRACE_IDS

_KINDS = {"BOOLEAN": "binary", "CATEGORICAL": "choice", "TEXT": "text", "CORRECTION": "text"}
_TRUE, _FALSE = (True, 1, "1", "true", "True"), (False, 0, "0", "false", "False")
_PEOPLE = ("reviewer", "rater", "annotator")


def judge(row: Row, source: str | None) -> list[IncomingReview | Judged]:
    """The review, the metric or what a user did. Raises Malformed when a person's score has no value."""
    fields = Loose(row.value)
    fields.take("id")
    fields.take(*TRACE_IDS)
    name, by = fields.text("name") or "", (fields.text("source") or "").upper()
    sort = (fields.text("dataType", "data_type") or "").upper()
    subject = fields.part("subject")
    step = fields.text("observationId", "observation_id") or (
        subject.text("id") if subject.text("kind", "type") == "observation" else None
    )
    value, comment, at = _worth(fields, sort), fields.text("comment"), fields.time("timestamp", "createdAt")
    free = fields.part("metadata")
    rater = fields.text("authorUserName", "authorUserId", "author_user_id")
    named = next((who for key in _PEOPLE if (who := free.text(key))), None)
    if by == "ANNOTATION" or named:
        known = {
            "source": source,
            "rater": named or rater,
            "kind": _KINDS.get(sort),
            "note": comment,
            "correction": value if sort == "CORRECTION" and isinstance(value, str) else None,
            "created_at": at,
        }
        extra = said(score_id=row.id, step_id=step, metadata=free.rest) | fields.rest
        return [review(row.trace or "", name, value, row.place, known, extra)]
    did = done(name, value, at) if by == "API" and step is None else None
    if did:
        return [did]
    given = metric(
        name,
        value,
        merged(dict(free.rest), fields.rest, said(author=rater)),
        spelled=sort == "NUMERIC",
        source=_source(name, by),
        explanation=comment,
        evaluator=free.text("evaluator", "evaluatorName", "evaluator_name", "judge"),
        evaluator_version=free.text("evaluator_version", "evaluatorVersion"),
        step_id=step,
        created_at=at,
    )
    return [given]


def _source(name: str, by: str) -> str:
    if by == "API" and from_users(name):
        return "user_feedback"
    return {"EVAL": "llm"}.get(by, "unknown")


def _worth(fields: Loose, sort: str) -> Json:
    """The value as its type means it: the words of a category, yes or no of a truth, else the number."""
    words = fields.text("stringValue", "string_value", "longStringValue", "long_string_value")
    native = fields.rest.get("value")
    if sort == "BOOLEAN" and not isinstance(native, dict | list) and (native in _TRUE or native in _FALSE):
        fields.take("value")
        return native in _TRUE
    if words is not None and (sort in _KINDS or native is None):
        return words
    if words is not None:
        fields.rest["stringValue"] = words
    return fields.take("value")
