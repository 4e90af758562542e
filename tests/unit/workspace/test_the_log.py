"""The review log: rows are added and never changed; where things stand follows from them alone."""

import random
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from assay.base.clock import FixedClock
from assay.model.review import Act, Answer, Review
from assay.operations.naming import Named
from assay.operations.office import open_office
from assay.operations.review import OnTrace, cannot_judge, flag, put_off, redo, submit, undo
from assay.workspace.workspace import Workspace

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TRACES = [Named(f"uid-{n}", "files", f"t-{n}") for n in range(3)]


@pytest.fixture
def office(workspace):
    made = open_office(workspace, FixedClock(NOW))
    yield made
    made.close()


def on(office, trace=TRACES[0], rater="Ann"):
    return OnTrace(trace, rater, office.workspace.rubrics.latest("pass-fail"))


@pytest.mark.parametrize("table", ["review", "answer"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id + 1", "DELETE FROM {}", "UPDATE {} SET note = 'x' WHERE id = 1"]
)
def test_the_database_itself_refuses_to_change_or_remove_a_judgement(office, table, statement):
    submit(office, on(office), {"pass": "fail"}, note="first")
    with (
        pytest.raises(IntegrityError, match="never changed or removed"),
        office.workspace.reviews._store.writing() as s,
    ):
        s.connection().execute(text(statement.format(table)))
    ((row),) = office.workspace.standing.judgements()
    assert (row.value, row.note) == ("fail", "first")


def test_a_judgement_is_on_the_disk_when_the_call_returns(office, workspace):
    submit(office, on(office), {"pass": "fail"})
    with_another_connection = Workspace.open(workspace)
    assert [one.value for one in with_another_connection.standing.judgements()] == ["fail"]
    with_another_connection.close()


def test_the_order_is_that_of_the_rows_also_when_the_clock_goes_backwards(office):
    for value in ("pass", "fail", "pass"):
        submit(office, on(office), {"pass": value})
        office.clock.at -= timedelta(hours=3)
    submit(office, on(office), {"pass": "fail"}, note="the last")
    (row,) = office.workspace.standing.judgements()
    assert (row.value, row.note) == ("fail", "the last")
    undo(office, "Ann")
    assert [one.value for one in office.workspace.standing.judgements()] == ["pass"]
    assert [row.id for row in office.workspace.reviews.log()] == [5, 4, 3, 2, 1]


def test_raters_undo_their_own_acts_alone(office):
    submit(office, on(office, rater="Ann"), {"pass": "pass"})
    submit(office, on(office, rater="Bob"), {"pass": "fail"})
    undo(office, "Ann")
    assert [(one.rater, one.value) for one in office.workspace.standing.judgements()] == [("Bob", "fail")]
    assert undo(office, "Ann") is None
    assert redo(office, "Bob") is None


def test_judgements_made_elsewhere_are_not_undone_here(office):
    review = Review(
        act=Act.SUBMIT.value, trace_uid="uid-0", source="files", native_trace_id="t-0", rater="Ann", rubric="pass-fail",
        created_at=NOW, import_key="k",
    )  # fmt: skip
    answer = Answer(review_id=0, criterion="pass", kind="binary", value="pass", number=1.0, passed=True)
    assert office.workspace.reviews.add_imported([(review, [answer])]) == {"k"}
    assert undo(office, "Ann") is None


class Model:
    """What should happen, in a few lines: a stack of acts that count, and a stack of those undone."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str, str]] = []
        self.undone: list[tuple[str, str, str]] = []

    def act(self, kind: str, trace: str, value: str) -> None:
        self.done.append((kind, trace, value))
        self.undone.clear()

    def undo(self) -> bool:
        if self.done:
            self.undone.append(self.done.pop())
            return True
        return False

    def redo(self) -> bool:
        if self.undone:
            self.done.append(self.undone.pop())
            return True
        return False

    def standing(self) -> dict[str, tuple[str, str]]:
        return {trace: (kind, value) for kind, trace, value in self.done if not kind.endswith("flag")}

    def flagged(self) -> set[str]:
        last = {trace: kind for kind, trace, _ in self.done if kind.endswith("flag")}
        return {trace for trace, kind in last.items() if kind == "flag"}


ACT = st.tuples(
    st.sampled_from(["submit", "submit", "not_today", "cannot_judge", "flag", "unflag"]),
    st.integers(0, 1),
    st.sampled_from(["pass", "fail"]),
)
TURN = st.tuples(st.sampled_from(["undo", "redo"]), st.integers(1, 4), st.none())
WHO = st.sampled_from(["Ann", "Ann", "Ann", "Bob"])
_runs = count()


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(WHO, st.one_of(ACT, TURN)), min_size=4, max_size=16), backwards=st.booleans())
def test_any_run_of_acts_undos_and_redos_stands_where_a_stack_says(office, steps, backwards):
    run = next(_runs)
    models = {f"Ann {run}": Model(), f"Bob {run}": Model()}
    for who, (kind, number, value) in steps:
        rater = f"{who} {run}"
        model = models[rater]
        office.clock.at += timedelta(seconds=-7 if backwards else 7)
        if kind in ("undo", "redo"):
            turn, expected = (undo, model.undo) if kind == "undo" else (redo, model.redo)
            assert [turn(office, rater) is not None for _ in range(number)] == [
                expected() for _ in range(number)
            ]
        else:
            do(office, on(office, TRACES[number], rater), kind, value)
            model.act(kind, TRACES[number].uid, value if kind == "submit" else "")
        assert standing_of(office, rater) == (model.standing(), model.flagged())


def standing_of(office, rater):
    standing = office.workspace.standing
    values = {one.trace_uid: one.value for one in standing.judgements() if one.rater == rater}
    stands = standing.of_rater(rater, "pass-fail")
    return {uid: (one.act.value, values.get(uid, "")) for uid, one in stands.items()}, standing.flagged(rater)


def do(office, where, kind, value):
    if kind == "submit":
        submit(office, where, {"pass": value})
    elif kind == "not_today":
        put_off(office, where)
    elif kind == "cannot_judge":
        cannot_judge(office, where, "cannot say")
    else:
        flag(office, where, raised=kind == "flag")


def test_a_long_history_is_undone_to_the_first_act_and_redone_to_the_last(office):
    chance = random.Random(7)
    for _ in range(40):
        submit(office, on(office, chance.choice(TRACES)), {"pass": chance.choice(["pass", "fail"])})
    stood = office.workspace.standing.judgements()
    assert sum(undo(office, "Ann") is not None for _ in range(50)) == 40
    assert office.workspace.standing.judgements() == []
    assert sum(redo(office, "Ann") is not None for _ in range(50)) == 40
    assert office.workspace.standing.judgements() == stood


def test_an_act_needs_a_reviewer_a_known_question_and_all_required_answers(office):
    from assay.base.errors import Refused

    three = OnTrace(TRACES[0], "Ann", office.workspace.rubrics.latest("three-questions"))
    for where, answers, sentence in (
        (on(office, rater=" "), {"pass": "pass"}, "No reviewer was named."),
        (on(office), {"taste": "pass"}, "The rubric has no question “taste”."),
        (on(office), {}, "is not answered"),
        (on(office), {"pass": "maybe"}, "is not an answer"),
        (three, {"helps": "pass"}, "“Would you use this yourself?” is not answered."),
    ):
        with pytest.raises(Refused, match=sentence.replace("?", "\\?")):
            submit(office, where, answers)
    assert office.workspace.reviews.log() == []


def test_the_folder_of_a_workspace_may_have_any_name(tmp_path: Path):
    for name in ("what?now", "100%20", "a#b", "it's", 'say "hi"', "semi;colon", "漢字 ü", "file:x", "a&b=c"):
        made = Workspace.create(tmp_path / name)
        made.remembered.set("who", name)
        made.close()
        again = Workspace.open(tmp_path / name)
        assert again.remembered.get("who") == name
        again.close()
    assert len(list(tmp_path.iterdir())) == 9
