"""Where the rule was tried, and so where it may be relied on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torch import nn

from .rule import TARGET, Quality, Rule

_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_RECURRENT = (nn.RNNBase, nn.RNNCellBase)


@dataclass(frozen=True)
class Setting:
    """The kind of a network, its activations in a row, whether it predicts classes or numbers, and `targets`.

    These are "non-linear" where a linear model explains them much worse than a non-linear one, else "linear enough".
    """

    kind: str
    depth: int
    outputs: str
    targets: str


def kind_of(model: nn.Module) -> str:
    """What the network is mostly made of: attention, recurrent, convolutional, or dense, perhaps with normalisation."""
    modules = list(model.modules())
    names = [type(module).__name__ for module in modules]
    if any(isinstance(module, _RECURRENT) for module in modules):
        return "recurrent"
    if any("Attention" in name for name in names):
        return "attention"
    convolutions = sum(isinstance(module, _CONVOLUTIONS) for module in modules)
    if convolutions > sum(isinstance(module, nn.Linear) for module in modules):
        return "convolutional"
    return "dense, normalised" if any("Norm" in name for name in names) else "dense"


def doubts(rule: Rule, setting: Setting, features: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Why the ranking is not to be relied on, a sentence each; none where it held in the validation."""
    yield from _of_group("networks", setting.kind, rule.kinds)
    yield from _of_group("outputs", setting.outputs, rule.outputs)
    yield from _of_group("targets", setting.targets, rule.targets)
    low, high = rule.depth
    if not low <= setting.depth <= high:
        yield f"{setting.depth} activations in a row: it was tried with {low} to {high}."
    new = [name for name in features if name not in rule.activations]
    if new:
        yield f"It was never tried with {', '.join(new)}."
    for name, each in features.items():
        beyond = [f"{f} {each[f]:.2f}" for f, term in rule.terms.items() if not term.low <= each[f] <= term.high]
        if beyond:
            yield f"{name} is beyond all that it was tried on: {', '.join(beyond)}.".replace("-", "−")


def _of_group(what: str, is_: str, known: Mapping[str, Quality]) -> Iterator[str]:
    if is_ not in known:
        yield f"It was never tried on {what} of this kind: {is_}."
    elif not known[is_].is_enough:
        less = f"less than {TARGET}" if known[is_].spearman < TARGET else "too few to tell"
        yield f"On {what} of this kind ({is_}) it correlated {known[is_]} with training: {less}."
