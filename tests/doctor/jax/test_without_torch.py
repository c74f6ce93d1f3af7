"""A function of JAX is diagnosed where torch is not installed."""

import subprocess
import sys

PROGRAM = """
import importlib.util, sys

sys.modules["torch"] = None
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "torch" else find(name, *rest)

import jax.numpy as jnp, numpy as np, softknee as knee

x = np.random.default_rng(0).normal(size=(128, 4)).astype(np.float32)
report = knee.diagnose(
    lambda p, x: knee.tanh(x @ p["w"]) @ p["v"], (x, x[:, :1]), lambda out, y: jnp.mean((out - y) ** 2),
    parameters={"w": jnp.ones((4, 8)), "v": jnp.ones((8, 1))}, steps=4,
)
print(report)
"""


def test_torch_is_not_needed():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "layer 1: softknee.tanh" in done.stdout
