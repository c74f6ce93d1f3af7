"""The ufuncs as ufuncs: shapes, strides, dtypes, out, where, overlap, protocols."""

import os
import pickle
import subprocess
import sys
import threading
import warnings

import dask.array as da
import ml_dtypes
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import softknee as knee
from softknee import _native
from softknee.language.definition import CATALOGUE, Definition
from softknee.language.derivative_spec import INVERSE, VALUE, DerivativeSpec
from softknee.targets.c.kernels import compiled_specs
from softknee.targets.numpy.evaluate import ufunc

from ..points import DTYPES, elementwise

FLOATS = list(DTYPES.values())
names = st.sampled_from(elementwise())
dtypes = st.sampled_from(FLOATS)


def one_by_one(f, x, **parameters):
    """The oracle of the array tests: each element on its own, as a contiguous array of one."""
    flat = [np.asarray(f(np.array([v], x.dtype), **parameters))[0] for v in x.ravel()]
    return np.array(flat, x.dtype).reshape(x.shape)


def same(a, b):
    wide_a, wide_b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return a.dtype == b.dtype and a.shape == b.shape and np.array_equal(wide_a, wide_b, equal_nan=True)


@given(name=names, dtype=dtypes, data=st.data())
@settings(max_examples=150)
def test_any_shape_and_strides(name, dtype, data):
    shape = data.draw(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=7))
    x = np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=shape).astype(dtype) * dtype.type(3)
    x = np.asarray(x)
    view = x.transpose(data.draw(st.permutations(range(x.ndim))))
    steps = tuple(slice(None, None, data.draw(st.sampled_from([1, 2, -1, -3]))) for _ in range(x.ndim))
    view = view[steps] if x.ndim else x
    f = knee.get(name)
    result = np.asarray(f(view))
    assert same(result, one_by_one(f, view))


@given(name=names, dtype=dtypes, n=st.integers(0, 700), offset=st.integers(0, 5))
@settings(max_examples=60)
def test_lengths_around_the_block_size(name, dtype, n, offset):
    x = np.linspace(-4, 4, n + offset).astype(dtype)[offset:]
    f = knee.get(name)
    tiled = np.asarray(f(np.concatenate([x, x])))
    assert same(tiled[n:], np.asarray(f(x)))


@given(name=names, dtype=dtypes, shift=st.integers(-3, 3))
@settings(max_examples=60)
def test_output_may_overlap_the_input(name, dtype, shift):
    buffer = np.linspace(-5, 5, 600).astype(dtype)
    x = buffer[10:500]
    out = buffer[10 + shift : 500 + shift]
    f = knee.get(name)
    expected = np.asarray(f(x.copy()))
    assert f(x, out=out) is out
    assert same(out, expected)


@given(name=names, dtype=dtypes, seed=st.integers(0, 99))
@settings(max_examples=60)
def test_where_leaves_the_rest_alone(name, dtype, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=300).astype(dtype)
    mask = rng.random(300) < 0.5
    out = np.full(300, 7, dtype)
    f = knee.get(name)
    f(x, out=out, where=mask)
    assert same(out, np.where(mask, np.asarray(f(x)), np.full(300, 7, dtype)))


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint64, bool])
def test_integers_promote_as_numpys_own_functions_do(dtype):
    x = np.array([0, 1], dtype)
    assert knee.elu(x).dtype == np.exp(x).dtype
    assert knee.elu(x, alpha=0.5).dtype == np.exp(x).dtype
    assert knee.softmax(x).dtype == np.exp(x).dtype


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
@pytest.mark.parametrize("name", knee.names())
def test_dtype_in_dtype_out(name, dtype):
    x = np.ones((2, 4, 4, 2), dtype)
    assert knee.get(name)(x).dtype == dtype


def test_a_wide_parameter_does_not_widen_the_result():
    x = np.ones(3, np.float32)
    assert knee.elu(x, alpha=np.float64(0.5)).dtype == np.float32
    assert knee.elu(x, alpha=np.full(3, 0.5)).dtype == np.float32
    assert knee.elu(x, alpha=1).dtype == np.float32


def test_a_parameter_is_not_rounded_to_a_narrow_dtype():
    x = np.array([-1000.0], np.float16)
    assert knee.leaky_relu(x, 0.0100005)[0] == np.float16(-10.0005)


@given(name=names, data=st.data())
@settings(max_examples=60)
def test_parameters_broadcast(name, data):
    f = knee.get(name)
    numeric = f.definition.numeric_parameters
    x = np.linspace(-3, 3, 12).reshape(3, 4)
    stretched = {k: np.full((1, 4), p.default) for k, p in numeric.items() if data.draw(st.booleans())}
    assert same(np.asarray(f(x, **stretched)), np.asarray(f(x)))


def test_scalars_and_lists():
    assert isinstance(knee.relu(1.5), np.float64)
    assert isinstance(knee.relu(np.float32(1.5)), np.float32)
    assert knee.relu(-2) == 0.0
    assert knee.relu([[1, -1]]).tolist() == [[1.0, 0.0]]
    assert knee.relu([]).shape == (0,)


def test_dask_stays_lazy_and_gives_the_same_numbers():
    x = np.random.default_rng(0).normal(size=(50, 40)).astype(np.float32)
    lazy = knee.mish(da.from_array(x, chunks=(17, 13)))
    assert isinstance(lazy, da.Array)
    assert lazy.dtype == np.float32
    np.testing.assert_array_equal(lazy.compute(), knee.mish(x))
    slope = knee.elu.derivative(da.from_array(x, chunks=20), alpha=0.7)
    np.testing.assert_array_equal(slope.compute(), knee.elu.derivative(x, alpha=0.7))


def test_dask_sends_ufuncs_to_other_processes():
    x = np.linspace(-3, 3, 40)
    lazy = knee.elu.derivative(da.from_array(x, chunks=20), alpha=0.7)
    computed = lazy.compute(scheduler="processes", num_workers=1)
    np.testing.assert_array_equal(computed, knee.elu.derivative(x, alpha=0.7))


@pytest.mark.parametrize(
    "spec",
    [
        DerivativeSpec(),
        DerivativeSpec(("x",)),
        DerivativeSpec(("x", "x"), "right"),
        DerivativeSpec(("x",), "mean"),
        INVERSE,
    ],
)
def test_ufuncs_are_pickled_by_name(spec):
    made = ufunc(knee.elu.definition, spec)
    assert pickle.loads(pickle.dumps(made)) is made
    assert DerivativeSpec.parse(str(spec)) == spec


def test_ufuncs_of_ones_own_functions_are_not():
    @knee.activation
    def mish(x):
        return 2 * x

    with pytest.raises(pickle.PicklingError):
        pickle.dumps(ufunc(mish.definition))


def test_pandas_and_xarray_keep_their_kind():
    series = pd.Series([-1.0, 2.0], index=["a", "b"])
    assert knee.relu(series).equals(pd.Series([0.0, 2.0], index=["a", "b"]))
    array = xr.DataArray([[-1.0, 2.0]], dims=("n", "c"))
    assert knee.relu(array).dims == ("n", "c")


def test_no_floating_point_warning_escapes():
    x = np.array([-1e308, -1e4, 0.0, 1e4, 1e308, np.inf, -np.inf, np.nan])
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for name in elementwise():
            knee.get(name)(x)
            knee.get(name).derivative(x)


def test_threads_at_once_give_the_same_numbers():
    x = np.linspace(-10, 10, 200_001, dtype=np.float32)
    expected = {name: knee.get(name)(x) for name in ("mish", "gelu", "snake")}
    wrong = []

    def work():
        for _ in range(5):
            wrong.extend(n for n, y in expected.items() if not np.array_equal(knee.get(n)(x), y))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_every_definition_has_its_compiled_kernels():
    compiled = set(_native.kernel_names())
    from softknee.language.program import linearise
    from softknee.targets.c.bytecode import SPELLED, encode

    for definition in CATALOGUE:
        if isinstance(definition, Definition):
            for spec in compiled_specs(definition):
                digest = encode(linearise(spec.expression(definition), definition.arguments, SPELLED)).digest
                assert digest in compiled, f"{definition.name} {spec}: built from another catalogue"


@pytest.mark.parametrize("name", elementwise())
def test_compiled_and_interpreted_agree(name):
    """The same definition under another name of its parameter order has no kernel and is interpreted."""
    definition = knee.get(name).definition
    program = ufunc(definition, VALUE)
    interpreted = knee.activation(module="Other", **definition.parameters)(_copied(definition))
    x = np.linspace(-8, 8, 401).astype(np.float32)
    parameters = [p.default for p in definition.numeric_parameters.values()]
    # Kernel and interpreter round from different arithmetics: they may part where the last bit is a close call.
    np.testing.assert_array_max_ulp(program(x, *parameters), interpreted(x), maxulp=1)


def _copied(definition):
    """The definition's computation with a harmless extra step, so that its bytecode differs."""
    body = definition.kernel or definition.function
    arguments = ", ".join(definition.arguments)
    scope = {"body": body, "where": knee.where}
    exec(f"def twin({arguments}):\n    return where(x > x + 1, 0, body({arguments}))", scope)
    return scope["twin"]


def test_bytecode_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="not a valid program"):
        _native.make_face(None, 1, 1, 1, 5, b"", b"", False)
    code = np.array([0, 9, 0, 0, 0], np.int32).tobytes()
    with pytest.raises(ValueError, match="not a valid program"):
        _native.make_face(None, 1, 1, 2, 1, b"", code, False)


def test_a_ufunc_frees_what_it_owns():
    """Many functions made and dropped: the process does not grow by more than noise."""
    import gc
    import resource

    def make(count):
        for _ in range(count):
            made = knee.activation(lambda x: x * knee.ops.tanh(x))
            made(1.0)
            made.derivative(1.0)
        gc.collect()

    make(500)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    make(3000)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 8_000, f"{grown} kB"


def test_bfloat16_is_ml_dtypes_own():
    assert knee.relu(np.ones(2, ml_dtypes.bfloat16)).dtype == ml_dtypes.bfloat16


def test_a_kernel_of_another_program_is_not_run():
    for kernel in _native.kernel_names():
        identity = _native.make_ufunc("same", "", (_native.make_face(kernel, 1, 2, 2, 0, b"", b"", False),), -1, False)
        assert identity(np.ones(300, np.float32), 1.0).shape == (300,)
    code = np.array([[10_000, 1, 0, 0, 0]], np.int32).tobytes()
    with pytest.raises(ValueError, match="not a valid program"):
        _native.make_face(None, 1, 1, 2, 1, b"", code, False)
    unwritten = np.array([[0, 2, 1, 1, 0]], np.int32).tobytes()
    with pytest.raises(ValueError, match="not a valid program"):
        _native.make_face(None, 1, 1, 3, 2, b"", unwritten, False)


def test_the_c_belongs_to_the_table_of_ops():
    program = """
from softknee.language.ops import OPS
OPS["exp"] = OPS.pop("exp")  # the last now
import softknee
softknee.relu(1.0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "ImportError: softknee's C module was built from another table of ops" in done.stderr


def test_an_unknown_instruction_set_is_refused():
    environment = {**os.environ, "SOFTKNEE_ISA": "best"}
    done = subprocess.run(
        [sys.executable, "-c", "import softknee; softknee.relu(1.0)"], env=environment, capture_output=True, text=True
    )
    assert "SOFTKNEE_ISA=best" in done.stderr


def test_labelled_tables_are_plain_arrays_along_an_axis():
    table = pd.DataFrame([[1.0, 2.0], [3.0, 3.0]])
    np.testing.assert_array_equal(knee.glu(table), knee.glu(table.to_numpy()))
    np.testing.assert_array_equal(knee.softmax(table), knee.softmax(table.to_numpy()))
    np.testing.assert_array_equal(knee.glu(pd.Series([-1.0, 2.0], index=["a", "b"])), knee.glu([-1.0, 2.0]))
