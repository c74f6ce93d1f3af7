"""Algebraic units: roots, quotients and polynomials, and their kin without a family of their own."""

from softknee.language.definition import Parameter, activation, positive
from softknee.language.expression import where
from softknee.language.ops import expm1, log1p, nan, sigmoid, sqrt


def _hypot(x, side):
    # Scaled by the larger of the two, the squares do not overflow.
    far = (x > side) | (x < -side)
    large, small = where(far, abs(x), side), where(far, side, x)
    return large * sqrt(1 + (small / large) ** 2)


@activation(paper="common; torch.nn.Identity", year=1958, aliases=("linear",), inverse=lambda x: x)
def identity(x):
    """Identity: the output is the input.

    For: the output of a regression; a baseline that shows what the nonlinearity is worth.
    Strengths: costs nothing, and gradients pass unchanged.
    Weaknesses: a stack of linear layers with nothing between them is one linear layer.
    Instead: any other function of this catalogue in hidden layers.
    """
    return x


@activation(
    paper="Gilad-Bachrach et al. 2016, CryptoNets, ICML; Livni, Shalev-Shwartz & Shamir 2014, arXiv:1410.1141",
    year=2014,
    aliases=("quadratic",),
)
def square(x):
    """Square of x.

    For: networks on encrypted data, where only sums and products are possible (Gilad-Bachrach 2016); theory.
    Strengths: one multiplication, and a polynomial.
    Weaknesses: even, so the sign is lost; grows as the square, and unboundedly with depth.
    Instead: relu_squared outside cryptography, absolute to drop only the sign.
    """
    return x * x


@activation(
    paper="Chen & Manning 2014, A fast and accurate dependency parser using neural networks, EMNLP",
    year=2014,
    aliases=("cubic",),
)
def cube(x):
    """Cube of x.

    For: shallow networks over embeddings; it models products of three features directly (Chen 2014).
    Strengths: two multiplications; odd, so the sign is kept.
    Weaknesses: explodes for large inputs, vanishes for small ones; not for deep networks.
    Instead: tanh or relu in anything deeper than one hidden layer.
    """
    return x**3


def _squareplus(x, b):
    root = _hypot(x, sqrt(b))
    # Below zero, x + root is a difference of nearly equal numbers.
    return where(x > 0, x / 2 + root / 2, b / 2 / (root - x))


def _squareplus_near(x, b):
    root = sqrt(x * x + b)
    return where(x > 0, (x + root) / 2, b / 2 / (root - x))


def _squareplus_slope(x, b):
    root = _hypot(x, sqrt(b))
    return where(x > 0, (1 + x / root) / 2, b / 2 / root / (root - x))


@activation(
    paper="Barron 2021, Squareplus: a softplus-like algebraic rectifier, arXiv:2112.11687",
    year=2021,
    after=("softplus",),
    kernel=_squareplus,
    kernel_near=_squareplus_near,
    kernel_slope=_squareplus_slope,
    inverse=lambda x, b: where(x > 0, x - b / (4 * x), nan),
    b=Parameter(4.0, positive),
)
def squareplus(x, b):
    """Squareplus: a soft ReLU made of a square root only; b sets the width of the bend.

    For: a soft rectifier where exponentials are dear or overflow (Barron 2021).
    Strengths: no exponential; smooth, positive and monotone; close to softplus in effect.
    Weaknesses: approaches zero slowly on the left, and naive code loses that tail altogether.
    Instead: softplus for an exponential tail, relu for exact zeros, sparse_plus for both softness and zeros.
    """
    return (x + sqrt(x * x + b)) / 2


@activation(
    paper="jax.nn.sparse_plus; after Martins & Astudillo 2016, From softmax to sparsemax, arXiv:1602.02068",
    year=2016,
    after=("softplus", "sparsemax"),
)
def sparse_plus(x):
    """Sparse plus: zero below -1, the identity above 1, a parabola between; to sparsemax what softplus is to softmax.

    For: losses and soft rectifiers that should be exactly zero somewhere.
    Strengths: continuous slope, convex, no exponential, exact zeros.
    Weaknesses: dead below -1.
    Instead: softplus for a gradient everywhere, relu for the sharp knee.
    """
    return where(x > -1, where(x < 1, (x + 1) ** 2 / 4, x), 0)


@activation(
    paper="Courbariaux, Bengio & David 2015, BinaryConnect, arXiv:1511.00363; jax.nn.sparse_sigmoid",
    year=2015,
    after=("sigmoid",),
)
def sparse_sigmoid(x):
    """Sparse sigmoid: the slope of sparse_plus, a line through (0, 1/2) clipped to [0, 1]; sparsemax of two classes.

    For: gates and probabilities with exact zeros and ones; binarised weights (Courbariaux 2015).
    Strengths: no exponential; certain where it should be certain.
    Weaknesses: no gradient outside (-1, 1).
    Instead: sigmoid for a gradient everywhere, hardsigmoid for the wider line of torch.
    """
    return where(x > -1, where(x < 1, (x + 1) / 2, 1), 0)


def _bent_inverse(y):
    w = 2 * y + 1
    root = sqrt(w * w + 3)
    # One solution, twice: each form is free of cancellation on its side.
    return where(y > -0.5, 4 * y * (1 + y) / (2 * w + root), (2 * w - root) / 3)


@activation(
    paper="common; tables of activation functions",
    year=2016,
    kernel=lambda x: x * (1 + x / (1 + _hypot(x, 1)) / 2),
    kernel_near=lambda x: x * (1 + x / (1 + sqrt(1 + x * x)) / 2),
    kernel_slope=lambda x: 1 + x / _hypot(x, 1) / 2,
    inverse=_bent_inverse,
)
def bent_identity(x):
    """Bent identity: the line x plus the bend of a hyperbola, steeper on the right than on the left.

    For: a gentle nonlinearity in regression networks.
    Strengths: smooth, one-to-one, and never saturates.
    Weaknesses: so nearly linear that depth gains little; slopes above 1 let activations grow.
    Instead: leaky_relu for a true bend, squareplus for a soft rectifier.
    """
    return (sqrt(x * x + 1) - 1) / 2 + x


def _isru(x, alpha):
    # Beyond the edge in terms of edge / x: nothing overflows, and the slope does not cancel.
    edge = 1 / sqrt(alpha)
    far = where(x > 0, edge, -edge) / sqrt(1 + (edge / x) ** 2)
    return where((x > edge) | (x < -edge), far, x / sqrt(1 + (x / edge) ** 2))


def _isru_inverse(y, alpha):
    z = sqrt(alpha) * y
    return where((z >= -1) & (z <= 1), y / sqrt((1 - z) * (1 + z)), nan)


@activation(
    paper="Carlile, Delamarter, Kinney, Marti & Whitney 2017, Inverse square root linear units, arXiv:1710.09967",
    year=2017,
    aliases=("inverse_square_root_unit",),
    after=("tanh",),
    module="ISRU",
    kernel=_isru,
    kernel_near=lambda x, alpha: x / sqrt(1 + alpha * x**2),
    inverse=_isru_inverse,
    alpha=Parameter(1.0, positive),
)
def isru(x, alpha):
    """Inverse square root unit: x over sqrt(1 + alpha x^2), a sigmoid shape without an exponential.

    For: recurrent networks in place of tanh, where speed matters (Carlile 2017).
    Strengths: one reciprocal square root; zero-centred; saturates more slowly than tanh.
    Weaknesses: still saturates, so gradients fade with depth.
    Instead: tanh where it is established, softsign for a slower approach still, isrlu in feed-forward networks.
    """
    return x / sqrt(1 + alpha * x**2)


def _isrlu(x, alpha):
    edge = 1 / sqrt(alpha)
    left = where(x < -edge, -edge / sqrt(1 + (edge / x) ** 2), x / sqrt(1 + (x / edge) ** 2))
    return where(x > 0, x, left)


@activation(
    paper="Carlile, Delamarter, Kinney, Marti & Whitney 2017, Inverse square root linear units, arXiv:1710.09967",
    year=2017,
    aliases=("inverse_square_root_linear_unit",),
    after=("elu", "isru"),
    module="ISRLU",
    kernel=_isrlu,
    kernel_near=lambda x, alpha: where(x > 0, x, x / sqrt(1 + alpha * x**2)),
    inverse=lambda x, alpha: where(x > 0, x, _isru_inverse(x, alpha)),
    alpha=Parameter(1.0, positive),
)
def isrlu(x, alpha):
    """Inverse square root linear unit: the identity above zero, an inverse square root bend below.

    For: convolutional networks in place of elu, where speed matters (Carlile 2017).
    Strengths: the negative values of elu, smoother at zero, at the price of one reciprocal square root.
    Weaknesses: saturates below zero; today's hardware makes the exponential nearly as cheap.
    Instead: elu where it is established, leaky_relu where every operation counts.
    """
    return where(x > 0, x, x / sqrt(1 + alpha * x**2))


def _softsign(x):
    # Beyond 1 the slope of x / (1 + |x|) would be a difference of nearly equal numbers.
    return where(x > 1, 1 - 1 / (1 + x), where(x < -1, 1 / (1 - x) - 1, x / (1 + abs(x))))


@activation(
    paper="Turian, Bergstra & Bengio 2009, Quadratic features and deep architectures for chunking, NAACL",
    year=2009,
    aliases=("soft_sign",),
    after=("tanh",),
    kernel=_softsign,
    kernel_near=lambda x: x / (1 + abs(x)),
    kernel_slope=lambda x: 1 / (1 + abs(x)) / (1 + abs(x)),
    inverse=lambda x: where((x >= -1) & (x <= 1), x / (1 - abs(x)), nan),
)
def softsign(x):
    """Softsign: x over 1 + |x|, a sigmoid shape that approaches its bounds slowly.

    For: plain deep networks with bounded units; outputs between -1 and 1.
    Strengths: no exponential; saturates so slowly that layers settle more evenly than with tanh (Glorot & Bengio 2010).
    Weaknesses: still saturates; a jump in curvature at zero.
    Instead: tanh where smoothness counts, isru between the two, relu and its kin in deep networks.
    """
    return x / (1 + abs(x))


@activation(
    paper="Hafner, Pasukonis, Ba & Lillicrap 2023, Mastering diverse domains through world models, arXiv:2301.04104",
    year=2023,
    aliases=("log_modulus", "signed_log1p"),
    inverse=lambda x: where(x > 0, expm1(x), -expm1(-x)),
)
def symlog(x):
    """Symmetric logarithm: the sign of x times ln(1 + |x|).

    For: inputs and targets that span orders of magnitude, as rewards do (DreamerV3, Hafner 2023).
    Strengths: the identity near zero, a logarithm far out, exactly invertible.
    Weaknesses: a jump in curvature at zero; squeezes differences between large values.
    Instead: softsign or tanh for bounded outputs, nlrelu for positive ones.
    """
    return where(x > 0, log1p(x), -log1p(-x))


def _rational_far(x, a, b):
    # The same quotient in t = 1 / x, whose powers do not overflow.
    t = 1 / x
    u = abs(t)
    numerator = ((((a[0] * t + a[1]) * t + a[2]) * t + a[3]) * t + a[4]) * t + a[5]
    return x * (numerator / ((((u + b[0]) * u + b[1]) * u + b[2]) * u + b[3]))


def _rational(x, a0, a1, a2, a3, a4, a5, b1, b2, b3, b4):
    b = [abs(each) for each in (b1, b2, b3, b4)]
    u = abs(x)
    numerator = a0 + x * (a1 + x * (a2 + x * (a3 + x * (a4 + x * a5))))
    near = numerator / (1 + u * (b[0] + u * (b[1] + u * (b[2] + u * b[3]))))
    return where((x > 1) | (x < -1), _rational_far(x, (a0, a1, a2, a3, a4, a5), b), near)


@activation(
    paper="Molina, Schramowski & Kersting 2020, Padé activation units, arXiv:1907.06732",
    year=2019,
    aliases=("pau", "pade_activation_unit"),
    after=("prelu", "maxout"),
    kernel=_rational,
    # A fit of leaky_relu with slope 0.01 on [-3, 3], from the authors' own repository.
    a0=Parameter(0.029792778657264946, learnable=True),
    a1=Parameter(0.6183735264987601, learnable=True),
    a2=Parameter(2.323309062531321, learnable=True),
    a3=Parameter(3.051936237265109, learnable=True),
    a4=Parameter(1.4854203263828845, learnable=True),
    a5=Parameter(0.2510244961111299, learnable=True),
    b1=Parameter(-1.1419548357285474, learnable=True),
    b2=Parameter(4.393159974992486, learnable=True),
    b3=Parameter(0.8714712309957245, learnable=True),
    b4=Parameter(0.34719662339598834, learnable=True),
)
def rational(x, a0, a1, a2, a3, a4, a5, b1, b2, b3, b4):
    """Rational or Padé activation unit: a learned quotient of polynomials (degrees 5 and 4), near leaky_relu at first.

    For: networks that should learn the shape of their activation (Molina 2020), also in reinforcement learning.
    Strengths: approximates any common activation closely; the denominator cannot vanish.
    Weaknesses: ten parameters a layer, fitted on a small interval and arbitrary outside; dear in half precision.
    Instead: prelu or apl for learned pieces of lines, silu or gelu for a good fixed shape.
    """
    u = abs(x)
    numerator = a0 + a1 * x + a2 * x**2 + a3 * x**3 + a4 * x**4 + a5 * x**5
    return numerator / (1 + abs(b1) * u + abs(b2) * u**2 + abs(b3) * u**3 + abs(b4) * u**4)


def _acon_c(x, p1, p2, beta):
    # The textbook form subtracts nearly equal numbers on the side where p1 or p2 alone remains.
    z = beta * (p1 - p2) * x
    return p1 * (x * sigmoid(z)) + p2 * (x * sigmoid(-z))


@activation(
    paper="Ma, Zhang, Liu & Sun 2021, Activate or not: learning customized activation, arXiv:2009.04759",
    year=2020,
    aliases=("acon",),
    after=("swish", "maxout"),
    module="AconC",
    kernel=_acon_c,
    p1=Parameter(1.0, learnable=True),
    p2=Parameter(0.0, learnable=True),
    beta=Parameter(1.0, learnable=True),
)
def acon_c(x, p1, p2, beta):
    """ACON-C: a smooth maximum of the lines p1 x and p2 x, with slopes and sharpness learned; it starts as silu.

    For: convolutional networks, channel by channel, large and small (Ma 2021).
    Strengths: learns whether to be linear or nonlinear; has silu and soft forms of leaky_relu and prelu within it.
    Weaknesses: three parameters per channel; at beta 0 it is linear, and their signs can be traded for each other.
    Instead: silu without parameters, prelu for a cheap learned unit.
    """
    return (p1 - p2) * x * sigmoid(beta * (p1 - p2) * x) + p2 * x
