"""Importing softknee is quick and imports no framework."""

import json
import subprocess
import sys

HEAVY = ("torch", "jax", "matplotlib", "scipy", "sklearn", "mpmath", "typer", "rich", "plotext")
PROBE = """
import json, sys, softknee
{more}
print(json.dumps(sorted(set(sys.modules) & set({heavy!r}))))
"""


def loaded(more=""):
    program = PROBE.format(more=more, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_import_loads_nothing_heavy():
    assert loaded() == []


def test_using_numpy_arrays_loads_nothing_heavy():
    assert loaded("softknee.mish([1.0]); softknee.elu.derivative([1.0]); softknee.relu.gain(); softknee.names()") == []


def test_import_is_cheap():
    """What importing costs beyond NumPy, counted in modules: seconds would depend on the machine."""
    program = "import numpy, sys; before = set(sys.modules); import softknee; print(len(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 40
