"""Definitions against formulas as papers and libraries print them, with their numbers as they print them."""

import inspect

import numpy as np
import pytest
import scipy.special

import softknee as knee

X = np.concatenate([np.linspace(-6, 6, 241), [-0.5, 0.5, 3.0, -3.0, 12.5, -12.5, 25.0, -25.0]])

erf = scipy.special.erf
expit = scipy.special.expit


def rational(
    x,
    # ml-research/rational_activations, rationals_config.json: version A, degrees 5 and 4, leaky_relu.
    a0=0.029792778657264946,
    a1=0.6183735264987601,
    a2=2.323309062531321,
    a3=3.051936237265109,
    a4=1.4854203263828845,
    a5=0.2510244961111299,
    b1=-1.1419548357285474,
    b2=4.393159974992486,
    b3=0.8714712309957245,
    b4=0.34719662339598834,
):
    denominator = 1 + abs(b1 * x) + abs(b2 * x**2) + abs(b3 * x**3) + abs(b4 * x**4)
    return np.polynomial.polynomial.polyval(x, [a0, a1, a2, a3, a4, a5]) / denominator


# Huang & Schlag 2025: both curvatures begin at 0.8 and are kept as inverse softplus.
XIELU_P, XIELU_N = np.log(np.exp(0.8) - 1), np.log(np.exp(0.8 - 0.5) - 1)


def xielu(x, alpha_p=XIELU_P, alpha_n=XIELU_N, beta=0.5):
    positive = np.log(1 + np.exp(alpha_p))
    negative = beta + np.log(1 + np.exp(alpha_n))
    return np.where(x > 0, positive * x * x + beta * x, negative * (np.exp(x) - 1) - negative * x + beta * x)


def srelu(x, t_left=0.0, a_left=0.2, t_right=1.0, a_right=1.0):
    # Jin 2016; as the catalogue starts it, it is leaky_relu(0.2).
    conditions = [x >= t_right, (t_right > x) & (x > t_left), x <= t_left]
    return np.select(conditions, [t_right + a_right * (x - t_right), x, t_left + a_left * (x - t_left)])


def apl(x, a1=-0.2, a2=0.1, b1=0.0, b2=-1.0):
    # Agostinelli 2015 with S = 2; the hinges it starts with are the catalogue's own choice.
    return np.maximum(0, x) + a1 * np.maximum(0, -x + b1) + a2 * np.maximum(0, -x + b2)


# Ma 2023: the values with which it approximates relu_squared.
LAPLACE_MU, LAPLACE_SIGMA = np.sqrt(1 / 2), np.sqrt(1 / (4 * np.pi))


def laplace(x, mu=LAPLACE_MU, sigma=LAPLACE_SIGMA):
    return 0.5 * (1 + erf((x - mu) / (sigma * np.sqrt(2))))


# Defaults are those that a paper or a library gives, where one does.
PAPERS = {
    # algebraic
    "square": lambda x: np.power(x, 2),
    "cube": lambda x: np.power(x, 3),
    "symlog": lambda x: np.sign(x) * np.log(np.abs(x) + 1),
    "bent_identity": lambda x: (np.sqrt(x**2 + 1) - 1) / 2 + x,
    "isru": lambda x, alpha=1.0: x / np.sqrt(1 + alpha * x**2),
    "isrlu": lambda x, alpha=1.0: np.where(x >= 0, x, x / np.sqrt(1 + alpha * x**2)),
    "rational": rational,
    "acon_c": lambda x, p1=1.0, p2=0.0, beta=1.0: (p1 - p2) * x * expit(beta * (p1 - p2) * x) + p2 * x,
    # exponential
    "exponential": np.exp,
    "pelu": lambda x, alpha=1.0, beta=1.0: np.where(x >= 0, alpha / beta * x, alpha * (np.exp(x / beta) - 1)),
    "mpelu": lambda x, alpha=1.0, beta=1.0: np.where(x > 0, x, alpha * (np.exp(beta * x) - 1)),
    "elu_plus_one": lambda x: np.where(x > 0, x, np.exp(x) - 1) + 1,
    "xielu": xielu,
    # hard
    "onnx_hardsigmoid": lambda x, alpha=0.2, beta=0.5: np.maximum(0, np.minimum(1, alpha * x + beta)),
    "hard_mish": lambda x: x / 2 * np.clip(x + 2, 0, 2),
    "hard_elish": lambda x: np.where(x >= 0, x, np.exp(x) - 1) * np.clip((x + 1) / 2, 0, 1),
    # periodic
    "sine": lambda x, omega=1.0: np.sin(omega * x),
    "cosine": lambda x, omega=1.0: np.cos(omega * x),
    "snake": lambda x, alpha=1.0: x + 1 / alpha * np.sin(alpha * x) ** 2,
    "snake_beta": lambda x, alpha=1.0, beta=1.0: x + 1 / beta * np.sin(x * alpha) ** 2,
    "gcu": lambda x: x * np.cos(x),
    # rectifiers
    "prelu": lambda x, weight=0.25: np.maximum(0, x) + weight * np.minimum(0, x),
    "clipped_relu": lambda x, ceiling=20.0: np.minimum(np.maximum(0, x), ceiling),
    "thresholded_relu": lambda x, theta=1.0: np.where(x > theta, x, 0),
    "threshold": lambda x, threshold=0.0, value=0.0: np.where(x > threshold, x, value),
    "relu_squared": lambda x: np.maximum(x, 0) ** 2,
    "star_relu": lambda x, scale=0.8944, bias=-0.4472: scale * np.maximum(x, 0) ** 2 + bias,
    "shifted_relu": lambda x, delta=1.0: np.maximum(-delta, x),
    "srelu": srelu,
    "apl": apl,
    "nlrelu": lambda x, beta=1.0: np.log(beta * np.maximum(0, x) + 1),
    "absolute": np.abs,
    "squared_clipped_relu": lambda x: np.clip(x, 0, 1) ** 2,
    # sigmoids and bells
    "arctan": np.arctan,
    "lecun_tanh": lambda x: 1.7159 * np.tanh(2 / 3 * x),
    "dynamic_tanh": lambda x, alpha=0.5, weight=1.0, bias=0.0: weight * np.tanh(alpha * x) + bias,
    "dsilu": lambda x: expit(x) * (1 + x * (1 - expit(x))),
    "laplace": laplace,
    "gaussian": lambda x: np.exp(-(x**2)),
    # smooth
    "swish": lambda x, beta=1.0: x * expit(beta * x),
    "e_swish": lambda x, beta=1.25: beta * x * expit(x),
    "quick_gelu": lambda x: x * expit(1.702 * x),
    "telu": lambda x: x * np.tanh(np.exp(x)),
    "smish": lambda x: x * np.tanh(np.log(1 + expit(x))),
    "logish": lambda x, alpha=1.0, beta=1.0: alpha * x * np.log(1 + expit(beta * x)),
    "serf": lambda x: x * erf(np.log(1 + np.exp(x))),
    "phish": lambda x: x * np.tanh(0.5 * x * (1 + erf(x / np.sqrt(2)))),
    "elish": lambda x: np.where(x >= 0, x, np.exp(x) - 1) * expit(x),
    "lisht": lambda x: x * np.tanh(x),
    "smelu": lambda x, beta=2.0: np.select([x <= -beta, np.abs(x) <= beta], [0 * x, (x + beta) ** 2 / (4 * beta)], x),
    # softplus
    "shifted_softplus": lambda x: np.log(0.5 * np.exp(x) + 0.5),
    "logcosh": lambda x: np.log(np.cosh(x)),
}

PAPERS_WITH_PARAMETERS = [
    ("isru", {"alpha": 3.0}),
    ("isrlu", {"alpha": 3.0}),
    # The same file's gelu, version A.
    (
        "rational",
        {
            "a0": -0.0012423594497499122, "a1": 0.5080497063245629, "a2": 0.41586363182937475,
            "a3": 0.13022718688035761, "a4": 0.024355900098993424, "a5": 0.00290283948155535,
            "b1": -0.06675015696494944, "b2": 0.17927646217001553, "b3": 0.03746682605496631,
            "b4": 1.6561610853276082e-10,
        },
    ),
    ("acon_c", {"p1": 1.3, "p2": -0.4, "beta": 2.2}),
    ("pelu", {"alpha": 1.6, "beta": 0.7}),
    ("mpelu", {"alpha": 0.6, "beta": 2.5}),
    ("xielu", {"alpha_p": 0.55, "alpha_n": 0.35, "beta": 0.25}),
    ("onnx_hardsigmoid", {"alpha": 0.5, "beta": 0.6}),
    ("sine", {"omega": 30.0}),
    ("cosine", {"omega": 2.5}),
    ("snake", {"alpha": 2.5}),
    ("snake_beta", {"alpha": 2.5, "beta": 0.4}),
    ("prelu", {"weight": -0.6}),
    ("clipped_relu", {"ceiling": 2.6}),
    ("thresholded_relu", {"theta": 2.6}),
    ("star_relu", {"scale": 1.7, "bias": 0.3}),
    ("shifted_relu", {"delta": 0.05}),  # DReLU
    ("srelu", {"t_left": -1.3, "a_left": -0.4, "t_right": 2.1, "a_right": 0.3}),
    ("apl", {"a1": 0.7, "a2": -0.4, "b1": 1.5, "b2": -2.2}),
    ("nlrelu", {"beta": 0.7}),
    ("dynamic_tanh", {"alpha": 0.8, "weight": -1.4, "bias": 0.3}),
    ("laplace", {"mu": 0.707107, "sigma": 0.282095}),  # as Hugging Face rounds them
    ("swish", {"beta": -2.5}),
    ("e_swish", {"beta": 2.0}),
    ("logish", {"alpha": 0.7, "beta": 10.0}),  # Zhu 2021 prefers beta = 10
    ("smelu", {"beta": 0.5}),
]  # fmt: skip


@pytest.mark.parametrize("name", PAPERS)
def test_value_against_the_formula(name):
    np.testing.assert_allclose(knee.get(name)(X), PAPERS[name](X), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("name", "parameters"), PAPERS_WITH_PARAMETERS, ids=[n for n, _ in PAPERS_WITH_PARAMETERS])
def test_parameters_against_the_formula(name, parameters):
    np.testing.assert_allclose(knee.get(name)(X, **parameters), PAPERS[name](X, **parameters), rtol=1e-9, atol=1e-12)


def given(name):
    """The parameters of a row, in their order."""
    formula = PAPERS[name]
    if isinstance(formula, np.ufunc):
        return {}
    return {n: float(p.default) for n, p in inspect.signature(formula).parameters.items() if n != "x"}


@pytest.mark.parametrize("name", PAPERS)
def test_defaults_are_those_given_in_their_order(name):
    ours = {n: float(p.default) for n, p in knee.get(name).definition.numeric_parameters.items()}
    assert ours == pytest.approx(given(name), rel=1e-15, abs=0)
    assert list(ours) == list(given(name))
