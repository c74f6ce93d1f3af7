"""`softknee.diagnose`: a model, a batch and a loss, before the training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from softknee.language.errors import ArgumentError

from .finding import SEVERITIES, Finding, ordered
from .report import Report

if TYPE_CHECKING:
    from torch import nn

STEPS = 40


def diagnose(
    model: nn.Module | Callable[..., Any],
    batch: Any,
    loss_fn: Callable[[Any, Any], Any] | None = None,
    *,
    parameters: Any = None,
    optimizer: Any = None,
    steps: int = STEPS,
    seeds: int = 1,
    try_remedies: bool = True,
) -> Report:
    """Look at a model at its initial weights and through a few steps of training, and try what should mend it.

    `batch` is (inputs, targets), or an iterable of such, of which some are taken; `loss_fn(outputs, targets)` gives a
    number. All is done on copies: the model and the state of the random numbers stay as they are.

    PyTorch: `model` is a module, or a function that makes one and is called once for each of `seeds`; the findings
    then tell in how many they were. `optimizer` makes an optimiser of parameters; Adam at 1e-3 where none is given.

    >>> import torch, softknee
    >>> model = torch.nn.Sequential(torch.nn.Linear(4, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
    >>> with torch.no_grad():
    ...     _ = model[0].bias.fill_(-50)
    >>> x = torch.randn(320, 4)
    >>> report = softknee.diagnose(model, (x, x.sum(1, keepdim=True)), torch.nn.functional.mse_loss)
    >>> report.findings[0].rule, report.findings[0].layer, report.findings[0].cause
    ('dead', '1', 'init')

    JAX: `parameters` is a pytree of arrays, or a function of a random key that makes one, and `model` a function
    `model(parameters, inputs)`, jitted or not. Without `loss_fn` it is itself the loss, `model(parameters, batch)`.
    `optimizer` has optax's `init` and `update`. Activations are those of softknee and of jax.nn.

    >>> import jax, jax.numpy as jnp
    >>> def apply(p, x):
    ...     return softknee.relu(x @ p["w"] + p["b"]) @ p["v"]
    >>> x, w, v = (jax.random.normal(jax.random.key(k), shape) for k, shape in enumerate([(320, 4), (4, 64), (64, 1)]))
    >>> report = softknee.diagnose(
    ...     apply, (x, x.sum(1, keepdims=True)), lambda out, y: jnp.mean((out - y) ** 2),
    ...     parameters={"w": w / 2, "b": jnp.full(64, -50.0), "v": v / 8},
    ... )
    >>> report.findings[0].rule, report.findings[0].activation, report.findings[0].cause
    ('dead', 'relu', 'init')
    """
    if steps < 1 or seeds < 1:
        name, value = ("steps", steps) if steps < 1 else ("seeds", seeds)
        raise ArgumentError("diagnose", name, value, "must be at least 1")
    found: Iterator[Report]
    if parameters is not None:
        from . import jax

        found = jax.reports(model, batch, loss_fn, parameters, optimizer, steps, seeds, try_remedies)
    else:
        from . import torch_reports

        if loss_fn is None:
            raise ArgumentError("diagnose", "loss_fn", None, "must be given for a torch model")
        found = torch_reports.reports(model, batch, loss_fn, optimizer, steps, seeds, try_remedies)
    reports = list(found)
    return reports[0] if seeds == 1 else _together(reports)


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
