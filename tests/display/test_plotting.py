"""Pictures by matplotlib, and the pages that notebooks show."""

import matplotlib
import numpy as np
import pytest

import softknee as knee

matplotlib.use("Agg")


def curves(ax):
    return [line for line in ax.lines if len(line.get_xdata()) > 2]


def test_one_function_shows_its_slopes_its_kink_and_its_saturation():
    ax = knee.relu6.plot()
    labels = ax.get_legend_handles_labels()[1]
    assert labels == ["f", "f′", "f″", "saturated: |f′| < 5 % of its maximum"]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert (0.0, 0.0) in {(line.get_xdata()[0], line.get_ydata()[0]) for line in dots}
    assert ax.patches[0].get_x() == -5.0
    assert ax.patches[0].get_x() + ax.patches[0].get_width() == 0.0


def test_the_curve_is_the_function():
    ax = knee.mish.plot(x=(-2, 3), orders=[0])
    line = curves(ax)[0]
    np.testing.assert_allclose(line.get_ydata(), knee.mish(np.asarray(line.get_xdata())))
    assert ax.get_xlim() == (-2, 3)


def test_a_jump_is_a_gap():
    for line in curves(knee.hardshrink.plot(orders=[0])):
        assert np.abs(np.diff(line.get_ydata())).max() < 0.1


def test_several_functions_in_one_picture_by_name_or_object():
    ax = knee.plot(["relu", knee.mish, "tanhexp"], x=(0.5, 2))
    assert ax.get_legend_handles_labels()[1] == ["relu", "mish", "telu"]


@pytest.mark.parametrize("x", [5, (1, 2, 3), "ab", (1, 1), (2, 1), (0, np.inf), (np.nan, 1), (-1e308, 1e308)])
def test_impossible_ranges(x):
    with pytest.raises(knee.ArgumentError, match="plot: x = "):
        knee.mish.plot(x=x)


@pytest.mark.parametrize("orders", [[3], 1, [], "0", [0, -1]])
def test_impossible_orders(orders):
    with pytest.raises(knee.ArgumentError, match="plot: orders = "):
        knee.mish.plot(orders=orders)


@pytest.mark.parametrize("functions", [[], knee.softmax, [knee.relu, knee.glu]])
def test_what_has_no_curve(functions):
    with pytest.raises(knee.ArgumentError, match="plot: functions = "):
        knee.plot(functions)


@pytest.mark.parametrize("name", knee.names())
def test_notebooks_show_every_function(name):
    f = knee.get(name)
    page = f._repr_html_()
    assert f._repr_latex_().startswith("$$\\operatorname{")
    assert ("<svg" in page) == isinstance(f, knee.Activation)
    assert "$$" in page
