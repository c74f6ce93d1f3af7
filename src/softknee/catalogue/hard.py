"""Hard versions of soft functions: clips and pieces of polynomials instead of exponentials."""

from softknee.language.definition import Parameter, activation, positive
from softknee.language.expression import where
from softknee.language.ops import expm1


@activation(
    paper="Howard et al. 2019, Searching for MobileNetV3, arXiv:1905.02244; after Courbariaux 2015, arXiv:1511.00363",
    year=2019,
    aliases=("hard_sigmoid",),
    after=("sigmoid", "relu6"),
)
def hardsigmoid(x):
    """Hard sigmoid: a straight line through (0, 1/2) clipped to [0, 1], as in torch, jax and Keras 3.

    For: gates of mobile and quantised networks, such as squeeze-and-excite (Howard 2019).
    Strengths: no exponential; reaches 0 and 1 exactly; exact in fixed point.
    Weaknesses: no gradient outside (-3, 3), so a saturated gate stays where it is.
    Instead: sigmoid where an exponential is affordable, onnx_hardsigmoid for the older slope of 0.2.
    """
    return where(x > -3, where(x < 3, (x + 3) / 6, 1), 0)


@activation(
    paper="ONNX operator HardSigmoid; Keras before version 3",
    year=2015,
    aliases=("keras2_hard_sigmoid",),
    after=("sigmoid",),
    module="ONNXHardsigmoid",
    alpha=Parameter(0.2, positive),
    beta=Parameter(0.5),
)
def onnx_hardsigmoid(x, alpha, beta):
    """Hard sigmoid of any slope and offset, by default those of ONNX and of Keras before version 3.

    For: reading models that were saved from old Keras (its LSTM gates use it) or as ONNX.
    Strengths: no exponential; reaches 0 and 1 exactly.
    Weaknesses: another function than torch's under nearly the same name; no gradient where it is clipped.
    Instead: hardsigmoid in new models, sigmoid where an exponential is affordable.
    """
    return where(alpha * x > -beta, where(alpha * x < 1 - beta, alpha * x + beta, 1), 0)


@activation(
    paper="Howard et al. 2019, Searching for MobileNetV3, arXiv:1905.02244",
    year=2019,
    aliases=("hard_swish", "hard_silu", "hardsilu"),
    after=("swish", "hardsigmoid"),
)
def hardswish(x):
    """Hard swish: x times the hard sigmoid of x; an approximation of silu without an exponential.

    For: mobile networks, in the deeper layers (Howard 2019).
    Strengths: nearly the accuracy of silu at nearly the cost of relu6; kind to 8-bit arithmetic (Howard 2019).
    Weaknesses: exactly zero below -3, so units can die there; two kinks in the slope.
    Instead: silu where an exponential is affordable, relu6 where every operation counts.
    """
    return where(x > -3, where(x < 3, x * ((x + 3) / 6), x), 0)


@activation(
    paper="Collobert 2004, Large scale machine learning, thesis, Université Paris VI",
    year=2004,
    aliases=("hard_tanh", "clip"),
    after=("tanh",),
    constraint=lambda min_val, max_val: min_val < max_val,
    requires="min_val < max_val",
    min_val=Parameter(-1.0),
    max_val=Parameter(1.0),
)
def hardtanh(x, min_val, max_val):
    """Hard tanh: x clipped to [min_val, max_val].

    For: language taggers and binarised networks (Collobert 2011, Courbariaux 2016); bounding an output.
    Strengths: two comparisons; slope exactly 1 inside.
    Weaknesses: no gradient outside the interval.
    Instead: tanh or softsign for soft bounds, relu6 or clipped_relu for one-sided outputs.
    """
    return where(x > min_val, where(x < max_val, x, max_val), min_val)


@activation(
    paper="Misra 2020, H-Mish, github.com/digantamisra98/H-Mish; timm.layers.HardMish",
    year=2020,
    aliases=("hardmish", "h_mish"),
    after=("mish", "hardswish"),
)
def hard_mish(x):
    """Hard mish: the identity above zero, a parabola from -2 to 0, zero below.

    For: mobile versions of networks that were designed with mish; experimental, by its author's word.
    Strengths: no exponential; its slope is continuous, also at zero.
    Weaknesses: dead below -2; hardly measured in print.
    Instead: mish itself, or hardswish, which is better tried.
    """
    return where(x > -2, where(x < 0, x * ((x + 2) / 2), x), 0)


@activation(
    paper="Basirat & Roth 2018, The quest for the golden activation function, arXiv:1808.00783",
    year=2018,
    aliases=("hardelish",),
    after=("elish",),
    module="HardELiSH",
)
def hard_elish(x):
    """Hard ELiSH: ELU on the left, the identity on the right, each times a hard sigmoid of slope 1/2.

    For: image classifiers; found by a genetic search over combinations of activations (Basirat 2018).
    Strengths: the identity above 1 and zero below -1, with a dip between; better than relu in its paper.
    Weaknesses: still needs an exponential; dead below -1; little tried beyond its paper.
    Instead: elish for the smooth form, hardswish for a cheap one.
    """
    right = where(x < 1, x * ((x + 1) / 2), x)
    return where(x > 0, right, where(x > -1, expm1(x) * ((x + 1) / 2), 0))
