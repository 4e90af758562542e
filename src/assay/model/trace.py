"""The canonical trace: one run of an application as it was seen, whichever store it came from.

Traces are immutable and live in columns, so they are pydantic and not tables. Values keep their native scale;
what a source has and this has no place for goes into ``metadata``.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from assay.base.ids import sha256, trace_uid

StepKind = Literal[
    "retriever",
    "llm",
    "tool",
    "chain",
    "agent",
    "reranker",
    "embedding",
    "guardrail",
    "evaluator",
    "prompt",
    "other",
]
MetricSource = Literal["llm", "code", "human", "user_feedback", "unknown"]
BehaviourKind = Literal[
    "regenerated",
    "closed_at_once",
    "went_manual",
    "ignored",
    "overridden",
    "edited",
    "copied",
    "completed",
    "abandoned",
]
PartKind = Literal["text", "tool_call", "tool_result", "image", "file", "reasoning", "json"]


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


class Part(_Noun):
    """A piece of a message. ``text`` for text and reasoning; ``data`` for everything structured."""

    kind: PartKind = "text"
    text: str | None = None
    name: str | None = None
    call_id: str | None = None
    data: JsonValue = None


class Message(_Noun):
    """What one side said: ``role`` is user, assistant, system, tool or whatever the source calls it."""

    role: str
    parts: tuple[Part, ...]
    name: str | None = None

    @property
    def text(self) -> str:
        """The plain text of the message, its text parts joined by a blank line."""
        return "\n\n".join(part.text for part in self.parts if part.kind == "text" and part.text)


class Document(_Noun):
    """A retrieved passage."""

    id: str | None = None
    title: str | None = None
    content: str = ""
    score: float | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


class Tokens(_Noun):
    """Token counts as the source gives them."""

    input: int | None = None
    output: int | None = None
    total: int | None = None
    cached: int | None = None
    reasoning: int | None = None


class Versioned(_Noun):
    """A named thing in a version: a prompt or a data set."""

    name: str | None = None
    version: str | None = None


class Step(_Noun):
    """A part of a trace: a retrieval, a tool call, a model call."""

    id: str
    parent_id: str | None = None
    kind: StepKind = "other"
    name: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    input: JsonValue = None
    output: JsonValue = None
    model: str | None = None
    tokens: Tokens | None = None
    cost_usd: float | None = None
    documents: tuple[Document, ...] = ()
    error: str | None = None
    attributes: dict[str, JsonValue] = Field(default_factory=dict)


class Metric(_Noun):
    """A machine's number (or label) about a trace, with who computed it. Never rescaled."""

    name: str
    value: float | None = None
    label: str | None = None
    explanation: str | None = None
    source: MetricSource = "unknown"
    evaluator: str | None = None
    evaluator_version: str | None = None
    step_id: str | None = None
    created_at: datetime | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


class BehaviourEvent(_Noun):
    """Something the person in front of the application did with its answer."""

    kind: BehaviourKind
    at: datetime | None = None
    value: float | None = None
    final_text: str | None = None


class Trace(_Noun):
    """One run of an application as seen. ``source`` and ``native_id`` name it; `uid` is the key made of them."""

    source: str
    native_id: str
    session_id: str | None = None
    user_id: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    name: str | None = None
    task_type: str | None = None
    language: str | None = None
    environment: str | None = None
    release: str | None = None
    input: tuple[Message, ...] = ()
    output: tuple[Message, ...] = ()
    steps: tuple[Step, ...] = ()
    model: str | None = None
    prompt: Versioned | None = None
    dataset: Versioned | None = None
    tags: tuple[str, ...] = ()
    tokens: Tokens | None = None
    cost_usd: float | None = None
    latency_ms: float | None = None
    ttft_ms: float | None = None
    error: str | None = None
    metrics: tuple[Metric, ...] = ()
    behaviour: tuple[BehaviourEvent, ...] = ()
    metadata: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def uid(self) -> str:
        """The trace's key in a workspace."""
        return trace_uid(self.source, self.native_id)

    @property
    def day(self) -> date | None:
        """The UTC day the trace began on; None when the source gives no time."""
        return self.started_at.date() if self.started_at else None

    def canonical_json(self) -> str:
        """The trace as one line of JSON: what is stored, hashed and copied into a workspace."""
        return self.model_dump_json(exclude_defaults=True)

    def content_sha256(self) -> str:
        """The fingerprint of everything the trace says."""
        return sha256(self.canonical_json())


def text_message(role: str, text: str) -> Message:
    """A message of plain text."""
    return Message(role=role, parts=(Part(text=text),))
