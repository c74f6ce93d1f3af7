"""The table of peers: each text computes the function that it stands for, in every library."""

import numpy as np
import pytest
import torch

import softknee as knee
from softknee import _native
from softknee.lab.bench.libraries import AbsentError, call_of, dtype_of, result_of, sample, tensor
from softknee.lab.bench.plan import HIGH, LIBRARIES, OURS, BenchmarkCase
from softknee.lab.peers.libraries import peer
from softknee.lab.peers.table import PEERS

ALL = [(function, library) for function, texts in PEERS.items() for library in texts]
WITH_GRADIENT = [(f, library) for f, library in ALL if library in ("torch", "jax", "torch_activation")]
SIZE = 1000


def case(function, kind="forward", dtype="float32"):
    return BenchmarkCase(function, SIZE, dtype, kind, LIBRARIES)


def as_array(result):
    return result.detach().double().numpy() if isinstance(result, torch.Tensor) else np.asarray(result, np.float64)


def test_the_table_knows_only_functions_and_libraries_that_there_are():
    assert set(PEERS) <= set(knee.names())
    assert {library for _, library in ALL} == set(LIBRARIES) - {"compile"}


@pytest.mark.parametrize(("function", "library"), ALL)
def test_a_peer_computes_the_same(function, library):
    x = sample(case(function), 2.0)
    found = result_of(call_of(library, case(function), x, 1))
    assert dtype_of(found) == "float32"
    np.testing.assert_allclose(as_array(found), knee.get(function)(x), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(("function", "library"), WITH_GRADIENT)
def test_a_peer_has_the_same_gradient(function, library):
    about = case(function, "both")
    x = sample(about, 2.0)
    expected = result_of(call_of("softknee_torch", about, x, 1))
    found = result_of(call_of(library, about, x, 1))
    assert dtype_of(found) == "float32"
    np.testing.assert_allclose(as_array(found), as_array(expected), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("kind", ["forward", "both"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # what torch's compiler says of itself
def test_the_compiled_peer_computes_the_same(kind):
    about = case("mish", kind)
    x = sample(about, 1.0)
    found, expected = (as_array(result_of(call_of(library, about, x, 1))) for library in ("compile", "torch"))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


@pytest.fixture
def settings():
    """Back to what there is without being asked for."""
    yield
    knee.set_float32_precision("highest")
    _native.set_torch_node(None)


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("library", OURS)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_ours_compute_the_function_itself_in_every_dtype(library, dtype):
    about = case("mish", dtype=dtype)
    x = sample(about, 1.0)
    assert x.dtype.name == dtype
    found = result_of(call_of(library, about, x, 1))
    assert dtype_of(found) == dtype
    np.testing.assert_array_equal(as_array(found), knee.mish(x).astype(np.float64))


@pytest.mark.usefixtures("settings")
def test_the_high_precision_is_near_and_is_not_the_highest():
    about = case("mish")
    x = sample(about, 1.0)
    exact = knee.mish(x)
    found = as_array(result_of(call_of(HIGH, about, x, 1)))
    assert (found != exact).any()
    np.testing.assert_allclose(found, exact, rtol=1e-6)


@pytest.mark.usefixtures("settings")
def test_nodes_in_c_plus_plus_give_the_same_gradient():
    about = case("mish", "both")
    x = sample(about, 1.0)
    expected = as_array(result_of(call_of("softknee_torch", about, x, 1)))
    np.testing.assert_array_equal(as_array(result_of(call_of("softknee_nodes", about, x, 1))), expected)


def test_the_copies_copy():
    about = case("relu")
    x = sample(about, 1.0)
    assert torch.equal(call_of("copy", about, x, 1)(), tensor(x))
    call = call_of("copyto", about, x, 1)
    call()
    np.testing.assert_array_equal(call.args[0], x)
    assert call.args[0] is not x


def test_gradients_do_not_add_up_from_call_to_call():
    about = case("silu", "both")
    call = call_of("softknee_torch", about, sample(about, 1.0), 1)
    first = call().clone()
    assert torch.equal(call(), first)


def test_out_is_written_into():
    about = case("relu")
    call = call_of("softknee_out", about, sample(about, 1.0), 1)
    assert call() is call() is call.keywords["out"]


@pytest.mark.parametrize(
    ("library", "function", "dtype", "why"),
    [
        ("scipy", "relu", "float32", "has no such function"),
        ("compile", "squareplus", "float32", "has no such function"),
        ("numexpr", "relu", "float16", "knows no float16"),
        ("onnxruntime", "relu", "bfloat16", "takes no bfloat16"),
        ("onnxruntime", "celu", "float64", "has no kernel of it for float64"),
        ("softknee_out", "maxout", "float32", "takes no out="),
        (HIGH, "relu", "float32", "has one precision"),
    ],
)
def test_who_takes_no_part_says_why(library, function, dtype, why):
    about = case(function, dtype=dtype)
    with pytest.raises(AbsentError, match=why):
        call_of(library, about, sample(about, 1.0), 1)


def test_a_class_that_the_installed_version_lacks_is_told():
    with pytest.raises(NotImplementedError, match="lacks it"):
        peer("torch_activation", "Nothing()", "float32")


def test_a_library_that_is_not_installed_is_absent(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "numexpr", None)
    with pytest.raises(AbsentError, match="numexpr is not installed"):
        call_of("numexpr", case("relu"), sample(case("relu"), 1.0), 1)
