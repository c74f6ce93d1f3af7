"""Every function of the catalogue is held to something that was not written here."""

import pytest

import softknee as knee

from .test_axiswise import AXISWISE, BISECTED, CHANNELWISE
from .test_jax import JAX, JAX_WITH_PARAMETERS
from .test_papers import PAPERS, PAPERS_WITH_PARAMETERS
from .test_torch import TORCH, TORCH_WITH_PARAMETERS

SOURCES = {*TORCH, *JAX, *PAPERS, *AXISWISE, *CHANNELWISE, *BISECTED}
TRIED = [row[:2] for row in (*TORCH_WITH_PARAMETERS, *JAX_WITH_PARAMETERS, *PAPERS_WITH_PARAMETERS)]


@pytest.mark.parametrize("name", knee.names())
def test_it_has_an_independent_source(name):
    """Add a row to the table of the library it comes from, or its paper's formula to test_papers.py."""
    assert name in SOURCES


def test_no_source_is_left_of_a_function_that_is_gone():
    assert set(knee.names()) >= SOURCES


@pytest.mark.parametrize("name", [n for n in knee.names() if isinstance(knee.get(n), knee.Activation)])
def test_its_parameters_are_tried_away_from_their_defaults(name):
    defaults = {n: float(p.default) for n, p in knee.get(name).definition.numeric_parameters.items()}
    tried = [parameters for of, parameters in TRIED if of == name]
    assert all(any(parameters.get(n, d) != d for parameters in tried) for n, d in defaults.items())
