"""The table of quick tests reaches every folder of tests, and names nothing that is gone."""

import pytest

from .quick import CHOSEN, TESTS, is_quick, row_of

FILES = sorted(path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py"))


@pytest.mark.parametrize("folder", sorted({file.rpartition("/")[0] for file in FILES}))
def test_every_folder_has_a_quick_test(folder):
    inside = [file for file in FILES if file.rpartition("/")[0] == folder]
    assert any(map(row_of, inside)), f"tests/quick.py chooses nothing of tests/{folder}"


@pytest.mark.parametrize("row", CHOSEN)
def test_every_row_is_there(row):
    assert (TESTS / row).exists(), f"tests/quick.py names tests/{row}, which is gone"


def test_a_name_is_looked_for_with_its_parameters():
    assert is_quick("targets/test_jax.py", "test_the_hessian_of_a_sum_is_diagonal[mish]")
    assert not is_quick("targets/test_jax.py", "test_the_hessian_of_a_sum_is_diagonal[hardmish]")
    assert not is_quick("nn/test_no_such_file.py", "test_all")
