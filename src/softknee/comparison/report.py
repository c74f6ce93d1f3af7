"""The report of a comparison: one HTML file with tables and pictures that needs nothing else."""

from __future__ import annotations

import platform
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from math import inf, isnan
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from softknee.display.standalone import render
from softknee.targets.numpy.threads import available_cores

from . import formatting, pictures, statements
from .analyse import Pair, Row, finished
from .cost_picture import costs
from .plan import Plan
from .problem import Problem
from .rank_picture import critical_differences
from .result import Result, png

if TYPE_CHECKING:
    from .outcome import Outcome

_PACKAGES = ("softknee", "torch", "numpy", "scipy", "scikit-posthocs", "scikit-learn", "pandas", "matplotlib")


def html(comparison: Outcome) -> str:
    """The report as HTML text."""
    analysis, ranks = comparison.analysis, comparison.ranks
    tasks = [_Task(comparison, comparison.problems[name]) for name in dict.fromkeys(row.task for row in analysis.rows)]
    return render(
        "softknee.comparison",
        "report.html",
        comparison=comparison,
        plan=comparison.plan,
        tasks=tasks,
        ranks=ranks,
        of_ranks=critical_differences(ranks),
        on_ranks=statements.on_ranks(ranks),
        functions=pictures.functions(comparison.plan.choices),
        formatting=formatting,
        settings=_settings(comparison.plan),
        versions=_versions(),
        machine=_machine(),
        lead=statements.lead(analysis.rows, analysis.pairs, comparison.problems),
    )


@dataclass(frozen=True)
class _Task:
    """The report's data on one task, each computed when the template asks for it and remembered, as it asks twice."""

    comparison: Outcome
    problem: Problem

    @cached_property
    def rows(self) -> list[Row]:
        return [row for row in self.comparison.analysis.rows if row.task == self.problem.name]

    @cached_property
    def pairs(self) -> list[Pair]:
        """The task's pairs, the clearest first."""
        found = [pair for pair in self.comparison.analysis.pairs if pair.task == self.problem.name]
        return sorted(found, key=lambda pair: inf if isnan(pair.p_alone) else pair.p_alone)

    @cached_property
    def by_name(self) -> dict[str, Row]:
        return {row.activation: row for row in self.rows}

    @cached_property
    def digits(self) -> int:
        return formatting.decimals(self.rows)

    @cached_property
    def verdict(self) -> str:
        return statements.verdict(self.rows, self.pairs)

    @cached_property
    def further(self) -> list[str]:
        tried = self._of_task(self.comparison.tried)
        return [*filter(None, (statements.outlook(self.pairs), statements.edges(self.rows, tried)))]

    @cached_property
    def results(self) -> list[Result]:
        return self._of_task(self.comparison.results)

    @cached_property
    def intervals(self) -> str:
        return pictures.intervals(self.problem, self.rows, self.results)

    @cached_property
    def curves(self) -> str:
        return pictures.learning_curves(self.problem, self.rows, self.results, "validation")

    @cached_property
    def losses(self) -> str:
        return pictures.learning_curves(self.problem, self.rows, self.results, "train_loss")

    @cached_property
    def costs(self) -> str:
        return costs(self.problem, self.rows)

    @cached_property
    def dead(self) -> dict[str, dict[str, float]]:
        """The mean share of dead units over the seeds, by activation and layer."""
        shares: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for result in filter(finished, self.results):
            for layer, share in result.dead_by_layer.items():
                shares[result.activation][layer].append(share)
        return {
            row.activation: {layer: fmean(of) for layer, of in shares[row.activation].items()}
            for row in self.rows
            if row.activation in shares
        }

    @cached_property
    def layers(self) -> list[str]:
        return list(dict.fromkeys(layer for of in self.dead.values() for layer in of))

    @cached_property
    def drawn(self) -> list[tuple[str, str]]:
        """Pairs of name and picture: those that the networks learned to draw, each on its first seed that has one."""
        found = {r.activation: r.picture for r in reversed(self.results) if r.picture and finished(r)}
        drawn = [(row.activation, found[row.activation]) for row in self.rows if row.activation in found]
        original = self.problem.original
        return [("the original", png(original())), *drawn] if drawn and original else drawn

    @cached_property
    def tried(self) -> dict[str, dict[float, str]]:
        """The best validation score as text, by activation and learning rate."""
        found: dict[str, dict[float, str]] = defaultdict(dict)
        metric = self.problem.metric
        for result in self._of_task(self.comparison.tried):
            reached = result.validation[result.best_epoch - 1] if result.validation else float("nan")
            shown = "failed" if result.failed else formatting.value(reached, metric.percent, self.digits)
            found[result.activation][result.rate] = shown
        return {row.activation: found[row.activation] for row in self.rows if row.activation in found}

    @cached_property
    def tried_rates(self) -> list[float]:
        return sorted({rate for of in self.tried.values() for rate in of})

    def _of_task(self, results: Sequence[Result]) -> list[Result]:
        return [result for result in results if result.task == self.problem.name]


def _settings(plan: Plan) -> list[tuple[str, str]]:
    found = []
    for problem in plan.problems:
        rates = " or ".join(f"{problem.rate * factor:.2g}" for factor in plan.factors)
        by = "your own training" if problem.train else f"batches of {problem.batch}, Adam"
        how = f"{formatting.count(plan.epochs_of(problem), 'epoch')}, {by} at a learning rate of {rates}"
        found.append((problem.title, f"{problem.setting}; {how}" if problem.setting else how))
    return found


def _versions() -> list[tuple[str, str]]:
    found = [("Python", platform.python_version())]
    for package in _PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return found


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {formatting.count(available_cores(), 'core')}{_processor()}"


def _processor() -> str:
    """The processor's name with " of " before it, where Linux tells it; else ""."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((f" of {line.partition(':')[2].strip()}" for line in lines if line.startswith("model name")), "")
