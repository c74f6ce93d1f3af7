"""Experiment 19: the share of zeros among ReLU's outputs."""

from __future__ import annotations

from softknee.comparison.models import Network
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.data import parts
from softknee.lab.claims.effects import effect, line
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup, fit, layers_of, network
from softknee.lab.claims.scale import Scale

_DATA = ("digits", "breast cancer", "wine", "checkerboard")


def zeros(model: Network, data: str, seed: int) -> list[float]:
    """The share of each hidden layer's outputs that are exactly 0, dead units included."""
    x = parts(data, seed).train.x
    return [float((out == 0).double().mean()) for _, out in layers_of(model, x)]


@claim(
    number=19,
    name="sparse",
    statement=Text("ReLU yields sparse activity.", "ReLU 带来稀疏的激活。"),
    belief=Text(
        "About half of all units are silent at the start; the paper found 83 % of zeros in trained networks.",
        "开始时约一半单元不激活；论文在训练后的网络中发现 83% 的零。",
    ),
    source="Glorot, Bordes & Bengio 2011",
    setting=Text(
        "Networks of 64 units per layer with the forward gain, before training and after 30 epochs with Adam at 0.003.",
        "每层 64 个单元，按前向增益初始化，训练之前以及用 Adam（学习率 0.003）训练 30 轮之后。",
    ),
    parts=(
        Part(
            "sparse",
            Text("At least 40 % of outputs are exactly 0.", "至少 40% 的输出恰好为 0。"),
            Text("share of hidden outputs that are exactly 0", "恰好为 0 的隐藏输出所占比例"),
            "more",
            0.4,
            "share",
        ),
        Part(
            "grows",
            Text("Training makes it sparser.", "训练使其更稀疏。"),
            Text("share of zeros after training minus that at the start", "训练后零的比例减去开始时的"),
            "more",
            0.05,
            "share",
        ),
    ),
)
def sparse(scale: Scale) -> Evidence:
    """Measure the share of zeros at the start and after training."""
    effects, panels = [], []
    for data in scale.pick(_DATA):
        for depth in scale.pick((2, 5)):
            setup = Setup("relu", data, depth, rate=3e-3, epochs=scale.epochs(30))
            found = {
                "start": [zeros(network(setup, seed), data, seed) for seed in scale.seeds()],
                "trained": [zeros(fit(setup, seed).model, data, seed) for seed in scale.seeds()],
            }
            condition = {"data": data, "hidden layers": depth}
            shares = {state: [sum(row) / depth for row in rows] for state, rows in found.items()}
            for state, each in shares.items():
                effects.append(effect("sparse", {**condition, "state": state}, each, data))
            more = [b - a for a, b in zip(shares["start"], shares["trained"])]
            effects.append(effect("grows", condition, more, data))
            if depth == 5:
                lines = [line(state, [float(at + 1) for at in range(depth)], rows) for state, rows in found.items()]
                panels.append(Panel(f"{data}, 5 layers", "hidden layer", "zeros", tuple(lines), percent=True))
    return Evidence(tuple(effects), tuple(panels))
