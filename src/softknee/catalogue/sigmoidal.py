"""Sigmoids and bells: built from a soft step, saturating on both sides."""

from math import pi as _pi

from softknee.language.definition import Parameter, activation, positive
from softknee.language.expression import Expr, where
from softknee.language.ops import atan, cos, exp, expm1, gauss, log, log1p, log_sigmoid, nan, normal_cdf, pi, sin
from softknee.language.ops import erf as _erf
from softknee.language.ops import sigmoid as _sigmoid
from softknee.language.ops import tanh as _tanh
from softknee.language.promise import Promise


def _artanh(x: Expr) -> Expr:
    return (log1p(x) - log1p(-x)) / 2


@activation(
    paper="Verhulst 1845; Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors",
    year=1986,
    aliases=("logistic", "expit"),
    kernel=_sigmoid,
    inverse=lambda x: log(x) - log1p(-x),
    ulp=Promise(single=0.8, single_near_root=0.8),
)
def sigmoid(x):
    """Logistic sigmoid: squashes any number into (0, 1).

    For: the output of a binary classifier, and gates.
    Strengths: reads as a probability; smooth and monotone.
    Weaknesses: slope at most 1/4, so gradients vanish with depth (Hochreiter 1991); outputs are never negative.
    Instead: tanh in hidden layers, relu or its smooth kin in deep ones; logits with a fused loss at the output.
    """
    return 1 / (1 + exp(-x))


@activation(
    paper="torch.nn.LogSigmoid",
    year=2017,
    aliases=("log_sigmoid",),
    after=("sigmoid",),
    module="LogSigmoid",
    inverse=lambda x: x - log(-expm1(x)),
    ulp=Promise(single=0.85, single_near_root=0.85),
)
def logsigmoid(x):
    """Logarithm of the logistic sigmoid, computed without computing the sigmoid.

    For: binary and contrastive losses: word2vec (Mikolov 2013), preference learning such as DPO (Rafailov 2023).
    Strengths: keeps the small probabilities that the sigmoid rounds to zero; its gradient lies between 0 and 1.
    Weaknesses: a log-probability, so never positive and unbounded below; seldom a hidden unit.
    Instead: sigmoid where the probability itself is wanted, softplus for the same curve with both signs flipped.
    """
    return log_sigmoid(x)


@activation(
    paper="LeCun, Bottou, Orr & Müller 1998, Efficient backprop",
    year=1986,
    after=("sigmoid",),
    inverse=_artanh,
    ulp=Promise(single=0.85, single_near_root=0.85),
)
def tanh(x):
    """Hyperbolic tangent: squashes any number into (-1, 1), through the origin with slope 1.

    For: recurrent networks, small plain networks, outputs between -1 and 1.
    Strengths: zero-centred, so it trains faster than the sigmoid (LeCun 1998); nearly linear around 0.
    Weaknesses: saturates on both sides; gradients vanish with depth.
    Instead: relu, gelu or silu in deep networks; softsign for slower saturation.
    """
    return _tanh(x)


@activation(
    paper="LeCun 1989, Generalization and network design strategies; "
    "LeCun, Bottou, Orr & Müller 1998, Efficient backprop",
    year=1989,
    aliases=("scaled_tanh",),
    after=("tanh",),
    module="LeCunTanh",
    inverse=lambda x: _artanh(x / 1.7159) * 1.5,
)
def lecun_tanh(x):
    """LeCun's scaled tanh, 1.7159 tanh(2x/3): very nearly through (1, 1) and (-1, -1).

    For: plain networks on standardised inputs with targets of plus and minus one; LeNet-5 uses it (LeCun 1998).
    Strengths: targets lie inside the range, where the curvature is largest; keeps unit variance (LeCun 1998).
    Weaknesses: saturates on both sides, as tanh does; two constants to carry along.
    Instead: tanh where normalisation layers set the scale, selu for networks that keep their own variance.
    """
    return 1.7159 * _tanh(2 * x / 3)


@activation(
    paper="Zhu, Chen, He, LeCun & Liu 2025, Transformers without normalization, arXiv:2503.10622",
    year=2025,
    aliases=("dyt",),
    after=("tanh",),
    inverse=lambda x, alpha, weight, bias: _artanh((x - bias) / weight) / alpha,
    alpha=Parameter(0.5, learnable=True),
    weight=Parameter(1.0, learnable=True),
    bias=Parameter(0.0, learnable=True),
)
def dynamic_tanh(x, alpha, weight, bias):
    """Dynamic tanh (DyT): tanh with a learned steepness, scale and shift, in the place of a normalisation layer.

    For: transformers without normalisation: it replaces LayerNorm or RMSNorm; weight and bias are per channel.
    Strengths: needs no statistics of the activations; matches normalised transformers in its paper (Zhu 2025).
    Weaknesses: language models need alpha tuned to their width; no good stand-in for BatchNorm in ResNets (Zhu 2025).
    Instead: a normalisation layer where training is unstable, tanh where nothing is to be learned.
    """
    return weight * _tanh(alpha * x) + bias


@activation(
    paper="Kamruzzaman & Aziz 2002, A note on activation function in multilayer feedforward learning, IJCNN",
    year=2002,
    aliases=("atan",),
    after=("sigmoid",),
    inverse=lambda x: where(abs(x) < pi / 2, sin(x) / cos(x), nan),
)
def arctan(x):
    """Arc tangent: a sigmoid through the origin whose slope falls off only as 1/x squared.

    For: small plain networks; its slope is a common surrogate gradient of spiking neurons (Fang 2021).
    Strengths: heavier tails than tanh, so far units still receive some gradient; zero-centred.
    Weaknesses: saturates, if slowly; its output is not scaled to one.
    Instead: tanh for a tight bound, softsign for the same tails without a transcendental function.
    """
    return atan(x)


@activation(
    paper="Williams 1997, Computing with infinite networks, NIPS",
    year=1996,
)
def erf(x):
    """Error function: the sigmoid whose slope is a Gaussian bell.

    For: theory, as infinitely wide erf networks have a closed-form kernel (Williams 1997); outputs between -1 and 1.
    Strengths: zero-centred; averages over Gaussian inputs are exact.
    Weaknesses: saturates faster than tanh, and its gradient vanishes like a Gaussian.
    Instead: tanh in trained networks, gelu for a rectifier built from the same function.
    """
    return _erf(x)


@activation(
    paper="Elfwing, Uchibe & Doya 2018, Sigmoid-weighted linear units, arXiv:1702.03118",
    year=2017,
    after=("silu",),
    module="DSiLU",
)
def dsilu(x):
    """SiLU's derivative (dSiLU): a sigmoid that is steeper and overshoots on both sides before it settles.

    For: shallow networks in reinforcement learning, where it beat the sigmoid (Elfwing 2018).
    Strengths: steeper than the sigmoid around 0; smooth.
    Weaknesses: not monotone; saturates on both sides, so gradients vanish with depth.
    Instead: sigmoid for probabilities, silu in deep networks.
    """
    return _sigmoid(x) * (1 + x * _sigmoid(-x))


@activation(
    paper="Ma, Zhou, Kong, He, Gui, Neubig, May & Zettlemoyer 2023, Mega: moving average equipped gated attention, "
    "arXiv:2209.10655",
    year=2022,
    after=("relu_squared",),
    mu=Parameter(0.5**0.5),
    sigma=Parameter((4 * _pi) ** -0.5, positive),
)
def laplace(x, mu, sigma):
    """Mega's Laplace attention function: the cumulative distribution of a normal with mean mu and deviation sigma.

    For: attention weights in the place of softmax (Ma 2023); what Hugging Face calls "laplace", with six digits there.
    Strengths: bounded slope and range; trains more stably than relu_squared, which it approximates (Ma 2023).
    Weaknesses: despite its name neither Laplace's density nor his distribution; weights do not sum to one.
    Instead: softmax for attention that must be a distribution, relu_squared for exact zeros.
    """
    return normal_cdf((x - mu) / sigma)


@activation(
    paper="Broomhead & Lowe 1988, Multivariable functional interpolation and adaptive networks",
    year=1988,
    aliases=("gauss",),
)
def gaussian(x):
    """Gaussian bell: one at zero, falling to zero on both sides.

    For: radial basis networks, on a distance to a centre (Broomhead 1988); coordinate networks (Ramasinghe 2022).
    Strengths: local: a unit answers only near its centre; infinitely smooth.
    Weaknesses: not monotone; no gradient far from its centre, so the scale of the inputs must be right.
    Instead: sine for coordinate networks on signals with sharp detail, tanh for a step rather than a bump.
    """
    return gauss(x)
