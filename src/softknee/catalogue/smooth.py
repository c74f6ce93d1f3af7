"""Smooth rectifiers: mostly x times a soft step of x."""

from softknee.language.definition import Parameter, activation, positive
from softknee.language.expression import where
from softknee.language.ops import erf, exp, expm1, log1p, normal_cdf, pi, sigmoid, softplus, sqrt, tanh
from softknee.language.promise import Promise


@activation(
    paper="Hendrycks & Gimpel 2016, Gaussian error linear units, arXiv:1606.08415; "
    "Elfwing, Uchibe & Doya 2018, Sigmoid-weighted linear units, arXiv:1702.03118",
    year=2016,
    aliases=("swish_1", "swish1"),
    after=("sigmoid", "relu"),
    module="SiLU",
    ulp=Promise(single=0.8, single_near_root=0.8),
)
def silu(x):
    """Sigmoid linear unit: x times its sigmoid; smooth, with a small dip below zero.

    For: EfficientNet, YOLOv5 and later, diffusion U-Nets; inside swiglu, most large language models.
    Strengths: smooth; small but consistent gains over relu on ImageNet (Ramachandran 2017).
    Weaknesses: one exponential; not monotone; never exactly zero, so no sparsity.
    Instead: hardswish on small devices, gelu where a pretrained transformer expects it, relu for speed or sparsity.
    """
    return x * sigmoid(x)


@activation(
    paper="Ramachandran, Zoph & Le 2017, Searching for activation functions, arXiv:1710.05941",
    year=2017,
    after=("silu",),
    beta=Parameter(1.0, learnable=True),
    ulp=Promise(single=0.8, single_near_root=0.8),
)
def swish(x, beta):
    """Swish: x times the sigmoid of beta x; beta, fixed or learned, sets the sharpness of the step.

    For: networks that learn how sharp their rectifier is, from half the identity (beta 0) towards relu (large beta).
    Strengths: one learned number per layer or channel; gains over relu in deep networks (Ramachandran 2017).
    Weaknesses: a learned beta gained little over beta = 1 in its paper; one exponential.
    Instead: silu, which is beta = 1; quick_gelu, which is beta = 1.702.
    """
    return x * sigmoid(beta * x)


@activation(
    paper="Alcaide 2018, E-swish: adjusting activations to different network depths, arXiv:1801.07145",
    year=2018,
    aliases=("eswish",),
    after=("swish",),
    beta=Parameter(1.25, positive, about="scale; the paper tries 1 to 2"),
)
def e_swish(x, beta):
    """E-swish: silu scaled by a constant beta.

    For: residual networks on small images (Alcaide 2018).
    Strengths: as silu, with larger gradients for beta > 1.
    Weaknesses: one more number to choose; a normalisation layer or a suitable initialisation undoes the scale.
    Instead: silu with an initialisation of the right gain.
    """
    return beta * (x * sigmoid(x))


def _mish_parts(x):
    # tanh(log(1 + e^x)) = n / (n + 2) with n = e^x (e^x + 2): one exponential, of -|x|, so that none overflows.
    t = exp(-abs(x))
    top, bottom = where(x > 0, 1 + 2 * t, t * (2 + t)), where(x > 0, 1 + 2 * t * (1 + t), 2 + t * (2 + t))
    return t, top, bottom


def _mish(x):
    _, top, bottom = _mish_parts(x)
    return x * (top / bottom)


def _mish_slope(x):
    # Below zero the sum that cancels has no quotient in it.
    t, _, bottom = _mish_parts(x)
    above = (1 + 2 * t + 4 * x * (t * t) * (1 + t) / bottom) / bottom
    below = t * ((2 + t) * bottom + 4 * x * (1 + t)) / bottom / bottom
    return where(x > 0, above, below)


def _mish_near_slope(x):
    # One quotient in all.
    t, top, bottom = _mish_parts(x)
    inverse = 1 / bottom
    return (top + 4 * x * (where(x > 0, t * t, t) * (1 + t) * inverse)) * inverse


@activation(
    paper="Misra 2019, Mish: a self regularized non-monotonic activation function, arXiv:1908.08681",
    year=2019,
    after=("swish",),
    kernel=_mish,
    kernel_slope=_mish_slope,
    kernel_near_slope=_mish_near_slope,
    ulp=Promise(single=1.0, single_near_root=1.0),
)
def mish(x):
    """Mish: x times the tanh of its softplus; smooth, with a small dip below zero.

    For: convolutional networks; YOLOv4 uses it (Bochkovskiy 2020).
    Strengths: smooth everywhere, never fully dead on the left near zero; small gains over swish in its paper.
    Weaknesses: two exponentials and a logarithm as written; hard to tell from silu on most tasks.
    Instead: silu, which is cheaper.
    """
    return x * tanh(softplus(x))


@activation(
    paper="Hendrycks & Gimpel 2016, Gaussian error linear units, arXiv:1606.08415",
    year=2016,
    aliases=("gelu_erf",),
    after=("relu",),
    module="GELU",
    approximate=Parameter("none", choices={"none": "gelu", "tanh": "gelu_tanh"}),
    ulp=Promise(single=1.0, single_near_root=1.0),
)
def gelu(x):
    """Gaussian error linear unit: x times the probability that a standard normal variable is below x.

    For: transformers: BERT, ViT and most encoders since; ConvNeXt.
    Strengths: smooth; the expectation of a random 0/1 mask on x (Hendrycks 2016); well tried in attention models.
    Weaknesses: an error function per element; two variants in circulation that pretrained weights must not mix.
    Instead: gelu_tanh where the weights were trained with it, silu for nearly the same curve at less cost.
    """
    return x * normal_cdf(x)


def _gelu_tanh(x):
    # (1 + tanh u) / 2 is sigmoid(2u), without the cancellation for u < 0. Beyond 100 the sigmoid is 0 or 1
    # in every format, and its argument need not overflow.
    near = where(x > 100, 100, where(x < -100, -100, x))
    return x * sigmoid(sqrt(8 / pi) * (near * (1 + 0.044715 * (near * near))))


@activation(
    paper="Hendrycks & Gimpel 2016, Gaussian error linear units, arXiv:1606.08415",
    year=2016,
    kernel=_gelu_tanh,
    aliases=("gelu_new", "gelu_pytorch_tanh", "gelu_fast"),
    after=("gelu",),
    module="GELUTanh",
    ulp=Promise(single=0.8, single_near_root=1.4),
)
def gelu_tanh(x):
    """Approximate GELU with a tanh of a cubic, x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2.

    For: models trained with it: GPT-2, Gemma, the default of jax.nn.gelu.
    Strengths: close to gelu with a tanh instead of an error function.
    Weaknesses: a near-copy of gelu, easily mistaken for it; its negative tail dies much faster.
    Instead: gelu in new models.
    """
    return x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2


@activation(
    paper="Hendrycks & Gimpel 2016, Gaussian error linear units, arXiv:1606.08415",
    year=2016,
    aliases=("sigmoid_gelu",),
    after=("gelu",),
    module="QuickGELU",
)
def quick_gelu(x):
    """Approximate GELU with a sigmoid: x times the sigmoid of 1.702 x.

    For: models trained with it, above all CLIP (Radford 2021).
    Strengths: one exponential.
    Weaknesses: visibly off gelu around x = -2 and 2; weights trained with one do not fit the other.
    Instead: gelu or silu in new models.
    """
    return x * sigmoid(1.702 * x)


@activation(
    paper="Liu & Di 2020, TanhExp: a smooth activation function with high convergence speed for lightweight neural "
    "networks, arXiv:2003.09855; Fernandez & Mali 2024, TeLU activation function for fast and stable deep learning, "
    "arXiv:2412.20269",
    year=2020,
    aliases=("tanhexp", "tanh_exp"),
    after=("swish", "mish"),
    module="TeLU",
    # At 10 the tanh is 1 to 19,000 digits; further out e^(e^x) outgrows every number format.
    kernel=lambda x: x * tanh(exp(where(x < 10, x, 10))),
)
def telu(x):
    """TeLU, first published as TanhExp: x times the tanh of its exponential.

    For: light-weight convolutional networks (Liu 2020); a drop-in for relu at the same learning rate (Fernandez 2024).
    Strengths: smooth; reaches the identity faster than silu, gelu or mish, so large inputs pass unchanged.
    Weaknesses: two exponentials as written; published twice under two names, with few independent results.
    Instead: mish or silu, which are better tried; relu for speed.
    """
    return x * tanh(exp(x))


@activation(
    paper="Wang, Ren & Wang 2022, Smish: a novel activation function for deep learning methods, Electronics 11(4):540",
    year=2022,
    after=("mish",),
)
def smish(x):
    """Smish: x times the tanh of the logarithm of one plus its sigmoid.

    For: image classification; its paper uses EfficientNets (Wang 2022).
    Strengths: smooth, with a small dip below zero, as mish.
    Weaknesses: grows with a slope well below one, so it needs its own initialisation gain; three special functions.
    Instead: silu or mish, which are cheaper and better tried.
    """
    return x * tanh(log1p(sigmoid(x)))


@activation(
    paper="Zhu, Zeng, Liu & Zhang 2021, Logish: a new nonlinear nonmonotonic activation function for convolutional "
    "neural network, Neurocomputing 458",
    year=2021,
    after=("swish",),
    alpha=Parameter(1.0),
    beta=Parameter(1.0),
)
def logish(x, alpha, beta):
    """Logish: x times the logarithm of one plus its sigmoid.

    For: image classification; its paper prefers the variant alpha = 1, beta = 10 (Zhu 2021).
    Strengths: smooth, with a small dip below zero; beta sets the sharpness of the step.
    Weaknesses: grows with slope ln 2, so signals shrink with depth unless alpha or the initialisation makes up for it.
    Instead: silu or swish, which approach the identity.
    """
    return alpha * (x * log1p(sigmoid(beta * x)))


@activation(
    paper="Nag, Bhattacharyya, Mukherjee & Kundu 2023, Serf: towards better training of deep neural networks using "
    "log-softplus error activation function, arXiv:2108.09598",
    year=2021,
    after=("mish",),
)
def serf(x):
    """Serf: x times the error function of its softplus; mish with erf for tanh.

    For: image classification, and other tasks where mish does well (Nag 2023).
    Strengths: smooth, with a small dip below zero; reaches the identity faster than mish.
    Weaknesses: an error function on top of a softplus; hard to tell from mish.
    Instead: mish or silu.
    """
    return x * erf(softplus(x))


@activation(
    paper="Naveen 2022, Phish: a novel hyper-optimizable activation function, TechRxiv",
    year=2022,
    after=("gelu", "mish"),
)
def phish(x):
    """Phish: x times the tanh of its gelu.

    For: experiments; its preprint tries small image classifiers (Naveen 2022).
    Strengths: smooth; close to the identity for large x.
    Weaknesses: flat at zero, unlike its kin, so small signals fade; two special functions; not peer-reviewed.
    Instead: gelu or mish, with a slope of about a half at zero.
    """
    return x * tanh(x * normal_cdf(x))


@activation(
    paper="Basirat & Roth 2018, The quest for the golden activation function, arXiv:1808.00783",
    year=2018,
    after=("swish", "elu"),
    module="ELiSH",
)
def elish(x):
    """ELiSH: silu above zero; below, the exponential unit times the sigmoid.

    For: image classification; found by a genetic search (Basirat 2018).
    Strengths: no kink; a shallower dip below zero than silu's, which fades out sooner.
    Weaknesses: its curvature jumps at zero; few independent results.
    Instead: silu; hard_elish (in the hard family) without exponentials above zero.
    """
    return where(x >= 0, x * sigmoid(x), expm1(x) * sigmoid(x))


@activation(
    paper="Roy, Manna, Dubey & Chaudhuri 2019, LiSHT: non-parametric linearly scaled hyperbolic tangent activation "
    "function for neural networks, arXiv:1901.05894",
    year=2019,
    after=("tanh", "swish"),
    module="LiSHT",
)
def lisht(x):
    """LiSHT: x times its tanh, a smooth absolute value.

    For: features whose size matters and whose sign does not.
    Strengths: no side on which the gradient vanishes; smooth.
    Weaknesses: even, so it forgets the sign; never negative, so means grow; flat at zero.
    Instead: mish or silu where the sign matters, logcosh for a slope bounded by one.
    """
    return x * tanh(x)


@activation(
    paper="Shamir, Lin & Coviello 2020, Smooth activations and reproducibility in deep networks, arXiv:2010.09931",
    year=2020,
    after=("relu",),
    module="SmeLU",
    beta=Parameter(2.0, positive, about="half-width of the quadratic knee"),
)
def smelu(x, beta):
    """Smooth rectifier: relu with its knee replaced by a parabola between -beta and beta.

    For: recommenders and other models whose retrained copies should agree (Shamir 2020); sparse_plus is beta = 1.
    Strengths: no exponential; exact zeros; its continuous slope makes retraining more reproducible (Shamir 2020).
    Weaknesses: zero gradient below -beta, so units can die as with relu; the width must be chosen.
    Instead: softplus or gelu for infinite smoothness, relu where reproducibility is no concern.
    """
    return where(x <= -beta, 0, where(x < beta, (x + beta) ** 2 / (4 * beta), x))
