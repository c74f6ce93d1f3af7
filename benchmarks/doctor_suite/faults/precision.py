"""Faults of the number format: slopes that round to zero, and units that saturate for good."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from ..setup import Setup
from .fault import Fault
from .init import biased

_SMALL = 1e-6


def _in(dtype: torch.dtype, setup: Setup) -> Setup:
    data = setup.data

    def cast(values: Tensor) -> Tensor:
        return values.to(dtype) if values.is_floating_point() else values

    x, y = cast(data.x), cast(data.y)
    x_validation, y_validation = cast(data.x_validation), cast(data.y_validation)
    data = replace(data, x=x, y=y, x_validation=x_validation, y_validation=y_validation)
    return replace(setup, model=setup.model.to(dtype), data=data)


def _small_loss(setup: Setup) -> Setup:
    """A small loss, and a rate as many times higher: for SGD, in exact numbers, the same training."""
    loss = setup.loss_fn

    def small(out: Tensor, y: Tensor) -> Tensor:
        return _SMALL * loss(out, y)

    return replace(_in(torch.float16, setup), loss_fn=small, rate=setup.rate / _SMALL)


PRECISION = (
    Fault(
        name="float16_small_loss",
        about="the whole model in float16, the loss divided by 1e6: slopes below the smallest number",
        cause="precision",
        rules=("underflow", "vanishing"),
        where=("deep_mlp", "convnet", "batchnorm_mlp", "deep_functional_mlp"),
        inject=_small_loss,
    ),
    Fault(
        name="float16_adam",
        about="the whole model in float16 with Adam, whose squared slopes and epsilon round to zero",
        cause="precision",
        rules=("underflow", "non_finite"),
        where=("circles_mlp", "autoencoder", "wide_mlp", "moons_mlp", "residual_mlp", "siren", "layernorm_mlp"),
        inject=lambda setup: _in(torch.float16, setup),
    ),
    Fault(
        name="bfloat16_tanhs",
        about="tanhs in bfloat16 that start at 0.9999, rounded to 1: no slope is left where float32 still learns",
        cause="precision",
        rules=("underflow", "saturated"),
        where=("circles_mlp", "lstm", "moons_mlp"),
        inject=lambda setup: _in(torch.bfloat16, biased(5.0)(setup)),
        instead="tanh",
    ),
    Fault(
        name="bfloat16_sigmoids",
        about="sigmoids in bfloat16 that start at 0.9997, rounded to 1: no slope is left where float32 still learns",
        cause="precision",
        rules=("underflow", "saturated"),
        where=("lstm",),
        inject=lambda setup: _in(torch.bfloat16, biased(8.0)(setup)),
        instead="sigmoid",
    ),
)
