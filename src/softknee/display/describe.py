"""The computed properties of a function as texts, in English and Chinese, for terminals, notebooks and docs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from softknee.functions.properties import Properties
    from softknee.language.promise import Promise

    from .curve import Curve

_LABELS = {
    "range": ("range", "值域"),
    "limits": ("limits at -inf, +inf", "在 -∞、+∞ 的极限"),
    "monotone": ("monotone", "单调性"),
    "symmetry": ("symmetry", "对称性"),
    "smoothness": ("smoothness", "光滑性"),
    "kinks": ("kinks", "折点"),
    "dead": ("slope is 0 on", "斜率为 0 的区间"),
    "saturation": ("saturated (slope < 5 % of max)", "饱和区（斜率小于最大值的 5%）"),
    "lipschitz": ("Lipschitz constant", "Lipschitz 常数"),
    "mean": ("mean, std under N(0, 1)", "N(0, 1) 下的均值与标准差"),
    "gains": ("gains: forward, backward, variance", "初始化增益：前向、反向、方差"),
    "promise": ("largest error in ulps, f and f'", "f 与 f' 的最大误差（ulp）"),
    "chi": ("chi = E f'^2 / E f^2", "χ = E f'² / E f²"),
}
_WORDS = {
    "increasing": "单调递增", "decreasing": "单调递减", "no": "否", "odd": "奇函数", "even": "偶函数", "none": "无",
    "jumps": "不连续", "continuous, kinked": "连续，有折点", "once continuously differentiable": "一阶连续可导",
    "twice continuously differentiable": "二阶连续可导", "smooth": "光滑",
}  # fmt: skip
_SMOOTHNESS = {
    -1: "jumps", 0: "continuous, kinked", 1: "once continuously differentiable",
    2: "twice continuously differentiable", math.inf: "smooth",
}  # fmt: skip


def property_rows(function: Curve, language: str = "en", **parameters: Any) -> list[tuple[str, str]]:
    """The computed properties as pairs of (label, text), in "en" or "zh", at these parameters."""
    found = function.properties(**parameters)
    values = {
        "range": range_text(found),
        "limits": f"{number(found.limits[0])}, {number(found.limits[1])}",
        "monotone": _word(found.monotone or "no", language),
        "symmetry": _word(found.symmetry or "none", language),
        "smoothness": _word(_SMOOTHNESS[found.smoothness], language),
        "kinks": ", ".join(map(number, found.kinks)) or _word("none", language),
        "dead": ", ".join(map(_interval, found.dead_zones)) or _word("none", language),
        "saturation": _saturation(found) or _word("none", language),
        "lipschitz": number(found.lipschitz),
        "mean": f"{number(found.mean)}, {number(math.sqrt(found.variance))}",
        "gains": _gains(found),
        "chi": number(found.chi) if found.second_moment else "-",
    }
    column = 1 if language == "zh" else 0
    return [(_LABELS[key][column], text) for key, text in values.items()]


def promise_row(promise: Promise, language: str = "en") -> tuple[str, str]:
    """The label and the text of the largest errors promised for values and slopes, in ulps of each dtype."""
    near = "近根处" if language == "zh" else "near a root"
    comma = "，" if language == "zh" else ", "
    parts = [f"float16, bfloat16: {promise.half:g}"]
    for dtype in ("float32", "float64"):
        far, close = promise.bound(dtype), promise.bound(dtype, near_root=True)
        parts.append(f"{dtype}: {far:g}" + (f" ({near} {close:g})" if close != far else ""))
    return _LABELS["promise"][1 if language == "zh" else 0], comma.join(parts)


def number(value: float) -> str:
    """A number as text: six digits, without a trailing .0; infinities as signs, NaN as a dash.

    >>> number(0.5), number(-math.inf), number(2.0)
    ('0.5', '-∞', '2')
    """
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return "0" if abs(value) < 1e-12 else f"{value:.6g}"


def range_text(found: Properties) -> str:
    """The range as an interval, with a square bracket at an end that is itself a value.

    >>> import softknee
    >>> range_text(softknee.relu6.properties()), range_text(softknee.elu.properties())
    ('[0, 6]', '(-1, ∞)')
    """
    return _interval(found.range, found.attained)


def _interval(ends: tuple[float, float], closed: tuple[bool, bool] = (False, False)) -> str:
    return f"{'[' if closed[0] else '('}{number(ends[0])}, {number(ends[1])}{']' if closed[1] else ')'}"


def _saturation(found: Properties) -> str:
    left, right = found.saturation
    parts = [f"x < {number(left)}"] if left is not None else []
    parts += [f"x > {number(right)}"] if right is not None else []
    return ", ".join(parts)


def _gains(found: Properties) -> str:
    moments = (found.second_moment, found.slope_second_moment, found.variance)
    return ", ".join(number(1 / math.sqrt(m)) if 0 < m < math.inf else "-" for m in moments)


def _word(word: str, language: str) -> str:
    return _WORDS[word] if language == "zh" else word
