"""The demo's made-up help desk: repeatable, marked, believable, and with a true fall at its end."""

import hashlib
import json
import re
from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from statistics import fmean

import pytest

from assay.base.registry import module_names
from assay.model.incoming import Incoming, IncomingCriterion, IncomingReview, IncomingTrace
from assay.model.trace import Trace
from assay.sources import demo
from assay.sources.demo.answers import Truth
from assay.sources.demo.grammar import has_essential, parsed, render
from assay.sources.demo.texts import LANGUAGES, tongue, world

LAST = date(2026, 11, 20)
FALL = LAST - timedelta(days=8)
CRITERIA = ["helps", "would_use", "factually_wrong", "overall"]
AMOUNT = re.compile(r"€(\d+\.\d\d)|(\d+,\d\d) €|(\d+[.,]\d) ct/kWh")


@cache
def items() -> tuple[Incoming, ...]:
    return tuple(demo.generate(last_day=LAST))


@cache
def truths() -> dict[str, Truth]:
    return demo.truths(last_day=LAST)


def traces() -> list[Trace]:
    return [item.trace for item in items() if isinstance(item, IncomingTrace)]


def reviews(criterion: str) -> list[IncomingReview]:
    return [item for item in items() if isinstance(item, IncomingReview) and item.criterion == criterion]


def day_of(native_id: str) -> date:
    return date.fromisoformat(native_id[5:15])


def true_pass(chosen: list[Trace]) -> float:
    return fmean(truths()[trace.native_id].good for trace in chosen)


def human_pass(rows: list[IncomingReview]) -> float:
    return fmean(row.passed is True for row in rows)


def values(chosen: list[Trace], name: str) -> dict[str, float]:
    found = {
        trace.native_id: metric.value for trace in chosen for metric in trace.metrics if metric.name == name
    }
    return {native_id: value for native_id, value in found.items() if value is not None}


def amounts(text: str) -> set[str]:
    return {"".join(groups).replace(",", ".") for groups in AMOUNT.findall(text)}


def known_amounts(trace: Trace) -> set[str]:
    """What passages, tools and the dialogue before the answer say of money."""
    passages = " ".join(document.content for step in trace.steps for document in step.documents)
    said = " ".join(message.text for message in trace.input)
    results = json.dumps([step.output for step in trace.steps if step.kind == "tool"])
    numbers = {f"{float(number):.2f}" for number in re.findall(r"\d+\.\d+", results)}
    return amounts(passages) | amounts(said) | numbers


def ranks(numbers: list[float]) -> list[float]:
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    found = [0.0] * len(numbers)
    at = 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and numbers[order[end + 1]] == numbers[order[at]]:
            end += 1
        for index in order[at : end + 1]:
            found[index] = (at + end) / 2
        at = end + 1
    return found


def rank_correlation(pairs: list[tuple[float, float]]) -> float:
    left, right = (ranks(list(side)) for side in zip(*pairs, strict=True))
    x, y = fmean(left), fmean(right)
    over = sum((a - x) * (b - y) for a, b in zip(left, right, strict=True))
    return over / (sum((a - x) ** 2 for a in left) * sum((b - y) ** 2 for b in right)) ** 0.5


def test_the_same_arguments_give_the_same_demo() -> None:
    again = list(demo.generate(seed="twice", days=6, last_day=LAST, traces=60))
    assert list(demo.generate(seed="twice", days=6, last_day=LAST, traces=60)) == again
    assert list(demo.generate(seed="other", days=6, last_day=LAST, traces=60)) != again
    assert list(demo.generate(seed=7, days=3, last_day=LAST, traces=9)) == list(
        demo.generate(seed="7", days=3, last_day=LAST, traces=9)
    )


def test_there_are_as_many_traces_on_as_many_days_as_asked_for() -> None:
    days = Counter(trace.day for trace in traces())
    assert len(traces()) == 3000
    assert sorted(day for day in days if day) == [LAST - timedelta(days=back) for back in range(44, -1, -1)]
    assert len({trace.native_id for trace in traces()}) == 3000
    assert [trace.native_id for trace in traces()] == sorted(trace.native_id for trace in traces())


@pytest.mark.parametrize(("days", "count"), [(1, 1), (1, 30), (10, 4), (45, 45)])
def test_a_small_demo_works_too(days: int, count: int) -> None:
    small = list(demo.generate(days=days, last_day=LAST, traces=count))
    assert sum(isinstance(item, IncomingTrace) for item in small) == count


def test_every_trace_says_that_it_is_synthetic() -> None:
    for trace in traces():
        assert trace.source == demo.DEMO_SOURCE == "demo"
        assert re.fullmatch(r"demo-\d{4}-\d\d-\d\d-\d{4}", trace.native_id)
        assert trace.metadata["synthetic"] is True
        assert "synthetic" in trace.tags


def test_every_trace_survives_being_written_and_read() -> None:
    for trace in traces()[::7]:
        assert Trace.model_validate_json(trace.canonical_json()) == trace


def test_the_places_count_the_items_but_for_the_criteria() -> None:
    placed = [item.place.line for item in items() if not isinstance(item, IncomingCriterion)]
    assert placed == list(range(1, len(placed) + 1))


def test_the_demo_declares_no_file_format() -> None:
    assert "assay.sources.demo" in module_names("sources")
    assert not hasattr(demo, "KIND")


def test_quality_really_falls_in_the_last_nine_days() -> None:
    before = true_pass([trace for trace in traces() if trace.day and trace.day < FALL])
    after = true_pass([trace for trace in traces() if trace.day and trace.day >= FALL])
    assert before == pytest.approx(0.86, abs=0.025)
    assert after == pytest.approx(0.68, abs=0.035)


def test_the_fall_is_wrong_prices_under_the_last_prompt_on_prices_and_contracts_alone() -> None:
    hit = ("pricing_question", "contract_change")
    late = [trace for trace in traces() if trace.day and trace.day >= FALL]
    assert {trace.prompt.version for trace in late if trace.prompt} == {"v14"}
    early = {trace.prompt.version for trace in traces() if trace.prompt and trace.day and trace.day < FALL}
    assert early == {"v12", "v13"}
    struck = [trace for trace in late if trace.task_type in hit]
    spared = [trace for trace in late if trace.task_type not in hit]
    assert true_pass(struck) < 0.6
    assert true_pass(spared) > 0.78
    failures = Counter(truths()[trace.native_id].failure for trace in struck)
    assert failures["wrong_price"] > 0.7 * (len(struck) - failures[None])


def test_reviewers_see_the_fall() -> None:
    rows = reviews("helps")
    before = human_pass([row for row in rows if day_of(row.native_trace_id) < FALL])
    after = human_pass([row for row in rows if day_of(row.native_trace_id) >= FALL])
    assert before - after > 0.10


def test_one_judge_sees_the_fall_and_the_other_does_not() -> None:
    early = [trace for trace in traces() if trace.day and trace.day < FALL]
    late = [trace for trace in traces() if trace.day and trace.day >= FALL]
    seen = [fmean(values(side, "groundedness").values()) for side in (early, late)]
    blind = [fmean(values(side, "helpfulness_judge").values()) for side in (early, late)]
    assert seen[0] - seen[1] > 0.04
    assert abs(blind[0] - blind[1]) < 0.12


def test_in_the_fall_the_first_judge_ranks_like_the_reviewers_and_the_second_hardly_does() -> None:
    late = [trace for trace in traces() if trace.day and trace.day >= FALL]
    overall: dict[str, list[float]] = {}
    for row in reviews("overall"):
        overall.setdefault(row.native_trace_id, []).append(float(row.value))

    def against(name: str) -> float:
        scores = values(late, name)
        return rank_correlation([(fmean(overall[key]), scores[key]) for key in scores if key in overall])

    assert against("groundedness") > 0.4
    assert against("groundedness") > against("helpfulness_judge") + 0.15


def test_completion_falls_with_quality() -> None:
    def completed(chosen: list[Trace]) -> float:
        return fmean(any(event.kind == "completed" for event in trace.behaviour) for trace in chosen)

    early = completed([trace for trace in traces() if trace.day and trace.day < FALL])
    late = completed([trace for trace in traces() if trace.day and trace.day >= FALL])
    assert late < 0.9 * early


def test_all_behaviour_and_all_metrics_occur_and_some_are_missing() -> None:
    kinds = {event.kind for trace in traces() for event in trace.behaviour}
    assert kinds >= {
        "regenerated",
        "closed_at_once",
        "went_manual",
        "ignored",
        "edited",
        "copied",
        "completed",
    }
    assert kinds >= {"abandoned", "overridden"}
    counts = Counter(metric.name for trace in traces() for metric in trace.metrics)
    assert set(counts) == {
        "groundedness",
        "helpfulness_judge",
        "answer_relevance",
        "toxicity",
        "readability",
        "policy_check",
    }
    assert all(0.95 < count / 3000 < 0.985 for count in counts.values())
    labels = {metric.label for trace in traces() for metric in trace.metrics if metric.name == "policy_check"}
    assert labels == {"ok", "violation", None}


def test_an_edited_draft_holds_the_text_that_was_sent() -> None:
    edited = [
        (trace, event)
        for trace in traces()
        for event in trace.behaviour
        if event.kind == "edited" and event.final_text
    ]
    wrong_prices = 0
    for trace, event in edited:
        truth = truths()[trace.native_id]
        if truth.failure == "wrong_price":
            wrong_prices += 1
            assert truth.right in str(event.final_text)
    assert wrong_prices > 0
    assert len(edited) == sum(event.kind == "edited" for trace in traces() for event in trace.behaviour)


def test_three_languages_and_six_tasks_are_there() -> None:
    languages = Counter(trace.language for trace in traces())
    assert set(languages) == {"en", "de", "fr"}
    assert min(languages.values()) > 300
    tasks = Counter(trace.task_type for trace in traces())
    assert set(tasks) == set(world().tasks)
    assert min(tasks.values()) > 150


def test_few_answers_are_word_for_word_the_same() -> None:
    assert len({trace.output[0].text for trace in traces()}) > 0.85 * len(traces())


def test_every_failure_occurs() -> None:
    assert {truth.failure for truth in truths().values()} == {
        None,
        "wrong_price",
        "invented_policy",
        "wrong_tone",
        "incomplete",
        "off_question",
        "wrong_language",
        "refusal",
    }


def test_a_wrong_price_is_in_the_answer_and_contradicts_its_sources() -> None:
    checked = 0
    for trace in traces():
        truth = truths()[trace.native_id]
        if truth.failure != "wrong_price":
            continue
        checked += 1
        (wrong,), (right,) = amounts(truth.wrong), amounts(truth.right)
        passages = " ".join(document.content for step in trace.steps for document in step.documents)
        assert wrong in amounts(trace.output[0].text)
        assert wrong not in amounts(passages), trace.native_id
        assert right in known_amounts(trace), trace.native_id
    assert checked > 60


def test_a_wrong_period_is_in_the_answer_and_another_one_in_the_passage() -> None:
    wrong_terms = [trace for trace in traces() if truths()[trace.native_id].form == "wrong_term"]
    assert len(wrong_terms) > 10
    for trace in wrong_terms:
        truth = truths()[trace.native_id]
        wrong, right = truth.wrong.split()[0], truth.right.split()[0]
        assert re.search(rf"\b{wrong}\b", trace.output[0].text), trace.native_id
        passage = trace.steps[1].documents or trace.steps[2].documents
        assert re.search(rf"\b{right}\b", passage[0].content), trace.native_id


def test_good_answers_name_no_amount_that_their_sources_do_not() -> None:
    for trace in traces():
        if truths()[trace.native_id].good:
            assert amounts(trace.output[0].text) <= known_amounts(trace), trace.native_id


def test_no_placeholder_and_no_bracket_of_the_grammar_is_left_in_a_text() -> None:
    for trace in traces():
        texts = [message.text for message in (*trace.input, *trace.output)]
        texts += [document.content for step in trace.steps for document in step.documents]
        texts += [event.final_text or "" for event in trace.behaviour]
        for text in texts:
            assert not re.search(r"\{|\}|\[\[|\]\]|\|\||<<|>>", text.replace("| |", "")), text
    for row in reviews("helps"):
        assert "{" not in (row.note or "")


def test_a_session_is_one_dialogue_that_grows() -> None:
    sessions: dict[str, list[Trace]] = {}
    for trace in traces():
        sessions.setdefault(trace.session_id or "", []).append(trace)
    assert max(len(turns) for turns in sessions.values()) == 4
    assert {len(trace.input) for trace in traces()} == {1, 3, 5, 7}
    for turns in sessions.values():
        assert len({(turn.user_id, turn.language, turn.model) for turn in turns}) == 1
        for before, after in pairwise(turns):
            assert after.input[: len(before.input) + 1] == (*before.input, *before.output)
            assert before.ended_at
            assert after.started_at
            assert before.ended_at < after.started_at


def test_times_tokens_and_costs_fit_together() -> None:
    for trace in traces():
        assert trace.started_at
        assert trace.ended_at
        took = (trace.ended_at - trace.started_at) / timedelta(milliseconds=1)
        assert trace.latency_ms == took
        assert trace.ttft_ms
        assert 0 < trace.ttft_ms < trace.latency_ms
        assert trace.ended_at.date() == trace.day
        assert (trace.cost_usd or 0) > 0
        assert trace.tokens
        assert trace.tokens.total == (trace.tokens.input or 0) + (trace.tokens.output or 0)
        for step in trace.steps:
            assert step.started_at
            assert step.ended_at
            assert trace.started_at <= step.started_at <= step.ended_at <= trace.ended_at
        for event in trace.behaviour:
            assert event.at
            assert event.at > trace.ended_at
    slow = sum((trace.latency_ms or 0) > 10_000 for trace in traces())
    assert 5 < slow < 150


def test_the_sample_is_drawn_by_the_rule_that_every_draw_follows() -> None:
    day = LAST - timedelta(days=20)
    review_day = day + timedelta(days=1)
    ids = [trace.native_id for trace in traces() if trace.day == day]
    ranked = sorted(ids, key=lambda key: hashlib.md5(f"demo-plan|{review_day}|{key}".encode()).hexdigest())
    reviewed = {row.native_trace_id for row in reviews("helps") if day_of(row.native_trace_id) == day}
    assert reviewed == set(ranked[:20])


def test_the_newest_day_is_not_reviewed_and_reviews_are_made_on_the_next_day_in_working_hours() -> None:
    rows = reviews("helps")
    assert max(day_of(row.native_trace_id) for row in rows) == LAST - timedelta(days=1)
    for row in rows:
        assert row.created_at
        assert row.created_at.date() == day_of(row.native_trace_id) + timedelta(days=1)
        assert 8 <= row.created_at.hour < 19
        assert row.blind
        assert row.rubric == "three-questions"


def test_each_review_answers_all_four_questions_with_allowed_values() -> None:
    allowed = {
        "helps": {"pass": True, "fail": False},
        "would_use": {"pass": True, "fail": False},
        "factually_wrong": {"no": True, "yes": False},
        "overall": {str(stars): stars >= 4 for stars in range(1, 6)},
    }
    assert [item.name for item in items() if isinstance(item, IncomingCriterion)] == CRITERIA
    answered: dict[tuple[str, str], list[str]] = {}
    for item in items():
        if isinstance(item, IncomingReview):
            assert allowed[item.criterion][item.value] is item.passed
            answered.setdefault((item.native_trace_id, item.rater or ""), []).append(item.criterion)
    assert all(names == CRITERIA for names in answered.values())


def test_four_reviewers_differ_and_a_quarter_is_judged_twice() -> None:
    by_rater: dict[str, list[float]] = {}
    for row in reviews("overall"):
        by_rater.setdefault(row.rater or "", []).append(float(row.value))
    assert len(by_rater) == 4
    means = sorted(fmean(stars) for stars in by_rater.values())
    assert means[-1] - means[0] > 0.6
    times = Counter(row.native_trace_id for row in reviews("helps"))
    assert set(times.values()) == {1, 2}
    assert fmean(count == 2 for count in times.values()) == pytest.approx(0.25, abs=0.04)


def test_failed_reviews_mostly_have_a_note_and_the_notes_vary() -> None:
    failed = [row for row in reviews("helps") if row.value == "fail"]
    noted = [row.note for row in failed if row.note]
    assert 0.7 < len(noted) / len(failed) < 0.98
    assert len(set(noted)) > 0.5 * len(noted)
    assert 20 < sorted(row.seconds or 0 for row in failed)[len(failed) // 2] < 60


def test_every_scenario_has_its_passage_and_a_way_to_be_incomplete_in_each_language() -> None:
    patterns = 0
    for code in LANGUAGES:
        for name, script in tongue(code).scripts.items():
            scenario = world().scenarios[name]
            assert scenario.article in tongue(code).articles
            assert script.invented
            patterns += len(script.first.answers) + sum(len(more.answers) for more in script.more)
            if "incomplete" not in scenario.never:
                assert any(has_essential(text) for text in script.first.answers), (code, name)
    assert patterns >= 60


def test_the_grammar_makes_the_same_choices_with_and_without_what_is_essential() -> None:
    template = "[[A||B||C]] {x}<<, [[so||thus]] {y}>>. [[End||Stop]]"
    words = {"x": "1", "y": "2"}
    for seed in range(30):
        whole = render(template, words, Random(seed))
        part = render(template, words, Random(seed), complete=False)
        assert re.sub(r", (so|thus) 2", "", whole) == part


@pytest.mark.parametrize("broken", ["[[a||b", "a]]", "<<a", "a>>", "[[a<<b]]>>"])
def test_a_broken_template_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="in:"):
        parsed(broken)
