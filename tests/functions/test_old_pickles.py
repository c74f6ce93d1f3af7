"""Pickles and checkpoints that version 0.1.0 wrote load, and compute what they computed.

`pickles_0_1_0.json` was written by that version, before its modules were renamed: base64 of `pickle.dumps`, and of
`torch.save` for `torch_saved`.
"""

import base64
import io
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

import softknee as knee
from softknee.language.derivative_spec import DerivativeSpec

WRITTEN = {
    name: base64.b64decode(text)
    for name, text in json.loads(Path(__file__).with_name("pickles_0_1_0.json").read_text()).items()
}
X = np.linspace(-3, 3, 13)


def loaded(name):
    return pickle.loads(WRITTEN[name])


@pytest.mark.parametrize("name", sorted(set(WRITTEN) - {"torch_saved"}))
def test_it_loads(name):
    assert loaded(name) is not None


@pytest.mark.parametrize("name", ["mish", "swiglu", "softmax", "rrelu"])
def test_a_function_is_the_function(name):
    assert loaded(name) is getattr(knee, name)


def test_a_ufunc_computes():
    np.testing.assert_array_equal(loaded("elu_ufunc")(X, 1.0), knee.elu(X))
    np.testing.assert_array_equal(loaded("elu_slope_ufunc")(X, 1.0), knee.elu.derivative(X))


def test_what_was_a_face_is_a_derivative_spec():
    assert loaded("spec") == DerivativeSpec(("x",), "right")


def test_properties_are_the_same():
    assert loaded("properties").range == knee.elu.properties().range


def test_modules_compute():
    x = torch.linspace(-3, 3, 8).reshape(2, 4)
    assert torch.equal(loaded("elu_module")(x), knee.elu(x, alpha=0.5))
    assert torch.equal(loaded("prelu_module")(x), knee.prelu(x, torch.full((4,), 0.25)))
    assert torch.equal(loaded("swiglu_module")(x), knee.swiglu(x))


def test_a_swapped_model_computes():
    for model in (loaded("swapped"), torch.load(io.BytesIO(WRITTEN["torch_saved"]), weights_only=False)):
        x = torch.linspace(-3, 3, 8).reshape(4, 2)
        assert torch.equal(model(x), knee.mish(model[0](x)))
