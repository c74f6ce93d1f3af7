"""Which library has which function of the catalogue, at its default parameters: each library's own spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from softknee.extras import need

Functions = dict[str, Callable[[Any], Any]]


def torch() -> Functions:
    """PyTorch's functions, of tensors."""
    t = need("torch", "torch")
    f = t.nn.functional
    return {
        "relu": f.relu, "leaky_relu": f.leaky_relu, "elu": f.elu, "celu": f.celu, "selu": f.selu, "relu6": f.relu6,
        "softplus": f.softplus, "sigmoid": t.sigmoid, "logsigmoid": f.logsigmoid, "tanh": t.tanh, "mish": f.mish,
        "softshrink": f.softshrink, "hardshrink": f.hardshrink, "hardsigmoid": f.hardsigmoid, "hardtanh": f.hardtanh,
        "hardswish": f.hardswish, "gelu": f.gelu, "gelu_tanh": lambda x: f.gelu(x, approximate="tanh"),
        "silu": f.silu, "erf": t.erf, "exponential": t.exp, "arctan": t.atan, "elu_plus_one": lambda x: f.elu(x) + 1,
        "softsign": f.softsign, "tanhshrink": f.tanhshrink, "rrelu": f.rrelu,
        "prelu": lambda x: f.prelu(x, t.tensor(0.25, dtype=x.dtype)), "absolute": t.abs, "square": t.square,
        "sine": t.sin, "cosine": t.cos,
    }  # fmt: skip


def jax() -> Functions:
    """Functions of jax.nn, jax.numpy and jax.scipy, of jax arrays."""
    nn, jnp = need("jax.nn", "jax"), need("jax.numpy", "jax")
    special = need("jax.scipy.special", "jax")
    return {
        "squareplus": nn.squareplus, "sparse_plus": nn.sparse_plus, "sparse_sigmoid": nn.sparse_sigmoid,
        "identity": nn.identity, "relu": nn.relu, "relu6": nn.relu6, "softplus": nn.softplus, "silu": nn.silu,
        "mish": nn.mish, "celu": nn.celu, "selu": nn.selu, "elu": nn.elu, "hardswish": nn.hard_swish,
        "logsigmoid": nn.log_sigmoid, "softsign": nn.soft_sign, "sigmoid": nn.sigmoid, "tanh": nn.tanh,
        "leaky_relu": nn.leaky_relu, "hardtanh": nn.hard_tanh, "hardsigmoid": nn.hard_sigmoid,
        "gelu": lambda x: nn.gelu(x, approximate=False), "gelu_tanh": nn.gelu, "erf": special.erf,
        "exponential": jnp.exp, "arctan": jnp.arctan, "absolute": jnp.abs, "square": jnp.square, "sine": jnp.sin,
        "cosine": jnp.cos, "logcosh": lambda x: jnp.logaddexp(x, -x) - jnp.log(2.0),
    }  # fmt: skip


def scipy() -> Functions:
    """Functions of scipy.special, and what people build of them, of NumPy arrays."""
    s = need("scipy.special", "peers")
    return {
        "sigmoid": s.expit, "logsigmoid": s.log_expit, "softplus": s.softplus, "erf": s.erf,
        "silu": lambda x: x * s.expit(x), "gelu": lambda x: x * s.ndtr(x),
    }  # fmt: skip


# Operator, attributes and the first opset that has it.
_ONNX: dict[str, tuple[str, Mapping[str, Any], int]] = {
    "relu": ("Relu", {}, 14), "leaky_relu": ("LeakyRelu", {}, 16), "elu": ("Elu", {}, 6), "celu": ("Celu", {}, 12),
    "selu": ("Selu", {}, 6), "sigmoid": ("Sigmoid", {}, 13), "tanh": ("Tanh", {}, 13), "softsign": ("Softsign", {}, 1),
    "softplus": ("Softplus", {}, 1), "mish": ("Mish", {}, 18), "gelu": ("Gelu", {}, 20), "erf": ("Erf", {}, 13),
    "gelu_tanh": ("Gelu", {"approximate": "tanh"}, 20), "hardswish": ("HardSwish", {}, 14),
    "hardsigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}, 6), "onnx_hardsigmoid": ("HardSigmoid", {}, 6),
    "thresholded_relu": ("ThresholdedRelu", {}, 10), "hardshrink": ("Shrink", {"bias": 0.0, "lambd": 0.5}, 9),
    "softshrink": ("Shrink", {"bias": 0.5, "lambd": 0.5}, 9), "exponential": ("Exp", {}, 13),
    "arctan": ("Atan", {}, 7), "absolute": ("Abs", {}, 13), "sine": ("Sin", {}, 7), "cosine": ("Cos", {}, 7),
    "silu": ("Swish", {}, 24),
}  # fmt: skip


def onnxruntime() -> Functions:
    """One-node models, of NumPy arrays; a call raises where onnxruntime has no kernel for the dtype."""
    need("onnx", "peers")
    need("onnxruntime", "peers")
    from .onnx_node import runner

    return {name: runner(*row) for name, row in _ONNX.items()}


def torch_activation() -> Functions:
    """Modules of torch_activation, of tensors."""
    need("plotly", "peers")  # without it half of torch_activation is left out, with a warning
    t = need("torch_activation", "peers")
    classes = {
        "relu": t.ReLU, "celu": t.CELU, "pelu": t.PELU, "mpelu": t.MPELU, "selu": t.ScaledExponentialLinearUnit,
        "leaky_relu": t.LReLU, "nlrelu": t.NLReLU, "relu_squared": t.SquaredReLU, "thresholded_relu": t.TRec,
        "hardswish": t.HardSwish, "hardtanh": t.HardTanh, "hardshrink": t.Hardshrink, "softshrink": t.Softshrink,
        "sparse_sigmoid": t.HardSigmoid, "softplus": t.Softplus, "softsign": t.Softsign, "gelu": t.GELU,
        "gelu_tanh": t.SiELU, "mish": t.Mish, "swish": t.Swish, "silu": t.SiLU, "sigmoid": t.Sigmoid, "tanh": t.Tanh,
        "logsigmoid": t.LogSigmoid, "arctan": t.Arctan, "bent_identity": t.BentIdentity, "isru": t.ISRU,
        "isrlu": t.ISRLU, "lisht": t.LiSHT, "lecun_tanh": t.STanh, "logish": t.Logish, "phish": t.Phish,
        "serf": t.Serf, "smish": t.Smish, "telu": t.TanhExp, "dsilu": t.dSiLU, "gcu": t.GCU,
        "elish": t.ExponentialLinearSigmoidSquashing, "absolute": t.VReLU, "cube": t.Triple,
    }  # fmt: skip
    return {name: made() for name, made in classes.items()}


PEERS: dict[str, Callable[[], Functions]] = {
    "torch": torch,
    "jax": jax,
    "scipy": scipy,
    "onnxruntime": onnxruntime,
    "torch_activation": torch_activation,
}
