"""`softknee accuracy`."""

import csv

import pytest
from typer.testing import CliRunner

import softknee as knee
from softknee.cli.app import app
from softknee.lab.accuracy import run
from softknee.lab.accuracy.page import markdown
from softknee.lab.accuracy.pictures import heat_map
from softknee.lab.accuracy.terminal import Tracker

runner = CliRunner()
QUICK = ["--points", "400", "--dtype", "float32"]


def test_it_prints_errors_and_what_is_wrong(tmp_path):
    command = ["accuracy", "sigmoid", "swish-1", *QUICK, "--peers", "torch,scipy", "--out", str(tmp_path / "new")]
    result = runner.invoke(app, command, env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    for expected in ("sigmoid", "silu", "softknee torch", "scipy", "zero × ", "not the limit"):
        assert expected in result.output
    with (tmp_path / "new" / "accuracy.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    # Two functions: two specs in three libraries, the value in SciPy.
    assert len(rows) == 2 * (2 * 3 + 1)
    ours = [row for row in rows if row["library"] == "softknee"]
    assert all(float(row["max_ulp"]) <= 1 and row["zero"] == "0" for row in ours)
    (torch,) = [r for r in rows if (r["function"], r["spec"], r["library"]) == ("sigmoid", "slope", "torch")]
    assert int(torch["zero"]) > 0
    assert float(torch["zero_computed"]) == 0
    assert torch["version"].startswith("2.")
    assert (tmp_path / "new" / "accuracy.png").read_bytes().startswith(b"\x89PNG")


def test_it_writes_the_page(tmp_path):
    page = tmp_path / "accuracy.md"
    result = runner.invoke(app, ["accuracy", "tanh", *QUICK, "--peers", "torch", "--docs", str(page)])
    assert result.exit_code == 0, result.output
    text = page.read_text(encoding="utf-8")
    assert "[`tanh`](catalogue/tanh.md)" in text
    assert "softknee accuracy --peers torch --docs docs/accuracy.md" in text
    assert "**✕**" in text
    assert "**softknee:** nothing." in text
    assert (tmp_path / "images" / "accuracy.png").stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mihs"], "no activation is called 'mihs'"),
        (["softmax"], "names = 'softmax' must name functions of one number"),
        (["relu", "--dtype", "int8"], "dtype = 'int8' is not known; there are float16"),
        (["relu", "--peers", "tensorflow"], "peers = 'tensorflow' is not known"),
        (["relu", "--points", "0"], "points = 0 must be at least 4"),
        (["relu", "--seed", "-1"], "seed = -1 must be a non-negative integer"),
        (["relu", "--workers", "0"], "workers = 0 must be a positive integer"),
    ],
)
def test_what_it_refuses(arguments, message):
    error = runner.invoke(app, ["accuracy", *arguments]).exception
    assert isinstance(error, knee.SoftkneeError)
    assert message in str(error)


def test_a_folder_that_cannot_be_written_is_refused_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    for option in ("--out", "--docs"):
        where = tmp_path / "file" / ("x" if option == "--out" else "x/page.md")
        error = runner.invoke(app, ["accuracy", "relu", option, str(where)]).exception
        assert isinstance(error, knee.ArgumentError)
        assert "cannot be written" in str(error)


def test_an_interrupt_keeps_what_is_done(monkeypatch, tmp_path):
    planned = run.plan(["relu", "tanh"], ["float16"], quick=True)
    seen = []

    def stop(task):
        seen.append(task)
        raise KeyboardInterrupt

    report = run.carry_out(planned, 1, stop)
    assert report.is_interrupted
    assert {m.function for m in report.measurements} == {"relu"}
    heat_map(report, tmp_path / "part.png")
    monkeypatch.setattr("softknee.lab.accuracy.run.carry_out", lambda *_: report)
    result = runner.invoke(app, ["accuracy", "relu", "tanh"])
    assert result.exit_code == 130
    assert "Interrupted: 1 of 2" in result.output


def test_workers_find_the_same():
    planned = run.plan(["elu", "mish"], ["float32"], points=200)
    with Tracker(planned) as seen:
        assert run.carry_out(planned, 2, seen).measurements == run.carry_out(planned, 1).measurements


def test_quick_measures_less():
    quick, whole = (run.plan(["relu"], ["bfloat16", "float32"], quick=q).tasks for q in (True, False))
    assert [q.points < w.points and q.step > w.step for q, w in zip(quick, whole, strict=True)] == [True, True]


def test_an_empty_report_is_a_page_too():
    assert "# Accuracy" in markdown(run.Report(run.plan(["relu"], ["float16"])))
