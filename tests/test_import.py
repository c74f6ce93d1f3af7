"""Importing softknee is quick and imports no framework."""

import json
import subprocess
import sys

import pytest

HEAVY = ("torch", "torch._dynamo", "jax", "matplotlib", "scipy", "sklearn", "mpmath", "typer", "rich", "plotext")
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


def test_tensors_and_modules_leave_torchs_compiler_alone():
    """It takes as long to import as torch itself."""
    more = "import torch; softknee.nn.Mish()(torch.ones(3, requires_grad=True)).sum().backward()"
    assert loaded(f"{more}; softknee.softmax(torch.ones(3))") == ["torch"]


def test_import_is_cheap():
    """What importing costs beyond NumPy, counted in modules: seconds would depend on the machine."""
    program = "import numpy, sys; before = set(sys.modules); import softknee; print(len(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 40


TRAINERS = ("lightning", "pytorch_lightning", "transformers", "accelerate", "tensorboard")


def test_the_doctor_loads_no_trainer():
    program = f"""
import json, sys, softknee.doctor, softknee.doctor.callbacks.session
print(json.dumps(sorted(set(sys.modules) & set({TRAINERS!r}))))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("library", ["lightning", "transformers"])
def test_a_missing_trainer_is_named_with_its_extra(library):
    program = f"""
import sys
sys.modules.update(dict.fromkeys({TRAINERS!r}))
import softknee.doctor.callbacks.{library}
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert f"pip install 'softknee[{library}]' brings it" in done.stderr


def test_the_older_package_of_lightning_is_taken():
    program = """
import sys, types
sys.modules["lightning"] = None
older = sys.modules["pytorch_lightning"] = types.ModuleType("pytorch_lightning")
older.Callback = type("Callback", (), {})
from softknee.doctor.callbacks.lightning import DoctorCallback
assert issubclass(DoctorCallback, older.Callback)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
