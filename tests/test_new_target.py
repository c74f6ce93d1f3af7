"""Adding a target is writing the file that CONTRIBUTING.md shows: every function then takes its arrays."""

import pytest

from .copied_tree import ROOT, copy_project, snippet, succeed, suite

PROBE = """
import array_api_strict as xp
import numpy as np
import added_target
import softknee as knee

x = xp.asarray(np.linspace(-3, 3, 13))
for found, expected in (
    (knee.mish(x), knee.mish(np.asarray(x))),
    (knee.mish.derivative(x), knee.mish.derivative(np.asarray(x))),
    (knee.softmax(x), knee.softmax(np.asarray(x))),
    (knee.tanhshrink.inverse(x), knee.tanhshrink.inverse(np.asarray(x))),
):
    assert isinstance(found, type(x))
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-13)
assert knee.mish(xp.asarray(1.0, dtype=xp.float32)).dtype == xp.float32
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the project whose one target more is the file that CONTRIBUTING.md shows."""
    root = copy_project(tmp_path_factory.mktemp("tree"))
    for file in ("added_target.py", "tests/targets/array_api_target.py"):
        (root / file).write_text(snippet("Add a target"), encoding="utf-8")
    return root


def test_every_function_takes_its_arrays(tree):
    succeed(tree, PROBE)


def test_the_suite_holds_it_to_the_contract(tree):
    suite(tree, "tests/targets/test_contract.py", "-k", "array_api and (gates or axis or mish or refused or domain)")


def test_the_suite_here_holds_the_same_file():
    here = (ROOT / "tests/targets/array_api_target.py").read_text(encoding="utf-8")
    assert here.endswith(snippet("Add a target"))
