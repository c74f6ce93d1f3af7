"""`softknee compare` on the command line."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from softknee.cli import main
from softknee.cli.app import app
from softknee.language.errors import ArgumentError
from tests.patience import PATIENCE, becomes


def kept(folder: Path) -> list[tuple[str]]:
    """The runs that are in the folder's file."""
    if not (folder / "runs.sqlite").exists():
        return []
    with closing(sqlite3.connect(folder / "runs.sqlite", timeout=PATIENCE)) as file:
        if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
            return []
        return file.execute("SELECT result FROM runs").fetchall()


def test_tables_and_report(tmp_path: Path) -> None:
    arguments = [
        "compare",
        "relu",
        "elu:alpha=0.5",
        "--tasks",
        "wine,diabetes",
        "--seeds",
        "2",
        "--epochs",
        "1",
        "--tries",
        "1",
    ]
    result = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path)], env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    for expected in ("Wine, MLP", "Diabetes", "elu(alpha=0.5)", "All tasks", "8 of 8 runs", "report.html"):
        assert expected in result.output
    assert (tmp_path / "report.html").exists()
    assert len(kept(tmp_path)) == 8


MINE = """
from torch import nn

class Net(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, activation.wide(16)), activation(), nn.Linear(16, 2))

    def forward(self, x):
        return self.body(x)

def make_model(activation):
    return Net(activation)

made = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2))

def loss(out, y):
    return nn.functional.cross_entropy(out, y, label_smoothing=0.1)

def errors(out, y):
    return float((out.argmax(1) != y).float().mean())

def fit(model, train, validation, *, rate, epochs, batch, seed):
    assert batch == 9
    return [0.5]
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model and data, which is not where Python looks for modules."""
    (tmp_path / "mine_of_a_test.py").write_text(MINE)
    draws = np.random.default_rng(0).standard_normal((60, 3))
    rows = [f"{a},{'yes' if a > 0 else 'no'},{b},{c}" for a, b, c in draws]
    (tmp_path / "data.csv").write_text("\n".join(["a,kind,b,c", *rows]))
    monkeypatch.delitem(sys.modules, "mine_of_a_test", raising=False)
    return tmp_path


@pytest.mark.parametrize("name", ["make_model", "made"])
def test_ones_own_model_and_data(mine: Path, name: str) -> None:
    arguments = [
        "compare", "relu", "mish", "--model", f"{mine / 'mine_of_a_test.py'}:{name}", "--data", str(mine / "data.csv"),
        "--target", "kind", "--seeds", "1", "--epochs", "1", "--tries", "1", "--workers", "2", "--out", str(mine / "o"),
    ]  # fmt: skip
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    assert "60 samples of shape 3; 2 classes" in result.output
    assert "failed" not in result.output
    assert "2 of 2 runs" in result.output


def test_ones_own_loss_metric_and_training(mine: Path) -> None:
    place = mine / "mine_of_a_test.py"
    arguments = [
        "compare", "relu", "--model", f"{place}:make_model", "--data", str(mine / "data.csv"), "--target", "kind",
        "--loss", f"{place}:loss", "--metric", f"{place}:errors", "--train", f"{place}:fit", "--batch", "9",
        "--init", "own", "--device", "cpu", "--seeds", "2", "--tries", "1", "--workers", "2", "--out", str(mine / "o"),
    ]  # fmt: skip
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    assert "errors" in result.output and "failed" not in result.output


def test_a_scale_for_bigger_machines(tmp_path: Path) -> None:
    arguments = ["compare", "relu", "--tasks", "photograph", "--scale", "0.1", "--seeds", "1", "--epochs", "1"]
    result = CliRunner().invoke(app, [*arguments, "--tries", "1", "--out", str(tmp_path)], env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    assert "PSNR in dB" in result.output
    assert "32 – 32 – 32, 30 × 30 pixels" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rellu"], "did you mean relu"),
        (["relu", "--tasks", "mnist"], "tasks = 'mnist' is not known; the tasks are digits-mlp"),
        (["relu", "--seeds", "0"], "seeds = 0 must be at least 1"),
        (["relu", "--epochs", "0"], "epochs = 0 must be at least 1"),
        (["relu", "--workers", "0"], "workers = 0 must be"),
        (["relu", "--scale", "0"], "scale = 0.0 must be positive"),
        (["relu", "--model", "nothing"], "model = 'nothing' must be module:function or file.py:function"),
        (["relu", "--model", "no.py:f"], "model = 'no.py' is no file of Python"),
        (["relu", "--model", "no.py:f", "--loss", "l1"], "is no file of Python"),
        (["relu", "--loss", "l1"], "loss = 'l1' has a meaning only with a model"),
        (["relu", "--device", "gpu"], "device = 'gpu' cannot be trained on"),
        (["relu", "--data", "no.csv"], "model = None must be given with data"),
        (["relu", "--target", "y"], "target = 'y' has a meaning only with a model"),
        (["elu:alpha=-1"], "elu: alpha = -1 must be positive"),
        (["relu", "--out", "/dev/null/report"], "cannot be written"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["softknee", "compare", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []  # nothing was begun


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("def f(:", r"SyntaxError: invalid syntax \(broken_of_a_test.py, line 1\)"),
        ("x = 1\n\ny = x / 0", "ZeroDivisionError: division by zero, in line 3"),
        ("import nothing_here", "No module named 'nothing_here'"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
    ],
)
def test_a_module_that_cannot_be_imported(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "broken_of_a_test.py").write_text(text)
    arguments = ["compare", "relu", "--model", f"{tmp_path / 'broken_of_a_test.py'}:f", "--data", "data.csv"]
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, ArgumentError)
    assert re.search(f"compare: model = .*broken_of_a_test.py:f' cannot be imported: {why}", str(result.exception))


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a process group")
def test_ctrl_c(tmp_path: Path) -> None:
    """As a terminal sends it: to the whole group, while workers train."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", "from softknee.cli import main; main()", "compare", "relu", "mish"),
            *("--tasks", "wine", "--seeds", "2000", "--workers", "2", "--out", str(tmp_path)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert becomes(lambda: len(kept(tmp_path)) >= 3 or process.poll() is not None)
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        said, complained = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Interrupted: " in said
    assert "Traceback" not in complained
    assert "Interrupted before its end" in (tmp_path / "report.html").read_text(encoding="utf-8")
