"""Sigmoids: bounded, monotone, saturating on both sides."""

from softknee.language.definition import activation
from softknee.language.ops import log, log1p, sigmoid as _sigmoid, tanh as _tanh


@activation(
    paper="Verhulst 1845; Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors",
    year=1986,
    aliases=("logistic", "expit"),
    inverse=lambda x: log(x) - log1p(-x),
)
def sigmoid(x):
    """Logistic sigmoid: squashes any number into (0, 1).

    For: the output of a binary classifier, and gates.
    Strengths: reads as a probability; smooth and monotone.
    Weaknesses: slope at most 1/4, so gradients vanish with depth (Hochreiter 1991); outputs are never negative.
    Instead: tanh in hidden layers, relu or its smooth kin in deep ones; logits with a fused loss at the output.
    """
    return _sigmoid(x)


@activation(
    paper="LeCun, Bottou, Orr & Müller 1998, Efficient backprop",
    year=1986,
    inverse=lambda x: (log1p(x) - log1p(-x)) / 2,
)
def tanh(x):
    """Hyperbolic tangent: squashes any number into (-1, 1), through the origin with slope 1.

    For: recurrent networks, small plain networks, outputs between -1 and 1.
    Strengths: zero-centred, so it trains faster than the sigmoid (LeCun 1998); nearly linear around 0.
    Weaknesses: saturates on both sides; gradients vanish with depth.
    Instead: relu, gelu or silu in deep networks; softsign for slower saturation.
    """
    return _tanh(x)
