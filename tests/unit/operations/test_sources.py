"""Live sources of a workspace: added with care, listed without secrets, tested in words, removed without a trace."""

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import PasswordDeleteError

from assay.base.clock import SystemClock
from assay.base.errors import Refused, Unavailable
from assay.model.kinds import LiveSource
from assay.operations.office import open_office
from assay.operations.sources import (
    add_source,
    connection_of,
    list_sources,
    live_sources,
    remove_source,
    source_named,
)
from assay.operations.sources import test_source as ask_source

KEY = "px-0123456789-quite-secret"
URL = "http://127.0.0.1:6006"


class Drawer(KeyringBackend):
    """A keyring that lives as long as a test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def ring():
    """No test asks this system's own keyring."""
    before, drawer = keyring.get_keyring(), Drawer()
    keyring.set_keyring(drawer)
    yield drawer
    keyring.set_keyring(before)


@pytest.fixture
def office(workspace):
    opened = open_office(workspace, SystemClock())
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for kind in live_sources().values():
        for secret in kind.secrets:
            for name in secret.variables:
                monkeypatch.delenv(name, raising=False)


def everything_kept(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_first_source_makes_the_daily_plan_draw_from_the_day_before(office):
    before = office.workspace.plans.latest("daily")
    done = add_source(office, "shop", "phoenix", {"url": URL})
    after = office.workspace.plans.latest("daily")
    assert done.plan_changed
    assert (after.version, after.window) == (before.version + 1, "previous-day")
    assert (after.seed, after.size, after.rubric) == (before.seed, before.size, before.rubric)
    assert not add_source(office, "lab", "mlflow", {"url": URL}).plan_changed
    assert office.workspace.plans.latest("daily").version == after.version


def test_a_source_is_listed_with_its_settings_and_the_names_of_its_keys(office):
    add_source(office, "shop.eu", "phoenix", {"url": URL + "/", "project": "orders", "timeout": "5"})
    add_source(office, "lab", "mlflow", {"url": "https://lab.example.org/mlflow"})
    lab, shop = list_sources(office)
    assert shop.as_json() == {
        "name": "shop.eu",
        "kind": "phoenix",
        "url": URL,
        "timeout": "5",
        "project": "orders",
        "secrets": ["ASSAY_SHOP_EU_KEY"],
        "pulled_to": None,
    }
    assert (lab.settings["experiment"], lab.settings["timeout"]) == ("Default", "60")
    assert lab.secrets == ("ASSAY_LAB_KEY", "ASSAY_LAB_USERNAME", "ASSAY_LAB_PASSWORD")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:1",
        "ftp://a.example.org",
        "file:///x",
        "http://",
        "http://a:99999",
        "http://[",
        "http://a b",
    ],
)
def test_what_is_no_address_is_refused(office, url):
    with pytest.raises(Refused, match="no address of a server"):
        add_source(office, "shop", "phoenix", {"url": url})
    assert list_sources(office) == []


@pytest.mark.parametrize(
    "url", [f"http://maria:{KEY}@a", f"https://a/?api_key={KEY}", f"https://a/#{KEY}", f"x://u:{KEY}@a"]
)
def test_an_address_with_a_key_in_it_is_refused_and_kept_nowhere(office, workspace, url):
    with pytest.raises(Refused) as told:
        add_source(office, "shop", "phoenix", {"url": url})
    assert KEY not in str(told.value)
    assert KEY.encode() not in everything_kept(workspace)


@pytest.mark.parametrize(
    ("name", "kind", "more", "words"),
    [
        ("a:b", "phoenix", {}, "no name for a source"),
        ("", "phoenix", {}, "no name for a source"),
        ("files", "phoenix", {}, "a source “files” already"),
        ("a", "excel", {}, "no live source of the kind “excel”"),
        ("a", "phoenix", {"experiment": "1"}, "no setting “experiment”"),
        ("a", "phoenix", {"timeout": "nan"}, "no time to wait"),
        ("a", "phoenix", {"timeout": "0"}, "no time to wait"),
    ],
)
def test_what_does_not_fit_is_refused(office, name, kind, more, words):
    with pytest.raises(Refused, match=words):
        add_source(office, name, kind, {"url": URL, **more})


def test_a_name_is_given_once(office):
    add_source(office, "shop", "phoenix", {"url": URL})
    with pytest.raises(Refused, match="already"):
        add_source(office, "shop", "mlflow", {"url": URL})


def test_a_key_is_taken_from_its_own_variable_then_the_keyring_then_the_stores_variable(
    office, monkeypatch, ring
):
    add_source(office, "shop", "phoenix", {"url": URL})
    source = source_named(office, "shop")
    assert connection_of(source).secrets == {}
    monkeypatch.setenv("PHOENIX_API_KEY", "third")
    assert connection_of(source).secrets == {"key": "third"}
    ring.set_password("assay", f"shop key {URL}", "second")
    assert connection_of(source).secrets == {"key": "second"}
    monkeypatch.setenv("ASSAY_SHOP_KEY", " first\n")
    assert connection_of(source).secrets == {"key": "first"}


def test_a_kept_key_is_not_sent_to_another_address(office, ring):
    add_source(office, "shop", "phoenix", {"url": URL}, {"key": KEY})
    assert connection_of(source_named(office, "shop")).secrets == {"key": KEY}
    office.workspace.sources.remove("shop")
    add_source(office, "shop", "phoenix", {"url": "https://elsewhere.example.org"})
    assert connection_of(source_named(office, "shop")).secrets == {}


def test_a_kept_key_is_in_the_keyring_alone_and_leaves_with_its_source(office, workspace, ring):
    add_source(office, "shop", "phoenix", {"url": URL}, {"key": KEY})
    assert list(ring.kept.values()) == [KEY]
    assert KEY.encode() not in everything_kept(workspace)
    remove_source(office, "shop")
    assert (ring.kept, list_sources(office)) == ({}, [])
    with pytest.raises(Refused, match="no live source “shop”"):
        remove_source(office, "shop")


def test_without_a_keyring_the_environment_is_named_and_no_source_is_kept(office):
    keyring.set_keyring(NoKeyring())
    with pytest.raises(
        Unavailable, match=r"no keyring on this system.*Set ASSAY_SHOP_KEY in the environment"
    ):
        add_source(office, "shop", "phoenix", {"url": URL}, {"key": KEY})
    assert list_sources(office) == []
    add_source(office, "shop", "phoenix", {"url": URL})
    assert connection_of(source_named(office, "shop")).secrets == {}
    remove_source(office, "shop")


def test_a_source_is_tested_in_a_sentence(office, contract_server):
    page = {"data": [{"id": "UHI=", "name": "default"}], "next_cursor": None}
    server = contract_server(lambda asked: page if asked.path == "/v1/projects" else {"data": []})
    add_source(office, "shop", "phoenix", {"url": server.url})
    assert ask_source(office, "shop") == (
        f"Phoenix answers at {server.url}, and the project “default” is there. It holds no traces yet."
    )


def test_every_live_kind_says_what_it_needs():
    assert set(live_sources()) >= {"phoenix", "mlflow"}
    for kind in live_sources().values():
        assert isinstance(kind, LiveSource)
        assert all(setting.title for setting in kind.settings)
        assert "key" in [secret.name for secret in kind.secrets]
