"""What every test finds: one thread of torch, the same random numbers, and no clock that decides."""

import os

import pytest
import torch
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is. In CI the examples are the same in every run.
settings.register_profile(
    "softknee", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("softknee")


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Tests run in several processes, whose threads would wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def drawn_alike():
    """What a test draws from torch does not depend on the tests that ran before it in the same process."""
    torch.manual_seed(0)
