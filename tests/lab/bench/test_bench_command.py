"""`softknee bench` on the command line."""

import csv
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from softknee.cli import main
from softknee.cli.app import app
from softknee.cli.bench import _asked
from softknee.lab.bench.machine import this_machine
from softknee.lab.bench.results import Outcome, load

QUICK = ["--quick", "--rounds", "1", "--threads", "1"]


def test_tables_files_and_page(tmp_path):
    arguments = ["bench", "relu", "swish-1", "--size", "1e3,2e3", "--peers", "torch,numpy,scipy", *QUICK]
    folders = ["--out", str(tmp_path / "out"), "--docs", str(tmp_path / "docs")]
    result = CliRunner().invoke(app, [*arguments, *folders], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    for expected in ("forward, float32, 1e3 elements", "forward + backward, float32, 2e3", "silu", "torch eager"):
        assert expected in result.output
    assert "SciPy has no such function: relu" in result.output
    with (tmp_path / "out" / "bench.csv").open(newline="") as file:
        rows = {(r["function"], r["library"], r["kind"], r["size"]) for r in csv.DictReader(file)}
    forward = {"softknee", "softknee_out", "softknee_torch", "torch", "numpy", "copy", "copyto"}
    both = {"softknee_torch", "softknee_nodes", "torch", "copy", "copyto"}
    assert {library for f, library, kind, size in rows if (f, kind, size) == ("relu", "forward", "1000")} == forward
    assert {library for f, library, kind, size in rows if (f, kind, size) == ("silu", "both", "2000")} == both | (
        {"torch"}
    )
    assert (tmp_path / "out" / "speed-ratios.png").is_file()
    assert (tmp_path / "docs" / "images" / "speed-ratios.svg").is_file()
    assert "`np.maximum(x, 0)`" in (tmp_path / "docs" / "speed.md").read_text(encoding="utf-8")
    shown = CliRunner().invoke(app, ["bench", "--again", str(tmp_path / "out"), "--out", str(tmp_path / "again")])
    assert shown.exit_code == 0, shown.output
    assert (tmp_path / "again" / "bench.csv").read_text() == (tmp_path / "out" / "bench.csv").read_text()


def test_the_page_tells_the_command_but_no_folder():
    given = ["bench", "relu", "--out", "/home/me/out", "--size", "1e3, 1e5", "--docs=/home/me/docs", "--quick"]
    assert _asked(given) == "softknee bench relu --size '1e3, 1e5' --quick"


def test_an_interrupted_run_is_written_and_told(tmp_path, monkeypatch):
    outcome = Outcome(this_machine(), 1, 1.0, [], {}, interrupted=True)
    monkeypatch.setattr("softknee.lab.bench.run.run", lambda *_: outcome)
    result = CliRunner().invoke(app, ["bench", "relu", "--out", str(tmp_path)])
    assert result.exit_code == 130
    assert "Interrupted" in result.output
    assert load(tmp_path).interrupted


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rellu"], "did you mean relu"),
        (["relu", "--size", "big"], "bench: size = 'big' must be a number of elements"),
        (["relu", "--size", "0"], "bench: size = 0.0 must be"),
        (["relu", "--dtype", "int8"], "bench: dtype = 'int8' is not one of"),
        (["relu", "--peers", "tensorflow"], "bench: peers = 'tensorflow' is not one of"),
        (["relu", "--pass", "backward"], "bench: pass = 'backward' is not one of"),
        (["relu", "--threads", "0"], "bench: threads = 0 must be"),
        (["relu", "--out", "/dev/null/report"], "cannot be written"),
        (["--again", "/nowhere"], "holds no run"),
        (["--memory", "--again", "/nowhere"], "holds no measured memory"),
    ],
)
def test_bad_input_is_one_line(arguments, message, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["softknee", "bench", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said


def test_the_command_line_loads_no_framework_before_it_must():
    program = "import sys, softknee.cli.app; print([m for m in ('torch', 'jax', 'matplotlib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
