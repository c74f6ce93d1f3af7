"""Experiment 8: the growth of signals under activations without a bound."""

from __future__ import annotations

from math import log2

from softknee.comparison.models import Network
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.data import parts
from softknee.lab.claims.effects import effect, line
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup, fit, layers_of, network
from softknee.lab.claims.scale import Scale

_DEPTH = 8
_INITS = ("own", "he", "xavier", "torch")


def sizes(model: Network, seed: int) -> list[float]:
    """The root mean square of each hidden layer's outputs."""
    x = parts("digits", seed).train.x
    return [float(out.square().mean().sqrt()) for _, out in layers_of(model, x)]


def _growth(found: list[float]) -> float:
    return log2(max(found[-1], 1e-30) / max(found[0], 1e-30))


@claim(
    number=8,
    name="magnitude",
    statement=Text(
        "ReLU does not compress, so magnitudes grow with depth.", "ReLU 不压缩数值，因此信号幅度随深度增大。"
    ),
    belief=Text(
        "Sigmoid and tanh squash whatever comes into a fixed range; ReLU passes what is positive as it is.",
        "Sigmoid 和 tanh 把任何输入压到固定范围；ReLU 让正值原样通过。",
    ),
    source="Course notes on activation functions",
    setting=Text(
        "Networks of eight hidden layers of 64 units on digits, before training and after 15 epochs with Adam at "
        "0.001.",
        "手写数字数据，八个隐藏层，每层 64 个单元，训练之前以及用 Adam（学习率 0.001）训练 15 轮之后。",
    ),
    parts=(
        Part(
            "grows",
            Text("With ReLU, magnitudes grow.", "用 ReLU 时，幅度增大。"),
            Text(
                "root mean square of the last hidden layer's outputs, over that of the first",
                "最后一个隐藏层输出的均方根与第一个隐藏层之比",
            ),
            "more",
            1.0,
            "times",
        ),
        Part(
            "tanh",
            Text("They grow more than with tanh.", "增大得比用 tanh 时多。"),
            Text("ReLU's growth over tanh's", "ReLU 的增长倍数与 tanh 之比"),
            "more",
            1.0,
            "times",
        ),
    ),
)
def magnitude(scale: Scale) -> Evidence:
    """Measure the size of outputs, layer by layer."""
    effects, panels = [], []
    layers = [float(at + 1) for at in range(_DEPTH)]
    for state in ("start", "trained"):
        lines = []
        for init in scale.pick(_INITS):
            found: dict[str, list[list[float]]] = {}
            for name in ("relu", "tanh"):
                setup = Setup(name, depth=_DEPTH, init=init, epochs=scale.epochs(15))
                models = [
                    fit(setup, seed).model if state == "trained" else network(setup, seed) for seed in scale.seeds()
                ]
                found[name] = [sizes(model, seed) for seed, model in enumerate(models)]
            condition = {"init": init, "state": state}
            grown = {name: [_growth(row) for row in rows] for name, rows in found.items()}
            effects.append(effect("grows", condition, grown["relu"], "digits"))
            effects.append(effect("tanh", condition, [a - b for a, b in zip(grown["relu"], grown["tanh"])], "digits"))
            lines.append(line(f"relu, {init}", layers, found["relu"]))
            if init == "own":
                lines.append(line("tanh, own", layers, found["tanh"]))
        panels.append(Panel(state, "hidden layer", "root mean square", tuple(lines), log_y=True))
    return Evidence(tuple(effects), tuple(panels))
