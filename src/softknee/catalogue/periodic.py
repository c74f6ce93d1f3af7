"""Periodic units: sines and cosines, alone or on top of a line."""

from softknee.language.definition import Parameter, activation, positive
from softknee.language.ops import cos, sin


@activation(
    paper="Sitzmann, Martel, Bergman, Lindell & Wetzstein 2020, Implicit neural representations, arXiv:2006.09661",
    year=2020,
    aliases=("sin", "siren"),
    omega=Parameter(1.0, positive, about="SIREN uses 30"),
)
def sine(x, omega):
    """Sine of omega x; SIREN networks use omega = 30.

    For: images, shapes and fields stored as networks, and their derivatives (SIREN, Sitzmann 2020).
    Strengths: fits fine detail, and every derivative is again such a network.
    Weaknesses: needs SIREN's own initialisation; elsewhere its many valleys make training hard (Parascandolo 2017).
    Instead: snake for periodic data that must extrapolate, relu or gelu for everything without a period.
    """
    return sin(omega * x)


@activation(
    paper="common; random Fourier features, Rahimi & Recht 2007",
    year=2007,
    aliases=("cos",),
    omega=Parameter(1.0, positive),
)
def cosine(x, omega):
    """Cosine of omega x.

    For: random Fourier features of a kernel (Rahimi & Recht 2007).
    Strengths: bounded and smooth.
    Weaknesses: even, so the sign of the input is lost unless a phase is learned; no slope at zero.
    Instead: sine, which has a slope at zero.
    """
    return cos(omega * x)


@activation(
    paper="Ziyin, Hartwig & Ueda 2020, Neural networks fail to learn periodic functions, arXiv:2006.08195",
    year=2020,
    after=("sine",),
    alpha=Parameter(1.0, positive, learnable=True),
)
def snake(x, alpha):
    """Snake: x plus a squared sine, a staircase around the identity whose frequency is learned.

    For: time series and audio, where the network must go on periodically; BigVGAN uses it (Lee 2023).
    Strengths: extrapolates periods, which relu and tanh cannot; monotone, hence as easy to train as relu (Ziyin 2020).
    Weaknesses: a sine per element; its slope is zero once in every period.
    Instead: snake_beta to set height and frequency apart, sine for implicit representations.
    """
    return x + sin(alpha * x) ** 2 / alpha


@activation(
    paper="NVIDIA BigVGAN (SnakeBeta); Lee, Ping, Ginsburg, Catanzaro & Yoon 2023, arXiv:2206.04658",
    year=2022,
    after=("snake",),
    alpha=Parameter(1.0, positive, learnable=True),
    beta=Parameter(1.0, positive, learnable=True),
)
def snake_beta(x, alpha, beta):
    """Snake with its own height: x plus sin(alpha x)^2 / beta, both learned.

    For: generators of sound, channel by channel (BigVGAN).
    Strengths: frequency and height of the wave are learned apart.
    Weaknesses: not monotone where alpha exceeds beta; BigVGAN learns the logarithms of both, here they are plain.
    Instead: snake with one parameter, leaky_relu where the signal has no period.
    """
    return x + sin(alpha * x) ** 2 / beta


@activation(
    paper="Noel et al. 2021, Growing cosine unit, arXiv:2108.12943",
    year=2021,
    aliases=("growing_cosine_unit",),
    module="GCU",
)
def gcu(x):
    """Growing cosine unit: x times the cosine of x.

    For: small convolutional networks; a single such neuron can learn XOR (Noel 2021).
    Strengths: several roots, hence several decision boundaries per neuron.
    Weaknesses: its swings grow with x, so inputs must be kept small; hard to train in deep networks.
    Instead: sine for bounded swings, silu or mish for a gentle dip.
    """
    return x * cos(x)
