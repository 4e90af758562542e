"""Live sources from the command line: words for people, JSON for scripts, exit codes for both."""

import io

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

KEY = "px-0123456789-quite-secret"


@pytest.fixture(autouse=True)
def no_keyring():
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def shop(contract_server, answer_with):
    """An empty Phoenix that wants a key."""

    def answer(asked):
        if asked.headers.get("Authorization") != f"Bearer {KEY}":
            return answer_with({}, 401)
        return {"data": [{"id": "UHI", "name": "default"}] if asked.path == "/v1/projects" else []}

    return contract_server(answer)


def test_a_source_is_added_listed_tested_pulled_from_and_removed(assay, workspace, shop, monkeypatch):
    at = ("-w", workspace, "--json")
    added = assay("source", "add", "shop", "--kind", "phoenix", "--url", shop.url, *at).json
    assert (added["name"], added["url"], added["project"], added["plan_changed"]) == (
        "shop", shop.url, "default", True,
    )  # fmt: skip
    assert added["secrets"] == ["ASSAY_SHOP_KEY"]
    refused = assay("source", "test", "shop", *at)
    assert (refused.code, refused.out) == (1, "")
    assert "asks for a key" in refused.err
    monkeypatch.setenv("ASSAY_SHOP_KEY", KEY)
    assert assay("source", "test", "shop", *at).json["well"] is True
    done = assay("pull", *at).json
    assert (done["read"], len(done["sources"][0]["windows"]), done["sources"][0]["fault"]) == (0, 7, None)
    (listed,) = assay("source", "list", *at).json["sources"]
    assert listed["pulled_to"] == done["sources"][0]["windows"][-1]["window"][1]
    assert assay("source", "remove", "shop", *at).json == {"source": "shop"}
    assert assay("source", "list", *at).json == {"sources": []}


def test_a_source_at_fault_is_told_and_counted_as_one(assay, workspace, shop):
    assay("source", "add", "shop", "--kind", "phoenix", "--url", shop.url, "-w", workspace)
    said = assay("pull", "-w", workspace, "--json")
    assert (said.code, "asks for a key" in said.err) == (1, True)
    assert '"fault": "Phoenix at' in said.out
    said = assay("pull", "-w", workspace)
    assert said.out == "shop: nothing was pulled.\n"


def test_people_read_sentences(assay, workspace, shop, monkeypatch):
    monkeypatch.setenv("ASSAY_SHOP_KEY", KEY)
    assert "There is no live source." in assay("source", "list", "-w", workspace).out
    said = assay("source", "add", "shop", "--kind", "phoenix", "--url", shop.url, "-w", workspace).out
    assert "read from ASSAY_SHOP_KEY" in said
    assert "drawn from the traces of the day before" in said
    assert "never" in assay("source", "list", "-w", workspace).out
    assert "shop: 7 windows pulled." in assay("pull", "-w", workspace).out
    assert assay("pull", "-w", workspace).out == "shop: nothing is left to pull.\n"


def test_a_key_is_asked_for_and_not_kept_where_there_is_no_keyring(assay, workspace, shop, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{KEY}\n"))
    said = assay(
        "source", "add", "shop", "--kind", "phoenix", "--url", shop.url, "--keep-key", "-w", workspace
    )
    assert said.code == 1
    assert "no keyring on this system" in said.err
    assert KEY not in said.err + said.out
    assert assay("source", "list", "-w", workspace, "--json").json == {"sources": []}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("source",), 2, "usage"),
        (("source", "add", "x", "--kind", "excel", "--url", "http://a"), 2, "invalid choice"),
        (
            ("source", "add", "x", "--kind", "mlflow", "--url", "http://a", "--project", "p"),
            1,
            "knows no --project",
        ),
        (("source", "add", "x", "--kind", "phoenix", "--url", "a"), 1, "no address of a server"),
        (
            ("source", "add", "x", "--kind", "phoenix", "--url", "http://a", "--timeout", "soon"),
            2,
            "no number",
        ),
        (("source", "test", "x"), 1, "no live source “x”"),
        (("source", "remove", "x"), 1, "no live source “x”"),
        (("pull",), 1, "no live source to pull from"),
        (("pull", "--source", "x"), 1, "no live source “x”"),
    ],
)
def test_what_cannot_be_done_is_said(assay, workspace, words, code, said):
    found = assay(*words, *(() if words == ("source",) else ("-w", workspace)))
    assert (found.code, said in found.err) == (code, True)


def test_no_workspace_is_made_by_adding_a_source(assay, tmp_path):
    found = assay("source", "add", "x", "--kind", "phoenix", "--url", "http://a", "-w", tmp_path / "none")
    assert (found.code, (tmp_path / "none").exists()) == (1, False)
