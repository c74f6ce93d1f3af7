"""Derivatives tidied for reading: like terms and factors collected, the function the same."""

import pytest

import softknee as knee
from softknee.functions.properties import ufunc_of
from softknee.language.derivative import partial
from softknee.language.tidy import tidy


def test_a_tidied_slope_is_the_slope():
    for name in knee.names():
        definition = knee.get(name).definition
        for by in getattr(definition, "inputs", ()):
            slope = partial(definition.textbook, by)
            numbers = [float(p.default) * 1.25 for p in definition.numeric_parameters.values()]
            data = [0.7 + 0.4 * k for k in range(len(definition.inputs))]
            for sign in (-1, 1):
                at = [*(sign * x for x in data), *numbers]
                found, expected = (
                    float(ufunc_of(root, definition.arguments, len(data))(*at)) for root in (tidy(slope), slope)
                )
                assert found == pytest.approx(expected, rel=1e-12, abs=1e-300), name
