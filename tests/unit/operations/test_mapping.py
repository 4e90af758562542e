"""Mappings in TOML: read, checked with the line of whatever is amiss, and proposed from the first records."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.base.errors import Refused, Unavailable
from assay.model.incoming import Place
from assay.operations.mapping import load_mapping, mapping_of
from assay.operations.propose_mapping import propose, propose_for, proposed_text
from assay.sources.mapped import incoming
from assay.sources.mapped.mapping import Mapping, Table, expressions_of, tables_of

ROOT = Path(__file__).resolve().parents[3]

WHOLE = """\
name = "helpdesk"

[records]
each = "$.runs[*]"
json_text = ["chat"]

[trace]
id = "{#file}-{run}"
started_at = { path = "$.at", as = "unix_ms" }
prompt.name = "=greeting"
tags = [
  "$.labels",
  "=none",
]

[messages]
each = "$.chat[*]"
roles = { human = "user" }

[[steps]]
each = "$.calls[*]"
kind = "=tool"
documents = { each = "@.hits[*]", content = "@.text" }

[[metrics]]
name = "=fit"
value = "$.fit"

[[metrics]]
each = "$.scores[*]"
name = "#key"
value = "@"

[[behaviour]]
kind = "=copied"
at = "$.copied_at"

[[reviews]]
criterion = "=mistake"
step = "$.wrong"
code = "$.why"

[metadata]
keep = "rest"
drop = ["$.mail"]
fields.reference = "$.truth"
"""


def refused(text):
    with pytest.raises(Refused) as caught:
        mapping_of(text, "m.toml")
    return caught.value.what


def test_a_whole_mapping_is_read():
    mapping = mapping_of(WHOLE, "m.toml")
    assert (mapping.name, mapping.records.each.written, mapping.records.json_text) == (
        "helpdesk", "$.runs[*]", ("chat",),
    )  # fmt: skip
    assert mapping.trace.started_at.unit == "unix_ms"
    assert [metric.name.written for metric in mapping.metrics] == ["=fit", "#key"]
    assert mapping.steps[0].documents.content.written == "@.text"
    assert mapping_of(WHOLE.replace("\n", "\r\n"), "m.toml") == mapping


ONE_METRIC = '[[metrics]]\nname = "=a"\nvalue = "$.a"\n'
TRACE = '[trace]\nid = "$.id"\ninput = "$.q"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "“m.toml”, line 1: The mapping needs “trace”."),
        ('[trace]\ninput = "$.q"', "“m.toml”, line 1: [trace] needs “id”."),
        ("\n\n[trace]\n# id is missing\n", "“m.toml”, line 3: [trace] needs “id”."),
        ('[trace]\nid = "$.id', "“m.toml”, line 2: It is not TOML: "),
        ('[trace]\nid = "$.id"\nid = "$.b"', "“m.toml”, line 3: It is not TOML: "),
        (TRACE + 'inptu = "$.q"\n', "“m.toml”, line 4: [trace] has no key “inptu”. There are: id, session_id, "),
        (TRACE + "[metric]\nx = 1\n", "“m.toml”, line 4: The mapping has no key “metric”. There are: name, records, "),
        (TRACE + 'prompt.nam = "$.p"\n', "“m.toml”, line 4: [trace.prompt] has no key “nam”. There are: name, versi"),
        (
            TRACE + ONE_METRIC + '\n# second\n[[metrics]]\nname = "=b"\nvale = [\n"$.b",\n]\n',
            "“m.toml”, line 11: [[metrics]] has no key “vale”. There are: each, name, value, ",
        ),
        (TRACE + '[[steps]]\ndocuments = { each = "$.d[*]", x = "@" }\n', "“m.toml”, line 5: [steps.documents] has"),
        (TRACE + '[metrics]\nname = "=a"\n', "“m.toml”, line 4: “metrics” has to be a table: write [[metrics]]."),
        ("trace = 5\n", "“m.toml”, line 1: “trace” has to be a table: write [trace]."),
        (TRACE + 'model = "gpt"\n', "“m.toml”, line 4: “gpt” is neither a path nor words: write “$.gpt” for the field"),
        (TRACE + "model = 5\n", "“m.toml”, line 4: A path, or words with = before them, was expected."),
        (TRACE + "model = []\n", "“m.toml”, line 4: A path, or words with = before them, was expected."),
        (TRACE + 'model = "="\n', "“m.toml”, line 4: There are no words after the =."),
        (TRACE + 'model = "$.a["\n', "“m.toml”, line 4: “$.a[” is no path: “[” is neither .name nor"),
        (TRACE + 'model = "#fiel"\n', "“m.toml”, line 4: “#fiel” is not known; there are #file, "),
        (TRACE + 'model = "{a"\n', "“m.toml”, line 4: “{a” has a brace without its other half."),
        (TRACE + 'model = "=a\\u0000"\n', "“m.toml”, line 4: A NUL character cannot be kept."),
        (TRACE + 'started_at = { path = "$.t", as = "days" }\n', "“m.toml”, line 4: A time is a path, or { path = …"),
        (TRACE + 'model = "@.m"\n', "“m.toml”, line 4: “@.m” speaks of a list's member, and [trace] has no “each”."),
        (TRACE + 'prompt.name = "#index"\n', "“m.toml”, line 4: “#index” speaks of a list's member"),
        (TRACE + '[[steps]]\neach = "$.h"\n', "“m.toml”, line 5: “$.h” is one thing; its members are “$.h[*]”."),
        (TRACE + '[[steps]]\neach = "@.h[*]"\n', "“m.toml”, line 5: “@.h[*]” has to begin with $."),
        (TRACE + '[records]\neach = "@"\n', "“m.toml”, line 5: “@” has to begin with $."),
        (TRACE + '[metadata]\ndrop = ["$.a", "@.b"]\n', "“m.toml”, line 5: “@.b” has to begin with $."),
        (TRACE + '[[steps]]\ndocuments = { each = "@.d[*]" }\n', "“m.toml”, line 5: “@.d[*]” has to begin with $."),
        (TRACE + '[[steps]]\nkind = "=robot"\n', "“m.toml”, line 5: “robot” is not one of retriever, "),
        (TRACE + '[[metrics]]\nname = "=a"\nvalue = "$.a"\nsource = "=me"\n', "“m.toml”, line 7: “me” is not one of"),
        (TRACE + '[messages]\neach = "$.m[*]"\n', "“m.toml”, line 3: [messages] says what the input is"),
        (TRACE + '[metadata]\nkeep = "some"\n', "“m.toml”, line 5: “keep” has to be 'rest' or 'none'."),
        ('[trace]\nid = "$.id"\n', "“m.toml”, line 1: Nothing to read is named"),
        (TRACE + '[[reviews]]\ncriterion = "=a"\n', "“m.toml”, line 4: [[reviews]] needs “value” or “step”."),
        (TRACE + '[[reviews]]\ncriterion = "=a"\nstep = "$.s"\n', "“m.toml”, line 6: “step” needs [[steps]]"),
        (TRACE + '[[reviews]]\ncriterion = "=a"\nvalue = "$.v"\ncode = "$.c"\n', "“m.toml”, line 7: “code” names what"),
    ],
)  # fmt: skip
def test_what_is_amiss_is_told_with_its_line(text, told):
    assert refused(text).startswith(told)


def test_a_mapping_that_is_no_text_or_not_there_is_refused(tmp_path):
    file = tmp_path / "m.toml"
    file.write_bytes(b'[trace]\nid = "$.caf\xe9"\n')
    with pytest.raises(Refused, match="line 2: It is not UTF-8 text"):
        load_mapping(file)
    file.write_bytes(b"#" * (1 << 17))
    with pytest.raises(Refused, match="at most 64 KB"):
        load_mapping(file)
    with pytest.raises(Refused, match="There is no file"):
        load_mapping(tmp_path / "nothing.toml")
    with pytest.raises(Unavailable):
        load_mapping(tmp_path)
    file.write_bytes(b"\xef\xbb\xbf" + TRACE.encode())
    assert load_mapping(file).trace.id.written == "$.id"


@settings(max_examples=150)
@given(st.lists(st.sampled_from(WHOLE.split("\n")), max_size=30), st.text(max_size=20))
def test_no_text_breaks_the_reading_of_mappings(lines, noise):
    text = "\n".join([TRACE, *lines, noise])
    told = told_of(text)
    if told is not None:
        found = re.match(r"“m\.toml”, line (\d+): .+", told, re.DOTALL)
        assert 1 <= int(found[1]) <= text.count("\n") + 1


def told_of(text):
    try:
        assert isinstance(mapping_of(text, "m.toml"), Mapping)
    except Refused as fault:
        return fault.what
    return None


# The manual


def manual():
    return (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8")


def tables(of):
    yield of
    for inner in of.__subclasses__():
        yield from tables(inner)


def test_the_manual_tells_every_key():
    keys = {key for table in tables(Table) for key in table.model_fields}
    assert len(keys) > 40
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", manual()))))
    assert sorted(keys - told) == []


def test_the_examples_of_the_manual_work_as_it_says():
    found = re.findall(r"```toml\n(.*?)```\n.*?```json\n(.*?)```\n", manual(), re.DOTALL)
    (desk, solved), (team, mistake) = (
        incoming(mapping_of(text, "example"), json.loads(record), "s", Place("runs/a.json", 1))
        for text, record in found
    )
    assert (desk.trace.native_id, desk.trace.metadata) == ("HD-204", {"floor": 3})
    assert desk.trace.day.isoformat() == "2026-11-20"
    assert (desk.trace.steps[0].documents[0].id, desk.trace.metrics[0].value) == ("A7", 0.81)
    assert (solved.rater, solved.criterion, solved.value) == ("Rosa", "solved", "no")
    assert (team.trace.native_id, len(team.trace.steps), team.trace.day) == ("runs/a", 3, None)
    assert (mistake.kind, mistake.value, mistake.rater_kind) == ("steps", "1", "adjudicated")
    assert mistake.spans == [{"step": 1, "code": "cook", "note": "One guest eats no fish."}]


# Proposals


def test_a_dialogue_with_a_reward_is_proposed():
    records = [
        {"task_id": n, "trial": 0, "reward": 1.0, "traj": [{"role": "user", "content": "Hi"}]}
        for n in range(3)
    ]
    mapping = propose(records)
    assert (mapping.trace.id.written, mapping.messages.each.written) == ("{$.task_id}-{$.trial}", "$.traj[*]")
    assert [metric.value.written for metric in mapping.metrics] == ["$.reward"]


def test_a_question_with_its_answer_and_passages_is_proposed():
    record = {
        "Request ID": "r-1", "created": 1795166102500, "question": "Q", "answer": "A", "lang": "en",
        "contexts": [{"text": "x", "doc_id": "d"}], "scores": {"fit": 0.5}, "is_correct": True, "prompt_tokens": 5,
        "rating": 4,
    }  # fmt: skip
    (item,) = incoming(propose([record]), record, "s", Place("f", 1))
    got = item.trace
    assert (got.native_id, got.input[0].text, got.output[0].text, got.language) == ("r-1", "Q", "A", "en")
    assert got.started_at.isoformat() == "2026-11-20T09:15:02.500000+00:00"
    assert [(d.id, d.content) for d in got.steps[0].documents] == [("d", "x")]
    assert [(m.name, m.value) for m in got.metrics] == [("fit", 0.5), ("is_correct", 1.0)]
    assert (got.tokens.input, got.metadata) == (5, {"rating": 4})


def test_json_in_the_cells_of_a_table_is_opened_but_never_an_answer():
    chat = json.dumps([{"from": "human", "value": "Hi"}])
    mapping = propose([{"id": "1", "conversation": chat, "output": '{"total": 5}'}])
    assert mapping.records.json_text == ("conversation",)
    assert (mapping.messages.role.written, mapping.messages.text.written) == ("@.from", "@.value")
    assert mapping.trace.output.written == "$.output"


def test_judgements_are_never_guessed():
    record = {"id": "1", "question": "Q", "answer": "A", "rater": "Ann", "helpful": "yes", "rating": 5}
    assert propose([record]).reviews == ()


def test_names_that_several_runs_may_share_are_no_ids():
    records = [{"question_id": n, "question": "Q"} for n in range(5)]
    assert propose(records).trace.id.written == "#sha256"
    assert propose([{"id": 1, "question": "Q"}, {"id": 1, "question": "R"}]).trace.id.written == "#sha256"


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ('[{"id": 1, "input": "a"}]', None),
        ('{"id": 1, "input": "a"}\n{"id": 2, "input": "b"}', None),
        ('{"total": 2, "runs": [{"id": 1, "input": "a"}, {"id": 2, "input": "b"}]}', "$.runs[*]"),
    ],
)
def test_a_mapping_is_proposed_for_a_file(tmp_path, text, each):
    file = tmp_path / "runs.json"
    file.write_text(text)
    mapping = mapping_of(propose_for(file), "proposal")
    assert (mapping.records.each.written if mapping.records.each else None) == each
    assert (mapping.trace.id.written, mapping.trace.input.written) == ("$.id", "$.input")


def test_where_there_is_nothing_to_read_nothing_is_proposed(tmp_path):
    for records in ([], [{"a": 1}], ["text"]):
        with pytest.raises(Refused, match="Nothing in the records looks like"):
            propose(records)
    with pytest.raises(Unavailable):
        propose_for(tmp_path / "nothing.json")


KEYS = [
    "id",
    "task_id",
    "trial",
    "input",
    "Output",
    "messages",
    "created_at",
    "contexts",
    "scores",
    "f1",
    "tags",
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just('[{"role": "user"}]'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "content"]), inner),
    max_leaves=6,
)


@settings(max_examples=300)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=6), VALUES, max_size=8), max_size=3))
def test_every_proposal_is_a_mapping(records):
    try:
        text = proposed_text(records)
    except Refused:
        return
    mapping = mapping_of(text, "proposal")
    assert sum(len(list(expressions_of(table))) for _, table, _ in tables_of(mapping)) > 1
    for record in records:
        assert list(incoming(mapping, record, "s", Place("f", 1)))
