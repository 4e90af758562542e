"""What real servers and exporters gave: Phoenix, MLflow and OpenTelemetry. Every count is taken from the raw JSON."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from assay.base.progress import Progress
from assay.model.incoming import Incoming, IncomingCriterion, IncomingReview, IncomingTrace, Rejected
from assay.model.kinds import FileSource, TableSource
from assay.model.trace import Step, Trace, Versioned
from assay.sources import mlflow, mlflow_table, otlp, phoenix, phoenix_table
from assay.traces.columns import read_parquet_rows

pytestmark = pytest.mark.real

Json = Any


@pytest.fixture(scope="module")
def stores(shared_data: Path) -> Path:
    return shared_data / "stores"


@pytest.fixture(scope="module")
def read(stores: Path) -> Callable[..., list[Incoming]]:
    def read(kind: FileSource, *names: str) -> list[Incoming]:
        for name in names:
            with (stores / name).open("rb") as file:
                assert kind.recognises(stores / name, file.read(65536)), name
        assert kind.read_together is not None
        return list(kind.read_together([stores / name for name in names], "store", Progress()))

    return read


@pytest.fixture(scope="module")
def raw(stores: Path) -> Callable[..., list[Json]]:
    """The members of a list over several answers."""

    def raw(key: str, *names: str) -> list[Json]:
        return [one for name in names for one in json.loads((stores / name).read_text(encoding="utf-8"))[key]]

    return raw


def traces(items: Sequence[Incoming]) -> dict[str, Trace]:
    found = [item.trace for item in items if isinstance(item, IncomingTrace)]
    by_id = {trace.native_id: trace for trace in found}
    assert len(by_id) == len(found)
    for trace in found:
        assert Trace.model_validate_json(trace.canonical_json()) == trace
    return by_id


def reviews(items: Sequence[Incoming]) -> list[IncomingReview]:
    return [item for item in items if isinstance(item, IncomingReview)]


def refused(items: Sequence[Incoming]) -> list[Rejected]:
    return [item for item in items if isinstance(item, Rejected)]


def metrics(items: Sequence[Incoming]) -> Counter[tuple[str, str]]:
    return Counter((one.name, one.source) for trace in traces(items).values() for one in trace.metrics)


# Phoenix

SPANS = tuple(f"phoenix/spans_page{number}.json" for number in (1, 2, 3))
ANNOTATIONS = tuple(
    f"phoenix/{name}.json"
    for name in ("span_annotations_page1", "span_annotations_reviewer", "trace_annotations")
)


@pytest.fixture(scope="module")
def px(read: Callable[..., list[Incoming]]) -> list[Incoming]:
    return read(phoenix.KIND, ANNOTATIONS[0], *SPANS, *ANNOTATIONS[1:], "phoenix/annotation_configs.json")


def test_three_pages_of_phoenix_give_two_hundred_traces(
    px: list[Incoming], raw: Callable[..., list[Json]]
) -> None:
    spans = raw("data", *SPANS)
    found = traces(px)
    assert (len(found), sum(len(trace.steps) for trace in found.values())) == (200, 655)
    assert set(found) == {span["context"]["trace_id"] for span in spans}
    for span in (one for one in spans if one["parent_id"] is None):
        trace, said = found[span["context"]["trace_id"]], span["attributes"]
        assert trace.name == span["name"]
        assert (trace.session_id, trace.user_id, trace.tags) == (
            said["session.id"],
            said["user.id"],
            tuple(said["tag.tags"]),
        )
        assert (trace.language, trace.environment) == (
            said["metadata.language"],
            said["metadata.environment"],
        )
        assert trace.dataset == Versioned(version=said["metadata.dataset_version"])
        assert trace.input[-1].text == said["input.value"]
        assert bool(trace.error) is (span["status_code"] == "ERROR")
        if "output.value" in said:
            assert trace.output[-1].text == said["output.value"]
    assert sum(bool(trace.output) for trace in found.values()) == sum(
        any(
            "output.value" in span["attributes"] and span["span_kind"] in ("CHAIN", "LLM")
            for span in spans
            if span["context"]["trace_id"] == trace_id
        )
        for trace_id in found
    )


def test_phoenix_steps_say_what_the_spans_say(px: list[Incoming], raw: Callable[..., list[Json]]) -> None:
    steps = {step.id: step for trace in traces(px).values() for step in trace.steps}
    kinds = {"CHAIN": "chain", "LLM": "llm", "RETRIEVER": "retriever", "TOOL": "tool"}
    for span in raw("data", *SPANS):
        step, said = steps[span["context"]["span_id"]], span["attributes"]
        assert (step.kind, step.parent_id, step.name) == (
            kinds[span["span_kind"]],
            span["parent_id"],
            span["name"],
        )
        assert step.model == said.get("llm.model_name")
        assert step.cost_usd == said.get("llm.cost.total")
        assert (step.tokens.total if step.tokens else None) == said.get("llm.token_count.total")
        assert len(step.documents) == sum(key.endswith(".document.id") for key in said)
    first_tokens = sum(
        event["name"] == "First Token Stream Event"
        for span in raw("data", *SPANS)
        for event in span["events"]
    )
    assert sum("ttft_ms" in step.attributes for step in steps.values()) == first_tokens


def test_phoenix_annotations_arrive_as_reviews_and_metrics(
    px: list[Incoming], raw: Callable[..., list[Json]]
) -> None:
    rows = {row["id"]: row for row in raw("data", *ANNOTATIONS)}.values()
    people = [row for row in rows if row["annotator_kind"] == "HUMAN"]
    empty = [row for row in people if row["result"]["score"] is None and row["name"] != "note"]
    assert (len(people), len(empty)) == (205, 2)
    said = Counter(
        (row["name"], row["metadata"].get("reviewer")) for row in people if row["name"] == "helpfulness"
    )
    found = reviews(px)
    assert len(found) == len(people) - len(empty)
    assert len(refused(px)) == len(empty)
    assert Counter((one.criterion, one.rater) for one in found if one.criterion == "helpfulness") == said
    by_id = {one.extra["id"]: one for one in found}
    spans = {span["context"]["span_id"]: span["context"]["trace_id"] for span in raw("data", *SPANS)}
    for row in people:
        if row in empty:
            continue
        review = by_id[row["id"]]
        assert review.native_trace_id == (spans[row["span_id"]] if "span_id" in row else row["trace_id"])
        score = row["result"]["score"]
        assert review.value == (row["result"]["explanation"] if score is None else str(int(score)))
        assert review.rubric == row["metadata"].get("rubric")
        assert review.seconds == row["metadata"].get("seconds_spent")
    machines = Counter(
        (row["name"], row["annotator_kind"].lower()) for row in rows if row["annotator_kind"] != "HUMAN"
    )
    assert metrics(px) == machines
    assert machines["behaviour", "code"] == 100
    scale = next(item for item in px if isinstance(item, IncomingCriterion) and item.name == "helpfulness")
    assert (scale.kind, [value for value, _ in scale.options]) == ("scale", ["1", "2", "3", "4", "5"])


def test_the_list_of_phoenix_traces_adds_nothing_but_the_project(
    px: list[Incoming], read: Callable[..., list[Incoming]]
) -> None:
    pages = ("phoenix/traces_page1.json", "phoenix/traces_page2.json")
    heads = traces(read(phoenix.KIND, *pages))
    assert (set(heads), sum(len(trace.steps) for trace in heads.values())) == (set(traces(px)), 655)
    both = traces(read(phoenix.KIND, *pages, *SPANS))
    for native_id, trace in traces(read(phoenix.KIND, *SPANS)).items():
        assert both[native_id].steps == trace.steps
        assert both[native_id].metadata == trace.metadata | {
            "project_id": heads[native_id].metadata["project_id"]
        }


def test_phoenixs_otlp_like_page_says_the_same(read: Callable[..., list[Incoming]]) -> None:
    whole = {step.id: step for trace in traces(read(phoenix.KIND, *SPANS)).values() for step in trace.steps}
    page = [
        step
        for trace in traces(read(phoenix.KIND, "phoenix/spans_otlpv1_page1.json")).values()
        for step in trace.steps
    ]
    assert len(page) == 60
    for step in page:
        other = whole[step.id]
        assert (step.kind, step.input, step.output, step.model) == (
            other.kind,
            other.input,
            other.output,
            other.model,
        )
        assert (step.tokens, step.documents, bool(step.error)) == (
            other.tokens,
            other.documents,
            bool(other.error),
        )


def test_phoenixs_translation_of_genai_spans_is_read(read: Callable[..., list[Incoming]]) -> None:
    found = traces(read(phoenix.KIND, "phoenix/genai_spans.json"))
    assert sum(len(trace.steps) for trace in found.values()) == 60
    assert metrics(read(phoenix.KIND, "phoenix/genai_spans.json")) == {("Groundedness", "unknown"): 16}
    asked = [trace for trace in found.values() if any(step.kind == "llm" for step in trace.steps)]
    assert all([message.role for message in trace.input] == ["system", "user"] for trace in asked)


def tables(stores: Path, *names: str) -> list[tuple[Path, Iterator[dict[str, Any]]]]:
    return [(stores / name, read_parquet_rows(stores / name)) for name in names]


def of_table(kind: TableSource, stores: Path, *names: str) -> list[Incoming]:
    for _, rows in tables(stores, *names):
        assert kind.recognises(list(next(rows)))
    return list(kind.read(tables(stores, *names), "store", Progress()))


def outline(step: Step) -> tuple[str, str, Json, list[tuple[str | None, str]]]:
    return step.id, step.kind, step.output, [(one.id, one.content) for one in step.documents]


def test_phoenixs_client_tables_say_the_same_as_its_server(stores: Path, px: list[Incoming]) -> None:
    names = ("phoenix/client_annotations.parquet", "phoenix/client_spans.parquet")
    items = of_table(phoenix_table.KIND, stores, *names)
    by_server = traces(px)
    for native_id, trace in traces(items).items():
        other = by_server[native_id]
        same = (
            "name",
            "session_id",
            "user_id",
            "language",
            "release",
            "input",
            "output",
            "tokens",
            "tags",
            "prompt",
        )
        for field in same:
            assert getattr(trace, field) == getattr(other, field), field
        assert trace.cost_usd == pytest.approx(other.cost_usd)
        assert [outline(step) for step in trace.steps] == [outline(step) for step in other.steps]
    rows = list(read_parquet_rows(stores / names[0]))
    kinds = Counter(row["annotator_kind"] for row in rows)
    empty = [row for row in rows if row["annotator_kind"] == "HUMAN" and row["result.score"] is None]
    assert (len(reviews(items)), len(refused(items))) == (kinds["HUMAN"] - len(empty), len(empty))
    assert sum(metrics(items).values()) == kinds["LLM"] + kinds["CODE"] == 800


# MLflow

SEARCHED = ("mlflow/traces_search_page1.json", "mlflow/traces_search_page2.json")
FULL = "mlflow/traces_batchGet_80.json"


def judged(infos: Sequence[Json]) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]], int]:
    """Of infos: machines' assessments by (name, source), people's by (name, person), and people's without a value."""
    machines: Counter[tuple[str, str]] = Counter()
    people: Counter[tuple[str, str]] = Counter()
    empty = 0
    sources = {"LLM_JUDGE": "llm", "CODE": "code"}
    for one in (one for info in infos for one in info.get("assessments", ()) if "feedback" in one):
        if one["source"]["source_type"] != "HUMAN":
            machines[one["assessment_name"], sources.get(one["source"]["source_type"], "unknown")] += 1
        elif one["feedback"]["value"] is None:
            empty += 1
        else:
            people[one["assessment_name"], one["source"]["source_id"]] += 1
    return machines, people, empty


def test_eighty_full_traces_of_mlflow(
    read: Callable[..., list[Incoming]], raw: Callable[..., list[Json]]
) -> None:
    items = read(mlflow.KIND, FULL)
    answers = {one["trace_info"]["trace_id"]: one for one in raw("traces", FULL)}
    found = traces(items)
    assert (len(found), set(found)) == (80, set(answers))
    for native_id, answer in answers.items():
        trace, info = found[native_id], answer["trace_info"]
        ids = {base64.b64decode(span["span_id"]).hex() for span in answer["spans"]}
        assert {step.id for step in trace.steps} == ids
        assert json.loads(info["request_preview"]) == {"question": trace.input[-1].text}
        assert (trace.session_id, trace.release) == (
            info["trace_metadata"]["mlflow.trace.session"],
            info["tags"]["release"],
        )
        told = info["trace_metadata"]
        assert trace.prompt == Versioned(name=told["prompt.name"], version=told["prompt.version"])
        assert bool(trace.error) is (info["state"] == "ERROR")
        if "response_preview" in info:
            assert json.loads(info["response_preview"]) == {"answer": trace.output[-1].text}
        assert trace.ttft_ms is not None
    machines, people, empty = judged([answer["trace_info"] for answer in answers.values()])
    assert metrics(items) == machines
    assert Counter((one.criterion, one.rater) for one in reviews(items)) == people
    assert (len(refused(items)), empty, sum(people.values())) == (0, 0, 256)


def test_search_pages_of_mlflow_alone_and_with_the_full_traces(
    read: Callable[..., list[Incoming]], raw: Callable[..., list[Json]], stores: Path
) -> None:
    pages = read(mlflow.KIND, *SEARCHED)
    machines, people, empty = judged(raw("traces", *SEARCHED))
    assert (len(traces(pages)), metrics(pages)) == (200, machines)
    assert Counter((one.criterion, one.rater) for one in reviews(pages)) == people
    assert (len(refused(pages)), empty) == (1, 1)
    answers = {one.value for one in reviews(pages) if one.criterion == "v"}
    assert {"true", "good", '["a", "b"]', '{"x": 1.0}'} <= answers
    expected = [trace for trace in traces(pages).values() if "expectation.expected_answer" in trace.metadata]
    assert [trace.metadata["reference"] for trace in expected] == ["Der Router soll neu gestartet werden."]
    both = read(mlflow.KIND, FULL, *SEARCHED)
    assert (len(traces(both)), sum(bool(trace.steps) for trace in traces(both).values())) == (200, 80)
    assert len(reviews(both)) == len({one.extra["id"] for one in reviews(both)}) == len(reviews(pages))
    empty_answer = stores / "mlflow" / "traces_search_empty.json"
    assert list(mlflow.KIND.read(empty_answer, "store", Progress())) == []


def test_mlflows_client_says_the_same_as_its_server(
    read: Callable[..., list[Incoming]], stores: Path
) -> None:
    by_server = traces(read(mlflow.KIND, FULL))
    lines = traces(read(mlflow.KIND, "mlflow/client_traces.jsonl", "mlflow/client_trace_to_json.json"))
    table = traces(of_table(mlflow_table.KIND, stores, "mlflow/client_search_traces.parquet"))
    assert (len(lines), len(table), sum(len(trace.steps) for trace in table.values())) == (40, 200, 655)
    shared = set(lines) & set(by_server)
    assert shared
    for native_id in shared:
        assert lines[native_id].steps == by_server[native_id].steps
    for native_id, trace in (lines | by_server).items():
        assert table[native_id].content_sha256() == trace.content_sha256()
    machines, people, _ = judged(
        [
            json.loads(row["trace"])["info"]
            for row in read_parquet_rows(stores / "mlflow/client_search_traces.parquet")
        ]
    )
    items = of_table(mlflow_table.KIND, stores, "mlflow/client_search_traces.parquet")
    assert metrics(items) == machines
    assert Counter((one.criterion, one.rater) for one in reviews(items)) == people


def test_what_mlflow_made_of_otlp_is_read(
    read: Callable[..., list[Incoming]], raw: Callable[..., list[Json]]
) -> None:
    files = ("mlflow/otlp_traces_batchGet.json", "mlflow/otlp_traces_search.json")
    found = traces(read(mlflow.KIND, *files))
    assert (len(found), sum(len(trace.steps) for trace in found.values())) == (20, 68)
    assert all(trace.input and trace.session_id and trace.language for trace in found.values())
    (genai,) = traces(read(mlflow.KIND, "mlflow/genai_trace_get.json")).values()
    assert ([message.role for message in genai.input], len(genai.steps)) == (["system", "user"], 4)
    assert [(one.name, one.value) for one in genai.metrics] == [("Groundedness", 0.776)]


# OpenTelemetry


def exported(stores: Path, name: str) -> Iterator[Json]:
    """The spans of an export, whichever line they stand in."""
    text = (stores / name).read_text(encoding="utf-8")
    for line in text.splitlines() if name.endswith("jsonl") else [text]:
        for resource in json.loads(line)["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                yield from scope["spans"]


def attributes(span: Json) -> dict[str, Json]:
    return {pair["key"]: next(iter(pair["value"].values())) for pair in span["attributes"]}


def test_seven_lines_of_genai_spans_give_sixty_traces(
    read: Callable[..., list[Incoming]], stores: Path
) -> None:
    name = "otel/genai_semconv_spans.jsonl"
    items = read(otlp.KIND, name)
    found, spans = traces(items), list(exported(stores, name))
    assert (len(found), set(found)) == (60, {span["traceId"] for span in spans})
    assert sum(len(trace.steps) for trace in found.values()) == len(spans) == 205
    for span in spans:
        said, trace = attributes(span), found[span["traceId"]]
        assert (trace.session_id, trace.user_id) == (said["gen_ai.conversation.id"], said["user.id"])
        if said["gen_ai.operation.name"] == "chat":
            assert trace.model == said["gen_ai.response.model"]
            assert trace.ttft_ms == pytest.approx(
                said["gen_ai.response.time_to_first_chunk"] * 1000, abs=1e-3
            )
            count = trace.tokens.input if trace.tokens else None
            assert count == int(said["gen_ai.usage.input_tokens"])
            words = json.loads(said["gen_ai.input.messages"])[-1]["parts"][0]["content"]
            assert (trace.input[-1].text, trace.prompt.name if trace.prompt else None) == (
                words,
                said["gen_ai.prompt.name"],
            )
            answers = json.loads(said.get("gen_ai.output.messages", "[]"))
            assert [message.text for message in trace.output] == [
                one["parts"][0]["content"] for one in answers
            ]
        if "gen_ai.workflow.name" in said:
            assert (trace.release, trace.environment) == (said["app.release"], "production")
    events = sum(len(span.get("events", ())) for span in spans)
    assert metrics(items) == {("Groundedness", "unknown"): events}
    assert (refused(items), reviews(items)) == ([], [])


def test_a_request_of_openinference_spans_gives_twenty_traces(
    read: Callable[..., list[Incoming]], stores: Path
) -> None:
    name = "otlp_openinference_20traces.json"
    found, spans = traces(read(otlp.KIND, name)), list(exported(stores, name))
    assert (len(found), sum(len(trace.steps) for trace in found.values())) == (20, len(spans))
    for span in (one for one in spans if "parentSpanId" not in one):
        said, trace = attributes(span), found[span["traceId"]]
        told = json.loads(said["metadata"])
        assert (trace.language, trace.environment, trace.task_type) == (
            told["language"],
            told["environment"],
            told["task_type"],
        )
        assert trace.input[-1].text == said["input.value"]
        assert bool(trace.error) is (span["status"]["code"] == "STATUS_CODE_ERROR")
    assert all(trace.ttft_ms for trace in found.values() if not trace.error)


def test_a_trace_spread_over_files_is_put_together(stores: Path, tmp_path: Path) -> None:
    source = stores / "otel" / "genai_semconv_spans.jsonl"
    whole = {
        item.trace.native_id: item.trace
        for item in otlp.KIND.read(source, "store", Progress())
        if isinstance(item, IncomingTrace)
    }
    paths = []
    for number, line in enumerate(source.read_text(encoding="utf-8").splitlines()):
        paths.append(tmp_path / f"{number}.jsonl")
        paths[-1].write_text(line, encoding="utf-8")
    assert otlp.KIND.read_together is not None
    assert traces(list(otlp.KIND.read_together(paths[::-1], "store", Progress()))) == whole


def test_no_store_claims_the_file_of_another(stores: Path) -> None:
    kinds = {"otlp": otlp.KIND, "phoenix": phoenix.KIND, "mlflow": mlflow.KIND}
    for path in sorted(path for path in stores.rglob("*.json*") if path.is_file()):
        with path.open("rb") as file:
            head = file.read(65536)
        claiming = [name for name, kind in kinds.items() if kind.recognises(path, head)]
        folder = path.relative_to(stores).parts[0]
        home = "otlp" if folder.startswith("ot") else folder
        assert claiming in ([], [home]), path.name
