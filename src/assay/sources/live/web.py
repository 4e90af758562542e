"""Asking one server for JSON, patiently: the only place that speaks HTTP.

Asks nobody but the address it was given (a redirect to another host is refused), waits where the server asks for it,
tries again where that may help, and says in plain words what is wrong. No fault quotes what was sent.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from json import loads
from threading import Event
from types import TracebackType
from typing import Self

import httpx
import msgspec
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from assay import __version__
from assay.base.errors import Refused, Unavailable
from assay.base.progress import Progress
from assay.base.translation import tr
from assay.model.kinds import Connection
from assay.sources.fields.objects import Json, Object

LARGEST_ANSWER = 256 << 20
"""Bytes of one answer; a page is far smaller."""
LONGEST_WAIT = 120.0
"""Seconds that are waited where a server asks for it; beyond, the reader is told instead."""

_CONNECT_SECONDS = 10.0
_SLICE = 0.2
_REDIRECTS = 3
_EXCERPT = 160
_BUSY = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)

Params = Sequence[tuple[str, str]]


class _Missing(Refused):
    """The server has nothing at that path (404). ``said`` is its answer, where it is JSON."""

    def __init__(self, what: str, what_to_do: str, said: Json) -> None:
        super().__init__(what, what_to_do)
        self.said = said


class _Again(Unavailable):
    """Asking again may help, ``after`` so many seconds where the server says when."""

    def __init__(self, what: str, what_to_do: str, after: float | None = None) -> None:
        super().__init__(what, what_to_do)
        self.after = after


def _never(said: Json) -> bool:
    return False


class Web:
    """The server of one connection. Used as a context; one thread at a time."""

    def __init__(self, title: str, connection: Connection, progress: Progress, said: str | None) -> None:
        self.title, self.address, self.progress = title, connection.url, progress
        self._has_key = said is not None
        sent = [said.partition(" ")[2]] if said else []
        self._secrets = [one for one in (*sent, *connection.secrets.values()) if one]
        self._seconds = connection.timeout
        self._backing_off = wait_random_exponential(multiplier=0.5, max=30)
        self._retrying = Retrying(
            stop=stop_after_attempt(connection.attempts),
            wait=self._wait,
            retry=retry_if_exception_type(_Again),
            sleep=self._sleep,
            reraise=True,
        )
        headers = {"Accept": "application/json", "User-Agent": f"assay/{__version__}"}
        self._client = httpx.Client(
            headers=headers | ({"Authorization": said} if said else {}),
            timeout=httpx.Timeout(connection.timeout, connect=min(_CONNECT_SECONDS, connection.timeout)),
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, params: Params = (), is_absent: Callable[[Json], bool] = _never) -> Json:
        """What the server says at the path; None where it says there is no such thing in a way that `is_absent` knows.

        Raises Refused or Unavailable.
        """
        try:
            return self._retrying(self._once, "GET", path, params, None)
        except _Missing as missing:
            if is_absent(missing.said):
                return None
            raise

    def post(self, path: str, body: Object) -> Json:
        """What the server answers to a question that changes nothing. Raises as `get` does."""
        return self._retrying(self._once, "POST", path, (), body)

    # One try

    def _once(self, method: str, path: str, params: Params, body: Object | None) -> Json:
        self.progress.check()
        try:
            url = httpx.URL(self.address + path)
            request = self._client.build_request(method, url, params=list(params) or None, json=body)
            for _ in range(_REDIRECTS + 1):
                response = self._client.send(request, stream=True)
                try:
                    content = self._content(response)
                finally:
                    response.close()
                if response.next_request is None:
                    return self._judged(response, content, path)
                request = self._same_host(response.next_request)
        except httpx.TimeoutException as error:
            raise self._slow() from error
        except httpx.RequestError as error:
            raise self._unreachable(error) from error
        except httpx.InvalidURL as error:
            raise Refused(tr("{url} is no address.").format(url=self.address), "") from error
        raise Unavailable(tr("{title} sends from one address to the next.").format(title=self._who()), "")

    def _content(self, response: httpx.Response) -> bytes:
        pieces, size = [], 0
        for piece in response.iter_bytes():
            self.progress.check()
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise Unavailable(
                    tr("{title} gives more than {limit} MB in one answer.").format(
                        title=self._who(), limit=LARGEST_ANSWER >> 20
                    ),
                    tr("Pull a shorter stretch of time."),
                )
            pieces.append(piece)
        return b"".join(pieces)

    def _same_host(self, request: httpx.Request) -> httpx.Request:
        """The request that a redirect asks for, to the same host alone, and never from https to http."""
        own, other = httpx.URL(self.address), request.url
        same = own.host == other.host and (
            (own.scheme, own.port) == (other.scheme, other.port)
            or (own.scheme, other.scheme) == ("http", "https")
        )
        if not same:
            raise Refused(
                tr("{url} sends on to another address, {other}.").format(
                    url=self.address, other=f"{other.scheme}://{other.netloc.decode('ascii', 'replace')}"
                ),
                tr("Add the source with that address if it is the right one."),
            )
        if "Authorization" in self._client.headers:
            request.headers["Authorization"] = self._client.headers["Authorization"]
        return request

    def _judged(self, response: httpx.Response, content: bytes, path: str) -> Json:
        status = response.status_code
        if status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self._busy(response, content)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise self._closed(status, content)
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE):
            raise _Missing(
                tr("There is no {path} at {url}.").format(path=path, url=self.address),
                tr("Check that this is the address of {title}, and its version.").format(title=self.title),
                _json(content),
            )
        if status != HTTPStatus.OK:
            raise Unavailable(
                tr("{title} did not take the question ({status}): {said}").format(
                    title=self._who(), status=status, said=self._excerpt(content)
                ),
                tr("Its version may be one that is not known here."),
            )
        found = _json(content)
        if found is None:
            raise Refused(
                tr("What answers at {url} is not {title}: it gives no JSON, but “{said}”.").format(
                    url=self.address, title=self.title, said=self._excerpt(content)
                ),
                tr("Check the address."),
            )
        return found

    # What is wrong, in words

    def _who(self) -> str:
        return tr("{title} at {url}").format(title=self.title, url=self.address)

    def _slow(self) -> _Again:
        return _Again(
            tr("{title} did not answer within {seconds:g} s.").format(
                title=self._who(), seconds=self._seconds
            ),
            tr("Try again later."),
        )

    def _unreachable(self, error: httpx.RequestError) -> Unavailable:
        if "CERTIFICATE" in str(error).upper():
            return Unavailable(
                tr("The certificate of {url} cannot be trusted.").format(url=self.address),
                tr("Have it mended, or name its authority in SSL_CERT_FILE."),
            )
        if isinstance(error, httpx.ConnectError):
            return _Again(
                tr("Nothing answers at {url}.").format(url=self.address),
                tr("Check the address, and that {title} is running.").format(title=self.title),
            )
        return _Again(tr("The connection to {title} broke off.").format(title=self._who()), tr("Try again."))

    def _busy(self, response: httpx.Response, content: bytes) -> Unavailable:
        status, after = response.status_code, _seconds_asked(response.headers.get("Retry-After"))
        if status in _BUSY or status == HTTPStatus.SERVICE_UNAVAILABLE:
            what = tr("{title} is asked too often or busy ({status}).").format(
                title=self._who(), status=status
            )
        else:
            what = tr("{title} has a fault of its own ({status}): {said}").format(
                title=self._who(), status=status, said=self._excerpt(content)
            )
        if after is not None and after > LONGEST_WAIT:
            return Unavailable(what, tr("It asks to be left alone for {count} s.").format(count=round(after)))
        return _Again(what, tr("Try again later."), after)

    def _closed(self, status: int, content: bytes) -> Refused:
        if self._has_key:
            what = (
                tr("{title} does not take the key (401).")
                if status == HTTPStatus.UNAUTHORIZED
                else tr("{title} does not let this key read (403): {said}")
            )
        else:
            what = (
                tr("{title} asks for a key (401).")
                if status == HTTPStatus.UNAUTHORIZED
                else tr("{title} does not let anyone read without a key (403): {said}")
            )
        return Refused(what.format(title=self._who(), said=self._excerpt(content)), tr("Check the key."))

    def _excerpt(self, content: bytes) -> str:
        """The first words of an answer on one line, without whatever of ours it repeats."""
        text = content[:4096].decode("utf-8", "replace")
        for secret in self._secrets:
            text = text.replace(secret, "…")
        line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
        return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"

    # Waiting

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.after if isinstance(error, _Again) else None
        return self._backing_off(state) if asked is None else asked

    def _sleep(self, seconds: float) -> None:
        """Wait, and learn soon that nobody wants the answer any more."""
        never = Event()
        while seconds > 0:
            self.progress.check()
            never.wait(min(seconds, _SLICE))
            seconds -= _SLICE


def _json(content: bytes) -> Json:
    """What the bytes say; None where they are no JSON (or say null)."""
    with suppress(ValueError, RecursionError):
        return msgspec.json.decode(content)
    with suppress(ValueError, RecursionError):
        return loads(content)  # knows NaN as well
    return None


def _seconds_asked(said: str | None) -> float | None:
    """The seconds that a Retry-After header asks for, which gives a number or a date."""
    if said is None:
        return None
    if said.strip().isdecimal():
        return float(said[:9])
    with suppress(ValueError, TypeError):
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    return None
