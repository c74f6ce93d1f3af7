"""These tests are about findings, not last bits, and compile a step each: XLA leaves most of its optimisations out."""

import jax
import pytest


@pytest.fixture(autouse=True, scope="package")
def compiled_quickly():
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)
    jax.clear_caches()  # other tests measure last bits
