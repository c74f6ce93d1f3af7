"""Shapes, strides, dtypes, overlaps and masks: the same bits as on plain contiguous copies in one thread."""

from __future__ import annotations

import ml_dtypes
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import softknee as knee

from .sample import defaults, functions, same_bits

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
FUNCTIONS = functions()
native = st.sampled_from([*map(np.dtype, (np.float16, np.float32, np.float64)), BFLOAT16])
# Blocks, vectors and threads begin and end at such sizes.
lengths = st.one_of(
    st.integers(0, 40), st.integers(100, 600), st.sampled_from([4096, 8191, 16385, 65537, 131073, 200_003])
)
shapes = st.one_of(
    lengths.map(lambda n: (n,)),
    st.tuples(st.integers(1, 5), lengths),
    st.tuples(lengths, st.integers(1, 5)),
    st.lists(st.integers(0, 6), min_size=0, max_size=4).map(tuple),
)
steps = st.sampled_from([1, 1, 1, 2, 3, -1, -2])
SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 1e-4, -88.5, 30000.0]


def fill(array: np.ndarray, seed: int) -> None:
    """Ordinary numbers with every special one among them."""
    rng = np.random.default_rng(seed)
    values = rng.normal(scale=4.0, size=array.shape)
    where = rng.random(array.shape) < 0.05
    array[...] = np.where(where, rng.choice(SPECIAL, array.shape), values).astype(array.dtype)


@st.composite
def memory(draw: st.DrawFn, dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    """A writable view of `shape`, with any strides, byte order and alignment, amid other memory."""
    if draw(st.booleans()) and dtype != BFLOAT16:
        dtype = dtype.newbyteorder()
    by_axis = [draw(steps) for _ in shape]
    margin = draw(st.integers(0, 3))
    whole = [n * abs(step) + margin for n, step in zip(shape, by_axis)]
    shift = draw(st.sampled_from([0, 0, 1, 3, 8]))
    size = int(np.prod(whole)) * dtype.itemsize
    order = draw(st.permutations(range(len(shape))))
    block = np.zeros(size + shift, np.uint8)[shift:].view(dtype).reshape([whole[k] for k in order])
    block = block.transpose(np.argsort(order)) if order else block
    for axis, (n, step) in enumerate(zip(shape, by_axis)):
        at = [slice(None)] * axis
        block = block[(*at, slice(None, None, step))][(*at, slice(0, n))]
    fill(block, draw(st.integers(0, 99)))
    return block


@st.composite
def operand(draw: st.DrawFn, dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    """A view that broadcasts to `shape`; some of its strides may be 0."""
    narrow = tuple(1 if draw(st.integers(0, 5)) == 0 else n for n in shape)
    view = draw(memory(dtype, narrow))
    return np.broadcast_to(view, shape) if draw(st.booleans()) else view


def plain(view: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A contiguous copy in the machine's own byte order."""
    return np.array(np.broadcast_to(view, shape), view.dtype.newbyteorder("=") if view.dtype != BFLOAT16 else None)


def expected(compute: object, shape: tuple[int, ...], data: list, parameters: list) -> np.ndarray:
    """The result for contiguous copies of all arguments, computed in one thread."""
    before = knee.get_num_threads()
    knee.set_num_threads(1)
    try:
        numbers = (p if np.ndim(p) == 0 else plain(np.asarray(p), shape) for p in parameters)
        found = compute(*(plain(x, shape) for x in data), *numbers)
    finally:
        knee.set_num_threads(before)
    return np.asarray(found)


def agree(found: np.ndarray, right: np.ndarray, parameters: list) -> bool:
    """The same bits; parameters that differ by element are computed wider, which may move the last bit."""
    if all(np.ndim(p) == 0 for p in parameters):
        return same_bits(found, right)
    near = [ordered(found), ordered(right)]
    return same_bits(np.isnan(found), np.isnan(right)) and bool(
        (np.abs(near[0] - near[1])[~np.isnan(right)] <= 1).all()
    )


def ordered(x: np.ndarray) -> np.ndarray:
    """The numbers of a type counted from 0 on, so that neighbours differ by 1."""
    bits = np.ascontiguousarray(x).view(f"i{x.dtype.itemsize}").astype(object)
    return np.where(bits < 0, -(bits + 2 ** (8 * x.dtype.itemsize - 1)), bits)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, np.dtype, tuple[int, ...], list, list]:
    """A function, a dtype, a shape, and arguments that broadcast to it."""
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    _, inputs, _ = FUNCTIONS[name]
    dtype, shape = draw(native), draw(shapes)
    data = [draw(operand(dtype, shape)) for _ in range(inputs)]
    parameters = []
    for default in defaults(name):
        along = shape and draw(st.integers(0, 3)) == 0
        parameters.append(default * np.linspace(0.5, 1.5, shape[-1]) if along else np.float64(default))
    return name, dtype, shape, data, parameters


@given(call=calls())
@settings(max_examples=200)
def test_any_layout_gives_the_bits_of_contiguous_copies(call):
    name, dtype, shape, data, parameters = call
    compute = FUNCTIONS[name][0]
    right = expected(compute, shape, data, parameters)
    result = np.asarray(compute(*(np.broadcast_to(x, shape) for x in data), *parameters))
    assert agree(result, right, parameters)


@given(call=calls(), draw=st.data())
@settings(max_examples=150)
def test_out_of_any_layout_and_any_mask(call, draw):
    name, dtype, shape, data, parameters = call
    compute = FUNCTIONS[name][0]
    right = expected(compute, shape, data, parameters)
    out = draw.draw(memory(dtype, shape))
    mask = np.random.default_rng(7).random(shape) < draw.draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    before = plain(out, shape)
    assert compute(*data, *parameters, out=out, where=mask) is out
    assert agree(plain(out, shape), np.where(mask, right, before), parameters)


@given(name=st.sampled_from(sorted(FUNCTIONS)), dtype=native, n=lengths, draw=st.data())
@settings(max_examples=150)
def test_results_may_overwrite_their_arguments(name, dtype, n, draw):
    """Slices of one block, forward and backward, on top of each other in any way."""
    compute, inputs, _ = FUNCTIONS[name]
    block = np.empty(3 * n + 20, dtype)
    fill(block, draw.draw(st.integers(0, 99)))

    def slice_of_block() -> np.ndarray:
        step = draw.draw(st.sampled_from([1, 1, 2, -1, -2]))
        start = draw.draw(st.integers(0, 3 * n + 20 - max(n, 1) * abs(step)))
        return block[start : start + n * abs(step)][::step]

    data, out = [slice_of_block() for _ in range(inputs)], slice_of_block()
    right = expected(compute, (n,), data, list(defaults(name)))
    masked = draw.draw(st.booleans())
    mask = np.arange(n) % 3 > 0 if masked else np.ones(n, bool)
    before = out.copy()
    compute(*data, *defaults(name), out=out, **({"where": mask} if masked else {}))
    assert same_bits(out.copy(), np.where(mask, right, before))


@given(name=st.sampled_from(sorted(FUNCTIONS)), dtype=native, shape=shapes)
@settings(max_examples=80)
def test_results_may_take_the_place_of_the_argument_itself(name, dtype, shape):
    compute, inputs, _ = FUNCTIONS[name]
    x = np.empty(shape, dtype)
    fill(x, 3)
    right = expected(compute, shape, [x] * inputs, list(defaults(name)))
    compute(*[x] * inputs, *defaults(name), out=x)
    assert same_bits(x, right)
