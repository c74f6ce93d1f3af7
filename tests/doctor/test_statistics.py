"""The readings of an activation, on the host and on a device, and how many of its elements they take."""

import numpy as np
import pytest
import torch

import softknee as knee
from softknee.doctor.layout import CAP, LEAST, PLACES, Layout
from softknee.doctor.reference import reference_of
from softknee.doctor.statistics import Statistics
from softknee.doctor.torch import statistics
from softknee.doctor.torch.statistics import read
from softknee.doctor.torch.transfer import to_host

SHAPES = [((64, 32, 32, 32), False), ((64, 128, 8, 8), False), ((16, 128, 1024), True), ((300, 16, 4, 4), False)]


@pytest.mark.parametrize("shape, last", SHAPES)
def test_places_are_left_out_before_samples(shape, last):
    units = shape[-1 if last else 1]
    numbers = torch.arange(shape[0]).reshape(-1, *[1] * (len(shape) - 1)).expand(shape).clone()
    layout = Layout.of(numbers, last)
    rows = layout.spread(numbers).reshape(-1, layout.units)
    assert rows.shape[1] == units
    assert LEAST <= len(rows) <= 3 * max(PLACES, LEAST * units) / units
    assert len(rows[:, 0].unique()) >= min(shape[0], CAP // units // 8)


@pytest.mark.parametrize("shape, last", SHAPES)
def test_places_are_those_of_one_unit(shape, last):
    axis = -1 if last else 1
    of_unit = torch.arange(shape[axis]).reshape([-1 if k == axis % len(shape) else 1 for k in range(len(shape))])
    found = Layout.of(torch.empty(shape), last).spread(of_unit.expand(shape))
    assert bool((found == torch.arange(shape[axis])).all())


def test_columns_of_pixels_are_all_met():
    columns = torch.arange(32).expand(64, 32, 32, 32)
    assert len(Layout.of(columns, False).spread(columns).unique()) > 8


@pytest.fixture(params=["NumPy", "torch"])
def by(request, monkeypatch):
    """Readings as the rules get them, by NumPy on the host, and by torch as on another device."""
    if request.param == "torch":
        monkeypatch.setattr(statistics, "is_on_host", lambda t: False)

    def reading(name, *args):
        found = read(getattr(Statistics, name), *args)
        assert all(isinstance(value, torch.Tensor) for value in found.values()) == (request.param == "torch")
        return to_host([found])[0]

    return reading


def test_readings_of_all_numbers_are_exact(by):
    z = torch.randn(50, 8)
    layout = Layout.of(z, True)
    found = by("of_input", z, layout, reference_of(knee.tanh, {})) | by("of_output", torch.tanh(z), layout)
    slope = 1 - torch.tanh(z).numpy() ** 2
    np.testing.assert_allclose(found["steepest"], slope.max(0), rtol=1e-6)
    np.testing.assert_allclose(found["flat"], (slope < 0.05).mean(0))
    assert found["z_mean"] == pytest.approx(float(z.mean()), abs=1e-6)
    assert found["z_second"] == pytest.approx(float(z.square().mean()))
    assert found["second"] == pytest.approx(float(torch.tanh(z).square().mean()))
    np.testing.assert_allclose(found["size"], torch.tanh(z).abs().mean(0), rtol=1e-6)
    assert found["wrong"] == 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape, last", [*SHAPES, ((50, 8), True), ((7, 3, 5, 5), False), ((6,), True), ((), True)])
def test_on_the_host_and_on_a_device_the_same_is_read(monkeypatch, shape, last, dtype):
    z = torch.randn(shape, dtype=dtype)
    if z.ndim > 2:
        z = z.transpose(0, 1).contiguous().transpose(0, 1)  # as no layer leaves it
    layout, reference = Layout.of(z, last), reference_of(knee.gelu, {})
    reads = [("of_input", z, layout, reference), ("of_output", torch.relu(z), layout), ("of_gradient", z, layout)]
    here = [read(getattr(Statistics, name), *args) for name, *args in reads]
    monkeypatch.setattr(statistics, "is_on_host", lambda t: False)
    there = to_host([read(getattr(Statistics, name), *args) for name, *args in reads])
    for found, wanted in zip(to_host(here), there):
        assert list(found) == list(wanted)
        for name in wanted:
            np.testing.assert_allclose(found[name], wanted[name], rtol=1e-4, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("shape", [(12, 8), (12, 5, 8), (12, 8, 3, 3)])
def test_the_mean_cosine_is_that_of_pairs(by, shape):
    a = torch.relu(torch.randn(shape) + 0.5)
    a[3] = 0  # of which no direction is known
    rows = a.reshape(len(a), -1).double()
    cosines = torch.nn.functional.cosine_similarity(rows[:, None], rows[None], dim=-1)
    wanted = (cosines.sum() - cosines.diagonal().sum()) / (12 * 11)
    found = by("of_output", a, Layout.of(a, len(shape) < 4))["mean_cosine"]
    assert found == pytest.approx(float(wanted), rel=1e-4)


def test_the_mean_cosine_has_all_its_digits_under_autocast(by):
    a = torch.relu(torch.randn(12, 40) + 0.5)
    wanted = by("of_output", a, Layout.of(a, True))["mean_cosine"]
    with torch.autocast("cpu", torch.bfloat16):
        found = by("of_output", a, Layout.of(a, True))["mean_cosine"]
    assert found == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_is_counted(by, bad):
    a = torch.randn(50, 8)
    a[3, 2], a[7, 1] = bad, -bad
    assert by("of_output", a, Layout.of(a, True))["wrong"] == 2
    assert by("of_gradient", a, Layout.of(a, True))["gradient_wrong"] == 2


def test_large_numbers_are_finite(by):
    a = torch.full((50, 8), 3e38)
    assert by("of_output", a, Layout.of(a, True))["wrong"] == 0
    assert by("of_gradient", a, Layout.of(a, True))["gradient_wrong"] == 0


def test_what_has_no_slope_that_is_a_number_has_none(by):
    z = torch.randn(50, 8)
    z[:, 2] = float("nan")
    found = by("of_input", z, Layout.of(z, True), reference_of(knee.tanh, {}))
    assert (found["steepest"] == 0).tolist() == [unit == 2 for unit in range(8)]
    assert found["flat"][2] == 1


def test_the_gradient_at_one_place_is_not_missed(by):
    """As that of a loss that looks at the last token only."""
    g = torch.zeros(16, 128, 32)
    g[:, -1] = torch.randn(16, 32)
    found = by("of_gradient", g, Layout.of(g, True))
    assert found["gradient_norm"] == pytest.approx(float(g.norm()) * 16**0.5)


@pytest.mark.parametrize("shape", [(), (1,), (7,)])
def test_numbers_without_a_batch(by, shape):
    z = torch.randn(shape)
    layout = Layout.of(z, False)
    found = (
        by("of_input", z, layout, reference_of(knee.tanh, {}))
        | by("of_output", z, layout)
        | by("of_gradient", z, layout)
    )
    assert found["steepest"].shape == found["size"].shape == found["gradient"].shape == (z.numel(),)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_zeros_of_a_gradient_are_counted(dtype):
    g = torch.linspace(-2.0, 2.0, 3000).reshape(300, 10).to(dtype)
    g[:100] = 0
    g[200, 3] = float("nan")
    (found,) = to_host([read(Statistics.of_gradient, g, Layout.of(g, True))])
    assert found["gradient_zero"] == pytest.approx(1 / 3)
    np.testing.assert_array_equal(found["gradient"][:3], g[:, :3].abs().amax(0).float())
