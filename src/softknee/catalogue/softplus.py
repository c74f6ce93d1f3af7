"""Softplus and its kin: logarithms of sums of exponentials."""

from softknee.language.definition import Parameter, activation, positive
from softknee.language.expression import where
from softknee.language.ops import exp, expm1, log, log1p, sigmoid, tanh
from softknee.language.ops import softplus as _softplus
from softknee.language.promise import Promise


@activation(
    paper="Dugas, Bengio, Bélisle, Nadeau & Garcia 2001, Incorporating second-order functional knowledge "
    "for better option pricing, NIPS",
    year=2000,
    after=("sigmoid",),
    module="Softplus",
    inverse=lambda x, beta: x + log(-expm1(-beta * x)) / beta,
    beta=Parameter(1.0, positive, about="sharpness of the knee"),
    ulp=Promise(single=0.85, single_near_root=0.85),
)
def softplus(x, beta):
    """Softplus: a smooth rectifier, everywhere positive; its slope is the sigmoid.

    For: outputs that must be positive: variances, rates, concentrations; smooth stand-ins for relu.
    Strengths: smooth, strictly monotone, never zero; no threshold here, so no jump as in torch.nn.Softplus.
    Weaknesses: an exponential and a logarithm; mean far above zero; relu trained better in deep networks (Glorot 2011).
    Instead: relu or gelu in hidden layers, squareplus without transcendental functions, shifted_softplus for f(0) = 0.
    """
    return _softplus(beta * x) / beta


@activation(
    paper="Schütt, Kindermans, Sauceda, Chmiela, Tkatchenko & Müller 2017, SchNet, arXiv:1706.08566",
    year=2017,
    aliases=("ssp",),
    after=("softplus",),
    # The difference cancels near 0; expm1 alone would overflow far above it.
    kernel=lambda x: where(x > 1, _softplus(x) - log(2), log1p(expm1(x) / 2)),
    kernel_slope=sigmoid,
    inverse=lambda x: x + log1p(-expm1(-x)),
)
def shifted_softplus(x):
    """Shifted softplus: softplus moved down by ln 2, so that it passes through the origin.

    For: neural potentials of molecules, whose forces are second derivatives in training (SchNet, Schütt 2017).
    Strengths: infinitely smooth and monotone; zero at zero.
    Weaknesses: an exponential and a logarithm; saturates below, where gradients vanish.
    Instead: silu, which later molecular networks use; elu where smooth second derivatives are not needed.
    """
    return _softplus(x) - log(2)


@activation(
    paper="Hyvärinen 1999, Fast and robust fixed-point algorithms for independent component analysis",
    year=1999,
    aliases=("log_cosh",),
    after=("tanh",),
    module="LogCosh",
    # cosh(x) - 1 = (e^x - 1)(1 - e^-x)/2: nothing cancels near 0, nothing overflows beyond.
    kernel=lambda x: where(abs(x) < 1, log1p(-(expm1(x) * expm1(-x)) / 2), abs(x) + _softplus(-2 * abs(x)) - log(2)),
    kernel_slope=tanh,
)
def logcosh(x):
    """Logarithm of the hyperbolic cosine: a parabola near zero, the absolute value far away; its slope is tanh.

    For: robust regression losses on a residual; contrast in independent component analysis (Hyvärinen 1999).
    Strengths: smooth where the absolute value has its kink; bounded slope, so outliers pull no harder than elsewhere.
    Weaknesses: even, so it forgets the sign; costs an exponential and a logarithm.
    Instead: lisht for another smooth even unit, softplus or gelu where a rectifier is meant.
    """
    return log((exp(x) + exp(-x)) / 2)
