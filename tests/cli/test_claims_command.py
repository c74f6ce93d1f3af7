"""`softknee claims`."""

import pytest
from typer.testing import CliRunner

from softknee.cli.app import app
from softknee.lab.claims.claim import claims
from softknee.language.errors import ArgumentError

runner = CliRunner()


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")


@pytest.mark.parametrize("arguments", [["claims"], ["claims", "list"]])
def test_list_names_every_claim(arguments):
    result = runner.invoke(app, arguments)
    assert result.exit_code == 0
    for claim in claims():
        assert claim.name in result.output
    assert result.output.count("not measured") == 20


def test_list_speaks_chinese():
    assert "尚未测量" in runner.invoke(app, ["claims", "list", "--lang", "zh"]).output


def test_show_says_what_would_decide():
    output = runner.invoke(app, ["claims", "show", "2"]).output
    assert "Sigmoid's gradient vanishes" in output
    assert "3.0 decades" in output
    assert "95% 区间" in runner.invoke(app, ["claims", "show", "vanishing", "--lang", "zh"]).output


def test_run_measures_keeps_and_shows(tmp_path):
    result = runner.invoke(app, ["claims", "run", "tanh", "--scale", "quick"])
    assert result.exit_code == 0, result.output
    assert "●" in result.output
    assert (tmp_path / "reports/claims/tanh.json").is_file()
    assert runner.invoke(app, ["claims", "list"]).output.count("not measured") == 19
    assert "●" in runner.invoke(app, ["claims", "show", "tanh", "--lang", "zh"]).output


def test_what_is_unknown_is_said():
    assert isinstance(runner.invoke(app, ["claims", "run", "nothing"]).exception, ArgumentError)
    assert isinstance(runner.invoke(app, ["claims", "run", "tanh", "--docs", "docs"]).exception, ArgumentError)
