"""`softknee atlas build` and `softknee atlas serve`."""

import functools
import os
import re
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

import softknee.atlas.build as building
from softknee.cli.app import app
from tests.needed import built_app

runner = CliRunner()


def test_build_writes_a_folder_that_needs_nothing_else(tmp_path):
    built_app()
    (tmp_path / "mine.py").write_text(
        "import softknee as knee\n\n@knee.activation\ndef mine_alone(x):\n"
        '    """Mine: x cubed."""\n    return x * x * x\n'
    )
    out = tmp_path / "a" / "b"
    done = runner.invoke(
        app, ["atlas", "build", "--out", str(out), "--with", str(tmp_path / "mine.py"), "--docs", "../"]
    )
    assert done.exit_code == 0, done.output
    assert {"index.html", "app.js", "style.css", "data.js", "functions.js", "claims"} == {p.name for p in out.iterdir()}
    assert len(list((out / "claims").iterdir())) == 40
    data = (out / "data.js").read_text(encoding="utf-8")
    assert "mine_alone" in data
    assert '"docs":{"en":[["Docs","../"]]' in data
    assert '"mine_alone":{value:' in (out / "functions.js").read_text()
    page = (out / "index.html").read_text()
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "--with", "no_such_module"], "no_such_module"),
        (["build", "--with", "nothing.py"], "is no file of Python"),
        (["build", "--with", "json"], "has no function that is decorated as an activation"),
        (["serve", "--port", "70000", "--no-browser"], "port = 70000"),
    ],
)
def test_bad_arguments_are_named(arguments, said, monkeypatch):
    built_app()
    monkeypatch.setattr(building, "contents", lambda functions: {})
    done = runner.invoke(app, ["atlas", *arguments])
    assert done.exit_code != 0
    assert said in str(done.exception)


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(building, "contents", lambda functions, docs: {"index.html": b""})
    done = runner.invoke(app, ["atlas", "build", "--out", str(tmp_path / "file" / "x")])
    assert "file/x' cannot be written" in str(done.exception)


def test_without_the_built_pages_it_says_how_to_build_them(tmp_path, monkeypatch):
    monkeypatch.setattr(building, "APP", tmp_path)
    done = runner.invoke(app, ["atlas", "build", "--out", str(tmp_path / "out")])
    assert "make atlas" in str(done.exception)


@contextmanager
def killed_at_last(process):
    """A process that does not outlive its test."""
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_serve_runs_until_it_is_interrupted(tmp_path):
    built_app()
    command = [sys.executable, "-c", "from softknee.cli import main; main()", "atlas", "serve", "--no-browser"]
    environment = {**os.environ, "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
    # A shell that runs the tests in the background has them ignore an interrupt; the server is to heed it.
    heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with killed_at_last(
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=heed)
    ) as process:
        address = next(found for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+/", line)))[0]
        with urllib.request.urlopen(address) as response:
            assert b"softknee atlas" in response.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
