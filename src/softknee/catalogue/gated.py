"""Self-gated units: x times a soft step of x."""

from softknee.language.definition import activation
from softknee.language.ops import softplus, tanh


@activation(
    paper="Misra 2019, Mish: a self regularized non-monotonic activation function, arXiv:1908.08681",
    year=2019,
)
def mish(x):
    """Mish: x times the tanh of its softplus; smooth, with a small dip below zero.

    For: convolutional networks; YOLOv4 uses it (Bochkovskiy 2020).
    Strengths: smooth everywhere, never fully dead on the left near zero; small gains over swish in its paper.
    Weaknesses: two exponentials and a logarithm as written; hard to tell from silu on most tasks.
    Instead: silu, which is cheaper.
    """
    return x * tanh(softplus(x))
