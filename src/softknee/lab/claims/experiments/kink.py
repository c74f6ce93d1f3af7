"""Experiment 18: whether the slope chosen for ReLU at 0 matters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from softknee.comparison.models import Network
from softknee.functions.public import get
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.effects import effect, epochs, line
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup, fit, layers_of, network
from softknee.lab.claims.scale import Scale
from softknee.lab.claims.scores import POINT, minus

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
_RATES = (0.03, 0.1)


class Kinked(torch.autograd.Function):
    """The function ReLU whose slope at 0 is that from the left (0) or from the right (1)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, side: str) -> Tensor:
        """The value, which does not depend on the side."""
        ctx.save_for_backward(get("relu").derivative(x, at_kink=side))
        return x.relu()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        """The gradient, with the slope of the chosen side where x is exactly 0."""
        (slope,) = ctx.saved_tensors
        return gradients[0] * slope, None


class KinkedReLU(nn.Module):
    """A ReLU module with a chosen slope at 0."""

    def __init__(self, side: str) -> None:
        super().__init__()
        self.side = side

    def forward(self, x: Tensor) -> Tensor:
        """The positive part of x."""
        return Kinked.apply(x, self.side)  # type: ignore[no-any-return, no-untyped-call]


def kinked(side: str, dtype: torch.dtype, setup: Setup, seed: int) -> Network:
    """The setting's network with such ReLUs, in a dtype but for its outputs."""
    model = network(setup, seed)
    model.hidden = nn.Sequential(*(each if isinstance(each, nn.Linear) else KinkedReLU(side) for each in model.hidden))
    model = model.to(dtype)
    model.register_forward_pre_hook(lambda _, inputs: (inputs[0].to(dtype),))
    model.register_forward_hook(lambda _, inputs, out: out.float())
    return model


@dataclass(frozen=True)
class Sided:
    """The test accuracy with a slope at 0, the share of pre-activations that are exactly 0, and the training losses."""

    score: float
    zeros: float
    losses: tuple[float, ...]


def sided(side: str, dtype: torch.dtype, setup: Setup, seed: int) -> Sided:
    """Train with the slope of one side at 0."""
    fitted = fit(setup, seed, partial(kinked, side, dtype))
    before = torch.cat([z.flatten() for z, _ in layers_of(fitted.model, fitted.x.to(dtype))])
    return Sided(fitted.result.score, float((before == 0).double().mean()), tuple(fitted.train_loss))


@claim(
    number=18,
    name="kink",
    statement=Text("The choice of ReLU's slope at 0 does not matter.", "ReLU 在 0 处取什么斜率无关紧要。"),
    belief=Text(
        "A sum of products is hardly ever exactly 0. Bertoin 2021 found that in float32 and less it is, and matters.",
        "乘积之和几乎从不恰好为 0。Bertoin 2021 则发现在 float32 及更低精度下会为 0，并且有影响。",
    ),
    source="Goodfellow, Bengio & Courville 2016, section 6.3; Bertoin et al. 2021, arXiv:2106.12915",
    setting=Text(
        "Networks of 64 units per layer on digits, SGD with momentum, 20 epochs; in float32 and in bfloat16, at a "
        "usual rate (0.03) and a high one (0.1). Ten seeds.",
        "手写数字数据，每层 64 个单元，带动量的 SGD，20 轮；"
        "float32 与 bfloat16，通常的学习率（0.03）与较高的学习率（0.1）。十个随机种子。",
    ),
    parts=(
        Part(
            "accuracy",
            Text("Slope 1 at 0 is as accurate as slope 0.", "0 处斜率取 1 与取 0 同样准确。"),
            Text("test accuracy with slope 1 at 0 minus that with slope 0", "0 处斜率取 1 的测试准确率减去取 0 的"),
            "same",
            POINT,
            "points",
        ),
        Part(
            "rare",
            Text("Pre-activations are hardly ever exactly 0.", "激活前值几乎从不恰好为 0。"),
            Text("share of pre-activations that are exactly 0 after training", "训练后恰好为 0 的激活前值所占比例"),
            "no more",
            1e-4,
            "share",
        ),
    ),
)
def kink(scale: Scale) -> Evidence:
    """Measure slope 0 against slope 1 at 0."""
    effects, panels = [], []
    for name, dtype in _DTYPES.items():
        for rate in scale.pick(_RATES):
            for depth in scale.pick((2, 5)):
                setup = Setup(depth=depth, optimiser="momentum", rate=rate, epochs=scale.epochs(20))
                left, right = ([sided(side, dtype, setup, s) for s in scale.seeds(10)] for side in ("left", "right"))
                condition = {"dtype": name, "rate": rate, "hidden layers": depth}
                better = minus([each.score for each in right], [each.score for each in left])
                effects.append(effect("accuracy", condition, better, "digits"))
                effects.append(effect("rare", condition, [each.zeros for each in left], "digits"))
                if rate == _RATES[-1] and depth == 5:
                    lines = [
                        line(label, epochs(each[0].losses), [one.losses for one in each])
                        for label, each in (("slope 0", left), ("slope 1", right))
                    ]
                    title = f"{name}, 5 layers, rate {rate:g}"
                    panels.append(Panel(title, "epoch", "training loss", tuple(lines), log_y=True))
    return Evidence(tuple(effects), tuple(panels))
