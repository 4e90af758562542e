"""Helicone: requests as its API and its export hand them out, in JSON or JSON Lines. One request is one trace.

The sessions of an application are among the properties of its requests. Thumbs (``feedback_rating``) are what a
user said, and a metric of that source; scores do not say who gave them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.incoming import Incoming, IncomingReview, IncomingTrace
from assay.model.kinds import FileSource
from assay.model.trace import Versioned
from assay.sources.fields.assembled import Told, assembled, counted
from assay.sources.fields.gathered import Filing, Gathered, Row, members_of, native_id, read_gathered
from assay.sources.fields.glimpse import glimpses
from assay.sources.fields.loose import Loose, embedded, merged, said
from assay.sources.fields.objects import Json, Malformed, Object, as_text
from assay.sources.fields.scored import Judged, done, metric
from assay.sources.fields.telling import telling

_SESSION = ("Helicone-Session-Id", "helicone-session-id", "session_id", "sessionId")
_ENVIRONMENT = ("Environment", "environment", "env")
_TELLING = ("request_body", "response_status", "delay_ms", "signed_body_url", "request_path", "helicone_user")


def _recognises(path: Path, head: bytes) -> bool:
    return any(
        isinstance(one, dict)
        and {"request_id", "request_created_at"} <= one.keys()
        and not one.keys().isdisjoint(_TELLING)
        for value in glimpses(head)
        for one in members_of(value, "data")[:3]
    )


def _members(value: Json) -> Iterable[Json]:
    return [value] if isinstance(value, dict) and "request_id" in value else members_of(value, "data")


def _rows(value: Object) -> Iterator[Row]:
    """The request, and its scores and its thumbs as rows of their own."""
    fields = Loose(value)
    own = native_id(fields.text("request_id"), "request_id")
    scores, rating, at = (
        fields.bag("scores"),
        fields.take("feedback_rating"),
        fields.take("feedback_created_at"),
    )
    yield Row("trace", own, fields.rest, own)
    for name, score in scores.items():
        yield Row("score", name, {"name": name, "score": score}, own)
    if rating is not None:
        yield Row(
            "score", "\x00rating", {"name": "feedback_rating", "score": rating, "at": at, "user": True}, own
        )


def _build(gathered: Gathered, source: str, judged: list[Judged]) -> IncomingTrace:
    row = gathered.of("trace")[0]
    fields = Loose(row.value)
    fields.take("request_id")
    asked, answered = _body(fields, "request_body"), _body(fields, "response_body")
    known = _known(fields)
    if known["started_at"] is None and "request_created_at" in fields.rest:
        raise Malformed(tr("“request_created_at” is no time that can be read."))
    known["error"] = _error(fields, answered)
    told = Told(source, gathered.native_id or "", known, asked, answered, judged, fields.rest)
    return IncomingTrace(assembled(told, []), row.place)


def _known(fields: Loose) -> dict[str, Any]:
    begun, ended = fields.time("request_created_at"), fields.time("response_created_at")
    delay = fields.number("delay_ms")
    if ended is None and begun is not None and delay is not None and 0 <= delay < 1e12:
        ended = begun + timedelta(milliseconds=delay)
    properties = fields.bag("properties", "request_properties")
    about = Loose(properties)
    prompt, version = fields.text("prompt_id"), fields.text("prompt_version")
    known = {
        "started_at": begun,
        "ended_at": ended,
        "latency_ms": delay,
        "ttft_ms": fields.number("time_to_first_token"),
        "model": fields.text("model", "response_model", "request_model", "model_override"),
        "user_id": fields.text("request_user_id", "user_id"),
        "session_id": about.text(*_SESSION),
        "environment": about.text(*_ENVIRONMENT),
        "name": about.text("Helicone-Session-Path", "Helicone-Prompt-Id"),
        "prompt": Versioned(name=prompt, version=version) if prompt or version else None,
        "cost_usd": fields.number("costUSD", "cost_usd", "cost"),
        "tokens": counted(
            fields,
            input=("prompt_tokens",),
            output=("completion_tokens",),
            total=("total_tokens",),
            cached=("prompt_cache_read_tokens",),
            reasoning=("reasoning_tokens",),
        ),
    }
    fields.rest = merged(fields.rest, said(properties=about.rest))
    return known


def _body(fields: Loose, key: str) -> Json:
    """What was sent or answered; a body that was kept elsewhere is not fetched, its address stays as it is."""
    body = fields.take(key)
    found = embedded(body)
    return found if isinstance(found, dict) else body


def _error(fields: Loose, answered: Json) -> str | None:
    status = fields.rest.get("response_status")
    if isinstance(status, bool) or not isinstance(status, int | float) or 0 < status < 400:
        return None
    error = answered.get("error") if isinstance(answered, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return as_text(message) if message else tr("The answer had the status {status}.").format(status=status)


def _judge(row: Row, source: str | None) -> list[IncomingReview | Judged]:
    fields = Loose(row.value)
    name, score, at = fields.text("name") or "", fields.take("score"), fields.time("at")
    did = done(name, score, at)
    # A newer form of a score is an object of the value and its type.
    inner = score if isinstance(score, dict) and "value" in score else {"value": score}
    more = {key: member for key, member in inner.items() if key != "value"}
    user = "user_feedback" if "user" in fields.rest else "unknown"
    return [did or metric(name, inner["value"], more, source=user, created_at=at)]


FILING = Filing(_members, _rows)


def _read_together(paths: Sequence[Path], source: str, progress: Progress) -> Iterator[Incoming]:
    yield from read_gathered(paths, source, progress, FILING, telling(_build, _judge))


def _read(path: Path, source: str, progress: Progress) -> Iterator[Incoming]:
    yield from _read_together([path], source, progress)


KIND = FileSource(
    name="helicone", title="Helicone", recognises=_recognises, read=_read, read_together=_read_together
)
