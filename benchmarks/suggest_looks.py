"""The features that `softknee.suggest` sees of the problems of `suggest_problems.py`; kept in reports/suggest."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import partial

import torch
from suggest_problems import ACTIVATIONS, Case, parts
from suggest_truth import FOLDER
from torch import nn

import softknee
from softknee.comparison.activation_argument import ActivationArgument
from softknee.comparison.choice import choice_of
from softknee.comparison.data_split import first_batch
from softknee.comparison.models import gain_of
from softknee.suggestion.batch import MOST, is_classes
from softknee.suggestion.domain import kind_of_targets
from softknee.suggestion.features import Look, by_unit
from softknee.suggestion.measures import effective_rank
from softknee.suggestion.network import Network, seeded
from softknee.suggestion.sites import Sites

SEEDS = 3
# The seed of the split that is looked at, which is none of those that networks are trained on.
SPLIT = 100


@dataclass(frozen=True)
class Seen:
    """A problem as `suggest` sees it: features by activation and seed, NEAR's score by activation, and its kind."""

    features: dict[str, list[dict[str, float]]]
    near: dict[str, float]
    kind: str
    depth: int
    outputs: str
    targets: str


def seen(case: Case) -> Seen:
    """The features of a problem, computed now or read from an earlier run."""
    file = FOLDER / f"{case.name.replace('/', '-')}.look.json"
    if not file.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(_look(case))), encoding="utf-8")
    return Seen(**json.loads(file.read_text(encoding="utf-8")))


def _look(case: Case) -> Seen:
    x, y = first_batch(parts(case.data, SPLIT).train, MOST)
    network = Network(partial(_made, case))
    look = Look(network, x, y, case.problem().loss, SEEDS)
    for name in ACTIVATIONS:
        look.at(softknee.get(name))
    near = {name: sum(_near(network, name, seed, x) for seed in range(SEEDS)) / SEEDS for name in ACTIVATIONS}
    outputs = "classes" if is_classes(y) else "numbers"
    return Seen(look.found, near, look.kind, look.depth, outputs, kind_of_targets(x, y))


def _made(case: Case, activation: ActivationArgument) -> nn.Module:
    return case.make(activation, gain_of(choice_of(activation.name)))


def _near(network: Network, name: str, seed: int, x: torch.Tensor) -> float:
    """The score of NEAR: the sum of the effective ranks before and after each activation.

    Source: arXiv:2408.08776.
    """
    sites = Sites(softknee.get(name))
    model = network.build(sites, seed)
    with torch.no_grad(), seeded(seed), sites:
        model(x)
    return sum(
        effective_rank(by_unit(part)[:: max(1, len(by_unit(part)) // 256)]) for s in sites.seen for part in (s.x, s.y)
    )
