"""Experiment 16: sigmoid against other outputs for a yes-or-no question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn

from softknee.comparison.models import Network
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.effects import effect
from softknee.lab.claims.evidence import Evidence, Line, Panel
from softknee.lab.claims.lab import Setup, fit, network
from softknee.lab.claims.scale import Scale
from softknee.lab.claims.scores import POINT, dots, minus

_DATA = ("breast cancer", "moons", "circles")
_RATE = 3e-3


@dataclass(frozen=True)
class Output:
    """A last layer: its loss on one output z and a label y of 0 or 1, and the probability of 1 that it predicts."""

    loss: Callable[[Tensor, Tensor], Tensor]
    says: Callable[[Tensor], Tensor]


OUTPUTS = {
    "sigmoid": Output(lambda z, y: nn.functional.binary_cross_entropy_with_logits(z, y), torch.sigmoid),
    "linear": Output(lambda z, y: (z - y).square().mean(), lambda z: z.clamp(0, 1)),
    "relu": Output(lambda z, y: (z.relu() - y).square().mean(), lambda z: z.clamp(0, 1)),
    "tanh": Output(lambda z, y: (z.tanh() - (2 * y - 1)).square().mean(), lambda z: (z.tanh() + 1) / 2),
}


def one_output(setup: Setup, seed: int) -> Network:
    """The setting's network with the first of its two outputs only."""
    model = network(setup, seed)
    head = nn.Linear(model.head.in_features, 1)
    with torch.no_grad():
        head.weight.copy_(model.head.weight[:1])
        head.bias.zero_()
    model.head = head
    return model


@cache
def answers(kind: str, setup: Setup, seed: int) -> tuple[float, float, tuple[float, ...]]:
    """The test accuracy, the Brier score (the mean square of probability minus truth), and the validation losses."""
    if kind == "softmax":
        fitted = fit(setup, seed)
    else:
        output = OUTPUTS[kind]
        fitted = fit(setup, seed, one_output, loss=lambda out, y: output.loss(out[:, 0], y.to(out.dtype)))
    test = fitted.split.test
    with torch.no_grad():
        out = fitted.model(test.x)
        said = out.softmax(1)[:, 1] if kind == "softmax" else OUTPUTS[kind].says(out[:, 0])
    truth = test.y.double()
    accuracy = float(((said > 0.5) == (truth > 0.5)).double().mean())
    return accuracy, float((said.double() - truth).square().mean()), tuple(fitted.validation_loss)


@claim(
    number=16,
    name="binary-output",
    statement=Text("Sigmoid belongs at a binary output.", "二分类的输出层应当用 sigmoid。"),
    belief=Text(
        "With cross-entropy it gives a probability, and its slope cancels against that of the logarithm.",
        "配合交叉熵，它给出概率，而且它的斜率与对数的斜率相消。",
    ),
    source="Goodfellow, Bengio & Courville 2016, section 6.2.2.2",
    setting=Text(
        "Two hidden layers of 64 ReLUs with one output, Adam at 0.003, 30 epochs, the weights of the best validation "
        "loss. Sigmoid is trained by cross-entropy, the others by squared error; tanh's targets are ±1. Ten seeds.",
        "两个隐藏层，每层 64 个 ReLU，一个输出，Adam（学习率 0.003），30 轮，取验证损失最低时的权重。"
        "Sigmoid 用交叉熵训练，其余用平方误差；tanh 的目标为 −1 和 1。十个随机种子。",
    ),
    parts=(
        Part(
            "accuracy",
            Text("It is more accurate than a linear, ReLU or tanh output.", "比线性、ReLU 或 tanh 输出更准确。"),
            Text(
                "test accuracy with sigmoid minus that with the other output", "用 sigmoid 的测试准确率减去用其他输出的"
            ),
            "more",
            POINT,
            "points",
        ),
        Part(
            "probability",
            Text("Its probabilities are better.", "它给出的概率更好。"),
            Text(
                "Brier score (mean square of probability minus truth) of the other output minus sigmoid's",
                "其他输出的 Brier 分数（概率与真值之差的均方）减去 sigmoid 的",
            ),
            "more",
            0.005,
            "number",
        ),
        Part(
            "softmax",
            Text("A softmax over two outputs does the same.", "两个输出的 softmax 效果相同。"),
            Text("test accuracy with sigmoid minus that with softmax", "用 sigmoid 的测试准确率减去用 softmax 的"),
            "same",
            POINT,
            "points",
        ),
    ),
)
def binary_output(scale: Scale) -> Evidence:
    """Measure sigmoid against other outputs."""
    effects = []
    data_sets = scale.pick(_DATA)
    kinds = (*OUTPUTS, "softmax")
    briers: dict[str, list[list[float]]] = {kind: [] for kind in kinds}
    correct: dict[str, list[list[float]]] = {kind: [] for kind in kinds}
    for data in data_sets:
        setup = Setup("relu", data, rate=_RATE, epochs=scale.epochs(30), best=True)
        found = {kind: [answers(kind, setup, seed) for seed in scale.seeds(10)] for kind in kinds}
        for kind, rows in found.items():
            correct[kind].append([row[0] for row in rows])
            briers[kind].append([row[1] for row in rows])
        for kind in kinds[1:]:
            better = minus(correct["sigmoid"][-1], correct[kind][-1])
            if kind == "softmax":
                effects.append(effect("softmax", {"data": data}, better, data))
                continue
            condition = {"data": data, "output": kind}
            effects.append(effect("accuracy", condition, better, data))
            effects.append(effect("probability", condition, minus(briers[kind][-1], briers["sigmoid"][-1]), data))
    panels = (
        Panel("accuracy", "data", "test accuracy", _dots(correct), percent=True, dots=True, ticks=tuple(data_sets)),
        Panel("Brier score, lower is better", "data", "Brier score", _dots(briers), dots=True, ticks=tuple(data_sets)),
    )
    return Evidence(tuple(effects), panels)


def _dots(groups: dict[str, list[list[float]]]) -> tuple[Line, ...]:
    return tuple(dots(kind, each) for kind, each in groups.items())
