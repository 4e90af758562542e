"""What goes wrong between here and a store's server, in words; and what is waited for, tried again, or never said."""

import logging
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from assay.base.errors import Cancelled, Refused, Unavailable
from assay.base.progress import Progress
from assay.model.kinds import Connection
from assay.sources.live import web as web_module
from assay.sources.live.door import basic, bearer, opened
from assay.sources.live.pages import Page, by_token, in_order_of_time

KEY = "px-0123456789-quite-secret"


@pytest.fixture
def asking(contract_server):
    """Asks a server one question: ``asking(answer)``; returns what it said and the server."""

    def asking(answer, key=KEY, attempts=3, timeout=5, progress=None):
        server = contract_server(answer)
        connection = Connection("shop", server.url, {}, {"key": key} if key else {}, timeout, attempts)
        with opened("Phoenix", connection, progress or Progress(), bearer(key)) as web:
            return web.get("/v1/projects", [("limit", "5")]), server

    return asking


def test_the_key_travels_in_its_header_and_nowhere_else(asking):
    said, server = asking(lambda asked: {"data": []})
    assert said == {"data": []}
    (asked,) = server.asked
    assert (asked.path, asked.query) == ("/v1/projects", {"limit": ["5"]})
    assert [value for name, value in asked.headers.items() if KEY in value] == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    ("status", "key", "error", "words"),
    [
        (401, KEY, Refused, "does not take the key"),
        (401, "", Refused, "asks for a key"),
        (403, KEY, Refused, "does not let this key read"),
        (403, "", Refused, "does not let anyone read without a key"),
        (404, KEY, Refused, "There is no /v1/projects at"),
        (410, KEY, Refused, "There is no /v1/projects at"),
        (422, KEY, Unavailable, "did not take the question"),
        (429, KEY, Unavailable, "asked too often or busy"),
        (500, KEY, Unavailable, "has a fault of its own"),
        (503, KEY, Unavailable, "asked too often or busy"),
        (204, KEY, Unavailable, "did not take the question"),
    ],
)
def test_each_refusal_of_a_server_has_its_words_and_repeats_no_key(
    asking, answer_with, status, key, error, words
):
    body = b"" if status == 204 else f"no entry for Bearer {KEY}".encode()
    with pytest.raises(error, match=words) as told:
        asking(lambda asked: answer_with(body, status, {"Retry-After": "0"}), key=key)
    assert key == "" or KEY not in str(told.value)
    assert "127.0.0.1" in str(told.value)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_store_that_is_busy_is_asked_again(asking, answer_with, status):
    times = iter([status, status, 200])
    said, server = asking(lambda asked: answer_with({"data": [1]}, next(times), {"Retry-After": "0"}))
    assert (said, len(server.asked)) == ({"data": [1]}, 3)


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_what_will_not_mend_itself_is_asked_once(contract_server, answer_with, status):
    server = contract_server(lambda asked: answer_with({}, status))
    with (
        opened("Phoenix", Connection("s", server.url), Progress(), None) as web,
        pytest.raises((Refused, Unavailable)),
    ):
        web.get("/v1/projects")
    assert len(server.asked) == 1


@pytest.mark.parametrize("as_date", [False, True])
def test_a_server_that_says_when_is_taken_at_its_word(asking, answer_with, as_date):
    times = iter([429, 200])

    def answer(asked):
        later = datetime.now(UTC) + timedelta(seconds=2)
        return answer_with(
            {}, next(times), {"Retry-After": format_datetime(later, usegmt=True) if as_date else "1"}
        )

    begun = time.monotonic()
    asking(answer)
    assert time.monotonic() - begun >= 0.9


def test_a_server_that_asks_for_a_long_rest_is_not_waited_for(asking, answer_with):
    begun = time.monotonic()
    with pytest.raises(Unavailable, match="left alone for 3600 s"):
        asking(lambda asked: answer_with({}, 429, {"Retry-After": "3600"}))
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("said", ["soon", "-3", "", "Thu, 99 Foo 2026"])
def test_a_time_that_is_none_is_passed_over(asking, answer_with, said):
    times = iter([429, 200])
    assert asking(lambda asked: answer_with({}, next(times), {"Retry-After": said}))[0] == {}


def test_waiting_ends_when_nobody_wants_the_answer(asking, answer_with):
    progress = Progress()

    def answer(asked):
        progress.cancel()
        return answer_with({}, 429, {"Retry-After": "60"})

    begun = time.monotonic()
    with pytest.raises(Cancelled):
        asking(answer, progress=progress)
    assert time.monotonic() - begun < 5


def test_a_server_that_takes_too_long_is_said_to(asking, answer_with):
    with pytest.raises(Unavailable, match=r"did not answer within 0\.2 s"):
        asking(lambda asked: answer_with({}, wait=3), attempts=2, timeout=0.2)


def test_a_connection_that_breaks_off_is_tried_again_and_then_told(asking, answer_with):
    times = iter([True, False])
    said, server = asking(lambda asked: answer_with({"data": "x" * 100_000}, cut=next(times)))
    assert (len(said["data"]), len(server.asked)) == (100_000, 2)
    with pytest.raises(Unavailable, match="broke off"):
        asking(lambda asked: answer_with({"data": "x" * 100_000}, cut=True), attempts=2)


def test_where_nobody_listens_the_address_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        connection = Connection("s", url, attempts=1)
        with opened("MLflow", connection, Progress(), None) as web, pytest.raises(Unavailable) as told:
            web.get("/x")
    assert str(told.value) == f"Nothing answers at {url}. Check the address, and that MLflow is running."


@pytest.mark.parametrize(
    "body", [b"<html>Sign in</html>", b"", b'{"data": [', b"\xff\xfe", b"null", b"[" * 5000]
)
def test_what_is_no_json_is_not_the_store(asking, answer_with, body):
    with pytest.raises(Refused, match="is not Phoenix: it gives no JSON"):
        asking(lambda asked: answer_with(body))


def test_a_page_of_markup_is_quoted_on_one_harmless_line(asking, answer_with):
    with pytest.raises(Refused) as told:
        asking(lambda asked: answer_with(b"<html>\n\x1b[2J  Sign in" + b" x" * 5000))
    assert "“<html> [2J Sign in x" in str(told.value)
    assert len(str(told.value)) < 400


def test_a_redirect_to_another_host_is_refused_and_the_key_stays_here(asking, contract_server, answer_with):
    other = contract_server(lambda asked: {"data": []})
    with pytest.raises(Refused, match="sends on to another address"):
        asking(lambda asked: answer_with({}, 302, {"Location": f"{other.url}/v1/projects"}))
    assert other.asked == []


@pytest.mark.parametrize(
    "target", ["file:///etc/hostname", "http://localhost.example.org/", "//evil.example.org/x"]
)
def test_a_redirect_to_elsewhere_is_not_followed(asking, answer_with, target):
    with pytest.raises((Refused, Unavailable)):
        asking(lambda asked: answer_with({}, 307, {"Location": target}), attempts=1)


def test_a_redirect_on_the_same_host_is_followed_but_not_for_ever(asking, answer_with):
    def once(asked):
        return answer_with({}, 301, {"Location": "/moved"}) if asked.path != "/moved" else {"data": [2]}

    said, server = asking(once)
    assert said == {"data": [2]}
    assert all(asked.headers["Authorization"] == f"Bearer {KEY}" for asked in server.asked)
    with pytest.raises(Unavailable, match="from one address to the next"):
        asking(lambda asked: answer_with({}, 301, {"Location": "/again"}))


def test_an_answer_without_end_is_cut(asking, answer_with, monkeypatch):
    monkeypatch.setattr(web_module, "LARGEST_ANSWER", 1 << 20)
    with pytest.raises(Unavailable, match="more than 1 MB"):
        asking(lambda asked: answer_with(b"[" + b"1," * (1 << 20) + b"1]"))


def test_no_log_at_any_level_holds_the_key(asking, answer_with, caplog):
    caplog.set_level(logging.DEBUG)
    asking(lambda asked: {"data": []})
    with pytest.raises(Refused):
        asking(lambda asked: answer_with({}, 401))
    assert caplog.records
    assert KEY not in caplog.text


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "kéy", "tab\t", "\x00"])
def test_a_key_that_cannot_be_one_is_refused_without_quoting_it(key):
    with pytest.raises(Refused) as told:
        bearer(key)
    assert key not in str(told.value)


def test_a_name_and_a_password_go_together():
    assert basic("maria", "pass wörd") == "Basic bWFyaWE6cGFzcyB3w7ZyZA=="
    assert basic("maria", "") is None
    assert bearer("") is None


def test_a_connection_shows_no_secret():
    assert KEY not in repr(Connection("s", "http://x", {}, {"key": KEY}))


def test_a_list_that_turns_in_a_circle_is_left():
    page = Page([{"t": 1}], "same")
    with pytest.raises(Unavailable, match="same page again"):
        list(by_token(lambda token: page))
    start = datetime(2026, 11, 20, tzinfo=UTC)
    with pytest.raises(Unavailable, match="same page again"):
        list(in_order_of_time(lambda since, token: page, start, lambda row: None, lambda row: None))
