"""Exponential units: linear above zero, saturating softly below."""

from softknee.language.definition import Parameter, activation, positive
from softknee.language.expression import where
from softknee.language.ops import expm1, log1p


@activation(
    paper="Clevert, Unterthiner & Hochreiter 2016, Fast and accurate deep network learning by ELUs, arXiv:1511.07289",
    year=2015,
    module="ELU",
    inverse=lambda x, alpha: where(x > 0, x, log1p(x / alpha)),
    alpha=Parameter(1.0, positive),
)
def elu(x, alpha):
    """Exponential linear unit: the identity above zero, saturating to -alpha below.

    For: plain deep networks without normalisation.
    Strengths: outputs closer to zero mean than ReLU's, which speeds up learning (Clevert 2016); no dead units near zero.
    Weaknesses: one exponential per element; saturates far below zero, where the slope vanishes.
    Instead: selu where a network is to normalise itself, celu for a smooth knee at any alpha.
    """
    return where(x > 0, x, alpha * expm1(x))
