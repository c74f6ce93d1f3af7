"""`softknee.diagnose`: a model is trained for some steps on copies, and its faults and their remedies are reported.

Not here: a training of one's own under watch (watch.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from softknee.language.errors import ArgumentError

from .finding import SEVERITIES, Finding
from .report import Report
from .rules import ordered

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
    """Examine a model at its initial weights and through some steps of training, and try remedies for its faults.

    All is done on copies: the model and the state of the random numbers stay as they are.

    Args:
        model: PyTorch: a module, or a function that makes one and is called once for each seed. JAX: a function
            `model(parameters, inputs)`, jitted or not; without `loss_fn` it is itself the loss,
            `model(parameters, batch)`. Its activations are those of softknee and of jax.nn.
        batch: (inputs, targets), of one sample per row, or an iterable of such, of which 64 are taken.
        loss_fn: A function of outputs and targets that gives one number.
        parameters: JAX only: a pytree of arrays, or a function of a random key that makes one.
        optimizer: PyTorch: a function of parameters that makes an optimiser. JAX: an object with optax's `init` and
            `update`. Adam at a rate of 1e-3 where none is given.
        steps: The count of training steps, at least 1.
        seeds: How often the model is built anew; findings then say on how many seeds they were.
        try_remedies: Train copies with the remedies of each finding, and keep those that help.

    Returns:
        The report: findings with causes, remedies and what came of them, and the evidence.

    Raises:
        ArgumentError: An argument is out of its range, or model, batch and loss do not go together.
        ArgumentTypeError: An argument is of a type that is not accepted.

    PyTorch:

    >>> import torch, softknee
    >>> model = torch.nn.Sequential(torch.nn.Linear(4, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
    >>> with torch.no_grad():
    ...     _ = model[0].bias.fill_(-50)
    >>> x = torch.randn(320, 4)
    >>> report = softknee.diagnose(model, (x, x.sum(1, keepdim=True)), torch.nn.functional.mse_loss)
    >>> report.findings[0].rule, report.findings[0].layer, report.findings[0].cause
    ('dead', '1', 'init')

    JAX:

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
        from .jax.reports import reports as of_function

        found = of_function(model, batch, loss_fn, parameters, optimizer, steps, seeds, try_remedies)
    else:
        from .torch.reports import reports as of_module

        if loss_fn is None:
            raise ArgumentError("diagnose", "loss_fn", None, "must be given for a torch model")
        found = of_module(model, batch, loss_fn, optimizer, steps, seeds, try_remedies)
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
