"""The report: one HTML file with tables and pictures that needs nothing else."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from . import pictures, words
from .analyse import Row, overview, verdict
from .plan import Run
from .pool import available_cores
from .tasks import TASKS

if TYPE_CHECKING:
    from .run import Comparison

_PACKAGES = ("softknee", "torch", "numpy", "scipy", "scikit-learn", "matplotlib")


def html(comparison: Comparison) -> str:
    """The report as text."""
    environment = Environment(
        loader=PackageLoader("softknee.comparison"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    rows = comparison.rows
    names = list(dict.fromkeys(row.task for row in rows))
    return environment.get_template("report.html").render(
        comparison=comparison,
        plan=comparison.plan,
        tasks=[_task(name, [row for row in rows if row.task == name], comparison) for name in names],
        names=names,
        overview=overview(rows),
        functions=pictures.functions(comparison.plan.choices),
        words=words,
        titles={name: task.title for name, task in TASKS.items()},
        settings=_settings(comparison.plan.runs),
        versions=_versions(),
        machine=f"{platform.system()} {platform.machine()}, {words.count(available_cores(), 'core')}{_processor()}",
        lead=lead(comparison, rows),
    )


def lead(comparison: Comparison, rows: Sequence[Row]) -> str:
    """What came out, in a sentence."""
    names = dict.fromkeys(row.task for row in rows)
    everywhere = [name for name, _, by_task in overview(rows) if all(t in by_task and by_task[t].leads for t in names)]
    if not rows:
        return "No run was finished."
    if len(comparison.plan.choices) == 1:
        return "One activation alone: nothing to compare it with."
    if not everywhere:
        return "No activation is among the best on every task: the choice depends on the task."
    if len(everywhere) == len(comparison.plan.choices):
        return "Nowhere can the data tell these activations apart."
    listed = everywhere[0] if len(everywhere) == 1 else f"{', '.join(everywhere[:-1])} and {everywhere[-1]}"
    where = "on every task" if len(names) > 1 else "here"
    verb = "is" if len(everywhere) == 1 else "are"
    return f"{listed} {verb} among the best {where}: never measurably behind the leader."


def _task(name: str, rows: list[Row], comparison: Comparison) -> dict[str, Any]:
    results = comparison.results
    return {
        "task": TASKS[name],
        "rows": rows,
        "verdict": verdict(rows),
        "intervals": pictures.intervals(name, rows, results),
        "curves": pictures.learning_curves(name, rows, results, "validation"),
        "losses": pictures.learning_curves(name, rows, results, "train_loss"),
    }


def _settings(runs: Sequence[Run]) -> list[tuple[str, str]]:
    found = {}
    for run in runs:
        task = run.task
        layers = " – ".join(map(str, task.widths)) + (" channels" if task.network == "conv" else "")
        found[task.title] = f"{layers}, {run.epochs} epochs, batches of {task.batch}, Adam at {task.rate:g}"
    return list(found.items())


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
