"""The atlas's server: its files, on loopback, and nothing else."""

import http.client
import socket
from urllib.parse import urlsplit

import pytest

from softknee.atlas.serve import served
from softknee.language.errors import ArgumentError
from tests.patience import PATIENCE

FILES = {
    "index.html": b"<!doctype html><title>a</title>",
    "app.js": b"1",
    "style.css": b"a{}",
    "claims/kink.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
}


@pytest.fixture
def address():
    with served(FILES) as found:
        yield urlsplit(found)


def ask(address, path, method="GET", **headers):
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=PATIENCE)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), response.read()


def test_each_file_comes_with_its_type_and_a_strict_policy(address):
    for name, kind in (("index.html", "text/html"), ("app.js", "text/javascript"), ("style.css", "text/css")):
        status, headers, body = ask(address, f"/{name}?x=1")
        assert (status, body) == (200, FILES[name])
        assert headers["Content-Type"].startswith(kind)
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert ask(address, "/")[2] == FILES["index.html"]
    picture = ask(address, "/claims/kink.svg")[1]
    assert picture["Content-Type"] == "image/svg+xml"
    assert "script-src" not in picture["Content-Security-Policy"]


def test_a_head_has_no_body(address):
    status, headers, body = ask(address, "/app.js", "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", "1")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing", "/../pyproject.toml", "/claims/../index.html", "/claims/..%2f..%2fetc/passwd", "//etc/passwd",
        "/claims/", "/claims", "/%2e%2e/%2e%2e/etc/passwd", "/..\\..\\windows", "/index.html%00.js", "/./app.js",
        "/" + "a" * 5000,
    ],
)  # fmt: skip
def test_no_path_leads_elsewhere(address, path):
    assert ask(address, path)[0] == 404


def test_other_names_methods_and_nonsense_are_refused(address):
    assert ask(address, "/", Host="evil.example")[0] == ask(address, "/", Host=f"evil.example:{address.port}")[0] == 403
    assert ask(address, "/", Host=f"localhost:{address.port}")[0] == 200
    assert ask(address, "/", "POST")[0] == 501
    with socket.create_connection((address.hostname, address.port), timeout=PATIENCE) as raw:
        raw.sendall(b"\x00\xff nonsense\r\n\r\n")
        assert b"400" in raw.recv(1000)
    assert ask(address, "/")[0] == 200


def test_it_listens_on_loopback_alone(address):
    assert address.hostname == "127.0.0.1"
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for other in others:
        if not other.startswith("127."):
            with pytest.raises(OSError), socket.create_connection((other, address.port), timeout=2):
                pass


def test_a_port_that_is_taken_or_impossible_is_named(address):
    with pytest.raises(ArgumentError, match=rf"atlas: port = {address.port}"), served(FILES, address.port):
        pass
    with pytest.raises(ArgumentError, match="atlas: port = 70000"), served(FILES, 70000):
        pass
