"""Plain NumPy in place of the C module: its ufuncs as ufuncs, and softknee as a whole without the module."""

import os
import subprocess
import sys

import numpy as np
import pytest

import softknee as knee
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.expression import walk
from softknee.targets.numpy.plain import PlainUfunc, ufunc_of_expressions

from ..points import DTYPES, elementwise


def plain(name, *specs):
    """The ufunc of plain NumPy of one spec of a function or two, whatever computes elsewhere."""
    definition = knee.get(name).definition
    roots = tuple(spec.expression(definition) for spec in specs or (VALUE,))
    return ufunc_of_expressions(roots, definition.arguments, len(definition.inputs), name, "")


MISH = plain("mish")
X = np.linspace(-4, 4, 24).reshape(2, 3, 4)


def test_outputs_are_written_and_given_back():
    expected = MISH(X)
    for out in (np.empty(X.shape), np.empty(X.shape, np.float32), X.copy()):
        assert MISH(X, out=out) is out and MISH(X, out) is out and MISH(X, out=(out,)) is out
        np.testing.assert_array_equal(out, expected.astype(out.dtype))
    flat = X.ravel().copy()
    MISH(flat[:-1], out=flat[1:])  # memory that overlaps
    np.testing.assert_array_equal(flat[1:], expected.ravel()[:-1])
    first, second = np.empty(X.shape), np.empty(X.shape)
    found = plain("mish", VALUE, DerivativeSpec(("x",)))(X, out=(first, second))
    assert found[0] is first and found[1] is second
    np.testing.assert_array_equal(first, expected)


def test_where_leaves_the_rest_alone():
    out = np.full(X.shape, 7.0)
    mask = X > 0
    MISH(X, out=out, where=mask)
    np.testing.assert_array_equal(out, np.where(mask, MISH(X), 7.0))


def test_dtypes_casting_and_order():
    for name, dtype in DTYPES.items():
        assert MISH(X.astype(dtype)).dtype == dtype, name
    assert MISH(X, dtype=np.float32).dtype == np.float32
    for dtype in (np.int8, np.int16, np.int64, bool):
        assert MISH(np.ones(2, dtype)).dtype == np.exp(np.ones(2, dtype)).dtype
    assert MISH(X, order="F").flags.f_contiguous
    assert MISH(np.asfortranarray(X)).flags.f_contiguous
    assert isinstance(MISH(0.5), np.float64) and isinstance(MISH(np.float32(0.5)), np.float32)
    assert MISH(X, out=np.empty(X.shape, np.int64), casting="unsafe").dtype == np.int64


@pytest.mark.parametrize(
    ("keywords", "error"),
    [
        ({"out": np.empty(3)}, ValueError), ({"out": np.empty(X.shape, np.int64)}, TypeError),
        ({"out": np.empty(X.shape, np.float32), "casting": "safe"}, TypeError), ({"out": [1.0]}, TypeError),
        ({"where": X}, TypeError), ({"dtype": np.int32}, TypeError), ({"out": (np.empty(X.shape),) * 2}, ValueError),
    ],
)  # fmt: skip
def test_what_ufuncs_refuse_is_refused(keywords, error):
    with pytest.raises(error):
        MISH(X, **keywords)


def test_subclasses_and_protocols_are_honoured():
    class Marked(np.ndarray):
        pass

    class Foreign:
        def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
            return ufunc, method, inputs, keywords

    assert type(MISH(X.view(Marked))) is Marked
    assert type(MISH(X.view(Marked), subok=False)) is np.ndarray
    foreign = Foreign()
    assert MISH(foreign, order="C") == (MISH, "__call__", (foreign,), {"order": "C"})
    assert isinstance(MISH, PlainUfunc) and (MISH.nin, MISH.nout, MISH.nargs) == (1, 1, 2)


def test_arrays_of_many_blocks_are_their_parts():
    x = np.random.default_rng(0).normal(size=100_003).astype(np.float32)
    found = plain("elu")(x, np.linspace(0.5, 2.0, len(x)))
    part = slice(70_000, 70_100)
    np.testing.assert_array_equal(found[part], plain("elu")(x[part], np.linspace(0.5, 2.0, len(x))[part]))
    assert plain("elu")(x[:0], 1.0).shape == (0,)


@pytest.mark.parametrize("name", elementwise())
def test_doubles_at_the_ends_of_their_range(name):
    """Where squares overflow and exponentials vanish on the way."""
    f = knee.get(name)
    x = np.array([1e-320, 1e-300, 1e-150, 750.0, 1e5, 1e100, 1e200, 1.7e308])
    x = np.concatenate([x, -x])
    numbers = [float(p.default) for p in f.definition.numeric_parameters.values()]
    for spec, expected in ((VALUE, f(x)), (DerivativeSpec(("x",)), f.derivative(x))):
        found = plain(name, spec)(x, *numbers)
        if {"sin", "cos"} & {node.op for node in walk(f.definition.textbook)}:
            found, expected = found[np.abs(x) < 1e99], expected[np.abs(x) < 1e99]  # a wave there is anything
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-320)


def in_pure(program, **environment):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, "SOFTKNEE_PURE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_all_of_softknee_works_without_the_module():
    in_pure("""
import pickle, sys
import numpy as np
import softknee as knee
assert "softknee._native" not in sys.modules
x = np.linspace(-3, 3, 7)
np.testing.assert_allclose(knee.elu.inverse(knee.elu(x)), x, atol=1e-12)
np.testing.assert_allclose(knee.softsign.inverse(knee.softsign(x)), x, rtol=1e-12)
assert knee.elu.properties(alpha=0.5).range == (-0.5, np.inf) and abs(knee.relu.gain() - 2**0.5) < 1e-12
assert knee.softmax(x).sum() == 1 and knee.glu(np.ones((2, 4))).shape == (2, 2)
assert pickle.loads(pickle.dumps(knee.mish)) is knee.mish
from softknee.targets.numpy.evaluate import ufunc
assert pickle.loads(pickle.dumps(ufunc(knee.mish.definition))) is ufunc(knee.mish.definition)
knee.set_num_threads(3)
assert knee.get_num_threads() == 3
knee.set_float32_precision("high")
assert knee.get_float32_precision() == "high"

@knee.activation
def own(x):
    return x * knee.ops.tanh(x)

own.derivative(x)
assert not set(sys.modules) & {"torch", "jax"}
""")


def test_torch_goes_by_its_own_ops():
    in_pure("""
import numpy as np, torch
import softknee as knee
x = torch.linspace(-3, 3, 13, requires_grad=True)
knee.mish(x).sum().backward()
np.testing.assert_allclose(x.grad, knee.mish.derivative(x.detach().numpy()), rtol=1e-6)
module = knee.nn.ELU(save="output", inplace=False)
module(x).sum().backward()
torch.nn.Sequential(knee.nn.PReLU(), knee.nn.ReLU(inplace=True), knee.nn.SwiGLU())(torch.ones(2, 4)).sum().backward()
try:
    knee.load_torch_extension()
except knee.SoftkneeError as error:
    assert "needs softknee's C module" in str(error)
else:
    raise AssertionError("an extension of nothing")
""")


def test_a_missing_module_is_told_once():
    program = """
import sys, warnings
sys.modules["softknee._native"] = None
import softknee as knee
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    knee.mish([1.0]); knee.relu([1.0]); knee.mish.derivative([1.0]); knee.softmax([1.0])
(said,) = [str(one.message) for one in caught]
assert said.startswith("softknee was installed without its C module: all works by NumPy's own functions")
"""
    in_pure(program, SOFTKNEE_PURE="0")
