"""How well `softknee.suggest` does: `python benchmarks/suggest.py`.

Trains networks with twelve activations, each at its own learning rate, on the problems of `suggest_problems.py`, looks
at the same networks at their initial weights, and fits the rule that turns what is seen into a ranking. Prints how the
ranking correlates with training on problems held out, beside its rivals, and with `--write` keeps the rule in the
package and the figures in docs/suggest.md. What was trained before is read from reports/suggest. `--design` leaves the
problems alone that are kept for the end.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.stats import bootstrap, spearmanr
from sklearn.linear_model import Ridge
from suggest_looks import Seen, seen
from suggest_page import page
from suggest_problems import ACTIVATIONS, CASES, Case
from suggest_truth import Truth, truth

from softknee.suggestion.features import MEANINGS
from softknee.suggestion.rule import FILE, place

Array = np.ndarray[Any, Any]
PENALTY = 30.0
DOCS = Path("docs/suggest.md")
# Training that agrees so little with itself has nothing to say about activations.
TELLS = 0.6


@dataclass(frozen=True)
class Problem:
    """A case, what training said of it, and what is seen of it at the start."""

    case: Case
    truth: Truth
    seen: Seen

    @property
    def data(self) -> str:
        """The data set; copying its inputs is no other one."""
        return self.case.data.removesuffix("-copy")

    @property
    def places(self) -> Array:
        """Activations x features: the mean over seeds of the places among all activations."""
        features = self.seen.features
        found = np.zeros((len(ACTIVATIONS), len(MEANINGS)))
        for at, name in enumerate(ACTIVATIONS):
            for f, feature in enumerate(MEANINGS):
                for seed, own in enumerate(features[name]):
                    marks = [features[other][seed][feature] for other in ACTIVATIONS]
                    found[at, f] += place(own[feature], marks) / len(features[name])
        return found


Judge = Callable[[Problem, Sequence[Problem]], Array]


def fitted(problems: Sequence[Problem]) -> Array:
    """The weights of the features: ridge regression of the ranks in training on places."""
    x = np.concatenate([p.places for p in problems])
    y = np.concatenate([p.truth.ranks - p.truth.ranks.mean() for p in problems])
    weights: Array = Ridge(alpha=PENALTY / len(ACTIVATIONS), fit_intercept=False).fit(x, y).coef_
    return weights


# What ranks activations on a problem, given others to learn from; the best has the highest number.
JUDGES: dict[str, Judge] = {
    "suggest": lambda p, others: p.places @ fitted(others),
    "NEAR": lambda p, _: np.array([p.seen.near[name] for name in ACTIVATIONS]),
    "the usual order": lambda _, others: np.mean([other.truth.ranks for other in others], axis=0),
    "always gelu": lambda *_: np.array([name == "gelu" for name in ACTIVATIONS], float),
    "5 % of the training": lambda p, _: p.truth.early,
    "at random": lambda p, _: np.random.default_rng(list(p.case.name.encode())).permutation(len(ACTIVATIONS)),
}


def spearman(one: Array, other: Array) -> float:
    """The rank correlation; 0 where one side says nothing."""
    return 0.0 if np.ptp(one) == 0 or np.ptp(other) == 0 else float(spearmanr(one, other).statistic)


def judged(judge: Judge, problems: Iterable[Problem], others: Callable[[Problem], Sequence[Problem]]) -> Array:
    """The correlation with training on each problem, learned from `others` of it."""
    return np.array([spearman(judge(p, others(p)), p.truth.ranks) for p in problems])


def quality(found: Array) -> tuple[float, float | None, float | None, int]:
    """Mean, its 95 % bootstrap interval over problems, and their number."""
    if len(found) < 3 or np.ptp(found) == 0:
        return round(float(found.mean()), 3), None, None, len(found)
    interval = bootstrap((found,), np.mean, n_resamples=5000, rng=np.random.default_rng(0)).confidence_interval
    return round(float(found.mean()), 3), round(float(interval.low), 3), round(float(interval.high), 3), len(found)


def shown(found: Array) -> str:
    """The same as text."""
    mean, low, high, count = quality(found)
    return f"{mean:+.2f}  [{low:+.2f}, {high:+.2f}]  n = {count}" if low is not None else f"{mean:+.2f}  n = {count}"


def main() -> None:
    """See above."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--design", action="store_true", help="leave the problems alone that are kept for the end")
    parser.add_argument("--write", action="store_true", help="write the rule and the page")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    problems = [Problem(c, truth(c), seen(c)) for c in CASES if not (asked.design and c.final)]
    design = [p for p in problems if not p.case.final]
    final = [p for p in problems if p.case.final]

    def apart(p: Problem) -> list[Problem]:
        """Problems of the design with neither the data nor the architecture of p."""
        return [o for o in design if o.data != p.data and o.case.group != p.case.group]

    schemes: dict[str, tuple[list[Problem], Callable[[Problem], list[Problem]]]] = {
        "data held out": (design, lambda p: [o for o in design if o.data != p.data]),
        "architecture held out": (design, lambda p: [o for o in design if o.case.group != p.case.group]),
        "both held out": (design, apart),
        "kept for the end": (final, lambda _: design),
    }
    tables = {}
    for scheme, (on, others) in schemes.items():
        if not on:
            continue
        scores = {name: judged(judge, on, others) for name, judge in JUDGES.items()}
        telling = np.array([p.truth.ceiling >= TELLS for p in on])
        tables[scheme] = [(name, quality(each), quality(each[telling])) for name, each in scores.items()]
        print(f"\n{scheme}: all problems | those where training agrees with itself (ceiling >= {TELLS})")
        for name, each in scores.items():
            print(f"  {name:20s} {shown(each):36s} | {shown(each[telling])}")
    held = np.concatenate([judged(JUDGES["suggest"], design, apart), judged(JUDGES["suggest"], final, lambda _: design)])
    print("\nproblem                      suggest  ceiling  kind")
    for p, r in zip(problems, held):
        print(f"{p.case.name:28s} {r:+.2f}    {p.truth.ceiling:.2f}     {p.seen.kind}, {p.seen.targets}{' *' * p.case.final}")
    print("ceiling, mean:", round(float(np.mean([p.truth.ceiling for p in problems])), 3))
    weights = fitted(design)
    kept = _rule(problems, held, weights, tables)
    for group in ("kinds", "outputs", "targets"):
        print(group, json.dumps(kept[group]))
    print("weights", {name: round(float(w), 2) for name, w in zip(MEANINGS, weights)})
    if asked.write:
        FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        lines = [(p.case.name, p.seen.kind, p.seen.targets, r, p.truth.ceiling, p.case.final) for p, r in zip(problems, held)]
        DOCS.write_text(page(tables, lines, kept), encoding="utf-8")


def _rule(problems: list[Problem], held: Array, weights: Array, tables: dict[str, Any]) -> dict[str, Any]:
    """What the package keeps."""
    features = [f for p in problems for name in ACTIVATIONS for f in p.seen.features[name]]
    bent = np.array([p.seen.targets == "non-linear" for p in problems])

    def by(key: Callable[[Problem], str], among: Array) -> dict[str, Any]:
        names = np.array([key(p) for p in problems])
        return {str(name): quality(held[among & (names == name)]) for name in dict.fromkeys(names[among])}

    last = tables.get("kept for the end", tables["both held out"])
    return {
        "activations": ACTIVATIONS,
        "terms": {
            name: {
                "weight": round(float(weight), 3),
                "low": round(min(f[name] for f in features), 3) - 0.001,
                "high": round(max(f[name] for f in features), 3) + 0.001,
            }
            for name, weight in zip(MEANINGS, weights)
        },
        "depth": [min(p.seen.depth for p in problems), max(p.seen.depth for p in problems)],
        "quality": {name: every for name, every, _ in last if name != "at random"},
        # By kind and output where activations matter at all; `targets` says where they do.
        "kinds": by(lambda p: p.seen.kind, bent),
        "outputs": by(lambda p: p.seen.outputs, bent),
        "targets": by(lambda p: p.seen.targets, np.ones(len(problems), bool)),
    }


if __name__ == "__main__":
    main()
