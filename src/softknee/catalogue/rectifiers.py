"""Rectifiers: piecewise linear, a knee at 0."""

from softknee.language.definition import Parameter, activation
from softknee.language.expression import where


@activation(
    paper="Nair & Hinton 2010, Rectified linear units improve restricted Boltzmann machines, ICML",
    year=2010,
    aliases=("rectifier", "ramp"),
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
    module="LeakyReLU",
    inverse=lambda x, negative_slope: where(x > 0, x, x / negative_slope),
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
    module="PReLU",
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
