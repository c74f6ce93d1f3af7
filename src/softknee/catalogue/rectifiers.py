"""Rectifiers: a hard knee, straight or nearly straight pieces on either side."""

from softknee.language.definition import Parameter, activation, nonnegative, positive
from softknee.language.expression import where
from softknee.language.ops import log1p, nan


def _leaky_inverse(y, slope):
    # A slope of zero or less takes some value more than once.
    return where(slope > 0, where(y > 0, y, y / slope), nan)


@activation(
    paper="Nair & Hinton 2010, Rectified linear units improve restricted Boltzmann machines, ICML",
    year=2010,
    aliases=("rectifier", "ramp"),
    after=("softplus", "absolute"),
    module="ReLU",
)
def relu(x):
    """Rectified linear unit: the identity above zero, zero below.

    For: the default of convolutional and plain feed-forward networks; pair it with He initialisation (He 2015).
    Strengths: one comparison; slope exactly 1 for x > 0, so it does not shrink gradients; sparse output (Glorot 2011).
    Weaknesses: slope 0 for x <= 0, so a unit that is pushed below zero on all data stops learning; mean above zero.
    Instead: leaky_relu or elu where units die, gelu or silu in transformers.
    """
    return where(x > 0, x, 0)


@activation(
    paper="Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic models, ICML",
    year=2013,
    aliases=("lrelu",),
    after=("relu",),
    module="LeakyReLU",
    inverse=_leaky_inverse,
    negative_slope=Parameter(0.01),
)
def leaky_relu(x, negative_slope):
    """Leaky rectified linear unit: a small slope below zero keeps every unit trainable.

    For: networks whose ReLU units die; discriminators of GANs, with slope 0.2 (Radford 2016).
    Strengths: as cheap as ReLU; the gradient never vanishes (Maas 2013).
    Weaknesses: one more number to choose; gains over a well-tuned ReLU are small (Maas 2013, Xu 2015).
    Instead: prelu to learn the slope, elu for a soft saturation.
    """
    return where(x > 0, x, negative_slope * x)


@activation(
    paper="He, Zhang, Ren & Sun 2015, Delving deep into rectifiers, arXiv:1502.01852",
    year=2015,
    after=("leaky_relu",),
    module="PReLU",
    inverse=_leaky_inverse,
    weight=Parameter(0.25, learnable=True),
)
def prelu(x, weight):
    """Parametric rectified linear unit: the slope below zero is learned, one for all or one per channel.

    For: convolutional networks with data enough to fit a slope per channel (He 2015).
    Strengths: adapts per layer; early layers keep more of the negative side (He 2015).
    Weaknesses: weight decay pulls the slope to 0, which is ReLU; more parameters to overfit.
    Instead: leaky_relu where data are few.
    """
    return where(x > 0, x, weight * x)


@activation(
    paper="Xu, Wang, Chen & Li 2015, Empirical evaluation of rectified activations, arXiv:1505.00853; torch.nn.RReLU",
    year=2015,
    aliases=("randomized_leaky_relu", "randomized_relu"),
    after=("leaky_relu",),
    module="RReLU",
    randomized=True,
    inverse=lambda x, lower, upper: _leaky_inverse(x, (lower + upper) / 2),
    constraint=lambda lower, upper: lower <= upper,
    requires="lower <= upper",
    lower=Parameter(1 / 8),
    upper=Parameter(1 / 3),
)
def rrelu(x, lower, upper):
    """Randomized leaky ReLU as it is after training: the slope below zero is the mean of `lower` and `upper`.

    For: small data sets, where drawing the slope at random for each element in training counters overfitting (Xu 2015).
    Strengths: regularises like a mild noise; as cheap as leaky_relu once trained (Xu 2015).
    Weaknesses: the paper divides by the mean divisor, torch averages the slopes; those means differ.
    Instead: leaky_relu without the noise, prelu to learn the slope where data are many.
    """
    return where(x > 0, x, (lower + upper) / 2 * x)


@activation(
    paper="Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10, technical report",
    year=2010,
    after=("relu",),
    module="ReLU6",
)
def relu6(x):
    """ReLU cut off at 6, so that its output fits a short fixed-point format.

    For: mobile networks that will run in 8 bits; MobileNetV2 uses it (Sandler 2018).
    Strengths: known range, hence an exact quantisation scale; as cheap as ReLU.
    Weaknesses: slope 0 above 6 as well as below zero, so a unit can die on both sides.
    Instead: relu where nothing is quantised, clipped_relu to choose the ceiling, hardswish for accuracy on mobiles.
    """
    return where(x > 0, where(x < 6, x, 6), 0)


@activation(
    paper="Hannun et al. 2014, Deep Speech: scaling up end-to-end speech recognition, arXiv:1412.5567",
    year=2014,
    aliases=("bounded_relu",),
    after=("relu",),
    module="ClippedReLU",
    ceiling=Parameter(20.0, positive),
)
def clipped_relu(x, ceiling):
    """ReLU cut off at a ceiling of one's choice.

    For: recurrent networks whose activations would explode (Hannun 2014); quantised networks, as PACT (Choi 2018).
    Strengths: bounded, with slope exactly 1 in between.
    Weaknesses: no gradient above the ceiling; one more number to choose, or to learn as PACT does.
    Instead: relu6 for the customary ceiling, relu where nothing explodes, hardtanh for a zero-centred clip.
    """
    return where(x > 0, where(x < ceiling, x, ceiling), 0)


@activation(
    paper="Konda, Memisevic & Krueger 2014, Zero-bias autoencoders, arXiv:1402.3337",
    year=2014,
    aliases=("trec",),
    after=("relu",),
    module="ThresholdedReLU",
    theta=Parameter(1.0),
)
def thresholded_relu(x, theta):
    """Thresholded rectifier: the identity above theta, zero below, with a jump between.

    For: autoencoders without biases, where the threshold only selects units (Konda 2014).
    Strengths: sparse without shrinking what passes, unlike a negative bias (Konda 2014).
    Weaknesses: the jump has no gradient, so nothing pulls a unit across the threshold.
    Instead: relu for a continuous knee, softshrink or hardshrink where both signs matter.
    """
    return where(x > theta, x, 0)


@activation(
    paper="torch.nn.Threshold",
    year=2012,
    after=("relu",),
    threshold=Parameter(0.0),
    value=Parameter(0.0),
)
def threshold(x, threshold, value):
    """Threshold: the identity above `threshold`, the constant `value` elsewhere.

    For: porting models; torch asks for both numbers, their defaults here give ReLU.
    Strengths: relu and thresholded_relu in one function.
    Weaknesses: unless `value` equals `threshold` it jumps, and the jump has no gradient.
    Instead: relu, thresholded_relu or shifted_relu, whose names say what is meant.
    """
    return where(x > threshold, x, value)


@activation(
    paper="So, Manke, Liu, Dai, Shazeer & Le 2021, Primer: searching for efficient transformers, arXiv:2109.08668",
    year=2021,
    aliases=("squared_relu", "relu2", "sqrelu"),
    after=("relu",),
    module="ReLUSquared",
)
def relu_squared(x):
    """Squared ReLU: the square of x above zero, zero below.

    For: feed-forward layers of transformers, without a gate (So 2021).
    Strengths: one of the two changes that make Primer, found by search (So 2021); sparse output; slope without a jump.
    Weaknesses: grows as the square, which needs normalisation and may overflow half precision; dead below zero.
    Instead: gelu for tamer growth, swiglu or reglu for a gated layer, star_relu for zero mean.
    """
    return where(x > 0, x * x, 0)


@activation(
    paper="Yu, Si, Zhou, Luo, Zhou, Feng, Yan & Wang 2022, MetaFormer baselines for vision, arXiv:2210.13452",
    year=2022,
    after=("relu_squared",),
    module="StarReLU",
    scale=Parameter(0.8944, learnable=True),
    bias=Parameter(-0.4472, learnable=True),
)
def star_relu(x, scale, bias):
    """StarReLU: squared ReLU, scaled and shifted to zero mean and unit variance for a standard normal input.

    For: vision transformers of the MetaFormer kind (Yu 2022).
    Strengths: far cheaper than gelu at equal or better accuracy in its paper; scale and bias are learned.
    Weaknesses: the shift is right only for inputs near standard normal; grows as the square.
    Instead: relu_squared without the shift, gelu where inputs are not normalised.
    """
    return scale * where(x > 0, x * x, 0) + bias


@activation(
    paper="Clevert, Unterthiner & Hochreiter 2016 (SReLU); Macêdo, Zanchettin, Oliveira & Ludermir 2019 (DReLU)",
    year=2015,
    aliases=("displaced_relu",),
    after=("relu",),
    module="ShiftedReLU",
    delta=Parameter(1.0, nonnegative),
)
def shifted_relu(x, delta):
    """Shifted ReLU: the identity down to -delta, constant below; the DReLU of Macêdo 2019 has delta = 0.05.

    For: telling apart whether ELU gains by its negative values or by its shape (Clevert 2016).
    Strengths: mean nearer to zero than ReLU's; goes well with batch normalisation (Macêdo 2019).
    Weaknesses: no gradient below -delta; a bias before and after relu does the same.
    Instead: elu for a soft bend, leaky_relu to keep a gradient everywhere.
    """
    return where(x > -delta, x, -delta)


@activation(
    paper="Jin, Xu, Feng, Wei, Xiong & Yan 2016, Deep learning with S-shaped ReLUs, arXiv:1512.07030",
    year=2015,
    aliases=("s_shaped_relu",),
    after=("leaky_relu", "prelu"),
    module="SReLU",
    constraint=lambda t_left, a_left, t_right, a_right: t_left <= t_right,
    requires="t_left <= t_right",
    t_left=Parameter(0.0, learnable=True),
    a_left=Parameter(0.2, learnable=True),
    t_right=Parameter(1.0, learnable=True),
    a_right=Parameter(1.0, learnable=True),
)
def srelu(x, t_left, a_left, t_right, a_right):
    """S-shaped ReLU: three straight pieces with learned bends and outer slopes; it starts as a leaky ReLU.

    For: networks with data enough to fit four numbers per channel (Jin 2016); sparsely connected ones (Mocanu 2018).
    Strengths: learns convex and concave shapes alike (Jin 2016).
    Weaknesses: four parameters per channel; its paper freezes them for the first epochs to stay stable.
    Instead: prelu for one parameter, apl for further hinges, leaky_relu for none.
    """
    above = where(x < t_right, x, t_right + a_right * (x - t_right))
    return where(x > t_left, above, t_left + a_left * (x - t_left))


@activation(
    paper="Agostinelli, Hoffman, Sadowski & Baldi 2015, Learning activation functions, arXiv:1412.6830",
    year=2014,
    aliases=("adaptive_piecewise_linear",),
    after=("relu", "maxout"),
    module="APL",
    a1=Parameter(-0.2, learnable=True),
    a2=Parameter(0.1, learnable=True),
    b1=Parameter(0.0, learnable=True),
    b2=Parameter(-1.0, learnable=True),
)
def apl(x, a1, a2, b1, b2):
    """Adaptive piecewise linear unit with two hinges: ReLU plus a1 max(0, b1 - x) plus a2 max(0, b2 - x).

    For: learning the shape of the activation per neuron or per channel (Agostinelli 2015).
    Strengths: any piecewise linear shape on the left with few parameters; not bound to be convex or monotone.
    Weaknesses: hinges get no gradient where no data lie; parameters per neuron invite overfitting.
    Instead: prelu for a single learned slope, maxout for learned convex shapes, rational for smooth ones.
    """
    return where(x > 0, x, 0) + a1 * where(x < b1, b1 - x, 0) + a2 * where(x < b2, b2 - x, 0)


@activation(
    paper="Liu, Zhang, Gao, Qu & Ji 2019, Natural-logarithm-rectified activation function, arXiv:1908.03682",
    year=2019,
    aliases=("natural_log_relu",),
    after=("relu",),
    module="NLReLU",
    beta=Parameter(1.0, positive),
)
def nlrelu(x, beta):
    """Natural-logarithm ReLU: ln(1 + beta x) above zero, zero below.

    For: networks whose activations spread over orders of magnitude from layer to layer (Liu 2019).
    Strengths: large values are compressed, yet never bounded; keeps the sparsity of ReLU.
    Weaknesses: one logarithm per element; the slope fades for large inputs; dead below zero.
    Instead: relu with normalisation, symlog to compress both signs.
    """
    return where(x > 0, log1p(beta * x), 0)


@activation(
    paper="Jarrett, Kavukcuoglu, Ranzato & LeCun 2009, What is the best multi-stage architecture?, ICCV",
    year=2009,
    aliases=("full_wave_rectifier",),
    kernel=lambda x: where(x > 0, x, where(x < 0, -x, 0)),
)
def absolute(x):
    """Absolute value: full-wave rectification, which keeps the size and drops the sign.

    For: features whose polarity does not matter, such as edges (Jarrett 2009).
    Strengths: slope of size 1 everywhere, so it neither shrinks gradients nor dies.
    Weaknesses: x and -x become the same; mean well above zero.
    Instead: crelu to keep both halves apart, relu to keep one of them.
    """
    return abs(x)


@activation(
    paper="computer chess: efficiently updatable networks (NNUE) such as Stockfish's",
    year=2021,
    aliases=("screlu",),
    after=("clipped_relu",),
    module="SCReLU",
)
def squared_clipped_relu(x):
    """Squared clipped ReLU: the square of x between 0 and 1, constant outside.

    For: small integer networks evaluated millions of times a second, as in chess engines.
    Strengths: a square and a clip, exact in integers; bends twice where a clipped ReLU only has straight pieces.
    Weaknesses: no gradient outside (0, 1), and hardly any near zero.
    Instead: clipped_relu for a plain clip, relu_squared without the ceiling, sigmoid where cost is no matter.
    """
    return where(x > 0, where(x < 1, x * x, 1), 0)
