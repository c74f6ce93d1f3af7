"""Experiment 11: the slope below zero from which leaky ReLU is too nearly linear."""

from __future__ import annotations

from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.effects import effect, line
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup
from softknee.lab.claims.scale import Scale
from softknee.lab.claims.scores import POINT, TUNED, minus, scores

_SLOPES = (0.01, 0.1, 0.3, 0.9)


@claim(
    number=11,
    name="leaky-linear",
    statement=Text("Leaky ReLU is too linear for hard classification.", "Leaky ReLU 太接近线性，难以胜任困难的分类。"),
    belief=Text(
        "The nearer its slope below zero is to 1, the nearer it is to the identity.",
        "负半轴的斜率越接近 1，函数就越接近恒等函数。",
    ),
    source="Course notes on activation functions",
    setting=TUNED,
    parts=(
        Part(
            "worse",
            Text(
                "Leaky ReLU is less accurate than ReLU where classes are entangled.",
                "类别交错时，leaky ReLU 不如 ReLU 准确。",
            ),
            Text("test accuracy of ReLU minus that of leaky ReLU", "ReLU 的测试准确率减去 leaky ReLU 的"),
            "more",
            POINT,
            "points",
        ),
    ),
)
def leaky_linear(scale: Scale) -> Evidence:
    """Measure the accuracy on shapes in the plane by slope."""
    effects, panels = [], []
    for data in scale.pick(("spirals", "checkerboard")):
        lines = []
        for depth in scale.pick((2, 5)):
            relu = scores(Setup("relu", data, depth, epochs=scale.epochs(40)), scale)
            by_slope = [relu]
            for slope in (slopes := scale.pick(_SLOPES)):
                name = f"leaky_relu:negative_slope={slope}"
                leaky = scores(Setup(name, data, depth, epochs=scale.epochs(40)), scale)
                by_slope.append(leaky)
                condition = {"data": data, "hidden layers": depth, "slope": slope}
                effects.append(effect("worse", condition, minus(relu, leaky), data))
            lines.append(line(f"{depth} layers", (0.0, *slopes), list(zip(*by_slope))))
        panels.append(Panel(data, "slope below zero", "test accuracy", tuple(lines), percent=True))
    return Evidence(tuple(effects), tuple(panels))
