"""The quality of `softknee.suggest`, measured: `python benchmarks/suggest.py`.

Trains networks with twelve activations, each at its own learning rate, on the problems of `suggest_problems.py`, looks
at the same networks at their initial weights, and fits the rule that turns what is seen into a ranking. Prints how the
ranking correlates with training on problems held out, beside its rivals, and with `--write` keeps the rule in the
package and the figures in docs/suggest.md. What was trained before is read from reports/suggest. `--design` leaves the
problems alone that are kept for the end.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from suggest_judges import JUDGES, OURS, Others, Problem, fitted, judged, quality
from suggest_looks import seen
from suggest_page import write
from suggest_problems import ACTIVATIONS, CASES
from suggest_results import Line, Results, rule_from
from suggest_truth import truth

from softknee.suggestion.features import MEANINGS
from softknee.suggestion.rule import FILE

DOCS = Path("docs")


def main() -> None:
    """Train, fit, print, and with `--write` keep the rule and the page."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--design", action="store_true", help="leave the problems alone that are kept for the end")
    parser.add_argument("--write", action="store_true", help="write the rule and the page")
    asked = parser.parse_args()
    if asked.design and asked.write:
        parser.error("--write takes all problems")
    torch.set_num_threads(1)
    problems = [Problem(c, truth(c), seen(c)) for c in CASES if not (asked.design and c.final)]
    design = [p for p in problems if not p.case.final]
    for scheme, others in _schemes(design).items():
        _print(scheme, _lines(design, others))
    _print("kept for the end", _lines([p for p in problems if p.case.final], lambda _: design))

    apart = _schemes(design)["both held out"]
    results = Results(_lines(problems, lambda p: design if p.case.final else apart(p)))
    print("\nproblem                      suggest  ceiling  kind")
    for line in results.lines:
        mark = " *" if line.is_final else ""
        setting = f"{line.problem.seen.kind}, {line.problem.seen.targets}{mark}"
        print(f"{line.name:28s} {line.of(OURS):+.2f}    {line.problem.truth.ceiling:.2f}     {setting}")
    weights = fitted(design)
    print("weights", {name: round(float(w), 2) for name, w in zip(MEANINGS, weights)})
    if asked.write:
        kept = rule_from(results, weights)
        FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        write(results, weights, kept, DOCS)


def _schemes(design: Sequence[Problem]) -> dict[str, Others]:
    """By scheme, the function that gives the problems from which the rule may learn for a problem of the design."""
    return {
        "data held out": lambda p: [o for o in design if o.data != p.data],
        "architecture held out": lambda p: [o for o in design if o.case.group != p.case.group],
        "both held out": lambda p: [o for o in design if o.data != p.data and o.case.group != p.case.group],
    }


def _lines(problems: Iterable[Problem], others: Others) -> list[Line]:
    return [Line(p, {name: judged(judge, p, others(p)) for name, judge in JUDGES.items()}) for p in problems]


def _print(scheme: str, lines: Sequence[Line]) -> None:
    if not lines:
        return
    print(f"\n{scheme}: all problems | non-linear targets | mean place of the first choice of {len(ACTIVATIONS)}")
    for name in JUDGES:
        every, bent = (
            quality(line.of(name) for line in on) for on in (lines, [li for li in lines if li.problem.is_bent])
        )
        place = np.mean([line.verdicts[name].place for line in lines])
        print(f"  {name:20s} {every!s:36s} | {bent!s:36s} | {place:.1f}")


if __name__ == "__main__":
    main()
