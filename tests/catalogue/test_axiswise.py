"""Functions along an axis and gates against torch, against bisection, and their gradients."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
import torch.nn.functional as F

import softknee as knee

AXISWISE = {
    "softmax": lambda x: F.softmax(x, -1), "softmin": lambda x: F.softmin(x, -1),
    "log_softmax": lambda x: F.log_softmax(x, -1), "glu": lambda x: F.glu(x, -1),
    "reglu": lambda x: x[..., :4] * F.relu(x[..., 4:]), "geglu": lambda x: x[..., :4] * F.gelu(x[..., 4:]),
    "swiglu": lambda x: x[..., :4] * F.silu(x[..., 4:]), "bilinear": lambda x: x[..., :4] * x[..., 4:],
    "geglu_tanh": lambda x: x[..., :4] * F.gelu(x[..., 4:], approximate="tanh"),
    "gtu": lambda x: torch.tanh(x[..., :4]) * torch.sigmoid(x[..., 4:]),
    "maxout": lambda x: x.unflatten(-1, (4, 2)).amax(-1), "crelu": lambda x: torch.cat([F.relu(x), F.relu(-x)], -1),
}  # fmt: skip


@pytest.mark.parametrize("name", AXISWISE)
def test_functions_along_an_axis_in_all_backends(name):
    x = np.random.default_rng(1).normal(size=(3, 5, 8)) * 3
    expected = AXISWISE[name](torch.tensor(x)).numpy()
    f = knee.get(name)
    np.testing.assert_allclose(f(x), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(f(torch.tensor(x)).numpy(), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(f(jnp.asarray(x, jnp.float32)), expected, rtol=2e-5, atol=1e-6)
    moved = np.moveaxis(f(np.moveaxis(x, -1, 0), axis=0), 0, -1)
    np.testing.assert_allclose(moved, expected, rtol=1e-9, atol=1e-12)


CHANNELWISE = {"softmax2d": torch.nn.Softmax2d()}


def test_softmax2d_works_over_channels():
    x = np.random.default_rng(2).normal(size=(2, 3, 4, 5))
    np.testing.assert_allclose(knee.softmax2d(x), CHANNELWISE["softmax2d"](torch.tensor(x)).numpy())
    with pytest.raises(knee.ArgumentError, match="3 or 4"):
        knee.softmax2d(np.ones((2, 3)))


def simplex_projection(z):
    """The nearest point of the simplex, by bisection on the threshold."""
    low, high = z.min() - 1, z.max()
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.maximum(z - middle, 0).sum() > 1 else (low, middle)
    return np.maximum(z - (low + high) / 2, 0)


def entmax_by_bisection(z):
    low, high = z.max() / 2 - 1, z.max() / 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if (np.maximum(z / 2 - middle, 0) ** 2).sum() > 1 else (low, middle)
    return np.maximum(z / 2 - (low + high) / 2, 0) ** 2


BISECTED = {"sparsemax": simplex_projection, "entmax15": entmax_by_bisection}


@pytest.mark.parametrize(("name", "solve"), BISECTED.items())
def test_sparse_softmaxes_against_bisection(name, solve):
    for z in np.random.default_rng(3).normal(size=(50, 7)) * 2:
        np.testing.assert_allclose(knee.get(name)(z), solve(z), atol=1e-12)
        np.testing.assert_allclose(knee.get(name)(torch.tensor(z)).numpy(), solve(z), atol=1e-12)


@pytest.mark.parametrize("name", [n for n in knee.names() if isinstance(knee.get(n), knee.Axiswise)])
def test_vjp_is_torchs_gradient_of_it(name):
    f = knee.get(name)
    shape = (2, 4, 3, 5) if name == "softmax2d" else (5, 6)
    rng = np.random.default_rng(4)
    x = torch.tensor(rng.normal(size=shape), requires_grad=True)
    y = f(x)
    g = torch.tensor(rng.normal(size=tuple(y.shape)))
    y.backward(g)
    np.testing.assert_allclose(f.vjp(x.detach().numpy(), g.numpy()), x.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("name", [n for n in knee.names() if isinstance(knee.get(n), knee.Gate)])
def test_gates_split_and_differentiate(name):
    f = knee.get(name)
    x = np.random.default_rng(5).normal(size=(4, 6))
    a, b = f.split(x)
    np.testing.assert_array_equal(f.combine(a, b), f(x))
    da, db = f.derivative(x)
    step = 1e-6
    np.testing.assert_allclose(da, (f.combine(a + step, b) - f.combine(a - step, b)) / (2 * step), atol=1e-8)
    np.testing.assert_allclose(db, (f.combine(a, b + step) - f.combine(a, b - step)) / (2 * step), atol=1e-8)
    with pytest.raises(knee.ArgumentError, match="even"):
        f(np.ones((2, 3)))


@pytest.mark.parametrize("name", ["sparsemax", "entmax15"])
@pytest.mark.parametrize("scores", [[1e8, 0.0], [3e16, 3e16], [-np.inf, 0.0], [-1e30, 0.0], [1e4 + 0.3, 1e4 + 0.1]])
def test_sparse_softmaxes_of_large_and_masked_scores(name, scores):
    f = knee.get(name)
    narrow = np.array(scores, np.float32)
    shifted = narrow.astype(np.float64) - narrow.max()
    expected = f(np.maximum(shifted, -10.0))
    x = torch.tensor(narrow, requires_grad=True)
    y = f(x)
    for found in (f(narrow), y.detach().numpy(), np.asarray(f(jnp.asarray(narrow)))):
        np.testing.assert_allclose(found, expected, rtol=1e-5)
        assert found.sum() == pytest.approx(1.0)
    (y * torch.tensor([1.0, 2.0])).sum().backward()
    assert torch.isfinite(x.grad).all()


def test_a_single_number_counts_as_one_along_its_axis():
    assert knee.softmax(torch.tensor(0.5)).item() == 1.0
    assert knee.softmax(0.5) == 1.0


def values(shape, dtype=np.float32):
    """Few different ones, so that many are equal, with zeros of both signs, infinities and NaN among them."""
    return (
        np.random.default_rng(6)
        .choice([-2, -1, -0.0, 0.0, 1, 1, 1, 2, 2, np.inf, -np.inf, np.nan], shape)
        .astype(dtype)
    )


def winners(x, pool, axis):
    """By loops: for each pool the first of the largest, NaN being larger than all."""
    rows = np.moveaxis(x, axis, -1).reshape(-1, pool)
    found = []
    for row in rows:
        best = 0
        for at, value in enumerate(row):
            if not np.isnan(row[best]) and (np.isnan(value) or value > row[best]):
                best = at
        found.append(best)
    return rows, np.array(found)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(("pool", "axis"), [(1, -1), (2, -1), (2, 0), (3, 1), (8, -1), (9, 0), (16, -1), (17, -1)])
def test_maxout_and_its_gradient_take_the_first_of_equals_and_nan(pool, axis, dtype):
    shape = [4, 3, 5]
    shape[axis] *= pool * 2
    x = values(shape, dtype)
    g = np.random.default_rng(7).normal(size=[n // (pool if at == axis % 3 else 1) for at, n in enumerate(shape)])
    g = g.astype(dtype)
    g.flat[0], g.flat[-1] = np.inf, np.nan  # neither may come where it does not belong
    rows, first = winners(x, pool, axis)
    best = np.take_along_axis(rows, first[:, None], 1)
    expected = np.where(np.arange(pool) == first[:, None], np.moveaxis(g, axis, -1).reshape(-1, 1), 0)

    def rows_of(result):
        assert result.dtype == dtype
        return np.moveaxis(result, axis, -1).reshape(len(rows), -1)

    tensor = torch.tensor(x, requires_grad=True)
    y = knee.maxout(tensor, pool_size=pool, axis=axis)
    y.backward(torch.tensor(g))
    plain = knee.maxout(tensor.detach(), pool_size=pool, axis=axis)
    for found in (knee.maxout(x, pool_size=pool, axis=axis), y.detach().numpy(), plain.numpy()):
        np.testing.assert_array_equal(rows_of(found), best)
    by_jax, pull = jax.vjp(lambda x: knee.maxout(x, pool_size=pool, axis=axis), jnp.asarray(x))
    if dtype != "float64":  # jax has none unless it is told to
        np.testing.assert_array_equal(rows_of(np.asarray(by_jax)), best)
        np.testing.assert_array_equal(rows_of(np.asarray(pull(jnp.asarray(g))[0])), expected)
    vjp = knee.maxout.vjp(torch.tensor(x), torch.tensor(g), pool_size=pool, axis=axis)
    for found in (knee.maxout.vjp(x, g, pool_size=pool, axis=axis), tensor.grad.numpy(), vjp.numpy()):
        np.testing.assert_array_equal(rows_of(found), expected)


@pytest.mark.parametrize("shape", [(7, 3, 24000), (131072, 8), (48017 * 8,), (2, 2, 3, 48000)])
@pytest.mark.parametrize("pool", [2, 3, 8])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_maxout_of_many_neighbours_has_each_in_its_place(shape, pool, dtype):
    """What torch pools, and what lies otherwise, against the largest that NumPy finds; with NaN and infinities."""
    shape = (*shape[:-1], shape[-1] // pool * pool)
    rng = np.random.default_rng(0)
    x = rng.integers(-100, 100, shape).astype(np.float64)  # which all types hold
    x.reshape(-1)[::4001] = np.resize([np.nan, np.inf, -np.inf, -np.inf], len(x.reshape(-1)[::4001]))
    x.reshape(-1)[:pool] = -np.inf
    tensor = torch.from_numpy(x).to(dtype)
    expected = x.reshape(*shape[:-1], -1, pool).max(-1)
    recorded = tensor.clone().requires_grad_()
    for found in (tensor, tensor.repeat_interleave(2, -1)[..., ::2], recorded):
        np.testing.assert_array_equal(knee.maxout(found, pool).detach().double().numpy(), expected)


def test_maxout_of_a_pool_of_one_is_a_copy():
    for x in (np.ones(3, np.float32), np.ones(3), torch.ones(3)):
        y = knee.maxout(x, pool_size=1)
        y[:] = 2
        assert x[0] == 1


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor, jnp.asarray])
def test_crelu_has_no_negative_zero_and_passes_nan(kind):
    y = np.asarray(knee.crelu(kind(np.array([0.0, -0.0, np.nan, -np.inf, 3.0], np.float32))))
    np.testing.assert_array_equal(y, [0, 0, np.nan, 0, 3, 0, 0, np.nan, np.inf, 0])
    assert not np.signbit(y[~np.isnan(y)]).any()


@pytest.mark.parametrize("name", ["crelu", "sparsemax", "entmax15"])
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_gradients_at_ties_zeros_and_infinite_slopes(name, dtype):
    """NumPy's vjp, torch's and that of torch's own operations agree; 0 * inf is nowhere."""
    x = np.array([[0.0, -0.0, 1.0, 1.0], [-1.0, 2.0, 2.0, 0.0], [1.0, 0.0, -5.0, 1.0]], dtype)
    f = knee.get(name)
    g = np.ones_like(f(x))
    if name == "crelu":
        g[:, 2] = np.inf
    g[0, 0] = 2
    tensor = torch.tensor(x, requires_grad=True)
    f(tensor).backward(torch.tensor(g))
    _, pull = torch.func.vjp(f, torch.tensor(x))
    expected = f.vjp(x, g)
    assert not np.isnan(expected).any()
    for found in (tensor.grad, pull(torch.tensor(g))[0], f.vjp(torch.tensor(x), torch.tensor(g))):
        np.testing.assert_allclose(found.numpy(), expected, rtol=2e-3 if dtype == "float16" else 1e-5, atol=1e-3)


AXIS_ONLY = ["maxout", "crelu", "sparsemax", "entmax15", "softmax", "log_softmax"]


@pytest.mark.parametrize("name", AXIS_ONLY)
def test_every_way_through_torch_gives_the_same(name):
    f = knee.get(name)
    x = torch.randn(3, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1), requires_grad=True)
    assert torch.autograd.gradcheck(f, x)
    assert torch.autograd.gradgradcheck(f, x)
    direction = torch.randn(3, 8, dtype=torch.float64)
    _, forward = torch.func.jvp(f, (x.detach(),), (direction,))
    with torch.autograd.forward_ad.dual_level():
        dual = f(torch.autograd.forward_ad.make_dual(x.detach(), direction))
        torch.testing.assert_close(torch.autograd.forward_ad.unpack_dual(dual).tangent, forward)
    g = torch.randn_like(f(x))
    (backward,) = torch.autograd.grad(f(x), x, g)
    torch.testing.assert_close((backward * direction).sum(), (forward * g).sum())
    each = torch.func.vmap(torch.func.grad(lambda x, g: (f(x) * g).sum()))(x.detach(), g)
    torch.testing.assert_close(each, backward)
    torch.testing.assert_close(torch.compile(f, backend="eager", fullgraph=True)(x), f(x))


@pytest.mark.parametrize("name", ["sparsemax", "entmax15", "crelu", "maxout"])
def test_torch_keeps_no_more_than_input_and_result(name):
    kept = []
    x = torch.randn(4, 8, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t.data_ptr()) or t, lambda t: t):
        y = knee.get(name)(x)
    assert set(kept) == {x.data_ptr(), y.data_ptr()}


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "sparsemax", "entmax15", "crelu"])
@pytest.mark.parametrize(("shape", "axis"), [((3001, 50), 1), ((70, 30, 71), 1), ((1, 200_000), 1), ((50, 3001), 0)])
def test_a_large_array_is_that_of_its_rows(name, kind, shape, axis):
    """Large arrays are computed in parts; so is the gradient's forward."""
    f = knee.get(name)
    x = np.random.default_rng(8).normal(size=shape).astype(np.float32)
    rows = [kind(np.ascontiguousarray(row)) for row in np.moveaxis(x, axis, -1).reshape(-1, shape[axis])[::501]]
    found = np.moveaxis(np.asarray(f(kind(x), axis=axis)), axis, -1)
    found = found.reshape(-1, found.shape[-1])[::501]
    np.testing.assert_allclose(found, np.stack([np.asarray(f(row)) for row in rows]), rtol=2e-6, atol=1e-7)


def test_sorting_with_numpy_keeps_nan_and_small_dtypes():
    for dtype in (torch.bfloat16, torch.float16, torch.float32, torch.float64):
        x = torch.tensor([[3.0, 1.0, 2.5], [1.0, float("nan"), 2.0]], dtype=dtype)
        found = knee.sparsemax(x)
        torch.testing.assert_close(found[0], torch.tensor([0.75, 0.0, 0.25], dtype=dtype))
        assert found[1].isnan().all()
        assert found.dtype == dtype
