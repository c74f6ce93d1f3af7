"""The results of training on the problems of `suggest_problems.py`: kept in reports/suggest, and continued there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.stats import rankdata, spearmanr
from suggest_problems import ACTIVATIONS, Case

from softknee.comparison import learning_rates
from softknee.comparison.plan import Plan, Run, make_plan
from softknee.comparison.problem import Problem
from softknee.comparison.result import Result
from softknee.comparison.train import train

FOLDER = Path("reports/suggest")


@dataclass(frozen=True)
class Truth:
    """By activation, the score of each seed, higher is better, -inf where it failed; and the score after 5 % of the
    training.

    The latter is that of the best of the learning rates that were tried, on the one seed that they were tried on.
    """

    scores: np.ndarray  # (activations, seeds)
    early: np.ndarray

    @property
    def ranks(self) -> np.ndarray:
        """The ranks of the means over seeds; the best has the highest."""
        return rankdata(self.scores.mean(1))

    @property
    def agreement(self) -> float:
        """The mean Spearman correlation of single seeds with each other."""
        pairs = combinations(self.scores.T, 2)
        return float(np.mean([spearmanr(one, other).statistic for one, other in pairs]))

    @property
    def ceiling(self) -> float:
        """The correlation that a ranking without error could reach, by Spearman and Brown: the root of the means'
        reliability.
        """
        r, n = max(self.agreement, 0.0), self.scores.shape[1]
        return float(np.sqrt(n * r / (1 + (n - 1) * r)))


def truth(case: Case) -> Truth:
    """The results of training on a case: tuned, trained on all seeds, or read where that was done before."""
    problem = case.problem()
    plan = make_plan([problem], ACTIVATIONS, seeds=case.seeds, factors=learning_rates.factors(3))
    tried = _all(plan.tuning, problem, plan)
    final = _all(plan.final(learning_rates.chosen(plan, tried)), problem, plan)
    sign = problem.metric.sign
    scores = [[-np.inf if r.failed else sign * r.score for r in final if r.activation == name] for name in ACTIVATIONS]
    early = [
        max(sign * r.validation[0] if r.validation else -np.inf for r in tried if r.activation == name)
        for name in ACTIVATIONS
    ]
    return Truth(np.array(scores), np.array(early))


def _all(runs: Iterable[Run], problem: Problem, plan: Plan) -> list[Result]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{problem.name.replace('/', '-')}.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    known = {key: Result.of_json(kept) for key, kept in map(json.loads, lines)}
    found = []
    with file.open("a", encoding="utf-8") as out:
        for run in runs:
            key = f"{run.choice.label} {run.stage} {run.seed} {run.rate:.4g} {run.epochs} {problem.batch}"
            if key not in known:
                known[key] = train(run, problem)
                out.write(json.dumps([key, known[key].as_json()]) + "\n")
                out.flush()
            found.append(known[key])
    return found
