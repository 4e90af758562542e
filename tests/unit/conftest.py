"""What tests of live sources stand on: a small server in this process that answers as the test's own function says."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


@dataclass(frozen=True)
class Asked:
    """A question as it came in; ``query`` holds all values of each name."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any

    def one(self, name: str, default: str = "") -> str:
        """The last value of that name."""
        return self.query.get(name, [default])[-1]


@dataclass(frozen=True)
class Answer:
    """An answer: a value for JSON, or bytes as they are. ``cut`` breaks the connection in the middle of it."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    wait: float = 0.0


Answering = Callable[[Asked], Any]


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self.faults: list[BaseException | None] = []
        super().__init__(("127.0.0.1", 0), handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        fault = sys.exc_info()[1]
        if not isinstance(fault, OSError):  # whoever asked has gone
            self.faults.append(fault)


class ContractServer:
    """A server on this machine alone. ``answer`` may be changed while it runs; ``asked`` is what came in."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.stopping = threading.Event()
        self._server = _Listener(self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        assert self._server.faults == []

    def _handler(outer) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16  # head and body in one piece: else each answer waits for an acknowledgement

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                said = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(
                    self.command,
                    parts.path,
                    parse_qs(parts.query, keep_blank_values=True),
                    dict(self.headers.items()),
                    json.loads(said) if said else None,
                )
                outer.asked.append(asked)
                found = outer.answer(asked)
                self._send(found if isinstance(found, Answer) else Answer(found))

            do_POST = do_GET  # noqa: N815 - the library names it

            def _send(self, answer: Answer) -> None:
                outer.stopping.wait(answer.wait) if answer.wait else None
                body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                with suppress(OSError):
                    self.send_response(answer.status)
                    for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body[: len(body) // 2] if answer.cut else body)
                    self.close_connection = self.close_connection or answer.cut

            def log_message(self, *words: object) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture
def contract_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answering], ContractServer]]:
    """Starts servers: ``contract_server(answer)``, where ``answer(asked)`` gives a value or an `Answer`."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    started: list[ContractServer] = []

    def start(answer: Answering) -> ContractServer:
        started.append(ContractServer(answer))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def answer_with() -> type[Answer]:
    """An answer with a status, headers, a wait, or a cut."""
    return Answer
