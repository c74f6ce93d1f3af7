"""Experiment 9: whether a slope below zero improves on ReLU."""

from __future__ import annotations

from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.effects import effect
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup
from softknee.lab.claims.scale import Scale
from softknee.lab.claims.scores import POINT, TUNED, dots, minus, scores

_SLOPES = (0.01, 0.3)
_DATA = ("digits", "breast cancer", "spirals", "checkerboard")


@claim(
    number=9,
    name="leaky-better",
    statement=Text("Leaky ReLU is not better than a well-tuned ReLU.", "Leaky ReLU 并不优于调好的 ReLU。"),
    belief=Text(
        "The paper that introduced it found nearly identical results; Xu 2015 found gains with larger slopes.",
        "最早提出它的论文得到的结果几乎相同；Xu 2015 则发现较大的斜率有好处。",
    ),
    source="Maas, Hannun & Ng 2013; Xu, Wang, Chen & Li 2015, arXiv:1505.00853",
    setting=TUNED,
    parts=(
        Part(
            "accuracy",
            Text("Leaky ReLU is not more accurate.", "Leaky ReLU 的准确率并不更高。"),
            Text("test accuracy of leaky ReLU minus that of ReLU", "leaky ReLU 的测试准确率减去 ReLU 的"),
            "no more",
            POINT,
            "points",
        ),
    ),
)
def leaky_better(scale: Scale) -> Evidence:
    """Measure leaky ReLU against ReLU, both at their best learning rates."""
    effects, panels = [], []
    data_sets = scale.pick(_DATA)
    groups: dict[str, list[list[float]]] = {}
    for data in data_sets:
        for depth in scale.pick((2, 5)):
            relu = scores(Setup("relu", data, depth, epochs=scale.epochs(25)), scale)
            groups.setdefault(f"relu, {depth} layers", []).append(relu)
            for slope in scale.pick(_SLOPES):
                name = f"leaky_relu:negative_slope={slope}"
                leaky = scores(Setup(name, data, depth, epochs=scale.epochs(25)), scale)
                condition = {"data": data, "hidden layers": depth, "slope": slope}
                effects.append(effect("accuracy", condition, minus(leaky, relu), data))
                groups.setdefault(f"slope {slope:g}, {depth} layers", []).append(leaky)
    lines = tuple(dots(label, found) for label, found in groups.items())
    panels.append(Panel("accuracy", "data", "test accuracy", lines, percent=True, dots=True, ticks=tuple(data_sets)))
    return Evidence(tuple(effects), tuple(panels))
