"""`softknee.diagnose`: a model, a batch and a loss, before the training."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import torch
from torch import Tensor, nn

from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

from .finding import SEVERITIES, Finding, ordered
from .report import Report
from .treatment import Batch
from .trial import Loss, MakeOptimizer, Patient, tried

STEPS = 40
# A large batch is cut into so many, so that units are judged by several; of an iterable so many are taken.
_PARTS, _TAKEN = 8, 64
_LEAST = 32


def diagnose(
    model: nn.Module | Callable[[], nn.Module],
    batch: Any,
    loss_fn: Loss,
    *,
    optimizer: MakeOptimizer | None = None,
    steps: int = STEPS,
    seeds: int = 1,
    try_remedies: bool = True,
) -> Report:
    """Look at a model at its initial weights and through a few steps of training, and try what should mend it.

    `batch` is (inputs, targets), or an iterable of such, of which some are taken; `loss_fn(outputs, targets)` gives a
    number. `optimizer` makes an optimiser of parameters; Adam at 1e-3 where none is given. A function that makes the
    model is built once for each of `seeds`, and the findings tell in how many they were. All is done on copies: the
    model and the state of the random numbers stay as they are.

    >>> import torch, softknee
    >>> model = torch.nn.Sequential(torch.nn.Linear(4, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
    >>> with torch.no_grad():
    ...     _ = model[0].bias.fill_(-50)
    >>> x = torch.randn(320, 4)
    >>> report = softknee.diagnose(model, (x, x.sum(1, keepdim=True)), torch.nn.functional.mse_loss)
    >>> report.findings[0].rule, report.findings[0].layer, report.findings[0].cause
    ('dead', '1', 'init')
    """
    batches = _batches(batch)
    if steps < 1 or seeds < 1:
        name, value = ("steps", steps) if steps < 1 else ("seeds", seeds)
        raise ArgumentError("diagnose", name, value, "must be at least 1")
    make = optimizer or (lambda parameters: torch.optim.Adam(parameters, lr=1e-3))
    reports = []
    for seed in range(seeds):
        patient = Patient(_built(model, seed), batches, loss_fn, make, steps)
        course = patient.course()
        findings = tried(patient, course) if try_remedies else course.report.findings
        reports.append(replace(course.report, findings=findings))
    return reports[0] if seeds == 1 else _together(reports)


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
        found = list(islice(batch, _TAKEN))
        if found and all(isinstance(each, (tuple, list)) and len(each) == 2 for each in found):
            return [(x, y) for x, y in found]
    raise ArgumentTypeError(
        "diagnose", "batch", Shown(type(batch).__name__), "must be (inputs, targets) or several such"
    )


def _parts(x: Any, y: Tensor) -> list[Batch]:
    if not isinstance(x, Tensor) or y.ndim == 0 or len(x) != len(y) or len(y) < 2 * _LEAST:
        return [(x, y)]
    parts = min(_PARTS, len(y) // _LEAST)
    return list(zip(x.tensor_split(parts), y.tensor_split(parts)))


def _together(reports: Sequence[Report]) -> Report:
    """One report of several seeds: each finding at its worst, with the number of seeds that had it."""
    merged: dict[tuple[str, str], list[Finding]] = {}
    for report in reports:
        for finding in report.findings:
            merged.setdefault((finding.rule, finding.layer), []).append(finding)
    worst = [max(each, key=lambda f: SEVERITIES.index(f.severity)) for each in merged.values()]
    findings = [
        replace(finding, message=f"{finding.message} (on {len(each)} of {len(reports)} seeds)")
        for finding, each in zip(worst, merged.values())
    ]
    return replace(reports[0], findings=ordered(findings), seeds=len(reports))
