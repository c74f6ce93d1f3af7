"""The reports of a torch model, one for each seed, and the reading of the arguments of `softknee.diagnose`."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import torch
from torch import Tensor, nn

from softknee.doctor.report import Report
from softknee.doctor.trial import TAKEN, parts_of, report_of
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

from .start import Batch
from .subject import Loss, MakeOptimizer, TorchSubject


def reports(
    model: Any, batch: Any, loss_fn: Loss, optimizer: MakeOptimizer | None, steps: int, seeds: int, try_remedies: bool
) -> Iterator[Report]:
    """The reports, in the order of the seeds; the arguments are those of `softknee.diagnose`."""
    batches = _batches(batch)
    make = optimizer or (lambda parameters: torch.optim.Adam(parameters, lr=1e-3))
    for seed in range(seeds):
        yield report_of(TorchSubject(_built(model, seed), batches, loss_fn, make, steps), try_remedies=try_remedies)


def _built(model: Any, seed: int) -> nn.Module:
    if isinstance(model, nn.Module):
        try:
            copy.deepcopy(model)
        except Exception as error:
            raise ArgumentError(
                "diagnose", "model", Shown(type(model).__name__), f"cannot be copied: {error}"
            ) from error
        return model
    if not callable(model):
        raise ArgumentTypeError(
            "diagnose", "model", Shown(type(model).__name__), "must be a torch.nn.Module or make one"
        )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        made = model()
    if not isinstance(made, nn.Module):
        raise ArgumentTypeError("diagnose", "model", Shown(type(made).__name__), "is what it made, no torch.nn.Module")
    return made


def _batches(batch: Any) -> list[Batch]:
    if isinstance(batch, (tuple, list)) and len(batch) == 2 and isinstance(batch[1], Tensor):
        return _parts(batch[0], batch[1])
    if isinstance(batch, Iterable) and not isinstance(batch, (Tensor, str, dict)):
        found = list(islice(batch, TAKEN))
        if found and all(isinstance(each, (tuple, list)) and len(each) == 2 for each in found):
            return [(x, y) for x, y in found]
    raise ArgumentTypeError(
        "diagnose", "batch", Shown(type(batch).__name__), "must be (inputs, targets) or several such"
    )


def _parts(x: Any, y: Tensor) -> list[Batch]:
    if not isinstance(x, Tensor) or y.ndim == 0 or len(x) != len(y) or parts_of(len(y)) == 1:
        return [(x, y)]
    parts = parts_of(len(y))
    return list(zip(x.tensor_split(parts), y.tensor_split(parts)))
