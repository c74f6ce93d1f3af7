"""`softknee compare` on the command line."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from softknee.cli import main
from softknee.cli.app import app


def kept(folder: Path) -> list[tuple[str]]:
    """The runs that are in the folder's file."""
    if not (folder / "runs.sqlite").exists():
        return []
    with closing(sqlite3.connect(folder / "runs.sqlite", timeout=60)) as file:
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rellu"], "did you mean relu"),
        (["relu", "--tasks", "mnist"], "tasks = 'mnist' is not known; the tasks are digits-mlp"),
        (["relu", "--seeds", "0"], "seeds = 0 must be at least 1"),
        (["relu", "--epochs", "0"], "epochs = 0 must be at least 1"),
        (["relu", "--workers", "0"], "workers = 0 must be"),
        (["elu:alpha=-1"], "elu: alpha = -1 must be positive"),
        (["relu", "--out", "/dev/null/report"], "cannot be written"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["softknee", "compare", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said


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
        limit = time.monotonic() + 60
        while len(kept(tmp_path)) < 3:
            assert time.monotonic() < limit and process.poll() is None
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGINT)
        said, complained = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Interrupted: " in said
    assert "Traceback" not in complained
    assert "Interrupted before its end" in (tmp_path / "report.html").read_text(encoding="utf-8")
