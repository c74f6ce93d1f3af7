"""Exponential units: most are linear above zero and bend exponentially below."""

from fractions import Fraction
from math import factorial

from softknee.language.definition import Parameter, activation, nonnegative, positive
from softknee.language.expression import where
from softknee.language.ops import exp, expm1, log, log1p, nan, softplus
from softknee.language.promise import Promise


@activation(
    paper="Clevert, Unterthiner & Hochreiter 2016, Fast and accurate deep network learning by ELUs, arXiv:1511.07289",
    year=2015,
    after=("relu", "leaky_relu"),
    module="ELU",
    inverse=lambda x, alpha: where(x > 0, x, log1p(x / alpha)),
    alpha=Parameter(1.0, positive),
    ulp=Promise(single=1.0, single_near_root=1.0),
)
def elu(x, alpha):
    """Exponential linear unit: the identity above zero, saturating to -alpha below.

    For: plain deep networks without normalisation.
    Strengths: outputs closer to zero mean than ReLU's, speeding up learning (Clevert 2016); no dead units near zero.
    Weaknesses: one exponential per element; saturates far below zero, where the slope vanishes.
    Instead: selu where a network is to normalise itself, celu for a smooth knee at any alpha.
    """
    return where(x > 0, x, alpha * expm1(x))


@activation(
    paper="Barron 2017, Continuously differentiable exponential linear units, arXiv:1704.07483",
    year=2017,
    after=("elu",),
    module="CELU",
    inverse=lambda x, alpha: where(x > 0, x, alpha * log1p(x / alpha)),
    alpha=Parameter(1.0, positive),
    ulp=Promise(single=1.0, single_near_root=1.0),
)
def celu(x, alpha):
    """Continuously differentiable ELU: the identity above zero, saturating to -alpha below, smooth at any alpha.

    For: wherever elu is used with alpha other than 1, or alpha is to be tuned.
    Strengths: no kink in the value for any alpha; its slope is bounded whatever alpha is (Barron 2017).
    Weaknesses: one exponential and a division per element; saturates far below zero.
    Instead: elu at alpha 1, which is the same; selu where a network is to normalise itself.
    """
    return where(x > 0, x, alpha * expm1(x / alpha))


# The fixed point of mean 0 and variance 1 (Klambauer 2017, equation 14), as torch and jax round it.
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


@activation(
    paper="Klambauer, Unterthiner, Mayr & Hochreiter 2017, Self-normalizing neural networks, arXiv:1706.02515",
    year=2017,
    after=("elu",),
    module="SELU",
    inverse=lambda x: where(x > 0, x / SELU_SCALE, log1p(x / SELU_SCALE / SELU_ALPHA)),
    ulp=Promise(single=1.0, single_near_root=1.0),
)
def selu(x):
    """Scaled ELU: an ELU with the two constants that draw activations towards zero mean and unit variance.

    For: deep plain fully connected networks without normalisation layers (Klambauer 2017).
    Strengths: activations normalise themselves, which keeps gradients alive through many layers (Klambauer 2017).
    Weaknesses: holds only with LeCun normal initialisation and alpha dropout; of no use next to batch normalisation.
    Instead: elu or relu with normalisation layers, gelu or silu in transformers.
    """
    return SELU_SCALE * where(x > 0, x, SELU_ALPHA * expm1(x))


@activation(
    paper="Trottier, Giguère & Chaib-draa 2017, Parametric exponential linear unit, arXiv:1605.09332",
    year=2016,
    after=("elu",),
    module="PELU",
    inverse=lambda x, alpha, beta: where(x > 0, x / (alpha / beta), beta * log1p(x / alpha)),
    alpha=Parameter(1.0, positive, learnable=True),
    beta=Parameter(1.0, positive, learnable=True),
)
def pelu(x, alpha, beta):
    """Parametric ELU: slope, depth and width of the bend are learned, tied so that there is no kink at zero.

    For: convolutional networks that should learn their ELU layer by layer (Trottier 2017).
    Strengths: smooth for all parameters; better than elu in its paper at two parameters a layer.
    Weaknesses: both parameters must stay positive (its paper clips them at 0.1), and weight decay must spare them.
    Instead: elu or celu for fixed shapes, mpelu to free the right side, prelu for a cheaper learned unit.
    """
    return where(x > 0, alpha / beta * x, alpha * expm1(x / beta))


@activation(
    paper="Li, Fan, Li, Wu & Ming 2018, Multiple parametric exponential linear units, arXiv:1606.00305",
    year=2016,
    after=("prelu", "elu"),
    module="MPELU",
    inverse=lambda x, alpha, beta: where(alpha > 0, where(x > 0, x, log1p(x / alpha) / beta), nan),
    alpha=Parameter(1.0, learnable=True),
    beta=Parameter(1.0, positive, learnable=True),
)
def mpelu(x, alpha, beta):
    """Multiple parametric ELU: the identity above zero, an ELU of learned depth and steepness below.

    For: very deep convolutional networks; one function that can become relu, prelu or elu (Li 2018).
    Strengths: comes with its own initialisation rule, so deep plain networks train (Li 2018).
    Weaknesses: two parameters per channel; a kink at zero unless alpha times beta is 1.
    Instead: elu for a fixed shape, pelu for a smooth knee, prelu for a cheaper learned unit.
    """
    return where(x > 0, x, alpha * expm1(beta * x))


@activation(
    paper="Katharopoulos, Vyas, Pappas & Fleuret 2020, Transformers are RNNs, arXiv:2006.16236",
    year=2020,
    aliases=("elu1",),
    after=("elu",),
    module="ELUPlusOne",
    inverse=lambda x: where(x > 1, x - 1, where(x > 0, log(x), nan)),
)
def elu_plus_one(x):
    """ELU plus one: x + 1 above zero, the exponential below; positive everywhere.

    For: the feature map of linear attention (Katharopoulos 2020); outputs that must be positive.
    Strengths: positive without the growth of an exponential; slope 1 above zero; keeps its precision far below zero.
    Weaknesses: an approximation of softmax attention that is cheap rather than close.
    Instead: softplus for a positive output that is smooth to all orders, exponential for a true softmax kernel.
    """
    return where(x > 0, x + 1, exp(x))


@activation(
    paper="common; keras.activations.exponential",
    year=2017,
    inverse=lambda x: where(x > 0, log(x), nan),
)
def exponential(x):
    """Exponential function: positive, turning sums into products.

    For: outputs that are rates, scales or variances, with the network giving their logarithm.
    Strengths: positive; a step in the input is a factor in the output.
    Weaknesses: explodes for moderate inputs, above all in half precision; not for hidden layers.
    Instead: softplus or elu_plus_one for positive outputs that grow linearly.
    """
    return exp(x)


def _xielu_of(terms):
    def xielu(x, alpha_p, alpha_n, beta):
        # For small x, expm1(x) - x is a difference of nearly equal numbers; its Taylor series is not.
        series = Fraction(1, factorial(terms + 1))
        for k in range(terms, 1, -1):
            series = Fraction(1, factorial(k)) + x * series
        bend = where(x > -1 / 256, x * x * series, expm1(x) - x)
        # beta * bend + beta * x is beta * expm1(x).
        left = softplus(alpha_n) * bend + beta * expm1(x)
        return where(x > 0, x * (softplus(alpha_p) * x + beta), left)

    return xielu


@activation(
    paper="Huang & Schlag 2025, Deriving activation functions using integration, arXiv:2411.13010",
    year=2024,
    after=("elu", "relu_squared"),
    module="XIELU",
    # The long series is as good as double-double, whose digits a root brings to light.
    kernel=_xielu_of(terms=13),
    kernel_near=_xielu_of(terms=6),
    alpha_p=Parameter(0.2033823208110246, learnable=True, about="raw: its softplus is the curvature above zero"),
    alpha_n=Parameter(-1.0502256128148468, learnable=True, about="raw: beta plus its softplus bends the left side"),
    beta=Parameter(0.5, nonnegative, about="the slope at zero"),
    ulp=Promise(double_near_root=1.5),
)
def xielu(x, alpha_p, alpha_n, beta):
    """xIELU: expanded integral of the ELU, a parabola above zero, line and exponential below; both bends learned.

    For: feed-forward layers of large language models; Apertus is trained with it (Apertus 2025).
    Strengths: adapts its curvature per layer; lower loss than swiglu or relu_squared at equal cost in its paper.
    Weaknesses: grows as the square above zero; not monotone; the raw parameters pass through softplus.
    Instead: relu_squared without parameters, swiglu or gelu where they are established.
    """
    left = (beta + softplus(alpha_n)) * (expm1(x) - x) + beta * x
    return where(x > 0, softplus(alpha_p) * x**2 + beta * x, left)
