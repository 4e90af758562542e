"""A mapping proposed from the first records of a file, by the names of their fields and what stands in them.

It is written as TOML, so that a person can look it over. Judgements are never guessed: whether a number was a
person's or a machine's, and whose, only people know.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice, product
from pathlib import Path

from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.base.translation import tr, trn
from assay.operations.mapping import mapping_of
from assay.sources.fields.loose import embedded
from assay.sources.fields.objects import Json, Object, as_number
from assay.sources.mapped.mapping import Mapping
from assay.sources.mapped.paths import Segment, written
from assay.sources.mapped.records import Unread, records_of

MOST_LOOKED_AT = 50

Values = dict[str, list[Json]]
"""The fields of the records, each with the values that it has in them."""

_NAMES = {
    "session_id": ("sessionid", "session", "conversationid", "threadid", "chatid"),
    "user_id": ("userid", "customerid"),
    "started_at": ("startedat", "starttime", "createdat", "created", "timestamp", "time", "datetime", "date"),
    "ended_at": ("endedat", "endtime", "completedat", "finishedat"),
    "task_type": ("tasktype", "task", "intent", "category"),
    "language": ("language", "lang", "locale"),
    "environment": ("environment", "env"),
    "release": ("release", "appversion", "version"),
    "model": ("model", "modelid", "modelname", "llm"),
    "prompt.name": ("promptname", "promptid"),
    "prompt.version": ("promptversion",),
    "dataset.name": ("dataset", "datasetname"),
    "dataset.version": ("datasetversion",),
    "tags": ("tags", "labels"),
    "tokens.input": ("inputtokens", "prompttokens", "tokensin"),
    "tokens.output": ("outputtokens", "completiontokens", "tokensout"),
    "tokens.total": ("totaltokens",),
    "cost_usd": ("costusd", "totalcostusd"),
    "latency_ms": ("latencyms", "durationms", "responsetimems"),
    "ttft_ms": ("ttftms", "timetofirsttokenms"),
    "error": ("error", "errormessage", "exception"),
}
_OWN_NAME = ("id", "traceid", "requestid", "recordid", "runid", "uuid")
# What several runs may share, and what tells such runs apart: unlike in the first records need not be unlike in all.
_SHARED_NAME = ("taskid", "questionid", "conversationid", "sessionid", "sampleid", "caseid")
_TELLS_APART = ("trial", "attempt", "repeat", "turn", "turnid", "step", "model", "modelid", "index")
_INPUT = (
    "input",
    "question",
    "prompt",
    "query",
    "userinput",
    "usermessage",
    "instruction",
    "request",
    "user",
)
_OUTPUT = ("output", "answer", "response", "completion", "generation", "prediction", "reply", "assistant")
_SAID = ("messages", "conversation", "dialogue", "dialog", "chat", "history", "turns", "transcript", "traj")
_RETRIEVED = ("contexts", "retrievedcontexts", "documents", "passages", "chunks", "context", "sources")
_SCORED = ("scores", "metrics", "evaluations", "evals")
_OPENED = frozenset({*_SAID, *_RETRIEVED, *_SCORED, "tags", "labels"})
_ROLE = ("role", "speaker", "from", "sender", "author")
_TEXT = ("content", "text", "message", "value", "utterance")
_CONTENT = ("content", "text", "pagecontent", "passage", "body")
_PASSAGE = {
    "id": ("id", "documentid", "docid"),
    "title": ("title",),
    "content": _CONTENT,
    "score": ("score",),
}
_METRIC = re.compile(
    r"(score|reward|accuracy|correct|faithful|relevan|grounded|precision|recall|toxic|similarity|bleu|rouge|f1)"
)
_NUMBERS = frozenset({"tokens.input", "tokens.output", "tokens.total", "cost_usd", "latency_ms", "ttft_ms"})
_TIMES = frozenset({"started_at", "ended_at"})


def propose(records: Sequence[Json], each: str | None = None) -> Mapping:
    """A mapping for records like these. Raises Refused where nothing in them looks like something to read."""
    return mapping_of(proposed_text(records, each), tr("the proposal"))


def proposed_text(records: Sequence[Json], each: str | None = None) -> str:
    """The same as TOML. ``each`` is the path that the file's records were found by."""
    values = _values(records)
    opened = [key for key in values if _plain(key) in _OPENED and _are_embedded(values[key])]
    values |= {key: [embedded(one) for one in values[key]] for key in opened}
    used: list[str] = []
    content = _content(values, used)
    if not content:
        raise Refused(
            tr("Nothing in the records looks like an input, an output or a dialogue."),
            tr("Write a mapping by hand; docs/mapping.md tells how."),
        )
    trace = ["[trace]", f"id = {_quoted(_id(values, len(records)))}", *_fields(values, used)]
    trace += [line for line in content if not line.startswith("[")]
    blocks = ["\n".join(trace), *(line for line in content if line.startswith("["))]
    blocks += _steps(values, used) + _metrics(values, used)
    blocks.insert(0, _records(each, [key for key in opened if key in used]))
    first = trn(
        "# Proposed from one record. Look it over before you use it.",
        "# Proposed from the first {count} records. Look it over before you use it.",
        len(records),
    )
    return "\n\n".join([first.format(count=len(records)), *(block for block in blocks if block)]) + "\n"


def propose_for(path: Path) -> str:
    """A mapping, as TOML, for the JSON file, from its first records.

    Raises Refused where nothing in it looks like something to read, Unavailable when it cannot be read.
    """
    try:
        found = list(islice(records_of(path, None, Progress()), MOST_LOOKED_AT))
    except OSError as error:
        what = tr("{path} cannot be read: {why}.").format(path=path, why=error.strerror or error)
        raise Unavailable(what) from error
    records = [record for _, record in found if not isinstance(record, Unread)]
    if len(records) == 1 and isinstance(records[0], dict) and not _content(_values(records), []):
        for key, inner in records[0].items():
            if isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner):
                return proposed_text(inner[:MOST_LOOKED_AT], written((key, None)))
    return proposed_text(records)


def _values(records: Sequence[Json]) -> Values:
    values: Values = {}
    for record in records:
        for key, value in record.items() if isinstance(record, dict) else ():
            if value is not None and value != "":
                values.setdefault(key, []).append(value)
    return values


def _plain(name: str) -> str:
    """A name without what spellings differ in."""
    return re.sub(r"[\W_]", "", name).lower()


def _pick(values: Values, names: Sequence[str], fits: Callable[[list[Json]], bool]) -> str | None:
    """The field that goes by the first of the names and whose values fit."""
    by_name = {_plain(key): key for key in reversed(values)}
    found = (by_name[name] for name in names if name in by_name)
    return next((key for key in found if fits(values[key])), None)


def _are_embedded(members: list[Json]) -> bool:
    """Whether they are texts that hold JSON, as tables have it."""
    return all(isinstance(embedded(one), list | dict) for one in members)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _path(*keys: Segment, root: str = "$") -> str:
    return _quoted(written(keys, root))


def _records(each: str | None, opened: Sequence[str]) -> str:
    lines = [f"each = {_quoted(each)}"] if each else []
    lines += [f"json_text = [{', '.join(_quoted(key) for key in opened)}]"] if opened else []
    return "\n".join(["[records]", *lines]) if lines else ""


# The trace


def _id(values: Values, count: int) -> str:
    """A field that is a name of the record's own, else two that are one together, else the record's fingerprint."""
    whole = {key: members for key, members in values.items() if len(members) == count and _are_names(members)}
    by_name = {_plain(key): key for key in reversed(whole)}
    own = (by_name[name] for name in _OWN_NAME if name in by_name)
    for key in own:
        if len(set(map(str, whole[key]))) == count:
            return written((key,))
    shared = [by_name[name] for name in _SHARED_NAME if name in by_name]
    apart = [by_name[name] for name in _TELLS_APART if name in by_name]
    for key, other in product(shared, apart):
        pairs = set(zip(map(str, whole[key]), map(str, whole[other]), strict=True))
        if len(pairs) == count and not re.search(r"[{}]", key + other):
            return f"{{{written((key,))}}}-{{{written((other,))}}}"
    return "#sha256"


def _fields(values: Values, used: list[str]) -> list[str]:
    lines = []
    for field, names in _NAMES.items():
        fits = _are_times if field in _TIMES else _are_numbers if field in _NUMBERS else _are_names
        fits = _are_words if field in ("tags", "error") else fits
        key = _pick({one: values[one] for one in values if one not in used}, names, fits)
        if key is None:
            continue
        used.append(key)
        unit = _unit(values[key]) if field in _TIMES else ""
        value = f'{{ path = {_path(key)}, as = "{unit}" }}' if unit else _path(key)
        lines.append(f"{field} = {value}")
    return lines


def _are_names(members: list[Json]) -> bool:
    return all(
        isinstance(one, str | int) and not isinstance(one, bool) and len(str(one)) < 200 for one in members
    )


def _are_words(members: list[Json]) -> bool:
    flat = [one for member in members for one in (member if isinstance(member, list) else [member])]
    return all(isinstance(one, str | int | float) for one in flat)


def _are_numbers(members: list[Json]) -> bool:
    return all(as_number(one) is not None for one in members)


def _are_times(members: list[Json]) -> bool:
    return all(_is_time(one) for one in members)


def _is_time(value: Json) -> bool:
    number = as_number(value)
    if number is not None:
        return 1e9 <= number < 1e14
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value.strip()))
    except ValueError:
        return False


def _unit(members: list[Json]) -> str:
    """The unit to name: none for ISO 8601 and for seconds, which are understood without."""
    numbers = [number for one in members if (number := as_number(one)) is not None]
    return "unix_ms" if numbers and min(numbers) >= 1e11 else "unix" if numbers else ""


# What was said


def _content(values: Values, used: list[str]) -> list[str]:
    """Lines of [trace] for input and output, or the block [messages]; none where there is nothing to read."""
    dialogue = _pick(values, _SAID, _are_objects)
    role = _pick(_values(values[dialogue][0]), _ROLE, _are_words) if dialogue else None
    text = _pick(_values(values[dialogue][0]), _TEXT, lambda members: True) if dialogue else None
    answered = _pick(values, _OUTPUT, lambda members: True)
    if dialogue and role and text:
        used.append(dialogue)
        lines = ["[messages]", f"each = {_path(dialogue, None)}"]
        lines += [f"role = {_path(role, root='@')}"] if role != "role" else []
        lines += [f"text = {_path(text, root='@')}"] if text != "content" else []
        used += [answered] if answered else []
        return ["\n".join(lines), *([f"output = {_path(answered)}"] if answered else [])]
    asked = _pick({key: values[key] for key in values if key != answered}, _INPUT, lambda members: True)
    used += [key for key in (asked, answered) if key]
    return [f"{name} = {_path(key)}" for name, key in (("input", asked), ("output", answered)) if key]


def _are_objects(members: list[Json]) -> bool:
    return all(
        isinstance(one, list) and one and all(isinstance(inner, dict) for inner in one) for one in members
    )


# What was retrieved and measured


def _steps(values: Values, used: list[str]) -> list[str]:
    """The passages that were retrieved, as one step."""
    free = {key: members for key, members in values.items() if key not in used}
    key = _pick(free, _RETRIEVED, lambda members: all(isinstance(one, list) and one for one in members))
    if key is None:
        return []
    used.append(key)
    first = values[key][0][0]
    parts = [f"each = {_path(key, None)}"]
    if isinstance(first, dict):
        fields = _values([first])
        named = {name: _pick(fields, names, lambda members: True) for name, names in _PASSAGE.items()}
        parts += [f"{name} = {_path(found, root='@')}" for name, found in named.items() if found]
    return ["\n".join(["[[steps]]", 'kind = "=retriever"', f"documents = {{ {', '.join(parts)} }}"])]


def _metrics(values: Values, used: list[str]) -> list[str]:
    """Fields named as metrics are, with a number or a verdict in every record; and objects of such."""
    blocks = []
    for key, members in values.items():
        if key in used or re.search("[{}]", key):
            continue
        if _plain(key) in _SCORED and all(_is_scores(one) for one in members):
            blocks.append(f'[[metrics]]\neach = {_path(key, None)}\nname = "#key"\nvalue = "@"')
        elif _METRIC.search(_plain(key)) and _are_measured(members):
            blocks.append(f"[[metrics]]\nname = {_quoted('=' + key)}\nvalue = {_path(key)}")
        else:
            continue
        used.append(key)
    return blocks


def _is_scores(value: Json) -> bool:
    scores: Object = value if isinstance(value, dict) else {}
    return bool(scores) and _are_measured(list(scores.values()))


def _are_measured(members: list[Json]) -> bool:
    return all(isinstance(one, bool) or as_number(one) is not None for one in members)
