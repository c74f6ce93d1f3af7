"""The report in a browser while it fills: one page, on this machine alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from softknee.support import loopback

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
    """Serve what `write` returns, on loopback; gives the address. Port 0 is any that is free."""
    with loopback.served(_Page(write).answer, "compare", "serve", port) as address:
        yield address
