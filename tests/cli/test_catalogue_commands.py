"""`softknee list` and `softknee show`."""

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import softknee as knee
from softknee.cli.app import app

runner = CliRunner()


def test_list_names_every_function():
    result = runner.invoke(app, ["list"])
    assert result.exit_code == 0
    words = result.output.split()
    assert set(knee.names()) <= set(words)
    assert f"{len(knee.names())} of {len(knee.names())}" in result.output


def test_list_searches_names_aliases_texts_and_chinese():
    assert "telu" in runner.invoke(app, ["list", "tanhexp"]).output
    found = runner.invoke(app, ["list", "hochreiter", "--family", "exponential"]).output.split()
    assert "elu" in found
    assert "mish" not in found
    assert "softmax" in runner.invoke(app, ["list", "归一化", "--lang", "zh"]).output


def test_list_that_finds_nothing_says_so():
    result = runner.invoke(app, ["list", "qqqq"])
    assert result.exit_code == 1
    assert "nothing matches" in result.output
    assert runner.invoke(app, ["list", "--family", "none"]).exit_code == 2


@pytest.mark.parametrize("name", knee.names())
def test_show_every_function_in_both_languages(name):
    for lang in ("en", "zh"):
        result = runner.invoke(app, ["show", name, "--lang", lang])
        assert result.exit_code == 0, result.output
        assert knee.get(name).notes(lang).summary[:15] in result.output.replace("\n", " ")


def test_show_tells_the_promised_errors():
    output = runner.invoke(app, ["show", "rational"], env={"COLUMNS": "140"}).output
    promise = knee.rational.definition.ulp
    assert f"float32: {promise.single:g} (near a root {promise.single_near_root:g})" in output
    assert f"float64: {promise.double:g} (near a root {promise.double_near_root:g})" in output


def test_show_saves_a_picture(tmp_path):
    for kind, start in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        target = tmp_path / f"mish.{kind}"
        assert runner.invoke(app, ["show", "mish", "--save", str(target)]).exit_code == 0
        assert target.read_bytes().startswith(start)


def test_show_refuses_what_it_cannot_do(tmp_path):
    assert isinstance(runner.invoke(app, ["show", "mihs"]).exception, knee.UnknownActivationError)
    assert runner.invoke(app, ["show", "softmax", "--save", str(tmp_path / "x.svg")]).exit_code == 2
    assert runner.invoke(app, ["show", "mish", "--save", str(tmp_path / "none" / "x.svg")]).exit_code == 2
    assert runner.invoke(app, ["show", "mish", "--save", str(tmp_path / "x.unknown")]).exit_code == 2
    assert runner.invoke(app, ["show", "mish", "--save", str(tmp_path)]).exit_code == 2
    assert runner.invoke(app, ["show", "mish", "--save", str(tmp_path / "none")]).exit_code == 2
    assert not list(tmp_path.parent.glob(f"{tmp_path.name}.*"))
    for command in (["show", "mish"], ["list"]):
        result = runner.invoke(app, [*command, "--lang", "xx"])
        assert result.exit_code == 2
        assert "--lang" in result.output


def test_a_poor_terminal_gets_question_marks():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    program = [sys.executable, "-c", "from softknee.cli import main; main()", "show", "mish"]
    done = subprocess.run(program, capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr


def test_errors_are_one_line_and_status_two(monkeypatch, capsys):
    from softknee import cli

    monkeypatch.setattr("sys.argv", ["softknee", "show", "mihs"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 2
    message = capsys.readouterr().err
    assert message.startswith("softknee: no activation is called 'mihs'; did you mean mish or ")
    assert message.count("\n") == 1


def test_python_m_is_the_command_line():
    done = subprocess.run(
        [sys.executable, "-m", "softknee", "show", "rellu"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "did you mean relu" in done.stderr
