"""Experiment 2: gradients that vanish on their way through saturating layers."""

from __future__ import annotations

from math import log10

from torch import nn

from softknee.comparison.health import look
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.data import parts
from softknee.lab.claims.effects import effect, line
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup, network
from softknee.lab.claims.scale import Scale

_DEPTHS = (4, 8, 16, 32)
_INITS = ("own", "xavier", "torch")
_LEAST = 1e-40  # stands for gradients too small for float32


def decades(name: str, init: str, depth: int, seed: int) -> float:
    """The base-10 logarithm of a sample's gradient at the last hidden activation over that at the first, before
    training.
    """
    model = network(Setup(name, "digits", depth=depth, init=init), seed)
    training = parts("digits", seed).train
    ratio = look(model, nn.functional.cross_entropy, (training.x[:256], training.y[:256])).gradient_ratio
    return -log10(max(ratio, _LEAST))


def _vanishes(name: str, statement: Text) -> Part:
    return Part(
        name,
        statement,
        Text(
            "decades by which a sample's gradient shrinks from the last to the first hidden activation, at the start",
            "训练开始时，单个样本的梯度从最后一个隐藏层到第一个隐藏层缩小了几个数量级",
        ),
        "more",
        3.0,
        "decades",
    )


@claim(
    number=2,
    name="vanishing",
    statement=Text(
        "Sigmoid's gradient vanishes with depth; tanh's too, later.",
        "Sigmoid 的梯度随深度消失；tanh 的也会，只是来得晚些。",
    ),
    belief=Text(
        "Sigmoid's slope is at most 1/4 and tanh's at most 1, and backpropagation multiplies one slope per layer.",
        "Sigmoid 的斜率至多 1/4，tanh 的至多 1，而反向传播每层都要乘上一个斜率。",
    ),
    source="Bengio, Simard & Frasconi 1994; Glorot & Bengio 2010",
    setting=Text(
        "Networks of 64 units per layer on digits, before training. A gradient has vanished where less than a "
        "thousandth is left, the doctor's mark.",
        "手写数字数据，每层 64 个单元，训练之前。梯度只剩不到千分之一即算消失，与诊断工具的标准相同。",
    ),
    parts=(
        _vanishes("sigmoid", Text("Sigmoid's gradient vanishes.", "Sigmoid 的梯度消失。")),
        _vanishes("tanh", Text("Tanh's gradient vanishes.", "Tanh 的梯度消失。")),
        Part(
            "later",
            Text("Tanh's vanishes later than sigmoid's.", "Tanh 的梯度比 sigmoid 的消失得晚。"),
            Text(
                "decades lost per layer by sigmoid minus those by tanh", "sigmoid 每层损失的数量级减去 tanh 每层损失的"
            ),
            "more",
            0.1,
            "decades",
        ),
    ),
)
def vanishing(scale: Scale) -> Evidence:
    """Measure the gradient's fall from last to first layer, by depth and initialisation."""
    effects, panels = [], []
    depths = scale.pick(_DEPTHS)
    for init in scale.pick(_INITS):
        found = {
            name: [[decades(name, init, depth, seed) for depth in depths] for seed in scale.seeds(5)]
            for name in ("sigmoid", "tanh", "relu")
        }
        for at, depth in enumerate(depths):
            condition = {"init": init, "hidden layers": depth}
            lost = {name: [row[at] for row in rows] for name, rows in found.items()}
            effects += [effect(name, condition, lost[name]) for name in ("sigmoid", "tanh")]
            slower = [(a - b) / (depth - 1) for a, b in zip(lost["sigmoid"], lost["tanh"])]
            effects.append(effect("later", condition, slower))
        lines = [line(name, depths, [[10**-v for v in row] for row in rows]) for name, rows in found.items()]
        panels.append(
            Panel(f"init: {init}", "hidden layers", "gradient, first over last", tuple(lines), log_x=True, log_y=True)
        )
    return Evidence(tuple(effects), tuple(panels))
