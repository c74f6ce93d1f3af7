"""Experiment 14: ELU's robustness to noise on the inputs."""

from __future__ import annotations

from functools import cache

import torch

from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.effects import effect, line
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup, fit, tuned
from softknee.lab.claims.scale import Scale
from softknee.lab.claims.scores import POINT, RATES, TUNED, minus

_NOISE = (0.25, 0.5, 1.0)
_FUNCTIONS = ("elu", "relu", "leaky_relu:negative_slope=0.25")


@cache
def drops(setup: Setup, seed: int) -> tuple[float, ...]:
    """The test accuracy lost under noise of each size, drawn five times."""
    fitted = fit(setup, seed)
    test = fitted.split.test
    random = torch.Generator().manual_seed(seed)
    found = []
    for size in _NOISE:
        right = 0.0
        for _ in range(5):
            x = test.x + size * torch.randn(test.x.shape, generator=random)
            with torch.no_grad():
                right += float((fitted.model(x).argmax(1) == test.y).double().mean()) / 5
        found.append(fitted.result.score - right)
    return tuple(found)


def _part(name: str, statement: Text, other: str) -> Part:
    return Part(
        name,
        statement,
        Text(
            f"test accuracy that {other} loses under noise, minus what ELU loses",
            f"噪声下 {other} 损失的测试准确率减去 ELU 损失的",
        ),
        "more",
        POINT,
        "points",
    )


@claim(
    number=14,
    name="elu-noise",
    statement=Text("ELU is robust to noise through its soft saturation.", "ELU 因其软饱和而对噪声稳健。"),
    belief=Text(
        "Far below zero ELU's slope vanishes, so that what varies there is not passed on, while leaky ReLU passes it.",
        "在远离零的负侧，ELU 的斜率趋于零，那里的变动不会向后传递，而 leaky ReLU 会传递。",
    ),
    source="Clevert, Unterthiner & Hochreiter 2016, section 3",
    setting=Text(
        TUNED.en + " Noise is normal, in standard deviations of the data, on the test inputs only.",
        TUNED.zh + "噪声服从正态分布，以数据的标准差为单位，只加在测试输入上。",
    ),
    parts=(
        _part("relu", Text("ELU loses less than ReLU.", "ELU 的损失比 ReLU 小。"), "ReLU"),
        _part(
            "leaky",
            Text("ELU loses less than leaky ReLU, which does not saturate.", "ELU 的损失比不饱和的 leaky ReLU 小。"),
            "leaky ReLU",
        ),
    ),
)
def elu_noise(scale: Scale) -> Evidence:
    """Measure the accuracy lost under noise."""
    effects, panels = [], []
    for data in scale.pick(("moons", "breast cancer", "digits")):
        for depth in scale.pick((2, 5)):
            found = {}
            for name in _FUNCTIONS:
                setup = Setup(name, data, depth, epochs=scale.epochs(25), best=True)
                best = tuned(setup, RATES["adam"], scale)
                found[name] = [drops(best, seed) for seed in scale.seeds(10)]
            for at, size in enumerate(_NOISE):
                elu, relu, leaky = ([row[at] for row in found[name]] for name in _FUNCTIONS)
                condition = {"data": data, "hidden layers": depth, "noise": size}
                effects.append(effect("relu", condition, minus(relu, elu), data))
                effects.append(effect("leaky", condition, minus(leaky, elu), data))
            if depth == 5:
                lines = [line(name.partition(":")[0], _NOISE, rows) for name, rows in found.items()]
                panels.append(Panel(f"{data}, 5 layers", "noise", "accuracy lost", tuple(lines), percent=True))
    return Evidence(tuple(effects), tuple(panels))
