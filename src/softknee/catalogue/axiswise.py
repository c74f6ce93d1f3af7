"""Functions along an axis: softmax and its sparse kin, maxout, crelu.

`xp` is an array namespace with NumPy's names (`targets/*/axiswise.py`).
"""

from softknee.language.axiswise import axiswise


def _softmax_vjp(xp, x, y, g, *, axis):
    return y * (g - xp.sum(y * g, axis))


@axiswise(
    paper="Bridle 1990, Probabilistic interpretation of feedforward classification network outputs",
    year=1990,
    aliases=("normalized_exponential",),
    after=("sigmoid",),
    latex=r"\frac{e^{x_i}}{\sum_j e^{x_j}}",
    vjp=_softmax_vjp,
)
def softmax(xp, x, *, axis=-1):
    """Softmax: exponentials along an axis, scaled to sum to one.

    For: the output of a classifier over exclusive classes; attention weights.
    Strengths: a probability distribution; with cross-entropy its gradient is simply prediction minus target.
    Weaknesses: never exactly 0; saturates when one score leads, over a single unit it is constantly 1.
    Instead: log_softmax with a loss, sigmoid for classes that are not exclusive, sparsemax for exact zeros.
    """
    return xp.softmax(x, axis)


@axiswise(
    paper="torch.nn.Softmin",
    year=2017,
    after=("softmax",),
    latex=r"\frac{e^{-x_i}}{\sum_j e^{-x_j}}",
    vjp=lambda xp, x, y, g, *, axis: -_softmax_vjp(xp, x, y, g, axis=axis),
)
def softmin(xp, x, *, axis=-1):
    """Softmin: the softmax of -x; the smallest score gets the largest share.

    For: distances and energies, where less is better.
    Strengths: as softmax.
    Weaknesses: as softmax.
    Instead: softmax of scores.
    """
    return xp.softmax(-x, axis)


@axiswise(
    paper="Bridle 1990, Probabilistic interpretation of feedforward classification network outputs",
    year=1990,
    after=("softmax",),
    module="LogSoftmax",
    latex=r"x_i - \ln \sum_j e^{x_j}",
    vjp=lambda xp, x, y, g, *, axis: g - xp.exp(y) * xp.sum(g, axis),
)
def log_softmax(xp, x, *, axis=-1):
    """Logarithm of the softmax, without computing the softmax.

    For: classification losses.
    Strengths: keeps the small probabilities that softmax rounds to zero.
    Weaknesses: not probabilities, but their logarithms.
    Instead: softmax where probabilities themselves are wanted.
    """
    return xp.log_softmax(x, axis)


@axiswise(
    paper="torch.nn.Softmax2d",
    year=2017,
    after=("softmax",),
    module="Softmax2d",
    latex=r"\frac{e^{x_{c}}}{\sum_{k} e^{x_{k}}}",
    vjp=lambda xp, x, y, g: _softmax_vjp(xp, x, y, g, axis=x.ndim - 3),
)
def softmax2d(xp, x):
    """Softmax over the channels at each place of an image of shape (C, H, W) or (N, C, H, W).

    For: per-pixel classification.
    Strengths: as softmax, with the axis fixed to the channels.
    Weaknesses: takes images only.
    Instead: softmax with an axis.
    """
    if x.ndim not in (3, 4):
        raise ValueError(f"must have 3 or 4 dimensions, (C, H, W) or (N, C, H, W), not {x.ndim}")
    return xp.softmax(x, x.ndim - 3)


def _sparsemax_vjp(xp, x, y, g, *, axis):
    support = xp.as_number(y > 0, y)
    mean = xp.sum(g * support, axis) / xp.sum(support, axis)
    return support * (g - mean)


@axiswise(
    paper="Martins & Astudillo 2016, From softmax to sparsemax, arXiv:1602.02068",
    year=2016,
    after=("softmax",),
    latex=r"\operatorname*{argmin}_{p \in \Delta} \lVert p - x \rVert^2",
    vjp=_sparsemax_vjp,
)
def sparsemax(xp, x, *, axis=-1):
    """Sparsemax: the nearest probability vector, with exact zeros.

    For: attention and outputs that should ignore most choices.
    Strengths: exact zeros, cheap gradient on the support (Martins 2016).
    Weaknesses: needs a sort; zero gradient off the support.
    Instead: softmax for dense attention, entmax15 between the two.
    """
    # The threshold lies between max - 1 and max: what is lower than that has no share, however low it is.
    shifted = xp.at_least(x - xp.max(x, axis), -1)
    ordered = xp.sort_descending(shifted, axis)
    rank = xp.ranks(ordered, axis)
    # The support holds those ranks k with 1 + k x_(k) > sum of the k largest.
    inside = xp.as_number(1 + rank * ordered > xp.cumsum(ordered, axis), x)
    threshold = (xp.sum(inside * ordered, axis) - 1) / xp.sum(inside, axis)
    return xp.positive_part(shifted - threshold)


def _entmax15_vjp(xp, x, y, g, *, axis):
    root = xp.sqrt(y)
    return root * (g - xp.sum(g * root, axis) / xp.sum(root, axis))


@axiswise(
    paper="Peters, Niculae & Martins 2019, Sparse sequence-to-sequence models, arXiv:1905.05702",
    year=2019,
    aliases=("entmax_1_5",),
    after=("softmax", "sparsemax"),
    module="Entmax15",
    latex=r"\operatorname*{argmax}_{p \in \Delta} p^\top x + H^{T}_{1.5}(p)",
    vjp=_entmax15_vjp,
)
def entmax15(xp, x, *, axis=-1):
    """1.5-entmax: half-way between softmax and sparsemax, with exact zeros.

    For: attention and translation outputs (Peters 2019).
    Strengths: sparse, yet smooth at the edge of its support.
    Weaknesses: needs a sort; dearer than softmax.
    Instead: sparsemax for more zeros, softmax for none.
    """
    # p_i = (x_i / 2 - tau)_+^2; for the k largest, tau = mean - sqrt((1 - sum of squares) / k).
    # tau lies between -1 and 0, so what is below -1 has no share, however low it is.
    half = xp.at_least((x - xp.max(x, axis)) / 2, -1)
    ordered = xp.sort_descending(half, axis)
    rank = xp.ranks(ordered, axis)
    mean = xp.cumsum(ordered, axis) / rank
    spread = xp.cumsum(ordered * ordered, axis) - rank * mean * mean
    tau = mean - xp.sqrt(xp.positive_part((1 - spread) / rank))
    inside = xp.as_number(tau <= ordered, x)
    last = xp.as_number(rank == xp.sum(inside, axis), x)
    return xp.positive_part(half - xp.sum(tau * last, axis)) ** 2


def _maxout_vjp(xp, x, y, g, *, pool_size, axis):
    pieces = xp.split_axis(x, axis, pool_size)
    return xp.join_axis(xp.to_first_maximum(pieces, y, g, axis + 1), axis)


@axiswise(
    paper="Goodfellow, Warde-Farley, Mirza, Courville & Bengio 2013, Maxout networks, arXiv:1302.4389",
    year=2013,
    after=("relu", "absolute"),
    latex=r"\max_{j} x_{i, j}",
    vjp=_maxout_vjp,
    selects=True,
)
def maxout(xp, x, *, pool_size=2, axis=-1):
    """Maxout: the largest of each `pool_size` neighbours along an axis, a learned convex function of the layer before.

    For: networks trained with dropout (Goodfellow 2013); layers that should learn their own activation.
    Strengths: never saturates and never dies; a few linear pieces approximate any convex function.
    Weaknesses: multiplies the parameters of the layer before by `pool_size`.
    Instead: relu or leaky_relu at a fraction of the parameters, prelu to learn one slope only.
    """
    return xp.max_pool(xp.split_axis(x, axis, pool_size), axis + 1)


@axiswise(
    paper="Shang, Sohn, Almeida & Lee 2016, Understanding and improving CNNs via concatenated ReLU, arXiv:1603.05201",
    year=2016,
    aliases=("concatenated_relu",),
    after=("relu",),
    module="CReLU",
    latex=r"(\max(x, 0), \max(-x, 0))",
    vjp=lambda xp, x, y, g, *, axis: (
        xp.positive_part_vjp(x, xp.half(g, axis, 0)) - xp.positive_part_vjp(-x, xp.half(g, axis, 1))
    ),
    selects=True,
)
def crelu(xp, x, *, axis=-1):
    """Concatenated ReLU: relu(x) and relu(-x) side by side; keeps the negative part, doubles the size along the axis.

    For: early layers of convolutional networks, whose filters come in opposite pairs (Shang 2016).
    Strengths: loses no information; no unit dies on both sides.
    Weaknesses: doubles the channels.
    Instead: leaky_relu or prelu at the same width.
    """
    return xp.concatenate([xp.positive_part(x), xp.positive_part(-x)], axis)
