"""The report in a browser while it fills: one page, served to this machine alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from softknee.support import loopback

# The seconds after which the page reloads itself, and within which it is not written anew.
REFRESH = 5

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


class _Page:
    """The page, written anew when it is asked for and some seconds have passed."""

    def __init__(self, write: Callable[[], str]) -> None:
        self._write = write
        self._lock = Lock()
        self._text = ""
        self._until = 0.0

    def answer(self, path: str) -> loopback.Answer | None:
        if path != "/":
            return None
        with self._lock:
            if monotonic() >= self._until:
                again = f'<head><meta http-equiv="refresh" content="{REFRESH}">'
                self._text = self._write().replace("<head>", again, 1)
                self._until = monotonic() + REFRESH
            return loopback.Answer(self._text.encode(), "text/html; charset=utf-8", _POLICY)


@contextmanager
def served(write: Callable[[], str], port: int = 0) -> Iterator[str]:
    """Serve the HTML that `write` returns at 127.0.0.1, and give the address; port 0 is any that is free."""
    with loopback.served(_Page(write).answer, "compare", "serve", port) as address:
        yield address
