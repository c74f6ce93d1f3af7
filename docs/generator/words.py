"""The fixed words and sentences of the generated pages, in English and Chinese."""

from __future__ import annotations

_WORDS = {
    "Functions": "函数目录",
    "Formula": "公式",
    "Picture": "图像",
    "Notes": "说明",
    "Use": "用法",
    "Definition": "定义",
    "Parameters": "参数",
    "Computed properties": "计算得到的性质",
    "property": "性质",
    "value": "值",
    "name": "名称",
    "symbol": "符号",
    "default": "默认值",
    "domain": "取值范围",
    "learned": "可学习",
    "about": "说明",
    "meaning": "含义",
    "yes": "是",
    "no": "否",
    "Aliases": "别名",
    "Origin": "出处",
    "For": "适用",
    "Strengths": "优点",
    "Weaknesses": "缺点",
    "Instead": "替代",
    "one of": "可选",
    "NumPy": "NumPy",
    "PyTorch": "PyTorch",
    "PyTorch module": "PyTorch 模块",
    "JAX": "JAX",
    "ONNX": "ONNX",
    "Move it in the atlas": "在图集中拖动它",
    "f, f′ and f″ of": "f、f′ 与 f″：",
    "outputs and slopes for x = (t, 0):": "x = (t, 0) 时的输出与斜率：",
    "with a = 1:": "取 a = 1：",
    "The slope is too long to print; `derivative` computes it.": "导数过长，此处从略；可用 `derivative` 计算。",
    "Computed from the definition at the default parameters.": "在默认参数下由定义计算得到，并非手工填写。",
    "The first half of x along the axis is a, the second half b.": "x 沿该轴的前一半为 a，后一半为 b。",
    "The errors that tests allow, at default and at unusual parameters:": (
        "测试所允许的误差上限（默认参数与非常规参数）："
    ),
    "At a kink the slope is the limit from the left": "折点处取左极限",
    "what that means": "详细说明",
    "All of this page but its notes is read off this definition.": "除说明文字外，本页内容均由这段定义推导而来。",
    "The gradient by x, for g that of the result, stands beside it.": "对 x 的梯度写在旁边，其中 g 是对结果的梯度。",
}


def word(text: str, language: str) -> str:
    """An English word or sentence of the pages, in "en" or "zh"."""
    return _WORDS[text] if language == "zh" else text
