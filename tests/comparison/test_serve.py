"""The page that fills: on loopback, only itself, under a strict policy."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

import softknee as knee
from softknee.comparison import serve
from softknee.comparison.serve import served
from tests.patience import PATIENCE


@contextmanager
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(serve, "REFRESH", 0)
    written = count(1)
    with served(lambda: f"<html><head></head><body>{next(written)} runs</body></html>") as address:
        yield address


def ask(address: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, "", {}


def test_it_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    with page(monkeypatch) as address:
        first, second = ask(address)[1], ask(address)[1]
    assert "1 runs" in first and "2 runs" in second
    assert '<meta http-equiv="refresh"' in first


def test_it_serves_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with page(monkeypatch) as address:
        for path in ("../../etc/passwd", "%2e%2e/", "index.html", "runs.sqlite"):
            assert ask(address + path)[0] == 404
        assert ask(address, Host="evil.example:80")[0] == 403
        headers = ask(address)[2]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_it_listens_on_loopback_alone_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with page(monkeypatch) as address:
        assert address.startswith("http://127.0.0.1:")
        port = int(address.rstrip("/").rpartition(":")[2])
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(knee.ArgumentError, match=f"serve = {port} cannot be listened on"), served(str, port):
            pass


def test_the_report_of_a_comparison_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    knee.compare(activations=["relu"], tasks=["wine"], seeds=1, epochs=1, rate=1e-3, progress=False, workers=1, serve=0)
    assert "The report fills at http://127.0.0.1:" in capsys.readouterr().err
