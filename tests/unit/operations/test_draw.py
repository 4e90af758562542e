"""Drawing a sample: anyone can repeat it by hand, and what was handed out is never taken back."""

import hashlib
import json
import random
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.base.clock import FixedClock
from assay.base.errors import Refused
from assay.base.progress import Progress
from assay.model.plan import SamplingPlan
from assay.model.trace import Trace, text_message
from assay.operations.draw import DrawOptions, _wanted, draw, draw_today
from assay.operations.office import open_office

ODD_IDS = [
    "it's", "'; DROP TABLE trace; --", 'say "hi"', '"', "'", "back\\slash", "\\", "\\n", " leading", "trailing ",
    "\tbetween\ttabs\t", "a\nb", "%s", "%d%%", "100%", "?", "$1", ":name", "{x}", "semi;colon", "a|b", "|", "||", "*",
    "[a]", "Ünïcödé", "漢字", "مرحبا", "שלום", "Ελληνικά", "🦊", "👩‍👩‍👧", "e\u0301", "é", "\u200b", "a\u00a0b", "NULL",
    "null", "None", "0", "-1", "1e5", "TRUE", "../../etc/passwd", "http://a/b?c=d&e", "files:t-1", "t-1", "a" * 300,
]  # fmt: skip
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def by_hand(ids, seed, k):
    """The rule of a draw, in the standard library alone."""
    ranked = sorted((hashlib.md5(f"{seed}|{one}".encode()).hexdigest(), one) for one in ids)
    return ranked[:k]


def drawn(report):
    return [(item["rank_hash"], item["native_trace_id"]) for item in report["items"]]


def a_record(native_id, **more):
    return {"id": native_id, "input": "a question", "output": "an answer", **more}


@pytest.fixture(scope="module")
def odd(assay, blank, lines, tmp_path_factory):
    """A workspace of traces with odd names, three models and a field of their own. Draw from it with --dry-run."""
    folder = tmp_path_factory.mktemp("odd")
    values = ["it's", 'a "b"', "c\\d", "ü|é", "%s;", None]
    records = [
        a_record(one, model=f"m-{place % 3}", metadata={"my key": values[place % 6]} if place % 6 < 5 else {})
        for place, one in enumerate(ODD_IDS)
    ]
    shutil.copytree(blank, folder / "w")
    came = assay("import", lines(folder / "odd.jsonl", records), "-w", folder / "w", "--json").json
    assert (came["new"], came["refused"]) == (len(ODD_IDS), 0)
    return folder / "w"


@pytest.mark.parametrize("seed", ["s1", "it's; --", "a|b|2026-01-01", "Zürich 🦊", " ", "%s\\"])
def test_anyone_can_repeat_a_draw_whatever_the_traces_are_called(assay, odd, seed):
    report = assay(
        "draw", "-w", odd, "--window", "all", "--size", 20, "--seed", seed, "--dry-run", "--json"
    ).json
    assert drawn(report) == by_hand(ODD_IDS, seed, 20)
    assert report["seed"] == seed
    assert report["population"] == len(ODD_IDS)
    assert report["strata"] == [{"stratum": "", "population": len(ODD_IDS), "size": 20}]
    assert {item["inclusion_probability"] for item in report["items"]} == {20 / len(ODD_IDS)}
    assert {item["source"] for item in report["items"]} == {"files"}


@pytest.mark.parametrize("field", ["model", "metadata.my key"])
def test_a_stratified_draw_is_the_same_rule_within_each_stratum(assay, odd, field):
    report = assay(
        "draw",
        "-w",
        odd,
        "--window",
        "all",
        "--size",
        17,
        "--seed",
        "s",
        "--stratify",
        field,
        "--dry-run",
        "--json",
    ).json
    values = [f"m-{n % 3}" for n in range(len(ODD_IDS))]
    if field != "model":
        values = [["it's", 'a "b"', "c\\d", "ü|é", "%s;", "(none)"][n % 6] for n in range(len(ODD_IDS))]
    members = {
        name: [one for one, value in zip(ODD_IDS, values, strict=True) if value == name] for name in values
    }
    assert {one["stratum"]: one["population"] for one in report["strata"]} == {
        name: len(ids) for name, ids in members.items()
    }
    assert sum(one["size"] for one in report["strata"]) == 17 == len(report["items"])
    for stratum in report["strata"]:
        inside = [item for item in report["items"] if item["stratum"] == stratum["stratum"]]
        expected = by_hand(members[stratum["stratum"]], "s", stratum["size"])
        assert [(item["rank_hash"], item["native_trace_id"]) for item in inside] == expected
        assert all(
            item["inclusion_probability"] == pytest.approx(stratum["size"] / stratum["population"])
            for item in inside
        )
    assert [item["rank_hash"] for item in report["items"]] == sorted(
        item["rank_hash"] for item in report["items"]
    )


def test_the_plans_own_seed_is_joined_with_the_date(assay, odd):
    report = assay("draw", "-w", odd, "--date", "2026-11-23", "--window", "all", "--dry-run", "--json").json
    secret, day = report["seed"].split("|")
    assert len(secret) == 32
    assert (day, report["date"]) == ("2026-11-23", "2026-11-23")
    assert drawn(report) == by_hand(ODD_IDS, report["seed"], 20)
    other = assay("draw", "-w", odd, "--date", "2026-11-24", "--window", "all", "--dry-run", "--json").json
    assert other["seed"] == f"{secret}|2026-11-24"


def test_a_dry_run_keeps_nothing(assay, odd):
    report = assay("draw", "-w", odd, "--window", "all", "--size", 5, "--dry-run", "--json").json
    assert (len(report["items"]), report["added"]) == (5, 0)
    assert assay("queue", "-w", odd, "--rater", "Maria", "--json").json["items"] == []


@pytest.fixture
def days(assay, workspace, lines, tmp_path):
    """Ten traces a day from the 18th to the 22nd of November, at every second hour."""
    records = [
        a_record(
            f"{day}-{hour:02}",
            started_at=f"2026-11-{day}T{hour:02}:00:00Z",
            model="m-1" if hour < 16 else "m-2",
        )
        for day in range(18, 23)
        for hour in range(0, 20, 2)
    ]
    assert (
        assay("import", lines(tmp_path / "days.jsonl", records), "-w", workspace, "--json").json["new"] == 50
    )
    return workspace


def ids_of(report):
    return {item["native_trace_id"] for item in report["items"]}


def test_windows_are_days_with_both_ends_included(assay, days):
    office = open_office(days, FixedClock(MONDAY))
    office.workspace.plans.add(SamplingPlan(name="daily", seed="s", time_zone="UTC", created_at=MONDAY))
    office.close()

    def ask(window, *more):
        return assay("draw", "-w", days, "--size", 99, "--date", "2026-11-21", "--window", window, *more,
                     "--dry-run", "--json").json  # fmt: skip

    yesterday = ask("previous-day")
    assert ids_of(yesterday) == {f"20-{hour:02}" for hour in range(0, 20, 2)}
    assert yesterday["window"] == ["2026-11-20T00:00:00+00:00", "2026-11-21T00:00:00+00:00"]
    two = ask("2026-11-18..2026-11-19")
    assert {one[:2] for one in ids_of(two)} == {"18", "19"}
    assert len(two["items"]) == 20
    assert len(ask("2026-11-19..2026-11-19")["items"]) == 10
    assert ask("all")["window"] == [None, None]
    assert len(ask("all")["items"]) == 50
    assert ask("2026-01-01..2026-01-31")["items"] == []
    assert len(ask("0001-01-01..9999-12-31")["items"]) == 50


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("Pacific/Kiritimati", "19-10", "20-08"),
        ("America/Los_Angeles", "20-08", "21-06"),
        ("UTC", "20-00", "20-18"),
    ],
)
def test_the_previous_day_is_the_one_of_the_plans_time_zone(assay, days, zone, first, last):
    office = open_office(days, FixedClock(MONDAY))
    office.workspace.plans.add(SamplingPlan(name="daily", seed="s", time_zone=zone, created_at=MONDAY))
    office.close()
    report = assay(
        "draw",
        "-w",
        days,
        "--size",
        99,
        "--date",
        "2026-11-21",
        "--window",
        "previous-day",
        "--json",
        "--dry-run",
    ).json
    assert (min(ids_of(report)), max(ids_of(report))) == (first, last)


def test_a_summer_day_begins_at_summer_time(assay, workspace, lines, tmp_path):
    """In Vienna midnight of a July day is 22:00 UTC, also when the draw is made in November."""
    office = open_office(workspace, FixedClock(MONDAY))
    office.workspace.plans.add(
        SamplingPlan(name="daily", seed="s", time_zone="Europe/Vienna", created_at=MONDAY)
    )
    office.close()
    records = [
        a_record("before", started_at="2026-07-01T21:59:59Z"),
        a_record("within", started_at="2026-07-01T22:00:00Z"),
    ]
    assay("import", lines(tmp_path / "t.jsonl", records), "-w", workspace)
    report = assay("draw", "-w", workspace, "--window", "2026-07-02..2026-07-02", "--dry-run", "--json").json
    assert ids_of(report) == {"within"}


def test_a_time_zone_that_does_not_exist_is_named(assay, workspace):
    office = open_office(workspace, FixedClock(MONDAY))
    office.workspace.plans.add(
        SamplingPlan(name="daily", seed="s", time_zone="Europe/Vianna", created_at=MONDAY)
    )
    office.close()
    said = assay("draw", "-w", workspace)
    assert (said.code, said.err) == (1, "assay: There is no time zone named “Europe/Vianna”. "
                                        "Use a name such as Europe/Vienna.\n")  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--plan", "weekly"], "There is no sampling plan “weekly”"),
        (["--stratify", "colour"], "Traces have no field named “colour”"),
        (["--stratify", "model; DROP TABLE idx"], "Traces have no field named"),
        (["--stratify", "metadata."], "Traces have no field named"),
        (["--window", "yesterday"], "“yesterday” is no window"),
        (["--window", "2026-11-02..2026-11-01"], "ends before it begins"),
        (["--window", "2026-13-01..2026-13-02"], "is no window"),
        (["--size", "0"], "A sample of 0 traces cannot be drawn"),
        (["--size", "-3"], "A sample of -3 traces cannot be drawn"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(assay, days, words, sentence):
    said = assay("draw", "-w", days, *words, "--json")
    assert (said.code, said.out) == (1, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "words", [["--size", "many"], ["--date", "yesterday"], ["--date", "2026-02-30"], ["--colour"]]
)
def test_a_draw_asked_for_wrongly_is_wrong_usage(assay, days, words):
    assert assay("draw", "-w", days, *words).code == 2


def test_the_same_draw_again_is_the_same_sample(assay, days):
    words = ["draw", "-w", days, "--window", "all", "--size", 12, "--stratify", "model", "--json"]
    first = assay(*words).json
    again = assay(*words).json
    assert first["added"] == 12
    assert again == {**first, "added": 0}


def test_late_traces_never_reshuffle_what_was_handed_out(assay, days, lines, tmp_path):
    words = ["draw", "-w", days, "--window", "all", "--seed", "s", "--json"]
    first = assay(*words, "--size", 10).json
    late = [a_record(f"late-{n}", started_at="2026-11-20T12:00:00Z", model="m-2") for n in range(200)]
    assert assay("import", lines(tmp_path / "late.jsonl", late), "-w", days, "--json").json["new"] == 200
    assert assay(*words, "--size", 10).json == {**first, "added": 0}
    more = assay(*words, "--size", 15).json
    assert ids_of(more) > ids_of(first)
    assert (more["added"], more["population"], len(more["items"])) == (5, 250, 15)
    rest = [f"late-{n}" for n in range(200)] + [
        f"{day}-{hour:02}" for day in range(18, 23) for hour in range(0, 20, 2)
    ]
    fresh = by_hand([one for one in rest if one not in ids_of(first)], "s", 5)
    assert ids_of(more) - ids_of(first) == {one for _, one in fresh}
    assert assay(*words, "--size", 10).json["added"] == 0


def test_a_larger_stratified_sample_only_adds_also_where_late_traces_changed_the_strata(
    assay, days, lines, tmp_path
):
    words = ["draw", "-w", days, "--window", "all", "--stratify", "model", "--json"]
    first = assay(*words, "--size", 10).json
    assert {one["stratum"]: one["size"] for one in first["strata"]} == {"m-1": 8, "m-2": 2}
    late = [a_record(f"late-{n}", model="m-2") for n in range(300)]
    assay("import", lines(tmp_path / "late.jsonl", late), "-w", days)
    more = assay(*words, "--size", 12).json
    assert ids_of(more) > ids_of(first)
    assert {one["stratum"]: (one["size"], one["population"]) for one in more["strata"]} == {
        "m-1": (8, 40),
        "m-2": (4, 310),
    }
    by_stratum = {item["stratum"]: item["inclusion_probability"] for item in more["items"]}
    assert by_stratum == {"m-1": pytest.approx(8 / 40), "m-2": pytest.approx(4 / 310)}


def test_a_smaller_size_shows_fewer_and_takes_nothing_back(assay, days):
    words = ["draw", "-w", days, "--window", "all", "--date", "2026-11-23", "--json"]
    large = assay(*words, "--size", 20).json
    small = assay(*words, "--size", 5).json
    assert small["items"] == [{**item, "inclusion_probability": 5 / 50} for item in large["items"][:5]]
    assert (small["added"], small["strata"]) == (0, [{"stratum": "", "population": 50, "size": 5}])
    assert (
        len(assay("queue", "-w", days, "--rater", "R", "--date", "2026-11-23", "--json").json["items"]) == 20
    )


def test_undrawn_leaves_out_what_another_day_was_given(assay, days):
    words = ["draw", "-w", days, "--window", "undrawn", "--json", "--size", 20]
    first, second, third = (assay(*words, "--date", f"2026-11-{day}").json for day in (23, 24, 25))
    assert [report["population"] for report in (first, second, third)] == [50, 30, 10]
    assert len(ids_of(first) | ids_of(second) | ids_of(third)) == 50
    assert assay(*words, "--date", "2026-11-23").json["items"] == first["items"]


def test_nothing_to_draw_is_said_and_is_no_error(assay, workspace):
    said = assay("draw", "-w", workspace, "--window", "all", "--json")
    assert said.json["items"] == said.json["strata"] == []
    assert "nothing was drawn" in said.err


def test_options_of_a_draw_are_kept_with_it_in_the_manifest(assay, days, tmp_path):
    report = assay(
        "draw",
        "-w",
        days,
        "--window",
        "all",
        "--size",
        3,
        "--seed",
        "my seed",
        "--stratify",
        "model",
        "--json",
    ).json
    name = report["items"][0]["native_trace_id"]
    assay("review", "-w", days, "--rater", "R", "--trace", name, "--set", "pass=pass")
    out = assay(
        "export", "-w", days, "--layout", "long", "--format", "jsonl", "-o", tmp_path / "x.jsonl", "--json"
    ).json
    plans = json.loads(Path(out["manifest"]).read_text(encoding="utf-8"))["plans"]
    assert [
        (one["seed"], one["window"], one["stratify"], one["size"], one["population"]) for one in plans
    ] == [("my seed", "all", "model", 3, 50)]


def test_the_same_name_in_two_sources_is_two_traces(assay, workspace, lines, tmp_path):
    path = lines(tmp_path / "t.jsonl", [a_record("same")])
    for source in ("b", "a"):
        assay("import", path, "-w", workspace, "--source", source)
    report = assay("draw", "-w", workspace, "--window", "all", "--json").json
    assert [(item["source"], item["native_trace_id"]) for item in report["items"]] == [
        ("a", "same"),
        ("b", "same"),
    ]


def a_trace(number, **values):
    return Trace(source="files", native_id=f"t-{number:03d}", input=(text_message("user", "?"),), **values)


def test_a_drawn_trace_outlives_its_store(workspace):
    office = open_office(workspace, FixedClock(MONDAY))
    office.traces.write([a_trace(n) for n in range(5)], Progress())
    report = draw(office, DrawOptions(size=2))
    office.traces.close()
    shutil.rmtree(workspace / "traces")
    uid = office.workspace.samples.items(1)[0].trace_uid
    trace, sha = office.workspace.samples.trace(uid)
    assert trace.native_id == report.items[0].native_trace_id
    assert sha == trace.content_sha256()
    office.close()


def test_a_window_that_was_empty_is_drawn_when_traces_come(workspace):
    office = open_office(workspace, FixedClock(MONDAY))
    assert draw_today(office) is None
    office.traces.write([a_trace(n) for n in range(3)], Progress())
    assert len(draw_today(office).items) == 3
    assert draw_today(office) is None
    office.close()


def test_the_end_of_the_calendar_is_no_fault(workspace):
    office = open_office(workspace, FixedClock(MONDAY))
    office.traces.write([a_trace(1, started_at=MONDAY)], Progress())
    for day in (date.min, date.max, date.max - timedelta(days=1)):
        assert draw(office, DrawOptions(review_date=day, window="previous-day", dry_run=True)).items == ()
    with pytest.raises(Refused, match="is no window"):
        draw(office, DrawOptions(window="2026-11-01...2026-11-02"))
    office.close()


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 60), min_size=1),
    st.integers(1, 80),
    st.integers(1, 80),
    st.randoms(use_true_random=False),
)
def test_strata_only_grow_with_the_size_and_add_up_to_it(
    before: dict[str, int], first: int, second: int, chance: random.Random
):
    handed_out = Counter(_wanted(before, first, Counter()))
    after = {name: count + chance.randint(0, 90) for name, count in before.items()}
    now = _wanted(after if second >= handed_out.total() else before, second, handed_out)
    assert sum(now.values()) == min(second, sum((after if second >= handed_out.total() else before).values()))
    if second >= handed_out.total():
        assert all(now[name] >= count for name, count in handed_out.items())
    else:
        assert all(now[name] <= handed_out[name] for name in now)
    assert all(count <= after[name] for name, count in now.items())
