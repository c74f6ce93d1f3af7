"""Experiment 15: tanh as a line near 0, and tanh against sigmoid in hidden layers."""

from __future__ import annotations

import numpy as np

from softknee.functions.public import get
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.effects import effect
from softknee.lab.claims.evidence import Evidence, Line, Panel
from softknee.lab.claims.lab import Setup
from softknee.lab.claims.scale import Scale
from softknee.lab.claims.scores import POINT, TUNED, dots, minus, scores

_WITHIN = (0.1, 0.25, 0.5, 1.0)
_DATA = ("digits", "breast cancer", "spirals")


def bend(within: float) -> float:
    """The largest |tanh x - x| / |x| for |x| up to `within`, which is at its end, as it grows with |x|."""
    x = np.array(within)
    return float(abs(get("tanh")(x) - x) / x)


@claim(
    number=15,
    name="tanh",
    statement=Text(
        "Tanh is linear near 0, and is better than sigmoid in hidden layers.",
        "Tanh 在 0 附近是线性的，并且在隐藏层中优于 sigmoid。",
    ),
    belief=Text(
        "Its slope at 0 is 1 and its outputs are centred; while weights are small, a network of tanh acts "
        "as a linear one.",
        "它在 0 处斜率为 1，输出以零为中心；权重较小时，tanh 网络近似线性网络。",
    ),
    source="LeCun, Bottou, Orr & Müller 1998; CS231n",
    setting=TUNED,
    parts=(
        Part(
            "linear",
            Text("Near 0, tanh is linear to within 5 %.", "在 0 附近，tanh 与线性相差不到 5%。"),
            Text(
                "largest |tanh x − x| / |x| over |x| up to a bound; exact, not measured",
                "|x| 不超过界限时 |tanh x − x| / |x| 的最大值；为精确值",
            ),
            "no more",
            0.05,
            "share",
        ),
        Part(
            "better",
            Text(
                "Hidden layers of tanh are more accurate than those of sigmoid.",
                "用 tanh 的隐藏层比用 sigmoid 的更准确。",
            ),
            Text("test accuracy of tanh minus that of sigmoid", "tanh 的测试准确率减去 sigmoid 的"),
            "more",
            POINT,
            "points",
        ),
    ),
)
def tanh(scale: Scale) -> Evidence:
    """Measure tanh against a line and against sigmoid."""
    effects = [effect("linear", {"|x| up to": within}, [bend(within)] * 2) for within in _WITHIN]
    groups: dict[str, list[list[float]]] = {}
    data_sets = scale.pick(_DATA)
    for data in data_sets:
        for optimiser in scale.pick(("sgd", "adam")):
            for depth in scale.pick((2, 5)):
                found = {
                    name: scores(Setup(name, data, depth, optimiser=optimiser, epochs=scale.epochs(25)), scale, 8)
                    for name in ("tanh", "sigmoid")
                }
                condition = {"data": data, "optimiser": optimiser, "hidden layers": depth}
                effects.append(effect("better", condition, minus(found["tanh"], found["sigmoid"]), data))
                if optimiser == "adam":
                    for name, each in found.items():
                        groups.setdefault(f"{name}, {depth} layers", []).append(each)
    x = np.linspace(0, 2, 41)
    curve = Line("tanh", tuple(x.tolist()), tuple(np.round(get("tanh")(x), 5).tolist()))
    panels = (
        Panel("tanh and x", "x", "value", (curve, Line("x", (0.0, 1.5), (0.0, 1.5)))),
        Panel(
            "accuracy, adam", "data", "test accuracy",
            tuple(dots(label, each) for label, each in groups.items()),
            percent=True, dots=True, ticks=tuple(data_sets),
        ),
    )  # fmt: skip
    return Evidence(tuple(effects), panels)
