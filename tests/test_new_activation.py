"""Adding an activation is writing one function in one file: it is then everywhere."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import softknee
from softknee import _native

ADDED = '''"""A family of one."""

from softknee.language.definition import Parameter, activation, positive
from softknee.language.ops import tanh


@activation(paper="A test", year=2026, steepness=Parameter(2.0, positive, learnable=True))
def wobble(x, steepness):
    """Wobble: a tanh that was leant on."""
    return x + tanh(steepness * x)
'''

PROBE = """
import numpy as np, jax, jax.numpy as jnp, torch, softknee as knee
assert knee.__file__.startswith({where!r}), knee.__file__
x = np.linspace(-3, 3, 13)
expected = x + np.tanh(2 * x)
np.testing.assert_allclose(knee.wobble(x), expected, rtol=1e-14)
np.testing.assert_allclose(knee.wobble(torch.tensor(x)).numpy(), expected, rtol=1e-14)
np.testing.assert_allclose(knee.wobble(jnp.asarray(x, jnp.float32)), expected, rtol=1e-6)
np.testing.assert_allclose(knee.wobble.derivative(x), 1 + 2 / np.cosh(2 * x) ** 2, rtol=1e-12)
module = knee.nn.Wobble()
assert [name for name, _ in module.named_parameters()] == ["steepness"]
module(torch.ones(3)).sum().backward()
assert knee.wobble.symmetry if hasattr(knee.wobble, "symmetry") else knee.wobble.properties().symmetry == "odd"
assert "<svg" in knee.wobble._repr_html_()
from tests.points import elementwise
assert "wobble" in elementwise()
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the package with one file more."""
    root = tmp_path_factory.mktemp("tree")
    package = root / "softknee"
    shutil.copytree(Path(softknee.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(_native.__file__, package)
    (package / "catalogue" / "added.py").write_text(ADDED)
    return root


def run(tree, *arguments):
    # -S and -P would hide the environment's packages; a path in front of the editable install is enough.
    program = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tree)!r})\n{arguments[0]}", *arguments[1:]]
    done = subprocess.run(program, capture_output=True, text=True, cwd=Path(__file__).parent.parent, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


# The editable install's finder answers before sys.path: it must not know the package.
FORGET = "sys.meta_path[:] = [f for f in sys.meta_path if 'ScikitBuild' not in type(f).__name__]\n"


def test_it_works_in_every_backend(tree):
    run(tree, FORGET + PROBE.format(where=str(tree)))


def test_it_is_in_the_generated_c(tree, tmp_path):
    run(tree, FORGET + f"from softknee.targets.c.generate import main; main({str(tmp_path)!r})")
    assert "/* wobble value */" in (tmp_path / "kernels_wide.c").read_text()
    assert "/* wobble value/x */" in (tmp_path / "kernels_wide.c").read_text()


def test_it_is_listed_and_shown(tree):
    listed = run(tree, FORGET + "sys.argv = ['softknee', 'list', 'wobble']; from softknee.cli import main; main()")
    assert "leant on" in listed
    shown = run(tree, FORGET + "sys.argv = ['softknee', 'show', 'wobble']; from softknee.cli import main; main()")
    assert "x + tanh(steepness·x)" in shown
