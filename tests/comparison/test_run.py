"""A comparison from end to end."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import softknee as knee
from softknee.comparison import Comparison, learning_rates, train, worker_pool
from softknee.comparison.builtin_problem import problem_of
from softknee.comparison.plan import Plan, make_plan, tasks_named
from softknee.comparison.report import html
from softknee.comparison.result import Result


def compared(activations: Any, tasks: Any = ("wine",), **arguments: Any) -> Comparison:
    """A comparison at one learning rate, silently."""
    arguments = {"epochs": 1, "rate": 1e-3, "progress": False, **arguments}
    return knee.compare(activations=activations, tasks=tasks, **arguments)


def planned(activations: Any, seeds: int) -> Plan:
    return make_plan([problem_of(task) for task in tasks_named(["wine"])], activations, seeds, 1)


class Page(HTMLParser):
    """What a page refers to, and whether its elements close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.resources: list[str] = []
        self.ids: set[str] = set()
        self.open: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            if name in ("src", "href", "srcset", "data", "action") or "url(" in (value or ""):
                self.resources.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.remove(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out")


@pytest.fixture(scope="module")
def small(folder: Path) -> Comparison:
    return compared(["relu", "mish"], seeds=2, out=folder)


def test_table(small: Comparison) -> None:
    assert set(small.table["activation"]) == {"relu", "mish"}
    assert small.table["score"].between(0, 1).all() and (small.table["seeds"] == 2).all()
    assert (small.table["low"] < small.table["score"]).all() and (small.table["score"] < small.table["high"]).all()
    assert len(small.results) == 4
    assert not small.interrupted


def test_results_are_kept(small: Comparison, folder: Path) -> None:
    assert sorted(map(str, kept(folder))) == sorted(str(result.as_json()) for result in small.results)


def test_report_stands_alone(small: Comparison, folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    for resource in page.resources:
        for target in re.findall(r"url\(([^)]*)\)", resource) or [resource]:
            assert target.startswith("#") and target[1:] in page.ids
    assert not re.search(r"https?:|//cdn|@import|<script", text)


def test_report_tells_all(small: Comparison, folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    words = Page(text).words
    for expected in ("2 activations, 1 task, 2 seeds", "Wine, MLP", "relu", "mish", "torch", "One learning rate"):
        assert expected in words
    assert "softknee.compare(activations=['relu', 'mish'], tasks=['wine'], seeds=2, epochs=1, rate=0.001)" in words
    assert text.count("<svg") == 6  # ranks, functions, intervals, costs, two kinds of curves
    assert "#010101" not in text and "var(--accent)" in text


def test_printed(small: Comparison) -> None:
    text = str(small)
    for expected in ("Wine, MLP", "accuracy", "to best", "memory", "dead", "gradient", "4 of 4 runs"):
        assert expected in text


def test_workers_give_the_same_results(small: Comparison) -> None:
    other = compared(["relu", "mish"], seeds=2, workers=2)

    def measured(comparison: Comparison) -> list[dict[str, Any]]:
        rows = [
            {k: v for k, v in asdict(r).items() if k not in ("epoch_seconds", "step_seconds")}
            for r in comparison.results
        ]
        return sorted(rows, key=lambda row: (row["activation"], row["seed"]))

    assert measured(other) == measured(small)


def kept(folder: Path) -> list[Any]:
    with closing(sqlite3.connect(folder / "runs.sqlite")) as file:
        return [json.loads(text) for (text,) in file.execute("SELECT result FROM runs")]


def interrupt_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real, done = train.train, []

    def interrupted(*arguments: Any) -> Any:
        if len(done) == count:
            raise KeyboardInterrupt
        done.append(None)
        return real(*arguments)

    monkeypatch.setattr(train, "train", interrupted)


def test_interruption_keeps_what_is_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    interrupt_after(3, monkeypatch)
    comparison = compared(["relu", "mish"], seeds=3, out=tmp_path, workers=1)
    assert comparison.interrupted
    assert [(r.activation, r.seed) for r in comparison.results] == [("relu", 0), ("mish", 0), ("relu", 1)]
    assert len(kept(tmp_path)) == 3
    assert "Interrupted before its end" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Interrupted: 3 of 6 runs" in str(comparison)


def test_interruption_before_anything_is_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    interrupt_after(0, monkeypatch)
    comparison = compared(["relu"], out=tmp_path, workers=1)
    assert comparison.table.empty and comparison.ranking.empty and comparison.pairs.empty and comparison.runs.empty
    assert "No run was finished" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_failed_runs_are_reported(tmp_path: Path) -> None:
    comparison = compared(["relu", "softmax2d"], seeds=2, out=tmp_path)
    lost = comparison.table.iloc[-1]
    assert (lost["activation"], lost["seeds"], lost["failed"]) == ("softmax2d", 0, 2)
    report = Page((tmp_path / "report.html").read_text(encoding="utf-8")).words
    assert "2 runs failed: ArgumentError: softmax2d" in report
    assert "2 runs failed: ArgumentError: softmax2d" in " ".join(str(comparison).split())


def test_what_went_wrong_is_quoted_not_obeyed() -> None:
    failed = Result("wine", "relu", 0, reason="ValueError: <script>alert(1)</script> [red]")
    comparison = Comparison(planned(["relu"], 1), [failed])
    text = html(comparison)
    assert "<script>" not in text and "&lt;script&gt;" in text
    assert "[red]" in str(comparison)


def test_ones_own_activation_goes_to_workers() -> None:
    @knee.activation
    def bent(x):  # type: ignore[no-untyped-def]
        return knee.where(x > 0, x, x / 4)

    comparison = compared([bent, "relu", "glu"], seeds=3, workers=2)
    assert set(comparison.table["activation"]) == {"bent", "relu", "glu"}
    assert "[bent, 'relu', 'glu']" in comparison.command


def test_a_dying_process_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    def dying() -> subprocess.Popen[bytes]:
        code = "import sys; sys.stdin.buffer.read(9); sys.exit(7)"
        return subprocess.Popen([sys.executable, "-S", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(worker_pool, "_start", dying)
    plan = planned(["relu", "mish"], 1)
    runs = plan.final({("wine", "relu"): 1e-3, ("wine", "mish"): 1e-3})
    with worker_pool.Pool(2) as workers:
        found = [result for _, result in workers.train(iter(runs), {"wine": plan.problems[0]})]
    assert {result.reason for result in found} == {"its process ended with code 7"}
    assert {result.activation for result in found} == {"relu", "mish"}


def test_workers_are_for_long_plans() -> None:
    assert worker_pool.suitable_workers(3) == 1
    assert worker_pool.suitable_workers(168) == worker_pool.available_cores()


@pytest.mark.parametrize("workers", [0, -1, True, 1.5])
def test_bad_workers(workers: Any) -> None:
    with pytest.raises(knee.ArgumentError, match="workers"):
        compared(["relu"], workers=workers)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(knee.ArgumentError, match="cannot be written"):
        compared(["relu"], out=tmp_path / "file" / "report")


def test_learning_rates_are_tried_without_failures() -> None:
    found = knee.compare(activations=["relu"], tasks=["wine"], seeds=1, epochs=1, tries=2, progress=False, workers=1)
    assert [result.reason for result in found.tried] == ["", ""]


def test_where_no_learning_rate_worked_it_is_said() -> None:
    found = knee.compare(
        activations=["relu", "mish"], tasks=["wine"], seeds=1, epochs=1, tries=2, progress=False, workers=1
    )
    assert found.notes == []
    broken = [replace(r, reason="out of memory") if r.activation == "relu" else r for r in found.tried]
    (note,) = learning_rates.said(found.plan, broken)
    own = found.plan.problems[0].rate
    assert note.endswith(f"on wine worked for relu: trained at {own:g}, the problem's own.")
    assert learning_rates.chosen(found.plan, broken)["wine", "relu"] == own
