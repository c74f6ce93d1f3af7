"""The page docs/suggest.md with its picture: the quality of `softknee.suggest`, as `benchmarks/suggest.py` measured
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from suggest_judges import OURS, Array, quality
from suggest_picture import draw
from suggest_problems import ACTIVATIONS, EPOCHS, MANY_SEEDS, SEEDS, SMALL
from suggest_results import RIVALS, Line, Results, doubted
from suggest_tables import cell, number, of_groups, of_problems, of_rivals, of_terms

from softknee.suggestion.rule import PROBLEMS, TARGET, Rule, rule_of

_PICTURE = Path("images") / "suggest.svg"

_HEAD = """\
---
hide: [navigation]
---

# The first guess

How well the rankings of [`softknee.suggest`](guide/suggesting.md), which no training goes into, agree with real
training. Written by `python benchmarks/suggest.py --write`; all figures are from that run.

{verdict}
"""

_METHOD = """\
## What is measured

{count} problems, each a data set, an architecture and an initialisation. On each, networks with {activations}
activations are trained for {epochs} epochs by Adam: first with three learning rates half a decade apart on a seed of
its own, then with the best of them for each activation on {seeds} seeds, {many} where the data set has fewer than
{small} samples; each seed splits the data anew. The score is the loss on the test part, or R² where numbers are told,
at the best epoch on the validation part; the truth is the ranks of the means. `suggest` looks at the same networks at
their initial weights, on 128 samples of a split that nothing was trained on. The figure is Spearman's rank correlation
between the two; a mean over problems has its 95 % bootstrap interval over problems in brackets.

{final} of the problems are kept for the end. {new} Features, weights and thresholds were chosen on the other {design};
those are judged by weights that were fitted without their data set and without their architecture, but features were
chosen on them, so their figures are a little too good.

The *ceiling* is what a ranking without error could reach on average: with so few seeds the truth is noisy itself (mean
ceiling {ceiling:.2f}). The rivals:

- *NEAR*: the effective ranks before and after each activation (arXiv:2408.08776), added up.
- *the usual order*: the mean ranks in training on the other problems, the same for every network.
- *always gelu*: gelu first, all others alike.
- *5 % of the training*: the validation score after the first of {epochs} epochs, at the best of three learning rates.
"""

_NONLINEAR = """\
*Linear enough* are problems on which a linear model explains the targets of the batch nearly as well as a non-linear
one, which `suggest` sees without training; *non-linear* are the others."""

_GATE = """\
## Where it may be relied on

`suggest` says "Do not rely on this here" where its rankings did not reach {target} on at least {problems} held-out
problems of the same kind of network, of output or of targets, where a network is shallower or deeper than those that
were trained, with activations that were never tried, and where a feature is beyond its range here. Kinds of network
and of output are judged on non-linear problems.

{table}
"""

_NOWHERE = """\
With these figures no kind of targets reaches {target}, so **it warns everywhere**: take its rankings as an order in
which to try, not as an answer.
"""

_GATE_TEST = """\
These groups are few and small, so the warning itself was put to the test: set by the design alone, it was raised on
{raised} of the {final} problems kept for the end. The mean correlation was {doubtful} there, and {trusted} on the
others.
"""

_RULE = """\
## The rule

Each feature is replaced by its place among the {activations} activations in the same network, from −½ to ½; the score
is the sum of weights times places. The weights are those of a ridge regression of the ranks in training, on the design.

{table}
"""


def write(results: Results, weights: Array, kept: Mapping[str, object], docs: Path) -> None:
    """Write the page and its picture into the folder of the docs."""
    (docs / _PICTURE).parent.mkdir(exist_ok=True)
    draw(results, docs / _PICTURE)
    (docs / "suggest.md").write_text(text(results, doubted(results, weights), rule_of(dict(kept))), encoding="utf-8")


def text(results: Results, doubts: Mapping[str, Sequence[str]], rule: Rule) -> str:
    """The page, in Markdown."""
    design, final = [line for line in results.lines if not line.is_final], results.final
    return "\n".join([
        _HEAD.format(verdict=_verdict(final)),
        f"![Correlation with training, problem by problem]({_PICTURE.as_posix()})\n",
        _method(design, final),
        f"## Beside its rivals\n\n{of_rivals(results)}\n\n{_NONLINEAR}\n",
        _GATE.format(target=TARGET, problems=PROBLEMS, table=of_groups(rule)),
        *([] if any(each.is_enough for each in rule.targets.values()) else [_NOWHERE.format(target=TARGET)]),
        _gate_test(final, doubts),
        f"## Problem by problem\n\n{of_problems(results.lines, doubts)}\n",
        _RULE.format(activations=len(ACTIVATIONS), table=of_terms(rule)),
    ])  # fmt: skip


def _verdict(final: Sequence[Line]) -> str:
    found = quality(line.of(OURS) for line in final)
    bent = quality(line.of(OURS) for line in final if line.problem.is_bent)
    start = f"On the {len(final)} problems kept for the end the mean correlation is {cell(found)}, "
    start += f"on the {bent.problems} non-linear ones among them {cell(bent)}. "
    rivals = {name: quality(line.of(name) for line in final).spearman for name in RIVALS}
    others = ", ".join(f"{name} {number(each)}" for name, each in rivals.items() if each >= found.spearman)
    beaten = f" Rivals that do as well or better there: {others}." if others else ""
    if found.spearman >= TARGET:
        return f"{start}The target, {TARGET}, is reached.{beaten}"
    return f"!!! warning\n    {start}The target, {TARGET}, is **not reached**.{beaten}"


def _method(design: Sequence[Line], final: Sequence[Line]) -> str:
    data, groups = {line.problem.data for line in design}, {line.problem.case.group for line in design}
    new_data = sorted({line.problem.data for line in final} - data)
    new_groups = sorted({line.problem.case.group for line in final} - groups)
    new = f"New among them are the data {', '.join(new_data)} and the architectures {', '.join(new_groups)}."
    lines = [*design, *final]
    return _METHOD.format(
        count=len(lines),
        activations=len(ACTIVATIONS),
        epochs=EPOCHS,
        seeds=SEEDS,
        many=MANY_SEEDS,
        small=SMALL,
        final=len(final),
        design=len(design),
        new=new,
        ceiling=np.mean([line.problem.truth.ceiling for line in lines]),
    )


def _gate_test(final: Sequence[Line], doubts: Mapping[str, Sequence[str]]) -> str:
    doubtful, trusted = (
        [line for line in final if bool(doubts[line.name]) is is_doubted] for is_doubted in (True, False)
    )
    means = [cell(quality(line.of(OURS) for line in each)) if each else "–" for each in (doubtful, trusted)]
    return _GATE_TEST.format(raised=len(doubtful), final=len(final), doubtful=means[0], trusted=means[1])
