"""The table of peers: each function is the one that softknee calls by that name."""

import warnings

import numpy as np
import pytest

import softknee as knee
from softknee.lab.accuracy import PEERS
from softknee.lab.accuracy.libraries import OWN, specs, version_of
from softknee.lab.peers.libraries import modules
from softknee.lab.peers.table import spelling
from softknee.support.extras import MissingExtraError

X = np.concatenate([np.linspace(-4.9, 5.1, 41), [-0.52, 0.53, 3.1, -3.1]]).astype(np.float32)


@pytest.mark.parametrize("library", PEERS)
def test_a_peer_computes_the_function_and_its_slope(library):
    names = [name for name in knee.names() if isinstance(knee.get(name), knee.Activation) and spelling(name, library)]
    assert names
    for name in names:
        found = specs(library, knee.get(name), "float32")
        assert found is not None, name
        np.testing.assert_allclose(found.value(X), knee.get(name)(X), rtol=2e-4, atol=2e-5, err_msg=name)
        if found.slope is not None:
            np.testing.assert_allclose(found.slope(X), knee.get(name).derivative(X), rtol=2e-4, atol=2e-5, err_msg=name)


@pytest.mark.parametrize("dtype", ["bfloat16", "float64"])
def test_peers_keep_the_dtype_or_are_left_out(dtype):
    from softknee.lab.accuracy.ulps import DTYPES

    x = X.astype(DTYPES[dtype])
    for library in (*OWN, *PEERS):
        found = specs(library, knee.sigmoid, dtype)
        if found is not None:
            assert found.value(x).dtype == x.dtype
            assert found.slope is None or found.slope(x).dtype == x.dtype
    assert specs("scipy", knee.sigmoid, "float16") is None
    assert specs("onnxruntime", knee.sigmoid, "bfloat16") is None
    assert specs("scipy", knee.mish, "float32") is None


def test_versions_are_told():
    assert all(version_of(name)[0].isdigit() for name in (*OWN, *PEERS))


def test_a_missing_library_names_its_extra(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "torch_activation", None)
    with warnings.catch_warnings(), pytest.raises(MissingExtraError, match=r"softknee\[bench\]"):
        modules("torch_activation")
