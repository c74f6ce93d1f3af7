"""`softknee.suggest`: a ranking of activations by the features of a network at its initial weights.

Not here: a comparison by training (softknee.comparison).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import nan
from statistics import fmean, pstdev
from time import perf_counter
from typing import Any

from torch import nn

from softknee.functions.base import Function
from softknee.functions.elementwise import Activation
from softknee.functions.public import get
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

from .batch import batch_of, is_classes, usual_loss
from .domain import Setting, doubts, kind_of_targets
from .features import Look, Loss
from .network import Network, named
from .rule import Rule, rule
from .suggestion import Row, Suggestion


def suggest(
    make_model: nn.Module | Callable[..., nn.Module],
    batch: Any,
    activations: Iterable[str | Function] | None = None,
    *,
    loss_fn: Loss | None = None,
    seeds: int = 2,
) -> Suggestion:
    """Rank activations by the features of a network on one batch at its initial weights, in seconds, without training.

    All is done on copies: the model and the state of the random numbers stay as they are. The result says how well
    such rankings agreed with real training; where this is no such case, `reliable` is False, with reasons in `doubts`.

    Args:
        make_model: A function of an activation, whose layers `activation()` makes; or of nothing, or a model, in which
            the element-wise activation that it has most of is exchanged.
        batch: (inputs, targets), of 16 samples at least; 128 are taken.
        activations: Names or element-wise activations; None for those that the rule was validated with.
        loss_fn: A function of outputs and targets; None for cross-entropy of whole numbers, which are classes, and the
            squared error of others.
        seeds: How often a function is called anew, at least 1; a model has the weights that it has.

    Returns:
        The ranking, the most promising first, with its doubts.

    Raises:
        UnknownActivationError: A name is not in the catalogue.
        ArgumentError: An argument is out of its range, or the network and the batch do not go together.
        ArgumentTypeError: An argument is of a type that is not accepted.

    >>> import torch, softknee
    >>> def make_model(activation):
    ...     hidden = [layer for _ in range(12) for layer in (torch.nn.Linear(32, 32), activation())]
    ...     return torch.nn.Sequential(torch.nn.Linear(10, 32), activation(), *hidden, torch.nn.Linear(32, 3))
    >>> x, y = torch.randn(64, 10), torch.arange(64) % 3
    >>> found = softknee.suggest(make_model, (x, y), ["sigmoid", "leaky_relu"])
    >>> sorted(found.ranking), found.reliable
    (['leaky_relu', 'sigmoid'], False)
    """
    start = perf_counter()
    if isinstance(seeds, bool) or not isinstance(seeds, int) or seeds < 1:
        raise ArgumentError("suggest", "seeds", seeds, "must be a whole number, at least 1")
    asked, known = _functions(activations), rule()
    x, y = batch_of(batch)
    network = Network(make_model)
    look = Look(network, x, y, loss_fn or usual_loss, 1 if network.is_fixed else seeds)
    # Places are those among the activations of the validation, whichever are asked for.
    for function in {**_functions(known.activations), **asked}.values():
        look.at(function)
    if not any(name in look.found for name in asked):
        reason = f"fails with each: {next(iter(look.failed.values()))}"
        raise ArgumentError("suggest", "make_model", Shown(named(make_model)), reason)
    rows = _rows(look, list(asked), known)
    setting = Setting(look.kind, look.depth, "classes" if is_classes(y) else "numbers", kind_of_targets(x, y))
    why = list(doubts(known, setting, {row.activation: row.features for row in rows if not row.reason}))
    return Suggestion(rows, setting, why, dict(known.quality), look.seeds, perf_counter() - start)


def _functions(activations: Iterable[str | Function] | None) -> dict[str, Activation]:
    """The activations asked for by name, each once."""
    asked = rule().activations if activations is None else activations
    if isinstance(asked, (str, Function)):
        asked = [asked]
    if not isinstance(asked, Iterable):
        raise ArgumentTypeError("suggest", "activations", asked, "must be a list of names or activations")
    found: dict[str, Activation] = {}
    for each in asked:
        if not isinstance(each, (str, Function)):
            raise ArgumentTypeError("suggest", "activations", each, "must be a name or an activation")
        function = get(each)
        if not isinstance(function, Activation):
            raise ArgumentError("suggest", "activations", each, "is not element-wise: it changes the network's widths")
        if found.setdefault(function.name, function) is not function:
            raise ArgumentError("suggest", "activations", function.name, "stands for two different functions")
    if not found:
        raise ArgumentError("suggest", "activations", Shown("[]"), "must name at least one")
    return found


def _rows(look: Look, asked: list[str], known: Rule) -> list[Row]:
    """The rows, the best first; activations whose first step was not finite come last."""
    made = []
    for name in (name for name in asked if name in look.found):
        scores = []
        for seed, features in enumerate(look.found[name]):
            others = [look.found[other][seed] for other in known.activations if other in look.found]
            scores.append(known.score(features, others))
        means = {f: fmean(each[f] for each in look.found[name]) for f in known.terms}
        made.append((fmean(scores), pstdev(scores), name, means))
    made.sort(key=lambda row: -row[0])
    rows = [Row(at + 1, name, score, spread, "", means) for at, (score, spread, name, means) in enumerate(made)]
    failed = [(name, look.failed[name]) for name in asked if name in look.failed]
    return rows + [Row(len(rows) + 1, name, nan, nan, reason) for name, reason in failed]
