"""A reviewer's day, from the first key to the finish line, without a window."""

from collections.abc import Callable
from datetime import timedelta

from assay.base.clock import FixedClock
from assay.model.review import Act
from assay.operations.draw import DrawOptions, draw, draw_today
from assay.operations.judge import judge
from assay.operations.look import reveal
from assay.operations.office import DEFAULT_PLAN, Office, open_office
from assay.operations.queue import queue
from assay.operations.rubrics import use_rubric
from assay.viewmodels.desk import Desk, Stage
from assay.viewmodels.lanes import InlineLanes
from assay.viewmodels.today import Today

SitDown = Callable[..., Desk]


def standing_values(office: Office, rater: str = "Maria") -> dict[str, str]:
    return {
        one.native_trace_id: one.value for one in office.workspace.standing.judgements() if one.rater == rater
    }


def test_one_key_judges_saves_and_shows_the_next(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=3))
    desk = sit_down()
    first = desk.sheet.item
    desk.choose(1)
    assert standing_values(office) == {first.native_trace_id: "pass"}
    assert desk.sheet.item.trace_uid != first.trace_uid
    desk.choose(2)
    desk.choose_passing(False)
    assert desk.stage is Stage.FINISHED
    assert sorted(standing_values(office).values()) == ["fail", "fail", "pass"]


def test_the_list_is_the_draw_in_its_order(office: Office, sit_down: SitDown) -> None:
    drawn = draw(office, DrawOptions(size=6))
    assert [one.native_trace_id for one in sit_down().day.items] == [
        one.native_trace_id for one in drawn.items
    ]


def test_undo_goes_back_through_every_act_and_redo_forward_again(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=4))
    desk = sit_down()
    order = [one.native_trace_id for one in desk.day.items]
    desk.choose(1)
    desk.put_off()
    desk.cannot_judge("the document is missing")
    desk.choose(2)
    assert desk.stage is Stage.FINISHED
    for expected in reversed(order):
        desk.undo()
        assert desk.sheet.item.native_trace_id == expected
        assert desk.sheet.item.act is None
    assert standing_values(office) == {}
    desk.undo()
    assert desk.message == "Nothing to undo."
    for _ in order:
        desk.redo()
    assert desk.stage is Stage.FINISHED
    assert standing_values(office) == {order[0]: "pass", order[3]: "fail"}
    acts = [one.act for one in queue(office, "Maria").items]
    assert acts == [Act.SUBMIT, Act.NOT_TODAY, Act.CANNOT_JUDGE, Act.SUBMIT]


def test_something_new_after_an_undo_ends_the_redo(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=3))
    desk = sit_down()
    first = desk.sheet.item.native_trace_id
    desk.choose(1)
    desk.undo()
    desk.choose(2)
    desk.redo()
    assert desk.message == "Nothing to redo."
    assert standing_values(office) == {first: "fail"}


def test_an_undo_names_what_it_undid(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=2))
    desk = sit_down()
    name = desk.sheet.item.native_trace_id
    desk.choose(2)
    desk.undo()
    assert desk.message == f"Undone: fail on trace {name}"


def test_undo_survives_closing_the_program(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=3))
    desk = sit_down()
    desk.choose(1)
    desk.choose(2)
    again = open_office(office.folder, office.clock)
    assert len(standing_values(again)) == 2
    fresh = sit_down()
    fresh.undo()
    fresh.undo()
    assert standing_values(again) == {}
    again.close()


def test_nothing_is_ever_taken_out_of_the_log(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=2))
    desk = sit_down()
    desk.choose(1)
    desk.undo()
    desk.choose(2)
    assert [row.act for row in reversed(office.workspace.reviews.log("Maria"))] == [
        "submit",
        "undo",
        "submit",
    ]


def test_an_edit_takes_the_place_of_the_earlier_answer(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=3))
    desk = sit_down()
    first = desk.sheet.item.native_trace_id
    desk.choose(1)
    desk.go(-1)
    assert desk.sheet.answers == {"pass": "pass"}
    desk.choose(2)
    assert standing_values(office) == {first: "fail"}
    assert len(office.workspace.reviews.log("Maria")) == 2


def test_what_was_put_off_comes_back_tomorrow(office: Office, clock: FixedClock, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=2))
    desk = sit_down()
    put_off = desk.sheet.item.native_trace_id
    desk.put_off()
    assert [one.native_trace_id for one in queue(office, "Maria").items if one.left] != [put_off]
    clock.at += timedelta(days=1)
    tomorrow = queue(office, "Maria")
    assert [one.native_trace_id for one in tomorrow.items] == [put_off]
    assert len(tomorrow.tail) == 1


def test_cannot_judge_is_missing_and_never_a_fail(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=1))
    desk = sit_down()
    desk.cannot_judge("no passages")
    assert office.workspace.standing.judgements() == []
    assert [one.reason for one in office.workspace.standing.not_judged()] == ["no passages"]


def test_cannot_judge_wants_a_reason(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=1))
    desk = sit_down()
    desk.cannot_judge("  ")
    assert desk.fault is not None
    assert desk.fault.what == "No reason was given."
    assert desk.day.left == 1


def test_a_note_begun_is_there_after_closing(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=2))
    desk = sit_down()
    desk.sheet.take_note("The price is from last year")
    desk.leave()
    fresh = sit_down()
    assert fresh.sheet.note == "The price is from last year"
    fresh.choose(2)
    notes = {one.note for one in office.workspace.standing.judgements()}
    assert notes == {"The price is from last year"}


def test_four_questions_want_all_answers_and_go_to_the_missing_one(office: Office, sit_down: SitDown) -> None:
    use_rubric(office, office.workspace.plans.latest(DEFAULT_PLAN), "three-questions")
    draw(office, DrawOptions(size=2))
    desk = sit_down()
    desk.choose(1)
    desk.choose(2)
    assert desk.sheet.focused == 2
    desk.submit()
    assert desk.message.startswith("Still open: Is anything factually wrong?")
    assert standing_values(office) == {}
    desk.choose(1)
    desk.choose(4)
    desk.submit()
    values = {one.criterion: one.value for one in office.workspace.standing.judgements()}
    assert values == {"helps": "pass", "would_use": "fail", "factually_wrong": "no", "overall": "4"}


def test_keys_are_ignored_until_the_trace_is_painted(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=2))
    desk = Desk(office, InlineLanes(), "Maria")
    desk.open()
    desk.choose(1)
    assert standing_values(office) == {}
    desk.painted(desk.sheet.item.trace_uid)
    desk.choose(1)
    assert len(standing_values(office)) == 1


def test_a_second_reviewer_never_overwrites_the_first(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=1))
    sit_down("Maria").choose(1)
    sit_down("Tom").choose(2)
    assert [(one.rater, one.value) for one in office.workspace.standing.judgements()] == [
        ("Maria", "pass"),
        ("Tom", "fail"),
    ]


def test_a_flag_can_be_raised_taken_down_and_undone(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=1))
    desk = sit_down()
    desk.flag()
    assert desk.sheet.item.flagged
    desk.flag()
    assert not desk.sheet.item.flagged
    desk.undo()
    assert desk.sheet.item.flagged
    assert desk.day.left == 1


def test_who_looked_behind_the_curtain_is_no_longer_blind(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=2))
    desk = sit_down()
    uid = desk.sheet.item.trace_uid
    desk.choose(1)
    reveal(office, uid, "Maria")
    desk.go(-1)
    desk.choose(2)
    by_value = {one.value: one.blind for one in office.workspace.standing.judgements()}
    assert by_value == {"fail": False}


def test_the_days_sample_is_drawn_once_also_by_two_windows(office: Office) -> None:
    other = open_office(office.folder, office.clock)
    first, second = draw_today(office), draw_today(other)
    assert first is not None
    assert second is None
    assert len(office.workspace.samples.draws(DEFAULT_PLAN)) == 1
    other.close()


def test_each_day_draws_from_what_was_not_drawn_before(office: Office, clock: FixedClock) -> None:
    today = draw_today(office)
    clock.at += timedelta(days=1)
    tomorrow = draw_today(office)
    assert {one.native_trace_id for one in today.items}.isdisjoint(
        one.native_trace_id for one in tomorrow.items
    )
    assert tomorrow.population == 20
    clock.at += timedelta(days=1)
    assert draw_today(office) is None


def test_a_script_judges_through_the_same_act(office: Office) -> None:
    draw(office, DrawOptions(size=2))
    name = queue(office, "Tom").items[0].native_trace_id
    judge(office, "Tom", name, {"pass": "Fail"}, note="too short")
    found = office.workspace.standing.judgements()
    assert [(one.native_trace_id, one.value, one.note, one.draw_id) for one in found] == [
        (name, "fail", "too short", 1)
    ]
    assert queue(office, "Tom").left == 1


def test_without_auto_advance_enter_shows_the_next(office: Office, sit_down: SitDown) -> None:
    draw(office, DrawOptions(size=2))
    desk = sit_down()
    desk.auto_advance = False
    first = desk.sheet.item.trace_uid
    desk.choose(1)
    desk.submit()
    assert desk.sheet.item.trace_uid == first
    assert desk.decided
    desk.submit()
    assert desk.sheet.item.trace_uid != first
    assert len(office.workspace.reviews.log("Maria")) == 1


def test_a_lead_asks_other_questions_and_draws_more_from_the_window(office: Office) -> None:
    today = Today(office, InlineLanes(), "Maria")
    today.refresh()
    before = [one.native_trace_id for one in today.queue.items]
    assert (len(before), today.size) == (20, 20)
    today.ask("three-questions")
    assert today.queue.rubric.name == "three-questions"
    today.draw_daily(30)
    after = [one.native_trace_id for one in today.queue.items]
    assert after[:20] == before
    assert len(after) == 30
    today.draw_daily(10)
    assert len(today.queue.items) == 30


def test_a_choice_made_is_a_draft_at_once(office: Office, sit_down: SitDown) -> None:
    use_rubric(office, office.workspace.plans.latest(DEFAULT_PLAN), "three-questions")
    draw(office, DrawOptions(size=2))
    desk = sit_down()
    desk.choose(1)
    assert office.workspace.drafts.get(desk.sheet.item.trace_uid, "Maria", "three-questions").answers == {
        "helps": "pass"
    }
    assert sit_down().sheet.answers == {"helps": "pass"}
