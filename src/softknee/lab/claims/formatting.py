"""Verdicts, effects and conditions as text, in English and in Chinese."""

from __future__ import annotations

import re
from math import isfinite

from .bilingual import Language, Text
from .claim import Kind, Part, Unit
from .verdict import ClaimVerdict, Interval, PartVerdict, Word

VERDICTS: dict[Word, Text] = {
    "holds": Text("holds", "成立"),
    "does not hold": Text("does not hold", "不成立"),
    "depends": Text("depends", "视情况而定"),
    "cannot be told": Text("cannot be told", "无法判断"),
}

_PLURAL: dict[Word, str] = {"holds": "hold", "does not hold": "do not hold", "depends": "depend"}

# Factors of experiments and labels of pictures in Chinese; those missing read the same in both languages.
_CHINESE = {
    "|x| up to": "|x| 不超过",
    "a tenth of the rate or less": "学习率降至十分之一或更低",
    "accuracy": "准确率",
    "accuracy lost": "损失的准确率",
    "accuracy, adam": "准确率，adam",
    "adagrad": "adagrad",
    "batch": "批大小",
    "bias": "偏置",
    "breast cancer": "乳腺癌",
    "Brier score": "Brier 分数",
    "Brier score, lower is better": "Brier 分数，越低越好",
    "by initial bias, sgd": "按偏置初值，sgd",
    "by learning rate, adam": "按学习率，adam",
    "by learning rate, sgd": "按学习率，sgd",
    "cause": "原因",
    "checkerboard": "棋盘",
    "circles": "同心圆",
    "class 0": "类别 0",
    "class 1": "类别 1",
    "cure": "对策",
    "data": "数据",
    "dead units": "失活单元",
    "dead units after training": "训练后的失活单元",
    "diabetes": "糖尿病",
    "digits": "手写数字",
    "dtype": "数据类型",
    "elements": "元素个数",
    "epoch": "轮",
    "forward": "前向",
    "forward and backward": "前向与反向",
    "function": "函数",
    "gradient, first over last": "梯度：首层与末层之比",
    "he": "He",
    "hidden layer": "隐藏层",
    "hidden layers": "隐藏层数",
    "high rate, adam": "学习率过高，adam",
    "high rate, sgd": "学习率过高，sgd",
    "init": "初始化",
    "inputs in (0, 1)": "输入在 (0, 1)",
    "kernel": "内核",
    "large weights": "权重过大",
    "learned slope": "学到的斜率",
    "learning rate": "学习率",
    "lecun": "LeCun",
    "low biases": "偏置过低",
    "mean": "均值",
    "mean, at the start": "均值，开始时",
    "momentum": "带动量的 sgd",
    "moons": "双月",
    "noise": "噪声",
    "none": "无",
    "ns per element": "每个元素的纳秒数",
    "optimiser": "优化器",
    "output": "输出",
    "own": "自身增益",
    "pair": "比较",
    "pass": "过程",
    "rate": "学习率",
    "root mean square": "均方根",
    "slope": "斜率",
    "slope 0": "斜率 0",
    "slope 1": "斜率 1",
    "slope below zero": "负半轴斜率",
    "spirals": "螺旋",
    "start": "开始时",
    "state": "状态",
    "tanh and x": "tanh 与 x",
    "test accuracy": "测试准确率",
    "torch": "torch",
    "trained": "训练后",
    "training loss": "训练损失",
    "value": "函数值",
    "variance": "方差",
    "variance, at the start": "方差，开始时",
    "weight decay": "权重衰减",
    "what identity says on the spirals": "identity 在螺旋数据上的判断",
    "what relu says on the spirals": "relu 在螺旋数据上的判断",
    "width": "宽度",
    "wine": "葡萄酒",
    "xavier": "Xavier",
    "zeros": "零的比例",
}
_PATTERNS = (
    (re.compile(r"^(\d+) (?:hidden )?layers$"), "{} 层"),
    (re.compile(r"^layer (\d+)$"), "第 {} 层"),
    (re.compile(r"^slope ([\d.]+)$"), "斜率 {}"),
    (re.compile(r"^rate ([\d.]+)$"), "学习率 {}"),
    (re.compile(r"^init: (.*)$"), "初始化：{}"),
)


def word(text: str, language: Language) -> str:
    """A word of a condition or picture in a language; parts between commas are translated by themselves."""
    if language == "en":
        return {"own": "own gain"}.get(text, text)
    if text in _CHINESE:
        return _CHINESE[text]
    for pattern, chinese in _PATTERNS:
        if match := pattern.match(text):
            return chinese.format(word(match[1], language))
    if ", " in text:
        return "，".join(word(each, language) for each in text.split(", "))
    return text


# -- effects -----------------------------------------------------------------------------------
def value(number: float, unit: Unit, language: Language) -> str:
    """An effect as text with its unit.

    >>> value(0.0123, "points", "en"), value(1.0, "times", "en"), value(-0.5, "share", "en")
    ('1.2 points', '2×', '−50 %')
    """
    return f"{bare(number, unit)}{_UNITS[unit].in_(language)}"


def bare(number: float, unit: Unit) -> str:
    """An effect as text without its unit, but for signs."""
    if not isfinite(number):
        return "–"
    text = {
        "points": f"{number * 100:.1f}",
        "share": f"{number * 100:.3g} %" if abs(number) < 0.1 else f"{number * 100:.0f} %",
        "times": _factor(number),
        "decades": f"{number:.1f}" if abs(number) >= 1 else f"{number:.2f}",
        "number": f"{number:.2g}" if abs(number) < 1e-3 and number else f"{number:.3f}".rstrip("0").rstrip("."),
    }[unit]
    return "0" + text[2:] if re.fullmatch(r"-0[ %×]*", text) else text.replace("-", "−")


def _factor(log2: float) -> str:
    factor = 2.0 ** max(-60.0, min(log2, 60.0))
    return f"{factor:.2g}×" if factor < 100 else f"{factor:,.0f}×" if factor < 1e6 else f"{factor:.0e}×"


_UNITS: dict[Unit, Text] = {
    "points": Text(" points", " 个百分点"),
    "share": Text("", ""),
    "times": Text("", ""),
    "decades": Text(" decades", " 个数量级"),
    "number": Text("", ""),
}


def effect(found: Interval, unit: Unit, language: Language) -> str:
    """The mean and its interval as text."""
    between = {"en": " to ", "zh": " 至 "}[language]
    inner = f"{bare(found.low, unit)}{between}{bare(found.high, unit)}"
    return (
        f"{value(found.mean, unit, language)} ({inner})"
        if language == "en"
        else f"{value(found.mean, unit, language)}（{inner}）"
    )


def rule(part: Part, language: Language) -> str:
    """The rule by which the verdict follows from an interval, as text."""
    least = value(part.least, part.unit, language)
    return _RULES[part.kind].in_(language).format(least=least)


_RULES: dict[Kind, Text] = {
    "more": Text(
        "holds where the 95 % interval lies above {least}, does not where it lies below",
        "95% 区间全部高于 {least} 则成立，全部低于则不成立",
    ),
    "no more": Text(
        "holds where the 95 % interval lies below {least}, does not where it lies above",
        "95% 区间全部低于 {least} 则成立，全部高于则不成立",
    ),
    "same": Text(
        "holds where the 95 % interval lies within ±{least}, does not where it lies outside",
        "95% 区间全部在 ±{least} 之内则成立，全部在其外则不成立",
    ),
}


# -- verdicts ----------------------------------------------------------------------------------
def condition(found: dict[str, str], language: Language) -> str:
    """A condition as text: "digits, sgd, hidden layers 2"."""
    comma = {"en": ", ", "zh": "，"}[language]
    return comma.join(_named(name, each, language) for name, each in found.items())


def _named(name: str, each: str, language: Language) -> str:
    # Values of these factors are clear without the factor's name.
    if name in ("data", "optimiser", "state", "pass", "cause", "cure", "dtype", "pair", "function"):
        return word(each, language)
    return f"{word(name, language)} {re.sub(r'^-(?=[0-9])', '−', word(each, language))}"


def part_verdict(found: PartVerdict, language: Language) -> str:
    """A part's verdict as text, with what it depends on."""
    head = VERDICTS[found.word].in_(language)
    if found.word != "depends":
        return head
    names = _listed([word(name, language) for name in found.factors], language)
    on = {"en": f"{head} on {names}", "zh": f"{head}：取决于{names}"}[language]
    return f"{on}{_COLON.in_(language)}{_where(found, language)}"


_COLON = Text(": ", "；")


def _where(found: PartVerdict, language: Language) -> str:
    """The conditions under which a part holds, and those under which not: by value for one factor, else by count."""
    if len(found.factors) == 1:
        (name,) = found.factors
        clauses = []
        for each in ("holds", "does not hold"):
            values = _listed([word(one[name], language) for one in found.where(each)], language)
            clauses.append({"en": f"{each} at {values}", "zh": f"{values} 时{VERDICTS[each].zh}"}[language])
        return {"en": "; ", "zh": "，"}[language].join(clauses)
    words = [one.word for one in found.judged]
    told = [(each, words.count(each)) for each in VERDICTS if each in words]
    if language == "zh":
        return f"{len(words)} 种条件中 " + "、".join(f"{count} 种{VERDICTS[each].zh}" for each, count in told)
    return f"of {len(words)} conditions " + _listed([f"{each} in {count}" for each, count in told], language)


def claim_verdict(found: ClaimVerdict, language: Language) -> str:
    """The claim's verdict in a sentence."""
    if len(found.parts) == 1:
        return part_verdict(found.parts[0], language)
    if found.word != "depends" or len({part.word for part in found.parts}) == 1:
        return VERDICTS[found.word].in_(language)
    counts = {each: sum(part.word == each for part in found.parts) for each in VERDICTS}
    told = [_count(each, count, language) for each, count in counts.items() if count]
    of = len(found.parts)
    head = {"en": f"depends: of {of} parts, ", "zh": f"视情况而定：共 {of} 部分，"}[language]
    return head + _listed(told, language)


def _count(said: Word, count: int, language: Language) -> str:
    if language == "zh":
        return f"{count} 部分{VERDICTS[said].zh}"
    return f"{count} {_PLURAL.get(said, said) if count > 1 else said}"


def short(found: ClaimVerdict, language: Language) -> str:
    """The claim's verdict where its parts' verdicts follow; where it stands alone, it says what it depends on."""
    if len(found.parts) == 1:
        return part_verdict(found.parts[0], language)
    if len({part.word for part in found.parts}) == 1:
        return VERDICTS[found.word].in_(language)
    return {"en": "depends on the part", "zh": "视部分而定"}[language]


def _listed(items: list[str], language: Language) -> str:
    if language == "zh":
        return "、".join(items)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "nothing"
