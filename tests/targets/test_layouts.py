"""An element's result follows from its own numbers, however the arrays that they are in lie in memory."""

import numpy as np
import pytest

import softknee as knee

from ..points import DTYPES, elementwise

SHAPE = (13, 17, 3)
ORDERS = [(0, 1, 2), (2, 1, 0), (1, 0, 2), (0, 2, 1)]


def laid(x, order=(0, 1, 2), step=1, offset=0):
    """The same array with its axes in another order in memory, every axis taken in steps, behind some other bytes."""
    within = [abs(step) * x.shape[axis] for axis in order]
    size = int(np.prod(within)) * x.dtype.itemsize
    room = np.zeros(size + offset, np.uint8)[offset:].view(x.dtype).reshape(within)
    view = room.transpose(np.argsort(order))[(slice(None, None, step),) * x.ndim]
    view[...] = x
    return view


LAYOUTS = {
    "Fortran": lambda x: laid(x, (2, 1, 0)),
    **{f"axes {order}": lambda x, order=order: laid(x, order) for order in ORDERS[2:]},
    "strided": lambda x: laid(x, step=2),
    "reversed": lambda x: laid(x, step=-1),
    "strided and transposed": lambda x: laid(x, (1, 2, 0), step=-3),
    "unaligned": lambda x: laid(x, offset=1),
}


def bits(x):
    return np.ascontiguousarray(x).view(f"u{x.dtype.itemsize}")


def data_of(f, dtype):
    random = np.random.default_rng(7)
    return [(random.normal(size=SHAPE) * 3).astype(dtype) for _ in f.definition.inputs]


def numbers_of(f):
    """Parameters that are not the defaults, where that is allowed."""
    near = {name: p.default * 0.97 + 0.013 for name, p in f.definition.numeric_parameters.items()}
    return {name: v if v in f.parameters[name].domain else f.parameters[name].default for name, v in near.items()}


def calls(f):
    return (
        [f, f.derivative, lambda *x, **k: f.value_and_derivative(*x, **k)[0]] if len(f.definition.inputs) == 1 else [f]
    )


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
@pytest.mark.parametrize("name", elementwise())
def test_the_layout_of_inputs_and_output_changes_no_bit(name, dtype):
    f = knee.get(name)
    x, numbers = data_of(f, dtype), numbers_of(f)
    for call in calls(f):
        expected = bits(call(*x, **numbers))
        for layout, lay in LAYOUTS.items():
            result = call(*map(lay, x), **numbers)
            np.testing.assert_array_equal(bits(result), expected, err_msg=layout)
    for layout, lay in LAYOUTS.items():
        out = lay(np.zeros(SHAPE, dtype))
        assert f(*x, **numbers, out=out) is out
        np.testing.assert_array_equal(bits(out), bits(f(*x, **numbers)), err_msg=layout)


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
@pytest.mark.parametrize("name", elementwise())
def test_one_at_a_time_repeated_or_among_others_an_element_has_one_result(name, dtype):
    f = knee.get(name)
    x, numbers = [a.ravel()[:120] for a in data_of(f, dtype)], numbers_of(f)
    expected = bits(f(*x, **numbers))
    alone = [f(*(a[i] for a in x), **numbers) for i in range(x[0].size)]
    np.testing.assert_array_equal(bits(np.array(alone, dtype)), expected)
    zero_d = [f(*(a[i : i + 1].reshape(()) for a in x), **numbers) for i in range(x[0].size)]
    np.testing.assert_array_equal(bits(np.array(zero_d, dtype)), expected)
    repeated = f(*(np.broadcast_to(a[:, None], (a.size, 9)) for a in x), **numbers)
    np.testing.assert_array_equal(bits(repeated[:, 4]), expected)
    where = np.arange(x[0].size) % 3 != 1
    masked = f(*x, **numbers, where=where, out=np.zeros(x[0].size, dtype))
    np.testing.assert_array_equal(bits(masked)[where], expected[where])


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
@pytest.mark.parametrize("name", [n for n in elementwise() if knee.get(n).definition.numeric_parameters])
def test_the_layout_of_parameters_changes_no_bit(name, dtype):
    """A number is one number in any shape; arrays of other sizes are arrays, whether they repeat numbers or not."""
    f = knee.get(name)
    x, numbers = data_of(f, dtype), numbers_of(f)
    expected = bits(f(*x, **numbers))
    for shape in ((), (1,), (1, 1, 1)):
        np.testing.assert_array_equal(bits(f(*x, **{n: np.full(shape, v) for n, v in numbers.items()})), expected)
    for shape in ((13, 1, 1), (1, 17, 1), (1, 1, 3)):
        rows = {n: np.linspace(0.99, 1, max(shape)).reshape(shape) * v for n, v in numbers.items()}
        rows = {
            n: np.where([v in f.parameters[n].domain for v in row.flat], row.flat, numbers[n]).reshape(shape)
            for n, row in rows.items()
        }
        whole = {n: np.broadcast_to(row, SHAPE) for n, row in rows.items()}
        expected = bits(f(*x, **whole))
        np.testing.assert_array_equal(bits(f(*x, **rows)), expected)
        for layout, lay in LAYOUTS.items():
            for given in (rows, {n: lay(row) for n, row in rows.items()}, {n: lay(w) for n, w in whole.items()}):
                np.testing.assert_array_equal(bits(f(*map(lay, x), **given)), expected, err_msg=layout)
