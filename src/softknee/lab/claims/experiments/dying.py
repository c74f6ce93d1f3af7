"""Experiment 6: the causes of dying ReLUs, and whether dead ones come back."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import torch
from torch import Tensor

from softknee.comparison.models import Network
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.data import parts
from softknee.lab.claims.effects import effect, line
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup, dead_by_layer, fit, ran
from softknee.lab.claims.scale import Scale

# By optimiser, a usual learning rate and higher ones.
_RATES = {"sgd": (0.1, 0.3, 1.0), "adam": (1e-3, 1e-2, 1e-1)}
_BIASES = (-0.5, -1.0, -2.0)

_MORE_DEAD = Text(
    "share of dead hidden units after training, minus that without", "训练后失活隐藏单元的比例，减去对照组的比例"
)
_REVIVED = Text(
    "share of the units dead at the start that are alive at the end", "开始时已失活的单元中，结束时恢复活动的比例"
)


def revived(setup: Setup, seed: int) -> tuple[float, float]:
    """The share of the units dead at the start that live at the end: in the first hidden layer, and in the others."""
    seen: list[list[Tensor]] = []

    def look(epoch: int, model: Network) -> None:
        if epoch in (0, setup.epochs):
            seen.append(dead_by_layer(model, setup.choice, x))

    x = parts(setup.data, seed).train.x
    fit(setup, seed, on_epoch=look)
    if len(seen) < 2:
        return nan, nan
    first = _share(seen[0][:1], seen[1][:1])
    return first, _share(seen[0][1:], seen[1][1:])


def _share(before: list[Tensor], after: list[Tensor]) -> float:
    dead, still = torch.cat(before), torch.cat(before) & torch.cat(after)
    return float(1 - still.sum() / dead.sum()) if dead.any() else nan


@claim(
    number=6,
    name="dying",
    statement=Text(
        "ReLUs die: by a high learning rate, by bad initial values; a dead unit stays dead unless what feeds it moves.",
        "ReLU 会失活：学习率过高、初值不当都会造成失活；除非输入它的东西变化，失活的单元不会恢复。",
    ),
    belief=Text(
        "Where a unit's input is negative on every sample, its slope and so its gradient is 0 on every sample.",
        "若单元在所有样本上的输入都为负，其斜率处处为 0，梯度也就处处为 0，即所谓“ReLU 死亡（dying ReLU）”。",
    ),
    source="Maas, Hannun & Ng 2013; CS231n; Lu, Shin, Su & Karniadakis 2020",
    setting=Text(
        "Networks of 64 units per layer with the forward gain on digits, 15 epochs. Dead: a slope below 0.001 on every "
        "training sample.",
        "手写数字数据，每层 64 个单元，按前向增益初始化，训练 15 轮。失活指在所有训练样本上斜率都小于 0.001。",
    ),
    parts=(
        Part(
            "rate",
            Text("A high learning rate kills.", "学习率过高会造成失活。"),
            Text(*(f"{a}{b}" for a, b in zip(_MORE_DEAD, (" at the usual rate", "（对照组用通常的学习率）")))),
            "more",
            0.05,
            "share",
        ),
        Part(
            "start",
            Text("Bad initial values kill.", "初值不当会造成失活。"),
            Text(*(f"{a}{b}" for a, b in zip(_MORE_DEAD, (" it, from biases of 0", "（对照组偏置从 0 开始）")))),
            "more",
            0.05,
            "share",
        ),
        Part(
            "stays",
            Text(
                "In the first layer, fed by the data, a dead unit stays dead.",
                "第一层由数据直接输入，失活的单元不会恢复。",
            ),
            _REVIVED,
            "no more",
            0.01,
            "share",
        ),
        Part(
            "returns",
            Text("In deeper layers, whose inputs move, some come back.", "更深的层输入会变化，有些单元会恢复。"),
            _REVIVED,
            "more",
            0.01,
            "share",
        ),
    ),
)
def dying(scale: Scale) -> Evidence:
    """Measure dead units by learning rate and by initial bias, and those that come back."""
    effects, panels = [], []
    depths = scale.pick((2, 5))
    for optimiser, rates in _RATES.items():
        lines = []
        for depth in depths:
            setup = Setup(depth=depth, optimiser=optimiser, epochs=scale.epochs(15))
            dead = {r: [ran(replace(setup, rate=r), seed).dead for seed in scale.seeds()] for r in rates}
            for rate in rates[1:]:
                more = [high - low for high, low in zip(dead[rate], dead[rates[0]])]
                effects.append(
                    effect("rate", {"optimiser": optimiser, "hidden layers": depth, "rate": rate}, more, "digits")
                )
            lines.append(line(f"{depth} layers", rates, list(zip(*dead.values()))))
        panels.append(
            Panel(
                f"by learning rate, {optimiser}", "learning rate", "dead units", tuple(lines), log_x=True, percent=True
            )
        )
    lines = []
    for depth in depths:
        setup = Setup(depth=depth, optimiser="sgd", rate=0.1, epochs=scale.epochs(15))
        dead = {b: [ran(replace(setup, bias=b), seed).dead for seed in scale.seeds()] for b in (*_BIASES[::-1], 0.0)}
        for bias in _BIASES:
            more = [bad - fine for bad, fine in zip(dead[bias], dead[0.0])]
            effects.append(effect("start", {"bias": bias, "hidden layers": depth}, more, "digits"))
        lines.append(line(f"{depth} layers", tuple(dead), list(zip(*dead.values()))))
    panels.append(Panel("by initial bias, sgd", "bias", "dead units", tuple(lines), percent=True))
    for optimiser, rate in scale.pick((("sgd", 0.1), ("momentum", 0.03), ("adam", 1e-3))):
        for decay in scale.pick((0.0, 1e-2)):
            setup = Setup(depth=3, bias=-1.0, optimiser=optimiser, rate=rate, decay=decay, epochs=scale.epochs(15))
            found = [revived(setup, seed) for seed in scale.seeds()]
            condition = {"optimiser": optimiser, "weight decay": decay}
            effects.append(effect("stays", condition, [first for first, _ in found], "digits"))
            effects.append(effect("returns", condition, [deeper for _, deeper in found], "digits"))
    return Evidence(tuple(effects), tuple(panels))
