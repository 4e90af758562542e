"""A mapping: where in a file's records each thing of a trace stands. Its tables are those of the TOML file."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assay.base.translation import tr
from assay.sources.fields.objects import Json, Object
from assay.sources.mapped.expressions import Expression, Moment, expression, moment
from assay.sources.mapped.paths import Path, path

Spot = tuple[str | int, ...]
"""Where in the mapping something stands: the names of its tables (a number for one of several) and its key."""


def _each(value: object) -> Path:
    if isinstance(value, Path):
        return value
    found = path(value if isinstance(value, str) else "")
    if not found.segments or found.segments[-1] is not None:
        raise ValueError(tr("“{path}” is one thing; its members are “{path}[*]”.").format(path=value))
    return found


def _path(value: object) -> Path:
    return value if isinstance(value, Path) else path(value if isinstance(value, str) else "")


Said = Annotated[Expression, BeforeValidator(expression)]
When = Annotated[Moment, BeforeValidator(moment)]
Each = Annotated[Path, BeforeValidator(_each)]
Anywhere = Annotated[Path, BeforeValidator(_path)]


class Table(BaseModel):
    """A table of the mapping. Where it has an ``each`` it is read once for every member of that list."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    @cached_property
    def of_member(self) -> "Taken":
        """What is taken over whole from each member, so that only the rest is kept beside it."""
        inner = [value.each for value in vars(self).values() if isinstance(value, Passages)]
        return taken(one for one in [*_own_paths(self), *inner] if one.root == "@")


class Records(Table):
    """``[records]``: where the records are; without ``each`` the members of a list, or else the whole."""

    each: Anywhere | None = None
    json_text: tuple[str, ...] = ()


class Named(Table):
    """``prompt`` and ``dataset``: a name and a version."""

    name: Said | None = None
    version: Said | None = None


class TokenCounts(Table):
    """``tokens``: the counts."""

    input: Said | None = None
    output: Said | None = None
    total: Said | None = None
    cached: Said | None = None
    reasoning: Said | None = None


class TraceTable(Table):
    """``[trace]``: the fields of the trace."""

    id: Said
    session_id: Said | None = None
    user_id: Said | None = None
    started_at: When | None = None
    ended_at: When | None = None
    name: Said | None = None
    task_type: Said | None = None
    language: Said | None = None
    environment: Said | None = None
    release: Said | None = None
    input: Said | None = None
    output: Said | None = None
    model: Said | None = None
    prompt: Named = Named()
    dataset: Named = Named()
    tags: Said | None = None
    tokens: TokenCounts = TokenCounts()
    cost_usd: Said | None = None
    latency_ms: Said | None = None
    ttft_ms: Said | None = None
    error: Said | None = None


class Messages(Table):
    """``[messages]``: a dialogue, member by member. ``calls`` are tool calls as OpenAI writes them."""

    each: Each
    role: Said = expression("@.role")
    text: Said = expression("@.content")
    name: Said = expression("@.name")
    calls: Said = expression("@.tool_calls")
    call_id: Said = expression("@.tool_call_id")
    roles: dict[str, str] = Field(default_factory=dict)
    output: Literal["last assistant", "none"] = "last assistant"


class Passages(Table):
    """``documents`` of a step: what was retrieved."""

    each: Each
    id: Said | None = None
    title: Said | None = None
    content: Said = expression("@")
    score: Said | None = None


class StepTable(Table):
    """``[[steps]]``: a step, or one for each member of a list."""

    each: Each | None = None
    id: Said | None = None
    parent_id: Said | None = None
    kind: Said | None = None
    name: Said | None = None
    started_at: When | None = None
    ended_at: When | None = None
    input: Said | None = None
    output: Said | None = None
    model: Said | None = None
    tokens: TokenCounts = TokenCounts()
    cost_usd: Said | None = None
    error: Said | None = None
    documents: Passages | None = None


class MetricTable(Table):
    """``[[metrics]]``: a machine's number or label."""

    each: Each | None = None
    name: Said
    value: Said
    label: Said | None = None
    explanation: Said | None = None
    source: Said | None = None
    evaluator: Said | None = None
    evaluator_version: Said | None = None
    step_id: Said | None = None
    created_at: When | None = None


class BehaviourTable(Table):
    """``[[behaviour]]``: what the person at the application did."""

    each: Each | None = None
    kind: Said
    at: When | None = None
    value: Said | None = None
    final_text: Said | None = None


class ReviewTable(Table):
    """``[[reviews]]``: a person's judgement. ``step`` marks a step, by its place counted from ``first_step``."""

    each: Each | None = None
    criterion: Said
    value: Said | None = None
    rater: Said | None = None
    rater_kind: Said | None = None
    kind: Said | None = None
    passed: Said | None = None
    note: Said | None = None
    reason: Said | None = None
    correction: Said | None = None
    codes: Said | None = None
    rubric: Said | None = None
    created_at: When | None = None
    seconds: Said | None = None
    step: Said | None = None
    first_step: int = 0
    code: Said | None = None


class MetadataTable(Table):
    """``[metadata]``: what is kept of everything else, under which names, and what is left out."""

    keep: Literal["rest", "none"] = "rest"
    fields: dict[str, Said] = Field(default_factory=dict)
    drop: tuple[Anywhere, ...] = ()


class Mapping(Table):
    """The whole mapping. ``name`` is what the import calls the format."""

    name: str = Field(default="mapped", min_length=1, max_length=100)
    records: Records = Records()
    trace: TraceTable
    messages: Messages | None = None
    steps: tuple[StepTable, ...] = ()
    metrics: tuple[MetricTable, ...] = ()
    behaviour: tuple[BehaviourTable, ...] = ()
    reviews: tuple[ReviewTable, ...] = ()
    metadata: MetadataTable = MetadataTable()

    @cached_property
    def of_record(self) -> "Taken":
        """What is taken over whole from the record; everything else is its rest."""
        tables = [table for _, table, _ in tables_of(self) if not isinstance(table, Records)]
        lists = [each for table in tables if (each := each_of(table)) is not None]
        paths = [one for table in tables for one in _own_paths(table)]
        return taken(one for one in [*lists, *paths, *self.metadata.drop] if one.root == "$")


Taken = dict[str, "Taken"] | None
"""The keys that are taken, each with what is taken of its object; None: all of it."""


def taken(paths: Iterable[Path]) -> Taken:
    """What these paths take, as far as they go along keys."""
    keys = [path.keys for path in paths if path.keys is not None]
    if () in keys:
        return None
    tree: dict[str, Taken] = {}
    for along in sorted(keys, key=len):
        branch = tree
        for key in along[:-1]:
            below = branch.setdefault(key, {})
            if below is None:
                break
            branch = below
        else:
            branch[along[-1]] = None
    return tree


def rest_of(value: Json, part: Taken) -> Json:
    """The value without what is taken of it; an object of which nothing is left goes as well."""
    if part is None:
        return {}
    if not isinstance(value, dict) or not part:
        return value
    left: Object = {}
    for key, member in value.items():
        if key not in part:
            left[key] = member
        elif part[key] is not None:
            below = rest_of(member, part[key])
            if below != {} or member == {}:
                left[key] = below
    return left


def tables_of(table: Table, spot: Spot = (), in_member: bool = False) -> Iterator[tuple[Spot, Table, bool]]:
    """A table and all tables in it: where each stands, and whether it is read for the members of a list."""
    in_member = in_member or (each_of(table) is not None and not isinstance(table, Records))
    yield spot, table, in_member
    for key in type(table).model_fields:
        value = getattr(table, key)
        if isinstance(value, Table):
            yield from tables_of(value, (*spot, key), in_member)
        elif isinstance(value, tuple):
            for place, member in enumerate(value):
                if isinstance(member, Table):
                    yield from tables_of(member, (*spot, key, place), in_member)


def expressions_of(table: Table) -> Iterator[tuple[Spot, Expression]]:
    """The expressions of a table itself, each with its key."""
    for key in type(table).model_fields:
        value = getattr(table, key)
        if isinstance(value, Expression):
            yield (key,), value
        elif isinstance(value, Moment):
            yield (key,), value.at
        elif isinstance(value, dict):
            yield from (((key, name), one) for name, one in value.items() if isinstance(one, Expression))


def each_of(table: Table) -> Path | None:
    """The list that a table is read for the members of, if it is."""
    each = getattr(table, "each", None)
    return each if isinstance(each, Path) else None


def _own_paths(table: Table) -> Iterator[Path]:
    """The paths whose values a table takes over, and those of the plain tables in it."""
    for _, one in expressions_of(table):
        yield from one.paths()
    for inner in vars(table).values():
        if isinstance(inner, Named | TokenCounts):
            yield from _own_paths(inner)
