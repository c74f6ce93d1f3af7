"""The report: one HTML file with tables and pictures that needs nothing else."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from softknee.standalone import render
from softknee.threads import available_cores

from . import pictures, words
from .analyse import Row, overview, verdict
from .plan import Plan

if TYPE_CHECKING:
    from .outcome import Outcome

_PACKAGES = ("softknee", "torch", "numpy", "scipy", "scikit-learn", "matplotlib")


def html(comparison: Outcome) -> str:
    """The report as text."""
    rows = comparison.rows
    names = list(dict.fromkeys(row.task for row in rows))
    return render(
        "softknee.comparison",
        "report.html",
        comparison=comparison,
        plan=comparison.plan,
        tasks=[_task(name, [row for row in rows if row.task == name], comparison) for name in names],
        names=names,
        overview=overview(rows),
        functions=pictures.functions(comparison.plan.choices),
        words=words,
        titles={name: problem.title for name, problem in comparison.problems.items()},
        settings=_settings(comparison.plan),
        versions=_versions(),
        machine=f"{platform.system()} {platform.machine()}, {words.count(available_cores(), 'core')}{_processor()}",
        lead=lead(comparison, rows),
    )


def lead(comparison: Outcome, rows: Sequence[Row]) -> str:
    """What came out, in a sentence or two."""
    tasks, problems = list(dict.fromkeys(row.task for row in rows)), comparison.problems
    judged = [(name, by_task) for name, _, by_task in overview(rows) if any(row.seeds for row in by_task.values())]
    if not judged:
        return "No run was finished."
    if len(judged) == 1:
        return f"{judged[0][0]} alone: nothing to compare it with."
    behind = {name: [t for t in tasks if t in by_task and not by_task[t].leads] for name, by_task in judged}
    seeds = words.count(max(row.seeds for row in rows), "seed")
    ahead = [name for name, where in behind.items() if not where]
    if len(ahead) == len(judged):
        return f"No significant difference: {seeds} cannot tell these {len(judged)} activations apart."
    if not ahead:
        return "Each activation is measurably behind on some task: the choice depends on the task."
    if len(ahead) <= len(judged) / 2:
        return f"Never measurably behind the best: {_listed(ahead)}."
    lagging = "; ".join(
        f"{name} on {_listed([problems[t].title for t in where])}" for name, where in behind.items() if where
    )
    return (
        f"{seeds[0].upper()}{seeds[1:]} cannot tell {len(ahead)} of {len(judged)} activations from the best "
        f"{'on any task' if len(tasks) > 1 else 'here'}. Measurably behind: {lagging}."
    )


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _task(name: str, rows: list[Row], comparison: Outcome) -> dict[str, Any]:
    results, problem = comparison.results, comparison.problems[name]
    return {
        "task": comparison.problems[name],
        "rows": rows,
        "verdict": verdict(rows),
        "intervals": pictures.intervals(problem, rows, results),
        "curves": pictures.learning_curves(problem, rows, results, "validation"),
        "losses": pictures.learning_curves(problem, rows, results, "train_loss"),
    }


def _settings(plan: Plan) -> list[tuple[str, str]]:
    found = []
    for problem in plan.problems:
        rates = " or ".join(f"{problem.rate * factor:.2g}" for factor in plan.factors)
        how = f"{plan.epochs_of(problem)} epochs, batches of {problem.batch}, Adam at {rates}"
        found.append((problem.title, f"{problem.setting}, {how}" if problem.setting else how))
    return found


def _versions() -> list[tuple[str, str]]:
    found = [("Python", platform.python_version())]
    for package in _PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    """The processor's name, where Linux tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((f" of {line.partition(':')[2].strip()}" for line in lines if line.startswith("model name")), "")
