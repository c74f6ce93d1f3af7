"""Which specs have a kernel written by hand, in native/kernels/close_functions.h: the most called functions'."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from softknee.catalogue.exponential import SELU_ALPHA, SELU_SCALE


@dataclass(frozen=True)
class Close:
    """The steps of a kernel, for which parameters it is good (in C), and what the last step takes of those; which input
    they are about, and what is made of the last one, in native/kernels/close_loop.h; whether a result is ever in doubt.
    """

    steps: tuple[str, ...]
    guard: str = "1"
    more: str = ""
    of: int = 0
    result: str = "WHOLE"
    doubts: bool = True

    @property
    def is_piecewise(self) -> bool:
        """True for one step that takes one input."""
        return len(self.steps) == 1 and self.result == "WHOLE"


_AT_ONE = "parameters[0] == 1"
_ALPHA = "close_moderate(parameters[0])", "close_parameter(parameters[0])"
_SELU = "1", f"close_parameter({SELU_SCALE!r}), close_parameter({SELU_SCALE!r} * {SELU_ALPHA!r})"

# By definition and spec. A kernel that is good at some parameters only leaves the others to the printed ones.
CLOSE = {
    "sigmoid value": Close(("decay", "sigmoid")),
    "sigmoid value/x": Close(("decay", "sigmoid_slope")),
    "tanh value": Close(("loss_twice", "tanh")),
    "tanh value/x": Close(("decay_twice", "tanh_slope")),
    "softplus value": Close(("decay", "softplus"), _AT_ONE),
    "softplus value/x": Close(("decay", "sigmoid"), _AT_ONE),
    "logsigmoid value": Close(("decay", "logsigmoid")),
    "logsigmoid value/x": Close(("decay", "logsigmoid_slope")),
    "silu value": Close(("decay", "silu")),
    "silu value/x": Close(("decay", "silu_sum", "silu_slope")),
    "swish value": Close(("decay", "silu"), _AT_ONE),
    "swish value/x": Close(("decay", "silu_sum", "silu_slope"), _AT_ONE),
    "mish value": Close(("decay", "mish")),
    "mish value/x": Close(("decay", "mish_sum", "mish_slope")),
    "gelu value": Close(("gauss", "mills", "gelu")),
    "gelu value/x": Close(("gauss", "gelu_sum", "gelu_slope")),
    "gelu_tanh value": Close(("decay_cubic", "gelu_tanh")),
    "gelu_tanh value/x": Close(("decay_cubic", "gelu_tanh_sum", "gelu_tanh_slope")),
    "elu value": Close(("loss", "elu"), *_ALPHA),
    "elu value/x": Close(("decay", "elu_slope"), *_ALPHA),
    "celu value": Close(("loss", "elu"), _AT_ONE, _ALPHA[1]),
    "celu value/x": Close(("decay", "elu_slope"), _AT_ONE, _ALPHA[1]),
    "selu value": Close(("loss_finer", "selu"), *_SELU),
    "selu value/x": Close(("decay", "selu_slope"), *_SELU),
    "softshrink value": Close(("softshrink",), "parameters[0] >= 0", _ALPHA[1]),
    "hardsigmoid value": Close(("hardsigmoid",), doubts=False),
    "hardswish value": Close(("hardswish",), doubts=False),
    "hardswish value/x": Close(("hardswish_slope",), doubts=False),
}

# A gate and the function of its second input.
GATES = {"glu": "sigmoid", "swiglu": "silu", "geglu": "gelu", "geglu_tanh": "gelu_tanh"}
for _gate, _function in GATES.items():
    _value, _slope = CLOSE[f"{_function} value"], CLOSE[f"{_function} value/x"]
    CLOSE[f"{_gate} value"] = replace(_value, of=1, result="GATED")
    CLOSE[f"{_gate} value/a"] = replace(_value, of=1, result="BESIDE")
    CLOSE[f"{_gate} value/b"] = replace(_slope, of=1, result="GATED")


def close_row(titles: Iterable[str]) -> Close | None:
    """The row of a kernel that serves these specs."""
    return next((CLOSE[title] for title in titles if title in CLOSE), None)
