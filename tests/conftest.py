"""The setting of every test: one thread of torch, the same random numbers, and no clock that decides."""

import os
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, settings

from .quick import CHOSEN, TESTS, is_quick, row_of

# How long an example takes says how busy the machine is. In CI the examples are the same in every run.
settings.register_profile(
    "softknee", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("softknee")


def pytest_ignore_collect(collection_path, config):
    """With `-m quick`, files without a quick test are not even read: that alone takes most of a minute."""
    if config.option.markexpr == "quick" and collection_path.name.startswith("test_"):
        return row_of(collection_path.relative_to(TESTS).as_posix()) is None or None
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark the tests that `tests/quick.py` chooses, before pytest deselects."""
    rows = {}
    for item in (each for each in items if each.path.is_relative_to(TESTS)):
        file = item.path.relative_to(TESTS).as_posix()
        chosen = is_quick(file, item.name)
        rows[row_of(file)] = rows.get(row_of(file), False) or chosen
        if chosen:
            item.add_marker("quick")
    idle = [row for row in CHOSEN if not rows.get(row, True)]
    if config.option.markexpr == "quick" and idle:
        raise pytest.UsageError(f"tests/quick.py: no test is chosen by {idle}")


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Tests run in several processes, whose threads would wait for each other."""
    if find_spec("torch") is None:
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def drawn_alike():
    """Numbers that a test draws from torch do not depend on the tests that ran before it in the same process."""
    if find_spec("torch") is not None:
        import torch

        # No seed that the library or a test draws weights by: data that are their twins would go with them.
        torch.manual_seed(90_125)
