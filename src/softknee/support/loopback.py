"""A small server on this machine alone: it answers paths that it knows, to names of this machine, under a policy."""

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
    """What is sent: bytes, their type, and what a page may load (its content security policy)."""

    body: bytes
    kind: str
    policy: str


@contextmanager
def served(answer: Callable[[str], Answer | None], function: str, argument: str, port: int = 0) -> Iterator[str]:
    """Serve what `answer` has for a path, "not found" for None; gives the address. Port 0 is any that is free.

    Raises ArgumentError, in the name of `function` and its `argument`, where the port cannot be listened on.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond(with_body=True)

        def do_HEAD(self) -> None:
            self._respond(with_body=False)

        def _respond(self, with_body: bool) -> None:
            if self.headers.get("Host", "").rpartition(":")[0] not in (HOST, "localhost"):
                self.send_error(HTTPStatus.FORBIDDEN)  # another site's name that leads here
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
            """Say nothing: the terminal has something else to show."""

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
