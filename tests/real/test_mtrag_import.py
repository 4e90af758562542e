"""477 real answers with 7,087 real judgements: the human evaluation subset of MT-RAG, as its authors publish it."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from assay.base.progress import Progress
from assay.base.registry import kinds
from assay.model.incoming import IncomingCriterion, IncomingReview, IncomingTrace, Rejected
from assay.model.kinds import FileSource
from assay.model.population import Window, WriteCounts
from assay.traces.store import TraceStore

pytestmark = pytest.mark.real

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
FILE = SHARED / "data" / "mtrag-human" / "reference_subset_with_human_evaluations.json"


@pytest.fixture(scope="module")
def path() -> Path:
    if not SHARED.exists():
        pytest.skip("the real data does not lie beside this checkout")
    return FILE


@pytest.fixture(scope="module")
def items(path):
    return list(kinds("sources", FileSource)["inspectorraget"].read(path, "mtrag", Progress()))


def of(kind, items):
    return [item for item in items if isinstance(item, kind)]


@pytest.fixture(scope="module")
def traces(items):
    return [item.trace for item in of(IncomingTrace, items)]


def test_one_kind_alone_recognises_the_file(path):
    with path.open("rb") as file:
        head = file.read(65536)
    assert [name for name, kind in kinds("sources", FileSource).items() if kind.recognises(path, head)] == [
        "inspectorraget"
    ]


def test_every_answer_is_a_trace(items, traces):
    assert not of(Rejected, items)
    assert len(traces) == len({trace.uid for trace in traces}) == 477
    assert Counter(trace.model for trace in traces) == dict.fromkeys(
        ("reference", "gpt-4o", "llama-3.1-405b-instruct"), 159
    )
    assert all(trace.input[-1].role == "user" and trace.output[0].text for trace in traces)
    assert {message.role for trace in traces for message in trace.input} == {"user", "assistant"}
    assert {trace.started_at for trace in traces} == {None}
    assert sum(len(trace.steps[0].documents) if trace.steps else 0 for trace in traces) == 395 * 3
    assert all(document.content for trace in traces for step in trace.steps for document in step.documents)


def test_machines_gave_seven_metrics_and_people_five(items, traces):
    metrics = Counter(metric.name for trace in traces for metric in trace.metrics)
    assert metrics == dict.fromkeys(
        ("RougeL", "Bert-Rec", "Bert-KPrec", "rb_agg", "rb_llm", "rl_f", "conditional_idk"), 477
    )
    assert {metric.source for trace in traces for metric in trace.metrics} == {"code"}
    kinds_of = {criterion.name: criterion.kind for criterion in of(IncomingCriterion, items)}
    assert kinds_of == dict.fromkeys(
        ("naturalness", "appropriateness", "completeness", "faithfulness"), "scale"
    ) | {"win-rate": "number"}


def test_every_judgement_is_a_review(items):
    reviews = of(IncomingReview, items)
    assert len(reviews) == 7087
    assert len({review.rater for review in reviews}) == 7
    assert len({(r.native_trace_id, r.criterion, r.rater) for r in reviews}) == 7087
    assert len({review.created_at.date() for review in reviews}) == 18
    assert min(review.created_at.date() for review in reviews) == date(2024, 9, 29)
    seconds = [review.seconds for review in reviews]
    assert (min(seconds), max(seconds)) == (27, 9377)
    assert {r.value for r in reviews if r.criterion != "win-rate"} == {"1", "2", "3", "4"}
    assert {r.value for r in reviews if r.criterion == "win-rate"} == {"0", "50", "100"}
    assert {(r.source, r.rubric) for r in reviews} == {("mtrag", "human-evaluation-reference")}


def test_the_traces_go_into_a_store_once(traces, tmp_path):
    store = TraceStore(tmp_path / "traces")
    assert store.write(iter(traces), Progress()) == WriteCounts(new=477)
    assert store.write(iter(traces), Progress()) == WriteCounts(unchanged=477)
    assert store.fetch([trace.uid for trace in traces]) == traces
    assert store.strata(Window(), "metadata.Answerability") == {
        "ANSWERABLE": 405, "CONVERSATIONAL": 6, "PARTIAL": 45, "UNANSWERABLE": 21,
    }  # fmt: skip
    assert len(store.metric_names()) == 7
    assert len(store.metric_values("rl_f")) == 477
    assert store.days() == {None: 477}
    store.close()
