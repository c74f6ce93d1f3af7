"""The names of each function in other libraries, and how their versions differ from softknee's."""

from __future__ import annotations

import re
from typing import Any

from softknee.lab.peers.table import spelling

Said = tuple[str, str]  # in English, in Chinese

LIBRARIES = ("PyTorch", "JAX", "Keras", "NNlib.jl")

# The full names of modules in the peers' table, of which entries that are one call at x are read.
_PREFIXES = {
    "torch": {"F": "torch.nn.functional", "torch": "torch"},
    "jax": {"nn": "jax.nn", "jnp": "jax.numpy", "special": "jax.scipy.special"},
}
_CALL = re.compile(r"(\w+)\.(\w+)\(x(?:, -1)?\)")

# Pairs of function and name in another library, besides those read from the peers' table.
NAMES: tuple[tuple[str, str], ...] = (
    ("prelu", "torch.nn.PReLU"),
    ("threshold", "torch.nn.functional.threshold"),
    ("identity", "torch.nn.Identity"),
    ("gelu_tanh", "torch.nn.functional.gelu"),
    ("softmin", "torch.nn.functional.softmin"),
    ("softmax2d", "torch.nn.Softmax2d"),
    ("gelu", "jax.nn.gelu"),
    ("gelu_tanh", "jax.nn.gelu"),
    ("swish", "jax.nn.swish"),
    ("relu", "keras.activations.relu"),
    ("leaky_relu", "keras.activations.leaky_relu"),
    ("leaky_relu", "keras.layers.LeakyReLU"),
    ("prelu", "keras.layers.PReLU"),
    ("relu6", "keras.activations.relu6"),
    ("clipped_relu", "keras.activations.relu"),
    ("thresholded_relu", "keras.activations.relu"),
    ("threshold", "keras.activations.threshold"),
    ("elu", "keras.activations.elu"),
    ("celu", "keras.activations.celu"),
    ("selu", "keras.activations.selu"),
    ("exponential", "keras.activations.exponential"),
    ("softplus", "keras.activations.softplus"),
    ("sigmoid", "keras.activations.sigmoid"),
    ("logsigmoid", "keras.activations.log_sigmoid"),
    ("hardsigmoid", "keras.activations.hard_sigmoid"),
    ("onnx_hardsigmoid", "keras.activations.hard_sigmoid"),
    ("tanh", "keras.activations.tanh"),
    ("hardtanh", "keras.activations.hard_tanh"),
    ("tanhshrink", "keras.activations.tanh_shrink"),
    ("softshrink", "keras.activations.soft_shrink"),
    ("hardshrink", "keras.activations.hard_shrink"),
    ("softsign", "keras.activations.softsign"),
    ("squareplus", "keras.activations.squareplus"),
    ("sparse_plus", "keras.activations.sparse_plus"),
    ("sparse_sigmoid", "keras.activations.sparse_sigmoid"),
    ("silu", "keras.activations.silu"),
    ("swish", "keras.activations.swish"),
    ("hardswish", "keras.activations.hard_silu"),
    ("gelu", "keras.activations.gelu"),
    ("gelu_tanh", "keras.activations.gelu"),
    ("mish", "keras.activations.mish"),
    ("identity", "keras.activations.linear"),
    ("glu", "keras.activations.glu"),
    ("softmax", "keras.activations.softmax"),
    ("log_softmax", "keras.activations.log_softmax"),
    ("sparsemax", "keras.activations.sparsemax"),
    ("relu", "NNlib.relu"),
    ("leaky_relu", "NNlib.leakyrelu"),
    ("rrelu", "NNlib.rrelu"),
    ("relu6", "NNlib.relu6"),
    ("thresholded_relu", "NNlib.trelu"),
    ("elu", "NNlib.elu"),
    ("celu", "NNlib.celu"),
    ("selu", "NNlib.selu"),
    ("softplus", "NNlib.softplus"),
    ("sigmoid", "NNlib.sigmoid"),
    ("logsigmoid", "NNlib.logsigmoid"),
    ("hardsigmoid", "NNlib.hardsigmoid"),
    ("tanh", "NNlib.tanh_fast"),
    ("hardtanh", "NNlib.hardtanh"),
    ("tanhshrink", "NNlib.tanhshrink"),
    ("softshrink", "NNlib.softshrink"),
    ("softsign", "NNlib.softsign"),
    ("logcosh", "NNlib.logcosh"),
    ("silu", "NNlib.swish"),
    ("swish", "NNlib.swish"),
    ("hardswish", "NNlib.hardswish"),
    ("gelu", "NNlib.gelu_erf"),
    ("gelu_tanh", "NNlib.gelu"),
    ("mish", "NNlib.mish"),
    ("lisht", "NNlib.lisht"),
    ("glu", "NNlib.glu"),
    ("softmax", "NNlib.softmax"),
    ("log_softmax", "NNlib.logsoftmax"),
)

_NO_BETA = ("It has no beta.", "没有参数 beta。")
_NO_OMEGA = ("It has no omega.", "没有参数 omega。")
_LAST_AXIS = (
    "Without dim it picks an axis by the number of dimensions, with a warning; here it is the last.",
    "不给 dim 时按维数挑选一个轴并发出警告；这里默认为最后一个轴。",
)
_FIRST_AXIS = (
    "It works along the first axis by default; here along the last.",
    "默认沿第一个轴；这里默认沿最后一个轴。",
)
_EXP_MINUS_1 = (
    "It computes exp(x) − 1 as it stands, which keeps nothing of a tiny x.",
    "直接计算 exp(x) − 1，x 极小时有效数字全部丢失。",
)

# Functions that give other values than softknee's when called without further arguments.
OTHER_VALUES: dict[tuple[str, str], Said] = {
    ("gelu_tanh", "torch.nn.functional.gelu"): (
        'Needs approximate="tanh"; without it this is `gelu`.',
        '需要 approximate="tanh"；不给则是 `gelu`。',
    ),
    ("gelu", "jax.nn.gelu"): (
        "Needs approximate=False; by default this is `gelu_tanh`.",
        "需要 approximate=False；默认是 `gelu_tanh`。",
    ),
    ("leaky_relu", "keras.activations.leaky_relu"): (
        "Its negative_slope is 0.2 by default, here 0.01.",
        "negative_slope 默认为 0.2，这里为 0.01。",
    ),
    ("leaky_relu", "keras.layers.LeakyReLU"): (
        "Its negative_slope is 0.3 by default (0.2 in keras.activations), here 0.01.",
        "negative_slope 默认为 0.3（keras.activations 中为 0.2），这里为 0.01。",
    ),
    ("prelu", "keras.layers.PReLU"): (
        "It starts as ReLU, with slope 0 (here 0.25), and learns one for each element unless shared_axes is given.",
        "斜率从 0 开始（这里为 0.25），即从 ReLU 开始；不给 shared_axes 时每个元素各学一个斜率。",
    ),
    ("clipped_relu", "keras.activations.relu"): (
        "Needs max_value; without it there is no ceiling (here 20).",
        "需要 max_value；不给则没有上限（这里为 20）。",
    ),
    ("thresholded_relu", "keras.activations.relu"): (
        "Needs threshold=1; by default it is 0.",
        "需要 threshold=1；默认为 0。",
    ),
    ("onnx_hardsigmoid", "keras.activations.hard_sigmoid"): (
        "Only before Keras 3, which has the slope 1/6 of `hardsigmoid` under this name.",
        "仅限 Keras 3 之前；Keras 3 的同名函数斜率为 1/6，即 `hardsigmoid`。",
    ),
    ("gelu_tanh", "keras.activations.gelu"): (
        "Needs approximate=True; by default this is `gelu`.",
        "需要 approximate=True；默认是 `gelu`。",
    ),
    ("rrelu", "NNlib.rrelu"): (
        "It draws the slope at random in each call, also after training; here it is the mean.",
        "每次调用都随机抽取斜率，训练结束后也是如此；这里取平均值。",
    ),
    ("glu", "NNlib.glu"): _FIRST_AXIS,
    ("softmax", "NNlib.softmax"): _FIRST_AXIS,
    ("log_softmax", "NNlib.logsoftmax"): _FIRST_AXIS,
}

# Functions with the same values, and a remark.
OTHERWISE: dict[tuple[str, str], Said] = {
    ("prelu", "torch.nn.PReLU"): (
        "It learns one slope for all channels unless num_parameters is given.",
        "不给 num_parameters 时所有通道共用一个斜率。",
    ),
    ("rrelu", "torch.nn.functional.rrelu"): (
        "With training=True it draws the slope of each element at random; by default it is this.",
        "training=True 时为每个元素随机抽取斜率；默认与这里相同。",
    ),
    ("threshold", "torch.nn.functional.threshold"): (
        "Both numbers must be given; here they are 0 and 0 by default.",
        "两个数都必须给出；这里默认为 0 和 0。",
    ),
    ("softplus", "torch.nn.functional.softplus"): (
        "Where beta x exceeds threshold=20 it returns x, which makes a small jump.",
        "beta x 超过 threshold=20 时直接返回 x，因而有微小的跳跃。",
    ),
    ("softmax", "torch.nn.functional.softmax"): _LAST_AXIS,
    ("softmin", "torch.nn.functional.softmin"): _LAST_AXIS,
    ("log_softmax", "torch.nn.functional.log_softmax"): _LAST_AXIS,
    ("swish", "jax.nn.swish"): _NO_BETA,
    ("sine", "torch.sin"): _NO_OMEGA,
    ("sine", "jax.numpy.sin"): _NO_OMEGA,
    ("cosine", "torch.cos"): _NO_OMEGA,
    ("cosine", "jax.numpy.cos"): _NO_OMEGA,
    ("threshold", "keras.activations.threshold"): (
        "Both numbers must be given; here they are 0 and 0 by default.",
        "两个数都必须给出；这里默认为 0 和 0。",
    ),
    ("sigmoid", "keras.activations.sigmoid"): (
        "On NumPy it computes 1/(1 + exp(−x)) as it stands, which overflows with a warning far below zero.",
        "以 NumPy 为后端时直接计算 1/(1 + exp(−x))，x 远小于零时溢出并发出警告。",
    ),
    ("tanhshrink", "keras.activations.tanh_shrink"): (
        "It computes x − tanh(x) as it stands, which keeps little of a small x.",
        "直接计算 x − tanh(x)，x 很小时有效数字所剩无几。",
    ),
    ("squareplus", "keras.activations.squareplus"): (
        "It computes (x + sqrt(x² + b))/2 as it stands, which loses the tail far below zero.",
        "直接计算 (x + sqrt(x² + b))/2，x 远小于零时尾部丢失。",
    ),
    ("swish", "keras.activations.swish"): _NO_BETA,
    ("elu", "NNlib.elu"): _EXP_MINUS_1,
    ("celu", "NNlib.celu"): _EXP_MINUS_1,
    ("selu", "NNlib.selu"): _EXP_MINUS_1,
    ("tanh", "NNlib.tanh_fast"): (
        "A faster stand-in for Julia's tanh, off by up to 5 eps by its documentation.",
        "代替 Julia 自带的 tanh，更快，其文档称误差可达 5 eps。",
    ),
    ("tanhshrink", "NNlib.tanhshrink"): (
        "It computes x − tanh_fast(x) as it stands, which keeps little of a small x.",
        "直接计算 x − tanh_fast(x)，x 很小时有效数字所剩无几。",
    ),
    ("logcosh", "NNlib.logcosh"): (
        "It computes x + softplus(−2x) − ln 2, which cancels near zero.",
        "计算 x + softplus(−2x) − ln 2，在零附近相消。",
    ),
    ("swish", "NNlib.swish"): _NO_BETA,
    ("gelu", "NNlib.gelu_erf"): (
        "NNlib.gelu is `gelu_tanh`; gelu_erf needs SpecialFunctions.jl loaded.",
        "NNlib.gelu 是 `gelu_tanh`；gelu_erf 需要先加载 SpecialFunctions.jl。",
    ),
}

# Function, name, kinks, slopes there, slopes here: ours are those from the left.
KINKS: tuple[tuple[str, str, tuple[float, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("absolute", "torch.abs", (0,), ("0",), ("-1",)),
    ("relu6", "torch.nn.functional.relu6", (6,), ("0",), ("1",)),
    ("hardsigmoid", "torch.nn.functional.hardsigmoid", (3,), ("0",), ("1/6",)),
    ("hardswish", "torch.nn.functional.hardswish", (3,), ("1",), ("1.5",)),
    ("hardtanh", "torch.nn.functional.hardtanh", (1,), ("0",), ("1",)),
    ("softshrink", "torch.nn.functional.softshrink", (-0.5,), ("0",), ("1",)),
    ("hardshrink", "torch.nn.functional.hardshrink", (-0.5,), ("0",), ("1",)),
    ("absolute", "jax.numpy.abs", (0,), ("1",), ("-1",)),
    ("leaky_relu", "jax.nn.leaky_relu", (0,), ("1",), ("0.01",)),
    ("relu6", "jax.nn.relu6", (6,), ("0",), ("1",)),
    ("hardsigmoid", "jax.nn.hard_sigmoid", (3,), ("0",), ("1/6",)),
    ("hardswish", "jax.nn.hard_swish", (3,), ("1",), ("1.5",)),
    ("hardtanh", "jax.nn.hard_tanh", (-1,), ("1",), ("0",)),
    ("sparse_sigmoid", "jax.nn.sparse_sigmoid", (-1, 1), ("1/4", "1/4"), ("0", "1/2")),
    ("relu6", "NNlib.relu6", (6,), ("0",), ("1",)),
    ("hardsigmoid", "NNlib.hardsigmoid", (3,), ("0",), ("1/6",)),
    ("hardswish", "NNlib.hardswish", (-3,), ("-0.5",), ("0",)),
    ("hardtanh", "NNlib.hardtanh", (1,), ("0",), ("1",)),
    ("softshrink", "NNlib.softshrink", (-0.5,), ("0",), ("1",)),
)

# Function, name, value (f) or slope (f′) in float32, at x, as computed there, exactly: rows of docs/accuracy.md.
FAULTS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("softsign", "torch.nn.functional.softsign", "f", "inf", "nan", "1"),
    ("hardswish", "torch.nn.functional.hardswish", "f", "6.14799e+37", "inf", "6.148e+37"),
    ("tanhshrink", "torch.nn.functional.tanhshrink", "f", "0.000351858", "0", "1.452e-11"),
    ("sigmoid", "torch.sigmoid", "f′", "16.6408", "0", "5.929e-08"),
    ("tanh", "torch.tanh", "f′", "9.01875", "0", "5.868e-08"),
    ("silu", "torch.nn.functional.silu", "f", "-inf", "nan", "-0"),
    ("mish", "torch.nn.functional.mish", "f", "-inf", "nan", "0"),
    ("gelu", "torch.nn.functional.gelu", "f", "-5.5465", "0", "-8.083e-08"),
    ("gelu_tanh", "torch.nn.functional.gelu", "f", "-5.06671", "-0", "-1.454e-07"),
    ("squareplus", "jax.nn.squareplus", "f", "-6380.75", "0", "0.0001567"),
    ("softsign", "jax.nn.soft_sign", "f′", "1.17517e+07", "0", "7.241e-15"),
    ("elu", "jax.nn.elu", "f′", "-17.341", "0", "2.944e-08"),
    ("celu", "jax.nn.celu", "f′", "-17.341", "0", "2.944e-08"),
    ("selu", "jax.nn.selu", "f′", "-17.341", "0", "5.176e-08"),
    ("sigmoid", "jax.nn.sigmoid", "f′", "16.6408", "0", "5.929e-08"),
    ("tanh", "jax.numpy.tanh", "f′", "-8.00545", "0", "4.453e-07"),
    ("gelu_tanh", "jax.nn.gelu", "f", "-4.86798", "-0", "-5.481e-07"),
)


def elsewhere(function: Any) -> list[dict[str, Any]]:
    """The other libraries' versions: library, name, and the sentences on which it `differs` ("" where it does not).

    >>> import softknee as knee
    >>> elsewhere(knee.leaky_relu)[2]["differs"]["en"]
    'Its negative_slope is 0.2 by default, here 0.01.'
    """
    name = function.name
    found = [*_spelled(name), *(there for ours, there in NAMES if ours == name)]
    rows = [{"library": _library(there), "name": there, "differs": _differs(name, there)} for there in found]
    return sorted(rows, key=lambda row: LIBRARIES.index(row["library"]))


def _spelled(name: str) -> list[str]:
    found = []
    for peer, prefixes in _PREFIXES.items():
        call = _CALL.fullmatch(spelling(name, peer) or "")
        if call:
            found.append(f"{prefixes[call[1]]}.{call[2]}")
    return found


def _library(there: str) -> str:
    return {"torch": "PyTorch", "jax": "JAX", "keras": "Keras", "NNlib": "NNlib.jl"}[there.partition(".")[0]]


def _differs(name: str, there: str) -> dict[str, str]:
    said = [table[name, there] for table in (OTHER_VALUES, OTHERWISE) if (name, there) in table]
    said += [_kink(*row[2:]) for row in KINKS if row[:2] == (name, there)]
    said += [_fault(*row[2:]) for row in FAULTS if row[:2] == (name, there)]
    return {"en": " ".join(english for english, _ in said), "zh": "".join(chinese for _, chinese in said)}


def _kink(at: tuple[float, ...], theirs: tuple[str, ...], ours: tuple[str, ...]) -> Said:
    x, there, here = ([_shown(str(each)) for each in numbers] for numbers in (at, theirs, ours))
    return (
        f"At {' and '.join(x)} its slope is {' and '.join(there)}; here, from the left, {' and '.join(here)}.",
        f"在折点 {'、'.join(x)} 处斜率取 {'、'.join(there)}；这里取左侧的 {'、'.join(here)}。",
    )


def _fault(spec: str, x: str, computed: str, exact: str) -> Said:
    at, wrong, right = map(_shown, (x, computed, exact))
    english, chinese = {"f": ("value", "值"), "f′": ("slope", "斜率")}[spec]
    return (
        f"In float32 its {english} at {at} is {wrong}; exactly it is {right}.",
        f"float32 下，{at} 处的{chinese}为 {wrong}，准确值为 {right}。",
    )


def _shown(number: str) -> str:
    return number.replace("-", "−").replace("inf", "∞").replace("nan", "NaN")
