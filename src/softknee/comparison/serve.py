"""The report in a browser while it fills: one page, on this machine alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import monotonic

from softknee.language.errors import ArgumentError

HOST = "127.0.0.1"
# The page asks for itself so often; it is written anew no more often than that, in seconds.
REFRESH = 5

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


class _Page:
    """The page, written when somebody asks and something may have changed."""

    def __init__(self, write: Callable[[], str]) -> None:
        self._write = write
        self._lock = Lock()
        self._text = ""
        self._until = 0.0

    def text(self) -> str:
        with self._lock:
            if monotonic() >= self._until:
                again = f'<head><meta http-equiv="refresh" content="{REFRESH}">'
                self._text = self._write().replace("<head>", again, 1)
                self._until = monotonic() + REFRESH
            return self._text


@contextmanager
def served(write: Callable[[], str], port: int = 0) -> Iterator[str]:
    """Serve what `write` returns, on loopback; gives the address. Port 0 is any that is free."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/":
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            if self.headers.get("Host", "").rpartition(":")[0] not in (HOST, "localhost"):
                self.send_error(HTTPStatus.FORBIDDEN)  # another site's name that leads here
                return
            body = page.text().encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", _POLICY)
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal shows the progress."""

    page = _Page(write)
    try:
        server = ThreadingHTTPServer((HOST, port), Handler)
    except (OSError, OverflowError) as error:
        raise ArgumentError("compare", "serve", port, f"cannot be listened on: {error}") from None
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
