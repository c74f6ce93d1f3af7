"""Experiment 20: SELU's fixed point of mean 0 and variance 1."""

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

_DEPTHS = (4, 8, 32)
_OTHERS = ("xavier", "torch", "he")
_LEAST = 0.5


def moments(model: Network, seed: int) -> list[tuple[float, float]]:
    """The mean and variance of each hidden layer's outputs over units and samples."""
    x = parts("digits", seed).train.x
    return [(float(out.mean()), float(out.var())) for _, out in layers_of(model, x)]


def off(model: Network, seed: int) -> float:
    """The distance of the last layer from mean 0 and variance 1: the larger of |mean| and |log2 variance|."""
    mean, variance = moments(model, seed)[-1]
    return max(abs(mean), abs(log2(max(variance, 1e-30))))


_OFF = Text(
    "the larger of |mean| and |log₂ variance| of the last hidden layer's outputs",
    "最后一个隐藏层输出的 |均值| 与 |log₂ 方差| 中较大者",
)


@claim(
    number=20,
    name="selu",
    statement=Text(
        "SELU keeps mean and variance without normalisation, with its own initialisation only.",
        "SELU 无需归一化即可保持均值与方差，但只有用它自己的初始化才行。",
    ),
    belief=Text(
        "Mean 0 and variance 1 are a fixed point of its moments where weights have variance 1 / fan-in, and attract.",
        "权重方差为 1/扇入时，均值 0、方差 1 是其矩映射的吸引不动点。",
    ),
    source="Klambauer, Unterthiner, Mayr & Hochreiter 2017, arXiv:1706.02515",
    setting=Text(
        "Networks on digits of 64 or 256 units per layer, before training, and those of 64 after 15 epochs with Adam "
        "at 0.001. Its own initialisation is LeCun's.",
        "手写数字数据，每层 64 或 256 个单元，训练之前；64 个单元的还有用 Adam（学习率 0.001）训练 15 轮之后。"
        "它自己的初始化即 LeCun 初始化。",
    ),
    parts=(
        Part(
            "keeps",
            Text("With LeCun's initialisation they are kept at the start.", "用 LeCun 初始化时，训练开始时得以保持。"),
            _OFF,
            "no more",
            _LEAST,
            "number",
        ),
        Part(
            "trained",
            Text("They are kept in training.", "训练中也得以保持。"),
            _OFF,
            "no more",
            _LEAST,
            "number",
        ),
        Part(
            "only",
            Text("With another initialisation they are not kept.", "用其他初始化则不能保持。"),
            _OFF,
            "more",
            _LEAST,
            "number",
        ),
    ),
)
def selu(scale: Scale) -> Evidence:
    """Measure the moments of the last layer by depth and initialisation."""
    effects, panels = [], []
    for width in scale.pick((64, 256)):
        for depth in scale.pick(_DEPTHS):
            for init in ("lecun", *scale.pick(_OTHERS)):
                setup = Setup("selu", depth=depth, width=width, init=init)
                distances = [off(network(setup, seed), seed) for seed in scale.seeds(10)]
                condition = {"hidden layers": depth, "width": width}
                if init == "lecun":
                    effects.append(effect("keeps", condition, distances))
                else:
                    effects.append(effect("only", {"init": init, **condition}, distances))
    for depth in scale.pick(_DEPTHS):
        setup = Setup("selu", depth=depth, init="lecun", epochs=scale.epochs(15))
        effects.append(
            effect("trained", {"hidden layers": depth}, [off(fit(setup, s).model, s) for s in scale.seeds(5)], "digits")
        )
    layers = [float(at + 1) for at in range(16)]
    for at, title in enumerate(("mean", "variance")):
        lines = []
        for name, init in (("selu", "lecun"), ("selu", "torch"), ("selu", "he"), ("relu", "he")):
            setup = Setup(name, depth=16, init=init)
            rows = [[row[at] for row in moments(network(setup, seed), seed)] for seed in scale.seeds(10)]
            lines.append(line(f"{name}, {init}", layers, rows))
        panels.append(Panel(f"{title}, at the start", "hidden layer", title, tuple(lines), log_y=at == 1))
    return Evidence(tuple(effects), tuple(panels))
