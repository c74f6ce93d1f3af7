"""Adding an op is writing one row, as CONTRIBUTING.md says: an activation that uses it then works in every target."""

import json
import subprocess

import pytest

from .copied_tree import ROOT, copy_project, snippet, succeed, suite
from .needed import program

HEAD = """
import math
import mpmath
import numpy as np
import softknee as knee

@knee.activation(rate=knee.Parameter(0.5))
def bell(x, rate):
    return x + knee.ops.sech(rate * x)

X = np.linspace(-4, 4, 33)
U = 0.5 * X
SECH, TANH = 1 / np.cosh(U), np.tanh(U)
VALUE, SLOPE, CURVATURE = X + SECH, 1 - 0.5 * SECH * TANH, 0.25 * SECH * (TANH**2 - SECH**2)

def close(found, expected, rtol):
    np.testing.assert_allclose(np.asarray(found, np.float64), expected, rtol=rtol, atol=rtol)
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the project with the row that CONTRIBUTING.md shows, where it says."""
    root = copy_project(tmp_path_factory.mktemp("tree"))
    table = root / "src/softknee/language/ops.py"
    above, line, below = table.read_text(encoding="utf-8").partition("# Ops that nothing else can write")
    assert line
    table.write_text(f"{above}{snippet('Add an op')}\n\n{line}{below}", encoding="utf-8")
    return root


def run(tree, body, **environment):
    return succeed(tree, HEAD + body, **environment)


def test_the_suites_of_the_table_pass(tree):
    suite(tree, "tests/language", "tests/lab/accuracy/test_enclosure.py", "tests/targets/test_printers.py")


def test_numpy(tree):
    run(
        tree,
        """
for dtype, rtol in ((np.float16, 2e-3), (np.float32, 2e-7), (np.float64, 4e-16)):
    x = X.astype(dtype)
    close(bell(x), VALUE, rtol)
    close(bell.derivative(x), SLOPE, rtol)
    close(bell.derivative(x, order=2), CURVATURE, 2 * rtol)
assert bell([-math.inf, math.inf]).tolist() == [-math.inf, math.inf] and np.isnan(bell(math.nan))
assert bell.properties().range == (-math.inf, math.inf)
""",
    )


def test_the_oracle_the_formula_and_the_interval(tree):
    run(
        tree,
        r"""
from softknee.language.interval import Interval, Intervals
from softknee.language.ops import sech
from softknee.language.expression import symbol
from softknee.language.program import linearise
from softknee.targets.latex import latex
from softknee.targets.mpmath import exact
from softknee.targets.text import text
definition = bell.definition
assert abs(exact(definition.expression, {"x": 800.0, "rate": 1.0}) - 800 - mpmath.sech(800)) < mpmath.sech(800) / 10**9
assert latex(definition.expression) == r"x + \operatorname{sech} \left(\mathrm{rate} \, x\right)"
assert text(definition.expression) == "x + sech(rate·x)"
program = linearise(sech(symbol("x")), ("x",))
assert Intervals(program)[len(program.instructions) - 1] == Interval(0, 1)
""",
    )


def test_torch(tree):
    run(
        tree,
        """
import io
import torch

def slopes(function, x):
    (first,) = torch.autograd.grad(function(x).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    return first.detach(), second

x = torch.tensor(X, requires_grad=True)
close(bell(x).detach(), VALUE, 4e-16)
for found, expected in zip(slopes(bell, x), (SLOPE, CURVATURE)):
    close(found, expected, 1e-15)

class Model(torch.nn.Module):
    def forward(self, x):
        return bell(x)

single = torch.tensor(X, dtype=torch.float32, requires_grad=True)
compiled = torch.compile(bell, fullgraph=True)
close(compiled(single).detach(), VALUE, 1e-6)
(first,) = torch.autograd.grad(compiled(single).sum(), single)
close(first, SLOPE, 1e-6)
exported = torch.export.export(Model(), (single.detach(),)).module()
close(exported(single.detach()), VALUE, 1e-6)
traced = torch.func.vmap(torch.func.grad(bell))(torch.tensor(X))
close(traced, SLOPE, 1e-15)
curvature = torch.func.vmap(torch.func.grad(torch.func.grad(bell)))(torch.tensor(X))
close(curvature, CURVATURE, 1e-15)
""",
    )


def test_onnx(tree):
    run(
        tree,
        """
import warnings
import onnxruntime
import torch

class Value(torch.nn.Module):
    def forward(self, x):
        return bell(x)

class Slope(torch.nn.Module):
    def forward(self, x):
        return bell.derivative(x)

class Curvature(torch.nn.Module):
    def forward(self, x):
        return bell.derivative(x, order=2)

x = torch.tensor(X, dtype=torch.float32)
for model, expected in ((Value(), VALUE), (Slope(), SLOPE), (Curvature(), CURVATURE)):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = torch.onnx.export(model, (x,), dynamo=True, verbose=False)
    session = onnxruntime.InferenceSession(made.model_proto.SerializeToString(), providers=["CPUExecutionProvider"])
    close(session.run(None, {session.get_inputs()[0].name: x.numpy()})[0], expected, 2e-6)
""",
    )


def test_jax(tree):
    run(
        tree,
        """
import jax
import jax.numpy as jnp
x = jnp.asarray(X, jnp.float32)
for made in (lambda f: f, jax.jit):
    close(made(bell)(x), VALUE, 1e-6)
    close(made(jax.vmap(jax.grad(bell)))(x), SLOPE, 1e-6)
    close(made(jax.vmap(jax.grad(jax.grad(bell))))(x), CURVATURE, 1e-6)
""",
    )


def test_triton(tree):
    pytest.importorskip("triton")
    run(
        tree,
        """
import torch
from softknee.language.derivative_spec import VALUE as value, DerivativeSpec
from softknee.targets.torch import triton_launch as launch
launch.DEVICE_TYPES.add("cpu")
x = torch.tensor(X)
for spec, expected in ((value, VALUE), (DerivativeSpec(("x",)), SLOPE), (DerivativeSpec(("x", "x")), CURVATURE)):
    assert launch.takes(bell.definition, (x, 0.5))
    close(launch.evaluate(bell.definition, spec, (x, 0.5)), expected, 1e-14)
""",
        TRITON_INTERPRET="1",
    )


def test_javascript(tree, tmp_path):
    printed = run(
        tree,
        """
import json
import os
from softknee.language.derivative_spec import VALUE as value, DerivativeSpec
from softknee.language.program import linearise
from softknee.targets.javascript import SPELLED, function
specs = (value, DerivativeSpec(("x",)), DerivativeSpec(("x", "x")))
definition = bell.definition
codes = [function(linearise(spec.expression(definition), definition.arguments, SPELLED)) for spec in specs]
print(json.dumps({"codes": codes, "x": X.tolist(), "expected": [VALUE.tolist(), SLOPE.tolist(), CURVATURE.tolist()]}))
""",
    )
    made = json.loads(printed)
    script = tmp_path / "run.mjs"
    numbers = (ROOT / "web/src/numbers.js").as_uri()
    lines = [f"import * as N from {json.dumps(numbers)};"]
    lines += [f"const x = {json.dumps(made['x'])};"]
    lines += [f"console.log(JSON.stringify(x.map((each) => ({code})(each, 0.5))));" for code in made["codes"]]
    script.write_text("\n".join(lines))
    done = subprocess.run([program("node"), str(script)], capture_output=True, text=True, check=True)
    for line, expected in zip(done.stdout.splitlines(), made["expected"], strict=True):
        assert json.loads(line) == pytest.approx(expected, rel=1e-13, abs=1e-13)
