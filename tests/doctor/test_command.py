"""`softknee doctor` on the repository's examples and on bad input."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from softknee.cli.app import app
from softknee.language.errors import ArgumentError

EXAMPLES = Path(__file__).parents[2] / "examples" / "networks.py"


def run(*words):
    return CliRunner().invoke(app, ["doctor", *map(str, words)], catch_exceptions=True)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("killed", "Units that never fire"),
        ("deep_sigmoid", "The gradient vanishes"),
        ("tiny_weights", "The initial weights shrink"),
        ("softmax_twice", "before cross-entropy"),
        ("no_activation", "one linear map"),
    ],
)
def test_the_examples_that_are_not_well(name, says):
    done = run(f"{EXAMPLES}:{name}")
    assert done.exit_code == 1
    assert says in " ".join(done.output.split())


def test_the_example_that_is_well(tmp_path):
    done = run(f"{EXAMPLES}:well", "--html", tmp_path / "report.html")
    assert done.exit_code == 0, done.output
    assert "healthy" in done.output
    assert (tmp_path / "report.html").exists()


def test_own_data(tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=(300, 64))
    np.savez(tmp_path / "data.npz", x=x, y=(x[:, 0] > 0).astype(int))
    assert run(f"{EXAMPLES}:well", "--data", tmp_path / "data.npz", "--lr", "0.003").exit_code == 0
    table = "\n".join([",".join(["a"] * 65), *(",".join(map(str, [*row, int(row[0] > 0)])) for row in x)])
    (tmp_path / "data.csv").write_text(table)
    assert run(f"{EXAMPLES}:well", "--data", tmp_path / "data.csv", "--lr", "0.003").exit_code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nothing"], "must be module:function"),
        ([f"{EXAMPLES}:nobody"], "has no function nobody"),
        (["no_such_module:f"], "cannot be imported"),
        (["no_such_file.py:f"], "is no file of Python"),
        ([f"{EXAMPLES}:well", "--data", "no.npz"], "is neither a file nor one of digits"),
        ([f"{EXAMPLES}:well", "--data", str(EXAMPLES)], "must end in .npz, .csv or .parquet"),
        ([f"{EXAMPLES}:well", "--data", "wine"], "data = 'wine' does not go through the model: mat1 and mat2 shapes"),
    ],
)
def test_bad_input(words, says):
    done = run(*words)
    assert isinstance(done.exception, ArgumentError)
    assert says in str(done.exception)


def test_data_with_nan(tmp_path):
    np.savez(tmp_path / "data.npz", x=np.full((8, 64), np.nan), y=np.zeros(8, int))
    done = run(f"{EXAMPLES}:well", "--data", tmp_path / "data.npz")
    assert "holds NaN or infinity" in str(done.exception)
