"""Experiment 12: the slopes that PReLU learns, and whether they depend on the start."""

from __future__ import annotations

from math import nan
from statistics import fmean

from torch import nn

from softknee.comparison.models import Network
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.effects import effect, line
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup, fit, tuned
from softknee.lab.claims.scale import Scale
from softknee.lab.claims.scores import POINT, RATES, TUNED, minus, scores

_STARTS = (0.0, 0.5, 1.0)
_DATA = ("digits", "spirals", "checkerboard")


def slopes(model: nn.Module) -> list[float]:
    """The slopes of a model's PReLUs, layer by layer."""
    return [
        float(weight.mean())
        for name, weight in model.named_parameters()
        if name.endswith("weight") and weight.dim() == 1
    ]


def _learned(setup: Setup, seed: int) -> list[list[float]]:
    """The slopes after each epoch."""
    seen: list[list[float]] = []

    def look(_: int, model: Network) -> None:
        seen.append(slopes(model))

    fit(setup, seed, on_epoch=look)
    return seen


@claim(
    number=12,
    name="prelu",
    statement=Text("PReLU adapts, and best from 0.25.", "PReLU 能自适应，且以 0.25 为初值最好。"),
    belief=Text(
        "Its slope is learned with the weights; the paper started it at 0.25 and so does everybody since.",
        "其斜率与权重一起学习；论文以 0.25 为初值，后来大家都沿用。",
    ),
    source="He, Zhang, Ren & Sun 2015, arXiv:1502.01852",
    setting=TUNED,
    parts=(
        Part(
            "adapts",
            Text("The slopes move.", "斜率会变化。"),
            Text("mean distance of the learned slopes from 0.25 after training", "训练后斜率与 0.25 的平均距离"),
            "more",
            0.05,
            "number",
        ),
        Part(
            "useful",
            Text("Learning the slope beats keeping it at 0.25.", "学习斜率优于固定为 0.25。"),
            Text(
                "test accuracy of PReLU minus that of leaky ReLU with slope 0.25",
                "PReLU 的测试准确率减去斜率固定为 0.25 的 leaky ReLU 的",
            ),
            "more",
            POINT,
            "points",
        ),
        Part(
            "start",
            Text("0.25 is a better start than others.", "以 0.25 为初值优于其他初值。"),
            Text("test accuracy from 0.25 minus that from another start", "初值 0.25 的测试准确率减去其他初值的"),
            "more",
            POINT,
            "points",
        ),
    ),
)
def prelu(scale: Scale) -> Evidence:
    """Measure learned slopes against fixed ones and from other starts."""
    effects, panels = [], []
    for data in scale.pick(_DATA):
        for depth in scale.pick((2, 5)):
            setup = Setup("prelu", data, depth, epochs=scale.epochs(25))
            best = tuned(Setup(**{**setup.__dict__, "best": True}), RATES["adam"], scale)
            learned = [_learned(best, seed) for seed in scale.seeds(10)]
            moved = [fmean(abs(s - 0.25) for s in rows[-1]) if rows else nan for rows in learned]
            condition = {"data": data, "hidden layers": depth}
            effects.append(effect("adapts", condition, moved, data))
            found = scores(setup, scale)
            fixed = scores(Setup("leaky_relu:negative_slope=0.25", data, depth, epochs=scale.epochs(25)), scale)
            effects.append(effect("useful", condition, minus(found, fixed), data))
            for start in scale.pick(_STARTS):
                other = scores(Setup(f"prelu:weight={start}", data, depth, epochs=scale.epochs(25)), scale)
                effects.append(effect("start", {**condition, "start": start}, minus(found, other), data))
            if depth == 5:
                steps = [float(at) for at in range(len(learned[0]))]
                lines = [
                    line(f"layer {at + 1}", steps, [[row[at] for row in rows] for rows in learned]) for at in (0, 1, 4)
                ]
                panels.append(Panel(f"{data}, 5 layers", "epoch", "learned slope", tuple(lines)))
    return Evidence(tuple(effects), tuple(panels))
