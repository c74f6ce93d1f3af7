"""Experiment 17: ReLU's smooth successors."""

from __future__ import annotations

from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.effects import effect
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup
from softknee.lab.claims.scale import Scale
from softknee.lab.claims.scores import POINT, TUNED, dots, minus, scores

_DATA = ("digits", "breast cancer", "spirals", "checkerboard")
_NAMES = ("relu", "mish", "silu", "gelu")


def _beats(name: str, shown: str) -> Part:
    return Part(
        name,
        Text(f"{shown} beats ReLU.", f"{shown} 优于 ReLU。"),
        Text(f"test accuracy of {name} minus that of ReLU", f"{name} 的测试准确率减去 ReLU 的"),
        "more",
        POINT,
        "points",
    )


@claim(
    number=17,
    name="smooth",
    statement=Text(
        "Mish beats ReLU; swish beats ReLU; the smooth ones cannot be told apart.",
        "Mish 优于 ReLU；swish 优于 ReLU；光滑函数之间难分高下。",
    ),
    belief=Text(
        "Their papers report gains of up to a few points on images; later surveys find no winner.",
        "各自的论文报告在图像上提高至多几个百分点；后来的综述没有发现胜者。",
    ),
    source="Ramachandran, Zoph & Le 2017, arXiv:1710.05941; Misra 2019, arXiv:1908.08681; Dubey 2022, arXiv:2109.14545",
    setting=TUNED,
    parts=(
        _beats("mish", "Mish"),
        _beats("silu", "Swish"),
        Part(
            "apart",
            Text("Mish, swish and gelu cannot be told apart.", "Mish、swish 与 gelu 难分高下。"),
            Text("difference of test accuracy", "测试准确率之差"),
            "same",
            POINT,
            "points",
        ),
    ),
)
def smooth(scale: Scale) -> Evidence:
    """Measure the smooth functions against ReLU and each other."""
    effects = []
    data_sets = scale.pick(_DATA)
    groups: dict[str, list[list[float]]] = {}
    for data in data_sets:
        for depth in scale.pick((2, 5)):
            found = {name: scores(Setup(name, data, depth, epochs=scale.epochs(25)), scale) for name in _NAMES}
            condition = {"data": data, "hidden layers": depth}
            for name in ("mish", "silu"):
                effects.append(effect(name, condition, minus(found[name], found["relu"]), data))
            for one, other in (("mish", "silu"), ("mish", "gelu"), ("silu", "gelu")):
                pair = {**condition, "pair": f"{one} − {other}"}
                effects.append(effect("apart", pair, minus(found[one], found[other]), data))
            for name, each in found.items():
                groups.setdefault(f"{name}, {depth} layers", []).append(each)
    panels = [
        Panel(
            f"{depth} hidden layers", "data", "test accuracy",
            tuple(dots(name, groups[f"{name}, {depth} layers"]) for name in _NAMES),
            percent=True, dots=True, ticks=tuple(data_sets),
        )
        for depth in scale.pick((2, 5))
    ]  # fmt: skip
    return Evidence(tuple(effects), tuple(panels))
