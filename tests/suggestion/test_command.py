"""`softknee suggest`."""

import pytest
from typer.testing import CliRunner

from softknee.cli.app import app
from softknee.language.errors import ArgumentError

NETWORKS = """
from torch import nn

def of_activation(activation):
    return nn.Sequential(nn.Linear(64, 16), activation(), nn.Linear(16, 10))

def with_one():
    return of_activation(nn.ReLU)

def without():
    return nn.Linear(64, 10)
"""


@pytest.fixture
def networks(tmp_path):
    file = tmp_path / "suggested_networks.py"
    file.write_text(NETWORKS)
    return file


def run(*words):
    return CliRunner().invoke(app, ["suggest", *map(str, words)], catch_exceptions=True)


@pytest.mark.parametrize("name", ["of_activation", "with_one"])
def test_it_ranks(networks, name):
    done = run(f"{networks}:{name}", "sigmoid", "gelu", "--seeds", 1)
    assert done.exit_code == 0, done.output
    assert "without training" in done.output
    assert "gelu" in done.output and "sigmoid" in done.output and "mish" not in done.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nothing"], "suggest: target = 'nothing' must be module:function"),
        (["{}:nobody"], "suggest: target"),
        (["{}:without"], "suggest: make_model = without has no element-wise activation"),
        (["{}:with_one", "--data", "no.npz"], "suggest: data = 'no.npz' is neither a file"),
    ],
)
def test_bad_input(networks, words, says):
    done = run(*(word.format(networks) for word in words))
    assert isinstance(done.exception, ArgumentError)
    assert says in str(done.exception)
