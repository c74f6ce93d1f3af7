"""A plan is cut until it fits a time, in the order that costs the least, and sentences say what was cut."""

from __future__ import annotations

from typing import Any

import pytest

import softknee as knee
from softknee.comparison import run as running
from softknee.comparison.budget import LEAST_SEEDS, fitted, seconds_of
from softknee.comparison.builtin_problem import problem_of
from softknee.comparison.plan import Plan, make_plan, tasks_named

EACH = {"wine": 1.0, "diabetes": 2.0}


def planned(seeds: int = 6, tries: int = 3) -> Plan:
    problems = [problem_of(task) for task in tasks_named(["wine", "diabetes"])]
    return make_plan(problems, ["relu", "mish", "tanh"], seeds, 1, tuple(10.0**k for k in range(tries)))


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("10min", 600), ("90s", 90), ("1h30m", 5400), ("1 h 30 min", 5400), ("45", 45), (12.5, 12.5), ("0.5h", 1800)],
)
def test_times(written: Any, seconds: float) -> None:
    assert seconds_of(written) == seconds


@pytest.mark.parametrize(
    "written", ["", "soon", "10 parsecs", "-5min", 0, -1, True, None, float("nan"), float("inf"), "10min!"]
)
def test_bad_times(written: Any) -> None:
    with pytest.raises(knee.ArgumentError, match="budget"):
        seconds_of(written)


def test_what_fits_is_left_alone() -> None:
    plan = planned()
    assert fitted(plan, 1000.0, 1, EACH) == (plan, [])


def test_the_order_of_cuts() -> None:
    """Runs of 3 s for each activation and seed: 27 s for 3 seeds, 27 s for tuning."""
    fits, said = fitted(planned(), 70.0, 1, EACH)
    assert (len(fits.seeds), len(fits.factors), len(fits.problems), len(fits.choices)) == (4, 3, 2, 3)
    assert said == ["To fit into 1 min 10 s: 4 seeds instead of 6."]
    fits, said = fitted(planned(), 31.0, 1, EACH)
    assert (len(fits.seeds), len(fits.factors), len(fits.problems), len(fits.choices)) == (LEAST_SEEDS, 1, 2, 3)
    assert any("one learning rate for all" in each for each in said)
    fits, said = fitted(planned(), 11.0, 1, EACH)
    assert [problem.name for problem in fits.problems] == ["wine"] and len(fits.choices) == 3
    assert any("without diabetes" in each for each in said)
    fits, said = fitted(planned(), 7.0, 1, EACH)
    assert [choice.label for choice in fits.choices] == ["relu", "mish"]
    assert any("without tanh" in each for each in said)


def test_more_workers_fit_more() -> None:
    assert len(fitted(planned(), 70.0, 2, EACH)[0].seeds) == 6


def test_what_cannot_fit_is_refused() -> None:
    with pytest.raises(knee.ArgumentError, match="budget = '3.0 s' is too short: the least takes about"):
        fitted(planned(), 3.0, 1, EACH)


def test_it_ends_in_time_and_says_what_was_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that take longer than they did when they were measured: the clock jumps."""
    now = [0.0]

    def clock() -> float:
        now[0] += 1.0
        return now[0]

    monkeypatch.setattr(running, "costs", lambda plan: {"wine": 0.001})
    monkeypatch.setattr(running, "perf_counter", clock)
    found = knee.compare(
        activations=["relu", "mish"], tasks=["wine"], seeds=5, epochs=1, rate=1e-3, budget=4, progress=False, workers=1
    )
    assert 0 < len(found.results) < 10
    assert found.notes == [f"Out of time: {10 - len(found.results)} runs were not begun."]
    assert "Out of time" in str(found)
