"""The tables of the page that `benchmarks/suggest.py` writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

import numpy as np
from suggest_judges import OURS, quality
from suggest_results import RIVALS, Line, Results

from softknee.suggestion.features import MEANINGS
from softknee.suggestion.rule import Quality, Rule


def of_rivals(results: Results) -> str:
    """The table of judges: the quality of each in groups of problems, and the mean place of its first choice."""
    final, every = results.final, results.lines
    groups = {
        "kept for the end": final,
        "kept, non-linear": [line for line in final if line.problem.is_bent],
        "all held out": every,
        "all, non-linear": results.bent,
    }
    head = ["", *(f"{name} ({len(lines)})" for name, lines in groups.items()), "place of its first choice"]
    rows = []
    for name in (OURS, *RIVALS):
        found = [quality(line.of(name) for line in lines) for lines in groups.values()]
        place = np.mean([line.verdicts[name].place for line in every])
        rows.append([f"**{name}**" if name == OURS else name, *map(cell, found), f"{place:.1f}"])
    return _table(head, rows)


def of_groups(rule: Rule) -> str:
    """The table of kinds of network, output and targets: the rule's quality in each, and whether that is enough."""
    groups = {"network": rule.kinds, "output": rule.outputs, "targets": rule.targets}
    rows = [
        [what, name, cell(each), str(each.problems), "yes" if each.is_enough else "no"]
        for what, known in groups.items()
        for name, each in known.items()
    ]
    return _table(["", "kind", "correlation", "problems", "relied on"], rows)


def of_problems(lines: Iterable[Line], doubts: Mapping[str, Sequence[str]]) -> str:
    """The table of problems: the kind of each, and the correlation of each judge."""
    judges = (OURS, *RIVALS)
    rows = []
    for line in lines:
        seen = line.problem.seen
        marks = (" *" if line.is_final else "") + (" †" if doubts.get(line.name) else "")
        rows.append([
            f"{line.name}{marks}", seen.kind, seen.outputs, seen.targets,
            *(number(line.of(judge)) for judge in judges), number(line.problem.truth.ceiling),
        ])  # fmt: skip
    notes = "\\* kept for the end; † the design alone would have warned."
    return f"{_table(['problem', 'network', 'output', 'targets', *judges, 'ceiling'], rows, left=4)}\n\n{notes}"


def of_terms(rule: Rule) -> str:
    """The table of features."""
    rows = [[name, MEANINGS[name], number(term.weight)] for name, term in rule.terms.items()]
    return _table(["feature", "what it is", "weight"], rows, left=2)


def cell(found: Quality) -> str:
    """A mean with its interval, as text."""
    if not found.problems:
        return "–"
    interval = f" [{number(found.low)}, {number(found.high)}]" if isfinite(found.low) else ""
    return number(found.spearman) + interval


def number(value: float) -> str:
    """A number with two decimals and a true minus, as text."""
    return f"{value:.2f}".replace("-", "−")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    rule = [":--" if at < left else "--:" for at in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
