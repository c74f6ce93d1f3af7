"""Experiment 7: the cures for dying ReLUs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan

from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.effects import effect
from softknee.lab.claims.evidence import Evidence, Line, Panel
from softknee.lab.claims.lab import Setup, ran
from softknee.lab.claims.scale import Scale

_LEAST = 0.75


@dataclass(frozen=True)
class Cause:
    """A setting in which ReLUs die; `lower` is its cure by a lower learning rate."""

    name: str
    setup: Setup
    lower: float


CAUSES = (
    Cause("large weights", Setup(init="unit", optimiser="sgd", rate=0.3), 0.03),
    Cause("low biases", Setup(bias=-1.0, optimiser="sgd", rate=0.1, depth=5), 0.01),
    Cause("high rate, sgd", Setup(init="torch", optimiser="sgd", rate=1.0, depth=2), 0.1),
    Cause("high rate, adam", Setup(init="torch", optimiser="adam", rate=0.1, depth=2), 1e-3),
)
_FUNCTIONS = ("leaky_relu", "prelu", "elu", "maxout")

_PREVENTED = Text(
    "share of the deaths that it prevents: 1 minus dead units with it over dead units without it",
    "避免了多大比例的失活：1 减去采用后失活单元数与未采用时之比",
)


def cures(cause: Cause) -> dict[str, dict[str, Setup]]:
    """By part and name, the setting with a proposed cure."""
    setup = cause.setup
    found = {
        "init": {name: replace(setup, init=name, bias=0.0) for name in ("xavier", "he")},
        "rate": {
            "a tenth of the rate or less": replace(setup, rate=cause.lower),
            "adagrad": replace(setup, optimiser="adagrad", rate=0.01),
        },
        "function": {name: replace(setup, activation=name) for name in _FUNCTIONS},
    }
    return found


def prevented(without: float, cured: float) -> float:
    """The share of deaths that a cure prevents."""
    return 1 - cured / without if without > 0 else nan


def _part(name: str, statement: Text) -> Part:
    return Part(name, statement, _PREVENTED, "more", _LEAST, "share")


@claim(
    number=7,
    name="prevention",
    statement=Text(
        "Xavier or He initialisation prevents it; so does a lower or an adaptive learning rate; so do leaky ReLU, "
        "PReLU, ELU and maxout.",
        "Xavier 或 He 初始化可以避免失活；较低或自适应的学习率也可以；leaky ReLU、PReLU、ELU 和 maxout 也可以。",
    ),
    belief=Text("Courses list these as the remedies for dying ReLUs.", "课程把这些列为 ReLU 失活的对策。"),
    source="CS231n; He et al. 2015; Maas, Hannun & Ng 2013; Goodfellow et al. 2013",
    setting=Text(
        "Networks of 64 units per layer on digits, 15 epochs, in four settings in which ReLUs die (the picture shows "
        "how many). Dead: a slope below 0.001 on every training sample.",
        "手写数字数据，每层 64 个单元，训练 15 轮，四种会使 ReLU 失活的情形（图中给出失活的比例）。"
        "失活指在所有训练样本上斜率都小于 0.001。",
    ),
    parts=(
        _part(
            "init",
            Text(
                "Xavier or He initialisation, with biases of 0, prevents it.",
                "偏置为 0 的 Xavier 或 He 初始化可以避免。",
            ),
        ),
        _part("rate", Text("A lower rate or Adagrad prevents it.", "较低的学习率或 Adagrad 可以避免。")),
        _part(
            "function",
            Text("Leaky ReLU, PReLU, ELU and maxout prevent it.", "Leaky ReLU、PReLU、ELU 和 maxout 可以避免。"),
        ),
        Part(
            "learns",
            Text("And with these functions the network learns, then.", "而且换成这些函数后，网络就能学会。"),
            Text("test accuracy minus that of ReLU", "测试准确率减去 ReLU 的"),
            "more",
            0.05,
            "points",
        ),
    ),
)
def prevention(scale: Scale) -> Evidence:
    """Measure each cure against each cause."""
    effects, lines = [], []
    for cause in scale.pick(CAUSES):
        setup = replace(cause.setup, epochs=scale.epochs(15))
        without = [ran(setup, seed) for seed in scale.seeds()]
        left = {"none": _mean([r.dead for r in without])}
        for part, settings in cures(replace(cause, setup=setup)).items():
            for name, cured in settings.items():
                found = [ran(cured, seed) for seed in scale.seeds()]
                condition = {"cause": cause.name, "cure": name}
                saved = [prevented(a.dead, b.dead) for a, b in zip(without, found)]
                effects.append(effect(part, condition, saved, "digits"))
                left[name] = _mean([r.dead for r in found])
                if part == "function":
                    better = [b.score - a.score for a, b in zip(without, found)]
                    effects.append(effect("learns", condition, better, "digits"))
        places = tuple(float(at) for at in range(len(left)))
        lines.append(Line(cause.name, places, tuple(left.values())))
    return Evidence(
        tuple(effects),
        (
            Panel(
                "dead units after training",
                "cure",
                "dead units",
                tuple(lines),
                percent=True,
                dots=True,
                ticks=tuple(left),
            ),
        ),
    )


def _mean(values: list[float]) -> float:
    fine = [value for value in values if value == value]
    return round(sum(fine) / len(fine), 5) if fine else nan
