"""float32 in "high" precision: how it is set, and how far off it may be."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import softknee as knee
from softknee import _native
from softknee.lab.accuracy.libraries import OWN, own_specs
from softknee.lab.accuracy.measure import measure
from softknee.lab.accuracy.points import roots, sample
from softknee.lab.accuracy.truth import SPECS, Truth
from softknee.targets.c.close_table import CLOSE, GATES

NAMES = sorted({title.split()[0] for title in CLOSE} - GATES.keys())
MOST = {"value": 4.0, "slope": 6.0}


@pytest.fixture
def high():
    knee.set_float32_precision("high")
    yield
    knee.set_float32_precision("highest")


def in_new_process(setting: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "SOFTKNEE_FLOAT32_PRECISION"}
    if setting is not None:
        environment["SOFTKNEE_FLOAT32_PRECISION"] = setting
    program = "import softknee; print(softknee.get_float32_precision())"
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)


def test_it_is_kept(high):
    assert knee.get_float32_precision() == "high"
    knee.set_float32_precision("highest")
    assert knee.get_float32_precision() == "highest"


@pytest.mark.parametrize("setting", [None, "highest", "high"])
def test_the_environment_has_the_first_say(setting):
    assert in_new_process(setting).stdout.strip() == (setting or "highest")


@pytest.mark.parametrize("setting", ["", "medium", "HIGH"])
def test_the_environment_is_checked(setting):
    message = f"SOFTKNEE_FLOAT32_PRECISION={setting}: must be highest or high"
    assert message in in_new_process(setting).stderr


@pytest.mark.parametrize("value", ["medium", "", None, 4, "HIGH"])
def test_any_other_is_refused(value):
    with pytest.raises(
        knee.ArgumentError, match=r"^set_float32_precision: precision = .* must be 'highest' or 'high'$"
    ):
        knee.set_float32_precision(value)


@pytest.mark.parametrize("name", NAMES)
def test_errors_stay_within_a_few_ulps_tails_included(high, name):
    f = knee.get(name)
    for spec in SPECS:
        truth = Truth(f.definition, spec)
        breaks = f.properties().breaks
        x = sample(np.dtype(np.float32), 1500, 0, [*breaks, *roots(truth)])
        exact = truth.at(x, x.dtype)
        for library in OWN:
            found = measure(
                truth, own_specs(library, f).spec(spec), x, exact, (name, spec, "float32", library), breaks=breaks
            )
            assert found.flaws == (), found
            assert found.worst <= MOST[spec], found


@pytest.mark.skipif(_native.instruction_set == "baseline", reason="there are no such kernels without fused operations")
def test_it_is_not_what_is_computed_by_default(high):
    x = np.linspace(-10, 10, 10_001, dtype=np.float32)
    fast = knee.sigmoid(x)
    knee.set_float32_precision("highest")
    assert (fast != knee.sigmoid(x)).any()


def test_other_types_do_not_change(high):
    for dtype in (np.float16, np.float64):
        x = np.linspace(-10, 10, 1001, dtype=dtype)
        fast = knee.gelu(x)
        knee.set_float32_precision("highest")
        np.testing.assert_array_equal(fast, knee.gelu(x))
        knee.set_float32_precision("high")
