"""Report, frames and files of made-up results, with hostile names and reasons."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from softknee.comparison import Comparison
from softknee.comparison.builtin_problem import problem_of
from softknee.comparison.plan import make_plan, tasks_named
from softknee.comparison.problem import Metric, Problem
from softknee.comparison.report import html
from softknee.comparison.result import Result

from .test_run import Page

HOSTILE = '<script>alert("1")</script> & $x$ [red]'
# One black pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
)  # fmt: skip


def problems(*names: str, hostile: bool = False) -> list[Problem]:
    found = [problem_of(task) for task in tasks_named(names)]
    if hostile:
        metric = Metric(HOSTILE, found[0].metric.of, sign=-1)
        found[0] = replace(found[0], title=HOSTILE, about=HOSTILE, setting=HOSTILE, metric=metric)
    return found


def compared(activations: list[str], of: list[Problem], seeds: int = 3, pictures: bool = False) -> Comparison:
    plan = make_plan(of, activations, seeds, 4, (0.5, 2.0))
    random = np.random.default_rng(0)
    results, tried = [], []
    for problem in of:
        for at, choice in enumerate(plan.choices):
            made = {
                "train_loss": [1.0, 0.5], "validation": [0.4, 0.5], "best_epoch": 2, "step_seconds": 1e-3 * (1 + at),
                "peak_bytes": 1e6, "dead_by_layer": {f"{problem.name}.1": 0.25}, "gain": 1.0, "gradient_ratio": 0.5,
            }  # fmt: skip
            for rate in (5e-4, 2e-3):
                curve = {"validation": [0.4, 0.5 - rate]}
                tried.append(Result(problem.name, choice.label, -1, stage="tune", rate=rate, **{**made, **curve}))
            results += [
                Result(problem.name, choice.label, seed, score=at + random.normal(), rate=2e-3, **made)
                for seed in range(seeds)
            ]
            if pictures:
                results[-1].picture = PIXEL
    return Comparison(plan, results, tried, command=HOSTILE)


def test_nothing_hostile_gets_into_the_page() -> None:
    comparison = compared(["relu", "mish"], problems("wine", "diabetes", hostile=True))
    comparison.results[0] = Result("wine", "relu", 0, reason=HOSTILE)
    comparison.notes.append(HOSTILE)
    text = html(comparison)
    page = Page(text)
    assert page.open == []
    assert "<script" not in text and 'alert("1")</' not in text
    assert page.words.count(HOSTILE) > 5
    assert HOSTILE in " ".join(str(comparison).split())


@pytest.mark.parametrize("count", [2, 25])
def test_pictures_of_few_and_of_many(count: int) -> None:
    names = ["relu", "mish", "gelu:approximate=tanh", *(f"leaky_relu:negative_slope=0.{at:02}" for at in range(1, 23))]
    comparison = compared(names[:count], problems("wine", "diabetes"))
    text = html(comparison)
    assert text.count("<svg") == 2 + 2 * 4
    assert Page(text).open == []
    assert text.count("<td>relu</td>") >= 2 and f"{count * (count - 1) // 2} pair" in text


def test_what_is_learned_to_draw_is_shown() -> None:
    text = html(compared(["relu", "mish"], problems("wine"), pictures=True))
    assert text.count(f'src="data:image/png;base64,{PIXEL}"') == 2
    assert "<img" not in html(compared(["relu", "mish"], problems("wine")))


def test_what_there_was_to_draw_is_shown_first() -> None:
    text = html(compared(["relu", "mish"], problems("photograph"), pictures=True))
    assert re.findall(r"<img alt=.([^>]*). src", text) == ["the original", "mish", "relu"]


def test_what_was_left_out_is_said_first() -> None:
    comparison = compared(["relu", "mish"], problems("wine"))
    comparison.notes.append("mish was dropped.")
    words = Page(html(comparison)).words
    assert words.index("mish was dropped.") < words.index("The functions")
    assert str(comparison).startswith("mish was dropped.")


def test_what_is_under_way_says_how_long_it_takes() -> None:
    comparison = compared(["relu", "mish"], problems("wine"))
    comparison.results = comparison.results[:2]
    comparison.running, comparison.started = True, datetime.now(timezone.utc) - timedelta(seconds=65)
    words = Page(html(comparison)).words
    assert re.search(r"Under way: 6 of 10 training runs in 1 min \d+ s; about [456]\d s left\.", words)
    comparison.done_before = 6
    assert re.search(r"training runs in [\dmin ]+ s, 6 of them from before\. Begun on", Page(html(comparison)).words)
    comparison.running, comparison.seconds = False, 5.0
    assert "Under way" not in Page(html(comparison)).words


def test_rates_layers_and_pairs_are_shown() -> None:
    text = html(compared(["relu", "mish"], problems("wine")))
    for expected in (
        "<th>0.0005</th><th>0.002</th>",
        "wine.1",
        "25.0 %",
        "1 pair, the clearest",
        "the highest was best",
    ):
        assert expected in text


@pytest.mark.parametrize(("width", "count"), [(50, 6), (65, 4), (80, 2), (140, 0)])
def test_names_stay_whole_in_a_narrow_terminal(width: int, count: int) -> None:
    comparison = compared(["relu", "logsigmoid", "leaky_relu"], problems("wine"))
    console = Console(width=width, no_color=True, highlight=False)
    with console.capture() as capture:
        console.print(comparison)
    text = capture.get()
    assert max(map(len, text.splitlines())) <= width
    assert any("logsigmoid" in line.split() for line in text.splitlines())
    (header,) = (line for line in text.splitlines() if line.startswith("group activation"))
    columns = ("to best", "rate", "step", "memory", "dead", "gradient")
    left_out = [column for column in columns if column not in header]
    assert len(left_out) == count
    said = " ".join(text.split())
    assert (f"Left out for want of room: {', '.join(left_out)}; the report has all." in said) == (count > 0)
    assert ("the most that a step's tensors take" in said) == ("memory" in header)


def test_frames() -> None:
    comparison = compared(["relu", "mish", "elu"], problems("wine", "diabetes"))
    assert [len(each) for each in (comparison.table, comparison.pairs, comparison.ranking)] == [6, 6, 3]
    assert list(comparison.ranking.columns) == [
        "activation", "mean_rank", "groups", "tasks", "rank_wine", "rank_diabetes",
    ]  # fmt: skip
    assert comparison.ranking["mean_rank"].is_monotonic_increasing
    assert comparison.table.groupby("task", sort=False)["rank"].first().tolist() == [1, 1]
    assert list(comparison.runs["stage"].value_counts().sort_index().items()) == [("final", 18), ("tune", 12)]


def test_rows_follow_results_that_come_later() -> None:
    comparison = compared(["relu", "mish"], problems("wine"))
    assert comparison.table["seeds"].tolist() == [3, 3]
    comparison.results += [replace(result, seed=3) for result in comparison.results if result.seed == 0]
    assert comparison.table["seeds"].tolist() == [4, 4]


def test_runs_as_files(tmp_path: Path) -> None:
    comparison = compared(["relu", "mish"], problems("wine", "diabetes", hostile=True))
    comparison.results[0] = Result("wine", "relu", 0, reason=HOSTILE)
    runs = comparison.runs
    parquet = pd.read_parquet(comparison.to_parquet(tmp_path / "new" / "runs.parquet"))
    csv = pd.read_csv(comparison.to_csv(tmp_path / "runs.csv"), keep_default_na=False, na_values={"score": ""})
    for read in (parquet, csv):
        assert list(read.columns) == list(runs.columns)
        assert read["reason"].tolist() == runs["reason"].tolist()
        np.testing.assert_array_equal(read["score"], runs["score"])
        assert read["higher_is_better"].tolist() == runs["higher_is_better"].tolist()
        assert [json.loads(text) for text in read["dead_by_layer"]] == runs["dead_by_layer"].tolist()
    assert [list(curve) for curve in parquet["validation"]] == runs["validation"].tolist()
    assert [json.loads(text) for text in csv["validation"]] == runs["validation"].tolist()
