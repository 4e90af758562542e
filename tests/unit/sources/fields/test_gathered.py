"""Rows of an export come together by trace, the newest of each, wherever they stand."""

from assay.base.progress import Progress
from assay.model.incoming import Place, Rejected
from assay.sources.fields.gathered import Filing, Row, tell
from assay.sources.fields.objects import Malformed


def row(sort, name, trace=None, value=None, file="a", line=1, **more):
    return Row(sort, name, value or {}, trace, place=Place(file, line), **more)


def gathered(*rows):
    """The rows by trace, as (sort, id, value), and the reasons of those refused."""
    found, refused = {}, []

    def told(group, source):
        found.setdefault(group.native_id, []).extend((r.sort, r.id, r.value) for r in group.rows)
        return iter(())

    refused = [item.reason for item in tell(rows, "shop", Progress(), told) if isinstance(item, Rejected)]
    return found, refused


def test_rows_of_a_trace_come_together_in_the_order_of_their_first():
    found, _ = gathered(row("span", "1", "t2"), row("span", "2", "t1"), row("score", "3", "t2"))
    assert list(found) == ["t2", "t1"]
    assert [name for _, name, _ in found["t2"]] == ["1", "3"]


def test_a_row_about_another_goes_where_that_one_is():
    found, _ = gathered(row("score", "f", about="1"), row("span", "1", "t"), row("score", "g", about="lost"))
    assert [name for _, name, _ in found["t"]] == ["1", "f"]
    assert [name for _, name, _ in found[None]] == ["g"]


def test_the_greatest_version_counts_then_the_later_file():
    found, refused = gathered(
        row("span", "v", "t", {"n": 2}, version="2"),
        row("span", "v", "t", {"n": 1}, version="1"),
        row("span", "f", "t", {"n": 1}, file="a"),
        row("span", "f", "t", {"n": 2}, file="b"),
    )
    assert [value["n"] for _, _, value in found["t"]] == [2, 2]
    assert refused == []


def test_the_same_row_twice_counts_once_and_another_of_its_name_is_refused():
    found, refused = gathered(
        row("span", "1", "t", {"n": 1}), row("span", "1", "t", {"n": 1}), row("span", "1", "t", {"n": 2})
    )
    assert found["t"] == [("span", "1", {"n": 1})]
    assert len(refused) == 1


def test_scores_without_an_id_are_all_kept():
    found, _ = gathered(row("score", "", "t", {"n": 1}), row("score", "", "t", {"n": 1}))
    assert len(found["t"]) == 2


def test_a_bad_member_does_not_cost_its_page():
    def rows(value):
        if "id" not in value:
            raise Malformed("no id")
        return [Row("trace", value["id"], value, value["id"])]

    filing = Filing(lambda page: page["data"], rows)
    items = list(filing.filed({"data": [{"id": "a"}, 5, {}, {"id": "b"}]}, Place("f", 1)))
    assert [(item.place.line, isinstance(item, Rejected)) for item in items] == [
        (1, False), (2, True), (3, True), (4, False),
    ]  # fmt: skip
