"""Shrinkage: odd functions that take small inputs to zero, or nearly so."""

from fractions import Fraction

from softknee.language.definition import Parameter, activation, nonnegative
from softknee.language.expression import where
from softknee.language.ops import tanh


def _signed_zero(x, lambd):
    # Zero with the sign of x, for |x| <= lambd: an odd function is -0 at -0.
    return x * where(x > lambd, 1, 0)


@activation(
    paper="Donoho 1995, De-noising by soft-thresholding, IEEE Transactions on Information Theory 41",
    year=1995,
    aliases=("soft_shrink", "soft_threshold", "soft_thresholding"),
    after=("hardshrink",),
    kernel=lambda x, lambd: where(x > lambd, x - lambd, where(x < -lambd, x + lambd, _signed_zero(x, lambd))),
    lambd=Parameter(0.5, nonnegative),
)
def softshrink(x, lambd):
    """Soft shrinkage: every number moved towards zero by lambd, and what would cross zero set to zero.

    For: sparse coding and unrolled optimisers such as LISTA (Gregor & LeCun 2010); denoising of coefficients.
    Strengths: the proximal step of an L1 penalty; continuous, with exact zeros.
    Weaknesses: biased, since large values shrink by lambd too; no gradient within the threshold.
    Instead: hardshrink to leave large values alone, tanhshrink for a smooth form, relu where only one sign matters.
    """
    return where(x > lambd, x - lambd, where(x < -lambd, x + lambd, 0))


@activation(
    paper="Donoho & Johnstone 1994, Ideal spatial adaptation by wavelet shrinkage, Biometrika 81",
    year=1994,
    aliases=("hard_shrink", "hard_threshold", "hard_thresholding"),
    kernel=lambda x, lambd: where((x > lambd) | (x < -lambd), x, _signed_zero(x, lambd)),
    lambd=Parameter(0.5, nonnegative),
)
def hardshrink(x, lambd):
    """Hard shrinkage: numbers within lambd of zero set to zero, all others left as they are.

    For: sparse codes and denoising where large coefficients must keep their size.
    Strengths: exact zeros without bias; the proximal step of an L0 penalty.
    Weaknesses: jumps at the threshold, where no gradient tells of it; unstable for values nearby.
    Instead: softshrink for a continuous function, thresholded_relu for one sign only.
    """
    return where(x > lambd, x, where(x < -lambd, x, 0))


def _tanhshrink(x):
    # x - tanh(x) keeps nothing of a small x; its Taylor series does.
    s = x * x
    inner = Fraction(17, 315) - s * Fraction(62, 2835)
    series = x * (s * (Fraction(1, 3) - s * (Fraction(2, 15) - s * inner)))
    return where((x > -1 / 256) & (x < 1 / 256), series, x - tanh(x))


@activation(
    paper="torch.nn.Tanhshrink",
    year=2012,
    aliases=("tanh_shrink",),
    after=("softshrink", "tanh"),
    kernel=_tanhshrink,
    kernel_slope=lambda x: tanh(x) * tanh(x),
)
def tanhshrink(x):
    """Tanh shrinkage: x minus its tanh; flat at zero, a unit shift far out.

    For: sparse coding with a smooth shrinkage.
    Strengths: smooth and odd; no threshold to choose.
    Weaknesses: no exact zeros; almost no gradient near zero, where most inputs lie, so it learns slowly.
    Instead: softshrink for exact zeros and a threshold of choice.
    """
    return x - tanh(x)
