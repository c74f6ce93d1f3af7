"""All independent sources of functions of the catalogue: what other libraries and papers say they compute."""

from .test_axiswise import AXISWISE, BISECTED, CHANNELWISE
from .test_jax import JAX, JAX_WITH_PARAMETERS
from .test_papers import PAPERS, PAPERS_WITH_PARAMETERS
from .test_torch import TORCH, TORCH_WITH_PARAMETERS

# The functions that have one, and those whose parameters are tried away from their defaults, with these.
SOURCES = {*TORCH, *JAX, *PAPERS, *AXISWISE, *CHANNELWISE, *BISECTED}
TRIED = [row[:2] for row in (*TORCH_WITH_PARAMETERS, *JAX_WITH_PARAMETERS, *PAPERS_WITH_PARAMETERS)]
