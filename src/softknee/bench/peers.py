"""Which other library computes which activation, and how it is called there.

Each entry is the text that people write, in x; `libraries` gives the names in it their meaning.
torch.compile compiles torch's text.
"""

from __future__ import annotations

from types import MappingProxyType

Spellings = dict[str, str]

_PEERS: dict[str, Spellings] = {
    "relu": {
        "torch": "F.relu(x)",
        "jax": "nn.relu(x)",
        "numpy": "np.maximum(x, 0)",
        "numexpr": "where(x > 0, x, 0)",
        "onnxruntime": "Relu(x)",
        "torch_activation": "ReLU()",
    },
    "leaky_relu": {
        "torch": "F.leaky_relu(x)",
        "jax": "nn.leaky_relu(x)",
        "numpy": "np.where(x > 0, x, 0.01 * x)",
        "numexpr": "where(x > 0, x, 0.01 * x)",
        "onnxruntime": "LeakyRelu(x, alpha=0.01)",
        "torch_activation": "LReLU()",
    },
    "prelu": {
        "torch": "F.prelu(x, weight)",
        "jax": "jnp.where(x > 0, x, 0.25 * x)",
        "numpy": "np.where(x > 0, x, 0.25 * x)",
        "numexpr": "where(x > 0, x, 0.25 * x)",
        "onnxruntime": "PRelu(x, 0.25)",
    },
    "elu": {
        "torch": "F.elu(x)",
        "jax": "nn.elu(x)",
        "numpy": "np.where(x > 0, x, np.expm1(x))",
        "numexpr": "where(x > 0, x, expm1(x))",
        "onnxruntime": "Elu(x)",
    },
    "celu": {
        "torch": "F.celu(x)",
        "jax": "nn.celu(x)",
        "numpy": "np.maximum(x, 0) + np.minimum(0, np.expm1(x))",
        "numexpr": "where(x > 0, x, expm1(x))",
        "onnxruntime": "Celu(x)",
        "torch_activation": "CELU()",
    },
    "selu": {
        "torch": "F.selu(x)",
        "jax": "nn.selu(x)",
        "numpy": "1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x))",
        "numexpr": "1.0507009873554805 * where(x > 0, x, 1.6732632423543772 * expm1(x))",
        "onnxruntime": "Selu(x)",
        "torch_activation": "ScaledExponentialLinearUnit()",
    },
    "relu6": {
        "torch": "F.relu6(x)",
        "jax": "nn.relu6(x)",
        "numpy": "np.clip(x, 0, 6)",
        "numexpr": "where(x > 6, 6, where(x > 0, x, 0))",
        "onnxruntime": "Clip(x, 0, 6)",
    },
    "softplus": {
        "torch": "F.softplus(x)",
        "jax": "nn.softplus(x)",
        "numpy": "np.log1p(np.exp(x))",
        "scipy": "special.softplus(x)",
        "numexpr": "log1p(exp(x))",
        "onnxruntime": "Softplus(x)",
        "torch_activation": "Softplus()",
    },
    "sigmoid": {
        "torch": "torch.sigmoid(x)",
        "jax": "nn.sigmoid(x)",
        "numpy": "1 / (1 + np.exp(-x))",
        "scipy": "special.expit(x)",
        "numexpr": "1 / (1 + exp(-x))",
        "onnxruntime": "Sigmoid(x)",
        "torch_activation": "Sigmoid()",
    },
    "logsigmoid": {
        "torch": "F.logsigmoid(x)",
        "jax": "nn.log_sigmoid(x)",
        "numpy": "-np.log1p(np.exp(-x))",
        "scipy": "special.log_expit(x)",
        "numexpr": "-log1p(exp(-x))",
        "torch_activation": "LogSigmoid()",
    },
    "tanh": {
        "torch": "torch.tanh(x)",
        "jax": "jnp.tanh(x)",
        "numpy": "np.tanh(x)",
        "numexpr": "tanh(x)",
        "onnxruntime": "Tanh(x)",
        "torch_activation": "Tanh()",
    },
    "mish": {
        "torch": "F.mish(x)",
        "jax": "nn.mish(x)",
        "numpy": "x * np.tanh(np.log1p(np.exp(x)))",
        "numexpr": "x * tanh(log1p(exp(x)))",
        "onnxruntime": "Mish(x)",
        "torch_activation": "Mish()",
    },
    "softshrink": {
        "torch": "F.softshrink(x)",
        "jax": "jnp.sign(x) * nn.relu(jnp.abs(x) - 0.5)",
        "numpy": "np.sign(x) * np.maximum(np.abs(x) - 0.5, 0)",
        "numexpr": "where(x > 0.5, x - 0.5, where(x < -0.5, x + 0.5, 0))",
        "onnxruntime": "Shrink(x, lambd=0.5, bias=0.5)",
        "torch_activation": "Softshrink()",
    },
    "maxout": {
        "torch": "x.view(-1, 2).amax(-1)",
        "jax": "x.reshape(-1, 2).max(-1)",
        "numpy": "x.reshape(-1, 2).max(-1)",
    },
    "gelu": {
        "torch": "F.gelu(x)",
        "jax": "nn.gelu(x, approximate=False)",
        "scipy": "x * special.ndtr(x)",
        "onnxruntime": "Gelu(x)",
        "torch_activation": "GELU()",
    },
    "gelu_tanh": {
        "torch": "F.gelu(x, approximate='tanh')",
        "jax": "nn.gelu(x, approximate=True)",
        "numpy": "0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))",
        "numexpr": "0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))",
        "onnxruntime": "Gelu(x, approximate='tanh')",
        "torch_activation": "SiELU()",
    },
    "silu": {
        "torch": "F.silu(x)",
        "jax": "nn.silu(x)",
        "numpy": "x / (1 + np.exp(-x))",
        "scipy": "x * special.expit(x)",
        "numexpr": "x / (1 + exp(-x))",
        "onnxruntime": "QuickGelu(x, alpha=1.0)",
        "torch_activation": "SiLU()",
    },
    "softsign": {
        "torch": "F.softsign(x)",
        "jax": "nn.soft_sign(x)",
        "numpy": "x / (1 + np.abs(x))",
        "numexpr": "x / (1 + abs(x))",
        "onnxruntime": "Softsign(x)",
        "torch_activation": "Softsign()",
    },
    "hardswish": {
        "torch": "F.hardswish(x)",
        "jax": "nn.hard_swish(x)",
        "numpy": "x * np.clip(x + 3, 0, 6) / 6",
        "onnxruntime": "HardSwish(x)",
        "torch_activation": "HardSwish()",
    },
    "hardsigmoid": {
        "torch": "F.hardsigmoid(x)",
        "jax": "nn.hard_sigmoid(x)",
        "numpy": "np.clip(x + 3, 0, 6) / 6",
        "onnxruntime": "HardSigmoid(x, alpha=0.16666667)",
    },
    "hardtanh": {
        "torch": "F.hardtanh(x)",
        "jax": "nn.hard_tanh(x)",
        "numpy": "np.clip(x, -1, 1)",
        "onnxruntime": "Clip(x, -1, 1)",
        "torch_activation": "HardTanh()",
    },
    "hardshrink": {
        "torch": "F.hardshrink(x)",
        "numpy": "np.where(np.abs(x) > 0.5, x, 0)",
        "onnxruntime": "Shrink(x, lambd=0.5)",
        "torch_activation": "Hardshrink()",
    },
    "tanhshrink": {"torch": "F.tanhshrink(x)", "numpy": "x - np.tanh(x)", "numexpr": "x - tanh(x)"},
    "threshold": {"torch": "F.threshold(x, 0.0, 0.0)"},
    "rrelu": {"torch": "F.rrelu(x)"},
    "erf": {"torch": "torch.erf(x)", "jax": "special.erf(x)", "scipy": "special.erf(x)", "onnxruntime": "Erf(x)"},
    "exponential": {"torch": "torch.exp(x)", "jax": "jnp.exp(x)", "numpy": "np.exp(x)", "numexpr": "exp(x)"},
    "arctan": {"torch": "torch.atan(x)", "jax": "jnp.arctan(x)", "numpy": "np.arctan(x)", "numexpr": "arctan(x)"},
    "squareplus": {"jax": "nn.squareplus(x)", "numpy": "(x + np.sqrt(x * x + 4)) / 2"},
    "gcu": {"numpy": "x * np.cos(x)", "numexpr": "x * cos(x)", "torch_activation": "GCU()"},
    "nlrelu": {"numpy": "np.log1p(np.maximum(x, 0))", "torch_activation": "NLReLU()"},
    "relu_squared": {"torch": "F.relu(x).square()", "numpy": "np.maximum(x, 0) ** 2"},
    "softmax": {"torch": "F.softmax(x, -1)", "jax": "nn.softmax(x)", "scipy": "special.softmax(x)"},
    "log_softmax": {"torch": "F.log_softmax(x, -1)", "jax": "nn.log_softmax(x)", "scipy": "special.log_softmax(x)"},
    "glu": {"torch": "F.glu(x)", "jax": "nn.glu(x)"},
    "swiglu": {"torch": "F.silu(x.chunk(2, -1)[1]) * x.chunk(2, -1)[0]"},
    "geglu": {"torch": "F.gelu(x.chunk(2, -1)[1]) * x.chunk(2, -1)[0]"},
    "reglu": {"torch": "F.relu(x.chunk(2, -1)[1]) * x.chunk(2, -1)[0]"},
}

PEERS = MappingProxyType(_PEERS)


def spelling(function: str, library: str) -> str | None:
    """How `library` computes `function`, or None where it has no such thing.

    >>> spelling("mish", "compile")
    'F.mish(x)'
    """
    return PEERS.get(function, {}).get("torch" if library == "compile" else library)
