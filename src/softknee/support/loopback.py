"""A small HTTP server on 127.0.0.1: it answers known paths, to requests for this machine's own names alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from softknee.language.errors import ArgumentError

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """A response: the bytes of the body, their content type, and the content security policy of the page."""

    body: bytes
    kind: str
    policy: str


@contextmanager
def served(answer: Callable[[str], Answer | None], function: str, argument: str, port: int = 0) -> Iterator[str]:
    """Serve `answer(path)`, or "not found" where that is None, while the context is open; gives the server's address.

    Port 0 is any that is free. Raises ArgumentError, in the name of `function` and its `argument`, where the port
    cannot be listened on.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond(with_body=True)

        def do_HEAD(self) -> None:
            self._respond(with_body=False)

        def _respond(self, with_body: bool) -> None:
            if self.headers.get("Host", "").rpartition(":")[0] not in (HOST, "localhost"):
                self.send_error(HTTPStatus.FORBIDDEN)  # a foreign host name resolves to this machine (DNS rebinding)
                return
            found = answer(self.path.partition("?")[0])
            if found is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", found.kind)
            self.send_header("Content-Length", str(len(found.body)))
            self.send_header("Content-Security-Policy", found.policy)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if with_body:
                self.wfile.write(found.body)

        def log_message(self, format: str, *args: object) -> None:
            """Write no log: the terminal shows the program's own output."""

    try:
        server = ThreadingHTTPServer((HOST, port), Handler)
    except (OSError, OverflowError) as error:
        raise ArgumentError(function, argument, port, f"cannot be listened on: {error}") from None
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
