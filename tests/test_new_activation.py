"""Adding an activation is writing one function in one file, as CONTRIBUTING.md says: it is then everywhere."""

import pytest

from .copied_tree import copy_project, run, snippet, succeed, suite

EVERYWHERE = """
import jax.numpy as jnp
import numpy as np
import softknee as knee
import torch

x = np.linspace(-3, 3, 13)
expected = x + np.tanh(2 * x)
np.testing.assert_allclose(knee.wobble(x), expected, rtol=1e-14)
np.testing.assert_allclose(knee.wobble(torch.tensor(x)).numpy(), expected, rtol=1e-14)
np.testing.assert_allclose(knee.wobble(jnp.asarray(x, jnp.float32)), expected, rtol=1e-6)
np.testing.assert_allclose(knee.wobble.derivative(x), 1 + 2 / np.cosh(2 * x) ** 2, rtol=1e-12)
module = knee.nn.Wobble()
assert [name for name, _ in module.named_parameters()] == ["steepness"]
module(torch.ones(3)).sum().backward()
assert knee.wobble.properties().symmetry == "odd"
assert "<svg" in knee.wobble._repr_html_()
"""
# The suites that go through the catalogue by name.
SUITES = ["tests/catalogue", "tests/functions", "tests/numbers", "tests/targets", "tests/nn", "tests/test_bad_input.py"]
# Compile or print all functions, whichever are asked for.
LEFT_OUT = ["tests/targets/test_triton.py", "tests/targets/test_javascript.py", "tests/nn/test_compile.py"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the project with one file more, as CONTRIBUTING.md shows it."""
    root = copy_project(tmp_path_factory.mktemp("tree"))
    source = f'"""A family of one."""\n\n{snippet("Add an activation")}'
    (root / "src/softknee/catalogue/added.py").write_text(source, encoding="utf-8")
    return root


def test_it_works_in_every_target(tree):
    succeed(tree, EVERYWHERE)


def test_it_is_in_the_generated_c(tree, tmp_path):
    succeed(tree, f"from softknee.targets.c.generate import main; main({str(tmp_path)!r})")
    assert "/* wobble value */" in (tmp_path / "kernels.c").read_text()
    assert "/* wobble value/x */" in (tmp_path / "kernels.c").read_text()


def test_it_is_listed_and_shown(tree):
    command = "from softknee.cli import main; main()"
    assert "leans to and fro" in succeed(tree, f"sys.argv = ['softknee', 'list', 'wobble']; {command}")
    assert "x + tanh(steepness·x)" in succeed(tree, f"sys.argv = ['softknee', 'show', 'wobble']; {command}")


def test_the_suites_hold_it_and_pass(tree):
    printed = suite(tree, *SUITES, "-k", "wobble", *(f"--ignore={file}" for file in LEFT_OUT))
    assert int(printed.rpartition(" passed")[0].rpartition("\n")[2]) > 40


def test_what_a_finished_one_lacks_is_said(tree):
    done = run(
        tree, "import runpy; sys.argv = ['check']; runpy.run_path('tools/check_catalogue.py', run_name='__main__')"
    )
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert all(line.startswith("wobble: ") for line in lines)
    text = "\n".join(lines)
    assert "src/softknee/catalogue/zh/added.ini, section [wobble], lacks name, summary, purpose" in text
    assert "PAPERS in tests/catalogue/test_papers.py" in text
    assert "tried at another steepness" in text
