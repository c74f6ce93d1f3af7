"""The precision of JAX, which measuring in the test's own process changes, restored after each test."""

import sys

import pytest


@pytest.fixture(autouse=True)
def jax_as_before():
    """A contestant has JAX compute in double precision, mostly in a process of its own; here others come after it."""
    yield
    if "jax" in sys.modules:
        sys.modules["jax"].config.update("jax_enable_x64", False)
