"""What is read off an activation, and how much of it is looked at."""

import pytest
import torch

import softknee as knee
from softknee.doctor.layout import CAP, LEAST, PLACES, Layout
from softknee.doctor.reference import reference_of
from softknee.doctor.statistics import after, before, of_gradient

SHAPES = [((64, 32, 32, 32), False), ((64, 128, 8, 8), False), ((16, 128, 1024), True), ((300, 16, 4, 4), False)]


@pytest.mark.parametrize("shape, last", SHAPES)
def test_places_are_left_out_before_samples(shape, last):
    units = shape[-1 if last else 1]
    numbers = torch.arange(shape[0]).reshape(-1, *[1] * (len(shape) - 1)).expand(shape).clone()
    rows = Layout.of(numbers, last).rows(numbers)
    assert rows.shape[1] == units
    assert LEAST <= len(rows) <= 3 * max(PLACES, LEAST * units) / units
    assert len(rows[:, 0].unique()) >= min(shape[0], CAP // units // 8)


@pytest.mark.parametrize("shape, last", SHAPES)
def test_places_are_those_of_one_unit(shape, last):
    axis = -1 if last else 1
    of_unit = torch.arange(shape[axis]).reshape([-1 if k == axis % len(shape) else 1 for k in range(len(shape))])
    rows = Layout.of(torch.empty(shape), last).rows(of_unit.expand(shape))
    assert bool((rows == torch.arange(shape[axis])).all())


def test_columns_of_pixels_are_all_met():
    columns = torch.arange(32).expand(64, 32, 32, 32)
    assert len(Layout.of(columns, False).rows(columns).unique()) > 8


def test_readings_of_all_numbers_are_exact():
    z = torch.randn(50, 8)
    reference = reference_of(knee.tanh, {})
    found = before(z, Layout.of(z, True), reference) | after(torch.tanh(z), Layout.of(z, True))
    slope = 1 - torch.tanh(z) ** 2
    torch.testing.assert_close(found["steepest"], slope.amax(0))
    torch.testing.assert_close(found["flat"], (slope < 0.05).float().mean(0))
    torch.testing.assert_close(found["z_second"], z.square().mean())
    torch.testing.assert_close(found["second"], torch.tanh(z).square().mean())
    torch.testing.assert_close(found["size"], torch.tanh(z).abs().mean(0))
    assert found["wrong"] == 0


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_is_counted(bad):
    a = torch.randn(50, 8)
    a[3, 2], a[7, 1] = bad, -bad
    assert after(a, Layout.of(a, True))["wrong"] == 2
    assert of_gradient(a, Layout.of(a, True))["gradient_wrong"] == 2


def test_large_numbers_are_finite():
    a = torch.full((50, 8), 3e38)
    assert after(a, Layout.of(a, True))["wrong"] == 0
    assert of_gradient(a, Layout.of(a, True))["gradient_wrong"] == 0


def test_the_gradient_at_one_place_is_not_missed():
    """As that of a loss that looks at the last token only."""
    g = torch.zeros(16, 128, 64)
    g[:, -1] = torch.randn(16, 64)
    found = of_gradient(g, Layout.of(g, True))
    torch.testing.assert_close(found["gradient_norm"], g.norm() * 16**0.5)


@pytest.mark.parametrize("shape", [(), (1,), (7,)])
def test_numbers_without_a_batch(shape):
    z = torch.randn(shape)
    layout = Layout.of(z, False)
    found = before(z, layout, reference_of(knee.tanh, {})) | after(z, layout) | of_gradient(z, layout)
    assert found["steepest"].shape == found["size"].shape == found["gradient"].shape == (z.numel(),)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_zeros_of_a_gradient_are_counted(dtype):
    g = torch.linspace(-2.0, 2.0, 3000).reshape(300, 10).to(dtype)
    g[:100] = 0
    g[200, 3] = float("nan")
    found = of_gradient(g, Layout.of(g, True))
    assert found["gradient_zero"].dtype == torch.float32
    torch.testing.assert_close(found["gradient_zero"], torch.tensor(1 / 3), rtol=0, atol=1e-6)
    assert bool((found["gradient"][:3] == g[:, :3].abs().amax(0).float()).all())
