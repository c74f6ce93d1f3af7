"""Faults of the learning rate and of the inputs' scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from ..setup import Setup
from .fault import Fault, everywhere


def rate_times(factor: float) -> Callable[[Setup], Setup]:
    """A fault that multiplies the learning rate by a factor."""

    def inject(setup: Setup) -> Setup:
        return replace(setup, rate=setup.rate * factor)

    return inject


def mapped(change: Callable[[Tensor, Setup], Tensor]) -> Callable[[Setup], Setup]:
    """A fault that changes the inputs, of training and validation alike."""

    def inject(setup: Setup) -> Setup:
        data = setup.data
        x, x_validation = change(data.x, setup), change(data.x_validation, setup)
        return replace(setup, data=replace(data, x=x, x_validation=x_validation))

    return inject


def _raw(x: Tensor, setup: Setup) -> Tensor:
    data = setup.data
    raw = (x.flatten(1) * data.deviation + data.mean).reshape(x.shape)
    return raw * (255.0 / data.white) if data.is_image else raw


TRAINING = (
    Fault(
        name="high_rate",
        about="a learning rate thirty times too high",
        cause="learning rate",
        rules=("step_size", "dead", "saturated", "exploding", "non_finite"),
        where=everywhere(
            but=(
                "shallow_mlp",
                "circles_mlp",
                "batchnorm_mlp",
                "wide_mlp",
                "moons_mlp",
                "layernorm_mlp",
                "residual_mlp",
                "gated_mlp",
                "batchnorm_convnet",
            )
        ),
        inject=rate_times(30.0),
    ),
    Fault(
        name="very_high_rate",
        about="a learning rate three hundred times too high",
        cause="learning rate",
        rules=("step_size", "dead", "saturated", "exploding", "non_finite"),
        where=everywhere(but=("wide_mlp", "residual_mlp", "gated_mlp")),
        inject=rate_times(300.0),
    ),
    Fault(
        name="low_rate",
        about="a learning rate a thousand times too low",
        cause="learning rate",
        rules=("step_size",),
        where=everywhere(),
        inject=rate_times(1e-3),
    ),
    Fault(
        name="raw_inputs",
        about="inputs as they come: pixels of 0..255, columns in their own units",
        cause="data scale",
        rules=("scale", "mean_shift", "saturated", "dead", "exploding", "non_finite", "collapse"),
        where=(
            "shallow_mlp",
            "deep_mlp",
            "regression_mlp",
            "convnet",
            "wide_mlp",
            "deep_functional_mlp",
            "residual_convnet",
            "transformer",
            "siren",
        ),
        inject=mapped(_raw),
    ),
    Fault(
        name="far_inputs",
        about="inputs of deviation 1000 about a mean of 3000",
        cause="data scale",
        rules=("scale", "mean_shift", "saturated", "dead", "exploding", "non_finite", "collapse"),
        where=everywhere(but=("batchnorm_mlp", "layernorm_mlp", "gated_mlp", "batchnorm_convnet")),
        inject=mapped(lambda x, setup: 1000.0 * x + 3000.0),
    ),
    Fault(
        name="tiny_inputs",
        about="inputs divided by a thousand, as pixels are that were scaled twice",
        cause="data scale",
        rules=("scale", "vanishing", "collapse"),
        where=everywhere(
            but=("batchnorm_mlp", "wide_mlp", "layernorm_mlp", "residual_mlp", "gated_mlp", "batchnorm_convnet")
        ),
        inject=mapped(lambda x, setup: 1e-3 * x),
    ),
)
