"""What findings say, in English and Chinese: templates that the rules and the atlas fill in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# By rule: English, Chinese. Numbers come in as text.
_MESSAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "non-finite": (
            "{what} has {count} numbers that are NaN or infinite",
            "{what} 有 {count} 个数为 NaN 或无穷",
        ),
        "dead": (
            "{count} of {units} units of {activation} had slope 0 for all of {samples} samples",
            "{activation} 的 {units} 个单元中有 {count} 个在全部 {samples} 个样本上斜率为 0",
        ),
        "saturated": (
            "{share} of the units of {activation} had less than 5 % of its steepest slope "
            "on more than 95 % of the samples",
            "{activation} 有 {share} 的单元在超过 95% 的样本上斜率不足最大斜率的 5%",
        ),
        "vanishing": (
            "the gradient at {first} is {ratio} of that at {last}: {slope} in log10 per layer",
            "{first} 处的梯度是 {last} 处的 {ratio} 倍：每层 log10 变化 {slope}",
        ),
        "exploding": (
            "the gradient at {first} is {ratio} times that at {last}: {slope} in log10 per layer",
            "{first} 处的梯度是 {last} 处的 {ratio} 倍：每层 log10 变化 {slope}",
        ),
        "init": (
            "the signal's second moment changes by {total} over {layers} layers, by {growth} at {layer}",
            "信号的二阶矩经 {layers} 层变为原来的 {total} 倍，其中 {layer} 处变为 {growth} 倍",
        ),
        "remedy-gain": (
            "initialise with gain {gain} for {activation} and biases 0",
            "用 {activation} 的增益 {gain} 初始化，偏置取 0",
        ),
        "remedy-swap": (
            "{new} instead of {old}, initialised with its gain",
            "用 {new} 代替 {old}，并按其增益初始化",
        ),
        "remedy-normalise": (
            "normalisation (LayerNorm or BatchNorm) before the activations",
            "在激活函数之前加归一化（LayerNorm 或 BatchNorm）",
        ),
        "collapse": (
            "the activations of different inputs have a mean cosine of {likeness}",
            "不同输入的激活值平均余弦为 {likeness}",
        ),
    }
)

# The titles of `finding.RULES` in Chinese.
CHINESE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "non-finite": "出现 NaN 或无穷",
        "structure": "网络中有一处无法起作用",
        "dead": "失活的单元",
        "saturated": "饱和的单元",
        "vanishing": "梯度向输入方向消失",
        "exploding": "梯度向输入方向增大",
        "step-size": "权重每步变化过大或过小",
        "init": "初始权重使信号缩小或增大",
        "underflow": "斜率与梯度舍入为零",
        "collapse": "不同的输入看起来相同",
        "dormant": "几乎不响应的单元",
        "scale": "激活值偏离该函数的常见大小",
        "mean-shift": "激活值的均值远离零",
    }
)


def message(rule: str, **values: str) -> str:
    """The English message of a rule with its values.

    >>> message("collapse", likeness="0.990")
    'the activations of different inputs have a mean cosine of 0.990'
    """
    return _MESSAGES[rule][0].format(**values)


def templates() -> dict[str, dict[str, str]]:
    """All templates, by rule and language."""
    return {rule: {"en": english, "zh": chinese} for rule, (english, chinese) in _MESSAGES.items()}
