"""The atlas served to browsers on this machine alone: its own files and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath

from softknee.support import loopback

_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
# A picture has a style of its own, and nothing that runs.
_PICTURE = "default-src 'none'; style-src 'unsafe-inline'"
_KINDS = {
    ".html": ("text/html; charset=utf-8", _PAGE),
    ".js": ("text/javascript; charset=utf-8", _PAGE),
    ".css": ("text/css; charset=utf-8", _PAGE),
    ".svg": ("image/svg+xml", _PICTURE),
}


@contextmanager
def served(contents: Mapping[str, bytes], port: int = 0) -> Iterator[str]:
    """Serve these files at 127.0.0.1 while the context is open, and give the address; port 0 is any that is free.

    A path is looked up among the files' names and nowhere else. Raises ArgumentError for a port that is taken.
    """

    def answer(path: str) -> loopback.Answer | None:
        name = path.removeprefix("/") or "index.html"
        if name not in contents:
            return None
        return loopback.Answer(contents[name], *_KINDS[PurePosixPath(name).suffix])

    with loopback.served(answer, "atlas", "port", port) as address:
        yield address
