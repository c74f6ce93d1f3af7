"""Experiment 10: leaky ReLU on data without negative inputs."""

from __future__ import annotations

from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.data import parts
from softknee.lab.claims.effects import effect
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup, layers_of, network
from softknee.lab.claims.scale import Scale
from softknee.lab.claims.scores import POINT, TUNED, dots, minus, scores

_DATA = ("digits", "breast cancer", "wine")


def negative_share(data: str, scaling: str, seed: int) -> float:
    """The share of pre-activations below zero in the first hidden layer, before training."""
    model = network(Setup(data=data), seed)
    ((before, _), *_) = layers_of(model, parts(data, seed, scaling).train.x)
    return float((before < 0).double().mean())


@claim(
    number=10,
    name="unit-range",
    statement=Text(
        "With inputs normalised to (0, 1), leaky ReLU brings nothing.", "输入归一化到 (0, 1) 时，leaky ReLU 没有好处。"
    ),
    belief=Text(
        "If no input is negative, the negative side is said to be hardly used.",
        "据说若输入没有负值，负半轴就很少用到。",
    ),
    source="Course notes on activation functions",
    setting=TUNED,
    parts=(
        Part(
            "accuracy",
            Text("With inputs in (0, 1) accuracy is the same.", "输入在 (0, 1) 时准确率相同。"),
            Text("test accuracy of leaky ReLU minus that of ReLU", "leaky ReLU 的测试准确率减去 ReLU 的"),
            "same",
            POINT,
            "points",
        ),
        Part(
            "reason",
            Text(
                "The reason: with them the negative side is used less.",
                "理由：这样负半轴用得更少。",
            ),
            Text(
                "share of negative pre-activations in the first layer with standardised inputs, minus that with inputs "
                "in (0, 1), at the start",
                "训练开始时第一层负的激活前值所占比例：标准化输入减去 (0, 1) 输入",
            ),
            "more",
            0.1,
            "share",
        ),
    ),
)
def unit_range(scale: Scale) -> Evidence:
    """Measure leaky ReLU against ReLU on inputs in (0, 1)."""
    effects = []
    data_sets = scale.pick(_DATA)
    groups: dict[str, list[list[float]]] = {}
    for data in data_sets:
        for depth in scale.pick((2, 5)):
            found = {}
            for name in ("relu", "leaky_relu", "leaky_relu:negative_slope=0.2"):
                setup = Setup(name, data, depth, scaling="unit", epochs=scale.epochs(25))
                found[name] = scores(setup, scale)
                label = name.replace("leaky_relu:negative_slope=", "slope ").replace("leaky_relu", "slope 0.01")
                groups.setdefault(f"{label}, {depth} layers", []).append(found[name])
            for name, slope in (("leaky_relu", 0.01), ("leaky_relu:negative_slope=0.2", 0.2)):
                condition = {"data": data, "hidden layers": depth, "slope": slope}
                effects.append(effect("accuracy", condition, minus(found[name], found["relu"]), data))
        fewer = [negative_share(data, "standard", s) - negative_share(data, "unit", s) for s in scale.seeds(10)]
        effects.append(effect("reason", {"data": data}, fewer))
    lines = tuple(dots(label, found) for label, found in groups.items())
    panel = Panel("inputs in (0, 1)", "data", "test accuracy", lines, percent=True, dots=True, ticks=tuple(data_sets))
    return Evidence(tuple(effects), (panel,))
