"""The properties that every member of the catalogue must have, and those of the founding functions."""

import re
from importlib.resources import files

import numpy as np
import pytest

import softknee as knee
from softknee.language.definition import CATALOGUE, Definition

FOUNDING = [
    "relu", "leaky_relu", "prelu", "elu", "celu", "selu", "relu6", "softplus", "sigmoid", "logsigmoid", "tanh",
    "mish", "softshrink", "maxout",
]  # fmt: skip
ASKED_FOR = [
    "hardshrink", "hardsigmoid", "hardtanh", "hardswish", "rrelu", "gelu", "gelu_tanh", "silu", "softsign",
    "tanhshrink", "threshold", "glu", "softmax", "softmin", "log_softmax", "softmax2d", "squareplus", "sparse_plus",
    "sparse_sigmoid", "sparsemax", "exponential", "identity", "quick_gelu", "thresholded_relu", "lisht", "snake",
    "logcosh", "reglu", "geglu", "swiglu", "bilinear", "relu_squared", "star_relu", "crelu", "shifted_softplus",
    "swish", "e_swish", "telu", "tanhexp", "smish", "logish", "serf", "phish", "elish", "hard_elish", "hard_mish",
    "isru", "isrlu", "gaussian", "arctan", "sine", "gcu", "bent_identity", "dsilu", "laplace", "nlrelu", "pelu",
    "acon_c", "dynamic_tanh", "xielu", "rational", "apl", "entmax15",
]  # fmt: skip


def test_there_are_at_least_eighty():
    assert len(knee.names()) == len(set(knee.names())) >= 80


@pytest.mark.parametrize("name", FOUNDING + ASKED_FOR)
def test_is_there(name):
    assert knee.get(name).name in knee.names()


@pytest.mark.parametrize("name", knee.names())
def test_has_origin_and_notes(name):
    """A first draft has these; Chinese notes and an independent source are asked for by tools/check_catalogue.py."""
    f = knee.get(name)
    assert len(f.paper) > 5
    assert 1840 <= f.year <= 2026
    for part in ("summary", "purpose", "strengths", "weaknesses", "instead"):
        assert getattr(f.notes("en"), part).endswith((".", ")")), part


@pytest.mark.parametrize("name", knee.names())
def test_what_instead_names_exists(name):
    """Functions that a note recommends are functions of the catalogue."""
    words = re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", knee.get(name).notes().instead)
    assert all(word in CATALOGUE for word in words), words


def test_chinese_notes_name_no_function_that_is_gone():
    families = {d.family for d in CATALOGUE}
    for resource in files("softknee.catalogue").joinpath("zh").iterdir():
        assert resource.name.removesuffix(".ini") in families
        for section in re.findall(r"^\[(.+)\]$", resource.read_text(encoding="utf-8"), re.MULTILINE):
            assert section in knee.names()


@pytest.mark.parametrize("name", knee.names())
def test_aliases_lead_back(name):
    for alias in (name, name.upper(), *knee.get(name).aliases):
        assert knee.get(alias).name == name


@pytest.mark.parametrize("definition", [d for d in CATALOGUE if isinstance(d, Definition)], ids=lambda d: d.name)
def test_defaults_lie_in_their_domains(definition):
    definition.check({n: p.default for n, p in definition.numeric_parameters.items()})


@pytest.mark.parametrize("definition", [d for d in CATALOGUE if isinstance(d, Definition)], ids=lambda d: d.name)
def test_definitions_are_short(definition):
    import inspect

    body = inspect.getsource(definition.function).split('"""')[-1]
    assert len(body.strip().splitlines()) <= 12


def test_no_two_functions_are_the_same_under_two_names():
    x = np.concatenate([np.linspace(-9, 9, 1801), [0.123456789]])
    seen = {}
    # These differ by what is learnable or by their parameters' meaning, not by their default curve.
    families = {"prelu", "leaky_relu", "swish", "silu", "acon_c", "snake_beta", "snake", "rrelu", "srelu", "mpelu"}
    families |= {"pelu", "elu", "celu", "threshold", "relu", "smelu", "sparse_plus"}
    for name in knee.names():
        f = knee.get(name)
        if isinstance(f, knee.Activation) and name not in families:
            key = f(x).tobytes()
            assert key not in seen, f"{name} is {seen[key]}"
            seen[key] = name
